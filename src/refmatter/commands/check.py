"""`refmatter check`: which notes enrich would change."""

from __future__ import annotations

from refmatter.commands.arguments import (
    DONE,
    WOULD_CHANGE,
    add_config,
    add_format,
    add_paths,
    add_report,
    command,
)
from refmatter.commands.runs import Job, write_reports

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.commands.arguments import Commands


def add(commands: Commands) -> None:
    """Tell the parser of `check`."""
    check = command(
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


def run(said: argparse.Namespace) -> int:
    """Do it; the exit code."""
    job = Job(said)
    # What a run that writes did not do either is as good.
    for instead in ({}, {"dry": False, "offline": False}):
        told = job.recalled(**instead)
        if told and told.code == DONE:
            from refmatter.check.output import show

            show([], job.place.root, said.format, quiet=said.quiet)
            return DONE
    return _checked(said, job)


def _checked(said: argparse.Namespace, job: Job) -> int:
    from refmatter.check import pending_changes as checking

    done, facts = job.carried_out()
    found = checking.findings(done)
    checking.tell(done, facts, found, said.format, diff=said.diff, quiet=said.quiet)
    if said.report:
        write_reports(said, done, facts)
    code = job.closed(done, facts)
    return WOULD_CHANGE if found and code == DONE else code
