"""Everybody a lookup can be asked of, as far as the resolve stage uses them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from refmatter.config.sections import Resolve
from refmatter.fields import Field
from refmatter.matching.precedence import DEFAULT, PrecedenceRule
from refmatter.matching.thresholds import DEFAULT as THRESHOLDS
from refmatter.matching.thresholds import Thresholds
from refmatter.model import Identifiers, Limits, Rung, Work
from refmatter.providers.base import Provider
from refmatter.registry import LadderStep
from refmatter.resolve.batching import Sender
from refmatter.resolve.evidence import ByteStore


class CatalogLookup(Protocol):
    """The catalogues, as far as this stage uses them."""

    def find_works(self, identifiers: Identifiers, title_key: str) -> Sequence[tuple[Work, str]]:
        """Return the works of that name and those of that title, each with the day (ISO) of its
        values."""


class RequestCounter(Protocol):
    """A client, as far as it tells how much it was used."""

    @property
    def requests(self) -> int:
        """How many requests went out."""

    @property
    def waited(self) -> float:
        """The seconds slept between them."""


class Progress(Protocol):
    """Receives the progress of a run."""

    def begin(self, notes: int, services: Mapping[str, RequestCounter]) -> None:
        """Receive the number of notes that were read, and the request counters of the services."""

    def resolved(self, rung: Rung, lookups: int, left: int) -> None:
        """Receive the number of lookups that a rung resolved, and of those that are open."""

    def start(self, requests: Sequence[tuple[Rung, str, int]]) -> None:
        """Receive what is sent from now on: rungs, providers and the numbers of lookups."""

    def advance(self, provider: str, lookups: int) -> None:
        """Receive the number of a provider's lookups that were answered."""


class SilentProgress:
    """Ignores the progress of a run."""

    def begin(self, notes: int, services: Mapping[str, RequestCounter]) -> None:
        """Do nothing."""

    def resolved(self, rung: Rung, lookups: int, left: int) -> None:
        """Do nothing."""

    def start(self, batchers: Sequence[tuple[Rung, str, int]]) -> None:
        """Do nothing."""

    def advance(self, provider: str, lookups: int) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True)
class ResolveContext:
    """Everybody a lookup can be asked of, how far that goes, and the day it is.

    `catalog` are the catalogues, opened when they are first needed, and `catalog_date` tells
    which they are; `clients` has a client for each service that is enabled, `limits` what each
    bears. `refresh` asks again for what is settled; `precedence_rule` says whose values count,
    `thresholds` what a match has to pass; `memory` is where the evidence of each title is kept
    (None: nowhere); `budget` how many requests may go into renewing what is settled. `retry_days`
    and `max_age_days` say when what was not found is asked for again, and counts are renewed.
    `pauses` gives the seconds until the services that paused during the run can be asked again, by
    name; `wait_out` waits for one of them, and tells whether the run may go on.
    """

    catalog: CatalogLookup | None
    catalog_date: str
    providers: Mapping[str, Provider]
    clients: Mapping[str, Sender]
    ladder: Sequence[LadderStep]
    today: date
    limits: Mapping[str, Limits] = field(default_factory=dict)
    precedence_rule: PrecedenceRule = DEFAULT
    thresholds: Thresholds = THRESHOLDS
    memory: ByteStore | None = None
    budget: int | None = None
    refresh: bool = False
    retry_days: int = 30
    max_age_days: Mapping[Field, int] = field(default_factory=dict)
    references: Resolve = Resolve.BATCHED
    is_catalog_full: bool = False
    progress: Progress = field(default_factory=SilentProgress)
    pauses: Callable[[], Mapping[str, float]] = dict
    wait_out: Callable[[str], bool] = bool

    def min_interval(self, provider: str) -> float:
        """Return the least seconds between two requests to a provider."""
        seconds = self.limits.get(provider, Limits()).min_interval
        return 1.0 if seconds is None else seconds

    def at_once(self, provider: str) -> int:
        """Return the most requests to a provider that may be under way together."""
        return self.limits.get(provider, Limits()).at_once or 1
