"""Merge the records of one work: each value from the best provider for that field.

Counts and fields of study are taken from Semantic Scholar's data (the service, or the catalogue
made from it), so that a vault's column does not mix two ways of counting. While the service cannot
be asked, those of others stand in (`fields.FieldSpec.fallbacks`); they are replaced when it
answers.

A preprint and its publication are one work with two faces, which differ in year and venue.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from msgspec.structs import replace

from refmatter.fields import LOOKED_UP, Field, Value
from refmatter.matching.plausibility import is_preprint_server, plausible
from refmatter.model import Candidate, Identifiers, Provenance, Remark
from refmatter.registry import FALLBACKS, PRECEDENCE, RANKED

Face: TypeAlias = Literal["published", "preprint", "first"]


@dataclass(frozen=True, slots=True)
class PrecedenceRule:
    """Whose word counts for which field, and whose year and venue a work is given: those of
    its publication, of its preprint, or of whichever came first. `fallbacks` are the providers
    whose word counts while one of `order` cannot be asked."""

    order: Mapping[Field, tuple[str, ...]] = field(default_factory=lambda: PRECEDENCE)
    prefer: Face = "published"
    fallbacks: Mapping[Field, tuple[str, ...]] = field(default_factory=lambda: FALLBACKS)

    @classmethod
    def with_orders(cls, orders: Mapping[Field, tuple[str, ...]], prefer: Face) -> PrecedenceRule:
        """Return the default rule with other orders for some fields, which have no fallbacks then:
        such an order names everybody whose word counts."""
        fallbacks = {name: () if name in orders else FALLBACKS[name] for name in FALLBACKS}
        return cls(MappingProxyType({**PRECEDENCE, **orders}), prefer, MappingProxyType(fallbacks))

    def suppliers(self, name: Field, unasked: Collection[str]) -> tuple[str, ...]:
        """Return the providers whose values of a field may be used, in order, if these could not be
        asked."""
        order = self.order[name]
        missed = any(provider in unasked for provider in order)
        return (*order, *self.fallbacks[name]) if missed else order

    def stands_in(self, name: Field, provider: str) -> bool:
        """Whether a provider's value of a field is used only until a better one can be asked."""
        return provider in self.fallbacks[name] and provider not in self.order[name]


DEFAULT = PrecedenceRule()


def values(
    candidates: Iterable[Candidate],
    rule: PrecedenceRule = DEFAULT,
    unasked: Collection[str] = (),
) -> dict[Field, tuple[Value, Provenance]]:
    """Return each field with its value and provenance; fields without a value are left out.
    `unasked` are the services that could not be asked.

    Of one provider's records the newest wins. A venue that is only known to be unknown ("")
    gives way to any name another provider has, a preprint server to where it was published.
    Year and venue come from the face of the work that the rule prefers, as far as one of the
    records shows it.
    """
    ordered = sorted(candidates, key=lambda c: c.fetched, reverse=True)
    chosen: dict[Field, tuple[Value, Provenance]] = {}
    for name in LOOKED_UP:
        order = rule.suppliers(name, unasked)
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
