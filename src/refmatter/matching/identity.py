"""Matches -> groups, each the records of one work.

Two records are one work where a system calls both the same (unless a system that keeps one
record a work has two for them). Records of different providers
that share no system are one work where title, first author and year (within two) are the same.
Two records of one provider stay two: the provider itself tells them apart (a vault does not:
two notes may well be about one work).
"""

from __future__ import annotations

from collections.abc import Iterable

from refmatter.model import Identifiers, Match, Work
from refmatter.titles import family, title_key


def group(matches: Iterable[Match]) -> list[tuple[Match, ...]]:
    """The records by work; groups and their members in the order they came."""
    groups: list[list[Match]] = []
    for match in matches:
        home = next((g for g in groups if _named_alike(g, match)), None) or next(
            (g for g in groups if _described_alike(g, match)), None
        )
        if home is None:
            groups.append([match])
        else:
            home.append(match)
    return [tuple(each) for each in groups]


def _named_alike(members: list[Match], match: Match) -> bool:
    theirs = match.candidate.work.identifiers
    named = [m.candidate.work.identifiers for m in members]
    return any(each.agrees(theirs) for each in named) and not any(
        _two_records(each, theirs) for each in named
    )


def _two_records(one: Identifiers, other: Identifiers) -> bool:
    """Whether a catalogue that merges what it takes for one work has kept these apart."""
    return any(
        mine is not None and theirs is not None and mine != theirs
        for mine, theirs in ((one.s2, other.s2), (one.openalex, other.openalex))
    )


def _described_alike(members: list[Match], match: Match) -> bool:
    work, provider = match.candidate.work, match.candidate.provider
    return all(
        (m.candidate.provider != provider or provider == "vault")
        and not m.candidate.work.identifiers.contradicts(work.identifiers)
        and _same_face(m.candidate.work, work)
        for m in members
    )


def _same_face(one: Work, other: Work) -> bool:
    return bool(
        title_key(one.title) == title_key(other.title)
        and one.authors
        and other.authors
        and family(one.authors[0]) == family(other.authors[0])
        and one.year
        and other.year
        and abs(one.year - other.year) <= 2
    )
