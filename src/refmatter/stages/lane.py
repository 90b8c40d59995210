"""Lookups for one rung of one provider -> what it says of them, in as few questions as it bears.

A lane starts with the size of question that is safe and grows while the service answers; a
question that is turned down is halved until the culprit is alone, and the lane is modest again.
Lanes of several services run side by side, each at its own service's pace.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from refmatter.model import Answer, Failure, Lookup, Query, Rung, Trouble
from refmatter.providers.base import Provider, Reading


class Sender(Protocol):
    """A client, as far as this stage uses it."""

    def send(self, query: Query, keep: Callable[[Answer], bool]) -> Answer | Failure:
        """The service's answer, or why there is none."""


@dataclass(frozen=True, slots=True)
class Lane:
    """What one provider is to be asked on a rung."""

    provider: Provider
    client: Sender
    rung: Rung
    lookups: Sequence[Lookup]


@dataclass(frozen=True, slots=True)
class Said:
    """A question, what came of it, and the day it was said ("" for a failure)."""

    query: Query
    reading: Reading | Failure
    fetched: str = ""


def run(lanes: Sequence[Lane]) -> Iterator[Said]:
    """What all lanes hear, as it comes in. One lane runs here; several each in a thread, which
    end with the program: a person who interrupts it does not wait for a service."""
    if len(lanes) == 1:
        yield from _run(lanes[0])
        return
    heard: queue.Queue[Said | BaseException | None] = queue.Queue(maxsize=2 * len(lanes) + 1)

    def work(lane: Lane) -> None:
        try:
            for said in _run(lane):
                heard.put(said)
            heard.put(None)
        except BaseException as error:  # noqa: BLE001 - it is raised where the others are heard
            heard.put(error)

    for lane in lanes:
        threading.Thread(target=work, args=(lane,), daemon=True).start()
    left = len(lanes)
    while left:
        said = heard.get()
        if isinstance(said, BaseException):
            raise said
        if said is None:
            left -= 1
        else:
            yield said


def _run(lane: Lane) -> Iterator[Said]:
    sizes = lane.provider.RUNGS[lane.rung]
    level = start = 0
    while start < len(lane.lookups):
        size = sizes[level]
        for query in lane.provider.ask(lane.rung, lane.lookups[start : start + size], size):
            whole = True
            for said in _sent(lane, query):
                whole = whole and said.query is query
                yield said
            level = min(level + 1, len(sizes) - 1) if whole else 0
        start += size


def _sent(lane: Lane, query: Query) -> Iterator[Said]:
    answer = lane.client.send(query, lambda said: lane.provider.keep(query, said))
    if isinstance(answer, Failure):
        said = Said(query, answer)
    else:
        said = Said(query, lane.provider.read(query, answer), answer.fetched)
    if _too_much(said.reading) and len(query.about) > 1:
        half = len(query.about) // 2
        for part in (query.about[:half], query.about[half:]):
            for smaller in lane.provider.ask(query.rung, part):
                yield from _sent(lane, smaller)
    else:
        yield said


def _too_much(reading: Reading | Failure) -> bool:
    """Whether a smaller question may be answered: a 400, an answer too large, a 5xx."""
    return isinstance(reading, Failure) and reading.trouble in (Trouble.REJECTED, Trouble.BROKEN)


def shared_out(
    lookups: Sequence[Lookup], order: Callable[[Lookup], Sequence[str]], turn: int
) -> Mapping[str, list[Lookup]]:
    """Each lookup with the provider whose turn it is, by the lookup's own order of them."""
    shares: dict[str, list[Lookup]] = {}
    for lookup in lookups:
        names = order(lookup)
        if turn < len(names):
            shares.setdefault(names[turn], []).append(lookup)
    return shares
