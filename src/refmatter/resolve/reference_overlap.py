"""A reference list as a service has it -> the works of it that a title may mean, and what it has
of a note's own list."""

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
        """The works of this very title; where there is none, those whose titles are near."""
        key = title_key(title)
        if key in self._works:
            return self._works[key]
        near = process.extract(
            key, list(self._works), scorer=fuzz.partial_ratio, score_cutoff=_ALIKE, limit=3
        )
        return [work for name, *_ in near for work in self._works[name]]

    def overlap(self, titles: Iterable[str]) -> Overlap | None:
        """How much of what a note lists is in it; None where it holds nothing, as lists that
        were withheld do."""
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
    """The services of which all works that have a title are among its candidates, by the questions
    that were answered: none whose list may be cut short."""
    counts = Counter((candidate.provider, candidate.rung) for candidate in candidates)
    found = {name for name in ENTIRE if Question(name, Rung.TITLE_BATCH) in queries}
    for rung, services in ((Rung.TITLE_BATCH, WIDE), (Rung.SAME_TITLE_SEARCH, ENTIRE)):
        for name, most in services.items():
            if Question(name, rung) in queries and counts[name, rung] < most:
                found.add(name)
    return frozenset(found)
