"""Read DBLP's XML.

The DTD is not read; of its entities, only the letters are expanded, by a fixed table. The file is
parsed in slices that end behind a record, so that a damaged record costs only itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import name2codepoint

# Nothing is declared in what is parsed: the reader writes the DOCTYPE itself, see _tree.
from xml.etree import ElementTree as ET

from refmatter import titles
from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import HEAD_BYTES, DumpFile
from refmatter.dumps.filters import entry_of_work
from refmatter.dumps.json_stream import FileSlice
from refmatter.dumps.record import BadRecord, SkippedRecord
from refmatter.providers import dblp

NAME = "dblp"
LICENCE = "CC0 1.0"
ATTRIBUTION = "DBLP, https://dblp.org/ (CC0 1.0)"

_ENTITY_LETTERS = {name: chr(code) for name, code in name2codepoint.items()}
_WORK_TAGS = frozenset(
    "article inproceedings proceedings book incollection phdthesis mastersthesis".split()
)
_END_TAGS = tuple(f"</{tag}>".encode() for tag in (*sorted(_WORK_TAGS), "www", "person", "data"))
_END_TAG = re.compile(b"|".join(_END_TAGS))
_ROOT = re.compile(rb"<dblp(?:\s[^<>]*)?>")
_DBLP_START = re.compile(rb"<dblp[\s>]|<!DOCTYPE\s+dblp\s")
_ENCODING = re.compile(rb"<\?xml[^>]*\sencoding\s*=\s*[\"']([\w.-]+)[\"']")
# In these each byte below 128 is the character that it is in ASCII, which the slicing rests on.
_ASCII_BASED_ENCODINGS = frozenset({"us-ascii", "ascii", "iso-8859-1", "latin-1", "utf-8"})
_SLICE_BYTES = 2**20
_MAX_GAP_BYTES = 2 * 2**20
"""The most bytes between the ends of two records: parsed, they take a hundred times as many."""

_PERSON_PAGE = SkippedRecord("a person's page")
_OTHER_KIND = SkippedRecord("a record of another kind than works")
_WITHDRAWN = SkippedRecord("a withdrawn publication")


def recognises(head: bytes) -> bool:
    """Whether the XML's outermost element or its document type is `dblp`."""
    return head.lstrip()[:1] == b"<" and _DBLP_START.search(head) is not None


def read_entries(file: DumpFile) -> Iterator[Entry]:
    """Yield the works of a file; pages of persons and withdrawn publications are skipped."""
    prolog = _prolog(file)
    if isinstance(prolog, BadRecord):
        yield prolog
        return
    encoding, begins = prolog
    line = file.stream.read(begins).count(b"\n") + 1
    for file_slice in _split_slices(file, line):
        if isinstance(file_slice, BadRecord):
            yield file_slice
        else:
            yield from _slice_entries(file, file_slice, encoding)


def _prolog(file: DumpFile) -> tuple[str, int] | BadRecord:
    """Return a file's encoding and the offset of its first record, or why it is unreadable."""
    root = _ROOT.search(file.head)
    if root is None:
        return BadRecord(file.path, 1, f"its first {HEAD_BYTES // 1024} kB have no element <dblp>")
    before = file.head[: root.start()]
    if b"[" in before:
        return BadRecord(file.path, 1, "it declares entities, which are not expanded")
    declared = _ENCODING.search(before)
    encoding = declared[1].decode().lower() if declared else "utf-8"
    if encoding not in _ASCII_BASED_ENCODINGS:
        return BadRecord(file.path, 1, f"its encoding {encoding} is not supported")
    return encoding, root.end()


def _split_slices(file: DumpFile, line: int) -> Iterator[FileSlice | BadRecord]:
    """Yield the text between `<dblp>` and its end tag in slices that end behind a record."""
    unsent = b""
    while chunk := file.stream.read(_SLICE_BYTES):
        unsent += chunk
        end = max((at + len(tag) for tag in _END_TAGS if (at := unsent.rfind(tag)) >= 0), default=0)
        if end:
            yield FileSlice(line, unsent[:end])
            line += unsent.count(b"\n", 0, end)
            unsent = unsent[end:]
        if len(unsent) > _MAX_GAP_BYTES:
            yield BadRecord(file.path, line, f"no record ends in {_MAX_GAP_BYTES // 2**20} MB")
            line += unsent.count(b"\n")
            unsent = b""
    remainder = unsent.strip()
    if remainder.startswith(b"</dblp>"):
        return
    yield BadRecord(file.path, line, "it ends before </dblp>, in the middle of the file")


def _slice_entries(file: DumpFile, file_slice: FileSlice, encoding: str) -> Iterator[Entry]:
    """Yield the entries of a slice, parsed together, or one by one if one of them is damaged."""
    try:
        elements = list(_parse_elements(file_slice.data, encoding))
    except ET.ParseError:
        yield from _entries_one_by_one(file, file_slice, encoding)
    else:
        yield from map(_element_entry, elements)


def _entries_one_by_one(file: DumpFile, file_slice: FileSlice, encoding: str) -> Iterator[Entry]:
    """Yield the entries of a slice, with a BadRecord for each record that is damaged."""
    start, line = 0, file_slice.line
    for end in _END_TAG.finditer(file_slice.data):
        text = file_slice.data[start : end.end()]
        start = end.end()
        blank = len(text) - len(text.lstrip())
        begins = line + text.count(b"\n", 0, blank)
        line += text.count(b"\n")
        try:
            elements = list(_parse_elements(text[blank:], encoding))
        except ET.ParseError as error:
            reason = str(error).partition(": line")[0]
            yield BadRecord(file.path, begins + error.position[0] - 1, reason)
        else:
            yield from map(_element_entry, elements)


def _parse_elements(text: bytes, encoding: str) -> ET.Element:
    """Return an element that contains the records of a slice. Raises ParseError.

    Entities can only be declared in a DOCTYPE. The only one is written here, and the file that it
    names is not fetched, so an entity is a letter of the table or an error.
    """
    parser = ET.XMLParser()  # noqa: S314 - its dangers need declarations, see above
    parser.entity.update(_ENTITY_LETTERS)
    parser.feed(f'<?xml version="1.0" encoding="{encoding}"?>'.encode())
    parser.feed(b'<!DOCTYPE dblp SYSTEM "dblp.dtd"><dblp>')
    parser.feed(text)
    parser.feed(b"</dblp>")
    return parser.close()


def _element_entry(element: ET.Element) -> Entry:
    """Return the entry of an element of DBLP's XML."""
    key, kind = element.get("key", ""), element.get("publtype", "")
    if element.tag not in _WORK_TAGS:
        person = element.tag in ("www", "person") and key.startswith("homepages/")
        return _PERSON_PAGE if person else _OTHER_KIND
    if kind == "withdrawn":
        return _WITHDRAWN
    texts: dict[str, list[str]] = {}
    for field in element:
        texts.setdefault(field.tag, []).append(titles.readable("".join(field.itertext())))
    work = dblp.work(_dblp_texts(element.tag, key, kind, texts))
    return entry_of_work(NAME, key, work)


def _dblp_texts(tag: str, key: str, kind: str, texts: dict[str, list[str]]) -> dblp.DblpTexts:
    """Return a record as DBLP's search API returns it; editors stand in for missing authors."""

    def of(*names: str) -> tuple[str, ...]:
        """Return the texts of these fields that are not empty."""
        return tuple(text for name in names for text in texts.get(name, ()) if text)

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
