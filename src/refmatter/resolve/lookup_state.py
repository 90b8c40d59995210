"""What is known of one lookup while it climbs the ladder: ledger line in, Resolution out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from msgspec.structs import replace

from refmatter.fields import COUNTS, Field, Value
from refmatter.matching import precedence
from refmatter.matching.clustering import group, may_be_one_work
from refmatter.matching.thresholds import DEFAULT, Thresholds
from refmatter.model import (
    NO_QUESTIONS,
    QUERY_RULES,
    Accepted,
    Ambiguous,
    Candidate,
    Decision,
    Failure,
    Identifiers,
    Lookup,
    Match,
    Provenance,
    Question,
    QuestionSet,
    Remark,
    Resolution,
    Ruled,
    Rung,
    Trouble,
    Unmatched,
    Work,
    names_work,
)
from refmatter.reasons import Reason
from refmatter.resolve.evidence import Evidence
from refmatter.resolve.matching_stage import match
from refmatter.resolve.reference_overlap import complete_lists
from refmatter.stages.claim import Claim
from refmatter.state.ledger_line import LedgerLine
from refmatter.titles import title_key

MOST = 10
"""So many candidates of a title are remembered."""

_NOTHING: Mapping[Field, tuple[Value, Provenance]] = MappingProxyType({})

_KEPT_RUNGS = frozenset({Rung.IDENTIFIER, Rung.TITLE_BATCH, Rung.TITLE_SEARCH})
"""The rungs whose questions are not asked again for what a note still lacks."""


@dataclass(slots=True)
class LookupState:
    """The state of a lookup during a run.

    `line` is its ledger line; `known` tells whether that identifies its work. `queries` and
    `failures` grow with every request. `learned` tells that a request was answered, `unproven`
    that no service could say whether only one work has the title, `reconsidered` that it is
    decided again from stored candidates and sends no requests. `written` are the fields whose
    values in a note an earlier run wrote, `unavailable` the services that the run cannot ask.
    `cited_in` is the year of the first work that cites it, `precedence_rule` chooses its values, a
    match has to pass `thresholds`. Until something new is received, `worked_out` are its values,
    `remarks` what was implausible and left out, `retracted` the providers that call the work
    retracted, `called` its identifiers."""

    lookup: Lookup
    line: LedgerLine | None = None
    known: bool = False
    decision: Decision | None = None
    candidates: tuple[Candidate, ...] = ()
    queries: AbstractSet[Question] = NO_QUESTIONS
    failures: tuple[Failure, ...] = ()
    learned: bool = False
    unproven: bool = False
    reconsidered: bool = False
    written: frozenset[Field] = frozenset()
    unavailable: frozenset[str] = frozenset()
    cited_in: int | None = None
    worked_out: Mapping[Field, tuple[Value, Provenance]] | None = None
    called: Identifiers | None = None
    remarks: tuple[Remark, ...] = ()
    retracted: tuple[str, ...] = ()
    precedence_rule: precedence.PrecedenceRule = precedence.DEFAULT
    thresholds: Thresholds = DEFAULT

    @classmethod
    def start(cls, lookup: Lookup, claim: Claim, today: date, retry: int | None) -> LookupState:
        """Return the state of a lookup at the start of a run, from its ledger line. `retry` is the
        number of days before a title that was not found is looked up again; None to look it up
        now."""
        line = claim.line(lookup.key)
        if line is None:
            return cls(lookup)
        if line.hints != lookup.evidence:
            # What the note says is not what was decided by. A ruling holds all the same, unless
            # the note has another work's identifier by now.
            carried = lookup.hints.identifiers
            if line.verdict != "ruled" or line.identifiers.contradicts(carried):
                return cls(lookup)
        if line.verdict in ("accepted", "ruled"):
            state = cls(lookup, line, known=True, decision=_remembered(line))
            state.queries = line.queries
            state.written = written_fields(lookup, claim)
            return state
        if retry is None or line.is_due(today, retry):
            return cls(lookup, line)
        candidates = tuple(match.candidate for match in line.candidates)
        line = replace(line, key=lookup.key, title=lookup.title)  # one text for both
        return cls(lookup, line, False, _remembered(line), candidates, line.queries)

    def rethink(self, evidence: Evidence, catalogued: Iterable[Candidate]) -> None:
        """Decide anew what an older rule decided. A work that stays the same keeps what the
        ledger holds of it."""
        line = self.line
        self.known, self.decision, self.reconsidered, self.learned = False, None, True, True
        services = [
            candidate for candidate in evidence.candidates if candidate.provider != "catalog"
        ]
        shelved = [
            candidate for candidate in evidence.candidates if candidate.provider == "catalog"
        ]
        overlaps = {candidate.work.identifiers: candidate.overlap for candidate in shelved}
        self.candidates = (
            *services,
            *(replace(e, overlap=overlaps.get(e.work.identifiers)) for e in catalogued),
        )
        self.queries |= evidence.queries
        self.decide()
        if line is not None and line.verdict == "accepted":
            self.known = line.identifiers.agrees(self.identifiers)

    @property
    def _dated(self) -> Lookup:
        hints = self.lookup.hints
        if self.cited_in is None:
            return self.lookup
        return replace(self.lookup, hints=replace(hints, cited_in=self.cited_in))

    @property
    def is_torn(self) -> bool:
        """Whether several works may be meant."""
        return isinstance(self.decision, Ambiguous) and len(self.decision.matches) > 1

    @property
    def is_outdated(self) -> bool:
        """Whether the ledger's line was decided by another rule than today's."""
        line = self.line
        return (
            line is not None
            and line.verdict != "ruled"
            and line.matcher_version != self.thresholds.version
        )

    @property
    def is_from_catalog(self) -> bool:
        """Whether the ledger's line was decided by what the catalogue says alone."""
        line = self.line
        if line is None:
            return False
        sources = {source.provider for _, source in line.values.values()}
        return sources | {question.provider for question in line.queries} == {"catalog"}

    @property
    def is_settled(self) -> bool:
        """Whether it is known which work it is, or a person has ruled."""
        return isinstance(self.decision, (Accepted, Ruled))

    @property
    def _records(self) -> list[Candidate]:
        """What providers say of the work."""
        matches = self.decision.matches if isinstance(self.decision, Accepted) else ()
        return [m.candidate for m in matches]

    @property
    def identifiers(self) -> Identifiers:
        """What the work is called, as far as that is known or the notes say it."""
        if self.called is None:
            self.called = self._call()
        return self.called

    def _call(self) -> Identifiers:
        hints = self.lookup.hints
        if self.known and self.line is not None:
            found = precedence.identifiers(self._agreeing())
            return self.line.identifiers.or_else(found).or_else(
                _uncontradicted(self.line, self.lookup)
            )
        if isinstance(self.decision, Accepted):
            found = precedence.identifiers(m.candidate for m in self.decision.matches)
            linked = hints.linked_identifiers
            return found.or_else(hints.names if found.agrees(linked) else hints.identifiers)
        return hints.names

    @property
    def values(self) -> Mapping[Field, tuple[Value, Provenance]]:
        """The work's values so far. What the ledger holds stays, but that counts move on: to
        a newer number, never to none."""
        if self.worked_out is None:
            self.worked_out = self._work_out()
        return self.worked_out

    def _work_out(self) -> Mapping[Field, tuple[Value, Provenance]]:
        if not names_work(self.decision):
            return _NOTHING
        if not (self.known and self.line is not None):
            return self._chosen(self._records)
        self.remarks, self.retracted = self.line.remarks, self.line.retracted
        new, old = self._chosen(self._agreeing()), self.line.values
        moved = {
            name: new[name]
            for name in COUNTS & new.keys()
            if new[name][0] and (name not in old or self._moves(name, new[name][1], old[name][1]))
        }
        replaced = {name: new[name] for name in self._replaced(new, old)}
        return {**new, **old, **moved, **replaced}

    def _chosen(self, records: Iterable[Candidate]) -> dict[Field, tuple[Value, Provenance]]:
        """Return the values of records of the work; while a service cannot be asked, others' stand
        in for its."""
        return precedence.values(self._cleaned(records), self.precedence_rule, self.unasked)

    @property
    def unasked(self) -> frozenset[str]:
        """The services that cannot be asked for a record of the work."""
        return self.unavailable | self.failing

    @property
    def failing(self) -> frozenset[str]:
        """The services that were asked and could not answer."""
        failed = {
            failure.provider
            for failure in self.failures
            if failure.rung in _KEPT_RUNGS and failure.trouble is not Trouble.OFFLINE
        }
        answered = {query.provider for query in self.queries if query.rung is Rung.IDENTIFIER}
        return frozenset(failed - answered)

    def _moves(self, name: Field, new: Provenance, old: Provenance) -> bool:
        """Whether a count gives way to another one: a newer one of the same service, or of one that
        is preferred. So it does not move between services."""
        if new.fetched < old.fetched:
            return False
        if new.provider == old.provider:
            return True
        order = self.precedence_rule.order[name]
        better = order[: order.index(old.provider)] if old.provider in order else order
        return new.provider in better

    def _stands_in(self, name: Field, values: Mapping[Field, tuple[Value, Provenance]]) -> bool:
        """Whether the value of a field is there only until a better one can be asked for."""
        found = values.get(name)
        return bool(found and self.precedence_rule.stands_in(name, found[1].provider))

    def _replaced(
        self,
        new: Mapping[Field, tuple[Value, Provenance]],
        old: Mapping[Field, tuple[Value, Provenance]],
    ) -> frozenset[Field]:
        """Return the fields whose value stood in for one that is known now."""
        return frozenset(
            name for name in new if self._stands_in(name, old) and not self._stands_in(name, new)
        )

    @property
    def replaced(self) -> frozenset[Field]:
        """The fields whose value in the ledger stood in for one that is known now."""
        if not (self.known and self.line is not None and self.candidates):
            return frozenset()
        return self._replaced(self.values, self.line.values)

    def stand_ins(self, provider: str | None = None) -> frozenset[Field]:
        """Return the fields that a note has, or is to get, with a value that stands in for one of
        this provider, or of any."""
        order = self.precedence_rule.order
        return frozenset(
            name
            for name in self.lookup.wanted | self.written
            if self._stands_in(name, self.values) and (provider is None or provider in order[name])
        )

    def _cleaned(self, records: Iterable[Candidate]) -> list[Candidate]:
        kept, remarks = precedence.cleaned(records)
        self.remarks = tuple(dict.fromkeys((*self.remarks, *remarks)))
        self.retracted = retracted_by(self.retracted, kept)
        return kept

    def _agreeing(self) -> list[Candidate]:
        """Return the new records of the work that the ledger remembers."""
        if self.line is None or not self.candidates:
            return []
        work = described(self.line, self.lookup)
        remembered = Candidate(work, "ledger", Rung.LEDGER, "")
        first, *_ = group(Match(candidate, {}, 0.0) for candidate in (remembered, *self.candidates))
        others = [match.candidate for match in first if match.candidate is not remembered]
        if self.line.verdict == "ruled" and not self.line.values:
            return others  # a person typed its identifier: there is nothing to compare it with
        return [other for other in others if may_be_one_work(work, other.work)]

    @property
    def year(self) -> int | None:
        """The work's year, as far as it is known or the notes say it."""
        year = self.values[Field.YEAR][0] if Field.YEAR in self.values else None
        return year if isinstance(year, int) else self.lookup.hints.year

    def is_described_by(self, provider: str) -> bool:
        """Whether this provider has described the work, in this run or by the ledger."""
        if any(where.provider == provider for _, where in self.values.values()):
            return True
        return any(record.provider == provider for record in self._records)

    def lacks(self) -> frozenset[Field]:
        """Return the wanted fields that have no value yet."""
        return self.lookup.wanted - self.values.keys()

    def stale(self, today: date, max_age_days: Mapping[Field, int]) -> bool:
        """Whether counts that an earlier run wrote to a note are older than they may be."""
        for name, days in max_age_days.items():
            if name in self.values and COUNTS & self.written:
                fetched = self.values[name][1].fetched
                if fetched and (today - date.fromisoformat(fetched)).days >= days:
                    return True
        return False

    @property
    def counted_on(self) -> str:
        """The day (ISO) of the older of its counts; "" where none has one."""
        days = (self.values[name][1].fetched for name in COUNTS if name in self.values)
        return min(days, default="")

    def answered(self, questions: Iterable[Question], candidates: Iterable[Candidate] = ()) -> None:
        """Take in the answers to questions."""
        self.worked_out = self.called = None
        self.queries = QuestionSet((*self.queries, *questions))
        self.candidates += tuple(candidates)
        self.learned = True

    def fail(self, failure: Failure) -> None:
        """Take in that a service could not answer."""
        if failure not in self.failures:
            self.worked_out = None
            self.failures += (failure,)

    def forget_failures(self, providers: Collection[str]) -> tuple[Failure, ...]:
        """Take out the failures of providers that can be asked again; return them."""
        former = tuple(failure for failure in self.failures if failure.provider in providers)
        if former:
            self.worked_out = None
            self.failures = tuple(f for f in self.failures if f not in former)
        return former

    def decide(self) -> None:
        """Decide anew from all candidates, unless the ledger or a person already has."""
        self.worked_out = self.called = None
        if self.known:
            return
        decision = self._decided()
        self.decision = None if self.unproven and _stands_alone(decision) else decision

    def _title(self) -> str:
        """Return the title of the work's record; "" while it is not known which work it is."""
        if isinstance(self.decision, Accepted) and self.decision.matches:
            return self.decision.matches[0].candidate.work.title
        if self.line is not None and names_work(self.decision):
            return self.line.matched_title or self.line.title
        return ""

    def _decided(self) -> Decision:
        complete = complete_lists(self.queries, self.candidates)
        return match(self._dated, self.candidates, self.thresholds, complete)

    def resolution(self) -> Resolution:
        """Return the resolution: not found only if a service was queried and all answered."""
        decision = self.decision
        if decision is None and self.queries and not self.unproven:
            decision = self._decided()
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
            remarks=self.remarks,
            retracted=self.retracted,
            other_venues=others or (self.line.other_venues if self.line else ()),
            title=self._title(),
            queries=self.queries,
            failures=tuple(
                sorted(self.failures, key=lambda f: (f.provider, f.rung.rank, f.detail))
            ),
            fresh=self.learned,
            reconsidered=self.reconsidered,
            stand_ins=self.stand_ins(),
            replaced=self.replaced,
            matcher_version=self.thresholds.version,
        )


