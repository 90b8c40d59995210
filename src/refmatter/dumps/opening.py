"""A path -> its files, unpacked as they are read, within bounds.

for path in files(Path("dblp.xml.gz")):
    with opened(path) as file:
        for entry in detect.entries(file): ...
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

HEAD = 65536
"""How much of a file is looked at to see what it is, in bytes, unpacked."""


@dataclass
class Opened:
    """A file being read: `path` is how it is called in reports, `head` its first bytes (which
    `stream` gives again), unpacked."""

    path: Path
    head: bytes
    stream: BinaryIO


def files(path: Path) -> Iterator[Path]:
    """The files of a folder and the folders in it, sorted; a file, or `-`, itself."""
    raise NotImplementedError


def opened(path: Path) -> Opened:
    """A file, or standard input for `-`. Raises ConfigError."""
    raise NotImplementedError
