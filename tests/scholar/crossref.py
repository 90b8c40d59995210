"""Answers as the Crossref REST API does: its shapes, errors and limits.

It knows the works with a DOI of its own, so none of arXiv's. Its citation counts are smaller
than the others', as the live service's are. Not modelled: other routes than `/works`, other
filters than `doi`, paging, facets.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, TypeAlias
from urllib.parse import unquote

from scholar.corpus import Corpus, Record
from scholar.exchange import Reply, Request, json_reply
from scholar.tokens import words

ROWS = 20
MOST = 1000
SHARE = 1 / 3
"""Of the words asked for, what a work must share to be listed."""

Json: TypeAlias = dict[str, Any]
Ranked: TypeAlias = Sequence[tuple[Record, float]]

_PARAMS = {"query.bibliographic", "filter", "rows", "select", "mailto"}
_SUBTITLED = "10.1145/"  # ACM, which deposits subtitles in a field of their own


class Refused(Exception):  # noqa: N818 - not an error here: it is the reply
    def __init__(self, kind: str, value: str, message: str) -> None:
        said = [{"type": kind, "value": value, "message": message}]
        self.reply = json_reply(
            400, {"status": "failed", "message-type": "validation-failure", "message": said}
        )


def is_registered(record: Record) -> bool:
    """Whether a work's DOI is registered here: all but those that arXiv gives."""
    return record.doi is not None and not record.doi.lower().startswith("10.48550/")


class Index:
    """The works that Crossref knows, by DOI and by the words of title, authors and year."""

    def __init__(self, corpus: Corpus) -> None:
        ranked = sorted(corpus.records, key=lambda each: each.citation_count)
        self.by_doi = {(each.doi or "").lower(): each for each in ranked if is_registered(each)}
        self._holding: dict[str, list[str]] = defaultdict(list)
        self._length: dict[str, int] = {}
        for doi, record in self.by_doi.items():
            own = _words(record)
            self._length[doi] = len(own)
            for word in own:
                self._holding[word].append(doi)

    def nearest(self, wanted: set[str]) -> Ranked:
        """Works that share enough of the words, those with the rarest first, each with a score."""
        shared: Counter[str] = Counter()
        scores: dict[str, float] = defaultdict(float)
        for word in sorted(wanted):
            holding = self._holding.get(word, [])
            shared.update(holding)
            weight = math.log(1 + len(self.by_doi) / len(holding)) if holding else 0.0
            for doi in holding:
                scores[doi] += weight
        near = [doi for doi, count in shared.items() if count >= SHARE * len(wanted)]
        near.sort(key=lambda doi: (-scores[doi], self._length[doi], doi))
        return [(self.by_doi[doi], round(scores[doi], 4)) for doi in near]


def _words(record: Record) -> set[str]:
    families = (name.rpartition(" ")[2] for name in record.full_names or record.authors)
    return set(words(" ".join([record.title, *families, str(record.year or "")]), folding=True))


# Making one takes time. Of several corpora only the last is kept.
_indexes: deque[tuple[Corpus, Index]] = deque(maxlen=1)


def _index(corpus: Corpus) -> Index:
    known = _indexes[-1] if _indexes else None
    if known is None or known[0] is not corpus:
        known = (corpus, Index(corpus))
        _indexes.append(known)
    return known[1]


def answer(corpus: Corpus, request: Request) -> Reply:
    route, _, doi = request.path.removeprefix("/").partition("/")
    if route != "works" or request.method != "GET":
        return _unknown()
    try:
        reply = _single(corpus, unquote(doi)) if doi else _list(corpus, request.params)
    except Refused as refused:
        reply = refused.reply
    return Reply(reply.status, reply.body, reply.content_type, _limits(request, single=bool(doi)))


def ids(request: Request) -> int:
    if request.path.startswith("/works/"):
        return 1
    return len([each for each in request.params.get("filter", "").split(",") if each])


def trouble(status: int) -> Reply:
    if status == 500:
        said = {"name": "class clojure.lang.ExceptionInfo", "message": "Response Exception"}
        return json_reply(500, {"status": "error", "message-type": "exception", "message": said})
    words = {403: "403 Forbidden", 429: "429 Too Many Requests"}[status]
    return Reply(status, f"<html><body><h1>{words}</h1></body></html>\n".encode(), "text/html")


def _unknown() -> Reply:
    return Reply(404, b"Resource not found.", "text/plain;charset=utf-8")


def _limits(request: Request, *, single: bool) -> Mapping[str, str]:
    """Who leaves an address is in the polite pool, which may ask more often."""
    polite = "mailto:" in request.headers.get("user-agent", "") or "mailto" in request.params
    each_second = {(True, True): 10, (True, False): 3, (False, True): 5, (False, False): 1}
    return {
        "x-rate-limit-limit": str(each_second[polite, single]),
        "x-rate-limit-interval": "1s",
        "x-concurrency-limit": "3" if polite else "1",
        "x-api-pool": ("polite" if polite else "public") + ("-single" if single else "-array"),
    }


def _single(corpus: Corpus, doi: str) -> Reply:
    record = _index(corpus).by_doi.get(doi.lower())
    return _unknown() if record is None else _said("work", _item(record, 1.0, list(_FIELDS)))


