"""Search a catalogue for a title, and weigh the candidates with the one matcher."""

from __future__ import annotations

from dataclasses import dataclass

from refmatter.catalog.database import CatalogDatabase
from refmatter.matching.decide import NOBODY_ELSE, decide, unasked
from refmatter.matching.features import weigh
from refmatter.matching.thresholds import DEFAULT, Thresholds
from refmatter.model import Candidate, Decision, Hints, Lookup, Match, Rung, Work
from refmatter.titles import query_words, title_key

MAX_NEAR = 200
"""The most works with similar titles that are weighed."""
_PREFIX_LETTERS = 12
"""Letters that the keys of similar titles have in common, if there is no word index."""
_MAX_WORDS = 4
"""The most words that a similar title must contain: the longest ones."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The matcher's decision on a title, and the nearest works, best first.

    `near` says that no work has the title itself; `by_words` that the word index was used.
    """

    lookup: Lookup
    decision: Decision
    matches: tuple[Match, ...]
    near: bool
    by_words: bool


def search_catalog(
    database: CatalogDatabase, title: str, hints: Hints = Hints(), thresholds: Thresholds = DEFAULT
) -> SearchResult:
    """Look a title up: weigh the works with this title, or else works with similar titles.

    Similar titles contain its longest words, or begin like it if there is no word index. Raises
    ConfigError if the catalogue is damaged.
    """
    key = title_key(title)
    lookup = Lookup(key=key or title, title=title, hints=hints)
    works = database.by_title(key)
    near, by_words = not works, False
    if near and key:
        similar = _works_by_words(database, title)
        by_words = similar is not None
        works = database.by_prefix(key[:_PREFIX_LETTERS], MAX_NEAR) if similar is None else similar
    candidates = [Candidate(work, "catalog", Rung.CATALOG, database.date) for work in works]
    matches = [weigh(lookup, candidate) for candidate in candidates]
    matches.sort(key=lambda match: (-match.score, -match.features["likeness"]))
    return SearchResult(
        lookup,
        unasked(decide(lookup, matches, thresholds, NOBODY_ELSE), thresholds),
        tuple(matches),
        near,
        by_words,
    )


def _works_by_words(database: CatalogDatabase, title: str) -> tuple[Work, ...] | None:
    """Return the works whose titles contain the longest words of a title, or all but one of them.

    So one misspelt word does not hide a work. None if there is no word index.
    """
    longest = sorted(dict.fromkeys(query_words(title).split()), key=lambda word: (-len(word), word))
    chosen = longest[:_MAX_WORDS]
    all_works: dict[Work, None] = {}
    queries = [chosen, *([w for w in chosen if w != out] for out in chosen if len(chosen) > 2)]
    for query in queries:
        works = database.by_words(query, MAX_NEAR)
        if works is None:
            return None
        all_works |= dict.fromkeys(works)
    return tuple(all_works)
