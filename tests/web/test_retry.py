from __future__ import annotations

from collections.abc import Sequence

import httpx
import pytest

from refmatter.web.network import ResponseTooLarge, ResponseTooSlow
from refmatter.web.quota import QuotaExceeded
from refmatter.web.retry import RetryTransport, retry_after

REQUEST = httpx.Request("POST", "http://service.test/", content=b"{}")
NOON = "Sun, 01 Nov 2026 12:00:00 GMT"


class Scripted(httpx.BaseTransport):
    """Gives or raises what the script says, one after the other."""

    def __init__(self, *script: httpx.Response | Exception) -> None:
        self.script = list(script)
        self.asked = 0
        self.closed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        del request
        self.asked += 1
        outcome = self.script.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def close(self) -> None:
        self.closed = True


def says(status: int, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers={k.replace("_", "-"): v for k, v in headers.items()})


def ask(
    *script: httpx.Response | Exception, attempts: int = 5, random: float = 1.0
) -> tuple[httpx.Response, Sequence[float], int]:
    """The response, the seconds slept, and how often the service was asked."""
    slept: list[float] = []
    inner = Scripted(*script)
    retried = RetryTransport(inner, attempts, slept.append, lambda: random)
    return retried.handle_request(REQUEST), slept, inner.asked


@pytest.mark.parametrize("status", [200, 301, 400, 401, 403, 404, 406, 413, 501])
def test_other_statuses_are_given_back_at_once(status: int) -> None:
    response, slept, asked = ask(says(status))
    assert (response.status_code, slept, asked) == (status, [], 1)


def slow(*script: httpx.Response, divisible: bool) -> tuple[int, int]:
    """The last status for a query about several works or for one, and how often it was sent."""
    inner = Scripted(*script)
    request = httpx.Request("GET", "http://service.test/", extensions={"divisible": divisible})
    response = RetryTransport(inner, 5, lambda _: None).handle_request(request)
    return response.status_code, inner.asked


def test_a_query_that_can_be_divided_is_not_repeated_after_a_gateways_time_out() -> None:
    """Semantic Scholar's gateway waits 29 seconds before it says 504 (s2-folks#58 and #59)."""
    assert slow(says(504), says(200), divisible=True) == (504, 1)
    assert slow(says(503), says(200), divisible=True) == (200, 2)


def test_a_gateways_time_out_on_a_lone_work_is_repeated_once() -> None:
    assert slow(says(504), says(200), divisible=False) == (200, 2)
    assert slow(*[says(504)] * 5, divisible=False) == (504, 2)


def test_a_query_that_was_too_large_does_not_make_the_service_down() -> None:
    inner = Scripted(says(504), says(500), says(500), says(200))
    retried = RetryTransport(inner, 5, lambda _: None)
    request = httpx.Request("GET", "http://service.test/", extensions={"divisible": True})
    assert retried.handle_request(request).status_code == 504
    assert retried.handle_request(request).status_code == 200


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_passing_statuses_are_asked_again(status: int) -> None:
    response, slept, asked = ask(says(status), says(200))
    assert (response.status_code, slept, asked) == (200, [1.0], 2)


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadError(""),
        httpx.RemoteProtocolError(""),
        httpx.WriteError(""),
        httpx.PoolTimeout(""),
    ],
)
def test_broken_connections_are_tried_again(error: Exception) -> None:
    response, slept, asked = ask(error, says(200))
    assert (response.status_code, slept, asked) == (200, [1.0], 2)


def test_pauses_double_up_to_half_a_minute() -> None:
    _, slept, asked = ask(*[says(503)] * 6, says(200), attempts=7)
    assert asked == 6
    assert slept == [1.0, 2.0, 4.0, 8.0, 16.0]  # the sixth would make more than a minute of it


def test_a_pause_is_at_most_half_a_minute() -> None:
    _, slept, _ = ask(*[says(503)] * 8, says(200), attempts=9, random=0.25)
    assert slept == [0.25, 0.5, 1.0, 2.0, 4.0, 7.5, 7.5, 7.5]


def test_jitter_is_full() -> None:
    _, slept, _ = ask(*[says(429)] * 3, says(200), random=0.0)
    assert slept == [0.0, 0.0, 0.0]


def test_the_last_response_is_given_back_when_the_tries_end() -> None:
    last = says(503)
    response, _, asked = ask(says(500), says(502), last, attempts=3)
    assert response is last
    assert asked == 3


def test_the_last_error_is_raised_when_the_tries_end() -> None:
    last = httpx.ReadError("the last")
    with pytest.raises(httpx.ReadError, match="the last"):
        ask(httpx.ReadError("the first"), last, attempts=2)


def test_a_service_that_stalls_is_not_asked_again() -> None:
    stalled = httpx.Response(429, extensions={"seconds": 15.0})
    response, slept, asked = ask(stalled, says(200))
    assert (response, slept, asked) == (stalled, [], 1)
    inner = Scripted(httpx.ReadTimeout(""), says(200))
    with pytest.raises(httpx.ReadTimeout):
        RetryTransport(inner, 5, lambda _: None).handle_request(REQUEST)
    assert inner.asked == 1


