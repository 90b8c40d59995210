"""Build queries to the Crossref REST API, and read works from its answers.

Paths, filters and limits are those of its documentation (api.crossref.org, and Crossref's
posts on rate limits); what publishers do beside them is said where it matters. Crossref
claims no rights in its metadata.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

import pydantic
from pydantic import ConfigDict, ValidationError

from refmatter import titles
from refmatter.fields import Field
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
from refmatter.providers.json_answer import Unreadable, json_of, number_of, trouble_of
from refmatter.providers.shapes import Count, Maybe, Shape, Year, further_values
from refmatter.schemes import ARXIV_DOI, DOI

NAME: Final = "crossref"

IDS = 50
"""Works asked for by DOI in one request, which keeps its URL at a few kB."""
HITS = 5
"""Works asked for under one title: reviews of a work, and its preprints, stand beside it."""

INFO: Final = ProviderInfo(
    name=NAME,
    label="Crossref",
    homepage="https://www.crossref.org/",
    terms="facts",
    host="https://api.crossref.org",
    rungs={Rung.IDENTIFIER: (IDS,), Rung.TITLE_SEARCH: (1,)},
    rank=40,
    forgiving_search=True,
    reports_retractions=True,
    contact_parameter="mailto",
)

OTHERS: Mapping[Field, str] = {}
"""The fields of the table that `Work` has no attribute for, with the service's names for them."""

_PATH = "/works"
# One name the service does not let select (`subtype` is such) costs the whole answer.
_SELECT = (
    "DOI", "title", "subtitle", "author", "issued", "container-title", "short-container-title",
    "type", "is-referenced-by-count", "references-count", "update-to", "updated-by",
    "relation", *OTHERS.values(),
)  # fmt: skip

_KINDS: Mapping[str, WorkKind] = MappingProxyType(
    {
        **dict.fromkeys(("journal-article", "proceedings-article"), WorkKind.ARTICLE),
        "posted-content": WorkKind.PREPRINT,
        **dict.fromkeys(
            ("book", "monograph", "edited-book", "reference-book", "book-set", "proceedings"),
            WorkKind.BOOK,
        ),
        **dict.fromkeys(
            ("book-chapter", "book-part", "book-section", "book-track", "reference-entry"),
            WorkKind.CHAPTER,
        ),
        "dissertation": WorkKind.THESIS,
        **dict.fromkeys(("report", "report-component", "standard"), WorkKind.REPORT),
        **dict.fromkeys(("dataset", "database"), WorkKind.DATASET),
        "peer-review": WorkKind.PEER_REVIEW,
        **dict.fromkeys(
            (
                "component", "journal", "journal-issue", "journal-volume", "book-series",
                "proceedings-series", "report-series", "standard-series",
            ),
            WorkKind.PARATEXT,
        ),
    }
)  # fmt: skip
"""Its types (api.crossref.org/types). It has none for reviews of books and for editorials, which
are articles to it."""
_NOTICES = frozenset(
    {
        "addendum", "correction", "corrigendum", "erratum", "expression_of_concern",
        "partial_retraction", "removal", "retraction", "withdrawal",
    }
)  # fmt: skip
"""How a notice on another work changes that. New versions and editions are works themselves."""

_WITHDRAWN = frozenset({"removal", "retraction", "withdrawal"})
"""The notices after which a whole work does not count any more."""

_SECONDS = re.compile(r"([1-9][0-9]{0,3})s?")


class _CrossrefShape(Shape):
    model_config = ConfigDict(alias_generator=lambda name: name.replace("_", "-"))


class _Author(_CrossrefShape):
    given: Maybe[str] = None
    family: Maybe[str] = None
    name: Maybe[str] = None


class _CrossrefDate(_CrossrefShape):
    date_parts: Maybe[list[list[Maybe[Year]]]] = None


class _Update(_CrossrefShape):
    """How a notice changes a work; `doi` names the other one of the two."""

    doi: Maybe[str] = pydantic.Field(default=None, alias="DOI")
    type: Maybe[str] = None


class _RelatedWork(_CrossrefShape):
    """A work that another one is related to."""

    id: Maybe[str] = None
    id_type: Maybe[str] = None


class _Relations(_CrossrefShape):
    is_preprint_of: Maybe[list[Maybe[_RelatedWork]]] = None