def _list(corpus: Corpus, params: Mapping[str, str]) -> Reply:
    for name in params:
        if name not in _PARAMS:
            message = f"This route does not support {name}"
            raise Refused("parameter-not-allowed", name, message)
    rows, fields = _rows(params), _fields(params)
    found = _found(_index(corpus), params)
    items = [_item(record, score, fields) for record, score in found[:rows]]
    listed = {
        "facets": {},
        "total-results": len(found),
        "items": items,
        "items-per-page": rows,
        "query": {"start-index": 0, "search-terms": params.get("query.bibliographic")},
    }
    return _said("work-list", listed)


def _said(kind: str, message: Json) -> Reply:
    envelope = {"status": "ok", "message-type": kind, "message-version": "1.0.0"}
    return json_reply(200, envelope | {"message": message})


def _found(index: Index, params: Mapping[str, str]) -> Ranked:
    found: Ranked = [(each, 1.0) for each in index.by_doi.values()]
    if params.get("query.bibliographic"):
        found = index.nearest(set(words(params["query.bibliographic"], folding=True)))
    if params.get("filter"):
        dois = _dois(params["filter"])
        found = [each for each in found if (each[0].doi or "").lower() in dois]
    return found


def _dois(filters: str) -> set[str]:
    """The DOIs of a filter; a comma ends one, and what follows must be a filter again."""
    dois = set()
    for each in filters.split(","):
        name, _, value = each.partition(":")
        if name != "doi":
            message = f"Filter {name} specified but there is no such filter for this route"
            raise Refused("filter-not-available", name, message)
        dois.add(value.lower())
    return dois


def _rows(params: Mapping[str, str]) -> int:
    said = params.get("rows", str(ROWS))
    if not said.isdecimal() or int(said) > MOST:
        message = (
            f"Integer specified as {said} but must be a positive integer less than or equal "
            f"to {MOST}."
        )
        raise Refused("integer-not-valid", said, message)
    return int(said)


def _fields(params: Mapping[str, str]) -> Sequence[str]:
    fields = params["select"].split(",") if "select" in params else list(_FIELDS)
    for each in fields:
        if each not in _FIELDS and each not in _EMPTY:
            message = (
                f"Select '{each}' specified but there is no such select for this route. Valid "
                f"selects for this route are: {', '.join([*_FIELDS, *_EMPTY])}"
            )
            raise Refused("select-not-available", each, message)
    return fields


def _item(record: Record, score: float, fields: Sequence[str]) -> Json:
    said = {name: _FIELDS[name](record) for name in fields if name in _FIELDS}
    if "score" in fields:
        said["score"] = score
    return {name: value for name, value in said.items() if value is not None}


def _titles(record: Record) -> tuple[str, str]:
    """The title, and the subtitle where the publisher deposits it by itself."""
    title = escape(record.title, quote=False)
    if (record.doi or "").startswith(_SUBTITLED):
        title, _, subtitle = title.partition(": ")
        return title, subtitle
    return title, ""


def _authors(record: Record) -> list[Json] | None:
    """Nothing at all, rather than an empty list, where no author was deposited."""
    parts = [name.rpartition(" ") for name in record.full_names or record.authors]
    named: list[Json] = [
        ({"given": given} if given else {})
        | {"family": family, "sequence": "additional" if number else "first", "affiliation": []}
        for number, (given, _, family) in enumerate(parts)
    ]
    return named or None


def _type(record: Record) -> str:
    venue = (record.venue or "").lower()
    journal = any(word in venue for word in ("journal", "transactions", "letters"))
    return "journal-article" if journal else "proceedings-article"


def _named(name: str | None) -> list[str]:
    return [escape(name, quote=False)] if name else []


def _notice(record: Record) -> Json:
    """What the service says of a notice: who wrote it down, and under which DOI it is."""
    return {
        "updated": {"date-parts": [[2020, 1, 1]], "date-time": "2020-01-01T00:00:00Z"},
        "DOI": f"{(record.doi or '').lower()}.notice",
        "type": "retraction",
        "label": "Retraction",
        "source": "retraction-watch",
    }


def _relation(record: Record) -> Json:
    """The publication of a preprint, as the preprint's publisher deposits it."""
    if record.preprint_of is None:
        return {}
    return {
        "is-preprint-of": [{"id-type": "doi", "id": record.preprint_of, "asserted-by": "subject"}]
    }


_FIELDS: Mapping[str, Callable[[Record], Any]] = {
    "DOI": lambda record: (record.doi or "").lower(),
    "URL": lambda record: f"https://doi.org/{(record.doi or '').lower()}",
    "title": lambda record: [_titles(record)[0]],
    "subtitle": lambda record: [sub] if (sub := _titles(record)[1]) else [],
    "author": _authors,
    "issued": lambda record: {"date-parts": [[record.year]]},
    "container-title": lambda record: _named(record.venue),
    "short-container-title": lambda record: _named(record.short_venue),
    "volume": lambda record: record.volume,
    "type": _type,
    "relation": _relation,
    # What a work does not have is left out, also where it was selected.
    "updated-by": lambda record: [_notice(record)] if record.retracted else None,
    "update-to": lambda _: None,
    "is-referenced-by-count": lambda record: record.citation_count // 2,
    "references-count": lambda record: record.reference_count,
    "score": lambda _: None,
}
_EMPTY = ("abstract", "ISSN", "publisher", "issue", "page", "published", "member")
"""What may be asked for besides, and no work here has."""
