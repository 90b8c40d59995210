"""Merge the records of one work: each value from the best provider for that field.

Counts and fields of study are only taken from Semantic Scholar's data (the service, or the
catalogue made from it), so that a vault's column never mixes two ways of counting.

A preprint and its publication are one work with two faces, which differ in year and venue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from msgspec.structs import replace

from refmatter.fields import LOOKED_UP, Field, Value
from refmatter.matching.plausibility import is_preprint_server, plausible
from refmatter.model import Candidate, Identifiers, Provenance, Remark
from refmatter.registry import PRECEDENCE, RANKED

Face: TypeAlias = Literal["published", "preprint", "first"]


@dataclass(frozen=True, slots=True)
class PrecedenceRule:
    """Whose word counts for which field, and whose year and venue a work is given: those of
    its publication, of its preprint, or of whichever came first."""

    order: Mapping[Field, tuple[str, ...]] = field(default_factory=lambda: PRECEDENCE)
    prefer: Face = "published"


DEFAULT = PrecedenceRule()


def values(
    candidates: Iterable[Candidate], rule: PrecedenceRule = DEFAULT
) -> dict[Field, tuple[Value, Provenance]]:
    """Return each field with its value and provenance; fields without a value are left out.

    Of one provider's records the newest wins. A venue that is only known to be unknown ("")
    gives way to any name another provider has, a preprint server to where it was published.
    Year and venue come from the face of the work that the rule prefers, as far as one of the
    records shows it.
    """
    ordered = sorted(candidates, key=lambda c: c.fetched, reverse=True)
    chosen: dict[Field, tuple[Value, Provenance]] = {}
    for name in LOOKED_UP:
        order = rule.order[name]
        ranked = sorted(
            (c for c in ordered if c.provider in order), key=lambda c: order.index(c.provider)
        )
        known = [c for c in ranked if c.work.value(name) is not None]
        if name in (Field.YEAR, Field.VENUE):
            known.sort(key=lambda c: _face(c, rule.prefer))
        if name is Field.VENUE and rule.prefer == "published":
            known.sort(key=lambda c: is_preprint_server(c.work.venue or ""))
        best = next((c for c in known if c.work.value(name) != ""), known[0] if known else None)
        if best is not None:
            where = Provenance(best.provider, best.rung, best.fetched)
            chosen[name] = (best.work.value(name), where)
    return chosen


def cleaned(
    candidates: Iterable[Candidate], latest: int | None = None
) -> tuple[list[Candidate], tuple[Remark, ...]]:
    """Return the records of one work without their implausible values, and what was wrong with
    them; `latest` is the last year that a work may have."""
    sound, remarks = [], dict[Remark, None]()
    for candidate in candidates:
        work, wrong = plausible(candidate.work, latest)
        sound.append(candidate if work is candidate.work else replace(candidate, work=work))
        remarks |= dict.fromkeys(replace(remark, provider=candidate.provider) for remark in wrong)
    return sound, tuple(sorted(remarks, key=lambda remark: (remark.provider, repr(remark))))


def _face(candidate: Candidate, prefer: Face) -> int:
    """Return how far a record is from the face that is preferred; a record that does not say which
    it is counts as the publication's, which is what catalogues list."""
    if prefer == "first":
        return candidate.work.year or 9999
    return int((candidate.work.preprint is True) is (prefer == "published"))


def identifiers(candidates: Iterable[Candidate]) -> Identifiers:
    """Return all names of the work, each from the first provider in order that knows it."""
    rank = {name: index for index, name in enumerate(RANKED)}
    known = Identifiers()
    for candidate in sorted(candidates, key=lambda c: rank.get(c.provider, len(rank))):
        known = known.or_else(candidate.work.identifiers)
    return known


def other_venues(candidates: Iterable[Candidate], venue: Value) -> tuple[str, ...]:
    """Return the other names of the venue, from the records that give it this name."""
    named = (c.work.other_venues for c in candidates if c.work.venue == venue)
    return tuple(dict.fromkeys(other for others in named for other in others))