class CrossrefItem(_CrossrefShape):
    """What it says of a work, as far as it was asked."""

    # What `OTHERS` names stands in `model_extra`.
    model_config = ConfigDict(extra="allow" if OTHERS else "ignore")

    doi: Maybe[str] = pydantic.Field(default=None, alias="DOI")
    title: Maybe[list[str]] = None
    subtitle: Maybe[list[str]] = None
    author: Maybe[list[Maybe[_Author]]] = None
    issued: Maybe[_CrossrefDate] = None
    container_title: Maybe[list[str]] = None
    short_container_title: Maybe[list[str]] = None
    type: Maybe[str] = None
    is_referenced_by_count: Maybe[Count] = None
    references_count: Maybe[Count] = None
    update_to: Maybe[list[Maybe[_Update]]] = None
    updated_by: Maybe[list[Maybe[_Update]]] = None
    relation: Maybe[_Relations] = None


class _List(_CrossrefShape):
    total_results: int
    items: list[CrossrefItem]


class _Found(_CrossrefShape):
    message: _List


class _Objection(_CrossrefShape):
    message: Maybe[str] = None


class _CrossrefMessage(_CrossrefShape):
    message: list[_Objection]


def headers(key: str | None) -> Mapping[str, str]:
    """Return the headers. It has no keys: an address leads to the polite pool."""
    del key
    return {"Accept": "application/json"}


def limits(key: str | None, contact: str | None) -> Limits:
    """Return one list of works a second and one at a time for the public pool, three and three for
    the polite one, since December 2025. Only an e-mail address leads to the polite pool."""
    del key
    polite = contact is not None and "@" in contact
    return Limits(min_interval=1 / 3, at_once=3) if polite else Limits(min_interval=1.0, at_once=1)


def limits_from_headers(headers: Mapping[str, str]) -> Limits:
    """Return the limits of the pool of a request: so many in an interval (`1s`), and so many at a
    time."""
    limit = number_of(headers, "x-rate-limit-limit")
    interval = _SECONDS.fullmatch(headers.get("x-rate-limit-interval", ""))
    at_once = number_of(headers, "x-concurrency-limit")
    return Limits(
        min_interval=int(interval[1]) / limit if limit and limit >= 1 and interval else None,
        at_once=None if at_once is None or at_once < 1 else int(at_once),
    )


def queries(rung: Rung, lookups: Sequence[Lookup], size: int | None = None) -> Iterable[Query]:
    """Return queries for up to `IDS` DOIs, or for one title with its first author and year."""
    if rung is Rung.TITLE_SEARCH:
        return [_titled(lookup) for lookup in lookups if titles.search_text(lookup.title)]
    known = [lookup for lookup in lookups if _doi_to_request(lookup)]
    size = size or IDS
    return [_identifier_query(known[start : start + size]) for start in range(0, len(known), size)]


def _titled(lookup: Lookup) -> Query:
    """Return a query without filters: the service advises against them, as they hide a work whose
    date differs."""
    hints = lookup.hints
    besides = (titles.family_key(hints.first_author or ""), str(hints.year or ""))
    text = " ".join([titles.search_text(lookup.title), *filter(None, besides)])
    search = ("query.bibliographic", text)
    return _query(Rung.TITLE_SEARCH, [lookup], search, HITS)


def _identifier_query(lookups: Sequence[Lookup]) -> Query:
    dois = list(dict.fromkeys(_doi_to_request(lookup) for lookup in lookups))
    search = ("filter", ",".join(f"doi:{doi}" for doi in dois))
    return _query(Rung.IDENTIFIER, lookups, search, len(dois))


def _query(rung: Rung, about: Sequence[Lookup], search: tuple[str, str], rows: int) -> Query:
    params = (search, ("rows", str(rows)), ("select", ",".join(_SELECT)))
    return Query(NAME, rung, tuple(about), _PATH, params)


def _doi_to_request(lookup: Lookup) -> str:
    """Return the DOI to query; "" if the lookup has none that the service may know.

    A comma parts the filters from each other, and there is no way to escape it. arXiv's own DOIs
    are registered with DataCite.
    """
    doi = DOI.canonical(lookup.hints.identifiers.doi) or ""
    return "" if "," in doi or doi.startswith(ARXIV_DOI) else doi


def read(query: Query, answer: Answer) -> Reading | Failure:
    """Return the works of a list, by their DOIs if the query was by DOI.

    DOIs that the service does not know are missing from its list without a word. To a title
    it nearly always answers with something.
    """
    try:
        items = _items(answer)
    except Unreadable as unreadable:
        return unreadable.failure(query)
    if query.rung is Rung.TITLE_SEARCH:
        return {query.about[0].key: tuple(work for item in items for work in works(item))}
    by_doi = {DOI.canonical(item.doi): works(item) for item in items}
    return {lookup.key: by_doi.get(_doi_to_request(lookup), ()) for lookup in query.about}


