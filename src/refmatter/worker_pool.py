"""Apply a function to rows, in several processes if there are enough rows."""

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
RowFunction: TypeAlias = Callable[[Iterator[Row]], Iterator[Row]]
"""Rows -> rows. It can be pickled: a module's function, or a `functools.partial` of one."""

BATCH_ROWS = 10_000
"""Rows that are handed to a process at once: some tenths of a second of the matcher's work."""


class WorkerPool:
    """Worker processes that apply a function to batches of `batch_rows` rows.

    None is started before there are rows for two batches. If a process cannot be started, or is
    killed, this process does the work.
    """

    def __init__(self, processes: int, batch_rows: int = BATCH_ROWS) -> None:
        self._processes = processes
        self._batch_rows = batch_rows
        self._pool: ProcessPoolExecutor | None = None

    def close(self) -> None:
        """End the processes; unfinished work is dropped."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def map_grouped(self, function: RowFunction, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield what a function makes of rows that are sorted by their first column, in order.

        Rows with the same first column are passed to one call.
        """
        batches = _batches(rows, self._batch_rows)
        first = next(batches, [])
        second = next(batches, None)
        if second is None or self._processes < 2:
            yield from function(iter(first))
            for batch in (second, *batches) if second is not None else ():
                yield from function(iter(batch))
            return
        in_flight = deque((self._submit(function, first), self._submit(function, second)))
        for batch in batches:
            if len(in_flight) > 2 * self._processes:
                yield from self._result(function, *in_flight.popleft())
            in_flight.append(self._submit(function, batch))
        while in_flight:
            yield from self._result(function, *in_flight.popleft())

    def _submit(
        self, function: RowFunction, batch: list[Row]
    ) -> tuple[list[Row], Future[list[Row]] | None]:
        """Return a batch with its future; without one if no process takes it."""
        if self._processes < 2:
            return batch, None
        try:
            if self._pool is None:
                # Started afresh, not forked: engines have threads, which a fork would cut off.
                self._pool = ProcessPoolExecutor(
                    self._processes, multiprocessing.get_context("spawn"), set_up_worker
                )
            return batch, self._pool.submit(_run_batch, function, batch)
        except (BrokenExecutor, OSError, NotImplementedError):
            self._processes = 1
            return batch, None

    def _result(
        self, function: RowFunction, batch: list[Row], future: Future[list[Row]] | None
    ) -> Iterable[Row]:
        """Return the result of a batch, computed here if no process did."""
        if future is not None:
            try:
                return future.result()
            except BrokenExecutor:
                self._processes = 1
        return function(iter(batch))


def usable_cores() -> int:
    """Return the number of processor cores that this process may use."""
    able = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(able(0)) if able else os.cpu_count() or 1


def _batches(rows: Iterable[Row], batch_rows: int) -> Iterator[list[Row]]:
    """Yield the rows in lists of about `batch_rows`, cut where the first column changes."""
    batch: list[Row] = []
    for row in rows:
        if len(batch) >= batch_rows and row[0] != batch[-1][0]:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _run_batch(function: RowFunction, batch: list[Row]) -> list[Row]:
    """Return the rows that a function makes of a batch; run in a worker process."""
    return list(function(iter(batch)))


def set_up_worker() -> None:
    """Leave Ctrl-C to the parent process, and exit when it exits."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_with_parent, args=(parent,), daemon=True).start()


def _exit_with_parent(parent: BaseProcess) -> None:
    """Wait for the parent process to exit, then exit."""
    parent.join()
    os._exit(1)
