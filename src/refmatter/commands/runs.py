"""What the commands that run the pipeline share: the run itself, its log and its reports."""

from __future__ import annotations

import contextlib
import sys

from refmatter import __version__
from refmatter.commands.arguments import DONE, INCOMPLETE, INTERRUPTED, USAGE
from refmatter.commands.output import printable, write_file, write_output
from refmatter.commands.vault_config import load_config
from refmatter.errors import ConfigError, RefmatterError

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from refmatter.cancellation import Cancellation
    from refmatter.location import VaultLocation
    from refmatter.report.log import Log
    from refmatter.report.summary import RunSummary
    from refmatter.run_model import Options, Run
    from refmatter.state.run_manifest import RunManifest, RunOutput, ScanSnapshot, ScanTerms


class RunRequest:
    """A run of the pipeline as the command line asks for it.

    `recall` returns the last run's output if nothing has changed since; else `execute` runs the
    pipeline and `finish` leaves a manifest for the next run.
    """

    def __init__(self, arguments: argparse.Namespace) -> None:
        """Find the vault. Raises ConfigError."""
        from refmatter.location import locate_vault

        for file in arguments.report:
            _check_report_path(file)
        self.location = locate_vault(arguments.paths, arguments.config)
        self._arguments = arguments
        self._manifest = self._manifest_for()
        self._seen: tuple[ScanTerms, ScanSnapshot | None] | None = None

    def _manifest_for(self, **changes: object) -> RunManifest:
        """Return the manifest for these arguments, some of them changed."""
        from refmatter.state.run_manifest import RunManifest

        arguments = self._arguments
        settings = {
            "dry": arguments.dry_run,
            "offline": arguments.offline,
            "refresh": arguments.refresh,
            "refill_removed": arguments.refill_removed,
            "budget": arguments.budget,
            "create": arguments.create,
            "only": sorted(arguments.only or ()),
        }
        return RunManifest(self.location, settings | changes)

    def recall(self, **changes: object) -> RunOutput | None:
        """Return what the last run printed if nothing has changed since, else None.

        config.yaml is not read for it. Reports are never recalled: they hold more than the
        remembered lines (the day, the age of counts). `changes` ask for another run's output.

        Raises:
            VaultBusyError: another run is at work on this vault.

        """
        import time
        from datetime import UTC, datetime

        if self._arguments.json or self._arguments.report:
            return None
        manifest = self._manifest_for(**changes) if changes else self._manifest
        today = datetime.now(UTC).date()
        return manifest.recall(today, time.time_ns(), dry=self._arguments.dry_run)

    def execute(self) -> tuple[Run, RunSummary]:
        """Run the pipeline, with a progress bar on a terminal. Raises ConfigError."""
        import time

        from refmatter.pipeline import enrich
        from refmatter.report.summary import summarise
        from refmatter.state.run_manifest import ScanTerms
        from refmatter.web.client import NetworkPolicy

        arguments = self._arguments
        config = load_config(self.location, arguments.paths)
        if arguments.create:
            config = config.with_create(arguments.create)
        terms = ScanTerms.of(config, self.location.root)
        self._seen = terms, self._manifest.look(terms, time.time_ns())
        cancellation, options = arguments.cancellation, self._options()
        policy = NetworkPolicy(sleep=cancellation.sleep, cancellation=cancellation)
        if arguments.quiet or not sys.stderr.isatty():
            result = enrich(self.location, config, options, policy=policy)
            return result, summarise(result)
        from rich.console import Console

        from refmatter.report.progress import ProgressBars

        with ProgressBars(Console(stderr=True)) as progress:
            result = enrich(self.location, config, options, progress, policy)
        return result, summarise(result)

    def _options(self) -> Options:
        """Return the pipeline's options for these arguments."""
        from refmatter.fields import Field
        from refmatter.run_model import Options
        from refmatter.stages.merge import MergeOptions

        arguments = self._arguments
        names = arguments.only
        only = frozenset(Field(name) for name in names) if names else frozenset(Field)
        return Options(
            merge=MergeOptions(
                only=only, refresh=arguments.refresh, refill_removed=arguments.refill_removed
            ),
            dry=arguments.dry_run,
            offline=arguments.offline,
            budget=arguments.budget,
        )

    def finish(self, result: Run, summary: RunSummary) -> int:
        """Return the exit code, and save a manifest if another run would do the same."""
        from refmatter.report.terminal import recorded
        from refmatter.state.note_store import heads

        code = INCOMPLETE if summary.refused or summary.outages else DONE
        terms, snapshot = self._seen or (None, None)
        if terms and snapshot and result.rest and not self._arguments.cancellation.requested:
            digests = ((note.path, note.digest) for note in heads(result.vault.notes))
            self._manifest.save(
                terms, snapshot, recorded(result, summary, code), result.rest, digests
            )
        return code


def _check_report_path(path: Path) -> None:
    """Raise ConfigError if a report would replace a Markdown file that is no report."""
    from refmatter.report import MARK

    try:
        if path.suffix != ".md" or path.read_bytes().startswith(MARK.encode()):
            return
    except OSError:  # it does not exist yet
        return
    raise ConfigError(f"{path}: is there already and is no report; name another file")


@contextlib.contextmanager
def open_log(arguments: argparse.Namespace, location: VaultLocation) -> Iterator[Log | None]:
    """Yield the structured log of `--log-json`, or None; it also records how a run failed."""
    if arguments.log_json is None:
        yield None
        return
    from refmatter.report.log import Log

    with Log(arguments.log_json) as log:
        log.add(
            "started", version=__version__, vault=str(location.root), dry=arguments.dry_run,
            offline=arguments.offline,
        )  # fmt: skip
        try:
            yield log
        except RefmatterError as error:
            log.add("finished", exit=USAGE, reason=printable(str(error)))
            raise
        except KeyboardInterrupt:
            code = interrupt_exit_code(arguments.cancellation)
            log.add("finished", exit=code, reason="interrupted")
            raise


def interrupt_exit_code(cancellation: Cancellation) -> int:
    """Return the exit code of a run that a signal ended: 128 and the signal, as in shells."""
    return 128 + cancellation.signal_number if cancellation.requested else INTERRUPTED


def write_reports(arguments: argparse.Namespace, result: Run, summary: RunSummary) -> None:
    """Write the report of a run to the files of `--json` and `--report`."""
    from refmatter.report.formats import RUN_FORMATS
    from refmatter.report.report_model import build_report

    report = build_report(result, summary)
    if arguments.json:
        write_output(arguments.json, RUN_FORMATS[".json"].writer()(report))
    for file in arguments.report:
        write_file(file, RUN_FORMATS[file.suffix].writer()(report))
