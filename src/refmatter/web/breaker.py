"""Circuit breaker: stop sending requests to a service that is down, for a while."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

import httpx

from refmatter.web.cancellation import Cancelled
from refmatter.web.network import ResponseTooLarge, describe_error
from refmatter.web.quota import QuotaExceeded
from refmatter.web.retry import (
    MAX_RETRY_AFTER,
    UNREACHABLE_ERRORS,
    is_slow,
    is_too_slow,
    retry_after,
)

REFUSAL_STATUSES = frozenset({401, 402, 403, 406, 407, 429, 451})
"""Statuses by which a service refuses this caller, for good or for now."""

_SERVER_ERROR = 500
_HTML_TYPES = ("text/html", "application/xhtml+xml")


class BreakerOpen(httpx.TransportError):
    """No request was sent, because the service failed a moment ago."""


class CircuitBreakerTransport(httpx.BaseTransport):
    """Send requests to one service unless its circuit breaker is open.

    `max_failures` in a row open the breaker for `cooldown` seconds. One failure is enough if
    the service cannot be reached, if it pauses, or if its Retry-After is longer than is waited
    for; then the breaker stays open for that long. A service pauses if it let a request wait
    (arXiv stalls before it refuses), or says 406 (as arXiv blocks callers since 2026). While it
    is open, each request raises `BreakerOpen`. Then one trial request is let through: its success
    closes the breaker, its failure opens it again.

    Failures are broken connections, time-outs, refusals, redirects, server errors, and HTML
    pages where data was requested (bot walls answer 200). Other 4xx are the fault of the
    request. A used-up quota is no failure, and neither is a gateway's time-out on a query that
    can be divided.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        name: str,
        max_failures: int = 3,
        cooldown: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner = inner
        self._name = name
        self._max_failures = max_failures
        self._cooldown = cooldown
        self._clock = clock
        self._lock = threading.Lock()
        self._failures_in_row = 0
        self._open_until: float | None = None
        self._trial_running = False
        self._reason = ""
        self._has_paused = False

    @property
    def pause_left(self) -> float | None:
        """Seconds until a request is let through, of a service that has paused: it is worth coming
        back to it. None if it has not."""
        with self._lock:
            if not self._has_paused:
                return None
            until = self._open_until
            return 0.0 if until is None else max(0.0, until - self._clock())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the inner response. Raises `BreakerOpen` while the breaker is open."""
        trial = self._admit()
        try:
            response = self._inner.handle_request(request)
        except ResponseTooLarge:
            self._record_success(trial=trial)
            raise
        except (QuotaExceeded, Cancelled):
            # Neither is a fault of the service.
            self._abandon_trial(trial=trial)
            raise
        except httpx.RequestError as error:
            unreachable = isinstance(error, UNREACHABLE_ERRORS)
            pause = self._cooldown if is_slow(error) else None
            self._record_failure(describe_error(error), pause, trial=trial, open_now=unreachable)
            raise
        except BaseException:
            # Ctrl-C says nothing about the service; the next request may be the trial.
            self._abandon_trial(trial=trial)
            raise
        fault = _fault(response)
        if is_too_slow(request, response):
            self._abandon_trial(trial=trial)
        elif fault is None:
            self._record_success(trial=trial)
        else:
            self._record_failure(fault, self._pause(response), trial=trial)
        return response

    def close(self) -> None:
        """Close the inner transport."""
        self._inner.close()

    def _admit(self) -> bool:
        """Whether this request is the trial of an open breaker. Raises `BreakerOpen`."""
        with self._lock:
            if self._open_until is None:
                return False
            left = self._open_until - self._clock()
            if left > 0 or self._trial_running:
                pause = f"for {left:.0f} s more" if left > 0 else "until a trial request is back"
                raise BreakerOpen(f"no requests to {self._name} {pause}: {self._reason}")
            self._trial_running = True
            return True

    def _record_success(self, *, trial: bool) -> None:
        """Forget earlier failures; the success of a trial closes the breaker."""
        with self._lock:
            if trial:
                self._trial_running = False
                self._open_until = None
            self._failures_in_row = 0

    def _pause(self, response: httpx.Response) -> float | None:
        """Return the seconds that a service pauses, by its response; None if it does not."""
        requested = retry_after(response)
        if requested is not None and requested > MAX_RETRY_AFTER:
            return requested
        blocks = response.status_code == httpx.codes.NOT_ACCEPTABLE
        return self._cooldown if blocks or is_slow(response) else None

    def _record_failure(
        self, reason: str, pause: float | None, *, trial: bool, open_now: bool = False
    ) -> None:
        """Count a failure, and open the breaker if it is one too many or the service pauses."""
        with self._lock:
            if trial:
                self._trial_running = False
            self._failures_in_row += 1
            too_many = self._failures_in_row >= self._max_failures
            if pause is not None or trial or open_now or too_many:
                # A request that was in flight must not shorten a pause that was requested.
                self._open_until = max(
                    -math.inf if self._open_until is None else self._open_until,
                    self._clock() + (self._cooldown if pause is None else pause),
                )
                self._reason = reason
                self._has_paused = pause is not None

    def _abandon_trial(self, *, trial: bool) -> None:
        """Let the next request be the trial, as this one told nothing about the service."""
        with self._lock:
            if trial:
                self._trial_running = False


def _fault(response: httpx.Response) -> str | None:
    """Return what is wrong with the service, by its response; None if nothing is."""
    status = response.status_code
    if status in REFUSAL_STATUSES or status >= _SERVER_ERROR or response.is_redirect:
        return f"HTTP {status}"
    content_type = response.headers.get("content-type", "").lower()
    if response.is_success and content_type.startswith(_HTML_TYPES):
        return "an HTML page instead of data"
    return None
