"""What the commands that run the pipeline have in common: the manifest, the log, the reports."""

from __future__ import annotations

import contextlib
import sys

from refmatter import __version__
from refmatter.commands.arguments import DONE, INCOMPLETE, INTERRUPTED, USAGE
from refmatter.commands.paths import config_of, plain, save
from refmatter.errors import ConfigError, RefmatterError

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from refmatter.cancellation import Cancellation
    from refmatter.location import VaultLocation
    from refmatter.pipeline import Options, Run
    from refmatter.report.log import Log
    from refmatter.report.report_model import ReportModel
    from refmatter.report.summary import RunSummary
    from refmatter.state.run_manifest import RunManifest, ScanTerms, Sight, Told


class Job:
    """What was typed -> the run that it asks for: recalled where nothing has moved since the last
    one, or carried out."""

    def __init__(self, said: argparse.Namespace) -> None:
        """Find the vault. Raises ConfigError."""
        from refmatter.location import locate

        for file in said.report:
            _spare(file)
        self.place = locate(said.paths, said.config)
        self._said = said
        self._manifest = self._asking()
        self._seen: tuple[ScanTerms, Sight | None] | None = None

    def _asking(self, **instead: object) -> RunManifest:
        """The manifest for what was typed, or for something else instead of some of it."""
        from refmatter.state.run_manifest import RunManifest

        said = self._said
        asked = {
            "dry": said.dry_run,
            "offline": said.offline,
            "refresh": said.refresh,
            "refill_removed": said.refill_removed,
            "budget": said.budget,
            "create": said.create,
            "only": sorted(said.only or ()),
        }
        return RunManifest(self.place, asked | instead)

    def recalled(self, **instead: object) -> Told | None:
        """What the last run said, where nothing has moved since, told without config.yaml being
        read. Raises Busy as a run does.

        Written reports tell more than the lines that are remembered: the day, how old counts are.
        """
        import time
        from datetime import UTC, datetime

        if self._said.json or self._said.report:
            return None
        manifest = self._asking(**instead) if instead else self._manifest
        today = datetime.now(UTC).date()
        return manifest.recall(today, time.time_ns(), dry=self._said.dry_run)

    def carried_out(self) -> tuple[Run, RunSummary]:
        """Run the pipeline, with a moving bar where somebody watches. Raises ConfigError."""
        import time

        from refmatter.pipeline import run
        from refmatter.report.summary import facts
        from refmatter.state.run_manifest import ScanTerms
        from refmatter.web.client import NetworkPolicy

        said = self._said
        config = config_of(self.place, said.paths)
        if said.create:
            config = config.with_create(said.create)
        terms = ScanTerms.of(config, self.place.root)
        self._seen = terms, self._manifest.look(terms, time.time_ns())
        halt, options = said.halt, self._options()
        patience = NetworkPolicy(sleep=halt.sleep, halt=halt)
        if said.quiet or not sys.stderr.isatty():
            done = run(self.place, config, options, patience=patience)
            return done, facts(done)
        from rich.console import Console

        from refmatter.report.progress import ProgressBars

        with ProgressBars(Console(stderr=True)) as bars:
            done = run(self.place, config, options, bars, patience)
        return done, facts(done)

    def _options(self) -> Options:
        from refmatter.fields import Field
        from refmatter.pipeline import Options
        from refmatter.stages.merge import MergeOptions

        said = self._said
        only = frozenset(Field(name) for name in said.only) if said.only else frozenset(Field)
        return Options(
            wish=MergeOptions(only=only, refresh=said.refresh, refill_removed=said.refill_removed),
            dry=said.dry_run,
            offline=said.offline,
            budget=said.budget,
        )

    def closed(self, done: Run, facts: RunSummary) -> int:
        """Leave a manifest where another run would do the same; the exit code."""
        from refmatter.report.terminal_run import told
        from refmatter.state.note_store import heads

        code = INCOMPLETE if facts.refused or facts.outages else DONE
        terms, sight = self._seen or (None, None)
        if terms and sight and done.rest and not self._said.halt.called:
            digests = ((note.path, note.digest) for note in heads(done.vault.notes))
            self._manifest.keep(terms, sight, told(done, facts, code), done.rest, digests)
        return code


def _spare(path: Path) -> None:
    """A report takes no note's place. Raises ConfigError before anything is done."""
    from refmatter.report import MARK

    try:
        if path.suffix != ".md" or path.read_bytes().startswith(MARK.encode()):
            return
    except OSError:  # there is none yet
        return
    raise ConfigError(f"{path}: is there already and is no report; name another file")


@contextlib.contextmanager
def logged(said: argparse.Namespace, place: VaultLocation) -> Iterator[Log | None]:
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


def ended(halt: Cancellation) -> int:
    """The exit code of a run that a signal ended, as shells have it."""
    return 128 + halt.number if halt.called else INTERRUPTED


def write_reports(said: argparse.Namespace, done: Run, facts: RunSummary) -> None:
    """The whole account, in each form that is asked for."""
    from refmatter.report.report_model import account

    whole = account(done, facts)
    if said.json == "-":
        sys.stdout.write(_rendered(whole, ".json"))
    elif said.json:
        save(said.json, _rendered(whole, ".json"))
    for file in said.report:
        save(file, _rendered(whole, file.suffix))


def _rendered(whole: ReportModel, kind: str) -> str:
    """The report of a kind; what it takes to write one is loaded only then."""
    if kind == ".html":
        from refmatter.report import html

        return html.render(whole)
    if kind == ".md":
        from refmatter.report import markdown

        return markdown.render(whole)
    from refmatter.report import json

    return json.render(whole)
