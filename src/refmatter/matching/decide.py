"""Decide which work the matches of a lookup mean, with the reason.

The features say what speaks for and against each candidate, and the score adds it up; here is
the small rule that turns the best of them, what it is ahead of the next by, and what speaks
against it whatever the score, into a decision. Unsure means Ambiguous.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import TypeAlias

from msgspec.structs import replace

from refmatter.matching.clustering import group, is_unlike, may_be_one_work
from refmatter.matching.features import GENERIC_COST, VETOING
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
from refmatter.reasons import Feature, Reason, ReasonKind, Rejected

_Group: TypeAlias = tuple[Match, ...]

NO_LISTS: frozenset[str] = frozenset()
"""No provider's list of the works of a title is complete."""


def decide(
    lookup: Lookup,
    matches: Sequence[Match],
    thresholds: Thresholds = DEFAULT,
    complete: AbstractSet[str] = NO_LISTS,
) -> Decision:
    """Return which of the candidates is the work, if any.

    `complete` names the providers of which every work of this very title is among the candidates:
    those whose list of them was answered in full. The catalogue is one of them where it knows
    nearly every work.
    """
    companions = [m.candidate.work.identifiers for m in matches if _is_companion(m)]
    eligible = [
        m for m in matches if _eligible(m, thresholds) and not _shares_identifier(m, companions)
    ]
    if not eligible:
        near = sorted((m for m in matches if _is_near(m)), key=_rank)[:3]
        return Unmatched(_why_none(matches), tuple(near))
    groups = _credit_complete_lists(group(eligible), matches, complete)
    against = [_contradictions(works) for works in groups]
    pairs = list(zip(groups, against, strict=True))
    lost = {id(m): features for works, features in pairs if features for m in works}
    sound = [works for works, features in pairs if not features and _passes(works, thresholds)]
    if not sound:
        ranked = _ranked(groups)
        reason = replace(_rejection(groups, against), rejected=_rejected(ranked, lost))
        return Ambiguous(ranked, reason)
    named = [works for works in groups if any(m.features.get("identifier") for m in works)]
    if len(named) > 1:
        kind = ReasonKind.SEVERAL_IDENTIFIED
        return Ambiguous(_ranked(named), Reason(kind, (Feature.IDENTIFIER,), works=len(named)))
    if len(sound) > 1:
        sound = _without_namesakes(_best_titled(sound, thresholds), lost)
    else:
        sound += _close_behind(sound[0], groups, against, thresholds)
    if len(sound) > 1:
        return Ambiguous(_ranked(sound), _several(sound))
    if why_not := _lone_title(sound[0], complete):
        return Ambiguous(_ranked([sound[0], *(g for g in groups if g is not sound[0])]), why_not)
    chosen = {id(m) for m in eligible}
    kin = tuple(m for m in matches if id(m) not in chosen and _related(m, sound[0]))
    others = _ranked([works for works in groups if works is not sound[0]])
    return _accepted(lookup, (*sound[0], *kin), others, _rejected(others, lost))


_Lost: TypeAlias = dict[int, tuple[Feature, ...]]
"""By which evidence records fell away, by their `id`."""


def _in_order(features: Iterable[Feature]) -> tuple[Feature, ...]:
    """Return these features, one of each, in the order in which `Feature` has them."""
    found = set(features)
    return tuple(feature for feature in Feature if feature in found)


def _rejected(candidates: _Group, lost: _Lost) -> tuple[Rejected, ...]:
    """Return which of the candidates fell away, and by which evidence."""
    return tuple(
        Rejected(place, lost[id(match)])
        for place, match in enumerate(candidates)
        if id(match) in lost
    )


def _why_none(matches: Sequence[Match]) -> Reason:
    """Return why no candidate may be the work."""
    kinds = sorted({m.candidate.work.kind or "review" for m in matches if _has_its_title(m)})
    if kinds:
        return Reason(ReasonKind.RECORD_BESIDE, (Feature.KIND,), record_kinds=tuple(kinds))
    return Reason(ReasonKind.NOT_FOUND)


