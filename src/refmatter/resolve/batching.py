"""Send the lookups of one rung to one provider, in as few requests as its limits allow.

A lane starts with the size of question that is safe and grows while the service answers; a
question that is turned down is halved until the culprit is alone, and no later one is as large.
Lanes of several services run side by side, each at its own service's pace.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Protocol

from refmatter.model import Answer, Failure, Lookup, Query, Rung, Trouble
from refmatter.providers.base import PartialAnswer, Provider, Reading
from refmatter.titles import MAX_TITLE_LETTERS

_TURNED_DOWN = (Trouble.REJECTED, Trouble.TOO_LARGE)
_TRIES = 6
"""How often a question is sent at most where answers lack their content: Europe PMC sends one in
five so, whatever the pause, and six in a row are one in 15,000."""
_HOPELESS = 3
"""Lone titles that are turned down one after the other, and nothing answered: nor will the
rest of the question be."""
_LISTS = frozenset({Rung.CITING_REFERENCES, Rung.COMPARE_REFERENCES})
_LONE_LISTS = 25
"""Reference lists that are asked for one by one once a question for them took too long: the next
time-out, some 30 seconds, would take as long."""


class Sender(Protocol):
    """A client, as far as this stage uses it."""

    def send(self, query: Query, is_cacheable: Callable[[Answer], bool]) -> Answer | Failure:
        """Return the service's answer, or why there is none."""


@dataclass(slots=True)
class SizeLimit:
    """The most lookups of a question that a service answers in time, 0 if it answers none
    completely; None while not known. It holds for the whole run."""

    most: int | None = None


@dataclass(frozen=True, slots=True)
class Batcher:
    """What one provider is to be asked on a rung, with at most so many questions under way."""

    provider: Provider
    client: Sender
    rung: Rung
    lookups: Sequence[Lookup]
    at_once: int = 1
    limit: SizeLimit = field(default_factory=SizeLimit)

    @property
    def grows(self) -> bool:
        """Whether its questions may be of several sizes."""
        return len(self.provider.INFO.rungs[self.rung]) > 1


@dataclass(frozen=True, slots=True)
class QueryOutcome:
    """A question, what came of it, and the day it was said ("" for a failure)."""

    query: Query
    reading: Reading | Failure
    fetched: str = ""


def run(batchers: Sequence[Batcher]) -> Iterator[QueryOutcome]:
    """Yield what all lanes hear, as it comes in. One lane runs here; several each in a thread,
    which end with the program: a person who interrupts it does not wait for a service."""
    if len(batchers) == 1:
        yield from _run(batchers[0])
        return
    outcomes: queue.Queue[QueryOutcome | BaseException | None] = queue.Queue(
        maxsize=2 * len(batchers) + 1
    )

    def work(batcher: Batcher) -> None:
        try:
            for outcome in _run(batcher):
                outcomes.put(outcome)
            outcomes.put(None)
        except BaseException as error:  # noqa: BLE001 - it is raised where the others are heard
            outcomes.put(error)

    for batcher in batchers:
        threading.Thread(target=work, args=(batcher,), daemon=True).start()
    left = len(batchers)
    while left:
        outcome = outcomes.get()
        if isinstance(outcome, BaseException):
            raise outcome
        if outcome is None:
            left -= 1
        else:
            yield outcome


def _run(batcher: Batcher) -> Iterator[QueryOutcome]:
    """Yield the lane's questions in order, several under way at a time.

    The size of a question hangs on what came of those that are no longer under way, not on
    when it came: the same answers make the same questions, which a later run finds in its cache.
    """
    course = _Course(batcher)
    under_way: deque[_Sent] = deque()
    while course.left or under_way:
        if len(under_way) < course.at_once and course.left:
            for query in course.questions():
                while len(under_way) >= course.at_once:
                    yield from course.learn(under_way.popleft())
                under_way.append(_Sent(batcher, query, course.level))
        elif under_way:
            yield from course.learn(under_way.popleft())


