"""Compute the days between which another run would give the same result.

A run is a function of the notes, the ledger, the configuration, what services say, what the cache
remembers, and the day. Where nobody was asked and nothing is written, the services have no say,
and the day counts only as far as something falls due on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from refmatter.config.sections import Create
from refmatter.fields import COUNTS
from refmatter.model import Status
from refmatter.resolve.context import ResolveContext
from refmatter.resolve.lookup_state import written_fields
from refmatter.run_model import Run
from refmatter.stages.new_notes import leans_on_disk
from refmatter.state.ledger_line import LedgerLine
from refmatter.state.run_manifest import Rest


def rest(run: Run, create: Create, context: ResolveContext) -> Rest | None:
    """Return the days between which another run on the same files gives the same result; None if it
    may give another one."""
    claim, refused = run.plan.claim, run.vault.refused
    if run.plan.new_notes or leans_on_disk(run.vault, create):
        return None
    if any(outcome.status is not Status.UNCHANGED for outcome in run.outcomes[len(refused) :]):
        return None
    if any(outcome.line is None for outcome in refused):  # the disk's trouble, not the note's
        return None
    until, outdated = date.max, False
    version, today = context.thresholds.version, context.today
    for resolution in run.resolutions.values():
        if resolution.fresh or resolution.failures:
            return None
        line = claim.line(resolution.lookup.key)
        if line is not None:
            outdated |= line.verdict != "ruled" and line.matcher_version != version
            due = _due(
                line, context, counted=bool(COUNTS & written_fields(resolution.lookup, claim))
            )
            until = min([until, *(day for day in due if day > today)])
    return Rest(today.isoformat(), "" if until == date.max else until.isoformat(), outdated)


def _due(line: LedgerLine, context: ResolveContext, *, counted: bool) -> Iterator[date]:
    """Yield the days on which a line asks again. What was due before today and asked nobody asks
    nobody tomorrow."""
    if line.last_checked and line.verdict in ("ambiguous", "unmatched"):
        yield line.due_on(context.retry_days)
    for name, days in context.max_age_days.items():
        if counted and name in line.values and line.values[name][1].fetched:
            fetched = date.fromisoformat(line.values[name][1].fetched)
            yield fetched + timedelta(days=days)
