"""Answers as the Semantic Scholar Graph API does: its shapes, errors and limits.

How it cuts titles into words is not public: here by UAX #29, without accents.
Not modelled: bulk search, citations, filters, and text it may not always show (abstracts).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import unquote

from scholar.corpus import Corpus, Record, Titles
from scholar.exchange import Reply, Request, json_reply

IDS = 500
PAGE = 100
REFERENCES = 1000
NESTED = 9_999
"""The most references in an answer to a batch; the lists after them are cut without a word."""
REACH = 1000
BULK = 1000
NEAR = 0.5

Json: TypeAlias = dict[str, Any]

_FORMS = {
    "doi": re.compile(r"(?:doi:)?(10\.\d{4,9}/\S+)", re.IGNORECASE),
    "arxiv": re.compile(r"arxiv:(\d{4}\.\d{4,5}(?:v\d+)?|[a-z.-]+/\d{7}(?:v\d+)?)", re.IGNORECASE),
    "acl": re.compile(r"acl:([A-Z]\d{2}-\d{4}|\d{4}\.[\w-]+\.\d+)", re.IGNORECASE),
    "pmid": re.compile(r"pmid:(\d{1,8})", re.IGNORECASE),
    "pmcid": re.compile(r"pmcid:(\d{3,9})", re.IGNORECASE),
    "corpus": re.compile(r"corpusid:(\d+)", re.IGNORECASE),
    "mag": re.compile(r"mag:(\d{1,10})", re.IGNORECASE),
    "s2": re.compile(r"([0-9a-f]{40})"),
}


class Refused(Exception):  # noqa: N818 - not an error here: it is the reply
    def __init__(self, status: int, error: str) -> None:
        self.reply = json_reply(status, {"error": error})


def answer(corpus: Corpus, request: Request) -> Reply:
    path = unquote(request.path).removeprefix("/graph/v1/paper/")
    try:
        said = _said(corpus, path, request)
    except Refused as refused:
        return refused.reply
    reply = json_reply(200, said)
    if len(reply.body) > request.answer_limit:
        return json_reply(400, {"error": "Response would exceed maximum size. Use fewer ids."})
    return reply


def _said(corpus: Corpus, path: str, request: Request) -> object:
    if request.method == "POST" and path == "batch":
        return _batch(corpus, request)
    if request.method != "GET" or path == unquote(request.path):
        raise Refused(404, "Not found")
    if path == "search/match":
        return _match(corpus.semantic_scholar, request.params)
    if path == "search/bulk":
        return _bulk(corpus.semantic_scholar, request.params)
    if path == "search":
        return _search(corpus.semantic_scholar, request.params)
    if path.endswith("/references"):
        return _references(corpus, path.removesuffix("/references"), request.params)
    record = _found(corpus, path)
    if record is None:
        raise Refused(404, f"Paper with id {path} not found")
    return _shape(corpus, request.params, nested=True)(record)


def ids(request: Request) -> int:
    try:
        return len(json.loads(request.body)["ids"])
    except (ValueError, TypeError, KeyError):
        return 0


def trouble(status: int) -> Reply:
    texts = {
        403: {"message": "Forbidden"},
        429: {
            "message": "Too Many Requests. Please wait and try again or apply for a key for "
            "higher rate limits.",
            "code": "429",
        },
    }
    return json_reply(status, texts.get(status, {"message": "Internal Server Error"}))


def _batch(corpus: Corpus, request: Request) -> list[Json | None]:
    try:
        wanted = json.loads(request.body)["ids"]
    except (ValueError, TypeError, KeyError):
        raise Refused(400, "Bad request body") from None
    if not isinstance(wanted, list) or len(wanted) > IDS:
        raise Refused(400, f"Expected a list of at most {IDS} ids")
    shape = _shape(corpus, request.params, nested=True)
    # One malformed id spoils the request, and none known at all is answered alike.
    sound = all(isinstance(each, str) and _parsed(each) for each in wanted)
    found = [_found(corpus, each) for each in wanted] if sound else []
    if not any(found):
        raise Refused(400, "No valid paper ids given")
    return _with_room([shape(record) if record else None for record in found])


def _with_room(records: list[Json | None]) -> list[Json | None]:
    """The records, their nested lists cut where the answer has no room for more."""
    room = NESTED
    for record in records:
        if record is not None and (listed := record.get("references")) is not None:
            record["references"] = listed[:room]
            room -= len(record["references"])
    return records


def _match(index: Titles, params: Mapping[str, str]) -> Json:
    equal = index.equal(_query(params))
    nearest = (equal[0], 1.0) if equal else index.nearest(_query(params))
    if nearest is None or nearest[1] < NEAR:
        raise Refused(404, "Title match not found")
    record, share = nearest
    # The fields are looked at only now: a wrong one passes unseen where nothing matches.
    score = round(20 * share * len(index.split(record.title)), 5)
    return {"data": [_shape(None, params)(record) | {"matchScore": score}]}


def _bulk(index: Titles, params: Mapping[str, str]) -> Json:
    """Phrases with `|` between them, or words; abstracts, which it also looks into, there are
    none. A page has a thousand works."""
    shape = _shape(None, params)
    found: dict[int, Record] = {}
    for term in _query(params).split("|"):
        quoted = re.fullmatch(r'\s*"[^"]*"\s*', term) is not None
        for each in index.phrase(term) if quoted else index.having(term):
            found[id(each)] = each
    ordered = sorted(found.values(), key=lambda each: each.paper_id or "")
    page = ordered[:BULK]
    further = None if len(ordered) == len(page) else "more"
    return {"total": len(ordered), "token": further, "data": [shape(each) for each in page]}


def _search(index: Titles, params: Mapping[str, str]) -> Json:
    offset, limit = _page(params, 10, PAGE)
    if offset + limit > REACH:
        raise Refused(400, f"Requested data for this limit and/or offset is not available: {REACH}")
    shape = _shape(None, params)
    query = _query(params)
    # A hyphenated term matches nothing, as its documentation warns.
    found = [] if re.search(r"\w-\w", query) else index.having(query)
    equal = index.equal(query)
    found = [each for each in equal if each in found] + [e for e in found if e not in equal]
    said: Json = {"total": len(found), "offset": offset}
    if offset + limit < len(found):
        said["next"] = offset + limit
    if found:
        said["data"] = [shape(each) for each in found[offset : offset + limit]]
    return said


def _references(corpus: Corpus, citing: str, params: Mapping[str, str]) -> Json:
    offset, limit = _page(params, 100, REFERENCES)
    record = _found(corpus, citing)
    if record is None:
        raise Refused(404, f"Paper with id {citing} not found")
    if record.paper_id in corpus.elided:
        note = "Notice: The following paper fields have been elided by the publisher: "
        pdf = {"disclaimer": note + "{'references'}."}
        return {"data": None, "citingPaperInfo": {"openAccessPdf": pdf}}
    shape = _shape(None, params)
    listed = _listed(corpus, record)
    cited = [_cited(corpus, each, shape) for each in listed[offset : offset + limit]]
    said: Json = {"offset": offset, "data": [{"citedPaper": each} for each in cited]}
    if offset + limit < len(listed):
        said["next"] = offset + limit
    return said


def _listed(corpus: Corpus, record: Record) -> list[str]:
    shown = record.paper_id is not None and record.paper_id not in corpus.elided
    return corpus.references.get(record.paper_id or "", []) if shown else []


def _is_withheld(corpus: Corpus, record: Record) -> bool:
    """Whether it counts references of a work and shows none."""
    return bool(record.reference_count) and not _listed(corpus, record)


def _cited(corpus: Corpus, said: str, shape: Callable[[Record], Json]) -> Json:
    record = corpus.by_id.get(("s2", said))
    return shape(record or Record(title=said))


def _query(params: Mapping[str, str]) -> str:
    if not params.get("query", "").strip():
        raise Refused(400, "Missing required parameter: 'query'")
    return params["query"]


def _page(params: Mapping[str, str], default: int, most: int) -> tuple[int, int]:
    try:
        offset, limit = int(params.get("offset", 0)), int(params.get("limit", default))
    except ValueError:
        raise Refused(400, "offset and limit must be numbers") from None
    if offset < 0 or not 1 <= limit <= most:
        raise Refused(400, f"limit must be at most {most}")
    return offset, limit


def _parsed(said: str) -> tuple[str, str] | None:
    """Scheme and bare identifier; None for a malformed one."""
    for scheme, form in _FORMS.items():
        if found := form.fullmatch(said):
            bare = found[1].lower() if scheme == "doi" else found[1]
            preprint = bare.partition("10.48550/arxiv.")[2]
            return ("arxiv", preprint) if preprint else (scheme, bare)
    return None


def _found(corpus: Corpus, said: str) -> Record | None:
    parsed = _parsed(said)
    record = corpus.by_id.get(parsed) if parsed else None
    return record if record and record.paper_id else None


def _shape(
    corpus: Corpus | None, params: Mapping[str, str], *, nested: bool = False
) -> Callable[[Record], Json]:
    """What writes a record with the fields asked for; refuses fields there are not."""
    asked = [each for each in params.get("fields", "title").split(",") if each]
    own = [each for each in asked if not each.startswith("references")]
    deep = [each.partition(".")[2] or "title" for each in asked if each not in own]
    unknown = [each for each in own + deep if each not in _FIELDS]
    if unknown or (deep and not nested):
        named = ", ".join(unknown or ["references"])
        raise Refused(400, f"Unrecognized or unsupported fields: [{named}]")

    def write(record: Record) -> Json:
        said = _written(record, own)
        if deep and corpus is not None:
            said["references"] = (
                None
                if _is_withheld(corpus, record)
                else [
                    _cited(corpus, each, lambda found: _written(found, deep))
                    for each in _listed(corpus, record)
                ]
            )
        return said

    return write


def _written(record: Record, fields: Sequence[str]) -> Json:
    return {"paperId": record.paper_id} | {name: _FIELDS[name](record) for name in fields}


def _external_ids(record: Record) -> Json:
    said = {
        "ArXiv": record.arxiv_id,
        "DBLP": record.dblp_key,
        "ACL": record.acl_id,
        "DOI": record.doi or (record.arxiv_id and f"10.48550/arXiv.{record.arxiv_id}"),
        "PubMed": record.pmid,
        "PubMedCentral": record.pmcid and record.pmcid.removeprefix("PMC"),
        "CorpusId": record.corpus_id,
    }
    return {name: value for name, value in said.items() if value is not None}


def _publication_venue(record: Record) -> Json | None:
    if not record.venue:
        return None
    others = [record.short_venue] if record.short_venue not in (None, record.venue) else []
    return {"name": record.venue, "type": "conference", "alternate_names": others}


_FIELDS: Mapping[str, Callable[[Record], Any]] = {
    "paperId": lambda record: record.paper_id,
    "corpusId": lambda record: record.corpus_id,
    "externalIds": _external_ids,
    "url": lambda record: f"https://www.semanticscholar.org/paper/{record.paper_id}",
    "title": lambda record: record.title,
    "venue": lambda record: record.venue or "",
    "publicationVenue": _publication_venue,
    "journal": lambda record: {"name": record.venue} if record.venue else None,
    "year": lambda record: record.year,
    "authors": lambda record: [{"authorId": None, "name": name} for name in record.authors],
    "citationCount": lambda record: record.citation_count,
    "referenceCount": lambda record: record.reference_count,
    "fieldsOfStudy": lambda record: list(record.fields_of_study) or None,
    "s2FieldsOfStudy": lambda record: [
        {"category": name, "source": source}
        for source in ("external", "s2-fos-model")
        for name in record.fields_of_study
    ],
    "publicationTypes": lambda _: None,
    "publicationDate": lambda _: None,
    "abstract": lambda _: None,
}
