"""Search a work's reference list for a title, and compare it with a note's own list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from rapidfuzz import fuzz, process

from refmatter.model import Candidate, Overlap, Question, Rung, Work
from refmatter.registry import ENTIRE, WIDE
from refmatter.titles import title_key

_ALIKE = 75
"""Percent of the letters of two titles that must agree somewhere for the matcher to look."""


class ListedWorks:
    """The works of one list by their titles."""

    def __init__(self, works: Iterable[Work]) -> None:
        self._works: dict[str, list[Work]] = {}
        for work in works:
            if key := title_key(work.title):
                self._works.setdefault(key, []).append(work)

    def works_titled(self, title: str) -> list[Work]:
        """Return the works with this title; if there are none, those with a similar one."""
        key = title_key(title)
        if key in self._works:
            return self._works[key]
        near = process.extract(
            key, list(self._works), scorer=fuzz.partial_ratio, score_cutoff=_ALIKE, limit=3
        )
        return [work for name, *_ in near for work in self._works[name]]

    def overlap(self, titles: Iterable[str]) -> Overlap | None:
        """Return how much of a note's list is in the work's list; None if that list is empty, as
        withheld lists are."""
        if not self._works:
            return None
        noted = {key: title for title in titles if (key := title_key(title))}
        return Overlap(
            noted=len(noted),
            listed=len(self._works),
            shared=sum(key in self._works for key in noted),
            near=sum(bool(self.works_titled(title)) for title in noted.values()),
        )


def complete_lists(
    queries: AbstractSet[Question], candidates: Sequence[Candidate]
) -> frozenset[str]:
    """Return the providers whose candidates include every work with the title, by the answered
    queries: none whose list may be cut short."""
    counts = Counter((candidate.provider, candidate.rung) for candidate in candidates)
    found = {name for name in ENTIRE if Question(name, Rung.TITLE_BATCH) in queries}
    for rung, services in ((Rung.TITLE_BATCH, WIDE), (Rung.SAME_TITLE_SEARCH, ENTIRE)):
        for name, most in services.items():
            if Question(name, rung) in queries and counts[name, rung] < most:
                found.add(name)
    return frozenset(found)