def is_cacheable(query: Query, answer: Answer) -> bool:
    """Whether an answer is a list, with or without works."""
    return not isinstance(read(query, answer), Failure)


def _items(answer: Answer) -> Sequence[CrossrefItem]:
    if answer.status != HTTPStatus.OK:
        text = _objection(answer)
        detail = f"answered {answer.status}: {text[:100]}" if text else f"answered {answer.status}"
        raise Unreadable(trouble_of(answer.status), detail)
    try:
        found = _Found.model_validate(json_of(answer)).message
    except ValidationError as wrong:
        raise Unreadable(Trouble.GARBLED, "answered with JSON of another shape") from wrong
    if found.total_results and not found.items:
        raise Unreadable(Trouble.GARBLED, f"answered {found.total_results} works and none of them")
    return found.items


def _objection(answer: Answer) -> str:
    """Return what the service says is wrong with the query; "" for nothing readable."""
    try:
        objections = _CrossrefMessage.model_validate(json_of(answer)).message
    except (Unreadable, ValidationError):
        return ""
    return titles.readable(objections[0].message or "") if objections else ""


def works(item: CrossrefItem) -> tuple[Work, ...]:
    """Return the work under each form of its title: readers write it with and without subtitle."""
    venue = _first(item.container_title)
    short = dict.fromkeys(_clean(item.short_container_title))
    others = further_values(OTHERS, item.model_extra or {})
    return tuple(
        Work(
            title=title,
            authors=_authors(item.author or ()) or None,
            year=_year(item.issued),
            # An empty list says nothing: conferences stand in other fields, or nowhere.
            venue=venue or None,
            other_venues=tuple(name for name in short if name != venue),
            citation_count=item.is_referenced_by_count,
            # 0 where the publisher deposited no list.
            reference_count=item.references_count or None,
            identifiers=Identifiers(doi=DOI.canonical(item.doi)),
            preprint=None if item.type is None else item.type == "posted-content",
            retracted=_is_retracted(item),
            kind=_kind(item),
            published_as=_published_as(item),
            others=others,
        )
        for title in _titles(item)
    )


def _is_retracted(item: CrossrefItem) -> bool:
    """Whether a notice withdraws the work."""
    own = (update for update in item.update_to or () if update and _is_of_itself(item, update))
    return any(update and update.type in _WITHDRAWN for update in (*(item.updated_by or ()), *own))


def _published_as(item: CrossrefItem) -> str | None:
    """Return the DOI of a preprint's publication; None if it has none, or several."""
    related = (item.relation.is_preprint_of if item.relation else None) or ()
    dois = {
        DOI.canonical(work.id) for work in related if work and (work.id_type or "").lower() == "doi"
    }
    found = dois.pop() if len(dois) == 1 else None
    return None if found == DOI.canonical(item.doi) else found


def _is_of_itself(item: CrossrefItem, update: _Update) -> bool:
    """Whether an update is of the work that it stands at: some publishers put the notice in the
    work's place, under the same DOI."""
    return update.doi is not None and DOI.canonical(update.doi) == DOI.canonical(item.doi)


def _kind(item: CrossrefItem) -> WorkKind | None:
    """Return the kind of the work: a notice if it says which other work it corrects."""
    others = (
        update for update in item.update_to or () if update and not _is_of_itself(item, update)
    )
    if any(update.type in _NOTICES for update in others):
        return WorkKind.ERRATUM
    return None if item.type is None else _KINDS.get(item.type, WorkKind.OTHER)


def _titles(item: CrossrefItem) -> tuple[str, ...]:
    """Return the full title and the bare one; only one if it has the subtitle already."""
    bare, sub = _first(item.title), _first(item.subtitle)
    if not bare:
        return ()
    added = titles.query_words(sub)
    is_included = not added or f" {added} " in f" {titles.query_words(bare)} "
    return (bare,) if is_included else (f"{bare}: {sub}", bare)


def _first(texts: Sequence[str] | None) -> str:
    """Return the first text; the others are translations, variants, or the series of a book."""
    return next(iter(_clean((texts or ())[:1])), "")


def _clean(texts: Iterable[str] | None) -> list[str]:
    return [text for raw in texts or () if (text := titles.readable(raw))]


def _authors(authors: Iterable[_Author | None]) -> tuple[str, ...]:
    names = (
        " ".join(_clean(part for part in (author.given, author.family) if part))
        or author.name
        or ""
        for author in authors
        if author
    )
    return tuple(_clean(names))


def _year(issued: _CrossrefDate | None) -> int | None:
    dates = (issued.date_parts if issued else None) or [[]]
    return next(iter(dates[0]), None)
