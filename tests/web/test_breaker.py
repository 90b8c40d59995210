from __future__ import annotations

import threading

import httpx
import pytest

from refmatter.web.breaker import BreakerOpen, CircuitBreakerTransport
from refmatter.web.network import ResponseTooLarge, ResponseTooSlow
from refmatter.web.quota import QuotaExceeded

REQUEST = httpx.Request("GET", "http://service.test/")
DIVISIBLE = httpx.Request("GET", "http://service.test/", extensions={"divisible": True})
JSON = {"content-type": "application/json"}


class Service(httpx.BaseTransport):
    """Says what it is set to, and counts."""

    def __init__(self) -> None:
        self.says: httpx.Response | BaseException = httpx.Response(200, headers=JSON)
        self.asked = 0
        self.closed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        del request
        self.asked += 1
        if isinstance(self.says, BaseException):
            raise self.says
        return self.says

    def close(self) -> None:
        self.closed = True


class Rig:
    """A breaker of two failures and 60 s round a service, and a clock to turn."""

    def __init__(self) -> None:
        self.now = 100.0
        self.service = Service()
        self.broken = CircuitBreakerTransport(self.service, "library", 2, 60.0, lambda: self.now)

    def ask(
        self, says: httpx.Response | BaseException | int = 200, request: httpx.Request = REQUEST
    ) -> httpx.Response | None:
        """The response; None where the service's error came through."""
        self.service.says = httpx.Response(says, headers=JSON) if isinstance(says, int) else says
        try:
            return self.broken.handle_request(request)
        except BreakerOpen:
            raise
        except (httpx.RequestError, KeyboardInterrupt):
            return None

    def is_open(self) -> bool:
        """Whether it answers without asking. Asks a service that is well, where it asks."""
        asked = self.service.asked
        try:
            self.ask()
        except BreakerOpen:
            assert self.service.asked == asked
            return True
        return False


@pytest.fixture
def rig() -> Rig:
    return Rig()


@pytest.mark.parametrize("status", [301, 401, 403, 429, 451, 500, 503])
def test_failures_in_a_row_open_it(rig: Rig, status: int) -> None:
    rig.ask(status)
    rig.ask(status)
    assert rig.is_open()


def test_a_gateways_time_out_counts_only_for_a_query_that_cannot_be_divided(rig: Rig) -> None:
    for _ in range(5):
        rig.ask(504, DIVISIBLE)
    assert not rig.is_open()
    rig.ask(503)
    rig.ask(504, DIVISIBLE)  # it is no success either
    rig.ask(504)
    assert rig.is_open()


def test_a_trial_that_can_be_divided_leaves_the_trial_to_its_parts(rig: Rig) -> None:
    rig.ask(httpx.ConnectError(""))
    rig.now += 60
    assert rig.ask(504, DIVISIBLE) is not None
    assert not rig.is_open()


@pytest.mark.parametrize("status", [200, 204, 400, 404, 413, 414])
def test_answers_and_rejected_questions_do_not(rig: Rig, status: int) -> None:
    rig.ask(status)
    rig.ask(status)
    rig.ask(status)
    assert not rig.is_open()


def test_a_success_between_them_starts_the_count_again(rig: Rig) -> None:
    rig.ask(503)
    rig.ask(404)
    rig.ask(503)
    assert not rig.is_open()


def test_broken_connections_count(rig: Rig) -> None:
    rig.ask(httpx.ReadError(""))
    rig.ask(httpx.RemoteProtocolError(""))
    assert rig.is_open()


@pytest.mark.parametrize("error", [httpx.ConnectError(""), httpx.ConnectTimeout("")])
def test_a_service_out_of_reach_opens_it_at_once(rig: Rig, error: Exception) -> None:
    rig.ask(error)
    assert rig.is_open()


def test_an_answer_that_is_too_large_is_not_the_services_failure(rig: Rig) -> None:
    rig.ask(ResponseTooLarge(""))
    rig.ask(ResponseTooLarge(""))
    assert not rig.is_open()


def test_a_budget_that_is_spent_is_nobodys_failure(rig: Rig) -> None:
    rig.ask(503)
    rig.ask(QuotaExceeded(""))
    rig.ask(QuotaExceeded(""))
    assert not rig.is_open()
    rig.ask(503)
    rig.ask(503)
    assert rig.is_open()


def test_a_trial_that_the_budget_does_not_pay_for_leaves_it_to_the_next(rig: Rig) -> None:
    rig.ask(httpx.ConnectError(""))
    rig.now += 60
    assert rig.ask(QuotaExceeded("")) is None
    assert not rig.is_open()


@pytest.mark.parametrize("content_type", ["text/html", "Text/HTML; charset=utf-8"])
def test_a_page_of_html_is_a_wall(rig: Rig, content_type: str) -> None:
    wall = httpx.Response(200, headers={"content-type": content_type}, content=b"<html>")
    rig.ask(wall)
    rig.ask(wall)
    assert rig.is_open()


def test_html_with_a_404_is_no_wall(rig: Rig) -> None:
    """OpenAlex answers 404 with HTML now and then."""
    for _ in range(3):
        rig.ask(httpx.Response(404, headers={"content-type": "text/html"}))
    assert not rig.is_open()


def test_the_error_names_the_service_the_pause_and_the_reason(rig: Rig) -> None:
    rig.ask(httpx.ConnectError("refused"))
    rig.now += 20
    with pytest.raises(BreakerOpen, match=r"library.* 40 s .*refused"):
        rig.ask()


