"""DBLP's XML -> records.

The file is read without its DTD, and no entity is expanded but the letters that the DTD names, by
a fixed table. It is taken in slices that end behind a record, so that a bad record costs only
itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import name2codepoint
from typing import Final

# Nothing is declared in what is parsed: the reader writes the DOCTYPE itself, see _tree.
from xml.etree import ElementTree as ET

from refmatter import titles
from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import HEAD, Opened
from refmatter.dumps.filters import sifted
from refmatter.dumps.json_stream import Piece
from refmatter.dumps.record import BadRecord, SkippedRecord
from refmatter.providers import dblp

NAME: Final = "dblp"
LICENCE: Final = "CC0 1.0"
ATTRIBUTION: Final = "DBLP, https://dblp.org/ (CC0 1.0)"

_LETTERS = {name: chr(code) for name, code in name2codepoint.items()}
_WORKS = frozenset(
    "article inproceedings proceedings book incollection phdthesis mastersthesis".split()
)
_ENDS = tuple(f"</{tag}>".encode() for tag in (*sorted(_WORKS), "www", "person", "data"))
_END = re.compile(b"|".join(_ENDS))
_ROOT = re.compile(rb"<dblp(?:\s[^<>]*)?>")
_KNOWN = re.compile(rb"<dblp[\s>]|<!DOCTYPE\s+dblp\s")
_ENCODING = re.compile(rb"<\?xml[^>]*\sencoding\s*=\s*[\"']([\w.-]+)[\"']")
# In these each byte below 128 is the character that it is in ASCII, which the slicing rests on.
_ENCODINGS = frozenset({"us-ascii", "ascii", "iso-8859-1", "latin-1", "utf-8"})
_SLICE = 2**20
_LONGEST = 2 * 2**20
"""Bytes between the ends of two records, at most: parsed, they take a hundred times as many."""

_PERSON = SkippedRecord("a person's page")
_OTHER = SkippedRecord("a record of another kind than works")
_WITHDRAWN = SkippedRecord("a withdrawn publication")


def recognises(head: bytes) -> bool:
    """XML whose outermost element is, or is said to be, `dblp`."""
    return head.lstrip()[:1] == b"<" and _KNOWN.search(head) is not None


def read(file: Opened) -> Iterator[Entry]:
    """Its works. People's pages are left, and what is withdrawn."""
    prolog = _prolog(file)
    if isinstance(prolog, BadRecord):
        yield prolog
        return
    encoding, begins = prolog
    line = file.stream.read(begins).count(b"\n") + 1
    for piece in _slices(file, line):
        if isinstance(piece, BadRecord):
            yield piece
        else:
            yield from _read(file, piece, encoding)


def _prolog(file: Opened) -> tuple[str, int] | BadRecord:
    """The encoding of a file, and where its first record may begin."""
    root = _ROOT.search(file.head)
    if root is None:
        return BadRecord(file.path, 1, f"its first {HEAD // 1024} kB have no element <dblp>")
    before = file.head[: root.start()]
    if b"[" in before:
        return BadRecord(file.path, 1, "it declares entities of its own, which are not expanded")
    said = _ENCODING.search(before)
    encoding = said[1].decode().lower() if said else "utf-8"
    if encoding not in _ENCODINGS:
        return BadRecord(file.path, 1, f"its encoding {encoding} is none that DBLP uses")
    return encoding, root.end()


def _slices(file: Opened, line: int) -> Iterator[Piece | BadRecord]:
    """What stands between `<dblp>` and its end, cut behind records."""
    held = b""
    while more := file.stream.read(_SLICE):
        held += more
        end = max((at + len(tag) for tag in _ENDS if (at := held.rfind(tag)) >= 0), default=0)
        if end:
            yield Piece(line, held[:end])
            line += held.count(b"\n", 0, end)
            held = held[end:]
        if len(held) > _LONGEST:
            yield BadRecord(file.path, line, f"no record ends in {_LONGEST // 2**20} MB")
            line += held.count(b"\n")
            held = b""
    rest = held.strip()
    if rest.startswith(b"</dblp>"):
        return
    yield BadRecord(file.path, line, "it ends before </dblp>, in the middle of the file")


def _read(file: Opened, piece: Piece, encoding: str) -> Iterator[Entry]:
    """The records of a slice: all at once, or one by one where one of them is bad."""
    try:
        elements = list(_tree(piece.text, encoding))
    except ET.ParseError:
        yield from _one_by_one(file, piece, encoding)
    else:
        yield from map(_entry, elements)


def _one_by_one(file: Opened, piece: Piece, encoding: str) -> Iterator[Entry]:
    start, line = 0, piece.line
    for end in _END.finditer(piece.text):
        text = piece.text[start : end.end()]
        start = end.end()
        blank = len(text) - len(text.lstrip())
        begins = line + text.count(b"\n", 0, blank)
        line += text.count(b"\n")
        try:
            elements = list(_tree(text[blank:], encoding))
        except ET.ParseError as error:
            reason = str(error).partition(": line")[0]
            yield BadRecord(file.path, begins + error.position[0] - 1, reason)
        else:
            yield from map(_entry, elements)


def _tree(text: bytes, encoding: str) -> ET.Element:
    """The records in a slice. Raises ParseError.

    Entities can be declared in a DOCTYPE only, this is the only one there is, and what it names
    is not fetched: an entity is a letter of the table, or an error.
    """
    parser = ET.XMLParser()  # noqa: S314 - its dangers need declarations, see above
    parser.entity.update(_LETTERS)
    parser.feed(f'<?xml version="1.0" encoding="{encoding}"?>'.encode())
    parser.feed(b'<!DOCTYPE dblp SYSTEM "dblp.dtd"><dblp>')
    parser.feed(text)
    parser.feed(b"</dblp>")
    return parser.close()


def _entry(element: ET.Element) -> Entry:
    key, kind = element.get("key", ""), element.get("publtype", "")
    if element.tag not in _WORKS:
        person = element.tag in ("www", "person") and key.startswith("homepages/")
        return _PERSON if person else _OTHER
    if kind == "withdrawn":
        return _WITHDRAWN
    said: dict[str, list[str]] = {}
    for field in element:
        said.setdefault(field.tag, []).append(titles.readable("".join(field.itertext())))
    work = dblp.work(_record(element.tag, key, kind, said))
    return sifted(NAME, key, work)


def _record(tag: str, key: str, kind: str, said: dict[str, list[str]]) -> dblp.DblpTexts:
    """The same as the search would tell it. Editors are named where there is no author."""

    def of(*names: str) -> tuple[str, ...]:
        return tuple(each for name in names for each in said.get(name, ()) if each)

    venue = of("journal", "booktitle")
    informal = kind.startswith("informal")
    preprint = informal or dblp.PREPRINTS in venue
    return dblp.DblpTexts(
        title=of("title"),
        authors=of("author") or of("editor"),
        venue=venue or None,
        volume=of("volume"),
        year=of("year"),
        type=("Informal",) if informal else () if preprint else (tag,),
        key=(key,),
        ee=of("ee"),
    )
