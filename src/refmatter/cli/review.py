"""`refmatter review`: what is doubtful, settled."""

from __future__ import annotations

import io
import sys

from refmatter.cli.arguments import DONE, INCOMPLETE, add_config, add_paths, command, path
from refmatter.cli.places import place_of, save

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Tell the parser of `review`."""
    review = command(
        commands,
        "review",
        "settle the titles that are doubtful",
        "Show the titles that may be one of several works, one after the other, "
        "and take your word for it. Nobody is asked; what you say is kept in the ledger, for "
        "every note and every later run.",
        ("refmatter review", "one after the other, on the terminal"),
        ("refmatter review --export doubts.yaml", "to rule on in an editor, then:"),
        ("refmatter review --apply doubts.yaml", ""),
    )
    add_paths(review, "only what stands in these notes")
    add_config(review)
    instead = review.add_mutually_exclusive_group()
    instead.add_argument(
        "--export", metavar="FILE", help="write them as YAML, to rule on there; - for stdout"
    )
    instead.add_argument(
        "--apply", type=path, metavar="FILE", help="take the rulings written in such a file"
    )
    instead.add_argument("--withdraw", metavar="TITLE", help="take a ruling back")
    review.set_defaults(run=run)


def run(said: argparse.Namespace) -> int:
    """Do it; the exit code."""
    from refmatter.report.screen import Screen
    from refmatter.review.command import Review

    review = Review(*place_of(said.paths, said.config))
    if said.export == "-":
        sys.stdout.write(review.export(None))
    elif said.export:
        save(said.export, review.export(path(said.export)))
    elif said.apply:
        whole = review.apply(said.apply, Screen(sys.stdout), Screen(sys.stderr))
        return DONE if whole else INCOMPLETE
    elif said.withdraw:
        review.withdraw(said.withdraw, Screen(sys.stdout))
    else:
        review.walk(sys.stdin or io.StringIO(), sys.stdout)  # it may be closed
    return DONE
