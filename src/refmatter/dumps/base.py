"""The protocol of a dump reader, and the type of its entries.

A reader is a module with the names of `DumpReader`; `detect.py` lists all of them. A reader
streams: its memory is bounded, whatever the dump's size.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeAlias

from refmatter.dumps.decompress import DumpFile
from refmatter.dumps.record import BadRecord, DumpRecord, SkippedRecord

Entry: TypeAlias = DumpRecord | BadRecord | SkippedRecord
"""A part of a dump as its reader yields it: a record, a damaged record, or a skipped one."""


class DumpReader(Protocol):
    """A module that reads one kind of dump."""

    NAME: str
    """The origin that its records carry: `dblp`."""
    LICENCE: str
    """The terms of the data: `CC0 1.0`."""
    ATTRIBUTION: str
    """The credit line that goes with its records: who is to be named, with a link."""

    def recognises(self, head: bytes) -> bool:
        """Whether a file that begins with these bytes is a dump of this kind.

        `head` has the first `decompress.HEAD_BYTES` bytes of the file, decompressed. Only the
        content decides: names say nothing.
        """

    def read_entries(self, file: DumpFile) -> Iterator[Entry]:
        """Yield the entries of a dump, in its order.

        Never raises for what a dump holds: what cannot be read is a `BadRecord`, and reading goes
        on behind it.
        """
