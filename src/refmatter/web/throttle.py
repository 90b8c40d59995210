"""Requests from any number of threads to requests that keep their distance."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

import httpx


class Throttled(httpx.BaseTransport):
    """Starts requests at least `every` seconds apart, first come, first served.

    One instance per service, shared by all threads: services count requests per caller,
    not per thread. Only the start is kept apart; a slow answer does not hold up the next.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        every: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._inner = inner
        self._every = every
        self._clock = clock
        self._sleep = sleep
        self._queue = _Queue()
        self._last: float | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The inner answer, after the caller's turn has come."""
        with self._queue:
            # Slept inside the turn: were the turn a mere date in the future, a thread that
            # wakes late and one that wakes in time would start too close to each other.
            if self._last is not None:
                wait = self._last + self._every - self._clock()
                if wait > 0:
                    self._sleep(wait)
            self._last = self._clock()
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close what is inside."""
        self._inner.close()


class _Queue:
    """A lock that is handed on in the order of arrival, which `threading.Lock` does not promise."""

    def __init__(self, event: Callable[[], threading.Event] = threading.Event) -> None:
        self._event = event
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Event] = deque()

    def __enter__(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            turn = self._event()
            self._waiting.append(turn)
        try:
            turn.wait()
        except BaseException:
            # Ctrl-C while waiting: leave the queue, or hand on the turn that just came.
            self._leave(turn)
            raise

    def __exit__(self, *_: object) -> None:
        with self._guard:
            self._hand_on()

    def _leave(self, turn: threading.Event) -> None:
        with self._guard:
            if turn.is_set():
                self._hand_on()
            else:
                self._waiting.remove(turn)

    def _hand_on(self) -> None:
        if self._waiting:
            self._waiting.popleft().set()
        else:
            self._taken = False
