"""Matches of a lookup -> a Decision, with its reason in words a person can check.

The features say what speaks for and against each candidate, and the score adds it up; here is
the small rule that turns the best of them, what it is ahead of the next by, and what speaks
against it whatever the score, into a decision. Unsure means Ambiguous.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from types import MappingProxyType
from typing import TypeAlias

from msgspec.structs import replace

from refmatter.matching.clustering import group, plausible, unlike
from refmatter.matching.features import GENERAL, VETOING
from refmatter.matching.thresholds import DEFAULT, Thresholds
from refmatter.model import (
    Accepted,
    Ambiguous,
    Decision,
    Identifiers,
    Lookup,
    Match,
    Tier,
    TitleSource,
    Unmatched,
    Work,
)

_Group: TypeAlias = tuple[Match, ...]

NO_LISTS: frozenset[str] = frozenset()
"""No provider's list of the works of a title is complete."""


def decide(
    lookup: Lookup,
    matches: Sequence[Match],
    bars: Thresholds = DEFAULT,
    complete: AbstractSet[str] = NO_LISTS,
) -> Decision:
    """Which of the candidates is the work, if any.

    `complete` names the providers of which every work of this very title is among the candidates:
    those whose list of them was answered in full. The catalogue is one of them where it knows
    nearly every work.
    """
    beside = [m.candidate.work.identifiers for m in matches if _is_beside(m)]
    eligible = [m for m in matches if _eligible(m, bars) and not _is_called(m, beside)]
    if not eligible:
        near = sorted((m for m in matches if _is_near(m)), key=_rank)[:3]
        return Unmatched(_why_none(matches), tuple(near))
    groups = _listed_alone(group(eligible), matches, complete)
    against = [_objections(each) for each in groups]
    pairs = zip(groups, against, strict=True)
    sound = [each for each, objected in pairs if not objected and _passes(each, bars)]
    telling = sorted(set(chain.from_iterable(against)))
    if not sound:
        fits = f"the title fits, but not {' or '.join(telling)}"
        return Ambiguous(_ranked(groups), fits if all(against) else _doubt(groups))
    named = [each for each in groups if any(m.features.get("identifier") for m in each)]
    if len(named) > 1:
        return Ambiguous(_ranked(named), f"the note's identifiers name {len(named)} works")
    if len(sound) > 1:
        sound = _told_apart(_best_titled(sound, bars), telling)
    else:
        sound += _close_behind(sound[0], groups, against, bars)
    if len(sound) > 1:
        return Ambiguous(_ranked(sound), _rivals(sound))
    if doubt := _lone_title(sound[0], complete):
        return Ambiguous(_ranked([sound[0], *(g for g in groups if g is not sound[0])]), doubt)
    chosen = {id(m) for m in eligible}
    kin = tuple(m for m in matches if id(m) not in chosen and _related(m, sound[0]))
    others = _ranked([each for each in groups if each is not sound[0]])
    return _accepted(lookup, (*sound[0], *kin), telling, others)


def _why_none(matches: Sequence[Match]) -> str:
    """Why no candidate may be the work."""
    kinds = sorted({m.candidate.work.kind or "review" for m in matches if _has_its_title(m)})
    if kinds:
        return f"only a record beside a work has this title: {', '.join(kinds)}"
    return "nobody who was asked knows a work of this title"


def _lone_title(works: _Group, complete: AbstractSet[str]) -> str:
    """Why the title alone is too little for a work which is left of all that have it; "" where it
    is enough."""
    against = _contrary(works)
    if against and not _is_favoured(works):
        return f"nothing but the title speaks for it, and {against} speaks against it"
    if LIMITED not in complete and _is_near_and_local(works):
        return "only the catalogue has it, under another title, and nothing else speaks for it"
    return ""


LIMITED = "catalog"
"""The provider that knows some works of some fields: that nobody else has such a title there says
little."""

NOBODY_ELSE: frozenset[str] = frozenset({LIMITED})
"""For a question to the catalogue alone: what it has is all that is looked for."""


def _is_near_and_local(works: _Group) -> bool:
    """Whether only the catalogue has a work, its title is not the very one, and the note has no
    evidence of its own for it."""
    if any(m.candidate.provider != LIMITED for m in works) or _speaks(works, "title"):
        return False
    return not _has_own_evidence(works)


def _has_own_evidence(works: _Group) -> bool:
    """Whether enough speaks for a work whose title is only near: an identifier, a reference list
    that was read, or both first author and year."""
    if any(_speaks(works, feature) for feature in _CONFIRMING):
        return True
    return _speaks(works, "first_author") and _speaks(works, "year")


_CONFIRMING = ("identifier", "linked", "citing", "listed")
"""Evidence that names a work, whatever the title is."""


