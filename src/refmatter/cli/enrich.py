"""`refmatter enrich`: fill what is missing."""

from __future__ import annotations

import sys

from refmatter.cli.arguments import (
    DONE,
    FIELDS,
    INCOMPLETE,
    WOULD_CHANGE,
    add_common,
    command,
    fields,
    number,
    path,
    report_path,
)
from refmatter.cli.places import place_of, save
from refmatter.errors import ConfigError

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from refmatter.cli.arguments import Commands
    from refmatter.config import Config
    from refmatter.manifest import Manifest, Sight, Told
    from refmatter.pipeline import Options, Run
    from refmatter.place import Place
    from refmatter.report.account import Account
    from refmatter.report.facts import Facts


def add(commands: Commands) -> None:
    """Tell the parser of `enrich`."""
    enrich = command(
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
        "paths", nargs="*", type=path, metavar="PATH",
        help="the notes' folder, or single notes in it (default: this folder)",
    )  # fmt: skip
    add_common(enrich)
    enrich.add_argument("--dry-run", action="store_true", help="change no note and no ledger")
    enrich.add_argument("--diff", action="store_true", help="show what changes, line by line")
    enrich.add_argument(
        "--check", action="store_true", help="as --dry-run; exit 1 if a note would change"
    )
    enrich.add_argument(
        "--refresh", action="store_true", help="ask anew: counts, and titles nobody knew"
    )
    enrich.add_argument(
        "--refill", action="store_true",
        help="fill also what you took out after refmatter had filled it",
    )  # fmt: skip
    enrich.add_argument(
        "--budget", type=number, metavar="REQUESTS",
        help="renew the oldest counts first, in so many requests",
    )  # fmt: skip
    enrich.add_argument(
        "--only", type=fields, metavar="FIELD,…", help=f"only these: {', '.join(FIELDS)}"
    )
    enrich.add_argument(
        "--create", choices=("never", "linked", "all"),
        help="make notes for references: those that are linked, or all",
    )  # fmt: skip
    enrich.add_argument("--json", metavar="FILE", help="write the report as JSON; - for stdout")
    enrich.add_argument(
        "--report", action="append", default=[], type=report_path, metavar="FILE",
        help="write the report to read: .html, .md or .json; may be given several times",
    )  # fmt: skip
    enrich.add_argument("-q", "--quiet", action="store_true", help="only say what went wrong")
    enrich.add_argument("-v", "--verbose", action="store_true", help="one line a note")
    enrich.set_defaults(run=run)


def run(said: argparse.Namespace) -> int:
    """Do it; the exit code."""
    from refmatter.manifest import Manifest

    for file in said.report:
        _spare(file)
    place, config = place_of(said.paths, said.config)
    if said.create:
        config = config.creating(said.create)
    manifest = Manifest(place, config, _asked(said))
    sight = manifest.look()
    # Written reports tell more than the lines that are remembered: the day, how old counts are.
    if sight and not (said.json or said.report):
        dry = said.dry_run or said.check
        if told := _recalled(manifest, sight, place, config, dry=dry):
            _retell(said, told)
            return told.code
    return _enriched(said, place, config, manifest, sight)


def _asked(said: argparse.Namespace) -> dict[str, object]:
    """What of the command line a run's outcome hangs on, beside config.yaml."""
    return {
        "dry": said.dry_run or said.check,
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
    from refmatter.notes.shelf import heads
    from refmatter.report import facts as reports
    from refmatter.report.telling import told

    done = _run(place, config, _options(said), quiet=said.quiet)
    facts = reports.facts(done)
    _report(said, done, facts)
    if facts.refused or facts.outages:
        code = INCOMPLETE
    else:
        code = WOULD_CHANGE if said.check and facts.changed else DONE
    if sight and done.rest:
        digests = ((note.path, note.digest) for note in heads(done.vault.notes))
        manifest.keep(sight, told(done, facts, code), done.rest, digests)
    return code


def _options(said: argparse.Namespace) -> Options:
    from refmatter.model import Field
    from refmatter.pipeline import Options
    from refmatter.stages.merge import Wish

    only = frozenset(Field(name) for name in said.only) if said.only else frozenset(Field)
    return Options(
        wish=Wish(only=only, refresh=said.refresh, refill=said.refill),
        dry=said.dry_run or said.check,
        offline=said.offline,
        budget=said.budget,
    )


def _run(place: Place, config: Config, options: Options, *, quiet: bool) -> Run:
    """Run the pipeline, with a moving bar where somebody watches."""
    from refmatter.pipeline import run

    if quiet or not sys.stderr.isatty():
        return run(place, config, options)
    from rich.console import Console

    from refmatter.report.progress import Bars

    with Bars(Console(stderr=True)) as bars:
        return run(place, config, options, bars)


def _report(said: argparse.Namespace, done: Run, facts: Facts) -> None:
    from refmatter.report import terminal
    from refmatter.report.screen import Screen

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
        save(said.json, _rendered(whole, ".json"))
    for file in said.report:
        save(file, _rendered(whole, file.suffix))


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
