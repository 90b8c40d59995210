"""Build queries to the INSPIRE-HEP REST API, and read works from its answers.

Paths, parameters and limits are those of github.com/inspirehep/rest-api-doc, the shapes those of
inspire-schemas ("hep"). It knows the works of high energy physics. Its bibliographic metadata is
CC0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from pydantic import ValidationError

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
from refmatter.providers.shapes import Count, Maybe, Shape, Year
from refmatter.schemes import ARXIV, ARXIV_DOI, DOI

NAME: Final = "inspire"

IDS = 50
"""Works asked for by identifier in one request, which keeps its URL at a few kB."""
HITS = 10
"""Works asked for under one title."""

_ARCHIVES = ("astro-ph/", "gr-qc/", "hep-ex/", "hep-lat/", "hep-ph/", "hep-th/", "nucl-ex/",
             "nucl-th/")  # fmt: skip
"""The archives that the service takes its works from, as older arXiv ids begin with them."""
_PHYSICS = re.compile(
    r"phys(?:ical|\.)? ?rev(?:iew|\.)? ?(?:lett|c\b|d\b)|high energy phys|\bjhep\b|\bjcap\b|"
    r"nucl(?:ear|\.)? ?phys|phys(?:ics|\.)? ?lett(?:ers|\.)? ?b\b|class(?:ical|\.)? ?(?:and )?"
    r"quant|gravit|cosmolog|astropart|astrophys|eur(?:opean|\.)? ?phys.* ?c\b|annals of physics|"
    r"particle|supersym",
    re.IGNORECASE,
)

INFO: Final = ProviderInfo(
    name=NAME,
    label="INSPIRE-HEP",
    homepage="https://inspirehep.net/",
    terms="CC0 1.0",
    host="https://inspirehep.net/api",
    rungs={Rung.IDENTIFIER: (IDS,), Rung.TITLE_SEARCH: (1,)},
    rank=80,
    discipline=Discipline(lambda ids: (ids.arxiv or "").startswith(_ARCHIVES), _PHYSICS),
)

_PATH = "/literature"
_FIELDS = (
    "titles.title", "authors.full_name", "author_count", "corporate_author", "collaborations.value",
    "publication_info.journal_title", "publication_info.year", "publication_info.material",
    "earliest_date", "arxiv_eprints.value", "dois.value", "document_type", "citation_count",
)  # fmt: skip
_KINDS: Mapping[str, WorkKind] = MappingProxyType(
    {
        "article": WorkKind.ARTICLE,
        "conference paper": WorkKind.ARTICLE,
        "review": WorkKind.ARTICLE,
        "book": WorkKind.BOOK,
        "proceedings": WorkKind.BOOK,
        "book chapter": WorkKind.CHAPTER,
        "thesis": WorkKind.THESIS,
        "report": WorkKind.REPORT,
        "activity report": WorkKind.REPORT,
        "note": WorkKind.REPORT,
    }
)
"""Its types of documents; reviews are surveys of a field."""


class _InspireTitle(Shape):
    title: Maybe[str] = None


class _InspireAuthor(Shape):
    full_name: Maybe[str] = None


class _InspireValue(Shape):
    value: Maybe[str] = None


class _InspirePublication(Shape):
    journal_title: Maybe[str] = None
    year: Maybe[Year] = None
    material: Maybe[str] = None


class InspireRecord(Shape):
    """What it says of a work, as far as it was asked."""

    titles: Maybe[list[Maybe[_InspireTitle]]] = None
    authors: Maybe[list[Maybe[_InspireAuthor]]] = None
    author_count: Maybe[Count] = None
    corporate_author: Maybe[list[str]] = None
    collaborations: Maybe[list[Maybe[_InspireValue]]] = None
    publication_info: Maybe[list[Maybe[_InspirePublication]]] = None
    earliest_date: Maybe[str] = None
    arxiv_eprints: Maybe[list[Maybe[_InspireValue]]] = None
    dois: Maybe[list[Maybe[_InspireValue]]] = None
    document_type: Maybe[list[str]] = None
    citation_count: Maybe[Count] = None


class _InspireHit(Shape):
    metadata: InspireRecord


class _InspireHits(Shape):
    total: int
    hits: list[_InspireHit]


class _InspireAnswer(Shape):
    hits: _InspireHits


def headers(key: str | None) -> Mapping[str, str]:
    """Return the headers. It has no keys."""
    del key
    return {"Accept": "application/json"}


def limits(key: str | None, contact: str | None) -> Limits:
    """Return 90 % of 15 requests in five seconds, one at a time. Requests that are turned down
    count, too."""
    del key, contact
    return Limits(min_interval=5 / 13.5, at_once=1)


limits_from_headers = no_limits


def queries(rung: Rung, lookups: Sequence[Lookup], size: int | None = None) -> Iterable[Query]:
    """Return queries for up to `IDS` identifiers, or for one title."""
    if rung is Rung.TITLE_SEARCH:
        return [
            _query(rung, (lookup,), f'titles.title:"{words}"', HITS)
            for lookup in lookups
            if (words := titles.search_text(lookup.title))
        ]
    known = [lookup for lookup in lookups if _term(lookup)]
    size = size or IDS
    return [_identified(known[start : start + size]) for start in range(0, len(known), size)]


def _identified(lookups: Sequence[Lookup]) -> Query:
    terms = list(dict.fromkeys(map(_term, lookups)))
    # A preprint and its publication may still be two records.
    return _query(Rung.IDENTIFIER, tuple(lookups), " or ".join(terms), 2 * len(terms))


def _query(rung: Rung, about: tuple[Lookup, ...], text: str, rows: int) -> Query:
    params = (("q", text), ("size", str(rows)), ("fields", ",".join(_FIELDS)))
    return Query(NAME, rung, about, _PATH, params)


def _term(lookup: Lookup) -> str:
    """Return the search for a work by its arXiv id or DOI; "" without a sound one."""
    arxiv, doi = _asked(lookup)
    if arxiv:
        return f'arxiv_eprints.value:"{arxiv}"'
    return f'dois.value:"{doi}"' if doi and not set(doi) & set('"\\') else ""


def _asked(lookup: Lookup) -> tuple[str | None, str | None]:
    """Return the arXiv id and the DOI by which a work may be asked for."""
    names = lookup.hints.names
    doi = DOI.canonical(names.doi)
    return ARXIV.canonical(names.arxiv) or ARXIV.of_doi(doi), doi


def read(query: Query, answer: Answer) -> Reading | Failure:
    """Return the works of an answer, by the identifier of each lookup if it was by identifier.

    The service rejects no query: what it does not understand it takes for words. So only works
    with an identifier that was asked for are an answer.
    """
    try:
        works = [found for hit in _hits(query, answer) if (found := work(hit.metadata))]
    except Unreadable as unreadable:
        return unreadable.failure(query)
    if query.rung is Rung.TITLE_SEARCH:
        return {query.about[0].key: tuple(works)}
    return {
        lookup.key: tuple(found for found in works if _is_asked(lookup, found))
        for lookup in query.about
    }


def _is_asked(lookup: Lookup, found: Work) -> bool:
    arxiv, doi = _asked(lookup)
    has = found.identifiers
    return has.arxiv == arxiv if arxiv else doi is not None and has.doi == doi


def is_cacheable(query: Query, answer: Answer) -> bool:
    """Whether an answer is a list, with or without works."""
    return not isinstance(read(query, answer), Failure)


def _hits(query: Query, answer: Answer) -> Sequence[_InspireHit]:
    """Return the hits of an answer. Raises Unreadable.

    More works than identifiers were asked for mean that the query was taken for something else.
    """
    if answer.status != HTTPStatus.OK:
        raise Unreadable(trouble_of(answer.status), f"answered {answer.status}")
    try:
        found = _InspireAnswer.model_validate(json_of(answer)).hits
    except ValidationError as wrong:
        raise Unreadable(Trouble.GARBLED, "answered with JSON of another shape") from wrong
    if found.total and not found.hits:
        raise Unreadable(Trouble.GARBLED, f"answered {found.total} works and none of them")
    if query.rung is Rung.IDENTIFIER and found.total > len(found.hits):
        raise Unreadable(Trouble.TOO_LARGE, f"answered {found.total} works, more than asked for")
    return found.hits


def work(record: InspireRecord) -> Work | None:
    """Return the work of a record; None without a title."""
    named = (title.title for title in record.titles or () if title and title.title)
    title = next(filter(None, map(titles.readable, named)), "")
    if not title:
        return None
    published = [
        info
        for info in record.publication_info or ()
        if info and (info.material or "publication") == "publication"
    ]
    venue = next((info.journal_title for info in published if info.journal_title), None)
    year = next((info.year for info in published if info.year), None)
    types = record.document_type or ()
    preprint = None if published or not record.arxiv_eprints else True
    return Work(
        title=title,
        authors=_authors(record),
        year=year or _year(record.earliest_date),
        venue=_spaced(venue) if venue else None,
        citation_count=record.citation_count,
        identifiers=_identifiers(record),
        preprint=preprint,
        kind=WorkKind.PREPRINT
        if preprint and "article" in types
        else next((_KINDS.get(name, WorkKind.OTHER) for name in types), None),
    )


def _spaced(venue: str) -> str:
    """Return `Phys.Rev.Lett.`, as the service abbreviates, with blanks between the words."""
    return re.sub(r"\.(?=\w)", ". ", titles.readable(venue))


def _authors(record: InspireRecord) -> tuple[str, ...] | None:
    """Return the names; for a list without authors its collaboration or body. None for a list that
    was cut."""
    named = _clean(author.full_name for author in record.authors or () if author)
    names = [_given_first(name) for name in named]
    if record.author_count is not None and record.author_count > len(names) > 0:
        return None
    groups = [f"{name} Collaboration" for name in _values(record.collaborations)]
    return tuple(names or groups or _clean(record.corporate_author or ())) or None


def _given_first(name: str) -> str:
    """Return `Maldacena, Juan Martin` as `Juan Martin Maldacena`, and what follows behind it."""
    family, *more = name.split(", ")
    return " ".join([*more[:1], family, *more[1:]])


def _clean(texts: Iterable[str | None]) -> list[str]:
    return [text for raw in texts if (text := titles.readable(raw or ""))]


def _values(items: Sequence[_InspireValue | None] | None) -> list[str]:
    return _clean(item.value for item in items or () if item)


def _identifiers(record: InspireRecord) -> Identifiers:
    """Return the identifiers; arXiv's own DOI only if there is no other."""
    dois = [doi for text in _values(record.dois) if (doi := DOI.canonical(text))]
    own = [doi for doi in dois if not doi.startswith(ARXIV_DOI)]
    eprints = _values(record.arxiv_eprints)
    return Identifiers(
        doi=next(iter(own or dois), None),
        arxiv=next((name for text in eprints if (name := ARXIV.canonical(text))), None),
    )


def _year(date: str | None) -> int | None:
    found = re.match(r"[12][0-9]{3}(?=-|$)", date or "")
    return int(found[0]) if found else None
