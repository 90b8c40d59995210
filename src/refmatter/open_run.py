"""Open a vault for a run: its lock, ledger and journal, and the services where they are used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from refmatter.config.settings import Config
from refmatter.files import lock_folder, remove_leftover, temporary_files
from refmatter.location import VaultLocation
from refmatter.model import Outcome, Patch
from refmatter.resolve.answers import Answers
from refmatter.resolve.context import Progress, SilentProgress
from refmatter.sources import NetworkOptions, OpenSources, Sources
from refmatter.stages import record
from refmatter.stages.learn import Vault, learn
from refmatter.stages.plan import Plan
from refmatter.stages.scan import DEFAULT_LIMITS, ScanLimits, scan
from refmatter.state.journal import Journal
from refmatter.state.ledger import FEW, Ledger
from refmatter.web.client import NetworkPolicy


class OpenRun:
    """A vault that is open for a run. `ledger` is what it knows; `journal` records what is written,
    and is None where nothing is."""

    def __init__(
        self, location: VaultLocation, config: Config, ledger: Ledger, journal: Journal | None
    ) -> None:
        self.location = location
        self.settings = config.vault
        self.ledger = ledger
        self.journal = journal
        self._config = config
        self._path = config.ledger_path(location.root)
        self._stack = ExitStack()
        self._intended: Sequence[record.IntendedPatch] = ()

    def read_vault(self, limits: ScanLimits = DEFAULT_LIMITS) -> Vault:
        """Return the notes and what they teach of the vault's conventions."""
        leftover = remove_leftover if self.journal else _let_be
        chosen = self.location.is_chosen
        scanned = scan(self.location.root, self.settings, chosen, leftover, limits)
        return learn(scanned, self.settings, self.ledger.written_by_note())

    def open_sources(
        self, options: NetworkOptions, progress: Progress | None, policy: NetworkPolicy
    ) -> OpenSources:
        """Open the services and catalogues; they are closed with the run. Raises ConfigError."""
        sources = Sources(self._config, self.location.root)
        return sources.open(options, progress or SilentProgress(), policy, self._stack)

    def intend(self, vault: Vault, plan: Plan, answers: Answers, patches: Sequence[Patch]) -> None:
        """Have the ledger know the notes before and after they are written; a dry run changes
        nothing."""
        if self.journal is not None:
            self._intended = record.intend(self.ledger, vault, plan, answers, patches)
            self.ledger.save(self._path, self.journal.ledger)

    def commit(self, outcomes: Sequence[Outcome]) -> None:
        """Have the ledger know what was written."""
        if self.journal is not None and self._intended:  # else nothing is new since `intend`
            record.commit(self.ledger, self._intended, outcomes)
            self.ledger.save(self._path, self.journal.ledger)

    def close(self) -> None:
        """Close the services and catalogues."""
        self._stack.close()


@contextmanager
def open_run(
    location: VaultLocation,
    config: Config,
    deed: str | None = None,
    few_lines: int | None = FEW,
) -> Iterator[OpenRun]:
    """Yield a vault that is open for a run. `deed` is what is done to its notes, for the journal;
    without it nothing is written. `few_lines` of the ledger are kept in memory; it is
    empty for None, and its file not looked at.

    Raises:
        LedgerError: the ledger cannot be read.
        VaultBusyError: something is to be written while another run is at work.

    """
    path = config.ledger_path(location.root)
    with ExitStack() as stack:
        journal = None
        if deed is not None:
            stack.enter_context(lock_folder(path.parent))
            for leftover in temporary_files(path.resolve().parent):
                remove_leftover(leftover)
            journal = stack.enter_context(Journal(path, location.root, deed))
        ledger = Ledger()
        if few_lines is not None:
            ledger = Ledger.load(path, location.root, few_lines)
        run = OpenRun(location, config, ledger, journal)
        stack.callback(run.close)
        yield run


def _let_be(_leftover: Path) -> None:
    """A dry run leaves everything as it is."""
