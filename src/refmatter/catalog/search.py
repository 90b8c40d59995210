"""A title -> the works of a catalogue that may be meant, weighed by the one matcher."""

from __future__ import annotations

from dataclasses import dataclass

from refmatter.catalog.database import CatalogDatabase
from refmatter.matching.decide import NOBODY_ELSE, decide, demote_unconfirmed
from refmatter.matching.features import score_candidate
from refmatter.matching.thresholds import DEFAULT, Thresholds
from refmatter.model import Candidate, Decision, Hints, Lookup, Match, Rung, Work
from refmatter.titles import title_key, words

NEAR = 200
"""Works that are looked at beside those of the very title."""
_PREFIX = 12
"""Letters with which the keys of near titles begin, where there is no index of words."""
_WORDS = 4
"""Words of a title that a near one has, at most: its longest."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """What the matcher says of a title, and the works that are nearest to it, the best first;
    `near` tells that none has the very title, `by_words` that they were found by its words."""

    lookup: Lookup
    decision: Decision
    matches: tuple[Match, ...]
    near: bool
    by_words: bool


def search(
    shelf: CatalogDatabase, title: str, hints: Hints = Hints(), bars: Thresholds = DEFAULT
) -> SearchHit:
    """Look a title up: the works that have it; where there are none, those whose titles have its
    longest words, else those whose keys begin like its own. Raises ConfigError where the
    catalogue is damaged."""
    key = title_key(title)
    lookup = Lookup(key=key or title, title=title, hints=hints)
    works = shelf.by_title(key)
    near, by_words = not works, False
    if near and key:
        said = _by_words(shelf, title)
        by_words = said is not None
        works = shelf.by_prefix(key[:_PREFIX], NEAR) if said is None else said
    candidates = [Candidate(each, "catalog", Rung.CATALOG, shelf.date) for each in works]
    matches = [score_candidate(lookup, each) for each in candidates]
    matches.sort(key=lambda each: (-each.score, -each.features["likeness"]))
    return SearchHit(
        lookup,
        demote_unconfirmed(decide(lookup, matches, bars, NOBODY_ELSE), bars),
        tuple(matches),
        near,
        by_words,
    )


def _by_words(shelf: CatalogDatabase, title: str) -> tuple[Work, ...] | None:
    """The works that have the longest words of a title, or all of those but one: a slip in one
    of them is not to hide the work."""
    longest = sorted(dict.fromkeys(words(title).split()), key=lambda each: (-len(each), each))
    chosen = longest[:_WORDS]
    found: dict[Work, None] = {}
    asked = [chosen, *([w for w in chosen if w != out] for out in chosen if len(chosen) > 2)]
    for each in asked:
        said = shelf.by_words(each, NEAR)
        if said is None:
            return None
        found |= dict.fromkeys(said)
    return tuple(found)
