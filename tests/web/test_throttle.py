from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import httpx
import pytest

from refmatter.model import Limits
from refmatter.web.retry import RetryTransport
from refmatter.web.throttle import MARGIN, ThrottleTransport, _FairLock

REQUEST = httpx.Request("GET", "http://service.test/")


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def transport(act: Callable[[], None] = lambda: None) -> httpx.MockTransport:
    def answer(_: httpx.Request) -> httpx.Response:
        act()
        return httpx.Response(200)

    return httpx.MockTransport(answer)


def test_the_first_request_does_not_wait() -> None:
    clock = Clock()
    ThrottleTransport(
        transport(), Limits(3.0), clock, clock.sleep, fixed_interval=True
    ).handle_request(REQUEST)
    assert clock.slept == []


def test_requests_start_the_interval_apart() -> None:
    clock = Clock()
    starts: list[float] = []
    throttled = ThrottleTransport(
        transport(lambda: starts.append(clock.now)),
        Limits(3.0),
        clock,
        clock.sleep,
        fixed_interval=True,
    )
    for _ in range(3):
        throttled.handle_request(REQUEST)
    assert starts == [1000.0, 1003.0, 1006.0]


def test_only_what_is_left_of_the_interval_is_slept() -> None:
    clock = Clock()

    def answer_slowly() -> None:
        clock.now += 2.0

    throttled = ThrottleTransport(
        transport(answer_slowly), Limits(3.0), clock, clock.sleep, fixed_interval=True
    )
    throttled.handle_request(REQUEST)
    throttled.handle_request(REQUEST)
    assert clock.slept == [1.0]


def test_no_sleep_after_a_longer_pause() -> None:
    clock = Clock()
    throttled = ThrottleTransport(transport(), Limits(3.0), clock, clock.sleep, fixed_interval=True)
    throttled.handle_request(REQUEST)
    clock.now += 3.5
    throttled.handle_request(REQUEST)
    assert clock.slept == []


def test_a_sleep_that_lasts_too_long_does_not_bring_the_next_start_closer() -> None:
    clock = Clock()
    starts: list[float] = []

    def oversleep(seconds: float) -> None:
        clock.sleep(seconds + 0.75)

    throttled = ThrottleTransport(
        transport(lambda: starts.append(clock.now)), Limits(1.0), clock, oversleep
    )
    for _ in range(4):
        throttled.handle_request(REQUEST)
    assert all(b - a >= 1.0 for a, b in pairwise(starts))


def test_eight_threads_keep_the_distance() -> None:
    clock = Clock()
    starts: list[float] = []
    guard = threading.Lock()
    ready = threading.Barrier(8)

    def sleep(seconds: float) -> None:
        with guard:
            starts.append(clock.now + seconds)
        clock.sleep(seconds)

    throttled = ThrottleTransport(transport(), Limits(1.0), clock, sleep, fixed_interval=True)

    def ask(_: int) -> int:
        ready.wait(5)
        return [throttled.handle_request(REQUEST).status_code for _ in range(5)].count(200)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(8))) == 40
    # One start without a sleep, then one each second, whoever it was.
    assert starts == [1000.0 + n for n in range(1, 40)]


def test_first_come_first_served() -> None:
    clock = Clock()
    order: list[str] = []
    asleep = threading.Event()
    wake = threading.Event()

    def sleep(seconds: float) -> None:
        order.append(threading.current_thread().name)
        asleep.set()
        assert wake.wait(5)
        clock.sleep(seconds)

    throttled = ThrottleTransport(transport(), Limits(1.0), clock, sleep, fixed_interval=True)
    throttled.handle_request(REQUEST)
    threads = [
        threading.Thread(target=throttled.handle_request, args=(REQUEST,), name=str(n))
        for n in range(6)
    ]
    for n, thread in enumerate(threads):
        thread.start()
        assert asleep.wait(5)
        while len(throttled._turns._waiting) < n:
            time.sleep(0.001)
    wake.set()
    for thread in threads:
        thread.join(5)
    assert order == ["0", "1", "2", "3", "4", "5"]


class _Interrupt(BaseException):
    """Ctrl-C, as it were."""


def test_an_interrupted_sleep_hands_the_turn_on() -> None:
    clock = Clock()
    interrupts = [_Interrupt()]

    def sleep(seconds: float) -> None:
        if interrupts:
            raise interrupts.pop()
        clock.sleep(seconds)

    throttled = ThrottleTransport(transport(), Limits(1.0), clock, sleep, fixed_interval=True)
    throttled.handle_request(REQUEST)
    with pytest.raises(_Interrupt):
        throttled.handle_request(REQUEST)
    throttled.handle_request(REQUEST)
    assert clock.slept == [1.0]