def _contrary(works: _Group) -> str:
    """What speaks against a work in all its records, in a reason's words; "" where nothing does."""
    for feature, words in _AGAINST.items():
        if _all(works, feature, lambda value: value < 1.0):
            return words
    return ""


_AGAINST: Mapping[str, str] = MappingProxyType(
    {
        "listed": "the note's own reference list",
        "references": "the length of the note's own reference list",
        "earlier": "the year of the work that cites it",
    }
)
"""Features that may speak against a work, in a reason's words."""


def _is_favoured(works: _Group) -> bool:
    """Whether anything but the title speaks for a work."""
    said = (*_CONFIRMING, "authors", "year", "byline", "providers")
    named = any(m.features.get("first_author", 0.0) >= 0.5 for m in works)
    return named or any(_speaks(works, feature) for feature in said)


def _close_behind(
    best: _Group, groups: Sequence[_Group], against: Sequence[set[str]], bars: Thresholds
) -> list[_Group]:
    """The works that lack as much as the best one does, and are not behind it by more than the
    gap, though they miss the bar: where the titles are not one, it has to be ahead of them."""
    if any(fits(m) or m.features.get("identifier") == 1.0 for m in best):
        return []
    least = max(m.score for m in best) - bars.min_margin
    others = zip(groups, against, strict=True)
    return [
        each
        for each, objected in others
        if each is not best and not objected and max(m.score for m in each) >= least
    ]


def _told_apart(sound: list[_Group], telling: list[str]) -> list[_Group]:
    """What is left of works that share a title; what told one from another is put in."""
    for words, without in _TIE_BREAKS:
        kept = without(sound)
        if 0 < len(kept) < len(sound):
            telling.append(words)
            sound = kept
    return sound


def unasked(decision: Decision, bars: Thresholds) -> Decision:
    """What may be written without asking a person: the same, or, where it is only likely, a
    doubt, unless something else confirms it; with `auto_write` likely it is enough that first
    author and year both speak for it."""
    likely = isinstance(decision, Accepted) and decision.tier is Tier.LIKELY
    if not isinstance(decision, Accepted) or not likely or decision.confirmed:
        return decision
    if bars.auto_write is Tier.CERTAIN or not _has_own_evidence(decision.matches):
        return Ambiguous(
            (*_ranked([decision.matches]), *decision.others),
            f"likely, not certain: {decision.reason}",
        )
    return decision


def _not_otherwise(groups: list[_Group]) -> list[_Group]:
    """Without those whose list is another one than the note's own."""
    return [g for g in groups if not _all(g, "listed", lambda value: value == 0)]


def _not_later(groups: list[_Group]) -> list[_Group]:
    """Without those that are later than what cites them."""
    return [g for g in groups if not _all(g, "earlier", lambda value: value == 0)]


def _not_stubs(groups: list[_Group]) -> list[_Group]:
    """Without records that say nothing of who wrote the work and are cited by nobody, where one
    of about their time does."""
    others = [m for g in groups for m in g if m.features.get("first_author", 1.0) == 1.0]
    named = [w.year for m in others if (w := m.candidate.work).authors]
    return [g for g in groups if not _is_stub([m.candidate.work for m in g], named)]


def _is_stub(works: Sequence[Work], named: Sequence[int | None]) -> bool:
    if any(w.authors or w.citation_count or w.reference_count for w in works):
        return False
    years = [w.year for w in works if w.year]
    if not years:
        return bool(named)
    return any(abs(year - other) <= 3 for year in years for other in named if other)


def _spoken_for(feature: str) -> Callable[[list[_Group]], list[_Group]]:
    """The groups that a feature speaks for."""
    return lambda groups: [g for g in groups if _speaks(g, feature)]


_EVIDENCE: Mapping[str, str] = MappingProxyType(
    {
        "identifier": "the note's own identifier",
        "linked": "the note's link",
        "citing": "the citing note's reference list",
        "listed": "the note's own reference list",
        "first_author": "the first author",
        "year": "the year",
    }
)
"""Evidence that tells namesakes apart, the surest first, in a reason's words."""

_TIE_BREAKS: tuple[tuple[str, Callable[[list[_Group]], list[_Group]]], ...] = (
    ("the note's own reference list", _not_otherwise),
    ("the year of the work that cites it", _not_later),
    *((words, _spoken_for(feature)) for feature, words in _EVIDENCE.items()),
    ("the names of its authors", _not_stubs),
)
"""What tells namesakes apart, in the order in which it is looked at."""


