"""The catalogue -> real pairs of works by other people whose titles nearly agree.

Every pair is (asked, other): `other` is what a careless matcher takes for `asked`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from benchmarks.matching.rewording import FILLERS
from benchmarks.matching.works import Work, folded, last_name
from rapidfuzz import fuzz

SHORTEST = 3
"""Words that a pair shares at least."""
CROWD = 12
"""Titles of one pattern that are looked at; of more, they are a series."""

_MARK = re.compile(r"[:?!.()]| [-–—] ")
_FIGURE = re.compile(r"\d+|\b(?:[ivx]{2,}|first|second|third|two|three|four|five)\b")


def pairs(works: Sequence[Work]) -> dict[str, list[tuple[Work, Work]]]:
    """The pairs by class: `word`, `insert`, `prefix`, `suffix`, `number`, `shared_head`, each in
    the catalogue's order, both ways round."""
    usable = [work for work in works if work.authors and work.year]
    found = {
        "word": _word(usable),
        "insert": _insert(usable),
        "prefix": _longer(usable, at_start=True),
        "suffix": _longer(usable, at_start=False),
        "number": _number(usable),
        "shared_head": _shared_head(usable),
    }
    return {
        kind: [
            pair
            for one, other in each
            if one.key != other.key and (kind == "number" or are_strangers(one, other))
            for pair in ((one, other), (other, one))
        ]
        for kind, each in found.items()
    }


def are_strangers(one: Work, other: Work) -> bool:
    """Whether no author of the one is an author of the other."""
    return not {last_name(a) for a in one.authors} & {last_name(a) for a in other.authors}


def gist(title: str) -> tuple[str, ...]:
    """The folded words of a title that say something."""
    return tuple(word for word in folded(title) if word not in FILLERS)


def _word(works: Sequence[Work]) -> Iterator[tuple[Work, Work]]:
    """One word that says something is another word."""
    patterns: dict[tuple[str, ...], list[tuple[Work, str]]] = defaultdict(list)
    for work in works:
        if len(work.words) > SHORTEST:
            for place, word in enumerate(work.words):
                if _says_something(word):
                    patterns[(*work.words[:place], "*", *work.words[place + 1 :])].append(
                        (work, word)
                    )
    for group in patterns.values():
        if 1 < len(group) <= CROWD:
            for (one, mine), (other, theirs) in combinations(group, 2):
                if fuzz.ratio(mine, theirs) < 75:
                    yield one, other


def _insert(works: Sequence[Work]) -> Iterator[tuple[Work, Work]]:
    """The other has one more word inside."""
    known = {work.words: work for work in works}
    for work in works:
        words = work.words
        for place in range(1, len(words) - 1):
            short = known.get(words[:place] + words[place + 1 :])
            if short and len(short.words) > SHORTEST and _says_something(words[place]):
                yield short, work


def _longer(works: Sequence[Work], *, at_start: bool) -> Iterator[tuple[Work, Work]]:
    """The other has words more, before or behind; not where a colon parts them, as a subtitle
    may be left out."""
    known = {work.words: work for work in works}
    for work in works:
        words = work.words
        for place in range(1, len(words)):
            shared, more = (
                (words[place:], words[:place]) if at_start else (words[:place], words[place:])
            )
            short = known.get(shared)
            if (
                short
                and len(shared) >= SHORTEST
                and any(_says_something(word) for word in more)
                and not _at_mark(work, short)
            ):
                yield short, work


def _at_mark(longer: Work, shorter: Work) -> bool:
    """Whether a mark stands in the longer title where the shorter one begins or ends."""
    return any(
        "".join(folded(part)) == shorter.key
        for mark in _MARK.finditer(longer.title)
        for part in (longer.title[: mark.start()], longer.title[mark.end() :])
    )


def _number(works: Sequence[Work]) -> Iterator[tuple[Work, Work]]:
    """Only figures differ, as in a series, which may well be by the same people."""
    patterns: dict[str, list[Work]] = defaultdict(list)
    for work in works:
        text = " ".join(work.words)
        pattern = _FIGURE.sub("#", text)
        if pattern != text:
            patterns[pattern].append(work)
    for group in patterns.values():
        if len(group) > 1:
            yield from pairwise(group)


def _shared_head(works: Sequence[Work]) -> Iterator[tuple[Work, Work]]:
    """What stands before the colon is the same."""
    heads: dict[str, list[Work]] = defaultdict(list)
    for work in works:
        head, colon, rest = work.title.partition(": ")
        if colon and " " in head and rest:
            heads["".join(folded(head))].append(work)
    for group in heads.values():
        if 1 < len(group) <= CROWD:
            yield from pairwise(group)


def _says_something(word: str) -> bool:
    return len(word) > 3 and word.isalpha() and word not in FILLERS
