"""Rows and a function of rows -> what it makes of them, in several processes where that pays."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing.process import BaseProcess

from refmatter.catalog.engine import Row, Work

TOGETHER = 10_000
"""Rows that are handed to a process at once: some tenths of a second of the matcher's work."""


class Crew:
    """Processes that run a function; none is started before there are rows for two."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def close(self) -> None:
        """End the processes; what they are at is dropped."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def spread(self, work: Work, rows: Iterable[Row]) -> Iterator[Row]:
        """What `work` makes of rows that are sorted by their first column; those of one value of
        it come together to one call, and the rows come back in order."""
        parts = _parts(rows)
        first = next(parts, [])
        second = next(parts, None)
        if second is None or self._processes < 2:
            yield from work(iter(first))
            for part in (second, *parts) if second is not None else ():
                yield from work(iter(part))
            return
        under_way = deque((self._begin(work, first), self._begin(work, second)))
        for part in parts:
            if len(under_way) > 2 * self._processes:
                yield from under_way.popleft().result()
            under_way.append(self._begin(work, part))
        while under_way:
            yield from under_way.popleft().result()

    def _begin(self, work: Work, part: list[Row]) -> Future[list[Row]]:
        if self._pool is None:
            # Started afresh, not forked: engines have threads, which a fork would cut off.
            self._pool = ProcessPoolExecutor(
                self._processes, multiprocessing.get_context("spawn"), as_child
            )
        return self._pool.submit(_done, work, part)


def _parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows in lists of about `TOGETHER`, cut where the first column changes."""
    part: list[Row] = []
    for row in rows:
        if len(part) >= TOGETHER and row[0] != part[-1][0]:
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
