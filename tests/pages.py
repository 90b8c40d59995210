"""The pages of the repository -> their fenced blocks."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

from support import ROOT

_NOT_PAGES = {"seeds", "data", "build", "dist", "cache"}
"""Folders of notes and of what was made; a note may well link to one that is not there."""

BLOCK = re.compile(
    r"^(?:<!-- (?P<mark>[\w.]+) -->\n)?(?P<indent> *)```(?P<language>\w*)\n"
    r"(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page, its first line there, and what the comment above it calls it."""

    page: str
    line: int
    mark: str | None
    language: str
    text: str


def blocks(page: Path) -> list[Block]:
    text = page.read_text()
    return [
        Block(
            page.name,
            text.count("\n", 0, found.start("text")) + 1,
            found["mark"],
            found["language"],
            textwrap.dedent(found["text"]),
        )
        for found in BLOCK.finditer(text)
    ]


def _pages() -> list[Path]:
    found = [path.relative_to(ROOT) for path in ROOT.rglob("*.md")]
    kept = [p for p in found if not any(n in _NOT_PAGES or n[0] == "." for n in p.parts[:-1])]
    return sorted({ROOT / path for path in kept} | {ROOT / "cache" / "README.md"})


PAGES = _pages()
BLOCKS = [block for page in PAGES for block in blocks(page)]
