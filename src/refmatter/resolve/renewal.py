"""Renew what services say of works that are settled: whether they were retracted, and where a
preprint was published since.

The works are asked for by their identifiers alone, those first whose status is the oldest, and
with no more requests than are left of the budget. A publication is taken only from a record that
an identifier links to the preprint.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from msgspec.structs import replace

from refmatter.fields import Field
from refmatter.matching import precedence
from refmatter.matching.clustering import alike, may_be_one_work
from refmatter.matching.plausibility import is_preprint_server
from refmatter.model import Candidate, Failure, Hints, Identifiers, Lookup, LookupKey, Rung, Work
from refmatter.resolve.batching import Batcher, run
from refmatter.resolve.context import ResolveContext
from refmatter.resolve.lookup_state import described, retracted_by
from refmatter.schemes import ARXIV
from refmatter.state.ledger_line import LedgerLine

DAYS = 30
"""Days after which the status of a work is asked for again."""


@dataclass(slots=True)
class Renewal:
    """The ledger lines whose status was renewed, with their new status; the keys of those of
    preprints whose publication was found; and the first failure of each service where no service
    could be asked about a work."""

    lines: list[LedgerLine] = field(default_factory=list)
    published: set[LookupKey] = field(default_factory=set)
    failures: dict[str, Failure] = field(default_factory=dict)

    def take(self, old: Iterable[LedgerLine], new: Iterable[LedgerLine]) -> None:
        """Take in lines as they were and as they are now."""
        for was, line in zip(old, new, strict=True):
            self.lines.append(line)
            if line.values != was.values:
                self.published.add(line.key)


@dataclass(slots=True)
class _WorkAnswers:
    """What services say of a work, and the days they said it. `dois` are those of its
    publication."""

    line: LedgerLine
    days: list[str] = field(default_factory=list)
    records: list[Candidate] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    dois: set[str] = field(default_factory=set)

    def take(self, record: Candidate) -> None:
        """Take in a record, unless it is of another work, which a service put under the same
        identifier."""
        line = self.line
        typed = line.verdict == "ruled" and not line.values  # there is nothing to compare it with
        if typed or may_be_one_work(described(line), record.work):
            self.records.append(record)
            self.dois |= _publication_dois(record.work) - {str(line.identifiers.doi)}


class _Requests:
    """Sends questions by identifier, within a budget."""

    def __init__(self, context: ResolveContext, budget: int) -> None:
        self.left = budget
        self._context = context

    def ask(
        self,
        names: Sequence[str],
        lookups: Sequence[Lookup],
        answers: dict[LookupKey, _WorkAnswers],
    ) -> None:
        """Ask these services about as many of the lookups, from the first on, as the budget
        carries; the answers are taken in by the names of the services."""
        names = names[: self.left]
        sizes = [self._size(name) for name in names]
        lookups = lookups[: self.left * max(sizes, default=0)]
        most = bisect_right(
            range(len(lookups) + 1), self.left, key=lambda n: self._cost(names, lookups[:n])
        )
        chosen = lookups[: most - 1]
        self.left -= self._cost(names, chosen)
        batchers = [self._batcher(name, chosen) for name in names]
        outcomes = run(batchers) if chosen and batchers else ()
        for outcome in sorted(outcomes, key=lambda outcome: outcome.query.provider):
            query, reading = outcome.query, outcome.reading
            for lookup in query.about:
                answer = answers[lookup.key]
                if isinstance(reading, Failure):
                    answer.failures.append(reading)
                    continue
                answer.days.append(outcome.fetched)
                for work in reading.get(lookup.key, ()):
                    answer.take(Candidate(work, query.provider, query.rung, outcome.fetched))

    def _cost(self, names: Sequence[str], lookups: Sequence[Lookup]) -> int:
        providers = self._context.providers
        return sum(
            len(list(providers[name].queries(Rung.IDENTIFIER, lookups, self._size(name))))
            for name in names
        )

    def _size(self, name: str) -> int:
        return self._context.providers[name].INFO.rungs[Rung.IDENTIFIER][0]

    def _batcher(self, name: str, lookups: Sequence[Lookup]) -> Batcher:
        context = self._context
        provider, client = context.providers[name], context.clients[name]
        return Batcher(provider, client, Rung.IDENTIFIER, lookups, context.at_once(name))


def renew(lines: Iterable[LedgerLine], context: ResolveContext, budget: int) -> Renewal:
    """Ask for the status of the settled works among these lines that is the oldest, with at most
    `budget` requests. A third of them is kept for the publications of preprints."""
    due: dict[Identifiers, list[LedgerLine]] = {}
    for line in sorted(filter(_is_settled, lines), key=_oldest_first):
        if is_due(line, context.today):
            due.setdefault(line.identifiers, []).append(line)
    answers = {same[0].key: _WorkAnswers(same[0]) for same in due.values()}
    names, kept = _services(context), budget // 3
    reporting = [n for n in names if context.providers[n].INFO.reports_retractions]
    requests = _Requests(context, budget - kept)
    lookups = [_lookup(same[0], same[0].identifiers) for same in due.values()]
    requests.ask(reporting, lookups, answers)
    answered = {key: answer for key, answer in answers.items() if answer.days}
    if context.precedence_rule.prefer == "published":
        requests.left += kept
        others = [name for name in names if name not in reporting]
        _look_for_publications(answered, others, reporting, requests)
    failures = (f for a in answers.values() if not a.days for f in a.failures)
    renewal = Renewal(failures={failure.provider: failure for failure in failures})
    for same in due.values():
        if (answer := answered.get(same[0].key)) is not None:
            renewal.take(same, [_renewed(line, answer, context.precedence_rule) for line in same])
    return renewal


def _services(context: ResolveContext) -> list[str]:
    """Return the services of the ladder that are asked by identifier."""
    steps = (step for step in context.ladder if step.rung is Rung.IDENTIFIER)
    names = dict.fromkeys(name for step in steps for name in step.providers)
    return [name for name in names if name in context.clients]


def _look_for_publications(
    answers: dict[LookupKey, _WorkAnswers],
    others: Sequence[str],
    reporting: Sequence[str],
    requests: _Requests,
) -> None:
    """Ask the other services for the publications of preprints that are not known yet, then those
    that report on works for what is published under the DOIs found."""
    preprints = {key: found for key, found in answers.items() if is_preprint(found.line)}
    lookups = [_lookup(h.line, h.line.identifiers) for h in preprints.values() if not h.dois]
    requests.ask(others, lookups, answers)
    linked = [
        _lookup(answer.line, Identifiers(doi=min(answer.dois)))
        for answer in preprints.values()
        if len(answer.dois) == 1 and not _published(answer)
    ]
    requests.ask(reporting, linked, answers)


def is_due(line: LedgerLine, today: date) -> bool:
    """Whether it is time to ask for the status of a work."""
    checked = line.status_checked
    return not checked or (today - date.fromisoformat(checked)).days >= DAYS


def is_preprint(line: LedgerLine) -> bool:
    """Whether all that the ledger knows of a work is its preprint: it has no venue but a server of
    preprints, or none and no DOI but arXiv's."""
    venue = str(line.values[Field.VENUE][0] or "") if Field.VENUE in line.values else ""
    if venue:
        return is_preprint_server(venue)
    doi = line.identifiers.doi
    return bool(ARXIV.of_doi(doi) if doi else line.identifiers.arxiv)


