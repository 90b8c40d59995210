"""What is known of one lookup while it climbs the ladder: ledger line in, Resolution out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from refmatter.ledger import Ledger, Line, Rival, digest
from refmatter.matching import precedence
from refmatter.matching.identity import group, plausible
from refmatter.model import (
    COUNTS,
    Accepted,
    Ambiguous,
    Candidate,
    Decision,
    Failure,
    Field,
    Identifiers,
    Lookup,
    Match,
    Provenance,
    Resolution,
    Ruled,
    Rung,
    Unmatched,
    Value,
    Work,
    names_work,
)
from refmatter.stages.match import match

_BY_NAME = (f"/{Rung.IDENTIFIER}", f"/{Rung.TITLES}", f"/{Rung.TITLE}")
"""The ends of questions that are not asked again for what a note still lacks."""


class _Ages(Protocol):
    @property
    def citation_count(self) -> int | None: ...
    @property
    def reference_count(self) -> int | None: ...


@dataclass(slots=True)
class Climb:
    """A lookup on its way. `line` is what the ledger said of it, `known` whether that settles
    its identity; `asked` and `failures` grow with every question; `learned` tells that one was
    answered, `unproven` that nobody could say whether the title is one work's alone, `counted`
    that an earlier run wrote a count of it to a note; `rule` is whose values it takes, and
    `worked_out` what came of that, `called` what the work is called, until something new is
    heard."""

    lookup: Lookup
    line: Line | None = None
    known: bool = False
    decision: Decision | None = None
    candidates: list[Candidate] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)
    learned: bool = False
    unproven: bool = False
    counted: bool = False
    worked_out: dict[Field, tuple[Value, Provenance]] | None = None
    called: Identifiers | None = None
    rule: precedence.Rule = precedence.DEFAULT

    @classmethod
    def start(cls, lookup: Lookup, ledger: Ledger, today: date, retry: int | None) -> Climb:
        """A climb from what the ledger knows. `retry` is the days before an absent title is
        asked for again; None to ask again now."""
        line = ledger.line(lookup.key)
        if line is None or line.identifiers.contradicts(lookup.hints.identifiers):
            return cls(lookup)
        if line.verdict in ("accepted", "ruled"):
            climb = cls(lookup, line, known=True, decision=_remembered(line))
            climb.asked = set(line.asked)
            written = (ledger.written(lookup.key, path) for path in lookup.notes)
            climb.counted = any(COUNTS & digests.keys() for digests in written)
            return climb
        if retry is None or line.due(today, retry) or line.hints != _hinted(lookup):
            return cls(lookup, line)
        rivals = [_candidate(rival, line.checked) for rival in line.rivals]
        return cls(lookup, line, False, _remembered(line), rivals, set(line.asked))

    @property
    def settled(self) -> bool:
        """Whether it is known which work it is, or a person has ruled."""
        return isinstance(self.decision, (Accepted, Ruled))

    @property
    def _records(self) -> list[Candidate]:
        """What providers say of the work. What the ledger remembers of rivals is cut short:
        it tells works apart and is no record of one."""
        matches = self.decision.matches if isinstance(self.decision, Accepted) else ()
        return [m.candidate for m in matches if m.candidate.rung is not Rung.LEDGER]

    @property
    def identifiers(self) -> Identifiers:
        """What the work is called, as far as that is known or the notes say it."""
        if self.called is None:
            self.called = self._call()
        return self.called

    def _call(self) -> Identifiers:
        own = self.lookup.hints.identifiers
        if self.known and self.line is not None:
            found = precedence.identifiers(self._agreeing())
            return self.line.identifiers.or_else(found).or_else(own)
        if isinstance(self.decision, Accepted):
            found = precedence.identifiers(m.candidate for m in self.decision.matches)
            return found.or_else(own)
        return own

    @property
    def values(self) -> dict[Field, tuple[Value, Provenance]]:
        """The work's values so far. What the ledger holds stays, but that counts move on: to
        a newer number, never to none."""
        if self.worked_out is None:
            self.worked_out = self._work_out()
        return self.worked_out

    def _work_out(self) -> dict[Field, tuple[Value, Provenance]]:
        if not names_work(self.decision):
            return {}
        if not (self.known and self.line is not None):
            return precedence.values(self._records, self.rule)
        old, new = self.line.values, precedence.values(self._agreeing(), self.rule)
        moved = {
            name: new[name]
            for name in COUNTS & new.keys()
            if new[name][0] and (name not in old or new[name][1].fetched >= old[name][1].fetched)
        }
        return {**new, **old, **moved}

    def _agreeing(self) -> list[Candidate]:
        """The new records of the work that the ledger remembers."""
        if self.line is None or not self.candidates:
            return []
        work = _described(self.line, self.lookup)
        remembered = Candidate(work, "ledger", Rung.LEDGER, "")
        first, *_ = group(Match(each, {}, 0.0) for each in (remembered, *self.candidates))
        others = [each.candidate for each in first if each.candidate is not remembered]
        return [each for each in others if plausible(work, each.work)]

    def said_by(self, provider: str) -> bool:
        """Whether this provider has described the work, in this run or by the ledger."""
        if any(where.provider == provider for _, where in self.values.values()):
            return True
        return any(record.provider == provider for record in self._records)

    def lacks(self) -> frozenset[Field]:
        """The wanted fields that nobody has said anything about."""
        return self.lookup.wanted - self.values.keys()

    def stale(self, today: date, ages: _Ages) -> bool:
        """Whether counts that an earlier run wrote to a note are older than they may be."""
        limits = {
            Field.CITATION_COUNT: ages.citation_count,
            Field.REFERENCE_COUNT: ages.reference_count,
        }
        for name, days in limits.items():
            if days is not None and name in self.values and self.counted:
                fetched = self.values[name][1].fetched
                if fetched and (today - date.fromisoformat(fetched)).days >= days:
                    return True
        return False

    @property
    def counted_on(self) -> str:
        """The day (ISO) of the older of its counts; "" where none has one."""
        days = (self.values[name][1].fetched for name in COUNTS if name in self.values)
        return min(days, default="")

    def answered(self, questions: Iterable[str], candidates: Iterable[Candidate] = ()) -> None:
        """Take in the answers to questions."""
        self.worked_out = self.called = None
        self.asked.update(questions)
        self.candidates.extend(candidates)
        self.learned = True

    def decide(self) -> None:
        """Decide anew from all candidates, unless the ledger or a person already has."""
        self.worked_out = self.called = None
        if self.known:
            return
        decision = match(self.lookup, self.candidates)
        alone = isinstance(decision, Accepted) and not decision.corroborated
        self.decision = None if self.unproven and alone else decision

    def resolution(self) -> Resolution:
        """What came of it. Not found is only said when somebody was asked and all answered."""
        decision = self.decision
        if decision is None and self.asked and not self.unproven:
            decision = match(self.lookup, self.candidates)
        if not self.learned and self.line is not None and not isinstance(decision, Accepted):
            decision = _remembered(self.line)
        elif isinstance(decision, Unmatched) and self.failures:
            decision = None
        values = self.values
        venue = values[Field.VENUE][0] if Field.VENUE in values else None
        others = precedence.other_venues(self.candidates, venue)
        return Resolution(
            lookup=self.lookup,
            decision=decision,
            identifiers=self.identifiers,
            values=values,
            other_venues=others or (self.line.other_venues if self.line else ()),
            asked=frozenset(self.asked),
            failures=tuple(sorted(self.failures, key=lambda f: (f.provider, f.rung, f.detail))),
            fresh=self.learned,
        )


def _remembered(line: Line) -> Decision:
    """The decision that a ledger line holds."""
    rivals = tuple(
        Match(_candidate(rival, line.checked), rival.features, 0.0) for rival in line.rivals
    )
    if line.verdict == "accepted":
        return Accepted((), line.reason, others=rivals)
    if line.verdict == "ruled":
        return Ruled(line.identifiers or None, (), line.reason)
    if line.verdict == "ambiguous":
        return Ambiguous(rivals, line.reason)
    return Unmatched(line.reason, rivals)


def _described(line: Line, lookup: Lookup) -> Work:
    """The work as the ledger's line describes it."""
    said = {name: value for name, (value, _) in line.values.items()}
    authors, year = said.get(Field.AUTHORS), said.get(Field.YEAR)
    return Work(
        title=line.title,
        authors=authors if isinstance(authors, tuple) else None,
        year=year if isinstance(year, int) else None,
        identifiers=line.identifiers.or_else(lookup.hints.identifiers),
    )


