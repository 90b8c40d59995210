"""What the commands have in common: their parsers, the types of their arguments, exit codes."""

from __future__ import annotations

import argparse

from refmatter.fields import Field

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    from pathlib import Path
    from typing import TypeAlias

    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it

DONE, WOULD_CHANGE, USAGE, INCOMPLETE, BUG, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 70, 130, 143

FIELDS = tuple(field.value for field in Field)


def command(
    commands: Commands,
    name: str,
    purpose: str,
    description: str,
    *examples: tuple[str, str],
) -> argparse.ArgumentParser:
    """A command's own parser; `examples` are command lines, each with what it is good for."""
    width = max((len(line) for line, _ in examples), default=0)
    shown = "".join(f"  {line:<{width}}  {what}".rstrip() + "\n" for line, what in examples)
    return commands.add_parser(
        name,
        help=purpose,
        description=description,
        epilog=f"examples:\n{shown}" if shown else None,
        formatter_class=_Wrapped,
    )


class _Wrapped(argparse.RawDescriptionHelpFormatter):
    """Wraps the description, which argparse keeps or breaks together with the examples."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if text.startswith("examples:"):
            return super()._fill_text(text, width, indent)
        return argparse.HelpFormatter._fill_text(self, text, width, indent)  # noqa: SLF001 - what is overridden


def add_paths(
    parser: argparse.ArgumentParser, meant: str = "the notes' folder, or single notes in it"
) -> None:
    """The notes that a command is about."""
    parser.add_argument(
        "paths", nargs="*", type=path, metavar="PATH", help=f"{meant} (default: this folder)"
    )


def add_vault(parser: argparse.ArgumentParser) -> None:
    """The folder of a command that takes one."""
    parser.add_argument("vault", nargs="?", type=path, metavar="VAULT", help="default: this folder")


def add_config(parser: argparse.ArgumentParser, said: str = "instead of the one found") -> None:
    """The option of every command that goes by a config.yaml."""
    parser.add_argument("--config", type=path, metavar="FILE", help=said)


def add_offline(parser: argparse.ArgumentParser) -> None:
    """The option of every command that asks services unless it is told not to."""
    parser.add_argument(
        "--offline", action="store_true", help="make no requests: use ledger, cache and catalogue"
    )


def add_format(parser: argparse.ArgumentParser) -> None:
    """The option of every command that tells findings."""
    parser.add_argument(
        "--format", choices=("text", "github", "json", "sarif"), default="text",
        help="text, GitHub annotations, JSON or SARIF (default: text)",
    )  # fmt: skip


def add_report(parser: argparse.ArgumentParser) -> None:
    """The option of every command that runs the pipeline."""
    parser.add_argument(
        "--report", action="append", default=[], type=_report_path, metavar="FILE",
        help="write a report: .html, .md or .json; may be repeated",
    )  # fmt: skip


def add_log(parser: argparse.ArgumentParser) -> None:
    """The option of every command that can tell what it did, line by line."""
    parser.add_argument(
        "--log-json", type=path, metavar="FILE", help="append a structured log (JSON Lines)"
    )


def number(text: str) -> int:
    """A count or a number of a run, as typed."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number")
    return int(text)


def path(text: str) -> Path:
    """A path, as typed."""
    from pathlib import Path

    return Path(text)


def _report_path(text: str) -> Path:
    """Where a report is to be written; its ending tells which."""
    where = path(text)
    if where.suffix not in {".html", ".md", ".json"}:
        raise argparse.ArgumentTypeError(f"{text!r}: a report is .html, .md or .json")
    return where


def fields(text: str) -> frozenset[str]:
    """Names of fields with commas between them."""
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    unknown = sorted(names - set(FIELDS))
    if unknown or not names:
        known = ", ".join(FIELDS)
        raise argparse.ArgumentTypeError(f"no such field: {', '.join(unknown)}; there are {known}")
    return names
