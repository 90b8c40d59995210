"""Answers as the OpenAlex API does: pages of works by one filter, and its refusals.

It knows nine of ten works of the corpus, counts fewer citations than Semantic Scholar, and
has no reference list of a work that it has from arXiv alone.

Titles are cut into words by UAX #29, lower-cased, without accents and with plain apostrophes: its
analyser of titles is not public, that of affiliations is (`standard`, `lowercase`, `asciifolding`;
`notebooks/elastic/sync_raw_affiliation_strings.py` of ourresearch/openalex-walden).
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from scholar.corpus import Corpus, Record, Titles
from scholar.exchange import Reply, Request, json_reply

VALUES = 100
LINE = 8190
"""The longest request line, in bytes."""
AUTHORS = 100
SEARCH = 10
"""Credits for a question by words; one by identifiers or citations costs 1."""

_PARAMETERS = frozenset({"filter", "per_page", "page", "select"})
_FILTERS = ("doi", "ids.openalex", "pmid", "pmcid", "cited_by", "display_name.search.exact")
_PUBMED = {
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "pmcid": "https://www.ncbi.nlm.nih.gov/pmc/articles/",
}
# Looked for everywhere in the value, so also in quotes and at the end of longer words.
_NAMES = re.compile("(?:doi|cited_by|cites|journal|language|title|type|version|display_name):")
_QUOTED = re.compile(r'"[^"]*"')
_FIELDS = frozenset({
    "id", "doi", "title", "display_name", "publication_year", "type", "ids", "authorships",
    "primary_location", "locations", "cited_by_count", "referenced_works_count",
    "primary_topic", "is_retracted",
})  # fmt: skip


class Refused(Exception):  # noqa: N818 - not an error here: it is the reply
    def __init__(self, message: str) -> None:
        said = {"error": "Invalid query parameters error.", "message": message}
        self.reply = json_reply(400, said)


class _Index:
    """The works of a corpus that the service knows. It holds the corpus, so that nothing else
    can come to have its address while the index is remembered under it."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.titles = Titles(each for each in corpus.records if is_known(each))
        self.by_work = {work_id(each): each for each in self.titles.records}
        self.by_doi: defaultdict[str, list[Record]] = defaultdict(list)
        for each in self.titles.records:
            if doi := _doi(each):
                self.by_doi[doi].append(each)
        self.by_pubmed = {
            address: each
            for each in self.titles.records
            for name, address in _ids(each, None).items()
            if name in _PUBMED
        }


_indexes: dict[int, _Index] = {}


def is_known(record: Record) -> bool:
    """Whether the service has the work: all but a tenth, always the same."""
    return _digest(record.title) % 10 != 0


def is_published(record: Record) -> bool:
    """Whether the service lists a work as published, and not as a preprint of arXiv's alone."""
    return not _is_preprint(record)


def work_id(record: Record) -> str:
    """The service's id of a work."""
    return f"W{record.work_number}"


def answer(corpus: Corpus, request: Request) -> Reply:
    if request.path != "/works" or request.method != "GET":
        page = b"<!doctype html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n"
        return Reply(404, page, "text/html; charset=utf-8")
    if len(f"GET /works?{urlencode(request.params)} HTTP/1.1") > LINE:
        return Reply(414, b"<h1>Request-URI Too Long</h1>", "text/html")
    index = _indexes.get(id(corpus)) or _indexes.setdefault(id(corpus), _Index(corpus))
    try:
        size, number, fields = _page(request.params)
        name, values = _filter(request.params.get("filter", ""))
        found = _found(index, name, values)
    except Refused as refused:
        return refused.reply
    cost = SEARCH if ".search" in name else 1
    meta = {"count": len(found), "per_page": size, "page": number, "cost_usd": cost / 10_000}
    shown = [_work(each, fields) for each in found[(number - 1) * size : number * size]]
    reply = json_reply(200, {"meta": meta, "results": shown, "group_by": []})
    return Reply(200, reply.body, headers={"X-RateLimit-Credits-Used": str(cost)})


def ids(request: Request) -> int:
    name, _, values = request.params.get("filter", "").partition(":")
    return len(values.split("|")) if name in _FILTERS[:-1] else 0


