"""How a lane sizes its questions, and how lanes run side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refmatter.model import Answer, Failure, Limits, Lookup, Query, Rung, Trouble, Work
from refmatter.providers.base import PartialAnswer, Provider, ProviderInfo, Reading
from refmatter.registry import PROVIDERS
from refmatter.resolve.batching import Batcher, QueryOutcome, SizeLimit, run, shared_out
from refmatter.titles import MAX_TITLE_LETTERS
from support import key_of


@dataclass
class Library:
    """A provider that asks for as many titles at a time as it is told to, as far as it has
    `room` for them; not for those that are `unknown`, and for some `alone` and after the others."""

    name: str = "library"
    rungs: Mapping[Rung, Sequence[int]] = field(
        default_factory=lambda: {
            Rung.TITLE_BATCH: (2, 4, 8),
            Rung.TITLE_SEARCH: (1,),
            Rung.IDENTIFIER: (4,),
        }
    )
    room: int = 100
    unknown: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    asked: list[tuple[int, int | None]] = field(default_factory=list)

    @property
    def INFO(self) -> ProviderInfo:  # noqa: N802 - the protocol's name
        return ProviderInfo(self.name, "Library", "", "", rungs=self.rungs)

    def headers(self, key: str | None) -> Mapping[str, str]:
        return {} if key is None else {"key": key}

    def limits(self, key: str | None, contact: str | None) -> Limits:
        del key, contact
        return Limits()

    def limits_from_headers(self, headers: Mapping[str, str]) -> Limits:
        del headers
        return Limits()

    def queries(
        self, rung: Rung, lookups: Sequence[Lookup], size: int | None = None
    ) -> Iterable[Query]:
        self.asked.append((len(lookups), size))
        known = [each for each in lookups if each.key.title not in self.unknown | self.alone]
        step = min(self.room, size or self.rungs[rung][0])
        chunks = [known[i : i + step] for i in range(0, len(known), step)]
        chunks += [[each] for each in lookups if each.key.title in self.alone]
        return [Query(self.INFO.name, rung, tuple(chunk), "/") for chunk in chunks]

    def read(self, query: Query, answer: Answer) -> Reading | Failure:
        del answer
        return {each.key: () for each in query.about}

    def is_cacheable(self, query: Query, answer: Answer) -> bool:
        return answer.status == 200 and bool(query.about)


@dataclass
class Desk:
    """A client that answers by a rule, and keeps what it was asked in order of arrival."""

    answers: Callable[[Query], bool | Trouble | int] = lambda _: True
    log: list[list[str]] = field(default_factory=list)

    def send(self, query: Query, keep: Callable[[Answer], bool]) -> Answer | Failure:
        self.log.append([each.key.title for each in query.about])
        said = self.answers(query)
        if isinstance(said, Trouble):
            return Failure(query.provider, query.rung, said, "")
        if not isinstance(said, bool):
            return Failure(query.provider, query.rung, Trouble.BROKEN, "", said)
        answer = Answer(200, "", b"", "2026-06-01")
        assert keep(answer)
        return answer


def lookups(count: int) -> list[Lookup]:
    return [Lookup(key_of(f"k{n}"), f"Title {n}") for n in range(count)]


def sizes(said: Iterable[QueryOutcome]) -> list[int]:
    return [len(each.query.about) for each in said]


def keys(said: Iterable[QueryOutcome]) -> list[str]:
    return [each.key.title for one in said for each in one.query.about]


def at_most(count: int, trouble: Trouble = Trouble.REJECTED) -> Callable[[Query], bool | Trouble]:
    """A service that turns down questions about more."""
    return lambda query: True if len(query.about) <= count else trouble


def test_questions_grow_while_they_are_answered() -> None:
    lane = Batcher(Library(), Desk(), Rung.TITLE_BATCH, lookups(25))
    outcomes = list(run([lane]))
    assert sizes(outcomes) == [2, 4, 8, 8, 3]
    assert [key for said in outcomes for key in _keys(said)] == [f"k{n}" for n in range(25)]
    assert {said.fetched for said in outcomes} == {"2026-06-01"}


def _keys(said: QueryOutcome) -> list[str]:
    assert not isinstance(said.reading, Failure)
    return [key.title for key in said.reading]


@pytest.mark.parametrize("trouble", [Trouble.REJECTED, Trouble.BROKEN])
def test_a_question_too_large_is_halved_and_the_next_is_modest(trouble: Trouble) -> None:
    outcomes = list(
        run([Batcher(Library(), Desk(at_most(4, trouble)), Rung.TITLE_BATCH, lookups(20))])
    )
    assert sizes(outcomes) == [2, 4, 2, 2, 2, 2, 4, 2]
    assert not any(isinstance(said.reading, Failure) for said in outcomes)


@pytest.mark.parametrize(
    ("most", "asked"),
    [
        (1, [2, 1, 1] * 13),
        (2, [2, 4, 2, 2, *[2] * 10]),
        (3, [2, 4, 2, 2, *[2] * 10]),
        (4, [2, 4, 8, 2, 2, 2, 2, 4, 4, 4]),
        (8, [2, 4, 8, 8, 4]),
    ],
)
def test_what_was_turned_down_once_is_never_tried_again(most: int, asked: list[int]) -> None:
    desk = Desk(at_most(most))
    outcomes = list(run([Batcher(Library(), desk, Rung.TITLE_BATCH, lookups(26))]))
    assert [len(each) for each in desk.log] == asked
    assert keys(outcomes) == [f"k{n}" for n in range(26)]


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_one_question_turned_down_costs_one_size(at_once: int) -> None:
    """All that were under way with it may be turned down as well: that is known already."""
    desk = Desk(at_most(4))
    lane = Batcher(Library(), desk, Rung.TITLE_BATCH, lookups(70), at_once)
    assert keys(run([lane])) == [f"k{n}" for n in range(70)]
    grown = [2, 4, *[8] * at_once]  # one at a time while they grow
    left = 70 - sum(grown)
    asked = [*grown, *[4] * (left // 4), *([left % 4] if left % 4 else [])]
    assert [len(each) for each in firsts(desk.log)] == asked


def firsts(log: list[list[str]]) -> list[list[str]]:
    """The questions that are no part of another, by their first lookup."""
    whole = [each for each in log if not any(set(each) < set(other) for other in log)]
    return sorted(whole, key=lambda each: int(each[0][1:]))


def test_what_cannot_be_made_smaller_fails_alone() -> None:
    desk = Desk(
        lambda query: Trouble.REJECTED if key_of("k3") in {e.key for e in query.about} else True
    )
    outcomes = list(run([Batcher(Library(), desk, Rung.TITLE_BATCH, lookups(6))]))
    failed = [said for said in outcomes if isinstance(said.reading, Failure)]
    assert [each.key for said in failed for each in said.query.about] == [key_of("k3")]
    assert failed[0].fetched == ""


@pytest.mark.parametrize("trouble", [Trouble.REFUSED, Trouble.UNREACHABLE, Trouble.OFFLINE])
def test_an_outage_is_not_answered_with_more_questions(trouble: Trouble) -> None:
    outcomes = list(
        run([Batcher(Library(), Desk(lambda _: trouble), Rung.TITLE_BATCH, lookups(6))])
    )
    assert sizes(outcomes) == [2, 4]


@pytest.mark.parametrize("at_once", [1, 2])
def test_where_even_the_smallest_questions_are_turned_down_the_rest_is_not_asked(
    at_once: int,
) -> None:
    desk = Desk(at_most(0))
    outcomes = list(run([Batcher(Library(), desk, Rung.TITLE_BATCH, lookups(400), at_once)]))
    troubles = [each.reading.trouble for each in outcomes if isinstance(each.reading, Failure)]
    assert (troubles[0], set(troubles)) == (
        Trouble.REJECTED, {Trouble.REJECTED, Trouble.GARBLED}
    )  # fmt: skip
    assert len(desk.log) < 10 * at_once
    assert sorted(keys(outcomes)) == sorted(f"k{n}" for n in range(400))


def test_a_large_question_is_not_cut_up_where_its_parts_are_all_turned_down() -> None:
    """What is left of it fails as they did, unheard."""
    library = Library(rungs={Rung.TITLE_BATCH: (32, 64)})
    desk = Desk(at_most(0))
    outcomes = list(run([Batcher(library, desk, Rung.TITLE_BATCH, lookups(99))]))
    assert keys(outcomes) == [f"k{n}" for n in range(99)]
    assert all(isinstance(each.reading, Failure) for each in outcomes)
    assert len(desk.log) < 16


@pytest.mark.parametrize("rung", [Rung.TITLE_BATCH, Rung.IDENTIFIER])
def test_where_even_lone_lookups_are_answered_in_part_the_service_is_not_asked_again(
    rung: Rung,
) -> None:
    """OpenAlex ends each search after five seconds when it is busy; every question costs them."""
    desk, limit = Desk(at_most(0, Trouble.TOO_LARGE)), SizeLimit()
    for _ in range(2):
        outcomes = list(run([Batcher(Library(), desk, rung, lookups(40), limit=limit)]))
        assert sorted(keys(outcomes)) == sorted(f"k{n}" for n in range(40))
        assert all(isinstance(each.reading, Failure) for each in outcomes)
    assert len(desk.log) <= 6
    assert list(run([Batcher(Library(), desk, rung, [], limit=limit)])) == []


def test_one_answer_among_the_parts_is_a_reason_to_go_on() -> None:
    good = frozenset({"k1"})
    desk = Desk(lambda query: True if good >= {e.key for e in query.about} else Trouble.REJECTED)
    outcomes = list(run([Batcher(Library(), desk, Rung.TITLE_BATCH, lookups(4))]))
    assert keys(outcomes) == [f"k{n}" for n in range(4)]


def test_where_a_rung_has_one_size_every_part_is_tried() -> None:
    outcomes = list(run([Batcher(Library(), Desk(at_most(0)), Rung.IDENTIFIER, lookups(12))]))
    assert sizes(outcomes) == [1] * 12


@pytest.mark.parametrize("rung", [Rung.TITLE_BATCH, Rung.IDENTIFIER])
def test_a_broken_service_is_asked_for_every_part(rung: Rung) -> None:
    outcomes = list(run([Batcher(Library(), Desk(at_most(0, Trouble.BROKEN)), rung, lookups(9))]))
    assert sizes(outcomes) == [1] * 9


# A gateway that times out

_LISTS = {
    Rung.CITING_REFERENCES: (50, 100),
    Rung.COMPARE_REFERENCES: (50, 100),
    Rung.IDENTIFIER: (16,),
    Rung.TITLE_BATCH: (25, 50),
}


def times_out_over(count: int) -> Callable[[Query], bool | int]:
    return lambda query: True if len(query.about) <= count else 504


@pytest.mark.parametrize(
    ("rung", "room", "asked"),
    [
        (Rung.TITLE_BATCH, 100, [25, 50, 25]),
        (Rung.TITLE_BATCH, 25, [25, 50, *[25] * 3]),
        (Rung.TITLE_BATCH, 6, [25, 12, *[6] * 4, 1, *[6] * 12, 3]),
        (Rung.IDENTIFIER, 4, [16, 8, *[4] * 25]),
        (Rung.CITING_REFERENCES, 50, [50, 50]),
        (Rung.CITING_REFERENCES, 30, [50, *[25] * 4]),
        (Rung.CITING_REFERENCES, 1, [50, 25, *[1] * 100]),
        (Rung.COMPARE_REFERENCES, 1, [50, 25, *[1] * 100]),
    ],
)
def test_what_took_too_long_once_is_not_asked_for_again(
    rung: Rung, room: int, asked: list[int]
) -> None:
    """Every try costs half a minute, so what was too large is cut up before it is sent."""
    desk = Desk(times_out_over(room))
    outcomes = list(run([Batcher(Library(rungs=_LISTS), desk, rung, lookups(100))]))
    assert [len(each) for each in desk.log] == asked
    assert keys(outcomes) == [f"k{n}" for n in range(100)]
    assert not any(isinstance(said.reading, Failure) for said in outcomes)


@given(
    st.sampled_from(list(_LISTS)),
    st.integers(1, 60),
    st.integers(0, 120),
    st.integers(1, 3),
)
def test_a_slow_service_answers_everything_after_few_time_outs(
    rung: Rung, room: int, count: int, at_once: int
) -> None:
    desk, limit, before = Desk(times_out_over(room)), SizeLimit(), 0
    for _ in range(2):  # the second lane knows what the first has learned
        before = len(desk.log)
        lane = Batcher(Library(rungs=_LISTS), desk, rung, lookups(count), at_once, limit)
        outcomes = list(run([lane]))
        assert sorted(keys(outcomes)) == sorted(each.key.title for each in lookups(count))
        assert not any(isinstance(said.reading, Failure) for said in outcomes)
    assert sum(len(each) > room for each in desk.log) <= 6 * at_once
    if limit.most is not None:
        assert all(len(each) <= limit.most for each in desk.log[before:])


# Answers to some of the lookups


@dataclass
class Forgetful(Library):
    """Answers to the first `most` lookups of a query only, and to none of the `mute` ones but
    when they are asked for alone."""

    most: int = 3
    mute: frozenset[str] = frozenset()

    def read(self, query: Query, answer: Answer) -> Reading | Failure:
        del answer
        about = query.about
        answered = [each for each in about[: self.most] if each.key.title not in self.mute]
        if len(about) == 1 or len(answered) == len(about):
            return {each.key: () for each in about}
        left = [each for each in about if each not in answered]
        rest = self.queries(query.rung, left, len(left) if answered else 1)
        reading: Reading = {each.key: () for each in answered}
        trouble = Trouble.TOO_LARGE
        return PartialAnswer("", query.rung, trouble, "", reading=reading, rest=tuple(rest))


@given(st.integers(1, 9), st.frozensets(st.integers(0, 40)), st.integers(0, 40), st.integers(1, 3))
def test_what_an_answer_left_out_is_asked_for_again(
    most: int, mute: frozenset[int], count: int, at_once: int
) -> None:
    library = Forgetful(most=most, mute=frozenset(f"k{n}" for n in mute))
    for rung in (Rung.TITLE_BATCH, Rung.IDENTIFIER):
        outcomes = list(run([Batcher(library, Desk(), rung, lookups(count), at_once)]))
        assert sorted(keys(outcomes)) == sorted(each.key.title for each in lookups(count))
        assert all(said.query.about and _keys(said) == keys([said]) for said in outcomes)


# What the provider makes of the lookups


def test_where_a_rung_has_one_size_all_lookups_are_handed_over_together() -> None:
    library = Library()
    outcomes = list(run([Batcher(library, Desk(), Rung.IDENTIFIER, lookups(10))]))
    assert library.asked == [(10, 4)]
    assert sizes(outcomes) == [4, 4, 2]


@pytest.mark.parametrize("at_once", [1, 3])
def test_where_sizes_grow_a_question_that_does_not_fit_gives_the_rest_back(at_once: int) -> None:
    library, desk = Library(room=3), Desk()
    lane = Batcher(library, desk, Rung.TITLE_BATCH, lookups(20), at_once)
    outcomes = list(run([lane]))
    assert keys(outcomes) == [f"k{n}" for n in range(20)]
    left = 18
    assert sizes(outcomes) == [2, *[3] * (left // 3), *([left % 3] if left % 3 else [])]


def test_lookups_that_cannot_be_asked_for_are_passed_over() -> None:
    some = frozenset({"k0", "k3", "k4", "k7", "k11"})
    for room in (2, 100):
        library = Library(room=room, unknown=some)
        outcomes = list(run([Batcher(library, Desk(), Rung.TITLE_BATCH, lookups(12))]))
        assert keys(outcomes) == [f"k{n}" for n in range(12) if f"k{n}" not in some]


@pytest.mark.parametrize("rung", [Rung.TITLE_BATCH, Rung.IDENTIFIER])
def test_where_nothing_can_be_asked_for_nothing_is_heard(rung: Rung) -> None:
    desk = Desk()
    library = Library(unknown=frozenset(f"k{n}" for n in range(9)))
    assert list(run([Batcher(library, desk, rung, lookups(9))])) == []
    assert list(run([Batcher(library, desk, rung, [])])) == []
    assert desk.log == []


GROWING = [
    pytest.param(provider, rung, id=f"{name}-{rung.value}")
    for name, provider in PROVIDERS.items()
    for rung, steps in provider.INFO.rungs.items()
    if len(steps) > 1
]


@pytest.mark.parametrize(("provider", "rung"), GROWING)
@given(st.lists(st.sampled_from(["", "Short", "A title of words", "Long " * 99]), max_size=60))
@settings(max_examples=settings().max_examples // 2)
def test_nothing_is_lost_or_asked_twice_whatever_a_provider_makes_of_the_lookups(
    provider: Provider, rung: Rung, titles: list[str]
) -> None:
    asked = [
        Lookup(key_of(f"k{n}"), f"{title} {n}" if title else "") for n, title in enumerate(titles)
    ]
    expected = [each.key.title for query in provider.queries(rung, asked) for each in query.about]
    for at_once in (1, 2):
        outcomes = run([Batcher(provider, Desk(lambda _: Trouble.REFUSED), rung, asked, at_once)])
        assert sorted(keys(outcomes)) == sorted(expected)


def test_what_a_provider_asks_for_in_another_order_is_not_lost() -> None:
    some = frozenset({"k0", "k3", "k4", "k7", "k19"})
    for room in (3, 100):
        library = Library(room=room, alone=some)
        outcomes = keys(run([Batcher(library, Desk(), Rung.TITLE_BATCH, lookups(20))]))
        assert sorted(outcomes) == sorted(each.key.title for each in lookups(20))


@pytest.mark.parametrize("room", [1, 2, 3, 5, 6, 7, 100])
def test_two_spellings_of_a_title_are_both_asked_for_and_once(room: int) -> None:
    """They have one key: it is one lookup that asks for both."""
    asked = [Lookup(key_of(f"k{n % 4}"), f"Spelling {n}") for n in range(12)]
    outcomes = list(run([Batcher(Library(room=room), Desk(), Rung.TITLE_BATCH, asked)]))
    assert [each for said in outcomes for each in said.query.about] == asked


# Several under way


@dataclass
class Counting(Desk):
    """Answers only when as many questions as `together` are under way."""

    together: int = 1
    most: int = 0
    daemons: set[bool] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._barrier = threading.Barrier(self.together, timeout=30)
        self._now = 0

    def send(self, query: Query, keep: Callable[[Answer], bool]) -> Answer | Failure:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            self.daemons.add(threading.current_thread().daemon)
        self._barrier.wait()
        said = super().send(query, keep)
        with self._lock:
            self._now -= 1
        return said


@pytest.mark.parametrize(("rung", "count"), [(Rung.TITLE_SEARCH, 9), (Rung.IDENTIFIER, 24)])
def test_as_many_questions_as_the_lane_bears_are_under_way(rung: Rung, count: int) -> None:
    desk = Counting(together=3)
    outcomes = run([Batcher(Library(), desk, rung, lookups(count), at_once=3)])
    assert keys(outcomes) == [f"k{n}" for n in range(count)]
    assert desk.most == 3
    assert desk.daemons == {True}, "an interrupted program does not wait for them"


def test_each_lane_bears_its_own_number() -> None:
    desk = Counting(together=5)  # those of one lane, and those of the other
    lanes = [
        Batcher(Library(name=name), desk, Rung.TITLE_SEARCH, lookups(2 * many), many)
        for name, many in (("a", 2), ("b", 3))
    ]
    assert len(keys(run(lanes))) == 10
    assert desk.most == 5


@pytest.mark.parametrize("at_once", [-1, 0, 1])
def test_one_after_the_other_takes_no_thread(at_once: int) -> None:
    here = threading.current_thread()
    seen: list[threading.Thread] = []

    def look(_: Query) -> bool:
        seen.append(threading.current_thread())
        return True

    lane = Batcher(Library(), Desk(look), Rung.TITLE_BATCH, lookups(9), at_once)
    assert sizes(run([lane])) == [2, 4, 3]
    assert set(seen) == {here}


def test_a_lone_question_is_heard_before_the_next_is_sent() -> None:
    desk = Desk()
    outcomes = run([Batcher(Library(), desk, Rung.TITLE_SEARCH, lookups(3))])
    assert [len(desk.log) for _ in outcomes] == [1, 2, 3]


@dataclass
class Gated(Desk):
    """Answers the questions of a plan when others of it are answered: `after` says which one
    a question waits for, by number."""

    plan: list[list[str]] = field(default_factory=list)
    after: Callable[[int], int | None] = lambda _: None

    def __post_init__(self) -> None:
        self._answered = [threading.Event() for _ in self.plan]

    def send(self, query: Query, keep: Callable[[Answer], bool]) -> Answer | Failure:
        asked = [each.key.title for each in query.about]
        number = next(n for n, planned in enumerate(self.plan) if asked[0] in planned)
        other = self.after(number)
        if asked == self.plan[number] and other is not None and 0 <= other < len(self.plan):
            assert self._answered[other].wait(30)
        said = super().send(query, keep)
        if isinstance(said, Answer) and asked[-1] == self.plan[number][-1]:
            self._answered[number].set()
        return said


@pytest.mark.parametrize("most", [1, 2, 4, 8])
@pytest.mark.parametrize("room", [3, 100])
@pytest.mark.parametrize("at_once", [2, 4])
def test_the_same_answers_make_the_same_questions_whenever_they_come(
    most: int, room: int, at_once: int
) -> None:
    def outcomes_of(desk: Desk) -> list[list[str]]:
        # The first question is alone, since two sizes are growth, even where they are equal.
        library = Library(rungs={Rung.TITLE_BATCH: (4, 4)}, room=room)
        lane = Batcher(library, desk, Rung.TITLE_BATCH, lookups(50), at_once)
        return [[each.key.title for each in said.query.about] for said in run([lane])]

    free = Desk(at_most(most))
    expected, plan = outcomes_of(free), firsts(free.log)
    assert [key for each in expected for key in each] == [f"k{n}" for n in range(50)]
    orders: list[Callable[[int], int | None]] = [
        lambda n: n - 1,  # one after the other
        lambda n: n + 1 if n % 2 else None,  # the second of two before the first
        lambda n: n + 1 if n % at_once else None,  # the last that is under way first
    ]
    for after in orders:
        gated = Gated(at_most(most), plan=plan, after=after)
        assert outcomes_of(gated) == expected
        assert firsts(gated.log) == plan


@given(
    count=st.integers(0, 40),
    at_once=st.integers(1, 4),
    most=st.integers(1, 9),
    room=st.integers(1, 9),
    unknown=st.frozensets(st.integers(0, 39).map("k{}".format)),
)
def test_every_lookup_is_answered_once_and_in_order(
    count: int, at_once: int, most: int, room: int, unknown: frozenset[str]
) -> None:
    library = Library(room=room, unknown=unknown)
    outcomes = list(
        run([Batcher(library, Desk(at_most(most)), Rung.TITLE_BATCH, lookups(count), at_once)])
    )
    assert keys(outcomes) == [f"k{n}" for n in range(count) if f"k{n}" not in unknown]
    assert not any(isinstance(said.reading, Failure) for said in outcomes)


@pytest.mark.parametrize("at_once", [1, 2, 5])
@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_a_bug_is_raised_where_the_lane_is_heard(at_once: int, error: type[BaseException]) -> None:
    def stumble(query: Query) -> bool:
        if query.about[0].key == key_of("k3"):
            raise error
        return True

    outcomes = run([Batcher(Library(), Desk(stumble), Rung.TITLE_SEARCH, lookups(9), at_once)])
    assert keys([next(outcomes) for _ in range(3)]) == ["k0", "k1", "k2"]
    with pytest.raises(error):
        next(outcomes)


def test_who_hears_no_more_does_not_wait_for_what_is_under_way() -> None:
    answers = threading.Event()
    desk = Desk(lambda query: query.about[0].key == key_of("k0") or answers.wait(30))
    outcomes = run([Batcher(Library(), desk, Rung.TITLE_SEARCH, lookups(9), at_once=2)])
    assert keys([next(outcomes)]) == ["k0"]
    assert isinstance(outcomes, Generator)
    outcomes.close()
    assert not answers.is_set()
    answers.set()


# Several lanes


def test_lanes_run_side_by_side() -> None:
    meeting = threading.Barrier(3, timeout=30)  # passed only when all three are under way

    def meet(query: Query) -> bool:
        if query.about[0].key == key_of("k0"):
            meeting.wait()
        return True

    lanes = [
        Batcher(Library(name=name), Desk(meet), Rung.TITLE_SEARCH, lookups(3))
        for name in ("a", "b", "c")
    ]
    outcomes = list(run(lanes))
    assert sorted(said.query.provider for said in outcomes) == ["a"] * 3 + ["b"] * 3 + ["c"] * 3


def test_a_bug_in_one_lane_is_raised_where_the_lanes_are_heard() -> None:
    def stumble(query: Query) -> bool:
        raise ZeroDivisionError(query.provider)

    lanes = [Batcher(Library(), Desk(), Rung.TITLE_SEARCH, lookups(1)),
             Batcher(Library(name="b"), Desk(stumble), Rung.TITLE_SEARCH, lookups(1))]  # fmt: skip
    with pytest.raises(ZeroDivisionError):
        list(run(lanes))


def test_no_lanes_say_nothing() -> None:
    assert list(run([])) == []


def test_each_lookup_goes_to_the_provider_whose_turn_it_is() -> None:
    some = lookups(3)
    orders = {"k0": ["a", "b"], "k1": ["b", "a"], "k2": ["b"]}
    first, second = (shared_out(some, lambda each: orders[each.key.title], turn) for turn in (0, 1))
    assert {name: [e.key for e in share] for name, share in first.items()} == {
        "a": [key_of("k0")],
        "b": [key_of("k1"), key_of("k2")],
    }
    assert {name: [e.key for e in share] for name, share in second.items()} == {
        "b": [key_of("k0")],
        "a": [key_of("k1")],
    }


def test_a_title_that_no_work_has_is_not_handed_on() -> None:
    """Two titles of a megabyte take minutes to compare."""
    long, whole = Work("x" * (MAX_TITLE_LETTERS + 1)), Work("x" * MAX_TITLE_LETTERS)

    @dataclass
    class Talker(Library):
        def read(self, query: Query, answer: Answer) -> Reading | Failure:
            del answer
            return {each.key: (long, whole) for each in query.about}

    (said,) = run([Batcher(Talker(), Desk(), Rung.TITLE_SEARCH, lookups(1))])
    assert isinstance(said.reading, Mapping)
    assert list(said.reading.values()) == [(whole,)]