def _listed_alone(
    groups: Sequence[_Group], matches: Sequence[Match], complete: AbstractSet[str]
) -> list[_Group]:
    """The records of each work, with what it is worth where many may have its title, but lists of
    those that have it are complete: two of them speak for a work that nobody knows a namesake of,
    and beside one of them a family name or a year is enough."""
    known = [m for m in matches if "specific" in m.features and "heading" not in m.features]
    if not any(m.candidate.provider in complete for m in known):
        return list(groups)
    return [_by_lists(each, known, complete) for each in groups]


def _by_lists(works: _Group, known: Sequence[Match], complete: AbstractSet[str]) -> _Group:
    mine = {id(m) for m in works}
    lists = {m.candidate.provider for m in known if id(m) in mine} & complete
    if not lists:
        return works
    alone = len(lists) > 1 and not any(fits(m) for m in known if id(m) not in mine)
    return tuple(_listed(each, alone=alone and fits(each)) for each in works)


def _listed(match: Match, *, alone: bool) -> Match:
    """A record of a title that many works may have, with what the lists of them are worth."""
    features = match.features
    against = any(features.get(name) == 0.0 for name in _EVIDENCE)
    if "specific" not in features or against or not (alone or _is_described(match)):
        return match
    if alone:
        features = {**features, "providers": 1.0}
    score = match.score + GENERAL if match.score <= 1.0 - GENERAL else match.score
    return replace(match, features=features, score=round(score, 4))


def _is_described(match: Match) -> bool:
    """Whether the family name of an author, or the year, is what the note says."""
    features = match.features
    return features.get("first_author", 0.0) >= 0.5 or features.get("year") == 1.0


def _eligible(match: Match, bars: Thresholds) -> bool:
    """Whether a candidate may be the work, if perhaps only for a person to say so."""
    features = match.features
    if features.get("identifier"):
        return True
    if "kind" in features:
        return False
    if features.get("linked") == 1.0:
        return features.get("identifier") != 0.0
    if match.score < bars.review_threshold and not fits(match):
        return False
    return features.get("identifier") != 0.0 and VETOING.isdisjoint(features)


def _is_beside(match: Match) -> bool:
    """Whether it is a record beside a work, such as a review, that no identifier leads to."""
    return "kind" in match.features and match.features.get("identifier") != 1.0


def _has_its_title(match: Match) -> bool:
    return _is_beside(match) and match.features["title"] == 1.0


def _is_called(match: Match, others: Sequence[Identifiers]) -> bool:
    """Whether a record that no identifier leads to is called as one of these: another service may
    have the same review among its articles."""
    if not others or match.features.get("identifier") == 1.0:
        return False
    return any(match.candidate.work.identifiers.agrees(each) for each in others)


def fits(match: Match) -> bool:
    """Whether the titles are one, but for what copying does."""
    return match.features["title"] == 1.0 or match.features.get("forgivable") == 1.0


def _passes(works: _Group, bars: Thresholds) -> bool:
    if _speaks(works, "identifier") or _speaks(works, "linked"):
        return True
    named = any(_speaks(works, feature) for feature in _CONFIRMING)
    return any(
        m.score >= (bars.certain_threshold if fits(m) else bars.likely_threshold)
        for m in works
        if named or not _is_variant(m)
    )


def _is_variant(match: Match) -> bool:
    """Whether another work of the same people may well have the title that is asked for: it has a
    word more or less in front, or is but the name before the colon, which several may share."""
    return "front" in match.features or "name_alone" in match.features


def _is_near(match: Match) -> bool:
    return match.features["likeness"] >= 0.7


def _rank(match: Match) -> tuple[float, float]:
    return -match.score, -match.features["likeness"]


def _doubt(groups: Sequence[_Group]) -> str:
    """Why what answers to the description is not enough."""
    best = _ranked(groups)[0]
    if sum(any(m.features["title"] == 1.0 for m in each) for each in groups) > 1:
        return _rivals(groups)
    if best.features.get("specific") == 0.0:
        return "many works may have so short a title, and nothing else speaks for this one"
    if not best.differences:
        return "the title fits, but its record does not say enough"
    return "it might be this one: " + "; ".join(best.differences)


def _rivals(groups: Sequence[_Group]) -> str:
    if all(m.features["title"] == 1.0 for each in groups for m in each):
        return f"{len(groups)} works share this title"
    return f"{len(groups)} works may be meant by this title"


def _best_titled(groups: list[_Group], bars: Thresholds) -> list[_Group]:
    """Those whose title is the nearest: an equal one goes before one that needs forgiving, that
    before one that lacks a part; else what is not behind the best by more than the gap."""
    equal = [g for g in groups if _speaks(g, "title")]
    named = [g for g in groups if _speaks(g, "identifier")]
    nearest = equal or [g for g in groups if any(map(fits, g))]
    if nearest or named:
        return [g for g in groups if g in nearest or g in named]
    best = max(m.score for g in groups for m in g)
    return [g for g in groups if max(m.score for m in g) >= best - bars.min_margin]