def trouble(status: int) -> Reply:
    if status == 429:
        text = "Rate limit exceeded"
        return json_reply(status, {"error": text, "message": text, "retryAfter": 1})
    error = {403: "Forbidden"}.get(status, "Internal server error")
    return json_reply(status, {"error": error, "message": error})


def _page(params: Mapping[str, str]) -> tuple[int, int, frozenset[str]]:
    """How many works a page has, which page it is, and what it says of each."""
    if unknown := params.keys() - _PARAMETERS:
        raise Refused(f"{min(unknown)} is not a valid parameter.")
    size, number = (params.get(name, default) for name, default in (("per_page", 25), ("page", 1)))
    if not str(size).isdecimal() or not 1 <= int(size) <= VALUES:
        raise Refused(f"per-page parameter must be between 1 and {VALUES}")
    if not str(number).isdecimal() or int(number) < 1:
        raise Refused("page parameter must be at least 1")
    fields = frozenset(filter(None, params.get("select", "").split(",")))
    if wrong := fields - _FIELDS:
        raise Refused(f"{min(wrong)} is not a valid select field.")
    return int(size), int(number), fields or _FIELDS


def _filter(said: str) -> tuple[str, list[str]]:
    """A filter's name and the values it offers, or why it is refused."""
    name, _, text = said.partition(":")
    if name not in _FILTERS:
        raise Refused(f"{name} is not a valid field. Valid fields are: {', '.join(_FILTERS)}.")
    bare = _QUOTED.sub("", text)
    if "," in bare:
        raise Refused("A comma in a filter must be inside double quotes (raw_comma_filter).")
    values = text.split("|")
    if len(values) > VALUES:
        raise Refused(f"Maximum number of values exceeded for {name}: {VALUES}.")
    if len(values) > 1 and _NAMES.search(text):
        raise Refused("It looks like you're trying to do an OR query between filters.")
    if len(values) > 1 and any(each.startswith("!") for each in values):
        raise Refused("The ! operator can only be used with a single value.")
    if ".search" in name and re.search(r"[?*]", text):
        raise Refused("Wildcards are not supported in this field.")
    return name, values


def _found(index: _Index, name: str, values: Sequence[str]) -> list[Record]:
    by_name: Mapping[str, Callable[[str], Sequence[Record]]] = {
        "doi": partial(_with_doi, index),
        "ids.openalex": partial(_with_id, index),
        "pmid": partial(_in_pubmed, index, "pmid"),
        "pmcid": partial(_in_pubmed, index, "pmcid"),
        "cited_by": partial(_cited, index),
        "display_name.search.exact": partial(_titled, index),
    }
    found = {work_id(each): each for value in values for each in by_name[name](value)}
    # In an order of its own: not that of the question.
    return sorted(found.values(), key=lambda each: (-each.citation_count, work_id(each)))


def _with_doi(index: _Index, doi: str) -> Sequence[Record]:
    return index.by_doi.get(doi.lower().removeprefix("https://doi.org/"), ())


def _with_id(index: _Index, said: str) -> Sequence[Record]:
    known = index.by_work.get(said.upper())
    return () if known is None else (known,)


def _in_pubmed(index: _Index, name: str, said: str) -> Sequence[Record]:
    """Letter for letter: what is sent is put behind the address (`core/fields.py` of
    ourresearch/openalex-elastic-api), so a PMCID with its letters is found nowhere."""
    known = index.by_pubmed.get(f"{_PUBMED[name]}{said}")
    return () if known is None else (known,)


def _cited(index: _Index, said: str) -> Sequence[Record]:
    citing = index.by_work.get(said.upper())
    if citing is None or not _references(citing):
        return ()
    listed = index.corpus.references.get(citing.paper_id or "", ())
    cited = (index.corpus.by_id.get(("s2", each)) for each in listed)
    return [each for each in cited if each is not None and is_known(each)]


def _titled(index: _Index, text: str) -> Sequence[Record]:
    phrase = _QUOTED.fullmatch(text) is not None
    return index.titles.phrase(text) if phrase else index.titles.having(text)


