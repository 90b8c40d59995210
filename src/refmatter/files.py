"""Bytes -> a file on disk, all of them or none, whatever happens in between.

Whoever writes a file first writes a new one beside it, then gives it the old one's name.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path


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
