"""A corpus -> a server on this machine that answers as the scholarly services do.

    with scholar.serve(corpus) as server:
        base = server.url("semantic_scholar")
        server.fault("semantic_scholar", "limit", times=2)
        ...
        assert server.requests("semantic_scholar") == 3

Every service has a path prefix of its own, its own faults, and if wanted its own limits.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit
from zlib import crc32

from scholar import (
    arxiv,
    crossref,
    dblp,
    europe_pmc,
    inspire,
    open_library,
    openalex,
    semantic_scholar,
)
from scholar.corpus import Corpus
from scholar.exchange import Reply, Request, Service, json_reply
from scholar.faults import Fault, Faults, Trial
from scholar.limits import Cause, Gate, Limit, Terms

SERVICES: Mapping[str, Service] = {
    "semantic_scholar": semantic_scholar,
    "arxiv": arxiv,
    "crossref": crossref,
    "openalex": openalex,
    "dblp": dblp,
    "europe_pmc": europe_pmc,
    "inspire": inspire,
    "open_library": open_library,
}

PATIENCE = 5.0
"""Seconds that closing waits for answers under way."""

_STATUSES = {
    Fault.REFUSE: 403,
    Fault.LIMIT: 429,
    Fault.LIMIT_AFTER: 429,
    Fault.STALL: 429,
    Fault.BLOCK: 406,
    Fault.PAUSE: 503,
    Fault.SPENT: 409,
    Fault.SLOW_LISTS: 504,
    Fault.BROKEN: 500,
}
_LATE = frozenset({Fault.SLOW, Fault.STALL, Fault.SLOW_LISTS, Fault.PARTIAL})
_ANSWERED = frozenset({Fault.SLOW, Fault.GARBAGE, Fault.PARTIAL})
"""Faults of an answer that is made all the same."""
_WALL = Reply(
    200,
    b"<!doctype html><html><head><title>Making sure you're not a bot!</title></head></html>",
    "text/html; charset=utf-8",
)
_DEEP = b"[" * 100_000 + b"]" * 100_000
_ENTITIES = (
    b'<!DOCTYPE feed [<!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY e0 "billion laughs">'
    + b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 20))
    + b']><feed xmlns="http://www.w3.org/2005/Atom"><title>&file;&e19;</title></feed>'
)
_GARBAGE = b'\x1f\x00[{"data": \xff\xfe'


@dataclass(frozen=True, slots=True)
class Entry:
    """A request that came in. `ids` is how many works it asked for by identifier, `status`
    what it got (0: nothing, the connection was closed), `at` seconds of a steady clock, `cause`
    why it was not answered as it would be."""

    service: str
    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    ids: int
    status: int
    at: float
    cause: Cause | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Conditions:
    """How the services are to be: see `serve`."""

    limits: Mapping[str, Terms]
    budget: Mapping[str, int]
    latency: Mapping[str, float]
    busy: float
    answer_limit: int
    clock: Callable[[], float]
    sleep: Callable[[float], object] | None


class Server:
    """The running server; made by `serve`."""

    def __init__(self, corpus: Corpus, conditions: Conditions) -> None:
        self.corpus = corpus
        self.log: list[Entry] = []
        self.bugs: list[Exception] = []
        self.strays: list[str] = []
        self.answer_limit = conditions.answer_limit
        self._conditions = conditions
        self._gate = Gate(conditions.limits)
        self._spent: Counter[str] = Counter()
        self._shared = 0
        self._of_europe_pmc = 0
        self._faults = Faults()
        self._closing = Event()
        self._sleep = conditions.sleep or self._closing.wait
        self._lock = Condition()
        self._listener = _Listener(self)
        self._thread = Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def url(self, service: str) -> str:
        """The base URL to use in place of the service's own."""
        return f"http://127.0.0.1:{self._listener.server_address[1]}/{_known(service)}"

    def requests(self, service: str | None = None) -> int:
        """How many requests came in, in all or for one service."""
        return sum(service in (None, entry.service) for entry in list(self.log))

    def fault(
        self, service: str, kind: str, times: int | None = None, *, seconds: float = 1.0
    ) -> None:
        """Make the next `times` requests meet a fault, or all until healed."""
        self._faults.add(_known(service), Trial(Fault(kind), times, seconds))

    def heal(self, service: str) -> None:
        self._faults.heal(_known(service))

    def reply(self, service: str, request: Request) -> Reply | None:
        """The reply to a request, logged; None where the connection is to be closed."""
        trial = self._faults.take(service)
        if trial is not None and not _concerns(trial.kind, request):
            trial = None
        with self._lock:
            at = self._conditions.clock()
            cause = self._gate.enter(service, request, at)
            let_in = cause is None
            if let_in and self._is_busy(service, request):
                cause = Cause.BUSY
        if trial is not None and trial.kind in _LATE:
            self._sleep(trial.seconds)
        reply, cause = self._reply(service, request, trial, cause)
        if cause is None and service in self._conditions.latency:
            self._sleep(self._conditions.latency[service])
        known = SERVICES[service].ids(request)
        status = 0 if reply is None else reply.status
        parts = (service, request.method, request.path, request.params, request.headers)
        with self._lock:
            if let_in:
                self._gate.leave(service)
            self.log.append(Entry(*parts, known, status, at, cause, request.body))
        return reply

    def _is_busy(self, service: str, request: Request) -> bool:
        """Whether others have just used up what the service lets all without a key share."""
        if service != "semantic_scholar" or "x-api-key" in request.headers:
            return False
        self._shared += 1
        return crc32(f"request {self._shared}".encode()) < self._conditions.busy * 2**32

    def _is_bare(self) -> bool:
        """Whether the next answer of Europe PMC has nothing in it, as every fifth one."""
        with self._lock:
            self._of_europe_pmc += 1
            return self._of_europe_pmc % europe_pmc.BARE_EVERY == 0

    def _reply(
        self, service: str, request: Request, trial: Trial | None, cause: Cause | None
    ) -> tuple[Reply | None, Cause | None]:
        """The reply, and why it is none; a fault hides every other cause."""
        module = SERVICES[service]
        if trial is not None and trial.kind not in _ANSWERED:
            return _faulty(service, trial, request), Cause.FAULT
        if cause is not None:
            return module.trouble(429), cause
        if service == "europe_pmc" and self._is_bare():
            return europe_pmc.BARE, None
        try:
            reply = module.answer(self.corpus, request)
        except Exception as bug:  # noqa: BLE001 - kept, and raised when the server closes
            self.bugs.append(bug)
            return module.trouble(500), None
        reply, cause = self._paid(service, reply)
        if trial is None or trial.kind is Fault.SLOW:
            return reply, cause
        return _spoilt(trial, reply), Cause.FAULT

    def _paid(self, service: str, reply: Reply) -> tuple[Reply, Cause | None]:
        """The reply, with what is left of the day's credits, or that too few were left for it."""
        limit = self._conditions.budget.get(service)
        if limit is None:
            return reply, None
        cost = int(reply.headers.get("X-RateLimit-Credits-Used", 0))
        with self._lock:
            enough = self._spent[service] + cost <= limit
            self._spent[service] += cost if enough else 0
            left = limit - self._spent[service]
        cause = None if enough else Cause.BUDGET
        reply = reply if enough else SERVICES[service].trouble(429)
        told = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(left)}
        return replace(reply, headers={**reply.headers, **told}), cause

    def close(self) -> None:
        """Stop listening, drop every connection and wait until its thread has let go."""
        self._closing.set()
        self._listener.shutdown()
        self._thread.join(PATIENCE)
        self._listener.drop()
        self._listener.server_close()


