"""`refmatter enrich`: fill what is missing."""

from __future__ import annotations

import sys

from refmatter.commands.arguments import (
    FIELDS,
    add_config,
    add_log,
    add_offline,
    add_paths,
    add_report,
    command,
    fields,
    number,
)
from refmatter.commands.runs import Job, ended, logged, write_reports

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.commands.arguments import Commands
    from refmatter.pipeline import Run
    from refmatter.report.summary import RunSummary
    from refmatter.state.run_manifest import Told


def add(commands: Commands) -> None:
    """Tell the parser of `enrich`."""
    enrich = command(
        commands,
        "enrich",
        "fill missing values in the notes",
        "Fill missing values in the notes. Existing values stay, with two exceptions, both for "
        "values that refmatter wrote and nobody changed: old counts are refreshed, and values of "
        "another work are removed or replaced if you made the note one about a new work.",
        ("refmatter enrich --dry-run --diff", "see what would change in this folder"),
        ("refmatter enrich notes", "do it, in the folder notes"),
        ("refmatter enrich notes --only year,venue", ""),
    )
    add_paths(enrich)
    add_config(enrich)
    add_offline(enrich)
    enrich.add_argument("--dry-run", action="store_true", help="change no note and no ledger")
    enrich.add_argument("--diff", action="store_true", help="show what changes, line by line")
    enrich.add_argument(
        "--refresh",
        action="store_true",
        help="refresh counts, and retry titles that were not found",
    )
    enrich.add_argument(
        "--refill-removed", action="store_true",
        help="also fill values that you removed",
    )  # fmt: skip
    enrich.add_argument(
        "--budget", type=number, metavar="REQUESTS",
        help="refresh the oldest counts, using at most REQUESTS requests",
    )  # fmt: skip
    enrich.add_argument(
        "--only", type=fields, metavar="FIELD,…", help=f"only these: {', '.join(FIELDS)}"
    )
    enrich.add_argument(
        "--create", choices=("never", "linked", "all"),
        help="make notes for linked references, or for all",
    )  # fmt: skip
    enrich.add_argument("--json", metavar="FILE", help="write the report as JSON; - for stdout")
    add_report(enrich)
    enrich.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    enrich.add_argument(
        "-v", "--verbose", action="store_true", help="print one line for each changed note"
    )
    add_log(enrich)
    enrich.set_defaults(run=run, nightly=False)


def run(said: argparse.Namespace) -> int:
    """Do it; the exit code."""
    job = Job(said)
    with logged(said, job.place) as said.log:
        told = job.recalled()
        if told is None:
            return _enriched(said, job)
        _retell(said, told)
        if said.log:
            said.log.add("finished", exit=told.code, unmoved=True)
        return told.code


def _enriched(said: argparse.Namespace, job: Job) -> int:
    done, facts = job.carried_out()
    _report(said, done, facts)
    code = job.closed(done, facts)
    if said.log:
        from refmatter.report.log import counts, events

        for event, told in events(done, facts):
            said.log.add(event, **told)
        last = ended(said.halt) if said.halt.called else code
        said.log.add("finished", exit=last, **counts(facts))
    return code


def _report(said: argparse.Namespace, done: Run, facts: RunSummary) -> None:
    from refmatter.report import terminal
    from refmatter.report.screen import Screen

    if said.nightly:
        _say_by_night(said, done, facts)
        return
    to_stdout = said.json == "-"
    screen = Screen(sys.stderr if to_stdout else sys.stdout)
    if said.diff:
        terminal.show_diffs(done.outcomes, screen)
        if facts.changed:
            screen.line()
    if said.verbose:
        terminal.show_notes(done.outcomes, screen)
    if not said.quiet:
        terminal.show_summary(facts, screen)
    elif facts.refused or facts.outages:
        terminal.show_trouble(facts, Screen(sys.stderr))
    if said.json or said.report:
        write_reports(said, done, facts)


def _say_by_night(said: argparse.Namespace, done: Run, facts: RunSummary) -> None:
    from refmatter.report.nightly import complaint, news
    from refmatter.report.screen import Screen, Tape
    from refmatter.report.terminal import show_trouble

    if line := news(facts):
        Screen(sys.stdout).line(line)
    trouble = Tape()
    show_trouble(facts, trouble)
    if line := complaint([text for text, _ in trouble.kept]):
        Screen(sys.stderr).line(line)
    if said.report:
        write_reports(said, done, facts)


def _retell(said: argparse.Namespace, told: Told) -> None:
    """Report what the last run said, which this one would say again."""
    from refmatter.report.screen import Screen

    screen = Screen(sys.stdout)
    if said.verbose:
        screen.lines(told.notes)
    if not said.quiet:
        screen.lines(told.summary)
    elif told.trouble:
        Screen(sys.stderr).lines(told.trouble)
