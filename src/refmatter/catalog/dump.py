"""A file of a dump, and what was found when it was read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from refmatter.catalog.manifest import DumpInput, sum_by_reason
from refmatter.dumps.base import Entry

MAX_SHOWN = 100
"""The most bad records of a file that are kept for display; all are counted."""


@dataclass(frozen=True, slots=True)
class LicenceTerms:
    """The licence under which data is passed on, and the credit line for it."""

    licence: str
    attribution: str


@dataclass(frozen=True, slots=True)
class Dump:
    """A file of a dump, and the function that reads it, with the same entries each time.

    `released` is the day of its values (ISO); `terms` and `origin` are known if the kind of the
    file is. If its parts are complete, `fingerprint` is its size in bytes and its digest, and the
    file itself may be missing.
    """

    path: Path
    released: str
    entries: Callable[[], Iterator[Entry]]
    terms: LicenceTerms | None = None
    origin: str = ""
    fingerprint: tuple[int, str] | None = None


class ReadProgress(Protocol):
    """Receives the progress of reading."""

    def begin_file(self, path: Path) -> None:
        """Show the file that is read from now on."""

    def add_entries(self, entries: int) -> None:
        """Count entries that were read."""


@dataclass(slots=True)
class ReadTally:
    """Counts of the entries of a file; `shown` has line and reason of the first bad records.

    `read` counts all entries, `kept` the records; `left` counts skipped entries by reason.
    """

    origin: str = ""
    read: int = 0
    kept: int = 0
    left: dict[str, int] = field(default_factory=dict)
    bad: int = 0
    shown: list[tuple[int | None, str]] = field(default_factory=list)

    def add(self, other: ReadTally) -> None:
        """Add the counts of another part."""
        self.origin = self.origin or other.origin
        self.read += other.read
        self.kept += other.kept
        self.left = sum_by_reason([self.left, other.left])
        self.bad += other.bad
        self.shown += other.shown[: MAX_SHOWN - len(self.shown)]

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> ReadTally:
        """Return a tally from the JSON object that `asdict` made of it."""
        return cls(**{**values, "shown": [tuple(bad_record) for bad_record in values["shown"]]})


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A file that was read: its digest, its counts, and the parts made from it."""

    dump: Dump
    size: int
    sha256: str
    tally: ReadTally
    records: tuple[Path, ...]
    others: tuple[Path, ...]

    @property
    def origin(self) -> str:
        """The origin of its records; `unknown` if it has none."""
        return self.tally.origin or self.dump.origin or "unknown"

    @property
    def manifest_input(self) -> DumpInput:
        """The file as the manifest lists it."""
        tally = self.tally
        return DumpInput(
            name=self.dump.path.name, size=self.size, sha256=self.sha256,
            released=self.dump.released,
            read=tally.read, kept=tally.kept, left=tally.left, bad=tally.bad,
        )  # fmt: skip
