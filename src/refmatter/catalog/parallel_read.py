"""Read several files of dumps at once, in processes of this machine.

Each process reads one file at a time and alone writes its parts, so none waits for another. The
parts of a file do not depend on which process reads it.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from pathlib import Path

from refmatter.catalog.dump import Dump, ReadProgress
from refmatter.catalog.staging import stage_dump
from refmatter.worker_pool import set_up_worker


def stage_in_parallel(
    dumps: Sequence[Dump], parts: Path, progress: ReadProgress, workers: int
) -> None:
    """Read files to their parts with this many processes, which end with this one or on an error.

    Raises what `stage_dump` raises, and OSError if a reading process was killed.
    """
    unread = iter(dumps)
    with _worker_processes(workers, parts) as connections:
        busy = [
            connection for connection in connections if _send_next(connection, unread, progress)
        ]
        while busy:
            ready = wait(busy)
            for connection in [
                busy_connection for busy_connection in busy if busy_connection in ready
            ]:
                try:
                    message = connection.recv()
                except EOFError as error:
                    raise OSError(
                        "a reading process was killed; start again with fewer --threads; what "
                        "was read is kept"
                    ) from error
                if isinstance(message, Exception):
                    raise message
                if message is not None:
                    progress.add_entries(message)
                elif not _send_next(connection, unread, progress):
                    busy.remove(connection)


@contextmanager
def _worker_processes(workers: int, parts: Path) -> Iterator[list[Connection]]:
    """Yield the connections to processes that wait for files; terminate them at the end."""
    # Started afresh, not forked: this process may have threads, which a fork would cut off.
    context = multiprocessing.get_context("spawn")
    processes, ends = [], []
    try:
        for _ in range(workers):
            parent_end, child_end = context.Pipe()
            process = context.Process(target=_run_worker, args=(child_end, parts), daemon=True)
            process.start()
            child_end.close()
            processes.append(process)
            ends.append(parent_end)
        yield ends
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _send_next(connection: Connection, unread: Iterator[Dump], progress: ReadProgress) -> bool:
    """Send the next unread file to a process; return False if there is none."""
    dump = next(unread, None)
    if dump is None:
        return False
    progress.begin_file(dump.path)
    connection.send(dump)
    return True


def _run_worker(connection: Connection, parts: Path) -> None:
    """Read the files that are received, until the connection closes.

    Sends numbers of entries, then None, or the error.
    """
    set_up_worker()
    while True:
        try:
            dump = connection.recv()
        except (EOFError, OSError):
            return  # nobody is there any more
        try:
            stage_dump(dump, parts, connection.send)
            connection.send(None)
        except Exception as error:  # noqa: BLE001 - it is the parent's to tell
            connection.send(error)
