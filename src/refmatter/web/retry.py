"""A request that may fail in passing to its last answer, after patient repetition."""

from __future__ import annotations

import math
import random as chance
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import cast

import httpx
import tenacity

from refmatter.web.network import TooLarge, TooSlow

PASSING = frozenset({429, 500, 502, 503, 504})
"""Statuses that may be another one in a moment."""

UNREACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)
"""Nobody is there: no name, no route, a closed port, a proxy that says no."""

_HOPELESS = (TooLarge, TooSlow, httpx.LocalProtocolError, httpx.UnsupportedProtocol)
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0
_LONGEST_IN_ALL = 60.0
LONGEST_ASKED = 120.0
"""The longest Retry-After that is waited for, in seconds; a longer one ends the tries."""


class Retried(httpx.BaseTransport):
    """Asks again after trouble that passes, at most `attempts` times in all.

    Waits as long as Retry-After says, else exponentially longer with full jitter: Semantic
    Scholar's API release notes demand exponential backoff, and its 429 names no time. All
    pauses of a request together stay within a minute unless Retry-After asks for more. A
    service that cannot be reached gets one more try. When the tries end, the last answer
    is given back, or the last error raised, as it is; from then on every request gets one
    try, until the service answers again, so that an outage costs seconds and not minutes. A
    429 is no outage: it is always waited out. That a budget is `Spent` is neither trouble
    that passes nor an outage, and comes through at once.

    `random` gives a number in [0, 1).
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        attempts: int = 5,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = chance.random,
    ) -> None:
        self._inner = inner
        self._attempts = attempts
        self._random = random
        self._down = False
        self._retrying = tenacity.Retrying(
            retry=_passes,
            wait=self._pause,
            stop=self._enough,
            sleep=sleep,
            before_sleep=_throw_away,
            retry_error_callback=_as_it_is,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The first answer that is not passing trouble, or the last of all."""
        try:
            response: httpx.Response = self._retrying(self._inner.handle_request, request)
        except httpx.TransportError:
            self._down = True
            raise
        self._down = response.status_code in PASSING
        return response

    def close(self) -> None:
        """Close what is inside."""
        self._inner.close()

    def _pause(self, state: tenacity.RetryCallState) -> float:
        asked = _asked(state)
        if asked is not None:
            return asked
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (state.attempt_number - 1))
        return longest * self._random()

    def _enough(self, state: tenacity.RetryCallState) -> bool:
        if state.attempt_number >= self._attempts:
            return True
        response = _response(state)
        if self._down and (
            response is None or response.status_code != httpx.codes.TOO_MANY_REQUESTS
        ):
            return True
        asked = _asked(state)
        if asked is not None:
            return asked > LONGEST_ASKED
        if isinstance(_outcome(state).exception(), UNREACHED) and state.attempt_number > 1:
            return True
        return state.idle_for + state.upcoming_sleep > _LONGEST_IN_ALL


def retry_after(response: httpx.Response) -> float | None:
    """The seconds that a response's Retry-After asks to wait; None where it does not say.

    Both forms of RFC 9110, section 10.2.3. A date is measured against the response's own
    Date, so that a clock that is wrong here does no harm.
    """
    said = response.headers.get("retry-after", "")
    try:
        seconds = float(said)
    except ValueError:
        until = _moment(said)
        if until is None:
            return None
        now = _moment(response.headers.get("date", "")) or datetime.now(UTC)
        return max(0.0, (until - now).total_seconds())
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, LookupError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _outcome(state: tenacity.RetryCallState) -> tenacity.Future:
    # Every hook that is used here runs after an attempt.
    return cast("tenacity.Future", state.outcome)


def _response(state: tenacity.RetryCallState) -> httpx.Response | None:
    outcome = _outcome(state)
    return None if outcome.failed else outcome.result()


def _asked(state: tenacity.RetryCallState) -> float | None:
    response = _response(state)
    return None if response is None else retry_after(response)


def _passes(state: tenacity.RetryCallState) -> bool:
    response = _response(state)
    if response is not None:
        return response.status_code in PASSING
    error = _outcome(state).exception()
    return isinstance(error, httpx.TransportError) and not isinstance(error, _HOPELESS)


def _throw_away(state: tenacity.RetryCallState) -> None:
    response = _response(state)
    if response is not None:
        response.close()


def _as_it_is(state: tenacity.RetryCallState) -> httpx.Response:
    response: httpx.Response = _outcome(state).result()
    return response
