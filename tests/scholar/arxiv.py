"""Answers as the arXiv API does: Atom feeds, and errors that are feeds with one entry.

Queries may name titles only (`ti:`), words or quoted phrases, joined by AND and OR from left
to right; sorting is by how much is cited. Titles are cut into words by UAX #29 and lower-cased,
with their accents (`mappings/DocumentMapping.json` and `search/domain/classic_api/query_parser.py`
of arXiv/arxiv-search); the stems that the service compares as well are not modelled.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from scholar.corpus import Corpus, Record
from scholar.exchange import Reply, Request

SLICE = 2000
_ID = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?")
_TERM = re.compile(r'(?:ti|all):(?:"([^"]*)"|([^\s"():]+))')
# Words in quotes join nothing.
_JOINED = re.compile(r'(?:^|\s+(AND|OR)\s+)((?:"[^"]*"|[^\s"]|"(?![^"]*"))+)')
_WIDTH = 60  # titles are folded over lines, as older feeds fold them


class Refused(Exception):  # noqa: N818 - not an error here: it is the reply
    def __init__(self, name: str, reason: str) -> None:
        link = f"https://arxiv.org/api/errors#{name}"
        entry = (
            f"<entry><id>{escape(link)}</id><title>Error</title><summary>{escape(reason)}</summary>"
            "<author><name>arXiv api core</name></author></entry>"
        )
        self.reply = _feed(400, 1, [entry])


def answer(corpus: Corpus, request: Request) -> Reply:
    if request.path != "/api/query":
        return Reply(404, b"Not Found", "text/plain")
    params = _params(request)
    try:
        start, size = _page(params)
        listed = [each for each in params.get("id_list", "").split(",") if each]
        if listed:
            found = _by_ids(corpus, listed)
        elif params.get("search_query"):
            found = _by_query(corpus, params["search_query"])
        else:
            found = []
    except Refused as refused:
        return refused.reply
    return _feed(200, len(found), [_entry(each) for each in found[start : start + size]])


def ids(request: Request) -> int:
    return len([each for each in _params(request).get("id_list", "").split(",") if each])


def trouble(status: int) -> Reply:
    texts = {403: b"Forbidden", 429: b"Rate exceeded."}
    return Reply(status, texts.get(status, b"Internal Server Error"), "text/plain")


def _params(request: Request) -> Mapping[str, str]:
    if request.method == "POST":
        return dict(request.params) | dict(parse_qsl(request.body.decode()))
    return request.params


def _page(params: Mapping[str, str]) -> tuple[int, int]:
    try:
        start, size = int(params.get("start", 0)), int(params.get("max_results", 10))
    except ValueError:
        raise Refused("max_results_must_be_an_integer", "not an integer") from None
    if start < 0 or not 0 <= size <= SLICE:
        raise Refused("max_results_out_of_range", f"max_results must be at most {SLICE}")
    return start, size


def _by_ids(corpus: Corpus, listed: list[str]) -> list[Record]:
    for said in listed:
        if _ID.fullmatch(said) is None:
            raise Refused(f"incorrect_id_format_for_{said}", f"incorrect id format for {said}")
    bare = [re.sub(r"v\d+$", "", re.sub(r"\.[A-Z]{2}/", "/", said)) for said in listed]
    found = [corpus.by_id.get(("arxiv", each)) for each in dict.fromkeys(bare)]
    return sorted(filter(None, found), key=lambda each: -each.citation_count)


def _by_query(corpus: Corpus, query: str) -> list[Record]:
    terms = list(_JOINED.finditer(query.strip()))
    if "".join(each[0] for each in terms) != query.strip():
        raise Refused("malformed_query", f"malformed query: {query}")
    found: list[Record] = []
    for joint, term in (each.groups() for each in terms):
        more = _by_term(corpus, term)
        if joint == "AND":
            found = [each for each in found if each in more]
        else:
            found = found + [each for each in more if each not in found]
    return found


def _by_term(corpus: Corpus, term: str) -> list[Record]:
    parsed = _TERM.fullmatch(term)
    if parsed is None:
        raise Refused("malformed_query", f"malformed query: {term}")
    text = parsed[1] or parsed[2] or ""
    found = corpus.arxiv.phrase(text)
    equal = corpus.arxiv.equal(text) if found else []
    return equal + [each for each in found if each not in equal]


def _entry(record: Record) -> str:
    link = f"http://arxiv.org/abs/{record.arxiv_id}v1"
    title = "\n  ".join(textwrap.wrap(record.title, _WIDTH, break_on_hyphens=False))
    names = "".join(
        f"<author><name>{escape(name)}</name></author>"
        for name in record.full_names or record.authors
    )
    doi = f"<arxiv:doi>{escape(record.doi)}</arxiv:doi>" if record.doi else ""
    return (
        f"<entry><id>{link}</id><title>{escape(title)}</title>"
        f"<published>{_published(record)}</published><summary/>{names}{doi}</entry>"
    )


def _published(record: Record) -> str:
    """The day of the first version, as far as the identifier tells it."""
    digits = (record.arxiv_id or "").rpartition("/")[2]
    century = 1900 if digits.startswith("9") else 2000
    return f"{century + int(digits[:2])}-{digits[2:4]}-01T00:00:00Z"


def _feed(status: int, total: int, entries: list[str]) -> Reply:
    feed = (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'
        ' xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">\n'
        "<id>https://arxiv.org/api/query</id><title>arXiv Query:</title>"
        f"<opensearch:totalResults>{total}</opensearch:totalResults>"
        f"{''.join(entries)}</feed>\n"
    )
    return Reply(status, feed.encode(), "application/atom+xml")
