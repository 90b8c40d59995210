"""Look works up in the bundled catalogue, by title key and identifier, without the network.

The file is xz-compressed JSON, a value a line: first a `Header`, then one `Row` a work as an
array, sorted by title key. `scripts/build_catalog.py` writes it; docs/data.md tells where its
values come from. Opening it unpacks and indexes the lines; a line is parsed only when somebody
asks for its work.
"""

from __future__ import annotations

import datetime as dt
import lzma
from array import array
from collections.abc import Iterator
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from refmatter.errors import ConfigError
from refmatter.model import Identifiers, Work
from refmatter.providers.base import ProviderInfo
from refmatter.schemes import SCHEMES
from refmatter.state.hash_index import HashIndex

NAME = "catalog"

INFO = ProviderInfo(
    name=NAME,
    label="the catalogue",
    homepage="",
    terms="",
    rank=20,
)
"""Its place among the providers; it is asked without a request."""

DATE = "2022-07-03"
"""The day the bundled values were fetched: known without opening the file (a test compares)."""

ORIGINS = frozenset({"semantic_scholar", "dblp", "acl"})
"""Whose data the bundled works are, as a built catalogue would name them."""

LARGEST = 64 * 2**20
"""The most that a catalogue may have when unpacked, in bytes; the bundled one has 7 MB."""


class Row(NamedTuple):
    """A line of the file: what Semantic Scholar said of a work, where nothing contradicts it, and
    what others call it.

    `key` is `titles.title_key(title)`: stored, and first, because finding it in the line takes
    a tenth of the time of working it out. `venue` is None where Semantic Scholar names none.
    """

    key: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    venue: str | None
    citation_count: int
    reference_count: int
    fields_of_study: tuple[str, ...]
    s2: str
    doi: str | None
    arxiv: str | None
    acl: str | None
    dblp: str | None

    @property
    def identifiers(self) -> Identifiers:
        """What other systems call the work."""
        return Identifiers(s2=self.s2, doi=self.doi, arxiv=self.arxiv, acl=self.acl, dblp=self.dblp)

    @property
    def work(self) -> Work:
        """The work as the matcher wants it: an empty list says nothing, no venue says ""."""
        return Work(
            title=self.title,
            authors=self.authors or None,
            year=self.year,
            venue=self.venue or "",
            citation_count=self.citation_count,
            reference_count=self.reference_count,
            fields_of_study=self.fields_of_study or None,
            identifiers=self.identifiers,
        )


class CatalogSource(BaseModel):
    """A place that values were read from, the state it was in, and its own licence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: str
    version: str
    gives: str
    licence: str


class Licence(BaseModel):
    """Whose data it is, the terms it is passed on under, and where both are found."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: str
    url: str
    licence: str
    terms: str


class Header(BaseModel):
    """The first line of the file. New columns or new title keys make a new `schema_version`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Literal["refmatter catalogue"] = "refmatter catalogue"
    schema_version: Literal[1] = 1
    date: dt.date
    count: int
    columns: tuple[str, ...] = Row._fields
    provenance: tuple[CatalogSource, ...]
    licences: tuple[Licence, ...]


_ROW = TypeAdapter(Row)
_SCHEMES = tuple(scheme for scheme in SCHEMES if scheme in Row._fields)


def row_of(line: bytes) -> Row:
    """Return what a line behind the first says. Raises pydantic's ValidationError."""
    return _ROW.validate_json(line)


