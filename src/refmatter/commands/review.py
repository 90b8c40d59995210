"""`refmatter review`: choose the works of ambiguous titles."""

from __future__ import annotations

import io
import sys

from refmatter.commands.arguments import (
    DONE,
    INCOMPLETE,
    add_command,
    add_config,
    add_paths,
    path,
)
from refmatter.commands.output import write_file
from refmatter.commands.vault_config import vault_and_config

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.commands.arguments import Commands


def add(commands: Commands) -> None:
    """Add the parser of `review`."""
    review = add_command(
        commands,
        "review",
        "choose the works of ambiguous titles",
        "Show ambiguous titles one after the other, with their candidates, and save your choice "
        "in the ledger. It holds in every later run for the notes and references that are shown "
        "with it. No requests are made.",
        ("refmatter review", "one after the other, on the terminal"),
        ("refmatter review --export doubts.yaml", "edit the file, then:"),
        ("refmatter review --apply doubts.yaml", ""),
    )
    add_paths(review, "only titles in these notes")
    add_config(review)
    instead = review.add_mutually_exclusive_group()
    instead.add_argument(
        "--export",
        metavar="FILE",
        help="write the titles to a YAML file, to be edited; - for stdout",
    )
    instead.add_argument(
        "--apply", type=path, metavar="FILE", help="apply the rulings in such a file"
    )
    instead.add_argument("--revoke", metavar="TITLE", help="revoke a ruling")
    review.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    from refmatter.report.screen import Screen
    from refmatter.review.workflow import Review

    review = Review(*vault_and_config(arguments.paths, arguments.config))
    if arguments.export == "-":
        sys.stdout.write(review.export(None))
    elif arguments.export:
        write_file(arguments.export, review.export(path(arguments.export)))
    elif arguments.apply:
        whole = review.apply(arguments.apply, Screen(sys.stdout), Screen(sys.stderr))
        return DONE if whole else INCOMPLETE
    elif arguments.revoke:
        review.revoke(arguments.revoke, Screen(sys.stdout))
    else:
        review.walk(sys.stdin or io.StringIO(), sys.stdout)  # it may be closed
    return DONE
