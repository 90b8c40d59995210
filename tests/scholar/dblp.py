"""Answers as DBLP's publication search does: its JSON, with all that is odd about it.

It knows the works that have one of its keys. Every word of a query is the beginning of a word
of the title; of several works the newest come first, so that a common title is far down.
Not modelled: words of authors and venues, operators, other formats than JSON.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, TypeAlias
from zlib import crc32

from scholar.corpus import Corpus, Record, split
from scholar.exchange import Reply, Request, json_reply

HITS = 30
MOST = 1000
NAMESAKES = 10
"""One in so many persons shares the name with others, and has a number behind it."""
DOIS = 2022
"""The year from which preprints have DOIs here."""

Json: TypeAlias = dict[str, Any]

_LAST = "\U0010ffff"
_TYPES = {
    "conf": "Conference and Workshop Papers",
    "journals": "Journal Articles",
    "books": "Books and Theses",
    "phd": "Books and Theses",
}
_INFORMAL = "Informal and Other Publications"
_PREPRINT = "journals/corr/"
_HTML = "text/html; charset=iso-8859-1"


class Index:
    """What DBLP writes of the works it knows, by the words of their titles."""

    def __init__(self, corpus: Corpus) -> None:
        known = (each for each in corpus.records if each.dblp_key is not None)
        self._infos = [info for each in known for info in _infos(each)]
        self._words = [split(html.unescape(info["title"])) for info in self._infos]
        self._holding: dict[str, list[int]] = defaultdict(list)
        for number, words in enumerate(self._words):
            for word in set(words):
                self._holding[word].append(number)
        self._vocabulary = sorted(self._holding)

    def having(self, beginnings: Sequence[str]) -> list[tuple[int, Json]]:
        """Those that have a word with each of the beginnings, the newest first."""
        if not beginnings:
            return []
        holding = [self._held(each) for each in beginnings]
        rarest = min(holding, key=lambda lists: sum(map(len, lists)))
        found = [n for n in sorted(set(chain(*rarest))) if self._has(n, beginnings)]
        found.sort(key=lambda n: self._infos[n]["year"], reverse=True)
        return [(number, self._infos[number]) for number in found]

    def _held(self, beginning: str) -> list[list[int]]:
        start = bisect_left(self._vocabulary, beginning)
        end = bisect_left(self._vocabulary, beginning + _LAST)
        return [self._holding[word] for word in self._vocabulary[start:end]]

    def _has(self, number: int, beginnings: Sequence[str]) -> bool:
        words = self._words[number]
        return all(any(word.startswith(each) for word in words) for each in beginnings)


# Making one takes time. Of several corpora only the last is kept.
_indexes: deque[tuple[Corpus, Index]] = deque(maxlen=1)


def answer(corpus: Corpus, request: Request) -> Reply:
    if request.path != "/search/publ/api" or request.method != "GET":
        return Reply(404, b"<!DOCTYPE html><title>dblp: page not found</title>", _HTML)
    params = request.params
    if params.get("format") != "json":
        return Reply(200, b'<?xml version="1.0"?>\n<result></result>', "text/xml; charset=utf-8")
    query = split(params.get("q", ""))
    found = _index(corpus).having(query)
    first, most = _number(params, "f", 0), min(_number(params, "h", HITS), MOST)
    listed = found[first : first + most]
    hits: Json = {
        "@total": str(len(found)),
        "@computed": str(len(found)),
        "@sent": str(len(listed)),
        "@first": str(first),
    }
    if listed:
        hits["hit"] = [
            {"@score": str(len(query)), "@id": str(n), "info": info, "url": f"URL#{n}"}
            for n, info in listed
        ]
    result = {
        "query": " ".join(f"{word}*" for word in query),
        "status": {"@code": "200", "text": "OK"},
        "time": {"@unit": "msecs", "text": "1.00"},
        "completions": {"@total": "0", "@computed": "0", "@sent": "0"},
        "hits": hits,
    }
    return json_reply(200, {"result": result})


def ids(request: Request) -> int:
    """None: a search is the only thing modelled."""
    del request
    return 0


def trouble(status: int) -> Reply:
    """Pages all; the one of a limit says in a header for how many seconds."""
    texts = {403: "Forbidden", 429: "Too Many Requests"}
    text = texts.get(status, "Internal Server Error")
    page = f"<!DOCTYPE HTML><html><head><title>{status} {text}</title></head></html>"
    after = {"Retry-After": "1"} if status == 429 else {}
    return Reply(status, page.encode(), _HTML, after)


def _index(corpus: Corpus) -> Index:
    known = _indexes[-1] if _indexes else None
    if known is None or known[0] is not corpus:
        known = (corpus, Index(corpus))
        _indexes.append(known)
    return known[1]


def _number(params: Mapping[str, str], name: str, default: int) -> int:
    said = params.get(name, "")
    return int(said) if re.fullmatch(r"[0-9]{1,9}", said) else default


def _infos(record: Record) -> list[Json]:
    """The records of a work: of its publication, and of its preprint if there is one."""
    key = record.dblp_key or ""
    found = [] if key.startswith(_PREPRINT) else [_published(record, key)]
    if record.arxiv_id is not None:
        found.append(_preprint(record, record.arxiv_id))
    return found


def _published(record: Record, key: str) -> Json:
    room = key.partition("/")[0]
    info = _common(record) | {"year": str(record.year or ""), "type": _TYPES.get(room, _INFORMAL)}
    if record.short_venue:
        info["venue"] = html.escape(record.short_venue)
    if record.doi:
        info |= {"doi": record.doi.upper(), "ee": f"https://doi.org/{record.doi}"}
    return info | {"key": key, "url": f"https://dblp.org/rec/{key}"}


def _preprint(record: Record, arxiv_id: str) -> Json:
    digits = arxiv_id.rpartition("/")[2]
    year = (1900 if digits.startswith("9") else 2000) + int(digits[:2])
    volume = arxiv_id if "/" in arxiv_id else f"abs/{arxiv_id}"
    key = _PREPRINT + re.sub(r"[./]", "-", volume)
    info = _common(record) | {
        "venue": "CoRR",
        "volume": volume,
        "year": str(year),
        "type": _INFORMAL,
        "key": key,
        "url": f"https://dblp.org/rec/{key}",
    }
    if year < DOIS:
        return info | {"ee": f"https://arxiv.org/abs/{arxiv_id}"}
    doi = f"10.48550/arXiv.{arxiv_id}"
    return info | {"doi": doi.upper(), "ee": f"https://doi.org/{doi}"}


def _common(record: Record) -> Json:
    """Title with a full stop, and authors: none, one, or a list of several."""
    title = html.escape(record.title)
    info: Json = {"title": title if title.endswith(("?", "!", ".")) else f"{title}."}
    people = [_person(name) for name in record.full_names or record.authors]
    if people:
        info["authors"] = {"author": people[0] if len(people) == 1 else people}
    return info


def _person(name: str) -> Json:
    digest = crc32(name.encode(errors="surrogatepass"))
    number = f" {1 + digest // NAMESAKES % 9:04}" if digest % NAMESAKES == 0 else ""
    return {"@pid": f"{digest % 400}/{digest % 9973}", "text": html.escape(name) + number}
