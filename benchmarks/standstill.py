"""A clock that stands still while anybody computes: seconds that services make a program wait.

A run's wall clock at the services' limits says how politely and how much side by side it asks,
whatever the machine; what the machine takes to compute is measured by itself.
"""

from __future__ import annotations

import heapq
import threading
import time
from types import TracebackType
from typing import Self

_SAMPLE = 0.003
"""Seconds between two looks at what the process computes."""
_IDLE = 0.0008
"""Seconds of computing in that time that are nobody's but this clock's own."""
_QUIET = 2
"""Looks in a row that must find nobody at work before time passes."""


class StandStill:
    """A clock for any number of threads of this process. Time passes when all that is left to
    do is sleep, and then at once as far as the one who wakes first. A context manager."""

    def __init__(self) -> None:
        self._now = 0.0
        self._lock = threading.Lock()
        self._sleeping: list[tuple[float, int, threading.Event]] = []
        self._count = 0
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._watch.join()

    @property
    def asleep(self) -> int:
        """How many are asleep."""
        with self._lock:
            return len(self._sleeping)

    def __call__(self) -> float:
        """Seconds since it was made."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Wait until so much time has passed."""
        if seconds <= 0:
            return
        awake = threading.Event()
        with self._lock:
            self._count += 1
            heapq.heappush(self._sleeping, (self._now + seconds, self._count, awake))
        awake.wait()

    def _run(self) -> None:
        quiet, before = 0, time.process_time()
        while not self._over.is_set():
            time.sleep(_SAMPLE)
            now = time.process_time()
            quiet = quiet + 1 if now - before < _IDLE else 0
            before = now
            if quiet >= _QUIET:
                quiet = 0
                self._pass()

    def _pass(self) -> None:
        with self._lock:
            if self._sleeping:
                self._now, _, awake = heapq.heappop(self._sleeping)
                awake.set()