def test_it_stays_open_until_it_has_cooled(rig: Rig) -> None:
    rig.ask(httpx.ConnectError(""))
    rig.now += 59.9
    assert rig.is_open()
    rig.now += 0.1
    assert not rig.is_open()


def test_success_of_the_trial_closes_it(rig: Rig) -> None:
    rig.ask(httpx.ConnectError(""))
    rig.now += 60
    assert rig.ask(200) is not None
    rig.ask(503)
    assert not rig.is_open()


def test_failure_of_the_trial_opens_it_again(rig: Rig) -> None:
    rig.ask(httpx.ConnectError(""))
    rig.now += 60
    assert rig.ask(503) is not None
    rig.now += 59
    assert rig.is_open()
    rig.now += 1
    assert not rig.is_open()


def test_a_trial_that_is_interrupted_leaves_the_trial_to_the_next(rig: Rig) -> None:
    rig.ask(httpx.ConnectError(""))
    rig.now += 60
    assert rig.ask(KeyboardInterrupt()) is None
    assert not rig.is_open()


def test_an_interrupt_is_no_failure(rig: Rig) -> None:
    rig.ask(503)
    rig.ask(KeyboardInterrupt())
    assert not rig.is_open()


def test_a_longer_pause_that_is_asked_for_is_given_at_once(rig: Rig) -> None:
    rig.ask(httpx.Response(429, headers={"retry-after": "3600"}))
    rig.now += 3599
    assert rig.is_open()
    rig.now += 1
    assert not rig.is_open()


@pytest.mark.parametrize(
    "pausing",
    [
        httpx.ReadTimeout(""),
        ResponseTooSlow(""),
        httpx.Response(406),
        httpx.Response(429, extensions={"seconds": 15.0}),
        httpx.Response(503, extensions={"seconds": 15.0}),
    ],
)
def test_a_service_that_stalls_or_blocks_pauses_at_once(
    rig: Rig, pausing: httpx.Response | Exception
) -> None:
    """arXiv answers 429 after 15 seconds, or 406, since May 2026 (JabRef#16050)."""
    rig.ask(pausing)
    assert rig.is_open()
    assert rig.broken.pause_left == 60.0
    rig.now += 60
    assert rig.broken.pause_left == 0.0
    assert not rig.is_open()


def test_a_pause_is_as_long_as_the_service_says(rig: Rig) -> None:
    rig.ask(httpx.Response(503, headers={"retry-after": "20"}))
    assert rig.broken.pause_left == 20.0
    rig.now += 20
    assert not rig.is_open()


@pytest.mark.parametrize("failure", [httpx.ConnectError(""), 403, 429, 503, 500])
def test_a_service_that_is_down_or_refuses_does_not_pause(
    rig: Rig, failure: Exception | int
) -> None:
    rig.ask(httpx.Response(failure) if isinstance(failure, int) else failure)
    if not isinstance(failure, Exception):
        rig.ask(httpx.Response(failure))
    assert rig.is_open()
    assert rig.broken.pause_left is None


def test_a_service_that_paused_and_fails_otherwise_does_not_pause_any_more(rig: Rig) -> None:
    rig.ask(httpx.Response(503, headers={"retry-after": "20"}))
    rig.now += 20
    rig.ask(httpx.ConnectError(""))
    assert rig.broken.pause_left is None


def test_a_shorter_pause_that_is_asked_for_counts_like_any_failure(rig: Rig) -> None:
    rig.ask(httpx.Response(429, headers={"retry-after": "5"}))
    assert not rig.is_open()


class Slow(httpx.BaseTransport):
    """Holds each request until it is told what to answer."""

    def __init__(self) -> None:
        self.arrived = threading.Semaphore(0)
        self.answers: dict[str, tuple[threading.Event, list[int]]] = {}

    def expect(self, path: str) -> None:
        self.answers[path] = (threading.Event(), [])

    def answer(self, path: str, status: int) -> None:
        event, box = self.answers[path]
        box.append(status)
        event.set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        event, box = self.answers[request.url.path]
        self.arrived.release()
        assert event.wait(5)
        return httpx.Response(box[0])


class SlowRig:
    """A breaker of one failure round a service that answers when told."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slow = Slow()
        self.broken = CircuitBreakerTransport(self.slow, "library", 1, 60.0, lambda: self.now)
        self.threads: dict[str, threading.Thread] = {}

    def start(self, path: str) -> None:
        self.slow.expect(path)
        request = httpx.Request("GET", f"http://service.test{path}")
        thread = threading.Thread(target=self.broken.handle_request, args=(request,))
        thread.start()
        self.threads[path] = thread
        assert self.slow.arrived.acquire(timeout=5)

    def finish(self, path: str, status: int) -> None:
        self.slow.answer(path, status)
        self.threads[path].join(5)


def test_only_one_request_tries() -> None:
    rig = SlowRig()
    rig.start("/first")
    rig.finish("/first", 503)
    rig.now = 60.0
    rig.start("/trial")
    with pytest.raises(BreakerOpen, match="trial request"):
        rig.broken.handle_request(REQUEST)
    rig.finish("/trial", 200)
    rig.start("/after")
    rig.finish("/after", 200)


def test_an_old_request_that_comes_back_well_does_not_close_it() -> None:
    rig = SlowRig()
    rig.start("/old")
    rig.start("/new")
    rig.finish("/new", 503)
    rig.finish("/old", 200)
    with pytest.raises(BreakerOpen):
        rig.broken.handle_request(REQUEST)


def test_closing_closes_what_is_inside(rig: Rig) -> None:
    rig.broken.close()
    assert rig.service.closed
