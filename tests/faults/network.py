"""Answers that are none, each from every service: no note is written, nothing is remembered.

One service is asked about one note, and misbehaves; then it is well again, and the note is
filled. What happens to the other services' part is in `tests/test_outages.py`.
"""

from __future__ import annotations

import gzip
import itertools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import scholar
from faults.table import Bench, Cell
from faults.vaults import note
from flaky import Flaky, Manner, Reply
from house import House
from refmatter.config.loading import load
from refmatter.location import locate_vault
from refmatter.model import Rung
from refmatter.pipeline import enrich
from refmatter.registry import PROVIDERS
from refmatter.report.summary import RunSummary, summarise
from refmatter.run_model import Options, Run
from refmatter.web.client import NetworkPolicy
from refmatter.web.network import NetworkLimits
from scholar import Corpus, Record, openalex
from scholar.server import SERVICES

COLUMNS = tuple(SERVICES)

LONGEST = 300.0
"""The virtual seconds within which a run on one note has to give up."""
MOST = 40
"""The most requests that a run on one note may make of a service that is not well."""
_BOUNDS = NetworkLimits(silence_seconds=0.1, body_bytes=1 << 20)

_TITLES = (f"A work that every service knows, number {n}" for n in itertools.count(1))
WORK = Record(
    next(title for title in _TITLES if openalex.is_known(Record(title))),
    "f" * 40, authors=("Ada Family", "Bob Helper"), full_names=("Ada Family", "Bob Helper"),
    year=2003, venue="Journal of Faults", short_venue="Phys.Rev.D",
    citation_count=5, reference_count=6,
    doi="10.1000/faults", arxiv_id="0301.00001", dblp_key="journals/jof/FamilyH03",
    pmid="1007", isbn="9780262035613",
)  # fmt: skip

_KEYS = f"meta_key: note\nisbn: {WORK.isbn}\n"
_ATOM = "http://www.w3.org/2005/Atom"
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_BOMB = (
    f'<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY l0 "lol">{_LAUGHS}]>'
    f'<feed xmlns="{_ATOM}"><entry><title>&l9;</title></entry></feed>'
)
_DEEP = b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
_WALL = b"<!doctype html><title>Making sure you are not a bot</title>"


@dataclass(slots=True)
class Clock:
    """Seconds that pass only while somebody sleeps."""

    now: float = 1000.0

    def sleep(self, seconds: float) -> None:
        with _LOCK:
            self.now += seconds


_LOCK = threading.Lock()


def _said(body: bytes, kind: str = "application/json", **more: Any) -> Callable[[str], Reply]:
    return lambda _service: Reply(200, body, kind, **more)


def _status(status: int, **headers: str) -> Callable[[str], Reply]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda service: _worded(service, status, named)


def _worded(service: str, status: int, headers: Mapping[str, str]) -> Reply:
    # Nobody's own words where the stand-in has none of that status.
    words = status if status in (403, 429, 500) else 403 if status < 500 else 500
    worded = SERVICES[service].trouble(words)
    return Reply(status, worded.body, worded.content_type, headers)


def _either(feed: bytes, json: bytes) -> Callable[[str], Reply]:
    """What arXiv says, and what the others say."""
    return lambda service: (
        Reply(200, feed, "application/atom+xml") if service == "arxiv" else Reply(200, json)
    )


FAULTS: Mapping[str, Callable[[str], Reply]] = {
    "no answer in time": _said(b"", manner=Manner.STALL),
    "connection reset": _said(b"", manner=Manner.DROP),
    "broken off in the body": _said(b'{"data": [', manner=Manner.CUT),
    "403": _status(403),
    "406": _status(406),
    "429": _status(429),
    "429 with Retry-After": _status(429, Retry_After="2"),
    "429 for an hour": _status(429, Retry_After="3600"),
    "503 for a minute": _status(503, Retry_After="60"),
    "504": _status(504),
    "402": _status(402),
    "409": _status(409),
    "Rate exceeded. with 200": _said(b"Rate exceeded.", "text/plain"),
    "500": _status(500),
    "a wall of HTML": _said(_WALL, "text/html"),
    "an empty feed": _either(f'<feed xmlns="{_ATOM}"/>'.encode(), b""),
    "a document cut short": _either(f'<feed xmlns="{_ATOM}"><ent'.encode(), b'{"data": [{"ti'),
    "a gzip bomb": _said(gzip.compress(b" " * (8 << 20)), headers={"Content-Encoding": "gzip"}),
    "a body that never ends": _said(b" " * (1 << 16), manner=Manner.ENDLESS),
    "JSON 100,000 deep": _said(_DEEP),
    "an entity bomb": _said(_BOMB.encode(), "application/atom+xml"),
}


