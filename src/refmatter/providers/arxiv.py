"""Lookups -> questions to the arXiv API, and its Atom feeds -> works.

Parameters, shapes and the pace are those of its user manual and terms of use
(info.arxiv.org/help/api). Its metadata is CC0.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Final

# Declarations are refused before the parser sees them, see _feed.
from xml.etree import ElementTree as ET

from refmatter import titles
from refmatter.model import Answer, Failure, Identifiers, Lookup, Query, Rung, Trouble, Work
from refmatter.providers.base import Reading

NAME: Final = "arxiv"
HOST: Final = "https://export.arxiv.org"
EVERY: Final = 3.0  # one request in three seconds, from all of a user's machines together
RUNGS: Final = (Rung.IDENTIFIER, Rung.TITLE)

IDS = 100
"""Works asked for by identifier in one request, which keeps its URL below 2 kB."""
HITS = 10
"""Works asked for under one title: a phrase is found in longer titles too."""

_PATH = "/api/query"
_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"

# One malformed id spoils the answer for all the others, so shapes are checked here.
_ID = re.compile(
    r"(?:(\d{4}\.\d{4,5})|([a-z]+(?:-[a-z]+)?)(?:\.[A-Z]{2})?(/\d{7}))(?:v\d+)?", re.ASCII
)
_DOI = re.compile(r"10\.[0-9]{4,9}/[!-~]{1,200}")
_OWN_DOI = "10.48550/arxiv."

_REFUSALS = frozenset({401, 403, 406, 429})
_TOO_MUCH = frozenset({400, 413, 414})


class _Unreadable(Exception):  # noqa: N818 - not an error: it becomes a Failure in this module
    def __init__(self, trouble: Trouble, detail: str) -> None:
        self.trouble = trouble
        self.detail = detail


def headers(key: str | None) -> Mapping[str, str]:
    """Atom, said aloud: the service has refused clients that accept anything. It has no keys."""
    del key
    return {"Accept": "application/atom+xml"}


def ask(rung: Rung, lookups: Sequence[Lookup]) -> Iterable[Query]:
    """Up to `IDS` identifiers in a question, or one title as a phrase."""
    if rung is Rung.TITLE:
        return [_titled(each, phrase) for each in lookups if (phrase := _phrase(each.title))]
    known = [each for each in lookups if _id(each)]
    return [_listed(known[start : start + IDS]) for start in range(0, len(known), IDS)]


def _titled(lookup: Lookup, phrase: str) -> Query:
    params = (("search_query", f'ti:"{phrase}"'), ("max_results", str(HITS)))
    return Query(NAME, Rung.TITLE, (lookup,), _PATH, params)


def _phrase(title: str) -> str:
    """The words of a title; "" where they cannot be asked for.

    Punctuation is syntax to this service, and letters outside ASCII have been answered with
    400: accents come off, and a title in another script is not asked for.
    """
    folded = unicodedata.normalize("NFKD", titles.words(title))
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return titles.words(plain) if plain.isascii() else ""


def _listed(lookups: Sequence[Lookup]) -> Query:
    ids = list(dict.fromkeys(_id(each) for each in lookups))
    params = (("id_list", ",".join(ids)), ("max_results", str(len(ids))))
    return Query(NAME, Rung.IDENTIFIER, tuple(lookups), _PATH, params)


def _id(lookup: Lookup) -> str:
    """The arXiv id of a lookup, also from the DOI that arXiv gives; "" without a sound one."""
    said = lookup.hints.identifiers
    doi = (said.doi or "").lower()
    return _bare(said.arxiv or "") or _bare(doi[len(_OWN_DOI) :] if _OWN_DOI in doi else "")


def _bare(said: str) -> str:
    """An id without version and subject class, as its entries have it; "" for another shape."""
    found = _ID.fullmatch(said.strip())
    return (found[1] or found[2] + found[3]) if found else ""


def read(query: Query, answer: Answer) -> Reading | Failure:
    """The works of a feed, by their ids where the question was by id.

    Ids that the service does not know are missing from its answer without a word.
    """
    try:
        works = _works(answer)
    except _Unreadable as unreadable:
        return Failure(NAME, query.rung, unreadable.trouble, unreadable.detail)
    if query.rung is Rung.TITLE:
        return {query.about[0].key: works}
    by_id = {work.identifiers.arxiv: (work,) for work in works}
    return {each.key: by_id.get(_id(each), ()) for each in query.about}


def keep(query: Query, answer: Answer) -> bool:
    """Whether it is an answer that holds a work: an empty feed now and then is a hiccup."""
    reading = read(query, answer)
    return not isinstance(reading, Failure) and any(reading.values())


def _works(answer: Answer) -> tuple[Work, ...]:
    if answer.status != HTTPStatus.OK:
        raise _refusal(answer)
    feed = _feed(answer)
    entries = feed.findall(f"{_ATOM}entry")
    for entry in entries:
        if _is_complaint(entry):  # older servers say so with status 200
            raise _Unreadable(Trouble.REJECTED, f"answered: {_text(entry, _ATOM, 'summary')}"[:120])
    if not entries:
        total = _text(feed, _SEARCH, "totalResults")
        if not total.isdecimal():
            raise _Unreadable(Trouble.GARBLED, "answered with a feed without a count")
        if total.strip("0"):
            raise _Unreadable(Trouble.BROKEN, "answered with an empty feed for works it counted")
    return tuple(work for entry in entries if (work := _work(entry)) is not None)


def _refusal(answer: Answer) -> _Unreadable:
    detail = f"answered {answer.status}"
    if answer.status in _TOO_MUCH:
        return _Unreadable(Trouble.REJECTED, detail)
    if answer.status in _REFUSALS:
        return _Unreadable(Trouble.REFUSED, detail)
    broken = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return _Unreadable(Trouble.BROKEN if broken else Trouble.GARBLED, detail)


def _feed(answer: Answer) -> ET.Element:
    head = answer.body[:200].lstrip().lower()
    if "html" in answer.content_type.lower() or head.startswith((b"<!doctype html", b"<html")):
        raise _Unreadable(Trouble.REFUSED, "answered with a web page")
    garbled = _Unreadable(Trouble.GARBLED, "answered with something that is no Atom feed")
    try:
        text = answer.body.decode()
        # Entities can be declared in a DOCTYPE only, and a feed has none: without it nothing
        # expands and nothing is fetched. As text is parsed, no other encoding can hide one.
        if "<!DOCTYPE" in text:
            raise garbled
        feed = ET.fromstring(text)  # noqa: S314 - its dangers need the DOCTYPE refused above
    except (UnicodeDecodeError, ET.ParseError) as wrong:
        raise garbled from wrong
    if feed.tag != f"{_ATOM}feed":
        raise garbled
    return feed


def _text(element: ET.Element, space: str, name: str) -> str:
    return titles.readable(element.findtext(space + name) or "")


def _is_complaint(entry: ET.Element) -> bool:
    return "/api/errors" in _text(entry, _ATOM, "id")


def _work(entry: ET.Element) -> Work | None:
    title = _text(entry, _ATOM, "title")
    if not title:
        return None
    names = (_text(author, _ATOM, "name") for author in entry.findall(f"{_ATOM}author"))
    year = _text(entry, _ATOM, "published")[:4]
    doi = _text(entry, _ARXIV, "doi").lower().partition(" ")[0]  # several are told with blanks
    path = _text(entry, _ATOM, "id").partition("/abs/")[2]
    return Work(
        title=title,
        authors=tuple(name for name in names if name) or None,
        year=int(year) if re.fullmatch(r"[1-9][0-9]{3}", year) else None,
        # Whether a preprint was published elsewhere it may not know: silence says nothing.
        venue=_text(entry, _ARXIV, "journal_ref") or None,
        identifiers=Identifiers(
            arxiv=_bare(path) or None, doi=doi if _DOI.fullmatch(doi) else None
        ),
    )
