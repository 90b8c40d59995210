"""Read BibTeX and BibLaTeX: libraries of one's own, exports of DBLP or the ACL Anthology.

bibtexparser splits entries and names. Macros and `crossref`, which connect entries, are resolved
here, because a file is read in slices. A slice begins where a line begins with an entry: there
bibtexparser also resumes behind an entry that is never closed.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from refmatter.dumps.base import Entry
from refmatter.dumps.bibliography import USED_FIELDS, Fields, entry_from_fields, inherit_fields
from refmatter.dumps.decompress import DumpFile
from refmatter.dumps.json_stream import MAX_RECORD_BYTES, FileSlice
from refmatter.dumps.optional_deps import import_optional
from refmatter.dumps.record import BadRecord

if TYPE_CHECKING:
    from bibtexparser import model
    from bibtexparser.splitter import Splitter

NAME = "bibtex"
LICENCE = "its owner's"
ATTRIBUTION = (
    "BibTeX of your own choice; its terms are its owner's (ACL Anthology: CC BY 4.0, "
    "https://aclanthology.org/; DBLP: CC0 1.0, https://dblp.org/)"
)

MAX_WAITING = 20_000
"""The most entries that are held back until the entry named by their `crossref` is read.

That entry has to follow them. If more entries wait, the first ones are yielded as they are.
"""
MAX_REMEMBERED = 200_000
"""The most macros, and the most possible parents of other entries, that are remembered."""

_ENTRY_START = re.compile(rb"^[ \t]*@[ \t]*\w+[ \t]*[{(]", re.MULTILINE)
_KNOWN_ENTRY_START = re.compile(
    rb"^[ \t]*@[ \t]*(?:article|book|booklet|collection|comment|conference|dataset|in\w+|manual"
    rb"|\w*thesis|misc|mv\w+|online|patent|preamble|proceedings|report|software|string|techreport"
    rb"|thesis|unpublished|www)[ \t]*[{(]",
    re.MULTILINE | re.IGNORECASE,
)
_PARENT_TYPES = frozenset("proceedings mvproceedings book mvbook collection mvcollection".split())
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_SLICE_BYTES = 2**18
_MARK = b"\xef\xbb\xbf"


def recognises(head: bytes) -> bool:
    """Whether a line of the text begins with an entry, and the text is not JSON or XML."""
    text = head.removeprefix(_MARK).lstrip()
    return text[:1] not in (b"", b"{", b"[", b"<") and _KNOWN_ENTRY_START.search(text) is not None


def read_entries(file: DumpFile) -> Iterator[Entry]:
    """Yield the entries of a file; those with a `crossref` after the entry that it names."""
    references = _CrossReferences()
    for file_slice in _split_slices(file):
        for block in _parse_blocks(file_slice):
            yield from _block_entries(file, file_slice, block, references)
    yield from references.release_all()


def _split_slices(file: DumpFile) -> Iterator[FileSlice]:
    """Yield the file in slices that end before an entry, or at `MAX_RECORD_BYTES`."""
    unsent, line = b"", 1
    while chunk := file.stream.read(_SLICE_BYTES):
        unsent += chunk
        last = max((match.start() for match in _ENTRY_START.finditer(unsent)), default=0)
        end = last or (len(unsent) if len(unsent) > MAX_RECORD_BYTES else 0)
        if end:
            yield FileSlice(line, unsent[:end])
            line += unsent.count(b"\n", 0, end)
            unsent = unsent[end:]
    yield FileSlice(line, unsent)


def _parse_blocks(file_slice: FileSlice) -> list[model.Block]:
    """Return the blocks of a slice, decoded as UTF-8, or else as Latin-1."""
    text = file_slice.data.removeprefix(_MARK)
    try:
        decoded = text.decode()
    except UnicodeDecodeError:
        decoded = text.decode("latin-1")
    splitter = cast(
        "type[Splitter]", import_optional("bibtexparser.splitter", "a file of BibTeX").Splitter
    )
    # It tells the log of every bad entry, which is reported here, with its line in the file.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    return splitter(decoded).split().blocks


def _block_entries(
    file: DumpFile, file_slice: FileSlice, block: model.Block, references: _CrossReferences
) -> Iterator[Entry]:
    """Yield the entries of a block: its own, and those that waited for it.

    An entry with a duplicate key or field is still an entry.
    """
    line = file_slice.line + (block.start_line or 0)
    block = getattr(block, "ignore_error_block", None) or block
    if hasattr(block, "error"):
        yield BadRecord(file.path, line, f"this entry cannot be read: {_error_text(block)}")
    elif hasattr(block, "entry_type"):
        entry = cast("model.Entry", block)
        fields = {"type": entry.entry_type.lower(), "key": entry.key}
        for field in reversed(entry.fields):
            if (name := field.key.lower()) in USED_FIELDS:
                fields[name] = references.expand(str(field.value))
        yield from references.resolve(fields)
    elif hasattr(block, "key"):
        macro = cast("model.String", block)
        references.define_macro(macro.key, str(macro.value))


def _error_text(block: object) -> str:
    """Return bibtexparser's reason why a block is invalid, in at most 200 characters."""
    error = getattr(block, "error", None)
    return " ".join(str(getattr(error, "abort_reason", error)).split())[:200]


