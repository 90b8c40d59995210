"""`refmatter check`: list the notes that `enrich` would change."""

from __future__ import annotations

from refmatter.commands.arguments import (
    DONE,
    WOULD_CHANGE,
    add_command,
    add_config,
    add_format,
    add_paths,
    add_report,
)
from refmatter.commands.runs import RunRequest, write_reports

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.check.output import CheckOutput
    from refmatter.commands.arguments import Commands


def add(commands: Commands) -> None:
    """Add the parser of `check`."""
    check = add_command(
        commands,
        "check",
        "list the notes that enrich would change",
        "List the notes that `enrich` would change, with file and line. Nothing is written, and "
        "no requests are made: only ledger, cache and catalogue are used. Exit 1 if a note would "
        "change, 3 if one cannot be read.",
        ("refmatter check", "this folder"),
        ("refmatter check notes --diff", "and what would change, line by line"),
        ("refmatter check notes --format github", "annotations, in a workflow"),
    )
    add_paths(check)
    add_config(check)
    check.add_argument(
        "--online", dest="offline", action="store_false", help="ask the services as enrich does"
    )
    add_format(check)
    check.add_argument("--diff", action="store_true", help="show what would change")
    add_report(check)
    check.add_argument(
        "-q", "--quiet", action="store_true", help="print nothing if nothing would change"
    )
    check.set_defaults(
        run=run, dry_run=True, refresh=False, refill_removed=False, budget=None, only=None,
        create=None, json=None,
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    from refmatter.check.output import CheckOutput

    request = RunRequest(arguments)
    output = CheckOutput(request.location.root, arguments.format, arguments.quiet)
    # An `enrich` that had nothing to do answers `check` as well.
    for changes in ({}, {"dry": False, "offline": False}):
        recalled = request.recall(**changes)
        # Lines on notes tell of remarks, which are findings with a place in the note.
        if recalled and recalled.code == DONE and not recalled.notes:
            output.write([])
            return DONE
    return _execute(arguments, request, output)


def _execute(arguments: argparse.Namespace, request: RunRequest, output: CheckOutput) -> int:
    """Run the pipeline without writing, report its findings, and return the exit code."""
    from refmatter.check.pending_changes import pending_findings, write_report

    result, summary = request.execute()
    findings = pending_findings(result)
    write_report(result, summary, findings, output, diff=arguments.diff)
    if arguments.report:
        write_reports(arguments, result, summary)
    code = request.finish(result, summary)
    fails = any(finding.rule.fails for finding in findings)
    return WOULD_CHANGE if fails and code == DONE else code