def _lone_title(works: _Group, complete: AbstractSet[str]) -> Reason | None:
    """Return why the title alone is too little for a work which is left of all that have it; None
    where it is enough."""
    against = _evidence_against(works)
    if against and not _has_support(works):
        return Reason(ReasonKind.TITLE_ALONE, (against,))
    if LIMITED not in complete and _is_near_and_local(works):
        return Reason(ReasonKind.CATALOG_ONLY, differences=works[0].differences)
    return None


LIMITED = "catalog"
"""The provider that knows some works of some fields: that nobody else has such a title there says
little."""

NOBODY_ELSE: frozenset[str] = frozenset({LIMITED})
"""For a question to the catalogue alone: what it has is all that is looked for."""


def _is_near_and_local(works: _Group) -> bool:
    """Whether only the catalogue has a work, its title is not the very one, and the note has no
    evidence of its own for it."""
    if any(m.candidate.provider != LIMITED for m in works) or _supports(works, "title"):
        return False
    return not _has_own_evidence(works)


def _has_own_evidence(works: _Group) -> bool:
    """Whether enough speaks for a work whose title is only near: an identifier, a reference list
    that was read, or both first author and year."""
    if any(_supports(works, feature) for feature in _CONFIRMING):
        return True
    return _supports(works, "first_author") and _supports(works, "year")


_CONFIRMING = ("identifier", "linked", "citing", "listed")
"""Evidence that names a work, whatever the title is."""


def _evidence_against(works: _Group) -> Feature | None:
    """Return the first evidence against a work in all its records; None where there is none."""
    return next((f for f in _AGAINST if _in_all(works, f, lambda value: value < 1.0)), None)


_AGAINST = (Feature.LISTED, Feature.REFERENCES, Feature.EARLIER)
"""Evidence against a work that does not rule it out alone."""


def _has_support(works: _Group) -> bool:
    """Whether anything but the title speaks for a work."""
    named = any(m.features.get("first_author", 0.0) >= 0.5 for m in works)
    return named or any(_supports(works, feature) for feature in _FAVOURING)


_FAVOURING = (*_CONFIRMING, "authors", "year", "byline", "providers")


def _close_behind(
    best: _Group,
    groups: Sequence[_Group],
    against: Sequence[tuple[Feature, ...]],
    thresholds: Thresholds,
) -> list[_Group]:
    """Return the works that lack as much as the best one does, and are not behind it by more than
    the gap, though they miss the bar: where the titles are not one, it has to be ahead of them."""
    if any(is_same_title(m) or m.features.get("identifier") == 1.0 for m in best):
        return []
    least = max(m.score for m in best) - thresholds.min_margin
    others = zip(groups, against, strict=True)
    return [
        works
        for works, objected in others
        if works is not best and not objected and max(m.score for m in works) >= least
    ]


def _without_namesakes(sound: list[_Group], lost: _Lost) -> list[_Group]:
    """Return what evidence leaves of works that share a title; by what the others fell away is put
    into `lost`."""
    for feature, without in _TIE_BREAKS:
        left = without(sound)
        if 0 < len(left) < len(sound):
            stay = set(map(id, left))
            lost |= {id(m): (feature,) for works in sound if id(works) not in stay for m in works}
            sound = left
    return sound


def demote_unconfirmed(decision: Decision, thresholds: Thresholds) -> Decision:
    """Return the decision as far as it may be written without asking a person: an accepted work
    that is only likely becomes ambiguous unless other evidence confirms it; with `auto_write`
    likely it is enough that first author and year both agree."""
    likely = isinstance(decision, Accepted) and decision.tier is Tier.LIKELY
    if not isinstance(decision, Accepted) or not likely or decision.confirmed:
        return decision
    if thresholds.auto_write is Tier.CERTAIN or not _has_own_evidence(decision.matches):
        reason = decision.reason
        rejected = tuple(replace(r, candidate=r.candidate + 1) for r in reason.rejected)
        return Ambiguous(
            (*_ranked([decision.matches]), *decision.others),
            replace(reason, kind=ReasonKind.NOT_CONFIRMED, rejected=rejected),
        )
    return decision


