"""The rule that makes keys -> its version and digest, by which a catalogue of another is known.

A key is worked out once, while a record is read, and stored. Keys that were made by another rule
would silently not be found, so a catalogue names the rule it was made by.
"""

from __future__ import annotations

import hashlib
import unicodedata

from refmatter.titles import family_key, title_key

VERSION = 1
"""Raised whenever `titles.title_key`, `titles.family` or what is here gives another key."""

DIGEST = "0cb3058a75835f1a"
"""What `digest` gives for this version; a test compares."""

UNICODE = unicodedata.unidata_version
"""The characters that this Python knows. Younger ones have keys of their own only where both
build and look-up know them, so it is told, and no reason to refuse a catalogue."""

SHORTEST = 12
"""Letters of a key under which one person may well write two works: Editorial, Preface; the same
as in `matching.identity`."""

_SAMPLES = (
    "Schr\\\"odinger's {C}at & <i>Co</i>: a $\\lambda$-view", "C++ and C#", "H<sub>2</sub>O",
    "&uuml;ber &lt;k&gt;", "\u00adsoft\u00ad hyphens", "ﬁnal ™ ϵ ℤ ₁ İ ß ø",
)  # fmt: skip
_PEOPLE = ("Wei Wang 0001", "von Neumann, J.", "J. von Neumann", "O'Neil, Jr.", "李 明", "")


def main_key(title: str, key: str) -> str:
    """The key of what stands before a title's first colon; its whole `key` where there is no
    colon, or nothing before it."""
    head, colon, _ = title.partition(":")
    return (title_key(head) if colon else "") or key


def digest() -> str:
    """SHA-256 (16 hex digits) of what the rule makes of every character that all Pythons know
    (those of Unicode 3.2), and of text that is damaged in each way."""
    letters = (chr(c) for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF)
    old = unicodedata.ucd_3_2_0
    known = (c for c in letters if old.category(c) not in {"Cn", "Co"})
    made = hashlib.sha256()
    for text in (*known, *_SAMPLES):
        made.update(f"{title_key(text)}\n".encode())
    for text in _SAMPLES:
        made.update(f"{main_key(text, title_key(text))}\n".encode())
    for name in _PEOPLE:
        made.update(f"{family_key(name)}\n".encode())
    return made.hexdigest()[:16]
