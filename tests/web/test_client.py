from __future__ import annotations

import gzip
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl

import pytest

from flaky import Flaky, Manner, Reply, unused_url
from refmatter import __version__
from refmatter.errors import ConfigError
from refmatter.model import Answer, Failure, Limits, Query, Rung, Trouble
from refmatter.web.cache import CachePolicy, ResponseStore
from refmatter.web.client import Client, NetworkPolicy, ServiceEndpoint
from refmatter.web.network import LimitsFromHeaders, NetworkLimits, no_limits
from refmatter.web.throttle import MARGIN
from support import absent

SECRET = "s3cr3t-key"  # noqa: S105 - looked for in logs and texts, and opens nothing
CONTACT = "me@example.org"
HEADERS = {"Accept": "application/json", "x-api-key": SECRET}
WALL = Reply(200, b"<html>Making sure you're not a bot!</html>", "text/html; charset=utf-8")


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def query(path: str = "/paper", body: bytes | None = None, **params: str) -> Query:
    return Query("library", Rung.TITLE_SEARCH, (), path, tuple(params.items()), body)


def everything(answer: Answer) -> bool:
    del answer
    return True


class Slowly(ThreadingHTTPServer):
    """A service that says its headers at once and lets the body wait: until `meet` requests
    are under way together."""

    daemon_threads = False

    def __init__(self, meet: int = 1) -> None:
        super().__init__(("127.0.0.1", 0), _SlowHandler)
        self.meeting = threading.Barrier(meet, timeout=10)
        self.held = self.most = 0
        self.lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _SlowHandler(BaseHTTPRequestHandler):
    server: Slowly

    def do_GET(self) -> None:
        slowly = self.server
        with slowly.lock:
            slowly.held += 1
            slowly.most = max(slowly.most, slowly.held)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{")
        self.wfile.flush()
        slowly.meeting.wait()
        time.sleep(0.02)  # time in which somebody who does not wait would come in
        with slowly.lock:
            slowly.held -= 1
        self.wfile.write(b"}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Nothing on stderr."""


class Rig:
    """Clients of scripted services, with a clock of their own, all closed in the end."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.folder = folder
        self.stack = ExitStack()
        self.store = self.stack.enter_context(ResponseStore(folder / "cache"))

    def flaky(self, *script: Reply) -> Flaky:
        return self.stack.enter_context(Flaky(*script))

    def client(  # noqa: PLR0913 - each is one thing that a test sets
        self,
        url: str,
        *,
        bounds: NetworkLimits = NetworkLimits(silence_seconds=5.0, body_bytes=2**16),  # noqa: B008 - frozen
        every: float = 0.0,
        at_once: int | None = None,
        limits_from_headers: LimitsFromHeaders = no_limits,
        fixed: bool = False,
        store: bool = True,
        refresh: bool = False,
        **settings: Any,
    ) -> Client:
        patience = NetworkPolicy(
            network_limits=bounds,
            max_attempts=3,
            clock=self.clock,
            sleep=self.clock.sleep,
            random=lambda: 1.0,
            today=lambda: date(2026, 11, 1),
        )
        settings = {"contact": CONTACT, **settings}
        return self.stack.enter_context(
            Client(
                ServiceEndpoint(
                    "library", url, Limits(every, at_once), HEADERS, limits_from_headers, fixed
                ),
                cache=CachePolicy(self.store, 7, refresh) if store else None,
                policy=patience,
                **settings,
            )
        )

    def serve(self, *script: Reply, **settings: Any) -> tuple[Flaky, Client]:
        flaky = self.flaky(*script)
        return flaky, self.client(flaky.url, **settings)


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    monkeypatch.setenv("NO_PROXY", "*")
    rig = Rig(tmp_path)
    with rig.stack:
        yield rig


def failed(outcome: Answer | Failure) -> Failure:
    assert isinstance(outcome, Failure)
    assert (outcome.provider, outcome.rung) == ("library", Rung.TITLE_SEARCH)
    return outcome


def test_an_answer(rig: Rig) -> None:
    _, client = rig.serve(Reply(200, b'{"a": 1}'))
    answer = client.send(query(), everything)
    assert answer == Answer(200, "application/json", b'{"a": 1}', "2026-11-01")


def test_an_answer_without_a_store(rig: Rig) -> None:
    flaky, client = rig.serve(Reply(200, b'{"a": 1}'), store=False)
    for _ in range(2):
        answer = client.send(query(), everything)
        assert answer == Answer(200, "application/json", b'{"a": 1}', "2026-11-01")
    assert len(flaky.seen) == 2
    assert list(rig.folder.iterdir()) == []


def test_a_question_is_asked_as_it_stands(rig: Rig) -> None:
    flaky = rig.flaky(Reply())
    client = rig.client(f"{flaky.url}/s2/")
    client.send(query("/paper/match", query="Tom & Jerry: 100% “fun”?", limit="1"), everything)
    (seen,) = flaky.seen
    assert seen.method == "GET"
    path, _, params = seen.path.partition("?")
    assert path == "/s2/paper/match"
    assert parse_qsl(params) == [("query", "Tom & Jerry: 100% “fun”?"), ("limit", "1")]
    assert seen.headers["x-api-key"] == SECRET
    assert seen.headers["accept"] == "application/json"
    assert seen.headers["user-agent"] == f"refmatter/{__version__} (mailto:{CONTACT})"


def test_a_body_is_posted_as_json(rig: Rig) -> None:
    flaky, client = rig.serve(Reply())
    client.send(query("/paper/batch", b'{"ids": ["a"]}', fields="title"), everything)
    (seen,) = flaky.seen
    assert (seen.method, seen.path) == ("POST", "/paper/batch?fields=title")
    assert seen.body == b'{"ids": ["a"]}'
    assert seen.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/paper/DOI:10.1/a(b)c", "/paper/DOI:10.1/a(b)c"),
        ("/works/10.1%2Fa", "/works/10.1%2Fa"),
        ("/paper/what?#x y", "/paper/what%3F%23x%20y"),
    ],
)
def test_a_path_stays_a_path(rig: Rig, path: str, sent: str) -> None:
    flaky, client = rig.serve(Reply())
    client.send(query(path), everything)
    assert flaky.seen[0].path == sent


@pytest.mark.parametrize(
    ("contact", "agent"),
    [
        (None, f"refmatter/{__version__}"),
        ("", f"refmatter/{__version__}"),
        ("mailto:a@b.c", f"refmatter/{__version__} (mailto:a@b.c)"),
        ("https://b.c/@a", f"refmatter/{__version__} (+https://b.c/@a)"),
    ],
)
def test_the_contact_is_in_the_user_agent(rig: Rig, contact: str | None, agent: str) -> None:
    flaky, client = rig.serve(Reply(), contact=contact)
    client.send(query(), everything)
    assert flaky.seen[0].headers["user-agent"] == agent


def test_an_address_goes_along_as_a_parameter_and_is_no_part_of_the_question(rig: Rig) -> None:
    flaky = rig.flaky(Reply(200, b"{}"))
    for contact in ("ada@uni.name", "mailto:eve@uni.name", None, "https://uni.name/@ada"):
        service = ServiceEndpoint(
            "library", flaky.url, Limits(), HEADERS, contact_parameter="mailto"
        )
        cache = CachePolicy(rig.store, 7)
        with Client(service, cache=cache, contact=contact) as client:
            client.send(query("/works", rows="5"), everything)
    assert [each.path for each in flaky.seen] == ["/works?rows=5&mailto=ada%40uni.name"]


@pytest.mark.parametrize("status", [200, 204, 404])
def test_statuses_that_are_answers(rig: Rig, status: int) -> None:
    _, client = rig.serve(Reply(status, b""))
    answer = client.send(query(), everything)
    assert isinstance(answer, Answer)
    assert answer.status == status


@pytest.mark.parametrize(
    ("status", "trouble", "detail"),
    [
        (302, Trouble.BROKEN, "HTTP 302 Found"),
        (401, Trouble.REFUSED, "HTTP 401 Unauthorized"),
        (403, Trouble.REFUSED, "HTTP 403 Forbidden"),
        (406, Trouble.REFUSED, "HTTP 406 Not Acceptable"),
        (413, Trouble.REJECTED, "HTTP 413 Request Entity Too Large"),
        (414, Trouble.REJECTED, "HTTP 414 Request-URI Too Long"),
        (429, Trouble.REFUSED, "HTTP 429 Too Many Requests"),
        (451, Trouble.REFUSED, "HTTP 451 Unavailable For Legal Reasons"),
        (500, Trouble.BROKEN, "HTTP 500 Internal Server Error"),
        (503, Trouble.BROKEN, "HTTP 503 Service Unavailable"),
        (599, Trouble.BROKEN, "HTTP 599"),
    ],
)
def test_statuses_that_are_failures(rig: Rig, status: int, trouble: Trouble, detail: str) -> None:
    flaky, client = rig.serve(Reply(status, headers={"Location": "http://else.test/"}))
    failure = failed(client.send(query(), everything))
    assert (failure.trouble, failure.detail) == (trouble, detail)
    asked = len(flaky.seen)
    rig.clock.now += client.pause_left or 0.0
    client.send(query(), everything)
    assert len(flaky.seen) > asked, "a failure was remembered"


def test_a_service_that_pauses_can_be_waited_for(rig: Rig) -> None:
    paused = Reply(503, headers={"Retry-After": "60"})
    flaky, client = rig.serve(paused, Reply(200, b"[]"))
    assert client.pause_left is None
    assert failed(client.send(query(), everything)).http_status == 503
    assert failed(client.send(query(), everything)).trouble is Trouble.UNREACHABLE
    assert len(flaky.seen) == 1
    assert client.pause_left == 60.0
    assert client.wait_out_pause()
    assert rig.clock.slept == [60.0]
    assert isinstance(client.send(query(), everything), Answer)
    assert client.pause_left == 0.0  # there may be something left that it was not asked


@pytest.mark.parametrize("key", [None, "a key"])
@pytest.mark.parametrize("pauses", [True, False])
def test_what_a_key_would_change_is_said_when_the_service_pauses(
    rig: Rig, key: str | None, *, pauses: bool
) -> None:
    flaky = rig.flaky(Reply(503, headers={"Retry-After": "60"}) if pauses else Reply(403))
    service = ServiceEndpoint(
        "library", flaky.url, Limits(), HEADERS, api_key=key, key_benefit="keys are exempt"
    )
    with Client(service, cache=None, contact=None) as client:
        details = [failed(client.send(query(), everything)).detail for _ in range(2)]
    said = pauses and key is None
    assert ["keys are exempt" in detail for detail in details] == [said, said]


def test_a_limit_that_comes_with_200_is_one(rig: Rig) -> None:
    """arXiv answers so (JabRef#16300)."""
    flaky, client = rig.serve(Reply(200, b"Rate exceeded.\n", "text/plain"), Reply(200, b"[]"))
    assert isinstance(client.send(query(), everything), Answer)
    assert (rig.clock.slept, len(flaky.seen)) == ([1.0], 2)


def test_passing_trouble_is_asked_again(rig: Rig) -> None:
    flaky, client = rig.serve(Reply(429), Reply(manner=Manner.DROP), Reply(200, b"[]"))
    answer = client.send(query(), everything)
    assert isinstance(answer, Answer)
    assert rig.clock.slept == [1.0, 2.0]
    assert (client.requests, client.waited, len(flaky.seen)) == (3, 3.0, 3)


def test_every_try_waits_its_turn(rig: Rig) -> None:
    _, client = rig.serve(Reply(503, headers={"Retry-After": "2"}), Reply(), every=3.0, fixed=True)
    client.send(query(), everything)
    client.send(query("/else"), everything)
    assert rig.clock.slept == [2.0, 1.0, 3.0]
    assert client.waited == 6.0


def test_a_remembered_answer_costs_no_turn(rig: Rig) -> None:
    flaky, client = rig.serve(Reply(404, b"{}"), every=3.0)
    first = client.send(query(), everything)
    assert client.send(query(), everything) == first
    assert (client.requests, rig.clock.slept, len(flaky.seen)) == (1, [], 1)


def aloud(headers: Mapping[str, str]) -> Limits:
    """The limits of a service that says all of them."""
    every, at_once, left, cost, reset = (
        int(headers[name]) if name in headers else None
        for name in ("x-every", "x-at-once", "x-left", "x-cost", "x-reset")
    )
    return Limits(every, at_once, left, cost, reset)


def paid(left: int, status: int = 200, cost: int = 10, **more: str) -> Reply:
    return Reply(
        status,
        headers={"X-Left": str(left), "X-Cost": str(cost), "X-Reset": "10800"}
        | {name.replace("_", "-"): value for name, value in more.items()},
    )


@pytest.mark.parametrize(("fixed", "pause"), [(False, 7.0 * MARGIN), (True, 3.0)])
def test_the_service_says_how_often(rig: Rig, *, fixed: bool, pause: float) -> None:
    reply = Reply(headers={"X-Every": "7"})
    _, client = rig.serve(reply, every=3.0, fixed=fixed, limits_from_headers=aloud)
    for n in range(3):
        client.send(query(f"/{n}"), everything)
    assert rig.clock.slept == pytest.approx([pause, pause])
    assert client.limits == Limits(3.0)


def test_what_the_budget_does_not_pay_for_is_not_asked(rig: Rig) -> None:
    flaky, client = rig.serve(paid(15), paid(5), limits_from_headers=aloud)
    for n in range(2):
        assert isinstance(client.send(query(f"/{n}"), everything), Answer)
    for n in range(4):  # more than open the breaker
        failure = failed(client.send(query(f"/more/{n}"), everything))
        assert failure.trouble is Trouble.QUOTA_EXCEEDED
        assert absent(failure.detail, "budget", "used up", "in 3 h") == []
    assert isinstance(client.send(query("/0"), everything), Answer), "it is remembered"
    assert (client.requests, len(flaky.seen), rig.clock.slept) == (2, 2, [])
    rig.clock.now += 10800
    assert isinstance(client.send(query("/more"), everything), Answer)


def test_a_429_for_want_of_budget_is_not_waited_out(rig: Rig) -> None:
    flaky, client = rig.serve(paid(0, 429, 0, Retry_After="10"), limits_from_headers=aloud)
    for n in range(5):
        assert failed(client.send(query(f"/{n}"), everything)).trouble is Trouble.QUOTA_EXCEEDED
    assert (len(flaky.seen), rig.clock.slept) == (1, [])


def test_a_429_for_haste_is_waited_out(rig: Rig) -> None:
    busy = paid(900, 429, 0, Retry_After="4")
    flaky, client = rig.serve(paid(910), busy, paid(890), limits_from_headers=aloud)
    client.send(query("/first"), everything)
    assert isinstance(client.send(query("/second"), everything), Answer)
    assert (len(flaky.seen), rig.clock.slept) == (3, [4.0])


def test_the_body_is_part_of_what_is_under_way(rig: Rig) -> None:
    """With room for one the second request comes in after the first one's body has ended."""
    with Slowly() as slowly:
        client = rig.client(slowly.url, at_once=1, store=False)
        with ThreadPoolExecutor(4) as pool:
            sent = [pool.submit(client.send, query(f"/{n}"), everything) for n in range(4)]
        assert {type(future.result()) for future in sent} == {Answer}
    assert slowly.most == 1


def test_as_many_as_there_is_room_for_are_under_way(rig: Rig) -> None:
    with Slowly(meet=3) as slowly:
        client = rig.client(slowly.url, at_once=3, store=False)
        with ThreadPoolExecutor(6) as pool:
            sent = [pool.submit(client.send, query(f"/{n}"), everything) for n in range(6)]
        assert {type(future.result()) for future in sent} == {Answer}
    assert slowly.most == 3


def test_what_may_be_remembered_is_asked_of_the_provider(rig: Rig) -> None:
    flaky, client = rig.serve(Reply(200, b"<feed/>", "application/atom+xml"))
    asked: list[Answer] = []

    def keep(answer: Answer) -> bool:
        asked.append(answer)
        return False

    client.send(query(), keep)
    assert asked == [Answer(200, "application/atom+xml", b"<feed/>", "2026-11-01")]
    client.send(query(), keep)
    assert len(flaky.seen) == 2


def test_a_refresh_asks_anew(rig: Rig) -> None:
    flaky = rig.flaky(Reply(body=b"1"), Reply(body=b"2"))
    bodies = [
        rig.client(flaky.url, refresh=refresh).send(query(), everything)
        for refresh in (False, True, False)
    ]
    assert [answer.body for answer in bodies if isinstance(answer, Answer)] == [b"1", b"2", b"2"]


def test_offline_answers_from_the_cache_alone(rig: Rig) -> None:
    flaky, client = rig.serve(Reply(200, b"known"))
    client.send(query("/known"), everything)
    offline = rig.client(flaky.url, offline=True)
    answer = offline.send(query("/known"), everything)
    assert isinstance(answer, Answer)
    assert answer.body == b"known"
    assert failed(offline.send(query("/new"), everything)).trouble is Trouble.OFFLINE
    assert (offline.requests, len(flaky.seen)) == (0, 1)


def test_offline_without_a_cache(rig: Rig) -> None:
    client = rig.client("http://service.test", offline=True, store=False)
    assert failed(client.send(query(), everything)).trouble is Trouble.OFFLINE


def test_nobody_there_is_found_out_with_one_more_try(rig: Rig) -> None:
    client = rig.client(unused_url())
    failure = failed(client.send(query(), everything))
    assert failure.trouble is Trouble.UNREACHABLE
    assert failure.detail.startswith("no connection: ")
    assert (client.requests, rig.clock.slept) == (2, [1.0])


def test_after_that_nobody_is_asked(rig: Rig) -> None:
    client = rig.client(unused_url())
    client.send(query(), everything)
    failure = failed(client.send(query("/else"), everything))
    assert failure.trouble is Trouble.UNREACHABLE
    assert "library" in failure.detail
    assert "60 s" in failure.detail
    assert client.requests == 2


def test_a_wall_is_an_answer_for_the_provider_to_see_through(rig: Rig) -> None:
    flaky, client = rig.serve(WALL)
    outcomes = [client.send(query(), lambda _: False) for _ in range(4)]
    assert [type(outcome) for outcome in outcomes] == [Answer, Answer, Answer, Failure]
    assert absent(failed(outcomes[3]).detail, "HTML page") == []
    assert len(flaky.seen) == 3


@pytest.mark.parametrize(
    ("reply", "trouble", "fact"),
    [
        (Reply(manner=Manner.DROP), Trouble.UNREACHABLE, "connection broke"),
        (Reply(manner=Manner.CUT), Trouble.UNREACHABLE, "connection broke"),
        (Reply(manner=Manner.STALL), Trouble.UNREACHABLE, "in time"),
        (
            Reply(body=bytes(4096), manner=Manner.ENDLESS),
            Trouble.TOO_LARGE,
            "65536 bytes",
        ),
        (
            Reply(body=gzip.compress(bytes(2**20)), headers={"Content-Encoding": "gzip"}),
            Trouble.TOO_LARGE,
            "65536 bytes",
        ),
        (
            Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"}),
            Trouble.GARBLED,
            "unpacked",
        ),
    ],
)
def test_trouble_on_the_way(rig: Rig, reply: Reply, trouble: Trouble, fact: str) -> None:
    _, client = rig.serve(reply, bounds=NetworkLimits(silence_seconds=0.1, body_bytes=2**16))
    failure = failed(client.send(query(), everything))
    assert (failure.trouble, absent(failure.detail, fact)) == (trouble, [])


@pytest.mark.parametrize("title", ["x" * 70_000, "lone \ud800 surrogate"])
def test_a_question_that_fits_in_no_url_is_rejected(rig: Rig, title: str) -> None:
    client = rig.client("http://service.test")
    failure = failed(client.send(query(title=title), everything))
    assert failure.trouble is Trouble.REJECTED
    assert client.requests == 0


def test_a_failure_is_one_short_plain_line(rig: Rig) -> None:
    client = rig.client("http://service.test")
    failure = client._failure(query(), Trouble.BROKEN, "a\x1b[31m\nb\u202e " + "x" * 300)
    assert failure.detail.startswith("a [31m b x")
    assert len(failure.detail) == 200


def tell_nothing(text: str) -> None:
    assert SECRET not in text
    assert CONTACT not in text


def test_no_key_is_told(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """Not in any logger's records, however loud, nor in texts of what is handed out."""
    caplog.set_level(logging.NOTSET)
    _, client = rig.serve(Reply(500), Reply(manner=Manner.DROP), Reply(401), Reply(200))
    outcomes = [client.send(query(f"/{n}"), everything) for n in range(3)]
    outcomes.append(rig.client(unused_url()).send(query(), everything))
    assert "refmatter.web" in {record.name for record in caplog.records}
    for record in caplog.records:
        tell_nothing(record.getMessage())
    tell_nothing(repr(outcomes))
    tell_nothing(repr(ServiceEndpoint("library", "http://service.test", Limits(1.0), HEADERS)))
    tell_nothing(repr(client))


def test_a_header_a_server_sends_back_is_not_told(rig: Rig) -> None:
    _, client = rig.serve(Reply(403, b"bad key: " + SECRET.encode(), headers={"X-You": SECRET}))
    tell_nothing(repr(client.send(query(), everything)))


def test_each_request_is_logged(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "refmatter.web")
    _, client = rig.serve(Reply(404), every=3.0)
    client.send(query("/paper", title="a b"), everything)
    client.send(query("/paper", title="a b"), everything)
    rig.client(unused_url()).send(query("/else"), everything)
    lines = [record.getMessage() for record in caplog.records if record.name == "refmatter.web"]
    assert lines[0] == "library: GET /paper: HTTP 404, 0.00 s"
    assert lines[1].startswith("library: GET /paper: HTTP 404 ")
    assert absent(lines[1], "the cache", "0.00 s") == []
    assert lines[2].startswith("library: GET /else: no connection")


def made(
    url: str = "http://service.test", headers: dict[str, str] | None = None, contact: str = ""
) -> Client:
    service = ServiceEndpoint("library", url, Limits(1.0, 2), headers or {})
    return Client(service, cache=None, contact=contact)


@pytest.mark.parametrize(
    "make",
    [
        lambda: made(url="http://me:s3cr3t-key@service.test"),
        lambda: made(url="ftp://service.test"),
        lambda: made(url="service.test/v1"),
        lambda: made(url="http://service.test/?a=b"),
        lambda: made(url="http://service.test/#a"),
        lambda: made(url="http://service.test:port/"),
        lambda: made(headers={"x-api-key": f"{SECRET}\n"}),
        lambda: made(headers={"x-api-key": f"{SECRET}é"}),
        lambda: made(contact="Jörg"),
    ],
)
def test_a_service_that_cannot_be_asked_is_an_error_of_the_configuration(
    make: Callable[[], Client],
) -> None:
    with pytest.raises(ConfigError, match=r"^library: ") as caught:
        make()
    tell_nothing(str(caught.value))


def test_a_client_of_everyday_patience() -> None:
    with made() as client:
        assert (client.requests, client.waited) == (0, 0.0)
        assert client.limits == Limits(1.0, 2)
    before = datetime.now(UTC).date()
    assert before <= NetworkPolicy().today() <= datetime.now(UTC).date()
