"""Build queries to the Books API of Open Library, and read works from its answers.

Paths and shapes are those of openlibrary.org/dev/docs/api/books (`jscmd=data`). It knows books,
and theses that were printed, by their ISBNs. Open Library claims no rights in its data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Final

from pydantic import TypeAdapter, ValidationError

from refmatter import titles
from refmatter.model import (
    Answer,
    Failure,
    Identifiers,
    Limits,
    Lookup,
    Query,
    Rung,
    Trouble,
    Work,
    WorkKind,
)
from refmatter.providers.base import Discipline, ProviderInfo, Reading
from refmatter.providers.json_answer import Unreadable, json_of, no_limits, trouble_of
from refmatter.providers.shapes import Maybe, Shape
from refmatter.schemes import ISBN

NAME: Final = "open_library"

IDS = 50
"""Books asked for in one request, which keeps its URL at 1 kB."""

INFO: Final = ProviderInfo(
    name=NAME,
    label="Open Library",
    homepage="https://openlibrary.org/",
    terms="facts",
    host="https://openlibrary.org",
    rungs={Rung.IDENTIFIER: (IDS,)},
    rank=90,
    discipline=Discipline(lambda ids: bool(ids.isbn)),
)

_PATH = "/api/books"
_PREFIX = "ISBN:"


class _OpenLibraryAuthor(Shape):
    name: Maybe[str] = None


class OpenLibraryBook(Shape):
    """What it says of an edition of a book."""

    title: Maybe[str] = None
    subtitle: Maybe[str] = None
    authors: Maybe[list[Maybe[_OpenLibraryAuthor]]] = None
    publish_date: Maybe[str] = None


_BOOKS = TypeAdapter(dict[str, OpenLibraryBook])


def headers(key: str | None) -> Mapping[str, str]:
    """Return the headers. It has no keys."""
    del key
    return {"Accept": "application/json"}


def limits(key: str | None, contact: str | None) -> Limits:
    """Return 90 % of one request a second, one at a time; it grants more to some who name
    themselves, which is not needed here."""
    del key, contact
    return Limits(min_interval=1 / 0.9, at_once=1)


limits_from_headers = no_limits


def queries(rung: Rung, lookups: Sequence[Lookup], size: int | None = None) -> Iterable[Query]:
    """Return queries for up to `IDS` ISBNs."""
    known = [lookup for lookup in lookups if _isbn(lookup)]
    size = size or IDS
    return [_query(rung, known[start : start + size]) for start in range(0, len(known), size)]


def _query(rung: Rung, lookups: Sequence[Lookup]) -> Query:
    keys = dict.fromkeys(f"{_PREFIX}{_isbn(lookup)}" for lookup in lookups)
    params = (("bibkeys", ",".join(keys)), ("format", "json"), ("jscmd", "data"))
    return Query(NAME, rung, tuple(lookups), _PATH, params)


def _isbn(lookup: Lookup) -> str | None:
    return ISBN.canonical(lookup.hints.names.isbn)


def read(query: Query, answer: Answer) -> Reading | Failure:
    """Return the books of an answer. Those that the service does not know are missing from it.

    An ISBN is that of a volume, and a note may be about a part of it: only a book that is called
    as the lookup is has the ISBN as its identifier here.
    """
    try:
        books = _books(answer)
    except Unreadable as unreadable:
        return unreadable.failure(query)
    found = {}
    for lookup in query.about:
        isbn = _isbn(lookup)
        book = books.get(f"{_PREFIX}{isbn}")
        found[lookup.key] = works(book, isbn, lookup.title) if book else ()
    return found


def is_cacheable(query: Query, answer: Answer) -> bool:
    """Whether an answer is a list, with or without books."""
    return not isinstance(read(query, answer), Failure)


def _books(answer: Answer) -> Mapping[str, OpenLibraryBook]:
    if answer.status != HTTPStatus.OK:
        raise Unreadable(trouble_of(answer.status), f"answered {answer.status}")
    try:
        return _BOOKS.validate_python(json_of(answer))
    except ValidationError as wrong:
        raise Unreadable(Trouble.GARBLED, "answered with JSON of another shape") from wrong


def works(book: OpenLibraryBook, isbn: str | None, wanted: str) -> tuple[Work, ...]:
    """Return the book under each form of its title: readers write it with and without subtitle."""
    names = [author.name for author in book.authors or () if author and author.name]
    authors = tuple(name for text in names if (name := titles.readable(text)))
    return tuple(
        Work(
            title=title,
            authors=authors or None,
            year=_year(book.publish_date),
            identifiers=Identifiers(isbn=isbn if _is_called(title, wanted) else None),
            kind=WorkKind.BOOK,
        )
        for title in _titles(book)
    )


def _titles(book: OpenLibraryBook) -> list[str]:
    bare, sub = titles.readable(book.title or ""), titles.readable(book.subtitle or "")
    forms = [f"{bare}: {sub}", bare] if sub else [bare]
    return [form for form in forms if bare]


def _is_called(title: str, wanted: str) -> bool:
    return titles.title_key(title) == titles.title_key(wanted)


def _year(date: str | None) -> int | None:
    """Return the year of a date in words; None if it has none, or several."""
    found = set(re.findall(r"(?<!\d)[12][0-9]{3}(?!\d)", date or ""))
    return int(found.pop()) if len(found) == 1 else None
