"""A server's log -> what its requests were for, what they cost each title, and how long they
must take."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from benchmarks.library import fold

from scholar import Entry
from scholar.exchange import Request
from scholar.limits import OFFICIAL, PROVOKED

_TEXTS = ("query", "query.bibliographic", "q", "search_query")
_QUOTED = re.compile(r'"([^"]*)"')
_BESIDES = 3
"""Words that may follow a title in a question: a name, a year."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Requests by what they were spent on: titles that some service knows, titles that nobody
    does, and titles that are not in the vault."""

    known: float
    unknown: float
    stray: float


def by_service(log: Iterable[Entry]) -> dict[str, int]:
    """Requests by service, refused ones too."""
    return dict(sorted(Counter(entry.service for entry in log).items()))


def by_kind(log: Iterable[Entry]) -> dict[str, int]:
    """Requests by service and rung."""
    return dict(sorted(Counter(f"{each.service} {kind(each)}" for each in log).items()))


def by_cause(log: Iterable[Entry]) -> dict[str, int]:
    """429s by their cause."""
    return dict(
        sorted(Counter(str(each.cause or "?") for each in log if each.status == 429).items())
    )


def provoked(log: Iterable[Entry]) -> int:
    """429s that a client's own pace provoked."""
    return sum(entry.cause in PROVOKED for entry in log)


def kind(entry: Entry) -> str:
    """The rung that a request serves."""
    path, params = entry.path, _params(entry)
    wanted = params.get("filter", "")
    if path.endswith("/references") or "references." in params.get("fields", ""):
        return (
            "citing_references" if "authors" in params.get("fields", "") else "compare_references"
        )
    if wanted.startswith(("cited_by:", "cites:")):
        return "citing_references"
    if path.endswith("/paper/search"):
        return "same_title_search"
    titles = asked_titles(entry)
    if titles:
        return "title_batch" if ".search" in wanted or len(titles) > 1 else "title_search"
    return "identifier"


def asked_titles(entry: Entry) -> list[str]:
    """The titles that a request asks for by their words."""
    params = _params(entry)
    wanted = params.get("filter", "")
    text = wanted if ".search" in wanted else ""
    text = next((params[name] for name in _TEXTS if params.get(name)), text)
    if not text:
        return []
    return _QUOTED.findall(text) or [text.partition(":")[2] if "ti:" in text else text]


def cost(log: Iterable[Entry], known: Collection[str], unknown: Collection[str]) -> Cost:
    """What was spent on whom. A request's cost is shared out evenly over the titles it asks
    for; questions by identifier and for reference lists are about what is known."""
    whole: dict[str, float] = {"known": 0.0, "unknown": 0.0, "stray": 0.0}
    for entry in log:
        titles = asked_titles(entry)
        spent = Counter(_whose(title, known, unknown) for title in titles) or Counter({"known": 1})
        for whose, count in spent.items():
            whole[whose] += count / spent.total()
    return Cost(**whole)


def _whose(title: str, known: Collection[str], unknown: Collection[str]) -> str:
    words = title.split()
    for end in range(len(words), max(0, len(words) - _BESIDES - 1), -1):
        said = fold(" ".join(words[:end]))
        if said in known:
            return "known"
        if said in unknown:
            return "unknown"
    return "stray"


def floors(log: Sequence[Entry]) -> dict[str, float]:
    """The least seconds in which each service may be asked so much."""
    seconds: dict[str, float] = {}
    for entry in log:
        request = Request(entry.method, entry.path, entry.params, entry.headers, entry.body)
        interval = OFFICIAL[entry.service].limit(request).interval
        seconds[entry.service] = seconds.get(entry.service, 0.0) + interval
    return seconds


def _params(entry: Entry) -> Mapping[str, str]:
    if entry.method == "POST" and entry.service == "arxiv":
        return dict(entry.params) | dict(parse_qsl(entry.body.decode()))
    return entry.params
