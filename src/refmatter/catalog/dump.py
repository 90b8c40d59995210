"""A file of a dump, and what was found when it was read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from refmatter.catalog import manifest
from refmatter.dumps.base import Entry

SHOWN = 100
"""Bad records of a file that are kept to be shown; the others are counted."""


@dataclass(frozen=True, slots=True)
class LicenceTerms:
    """On which terms data is passed on, and who is to be named."""

    licence: str
    attribution: str


@dataclass(frozen=True, slots=True)
class Dump:
    """A file of a dump, the day (ISO) that its values are of, and what reads it, entry by entry,
    the same each time; its terms, and whose records it has, as far as that is known before.

    Where its parts are whole, `read` is its size and digest, and the file need not be there.
    """

    path: Path
    released: str
    entries: Callable[[], Iterator[Entry]]
    terms: LicenceTerms | None = None
    origin: str = ""
    read: tuple[int, str] | None = None


class ReadProgress(Protocol):
    """Somebody who is told how reading gets on."""

    def begin(self, path: Path) -> None:
        """This file is read now."""

    def read(self, entries: int) -> None:
        """So many more entries were read."""


@dataclass(slots=True)
class ReadTally:
    """What was read; `bad` counts records, `shown` tells of the first of them: line and reason."""

    origin: str = ""
    read: int = 0
    kept: int = 0
    left: dict[str, int] = field(default_factory=dict)
    bad: int = 0
    shown: list[tuple[int | None, str]] = field(default_factory=list)

    def add(self, other: ReadTally) -> None:
        """Add what another part says."""
        self.origin = self.origin or other.origin
        self.read += other.read
        self.kept += other.kept
        self.left = manifest.summed([self.left, other.left])
        self.bad += other.bad
        self.shown += other.shown[: SHOWN - len(self.shown)]

    @classmethod
    def of(cls, said: dict[str, Any]) -> ReadTally:
        """As `asdict` wrote it."""
        return cls(**{**said, "shown": [tuple(each) for each in said["shown"]]})


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A dump's file that was read: its digest, what was found, and the parts made of it."""

    dump: Dump
    size: int
    sha256: str
    tally: ReadTally
    records: tuple[Path, ...]
    others: tuple[Path, ...]

    @property
    def origin(self) -> str:
        """Whose records it has."""
        return self.tally.origin or self.dump.origin or "unknown"

    @property
    def input(self) -> manifest.Input:
        """As the manifest names it."""
        tally = self.tally
        return manifest.Input(
            name=self.dump.path.name, size=self.size, sha256=self.sha256,
            released=self.dump.released,
            read=tally.read, kept=tally.kept, left=tally.left, bad=tally.bad,
        )  # fmt: skip
