"""How a lane sizes its questions, and how lanes run side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from refmatter.model import Answer, Failure, Lookup, Query, Rung, Trouble
from refmatter.providers.base import Reading
from refmatter.stages.lane import Lane, Said, run, shared_out


@dataclass
class Library:
    """A provider that asks for as many titles at a time as it is told to."""

    NAME: str = "library"
    HOST: str = "https://library.example"
    EVERY: float = 0.0
    RUNGS: Mapping[Rung, Sequence[int]] = field(
        default_factory=lambda: {Rung.TITLES: (2, 4, 8), Rung.TITLE: (1,)}
    )

    def headers(self, key: str | None) -> Mapping[str, str]:
        return {} if key is None else {"key": key}

    def ask(
        self, rung: Rung, lookups: Sequence[Lookup], size: int | None = None
    ) -> Iterable[Query]:
        step = size or self.RUNGS[rung][0]
        chunks = (lookups[i : i + step] for i in range(0, len(lookups), step))
        return [Query(self.NAME, rung, tuple(chunk), "/") for chunk in chunks]

    def read(self, query: Query, answer: Answer) -> Reading | Failure:
        del answer
        return {each.key: () for each in query.about}

    def keep(self, query: Query, answer: Answer) -> bool:
        return answer.status == 200 and bool(query.about)


@dataclass
class Desk:
    """A client that answers by a rule."""

    answers: Callable[[Query], bool | Trouble] = lambda _: True

    def send(self, query: Query, keep: Callable[[Answer], bool]) -> Answer | Failure:
        said = self.answers(query)
        if isinstance(said, Trouble):
            return Failure(query.provider, query.rung, said, "")
        answer = Answer(200, "", b"", "2026-06-01")
        assert keep(answer)
        return answer


def lookups(count: int) -> list[Lookup]:
    return [Lookup(f"k{n}", f"Title {n}") for n in range(count)]


def sizes(said: Iterable[Said]) -> list[int]:
    return [len(each.query.about) for each in said]


def test_questions_grow_while_they_are_answered() -> None:
    lane = Lane(Library(), Desk(), Rung.TITLES, lookups(25))
    heard = list(run([lane]))
    assert sizes(heard) == [2, 4, 8, 8, 3]
    assert [key for said in heard for key in _keys(said)] == [f"k{n}" for n in range(25)]
    assert {said.fetched for said in heard} == {"2026-06-01"}


def _keys(said: Said) -> list[str]:
    assert not isinstance(said.reading, Failure)
    return list(said.reading)


@pytest.mark.parametrize("trouble", [Trouble.REJECTED, Trouble.BROKEN])
def test_a_question_too_large_is_halved_and_the_next_is_modest(trouble: Trouble) -> None:
    desk = Desk(lambda query: True if len(query.about) <= 4 else trouble)
    heard = list(run([Lane(Library(), desk, Rung.TITLES, lookups(20))]))
    assert sizes(heard) == [2, 4, 2, 2, 2, 2, 2, 4]
    assert not any(isinstance(said.reading, Failure) for said in heard)


def test_what_cannot_be_made_smaller_fails_alone() -> None:
    desk = Desk(lambda query: Trouble.REJECTED if "k3" in {e.key for e in query.about} else True)
    heard = list(run([Lane(Library(), desk, Rung.TITLES, lookups(6))]))
    failed = [said for said in heard if isinstance(said.reading, Failure)]
    assert [each.key for said in failed for each in said.query.about] == ["k3"]
    assert failed[0].fetched == ""


@pytest.mark.parametrize("trouble", [Trouble.REFUSED, Trouble.UNREACHABLE, Trouble.OFFLINE])
def test_an_outage_is_not_answered_with_more_questions(trouble: Trouble) -> None:
    heard = list(run([Lane(Library(), Desk(lambda _: trouble), Rung.TITLES, lookups(6))]))
    assert sizes(heard) == [2, 4]


def test_lanes_run_side_by_side() -> None:
    meeting = threading.Barrier(3, timeout=30)  # passed only when all three are under way

    def meet(query: Query) -> bool:
        if query.about[0].key == "k0":
            meeting.wait()
        return True

    lanes = [
        Lane(Library(NAME=name), Desk(meet), Rung.TITLE, lookups(3)) for name in ("a", "b", "c")
    ]
    heard = list(run(lanes))
    assert sorted(said.query.provider for said in heard) == ["a"] * 3 + ["b"] * 3 + ["c"] * 3


def test_a_bug_in_one_lane_is_raised_where_the_lanes_are_heard() -> None:
    def stumble(query: Query) -> bool:
        raise ZeroDivisionError(query.provider)

    lanes = [Lane(Library(), Desk(), Rung.TITLE, lookups(1)),
             Lane(Library(NAME="b"), Desk(stumble), Rung.TITLE, lookups(1))]  # fmt: skip
    with pytest.raises(ZeroDivisionError):
        list(run(lanes))


def test_no_lanes_say_nothing() -> None:
    assert list(run([])) == []


def test_each_lookup_goes_to_the_provider_whose_turn_it_is() -> None:
    some = lookups(3)
    orders = {"k0": ["a", "b"], "k1": ["b", "a"], "k2": ["b"]}
    first, second = (shared_out(some, lambda each: orders[each.key], turn) for turn in (0, 1))
    assert {name: [e.key for e in share] for name, share in first.items()} == {
        "a": ["k0"],
        "b": ["k1", "k2"],
    }
    assert {name: [e.key for e in share] for name, share in second.items()} == {
        "b": ["k0"],
        "a": ["k1"],
    }
