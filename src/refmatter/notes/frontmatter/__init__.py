"""Read the front matter of a note, and write new values into it.

Nothing is ever dumped over a person's block. New text is put in by the position of the
YAML nodes, the result is read back, and unless it says exactly the old and the new, with
every other byte as it was, it is thrown away.

    block.py        a block, its pairs, and the protocol `FrontMatterFormat`
    yaml_format.py  YAML: where its block stands, and new values put in by their place
    values.py       YAML text -> pairs and where they stand
    render.py       a key and its value -> YAML text
    detection.py    the formats, and which of them a note has
    edit.py         new values -> the note's bytes with them put in, proven

A format is one file and one entry in `detection.FORMATS`.
"""

from __future__ import annotations

from dataclasses import dataclass

from refmatter.model import ValueStyle
from refmatter.notes.frontmatter.block import KeyEdit, decoded, line_of
from refmatter.notes.frontmatter.detection import names, parse
from refmatter.notes.frontmatter.edit import splice
from refmatter.notes.frontmatter.values import MAX_DEPTH, MAX_NODES
from refmatter.notes.frontmatter.yaml_format import MAX_BLOCK

__all__ = [
    "MAX_BLOCK",
    "MAX_DEPTH",
    "MAX_NODES",
    "FrontMatter",
    "KeyEdit",
    "key_positions",
    "names",
    "read",
    "splice",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A note's block, and what follows it.

    `entries` are its pairs in order as plain Python, a key that stands twice twice; a map that
    describes the work is followed by the pairs inside, under their paths (`paper.year`);
    timestamps stay text; `styles` tell of each how it is written. `body` has its newlines as
    in the file and starts on `body_line` (from 1). `present` tells whether there is a block;
    an empty one counts.
    """

    entries: tuple[tuple[object, object], ...]
    styles: tuple[ValueStyle, ...]
    body: str
    body_line: int
    present: bool


def read(data: bytes) -> FrontMatter:
    """Return the front matter of a note; no value is constructed but plain ones.

    A file without a block, and one that merely begins with a Markdown rule, has no entries.

    Raises:
        FrontMatterError: the block is no UTF-8, no YAML, no mapping, TOML or JSON, has no
            end, carries tags, or is too large.

    """
    _, block = parse(decoded(data))
    paths = block.paths
    return FrontMatter(
        entries=tuple((key, pair.value) for key, pair in paths),
        styles=tuple(pair.style for _, pair in paths),
        body=block.text[block.after :],
        body_line=line_of(block.text, block.after),
        present=block.present,
    )


def key_positions(data: bytes) -> tuple[tuple[int, int], ...]:
    """Return the line and the column, from 1, of each key, in the order of `entries`.

    Raises:
        FrontMatterError: as `read`.

    """
    _, block = parse(decoded(data))
    starts = [pair.start for _, pair in block.paths]
    return tuple((line_of(block.text, at), at - block.text.rfind("\n", 0, at)) for at in starts)
