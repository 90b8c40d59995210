from __future__ import annotations

import gzip
import itertools
import tracemalloc
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx
import pytest

from flaky import Flaky, Manner, Reply, unused_url
from refmatter.model import Limits
from refmatter.web.network import (
    NetworkLimits,
    NetworkTransport,
    ResponseTooLarge,
    ResponseTooSlow,
    describe_error,
)
from support import absent

BOUNDS = NetworkLimits(
    connect_seconds=2.0, silence_seconds=5.0, total_seconds=10.0, body_bytes=2**16
)
MEGABYTES = gzip.compress(bytes(2**22))


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@contextmanager
def wired(
    *script: Reply, bounds: NetworkLimits = BOUNDS
) -> Iterator[tuple[Flaky, NetworkTransport]]:
    with Flaky(*script) as flaky:
        wire = NetworkTransport(bounds)
        try:
            yield flaky, wire
        finally:
            wire.close()


def get(flaky: Flaky) -> httpx.Request:
    return httpx.Request("GET", f"{flaky.url}/path?q=a+b", headers={"Accept-Encoding": "gzip"})


def test_an_answer_comes_whole() -> None:
    with wired(Reply(404, b'{"error": 1}', headers={"X-Other": "1"})) as (flaky, wire):
        response = wire.handle_request(get(flaky))
        assert (response.status_code, response.content) == (404, b'{"error": 1}')
        assert response.headers["content-type"] == "application/json"
        assert "x-other" not in response.headers
        assert flaky.seen[0].path == "/path?q=a+b"


def test_what_the_headers_say_of_limits_goes_with_the_answer() -> None:
    received: list[Mapping[str, str]] = []

    def read(headers: Mapping[str, str]) -> Limits:
        received.append(headers)
        return Limits(at_once=3)

    with Flaky(Reply(429, headers={"X-Left": "7"})) as flaky:
        wire = NetworkTransport(BOUNDS, limits_from_headers=read)
        response = wire.handle_request(get(flaky))
        wire.close()
    assert response.extensions["limits"] == Limits(at_once=3)
    assert received[0]["x-left"] == "7"
    assert "x-left" not in response.headers


def test_nothing_is_heard_where_nobody_listens() -> None:
    with wired(Reply()) as (flaky, wire):
        assert wire.handle_request(get(flaky)).extensions["limits"] == Limits()


def test_a_body_is_sent() -> None:
    with wired(Reply()) as (flaky, wire):
        wire.handle_request(httpx.Request("POST", flaky.url, content=b'{"ids": []}'))
        assert (flaky.seen[0].method, flaky.seen[0].body) == ("POST", b'{"ids": []}')


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "deflate"])
def test_a_packed_body_is_unpacked(coding: str) -> None:
    pack = zlib.compress if coding == "deflate" else gzip.compress
    reply = Reply(body=pack(b"hello"), headers={"Content-Encoding": coding})
    with wired(reply) as (flaky, wire):
        response = wire.handle_request(get(flaky))
        assert response.read() == b"hello"


def test_every_request_counts() -> None:
    with wired(Reply(manner=Manner.DROP), Reply()) as (flaky, wire):
        assert wire.requests == 0
        with pytest.raises(httpx.TransportError):
            wire.handle_request(get(flaky))
        wire.handle_request(get(flaky))
        assert wire.requests == 2


def test_a_body_without_end_is_given_up() -> None:
    with (
        wired(Reply(body=bytes(4096), manner=Manner.ENDLESS)) as (flaky, wire),
        pytest.raises(ResponseTooLarge),
    ):
        wire.handle_request(get(flaky))


def test_a_gzip_bomb_is_given_up() -> None:
    assert len(MEGABYTES) < BOUNDS.body_bytes
    reply = Reply(body=MEGABYTES, headers={"Content-Encoding": "gzip"})
    with wired(reply) as (flaky, wire), pytest.raises(ResponseTooLarge):
        wire.handle_request(get(flaky))


def test_what_comes_behind_the_end_of_a_packed_body_is_counted_too() -> None:
    """Unpacked it is nothing, so that there was no end of it."""
    reply = Reply(
        body=gzip.compress(b"{}") + bytes(4096),
        headers={"Content-Encoding": "gzip"},
        manner=Manner.ENDLESS,
    )
    with wired(reply) as (flaky, wire), pytest.raises(ResponseTooLarge):
        wire.handle_request(get(flaky))


def test_no_more_is_unpacked_than_there_is_room_for() -> None:
    """An eighth of a gigabyte of zeros, of which the first chunk alone has more than is allowed."""
    packed = zlib.compressobj(wbits=31)
    zeros = bytes(2**20)
    bomb = b"".join([*(packed.compress(zeros) for _ in range(128)), packed.flush()])
    reply = Reply(body=bomb, headers={"Content-Encoding": "gzip"})
    with wired(reply) as (flaky, wire):
        tracemalloc.start()
        try:
            with pytest.raises(ResponseTooLarge):
                wire.handle_request(get(flaky))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak - len(bomb) < 40 * BOUNDS.body_bytes