def _related(match: Match, works: _Group) -> bool:
    """Whether a record under another title is the accepted work by its identifiers: a preprint
    that was renamed, say. Its values count, its title does not."""
    other = match.candidate.work
    return bool(other.identifiers) and any(
        each.identifiers.agrees(other.identifiers) and plausible(each, other)
        for each in (m.candidate.work for m in works)
    )


def _objections(works: _Group) -> set[str]:
    """What a note says of its work that none of the work's records agrees with."""
    if any(m.features.get("identifier") == 0.5 for m in works):
        return {"another of the note's identifiers"}
    if _speaks(works, "identifier"):
        return set()
    against = set()
    if _all(works, "linked", lambda value: value == 0):
        against.add("the note's link")
    people = max((m.features.get("authors", 0.0) for m in works), default=0.0)
    if _all(works, "first_author", lambda value: value == 0) and people < 0.5:
        against.add("the first author")
    if _all(works, "year", lambda value: value == 0) and people < 1.0:
        against.add("the year")
    return against


def _all(works: _Group, feature: str, holds: Callable[[float], bool]) -> bool:
    values = [m.features[feature] for m in works if feature in m.features]
    return bool(values) and all(map(holds, values))


def _ranked(groups: Sequence[_Group]) -> _Group:
    """One match a group, the best first: what a person chooses between."""
    best = [max(each, key=lambda m: m.score) for each in groups]
    return tuple(sorted(best, key=lambda m: (-m.score, -(m.candidate.work.citation_count or 0))))


def _fullest(match: Match) -> tuple[float, bool, float, float, int, int]:
    """The records of one work, the best first: where one service has two of them, the first is
    whose word counts."""
    work = match.candidate.work
    said = sum(bool(value) for value in (work.authors, work.year, work.venue))
    listed, length = (match.features.get(name, 0.5) for name in ("listed", "references"))
    cited = work.citation_count or 0
    return -match.score, work.preprint is True, -listed, -length, -said, -cited


def _accepted(lookup: Lookup, works: _Group, telling: list[str], others: _Group) -> Decision:
    works = tuple(sorted(works, key=_fullest))
    best = works[0]
    confirmed = any(_speaks(works, feature) for feature in _CONFIRMING)
    if not any(fits(m) for m in works):
        named = best.candidate.work.title
        if _speaks(works, "identifier") or _speaks(works, "linked"):
            return _by_identifier(lookup, works, others)
        if not any(VETOING.isdisjoint(m.features) for m in works):
            return Ambiguous(works, f"its record has another title: {named!r}")
        reason = "; ".join(best.differences)
        tier = Tier.LIKELY
    else:
        equal = _speaks(works, "title")
        reason = "equal titles" if equal else "; ".join(best.differences)
        tier = Tier.CERTAIN
    spoken = [words for feature, words in _EVIDENCE.items() if _speaks(works, feature)]
    if telling:
        reason += f"; told from its namesakes by {' and '.join(dict.fromkeys(telling))}"
    elif spoken:
        reason += f"; confirmed by {' and '.join(spoken)}"
    sure = confirmed or _speaks(works, "first_author")
    return Accepted(works, reason, sure, others, tier, confirmed)


def _by_identifier(lookup: Lookup, works: _Group, others: _Group) -> Decision:
    """The work that an identifier of the note names, under another title than the note's. One
    under a key of its scheme decides, but against a title that a person wrote under a title key;
    a link decides only where nothing in the note names another work."""
    hints, named = lookup.hints, works[0].candidate.work.title
    own = _speaks(works, "identifier")
    titles = [lookup.title] if hints.title_source is TitleSource.KEY else []
    if not own:
        titles = [lookup.title, *hints.other_titles]
    vetoed = bool(titles) and not any(VETOING.isdisjoint(m.features) for m in works)
    what = "own identifier" if own else "link"
    if vetoed or any(unlike(title, named) for title in titles):
        return Ambiguous(works, f"the note's {what} names another title: {named!r}")
    tier = Tier.CERTAIN
    reason = f"the note's {what}; its record's title is {named!r}"
    if differences := works[0].differences:
        tier, reason = Tier.LIKELY, f"{'; '.join(differences)}; confirmed by the note's {what}"
    return Accepted(works, reason, others=others, tier=tier, confirmed=True)


def _speaks(works: _Group, feature: str) -> bool:
    for match in works:  # noqa: SIM110 - asked most often of all, and a generator is dear
        if match.features.get(feature) == 1.0:
            return True
    return False
