"""The command line -> Config, pipeline, reports, exit code.

Everything heavy is imported where it is used, so that `--version` and `--help` are quick.

Exit codes: 0 done; 1 `check` or `lint` found something; 2 usage, configuration, ledger or
journal; 3 finished, but some notes were refused or a service could not be asked; 70 a bug;
130 interrupted; 143 ended by SIGTERM.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys

from refmatter import __version__
from refmatter.errors import ConfigError, RefmatterError
from refmatter.halt import Halt

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from refmatter.config import Config
    from refmatter.manifest import Manifest, Sight, Told
    from refmatter.model import Resolution
    from refmatter.pipeline import Options, Run
    from refmatter.place import Place
    from refmatter.report.account import Account
    from refmatter.report.facts import Facts
    from refmatter.report.log import Log

DONE, WOULD_CHANGE, USAGE, INCOMPLETE, BUG, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 70, 130, 143

_FIELDS = (
    "title", "authors", "year", "venue", "citation_count", "reference_count", "fields_of_study",
    "key",
)  # fmt: skip

_RECIPES = ("github", "gitlab", "pre-commit", "cron", "systemd")
_SHELLS = ("bash", "zsh", "fish")

_GROUPS = (
    ("begin", ("init", "doctor", "completion")),
    ("every day", ("enrich", "review", "undo", "why", "check", "nightly", "lint")),
    ("look up", ("resolve", "match", "config")),
)
"""The commands as the help lists them; those that are in no group come last."""

_EXAMPLES = """\
examples:
  refmatter enrich --dry-run --diff     see what would change in this folder
  refmatter enrich                      do it
  refmatter undo                        take the last run back
  refmatter COMMAND --help              tells more of a command
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    halt = Halt()
    try:
        said = _read(sys.argv[1:] if arguments is None else list(arguments))
        said.halt = halt
        with halt:
            code: int = said.run(said)
        sys.stdout.flush()
    except RefmatterError as error:
        print(f"refmatter: {_plain(str(error))}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print(
            "refmatter: interrupted; what was asked so far is in the cache, so run it again",
            file=sys.stderr,
        )
        return _ended(halt)
    except BrokenPipeError:
        # Whoever read it has gone; without this, Python complains once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception:  # noqa: BLE001 - whatever gets here is a bug, and is shown whole
        import traceback

        print(_plain(traceback.format_exc()), end="", file=sys.stderr)
        print("refmatter: this is a bug; please report it with the lines above", file=sys.stderr)
        return BUG
    if not halt.called:
        return code
    print(
        "refmatter: ended early; what was settled is kept, run it again to go on", file=sys.stderr
    )
    return _ended(halt)


def _ended(halt: Halt) -> int:
    """The exit code of a run that a signal ended, as shells have it."""
    return 128 + halt.number if halt.called else INTERRUPTED


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
            options = commands[typed]._option_string_actions  # noqa: SLF001 - no public way to it
            way_out = _near(word.partition("=")[0], options)
            told = way_out or f"; `refmatter {typed} --help` lists them"
            raise ConfigError(f"`refmatter {typed}` has no option `{word}`{told}")
    if unknown:
        parser.error(f"nothing is to be done with `{' '.join(unknown)}`")
    return said