def _stands_alone(decision: Decision) -> bool:
    """Whether nothing but its title speaks for the one work that was found."""
    if isinstance(decision, Accepted):
        return not decision.corroborated
    return isinstance(decision, Ambiguous) and len(decision.matches) == 1


def _settled_questions(resolution: Resolution) -> AbstractSet[Question]:
    """Return the questions that need not be asked again. Complete lists of the works of a title
    might tell that a work is the only one: where somebody could not be asked for one, the others'
    lists are needed again, of which a line remembers too little."""
    decision = resolution.decision
    if not isinstance(decision, Ambiguous) or len(decision.matches) != 1:
        return resolution.queries
    features = decision.matches[0].features
    if not resolution.failures or features.get("title") != 1.0 or "specific" not in features:
        return resolution.queries
    return QuestionSet(query for query in resolution.queries if query.provider == "catalog")


def retracted_by(before: Iterable[str], records: Iterable[Candidate]) -> tuple[str, ...]:
    """Return the providers that say a work was retracted: those of before that say nothing new, and
    those whose records say it now."""
    telling = [record for record in records if record.work.retracted is not None]
    now = {record.provider for record in telling if record.work.retracted}
    return tuple(sorted({*before} - {record.provider for record in telling} | now))


def written_fields(lookup: Lookup, claim: Claim) -> frozenset[Field]:
    """Return the fields of which a note about it has a value from us that no person has changed
    since."""
    return frozenset(
        name
        for path in lookup.notes
        for name, ownership in claim.written(path).items()
        if not ownership.is_persons
    )