class _CrossReferences:
    """The macros of a file, and the entries that inherit from others."""

    def __init__(self) -> None:
        self._macros: dict[str, str] = {month: month for month in _MONTHS}
        self._parents: dict[str, Fields] = {}
        self._waiting: dict[str, list[Fields]] = {}
        self._count = 0

    def define_macro(self, name: str, value: str) -> None:
        """Remember `@string{name = value}`; names are case insensitive."""
        if len(self._macros) < MAX_REMEMBERED:
            self._macros[name.strip().lower()] = self.expand(value)

    def expand(self, raw: str) -> str:
        """Return a raw value without braces or quotes, its macros and `#` resolved."""
        if "#" in raw:
            return "".join(map(self._expand_part, _concatenated_parts(raw)))
        return self._expand_part(raw)

    def _expand_part(self, raw: str) -> str:
        """Return one part of a raw value without braces or quotes, or the value of its macro."""
        raw = raw.strip()
        if raw[:1] + raw[-1:] in ('""', "{}") and len(raw) > 1:
            return raw[1:-1]
        return self._macros.get(raw.lower(), raw)

    def resolve(self, fields: Fields) -> Iterator[Entry]:
        """Yield an entry, unless it waits for its parent, and the entries that waited for it."""
        key, above = fields["key"].lower(), fields.get("crossref", "").strip().lower()
        if not above or above == key:
            yield entry_from_fields(fields)
        elif above in self._parents:
            yield entry_from_fields(inherit_fields(fields, self._parents[above]))
        else:
            self._waiting.setdefault(above, []).append(fields)
            self._count += 1
            if self._count > MAX_WAITING:
                yield from self._release(next(iter(self._waiting)), {})
        if fields["type"] in _PARENT_TYPES and len(self._parents) < MAX_REMEMBERED:
            self._parents.setdefault(key, fields)
        yield from self._release(key, fields)

    def _release(self, key: str, parent: Fields) -> Iterator[Entry]:
        """Yield the entries that wait for `key`, completed with the fields of `parent`."""
        children = self._waiting.pop(key, [])
        self._count -= len(children)
        for child in children:
            yield entry_from_fields(inherit_fields(child, parent))

    def release_all(self) -> Iterator[Entry]:
        """Yield the entries whose parent was never read."""
        for key in list(self._waiting):
            yield from self._release(key, {})


def _concatenated_parts(raw: str) -> Iterator[str]:
    """Yield the parts of a raw value between `#` signs outside braces and quotes."""
    depth, quoted, start = 0, False, 0
    for index, letter in enumerate(raw):
        if letter == '"' and not depth:
            quoted = not quoted
        elif letter in "{}" and (index == 0 or raw[index - 1] != "\\"):
            depth += 1 if letter == "{" else -1
        elif letter == "#" and not depth and not quoted:
            yield raw[start:index]
            start = index + 1
    yield raw[start:]
