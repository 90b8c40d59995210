"""What a service allows, and why a request that asks for more is refused.

A service sees when requests come, not when they were sent, and no two take equally long on
their way. So each service has a leaky bucket with room for `GRACE` seconds in all: who keeps
to the limit is never refused for jitter, and who does not runs out of room after some requests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from scholar.exchange import Request

GRACE = 0.05
"""Seconds by which requests may be early, all together: what a network adds or takes."""


class Cause(StrEnum):
    """Why a request was not answered."""

    PACE = "pace"
    """It came too soon after those before it."""
    AT_ONCE = "at once"
    """Too many others were under way."""
    BUDGET = "budget"
    """The day's credits are spent."""
    BUSY = "busy"
    """Others have used up what all who have no key share."""
    FAULT = "fault"
    """The test wanted it so."""


PROVOKED = frozenset({Cause.PACE, Cause.AT_ONCE})
"""The causes that are a client's own doing."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in so many seconds, and the most under way at once (None: any)."""

    requests: int
    seconds: float
    at_once: int | None = None

    @property
    def interval(self) -> float:
        """Seconds between two requests of a client that keeps to it."""
        return self.seconds / self.requests


def _nobody(_: Request) -> bool:
    return False


def _polite(request: Request) -> bool:
    return "mailto:" in request.headers.get("user-agent", "") or "mailto" in request.params


def _bearer(request: Request) -> bool:
    return request.headers.get("authorization", "").startswith("Bearer ")


@dataclass(frozen=True, slots=True)
class Terms:
    """What anyone may do, and what those may do whom the service knows by the request."""

    anyone: Limit
    known: Limit | None = None
    knows: Callable[[Request], bool] = _nobody

    def limit(self, request: Request) -> Limit:
        return self.known if self.known and self.knows(request) else self.anyone


OFFICIAL: Mapping[str, Terms] = {
    # What a key gets. Without one a pool is shared with everybody: no more is asked of it.
    "semantic_scholar": Terms(Limit(1, 1.0)),
    # Its terms of use.
    "arxiv": Terms(Limit(1, 3.0, at_once=1)),
    # Lists, since December 2025; those who leave an address are in the polite pool.
    "crossref": Terms(Limit(1, 1.0, at_once=1), Limit(3, 1.0, at_once=3), _polite),
    # What its proxy enforces; the documentation promises more.
    "openalex": Terms(Limit(10, 1.0), Limit(30, 1.0), _bearer),
    # Its FAQ: one or two seconds between two requests are always fine.
    "dblp": Terms(Limit(1, 2.0, at_once=1)),
    # Its developer forum; the documentation names none.
    "europe_pmc": Terms(Limit(500, 60.0)),
    # Its documentation; requests that are turned down count as well.
    "inspire": Terms(Limit(15, 5.0)),
    # Those who do not name themselves; it grants more to some.
    "open_library": Terms(Limit(1, 1.0)),
}
"""The limits that the services' own documentation names."""

CREDITS: Mapping[str, int] = {"openalex": 1_000}
"""What a day has for anyone, where a service counts credits."""
CREDITS_WITH_KEY: Mapping[str, int] = {"openalex": 10_000}


class Gate:
    """Where the requests of all services come in; the caller sees to it that one at a time does."""

    def __init__(self, terms: Mapping[str, Terms]) -> None:
        self._terms = terms
        self._free_at: dict[str, float] = {}
        self._under_way: Counter[str] = Counter()

    def enter(self, service: str, request: Request, at: float) -> Cause | None:
        """Let a request in that comes `at` a time, in seconds; or why not. Whoever is let in
        has to leave."""
        terms = self._terms.get(service)
        if terms is not None:
            limit = terms.limit(request)
            free_at = self._free_at.get(service, at)
            # A second's requests may come all at its beginning.
            if at < free_at - (limit.requests - 1) * limit.interval - GRACE:
                return Cause.PACE
            if limit.at_once is not None and self._under_way[service] >= limit.at_once:
                return Cause.AT_ONCE
            self._free_at[service] = max(at, free_at) + limit.interval
        self._under_way[service] += 1
        return None

    def leave(self, service: str) -> None:
        self._under_way[service] -= 1