def _candidate(rival: Rival, fetched: str) -> Candidate:
    work = Work(
        title=rival.title,
        authors=rival.authors or None,
        year=rival.year,
        venue=rival.venue,
        citation_count=rival.citation_count,
        identifiers=rival.identifiers,
    )
    return Candidate(work, rival.provider, Rung.LEDGER, fetched)


def line_of(resolution: Resolution, today: date, tries: int) -> Line | None:
    """What the ledger is to remember of a resolution; None while it is open."""
    decision, lookup = resolution.decision, resolution.lookup
    line = Line(
        key=lookup.key,
        title=lookup.title,
        verdict="accepted",
        reason=decision.reason if decision else "",
        identifiers=resolution.identifiers,
        values=resolution.values,
        other_venues=resolution.other_venues,
    )
    if isinstance(decision, Ruled):
        return replace(line, verdict="ruled", identifiers=decision.identifiers or Identifiers())
    if isinstance(decision, Accepted):
        lacking = lookup.wanted - resolution.values.keys()
        asked = {each for each in resolution.asked if lacking and each.endswith(_BY_NAME)}
        others = tuple(_rival(m) for m in decision.others[:10])
        return replace(line, asked=frozenset(asked), rivals=others)
    if isinstance(decision, (Ambiguous, Unmatched)):
        return replace(
            line,
            verdict="ambiguous" if isinstance(decision, Ambiguous) else "unmatched",
            identifiers=lookup.hints.identifiers,
            values={},
            rivals=tuple(_rival(m) for m in decision.matches[:10])
            if isinstance(decision, Ambiguous)
            else (),
            asked=resolution.asked,
            checked=today.isoformat(),
            tries=tries + 1,
            hints=_hinted(lookup),
        )
    return None


def _hinted(lookup: Lookup) -> str:
    """What the notes say of a work beside its title, in short: new words are a new question."""
    hints = lookup.hints
    said = [hints.year, hints.first_author, dict(hints.identifiers)]
    return digest(said) if any(said) else ""


def _rival(found: Match) -> Rival:
    work = found.candidate.work
    return Rival(
        title=work.title,
        authors=(work.authors or ())[:10],
        year=work.year,
        venue=work.venue,
        citation_count=work.citation_count,
        identifiers=work.identifiers,
        provider=found.candidate.provider,
        features=dict(found.features),
    )
