"""`refmatter completion`: print a completion script for a shell."""

from __future__ import annotations

import sys

from refmatter.commands.arguments import DONE, actions_of, add_command, subcommands

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from refmatter.commands.arguments import Commands

SHELLS = ("bash", "zsh", "fish")
_FILES = frozenset({"PATH", "NOTE", "FILE", "VAULT"})
"""Metavariables of arguments that are files or folders."""


def add(commands: Commands) -> None:
    """Add the parser of `completion`."""
    completion = add_command(
        commands,
        "completion",
        "print a completion script for a shell",
        "Print a script with which a shell completes commands, options and files.",
        ('eval "$(refmatter completion bash)"', "put it in ~/.bashrc"),
        ("refmatter completion zsh > _refmatter", "in a folder of $fpath"),
        ("refmatter completion fish > refmatter.fish", "in ~/.config/fish/completions"),
    )
    completion.add_argument("shell", choices=SHELLS, help="the shell you use")
    completion.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    sys.stdout.write(completion_script(arguments.parser, arguments.shell))
    return DONE


def completion_script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return the script for one of SHELLS. It is static: pressing Tab starts no Python."""
    import shtab

    for action in _all_actions(parser):
        if action.metavar in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # where shtab looks for it
        if isinstance(action.choices, dict):
            action.help = None  # shtab leaves out what the help leaves to the description
    text: str = shtab.complete(parser, shell)
    return text if text.endswith("\n") else text + "\n"


def _all_actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield the arguments of a parser and of its subcommands."""
    yield from actions_of(parser)
    for subcommand in subcommands(parser).values():
        yield from _all_actions(subcommand)