class _Course:
    """How a lane gets on: what is left to be asked, and how much goes into a question."""

    def __init__(self, batcher: Batcher) -> None:
        self.left = list(batcher.lookups)
        self.level = 0
        self._batcher = batcher
        self._sizes = batcher.provider.INFO.rungs[batcher.rung]
        self._top = len(self._sizes) - 1

    @property
    def at_once(self) -> int:
        """Return how many requests may be under way: one while their sizes grow, since each that is
        sent meanwhile is smaller than it could be."""
        return max(self._batcher.at_once, 1) if self.level == self._top else 1

    def questions(self) -> list[Query]:
        """Return the next requests: one where sizes grow, made when its size is known; else all,
        packed by the provider into as few as it can."""
        batcher, size = self._batcher, self._sizes[self.level]
        most = batcher.limit.most or size
        if not batcher.grows:
            lookups, self.left = self.left, []
            parts = [lookups] if most >= size else _chunks(lookups, most)
            found = (batcher.provider.queries(batcher.rung, part, size) for part in parts)
            return [query for queries in found for query in queries]
        part = self.left[: min(size, most)]
        queries = list(batcher.provider.queries(batcher.rung, part, size))
        later = {id(lookup) for query in queries[1:] for lookup in query.about}
        self.left[: len(part)] = [lookup for lookup in part if id(lookup) in later]
        return queries[:1]

    def learn(self, sent: _Sent) -> list[QueryOutcome]:
        """Return what came of a question, once it is there; it decides how large the next ones
        are."""
        answers = sent.wait()
        limits = [most for most in (self._batcher.limit.most, sent.most) if most is not None]
        self._batcher.limit.most = min(limits, default=None)
        if self._batcher.grows:
            whole = any(outcome.query is sent.query for outcome in answers)
            several = len(sent.query.about) > 1
            if several and all(_is_rejected(outcome) for outcome in answers):
                answers = [*answers, *self._given_up()]
            elif not whole:
                self._top = min(self._top, max(sent.level - 1, 0))
                self.level = min(self.level, self._top)
            elif sent.level == self.level:
                self.level = min(self.level + 1, self._top)
        return answers

    def _given_up(self) -> list[QueryOutcome]:
        """Return a failed outcome for the lookups that are left, as even the smallest requests were
        refused."""
        if not self.left:
            return []
        batcher = self._batcher
        query = Query(batcher.provider.INFO.name, batcher.rung, tuple(self.left), "")
        why = "takes no questions of this kind"
        self.left.clear()
        return [QueryOutcome(query, Failure(query.provider, query.rung, Trouble.GARBLED, why))]


class _Sent:
    """A question under way, in a thread of its own where the lane bears several."""

    def __init__(self, batcher: Batcher, query: Query, level: int) -> None:
        self.query = query
        self.level = level
        self.most = batcher.limit.most
        self._answers: list[QueryOutcome] = []
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = None
        if batcher.at_once <= 1:
            self._answers, self.most = _sent(batcher, query, self.most)
            return
        self._thread = threading.Thread(target=self._send, args=(batcher, query), daemon=True)
        self._thread.start()

    def _send(self, batcher: Batcher, query: Query) -> None:
        try:
            self._answers, self.most = _sent(batcher, query, self.most)
        except BaseException as error:  # noqa: BLE001 - it is raised where the answer is awaited
            self._error = error

    def wait(self) -> list[QueryOutcome]:
        """Return what came of it: one answer, or those of the parts it had to be cut into."""
        if self._thread is not None:
            self._thread.join()
        if self._error is not None:
            raise self._error
        return self._answers


