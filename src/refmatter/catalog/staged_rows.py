"""A reader's record -> the row that is staged of it: its keys, its names, its place in the order.

All that needs Python is worked out here, once, so that engines only compare what they are given.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import TypeAlias

from refmatter.catalog.key_rule import SHORTEST, main_key
from refmatter.catalog.layout import RANKED
from refmatter.dumps.record import DumpRecord
from refmatter.matching.author_names import possible_authors
from refmatter.matching.lexicon import FILLERS, HEADINGS
from refmatter.matching.record_kinds import BESIDE
from refmatter.titles import LONGEST, family, title_key, words

Row: TypeAlias = tuple[object, ...]
"""The values of `layout.RECORD`, in its order."""

_MOST = 9_007_199_254_740_991
"""The largest count that is one; what is larger says nothing."""


def number(*parts: str) -> int:
    """A number from 0 below 2**63 that stands for these words: of five million, two have the same
    in one of a million catalogues."""
    whole = "\x1f".join(parts).encode("utf-8", "replace")
    return int.from_bytes(blake2b(whole, digest_size=8).digest(), "big") >> 1


def place(origin: str, key: str) -> str:
    """A record's place in the order of precedence, as text that sorts so."""
    rank = RANKED.index(origin) if origin in RANKED else len(RANKED)
    return f"{rank:02}|{origin}|{key}"


def row(record: DumpRecord, released: str) -> Row:
    """What is staged of a record of a dump of that day (ISO)."""
    work = record.work
    title = _line(work.title)[:LONGEST]
    key = title_key(title)
    authors = possible_authors(_lines(work.authors))
    first = family(authors[0]) if authors else ""
    named = work.identifiers
    said: Row = (
        record.origin,
        record.key,
        released,
        title,
        key,
        main_key(title, key),
        first,
        number(key, first) if work.kind not in BESIDE and _tells(title, key, first) else None,
        authors,
        work.year if work.year is not None and 0 < work.year < 10_000 else None,
        _line(work.venue or "") or None,
        _lines(work.other_venues),
        _count(work.citation_count),
        _count(work.reference_count),
        _lines(work.fields_of_study),
        work.preprint,
        work.retracted,
        work.kind and work.kind.value,
        named.acl,
        named.arxiv,
        None if record.corpus is None else str(record.corpus),
        named.dblp,
        named.doi,
        named.openalex,
        named.s2,
    )
    stamp = f"{released}|{number(repr(said)):016x}"
    return number(record.origin, record.key), stamp, place(record.origin, record.key), *said


def is_nameless(row: Row) -> bool:
    """Whether a row has neither a title with a letter in it nor an identifier."""
    return not (row[7] or any(row[-7:]))


def others(record: DumpRecord, rid: int, key: str) -> Iterator[tuple[int, str]]:
    """The rows of a record's other titles, as `layout.OTHER` has them: `key` is its own."""
    keys = (title_key(_line(each)[:LONGEST]) for each in record.titles)
    for other in dict.fromkeys(keys):
        if other and other != key:
            yield rid, other


def _tells(title: str, key: str, first: str) -> bool:
    """Whether title and first author may tell a work from others: a title that is short, or made
    of words of headings alone, does not."""
    if not first or len(key) < SHORTEST:
        return False
    if len(key) > 60:  # the longest title of a heading's words has fewer letters
        return True
    said = words(title).casefold().split()
    return any(len(w) > 2 and w not in HEADINGS and w not in FILLERS for w in said)


def _line(text: str) -> str:
    """The text in one line, without halves of characters, which no file can hold."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(text.encode("utf-8", "ignore").decode().replace("\x00", "").split())


def _lines(texts: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Each in one line; None where there is none."""
    if not texts:
        return None
    whole = "|".join(texts)
    # Nearly all are plain, and are looked at together.
    if whole.isascii() and whole.isprintable() and "  " not in whole and "" not in texts:
        return tuple(map(str.strip, texts)) if " |" in whole or "| " in whole else texts
    return tuple(line for text in texts or () if (line := _line(text))) or None


def _count(said: int | None) -> int | None:
    return said if said is not None and 0 <= said <= _MOST else None
