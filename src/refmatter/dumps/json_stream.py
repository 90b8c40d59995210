"""A file of JSON -> the bytes of its records: a line each, or the elements of its array.

Nothing is parsed here but strings and brackets, so one bad record costs nothing but itself, and
none is held that is longer than `RECORD`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

from pydantic import ValidationError

from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import Opened
from refmatter.dumps.record import BadRecord
from refmatter.providers.shapes import Shape

RECORD = 4 * 2**20
"""The most bytes that a record of any dump may have."""

_S = TypeVar("_S", bound=Shape)
_MARK = b"\xef\xbb\xbf"
_CHUNK = 2**20
# A string that is cut off is its quote alone: whoever meets one has to read on.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["{}\[\]]', re.DOTALL)
_ITEMS = re.compile(rb'\s*\{\s*"items"\s*:\s*\[')
_ARRAY = re.compile(rb"\s*\[")
_BETWEEN = re.compile(rb"[\s,]+")
_OPENING, _CLOSING = (b"{", b"["), (b"}", b"]")
_TOO_LONG = f"it is longer than {RECORD // 2**20} MB"


@dataclass(frozen=True, slots=True)
class Piece:
    """The bytes of a record, and the line (from 1) where it begins."""

    line: int
    text: bytes


def keys(head: bytes) -> frozenset[str]:
    """The names in the first object of a text that may be cut off: the object itself, or the first
    of an array or of an array `items`.
    None of another text."""
    text = head.removeprefix(_MARK).lstrip()
    if found := _ITEMS.match(text) or _ARRAY.match(text):
        text = text[found.end() :].lstrip()
    named, depth = set(), 0
    for token in _TOKEN.finditer(text if text.startswith(b"{") else b""):
        mark = token[0]
        if mark in _OPENING:
            depth += 1
        elif mark in _CLOSING:
            depth -= 1
            if not depth:
                break
        elif depth == 1 and text[token.end() : token.end() + 20].lstrip().startswith(b":"):
            named.add(mark[1:-1].decode("utf-8", "replace"))
    return frozenset(named)


def entries(file: Opened, shape: type[_S], entry: Callable[[_S], Entry]) -> Iterator[Entry]:
    """What each record of a file says, given what one of this shape does."""
    for piece in pieces(file):
        if isinstance(piece, BadRecord):
            yield piece
            continue
        said = parsed(piece, shape)
        yield BadRecord(file.path, piece.line, said) if isinstance(said, str) else entry(said)


def parsed(piece: Piece, shape: type[_S]) -> _S | str:
    """A record of this shape, or why it is none."""
    try:
        return shape.model_validate_json(piece.text)
    except ValidationError as wrong:
        return _again(piece, shape) or wrong.errors()[0]["msg"]


def _again(piece: Piece, shape: type[_S]) -> _S | None:
    r"""The same for JSON that is less strict: halves of characters (`\ud800`) are dropped."""
    try:
        whole = json.dumps(json.loads(piece.text), ensure_ascii=False)
        return shape.model_validate_json(whole.encode("utf-8", "ignore"))
    except (ValueError, RecursionError):
        return None


def pieces(file: Opened) -> Iterator[Piece | BadRecord]:
    """The records of a file, in order."""
    head = file.head.removeprefix(_MARK)
    opening = _ITEMS.match(head) or _ARRAY.match(head)
    if opening:
        skipped = len(file.head) - len(head) + opening.end()
        yield from _elements(file, file.stream.read(skipped).count(b"\n") + 1)
    else:
        yield from _lines(file)


def _lines(file: Opened) -> Iterator[Piece | BadRecord]:
    for number in count(1):
        line = file.stream.readline(RECORD + 1)
        if not line:
            return
        if len(line) > RECORD:
            while line and not line.endswith(b"\n"):
                line = file.stream.readline(_CHUNK)
            yield BadRecord(file.path, number, _TOO_LONG)
        elif text := line.removeprefix(_MARK).strip():
            yield Piece(number, text)


class _Ahead:
    """The text of an array that was read and not yet given out: `text` from `start` on, where
    `line` is."""

    def __init__(self, file: Opened, line: int) -> None:
        self._stream = file.stream
        self.line = line
        self.text = b""
        self.start = 0
        self.ended = False

    def __len__(self) -> int:
        return len(self.text) - self.start

    def more(self) -> bool:
        """Read on; False at the end."""
        read = self._stream.read(_CHUNK)
        self.text = self.text[self.start :] + read
        self.start = 0
        self.ended = not read
        return bool(read)

    def take(self, end: int) -> bytes:
        """The bytes up to this place, which are counted and gone."""
        taken = self.text[self.start : end]
        self.start = end
        self.line += taken.count(b"\n")
        return taken


def _elements(file: Opened, line: int) -> Iterator[Piece | BadRecord]:
    """The elements of an array whose bracket was just read, at this line."""
    ahead = _Ahead(file, line)
    while True:
        between = _BETWEEN.match(ahead.text, ahead.start)
        ahead.take(between.end() if between else ahead.start)
        if not ahead:
            if ahead.more():
                continue
            yield BadRecord(file.path, ahead.line, "it ends in the middle of its array")
            return
        if ahead.text.startswith(b"]", ahead.start):
            return
        end = _end(ahead)
        if end is None:
            reason = "it ends in the middle of a record" if ahead.ended else _TOO_LONG
            yield BadRecord(file.path, ahead.line, reason)
            return
        start = ahead.line
        if end == ahead.start:  # a brace closes what none opened: it is no record, nor its end
            ahead.take(end + 1)
            yield BadRecord(file.path, start, "a bracket closes what none opened")
            continue
        yield Piece(start, ahead.take(end))


def _end(ahead: _Ahead) -> int | None:
    """Where the next element ends; None where it does not, or is longer than a record may be."""
    depth, passed = 0, 0
    while True:
        for token in _TOKEN.finditer(ahead.text, ahead.start + passed):
            mark = token[0]
            if mark == b'"':
                break
            passed = token.end() - ahead.start
            if mark in _OPENING:
                depth += 1
            elif mark in _CLOSING:
                depth -= 1
            if depth <= 0:
                # What is no object, such as a number, ends before the array does.
                return token.start() if depth < 0 else token.end()
        if len(ahead) > RECORD or not ahead.more():
            return None
