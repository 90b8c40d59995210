"""Works -> cases with a near-twin in sight: `neg` where nothing is right, `twin` where the work
is there as well, and `junk` that names no work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from random import Random

from benchmarks.matching import inventions, junk
from benchmarks.matching.case import Case
from benchmarks.matching.draw import Draw, homonym
from benchmarks.matching.hints import Hints, hints, named
from benchmarks.matching.twins import are_strangers, gist
from benchmarks.matching.works import Work

PAIRS = {"insert": 12, "number": 24, "prefix": 90, "suffix": 90, "word": 90}
TWINS = {"prefix": 40, "suffix": 60, "word": 60}
INVENTED = 120
HOMONYMS = 25
SHARED_HEADS = 90
GENERIC, GARBAGE = 105, 95
APART = 5
"""Years at least between two works of one title that a year tells apart."""

_INVENTIONS: dict[str, tuple[Callable[[str, Random], str | None], float]] = {
    "about": (inventions.about, 0.7),
    "edition": (inventions.edition, 0.4),
    "opposite": (inventions.opposite, 0.6),
}
"""Each with the share of those whose hints are other people's; the others' are the author's."""


def neg(draw: Draw) -> Iterator[Case]:
    """All classes of which nothing may be accepted."""
    for kind, count in PAIRS.items():
        yield from islice(_near(draw, kind), count)
    for kind in _INVENTIONS:
        yield from islice(_invented(draw, kind), INVENTED)
    yield from islice(_shared_head(draw), SHARED_HEADS)
    yield from islice(_other_author(draw), HOMONYMS)
    yield from islice(_other_year(draw), HOMONYMS)
    yield from islice(_undecided(draw), HOMONYMS)


def twin(draw: Draw) -> Iterator[Case]:
    """The work and its near-twin are both there."""
    for kind, count in TWINS.items():
        yield from islice(_both(draw, kind), count)
    yield from islice(_both_homonyms(draw), HOMONYMS)


def headings_and_garbage(draw: Draw) -> Iterator[Case]:
    """What is no title."""
    chance = draw.chance
    works = draw.library.works.all
    for kind, count in (("generic", GENERIC), ("garbage", GARBAGE)):
        for _ in range(count):
            text = junk.generic(chance) if kind == "generic" else junk.garbage(chance, works)
            year = chance.randint(1990, 2023) if chance.random() < 0.1 else None
            yield draw.case(f"junk/{kind}", text, Hints(year), draw.found(text))


def _near(draw: Draw, kind: str) -> Iterator[Case]:
    for asked, other in draw.pairs(kind):
        draw.use(asked)
        rest = draw.found(asked.title, without=asked, also=[other])
        said = hints(asked, draw.chance)
        if any(_could_be(asked, asked.title, said, each) for each in rest):
            continue
        yield draw.case(f"neg/{kind}", asked.title, said, rest)


def _both(draw: Draw, kind: str) -> Iterator[Case]:
    for asked, other in draw.pairs(kind, again=True):
        draw.use(asked)
        found = draw.found(asked.title, also=[asked, other])
        right = draw.forms(asked, found)
        yield draw.case(f"twin/{kind}", asked.title, hints(asked, draw.chance), found, right)


def _could_be(asked: Work, title: str, said: Hints, other: Work) -> bool:
    """Whether the title says what the other's does, or all that stands before its colon, and no
    author tells them apart: nobody could know it from a title in another form."""
    told_apart = said.authors is not None and are_strangers(asked, other)
    others = other.title, other.title.partition(":")[0]
    return not told_apart and gist(title) in map(gist, others)


def _invented(draw: Draw, kind: str) -> Iterator[Case]:
    invent, by_others = _INVENTIONS[kind]
    for work in draw.works():
        title = invent(work.title, draw.chance)
        if title is None or draw.exists(title) or len(work.words) < 3:
            continue
        draw.use(work)
        by = draw.stranger(work) if draw.chance.random() < by_others else work
        said = hints(work, draw.chance)
        if said.authors:
            said = Hints(said.year, [named(by.authors[0], draw.chance)])
        yield draw.case(f"neg/{kind}", title, said, draw.found(title, also=[work]))


def _shared_head(draw: Draw) -> Iterator[Case]:
    """Only what stands before the colon is asked for. Most often both works are there, and
    nothing tells which is meant; else the one whose author is named is not."""
    for asked, other in draw.pairs("shared_head"):
        head = asked.title.partition(": ")[0]
        if draw.exists(head):
            continue
        draw.use(asked)
        if draw.chance.random() < 0.7:
            found = draw.found(head, also=[asked, other])
            said = Hints()
        else:
            found = draw.found(head, without=asked, also=[other])
            said = Hints(asked.year, [named(asked.authors[0], draw.chance)])
            if any(_could_be(asked, head, said, each) for each in found):
                continue
        yield draw.case("neg/shared_head", head, said, found)


def _other_author(draw: Draw) -> Iterator[Case]:
    """The only work of the title is by other people than the question says."""
    for work in draw.works():
        other = draw.stranger(work)
        draw.use(work)
        year = work.year if draw.chance.random() < 0.6 else None
        said = Hints(year, [named(work.authors[0], draw.chance)])
        yield _lone(draw, "other_author", work, homonym(work, other, other.year), said)


def _other_year(draw: Draw) -> Iterator[Case]:
    """The only work of the title is of quite another year."""
    for work in draw.works():
        if work.year is None:
            continue
        draw.use(work)
        double = homonym(work, draw.stranger(work), _apart(work.year, draw.chance))
        yield _lone(draw, "other_year", work, double, Hints(work.year))


def _lone(draw: Draw, kind: str, work: Work, double: Work, said: Hints) -> Case:
    rest = draw.found(work.title, without=work, also=[double])
    return draw.case(f"neg/homonym_{kind}", work.title, said, rest)


def _undecided(draw: Draw) -> Iterator[Case]:
    """Two works of one title, and at most a year that is both's."""
    for work in draw.works():
        draw.use(work)
        double = homonym(work, draw.stranger(work), work.year)
        said = Hints(work.year) if draw.chance.random() < 0.3 else Hints()
        found = draw.found(work.title, also=[work, double])
        yield draw.case("neg/homonym_undecided", work.title, said, found)


def _both_homonyms(draw: Draw) -> Iterator[Case]:
    """Two works of one title, and a name or a year that tells which is meant."""
    for work in draw.works():
        if work.year is None:
            continue
        draw.use(work)
        by_year = draw.chance.random() < 0.3
        other = draw.stranger(work)
        year = _apart(work.year, draw.chance) if by_year else other.year
        said = Hints(work.year, None if by_year else [named(work.authors[0], draw.chance)])
        found = draw.found(work.title, also=[work, homonym(work, other, year)])
        yield draw.case("twin/homonym", work.title, said, found, draw.forms(work, found))


def _apart(year: int, chance: Random) -> int:
    """Another year, APART or more away, and not in the future."""
    earlier = year - chance.randint(APART, 15)
    later = year + chance.randint(APART, 15)
    return later if later <= 2024 and chance.random() < 0.5 else earlier
