"""CSL-JSON, an array or lines -> records: the libraries of Zotero, Pandoc and others.

The items are those of the citation-style-language.org schema, read as its writers write them:
numbers as texts and the other way round, lists where one text is due.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import BeforeValidator, ConfigDict, Field

from refmatter import titles
from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import Opened
from refmatter.dumps.filters import own_key, sifted
from refmatter.dumps.json_stream import entries, keys
from refmatter.model import Identifiers, Work, WorkKind
from refmatter.notes.note_identifiers import identify
from refmatter.providers.shapes import Maybe, Shape

NAME: Final = "csl"
LICENCE: Final = "its owner's"
ATTRIBUTION: Final = "a library of your own, as CSL-JSON; its terms are its owner's"

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
"""Types of items; those that are not here (`article`, `document`, `webpage`) say nothing."""
_YEAR = re.compile(r"(?<![0-9])(?:1[0-9]{3}|20[0-9]{2})(?![0-9])")


def _bare(said: object) -> object:
    """A text, of a list the first, and a number as text."""
    first = said[0] if isinstance(said, list) and said else said
    return str(first) if isinstance(first, int) and not isinstance(first, bool) else first


_Text = Annotated[Maybe[str], BeforeValidator(_bare)]


class _CslShape(Shape):
    model_config = ConfigDict(alias_generator=lambda name: name.replace("_", "-"))


class _Name(_CslShape):
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
    author: Maybe[list[Maybe[_Name]]] = None
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
    """Objects with a type and a title, and what only CSL calls so, or an id."""
    named = keys(head)
    ours = {"DOI", "URL", "author", "container-title", "issued", "publisher"}
    return {"type", "title"} <= named and "id" in named and bool(named & ours)


def read(file: Opened) -> Iterator[Entry]:
    """Its items."""
    return entries(file, _CslItem, _entry)


def _entry(item: _CslItem) -> Entry:
    title = titles.readable(item.title or "")
    if not title:
        return sifted(NAME, "", None)
    venue = titles.readable(item.container_title or "")
    short = titles.readable(item.container_title_short or "")
    identifiers = _identifiers(item)
    preprint = True if identifiers.arxiv and not venue else None
    work = Work(
        title=title,
        authors=tuple(filter(None, (_name(each) for each in item.author or () if each))) or None,
        year=_year(item.issued),
        venue=venue or None,
        other_venues=(short,) if short and short != venue else (),
        identifiers=identifiers,
        preprint=preprint,
        kind=WorkKind.PREPRINT if preprint else _KINDS.get(item.type or ""),
    )
    return sifted(NAME, own_key(item.id or "", work), work)


def _name(said: _Name) -> str:
    parts = (said.given, said.dropping_particle, said.non_dropping_particle, said.family)
    full = " ".join(part for part in (*parts, said.suffix) if part)
    return titles.readable(full if said.family or said.given else said.literal or said.name or "")


def _year(said: _CslDate | str | None) -> int | None:
    """From parts, from `literal` or `raw`, or from a date as EDTF (`2017-06/2018`, `2017~`)."""
    if isinstance(said, _CslDate):
        parts = next(iter(said.date_parts or ()), [])
        texts = [next(iter(parts), None), said.literal, said.raw]
    else:
        texts = [said]
    found = next((year for text in texts if text and (year := _YEAR.search(text))), None)
    return int(found[0]) if found else None


def _identifiers(item: _CslItem) -> Identifiers:
    """From DOI and URL; also from the number of a preprint (`arXiv:1706.03762`) and the lines of
    the note, where Zotero keeps what has no field."""
    said = [f"doi:{item.doi.strip()}" if item.doi and item.doi[:2] == "10" else item.doi]
    said += [item.url, item.number, *(item.note or "").splitlines()]
    found = Identifiers()
    for each in said:
        if each and each.isascii():
            found = found.or_else(identify(each))
    return found
