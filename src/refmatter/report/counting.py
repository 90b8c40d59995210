"""A number and a thing -> words: `1 note`, `1,204 notes`."""

from __future__ import annotations


def counted(number: int, one: str) -> str:
    """So many of something; an `s` makes its plural."""
    return f"{number:,} {one}{'' if number == 1 else 's'}"
