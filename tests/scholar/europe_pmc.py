"""Answers as the Europe PMC REST API does: its searches, reference lists and errors.

It knows the works that have a PMID or a PMCID, and counts fewer citations than the others. One
answer in five has its version and nothing else: `server` sees to that. Not modelled: other fields
than those of `_TERMS`, `AND` but for a source, cursors, other formats than JSON.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias
from urllib.parse import unquote

from scholar.corpus import Corpus, Record, Titles
from scholar.exchange import Reply, Request, json_reply

VERSION = "6.9"
BARE_EVERY = 5
BARE = json_reply(200, {"version": VERSION})
"""What about one request in five gets, whatever it asks for."""
MOST = 1000

Json: TypeAlias = dict[str, Any]

_TERMS = re.compile(
    r'\(EXT_ID:(?P<pmid>\d+) AND SRC:MED\)|PMCID:(?P<pmcid>PMC\d+)|DOI:"(?P<doi>[^"]+)"'
    r'|TITLE:"(?P<title>[^"]*)"'
)
_LIST = re.compile(r"/(MED|PMC)/([^/]+)/references")
_indexes: dict[int, Titles] = {}


def answer(corpus: Corpus, request: Request) -> Reply:
    if request.params.get("format") != "json":
        return Reply(200, b'<?xml version="1.0"?><responseWrapper/>', "application/xml")
    size = int(request.params.get("pageSize", 25))
    if not 1 <= size <= MOST:
        error = "Invalid page size provided. Valid size is between 1 and 1000"
        return json_reply(200, {"errCode": 404, "errMsg": error})
    if request.method == "GET" and request.path == "/search":
        return _results(corpus, request.params, size)
    if request.method == "GET" and (found := _LIST.fullmatch(unquote(request.path))):
        return _references(corpus, found, size)
    return Reply(404, b"<h1>Not Found</h1>", "text/html")


def ids(request: Request) -> int:
    found = _TERMS.finditer(request.params.get("query", ""))
    return sum(term["title"] is None for term in found)


def trouble(status: int) -> Reply:
    words = {403: "Forbidden", 429: "Too Many Requests"}.get(status, "Internal Server Error")
    return Reply(status, f"<html><body><h1>{words}</h1></body></html>".encode(), "text/html")


def _results(corpus: Corpus, params: Mapping[str, str], size: int) -> Reply:
    found = _found(corpus, params.get("query", ""))
    shown = [_result(record) for record in found[:size]]
    return json_reply(
        200,
        {
            "version": VERSION,
            "hitCount": len(found),
            "request": {"queryString": params.get("query", ""), "resultType": "core"},
            "resultList": {"result": shown},
        },
    )


def _found(corpus: Corpus, query: str) -> list[Record]:
    """The works of each term, the most cited first; a word that is no term finds nothing."""
    found: dict[int, Record] = {}
    for part in query.split(" OR "):
        term = _TERMS.fullmatch(part)
        if term is None:
            return []
        for record in _of_term(corpus, term):
            found[id(record)] = record
    return sorted(found.values(), key=lambda record: (-record.citation_count, record.title))


def _of_term(corpus: Corpus, term: re.Match[str]) -> list[Record]:
    if term["title"] is not None:
        known = _indexes.get(id(corpus)) or _indexes.setdefault(
            id(corpus), Titles(filter(_is_known, corpus.records))
        )
        return known.phrase(term["title"])
    keys = (
        ("pmid", term["pmid"]),
        ("pmcid", (term["pmcid"] or "").removeprefix("PMC")),
        ("doi", (term["doi"] or "").lower()),
    )
    records = (corpus.by_id.get((scheme, value)) for scheme, value in keys if value)
    return [record for record in records if record and _is_known(record)]


def _is_known(record: Record) -> bool:
    return bool(record.pmid or record.pmcid)


def _result(record: Record) -> Json:
    names = record.full_names or record.authors
    said = {
        "id": record.pmid or record.pmcid,
        "source": "MED" if record.pmid else "PMC",
        "pmid": record.pmid,
        "pmcid": record.pmcid,
        "doi": record.doi,
        "title": f"{record.title}.",
        "authorString": f"{', '.join(map(_short, names))}." if names else None,
        "authorList": {"author": [_author(name) for name in names]} if names else None,
        "journalInfo": {"journal": {"title": record.venue}} if record.venue else None,
        "pubYear": None if record.year is None else str(record.year),
        "pubTypeList": {"pubType": ["research-article", "Journal Article"]},
        "citedByCount": record.citation_count // 3,
        "hasReferences": "Y" if record.reference_count else "N",
    }
    return {name: value for name, value in said.items() if value is not None}


def _short(name: str) -> str:
    given, _, family = name.rpartition(" ")
    return f"{family} {''.join(word[0] for word in given.split())}".strip()


def _author(name: str) -> Json:
    given, _, family = name.rpartition(" ")
    return {"fullName": _short(name), "firstName": given, "lastName": family}


def _references(corpus: Corpus, asked: re.Match[str], size: int) -> Reply:
    scheme = "pmid" if asked[1] == "MED" else "pmcid"
    citing = corpus.by_id.get((scheme, asked[2].removeprefix("PMC")))
    listed = corpus.references.get((citing.paper_id if citing else "") or "", [])
    records = (corpus.by_id.get(("s2", name)) for name in listed)
    cited = [_cited(record, number) for number, record in enumerate(records, 1) if record]
    said: Json = {"version": VERSION, "hitCount": len(cited)}
    if cited:
        said["referenceList"] = {"reference": cited[:size]}
    return json_reply(200, said)


def _cited(record: Record, number: int) -> Json:
    """An entry of a list: with an identifier where the service has matched it."""
    names = record.full_names or record.authors
    said = {
        "id": record.pmid,
        "source": "MED" if record.pmid else None,
        "citationType": "JOURNAL ARTICLE",
        "title": record.title,
        "authorString": f"{', '.join(map(_short, names))}." if names else None,
        "journalAbbreviation": record.short_venue,
        "pubYear": record.year,
        "doi": record.doi,
        "citedOrder": number,
        "match": "Y" if record.pmid else "N",
    }
    return {name: value for name, value in said.items() if value is not None}
