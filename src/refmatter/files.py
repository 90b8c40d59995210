"""Bytes -> a file on disk, all of them or none, whatever happens in between.

Whoever writes a file first writes a new one beside it, then gives it the old one's name.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from refmatter.errors import Busy


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else is at work in this folder for as long as this lasts.

    The lock is the folder's own and goes with the process, however that ends: nothing is left
    behind. A folder that is not there yet, or a file system without locks, has nobody at work
    that could be asked. Raises Busy.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            place = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
            stack.callback(os.close, place)
            _lock(place, folder)
        yield


def _lock(place: int, folder: Path) -> None:
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Busy(f"{folder}: another run is at work here; wait until it is done") from error


@contextlib.contextmanager
def temporary(folder: Path, data: bytes) -> Iterator[tuple[Path, int]]:
    """A new file with this content, and its descriptor; gone in the end unless it was renamed.

    Raises OSError.
    """
    path = folder / f".refmatter-{secrets.token_hex(8)}.tmp"
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(file, left) :]
        yield path, file
    finally:
        os.close(file)
        path.unlink(missing_ok=True)


def settle(folder: Path) -> None:
    """Have the folder itself on disk, so that a new name outlives a power cut. Raises OSError."""
    file = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
