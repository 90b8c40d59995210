"""A number and a thing -> words: `1 note`, `1,204 notes`."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, one: str) -> str:
    """So many of something; an `s` makes its plural."""
    return f"{number:,} {one}{'' if number == 1 else 's'}"


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence: `a, b and c`."""
    *others, last = words or ("",)
    return f"{', '.join(others)} and {last}" if others else last
