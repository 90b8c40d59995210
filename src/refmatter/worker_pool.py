"""Rows and a function of rows -> what it makes of them, in several processes where that pays."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from multiprocessing.process import BaseProcess
from typing import Any, TypeAlias

Row: TypeAlias = tuple[Any, ...]
Work: TypeAlias = Callable[[Iterator[Row]], Iterator[Row]]
"""Rows -> rows. It can be pickled: a module's function, or a `functools.partial` of one."""

TOGETHER = 10_000
"""Rows that are handed to a process at once: some tenths of a second of the matcher's work."""


class WorkerPool:
    """Processes that run a function; none is started before there are rows for two. Where one
    cannot be started, or is ended by somebody, the work is done in this process.

    `together` rows are handed to a process at once.
    """

    def __init__(self, processes: int, together: int = TOGETHER) -> None:
        self._processes = processes
        self._together = together
        self._pool: ProcessPoolExecutor | None = None

    def close(self) -> None:
        """End the processes; what they are at is dropped."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def spread(self, work: Work, rows: Iterable[Row]) -> Iterator[Row]:
        """What `work` makes of rows that are sorted by their first column; those of one value of
        it come together to one call, and the rows come back in order."""
        parts = _parts(rows, self._together)
        first = next(parts, [])
        second = next(parts, None)
        if second is None or self._processes < 2:
            yield from work(iter(first))
            for part in (second, *parts) if second is not None else ():
                yield from work(iter(part))
            return
        under_way = deque((self._begun(work, first), self._begun(work, second)))
        for part in parts:
            if len(under_way) > 2 * self._processes:
                yield from self._ended(work, *under_way.popleft())
            under_way.append(self._begun(work, part))
        while under_way:
            yield from self._ended(work, *under_way.popleft())

    def _begun(self, work: Work, part: list[Row]) -> tuple[list[Row], Future[list[Row]] | None]:
        """A part with its future; without one where no process takes it."""
        if self._processes < 2:
            return part, None
        try:
            if self._pool is None:
                # Started afresh, not forked: engines have threads, which a fork would cut off.
                self._pool = ProcessPoolExecutor(
                    self._processes, multiprocessing.get_context("spawn"), as_child
                )
            return part, self._pool.submit(_done, work, part)
        except (BrokenExecutor, OSError, NotImplementedError):
            self._processes = 1
            return part, None

    def _ended(
        self, work: Work, part: list[Row], future: Future[list[Row]] | None
    ) -> Iterable[Row]:
        if future is not None:
            try:
                return future.result()
            except BrokenExecutor:
                self._processes = 1
        return work(iter(part))


def cores() -> int:
    """How many this process may use."""
    able = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(able(0)) if able else os.cpu_count() or 1


def _parts(rows: Iterable[Row], together: int) -> Iterator[list[Row]]:
    """The rows in lists of about so many, cut where the first column changes."""
    part: list[Row] = []
    for row in rows:
        if len(part) >= together and row[0] != part[-1][0]:
            yield part
            part = []
        part.append(row)
    if part:
        yield part


def _done(work: Work, part: list[Row]) -> list[Row]:
    return list(work(iter(part)))


def as_child() -> None:
    """Leave Ctrl-C to the parent, and end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
