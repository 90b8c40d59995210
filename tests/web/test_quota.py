from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.model import Limits
from refmatter.web.quota import Quota, QuotaCheckTransport, QuotaExceeded, QuotaTrackingTransport
from support import absent

HOURS = 3 * 3600.0


KINDS = ("title_batch", "citing_references", "identifier")


def request(kind: str | None = "title_batch") -> httpx.Request:
    extensions = {} if kind is None else {"kind": kind}
    return httpx.Request("GET", "http://service.test/", extensions=extensions)


class Service(httpx.BaseTransport):
    """Sells answers out of a budget: ten credits for titles, one for the rest."""

    def __init__(self, budget: int, *, reset: float | None = HOURS, tells: bool = True) -> None:
        self.left = budget
        self.reset = reset
        self.tells = tells
        self.answered: list[int] = []
        self.closed = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        cost = 10 if request.extensions.get("kind") == "title_batch" else 1
        enough = self.left >= cost
        self.left -= cost if enough else 0
        self.answered.append(200 if enough else 429)
        limits = Limits(left=self.left, cost=cost if enough else None, reset=self.reset)
        extensions = {"limits": limits} if self.tells else {}
        return httpx.Response(self.answered[-1], extensions=extensions)

    def close(self) -> None:
        self.closed += 1


class Rig:
    """Both transports round a service, and a clock to turn."""

    def __init__(self, service: httpx.BaseTransport) -> None:
        self.now = 50.0
        budget = Quota(lambda: self.now)
        self.transport = QuotaCheckTransport(QuotaTrackingTransport(service, budget), budget)

    def ask(self, kind: str | None = "title_batch") -> int:
        """The status; 0 where the budget does not pay for it."""
        try:
            return self.transport.handle_request(request(kind)).status_code
        except QuotaExceeded:
            return 0

    def words(self) -> str:
        with pytest.raises(QuotaExceeded) as caught:
            self.transport.handle_request(request())
        return str(caught.value)


def test_all_that_the_budget_pays_for_is_asked_and_nothing_else() -> None:
    service = Service(35)
    rig = Rig(service)
    assert [rig.ask() for _ in range(5)] == [200, 200, 200, 0, 0]
    assert service.answered == [200, 200, 200]


def test_what_is_left_pays_for_a_cheaper_kind() -> None:
    service = Service(12)
    rig = Rig(service)
    assert [rig.ask(kind) for kind in 2 * ["title_batch"] + 3 * ["citing_references"]] == [
        200, 0, 200, 200, 0,
    ]  # fmt: skip
    assert service.answered == [200, 200, 200]


def test_nothing_is_asked_of_a_service_with_nothing_left_whatever_it_costs() -> None:
    rig = Rig(Service(1))
    assert [rig.ask("citing_references"), rig.ask("new"), rig.ask(None)] == [200, 0, 0]


def test_a_service_that_tells_nothing_is_asked_for_ever() -> None:
    service = Service(10, tells=False)
    rig = Rig(service)
    assert [rig.ask() for _ in range(3)] == [200, 429, 429]


def test_a_429_where_nothing_is_left_is_no_429() -> None:
    service = Service(0)
    rig = Rig(service)
    assert [rig.ask(), rig.ask("citing_references")] == [0, 0]
    assert service.answered == [429]


def test_a_429_where_too_little_is_left_is_no_429() -> None:
    service = Service(25)
    rig = Rig(service)
    assert rig.ask() == 200
    service.left = 5  # somebody else at the same address asks as well
    assert rig.ask() == 0
    assert rig.ask("citing_references") == 200
    assert service.answered == [200, 429, 200]


@pytest.mark.parametrize("status", [402, 409])
@pytest.mark.parametrize("left", [None, 0, 500])
def test_a_status_that_means_a_lack_of_budget_ends_the_day(status: int, left: int | None) -> None:
    limits = Limits(left=left, reset=HOURS)
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status, extensions={"limits": limits})

    rig = Rig(httpx.MockTransport(answer))
    assert [rig.ask(), rig.ask(), rig.ask("identifier")] == [0, 0, 0]
    assert len(asked) == 1
    rig.now += HOURS
    assert rig.ask() == 0
    assert len(asked) == 2


def test_a_429_that_tells_the_price() -> None:
    limits = Limits(left=5, cost=10, reset=HOURS)
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(429, extensions={"limits": limits})

    rig = Rig(httpx.MockTransport(answer))
    assert [rig.ask(), rig.ask()] == [0, 0]
    assert len(asked) == 1


def test_a_429_for_haste_is_one() -> None:
    limits = Limits(left=900, cost=0, reset=HOURS)
    rig = Rig(httpx.MockTransport(lambda _: httpx.Response(429, extensions={"limits": limits})))
    assert [rig.ask(), rig.ask()] == [429, 429]


def test_what_a_failure_costs_is_not_what_an_answer_costs() -> None:
    script = [(200, Limits(left=15, cost=10)), (500, Limits(left=15, cost=1))]
    answers = [httpx.Response(status, extensions={"limits": limits}) for status, limits in script]
    rig = Rig(httpx.MockTransport(lambda _: answers.pop(0)))
    assert [rig.ask(), rig.ask()] == [200, 500]
    answers.append(httpx.Response(200, extensions={"limits": Limits(left=5)}))
    assert [rig.ask(), rig.ask()] == [200, 0]


def test_when_the_day_is_over_it_asks_again() -> None:
    service = Service(10)
    rig = Rig(service)
    assert [rig.ask(), rig.ask()] == [200, 0]
    rig.now += HOURS - 1
    assert rig.ask() == 0
    service.left = 10
    rig.now += 1
    assert [rig.ask(), rig.ask()] == [200, 0]


