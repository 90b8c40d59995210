"""Detect the format of a note's front matter, its block, and the keys it seems to have."""

from __future__ import annotations

import re
from itertools import takewhile

from refmatter.errors import FrontMatterError
from refmatter.notes.frontmatter.block import BOM, Block, FrontMatterFormat, line_of
from refmatter.notes.frontmatter.yaml_format import YAML

FORMATS: tuple[FrontMatterFormat, ...] = (YAML,)
"""The formats that are read and written; a note without front matter gets the first one."""

_TOML = re.compile(r"\+{3,}[ \t]*\r?$", re.MULTILINE)
_JSON = re.compile(r'\{\s*["}]|\{[ \t]*\r?\n')
_LEFT_ALONE = {"TOML": _TOML, "JSON": _JSON}
_NAME = r"[\"']?([^\W\d][\w .-]*?)[\"']?[ \t]*"
_YAML_NAME = re.compile(rf"{_NAME}:(?=\s|$)")
_TOML_NAME = re.compile(rf"{_NAME}=")
_PROPERTY = re.compile(rf"(?:[-*][ \t]+)?{_NAME}::(?=\s|$)")
_MOST_LINES = 200
"""A block that cannot be read is looked at so far."""


def parse(text: str) -> tuple[FrontMatterFormat, Block]:
    """Return the format of a text's front matter and its block.

    Raises:
        FrontMatterError: the block cannot be read, or is in a format that is left alone.

    """
    for front_matter in FORMATS:
        if front_matter.detects(text):
            return front_matter, front_matter.parse_block(text)
    bare = text.lstrip()
    for name, opening in _LEFT_ALONE.items():
        if opening.match(bare):
            raise FrontMatterError(
                f"{name} front matter is left alone (only YAML is changed);"
                " notes.exclude hides the file",
                line_of(text, len(text) - len(bare)),
                other_format=name,
            )
    return FORMATS[0], Block(text)


def names(data: bytes) -> tuple[str, ...]:
    """Return the keys that a note seems to have, line by line, even if its front matter is broken.

    They are those of a block between lines of `---` or `+++`, or else the properties
    (`key:: value`) with which the text begins.
    """
    lines = data.removeprefix(BOM).decode("utf-8", "replace").lstrip().splitlines()[:_MOST_LINES]
    mark = lines[0][:3] if lines else ""
    if mark not in ("---", "+++"):
        found = (_PROPERTY.match(line.lstrip()) for line in lines)
        return tuple(name[1] for name in takewhile(bool, found) if name)
    block = takewhile(lambda line: not line.startswith((mark, "...")), lines[1:])
    wanted = _TOML_NAME if mark == "+++" else _YAML_NAME
    return tuple(name[1] for name in map(wanted.match, block) if name)
