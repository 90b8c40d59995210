"""Turn a reader's works into entries; skip those without a usable title."""

from __future__ import annotations

import re
from hashlib import sha256

from refmatter import titles
from refmatter.dumps.base import Entry
from refmatter.dumps.record import DumpRecord, SkippedRecord
from refmatter.model import Work

UNTITLED = SkippedRecord("a record without a title")
FRONT_OR_BACK_MATTER = SkippedRecord("front or back matter")
TITLE_TOO_LONG = SkippedRecord(f"a title of more than {titles.MAX_TITLE_LETTERS:,} letters")

_FRONT_OR_BACK_MATTER_TITLE = re.compile(
    r"(?:.*[\s,:.;-])?(?:front|back)[\s-]?matter|(?:table of )?contents|masthead"
    r"|(?:title|cover) page|editorial board",
    re.IGNORECASE,
)


def entry_of_work(
    origin: str,
    key: str,
    work: Work | None,
    other_titles: tuple[str, ...] = (),
    corpus_id: int | None = None,
) -> Entry:
    """Return the record of a work, or a SkippedRecord if its title is missing or unusable.

    `other_titles` are further titles of the work. If `key` is empty, a key is made from the title.
    """
    if work is None:
        return UNTITLED
    if len(work.title) > titles.MAX_TITLE_LETTERS:
        return TITLE_TOO_LONG
    if _FRONT_OR_BACK_MATTER_TITLE.fullmatch(work.title):
        return FRONT_OR_BACK_MATTER
    return DumpRecord(origin, key or unique_key("", work), work, other_titles, corpus_id)


def unique_key(key: str, work: Work) -> str:
    """Return `key` with a digest of title, first author and year appended.

    For keys that people choose themselves: two files may use one key for different works.
    """
    description = "\0".join(
        (titles.title_key(work.title), *(work.authors or ())[:1], str(work.year))
    )
    return f"{key}#{sha256(description.encode('utf-8', 'replace')).hexdigest()[:12]}"
