"""Files of dumps -> their parts, several files at once where that pays.

Each process reads one file at a time, and a file's parts are its alone, so that nobody waits for
anybody. What is read of a file is the same, whoever reads it.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Protocol

from refmatter.catalog.crew import as_child
from refmatter.catalog.dump import Dump, Staged
from refmatter.catalog.staging import is_staged, measured, stage

PAYS = 16 * 2**20
"""Bytes of files that take longer to be read than processes take to start: some seconds."""


class Watch(Protocol):
    """Somebody who is told how reading gets on."""

    def begin(self, path: Path) -> None:
        """This file is read now."""

    def read(self, entries: int) -> None:
        """So many more entries were read."""


def stage_all(
    dumps: Sequence[Dump], parts: Path, watch: Watch, processes: int = 1, pays: int = PAYS
) -> list[Staged]:
    """The parts of these files, in their order, read by up to so many processes.

    Raises what `stage` raises, and OSError where a process ended that was reading.
    """
    known = []
    for dump in dumps:
        watch.begin(dump.path)
        known.append(replace(dump, read=measured(dump, parts)))
    # Copies of one file have the same parts, and two must not write those.
    unread = {(e.read, e.released): e for e in known if not is_staged(e, parts)}
    many = min(processes, len(unread))
    if many > 1 and sum(read[0] for read, _ in unread if read) > pays:
        _read(tuple(unread.values()), parts, watch, many)
    staged = []
    for dump in known:
        watch.begin(dump.path)
        staged.append(stage(dump, parts, watch.read))
    return staged


def _read(dumps: Sequence[Dump], parts: Path, watch: Watch, many: int) -> None:
    """Have files read by so many processes. They are ended with this one, and where it fails."""
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


def _handed(end: Connection, left: Iterator[Dump], watch: Watch) -> bool:
    """Whether there was a file left for a process to read."""
    dump = next(left, None)
    if dump is None:
        return False
    watch.begin(dump.path)
    end.send(dump)
    return True


def _work(end: Connection, parts: Path) -> None:
    """Read what is sent: numbers of entries go back, then None, or what went wrong."""
    as_child()
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
