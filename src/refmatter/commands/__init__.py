"""The command line -> Config, pipeline, reports, exit code: a file for each command.

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
)
from refmatter.commands.paths import plain
from refmatter.commands.runs import ended
from refmatter.errors import ConfigError, RefmatterError

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from refmatter.commands.arguments import Commands

__all__ = [
    "BUG",
    "COLLECTING",
    "DONE",
    "INCOMPLETE",
    "INTERRUPTED",
    "TERMINATED",
    "USAGE",
    "WOULD_CHANGE",
    "main",
]

_GROUPS = (
    ("begin", (init, doctor, completion)),
    ("every day", (enrich, review, undo, why, check, nightly, lint)),
    ("look up", (resolve, match, catalog, config)),
)
"""The commands as the help lists them."""

COLLECTING = (10_000, 10, 10)
"""How seldom Python looks for objects that hold each other (gc.set_threshold). There are next to
none here, and looking as often as it does unasked takes a fifth of a run's computing."""

_KEPT = "what was asked so far is in the cache, so run it again"
"""What became of the work of an interrupted command that says nothing of it itself (`kept`)."""

_EXAMPLES = """\
examples:
  refmatter enrich --dry-run --diff     see what would change in this folder
  refmatter enrich                      do it
  refmatter COMMAND --help              show the help of a command
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    # Other programs' plugins for pydantic have no business in here, and looking for them takes
    # a tenth of the time to start.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    gc.set_threshold(*COLLECTING)
    halt = Cancellation()
    said = None
    try:
        said = _read(sys.argv[1:] if arguments is None else list(arguments))
        said.halt = halt
        with halt:
            code: int = said.run(said)
        sys.stdout.flush()
    except RefmatterError as error:
        print(f"refmatter: {plain(str(error))}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print(f"refmatter: interrupted; {getattr(said, 'kept', _KEPT)}", file=sys.stderr)
        return ended(halt)
    except BrokenPipeError:
        # Whoever read it has gone; without this, Python complains once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception:  # noqa: BLE001 - whatever gets here is a bug, and is shown whole
        import traceback

        print(plain(traceback.format_exc()), end="", file=sys.stderr)
        print("refmatter: this is a bug; please report it with the lines above", file=sys.stderr)
        return BUG
    if not halt.heeded:
        return code
    print(
        "refmatter: ended early; what was settled is kept, run it again to go on", file=sys.stderr
    )
    return ended(halt)


def _read(arguments: list[str]) -> argparse.Namespace:
    """What was typed; a word that is not known is told with the one that is near it."""
    parser = _parser()
    if not arguments:
        parser.print_help(sys.stderr)
        raise SystemExit(USAGE)
    commands = _commands(parser)
    typed = arguments[0]
    if not typed.startswith("-") and typed not in commands:
        from pathlib import Path

        way_out = _near(typed, commands)
        if not way_out and Path(typed).exists():
            way_out = f"; did you mean `refmatter enrich {typed}`?"
        raise ConfigError(
            f"there is no command `{typed}`{way_out or '; `refmatter --help` lists them'}"
        )
    said, unknown = parser.parse_known_args(arguments)
    for word in unknown:
        if word.startswith("-"):
            name, meant = _meant(arguments, commands)
            options = meant._option_string_actions  # noqa: SLF001 - no public way to it
            way_out = _near(word.partition("=")[0], options)
            told = way_out or f"; `refmatter {name} --help` lists them"
            raise ConfigError(f"`refmatter {name}` has no option `{word}`{told}")
    if unknown:
        parser.error(f"nothing is to be done with `{' '.join(unknown)}`")
    return said


def _meant(
    arguments: Sequence[str], commands: dict[str, argparse.ArgumentParser]
) -> tuple[str, argparse.ArgumentParser]:
    """The command that was typed, down to the one of its own that has the arguments."""
    name, meant = arguments[0], commands[arguments[0]]
    inner = _inner(meant)
    own = next((each for each in arguments[1:] if each in inner), None)
    return (f"{name} {own}", inner[own]) if own else (name, meant)


def _near(word: str, known: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="refmatter",
        usage="refmatter COMMAND [OPTION ...]",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"refmatter {__version__}")
    commands = parser.add_subparsers(
        required=True, prog="refmatter", metavar="COMMAND", help=argparse.SUPPRESS
    )
    parser.description = (
        "Keeps a folder of Markdown paper notes complete, in the notes' own schema.\n\n"
        + _grouped(commands)
    )
    parser.set_defaults(parser=parser)
    return parser


def _grouped(commands: Commands) -> str:
    """Tell the parser of the commands; what each is for, those together that are used together."""
    lines = []
    for title, group in _GROUPS:
        known = len(commands._choices_actions)  # noqa: SLF001 - argparse has no public way to it
        for each in group:
            each.add(commands)
        added = commands._choices_actions[known:]  # noqa: SLF001 - as above
        lines += [f"{title}:", *(f"  {each.dest:<12}{each.help}" for each in added)]
    return "\n".join(lines)


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands by what is typed."""
    return _inner(parser)


def _inner(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """A command's own commands; none of most."""
    known: dict[str, argparse.ArgumentParser] = {}
    for each in parser._actions:  # noqa: SLF001 - as above
        if isinstance(each, argparse._SubParsersAction):  # noqa: SLF001 - as above
            known |= each.choices
    return known
