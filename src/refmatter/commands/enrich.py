"""`refmatter enrich`: fill missing values in the notes."""

from __future__ import annotations

import sys

from refmatter.commands.arguments import (
    FIELDS,
    add_command,
    add_config,
    add_log,
    add_offline,
    add_paths,
    add_report,
    fields,
    number,
)
from refmatter.commands.runs import RunRequest, interrupt_exit_code, open_log, write_reports

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.commands.arguments import Commands
    from refmatter.report.log import Log
    from refmatter.report.summary import RunSummary
    from refmatter.run_model import Run
    from refmatter.state.run_manifest import RunOutput


def add(commands: Commands) -> None:
    """Add the parser of `enrich`."""
    enrich = add_command(
        commands,
        "enrich",
        "fill missing values in the notes",
        "Fill missing values in the notes. Existing values stay, with exceptions for values that "
        "refmatter wrote and you did not change: old counts are refreshed, values of another work "
        "are removed or replaced if you made the note one about a new work, and with --budget year "
        "and venue of a preprint follow its publication.",
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
        help="renew as nightly does, using at most REQUESTS requests",
    )  # fmt: skip
    enrich.add_argument(
        "--only", type=fields, metavar="FIELD,…", help=f"only these: {', '.join(FIELDS)}"
    )
    enrich.add_argument(
        "--create", choices=("never", "linked", "all"),
        help="make notes for linked references, or for all",
    )  # fmt: skip
    _add_output_options(enrich)
    enrich.set_defaults(run=run, nightly=False)


def _add_output_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what is printed and written about the run."""
    parser.add_argument("--json", metavar="FILE", help="write the report as JSON; - for stdout")
    add_report(parser)
    parser.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="print one line for each changed note"
    )
    add_log(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    request = RunRequest(arguments)
    with open_log(arguments, request.location) as log:
        recalled = request.recall()
        if recalled is None:
            return _execute(arguments, request, log)
        _print_recalled(arguments, recalled)
        if log:
            log.add("finished", exit=recalled.code, unmoved=True)
        return recalled.code


def _execute(arguments: argparse.Namespace, request: RunRequest, log: Log | None) -> int:
    """Run the pipeline, print and log its result, and return the exit code."""
    result, summary = request.execute()
    if arguments.nightly:
        _print_nightly(summary)
    else:
        _print_result(arguments, result, summary)
    if arguments.json or arguments.report:
        write_reports(arguments, result, summary)
    code = request.finish(result, summary)
    if log:
        from refmatter.report.log import counts, events

        for event, values in events(result, summary):
            log.add(event, **values)
        cancellation = arguments.cancellation
        last = interrupt_exit_code(cancellation) if cancellation.requested else code
        log.add("finished", exit=last, **counts(summary))
    return code


def _print_result(arguments: argparse.Namespace, result: Run, summary: RunSummary) -> None:
    """Print diffs, notes and summary as the options ask for."""
    from refmatter.report import terminal
    from refmatter.report.screen import Screen

    to_stdout = arguments.json == "-"
    screen = Screen(sys.stderr if to_stdout else sys.stdout)
    if arguments.diff:
        terminal.print_diffs(result.outcomes, screen)
        if summary.changed:
            screen.line()
    if arguments.verbose:
        terminal.print_notes(result.outcomes, screen)
    if not arguments.quiet:
        terminal.print_summary(summary, screen)
    elif summary.refused or summary.outages:
        terminal.print_trouble(summary, Screen(sys.stderr))


def _print_nightly(summary: RunSummary) -> None:
    """Print one line if anything changed, and one on standard error if anything failed."""
    from refmatter.report.nightly import complaint, news
    from refmatter.report.screen import Screen, Tape
    from refmatter.report.terminal import print_trouble

    if line := news(summary):
        Screen(sys.stdout).line(line)
    trouble = Tape()
    print_trouble(summary, trouble)
    if line := complaint([text for text, _ in trouble.kept]):
        Screen(sys.stderr).line(line)


def _print_recalled(arguments: argparse.Namespace, recalled: RunOutput) -> None:
    """Print what the last run printed, as this one would print the same."""
    from refmatter.report.screen import Screen

    screen = Screen(sys.stdout)
    if arguments.verbose:
        screen.lines(recalled.notes)
    if not arguments.quiet:
        screen.lines(recalled.summary)
    elif recalled.trouble:
        Screen(sys.stderr).lines(recalled.trouble)