def _concerns(kind: Fault, request: Request) -> bool:
    """Whether a request meets the fault: one hits batches with nested lists only."""
    return kind is not Fault.SLOW_LISTS or "references" in request.params.get("fields", "")


def _spoilt(trial: Trial, reply: Reply) -> Reply:
    """A reply as a fault leaves it."""
    if trial.kind is Fault.GARBAGE:
        return Reply(200, _GARBAGE, reply.content_type)
    return _incomplete(reply)


def _incomplete(reply: Reply) -> Reply:
    """A page with half of its works, and what says that the search was ended."""
    if reply.status != 200:
        return reply
    said = json.loads(reply.body)
    said["results"] = said["results"][: len(said["results"]) // 2]
    said["meta"] |= {"timed_out": True, "count": len(said["results"])}
    return replace(reply, body=json.dumps(said).encode())


def _faulty(service: str, trial: Trial, request: Request) -> Reply | None:
    """What a client gets in place of an answer."""
    if trial.kind is Fault.DOWN:
        return None
    if trial.kind is Fault.WALL:
        return _WALL
    if trial.kind in (Fault.ECHO, Fault.REDIRECT, Fault.DEEP, Fault.BOMB, Fault.ENTITIES):
        return _hostile(trial, request)
    if trial.kind is Fault.LIMIT_TEXT:
        return Reply(200, b"Rate exceeded.", "text/plain")
    status = _STATUSES[trial.kind]
    worded = SERVICES[service].trouble(status if status in (403, 429) else 500)
    after = trial.kind in (Fault.LIMIT_AFTER, Fault.PAUSE)
    said = {"Retry-After": f"{trial.seconds:g}"} if after else {}
    return Reply(status, worded.body, worded.content_type, said)


def _hostile(trial: Trial, request: Request) -> Reply:
    """What a client gets from a service that means it harm."""
    if trial.kind is Fault.ECHO:
        said = " ".join(request.headers.values())
        return json_reply(400, {"error": said, "message": said})
    if trial.kind is Fault.REDIRECT:
        place = f"http://{request.headers['host']}/elsewhere"
        return Reply(302, b"", headers={"Location": place})
    if trial.kind is Fault.BOMB:
        return Reply(200, _bomb(), headers={"Content-Encoding": "gzip"})
    if trial.kind is Fault.DEEP:
        return Reply(200, _DEEP)
    return Reply(200, _ENTITIES, "application/atom+xml")


@cache
def _bomb() -> bytes:
    """Some 100 KB that unfold to 100 MiB."""
    return gzip.compress(bytes(100 * 2**20))


def _known(service: str) -> str:
    if service not in SERVICES:
        raise KeyError(f"{service}: the stand-in knows {', '.join(SERVICES)}")
    return service


@contextmanager
def serve(  # noqa: PLR0913 - each is one way in which a service can be strict, slow or busy
    corpus: Corpus,
    *,
    limits: Mapping[str, Terms] | None = None,
    pace: Mapping[str, float] | None = None,
    budget: Mapping[str, int] | None = None,
    latency: Mapping[str, float] | None = None,
    busy: float = 0.0,
    answer_limit: int = 10_000_000,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] | None = None,
) -> Iterator[Server]:
    """A server of this corpus, closed at the end.

    `limits` are what services allow (`limits.OFFICIAL`, or some of them): what goes beyond is
    429. `pace` is short for one request in so many seconds, by service.
    `budget` maps services to the credits that a day has: replies say what they cost in a header
    `X-RateLimit-Credits-Used`, and those that are not paid for any more are 429.
    `latency` maps services to the seconds that an answer takes. `busy` is the share of Semantic
    Scholar's answers to those without a key that are 429 because of others.
    `answer_limit` is the most bytes a Semantic Scholar answer may have. `clock` and `sleep` let
    time pass otherwise than on the wall. A bug of the stand-in itself, answered with 500 while
    it runs, is raised at the end.
    """
    paced = {name: Terms(Limit(1, seconds)) for name, seconds in (pace or {}).items()}
    conditions = Conditions(
        limits={**(limits or {}), **paced},
        budget=budget or {},
        latency=latency or {},
        busy=busy,
        answer_limit=answer_limit,
        clock=clock,
        sleep=sleep,
    )
    server = Server(corpus, conditions)
    try:
        yield server
    finally:
        server.close()
    if server.bugs:
        raise server.bugs[0]


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, server: Server) -> None:
        self.stand_in = server
        self._open: set[socket.socket] = set()
        self._changed = Condition()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def drop(self) -> None:
        """Close the connections that clients keep open, and wait for their threads."""
        with self._changed:
            for each in self._open:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._open, PATIENCE)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients may hang up at any time; bugs are caught where replies are made."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave as one: else small answers wait for each other
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        stand_in = cast("_Listener", self.server).stand_in
        split = urlsplit(self.path)
        service, _, path = split.path.removeprefix("/").partition("/")
        params = dict(parse_qsl(split.query, keep_blank_values=True))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        # Names in lower case, as HTTP does not tell them apart.
        heads = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, f"/{path}", params, heads, body, stand_in.answer_limit)
        if service in SERVICES:
            self._send(stand_in.reply(service, request))
        else:
            stand_in.strays.append(self.path)
            self._send(Reply(404, b"No such service", "text/plain"))

    do_POST = do_GET  # noqa: N815 - the base class looks for this name

    def _send(self, reply: Reply | None) -> None:
        if reply is None:
            self.close_connection = True
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: the log is kept by the server."""
