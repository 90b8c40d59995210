"""Convert Semantic Scholar records to works."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from refmatter import titles
from refmatter.model import Identifiers, Work, WorkKind
from refmatter.providers.semantic_scholar.identifiers import CORPUS_PREFIX, sound
from refmatter.providers.shapes import Count, Maybe, Shape, Year
from refmatter.schemes import ARXIV_DOI

PREPRINT_VENUES = frozenset(
    {"arXiv.org", "ArXiv", "bioRxiv", "medRxiv", "Social Science Research Network", "CoRR"}
)
"""What it calls the servers of preprints."""
AUTHORS = 500
"""Where the service cuts lists of authors."""


_KINDS = (
    (frozenset({"Editorial"}), WorkKind.EDITORIAL),
    (
        # `Review` is a survey of the literature. Papers of conferences may be `Book` as well.
        frozenset(
            {
                "JournalArticle", "Conference", "Review", "MetaAnalysis", "Study", "CaseReport",
                "ClinicalTrial",
            }
        ),
        WorkKind.ARTICLE,
    ),
    (frozenset({"BookSection"}), WorkKind.CHAPTER),
    (frozenset({"Book"}), WorkKind.BOOK),
    (frozenset({"LettersAndComments"}), WorkKind.LETTER),
    (frozenset({"Dataset"}), WorkKind.DATASET),
)  # fmt: skip
"""Its types of publications, the telling ones first: it gives a work several."""


class CamelShape(Shape):
    """An object of the service, whose names are in camel case."""

    model_config = ConfigDict(alias_generator=to_camel)


class _S2Name(CamelShape):
    name: Maybe[str] = None
    alternate_names: Maybe[list[str]] = Field(default=None, alias="alternate_names")


class Category(CamelShape):
    """A field of study, and who says so."""

    category: Maybe[str] = None
    source: Maybe[str] = None


class _ExternalIds(CamelShape):
    doi: Maybe[str] = Field(default=None, alias="DOI")
    arxiv: Maybe[str] = Field(default=None, alias="ArXiv")
    acl: Maybe[str] = Field(default=None, alias="ACL")
    dblp: Maybe[str] = Field(default=None, alias="DBLP")
    pmid: Maybe[str] = Field(default=None, alias="PubMed")
    pmcid: Maybe[str] = Field(default=None, alias="PubMedCentral")
    corpus: Maybe[int] = Field(default=None, alias="CorpusId")


# Bounds keep a number that only JSON can hold out of notes: a year has four digits.


class S2Record(CamelShape):
    """What it says of a work, as far as it was asked."""

    paper_id: Maybe[str] = None
    title: Maybe[str] = None
    authors: Maybe[list[_S2Name]] = None
    year: Maybe[Year] = None
    # Null is how the service writes "no venue"; only a wrong type says nothing.
    venue: Annotated[Maybe[str], BeforeValidator(lambda venue: "" if venue is None else venue)] = ""
    publication_venue: Maybe[_S2Name] = None
    journal: Maybe[_S2Name] = None
    external_ids: Maybe[_ExternalIds] = None
    citation_count: Maybe[Count] = None
    reference_count: Maybe[Count] = None
    fields_of_study: Maybe[list[str]] = None
    s2_fields_of_study: Maybe[list[Category]] = Field(default=None, alias="s2FieldsOfStudy")
    publication_types: Maybe[list[str]] = None


def works(records: Iterable[S2Record], asked: str = "") -> tuple[Work, ...]:
    """Return the works of those records that have a title; `asked` is the identifier that they were
    requested by."""
    return tuple(found for record in records if (found := work(record, asked)) is not None)


def work(record: S2Record, asked: str = "") -> Work | None:
    """Return the work of a record; None without a title. It has its number in the corpus only if
    it was requested by it: beside the service's other id this says nothing, and every work has
    one."""
    title = titles.readable(record.title or "")
    if not title:
        return None
    venue = None if record.venue is None else titles.readable(record.venue)
    identifiers = _identifiers(record, asked)
    preprint = _is_preprint(venue, identifiers)
    return Work(
        title=title,
        authors=_authors(record.authors or ()),
        year=record.year,
        venue=venue,
        other_venues=tuple(name for name in _venues(record) if name != venue),
        citation_count=record.citation_count,
        reference_count=record.reference_count,
        fields_of_study=_fields_of_study(record),
        identifiers=identifiers,
        preprint=preprint,
        kind=_kind(record.publication_types or (), preprint=preprint),
    )


def _kind(types: Sequence[str], *, preprint: bool | None) -> WorkKind | None:
    """Return the kind of the work; None if it gives no type, as for many."""
    if not types:
        return WorkKind.PREPRINT if preprint else None
    kind = next((kind for named, kind in _KINDS if not named.isdisjoint(types)), WorkKind.OTHER)
    return WorkKind.PREPRINT if preprint and kind is WorkKind.ARTICLE else kind


def _is_preprint(venue: str | None, identifiers: Identifiers) -> bool | None:
    """True where the record is still the preprint's: its venue says so, or it has none and
    arXiv's own DOI. What is published elsewhere may keep that DOI, and the preprint's year."""
    own_doi = (identifiers.doi or "").startswith(ARXIV_DOI)
    return True if venue in PREPRINT_VENUES or (own_doi and not venue) else None


def _authors(names: Sequence[_S2Name]) -> tuple[str, ...] | None:
    """Return the names in order; None for a list that may have been cut."""
    return None if len(names) >= AUTHORS else _clean(name.name for name in names) or None


def _clean(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(name for raw in names if (name := titles.readable(raw or "")))


def _venues(record: S2Record) -> tuple[str, ...]:
    series = record.publication_venue or _S2Name()
    journal = record.journal or _S2Name()
    venues = (series.name, *(series.alternate_names or ()), journal.name)
    return tuple(dict.fromkeys(_clean(venues)))


def _fields_of_study(record: S2Record) -> tuple[str, ...] | None:
    """Return the list that people curated, else the categories, curated ones before the model's."""
    curated = _clean(record.fields_of_study or ())
    categories = record.s2_fields_of_study or ()
    ranked = sorted(categories, key=lambda category: category.source != "external")
    return tuple(dict.fromkeys(curated or _clean(category.category for category in ranked))) or None


def _identifiers(record: S2Record, asked: str) -> Identifiers:
    ids = record.external_ids or _ExternalIds()
    is_asked = asked == f"{CORPUS_PREFIX}{ids.corpus}"
    return sound(
        Identifiers(
            s2=record.paper_id,
            doi=ids.doi,
            arxiv=ids.arxiv,
            acl=ids.acl,
            dblp=ids.dblp,
            pmid=ids.pmid,
            pmcid=ids.pmcid,
            corpus=str(ids.corpus) if is_asked else None,
        )
    )