def _sent(
    batcher: Batcher, query: Query, most: int | None
) -> tuple[list[QueryOutcome], int | None]:
    """Return what comes of a question, or of its parts where it is too large, and the most lookups
    of a question that is answered in time (`most`, unless a question took too long)."""
    if most == 0:
        why = "answers only in part"
        failure = Failure(query.provider, query.rung, Trouble.TOO_LARGE, why)
        return [QueryOutcome(query, failure)], most
    outcomes: list[QueryOutcome] = []
    waiting = deque([query])
    while waiting:
        current = waiting.popleft()
        count = len(current.about)
        if most is not None and count > most:
            waiting.extendleft(reversed(_smaller(batcher, current, most)))
            continue
        outcome, rest = _send(batcher, current)
        waiting.extendleft(reversed(rest))
        if count > 1 and _took_too_long(outcome.reading):
            most = 1 if query.rung in _LISTS and count <= _LONE_LISTS else count // 2
            waiting.appendleft(current)
            continue
        if count > 1 and _too_much(outcome.reading):
            waiting.extendleft(reversed(_smaller(batcher, current, -(-count // 2))))
            continue
        if outcome.query.about:
            outcomes.append(outcome)
        if len(outcomes) == _HOPELESS and all(_is_rejected(known) for known in outcomes):
            in_part = all(_is_rejected(known, Trouble.TOO_LARGE) for known in outcomes)
            if batcher.grows or in_part:
                outcomes += [QueryOutcome(left, outcome.reading) for left in waiting]
                return outcomes, 0 if in_part else most
    return outcomes, most


def _smaller(batcher: Batcher, query: Query, size: int) -> list[Query]:
    """Return the questions for the lookups of a question, each about at most `size` of them."""
    parts = _chunks(query.about, size)
    return [part for about in parts for part in batcher.provider.queries(query.rung, about)]


def _chunks(lookups: Sequence[Lookup], size: int) -> list[Sequence[Lookup]]:
    return [lookups[start : start + size] for start in range(0, len(lookups), size)]


def _send(batcher: Batcher, query: Query) -> tuple[QueryOutcome, Sequence[Query]]:
    """Return what comes of a question, and the questions for what its answer left out."""
    outcome = answered(
        batcher.provider,
        query,
        lambda: batcher.client.send(
            query, lambda answer: batcher.provider.is_cacheable(query, answer)
        ),
    )
    reading = outcome.reading
    if isinstance(reading, PartialAnswer):
        about = tuple(lookup for lookup in query.about if lookup.key in reading.reading)
        part = replace(query, about=about)
        return QueryOutcome(part, _held(reading.reading), outcome.fetched), reading.rest
    if isinstance(reading, Failure):
        return outcome, ()
    return QueryOutcome(query, _held(reading), outcome.fetched), ()


def answered(
    provider: Provider, query: Query, send: Callable[[], Answer | Failure]
) -> QueryOutcome:
    """Return what comes of a question, which `send` sends: again where the answer lacks its
    content."""
    tries = 0
    while True:
        tries += 1
        answer = send()
        if isinstance(answer, Failure):
            return QueryOutcome(query, answer)
        reading = provider.read(query, answer)
        is_whole = not isinstance(reading, Failure) or reading.trouble is not Trouble.INCOMPLETE
        if is_whole or tries == _TRIES:
            return QueryOutcome(query, reading, answer.fetched)


def _held(reading: Reading) -> Reading:
    """Without what no work can have as its title, and nobody could compare in time."""
    return {
        key: tuple(work for work in works if len(work.title) <= MAX_TITLE_LETTERS)
        for key, works in reading.items()
    }


def _is_rejected(outcome: QueryOutcome, *troubles: Trouble) -> bool:
    """Whether a question was turned down; for one of these reasons, if there are any."""
    reading = outcome.reading
    return isinstance(reading, Failure) and reading.trouble in (troubles or _TURNED_DOWN)


def _took_too_long(reading: Reading | Failure) -> bool:
    """Whether a gateway gave up waiting for the answer."""
    return isinstance(reading, Failure) and reading.http_status == HTTPStatus.GATEWAY_TIMEOUT


def _too_much(reading: Reading | Failure) -> bool:
    """Whether a smaller question may be answered: a 400, an answer too large, a 5xx."""
    return isinstance(reading, Failure) and reading.trouble in (*_TURNED_DOWN, Trouble.BROKEN)


def shared_out(
    lookups: Sequence[Lookup], order: Callable[[Lookup], Sequence[str]], turn: int
) -> Mapping[str, list[Lookup]]:
    """Return the lookups by the provider whose turn it is, by each lookup's own order of
    providers."""
    shares: dict[str, list[Lookup]] = {}
    for lookup in lookups:
        names = order(lookup)
        if turn < len(names):
            shares.setdefault(names[turn], []).append(lookup)
    return shares
