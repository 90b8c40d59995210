"""`labels.jsonl` -> what a person said of real titles that no evidence decides.

Its first line tells where the titles come from. Each other line has the set of questions, the
`query` (the title asked for) and the `id` of a candidate, whether that is the `right` one, and
why. Without an id it speaks of all candidates: false where none of them is the work, null where
a person cannot tell either. `asks` is the record of the catalogue that a title was taken from.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("labels.jsonl")

LISTS: Final = "lists"
TITLES: Final = "titles"
UNRESOLVED: Final = "unresolved"
SETS: Final = frozenset(
    {"crossref", "dblp", "openalex", "semantic-scholar", LISTS, TITLES, UNRESOLVED}
)
"""The searches by their services, and the three sets that are asked of the catalogue."""


@dataclass(frozen=True, slots=True)
class Label:
    """One ruling; `right` is None where it cannot be told."""

    set: str
    query: str
    id: str | None
    right: bool | None
    why: str
    asks: str | None = None


class Labels:
    """Rulings by the set and the title that they are about."""

    def __init__(self, labels: Iterable[Label]) -> None:
        self.all = tuple(labels)
        self._about: dict[tuple[str, str], list[Label]] = defaultdict(list)
        for label in self.all:
            self._about[label.set, label.query].append(label)

    def about(self, name: str, query: str) -> list[Label]:
        """What was said of a title in a set of questions."""
        return self._about.get((name, query), [])

    def of(self, name: str, query: str, candidate: str) -> Label | None:
        """What was said of one candidate."""
        return next((each for each in self.about(name, query) if each.id == candidate), None)


@lru_cache(maxsize=1)
def labels() -> Labels:
    """All that stand in the file."""
    _, *lines = FILE.read_text(encoding="utf-8").splitlines()
    return Labels(Label(**json.loads(line)) for line in lines)
