"""Requests from any number of threads to requests that keep their distance, and a few at once."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

import httpx

from refmatter.model import Limits

_SENT = ".send_request_headers.started"
"""The end of what httpx's trace calls the moment at which a request goes out."""
_UNSAID = 1.0
_EVERY = (0.01, 60.0)
_AT_ONCE = (1, 8)
"""What a service may make of its limits by what it says, whatever that is."""


class Throttled(httpx.BaseTransport):
    """Starts requests at least `limits.min_interval` seconds apart (a second where it is None), at
    most `limits.at_once` of them under way together, first come, first served.

    One instance per service, shared by all threads: services count requests per caller,
    not per thread. Where the wire tells so, a request starts when it is sent, for that is what
    a service sees: the first one has a connection to make. It is under way until the inner
    answer is there, which the wire gives whole; a pause between two tries is no part of it.

    What an answer's `extensions["limits"]` says counts from then on, but for `min_interval` where
    it is `fixed`.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        *,
        fixed: bool = False,
    ) -> None:
        self._inner = inner
        self._min_interval = _UNSAID if limits.min_interval is None else limits.min_interval
        self._at_once = limits.at_once
        self._clock = clock
        self._sleep = sleep
        self._fixed = fixed
        self._queue = _Queue()
        self._last: float | None = None
        self._room = threading.Condition()
        self._under_way: set[object] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The inner answer, after the caller's turn has come."""
        # A place of its own, not a number: whenever Ctrl-C comes, what is given back is
        # what was taken.
        place = object()
        try:
            with self._queue:
                # Slept inside the turn: were the turn a mere date in the future, a thread
                # that wakes late and one that wakes in time would start too close together.
                self._keep_distance()
                self._enter(place)
                self._last = self._clock()
            request.extensions = {**request.extensions, "trace": self._trace}
            response = self._inner.handle_request(request)
            self._hear(response.extensions.get("limits", Limits()))
        finally:
            self._leave(place)
        return response

    def close(self) -> None:
        """Close what is inside."""
        self._inner.close()

    def _keep_distance(self) -> None:
        # Looked at again after each sleep: the last one may have been sent in the meantime.
        while self._last is not None:
            wait = self._last + self._min_interval - self._clock()
            if wait <= 0:
                break
            self._sleep(wait)

    def _trace(self, event: str, _: object) -> None:
        if event.endswith(_SENT):
            self._last = self._clock()

    def _enter(self, place: object) -> None:
        with self._room:
            # Only the first of the queue ever waits here, so nobody is overtaken.
            self._room.wait_for(
                lambda: self._at_once is None or len(self._under_way) < self._at_once
            )
            self._under_way.add(place)

    def _leave(self, place: object) -> None:
        with self._room:
            self._under_way.discard(place)
            self._room.notify()

    def _hear(self, said: Limits) -> None:
        with self._room:
            if said.min_interval is not None and not self._fixed:
                self._min_interval = min(max(said.min_interval, _EVERY[0]), _EVERY[1])
            if said.at_once is not None:
                self._at_once = min(max(said.at_once, _AT_ONCE[0]), _AT_ONCE[1])


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
