"""Group matches so that each group holds the records of one work.

Two records are one work where a system calls both the same (unless a system that keeps one
record a work has two for them). Records of different providers
that share no system are one work where title, first author and year (within two) are the same.
Two records of one provider stay two, as the provider itself tells them apart, save where that is
known to go wrong: a preprint and its publication, a talk and its article, a record that is there
twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import combinations

from refmatter.model import Match, Work
from refmatter.titles import family_key, readable, title_key

_SHORT = 12
"""Letters of a title under which people may well write two works: Editorial, Preface."""

_LONG = 30
"""Letters of a title that the same people write for years about one work only."""


def group(matches: Iterable[Match]) -> list[tuple[Match, ...]]:
    """Return the records by work; groups and their members in the order they came.

    The surest ties are made first, and none that would join what a catalogue keeps apart.
    """
    found = list(matches)
    if len(found) == 1:
        return [(found[0],)]
    order = sorted(range(len(found)), key=lambda index: _place(found[index]))
    groups = {index: [index] for index in order}
    ties: tuple[Callable[[list[Match], list[Match]], bool], ...] = (
        _named, _faced, _described, _formed,
    )  # fmt: skip
    for tied in ties:
        for first, second in combinations(order, 2):
            members, others = groups[first], groups[second]
            if members is not others and tied(
                [found[i] for i in members], [found[i] for i in others]
            ):
                members += others
                groups |= dict.fromkeys(others, members)
    distinct = {id(members): sorted(members) for members in groups.values()}
    return [tuple(found[i] for i in members) for members in sorted(distinct.values())]


def may_be_one_work(work: Work, other: Work) -> bool:
    """Whether two records that a system calls the same may well be of one work: most words of
    the shorter title are in the longer one, or the first author is the same. Catalogues
    merge what does not belong together now and then."""
    if work.identifiers.s2 and work.identifiers.s2 == other.identifiers.s2:
        return True
    return alike(work.title, other.title) or _same_first_author(work, other)


def is_unlike(title: str, record: str) -> bool:
    """Whether a title speaks against a record of another title: it has four words or more, in the
    record's script, and few of them are in the record's title."""
    return len(_words(title)) >= 4 and _latin(title) == _latin(record) and not alike(title, record)


def _latin(text: str) -> bool:
    """Whether most letters of a text are Latin."""
    letters = [c for c in readable(text) if c.isalpha()]
    return 2 * sum(c < "\u0250" or "\u1e00" <= c <= "\u1eff" for c in letters) >= len(letters)


def alike(title: str, other: str) -> bool:
    """Whether a title could be a short or decorated form of another: most of the shorter one's
    words are in the longer one."""
    short, long = sorted((_words(title), _words(other)), key=len)
    return bool(short) and len(short & long) >= 0.6 * len(short)


def _place(match: Match) -> tuple[str, ...]:
    """Return a sort key that does not depend on the order of the answers."""
    candidate = match.candidate
    work = candidate.work
    names = repr((tuple(work.identifiers), work.title, work.year, work.authors))
    return candidate.provider, names, candidate.fetched


def _named(members: list[Match], others: list[Match]) -> bool:
    """Whether a system calls a record of both the same."""
    agree = any(
        a.candidate.work.identifiers.agrees(b.candidate.work.identifiers)
        for a in members
        for b in others
    )
    return agree and not _kept_apart(members, others)


def _faced(members: list[Match], others: list[Match]) -> bool:
    """Whether one has the preprint of what the other has."""
    faces = any(
        _are_preprint_and_publication(a.candidate.work, b.candidate.work)
        for a in members
        for b in others
    )
    return faces and not _kept_apart(members, others)


def _described(members: list[Match], others: list[Match]) -> bool:
    """Whether all records of both are alike in what they say."""
    return not _kept_apart(members, others) and all(
        a.candidate.provider != b.candidate.provider
        and not a.candidate.work.identifiers.contradicts(b.candidate.work.identifiers)
        and _same_face(a.candidate.work, b.candidate.work)
        for a in members
        for b in others
    )


def _formed(members: list[Match], others: list[Match]) -> bool:
    """Whether both are forms of one work, though a catalogue may keep them apart: a talk and
    its article, a record that is there twice."""
    return any(_same_form(a.candidate.work, b.candidate.work) for a in members for b in others)


def _same_form(work: Work, other: Work) -> bool:
    """Whether title and authors are the same, and the year is, give or take one. Under a long
    title several authors may take five years for it, and half of them may be left out."""
    title = title_key(work.title)
    if not (work.authors and other.authors and len(title) > _SHORT):
        return False
    if title != title_key(other.title):
        return False
    people, other_people = (
        [family_key(name) for name in work.authors],
        [family_key(name) for name in other.authors],
    )
    shared = len({*people} & {*other_people})
    long, several = len(title) >= _LONG, shared > 1
    if not (work.year and other.year):
        return long and several and people[0] == other_people[0]
    gap = abs(work.year - other.year)
    if people == other_people:
        return gap <= (5 if long and several else 1)
    return long and gap <= 1 and 2 * shared >= min(len(people), len(other_people))


def _kept_apart(members: list[Match], others: list[Match]) -> bool:
    return any(_are_kept_apart(a.candidate.work, b.candidate.work) for a in members for b in others)


def _are_kept_apart(work: Work, other: Work) -> bool:
    """Whether a service that merges the records of a work has two records for these works."""
    names, other_names = work.identifiers, other.identifiers
    if names.openalex and other_names.openalex and names.openalex != other_names.openalex:
        return not _are_preprint_and_publication(work, other)
    return bool(names.s2 and other_names.s2 and names.s2 != other_names.s2)


def _are_preprint_and_publication(work: Work, other: Work) -> bool:
    """Whether one is the preprint of the other, as far as both are described. Semantic
    Scholar merges the two itself: where it has two records they are two works."""
    names, other_names = work.identifiers, other.identifiers
    return (
        (work.preprint is True) != (other.preprint is True)
        and _same_face(work, other)
        and not (names.arxiv and other_names.arxiv and names.arxiv != other_names.arxiv)
        and not (names.s2 and other_names.s2 and names.s2 != other_names.s2)
    )


def _same_face(work: Work, other: Work) -> bool:
    return bool(
        title_key(work.title) == title_key(other.title)
        and _same_first_author(work, other)
        and work.year
        and other.year
        and abs(work.year - other.year) <= 2
    )


def _same_first_author(work: Work, other: Work) -> bool:
    return bool(
        work.authors
        and other.authors
        and family_key(work.authors[0]) == family_key(other.authors[0])
    )


def _words(title: str) -> set[str]:
    return {key for word in re.split(r"[\W_]+", readable(title)) if (key := title_key(word))}
