"""BibTeX and BibLaTeX -> records: one's own library, DBLP's or the ACL Anthology's.

bibtexparser takes entries apart, and names; what entries mean together (macros, `crossref`) is
worked out here, as a file is read in slices. Slices begin where a line begins with an entry,
which is where bibtexparser takes up again behind an entry that never ends.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, cast

from refmatter.dumps.base import Entry
from refmatter.dumps.bibliography import FIELDS, Fields, entry_of, inherited
from refmatter.dumps.decompress import Opened
from refmatter.dumps.json_stream import RECORD, Piece
from refmatter.dumps.optional_deps import needed
from refmatter.dumps.record import BadRecord

if TYPE_CHECKING:
    from bibtexparser import model
    from bibtexparser.splitter import Splitter

NAME: Final = "bibtex"
LICENCE: Final = "its owner's"
ATTRIBUTION: Final = (
    "BibTeX of your own choice; its terms are its owner's (ACL Anthology: CC BY 4.0, "
    "https://aclanthology.org/; DBLP: CC0 1.0, https://dblp.org/)"
)

WAITING = 20_000
"""Entries that are held back until the one that their `crossref` names has come: it has to stand
behind them. The first of more is given as it is."""
KEPT = 200_000
"""Macros, and entries that others may inherit from, that are remembered."""

_BEGINS = re.compile(rb"^[ \t]*@[ \t]*\w+[ \t]*[{(]", re.MULTILINE)
_KINDS = re.compile(
    rb"^[ \t]*@[ \t]*(?:article|book|booklet|collection|comment|conference|dataset|in\w+|manual"
    rb"|\w*thesis|misc|mv\w+|online|patent|preamble|proceedings|report|software|string|techreport"
    rb"|thesis|unpublished|www)[ \t]*[{(]",
    re.MULTILINE | re.IGNORECASE,
)
_PARENTS = frozenset("proceedings mvproceedings book mvbook collection mvcollection".split())
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_SLICE = 2**18
_MARK = b"\xef\xbb\xbf"


def recognises(head: bytes) -> bool:
    """Text in which a line begins with an entry, and which is no JSON or XML."""
    text = head.removeprefix(_MARK).lstrip()
    return text[:1] not in (b"", b"{", b"[", b"<") and _KINDS.search(text) is not None


def read(file: Opened) -> Iterator[Entry]:
    """Its entries; those that inherit stand where they have all they inherit."""
    together = _Together()
    for piece in _slices(file):
        for block in _blocks(piece):
            yield from _told(file, piece, block, together)
    yield from together.rest()


def _slices(file: Opened) -> Iterator[Piece]:
    """The text, cut before entries, and where none begins for long."""
    held, line = b"", 1
    while more := file.stream.read(_SLICE):
        held += more
        last = max((found.start() for found in _BEGINS.finditer(held)), default=0)
        end = last or (len(held) if len(held) > RECORD else 0)
        if end:
            yield Piece(line, held[:end])
            line += held.count(b"\n", 0, end)
            held = held[end:]
    yield Piece(line, held)


def _blocks(piece: Piece) -> list[model.Block]:
    """The blocks of a slice, in UTF-8 or else in Latin-1."""
    text = piece.text.removeprefix(_MARK)
    try:
        decoded = text.decode()
    except UnicodeDecodeError:
        decoded = text.decode("latin-1")
    splitter = cast("type[Splitter]", needed("bibtexparser.splitter", "a file of BibTeX").Splitter)
    # It tells the log of every bad entry, which is reported here, with its line in the file.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    return splitter(decoded).split().blocks


def _told(file: Opened, piece: Piece, block: model.Block, together: _Together) -> Iterator[Entry]:
    """What a block says. An entry whose key, or one of whose fields, stands twice is one."""
    line = piece.line + (block.start_line or 0)
    block = getattr(block, "ignore_error_block", None) or block
    if hasattr(block, "error"):
        yield BadRecord(file.path, line, f"this entry cannot be read: {_reason(block)}")
    elif hasattr(block, "entry_type"):
        entry = cast("model.Entry", block)
        fields = {"type": entry.entry_type.lower(), "key": entry.key}
        for field in reversed(entry.fields):
            if (name := field.key.lower()) in FIELDS:
                fields[name] = together.value(str(field.value))
        yield from together.entries(fields)
    elif hasattr(block, "key"):
        macro = cast("model.String", block)
        together.defines(macro.key, str(macro.value))


def _reason(block: object) -> str:
    error = getattr(block, "error", None)
    return " ".join(str(getattr(error, "abort_reason", error)).split())[:200]


class _Together:
    """What entries of a file say to each other: macros, and what is inherited."""

    def __init__(self) -> None:
        self._macros: dict[str, str] = {each: each for each in _MONTHS}
        self._parents: dict[str, Fields] = {}
        self._waiting: dict[str, list[Fields]] = {}
        self._count = 0

    def defines(self, name: str, value: str) -> None:
        """`@string{name = value}`; names are the same in capitals."""
        if len(self._macros) < KEPT:
            self._macros[name.strip().lower()] = self.value(value)

    def value(self, raw: str) -> str:
        """A value as it stands, without its braces or quotes, its macros replaced, and parts
        between which `#` stands put together."""
        if "#" in raw:
            return "".join(map(self._part, _parts(raw)))
        return self._part(raw)

    def _part(self, raw: str) -> str:
        raw = raw.strip()
        if raw[:1] + raw[-1:] in ('""', "{}") and len(raw) > 1:
            return raw[1:-1]
        return self._macros.get(raw.lower(), raw)

    def entries(self, fields: Fields) -> Iterator[Entry]:
        """The entry itself, unless it has to wait, and those that waited for it."""
        key, above = fields["key"].lower(), fields.get("crossref", "").strip().lower()
        if not above or above == key:
            yield entry_of(fields)
        elif above in self._parents:
            yield entry_of(inherited(fields, self._parents[above]))
        else:
            self._waiting.setdefault(above, []).append(fields)
            self._count += 1
            if self._count > WAITING:
                yield from self._given(next(iter(self._waiting)), {})
        if fields["type"] in _PARENTS and len(self._parents) < KEPT:
            self._parents.setdefault(key, fields)
        yield from self._given(key, fields)

    def _given(self, key: str, parent: Fields) -> Iterator[Entry]:
        children = self._waiting.pop(key, [])
        self._count -= len(children)
        for each in children:
            yield entry_of(inherited(each, parent))

    def rest(self) -> Iterator[Entry]:
        """Those whose parent never came."""
        for key in list(self._waiting):
            yield from self._given(key, {})


def _parts(raw: str) -> Iterator[str]:
    """The parts of a value between which `#` stands outside of braces and quotes."""
    depth, quoted, start = 0, False, 0
    for place, letter in enumerate(raw):
        if letter == '"' and not depth:
            quoted = not quoted
        elif letter in "{}" and (place == 0 or raw[place - 1] != "\\"):
            depth += 1 if letter == "{" else -1
        elif letter == "#" and not depth and not quoted:
            yield raw[start:place]
            start = place + 1
    yield raw[start:]
