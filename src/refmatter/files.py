"""Write files atomically, and lock a folder against concurrent runs.

A new file is written beside the old one, then renamed over it.
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
_FREE_SPACE = "make room on the disk and run again"
_FIX_PERMISSIONS = "fix the permissions of the file and its folder, then run again"
_REMEDIES = {
    errno.ENOSPC: _FREE_SPACE,
    errno.EDQUOT: _FREE_SPACE,
    errno.EFBIG: "raise the limit on the size of files and run again",
    errno.EACCES: _FIX_PERMISSIONS,
    errno.EPERM: _FIX_PERMISSIONS,
    errno.EISDIR: "move the folder out of the way and run again",
    errno.ENOENT: "it was moved or removed in the meantime; run again",
    errno.EROFS: "make the file system writable and run again",
}


@contextlib.contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder for the time of a `with` block.

    The lock is on the folder itself and ends with the process, so nothing is left behind. A folder
    that does not exist, or a file system without locks, is not locked.

    Raises:
        VaultBusyError: another process holds the lock.

    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
            stack.callback(os.close, descriptor)
            _lock(descriptor, folder)
        yield


def _lock(descriptor: int, folder: Path) -> None:
    """Lock an open folder. Raises VaultBusyError if another process holds the lock."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise VaultBusyError(
            f"{folder}: another run is at work here; wait until it is done"
        ) from error


@contextlib.contextmanager
def temporary_file(folder: Path, data: bytes) -> Iterator[tuple[Path, int]]:
    """Create a locked temporary file with this content; yield its path and descriptor.

    It is deleted at the end unless it was renamed. The lock lasts as long as the writer, so that
    `remove_leftover` knows that a file is in use. Raises OSError.
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


def create_file(path: Path, data: bytes) -> None:
    """Create a file with this content, and the folders it needs; never overwrite one.

    Raises:
        FileExistsError: anything has that name.
        OSError: it cannot be written.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with temporary_file(path.parent, data) as (fresh, file):
        os.fsync(file)
        os.link(fresh, path)  # unlike a rename, it never takes the place of another file
    sync_folder(path.parent)


def is_temporary(name: str) -> bool:
    """Whether a file of this name was made by `temporary_file`."""
    return _TEMPORARY.fullmatch(name) is not None


def remove_leftover(path: Path) -> None:
    """Delete a temporary file that a killed run left.

    One that is in use, or cannot be deleted, stays.
    """
    with contextlib.suppress(OSError):
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            if stat.S_ISREG(os.fstat(file).st_mode):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
        finally:
            os.close(file)


def temporary_files(folder: Path) -> list[Path]:
    """Return the temporary files directly in a folder; none if it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return [folder / entry.name for entry in entries if is_temporary(entry.name)]
    except OSError:
        return []


def describe_os_error(error: OSError) -> str:
    """Return what the system refused, and what a person can do about it."""
    reason = error.strerror or str(error)
    remedy = _REMEDIES.get(error.errno or 0)
    return f"{reason}; {remedy}" if remedy else reason


def sync_folder(folder: Path) -> None:
    """Flush a folder to disk, so that a new file name survives a power cut. Raises OSError."""
    file = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
