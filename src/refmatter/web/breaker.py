"""Requests to a service that is down to immediate errors, until it may be up again."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

import httpx

from refmatter.web.cancellation import Cancelled
from refmatter.web.network import TooLarge, in_words
from refmatter.web.quota import QuotaExceeded
from refmatter.web.retry import UNREACHED, retry_after

REFUSALS = frozenset({401, 402, 403, 406, 407, 429, 451})
"""Statuses by which a service says "not you" or "not now"."""

_SERVER_ERROR = 500
_HTML = ("text/html", "application/xhtml+xml")


class BreakerOpen(httpx.TransportError):
    """The service was not asked, because it failed a moment ago."""


class Broken(httpx.BaseTransport):
    """A circuit breaker round one service.

    `failures` in a row open it for `cool` seconds, one is enough where the service cannot
    be reached; a service that asks by Retry-After for a longer pause than `cool` gets it at
    once. While it is open each request raises `BreakerOpen`. Then one request is let
    through to try: its success closes the breaker, its failure opens it again.

    Failures are broken connections, time-outs, refusals, redirects, server errors, and HTML
    pages where data was asked for: bot walls answer 200. Other 4xx blame the question, and a
    budget that is used up blames nobody.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        name: str,
        failures: int = 3,
        cool: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner = inner
        self._name = name
        self._failures = failures
        self._cool = cool
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._until: float | None = None
        self._trying = False
        self._why = ""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The inner answer. Raises `BreakerOpen` while the service is left alone."""
        trial = self._admit()
        try:
            response = self._inner.handle_request(request)
        except TooLarge:
            self._succeeded(trial=trial)
            raise
        except (QuotaExceeded, Cancelled):
            # Nothing is wrong with a service that counts, or that nobody asks any more.
            self._give_up(trial=trial)
            raise
        except httpx.RequestError as error:
            at_once = isinstance(error, UNREACHED)
            self._record_failure(in_words(error), self._cool, trial=trial, at_once=at_once)
            raise
        except BaseException:
            # Ctrl-C says nothing of the service; the next request may try in its place.
            self._give_up(trial=trial)
            raise
        why = _complaint(response)
        if why is None:
            self._succeeded(trial=trial)
        else:
            asked = retry_after(response) or 0.0
            pause = max(self._cool, asked)
            self._record_failure(why, pause, trial=trial, at_once=asked > self._cool)
        return response

    def close(self) -> None:
        """Close what is inside."""
        self._inner.close()

    def _admit(self) -> bool:
        """Let a request through, and say whether it is the one that tries an open breaker."""
        with self._lock:
            if self._until is None:
                return False
            left = self._until - self._clock()
            if left > 0 or self._trying:
                pause = f"for {left:.0f} s more" if left > 0 else "until a trial request is back"
                raise BreakerOpen(f"{self._name} is left alone {pause}: {self._why}")
            self._trying = True
            return True

    def _succeeded(self, *, trial: bool) -> None:
        with self._lock:
            if trial:
                self._trying = False
                self._until = None
            self._failed = 0

    def _record_failure(self, why: str, pause: float, *, trial: bool, at_once: bool) -> None:
        with self._lock:
            if trial:
                self._trying = False
            self._failed += 1
            if trial or at_once or self._failed >= self._failures:
                # A request that was under way must not shorten a pause that was asked for.
                self._until = max(
                    -math.inf if self._until is None else self._until, self._clock() + pause
                )
                self._why = why

    def _give_up(self, *, trial: bool) -> None:
        with self._lock:
            if trial:
                self._trying = False


def _complaint(response: httpx.Response) -> str | None:
    """What speaks against the service in its answer; None where nothing does."""
    status = response.status_code
    if status in REFUSALS or status >= _SERVER_ERROR or response.is_redirect:
        return f"HTTP {status}"
    content_type = response.headers.get("content-type", "").lower()
    if response.is_success and content_type.startswith(_HTML):
        return "an HTML page instead of data"
    return None
