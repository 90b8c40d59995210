"""What the commands that run the pipeline have in common: the manifest, the log, the reports."""

from __future__ import annotations

import contextlib
import sys

from refmatter import __version__
from refmatter.cli.arguments import INTERRUPTED, USAGE
from refmatter.cli.places import plain, save
from refmatter.errors import ConfigError, RefmatterError

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from refmatter.config.settings import Config
    from refmatter.halt import Halt
    from refmatter.manifest import Manifest, Sight, Terms, Told
    from refmatter.pipeline import Options, Run
    from refmatter.place import Place
    from refmatter.report.account import Account
    from refmatter.report.facts import Facts
    from refmatter.report.log import Log


def asked(said: argparse.Namespace) -> dict[str, object]:
    """What of the command line a run's outcome hangs on, beside config.yaml."""
    return {
        "dry": said.dry_run,
        "offline": said.offline,
        "refresh": said.refresh,
        "refill": said.refill,
        "budget": said.budget,
        "create": said.create,
        "only": sorted(said.only or ()),
    }


def recalled(manifest: Manifest, *, dry: bool) -> Told | None:
    """What the last run said, where nothing has moved since. Raises Busy as a run does."""
    import time
    from datetime import UTC, datetime

    return manifest.recall(datetime.now(UTC).date(), time.time_ns(), dry=dry)


def options_of(said: argparse.Namespace) -> Options:
    """What the command line asks of the pipeline."""
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


def carried_out(place: Place, config: Config, options: Options, halt: Halt, *, quiet: bool) -> Run:
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


def looked(manifest: Manifest, place: Place, config: Config) -> tuple[Terms, Sight | None]:
    """The files as they stand before a run, for `keep`."""
    import time

    from refmatter.manifest import Terms

    terms = Terms.of(config, place.root)
    return terms, manifest.look(terms, time.time_ns())


def keep(
    manifest: Manifest, seen: tuple[Terms, Sight | None], done: Run, facts: Facts, code: int
) -> None:
    """Leave a manifest, where another run would do the same."""
    from refmatter.notes.shelf import heads
    from refmatter.report.telling import told

    terms, sight = seen
    if sight and done.rest:
        digests = ((note.path, note.digest) for note in heads(done.vault.notes))
        manifest.keep(terms, sight, told(done, facts, code), done.rest, digests)


@contextlib.contextmanager
def logged(said: argparse.Namespace, place: Place) -> Iterator[Log | None]:
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
            log.add("finished", exit=USAGE, reason=plain(str(error)))
            raise
        except KeyboardInterrupt:
            log.add("finished", exit=ended(said.halt), reason="interrupted")
            raise


def ended(halt: Halt) -> int:
    """The exit code of a run that a signal ended, as shells have it."""
    return 128 + halt.number if halt.called else INTERRUPTED


def spare(path: Path) -> None:
    """A report takes no note's place. Raises ConfigError before anything is done."""
    from refmatter.report import MARK

    try:
        if path.suffix != ".md" or path.read_bytes().startswith(MARK.encode()):
            return
    except OSError:  # there is none yet
        return
    raise ConfigError(f"{path}: is there already and is no report; name another file")


def write_reports(said: argparse.Namespace, done: Run, facts: Facts) -> None:
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
