"""Bytes -> a file on disk, all of them or none, whatever happens in between.

Whoever writes a file first writes a new one beside it, then gives it the old one's name.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from refmatter.errors import VaultBusyError

_TEMPORARY = re.compile(r"\.refmatter-[0-9a-f]{16}\.tmp")
_ROOM = "make room on the disk and run again"
_RIGHTS = "mend the permissions of the file and its folder, and run again"
_WAYS_OUT = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: "raise the limit on the size of files and run again",
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EISDIR: "move the folder out of the way and run again",
    errno.ENOENT: "it was moved or removed meanwhile, so run again",
    errno.EROFS: "make the file system writable and run again",
}


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
        raise VaultBusyError(
            f"{folder}: another run is at work here; wait until it is done"
        ) from error


@contextlib.contextmanager
def temporary(folder: Path, data: bytes) -> Iterator[tuple[Path, int]]:
    """A new file with this content, and its descriptor; gone in the end unless it was renamed.

    It is locked for as long as its writer lives, by which `sweep` knows what nobody writes any
    more. Raises OSError.
    """
    path = folder / f".refmatter-{secrets.token_hex(8)}.tmp"
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        left = memoryview(data)
        while left:
            left = left[os.write(file, left) :]
        yield path, file
    finally:
        os.close(file)
        path.unlink(missing_ok=True)


def make(path: Path, data: bytes) -> None:
    """A new file with this content, and the folders it needs; what stands there already stays.

    Raises OSError, FileExistsError where anything has that name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with temporary(path.parent, data) as (fresh, file):
        os.fsync(file)
        os.link(fresh, path)  # unlike a rename, it never takes the place of another file
    settle(path.parent)


def is_temporary(name: str) -> bool:
    """Whether a file of this name is one that `temporary` makes."""
    return _TEMPORARY.fullmatch(name) is not None


def sweep(path: Path) -> None:
    """Remove a temporary file that a killed run left behind.

    One that somebody is writing stays, and so does what cannot be removed, or locked.
    """
    with contextlib.suppress(OSError):
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            if stat.S_ISREG(os.fstat(file).st_mode):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
        finally:
            os.close(file)


def temporaries(folder: Path) -> list[Path]:
    """The temporary files in a folder, its own folders aside; none where it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return [folder / entry.name for entry in entries if is_temporary(entry.name)]
    except OSError:
        return []


def in_words(error: OSError) -> str:
    """What the system refused, and what a person can do about it."""
    reason = error.strerror or str(error)
    way_out = _WAYS_OUT.get(error.errno or 0)
    return f"{reason}; {way_out}" if way_out else reason


def settle(folder: Path) -> None:
    """Have the folder itself on disk, so that a new name outlives a power cut. Raises OSError."""
    file = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
