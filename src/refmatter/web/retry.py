"""Retry requests that failed for a reason that may pass, with exponential backoff."""

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

from refmatter.web.network import ResponseTooLarge, ResponseTooSlow

TRANSIENT_STATUSES = frozenset({429, 500, 502, 503, 504})
"""Statuses after which the same request may succeed a moment later."""

UNREACHABLE_ERRORS = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)
"""The service cannot be reached: no name, no route, a closed port, a proxy that refuses."""

_PERMANENT_ERRORS = (
    ResponseTooLarge,
    ResponseTooSlow,
    httpx.LocalProtocolError,
    httpx.UnsupportedProtocol,
)
_GATEWAY_ATTEMPTS = 2
"""Attempts that end in a gateway's time-out: each has waited long already."""
_FIRST_PAUSE = 1.0
_MAX_PAUSE = 30.0
_MAX_TOTAL_PAUSE = 60.0
MAX_RETRY_AFTER = 10.0
"""The longest Retry-After, in seconds, that is waited for; a longer one ends the retries, so that
the other services are asked meanwhile."""
_SLOW_SECONDS = 10.0
"""A service that takes so long to refuse a request would take as long for the next ones."""
_REFUSED_SLOWLY = frozenset({429, 503})


class RetryTransport(httpx.BaseTransport):
    """Repeat requests after transient failures, at most `max_attempts` times in all.

    It waits as long as Retry-After says (up to `MAX_RETRY_AFTER`), else with exponential backoff
    and full jitter: Semantic Scholar's API release notes demand exponential backoff, and its 429
    names no time. The pauses of one request stay within a minute in all. A service that stalls
    (`is_slow`) gets no retry. One that cannot be reached gets one, and so does a gateway that
    timed out; none if the query can be divided (`is_too_slow`): its parts will be answered sooner.
    After the last attempt its response is returned, or its error raised. From then on each request
    gets one attempt until the service answers again, so that an outage costs seconds, not minutes;
    a 429 is no outage and is always waited out. `QuotaExceeded` is passed on at once.

    `random` gives a number in [0, 1).
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        max_attempts: int = 5,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = chance.random,
    ) -> None:
        self._inner = inner
        self._max_attempts = max_attempts
        self._random = random
        self._is_down = False
        self._retrying = tenacity.Retrying(
            retry=_is_transient,
            wait=self._pause,
            stop=self._should_stop,
            sleep=sleep,
            before_sleep=_close_response,
            retry_error_callback=_last_result,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the first response that is no transient failure, else the last one."""
        try:
            response: httpx.Response = self._retrying(self._inner.handle_request, request)
        except httpx.TransportError:
            self._is_down = True
            raise
        if not is_too_slow(request, response):
            self._is_down = response.status_code in TRANSIENT_STATUSES
        return response

    def close(self) -> None:
        """Close the inner transport."""
        self._inner.close()

    def _pause(self, state: tenacity.RetryCallState) -> float:
        """Return the seconds to wait before the next attempt."""
        requested = _requested_pause(state)
        if requested is not None:
            return requested
        longest = min(_MAX_PAUSE, _FIRST_PAUSE * 2.0 ** (state.attempt_number - 1))
        return longest * self._random()

    def _should_stop(self, state: tenacity.RetryCallState) -> bool:
        """Whether the last attempt was the last one."""
        if state.attempt_number >= self._max_attempts or is_slow(_result(state)):
            return True
        response = _response(state)
        status = None if response is None else response.status_code
        if self._is_down and status != httpx.codes.TOO_MANY_REQUESTS:
            return True
        if status == httpx.codes.GATEWAY_TIMEOUT:
            return state.attempt_number >= _GATEWAY_ATTEMPTS
        requested = _requested_pause(state)
        if requested is not None:
            return requested > MAX_RETRY_AFTER
        if isinstance(_result(state), UNREACHABLE_ERRORS) and state.attempt_number > 1:
            return True
        return state.idle_for + state.upcoming_sleep > _MAX_TOTAL_PAUSE


def is_slow(outcome: BaseException | httpx.Response | None) -> bool:
    """Whether a service let a request wait for nothing: no answer in time, or a refusal after many
    seconds, by `extensions["seconds"]`."""
    if isinstance(outcome, httpx.Response):
        waited: float = outcome.extensions.get("seconds", 0.0)
        return outcome.status_code in _REFUSED_SLOWLY and waited >= _SLOW_SECONDS
    return isinstance(outcome, (httpx.ReadTimeout, ResponseTooSlow))


def is_too_slow(request: httpx.Request, response: httpx.Response) -> bool:
    """Whether a gateway timed out on a query about several works, by
    `request.extensions["divisible"]`: smaller queries may be answered in time."""
    timed_out = response.status_code == httpx.codes.GATEWAY_TIMEOUT
    return timed_out and bool(request.extensions.get("divisible"))


def retry_after(response: httpx.Response) -> float | None:
    """Return the seconds that a response's Retry-After asks to wait; None if it has none.

    It reads both forms of RFC 9110, section 10.2.3. A date is compared with the response's own
    Date, so that a wrong local clock does no harm.
    """
    value = response.headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        until = _parse_date(value)
        if until is None:
            return None
        now = _parse_date(response.headers.get("date", "")) or datetime.now(UTC)
        return max(0.0, (until - now).total_seconds())
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _parse_date(text: str) -> datetime | None:
    """Return the time of an HTTP date, with its zone; None if it is no date."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, LookupError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _outcome(state: tenacity.RetryCallState) -> tenacity.Future:
    # Every hook that is used here runs after an attempt, so there is an outcome.
    return cast("tenacity.Future", state.outcome)


def _response(state: tenacity.RetryCallState) -> httpx.Response | None:
    outcome = _outcome(state)
    return None if outcome.failed else outcome.result()


def _result(state: tenacity.RetryCallState) -> httpx.Response | BaseException | None:
    """Return the last attempt's response or error."""
    return _outcome(state).exception() or _response(state)


def _requested_pause(state: tenacity.RetryCallState) -> float | None:
    """Return the seconds that the last response's Retry-After asks for; None if it has none."""
    response = _response(state)
    return None if response is None else retry_after(response)


def _is_transient(state: tenacity.RetryCallState) -> bool:
    """Whether the last attempt failed in a way that may pass."""
    response = _response(state)
    if response is not None:
        request: httpx.Request = state.args[0]
        return response.status_code in TRANSIENT_STATUSES and not is_too_slow(request, response)
    error = _outcome(state).exception()
    return isinstance(error, httpx.TransportError) and not isinstance(error, _PERMANENT_ERRORS)


def _close_response(state: tenacity.RetryCallState) -> None:
    """Close the response of a failed attempt before the next one."""
    response = _response(state)
    if response is not None:
        response.close()


def _last_result(state: tenacity.RetryCallState) -> httpx.Response:
    """Return the last attempt's response, or raise its error."""
    response: httpx.Response = _outcome(state).result()
    return response
