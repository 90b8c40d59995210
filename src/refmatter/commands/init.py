"""`refmatter init`: learn from a vault, and write a config.yaml for it."""

from __future__ import annotations

import sys

from refmatter.commands.arguments import DONE, INCOMPLETE, add_command, add_config, add_vault
from refmatter.commands.vault_config import locate_folder

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.commands.arguments import Commands


RECIPES = ("github", "gitlab", "pre-commit", "cron", "systemd")


def add(commands: Commands) -> None:
    """Add the parser of `init`."""
    init = add_command(
        commands,
        "init",
        "learn from a vault, and write a config.yaml for it",
        "Show what refmatter learns from a folder of notes, with the sign of its paper notes and "
        "its keys, and write a commented config.yaml. Notes are not changed, and existing files "
        "are not overwritten. This is optional: `enrich` works without a config.yaml.",
        ("refmatter init", "this folder"),
        ("refmatter init notes --contact YOUR-ADDRESS", ""),
        ("refmatter init --papers 'Papers/**'", "say which notes are papers"),
        ("refmatter init --print", "write nothing"),
        ("refmatter init --with github --with cron", "also write files to run it"),
    )
    add_vault(init)
    add_config(init)
    init.add_argument(
        "--print", action="store_true", help="print the config.yaml, and write nothing"
    )
    init.add_argument(
        "--json", action="store_true", help="print the counts as JSON, and write nothing"
    )
    init.add_argument(
        "--contact", metavar="ADDRESS", help="an e-mail address where the services can reach you"
    )
    init.add_argument(
        "--papers", action="append", default=[], metavar="GLOB",
        help="a pattern of the files that are paper notes",
    )  # fmt: skip
    init.add_argument(
        "--with", dest="recipes", action="append", choices=RECIPES, default=[], metavar="WHAT",
        help=f"also write files to run it: {', '.join(RECIPES)}",
    )  # fmt: skip
    init.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    from refmatter.report.screen import Screen
    from refmatter.setup.initialise import InitOptions, config_text, init, profile_as_json

    location = locate_folder(arguments)
    if arguments.json:
        sys.stdout.write(profile_as_json(location, arguments.papers))
        return DONE
    if arguments.print:
        sys.stdout.write(config_text(location, arguments.contact, arguments.papers))
        return DONE
    asks = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    options = InitOptions(
        contact=arguments.contact,
        recipes=tuple(dict.fromkeys(arguments.recipes)),
        papers=tuple(dict.fromkeys(arguments.papers)),
        ask=_ask if asks else None,
        folder=str(arguments.vault) if arguments.vault else "",
    )
    return DONE if init(location, options, Screen(sys.stdout)) else INCOMPLETE


def _ask(question: str) -> str:
    """Print a question and return the line that a person types; "" at the end of input."""
    sys.stdout.write(question)
    sys.stdout.flush()
    return sys.stdin.readline()
