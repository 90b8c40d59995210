from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import httpx
import pytest

from refmatter.web.throttle import Throttled, _Queue

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
    Throttled(transport(), 3.0, clock, clock.sleep).handle_request(REQUEST)
    assert clock.slept == []


def test_requests_start_the_interval_apart() -> None:
    clock = Clock()
    starts: list[float] = []
    throttled = Throttled(transport(lambda: starts.append(clock.now)), 3.0, clock, clock.sleep)
    for _ in range(3):
        throttled.handle_request(REQUEST)
    assert starts == [1000.0, 1003.0, 1006.0]


def test_only_what_is_left_of_the_interval_is_slept() -> None:
    clock = Clock()

    def answer_slowly() -> None:
        clock.now += 2.0

    throttled = Throttled(transport(answer_slowly), 3.0, clock, clock.sleep)
    throttled.handle_request(REQUEST)
    throttled.handle_request(REQUEST)
    assert clock.slept == [1.0]


def test_no_sleep_after_a_longer_pause() -> None:
    clock = Clock()
    throttled = Throttled(transport(), 3.0, clock, clock.sleep)
    throttled.handle_request(REQUEST)
    clock.now += 3.5
    throttled.handle_request(REQUEST)
    assert clock.slept == []


def test_a_sleep_that_lasts_too_long_does_not_bring_the_next_start_closer() -> None:
    clock = Clock()
    starts: list[float] = []

    def oversleep(seconds: float) -> None:
        clock.sleep(seconds + 0.75)

    throttled = Throttled(transport(lambda: starts.append(clock.now)), 1.0, clock, oversleep)
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

    throttled = Throttled(transport(), 1.0, clock, sleep)

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

    throttled = Throttled(transport(), 1.0, clock, sleep)
    throttled.handle_request(REQUEST)
    threads = [
        threading.Thread(target=throttled.handle_request, args=(REQUEST,), name=str(n))
        for n in range(6)
    ]
    for n, thread in enumerate(threads):
        thread.start()
        assert asleep.wait(5)
        while len(throttled._queue._waiting) < n:
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

    throttled = Throttled(transport(), 1.0, clock, sleep)
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

    queue = _Queue(Interrupted)
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

    Throttled(Inner(), 1.0).close()
    assert closed == [True]
