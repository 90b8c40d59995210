"""Answers as the INSPIRE-HEP REST API does: its searches, with wrong syntax taken for words.

It knows the works with an arXiv id of the archives of high energy physics, and those of the same
journals, and counts fewer citations than the others. Not modelled: other searches than those of
`_TERMS` joined by `or`, sorting, other formats than JSON, pages behind the first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from scholar.corpus import Corpus, Record, Titles, split
from scholar.exchange import Reply, Request, json_reply

MOST = 1000
ARCHIVES = ("astro-ph/", "gr-qc/", "hep-ex/", "hep-lat/", "hep-ph/", "hep-th/", "nucl-ex/",
            "nucl-th/")  # fmt: skip
JOURNALS = ("Phys.Rev.", "JHEP", "Nucl.Phys.")

Json: TypeAlias = dict[str, Any]

_TERMS = re.compile(
    r'arxiv_eprints\.value:"(?P<arxiv>[^"]+)"|dois\.value:"(?P<doi>[^"]+)"'
    r'|titles\.title:"(?P<title>[^"]*)"'
)
_indexes: dict[int, Titles] = {}


def answer(corpus: Corpus, request: Request) -> Reply:
    if request.method != "GET" or request.path != "/literature":
        return json_reply(404, {"status": 404, "message": "PID does not exist."})
    size = int(request.params.get("size", 10))
    if size > MOST:
        return json_reply(400, {"status": 400, "message": "Maximum search page size exceeded."})
    found = _found(corpus, request.params.get("q", ""))
    hits = [{"id": str(n), "metadata": _metadata(each)} for n, each in enumerate(found[:size])]
    return json_reply(200, {"hits": {"hits": hits, "total": len(found)}, "links": {}})


def ids(request: Request) -> int:
    found = _TERMS.finditer(request.params.get("q", ""))
    return sum(term["title"] is None for term in found)


def trouble(status: int) -> Reply:
    said = {403: "Forbidden", 429: "Too Many Requests"}.get(status, "Internal server error")
    return json_reply(status, {"status": status, "message": said})


def is_known(record: Record) -> bool:
    """Whether the service has the work."""
    by_archive = (record.arxiv_id or "").startswith(ARCHIVES)
    return by_archive or any(name in (record.short_venue or "") for name in JOURNALS)


def _index(corpus: Corpus) -> Titles:
    return _indexes.get(id(corpus)) or _indexes.setdefault(
        id(corpus), Titles(filter(is_known, corpus.records))
    )


def _found(corpus: Corpus, query: str) -> list[Record]:
    """The works of each term; all that have one of the words where it is none."""
    found: dict[int, Record] = {}
    for part in query.split(" or "):
        term = _TERMS.fullmatch(part)
        for record in _of_term(corpus, term) if term else _of_words(corpus, part):
            found[id(record)] = record
    return sorted(found.values(), key=lambda record: (-record.citation_count, record.title))


def _of_words(corpus: Corpus, text: str) -> list[Record]:
    words = set(split(text))
    return [each for each in _index(corpus).records if words & set(split(each.title))]


def _of_term(corpus: Corpus, term: re.Match[str]) -> list[Record]:
    if term["title"] is not None:
        return _index(corpus).phrase(term["title"])
    scheme = "arxiv" if term["arxiv"] else "doi"
    record = corpus.by_id.get((scheme, (term[scheme] or "").lower()))
    return [record] if record and is_known(record) else []


def _metadata(record: Record) -> Json:
    names = record.full_names or record.authors
    said: Mapping[str, Any] = {
        "titles": [{"title": record.title}],
        "authors": [{"full_name": _family_first(name)} for name in names],
        "author_count": len(names),
        "publication_info": [{"journal_title": record.short_venue, "year": record.year}]
        if record.short_venue
        else None,
        "earliest_date": f"{record.year}-01-07" if record.year else None,
        "arxiv_eprints": [{"value": record.arxiv_id}] if record.arxiv_id else None,
        "dois": [{"value": record.doi}] if record.doi else None,
        "document_type": ["article"],
        "citation_count": record.citation_count // 3,
    }
    return {name: value for name, value in said.items() if value is not None}


def _family_first(name: str) -> str:
    given, _, family = name.rpartition(" ")
    return f"{family}, {given}" if given else family