def test_a_packed_body_without_its_end_is_an_error() -> None:
    reply = Reply(body=gzip.compress(b"hello")[:-9], headers={"Content-Encoding": "gzip"})
    with wired(reply) as (flaky, wire), pytest.raises(httpx.DecodingError):
        wire.handle_request(get(flaky))


def test_a_body_without_bytes_needs_no_packing() -> None:
    with wired(Reply(body=b"", headers={"Content-Encoding": "gzip"})) as (flaky, wire):
        assert wire.handle_request(get(flaky)).content == b""


def test_a_secret_that_comes_back_is_starred_out() -> None:
    body = b'{"error": "key s3cr3t-key of me@example.org", "a": 1}'
    reply = Reply(400, body, content_type="text/s3cr3t-key")
    with Flaky(reply) as flaky:
        wire = NetworkTransport(BOUNDS, secrets=["s3cr3t-key", "me@example.org", "a"])
        response = wire.handle_request(get(flaky))
        wire.close()
    assert response.content == b'{"error": "key ********** of **************", "a": 1}'
    assert response.headers["content-type"] == "text/**********"


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd"])
def test_a_packing_nobody_asked_for_is_not_unpacked(coding: str) -> None:
    reply = Reply(body=gzip.compress(MEGABYTES), headers={"Content-Encoding": coding})
    with wired(reply) as (flaky, wire), pytest.raises(httpx.DecodingError):
        wire.handle_request(get(flaky))


def test_broken_gzip_is_an_error() -> None:
    reply = Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"})
    with wired(reply) as (flaky, wire), pytest.raises(httpx.DecodingError):
        wire.handle_request(get(flaky))


def test_a_body_of_the_greatest_length_passes() -> None:
    with wired(Reply(body=bytes(BOUNDS.body_bytes))) as (flaky, wire):
        assert len(wire.handle_request(get(flaky)).content) == BOUNDS.body_bytes


def test_a_body_that_drips_is_given_up_when_its_time_is_over() -> None:
    ticks = itertools.count(0.0, 4.0)
    with Flaky(Reply(body=b"drip", manner=Manner.ENDLESS)) as flaky:
        wire = NetworkTransport(BOUNDS, lambda: next(ticks))
        with pytest.raises(ResponseTooSlow, match="within 10 s"):
            wire.handle_request(get(flaky))
        wire.close()


@pytest.mark.parametrize("manner", [Manner.DROP, Manner.CUT])
def test_a_connection_that_breaks_is_an_error(manner: Manner) -> None:
    with wired(Reply(manner=manner)) as (flaky, wire), pytest.raises(httpx.TransportError):
        wire.handle_request(get(flaky))


def test_silence_is_an_error() -> None:
    bounds = NetworkLimits(connect_seconds=2.0, silence_seconds=0.05)
    with (
        wired(Reply(manner=Manner.STALL), bounds=bounds) as (flaky, wire),
        pytest.raises(httpx.ReadTimeout),
    ):
        wire.handle_request(get(flaky))


def test_the_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.delenv("no_proxy", raising=False)
    with Flaky(Reply(body=b"by proxy")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        wire = NetworkTransport(BOUNDS)
        response = wire.handle_request(httpx.Request("GET", "http://service.test/path"))
        wire.close()
        assert response.content == b"by proxy"
        assert proxy.seen[0].path == "http://service.test/path"


def test_nobody_there_is_an_error() -> None:
    wire = NetworkTransport(BOUNDS)
    with pytest.raises(httpx.ConnectError):
        wire.handle_request(httpx.Request("GET", unused_url()))
    wire.close()


def test_a_redirect_is_not_followed() -> None:
    with (
        Flaky(Reply()) as elsewhere,
        wired(Reply(302, headers={"Location": elsewhere.url})) as (flaky, wire),
    ):
        assert wire.handle_request(get(flaky)).status_code == 302
        assert elsewhere.seen == []


def test_a_header_that_is_no_ascii_does_no_harm() -> None:
    with wired(Reply(content_type="text/plain; name=é")) as (flaky, wire):
        response = wire.handle_request(get(flaky))
        assert response.headers["content-type"] == "text/plain; name=é"


def test_closing_a_wire_that_was_never_used() -> None:
    NetworkTransport(BOUNDS).close()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ResponseTooLarge("over 9 bytes"), "over 9 bytes"),
        (ResponseTooSlow("no end"), "no end"),
        (httpx.ConnectError("[Errno 111] refused"), "no connection: [Errno 111] refused"),
        (httpx.ConnectTimeout("?"), "no connection"),
        (httpx.ProxyError("?"), "proxy"),
        (httpx.ReadTimeout("?"), "no answer"),
        (httpx.DecodingError("?"), "unpacked"),
        (httpx.LocalProtocolError("Illegal header value b'key'"), "connection broke"),
    ],
)
def test_in_words(error: httpx.RequestError, words: str) -> None:
    assert absent(describe_error(error), words) == []
    assert not {"?", "'"} & set(describe_error(error)), "a library's words may hold a key"
