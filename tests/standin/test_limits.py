"""The stand-in holds clients to the limits that the services' own documentation names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event, Thread

import pytest

import scholar
from scholar import Corpus, Record, Server
from scholar.exchange import Reply, Request
from scholar.limits import CREDITS, GRACE, OFFICIAL, Cause, Gate, Limit, Terms
from scholar.server import SERVICES

pytestmark = pytest.mark.unmeasured

S2, ARXIV, CROSSREF, OPENALEX, DBLP = (
    "semantic_scholar",
    "arxiv",
    "crossref",
    "openalex",
    "dblp",
)
POLITE = {"user-agent": "x (+mailto:a@example.org)"}
BEARER = {"authorization": "Bearer k"}
JITTER = (0.0, 0.02, -0.02, 0.01, -0.01)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def request(headers: Mapping[str, str] | None = None, **params: str) -> Request:
    return Request("GET", "/graph/v1/paper/search/match", params, headers or {}, b"")


def causes(service: str, times: Sequence[float], headers: Mapping[str, str]) -> Counter[str]:
    """Why requests at these seconds are refused, each answered before the next comes."""
    gate = Gate(OFFICIAL)
    found: Counter[str] = Counter()
    for at in times:
        cause = gate.enter(service, request(headers), at)
        if cause is None:
            gate.leave(service)
        else:
            found[cause] += 1
    return found


@contextmanager
def serving(clock: Clock, **conditions: float | Mapping[str, object]) -> Iterator[Server]:
    corpus = Corpus([Record("Deep Learning", "a" * 40)])
    said: dict[str, object] = {"clock": clock.time, "sleep": clock.sleep, **conditions}
    with scholar.serve(corpus, **said) as server:  # type: ignore[arg-type]  # by name, as given
        yield server


def asked(server: Server, service: str = S2, headers: Mapping[str, str] | None = None) -> Reply:
    reply = server.reply(service, request(headers, query="deep learning"))
    assert reply is not None
    return reply


@pytest.mark.parametrize(
    ("service", "headers", "interval"),
    [
        (S2, {}, 1.0),
        (S2, {"x-api-key": "k"}, 1.0),
        (ARXIV, {}, 3.0),
        (CROSSREF, {}, 1.0),
        (CROSSREF, POLITE, 1 / 3),
        (OPENALEX, {}, 0.1),
        (OPENALEX, BEARER, 1 / 30),
        (DBLP, {}, 2.0),
    ],
)
def test_who_keeps_to_the_limit_is_never_refused_and_who_asks_twice_as_often_is(
    service: str, headers: Mapping[str, str], interval: float
) -> None:
    exact = [n * interval + JITTER[n % len(JITTER)] for n in range(200)]
    assert not causes(service, exact, headers)
    double = [n * interval / 2 for n in range(200)]
    assert causes(service, double, headers)[Cause.PACE] > 50
    a_little = [n * interval * 0.9 for n in range(600)]
    assert causes(service, a_little, headers)[Cause.PACE] > 1


def test_a_seconds_requests_may_come_together_but_not_more() -> None:
    assert not causes(OPENALEX, [0.0] * 10 + [1.0] * 10, {})
    assert causes(OPENALEX, [0.0] * 11, {}) == {Cause.PACE: 1}
    assert causes(OPENALEX, [0.0] * 10 + [0.5] * 10, {}) == {Cause.PACE: 5}


def test_the_grace_is_for_all_requests_together() -> None:
    early = 0.6 * GRACE
    assert causes(S2, [0.0, 1 - early, 2 - 2 * early], {}) == {Cause.PACE: 1}
    assert not causes(S2, [0.0, 1 - early, 2.0], {})


def test_a_refused_request_does_not_count() -> None:
    assert causes(S2, [0.0, 0.5, 1.0], {}) == {Cause.PACE: 1}


def test_who_is_known_by_the_request_may_ask_more_often() -> None:
    times = [n / 3 for n in range(30)]
    assert causes(CROSSREF, times, {})[Cause.PACE]
    assert not causes(CROSSREF, times, POLITE)


def test_only_so_many_may_be_under_way() -> None:
    gate = Gate({CROSSREF: Terms(Limit(100, 1.0, at_once=2))})
    assert [gate.enter(CROSSREF, request(), 1.0) for _ in range(3)] == [None, None, Cause.AT_ONCE]
    gate.leave(CROSSREF)
    assert gate.enter(CROSSREF, request(), 1.0) is None


def test_a_request_is_under_way_until_it_is_answered() -> None:
    held, answering = Event(), Event()

    def hold(seconds: float) -> None:
        assert seconds == 7
        answering.set()
        held.wait(5)

    limits = {S2: Terms(Limit(100, 1.0, at_once=1))}
    corpus = Corpus([Record("Deep Learning", "a" * 40)])
    with scholar.serve(corpus, limits=limits, latency={S2: 7}, sleep=hold) as server:
        first = Thread(target=asked, args=(server,))
        first.start()
        assert answering.wait(5)
        assert asked(server).status == 429
        held.set()
        first.join()
        assert asked(server).status == 200
    assert [entry.cause for entry in server.log] == [Cause.AT_ONCE, None, None]


def test_what_nobody_limits_is_not_limited() -> None:
    assert Gate({}).enter(S2, request(), 0.0) is None
    assert set(OFFICIAL) == set(SERVICES)


def test_the_server_tells_a_clients_own_doing_from_others() -> None:
    clock = Clock()
    with serving(clock, limits=OFFICIAL) as server:
        statuses = [asked(server).status, asked(server).status]
        clock.now += 1
        server.fault(S2, "limit", times=1)
        statuses += [asked(server).status]
        clock.now += 1
        statuses += [asked(server).status]
    assert statuses == [200, 429, 429, 200]
    assert [entry.cause for entry in server.log] == [None, Cause.PACE, Cause.FAULT, None]


@pytest.mark.parametrize("kind", ["down", "refuse", "wall", "broken", "garbage"])
def test_every_fault_is_logged_as_one(kind: str) -> None:
    with serving(Clock()) as server:
        server.fault(S2, kind, times=1)
        server.reply(S2, request(query="deep learning"))
        asked(server)
    assert [entry.cause for entry in server.log] == [Cause.FAULT, None]


def test_a_share_of_answers_is_lost_to_others_unless_one_has_a_key() -> None:
    def lost(busy: float, headers: Mapping[str, str] | None = None) -> list[int]:
        with serving(Clock(), busy=busy) as server:
            for _ in range(400):
                asked(server, headers=headers)
            assert {e.cause for e in server.log if e.status == 429} <= {Cause.BUSY}
            return [n for n, entry in enumerate(server.log) if entry.status == 429]

    assert 80 < len(lost(0.25)) < 120
    assert lost(0.25) == lost(0.25)
    assert lost(0.0) == lost(0.25, {"x-api-key": "k"}) == []
    assert len(lost(1.0)) == 400


def test_only_semantic_scholar_is_shared() -> None:
    with serving(Clock(), busy=1.0) as server:
        server.reply(OPENALEX, Request("GET", "/works", {"filter": "doi:10.1/x"}, {}, b""))
    assert [entry.status for entry in server.log] == [200]


def test_spent_credits_are_no_fault_of_the_pace() -> None:
    search = {"filter": 'display_name.search.exact:"deep learning"'}
    with serving(Clock(), budget=CREDITS) as server:
        for _ in range(101):
            server.reply(OPENALEX, Request("GET", "/works", search, {}, b""))
    assert [entry.cause for entry in server.log] == [None] * 100 + [Cause.BUDGET]


def test_an_answer_takes_its_time_and_a_refusal_none() -> None:
    clock = Clock()
    with serving(clock, limits=OFFICIAL, latency={S2: 0.3}) as server:
        asked(server)
        asked(server)
    assert clock.slept == [0.3]


def test_what_was_said_is_logged() -> None:
    said = Request("POST", "/graph/v1/paper/batch", {}, {}, b'{"ids": []}')
    with serving(Clock()) as server:
        server.reply(S2, said)
    assert [(entry.body, entry.at) for entry in server.log] == [(said.body, 100.0)]
