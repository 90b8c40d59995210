"""Read CSL-JSON, an array or lines: exports of Zotero, Pandoc and others.

Items follow the schema of citationstyles.org, with the deviations that are common: numbers as
texts, texts as numbers, lists in place of one text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field

from refmatter import titles
from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import DumpFile
from refmatter.dumps.filters import entry_of_work, unique_key
from refmatter.dumps.json_stream import first_object_keys, read_json_entries
from refmatter.model import Identifiers, Work, WorkKind
from refmatter.notes.note_identifiers import identify
from refmatter.providers.shapes import Maybe, Shape

NAME = "csl"
LICENCE = "its owner's"
ATTRIBUTION = "a library of your own, as CSL-JSON; its terms are its owner's"

_KINDS: Mapping[str, WorkKind] = MappingProxyType(
    {
        **dict.fromkeys(
            ("article-journal", "article-magazine", "article-newspaper", "paper-conference"),
            WorkKind.ARTICLE,
        ),
        **dict.fromkeys(("book", "classic", "collection", "periodical"), WorkKind.BOOK),
        **dict.fromkeys(
            ("chapter", "entry", "entry-dictionary", "entry-encyclopedia"), WorkKind.CHAPTER
        ),
        "thesis": WorkKind.THESIS,
        **dict.fromkeys(("report", "standard"), WorkKind.REPORT),
        **dict.fromkeys(("review", "review-book"), WorkKind.REVIEW),
        "dataset": WorkKind.DATASET,
    }
)
"""The kind of work for each item type; types that are missing here (`article`, `document`,

`webpage`) tell nothing.
"""
_YEAR = re.compile(r"(?<![0-9])(?:1[0-9]{3}|20[0-9]{2})(?![0-9])")


def _as_text(value: object) -> object:
    """Return a text, the first text of a list, or a number as text."""
    first = value[0] if isinstance(value, list) and value else value
    return str(first) if isinstance(first, int) and not isinstance(first, bool) else first


_Text = Annotated[Maybe[str], BeforeValidator(_as_text)]


class _CslShape(Shape):
    model_config = ConfigDict(alias_generator=lambda name: name.replace("_", "-"))


class _CslName(_CslShape):
    family: _Text = None
    given: _Text = None
    dropping_particle: _Text = None
    non_dropping_particle: _Text = None
    suffix: _Text = None
    literal: _Text = None
    name: _Text = None


class _CslDate(_CslShape):
    date_parts: Maybe[list[list[_Text]]] = None
    literal: _Text = None
    raw: _Text = None


class _CslItem(_CslShape):
    id: _Text = None
    type: _Text = None
    title: _Text = None
    author: Maybe[list[Maybe[_CslName]]] = None
    issued: Maybe[_CslDate | str] = None
    container_title: _Text = None
    container_title_short: _Text = None
    doi: _Text = Field(default=None, alias="DOI")
    url: _Text = Field(default=None, alias="URL")
    number: _Text = None
    publisher: _Text = None
    archive: _Text = None
    note: _Text = None


def recognises(head: bytes) -> bool:
    """Whether the objects have a type, a title, an id and a key that CSL uses."""
    object_keys = first_object_keys(head)
    csl_keys = {"DOI", "URL", "author", "container-title", "issued", "publisher"}
    return {"type", "title"} <= object_keys and "id" in object_keys and bool(object_keys & csl_keys)


def read_entries(file: DumpFile) -> Iterator[Entry]:
    """Yield the items of a file."""
    return read_json_entries(file, _CslItem, _item_entry)


def _item_entry(item: _CslItem) -> Entry:
    """Return the entry of an item."""
    title = titles.readable(item.title or "")
    if not title:
        return entry_of_work(NAME, "", None)
    venue = titles.readable(item.container_title or "")
    short = titles.readable(item.container_title_short or "")
    identifiers = _identifiers(item)
    preprint = True if identifiers.arxiv and not venue else None
    work = Work(
        title=title,
        authors=tuple(filter(None, (_full_name(author) for author in item.author or () if author)))
        or None,
        year=_issued_year(item.issued),
        venue=venue or None,
        other_venues=(short,) if short and short != venue else (),
        identifiers=identifiers,
        preprint=preprint,
        kind=WorkKind.PREPRINT if preprint else _KINDS.get(item.type or ""),
    )
    return entry_of_work(NAME, unique_key(item.id or "", work), work)


def _full_name(author: _CslName) -> str:
    """Return an author's name, given name first."""
    parts = (author.given, author.dropping_particle, author.non_dropping_particle, author.family)
    full = " ".join(part for part in (*parts, author.suffix) if part)
    return titles.readable(
        full if author.family or author.given else author.literal or author.name or ""
    )


def _issued_year(date: _CslDate | str | None) -> int | None:
    """Return the year of a date: of its parts, its texts, or an EDTF text (`2017-06/2018`)."""
    if isinstance(date, _CslDate):
        parts = next(iter(date.date_parts or ()), [])
        texts = [next(iter(parts), None), date.literal, date.raw]
    else:
        texts = [date]
    year_match = next((year for text in texts if text and (year := _YEAR.search(text))), None)
    return int(year_match[0]) if year_match else None


def _identifiers(item: _CslItem) -> Identifiers:
    """Return the identifiers in an item's DOI, URL, number and note.

    The number may be `arXiv:1706.03762`; Zotero puts values without a field into lines of the note.
    """
    texts = [f"doi:{item.doi.strip()}" if item.doi and item.doi[:2] == "10" else item.doi]
    texts += [item.url, item.number, *(item.note or "").splitlines()]
    identifiers = Identifiers()
    for text in texts:
        if text and text.isascii():
            identifiers = identifiers.or_else(identify(text))
    return identifiers
