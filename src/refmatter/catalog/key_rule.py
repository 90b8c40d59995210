"""The version of the rule that makes title keys, stored in a catalogue to detect other rules.

Keys are computed once, when a record is read, and stored. Keys made by another rule would silently
not be found, so a catalogue names its rule.
"""

from __future__ import annotations

import hashlib
import unicodedata

from refmatter.titles import family_key, title_key

VERSION = 1
"""Raised whenever `titles.title_key`, `titles.family` or this module gives another key."""

DIGEST = "0cb3058a75835f1a"
"""The result of `rule_digest` for this version; a test compares."""

UNICODE = unicodedata.unidata_version
"""The Unicode version of this Python.

Newer characters have keys of their own only if both build and look-up know them. So the version is
stored, but a catalogue of another one is not refused.
"""

MIN_DISTINCTIVE_LETTERS = 12
"""Letters of a key below which one person may have written two works: Editorial, Preface."""

_SAMPLES = (
    "Schr\\\"odinger's {C}at & <i>Co</i>: a $\\lambda$-view", "C++ and C#", "H<sub>2</sub>O",
    "&uuml;ber &lt;k&gt;", "\u00adsoft\u00ad hyphens", "ﬁnal ™ ϵ ℤ ₁ İ ß ø",
)  # fmt: skip
_PEOPLE = ("Wei Wang 0001", "von Neumann, J.", "J. von Neumann", "O'Neil, Jr.", "李 明", "")


def main_key(title: str, key: str) -> str:
    """Return the key of the title before its first colon, or else the whole `key`."""
    head, colon, _ = title.partition(":")
    return (title_key(head) if colon else "") or key


def rule_digest() -> str:
    """Return a SHA-256 (16 hex digits) of the rule's keys for all characters and damaged samples.

    The characters are those of Unicode 3.2, which all Pythons know.
    """
    letters = (chr(c) for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF)
    unicode_3_2 = unicodedata.ucd_3_2_0
    assigned = (c for c in letters if unicode_3_2.category(c) not in {"Cn", "Co"})
    checksum = hashlib.sha256()
    for text in (*assigned, *_SAMPLES):
        checksum.update(f"{title_key(text)}\n".encode())
    for text in _SAMPLES:
        checksum.update(f"{main_key(text, title_key(text))}\n".encode())
    for name in _PEOPLE:
        checksum.update(f"{family_key(name)}\n".encode())
    return checksum.hexdigest()[:16]
