"""The folder of large data -> the real titles that are asked of the catalogue.

They are the notes' reference lists, the strings that Semantic Scholar could not link, and the
records whose title it writes otherwise; of the first two a sample, always the same.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.matching.real_lists import place

SAMPLE: Final = 1500

_HEADING = re.compile(r"#+\s+(.*)")
_BULLET = re.compile(r"\s*(?:[-*]|\d+\.)\s+(.*\S)")
_LINK = re.compile(r"\[(.*)\]\([^()]*\)")


def listed(folder: Path) -> list[str]:
    """Titles under the References headings of all notes in a folder, as a reader sees them."""
    titles = (
        title
        for note in folder.rglob("*.md")
        for title in bullets(note.read_text(encoding="utf-8", errors="replace"))
    )
    return _sample("list", titles)


def bullets(note: str) -> Iterator[str]:
    """The titles that one note lists; of a link its text."""
    listing = False
    for line in note.splitlines():
        if heading := _HEADING.match(line):
            listing = "references" in heading[1].lower()
        elif listing and (bullet := _BULLET.match(line)):
            link = _LINK.fullmatch(bullet[1])
            yield link[1] if link else bullet[1]


def unlinked(path: Path) -> list[tuple[str, int | None]]:
    """The strings of references that name no known work, each with its year."""
    rows = [(row["title"], row.get("year")) for row in _rows(path)]
    years = dict(reversed(rows))
    return [(title, years[title]) for title in _sample("unresolved", years)]


def twice_titled(catalogue: Path) -> Iterator[dict[str, Any]]:
    """The records whose title is not letter for letter what Semantic Scholar has."""
    for row in _rows(catalogue):
        if "s2" in row and row["s2"]["title"] != row["title"]:
            yield row


def _sample(name: str, titles: Iterable[str]) -> list[str]:
    return sorted(set(titles), key=lambda title: (place(name, title), title))[:SAMPLE]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
