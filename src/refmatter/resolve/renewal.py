"""Renew what services say of works that are settled: whether they were retracted.

The works are asked for by their identifiers alone, those first whose status is the oldest, and
with no more requests than are left of the budget.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from msgspec.structs import replace

from refmatter.matching.clustering import may_be_one_work
from refmatter.model import (
    Candidate,
    Failure,
    Hints,
    Identifiers,
    Lookup,
    LookupKey,
    Query,
    Rung,
)
from refmatter.resolve.batching import Batcher, QueryOutcome, run
from refmatter.resolve.context import ResolveContext
from refmatter.resolve.lookup_state import described, retracted_by
from refmatter.state.ledger_line import LedgerLine

DAYS = 30
"""Days after which the status of a work is asked for again."""


@dataclass(slots=True)
class Renewal:
    """The ledger lines whose status was renewed, with their new status, and the first failure of
    each service where no service could be asked about a work."""

    lines: list[LedgerLine] = field(default_factory=list)
    failures: dict[str, Failure] = field(default_factory=dict)


@dataclass(slots=True)
class _StatusAnswers:
    """What services say of the works of one set of identifiers, and the days they said it."""

    days: list[str] = field(default_factory=list)
    records: list[Candidate] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def renew(lines: Iterable[LedgerLine], context: ResolveContext, budget: int) -> Renewal:
    """Ask for the status of the settled works among these lines that is the oldest, with at most
    `budget` requests."""
    due: dict[Identifiers, list[LedgerLine]] = {}
    for line in sorted(filter(_is_settled, lines), key=_oldest_first):
        if is_due(line, context.today):
            due.setdefault(line.identifiers, []).append(line)
    names = [
        name
        for name, provider in context.providers.items()
        if provider.INFO.reports_retractions and name in context.clients
    ][:budget]
    lookups = [_lookup(same[0]) for same in due.values()]
    chosen = lookups[: _most(lookups, names, context, budget)]
    batchers = [
        Batcher(
            context.providers[n], context.clients[n], Rung.IDENTIFIER, chosen, context.at_once(n)
        )
        for n in names
    ]
    found = _answers(run(batchers)) if chosen and batchers else {}
    renewal = Renewal()
    for same in due.values():
        if (status := found.get(same[0].key)) is None:
            continue
        if not status.days:
            for failure in status.failures:
                renewal.failures.setdefault(failure.provider, failure)
        else:
            renewal.lines += [_renewed(line, status) for line in same]
    return renewal


def is_due(line: LedgerLine, today: date) -> bool:
    """Whether it is time to ask for the status of a work."""
    checked = line.status_checked
    return not checked or (today - date.fromisoformat(checked)).days >= DAYS


def _is_settled(line: LedgerLine) -> bool:
    return line.verdict in ("accepted", "ruled") and bool(line.identifiers)


def _oldest_first(line: LedgerLine) -> tuple[str, str]:
    return line.status_checked, str(line.key)


def _lookup(line: LedgerLine) -> Lookup:
    return Lookup(line.key, line.title, Hints(identifiers=line.identifiers))


def _most(
    lookups: Sequence[Lookup], names: Sequence[str], context: ResolveContext, budget: int
) -> int:
    """Return how many of the lookups the budget's requests carry."""

    def cost(count: int) -> int:
        return sum(len(_queries(context, name, lookups[:count])) for name in names)

    return bisect_right(range(len(lookups) + 1), budget, key=cost) - 1


def _queries(context: ResolveContext, name: str, lookups: Sequence[Lookup]) -> Sequence[Query]:
    provider = context.providers[name]
    size = provider.INFO.rungs[Rung.IDENTIFIER][0]
    return list(provider.queries(Rung.IDENTIFIER, lookups, size))


def _answers(outcomes: Iterable[QueryOutcome]) -> Mapping[LookupKey, _StatusAnswers]:
    """Return what was said of each work, in the order of the services' names."""
    found: dict[LookupKey, _StatusAnswers] = {}
    for outcome in sorted(outcomes, key=lambda outcome: outcome.query.provider):
        query, reading = outcome.query, outcome.reading
        for lookup in query.about:
            status = found.setdefault(lookup.key, _StatusAnswers())
            if isinstance(reading, Failure):
                status.failures.append(reading)
                continue
            status.days.append(outcome.fetched)
            status.records += [
                Candidate(work, query.provider, query.rung, outcome.fetched)
                for work in reading.get(lookup.key, ())
            ]
    return found


def _renewed(line: LedgerLine, status: _StatusAnswers) -> LedgerLine:
    """Return a line with its status of today. A record of another work, which a service put under
    the same identifier, has no say."""
    work = described(line)
    typed = line.verdict == "ruled" and not line.values  # there is nothing to compare it with
    records = [found for found in status.records if typed or may_be_one_work(work, found.work)]
    retracted = retracted_by(line.retracted, records)
    return replace(line, retracted=retracted, status_checked=max(status.days))
