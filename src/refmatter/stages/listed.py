"""A reference list as a service has it -> the works of it that a title may mean."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from refmatter.model import Work
from refmatter.titles import title_key

_ALIKE = 75
"""Percent of the letters of two titles that must agree somewhere for the matcher to look."""


class Listed:
    """The works of one list by their titles."""

    def __init__(self, works: Iterable[Work]) -> None:
        self._works: dict[str, list[Work]] = {}
        for work in works:
            if key := title_key(work.title):
                self._works.setdefault(key, []).append(work)

    def like(self, title: str) -> list[Work]:
        """The works of this very title; where there is none, those whose titles are near."""
        key = title_key(title)
        if key in self._works:
            return self._works[key]
        near = process.extract(
            key, list(self._works), scorer=fuzz.partial_ratio, score_cutoff=_ALIKE, limit=3
        )
        return [work for name, *_ in near for work in self._works[name]]
