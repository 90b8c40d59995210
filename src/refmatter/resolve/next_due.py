"""Compute the days between which another run would give the same result.

A run is a function of the notes, the ledger, the configuration, what services say, what the cache
remembers, and the day. Where nobody was asked and nothing is written, the services have no say,
and the day counts only as far as something falls due on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from refmatter.config.settings import Config
from refmatter.fields import COUNTS
from refmatter.model import Lookup, LookupKey, Outcome, Resolution, Status
from refmatter.resolve.lookup_state import written_fields
from refmatter.stages.new_notes import leans_on_disk
from refmatter.stages.plan import Plan
from refmatter.stages.scan import Vault
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine
from refmatter.state.run_manifest import Rest


def rest(  # noqa: PLR0913, PLR0917 - all that a run is made of
    vault: Vault,
    plan: Plan,
    resolutions: Mapping[LookupKey, Resolution],
    outcomes: Iterable[Outcome],
    ledger: Ledger,
    config: Config,
    today: date,
) -> Rest | None:
    """Return the days between which another run on the same files gives the same result; None if it
    may give another one."""
    if plan.new_notes or leans_on_disk(vault, config):
        return None
    if any(outcome.status is not Status.UNCHANGED for outcome in outcomes):
        return None
    if any(outcome.line is None for outcome in vault.refused):  # the disk's trouble, not the note's
        return None
    until, outdated = date.max, False
    version = config.settings.match.thresholds().version
    for resolution in resolutions.values():
        if resolution.fresh or resolution.failures:
            return None
        line = ledger.line(resolution.lookup.key)
        if line is not None:
            outdated |= line.verdict != "ruled" and line.matcher_version != version
            due = _due(resolution.lookup, line, ledger, config)
            until = min([until, *(day for day in due if day > today)])
    return Rest(today.isoformat(), "" if until == date.max else until.isoformat(), outdated)


def _due(lookup: Lookup, line: LedgerLine, ledger: Ledger, config: Config) -> Iterator[date]:
    """Yield the days on which a line asks again. What was due before today and asked nobody asks
    nobody tomorrow."""
    if line.last_checked and line.verdict in ("ambiguous", "unmatched"):
        yield line.due_on(config.settings.retry_not_found_after_days)
    counted = COUNTS & written_fields(lookup, ledger)
    for name, days in config.settings.refresh_after_days.by_field().items():
        if counted and name in line.values and line.values[name][1].fetched:
            fetched = date.fromisoformat(line.values[name][1].fetched)
            yield fetched + timedelta(days=days)
