"""The nouns of front matter, and the contract between a note's bytes and a format of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from refmatter.errors import FrontMatterError
from refmatter.fields import describes_work, map_key
from refmatter.model import ValueStyle

BOM = b"\xef\xbb\xbf"
_OTHER_UNICODE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
SAFE_DUMP = ValueStyle()
"""The style of PyYAML's `safe_dump`."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A key and its value, and where in the text they stand. `end` is where the content of
    the value ends; `plain` tells that the value is written here and has no parts; `style` how
    it is written, as far as that can be followed. `inner` are the pairs of a value that is a map,
    `brace` the place behind its `{`."""

    key: object
    value: object
    start: int
    value_start: int
    end: int
    plain: bool
    style: ValueStyle
    inner: tuple[Pair, ...] = ()
    brace: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Where the block stands in `text`; the body starts at `after`. `brace` is the place
    behind `{` where the whole block is one flow mapping. Absent: `present` is False."""

    text: str
    start: int = 0
    end: int = 0
    after: int = 0
    present: bool = False
    pairs: tuple[Pair, ...] = ()
    brace: int | None = None

    @property
    def entries(self) -> tuple[tuple[object, object], ...]:
        """The keys and values alone."""
        return tuple((pair.key, pair.value) for pair in self.pairs)

    @property
    def paths(self) -> tuple[tuple[object, Pair], ...]:
        """All pairs by their keys; behind a map that describes the work the pairs inside, by their
        paths: `paper`, `paper.year`."""
        found: list[tuple[object, Pair]] = []
        known = {pair.key for pair in self.pairs}
        for pair in self.pairs:
            found.append((pair.key, pair))
            if pair.inner and isinstance(pair.key, str):
                names = tuple(inner.key for inner in pair.inner)
                if describes_work(pair.key, names):
                    paths = [(f"{pair.key}.{inner.key}", inner) for inner in pair.inner]
                    found += [
                        (path, inner)
                        for path, inner in paths
                        if isinstance(inner.key, str) and "." not in inner.key and path not in known
                    ]
        return tuple(found)

    def map_at(self, path: str) -> Pair | None:
        """Return the pair whose value is the map that a path leads into; None if there is none, or
        the path is a key."""
        if any(pair.key == path for pair in self.pairs):
            return None
        maps = [p for p in self.pairs if p.key == map_key(path) and isinstance(p.value, dict)]
        return maps[0] if len(maps) == 1 and (maps[0].inner or maps[0].brace) else None


@dataclass(frozen=True, slots=True)
class KeyEdit:
    """A value to be written: in place where the key stands already, else as a new key.

    `key` may be a path into a map (`paper.year`). A new key goes before the existing key number
    `at` of its map (from 0), or to the end where that is None. `value` is text, a number, a bool,
    None, or a list, tuple or map of such. `removed` takes the value of a key out, and the key with
    it unless `keep_key`. `inner` are the keys of a map that is a new key's value.
    """

    key: str
    value: object
    style: ValueStyle = SAFE_DUMP
    at: int | None = None
    removed: bool = False
    keep_key: bool = False
    inner: tuple[KeyEdit, ...] = ()


class FrontMatterFormat(Protocol):
    """A format of front matter, such as YAML between lines of `---`.

    It reads a block and puts values into one. Whether the result says what it should, with every
    other byte as it was, is proven by `edit.splice` for every format.
    """

    def detects(self, text: str) -> bool:
        """Whether a text begins with a line that opens a block of this format."""

    def parse_block(self, text: str) -> Block:
        """Return the block of a text, absent if it has none.

        Raises:
            FrontMatterError: the block cannot be read.

        """

    def edited(self, block: Block, edits: Sequence[KeyEdit]) -> str:
        """Return the text of a block with these values in it, or with a new block if it is absent.

        Raises:
            FrontMatterError: a value cannot be put in.

        """


def line_of(text: str, offset: int) -> int:
    """Return the line, from 1, on which a place of the text lies."""
    return text.count("\n", 0, offset) + 1


def decoded(data: bytes) -> str:
    """Return the text of a note without its byte order mark. FrontMatterError where it is no
    UTF-8."""
    if data.startswith(_OTHER_UNICODE):
        raise FrontMatterError("the file is UTF-16 or UTF-32; save it as UTF-8", 1)
    try:
        return data.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        at = len(data) - len(error.object) + error.start
        line = data.count(b"\n", 0, at) + 1
        raise FrontMatterError(f"line {line} is no UTF-8; save the file as UTF-8", line) from error


def place_of(pairs: Sequence[Pair], entry: KeyEdit) -> int:
    """Return the number of the pair before which a new key goes."""
    return len(pairs) if entry.at is None else max(0, min(entry.at, len(pairs)))
