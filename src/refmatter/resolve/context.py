"""Everybody a lookup can be asked of, as far as the resolve stage uses them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from refmatter.matching.precedence import DEFAULT, PrecedenceRule
from refmatter.matching.thresholds import DEFAULT as THRESHOLDS
from refmatter.matching.thresholds import Thresholds
from refmatter.model import Identifiers, Limits, Rung, Work
from refmatter.providers.base import Provider
from refmatter.registry import LadderStep
from refmatter.resolve.batching import Sender
from refmatter.resolve.evidence import ByteStore
from refmatter.state.ledger import Ledger


class CatalogLookup(Protocol):
    """The catalogues, as far as this stage uses them."""

    def find_works(self, identifiers: Identifiers, title_key: str) -> Sequence[tuple[Work, str]]:
        """The works of that name and those of that title, each with the day (ISO) of its values."""


class RequestCounter(Protocol):
    """A client, as far as it tells how much it was used."""

    @property
    def requests(self) -> int:
        """How many requests went out."""

    @property
    def waited(self) -> float:
        """The seconds slept between them."""


class Progress(Protocol):
    """Somebody who is told how the run gets on."""

    def begin(self, notes: int, services: Mapping[str, RequestCounter]) -> None:
        """So many notes were read, and these services may be asked."""

    def resolved(self, rung: Rung, lookups: int, left: int) -> None:
        """A rung settled so many lookups; so many are left open."""

    def start(self, requests: Sequence[tuple[Rung, str, int]]) -> None:
        """Lanes set out together: a rung, a provider, and how many lookups."""

    def advance(self, provider: str, lookups: int) -> None:
        """So many of those that a provider was asked for are answered."""


class SilentProgress:
    """Nobody is told."""

    def begin(self, notes: int, services: Mapping[str, RequestCounter]) -> None:
        """Say nothing."""

    def resolved(self, rung: Rung, lookups: int, left: int) -> None:
        """Say nothing."""

    def start(self, batchers: Sequence[tuple[Rung, str, int]]) -> None:
        """Say nothing."""

    def advance(self, provider: str, lookups: int) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class ResolveContext:
    """Everybody a lookup can be asked of, and the day it is.

    `catalog` are the catalogues, opened when they are first needed, and `catalog_date` tells
    which they are; `clients` has a client for each service that is enabled, `limits` what each
    bears. `refresh` asks again for what is settled; `precedence_rule` says whose values count,
    `thresholds` what a match has to pass; `memory` is where the evidence of each title is kept
    (None: nowhere); `budget` how many requests may go into renewing what is settled.
    """

    ledger: Ledger
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
    progress: Progress = field(default_factory=SilentProgress)

    def min_interval(self, provider: str) -> float:
        """The least seconds between two requests to a provider."""
        seconds = self.limits.get(provider, Limits()).min_interval
        return 1.0 if seconds is None else seconds

    def at_once(self, provider: str) -> int:
        """The most requests to a provider that may be under way together."""
        return self.limits.get(provider, Limits()).at_once or 1
