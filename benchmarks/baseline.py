"""Titles -> what it costs to look them up one at a time, as today's tools do.

Each title is asked of Semantic Scholar's match, and where that has none, of Crossref. The
stand-in and its limits are the same as for the program; only the clock is virtual.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from scholar import Entry, Server, serve
from scholar.corpus import Corpus
from scholar.exchange import Reply, Request
from scholar.limits import OFFICIAL

_MATCH = "/graph/v1/paper/search/match"
_FIELDS = "title,authors,year,venue,externalIds,citationCount,referenceCount,fieldsOfStudy"
_SELECT = "DOI,title,author,issued,container-title"
_LONGEST = 30.0
"""The longest pause between two tries, in seconds."""


class Clock:
    """A clock that stands still but for those who sleep."""

    def __init__(self) -> None:
        self.now = 0.0

    def time(self) -> float:
        """Seconds since it was made."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def one_by_one(corpus: Corpus, titles: Iterable[str], busy: float) -> tuple[list[Entry], float]:
    """The requests it takes to ask for each title, and the seconds at the services' own pace."""
    clock = Clock()
    with serve(corpus, limits=OFFICIAL, busy=busy, clock=clock.time, sleep=clock.sleep) as server:
        tool = _Tool(server, clock)
        for title in titles:
            plain = " ".join(re.findall(r"\w+", title))
            match = tool.ask("semantic_scholar", _MATCH, {"query": plain, "fields": _FIELDS})
            if match.status == 404:
                sought = {"query.bibliographic": plain, "rows": "2", "select": _SELECT}
                tool.ask("crossref", "/works", sought)
        return list(server.log), clock.now


class _Tool:
    """A client that keeps to the pace, and waits longer and longer where it is refused."""

    def __init__(self, server: Server, clock: Clock) -> None:
        self._server = server
        self._clock = clock
        self._free_at: dict[str, float] = defaultdict(float)

    def ask(self, service: str, path: str, params: Mapping[str, str]) -> Reply:
        request = Request("GET", path, params, {}, b"")
        pause = 1.0
        while True:
            self._clock.sleep(max(0.0, self._free_at[service] - self._clock.now))
            self._free_at[service] = self._clock.now + OFFICIAL[service].limit(request).interval
            reply = self._server.reply(service, request)
            if reply is not None and reply.status != 429:
                return reply
            self._clock.sleep(pause)
            pause = min(2 * pause, _LONGEST)