def test_a_limit_that_is_said_at_once_is_waited_out() -> None:
    quick = httpx.Response(429, extensions={"seconds": 0.3})
    assert ask(quick, says(200))[1:] == ([1.0], 2)


def test_a_response_that_is_thrown_away_is_closed() -> None:
    class Body(httpx.SyncByteStream):
        closed = False

        def close(self) -> None:
            self.closed = True

    thrown, last = Body(), Body()
    ask(httpx.Response(503, stream=thrown), httpx.Response(503, stream=last), attempts=2)
    assert thrown.closed
    assert not last.closed


@pytest.mark.parametrize(
    "error",
    [httpx.ConnectError(""), httpx.ConnectTimeout(""), httpx.ProxyError("")],
)
def test_a_service_out_of_reach_gets_one_more_try(error: Exception) -> None:
    inner = Scripted(error, error, error)
    slept: list[float] = []
    with pytest.raises(type(error)):
        RetryTransport(inner, 5, slept.append, lambda: 1.0).handle_request(REQUEST)
    assert (inner.asked, slept) == (2, [1.0])


@pytest.mark.parametrize(
    "error",
    [
        ResponseTooLarge(""),
        ResponseTooSlow(""),
        httpx.LocalProtocolError(""),
        httpx.DecodingError(""),
        QuotaExceeded(""),
        KeyError("a bug"),
    ],
)
def test_what_will_not_pass_is_raised_at_once(error: Exception) -> None:
    inner = Scripted(error, says(200))
    with pytest.raises(type(error)):
        RetryTransport(inner, 5, lambda _: None).handle_request(REQUEST)
    assert inner.asked == 1


def test_retry_after_is_obeyed_to_the_second() -> None:
    response, slept, _ = ask(says(429, retry_after="7"), says(200), random=0.5)
    assert (response.status_code, slept) == (200, [7.0])


def test_retry_after_may_be_a_date() -> None:
    busy = says(503, date=NOON, retry_after="Sun, 01 Nov 2026 12:00:09 GMT")
    _, slept, _ = ask(busy, says(200))
    assert slept == [9.0]


def test_a_retry_after_that_is_too_long_ends_the_tries() -> None:
    busy = says(429, retry_after="11")
    response, slept, asked = ask(busy, says(200))
    assert response is busy
    assert (slept, asked) == ([], 1)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        ("1.5", 1.5),
        ("Sun, 01 Nov 2026 12:00:09 GMT", 9.0),
        ("Sunday, 01-Nov-26 12:00:09 GMT", 9.0),
        ("Sun, 01 Nov 2026 12:00:09 -0000", 9.0),
        ("Sun, 01 Nov 2026 11:00:00 GMT", 0.0),
        ("-1", None),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("", None),
        ("Sun, 99 Nov 2026 12:00:00 GMT", None),
    ],
)
def test_reading_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after(says(429, retry_after=value, date=NOON)) == seconds


def test_a_date_counts_from_now_where_the_response_has_none() -> None:
    assert retry_after(says(429, retry_after="Sat, 01 Jan 2000 00:00:00 GMT")) == 0.0
    far = retry_after(says(429, retry_after="Sat, 01 Jan 2200 00:00:00 GMT"))
    assert far is not None
    assert far > 1e9


def test_while_a_service_is_down_each_request_gets_one_try() -> None:
    slept: list[float] = []
    down = [says(503) for _ in range(6)]
    inner = Scripted(*down, httpx.ReadError("gone"), *map(says, (500, 200, 500, 200)))
    retried = RetryTransport(inner, 5, slept.append, lambda: 1.0)
    assert retried.handle_request(REQUEST).status_code == 503
    assert (inner.asked, len(slept)) == (5, 4)
    assert retried.handle_request(REQUEST).status_code == 503
    with pytest.raises(httpx.ReadError):
        retried.handle_request(REQUEST)
    assert retried.handle_request(REQUEST).status_code == 500
    assert (inner.asked, len(slept)) == (8, 4)
    assert retried.handle_request(REQUEST).status_code == 200
    assert retried.handle_request(REQUEST).status_code == 200  # it is patient again
    assert (inner.asked, len(slept)) == (11, 5)


def test_limits_are_waited_out_even_while_a_service_was_down() -> None:
    inner = Scripted(*[says(500)] * 5, says(429), says(429), says(200))
    retried = RetryTransport(inner, 5, lambda _: None, lambda: 1.0)
    assert retried.handle_request(REQUEST).status_code == 500
    assert retried.handle_request(REQUEST).status_code == 200
    assert inner.asked == 8


def test_a_budget_that_is_spent_is_no_outage() -> None:
    inner = Scripted(QuotaExceeded(""), says(503), says(200))
    retried = RetryTransport(inner, 5, lambda _: None, lambda: 1.0)
    with pytest.raises(QuotaExceeded):
        retried.handle_request(REQUEST)
    assert retried.handle_request(REQUEST).status_code == 200


def test_closing_closes_what_is_inside() -> None:
    inner = Scripted()
    RetryTransport(inner).close()
    assert inner.closed
