"""The command line: a module for each command, which runs it and returns the exit code.

Everything heavy is imported where it is used, so that `--version` and `--help` are quick.

Exit codes: 0 done; 1 `check` or `lint` found something; 2 usage, configuration, ledger or
journal; 3 finished, but some notes were refused or a service could not be asked; 70 a bug;
130 interrupted; 143 ended by SIGTERM.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys

from refmatter import __version__
from refmatter.cancellation import Cancellation
from refmatter.commands import (
    catalog,
    check,
    completion,
    config,
    doctor,
    enrich,
    init,
    lint,
    match,
    nightly,
    resolve,
    review,
    undo,
    why,
)
from refmatter.commands.arguments import (
    BUG,
    DONE,
    INCOMPLETE,
    INTERRUPTED,
    TERMINATED,
    USAGE,
    WOULD_CHANGE,
    Commands,
    option_names,
    subcommands,
)
from refmatter.commands.output import print_error, printable
from refmatter.commands.runs import interrupt_exit_code
from refmatter.errors import ConfigError, RefmatterError

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "BUG",
    "COLLECTING",
    "DONE",
    "GROUPS",
    "INCOMPLETE",
    "INTERRUPTED",
    "TERMINATED",
    "USAGE",
    "WOULD_CHANGE",
    "build_parser",
    "main",
    "parse_arguments",
    "subcommands",
]

GROUPS = (
    ("begin", (init, doctor, completion)),
    ("every day", (enrich, review, undo, why, check, nightly, lint)),
    ("look up", (resolve, match, catalog, config)),
)
"""The commands as the help lists them."""

COLLECTING = (10_000, 10, 10)
"""Thresholds for gc.set_threshold. There are next to no reference cycles here, and collecting as
often as Python does by default takes a fifth of a run's computing time."""

_INTERRUPTED = "answers so far are in the cache, so run it again"
"""What became of an interrupted command's work, unless the command sets `kept` itself."""

_EXAMPLES = """\
examples:
  refmatter enrich --dry-run --diff     see what would change in this folder
  refmatter enrich                      do it
  refmatter COMMAND --help              show the help of a command
"""


def main(typed: Sequence[str] | None = None) -> int:
    """Run the command that was typed and return the exit code."""
    # Plugins of other programs for pydantic are not used here, and looking for them takes a tenth
    # of the time to start.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    gc.set_threshold(*COLLECTING)
    cancellation = Cancellation()
    arguments = None
    try:
        arguments = parse_arguments(sys.argv[1:] if typed is None else list(typed))
        arguments.cancellation = cancellation
        with cancellation:
            code: int = arguments.run(arguments)
        sys.stdout.flush()
    except RefmatterError as error:
        print_error(str(error))
        return USAGE
    except KeyboardInterrupt:
        print_error(f"interrupted; {getattr(arguments, 'kept', _INTERRUPTED)}")
        return interrupt_exit_code(cancellation)
    except BrokenPipeError:
        # The reader has gone; without this, Python complains again when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception:  # noqa: BLE001 - whatever gets here is a bug, and is shown whole
        import traceback

        sys.stderr.write(printable(traceback.format_exc()))
        print_error("this is a bug; please report it with the lines above")
        return BUG
    if not cancellation.ended_early:
        return code
    print_error("stopped early; finished results are saved, run it again to go on")
    return interrupt_exit_code(cancellation)


def parse_arguments(typed: list[str]) -> argparse.Namespace:
    """Return the parsed arguments.

    Raises:
        ConfigError: a command or option is unknown; the message suggests the nearest one.
        SystemExit: nothing was typed, help was asked for, or argparse refuses an argument.

    """
    parser = build_parser()
    if not typed:
        parser.print_help(sys.stderr)
        raise SystemExit(USAGE)
    commands = subcommands(parser)
    command = typed[0]
    if not command.startswith("-") and command not in commands:
        from pathlib import Path

        hint = _suggestion(command, commands)
        if not hint and Path(command).exists():
            hint = f"; did you mean `refmatter enrich {command}`?"
        raise ConfigError(
            f"there is no command `{command}`{hint or '; `refmatter --help` lists them'}"
        )
    arguments, unknown = parser.parse_known_args(typed)
    for word in unknown:
        if word.startswith("-"):
            name, meant = _typed_command(typed, commands)
            hint = _suggestion(word.partition("=")[0], option_names(meant))
            hint = hint or f"; `refmatter {name} --help` lists them"
            raise ConfigError(f"`refmatter {name}` has no option `{word}`{hint}")
    if unknown:
        parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    return arguments


def _typed_command(
    typed: Sequence[str], commands: Mapping[str, argparse.ArgumentParser]
) -> tuple[str, argparse.ArgumentParser]:
    """Return the name and parser of the typed command, or of its subcommand."""
    name, parser = typed[0], commands[typed[0]]
    inner = subcommands(parser)
    subcommand = next((word for word in typed[1:] if word in inner), None)
    return (f"{name} {subcommand}", inner[subcommand]) if subcommand else (name, parser)


def _suggestion(word: str, known: Iterable[str]) -> str:
    """Return a hint with the known word nearest to an unknown one; "" if none is near."""
    import difflib

    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="refmatter",
        usage="refmatter COMMAND [OPTION ...]",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"refmatter {__version__}")
    commands = Commands(parser, prog="refmatter", hint=argparse.SUPPRESS)
    parser.description = (
        "Keeps a folder of Markdown paper notes complete, in the notes' own schema.\n\n"
        + _add_groups(commands)
    )
    parser.set_defaults(parser=parser)
    return parser


def _add_groups(commands: Commands) -> str:
    """Add all commands to the parser, and return their list for the help, by group."""
    lines = []
    for title, modules in GROUPS:
        known = len(commands.purposes)
        for module in modules:
            module.add(commands)
        added = list(commands.purposes.items())[known:]
        lines += [f"{title}:", *(f"  {name:<12}{purpose}" for name, purpose in added)]
    return "\n".join(lines)