@pytest.mark.parametrize("its_turn_came", [False, True])
def test_whoever_is_interrupted_while_waiting_blocks_nobody(its_turn_came: bool) -> None:
    class Interrupted(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            del timeout
            if its_turn_came:
                queue.__exit__()
            raise _Interrupt

    queue = _FairLock(Interrupted)
    queue.__enter__()
    with pytest.raises(_Interrupt):
        queue.__enter__()
    if not its_turn_came:
        queue.__exit__()
    # Would wait, and be interrupted again, were the queue still taken.
    with queue:
        pass


def test_closing_closes_what_is_inside() -> None:
    closed: list[bool] = []

    class Inner(httpx.BaseTransport):
        def close(self) -> None:
            closed.append(True)

    ThrottleTransport(Inner(), Limits(1.0)).close()
    assert closed == [True]


def says(every: float | None = None, at_once: int | None = None) -> httpx.MockTransport:
    """A service whose answers tell these limits."""
    limits = Limits(every, at_once)
    return httpx.MockTransport(lambda _: httpx.Response(200, extensions={"limits": limits}))


@pytest.mark.parametrize(
    ("interval", "pause"), [(2.5, 2.5), (0.25, 0.25), (0.0, 0.01), (3600.0, 60.0), (None, 1.0)]
)
def test_what_the_service_says_of_the_distance_counts_from_then_on(
    interval: float | None, pause: float
) -> None:
    clock = Clock()
    throttled = ThrottleTransport(says(every=interval), Limits(1.0), clock, clock.sleep)
    for _ in range(3):
        throttled.handle_request(REQUEST)
    assert clock.slept == pytest.approx([MARGIN * pause, MARGIN * pause])


@pytest.mark.parametrize("interval", [0.1, 30.0])
def test_a_distance_that_a_person_chose_stands(interval: float) -> None:
    clock = Clock()
    throttled = ThrottleTransport(
        says(every=interval), Limits(5.0), clock, clock.sleep, fixed_interval=True
    )
    for _ in range(3):
        throttled.handle_request(REQUEST)
    assert clock.slept == [5.0, 5.0]


def test_requests_are_a_tenth_further_apart_than_documented() -> None:
    assert MARGIN >= 1.1


def test_a_second_where_nobody_says() -> None:
    clock = Clock()
    throttled = ThrottleTransport(transport(), Limits(), clock, clock.sleep)
    throttled.handle_request(REQUEST)
    throttled.handle_request(REQUEST)
    assert clock.slept == pytest.approx([MARGIN])


class Desk(httpx.BaseTransport):
    """Holds each request until it is let go, and knows how many it held together."""

    def __init__(self, *offers: int | None) -> None:
        self.offers = list(offers)
        self.arrived = threading.Semaphore(0)
        self.held = 0
        self.most = 0
        self.order: list[str] = []
        self._go = threading.Semaphore(0)
        self._lock = threading.Lock()

    def let_go(self, count: int = 1) -> None:
        self._go.release(count)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.held += 1
            self.most = max(self.most, self.held)
            self.order.append(request.url.path)
            at_once = self.offers.pop(0) if self.offers else None
        self.arrived.release()
        assert self._go.acquire(timeout=10)
        with self._lock:
            self.held -= 1
        return httpx.Response(200, extensions={"limits": Limits(at_once=at_once)})


class Crowd:
    """Threads that ask one service, each once, in order."""

    def __init__(self, desk: Desk, at_once: int | None, **settings: Any) -> None:
        clock = Clock()
        self.desk = desk
        self.throttled = ThrottleTransport(
            desk, Limits(0.0, at_once), clock, clock.sleep, **settings
        )
        self.threads: list[threading.Thread] = []

    def ask(self, count: int) -> None:
        for _ in range(count):
            request = httpx.Request("GET", f"http://service.test/{len(self.threads)}")
            thread = threading.Thread(target=self.throttled.handle_request, args=(request,))
            self.threads.append(thread)
            thread.start()
            until(lambda: self.there() == sum(thread.is_alive() for thread in self.threads))

    def there(self) -> int:
        return self.desk.held + self.waiting()

    def waiting(self) -> int:
        """Who stands in the queue, and whose turn it is, who waits for room."""
        turns = self.throttled._turns
        return len(turns._waiting) + turns._is_held

    def join(self) -> None:
        for thread in self.threads:
            thread.join(10)
            assert not thread.is_alive()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_than_so_many_are_under_way_first_come_first_served(at_once: int) -> None:
    crowd = Crowd(Desk(), at_once)
    crowd.ask(8)
    assert crowd.desk.held == at_once
    for _ in range(8):
        assert crowd.desk.arrived.acquire(timeout=10)
        crowd.desk.let_go()
    crowd.join()
    assert crowd.desk.most == at_once
    if at_once == 1:
        assert crowd.desk.order == [f"/{n}" for n in range(8)]
    assert sorted(crowd.desk.order) == [f"/{n}" for n in range(8)]


def test_any_number_is_under_way_where_nothing_is_said() -> None:
    crowd = Crowd(Desk(), None)
    crowd.ask(12)
    until(lambda: crowd.desk.held == 12)
    crowd.desk.let_go(12)
    crowd.join()


def test_the_service_lets_in_more_even_where_the_distance_is_fixed() -> None:
    desk = Desk(3)
    crowd = Crowd(desk, 1, fixed_interval=True)
    crowd.ask(4)
    assert desk.held == 1
    desk.let_go()
    until(lambda: desk.held == 3)
    desk.let_go(3)
    crowd.join()
    assert desk.most == 3


@pytest.mark.parametrize(("offered", "most"), [(1, 1), (0, 1), (2, 2)])
def test_the_service_lets_in_fewer(offered: int, most: int) -> None:
    desk = Desk(offered, offered, offered)
    crowd = Crowd(desk, 3)
    crowd.ask(3)
    until(lambda: desk.held == 3)
    desk.let_go(3)
    crowd.join()
    desk.most = 0
    crowd.ask(4)
    assert desk.held == most
    desk.let_go(4)
    crowd.join()
    assert desk.most == most


def test_however_many_a_service_offers_it_is_eight() -> None:
    desk = Desk(10_000)
    crowd = Crowd(desk, 1)
    desk.let_go()
    crowd.throttled.handle_request(REQUEST)
    crowd.ask(10)
    until(lambda: desk.held == 8)
    assert crowd.waiting() == 2
    desk.let_go(10)
    crowd.join()


@pytest.mark.parametrize("error", [httpx.ReadTimeout(""), _Interrupt()])
def test_a_request_that_breaks_makes_room(error: BaseException) -> None:
    errors = [error]

    def act() -> None:
        if errors:
            raise errors.pop()

    throttled = ThrottleTransport(transport(act), Limits(0.0, 1))
    with pytest.raises(type(error)):
        throttled.handle_request(REQUEST)
    assert throttled.handle_request(REQUEST).status_code == 200


def test_who_is_interrupted_while_waiting_for_room_takes_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk()
    crowd = Crowd(desk, 1)
    crowd.ask(1)
    room = crowd.throttled._room

    def interrupted(timeout: float | None = None) -> bool:
        del timeout
        raise _Interrupt

    with monkeypatch.context() as patch:
        patch.setattr(room, "wait", interrupted)  # as Ctrl-C does to whoever waits there
        with pytest.raises(_Interrupt):
            crowd.throttled.handle_request(REQUEST)
    desk.let_go(2)
    crowd.join()
    assert crowd.throttled.handle_request(REQUEST).status_code == 200
    assert desk.most == 1


def test_no_room_is_taken_between_two_tries() -> None:
    """While one request sleeps off its 503, another is answered, though there is room for one."""
    clock = Clock()
    statuses = [503, 200, 200]
    seen: list[int] = []
    inner = httpx.MockTransport(lambda _: httpx.Response(statuses.pop(0)))
    throttled = ThrottleTransport(inner, Limits(0.0, 1), clock, clock.sleep)

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        seen.append(throttled.handle_request(REQUEST).status_code)

    retried = RetryTransport(throttled, 2, sleep, lambda: 1.0)
    assert retried.handle_request(REQUEST).status_code == 200
    assert seen == [200]


def test_a_request_starts_when_it_is_sent() -> None:
    clock = Clock()
    sent: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if not sent:
            clock.now += 0.75  # the first one has a connection to make
        trace = request.extensions["trace"]
        trace("connection.connect_tcp.complete", {})
        trace("http11.send_request_headers.started", {})
        sent.append(clock.now)
        clock.now += 0.1
        trace("http11.send_request_headers.complete", {})
        return httpx.Response(200)

    throttled = ThrottleTransport(
        httpx.MockTransport(answer), Limits(1.0), clock, clock.sleep, fixed_interval=True
    )
    for _ in range(3):
        throttled.handle_request(REQUEST)
    assert sent == [1000.75, 1001.75, 1002.75]
