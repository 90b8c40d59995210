"""Summarise a nightly run in one line, or nothing if nothing changed."""

from __future__ import annotations

from collections.abc import Sequence

from refmatter.model import Outcome, Status
from refmatter.report.labels import counted
from refmatter.report.sentences import retraction_text
from refmatter.report.summary import RunSummary
from refmatter.state.ledger_line import LedgerLine

_NAMED = 3


def news(summary: RunSummary) -> str:
    """Return one line on what a run changed, newly retracted works first; "" for nothing."""
    parts = [
        _retracted(summary.retracted),
        _changed(summary),
        _published_since(summary.published_since),
    ]
    return f"refmatter: {'; '.join(filter(None, parts))}" if any(parts) else ""


def _retracted(lines: Sequence[LedgerLine]) -> str:
    if not lines:
        return ""
    more = [f"{len(lines) - _NAMED} more"] if len(lines) > _NAMED else []
    return f"newly retracted: {', '.join([*map(retraction_text, lines[:_NAMED]), *more])}"


def _published_since(outcomes: Sequence[Outcome]) -> str:
    if not outcomes:
        return ""
    more = [f"{len(outcomes) - _NAMED} more"] if len(outcomes) > _NAMED else []
    notes = [str(outcome.path) for outcome in outcomes[:_NAMED]]
    return f"published since, your values are left: {', '.join([*notes, *more])}"


def _changed(summary: RunSummary) -> str:
    if not summary.changed:
        return ""
    created = summary.statuses.get(Status.CREATED, 0)
    parts = [
        f"{summary.statuses.get(Status.WRITTEN, 0)} written",
        f"{created} made" * bool(created),
    ]
    for name, coverage in summary.coverage.items():
        done = coverage.filled + coverage.refreshed
        label = name.value.replace("_", " ")
        parts.append(f"{label} {done}" * bool(done))
        parts.append(f"{label} {coverage.removed} removed" * bool(coverage.removed))
    return f"of {counted(summary.papers, 'paper note')} {', '.join(filter(None, parts))}"


def complaint(trouble: Sequence[str]) -> str:
    """Return what could not be done, in a line, from the lines that tell it; "" where all was."""
    if not trouble:
        return ""
    more = f"; and {len(trouble) - _NAMED} more" if len(trouble) > _NAMED else ""
    return f"refmatter: {'; '.join(trouble[:_NAMED])}{more}"