class Catalog:
    """Works on disk. Where several have one title, each of them is an answer."""

    def __init__(self, header: Header, text: bytes, starts: array[int], name: str) -> None:
        """`text` is the file's, `starts` are the places in it where rows start, and its end."""
        self.header = header
        self._text = text
        self._starts = starts
        self._name = name

    @property
    def date(self) -> str:
        """The day its values were fetched, ISO."""
        return self.header.date.isoformat()

    def by_title(self, title_key: str) -> tuple[Work, ...]:
        """Return the works whose titles have this key (`titles.title_key`).

        Raises ConfigError where a row is not what the header promises.
        """
        key = title_key.encode()
        numbers = self._titled.numbers(hash(key))
        return tuple(self._row(number).work for number in numbers if self._key(number) == key)

    def by_identifiers(self, identifiers: Identifiers) -> tuple[Work, ...]:
        """Return the works that these identifiers name: at most one, unless they disagree.

        Raises ConfigError where a row is not what the header promises.
        """
        if not identifiers:
            return ()
        found: dict[int, Row] = {}
        for scheme, value in identifiers:
            for number in self._named.numbers(hash((scheme, value))):
                row = self._row(number)
                if getattr(row, scheme, None) == value:
                    found[number] = row
        return tuple(row.work for row in found.values())

    @cached_property
    def _titled(self) -> HashIndex:
        return HashIndex(
            array("q", (hash(self._key(number)) for number in range(self.header.count)))
        )

    @cached_property
    def _named(self) -> HashIndex:
        hashes, numbers = array("q"), array("Q")
        for number in range(self.header.count):
            row = self._row(number)
            for scheme in _SCHEMES:
                if (value := getattr(row, scheme)) is not None:
                    hashes.append(hash((scheme, value)))
                    numbers.append(number)
        return HashIndex(hashes, numbers)

    def _key(self, number: int) -> bytes:
        """Return a row's first column: letters and digits, of which JSON escapes none."""
        start, end = self._starts[number] + 2, self._starts[number + 1]
        return self._text[start : max(self._text.find(b'"', start, end), start)]

    def _row(self, number: int) -> Row:
        try:
            return row_of(self._text[self._starts[number] : self._starts[number + 1]])
        except ValidationError as error:
            raise _unusable(self._name, f"line {number + 2} is no row of it") from error


def load(path: Path | None = None) -> Catalog:
    """Return the catalogue in this file; without one the bundled catalogue, which is read once.

    Raises ConfigError where the file cannot be read, is damaged, or is something else.
    """
    return _bundled() if path is None else _opened(path)


@cache
def _bundled() -> Catalog:
    return _opened(resources.files("refmatter") / "data" / "catalog.jsonl.xz")


def _opened(file: Path | Traversable) -> Catalog:
    name = str(file)
    try:
        packed = file.read_bytes()
    except OSError as error:
        raise _unusable(name, error.strerror or str(error)) from error
    text = _unpacked(packed, name)
    starts = array("Q", _starts(text))
    try:
        header = Header.model_validate_json(text[: starts[0]])
    except ValidationError as error:
        raise _unusable(name, "its first line is not the header of one") from error
    if header.columns != Row._fields:
        raise _unusable(name, "it has other columns")
    if header.count != len(starts) - 1:
        raise _unusable(name, f"it promises {header.count} works and holds {len(starts) - 1}")
    return Catalog(header, text, starts, name)


def _starts(text: bytes) -> Iterator[int]:
    """Yield where the lines behind the first start, and the end of the last."""
    end = text.find(b"\n")
    while end >= 0:
        yield end + 1
        end = text.find(b"\n", end + 1)
    if not text.endswith(b"\n"):
        yield len(text)


def _unpacked(packed: bytes, name: str) -> bytes:
    decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=LARGEST)
    try:
        text = decoder.decompress(packed, LARGEST)
    except lzma.LZMAError as error:
        raise _unusable(name, f"it is no sound xz file: {error}") from error
    if not decoder.eof:
        raise _unusable(name, f"it is cut short, or larger than {LARGEST // 2**20} MiB unpacked")
    return text


def _unusable(name: str, reason: str) -> ConfigError:
    return ConfigError(
        f"{name} cannot be used as the catalogue: {reason}. The bundled one comes back with "
        "reinstalling refmatter; docs/data.md tells how to build one."
    )
