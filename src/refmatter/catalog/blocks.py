"""A title -> the blocks by which it meets those that are near to it.

A work stands in a block for the beginning, the middle and the end of its title key, and for its
whole key and that of what stands before its first colon. A title asks for every run of letters of
its own key, so a work is found wherever its beginning, middle or end stands unharmed in what is
asked: behind a list mark or names, before a venue, with a slip elsewhere, cut, or in a citation.
"""

from __future__ import annotations

from collections.abc import Iterator

from refmatter.matching.normalize import normalize

LENGTH = 12
"""Letters of a block."""
MOST = 200
"""Works of a block that is looked at: of more, it is words that many titles begin or end with."""
WINDOWS = 400
"""Letters of a key of which blocks are asked: a citation's, and of longer texts the beginning."""

_MIDDLE = f"CAST(floor(length(title_key) / 2.0) AS INTEGER) - {LENGTH // 2 - 1}"
_LONG = f"length(title_key) >= {LENGTH}"

OF_WORKS = f"""
    SELECT title_key AS block, work, title_key FROM works
    UNION ALL SELECT main_key, work, title_key FROM works WHERE main_key <> title_key
    UNION ALL SELECT substr(title_key, 1, {LENGTH}), work, title_key FROM works WHERE {_LONG}
    UNION ALL SELECT right(title_key, {LENGTH}), work, title_key FROM works WHERE {_LONG}
    UNION ALL SELECT substr(title_key, {_MIDDLE}, {LENGTH}), work, title_key FROM works
        WHERE length(title_key) >= {2 * LENGTH}
"""
"""The blocks of `works`: SQL, as all that it does is cut a key by its characters, which engines do
alike; `of_work` is the same for one."""


def of_work(title_key: str, main_key: str) -> set[str]:
    """The blocks that a work of these keys stands in."""
    size = len(title_key)
    found = {title_key, main_key}
    if size >= LENGTH:
        found |= {title_key[:LENGTH], title_key[-LENGTH:]}
    if size >= 2 * LENGTH:
        start = size // 2 - LENGTH // 2
        found.add(title_key[start : start + LENGTH])
    return found


def of_title(title: str, title_key: str, main_key: str) -> Iterator[str]:
    """The blocks that a title of these keys asks for, each once. What is torn or marked in it is
    undone first, as the matcher does before it compares."""
    mended = normalize(title).key
    runs = mended[:WINDOWS]
    windows = (runs[n : n + LENGTH] for n in range(max(len(runs) - LENGTH + 1, 0)))
    # The end is asked for too, whatever is between.
    found = (title_key, main_key, mended, *windows, mended[-LENGTH:])
    yield from dict.fromkeys(filter(None, found))
