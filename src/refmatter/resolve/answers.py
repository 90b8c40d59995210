"""Answer a plan: resolve its lookups, and renew what is settled; the only stage on the network."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from refmatter.model import Failure, LookupKey, Resolution
from refmatter.resolve.context import ResolveContext
from refmatter.resolve.lookup_state import line_of
from refmatter.resolve.renewal import Renewal, renew
from refmatter.resolve.resolver import resolve
from refmatter.stages.learn import Vault
from refmatter.stages.plan import Plan
from refmatter.state.ledger_line import LedgerLine
from refmatter.state.renamed_ledger import KnownLines


@dataclass(frozen=True, slots=True)
class Answers:
    """What came of the lookups of a plan.

    `lines` are those that are new for the ledger, `retracted` those among them of works that it
    did not know as retracted, `published` the keys of preprints whose publication has appeared
    since, and `not_renewed` tells why services could not be asked about settled works.
    """

    resolutions: Mapping[LookupKey, Resolution]
    lines: Mapping[LookupKey, LedgerLine] = field(default_factory=dict)
    retracted: tuple[LedgerLine, ...] = ()
    published: Collection[LookupKey] = ()
    not_renewed: Mapping[str, Failure] = field(default_factory=dict)


def answer(plan: Plan, vault: Vault, context: ResolveContext) -> Answers:
    """Resolve the lookups of a plan, and renew settled works where there is a budget for it."""
    resolutions = resolve(plan, vault, context)
    known = plan.claim.known
    fresh = fresh_lines(resolutions.moved(), known, context.today)
    renewal = Renewal()
    if context.budget is not None:
        renewal = renew(_updated(known, fresh), context, resolutions.budget)
        resolutions.renew(renewal.lines)
    lines = {**fresh, **{line.key: line for line in renewal.lines}}
    return Answers(
        resolutions=resolutions,
        lines=lines,
        retracted=tuple(line for line in lines.values() if _is_newly_retracted(line, known)),
        published=renewal.published,
        not_renewed=renewal.failures,
    )


def fresh_lines(
    resolutions: Iterable[Resolution], known: KnownLines, today: date
) -> dict[LookupKey, LedgerLine]:
    """Return the ledger lines of the resolutions that are new."""
    fresh = (resolution for resolution in resolutions if resolution.fresh)
    lines = (line_of(new, today, known.line(new.lookup.key)) for new in fresh)
    return {line.key: line for line in lines if line is not None}


def _updated(known: KnownLines, fresh: Mapping[LookupKey, LedgerLine]) -> Iterator[LedgerLine]:
    """Yield the lines of the ledger as they will be."""
    for line in known:
        if line.key not in fresh:
            yield line
    yield from fresh.values()


def _is_newly_retracted(line: LedgerLine, known: KnownLines) -> bool:
    before = known.line(line.key)
    return bool(line.retracted) and not (before and before.retracted)