def _remembered(line: LedgerLine) -> Decision:
    """Return the decision that a ledger line holds."""
    if line.verdict == "accepted":
        return Accepted((), line.reason, others=line.candidates)
    if line.verdict == "ruled":
        return Ruled(line.identifiers or None, (), line.reason)
    if line.verdict == "ambiguous":
        return Ambiguous(line.candidates, line.reason)
    return Unmatched(line.reason, line.candidates)


def described(line: LedgerLine, lookup: Lookup | None = None) -> Work:
    """Return the work as the ledger's line describes it, with what a lookup's notes call it."""
    carried = _uncontradicted(line, lookup) if lookup else Identifiers()
    return work_of(line.matched_title or line.title, line.values, line.identifiers.or_else(carried))


def work_of(
    title: str, values: Mapping[Field, tuple[Value, Provenance]], identifiers: Identifiers
) -> Work:
    """Return the work of these values, as far as they tell it from others."""
    found = {name: value for name, (value, _) in values.items()}
    authors, year = found.get(Field.AUTHORS), found.get(Field.YEAR)
    return Work(
        title=title,
        authors=authors if isinstance(authors, tuple) else None,
        year=year if isinstance(year, int) else None,
        identifiers=identifiers,
    )


def _uncontradicted(line: LedgerLine, lookup: Lookup) -> Identifiers:
    """Return what the notes call the work; nothing where a person ruled that it is another one."""
    carried = lookup.hints.identifiers
    return Identifiers() if line.identifiers.contradicts(carried) else carried


