"""A work -> what a note knows of it beside its title: nothing, a year, a name, or both."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from benchmarks.matching.works import Work

HINTED = 0.5
"""The share of questions with hints."""
OFF = 0.25
"""Of the years, those that are off by one or two, as preprints' are."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What a question says beside the title."""

    year: int | None = None
    authors: list[str] | None = None


def hints(work: Work, chance: Random, *, off: bool = True) -> Hints:
    """Half the time nothing, else the year, the first author, or most often both."""
    if chance.random() >= HINTED:
        return Hints()
    what = chance.random()
    year = _year(work, chance, off=off) if what < 0.8 else None
    names = [named(work.authors[0], chance)] if what >= 0.2 and work.authors else None
    return Hints(year, names)


def named(name: str, chance: Random) -> str:
    """A name in one of four forms: `First Last`, `Last, F.`, `F. Last`, `Last`."""
    first, _, last = name.rpartition(" ")
    if not first:
        return name
    return chance.choice((name, f"{last}, {first[0]}.", f"{first[0]}. {last}", last))


def _year(work: Work, chance: Random, *, off: bool) -> int | None:
    if work.year is None:
        return None
    return work.year + (chance.choice((-2, -1, 1, 2)) if off and chance.random() < OFF else 0)
