"""Turn a reader's record into the row that is staged: keys, plausible values, place in the order.

What needs Python is computed here, once, so that engines only compare values.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import TypeAlias

from refmatter.catalog.key_rule import MIN_DISTINCTIVE_LETTERS, main_key
from refmatter.catalog.layout import RANKED_ORIGINS
from refmatter.dumps.record import DumpRecord
from refmatter.matching.author_names import possible_authors
from refmatter.matching.lexicon import FILLERS, HEADINGS
from refmatter.matching.record_kinds import COMPANION_KINDS
from refmatter.titles import MAX_TITLE_LETTERS, family_key, query_words, title_key

Row: TypeAlias = tuple[object, ...]
"""The values of `layout.RECORD_COLUMNS`, in this order."""

_MAX_COUNT = 9_007_199_254_740_991
"""The largest plausible count: JSON numbers above it are not exact."""


def stable_number(*parts: str) -> int:
    """Return a number from 0 to 2**63 - 1 that stands for these texts.

    Among five million, two are equal in one of a million catalogues.
    """
    joined = "\x1f".join(parts).encode("utf-8", "replace")
    return int.from_bytes(blake2b(joined, digest_size=8).digest(), "big") >> 1


def precedence_key(origin: str, key: str) -> str:
    """Return a text by which records sort in order of precedence."""
    rank = RANKED_ORIGINS.index(origin) if origin in RANKED_ORIGINS else len(RANKED_ORIGINS)
    return f"{rank:02}|{origin}|{key}"


def staged_row(record: DumpRecord, released: str) -> Row:
    """Return a record's row of `layout.RECORD_COLUMNS`; `released` is the day of its dump (ISO)."""
    work = record.work
    title = _single_line(work.title)[:MAX_TITLE_LETTERS]
    key = title_key(title)
    authors = possible_authors(_single_lines(work.authors))
    first = family_key(authors[0]) if authors else ""
    values: Row = (
        record.origin,
        record.key,
        released,
        title,
        key,
        main_key(title, key),
        first,
        stable_number(key, first)
        if work.kind not in COMPANION_KINDS and _is_distinctive(title, key, first)
        else None,
        authors,
        work.year if work.year is not None and 0 < work.year < 10_000 else None,
        _single_line(work.venue or "") or None,
        _single_lines(work.other_venues),
        _plausible_count(work.citation_count),
        _plausible_count(work.reference_count),
        _single_lines(work.fields_of_study),
        work.preprint,
        work.retracted,
        work.kind and work.kind.value,
        *_identifier_values(record),
    )
    stamp = f"{released}|{stable_number(repr(values)):016x}"
    return (
        stable_number(record.origin, record.key),
        stamp,
        precedence_key(record.origin, record.key),
        *values,
    )


def _identifier_values(record: DumpRecord) -> tuple[str | None, ...]:
    """Return a record's identifiers in the order of `layout.ID_SCHEMES`."""
    identifiers = record.work.identifiers
    return (
        identifiers.acl,
        identifiers.arxiv,
        None if record.corpus_id is None else str(record.corpus_id),
        identifiers.dblp,
        identifiers.doi,
        identifiers.openalex,
        identifiers.s2,
    )


def is_nameless(row: Row) -> bool:
    """Whether a row has neither a title with a letter nor an identifier."""
    return not (row[7] or any(row[-7:]))


def other_title_rows(record: DumpRecord, rid: int, key: str) -> Iterator[tuple[int, str]]:
    """Yield the rows (`layout.OTHER_TITLE_COLUMNS`) of a record's other titles.

    `key` is the key of its main title, which is left out.
    """
    keys = (title_key(_single_line(title)[:MAX_TITLE_LETTERS]) for title in record.other_titles)
    for other in dict.fromkeys(keys):
        if other and other != key:
            yield rid, other


def _is_distinctive(title: str, key: str, first: str) -> bool:
    """Whether title and first author can identify a work.

    Titles that are short, or consist of words of headings, cannot.
    """
    if not first or len(key) < MIN_DISTINCTIVE_LETTERS:
        return False
    if len(key) > 60:  # the longest title of a heading's words has fewer letters
        return True
    title_words = query_words(title).casefold().split()
    return any(len(w) > 2 and w not in HEADINGS and w not in FILLERS for w in title_words)


def _single_line(text: str) -> str:
    """Return a text in one line, without halves of characters, which no file can hold."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(text.encode("utf-8", "ignore").decode().replace("\x00", "").split())


def _single_lines(texts: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Return each text in one line, without empty ones; None if none is left."""
    if not texts:
        return None
    joined = "|".join(texts)
    # Nearly all are plain, and are looked at together.
    if joined.isascii() and joined.isprintable() and "  " not in joined and "" not in texts:
        return tuple(map(str.strip, texts)) if " |" in joined or "| " in joined else texts
    return tuple(line for text in texts or () if (line := _single_line(text))) or None


def _plausible_count(count: int | None) -> int | None:
    """Return a count, or None if it is negative or too large."""
    return count if count is not None and 0 <= count <= _MAX_COUNT else None
