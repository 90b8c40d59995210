"""Count how many of a vault's titles are in a catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from refmatter.catalog.database import CatalogDatabase
from refmatter.config.sections import Settings
from refmatter.location import VaultLocation
from refmatter.model import Accepted, Candidate, Hints, Identifiers, Lookup, LookupKey, Rung
from refmatter.notes.citations import title_of
from refmatter.resolve.matching_stage import match
from refmatter.stages.learn import read_vault
from refmatter.titles import title_key


@dataclass(frozen=True, slots=True)
class TitleCounts:
    """Of `titles`, `known` have a work with that title or identifier, and `found` are accepted."""

    titles: int
    known: int
    found: int


@dataclass(frozen=True, slots=True)
class CatalogCoverage:
    """Counts for the titles of notes, and for titles that are only in reference lists."""

    notes: TitleCounts
    references: TitleCounts


def measure_coverage(
    database: CatalogDatabase, location: VaultLocation, settings: Settings
) -> CatalogCoverage:
    """Match the titles of a vault with a catalogue, as an offline run would; return the counts.

    Raises ConfigError as a run does.
    """
    vault = read_vault(location.root, settings.vault, location.is_chosen)
    note_lookups: dict[str, Lookup] = {}
    reference_lookups: dict[str, Lookup] = {}
    for note in vault.notes:
        if note.is_paper:
            _add_lookup(note_lookups, note.title, note.identifiers)
            for reference in note.references:
                _add_lookup(reference_lookups, title_of(reference), reference.identifiers)
    thresholds = settings.match.thresholds()
    reference_only = [
        lookup for key, lookup in reference_lookups.items() if key not in note_lookups
    ]

    def count_lookups(lookups: Iterable[Lookup]) -> TitleCounts:
        """Return how many of these lookups the catalogue knows and finds."""
        titles = known = found = 0
        for lookup in lookups:
            identified = database.by_identifiers(lookup.hints.identifiers)
            works = dict.fromkeys((*identified, *database.by_title(lookup.key.title)))
            candidates = [Candidate(w, "catalog", Rung.CATALOG, database.date) for w in works]
            titles += 1
            known += bool(candidates)
            found += bool(candidates) and isinstance(
                match(lookup, candidates, thresholds), Accepted
            )
        return TitleCounts(titles, known, found)

    return CatalogCoverage(count_lookups(note_lookups.values()), count_lookups(reference_only))


def _add_lookup(lookups: dict[str, Lookup], title: str, identifiers: Identifiers) -> None:
    """Add the lookup of a title, unless there is one with its key."""
    key = title_key(title)
    if key:
        lookups.setdefault(key, Lookup(LookupKey(key), title, Hints(identifiers=identifiers)))