def _near(word: str, known: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


def _plain(text: str) -> str:
    """The text with what could do something to a terminal as `?`."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="refmatter",
        usage="refmatter COMMAND [OPTION ...]",
        description="Keeps a folder of Markdown paper notes complete, in the notes' own schema.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"refmatter {__version__}")
    commands = parser.add_subparsers(
        required=True, prog="refmatter", metavar="COMMAND", help=argparse.SUPPRESS
    )
    _add_init(commands)
    _add_doctor(commands)
    _add_completion(commands)
    _add_enrich(commands)
    _add_check(commands)
    _add_nightly(commands)
    _add_why(commands)
    _add_resolve(commands)
    _add_review(commands)
    _add_undo(commands)
    _add_lint(commands)
    _add_match(commands)
    _add_config(commands)
    parser.description = f"{parser.description}\n\n{_grouped(commands)}"
    return parser


_Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    (commands,) = (each for each in parser._actions if isinstance(each, _Commands))  # noqa: SLF001 - as above
    known: dict[str, argparse.ArgumentParser] = commands.choices
    return known


def _grouped(commands: _Commands[argparse.ArgumentParser]) -> str:
    """The commands and what each is for, those together that are used together."""
    told = {each.dest: each.help for each in commands._choices_actions}  # noqa: SLF001 - as above
    grouped = {name for _, names in _GROUPS for name in names}
    rest = tuple(name for name in told if name not in grouped)
    lines = []
    for title, names in (*_GROUPS, *((("more", rest),) if rest else ())):
        lines.append(f"{title}:")
        lines += [f"  {name:<12}{told[name]}" for name in names if name in told]
    return "\n".join(lines)


def _command(
    commands: _Commands[argparse.ArgumentParser],
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


def _add_init(commands: _Commands[argparse.ArgumentParser]) -> None:
    init = _command(
        commands,
        "init",
        "look at a vault, and write a config.yaml that fits it",
        "Look at a folder of notes, tell what refmatter learns from it, and write a "
        "commented config.yaml. Notes are not touched, and no file that is there already is. "
        "Nothing needs this: `enrich` works without a config.yaml.",
        ("refmatter init", "this folder"),
        ("refmatter init notes --contact you@example.org", ""),
        ("refmatter init --print", "write nothing"),
        ("refmatter init --with github --with cron", "and what runs it by itself"),
    )
    init.add_argument("vault", nargs="?", type=_path, metavar="VAULT", help="default: this folder")
    init.add_argument("--config", type=_path, metavar="FILE", help="instead of the one found")
    init.add_argument(
        "--print", action="store_true", help="print the config.yaml, and write nothing"
    )
    init.add_argument(
        "--contact", metavar="ADDRESS", help="an e-mail address the services may write to"
    )
    init.add_argument(
        "--with", dest="recipes", action="append", choices=_RECIPES, default=[], metavar="WHAT",
        help=f"also write what runs it: {', '.join(_RECIPES)}",
    )  # fmt: skip
    init.set_defaults(run=_init)


def _add_doctor(commands: _Commands[argparse.ArgumentParser]) -> None:
    doctor = _command(
        commands,
        "doctor",
        "see whether all is well: settings, services, ledger",
        "Look at configuration, keys, services, cache, ledger, journal, git and notes, and "
        "say what to do. Each service is asked one cheap question (one of OpenAlex's credits). "
        "Nothing is written. Exit 1 if there is a problem.",
        ("refmatter doctor", "this folder"),
        ("refmatter doctor notes --offline", "ask no service"),
    )
    doctor.add_argument(
        "vault", nargs="?", type=_path, metavar="VAULT", help="default: this folder"
    )
    doctor.add_argument("--config", type=_path, metavar="FILE", help="instead of the one found")
    doctor.add_argument("--offline", action="store_true", help="ask no service")
    doctor.add_argument("--json", action="store_true", help="as JSON")
    doctor.set_defaults(run=_doctor)


def _add_completion(commands: _Commands[argparse.ArgumentParser]) -> None:
    completion = _command(
        commands,
        "completion",
        "print the script by which a shell completes it",
        "Print a script by which a shell completes commands, options and files.",
        ('eval "$(refmatter completion bash)"', "put it in ~/.bashrc"),
        ("refmatter completion zsh > _refmatter", "in a folder of $fpath"),
        ("refmatter completion fish > refmatter.fish", "in ~/.config/fish/completions"),
    )
    completion.add_argument("shell", choices=_SHELLS, help="the shell you use")
    completion.set_defaults(run=_completion)


def _add_enrich(commands: _Commands[argparse.ArgumentParser]) -> None:
    enrich = _command(
        commands,
        "enrich",
        "fill what is missing in the notes",
        "Fill what is missing in the notes. Nothing that is there is changed, "
        "but for counts that refmatter wrote and that have grown old.",
        ("refmatter enrich --dry-run --diff", "what would change in this folder"),
        ("refmatter enrich notes", "do it, in the folder notes"),
        ("refmatter enrich notes --only year,venue", ""),
    )
    enrich.add_argument(
        "paths", nargs="*", type=_path, metavar="PATH",
        help="the notes' folder, or single notes in it (default: this folder)",
    )  # fmt: skip
    _add_common(enrich)
    enrich.add_argument("--dry-run", action="store_true", help="change no note and no ledger")
    enrich.add_argument("--diff", action="store_true", help="show what changes, line by line")
    enrich.add_argument(
        "--refresh", action="store_true", help="ask anew: counts, and titles nobody knew"
    )
    enrich.add_argument(
        "--refill", action="store_true",
        help="fill also what you took out after refmatter had filled it",
    )  # fmt: skip
    enrich.add_argument(
        "--budget", type=_number, metavar="REQUESTS",
        help="renew the oldest counts first, in so many requests",
    )  # fmt: skip
    enrich.add_argument(
        "--only", type=_fields, metavar="FIELD,…", help=f"only these: {', '.join(_FIELDS)}"
    )
    enrich.add_argument(
        "--create", choices=("never", "linked", "all"),
        help="make notes for references: those that are linked, or all",
    )  # fmt: skip
    enrich.add_argument("--json", metavar="FILE", help="write the report as JSON; - for stdout")
    enrich.add_argument(
        "--report", action="append", default=[], type=_report_path, metavar="FILE",
        help="write the report to read: .html, .md or .json; may be given several times",
    )  # fmt: skip
    enrich.add_argument("-q", "--quiet", action="store_true", help="only say what went wrong")
    enrich.add_argument("-v", "--verbose", action="store_true", help="one line a note")
    _add_log(enrich)
    enrich.set_defaults(run=_enrich, nightly=False)


def _add_log(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--log-json", type=_path, metavar="FILE", help="add what was done, a JSON object a line"
    )


def _add_nightly(commands: _Commands[argparse.ArgumentParser]) -> None:
    nightly = _command(
        commands,
        "nightly",
        "as enrich, for cron and timers: quiet, within a budget",
        "Fill what is missing and renew the oldest counts, within a budget. Quiet, but for one "
        "line if something was written, and one on standard error if something could not be "
        "done (then exit 2 or 3).",
        ("refmatter nightly notes", "in a crontab or a timer"),
        ("refmatter nightly notes --log-json nightly.jsonl", ""),
    )
    nightly.add_argument(
        "paths", nargs="*", type=_path, metavar="PATH",
        help="the notes' folder (default: this folder)",
    )  # fmt: skip
    nightly.add_argument("--config", type=_path, metavar="FILE", help="instead of the one found")
    nightly.add_argument(
        "--budget", type=_number, metavar="REQUESTS", default=50,
        help="renew the oldest counts first, in so many requests (default: 50)",
    )  # fmt: skip
    _add_log(nightly)
    nightly.add_argument(
        "--report", action="append", default=[], type=_report_path, metavar="FILE",
        help="write the report to read: .html, .md or .json; may be given several times",
    )  # fmt: skip
    nightly.set_defaults(
        run=_enrich, nightly=True, dry_run=False, offline=False, diff=False, refresh=False,
        refill=False, only=None, create=None, json=None, quiet=True, verbose=False,
    )  # fmt: skip


def _add_check(commands: _Commands[argparse.ArgumentParser]) -> None:
    check = _command(
        commands,
        "check",
        "see whether notes lack what is known",
        "See which notes `enrich` would change, at file and line. Nothing is written, and "
        "nobody is asked: ledger, cache and catalogue only. Exit 1 if a note would change, 3 if "
        "one cannot be read.",
        ("refmatter check", "this folder"),
        ("refmatter check notes --diff", "and what would change, line by line"),
        ("refmatter check notes --format github", "annotations, in a workflow"),
    )
    check.add_argument(
        "paths", nargs="*", type=_path, metavar="PATH",
        help="the notes' folder, or single notes in it (default: this folder)",
    )  # fmt: skip
    check.add_argument("--config", type=_path, metavar="FILE", help="instead of the one found")
    check.add_argument(
        "--online", dest="offline", action="store_false", help="ask the services as enrich does"
    )
    check.add_argument(
        "--format", choices=("text", "github", "json", "sarif"), default="text",
        help="for people, as annotations, or for machines",
    )  # fmt: skip
    check.add_argument("--diff", action="store_true", help="show what would change")
    check.add_argument(
        "--report", action="append", default=[], type=_report_path, metavar="FILE",
        help="write the report to read: .html, .md or .json; may be given several times",
    )  # fmt: skip
    check.add_argument(
        "-q", "--quiet", action="store_true", help="say nothing if nothing would change"
    )
    check.set_defaults(
        run=_check, dry_run=True, refresh=False, refill=False, budget=None, only=None, json=None
    )


def _add_why(commands: _Commands[argparse.ArgumentParser]) -> None:
    why = _command(
        commands,
        "why",
        "tell where a note's values came from",
        "Tell which work a note is about, how that is known, what else was "
        "considered, and where each value came from.",
        ("refmatter why notes/bert.md", "the whole note"),
        ("refmatter why notes/bert.md year", "one field"),
    )
    why.add_argument("note", type=_path, metavar="NOTE")
    why.add_argument("field", nargs="?", choices=_FIELDS, metavar="FIELD", help=", ".join(_FIELDS))
    why.add_argument("--config", type=_path, metavar="FILE", help="instead of the one found")
    why.set_defaults(run=_why)


def _add_resolve(commands: _Commands[argparse.ArgumentParser]) -> None:
    resolve = _command(
        commands,
        "resolve",
        "look one title up",
        "Look one title up: candidates, their features, and the decision. Nothing is written.",
        ('refmatter resolve "Attention is All you Need"', ""),
        ('refmatter resolve "Multitask Learning" --year 1997 --author Caruana', ""),
    )
    resolve.add_argument("title", metavar="TITLE")
    resolve.add_argument("--year", type=int, metavar="YEAR", help="the year, if you know it")
    resolve.add_argument("--author", metavar="NAME", help="the first author, if you know them")
    resolve.add_argument("--json", action="store_true", help="as JSON")
    _add_common(resolve)
    resolve.set_defaults(run=_resolve)


def _add_review(commands: _Commands[argparse.ArgumentParser]) -> None:
    review = _command(
        commands,
        "review",
        "settle the titles that are doubtful",
        "Show the titles that may be one of several works, one after the other, "
        "and take your word for it. Nobody is asked; what you say is kept in the ledger, for "
        "every note and every later run.",
        ("refmatter review", "one after the other, on the terminal"),
        ("refmatter review --export doubts.yaml", "to rule on in an editor, then:"),
        ("refmatter review --apply doubts.yaml", ""),
    )
    review.add_argument(
        "paths", nargs="*", type=_path, metavar="PATH",
        help="only what stands in these notes (default: this folder)",
    )  # fmt: skip
    review.add_argument("--config", type=_path, metavar="FILE", help="instead of the one found")
    instead = review.add_mutually_exclusive_group()
    instead.add_argument(
        "--export", metavar="FILE", help="write them as YAML, to rule on there; - for stdout"
    )
    instead.add_argument(
        "--apply", type=_path, metavar="FILE", help="take the rulings written in such a file"
    )
    instead.add_argument("--withdraw", metavar="TITLE", help="take a ruling back")
    review.set_defaults(run=_review)


def _add_undo(commands: _Commands[argparse.ArgumentParser]) -> None:
    undo = _command(
        commands,
        "undo",
        "put the notes back as they were before a run",
        "Put back the files that a run wrote, where they are still as it left "
        "them; those that are not are named and left as they are (exit 3). Notes that the run "
        "made go away. An undo can be undone.",
        ("refmatter undo --dry-run --diff", "see what undoing the last run would change"),
        ("refmatter undo", "do it"),
        ("refmatter undo --list", "the runs that can be undone"),
        ("refmatter undo 12", "undo that one"),
    )
    undo.add_argument(
        "number", nargs="?", type=_number, metavar="RUN",
        help="the run's number in --list (default: the last run)",
    )  # fmt: skip
    undo.add_argument(
        "--vault", type=_path, metavar="PATH", help="the notes' folder (default: this folder)"
    )
    undo.add_argument("--config", type=_path, metavar="FILE", help="instead of the one found")
    undo.add_argument("--list", action="store_true", help="list the runs, and undo none")
    undo.add_argument("--dry-run", action="store_true", help="change no note and no ledger")
    undo.add_argument("--diff", action="store_true", help="show what changes, line by line")
    undo.add_argument("--json", metavar="FILE", help="write the report as JSON; - for stdout")
    undo.add_argument("-q", "--quiet", action="store_true", help="only say what went wrong")
    undo.set_defaults(run=_undo)


def _add_lint(commands: _Commands[argparse.ArgumentParser]) -> None:
    lint = _command(
        commands,
        "lint",
        "find what is wrong in the notes",
        "Find what is wrong in the notes: links that lead nowhere, works listed "
        "twice, two notes on one work, years that are none. Nobody is asked. Exit 1 if there is "
        "something.",
        ("refmatter lint notes", "find it"),
        ("refmatter lint notes --fix --dry-run --diff", "what can be put right"),
    )
    lint.add_argument(
        "paths", nargs="*", type=_path, metavar="PATH",
        help="the notes' folder, or single notes in it (default: this folder)",
    )  # fmt: skip
    lint.add_argument("--config", type=_path, metavar="FILE", help="instead of the one found")
    lint.add_argument(
        "--format", choices=("text", "github", "json", "sarif"), default="text",
        help="for people, as annotations, or for machines",
    )  # fmt: skip
    lint.add_argument("--fix", action="store_true", help="put right what is certain")
    lint.add_argument("--dry-run", action="store_true", help="with --fix: change no note")
    lint.add_argument("--diff", action="store_true", help="with --fix: show what changes")
    lint.set_defaults(run=_lint)


def _add_match(commands: _Commands[argparse.ArgumentParser]) -> None:
    match = _command(
        commands,
        "match",
        "tell titles from candidates, for scripts",
        "The matcher alone: read a question a line, as JSON, from standard input, "
        "and answer each with one line at once. Nobody is asked and nothing is written.",
        ("refmatter match < questions.jsonl", "an answer a line"),
    )
    match.add_argument(
        "--config", type=_path, metavar="FILE",
        help="a config.yaml whose thresholds count (default: the usual ones)",
    )  # fmt: skip
    match.set_defaults(run=_match)


def _add_config(commands: _Commands[argparse.ArgumentParser]) -> None:
    config = _command(
        commands,
        "config",
        "show the configuration in force",
        "Show the configuration in force and where it comes from. API keys are never shown.",
        ("refmatter config", "what holds in this folder"),
        ("refmatter config --schema > schema.json", "for your editor"),
    )
    config.add_argument("--config", type=_path, metavar="FILE", help="instead of the one found")
    config.add_argument("--schema", action="store_true", help="print config.yaml's JSON Schema")
    config.set_defaults(run=_config)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=_path, metavar="FILE", help="instead of the one found")
    parser.add_argument(
        "--offline", action="store_true", help="ask nobody: ledger, cache and catalogue only"
    )


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number")
    return int(text)


def _path(text: str) -> Path:
    from pathlib import Path

    return Path(text)


def _report_path(text: str) -> Path:
    path = _path(text)
    if path.suffix not in {".html", ".md", ".json"}:
        raise argparse.ArgumentTypeError(f"{text!r}: a report is .html, .md or .json")
    return path


def _fields(text: str) -> frozenset[str]:
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    unknown = sorted(names - set(_FIELDS))
    if unknown or not names:
        known = ", ".join(_FIELDS)
        raise argparse.ArgumentTypeError(f"no such field: {', '.join(unknown)}; there are {known}")
    return names


def _enrich(said: argparse.Namespace) -> int:
    from refmatter.manifest import Manifest

    for path in said.report:
        _spare(path)
    place, config = _place(said.paths, said.config)
    if said.create:
        config = config.creating(said.create)
    manifest = Manifest(place, config, _asked(said))
    sight = manifest.look()
    # Written reports tell more than the lines that are remembered: the day, how old counts are.
    with _logged(said, place) as said.log:
        told = None
        if sight and not (said.json or said.report):
            told = _recalled(manifest, sight, place, config, dry=said.dry_run)
        if told is None:
            return _enriched(said, place, config, manifest, sight)
        _retell(said, told)
        if said.log:
            said.log.add("finished", exit=told.code, unmoved=True)
        return told.code


@contextlib.contextmanager
def _logged(said: argparse.Namespace, place: Place) -> Iterator[Log | None]:
    """The structured log, where one is wanted; it tells also of a run that could not be."""
    if said.log_json is None:
        yield None
        return
    from refmatter.report.log import Log

    with Log(said.log_json) as log:
        log.add(
            "started", version=__version__, vault=str(place.root), dry=said.dry_run,
            offline=said.offline,
        )  # fmt: skip
        try:
            yield log
        except RefmatterError as error:
            log.add("finished", exit=USAGE, reason=_plain(str(error)))
            raise
        except KeyboardInterrupt:
            log.add("finished", exit=_ended(said.halt), reason="interrupted")
            raise


def _asked(said: argparse.Namespace) -> dict[str, object]:
    """What of the command line a run's outcome hangs on, beside config.yaml."""
    return {
        "dry": said.dry_run,
        "offline": said.offline,
        "refresh": said.refresh,
        "refill": said.refill,
        "budget": said.budget,
        "only": sorted(said.only or ()),
    }


def _recalled(
    manifest: Manifest, sight: Sight, place: Place, config: Config, *, dry: bool
) -> Told | None:
    """What the last run said, where nothing has moved since. Raises Busy as a run does."""
    from contextlib import nullcontext
    from datetime import UTC, datetime

    from refmatter.files import alone

    with nullcontext() if dry else alone(config.ledger_path(place.root).parent):
        return manifest.recall(sight, datetime.now(UTC).date())


def _enriched(
    said: argparse.Namespace,
    place: Place,
    config: Config,
    manifest: Manifest,
    sight: Sight | None,
) -> int:
    from refmatter.report import facts as reports

    done = _run(place, config, _options(said), said.halt, quiet=said.quiet)
    facts = reports.facts(done)
    _report(said, done, facts)
    code = INCOMPLETE if facts.refused or facts.outages else DONE
    if not said.halt.called:
        _keep(manifest, sight, done, facts, code)
    if said.log:
        from refmatter.report.log import counts, events

        for event, told in events(done, facts):
            said.log.add(event, **told)
        ended = _ended(said.halt) if said.halt.called else code
        said.log.add("finished", exit=ended, **counts(facts))
    return code


def _keep(manifest: Manifest, sight: Sight | None, done: Run, facts: Facts, code: int) -> None:
    """Leave a manifest, where another run would do the same."""
    from refmatter.notes.shelf import heads
    from refmatter.report.telling import told

    if sight and done.rest:
        digests = ((note.path, note.digest) for note in heads(done.vault.notes))
        manifest.keep(sight, told(done, facts, code), done.rest, digests)


def _check(said: argparse.Namespace) -> int:
    from refmatter.manifest import Manifest

    for path in said.report:
        _spare(path)
    place, config = _place(said.paths, said.config)
    manifest = Manifest(place, config, _asked(said))
    sight = manifest.look()
    if sight and not said.report:
        # What a run that writes did not do either is as good; its reports tell the same.
        others = Manifest(place, config, {**_asked(said), "dry": False, "offline": False})
        for each in (manifest, others):
            told = _recalled(each, sight, place, config, dry=True)
            if told and told.code == DONE:
                from refmatter.checking.telling import show

                show([], place.root, said.format, quiet=said.quiet)
                return DONE
    return _checked(said, place, config, manifest, sight)


def _checked(
    said: argparse.Namespace,
    place: Place,
    config: Config,
    manifest: Manifest,
    sight: Sight | None,
) -> int:
    from refmatter.checking import found as checking
    from refmatter.report import facts as reports

    done = _run(place, config, _options(said), said.halt, quiet=said.quiet)
    facts = reports.facts(done)
    found = checking.findings(done)
    checking.tell(done, facts, found, said.format, diff=said.diff, quiet=said.quiet)
    if said.report:
        _write_reports(said, done, facts)
    code = INCOMPLETE if facts.refused or facts.outages else DONE
    if not said.halt.called:
        _keep(manifest, sight, done, facts, code)
    return WOULD_CHANGE if found and code == DONE else code


def _options(said: argparse.Namespace) -> Options:
    from refmatter.model import Field
    from refmatter.pipeline import Options
    from refmatter.stages.merge import Wish

    only = frozenset(Field(name) for name in said.only) if said.only else frozenset(Field)
    return Options(
        wish=Wish(only=only, refresh=said.refresh, refill=said.refill),
        dry=said.dry_run,
        offline=said.offline,
        budget=said.budget,
    )


def _init(said: argparse.Namespace) -> int:
    from refmatter.report.screen import Screen
    from refmatter.setup.command import Wishes, init, printed

    place = _vault(said)
    if said.print:
        sys.stdout.write(printed(place, said.contact))
        return DONE
    asks = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    wishes = Wishes(
        contact=said.contact,
        recipes=tuple(dict.fromkeys(said.recipes)),
        ask=_ask if asks else None,
        said=str(said.vault) if said.vault else "",
    )
    return DONE if init(place, wishes, Screen(sys.stdout)) else INCOMPLETE


def _ask(question: str) -> str:
    print(question, end="", flush=True)
    return sys.stdin.readline()


def _doctor(said: argparse.Namespace) -> int:
    from refmatter.doctor import command
    from refmatter.report.screen import Screen

    checks = command.examine(_vault(said), offline=said.offline)
    if said.json:
        sys.stdout.write(command.as_json(checks))
    else:
        command.show(checks, Screen(sys.stdout))
    return DONE if command.well(checks) else WOULD_CHANGE


def _completion(said: argparse.Namespace) -> int:
    from refmatter.completion import script

    sys.stdout.write(script(_parser(), said.shell))
    return DONE


def _vault(said: argparse.Namespace) -> Place:
    """The place of a command that takes one folder."""
    from refmatter.place import locate

    if said.vault is not None and said.vault.is_file():
        raise ConfigError(f"{said.vault}: is a file; name the folder that your notes are in")
    return locate([said.vault] if said.vault else [], said.config)


def _run(place: Place, config: Config, options: Options, halt: Halt, *, quiet: bool) -> Run:
    """Run the pipeline, with a moving bar where somebody watches."""
    from refmatter.pipeline import run
    from refmatter.web.client import Patience

    patience = Patience(sleep=halt.sleep, halt=halt)
    if quiet or not sys.stderr.isatty():
        return run(place, config, options, patience=patience)
    from rich.console import Console

    from refmatter.report.progress import Bars

    with Bars(Console(stderr=True)) as bars:
        return run(place, config, options, bars, patience)


def _report(said: argparse.Namespace, done: Run, facts: Facts) -> None:
    from refmatter.report import terminal
    from refmatter.report.screen import Screen

    if said.nightly:
        _say_by_night(said, done, facts)
        return
    to_stdout = said.json == "-"
    screen = Screen(sys.stderr if to_stdout else sys.stdout)
    if said.diff:
        terminal.show_diffs(done.outcomes, screen)
        if facts.changed:
            screen.line()
    if said.verbose:
        terminal.show_notes(done.outcomes, screen)
    if not said.quiet:
        terminal.show_summary(facts, screen)
    elif facts.refused or facts.outages:
        terminal.show_trouble(facts, Screen(sys.stderr))
    if said.json or said.report:
        _write_reports(said, done, facts)


def _say_by_night(said: argparse.Namespace, done: Run, facts: Facts) -> None:
    from refmatter.report.nightly import complaint, news
    from refmatter.report.screen import Screen, Tape
    from refmatter.report.terminal import show_trouble

    if line := news(facts):
        Screen(sys.stdout).line(line)
    trouble = Tape()
    show_trouble(facts, trouble)
    if line := complaint([text for text, _ in trouble.kept]):
        Screen(sys.stderr).line(line)
    if said.report:
        _write_reports(said, done, facts)


def _retell(said: argparse.Namespace, told: Told) -> None:
    """Report what the last run said, which this one would say again."""
    from refmatter.report.screen import Screen

    screen = Screen(sys.stdout)
    if said.verbose:
        screen.lines(told.notes)
    if not said.quiet:
        screen.lines(told.summary)
    elif told.trouble:
        Screen(sys.stderr).lines(told.trouble)


def _write_reports(said: argparse.Namespace, done: Run, facts: Facts) -> None:
    """The whole account, in each form that is asked for."""
    from refmatter.report.account import account

    whole = account(done, facts)
    if said.json == "-":
        sys.stdout.write(_rendered(whole, ".json"))
    elif said.json:
        _save(_path(said.json), _rendered(whole, ".json"))
    for path in said.report:
        _save(path, _rendered(whole, path.suffix))


def _rendered(whole: Account, kind: str) -> str:
    """The report of a kind; what it takes to write one is loaded only then."""
    if kind == ".html":
        from refmatter.report import html

        return html.render(whole)
    if kind == ".md":
        from refmatter.report import markdown

        return markdown.render(whole)
    from refmatter.report import json

    return json.render(whole)


def _spare(path: Path) -> None:
    """A report takes no note's place. Raises ConfigError before anything is done."""
    from refmatter.report import MARK

    try:
        if path.suffix != ".md" or path.read_bytes().startswith(MARK.encode()):
            return
    except OSError:  # there is none yet
        return
    raise ConfigError(f"{path}: is there already and is no report; name another file")


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error


def _place(paths: Sequence[Path], config: Path | None) -> tuple[Place, Config]:
    from refmatter.config import load
    from refmatter.place import locate

    place = locate(paths, config)
    loaded = load(place.config)
    for path in paths:
        if path.is_file():
            _mind_note(path, place, loaded)
    return place, loaded


def _mind_note(path: Path, place: Place, config: Config) -> None:
    """Raises ConfigError for a file that can be no note."""
    from pathlib import PurePosixPath

    from refmatter.notes.vault import names_note

    inner = PurePosixPath(path.resolve().relative_to(place.root).as_posix())
    include = config.said.notes.include
    if not names_note(inner, include):
        raise ConfigError(f"{path}: is no note; `notes.include` takes {', '.join(include)}")


def _why(said: argparse.Namespace) -> int:
    from pathlib import PurePosixPath

    from refmatter.errors import NoteError
    from refmatter.ledger import Ledger
    from refmatter.model import Field
    from refmatter.report.screen import Screen
    from refmatter.report.why import why
    from refmatter.stages.plan import key_of
    from refmatter.stages.scan import read

    if said.note.is_dir():
        raise ConfigError(f"{said.note}: is a folder; name one note")
    place, config = _place([said.note], said.config)
    path = PurePosixPath(said.note.resolve().relative_to(place.root).as_posix())
    try:
        note = read(place.root, path, config)
    except NoteError as error:
        where = f"{said.note}:{error.line}" if error.line else f"{said.note}"
        raise ConfigError(f"{where}: {error.reason}") from error
    ledger = Ledger.load(config.ledger_path(place.root), place.root)
    key = key_of(note, ledger)
    screen = Screen(sys.stdout)
    chosen = Field(said.field) if said.field else None
    names = {name: own for name, own in config.said.fields.names().items() if own}
    rule = config.said.match.bars().version
    for line in why(note, ledger.line(key), ledger.written(path), chosen, names, rule=rule):
        screen.line(line)
    return DONE


def _resolve(said: argparse.Namespace) -> int:
    from refmatter.pipeline import look_up
    from refmatter.report import json, terminal
    from refmatter.report.screen import Screen

    place, config = _place([], said.config)
    found = look_up(place, config, said.title, said.year, said.author, offline=said.offline)
    if said.json:
        sys.stdout.write(json.resolution(found))
    else:
        terminal.show_resolution(found, Screen(sys.stdout))
    return INCOMPLETE if _outage(found) else DONE


def _outage(found: Resolution) -> bool:
    from refmatter.model import Trouble

    return any(failure.trouble is not Trouble.OFFLINE for failure in found.failures)


def _review(said: argparse.Namespace) -> int:
    from refmatter.report.screen import Screen
    from refmatter.review.command import Review

    review = Review(*_place(said.paths, said.config))
    if said.export == "-":
        sys.stdout.write(review.export(None))
    elif said.export:
        _save(_path(said.export), review.export(_path(said.export)))
    elif said.apply:
        whole = review.apply(said.apply, Screen(sys.stdout), Screen(sys.stderr))
        return DONE if whole else INCOMPLETE
    elif said.withdraw:
        review.withdraw(said.withdraw, Screen(sys.stdout))
    else:
        review.walk(sys.stdin or io.StringIO(), sys.stdout)  # it may be closed
    return DONE


def _undo(said: argparse.Namespace) -> int:
    from refmatter import journal
    from refmatter.report import undone
    from refmatter.report.screen import Screen
    from refmatter.report.terminal import show_diffs
    from refmatter.undo import undo

    place, config = _place([said.vault] if said.vault else [], said.config)
    ledger = config.ledger_path(place.root)
    screen = Screen(sys.stderr if said.json == "-" else sys.stdout)
    if said.list:
        past = journal.runs(ledger)
        if not said.quiet:
            undone.show_runs(past, screen)
        _put_out(said.json, undone.runs_as_json(past))
        return DONE
    done = undo(place, config, said.number, dry=said.dry_run)
    if said.diff:
        show_diffs(done.outcomes, screen)
    if not said.quiet:
        undone.show(done, journal.runs(ledger), screen)
    elif done.left:
        undone.show_left(done, Screen(sys.stderr))
    _put_out(said.json, undone.as_json(done))
    return INCOMPLETE if done.left else DONE


def _put_out(file: str | None, text: str) -> None:
    """A report for machines, where one is wanted."""
    if file == "-":
        sys.stdout.write(text)
    elif file:
        _save(_path(file), text)


def _lint(said: argparse.Namespace) -> int:
    from refmatter.lint.command import Options, lint
    from refmatter.lint.report import tell

    if (said.dry_run or said.diff) and not said.fix:
        raise ConfigError(f"{'--dry-run' if said.dry_run else '--diff'}: goes with --fix")
    place, config = _place(said.paths, said.config)
    done = lint(place, config, Options(fix=said.fix, dry=said.dry_run))
    tell(done, place.root, config, said.format, diff=said.diff)
    if done.inspection.unread or done.refused:
        return INCOMPLETE
    return WOULD_CHANGE if done.inspection.findings else DONE


def _match(said: argparse.Namespace) -> int:
    from refmatter.matching.bars import DEFAULT
    from refmatter.matching.lines import answers

    if said.config:
        from refmatter.config import load

        bars = load(said.config).said.match.bars()
    else:
        bars = DEFAULT
    try:
        for line in answers(sys.stdin.buffer, bars) if sys.stdin else ():  # it may be closed
            print(line, flush=True)
    except KeyboardInterrupt:
        return INTERRUPTED
    return DONE


def _config(said: argparse.Namespace) -> int:
    import json

    from refmatter import config

    if said.schema:
        print(json.dumps(config.schema(), indent=2))
        return DONE
    _, loaded = _place([], said.config)
    sys.stdout.write(_plain(loaded.shown()))
    return DONE