def _without_other_lists(groups: list[_Group]) -> list[_Group]:
    """Without those whose list is another one than the note's own."""
    return [g for g in groups if not _in_all(g, "listed", lambda value: value == 0)]


def _without_later_works(groups: list[_Group]) -> list[_Group]:
    """Without those that are later than what cites them."""
    return [g for g in groups if not _in_all(g, "earlier", lambda value: value == 0)]


def _without_stubs(groups: list[_Group]) -> list[_Group]:
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


def _supported_by(feature: str) -> Callable[[list[_Group]], list[_Group]]:
    """Return the groups that a feature speaks for."""
    return lambda groups: [g for g in groups if _supports(g, feature)]


_EVIDENCE = (
    Feature.IDENTIFIER,
    Feature.LINKED,
    Feature.CITING,
    Feature.LISTED,
    Feature.FIRST_AUTHOR,
    Feature.YEAR,
)
"""Evidence that tells namesakes apart, the surest first."""

_TIE_BREAKS: tuple[tuple[Feature, Callable[[list[_Group]], list[_Group]]], ...] = (
    (Feature.LISTED, _without_other_lists),
    (Feature.EARLIER, _without_later_works),
    *((feature, _supported_by(feature)) for feature in _EVIDENCE),
    (Feature.NO_AUTHORS, _without_stubs),
)
"""What tells namesakes apart, in the order in which it is looked at."""


def _credit_complete_lists(
    groups: Sequence[_Group], matches: Sequence[Match], complete: AbstractSet[str]
) -> list[_Group]:
    """Return the records of each work, with what it is worth where many may have its title, but
    lists of those that have it are complete: two of them speak for a work that nobody knows a
    namesake of, and beside one of them a family name or a year is enough."""
    known = [m for m in matches if "specific" in m.features and "heading" not in m.features]
    if not any(m.candidate.provider in complete for m in known):
        return list(groups)
    return [_credit_lists(works, known, complete) for works in groups]


def _credit_lists(works: _Group, known: Sequence[Match], complete: AbstractSet[str]) -> _Group:
    chosen = {id(m) for m in works}
    lists = {m.candidate.provider for m in known if id(m) in chosen} & complete
    if not lists:
        return works
    alone = len(lists) > 1 and not any(is_same_title(m) for m in known if id(m) not in chosen)
    return tuple(_credit(match, alone=alone and is_same_title(match)) for match in works)


def _credit(match: Match, *, alone: bool) -> Match:
    """Return a record of a title that many works may have, with what the lists of them are
    worth."""
    features = match.features
    against = any(features.get(name) == 0.0 for name in _EVIDENCE)
    if "specific" not in features or against or not (alone or _is_described(match)):
        return match
    if alone:
        features = {**features, "providers": 1.0}
    score = match.score + GENERIC_COST if match.score <= 1.0 - GENERIC_COST else match.score
    return replace(match, features=features, score=round(score, 4))


def _is_described(match: Match) -> bool:
    """Whether the family name of an author, or the year, is what the note says."""
    features = match.features
    return features.get("first_author", 0.0) >= 0.5 or features.get("year") == 1.0


def _eligible(match: Match, thresholds: Thresholds) -> bool:
    """Whether a candidate may be the work, if perhaps only for a person to say so."""
    features = match.features
    if features.get("identifier"):
        return True
    if "kind" in features:
        return False
    if features.get("linked") == 1.0:
        return features.get("identifier") != 0.0
    if match.score < thresholds.review_threshold and not is_same_title(match):
        return False
    return features.get("identifier") != 0.0 and VETOING.isdisjoint(features)


