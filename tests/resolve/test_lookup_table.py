"""Climbs that rest are worked out again, and say the same as if they had been kept."""

from __future__ import annotations

from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from refmatter.model import Accepted, Lookup
from refmatter.reasons import Reason, ReasonKind
from refmatter.resolve.lookup_state import LookupState
from refmatter.resolve.lookup_table import LookupTable, Resolutions
from support import key_of, questions


def lookup(key: str) -> Lookup:
    return Lookup(key_of(key), key.upper(), notes=(PurePosixPath(f"{key}.md"),))


def start(each: Lookup) -> LookupState:
    return LookupState(
        each, decision=Accepted((), Reason(ReasonKind.IDENTIFIER, title=each.key.title))
    )


@given(st.sets(st.sampled_from("abcd")))
def test_what_rests_is_there_like_all_others(resting: set[str]) -> None:
    climbs = LookupTable(map(lookup, "abcd"), start, lambda each: each.lookup.key.title in resting)
    assert [*climbs.active] == [key_of(key) for key in "abcd" if key not in resting]
    assert [*climbs] == list(map(key_of, "abcd"))
    assert len(climbs) == 4
    assert all(climbs[key_of(key)].lookup == lookup(key) for key in "abcd")
    told, kept = Resolutions(climbs), Resolutions(LookupTable(map(lookup, "abcd"), start))
    assert dict(told) == dict(kept)
    assert [*told] == list(map(key_of, "abcd"))
    assert len(told) == 4
    assert not told.moved()


def test_what_a_climb_came_to_is_kept_where_the_ledger_cannot_tell_it() -> None:
    climbs = LookupTable(map(lookup, "abc"), start, lambda each: each.lookup.key == key_of("c"))
    climbs[key_of("a")].answered(questions("arxiv/title_search"))
    told = Resolutions(climbs)
    assert [each.lookup.key for each in told.moved()] == [key_of("a")]
    assert [each.fresh for each in told.values()] == [True, False, False]
    assert told[key_of("a")].queries == questions("arxiv/title_search")


def test_what_a_climb_hears_is_kept_unless_it_rests() -> None:
    climbs = LookupTable(map(lookup, "ab"), start, lambda each: each.lookup.key == key_of("b"))
    for key in "ab":
        climbs[key_of(key)].answered(questions("arxiv/title_search"))
    assert climbs[key_of("a")].queries == questions("arxiv/title_search")
    assert climbs[key_of("b")].queries == frozenset()


def test_the_climbs_of_some_notes() -> None:
    climbs = LookupTable(map(lookup, "abc"), start, lambda each: each.lookup.key == key_of("b"))
    found = climbs.about({PurePosixPath("b.md"), PurePosixPath("c.md")})
    assert [each.key for each in found] == [key_of("b"), key_of("c")]