def _work(record: Record, fields: frozenset[str]) -> dict[str, Any]:
    own, doi = work_id(record), _doi(record)
    location = _location(record, doi)
    url = None if doi is None else f"https://doi.org/{doi}"
    whole = {
        "id": f"https://openalex.org/{own}",
        "doi": url,
        "title": record.title,
        "display_name": record.title,
        "publication_year": record.year,
        "type": "preprint" if _is_preprint(record) else "article",
        "ids": {name: value for name, value in _ids(record, url).items() if value},
        "authorships": [
            {"raw_author_name": name, "author": {"id": None, "display_name": name}}
            for name in (record.full_names or record.authors)[:AUTHORS]
        ],
        "primary_location": location,
        "locations": [location, *([_on_arxiv(record)] if record.arxiv_id else [])],
        "cited_by_count": record.citation_count // 3,
        "referenced_works_count": _references(record),
        "primary_topic": topic(record),
        "is_retracted": record.retracted,
    }
    return {name: value for name, value in whole.items() if name in fields}


_TOPICS = {
    "Art": ("Visual Arts and Performing Arts", "Arts and Humanities"),
    "Biology": ("Genetics", "Biochemistry, Genetics and Molecular Biology"),
    "Business": ("Marketing", "Business, Management and Accounting"),
    "Economics": ("Finance", "Economics, Econometrics and Finance"),
    "Geology": ("Geophysics", "Earth and Planetary Sciences"),
    "History": ("History", "Arts and Humanities"),
    "Philosophy": ("Philosophy", "Arts and Humanities"),
    "Physics": ("Nuclear and High Energy Physics", "Physics and Astronomy"),
    "Sociology": ("Sociology and Political Science", "Social Sciences"),
}
"""Subfield and field, as its list of topics has them, by Semantic Scholar's field."""


def topic(record: Record) -> dict[str, Any] | None:
    """The topic that it finds a work to be about most, None for a tenth of them."""
    if not record.fields_of_study or _digest(f"topic {record.title}") % 10 == 0:
        return None
    first = record.fields_of_study[0]
    subfield, field = _TOPICS.get(first, (f"General {first}", first))
    return {
        "id": "https://openalex.org/T10320",
        "display_name": f"{subfield} and Applications",
        "score": 0.9975,
        "subfield": {"id": "https://openalex.org/subfields/1702", "display_name": subfield},
        "field": {"id": "https://openalex.org/fields/17", "display_name": field},
        "domain": {"id": "https://openalex.org/domains/3", "display_name": "Physical Sciences"},
    }


def _ids(record: Record, url: str | None) -> dict[str, str | None]:
    """All in URLs; that of PubMed Central leaves the letters away."""
    number = record.pmcid and record.pmcid.removeprefix("PMC")
    return {
        "openalex": f"https://openalex.org/{work_id(record)}",
        "doi": url,
        "pmid": record.pmid and f"{_PUBMED['pmid']}{record.pmid}",
        "pmcid": number and f"{_PUBMED['pmcid']}{number}",
    }


def _location(record: Record, doi: str | None) -> dict[str, Any]:
    if _is_preprint(record):
        return _on_arxiv(record)
    source = {"display_name": record.short_venue, "type": "conference"}
    return {
        "landing_page_url": None if doi is None else f"https://doi.org/{doi}",
        "source": source if record.short_venue else None,
        "version": "publishedVersion",
    }


def _on_arxiv(record: Record) -> dict[str, Any]:
    return {
        "landing_page_url": f"http://arxiv.org/abs/{record.arxiv_id}",
        "source": {"display_name": "arXiv (Cornell University)", "type": "repository"},
        "version": "submittedVersion",
    }


def _doi(record: Record) -> str | None:
    """A work's DOI, for a preprint that which arXiv gives."""
    own = None if record.arxiv_id is None else f"10.48550/arxiv.{record.arxiv_id}"
    return record.doi.lower() if record.doi else own


def _is_preprint(record: Record) -> bool:
    return (_doi(record) or "").startswith("10.48550/")


def _references(record: Record) -> int:
    return 0 if _is_preprint(record) else record.reference_count


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
