"""Blocks: short keys that a work and similar titles have in common.

A work is in a block for the beginning, the middle and the end of its title key, and for its whole
key and its main key. A title is looked up by every run of letters of its own key. So a work is
found if its beginning, middle or end is intact in the title: behind a list mark or names, before a
venue, with a slip elsewhere, cut, or in a citation.
"""

from __future__ import annotations

from collections.abc import Iterator

from refmatter.matching.normalize import spelt

BLOCK_LETTERS = 12
"""Letters of a block."""
MAX_BLOCK_WORKS = 200
"""The most works of a block that is used: a larger one is made of words common to many titles."""
MAX_KEY_LETTERS = 400
"""Letters of a title's key of which blocks are made, from its beginning."""

_MIDDLE = f"CAST(floor(length(title_key) / 2.0) AS INTEGER) - {BLOCK_LETTERS // 2 - 1}"
_LONG = f"length(title_key) >= {BLOCK_LETTERS}"

WORK_BLOCKS_SQL = f"""
    SELECT title_key AS block, work, title_key FROM works
    UNION ALL SELECT main_key, work, title_key FROM works WHERE main_key <> title_key
    UNION ALL SELECT substr(title_key, 1, {BLOCK_LETTERS}), work, title_key FROM works WHERE {_LONG}
    UNION ALL SELECT right(title_key, {BLOCK_LETTERS}), work, title_key FROM works WHERE {_LONG}
    UNION ALL SELECT substr(title_key, {_MIDDLE}, {BLOCK_LETTERS}), work, title_key FROM works
        WHERE length(title_key) >= {2 * BLOCK_LETTERS}
"""
"""A query for the blocks of all `works`; `blocks_of_work` returns the same for one work.

It only cuts keys by characters, which is the same on all engines.
"""


def blocks_of_work(title_key: str, main_key: str) -> set[str]:
    """Return the blocks of a work with these keys."""
    size = len(title_key)
    blocks = {title_key, main_key}
    if size >= BLOCK_LETTERS:
        blocks |= {title_key[:BLOCK_LETTERS], title_key[-BLOCK_LETTERS:]}
    if size >= 2 * BLOCK_LETTERS:
        start = size // 2 - BLOCK_LETTERS // 2
        blocks.add(title_key[start : start + BLOCK_LETTERS])
    return blocks


def blocks_of_title(title: str, title_key: str, main_key: str) -> Iterator[str]:
    """Yield the blocks by which to look up a title with these keys, each once.

    Damage and marks in the title are undone first, as the matcher does before it compares.
    """
    repaired_key = spelt(title).key
    key = repaired_key[:MAX_KEY_LETTERS]
    windows = (key[n : n + BLOCK_LETTERS] for n in range(max(len(key) - BLOCK_LETTERS + 1, 0)))
    # The end is asked for too, whatever is between.
    blocks = (title_key, main_key, repaired_key, *windows, repaired_key[-BLOCK_LETTERS:])
    yield from dict.fromkeys(filter(None, blocks))
