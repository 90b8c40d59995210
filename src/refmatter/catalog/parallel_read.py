"""Files of dumps -> their parts, several files at once, in processes of this machine.

Each process reads one file at a time, and a file's parts are its alone, so that nobody waits for
anybody. What is read of a file is the same, whoever reads it.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from pathlib import Path

from refmatter.catalog.dump import Dump, ReadProgress
from refmatter.catalog.staging import stage
from refmatter.worker_pool import set_up_worker


def read(dumps: Sequence[Dump], parts: Path, watch: ReadProgress, many: int) -> None:
    """Have files read by so many processes. They are ended with this one, and where it fails.

    Raises what `stage` raises, and OSError where a process ended that was reading.
    """
    left = iter(dumps)
    with _started(many, parts) as ends:
        at_work = [end for end in ends if _handed(end, left, watch)]
        while at_work:
            ready = wait(at_work)
            for end in [each for each in at_work if each in ready]:
                try:
                    said = end.recv()
                except EOFError as error:
                    raise OSError(
                        "a process that was reading was ended; start again with fewer --threads, "
                        "what is read is kept"
                    ) from error
                if isinstance(said, Exception):
                    raise said
                if said is not None:
                    watch.read(said)
                elif not _handed(end, left, watch):
                    at_work.remove(end)


@contextmanager
def _started(many: int, parts: Path) -> Iterator[list[Connection]]:
    """Processes that wait for files, by the pipes to them."""
    # Started afresh, not forked: this process may have threads, which a fork would cut off.
    context = multiprocessing.get_context("spawn")
    processes, ends = [], []
    try:
        for _ in range(many):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, parts), daemon=True)
            process.start()
            theirs.close()
            processes.append(process)
            ends.append(ours)
        yield ends
    finally:
        for each in processes:
            each.terminate()
            each.join()


def _handed(end: Connection, left: Iterator[Dump], watch: ReadProgress) -> bool:
    """Whether there was a file left for a process to read."""
    dump = next(left, None)
    if dump is None:
        return False
    watch.begin(dump.path)
    end.send(dump)
    return True


def _work(end: Connection, parts: Path) -> None:
    """Read what is sent: numbers of entries go back, then None, or what went wrong."""
    set_up_worker()
    while True:
        try:
            dump = end.recv()
        except (EOFError, OSError):
            return  # nobody is there any more
        try:
            stage(dump, parts, end.send)
            end.send(None)
        except Exception as error:  # noqa: BLE001 - it is the parent's to tell
            end.send(error)
