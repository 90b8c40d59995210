"""The catalogue and a seed -> works picked by chance, and questions with their ten candidates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from random import Random

from benchmarks.matching import twins
from benchmarks.matching.case import Case, Question
from benchmarks.matching.hints import Hints
from benchmarks.matching.retrieval import Index
from benchmarks.matching.works import (
    Half,
    Work,
    Works,
    catalogue,
    folded,
    half_of,
    is_same,
    may_be_same,
)

CANDIDATES = 10


@dataclass(frozen=True)
class Library:
    """The works, the index that finds them, and the pairs that nearly agree."""

    works: Works
    index: Index

    @cached_property
    def pairs(self) -> dict[str, list[tuple[Work, Work]]]:
        """Real near-twins by class."""
        return twins.pairs(self.works.all)


@lru_cache(maxsize=1)
def library() -> Library:
    """The catalogue at hand. Raises NoCatalogueError."""
    works = catalogue()
    return Library(works, Index(works.all))


class Draw:
    """One half of the works in an order of its own; no work is picked twice."""

    def __init__(self, of: Library, half: Half, seed: int) -> None:
        self.library = of
        self.half = half
        self.chance = Random(f"{half}|{seed}")  # noqa: S311 - to be the same each time
        self._pool = of.works.askable(half)
        self._askable = {work.id for work in self._pool}
        self._used: set[str] = set()
        self._asked: tuple[str, list[Work]] = ("", [])

    def works(self) -> Iterator[Work]:
        """The works that were not asked for yet, in an order of chance."""
        for work in self.chance.sample(self._pool, len(self._pool)):
            if work.id not in self._used:
                yield work

    def pairs(self, kind: str, *, again: bool = False) -> Iterator[tuple[Work, Work]]:
        """The near-twins of a class of which the first is in this half and, unless `again`, not
        asked for yet."""
        chosen = [
            pair for pair in self.library.pairs[kind]
            if half_of(pair[0]) == self.half and pair[0].id in self._askable
        ]  # fmt: skip
        # The more they share, the sooner: what has three words in common is seldom confused.
        chosen.sort(key=lambda pair: self.chance.random() ** (1 / _shared(pair) ** 3))
        seen = set() if again else self._used
        for pair in reversed(chosen):
            if pair[0].id not in seen:
                yield pair
                seen.add(pair[0].id)

    def stranger(self, work: Work) -> Work:
        """A work that has no author in common with this one."""
        return next(
            other for other in iter(lambda: self.chance.choice(self._pool), None)
            if twins.are_strangers(work, other)
        )  # fmt: skip

    def use(self, work: Work) -> None:
        """The work is not picked again."""
        self._used.add(work.id)

    def exists(self, title: str) -> bool:
        """Whether a record of the catalogue has this title."""
        return bool(self.library.works.titled("".join(folded(title))))

    def forms(self, work: Work, among: Iterable[Work] = ()) -> list[Work]:
        """The records of the work: with its title, or `among` these with one much like it."""
        known = [*self.library.works.titled(work.key), *among]
        return list(
            {each.id: each for each in known if each is work or is_same(work, each)}.values()
        )

    def found(
        self, title: str, without: Work | None = None, also: Sequence[Work] = ()
    ) -> list[Work]:
        """The candidates, best first; `also` are among them whatever the search says. The records
        that may be of the work `without` are not known."""
        best = [
            work for work in self.search(title)
            if without is None or not may_be_same(without, work)
        ][:CANDIDATES]  # fmt: skip
        missing = [work for work in also if work not in best]
        return [*best[: CANDIDATES - len(missing)], *missing]

    def search(self, title: str) -> list[Work]:
        """What the search finds, best first, some more than are candidates. The last answer is
        kept, as it is often asked for again without some of its works."""
        if title != self._asked[0]:
            self._asked = (title, self.library.index.search(title, 2 * CANDIDATES))
        return self._asked[1]

    def case(
        self, named: str, title: str, hints: Hints, found: Sequence[Work],
        right: Iterable[Work] = (),
    ) -> Case:  # fmt: skip
        """A case named `group/kind`, its candidates in an order that tells nothing."""
        group, _, kind = named.partition("/")
        shuffled = list(found)
        self.chance.shuffle(shuffled)
        question: Question = {
            "title": title,
            "year": hints.year,
            "authors": hints.authors,
            "candidates": [work.candidate() for work in shuffled],
        }
        return Case(group, kind, question, frozenset(work.id for work in right))


def _shared(pair: tuple[Work, Work]) -> int:
    return min(len(each.words) for each in pair)


def homonym(work: Work, other: Work, year: int | None) -> Work:
    """A made-up work of the same title, with the authors and the venue of another one."""
    digest = hashlib.sha256(f"{work.id}|{other.id}|{year}".encode()).hexdigest()
    return replace(
        work, id=f"p{digest[:12]}", authors=other.authors, year=year, venue=other.venue, doi=None
    )
