"""Daily quota: send no request that a service's remaining quota does not cover.

Some services give each caller a daily quota and tell with each response what is left of it.
Two transports share one `Quota`: `QuotaCheckTransport`, just inside the cache, refuses a
request without sending it; `QuotaTrackingTransport`, round the network, records each response
and tells a 402, 409 or 429 for lack of quota from a 429 for haste before anything waits for it.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from refmatter.model import Limits

_SPENT_STATUSES = frozenset({402, 409})
"""Statuses that mean a lack of quota whatever the headers say: 402 by its name, 409 as OpenAlex
was seen to answer in September 2026."""
_UNKNOWN_COST = 1
"""Assumed cost of a kind of request that has had no answer yet."""
_MAX_UNKNOWN_COST = 10
"""The most that such a request may cost: a 429 with less left means lack of quota."""


class QuotaExceeded(httpx.RequestError):
    """The service's remaining daily quota does not cover this request.

    It is no `httpx.TransportError`, because a retry would not help.
    """


@dataclass(slots=True, eq=False)
class InFlightRequest:
    """A request in flight, with its kind and its cost as far as known.

    `figure_at_start` counts the figures of what is left that had been seen when it was sent.
    """

    kind: str
    cost: int = 0
    figure_at_start: int = 0


class Quota:
    """What is left of one service's daily quota, and what each kind of request costs.

    Neither is known until a response tells it. `clock` gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._left: int | None = None
        self._figures_seen = 0
        self._first_figure_of_day = 0
        self._renewed_at: float | None = None
        self._costs: dict[str, int] = {}
        self._in_flight: set[InFlightRequest] = set()

    def check(self, kind: str) -> None:
        """Raise `QuotaExceeded` if the quota does not cover another request of this kind.

        The cost of the requests in flight is subtracted from what is left.
        """
        with self._lock:
            self._require(self._cost(kind))

    def start(self, in_flight: InFlightRequest) -> None:
        """Count a request as in flight. Raises `QuotaExceeded` like `check`."""
        with self._lock:
            in_flight.cost = self._cost(in_flight.kind)
            in_flight.figure_at_start = self._figures_seen
            self._require(in_flight.cost)
            self._in_flight.add(in_flight)

    def finish(self, in_flight: InFlightRequest) -> None:
        """Count a request as no longer in flight."""
        with self._lock:
            self._in_flight.discard(in_flight)

    def record(self, in_flight: InFlightRequest, status: int, limits: Limits) -> None:
        """Record what a response says about cost and quota.

        Raises:
            QuotaExceeded: it is a 429, and too little is left for the request, or the status
                alone says so.

        """
        with self._lock:
            self._in_flight.discard(in_flight)
            if limits.cost and httpx.codes.is_success(status):
                self._costs[in_flight.kind] = limits.cost
            if status in _SPENT_STATUSES:
                self._update_left(in_flight, 0, limits.reset)
                raise QuotaExceeded(self._message())
            if limits.left is None:
                return
            self._update_left(in_flight, limits.left, limits.reset)
            cost = max(self._costs.get(in_flight.kind, _MAX_UNKNOWN_COST), limits.cost or 0)
            if status == httpx.codes.TOO_MANY_REQUESTS and limits.left < cost:
                is_known = in_flight.kind in self._costs or limits.cost
                self._costs[in_flight.kind] = cost if is_known else limits.left + 1
                raise QuotaExceeded(self._message())

    def _update_left(self, in_flight: InFlightRequest, left: int, reset: float | None) -> None:
        # Responses overtake each other, so the smallest figure of a day counts; a larger one is
        # believed only if its request was sent after the smaller one was known.
        """Note what a response says is left, and in how many seconds the quota is renewed."""
        if in_flight.figure_at_start < self._first_figure_of_day:
            return
        if (
            self._left is not None
            and left > self._left
            and in_flight.figure_at_start < self._figures_seen
        ):
            return
        self._left = left
        self._figures_seen += 1
        if reset is not None:
            self._renewed_at = self._clock() + reset

    def _cost(self, kind: str) -> int:
        """Return what a request of this kind costs, as far as known."""
        return self._costs.get(kind, _UNKNOWN_COST)

    def _require(self, cost: int) -> None:
        """Raise `QuotaExceeded` if what is left does not cover `cost`.

        A quota that was renewed in the meantime is forgotten first.
        """
        if self._renewed_at is not None and self._clock() >= self._renewed_at:
            self._left = self._renewed_at = None
            self._figures_seen += 1
            self._first_figure_of_day = self._figures_seen
        reserved = sum(in_flight.cost for in_flight in self._in_flight)
        if self._left is not None and self._left - reserved < cost:
            raise QuotaExceeded(self._message())

    def _message(self) -> str:
        message = "its budget for today is used up"
        if self._renewed_at is None:
            return message
        return f"{message}; there is more in {_duration(self._renewed_at - self._clock())}"


class QuotaCheckTransport(httpx.BaseTransport):
    """Send only requests that the quota covers, by the kind in `request.extensions["kind"]`."""

    def __init__(self, inner: httpx.BaseTransport, quota: Quota) -> None:
        self._inner = inner
        self._quota = quota

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the inner response. Raises `QuotaExceeded`."""
        self._quota.check(_kind(request))
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close the inner transport."""
        self._inner.close()


class QuotaTrackingTransport(httpx.BaseTransport):
    """Record in the quota what is sent and what comes back in `extensions["limits"]`.

    It checks the quota again, as other requests may have used it up while this one waited for
    its turn or its next try.
    """

    def __init__(self, inner: httpx.BaseTransport, quota: Quota) -> None:
        self._inner = inner
        self._quota = quota

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the inner response. Raises `QuotaExceeded`, also for an answer that says so."""
        in_flight = InFlightRequest(_kind(request))
        try:
            self._quota.start(in_flight)
            response = self._inner.handle_request(request)
            limits = response.extensions.get("limits", Limits())
            self._quota.record(in_flight, response.status_code, limits)
        finally:
            self._quota.finish(in_flight)
        return response

    def close(self) -> None:
        """Close the inner transport."""
        self._inner.close()


def _kind(request: httpx.Request) -> str:
    return str(request.extensions.get("kind", ""))


def _duration(seconds: float) -> str:
    """Return a duration for people, rounded up: `40 s`, `12 min`, `3 h`."""
    for unit, length in (("h", 3600.0), ("min", 60.0)):
        if seconds > 1.5 * length:
            return f"{math.ceil(seconds / length)} {unit}"
    return f"{max(1, math.ceil(seconds))} s"
