"""Rate limit: keep an interval between requests, and only a few in flight at once."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

import httpx

from refmatter.model import Limits

_SENT = ".send_request_headers.started"
"""End of the name of httpx's trace event for the moment at which a request is sent."""
_DEFAULT_INTERVAL = 1.0
MARGIN = 1.1
"""Intervals are longer than the services name them: clients that kept to the exact rate got 429,
as requests are on their way for different times (benchmark-radar#87, JabRef#16390)."""
_INTERVAL_RANGE = (0.01, 60.0)
_AT_ONCE_RANGE = (1, 8)
"""Bounds for the limits that a service may set by its headers: seconds, requests."""


class ThrottleTransport(httpx.BaseTransport):
    """Send requests at a minimum interval, a few at once, first come, first served.

    The limits are `limits.min_interval` seconds (1 if None) and a `MARGIN`, and `limits.at_once`
    requests in flight. One instance serves all threads of a service: services count requests per
    caller, not per thread. A request counts from when it is sent, as that is what the service sees
    (the first one has to connect before), and is in flight until its whole response is there; the
    pause before a retry does not count.

    New limits in a response's `extensions["limits"]` apply from then on, except for `min_interval`
    with `fixed_interval`, which needs no margin either.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        *,
        fixed_interval: bool = False,
    ) -> None:
        self._inner = inner
        self._interval = _DEFAULT_INTERVAL if limits.min_interval is None else limits.min_interval
        self._at_once = limits.at_once
        self._clock = clock
        self._sleep = sleep
        self._fixed_interval = fixed_interval
        self._turns = _FairLock()
        self._last_sent: float | None = None
        self._room = threading.Condition()
        self._in_flight: set[object] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the inner response, after waiting for the caller's turn."""
        # An object, not a counter: whenever Ctrl-C comes, exactly this place is given back.
        place = object()
        try:
            with self._turns:
                # Sleep while holding the turn: if threads slept until a reserved time instead,
                # one that wakes late and one that wakes in time would start too close together.
                self._wait_for_interval()
                self._enter(place)
                self._last_sent = self._clock()
            request.extensions = {**request.extensions, "trace": self._trace}
            response = self._inner.handle_request(request)
            self._adopt(response.extensions.get("limits", Limits()))
        finally:
            self._leave(place)
        return response

    def close(self) -> None:
        """Close the inner transport."""
        self._inner.close()

    def _wait_for_interval(self) -> None:
        # Checked again after each sleep: the last request may have been sent in the meantime.
        """Sleep until the interval since the last request has passed."""
        while self._last_sent is not None:
            interval = self._interval if self._fixed_interval else self._interval * MARGIN
            wait = self._last_sent + interval - self._clock()
            if wait <= 0:
                break
            self._sleep(wait)

    def _trace(self, event: str, _: object) -> None:
        """Note when httpx sends the request."""
        if event.endswith(_SENT):
            self._last_sent = self._clock()

    def _enter(self, place: object) -> None:
        """Wait until fewer than `at_once` requests are in flight, then count this one."""
        with self._room:
            # Only the holder of the turn waits here, so no request is overtaken.
            self._room.wait_for(
                lambda: self._at_once is None or len(self._in_flight) < self._at_once
            )
            self._in_flight.add(place)

    def _leave(self, place: object) -> None:
        """Count a request as no longer in flight."""
        with self._room:
            self._in_flight.discard(place)
            self._room.notify()

    def _adopt(self, limits: Limits) -> None:
        """Use the limits that a response tells, within bounds."""
        with self._room:
            if limits.min_interval is not None and not self._fixed_interval:
                self._interval = min(
                    max(limits.min_interval, _INTERVAL_RANGE[0]), _INTERVAL_RANGE[1]
                )
            if limits.at_once is not None:
                self._at_once = min(max(limits.at_once, _AT_ONCE_RANGE[0]), _AT_ONCE_RANGE[1])


class _FairLock:
    """A lock that threads get in order of arrival, which `threading.Lock` does not promise."""

    def __init__(self, make_event: Callable[[], threading.Event] = threading.Event) -> None:
        self._make_event = make_event
        self._guard = threading.Lock()
        self._is_held = False
        self._waiting: deque[threading.Event] = deque()

    def __enter__(self) -> None:
        with self._guard:
            if not self._is_held:
                self._is_held = True
                return
            turn = self._make_event()
            self._waiting.append(turn)
        try:
            turn.wait()
        except BaseException:
            # Ctrl-C while waiting: leave the queue, or hand on the turn that has just come.
            self._give_up_turn(turn)
            raise

    def __exit__(self, *_: object) -> None:
        with self._guard:
            self._hand_on()

    def _give_up_turn(self, turn: threading.Event) -> None:
        """Leave the queue, or pass on the turn if it has just come."""
        with self._guard:
            if turn.is_set():
                self._hand_on()
            else:
                self._waiting.remove(turn)

    def _hand_on(self) -> None:
        """Give the turn to the thread that has waited longest."""
        if self._waiting:
            self._waiting.popleft().set()
        else:
            self._is_held = False
