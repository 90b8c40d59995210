"""`refmatter completion`: a script for the shell."""

from __future__ import annotations

import sys

from refmatter.commands.arguments import DONE, command

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.commands.arguments import Commands


SHELLS = ("bash", "zsh", "fish")


def add(commands: Commands) -> None:
    """Tell the parser of `completion`."""
    completion = command(
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


def run(said: argparse.Namespace) -> int:
    """Do it; the exit code."""
    from refmatter.completion import script

    sys.stdout.write(script(said.parser, said.shell))
    return DONE
