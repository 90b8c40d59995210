"""What one line or entry of a dump says of a work, the same out of every dump."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from refmatter.model import Work


@dataclass(frozen=True, slots=True)
class DumpRecord:
    """A work as one dump has it.

    `origin` is the dump's kind (`dblp`, `acl`, …), `key` the record's own name within it, and
    the two together name a record for ever. The work's title is readable (`titles.readable`),
    with its subtitle where the dump keeps that apart; `titles` are others that it is known
    under, such as the title without its subtitle. `corpus` is Semantic Scholar's number.
    """

    origin: str
    key: str
    work: Work
    titles: tuple[str, ...] = ()
    corpus: int | None = None


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that could not be read: where it stands (a line, counted from 1; None where the
    file has none), and why. Reading goes on behind it."""

    file: Path
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class SkippedRecord:
    """A record that is none of a work, or of one that is gone: front matter, a person's page, a
    withdrawn paper. It is counted by its reason, a few words that are the same for all such."""

    reason: str
