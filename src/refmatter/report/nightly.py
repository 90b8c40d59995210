"""Summarise a nightly run in one line, or nothing if nothing changed."""

from __future__ import annotations

from collections.abc import Sequence

from refmatter.model import Status
from refmatter.report.labels import counted
from refmatter.report.summary import RunSummary

_NAMED = 3


def news(summary: RunSummary) -> str:
    """Return one line on what a run changed; "" if nothing changed."""
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
    return f"refmatter: of {counted(summary.papers, 'paper note')} {', '.join(filter(None, parts))}"


def complaint(trouble: Sequence[str]) -> str:
    """Return what could not be done, in a line, from the lines that tell it; "" where all was."""
    if not trouble:
        return ""
    more = f"; and {len(trouble) - _NAMED} more" if len(trouble) > _NAMED else ""
    return f"refmatter: {'; '.join(trouble[:_NAMED])}{more}"
