"""The records that all dump readers yield."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from refmatter.model import Work


@dataclass(frozen=True, slots=True)
class DumpRecord:
    """A work as one dump describes it.

    `origin` is the kind of the dump (`dblp`, `acl`, …) and `key` the name of the record within it;
    together they identify a record for ever. The work's title is plain text, with its subtitle even
    if the dump keeps that apart; `other_titles` are further ones, such as the title without its
    subtitle. `corpus_id` is the work's number at Semantic Scholar.
    """

    origin: str
    key: str
    work: Work
    other_titles: tuple[str, ...] = ()
    corpus_id: int | None = None


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that could not be read: its file, its line (from 1), and the reason.

    `line` is None if the file has no lines. Reading goes on behind it.
    """

    file: Path
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class SkippedRecord:
    """An entry that is not a work, or a withdrawn one: front matter, a person's page.

    Skipped entries are counted by `reason`, which is the same text for all of a kind.
    """

    reason: str
