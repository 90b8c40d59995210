"""Works as readers make them -> entries: records, and what is none of a work."""

from __future__ import annotations

import re
from hashlib import sha256

from refmatter import titles
from refmatter.dumps.base import Entry
from refmatter.dumps.record import DumpRecord, SkippedRecord
from refmatter.model import Work

UNTITLED = SkippedRecord("a record without a title")
MATTER = SkippedRecord("front or back matter")
TOO_LONG = SkippedRecord(f"a title of more than {titles.MAX_TITLE_LETTERS:,} letters")

_MATTER = re.compile(
    r"(?:.*[\s,:.;-])?(?:front|back)[\s-]?matter|(?:table of )?contents|masthead"
    r"|(?:title|cover) page|editorial board",
    re.IGNORECASE,
)


def sifted(
    origin: str,
    key: str,
    work: Work | None,
    others: tuple[str, ...] = (),
    corpus: int | None = None,
) -> Entry:
    """The record of a work; what is left where it has no title, or one that no work has.

    `others` are its other titles. A record without a key of its own is known by its title.
    """
    if work is None:
        return UNTITLED
    if len(work.title) > titles.MAX_TITLE_LETTERS:
        return TOO_LONG
    if _MATTER.fullmatch(work.title):
        return MATTER
    return DumpRecord(origin, key or own_key("", work), work, others, corpus)


def own_key(key: str, work: Work) -> str:
    """A key that its owner chose, made one for ever: two files may well have the same, for
    different works."""
    said = "\0".join((titles.title_key(work.title), *(work.authors or ())[:1], str(work.year)))
    return f"{key}#{sha256(said.encode('utf-8', 'replace')).hexdigest()[:12]}"
