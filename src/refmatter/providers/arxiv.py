"""Build queries to the arXiv API, and read works from its Atom feeds.

Parameters, shapes and the pace are those of its user manual and terms of use
(info.arxiv.org/help/api). Its metadata is CC0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import quote

# Declarations are refused before the parser sees them, see _feed.
from xml.etree import ElementTree as ET

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
from refmatter.providers.base import ProviderInfo, Reading
from refmatter.providers.json_answer import Unreadable, by_title, no_limits, trouble_of
from refmatter.schemes import ARXIV, DOI

NAME: Final = "arxiv"
RUNGS: Final = {Rung.IDENTIFIER: (100,), Rung.TITLE_BATCH: (20, 40), Rung.TITLE_SEARCH: (1,)}
"""A hundred identifiers keep a URL below 2 kB."""
INFO: Final = ProviderInfo(
    name=NAME,
    label="arXiv",
    homepage="https://arxiv.org/",
    terms="CC0",
    host="https://export.arxiv.org",
    rungs=RUNGS,
    rank=60,
)

HITS = 10
"""Works asked for under one title, and the least under several: a phrase is found in longer
titles too."""
HITS_PER_TITLE = 3
"""Works asked for under each of several titles."""
LENGTH = 3900
"""Bytes that the titles of one question may take in its URL, which with the rest of it stays
below the 4,000 that servers and what stands before them are sure to take."""

_PATH = "/api/query"
_OR = " OR "
_COMMON = 3  # a phrase of fewer words stands in more titles than there is room for
_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


limits_from_headers = no_limits


def headers(key: str | None) -> Mapping[str, str]:
    """Return the headers: Atom, as the service has refused clients that accept anything."""
    del key
    return {"Accept": "application/atom+xml"}


def limits(key: str | None, contact: str | None) -> Limits:
    """Return its terms of use: one request in three seconds over one connection, from all of a
    user's machines together."""
    del key, contact
    return Limits(min_interval=3.0, at_once=1)


def queries(rung: Rung, lookups: Sequence[Lookup], size: int | None = None) -> Iterable[Query]:
    """Return queries for up to `size` identifiers, or for titles as phrases: several, or one.

    Titles of one or two words are left out of a query for several: they would take the others'
    room.
    """
    size = size or RUNGS[rung][0]
    if rung is Rung.IDENTIFIER:
        known = [lookup for lookup in lookups if _id(lookup)]
        return [
            _identifier_query(known[start : start + size]) for start in range(0, len(known), size)
        ]
    if rung is Rung.TITLE_BATCH:
        lookups = [
            lookup
            for lookup in lookups
            if titles.has_words(titles.search_text(lookup.title), _COMMON)
        ]
    phrased = [(lookup, term) for lookup in lookups if (term := _term(lookup.title))]
    return [_titled(rung, pack) for pack in _packed(phrased, size)]


def _packed(
    phrased: Iterable[tuple[Lookup, str]], size: int
) -> Iterable[Sequence[tuple[Lookup, str]]]:
    """Yield lookups and their terms, as many together as `size` and the URL allow."""
    packs: list[list[tuple[Lookup, str]]] = []
    pack: list[tuple[Lookup, str]] = []
    for pair in phrased:
        if pack and len(pack) < size and _fits([*pack, pair]):
            pack.append(pair)
        else:
            pack = [pair]
            packs.append(pack)
    return packs


def _titled(rung: Rung, pack: Sequence[tuple[Lookup, str]]) -> Query:
    room = max(HITS, HITS_PER_TITLE * len(pack))
    params = (("search_query", _joined(pack)), ("max_results", str(room)))
    return Query(NAME, rung, tuple(lookup for lookup, _ in pack), _PATH, params)


def _joined(pack: Iterable[tuple[Lookup, str]]) -> str:
    return _OR.join(dict.fromkeys(term for _, term in pack))


def _fits(pack: Iterable[tuple[Lookup, str]]) -> bool:
    return _length(_joined(pack)) <= LENGTH


def _length(text: str) -> int:
    return len(quote(text, safe=""))


def _term(title: str) -> str:
    """Return a title in the service's syntax, in as many of its spellings as there is room for; ""
    if it cannot be asked for.

    The service indexes titles with their accents and apostrophes, in any script. Its parser takes
    all letters, and commas and colons, inside quotes (`search/domain/classic_api` and
    `mappings/DocumentMapping.json` of arXiv/arxiv-search).
    """
    term = ""
    for spelling in titles.search_spellings(title, apostrophes=True, accents=True):
        longer = f'{term}{_OR if term else ""}ti:"{spelling}"'
        if not spelling or _length(longer) > LENGTH:
            break
        term = longer
    return term


