"""`refmatter resolve`: look one title up."""

from __future__ import annotations

import sys

from refmatter.commands.arguments import DONE, INCOMPLETE, add_command, add_config, add_offline
from refmatter.commands.vault_config import vault_and_config

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.commands.arguments import Commands
    from refmatter.model import Resolution


def add(commands: Commands) -> None:
    """Add the parser of `resolve`."""
    resolve = add_command(
        commands,
        "resolve",
        "look one title up",
        "Look one title up: candidates, their features, and the decision. Nothing is written.",
        ('refmatter resolve "Attention is All you Need"', ""),
        ('refmatter resolve "Multitask Learning" --year 1997 --author Caruana', ""),
    )
    resolve.add_argument("title", metavar="TITLE", help="as you would write it in a note")
    resolve.add_argument("--year", type=int, metavar="YEAR", help="the year, if you know it")
    resolve.add_argument("--author", metavar="NAME", help="the first author, if you know them")
    resolve.add_argument("--json", action="store_true", help="as JSON")
    add_config(resolve)
    add_offline(resolve)
    resolve.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    from refmatter.model import Hints
    from refmatter.pipeline import look_up
    from refmatter.report import json, terminal
    from refmatter.report.screen import Screen

    location, config = vault_and_config([], arguments.config)
    hints = Hints(year=arguments.year, first_author=arguments.author)
    found = look_up(location, config, arguments.title, hints, offline=arguments.offline)
    if arguments.json:
        sys.stdout.write(json.resolution(found))
    else:
        terminal.print_resolution(found, Screen(sys.stdout))
    return INCOMPLETE if _outage(found) else DONE


def _outage(found: Resolution) -> bool:
    """Whether a service failed, for another reason than that the run is offline."""
    from refmatter.model import Trouble

    return any(failure.trouble is not Trouble.OFFLINE for failure in found.failures)
