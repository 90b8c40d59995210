"""A request to its answer, or at once to the error that today's budget does not pay for it.

Some services give each caller a budget for the day, and say with every answer what is left of
it. Two transports share what was heard: `Rationed`, outermost but for the cache, refuses
without asking anybody; `Counted`, round the wire, learns, and knows a 429 for want of budget
from one for haste before anybody waits it out.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from refmatter.model import Limits

_LEAST = 1
"""What a question of a kind that was not answered yet is taken to cost."""
_MOST = 10
"""What it may cost: a 429 where less is left is taken to be for want of budget."""


class QuotaExceeded(httpx.RequestError):
    """What is left of the service's budget for the day does not pay for this question.

    None of httpx's TransportErrors: nothing broke on the way, and trying again is of no use.
    """


@dataclass(slots=True, eq=False)
class InFlightRequest:
    """A request under way: its kind, its price as far as known, and which figure of what is
    left was the latest when it went out."""

    kind: str
    price: int = 0
    begun: int = 0


class Budget:
    """What is left of a day at one service, and what each kind of question costs there.

    Nothing is known of either until an answer tells. `clock` gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._left: int | None = None
        self._figure = 0
        self._dawn = 0
        self._renewed: float | None = None
        self._prices: dict[str, int] = {}
        self._under_way: set[InFlightRequest] = set()

    def check(self, kind: str) -> None:
        """Raises `QuotaExceeded` where what is left, less what requests under way will take,
        does not pay for a question of this kind."""
        with self._lock:
            self._afford(self._price(kind))

    def begin(self, errand: InFlightRequest) -> None:
        """Count a request as under way. Raises `QuotaExceeded` like `check`."""
        with self._lock:
            errand.price = self._price(errand.kind)
            errand.begun = self._figure
            self._afford(errand.price)
            self._under_way.add(errand)

    def end(self, errand: InFlightRequest) -> None:
        """Count a request as over, if it is not yet."""
        with self._lock:
            self._under_way.discard(errand)

    def learn(self, errand: InFlightRequest, status: int, said: Limits) -> None:
        """What an answer says of the budget. Raises `QuotaExceeded` where it is a 429 that says
        that too little is left for the question."""
        with self._lock:
            self._under_way.discard(errand)
            if said.cost and httpx.codes.is_success(status):
                self._prices[errand.kind] = said.cost
            if said.left is None:
                return
            self._note(errand, said.left, said.reset)
            price = max(self._prices.get(errand.kind, _MOST), said.cost or 0)
            if status == httpx.codes.TOO_MANY_REQUESTS and said.left < price:
                known = errand.kind in self._prices or said.cost
                self._prices[errand.kind] = price if known else said.left + 1
                raise QuotaExceeded(self._in_words())

    def _note(self, errand: InFlightRequest, left: int, reset: float | None) -> None:
        # Answers overtake each other, so the least of a day counts; more than is known to be
        # left is believed only of an answer to what was asked after that was known.
        if errand.begun < self._dawn:
            return
        if self._left is not None and left > self._left and errand.begun < self._figure:
            return
        self._left = left
        self._figure += 1
        if reset is not None:
            self._renewed = self._clock() + reset

    def _price(self, kind: str) -> int:
        return self._prices.get(kind, _LEAST)

    def _afford(self, price: int) -> None:
        if self._renewed is not None and self._clock() >= self._renewed:
            self._left = self._renewed = None
            self._figure += 1
            self._dawn = self._figure
        taken = sum(each.price for each in self._under_way)
        if self._left is not None and self._left - taken < price:
            raise QuotaExceeded(self._in_words())

    def _in_words(self) -> str:
        spent = "its budget for today is used up"
        if self._renewed is None:
            return spent
        return f"{spent}; there is more in {_time(self._renewed - self._clock())}"


class Rationed(httpx.BaseTransport):
    """Asks only what the budget pays for, by the kind in `request.extensions["kind"]`."""

    def __init__(self, inner: httpx.BaseTransport, budget: Budget) -> None:
        self._inner = inner
        self._budget = budget

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The inner answer. Raises `QuotaExceeded`."""
        self._budget.check(_kind(request))
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close what is inside."""
        self._inner.close()


class Counted(httpx.BaseTransport):
    """Tells the budget what goes out and what comes back, by each answer's
    `extensions["limits"]`; looks once more whether there is enough, as others may have taken
    it while this request waited for its turn or between its tries."""

    def __init__(self, inner: httpx.BaseTransport, budget: Budget) -> None:
        self._inner = inner
        self._budget = budget

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The inner answer. Raises `QuotaExceeded`, also in place of a 429 for want of budget."""
        errand = InFlightRequest(_kind(request))
        try:
            self._budget.begin(errand)
            response = self._inner.handle_request(request)
            said = response.extensions.get("limits", Limits())
            self._budget.learn(errand, response.status_code, said)
        finally:
            self._budget.end(errand)
        return response

    def close(self) -> None:
        """Close what is inside."""
        self._inner.close()


def _kind(request: httpx.Request) -> str:
    return str(request.extensions.get("kind", ""))


def _time(seconds: float) -> str:
    """A span in words, never too short: `40 s`, `12 min`, `3 h`."""
    for unit, length in (("h", 3600.0), ("min", 60.0)):
        if seconds > 1.5 * length:
            return f"{math.ceil(seconds / length)} {unit}"
    return f"{max(1, math.ceil(seconds))} s"
