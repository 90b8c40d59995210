"""The contract between the catalogue and a reader: how a dump is known, how it is read.

A reader is a module with these names; nothing registers itself (see `detect.py`). It reads on
and on: what it holds of a dump is bounded, whatever the dump's size.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeAlias

from refmatter.dumps.decompress import Opened
from refmatter.dumps.record import BadRecord, DumpRecord, SkippedRecord

Entry: TypeAlias = DumpRecord | BadRecord | SkippedRecord
"""What a reader says of each part of a dump, in the dump's order."""


class DumpReader(Protocol):
    """A kind of dump, seen from the catalogue."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a module's constant
        """The origin that its records carry: `dblp`."""

    @property
    def LICENCE(self) -> str:  # noqa: N802
        """The terms of what it reads: `CC0 1.0`."""

    @property
    def ATTRIBUTION(self) -> str:  # noqa: N802
        """The line that goes wherever its records go: who is to be named, with a link."""

    def recognises(self, head: bytes) -> bool:
        """Whether a file that begins with these bytes (unpacked, at most `opening.HEAD`) is
        such a dump. Looks at the content alone: names say nothing."""

    def read(self, file: Opened) -> Iterator[Entry]:
        """What the dump says, record by record. Never raises for what a dump holds: what cannot
        be read is a `BadRecord`, and the rest is read on."""
