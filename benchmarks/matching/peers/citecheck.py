"""The two verdicts of citecheck on a title: that it is verified, and that it is the same work."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache

from benchmarks.matching.case import Question, Verdict
from benchmarks.matching.peers.choosing import (
    Candidate,
    accepted,
    asciified,
    authors,
    family,
    name_parts,
    overlap,
    plain,
    title,
    unmatched,
    year_gap,
)
from rapidfuzz.distance import Indel

_SAME, _NEAR = 0.95, 0.85
_FILLERS = frozenset({
    "a", "an", "and", "are", "as", "at", "by", "for", "from", "in", "into", "is", "its", "of",
    "on", "or", "the", "to", "toward", "towards", "using", "via", "with",
})  # fmt: skip
_PARTS = re.compile(r"\s*[:?!.]\s+|\s+-{1,3}\s+")


def same_work(question: Question) -> Verdict:
    """As citecheck-refs 0.4.1: titles alike to 0.85, or equal but for a subtitle, and at least half
    the asked authors on the record; as described in its `title_sim` and `_consistent`."""
    found = _closest(question)
    return accepted(found) if found else unmatched()


def verified(question: Question) -> Verdict:
    """As citecheck-refs 0.4.1: the same work without anything to remark: titles alike to 0.95 with
    no content word changed, all asked authors with initials that fit, and a year from one before
    to two after the record's; as described in its `_clean` and `check`."""
    found = _closest(question)
    return accepted(found) if found and _is_clean(question, found) else unmatched()


def _closest(question: Question) -> Candidate | None:
    """The best of what may be the same work, in the tool's order of preference."""
    near = [
        (likeness, share, candidate)
        for candidate in question["candidates"]
        if (likeness := _likeness(title(question), title(candidate))) >= _NEAR
        and (share := _share(question, candidate)) >= 0.5
    ]
    if not near:
        return None
    found: Candidate = max(
        near,
        key=lambda n: (n[0] >= _SAME, n[1], -abs(year_gap(question, n[2]) or 0), n[0]),
    )[2]
    return found


def _is_clean(question: Question, candidate: Candidate) -> bool:
    gap = year_gap(question, candidate)
    return (
        _likeness(title(question), title(candidate)) >= _SAME
        and not _is_changed(title(question), title(candidate))
        and _share(question, candidate) == 1.0
        and (gap is None or -1 <= gap <= 2)
        and not any(_other_initials(name, candidate) for name in authors(question))
    )


@cache
def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", asciified(plain(text))).strip()


@cache
def _likeness(one: str, other: str) -> float:
    mine, theirs = _folded(one), _folded(other)
    if not mine or not theirs:
        return 0.0
    likeness = overlap(mine, theirs, _NEAR)
    return max(likeness, _NEAR) if _is_part(one, other) else likeness


def _is_part(one: str, other: str) -> bool:
    """Whether one title is the other without its subtitle."""
    mine, theirs = _folded(one), _folded(other)
    short, long = sorted((mine, theirs), key=len)
    if len(short.split()) >= 4 and long.startswith(short + " "):
        return True
    mains = ((_main(one), theirs), (_main(other), mine))
    return any(" " in main and main == whole for main, whole in mains)


@cache
def _main(text: str) -> str:
    return _folded(_PARTS.split(plain(text), maxsplit=1)[0])


@cache
def _is_changed(one: str, other: str) -> bool:
    """Whether a content word is added, dropped or replaced by one that is no spelling of it."""
    mine, theirs = _folded(one).split(), _folded(other).split()
    for kind, a, b, c, d in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        left, right = mine[a:b], theirs[c:d]
        if kind == "equal" or "".join(left) == "".join(right):
            continue
        if kind != "replace":
            if any(word not in _FILLERS for word in left + right):
                return True
        elif len(left) != len(right) or not all(map(_is_spelling, left, right)):
            return True
    return False


def _is_spelling(one: str, other: str) -> bool:
    return overlap(one, other, 0.8) > 0


def _share(question: Question, candidate: Candidate) -> float:
    """Share of the asked authors that the record has; 1 where one side names nobody."""
    names = [last for name in authors(question) for last in _folded(family(name)).split()[-1:]]
    words = {word for name in authors(candidate) for word in _folded(name).split()}
    if not names or not words:
        return 1.0
    return sum(_is_among(name, words) for name in names) / len(names)


def _is_among(name: str, words: set[str]) -> bool:
    if name in words:
        return True
    return len(name) >= 4 and any(
        Indel.normalized_similarity(name, word) >= 0.85 and overlap(name, word, 0.85) > 0
        for word in words
        if len(word) >= 4
    )


def _other_initials(name: str, candidate: Candidate) -> bool:
    """Whether everybody of this family name on the record has other initials."""
    last, given = name_parts(name)
    mine = _initials(given)
    namesakes = [
        _initials(others)
        for theirs, others in map(name_parts, authors(candidate))
        if theirs == last
    ]
    return bool(mine and namesakes) and all(each and not each & mine for each in namesakes)


def _initials(given: str) -> set[str]:
    return {word[0] for word in _folded(given).split()}
