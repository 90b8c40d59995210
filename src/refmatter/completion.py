"""The command's parser -> a script by which a shell completes it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import shtab

SHELLS = ("bash", "zsh", "fish")
_FILES = frozenset({"PATH", "NOTE", "FILE", "VAULT"})
"""What the help calls arguments that are files or folders."""


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """The script, static: it starts no Python when somebody presses Tab."""
    for action in _actions(parser):
        if action.metavar in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # where shtab looks for it
    text: str = shtab.complete(parser, shell)
    return text if text.endswith("\n") else text + "\n"


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:  # noqa: SLF001 - argparse has no public way to them
        yield action
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - the same
            action.help = None  # shtab leaves out what the help leaves to the description
            for each in action.choices.values():
                yield from _actions(each)
