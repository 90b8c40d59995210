"""`refmatter undo`: restore the notes as they were before a run."""

from __future__ import annotations

import sys

from refmatter.commands.arguments import DONE, INCOMPLETE, add_command, add_config, number, path
from refmatter.commands.output import write_output
from refmatter.commands.vault_config import vault_and_config

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.commands.arguments import Commands


def add(commands: Commands) -> None:
    """Add the parser of `undo`."""
    undo = add_command(
        commands,
        "undo",
        "restore the notes as they were before a run",
        "Restore the files that a run wrote, if they have not changed since; the others are named "
        "and left (exit 3). Notes that the run made are deleted. An undo can be undone.",
        ("refmatter undo --dry-run --diff", "see what undoing the last run would change"),
        ("refmatter undo", "do it"),
        ("refmatter undo --list", "the runs that can be undone"),
        ("refmatter undo 12", "undo that one"),
    )
    undo.add_argument(
        "number", nargs="?", type=number, metavar="RUN",
        help="the run's number in --list (default: the last run)",
    )  # fmt: skip
    undo.add_argument(
        "--vault", type=path, metavar="PATH", help="the notes' folder (default: this folder)"
    )
    add_config(undo)
    undo.add_argument("--list", action="store_true", help="list the runs, and change nothing")
    undo.add_argument("--dry-run", action="store_true", help="change no note and no ledger")
    undo.add_argument("--diff", action="store_true", help="show what changes, line by line")
    undo.add_argument("--json", metavar="FILE", help="write the report as JSON; - for stdout")
    undo.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    undo.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    from refmatter.report import undone
    from refmatter.report.screen import Screen
    from refmatter.report.terminal import print_diffs
    from refmatter.state import journal
    from refmatter.undo import undo

    location, config = vault_and_config(
        [arguments.vault] if arguments.vault else [], arguments.config
    )
    ledger = config.ledger_path(location.root)
    screen = Screen(sys.stderr if arguments.json == "-" else sys.stdout)
    if arguments.list:
        past = journal.runs(ledger)
        if not arguments.quiet:
            undone.print_runs(past, ledger.parent, screen)
        write_output(arguments.json, undone.runs_as_json(past))
        return DONE
    done = undo(location, config, arguments.number, dry_run=arguments.dry_run)
    if arguments.diff:
        print_diffs(done.outcomes, screen)
    if not arguments.quiet:
        undone.print_undone(done, journal.runs(ledger), screen)
    elif done.refused:
        undone.print_conflicts(done, Screen(sys.stderr))
    write_output(arguments.json, undone.as_json(done))
    return INCOMPLETE if done.refused else DONE