def _is_companion(match: Match) -> bool:
    """Whether it is a record beside a work, such as a review, that no identifier leads to."""
    return "kind" in match.features and match.features.get("identifier") != 1.0


def _has_its_title(match: Match) -> bool:
    return _is_companion(match) and match.features["title"] == 1.0


def _shares_identifier(match: Match, others: Sequence[Identifiers]) -> bool:
    """Whether a record that no identifier leads to is called as one of these: another service may
    have the same review among its articles."""
    if not others or match.features.get("identifier") == 1.0:
        return False
    return any(match.candidate.work.identifiers.agrees(names) for names in others)


def is_same_title(match: Match) -> bool:
    """Whether the titles are one, but for what copying does."""
    return match.features["title"] == 1.0 or match.features.get("forgivable") == 1.0


def _passes(works: _Group, thresholds: Thresholds) -> bool:
    if _supports(works, "identifier") or _supports(works, "linked"):
        return True
    named = any(_supports(works, feature) for feature in _CONFIRMING)
    return any(
        m.score
        >= (thresholds.certain_threshold if is_same_title(m) else thresholds.likely_threshold)
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


def _rejection(groups: Sequence[_Group], against: Sequence[tuple[Feature, ...]]) -> Reason:
    """Return why none of the works that may be meant is enough; `against` is the evidence against
    them."""
    if all(against):
        return Reason(ReasonKind.CONTRADICTED, _in_order(chain.from_iterable(against)))
    best = _ranked(groups)[0]
    if sum(any(m.features["title"] == 1.0 for m in works) for works in groups) > 1:
        return _several(groups)
    if best.features.get("specific") == 0.0:
        return Reason(ReasonKind.GENERIC_TITLE, (Feature.SPECIFIC,))
    if not best.differences:
        return Reason(ReasonKind.SPARSE_RECORD)
    return Reason(ReasonKind.DIFFERENT_TITLE, differences=best.differences)


def _several(groups: Sequence[_Group]) -> Reason:
    """Return why it is not known which of several works is meant."""
    same = all(m.features["title"] == 1.0 for works in groups for m in works)
    kind = ReasonKind.SAME_TITLE if same else ReasonKind.SEVERAL_WORKS
    return Reason(kind, works=len(groups))


def _best_titled(groups: list[_Group], thresholds: Thresholds) -> list[_Group]:
    """Return those whose title is the nearest: an equal one goes before one that needs forgiving,
    that before one that lacks a part; else what is not behind the best by more than the gap."""
    equal = [g for g in groups if _supports(g, "title")]
    named = [g for g in groups if _supports(g, "identifier")]
    nearest = equal or [g for g in groups if any(map(is_same_title, g))]
    if nearest or named:
        return [g for g in groups if g in nearest or g in named]
    best = max(m.score for g in groups for m in g)
    return [g for g in groups if max(m.score for m in g) >= best - thresholds.min_margin]


def _related(match: Match, works: _Group) -> bool:
    """Whether a record under another title is the accepted work by its identifiers: a preprint
    that was renamed, say. Its values count, its title does not."""
    other = match.candidate.work
    return bool(other.identifiers) and any(
        record.identifiers.agrees(other.identifiers) and may_be_one_work(record, other)
        for record in (m.candidate.work for m in works)
    )


def _contradictions(works: _Group) -> tuple[Feature, ...]:
    """Return the evidence of the note that none of the work's records agrees with."""
    if any(m.features.get("identifier") == 0.5 for m in works):
        return (Feature.IDENTIFIER,)
    if _supports(works, "identifier"):
        return ()
    against = []
    if _in_all(works, "linked", lambda value: value == 0):
        against.append(Feature.LINKED)
    people = max((m.features.get("authors", 0.0) for m in works), default=0.0)
    if _in_all(works, "first_author", lambda value: value == 0) and people < 0.5:
        against.append(Feature.FIRST_AUTHOR)
    if _in_all(works, "year", lambda value: value == 0) and people < 1.0:
        against.append(Feature.YEAR)
    return tuple(against)


def _in_all(works: _Group, feature: str, holds: Callable[[float], bool]) -> bool:
    values = [m.features[feature] for m in works if feature in m.features]
    return bool(values) and all(map(holds, values))


def _ranked(groups: Sequence[_Group]) -> _Group:
    """Return one match a group, the best first: what a person chooses between."""
    best = [max(works, key=lambda m: m.score) for works in groups]
    return tuple(sorted(best, key=lambda m: (-m.score, -(m.candidate.work.citation_count or 0))))


def _fullness(match: Match) -> tuple[float, bool, float, float, int, int]:
    """Return the records of one work, the best first: where one service has two of them, the first
    is whose word counts."""
    work = match.candidate.work
    filled = sum(bool(value) for value in (work.authors, work.year, work.venue))
    in_list, length = (match.features.get(name, 0.5) for name in ("listed", "references"))
    citations = work.citation_count or 0
    return -match.score, work.preprint is True, -in_list, -length, -filled, -citations


def _accepted(
    lookup: Lookup, works: _Group, others: _Group, rejected: tuple[Rejected, ...]
) -> Decision:
    works = tuple(sorted(works, key=_fullness))
    best = works[0]
    confirmed = any(_supports(works, feature) for feature in _CONFIRMING)
    evidence = tuple(feature for feature in _EVIDENCE if _supports(works, feature))
    tier, equal = Tier.CERTAIN, _supports(works, "title")
    if not any(is_same_title(m) for m in works):
        if _supports(works, "identifier") or _supports(works, "linked"):
            return _by_identifier(lookup, works, others, rejected)
        if not any(VETOING.isdisjoint(m.features) for m in works):
            return Ambiguous(works, Reason(ReasonKind.OTHER_TITLE, title=best.candidate.work.title))
        tier = Tier.LIKELY
    reason = Reason(
        ReasonKind.EQUAL_TITLE if equal else ReasonKind.NEAR_TITLE,
        evidence,
        rejected,
        () if equal else best.differences,
    )
    sure = confirmed or _supports(works, "first_author")
    return Accepted(works, reason, sure, others, tier, confirmed)


def _by_identifier(
    lookup: Lookup, works: _Group, others: _Group, rejected: tuple[Rejected, ...]
) -> Decision:
    """Return the work that an identifier of the note names, under another title than the note's.
    One under a key of its scheme decides, but against a title that a person wrote under a title
    key; a link decides only where nothing in the note names another work."""
    hints, title = lookup.hints, works[0].candidate.work.title
    chosen = _supports(works, "identifier")
    titles = [lookup.title] if hints.title_source is TitleSource.KEY else []
    if not chosen:
        titles = [lookup.title, *hints.other_titles]
    vetoed = bool(titles) and not any(VETOING.isdisjoint(m.features) for m in works)
    evidence = (Feature.IDENTIFIER if chosen else Feature.LINKED,)
    if vetoed or any(is_unlike(text, title) for text in titles):
        kind = ReasonKind.IDENTIFIER_OTHER_TITLE
        return Ambiguous(works, Reason(kind, evidence, title=title))
    if differences := works[0].differences:
        tier, kind = Tier.LIKELY, ReasonKind.NEAR_TITLE
        reason = Reason(kind, evidence, rejected, differences)
    else:
        tier, kind = Tier.CERTAIN, ReasonKind.IDENTIFIER
        reason = Reason(kind, evidence, rejected, title=title)
    return Accepted(works, reason, others=others, tier=tier, confirmed=True)


def _supports(works: _Group, feature: str) -> bool:
    for match in works:  # noqa: SIM110 - asked most often of all, and a generator is dear
        if match.features.get(feature) == 1.0:
            return True
    return False
