"""Split JSON files into records: a line each, or the elements of an array.

Only strings and brackets are parsed here, so that a damaged record costs nothing but itself. No
record longer than `MAX_RECORD_BYTES` is held in memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import DumpFile
from refmatter.dumps.record import BadRecord
from refmatter.providers.shapes import Shape

MAX_RECORD_BYTES = 4 * 2**20
"""The most bytes that a record of any dump may have."""

_S = TypeVar("_S", bound=Shape)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_CHUNK_BYTES = 2**20
# A string that is cut off is its quote alone: whoever meets one has to read on.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["{}\[\]]', re.DOTALL)
_ITEMS_START = re.compile(rb'\s*\{\s*"items"\s*:\s*\[')
_ARRAY_START = re.compile(rb"\s*\[")
_SEPARATORS = re.compile(rb"[\s,]+")
_OPENING_BRACKETS, _CLOSING_BRACKETS = (b"{", b"["), (b"}", b"]")
_TOO_LONG = f"it is longer than {MAX_RECORD_BYTES // 2**20} MB"


@dataclass(frozen=True, slots=True)
class FileSlice:
    """A slice of a file's bytes, such as one record, and the line (from 1) where it begins."""

    line: int
    data: bytes


def first_object_keys(head: bytes) -> frozenset[str]:
    """Return the keys of the first object in a text that may be cut off.

    The object may stand alone or be the first of an array, or of an array `items`. Empty for any
    other text.
    """
    text = head.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if match := _ITEMS_START.match(text) or _ARRAY_START.match(text):
        text = text[match.end() :].lstrip()
    found_keys, depth = set(), 0
    for token in _TOKEN.finditer(text if text.startswith(b"{") else b""):
        mark = token[0]
        if mark in _OPENING_BRACKETS:
            depth += 1
        elif mark in _CLOSING_BRACKETS:
            depth -= 1
            if not depth:
                break
        elif depth == 1 and text[token.end() : token.end() + 20].lstrip().startswith(b":"):
            found_keys.add(mark[1:-1].decode("utf-8", "replace"))
    return frozenset(found_keys)


def read_json_entries(
    file: DumpFile, shape: type[_S], make_entry: Callable[[_S], Entry]
) -> Iterator[Entry]:
    """Yield the entry that `make_entry` returns for each record of a file, parsed as `shape`."""
    for file_slice in split_records(file):
        if isinstance(file_slice, BadRecord):
            yield file_slice
            continue
        record = parse_record(file_slice, shape)
        yield (
            BadRecord(file.path, file_slice.line, record)
            if isinstance(record, str)
            else make_entry(record)
        )


def parse_record(file_slice: FileSlice, shape: type[_S]) -> _S | str:
    """Return a record parsed as `shape`, or the reason why it is invalid."""
    try:
        return shape.model_validate_json(file_slice.data)
    except ValidationError as wrong:
        return _parse_leniently(file_slice, shape) or wrong.errors()[0]["msg"]


def _parse_leniently(file_slice: FileSlice, shape: type[_S]) -> _S | None:
    r"""Return a record parsed without lone surrogates (`\ud800`); None if it is invalid."""
    try:
        cleaned = json.dumps(json.loads(file_slice.data), ensure_ascii=False)
        return shape.model_validate_json(cleaned.encode("utf-8", "ignore"))
    except (ValueError, RecursionError):
        return None


def split_records(file: DumpFile) -> Iterator[FileSlice | BadRecord]:
    """Yield the records of a file, in order."""
    head = file.head.removeprefix(_BYTE_ORDER_MARK)
    opening = _ITEMS_START.match(head) or _ARRAY_START.match(head)
    if opening:
        skipped = len(file.head) - len(head) + opening.end()
        yield from _split_array(file, file.stream.read(skipped).count(b"\n") + 1)
    else:
        yield from _split_lines(file)


def _split_lines(file: DumpFile) -> Iterator[FileSlice | BadRecord]:
    """Yield the lines that are not blank; a BadRecord for each one that is too long."""
    number = 0
    while line := file.stream.readline(MAX_RECORD_BYTES + 1):
        number += 1
        if len(line) > MAX_RECORD_BYTES:
            while line and not line.endswith(b"\n"):
                line = file.stream.readline(_CHUNK_BYTES)
            yield BadRecord(file.path, number, _TOO_LONG)
        elif text := line.removeprefix(_BYTE_ORDER_MARK).strip():
            yield FileSlice(number, text)


class _ArrayBuffer:
    """A part of an array that was read but not yet consumed: `text` from `start` on, at `line`."""

    def __init__(self, file: DumpFile, line: int) -> None:
        self._stream = file.stream
        self.line = line
        self.text = b""
        self.start = 0
        self.ended = False

    def __len__(self) -> int:
        return len(self.text) - self.start

    def read_more(self) -> bool:
        """Read the next chunk; return False at the end of the file."""
        read = self._stream.read(_CHUNK_BYTES)
        self.text = self.text[self.start :] + read
        self.start = 0
        self.ended = not read
        return bool(read)

    def consume(self, end: int) -> bytes:
        """Return the bytes up to `end`, and drop them from the buffer."""
        taken = self.text[self.start : end]
        self.start = end
        self.line += taken.count(b"\n")
        return taken


def _split_array(file: DumpFile, line: int) -> Iterator[FileSlice | BadRecord]:
    """Yield the elements of an array whose opening bracket was just read, in this line."""
    buffer = _ArrayBuffer(file, line)
    while True:
        between = _SEPARATORS.match(buffer.text, buffer.start)
        buffer.consume(between.end() if between else buffer.start)
        if not buffer:
            if buffer.read_more():
                continue
            yield BadRecord(file.path, buffer.line, "it ends in the middle of its array")
            return
        if buffer.text.startswith(b"]", buffer.start):
            return
        end = _element_end(buffer)
        if end is None:
            reason = "it ends in the middle of a record" if buffer.ended else _TOO_LONG
            yield BadRecord(file.path, buffer.line, reason)
            return
        start = buffer.line
        if end == buffer.start:  # a brace closes what none opened: it is no record, nor its end
            buffer.consume(end + 1)
            yield BadRecord(file.path, start, "a closing bracket without an opening one")
            continue
        yield FileSlice(start, buffer.consume(end))


def _element_end(buffer: _ArrayBuffer) -> int | None:
    """Return where the next element ends; None if it is cut off or too long."""
    depth, passed = 0, 0
    while True:
        for token in _TOKEN.finditer(buffer.text, buffer.start + passed):
            mark = token[0]
            if mark == b'"':
                break
            passed = token.end() - buffer.start
            if mark in _OPENING_BRACKETS:
                depth += 1
            elif mark in _CLOSING_BRACKETS:
                depth -= 1
            if depth <= 0:
                # What is no object, such as a number, ends before the array does.
                return token.start() if depth < 0 else token.end()
        if len(buffer) > MAX_RECORD_BYTES or not buffer.read_more():
            return None