def _asked(made: House, service: str, base_url: str | None) -> tuple[Run, RunSummary, float]:
    """Run with this service alone; the run, its summary, and its virtual seconds."""
    info = PROVIDERS[service].INFO
    is_named = info.discipline is not None or not info.in_default_ladder
    rung = Rung.TITLE_SEARCH if Rung.TITLE_SEARCH in info.rungs else Rung.IDENTIFIER
    ladder = {"ladder": [{"rung": rung.value, "ask": [service]}]} if is_named else {}
    providers: dict[str, Any] = {
        name: {"enabled": name == service} for name in (*SERVICES, "catalog")
    }
    if base_url is not None:
        providers[service]["base_url"] = base_url
    made.configure(providers=providers, **ladder)
    clock = Clock()
    patience = NetworkPolicy(
        _BOUNDS if base_url else NetworkLimits(),
        clock=lambda: clock.now, sleep=clock.sleep, random=lambda: 0.5,
    )  # fmt: skip
    place = locate_vault([made.notes], made.config)
    done = enrich(place, load(place.config), Options(), policy=patience)
    return done, summarise(done), clock.now - 1000.0


def _held(fault: Callable[[str], Reply], service: str, bench: Bench) -> str:
    with Flaky(fault(service)) as flaky:
        return _stands(bench, service, flaky)


def _stands(bench: Bench, service: str, flaky: Flaky) -> str:
    """Whether a note stays as it is while a service misbehaves, and is filled afterwards."""
    with scholar.serve(Corpus([WORK])) as server:
        made = House(bench.folder, server)
        path = made.put("note.md", note(WORK.title).replace("tags", f"{_KEYS}tags"))
        before = path.read_bytes()
        _, told, seconds = _asked(made, service, flaky.url)
        assert told.outages.keys() == {service}, f"not told as an outage: {told.titles}"
        assert path.read_bytes() == before, "the note was changed"
        assert not made.ledger.exists() or "unmatched" not in made.ledger.read_text()
        assert seconds < LONGEST, f"the run took {seconds} s"
        asked = len(flaky.seen)
        assert asked <= MOST, f"{asked} requests"
        _asked(made, service, flaky.url)
        assert len(flaky.seen) > asked, "what was no answer is remembered"
        _, healed, _ = _asked(made, service, None)
        assert not healed.outages, healed.outages
        assert "Ada Family" in path.read_text(), "the note is not filled afterwards"
    return f"exit 3, {told.outages[service].detail}; asked {asked} times in {seconds:.0f} s"


def _redirected(host: str, service: str, bench: Bench) -> str:
    with Flaky() as trap:
        target = trap.url.replace("127.0.0.1", host)
        with Flaky(Reply(302, b"", headers={"Location": f"{target}/secret"})) as flaky:
            told = _stands(bench, service, flaky)
        assert not trap.seen, "the redirect was followed"
    return f"{told}; the redirect is not followed"


_REDIRECTS = {
    "a redirect to another host": "localhost",
    "a redirect to a private address": "127.0.0.1",
}

CELLS = [
    *(
        Cell(name, service, partial(_held, fault, service))
        for name, fault in FAULTS.items()
        for service in SERVICES
    ),
    *(
        Cell(name, service, partial(_redirected, host, service))
        for name, host in _REDIRECTS.items()
        for service in SERVICES
    ),
]
