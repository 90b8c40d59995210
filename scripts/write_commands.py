"""The command line's parsers -> docs/commands.md, on standard output.

    python scripts/write_commands.py > docs/commands.md

`make schema` does it; a test holds the page to what this writes.
"""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterator

from refmatter import commands
from refmatter.commands.arguments import actions_of

_HEAD = """\
# Commands

<!-- Written by `make schema` from src/refmatter/commands/; change it there. -->

`refmatter COMMAND --help` shows the same on a terminal. [Day by day](day-by-day.md) explains
how they work together, which files they keep, and the [exit codes](day-by-day.md#exit-codes).
"""


def page() -> str:
    """The whole page."""
    parser = commands.build_parser()
    parts = [_HEAD.rstrip()]
    groups = {
        title: [each.__name__.rpartition(".")[2] for each in group]
        for title, group in commands.GROUPS
    }
    parsers = commands.subcommands(parser)
    lines = ["| To | Commands |", "|---|---|"]
    for title, names in groups.items():
        linked = ", ".join(f"[`{name}`](#refmatter-{name})" for name in names)
        lines.append(f"| {title} | {linked} |")
    parts.append("\n".join(lines))
    for names in groups.values():
        for name in names:
            parts += _command(name, parsers[name])
    return "\n\n".join(parts) + "\n"


def _command(name: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f"{'###' if ' ' in name else '##'} refmatter {name}"
    yield _prose(parser.description or "")
    yield f"```text\n{_usage(name, parser)}\n```"
    lines = [_row(action) for action in actions_of(parser) if action.dest != "help"]
    if lines:
        yield "\n".join(["| Argument | Does |", "|---|---|", *lines])
    if parser.epilog:
        yield "```sh\n" + "\n".join(_examples(parser.epilog)) + "\n```"
    for own, inner in commands.subcommands(parser).items():
        yield from _command(f"{name} {own}", inner)


def _usage(name: str, parser: argparse.ArgumentParser) -> str:
    """The arguments in the order they are typed in, options aside."""
    positional = [a for a in actions_of(parser) if not a.option_strings]
    more = ["[OPTION ...]"] if len(actions_of(parser)) > len(positional) + 1 else []
    return " ".join(["refmatter", name, *map(_positional, positional), *more])


def _positional(action: argparse.Action) -> str:
    word = _word(action)
    many = {"*": f"[{word} ...]", "?": f"[{word}]"}
    return many.get(str(action.nargs), word)


def _row(action: argparse.Action) -> str:
    takes = "" if action.nargs == 0 else f" {_word(action)}"
    shown = ", ".join(f"`{name}{takes}`" for name in action.option_strings) or f"`{_word(action)}`"
    does = " ".join((action.help or "").split()).replace("|", "\\|").replace("%%", "%")
    if action.choices and not action.option_strings and action.metavar is None:
        does += ": " + ", ".join(f"`{each}`" for each in action.choices)
    return f"| {shown} | {does} |"


def _word(action: argparse.Action) -> str:
    """What stands for the value: its name, or the words there are to choose from."""
    if isinstance(action.metavar, str):
        return action.metavar
    if action.choices and action.option_strings:
        return "\\|".join(map(str, action.choices))
    return action.dest.upper()


def _examples(epilog: str) -> Iterator[str]:
    """The lines of the examples, what each is good for behind a `#`."""
    pairs = [line.strip().partition("  ") for line in epilog.splitlines()[1:]]
    width = max(len(line) for line, _, _ in pairs)
    for line, _, what in pairs:
        yield f"{line:<{width}}  # {what.strip()}" if what.strip() else line


def _prose(text: str) -> str:
    """In lines as long as a page's."""
    return textwrap.fill(" ".join(text.split()), 120, break_on_hyphens=False)


if __name__ == "__main__":
    sys.stdout.write(page())
