"""The bytes of a note -> where its front matter stands, and the pairs in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import takewhile

import yaml
from frontmatter.default_handlers import YAMLHandler
from yaml.reader import ReaderError

from refmatter.errors import FrontMatterError
from refmatter.notes.frontmatter.values import MappingReader, Pair, line_of

BOM = b"\xef\xbb\xbf"
MAX_BLOCK = 1 << 20
"""The most characters a block may have; the longest in a real vault has a few thousand."""

_OTHER_UNICODE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_BOUNDARY: re.Pattern[str] = YAMLHandler.FM_BOUNDARY
_TOML = re.compile(r"\+{3,}[ \t]*\r?$", re.MULTILINE)
_JSON = re.compile(r'\{\s*["}]|\{[ \t]*\r?\n')
_FIELD = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*[\w\"'][^\n:]*:(?:[ \t\r]|$)", re.MULTILINE)
_NAME = r"[\"']?([^\W\d][\w .-]*?)[\"']?[ \t]*"
_YAML_NAME = re.compile(rf"{_NAME}:(?=\s|$)")
_TOML_NAME = re.compile(rf"{_NAME}=")
_PROPERTY = re.compile(rf"(?:[-*][ \t]+)?{_NAME}::(?=\s|$)")
_MOST_LINES = 200
"""A block that cannot be read is looked at so far."""
_TIGHT_FIELD = re.compile(r"[A-Za-z_][\w-]*:(?!//)")


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


def decoded(data: bytes) -> str:
    """The text of a note without its byte order mark. FrontMatterError where it is no UTF-8."""
    if data.startswith(_OTHER_UNICODE):
        raise FrontMatterError("the file is UTF-16 or UTF-32; save it as UTF-8", 1)
    try:
        return data.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        at = len(data) - len(error.object) + error.start
        line = data.count(b"\n", 0, at) + 1
        raise FrontMatterError(f"line {line} is no UTF-8; save the file as UTF-8", line) from error


def names(data: bytes) -> tuple[str, ...]:
    """The keys that a note seems to have, line by line, also where its front matter is no YAML:
    those of a block between lines of `---` or `+++`, else the properties (`key:: value`) with
    which the text begins."""
    lines = data.removeprefix(BOM).decode("utf-8", "replace").lstrip().splitlines()[:_MOST_LINES]
    mark = lines[0][:3] if lines else ""
    if mark not in ("---", "+++"):
        found = (_PROPERTY.match(line.lstrip()) for line in lines)
        return tuple(name[1] for name in takewhile(bool, found) if name)
    block = takewhile(lambda line: not line.startswith((mark, "...")), lines[1:])
    wanted = _TOML_NAME if mark == "+++" else _YAML_NAME
    return tuple(name[1] for name in map(wanted.match, block) if name)


def parse(text: str) -> Block:
    """The block of a text; its bounds are those that python-frontmatter finds."""
    bare = text.lstrip()
    start = len(text) - len(bare)
    line = line_of(text, start)
    if _TOML.match(bare):
        raise FrontMatterError(
            "TOML front matter is left alone (only YAML is changed); notes.exclude hides the file",
            line,
        )
    if _JSON.match(bare):
        raise FrontMatterError(
            "JSON front matter is left alone (only YAML is changed); notes.exclude hides the file",
            line,
        )
    if re.match(r"-{3,}[ \t]*\r(?!\n)", bare):
        raise FrontMatterError("the lines end in CR alone; save the file with LF or CRLF", line)
    start = text.find("\n", start) + 1
    if not start or not _BOUNDARY.match(bare):
        return Block(text)
    closing = _BOUNDARY.search(text, start)
    if closing is None:
        if _FIELD.match(text, start):
            raise FrontMatterError(
                f"the front matter that opens on line {line} has no closing `---`; add one", line
            )
        return Block(text)
    return _read_block(text, start, closing.start())


def _read_block(text: str, start: int, end: int) -> Block:
    after = text.find("\n", end) + 1 or len(text)
    block = Block(text, start, end, after, present=True)
    line = line_of(text, start)
    yml = text[start:end]
    if len(yml) > MAX_BLOCK:
        raise FrontMatterError(f"the front matter is over {MAX_BLOCK} characters long", line)
    try:
        reader = MappingReader(text, start, yml)
        found = reader.pairs()
    except ReaderError as error:
        line += yml.encode().count(b"\n", 0, error.position)
        raise FrontMatterError(
            f"line {line} has a character that YAML does not allow; remove it", line
        ) from error
    except yaml.MarkedYAMLError as error:
        line += yml.count("\n", 0, error.problem_mark.index if error.problem_mark else 0)
        raise FrontMatterError(
            f"the YAML cannot be read near line {line}: {error.problem}; mend it by hand", line
        ) from error
    if found is not None:
        return replace(block, pairs=tuple(found), brace=reader.brace)
    if tight := _TIGHT_FIELD.search(yml):
        line += yml.count("\n", 0, tight.start())
        raise FrontMatterError(f"line {line} needs a blank behind the colon", line)
    return Block(text)  # a Markdown rule, some prose, and another rule