def test_where_the_end_of_the_day_is_not_known_it_does_not() -> None:
    rig = Rig(Service(10, reset=None))
    assert rig.ask() == 200
    rig.now += 1e6
    assert absent(rig.words(), "budget", "used up") == []
    assert not re.search(r"\d", rig.words())


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (86_400.0, "24 h"),
        (HOURS, "3 h"),
        (HOURS + 1, "4 h"),
        (5400.0, "90 min"),
        (91.0, "2 min"),
        (90.0, "90 s"),
        (0.1, "1 s"),
    ],
)
def test_the_error_says_when_there_is_more(seconds: float, words: str) -> None:
    rig = Rig(Service(10, reset=seconds))
    rig.ask()
    assert absent(rig.words(), "budget", "used up", f"in {words}") == []


def test_a_budget_that_grew_is_believed() -> None:
    service = Service(15)
    rig = Rig(service)
    assert [rig.ask(), rig.ask()] == [200, 0]
    service.left = 1000  # bought more
    assert [rig.ask("citing_references"), rig.ask()] == [200, 200]


class Desk(httpx.BaseTransport):
    """Holds each request until it is told what to answer."""

    def __init__(self) -> None:
        self.held: list[tuple[threading.Event, list[Limits]]] = []
        self.arrived = threading.Semaphore(0)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        del request
        event, box = threading.Event(), list[Limits]()
        self.held.append((event, box))
        self.arrived.release()
        assert event.wait(10)
        return httpx.Response(200, extensions={"limits": box[0]})

    def answer(self, number: int, limits: Limits) -> None:
        event, box = self.held[number]
        box.append(limits)
        event.set()


def answer_in_order(desk: Desk, rig: Rig, answers: Sequence[tuple[int, Limits]]) -> None:
    """Ask as often as there is something to be said, and answer in this order."""
    with ThreadPoolExecutor(len(answers)) as pool:
        asked = {}
        for number in range(len(answers)):
            begun = len(desk.held)
            asked[number] = begun, pool.submit(rig.ask)
            assert desk.arrived.acquire(timeout=10)
        for number, limits in answers:
            begun, future = asked[number]
            desk.answer(begun, limits)
            assert future.result(10) == 200


def test_what_is_under_way_is_taken_off() -> None:
    desk = Desk()
    rig = Rig(desk)
    answer_in_order(desk, rig, [(0, Limits(left=25, cost=10))])
    with ThreadPoolExecutor(2) as pool:
        under_way = [pool.submit(rig.ask) for _ in range(2)]
        for _ in under_way:
            assert desk.arrived.acquire(timeout=10)
        assert [rig.ask("title_batch"), rig.ask("title_batch")] == [0, 0]
        for number, left in ((1, 15), (2, 5)):
            desk.answer(number, Limits(left=left, cost=10))
        assert [future.result(10) for future in under_way] == [200, 200]
    assert rig.ask("title_batch") == 0


def test_answers_that_overtake_each_other_leave_the_least() -> None:
    desk = Desk()
    rig = Rig(desk)
    few = Limits(left=5, cost=10, reset=HOURS)
    many = Limits(left=15, cost=10, reset=HOURS)
    answer_in_order(desk, rig, [(1, few), (0, many)])
    assert rig.ask() == 0


def test_yesterdays_answer_says_nothing_of_today() -> None:
    desk = Desk()
    rig = Rig(desk)
    answer_in_order(desk, rig, [(0, Limits(left=15, cost=10, reset=HOURS))])
    with ThreadPoolExecutor(2) as pool:
        late = pool.submit(rig.ask)
        assert desk.arrived.acquire(timeout=10)
        rig.now += HOURS
        answer_in_order(desk, rig, [(0, Limits(left=990, cost=10, reset=86_400.0))])
        desk.answer(1, Limits(left=5, cost=10, reset=1.0))
        assert late.result(10) == 200
        last = pool.submit(rig.ask)
        assert desk.arrived.acquire(timeout=10)
        desk.answer(3, Limits())
        assert last.result(10) == 200


def test_an_errand_that_breaks_is_over() -> None:
    calls: list[int] = []

    def answer(_: httpx.Request) -> httpx.Response:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return httpx.Response(200, extensions={"limits": Limits(left=15, cost=10)})

    rig = Rig(httpx.MockTransport(answer))
    rig.ask()
    with pytest.raises(KeyboardInterrupt):
        rig.ask()
    assert rig.ask() == 200


def test_somebody_may_have_taken_it_meanwhile() -> None:
    """Looked at again when the request really goes out."""
    service = Service(10)
    budget = Quota(lambda: 0.0)
    counted = QuotaTrackingTransport(service, budget)

    def wait_for_a_turn(late: httpx.Request) -> httpx.Response:
        counted.handle_request(request())
        return counted.handle_request(late)

    rationed = QuotaCheckTransport(httpx.MockTransport(wait_for_a_turn), budget)
    with pytest.raises(QuotaExceeded):
        rationed.handle_request(request())
    assert service.answered == [200]


@given(
    st.integers(10, 60),
    st.lists(st.sampled_from(KINDS)),
)
def test_once_a_kind_is_known_nothing_goes_out_in_vain(budget: int, kinds: list[str]) -> None:
    service = Service(budget)
    rig = Rig(service)
    for kind in KINDS:
        rig.ask(kind)
    service.answered.clear()
    statuses = [rig.ask(kind) for kind in kinds]
    assert set(service.answered) <= {200}
    assert statuses.count(200) == service.answered.count(200)


def test_closing_closes_what_is_inside() -> None:
    service = Service(0)
    Rig(service).transport.close()
    assert service.closed == 1
