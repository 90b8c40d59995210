"""Print the runs that can be undone, and what was undone, for people and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from refmatter.model import Outcome, Status
from refmatter.report.labels import counted
from refmatter.report.screen import Screen
from refmatter.state.journal import ELSEWHERE, PastRun
from refmatter.undo import UndoResult

VERSION = 1
"""Raised when a key changes its meaning or goes away."""
_REFILL_HINT = (
    "The next `refmatter enrich` would fill the same again. To keep it from that: name what it",
    "may fill with --only, or a field as `false` under `fields` in config.yaml; settle what was",
    "doubtful with `refmatter review`; or take a value out by hand, which it leaves at that.",
)


def status_word(outcome: Outcome) -> str:
    """Return what became of a note, in a word."""
    if outcome.status is Status.REFUSED:
        return "left"
    if outcome.status is Status.UNCHANGED:
        return "unchanged"
    return "removed" if outcome.after is None else "restored"


def print_runs(runs: Sequence[PastRun], folder: Path, screen: Screen) -> None:
    """Print a line for each run, the newest first; `folder` is where they were looked for."""
    if not runs:
        screen.line(f"{folder}: there is no run to undo; {ELSEWHERE}")
    for past in reversed(runs):
        day, _, time = past.started.partition("T")
        what = counted(len(past.notes), "note") if past.notes else "the ledger alone"
        screen.line(f"{past.number:>4}  {day} {time.removesuffix('Z')} UTC  {past.deed}: {what}")


def print_undone(done: UndoResult, others: Sequence[PastRun], screen: Screen) -> None:
    """Print what was undone, the notes that were left, and what to do next. `others` are the runs
    that are remembered."""
    counts = Counter(status_word(outcome) for outcome in done.outcomes)
    would = "would be " if done.dry_run else ""
    put_back, gone, left = counts["restored"], counts["removed"], counts["left"]
    screen.line(
        f"run {done.undone_run.number} ({done.undone_run.deed}, {done.undone_run.started}): "
        f"{counted(put_back, 'note')} {would}restored, {gone} {would}removed, {left} left",
        "bold",
    )
    print_conflicts(done, screen)
    if done.ledger == "corrected":
        screen.line("the ledger keeps what it has learned since, and forgets what was put back")
    if not done.undone_run.notes:
        last = next((past for past in reversed(others) if past.notes), None)
        hint = f"; the last that changed notes: `refmatter undo {last.number}`" if last else ""
        screen.line(f"that run changed the ledger alone{hint}")
    elif (put_back or gone) and done.undone_run.deed == "enrich":
        for line in _REFILL_HINT:
            screen.line(line)


def print_conflicts(done: UndoResult, screen: Screen) -> None:
    """Print the notes that are not as the run left them."""
    for outcome in done.refused:
        screen.line(f"left as it is: {outcome.path}: {outcome.reason}", "warn")


def runs_as_json(runs: Sequence[PastRun]) -> str:
    """Return the runs as JSON text, the newest first."""
    data = {"version": VERSION, "runs": [_run(past) for past in reversed(runs)]}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def as_json(done: UndoResult) -> str:
    """Return what was undone as JSON text, keys in a fixed order."""
    data = {
        "version": VERSION,
        "dry_run": done.dry_run,
        "run": _run(done.undone_run),
        "ledger": done.ledger,
        "notes": [
            {"path": str(outcome.path), "status": status_word(outcome), "reason": outcome.reason}
            for outcome in done.outcomes
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _run(past: PastRun) -> dict[str, Any]:
    return {
        "number": past.number,
        "started": past.started,
        "deed": past.deed,
        "notes": len(past.notes),
    }
