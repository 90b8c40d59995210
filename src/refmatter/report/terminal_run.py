"""A Run -> what it says on a terminal, to be said again where another run would say the same."""

from __future__ import annotations

from refmatter.pipeline import Run
from refmatter.report.screen import Tape
from refmatter.report.summary import RunSummary
from refmatter.report.terminal import show_notes, show_summary, show_trouble
from refmatter.state.run_manifest import Lines, Told


def told(run: Run, facts: RunSummary, code: int) -> Told:
    """What a run that changed nothing says, and its exit code."""
    summary, trouble, notes = Tape(), Tape(), Tape()
    show_summary(facts, summary)
    show_trouble(facts, trouble)
    show_notes(run.outcomes, notes)
    return Told(code, _lines(summary), _lines(trouble), _lines(notes))


def _lines(tape: Tape) -> Lines:
    return tuple(tape.kept)
