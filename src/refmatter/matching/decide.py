"""Matches of a lookup -> a Decision, with its reason in words a person can check.

Never fuzzy alone: a work is only considered when its title key is equal, or when the note
itself names it by an identifier. Evidence can tell namesakes apart and can speak against a
work; where it leaves two, or speaks against the only one, the decision is Ambiguous.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from refmatter.matching.identity import alike, group, plausible
from refmatter.model import Accepted, Ambiguous, Decision, Lookup, Match, Unmatched

_Group: TypeAlias = tuple[Match, ...]

_TELLING: tuple[tuple[str, str], ...] = (
    ("identifier", "the note's own identifier"),
    ("citing", "the citing note's reference list"),
    ("first_author", "the first author"),
    ("year", "the year"),
)
"""Evidence that tells namesakes apart, the surest first, in a reason's words."""


def decide(lookup: Lookup, matches: Sequence[Match]) -> Decision:
    """Which of the candidates is the work, if any."""
    eligible = [m for m in matches if _eligible(m)]
    if not eligible:
        return Unmatched("nobody who was asked knows a work of this title", tuple(matches))
    groups = group(eligible)
    sound = [each for each in groups if not _objections(each)]
    if not sound:
        against = sorted({reason for each in groups for reason in _objections(each)})
        return Ambiguous(_ranked(groups), f"the title fits, but not {' or '.join(against)}")
    if len(sound) < len(groups) and all(m.candidate.provider == "vault" for m in sound[0]):
        return Ambiguous(_ranked(groups), "another note of this title is about another work")
    telling = sorted({reason for each in groups for reason in _objections(each)})
    for feature, words in _TELLING:
        if len(sound) > 1:
            kept = _best(sound, feature)
            if len(kept) < len(sound):
                telling.append(words)
                sound = kept
    if len(sound) > 1:
        return Ambiguous(_ranked(sound), f"{len(sound)} works share this title")
    kin = tuple(m for m in matches if m not in eligible and _related(m, sound[0]))
    others = _ranked([each for each in groups if each is not sound[0]])
    return _accepted(lookup, (*sound[0], *kin), telling, others)


def _related(match: Match, works: _Group) -> bool:
    """Whether a record under another title is the accepted work by its identifiers: a preprint
    that was renamed, say. Its values count, its title does not."""
    other = match.candidate.work
    return any(
        each.identifiers.agrees(other.identifiers) and plausible(each, other)
        for each in (m.candidate.work for m in works)
    )


def _eligible(match: Match) -> bool:
    features = match.features
    return features.get("identifier", 0.5) > 0 and (
        features["title"] == 1.0 or features.get("identifier") == 1.0
    )


def _objections(works: _Group) -> set[str]:
    """What a note says of its work that none of the work's records agrees with."""
    against = set()
    if _all(works, "first_author", lambda value: value == 0):
        against.add("the first author")
    if _all(works, "year", lambda value: value == 0):
        against.add("the year")
    return against if not any(m.features.get("identifier") == 1.0 for m in works) else set()


def _all(works: _Group, feature: str, holds: Callable[[float], bool]) -> bool:
    values = [m.features[feature] for m in works if feature in m.features]
    return bool(values) and all(holds(value) for value in values)


def _best(groups: list[_Group], feature: str) -> list[_Group]:
    """The groups that a feature speaks for; all of them where it speaks for none."""
    kept = [g for g in groups if any(m.features.get(feature) == 1.0 for m in g)]
    return kept or groups


def _ranked(groups: Sequence[_Group]) -> _Group:
    """One match a group, the best first: what a person chooses between."""
    best = [max(each, key=lambda m: m.score) for each in groups]
    return tuple(sorted(best, key=lambda m: (-m.score, -(m.candidate.work.citation_count or 0))))


def _accepted(lookup: Lookup, works: _Group, telling: list[str], others: _Group) -> Decision:
    if not any(m.features["title"] for m in works):
        named = works[0].candidate.work.title
        if not alike(lookup.title, named):
            return Ambiguous(works, f"the note's identifier names another title: {named!r}")
        reason = f"the note's own identifier; its record's title is {named!r}"
        return Accepted(works, reason, others=others)
    spoken = [words for feature, words in _TELLING if _speaks(works, feature)]
    reason = "equal titles"
    if telling:
        reason += f"; told from its namesakes by {' and '.join(telling)}"
    elif spoken:
        reason += f"; confirmed by {' and '.join(spoken)}"
    sure = any(_speaks(works, feature) for feature in ("identifier", "citing", "first_author"))
    return Accepted(works, reason, sure, others)


def _speaks(works: _Group, feature: str) -> bool:
    return any(m.features.get(feature) == 1.0 for m in works)