def _identifier_query(lookups: Sequence[Lookup]) -> Query:
    ids = list(dict.fromkeys(_id(lookup) for lookup in lookups))
    params = (("id_list", ",".join(ids)), ("max_results", str(len(ids))))
    return Query(NAME, Rung.IDENTIFIER, tuple(lookups), _PATH, params)


def _id(lookup: Lookup) -> str:
    """Return the arXiv id of a lookup, also from the DOI that arXiv gives; "" without a sound one:
    a malformed id spoils the answer for all the others."""
    names = lookup.hints.identifiers
    return ARXIV.canonical(names.arxiv) or ARXIV.of_doi(DOI.canonical(names.doi)) or ""


def read(query: Query, answer: Answer) -> Reading | Failure:
    """Return the works of a feed: by their ids if the query was by id, and for each of several
    titles those that have or contain it.

    Ids that the service does not know are missing from its answer without a word. Where not
    all works of several titles had room, nobody knows whose are missing: the question is
    called too large.
    """
    try:
        works = _works(query, answer)
    except Unreadable as unreadable:
        return unreadable.failure(query)
    if query.rung is Rung.TITLE_SEARCH:
        return {query.about[0].key: works}
    if query.rung is Rung.TITLE_BATCH:
        return by_title(query.about, works)
    by_id = {work.identifiers.arxiv: (work,) for work in works}
    return {lookup.key: by_id.get(_id(lookup), ()) for lookup in query.about}


def is_cacheable(query: Query, answer: Answer) -> bool:
    """Whether an answer has a work: an empty feed is now and then an error of the service."""
    try:
        return bool(_works(query, answer))
    except Unreadable:
        return False


def _works(query: Query, answer: Answer) -> tuple[Work, ...]:
    """Return the works of a feed. Raises Unreadable."""
    if answer.status != HTTPStatus.OK:
        raise Unreadable(trouble_of(answer.status), f"answered {answer.status}")
    feed = _feed(answer)
    entries = feed.findall(f"{_ATOM}entry")
    for entry in entries:
        if _is_complaint(entry):  # older servers say so with status 200
            raise Unreadable(Trouble.REJECTED, f"answered: {_text(entry, _ATOM, 'summary')}"[:120])
    total = _total(feed)
    whole = query.rung is Rung.TITLE_BATCH and len(query.about) > 1
    if total is None and (whole or not entries):
        raise Unreadable(Trouble.GARBLED, "answered with a feed without a count")
    if total and not entries:
        raise Unreadable(Trouble.BROKEN, "answered with an empty feed for works it counted")
    if whole and total is not None and total > len(entries):
        raise Unreadable(Trouble.REJECTED, f"answered {len(entries)} works of {total}")
    return tuple(work for entry in entries if (work := _work(entry)) is not None)


def _total(feed: ET.Element) -> int | None:
    """Return how many works the service counts; None if it does not say so in plain digits."""
    count = _text(feed, _SEARCH, "totalResults")
    return int(count) if re.fullmatch(r"[0-9]{1,18}", count) else None


def _feed(answer: Answer) -> ET.Element:
    head = answer.body[:200].lstrip().lower()
    if "html" in answer.content_type.lower() or head.startswith((b"<!doctype html", b"<html")):
        raise Unreadable(Trouble.REFUSED, "answered with a web page")
    garbled = Unreadable(Trouble.GARBLED, "answered with something that is no Atom feed")
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
    names = (_text(author, _ATOM, "name") for author in entry.findall(f"{_ATOM}author"))
    return work(
        ArxivRecord(
            title=_text(entry, _ATOM, "title"),
            names=tuple(names),
            year=_text(entry, _ATOM, "published")[:4],
            journal=_text(entry, _ARXIV, "journal_ref"),
            number=_text(entry, _ATOM, "id").partition("/abs/")[2],
            doi=_text(entry, _ARXIV, "doi"),
        )
    )


class ArxivRecord(NamedTuple):
    """What the service says of a preprint, in readable text, "" for what it does not say; `number`
    is its own id, with or without a version."""

    title: str
    names: tuple[str, ...]
    year: str
    journal: str
    number: str
    doi: str


def work(record: ArxivRecord) -> Work | None:
    """Return the preprint of a record; None without a title."""
    if not record.title:
        return None
    year = record.year
    return Work(
        title=record.title,
        authors=tuple(name for name in record.names if name) or None,
        year=int(year) if re.fullmatch(r"[1-9][0-9]{3}", year) else None,
        # Whether a preprint was published elsewhere it may not know: silence says nothing.
        venue=record.journal or None,
        preprint=True,
        kind=WorkKind.PREPRINT,
        identifiers=Identifiers(
            arxiv=ARXIV.canonical(record.number),
            doi=DOI.canonical(record.doi.partition(" ")[0]),  # blanks separate several
        ),
    )