def _is_settled(line: LedgerLine) -> bool:
    return line.verdict in ("accepted", "ruled") and bool(line.identifiers)


def _oldest_first(line: LedgerLine) -> tuple[str, str]:
    return line.status_checked, str(line.key)


def _lookup(line: LedgerLine, identifiers: Identifiers) -> Lookup:
    return Lookup(line.key, line.title, Hints(identifiers=identifiers))


def _publication_dois(work: Work) -> set[str]:
    """Return the DOI of the publication that a record names: of a preprint's record that to which
    it is linked, of arXiv's the one that its authors gave, else the record's own."""
    own = work.identifiers.doi
    if work.published_as:
        return {work.published_as}
    is_own = bool(own) and ARXIV.of_doi(own) is None
    is_linked = work.preprint is not True or work.identifiers.arxiv is not None
    return {own} if own and is_own and is_linked else set()


def _published(answer: _WorkAnswers) -> list[Candidate]:
    """Return the records of the publication of a preprint: none where services name several. The
    title has to be like the preprint's, as services merge works of one author now and then."""
    if len(answer.dois) > 1:
        return []
    cleaned, _ = precedence.cleaned(answer.records)
    title = described(answer.line).title
    return [
        record
        for record in cleaned
        if record.work.preprint is not True
        and record.work.year
        and record.work.venue
        and not is_preprint_server(record.work.venue)
        and alike(title, record.work.title)
    ]


def _renewed(line: LedgerLine, answer: _WorkAnswers, rule: precedence.PrecedenceRule) -> LedgerLine:
    """Return a line with its status of today, and year and venue of the publication of a preprint
    that has appeared since."""
    retracted = retracted_by(line.retracted, answer.records)
    line = replace(line, retracted=retracted, status_checked=max(answer.days))
    found = _published(answer) if rule.prefer == "published" and is_preprint(line) else []
    values = precedence.values(found, rule)
    if Field.YEAR not in values or Field.VENUE not in values:
        return line
    doi = next(iter(answer.dois), None)
    names = line.identifiers
    if ARXIV.of_doi(names.doi):
        names = replace(names, doi=None)
    new = {name: values[name] for name in (Field.YEAR, Field.VENUE)}
    return replace(
        line,
        identifiers=names.or_else(Identifiers(doi=doi)),
        values={**line.values, **new},
        other_venues=precedence.other_venues(found, new[Field.VENUE][0]),
    )
