"""A file of a dump -> the reader that knows it by its content, and what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from refmatter.dumps.base import Entry, Reader
from refmatter.dumps.opening import Opened

READERS: Mapping[str, Reader] = {}
"""Every reader by the origin its records carry, in the order in which they are asked."""


def entries(file: Opened) -> Iterator[Entry]:
    """What a file says, whichever kind it is; a tar's files one after the other.

    Raises ConfigError where no reader knows it.
    """
    raise NotImplementedError
