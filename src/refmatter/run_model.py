"""What is asked of a run, and what it found and did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from refmatter.fields import Field
from refmatter.model import Failure, LookupKey, Outcome, Resolution
from refmatter.sources import NetworkOptions
from refmatter.stages.learn import Vault
from refmatter.stages.merge import MergeOptions
from refmatter.stages.plan import Plan
from refmatter.state.ledger import FEW as FEW_LINES
from refmatter.state.ledger_line import LedgerLine
from refmatter.state.note_store import FEW as FEW_NOTES
from refmatter.state.run_manifest import Rest


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks of a run. `dry` changes no note and no ledger; `budget` is
    the most requests that renewing counts may take; so many notes and lines of the ledger are
    kept in memory."""

    merge: MergeOptions = field(default_factory=MergeOptions)
    dry: bool = False
    offline: bool = False
    budget: int | None = None
    few_notes: int = FEW_NOTES
    few_lines: int = FEW_LINES

    @property
    def network(self) -> NetworkOptions:
        """Return how the services are used."""
        return NetworkOptions(self.offline, self.merge.refresh, self.budget)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What a service was asked: requests by rung, and the seconds slept between them."""

    by_rung: Mapping[str, int]
    waited: float


@dataclass(frozen=True, slots=True)
class Run:
    """What a run found and did. `requests` counts those that really went out, by service; `rest`
    tells when another run would do the same, where that is known; `day` is the day (ISO, UTC) it
    ran, "" where nobody needs to know."""

    vault: Vault
    plan: Plan
    resolutions: Mapping[LookupKey, Resolution]
    outcomes: tuple[Outcome, ...]
    requests: Mapping[str, int]
    dry: bool
    only: frozenset[Field] = frozenset(Field)
    emptied: Mapping[PurePosixPath, frozenset[Field]] = field(default_factory=dict)
    """The fields that a person took out of notes that we had filled."""
    rest: Rest | None = None
    day: str = ""
    traffic: Mapping[str, Traffic] = field(default_factory=dict)
    origins: frozenset[str] = frozenset()
    """Whose data the catalogues have that were asked."""
    retracted: tuple[LedgerLine, ...] = ()
    """What the ledger says of the works that it did not know as retracted before."""
    not_renewed: Mapping[str, Failure] = field(default_factory=dict)
    """Why services could not be asked whether settled works were retracted, by service."""
