"""What other services know of a work while Semantic Scholar refuses, and how much of it notes got.

The share of a field is that of the notes that have it, of those whose work any other service of the
default ladder knows it of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from refmatter.fields import LOOKED_UP, Field
from refmatter.titles import family_key
from scholar import Record, crossref, openalex

SHARES: Mapping[Field, float] = {
    Field.AUTHORS: 0.95,
    Field.YEAR: 0.95,
    Field.CITATION_COUNT: 0.95,
    Field.VENUE: 0.85,
    Field.REFERENCE_COUNT: 0.80,
    Field.FIELDS_OF_STUDY: 0.80,
}
"""The shares to be reached."""


def known_by_others(record: Record) -> frozenset[Field]:
    """Return the fields that a service other than Semantic Scholar knows of a work."""
    listed, registered = openalex.is_known(record), crossref.is_registered(record)
    published = openalex.is_published(record) and bool(record.short_venue)
    found = {
        Field.AUTHORS: record.authors and (listed or registered or record.arxiv_id),
        Field.YEAR: listed or registered or record.arxiv_id,
        Field.CITATION_COUNT: listed or registered,
        Field.VENUE: (listed and published) or (registered and record.venue),
        Field.REFERENCE_COUNT: ((listed and published) or registered) and record.reference_count,
        Field.FIELDS_OF_STUDY: listed and openalex.topic(record),
    }
    return frozenset(field for field, knows in found.items() if knows)


def wrong(record: Record, values: Mapping[Field, object]) -> frozenset[Field]:
    """Return the fields of a note whose value no service gives its work."""
    families = [family_key(name) for name in record.full_names or record.authors]
    authors = values.get(Field.AUTHORS)
    counts = {record.citation_count // part for part in (1, 2, 3)}
    years = {record.year, *([_arxiv_year(record.arxiv_id)] if record.arxiv_id else [])}
    fields = [*record.fields_of_study[:1]]
    right = {
        Field.AUTHORS: isinstance(authors, list) and [*map(family_key, authors)] == families,
        Field.YEAR: values.get(Field.YEAR) in years,
        Field.CITATION_COUNT: values.get(Field.CITATION_COUNT) in counts,
        Field.VENUE: values.get(Field.VENUE) in {record.venue, record.short_venue},
        Field.REFERENCE_COUNT: values.get(Field.REFERENCE_COUNT) == record.reference_count,
        Field.FIELDS_OF_STUDY: values.get(Field.FIELDS_OF_STUDY)
        in (fields, [*record.fields_of_study]),
    }
    return frozenset(name for name in values if name in right and not right[name])


def shares(
    notes: Iterable[tuple[Record, Mapping[Field, object]]],
) -> dict[Field, tuple[int, int]]:
    """Return for each field how many notes have it, of how many that some other service knows it
    of."""
    counts = {name: [0, 0] for name in LOOKED_UP}
    for record, values in notes:
        for name in known_by_others(record):
            counts[name][0] += name in values
            counts[name][1] += 1
    return {name: (had, knew) for name, (had, knew) in counts.items()}


def _arxiv_year(number: str) -> int:
    digits = number.rpartition("/")[2]
    return (1900 if digits.startswith("9") else 2000) + int(digits[:2])