def line_of(resolution: Resolution, today: date, before: LedgerLine | None) -> LedgerLine | None:
    """Return the ledger line of a resolution, with what the line `before` remembered; None while it
    is open."""
    decision, lookup = resolution.decision, resolution.lookup
    if decision is None:
        return None
    line = LedgerLine(
        key=lookup.key,
        title=lookup.title,
        verdict="accepted",
        reason=_reason(decision),
        identifiers=resolution.identifiers,
        values=resolution.values,
        other_venues=resolution.other_venues,
        remarks=resolution.remarks,
        retracted=resolution.retracted,
        matcher_version=resolution.matcher_version,
        hints=lookup.evidence,
    )
    if isinstance(decision, Ruled):
        ruled = decision.identifiers or Identifiers()
        kept = before or line
        return replace(
            kept,
            verdict="ruled",
            identifiers=ruled,
            values=resolution.values,
            other_venues=resolution.other_venues,
            retracted=resolution.retracted,
            queries=kept.queries | resolution.queries,
        )
    if isinstance(decision, Accepted):
        lacking = lookup.wanted - resolution.values.keys() or resolution.stand_ins
        kept_queries = QuestionSet(
            query for query in resolution.queries if lacking and query.rung in _KEPT_RUNGS
        )
        line = replace(line, queries=kept_queries, candidates=decision.others[:MOST])
        if decision.matches or before is None:
            features = dict(decision.matches[0].features) if decision.matches else {}
            return replace(
                line,
                tier=decision.tier,
                matched_title=_matched_title(lookup, decision),
                features=features,
            )
        return replace(
            line,
            tier=before.tier,
            status_checked=before.status_checked,
            matched_title=before.matched_title,
            matcher_version=before.matcher_version,
            features=before.features,
        )
    tries = before.tries if before else 0
    rules = before.query_rules if before and resolution.reconsidered else QUERY_RULES
    return replace(
        line,
        verdict="ambiguous" if isinstance(decision, Ambiguous) else "unmatched",
        identifiers=lookup.hints.identifiers,
        values={},
        candidates=decision.matches[:MOST],
        queries=_settled_questions(resolution),
        last_checked=before.last_checked
        if resolution.reconsidered and before and before.last_checked
        else today.isoformat(),
        tries=tries if resolution.reconsidered else tries + 1,
        query_rules=rules if isinstance(decision, Unmatched) else QUERY_RULES,
    )


def _reason(decision: Decision) -> Reason:
    """Return the reason of a decision, as far as it is about candidates that a line keeps."""
    reason = decision.reason
    rejected = tuple(r for r in reason.rejected if r.candidate < MOST)
    return replace(reason, rejected=rejected) if len(rejected) < len(reason.rejected) else reason


def _matched_title(lookup: Lookup, decision: Accepted) -> str:
    """Return the title of the work's record, where it is not the one that was asked for."""
    titles = [m.candidate.work.title for m in decision.matches]
    same = any(title_key(title) == title_key(lookup.title) for title in titles)
    return "" if same or not titles else titles[0]
