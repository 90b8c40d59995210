"""What the commands share: their parsers, the types of their arguments, exit codes."""

from __future__ import annotations

import argparse

from refmatter.fields import Field

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

DONE, WOULD_CHANGE, USAGE, INCOMPLETE, BUG, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 70, 130, 143

FIELDS = tuple(field.value for field in Field)


class Commands:
    """The subcommands of a parser: their parsers, and the purpose of each in a few words."""

    def __init__(
        self, parser: argparse.ArgumentParser, prog: str, hint: str, dest: str = argparse.SUPPRESS
    ) -> None:
        self._subparsers = parser.add_subparsers(
            required=True, prog=prog, metavar="COMMAND", help=hint, dest=dest
        )
        self.purposes: dict[str, str] = {}

    def add(
        self, name: str, purpose: str, description: str, epilog: str | None
    ) -> argparse.ArgumentParser:
        """Add a subcommand and return its parser."""
        self.purposes[name] = purpose
        return self._subparsers.add_parser(
            name, help=purpose, description=description, epilog=epilog,
            formatter_class=_ExamplesFormatter,
        )  # fmt: skip


def add_command(
    commands: Commands, name: str, purpose: str, description: str, *examples: tuple[str, str]
) -> argparse.ArgumentParser:
    """Add a subcommand and return its parser.

    `examples` are command lines, each with what it is good for.
    """
    width = max((len(line) for line, _ in examples), default=0)
    shown = "".join(f"  {line:<{width}}  {what}".rstrip() + "\n" for line, what in examples)
    return commands.add(name, purpose, description, f"examples:\n{shown}" if shown else None)


class _ExamplesFormatter(argparse.HelpFormatter):
    """Wraps the description, and keeps the lines of the examples as they are."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if text.startswith("examples:"):
            return "".join(indent + line for line in text.splitlines(keepends=True))
        return super()._fill_text(text, width, indent)


def actions_of(parser: argparse.ArgumentParser) -> Sequence[argparse.Action]:
    """Return the arguments of a parser, in the order in which they were added."""
    return parser._actions  # noqa: SLF001 - argparse has no public list of them


def subcommands(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    """Return the parsers of a command's subcommands by name; empty for most commands."""
    return {
        name: subparser
        for action in actions_of(parser)
        if isinstance(action.choices, dict)
        for name, subparser in action.choices.items()
    }


def option_names(parser: argparse.ArgumentParser) -> list[str]:
    """Return the options of a parser as they are typed: `-q`, `--quiet`."""
    return [name for action in actions_of(parser) for name in action.option_strings]


def add_paths(
    parser: argparse.ArgumentParser, meant: str = "the notes' folder, or single notes in it"
) -> None:
    """Add the argument of the notes that a command works on."""
    parser.add_argument(
        "paths", nargs="*", type=path, metavar="PATH", help=f"{meant} (default: this folder)"
    )


def add_vault(parser: argparse.ArgumentParser) -> None:
    """Add the argument of the folder that a command works on."""
    parser.add_argument("vault", nargs="?", type=path, metavar="VAULT", help="default: this folder")


def add_config(parser: argparse.ArgumentParser, meaning: str = "instead of the one found") -> None:
    """Add the option `--config`."""
    parser.add_argument("--config", type=path, metavar="FILE", help=meaning)


def add_offline(parser: argparse.ArgumentParser) -> None:
    """Add the option `--offline`."""
    parser.add_argument(
        "--offline", action="store_true", help="make no requests: use ledger, cache and catalogue"
    )


def add_format(parser: argparse.ArgumentParser) -> None:
    """Add the option `--format` of the commands that report findings."""
    from refmatter.report.formats import FINDINGS_FORMATS, either

    default = next(iter(FINDINGS_FORMATS))
    labels = either(findings_format.label for findings_format in FINDINGS_FORMATS.values())
    parser.add_argument(
        "--format", choices=tuple(FINDINGS_FORMATS), default=default,
        help=f"{labels} (default: {default})",
    )  # fmt: skip


def add_report(parser: argparse.ArgumentParser) -> None:
    """Add the option `--report` of the commands that run the pipeline."""
    from refmatter.report.formats import RUN_FORMATS, either

    parser.add_argument(
        "--report", action="append", default=[], type=_report_path, metavar="FILE",
        help=f"write a report: {either(RUN_FORMATS)}; may be repeated",
    )  # fmt: skip


def add_log(parser: argparse.ArgumentParser) -> None:
    """Add the option `--log-json`."""
    parser.add_argument(
        "--log-json", type=path, metavar="FILE", help="append a structured log (JSON Lines)"
    )


def number(text: str) -> int:
    """Return a typed number: a count, or the number of a run."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"`{text}` is no number")
    return int(text)


def path(text: str) -> Path:
    """Return a typed path."""
    from pathlib import Path

    return Path(text)


def _report_path(text: str) -> Path:
    """Return the typed path of a report; its suffix is the report's format."""
    from refmatter.report.formats import RUN_FORMATS, either

    where = path(text)
    if where.suffix not in RUN_FORMATS:
        raise argparse.ArgumentTypeError(f"`{text}`: a report is {either(RUN_FORMATS)}")
    return where


def fields(text: str) -> frozenset[str]:
    """Return the field names of a typed list, separated by commas."""
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    unknown = sorted(names - set(FIELDS))
    if unknown or not names:
        known = ", ".join(FIELDS)
        raise argparse.ArgumentTypeError(f"no such field: {', '.join(unknown)}; there are {known}")
    return names
