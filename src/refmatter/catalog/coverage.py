"""A vault and a catalogue -> how many of the vault's titles are in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from refmatter.catalog.database import CatalogDatabase
from refmatter.config.settings import Config
from refmatter.location import VaultLocation
from refmatter.model import Accepted, Candidate, Hints, Identifiers, Lookup, Rung
from refmatter.resolve.matching_stage import match
from refmatter.stages.scan import scan
from refmatter.titles import title_key


@dataclass(frozen=True, slots=True)
class Share:
    """Of so many titles so many are found: decided to be one work of the catalogue."""

    titles: int
    known: int
    found: int


@dataclass(frozen=True, slots=True)
class CatalogCoverage:
    """Of the titles that notes are about, and of those that stand in their reference lists alone;
    `known` counts those whose title some work has."""

    notes: Share
    references: Share


def coverage(shelf: CatalogDatabase, place: VaultLocation, config: Config) -> CatalogCoverage:
    """How much of a vault a catalogue knows, title by title, as a run without the network would
    find it. Raises ConfigError as a run does."""
    vault = scan(place.root, config, place.chosen)
    own: dict[str, Lookup] = {}
    listed: dict[str, Lookup] = {}
    for note in vault.notes:
        if note.is_paper:
            _add(own, note.title, note.identifiers)
            for each in note.references:
                _add(listed, each.text, each.identifiers)
    bars = config.settings.match.thresholds()
    others = [each for key, each in listed.items() if key not in own]

    def share(lookups: Iterable[Lookup]) -> Share:
        titles = known = found = 0
        for each in lookups:
            named = shelf.by_identifiers(each.hints.identifiers)
            works = dict.fromkeys((*named, *shelf.by_title(each.key)))
            candidates = [Candidate(w, "catalog", Rung.CATALOG, shelf.date) for w in works]
            titles += 1
            known += bool(candidates)
            found += bool(candidates) and isinstance(match(each, candidates, bars), Accepted)
        return Share(titles, known, found)

    return CatalogCoverage(share(own.values()), share(others))


def _add(lookups: dict[str, Lookup], title: str, identifiers: Identifiers) -> None:
    key = title_key(title)
    if key:
        lookups.setdefault(key, Lookup(key, title, Hints(identifiers=identifiers)))
