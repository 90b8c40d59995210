from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.fields import Field
from refmatter.model import Change, Owner, Ownership
from refmatter.schema.conventions import ABSENT, Conventions, Form
from refmatter.stages.claim import Claim
from refmatter.state import ownership
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_format import ownership_of, ownership_text
from refmatter.state.ledger_line import LedgerLine
from refmatter.state.ownership import digest, is_ours, observed, ours_in
from support import EQUAL_TITLE, key_of, note, owned


def ours(value: object) -> Ownership:
    return owned(digest(value))


def added(value: object) -> Ownership:
    return owned(f"+{digest(value)}")


def theirs(value: object) -> Ownership:
    return owned(f"~{digest(value)}")


MANNER = Conventions(forms={name: Form(name.spec.seed_key or name.value) for name in Field})
PATH, YEAR = PurePosixPath("a.md"), Field.YEAR
VALUES = st.sampled_from([ABSENT, None, "", [], 2017, "2017", 2018, "NeurIPS", ["A", "B"], ["A"]])
DEEDS = st.lists(
    st.tuples(st.sampled_from(["write", "killed", "removed", "person", "run"]), VALUES)
)


@given(VALUES, VALUES)
def test_a_value_is_ours_for_as_long_as_the_note_says_it(wrote: object, says: object) -> None:
    seen = observed(ours(wrote), says)
    assert ownership.is_theirs(ours(wrote), says) == (digest(wrote) != digest(says))
    assert seen is not None
    assert is_ours(seen, says) == (digest(wrote) == digest(says))
    assert seen.digest == digest(wrote)


@given(VALUES, VALUES, st.lists(VALUES))
def test_what_is_theirs_once_stays_theirs(wrote: object, other: object, then: list[object]) -> None:
    seen = observed(ours(wrote), other)
    for value in then:
        assert seen is not None
        later = observed(seen, value)
        assert later == seen or not seen.is_persons
        seen = later
    assert seen is not None
    if digest(wrote) != digest(other):
        assert ownership.is_theirs(seen, wrote)


@given(DEEDS)
def test_whatever_happens_only_what_a_person_did_is_a_persons(
    deeds: list[tuple[str, object]],
) -> None:
    """A note's field, written by runs that end or are killed, and changed by a person."""
    value: object = ABSENT
    remembered: dict[Field, Ownership] = {}
    touched = False
    for deed, new in deeds:
        if deed == "person":
            touched |= YEAR in remembered and digest(new) != digest(value)
            value = new
            continue
        seen = observed(remembered[YEAR], value) if YEAR in remembered else None
        if seen and seen.is_persons:
            assert touched
        remembered = {YEAR: seen} if seen else {}
        if deed == "removed" and seen and not seen.is_persons:
            # It was written for another work: taken out, or the run is killed at it.
            both = ownership.either(remembered, {}, lambda _: value, lambda _: ABSENT)  # noqa: B023 - asked at once
            assert observed(both[YEAR], value) == seen
            assert observed(both[YEAR], ABSENT) == (seen if value is ABSENT else None)
            killed = new in (None, "")
            remembered = both if killed else {}
            value = value if new is None else ABSENT
            continue
        if (
            deed in ("run", "removed")
            or (seen and seen.is_persons)
            or (not seen and not ownership.is_empty_here(value))
        ):
            continue
        after = {YEAR: ours(new)}
        both = ownership.either(remembered, after, lambda _: value, lambda _: new)  # noqa: B023 - asked at once
        for left in (value, new):
            assert not ownership.is_theirs(both[YEAR], left)
        remembered, value = (both, value) if deed == "killed" else (after, new)


def test_a_run_that_was_killed_claims_nothing_that_it_found() -> None:
    both = ownership.either({}, {YEAR: ours(2018)}, lambda _: 2017, lambda _: 2018)
    assert observed(both[YEAR], 2017) is None
    assert observed(both[YEAR], 2018) == ours(2018)
    assert observed(both[YEAR], 2019) == theirs(2018)


def test_a_mark_outlives_a_run_and_an_undo() -> None:
    marked = {YEAR: theirs(1)}
    assert ownership.either(marked, {}, lambda _: 1, lambda _: 2) == marked
    assert ownership.either({}, marked, lambda _: 1, lambda _: 2) == marked


def test_of_two_states_the_note_tells_which_it_is() -> None:
    both = Ownership(Owner.OURS, digest(2), (ours(1),))
    assert observed(both, 1) == ours(1)
    assert observed(both, 2) == ours(2)
    assert observed(both, 3) == theirs(2)


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("9f3a", [(Owner.OURS, "9f3a")]),
        ("+9f3a", [(Owner.OURS_WITH_KEY, "9f3a")]),
        ("~9f3a", [(Owner.PERSON, "9f3a")]),
        ("9f3a|+77b0", [(Owner.OURS, "9f3a"), (Owner.OURS_WITH_KEY, "77b0")]),
        ("-1|2|3", [(Owner.BEFORE, "1"), (Owner.OURS, "2"), (Owner.OURS, "3")]),
    ],
)
def test_the_ledger_writes_a_state_as_a_digest_behind_a_mark(
    text: str, states: list[tuple[Owner, str]]
) -> None:
    read = ownership_of(text)
    assert [(state.owner, state.digest) for state in read.states] == states
    assert ownership_text(read) == text


def by_path(
    written: Mapping[PurePosixPath, Mapping[Field, Ownership]],
) -> Callable[[PurePosixPath], Mapping[Field, Ownership]]:
    return lambda path: written.get(path, {})


def seen(
    entries: Mapping[str, object], written: Mapping[Field, Ownership], *again: Field
) -> Mapping[Field, Ownership]:
    said = ownership.observed_notes(
        [note("a.md", entries)], MANNER, by_path({PATH: written}), again
    )
    assert PATH not in said or said[PATH] != written
    return said.get(PATH, written)


def test_a_value_under_another_of_its_names_is_the_same() -> None:
    written = {Field.VENUE: ours("ICML")}
    assert seen({"venue": "ICML"}, written) == seen({"journal": "ICML"}, written) == written
    assert seen({"journal": "Nature"}, written) == {Field.VENUE: theirs("ICML")}


def test_a_field_that_the_vault_keeps_no_more_is_left_as_it_is() -> None:
    written = {YEAR: ours(2017)}
    bare = Conventions(forms={})
    assert ownership.observed_notes([note("a.md", {})], bare, by_path({PATH: written})) == {}


def test_what_was_taken_out_is_wanted_again_where_it_is_asked_for() -> None:
    written = {YEAR: ours(2017), Field.VENUE: theirs("ICML")}
    gone = {YEAR: theirs(2017), Field.VENUE: theirs("ICML")}
    assert seen({"venue": "Mine"}, written) == gone
    assert seen({"venue": "Mine"}, written, *Field) == {Field.VENUE: gone[Field.VENUE]}
    assert seen({"year": None}, written, Field.VENUE) == {YEAR: gone[YEAR]}


def test_what_is_empty_by_a_persons_hand() -> None:
    marks = {PATH: {YEAR: owned("~x"), Field.VENUE: owned("~x"), Field.AUTHORS: owned("x")}}
    mine = note("a.md", {"venue": "Mine"})
    assert ownership.emptied([mine, note("b.md", {})], MANNER, by_path(marks)) == {PATH: {YEAR}}
    assert ownership.emptied([note("b.md", {})], MANNER, by_path(marks)) == {}


def test_what_was_seen_goes_to_the_line_of_the_notes_title() -> None:
    a, b, none = (key_of(f"{title}@{PATH}") for title in ("a", "b", "no line"))
    lines = [LedgerLine(key, key.title, "accepted", EQUAL_TITLE) for key in (a, b)]
    ledger = Ledger(lines)
    ledger.set_written(a, PATH, {YEAR: owned("x")})
    assert ledger.key_of_note(PATH) == a
    ledger.set_written(b, PATH, {YEAR: owned("~x")})
    assert (ledger.key_of_note(PATH), ledger.written(PATH)) == (b, {YEAR: owned("~x")})
    assert ledger.line(a) == lines[0]
    ledger.set_written(none, PATH, {YEAR: owned("~y")})
    assert (ledger.key_of_note(PATH), ledger.written(PATH)) == (b, {YEAR: owned("~y")})
    ledger.set_written(b, PATH, {})
    assert (ledger.written(PATH), ledger.written_by_note()) == ({}, {PATH: {}})


def test_whose_the_values_are_that_are_written() -> None:
    changes = [Change(Field.KEY, "meta_key", None, "a", None), Change(YEAR, "year", None, 1, None)]
    entries = [("title", "A"), ("year", None)]
    written = ownership.after_writing(changes, entries)
    assert written == {Field.KEY: added("a"), YEAR: ours(1)}
    assert ours_in(written) == {Field.KEY: True, YEAR: False}
    assert all(is_ours(written[each.field], each.new) for each in changes)


def test_a_key_that_we_added_stays_ours_when_its_value_is_renewed() -> None:
    first = ownership.after_writing([Change(YEAR, "year", None, 1, None)], [])
    second = ownership.after_writing([Change(YEAR, "year", 1, 2, None)], [("year", 1)], first)
    assert second == {YEAR: added(2)}
    assert observed(second[YEAR], 2) == second[YEAR]
    both = ownership.either(first, second, lambda _: 1, lambda _: 2)[YEAR]
    assert [observed(both, year) for year in (1, 2)] == [first[YEAR], second[YEAR]]


def test_what_a_person_changed_is_not_ours_any_more() -> None:
    assert observed(added(1), 7) == theirs(1)
    assert ours_in({YEAR: theirs(1)}) == {}


def moves(
    ledger: Ledger, *notes: str, gone: bool = True, title: str = "MASS"
) -> dict[PurePosixPath, PurePosixPath]:
    found = [note(name, {"title": title}) for name in notes]
    return ownership.renamed(found, ledger, lambda _: gone)


def known(verdict: str = "accepted", *, written: bool = True) -> Ledger:
    """A ledger that knows the note, which may have got nothing from us."""
    key = key_of(f"mass@{PATH}")
    ledger = Ledger([LedgerLine(key, "MASS", verdict, "x")])  # type: ignore[arg-type]  # a test's own words
    if written:
        ledger.set_written(key, PATH, {YEAR: owned("x")})
    return ledger


@pytest.mark.parametrize("written", [True, False])
@pytest.mark.parametrize("verdict", ["accepted", "ruled", "ambiguous", "unmatched"])
def test_a_note_that_was_renamed_is_known_again(verdict: str, written: bool) -> None:
    ledger = known(verdict, written=written)
    new = PurePosixPath("sub/b.md")
    assert moves(ledger, "sub/b.md") == {PATH: new}
    ledger.move(PATH, new)
    (line,) = ledger
    assert (line.key, line.verdict) == (key_of("mass@sub/b.md"), verdict)
    assert (ledger.key_of_note(PATH), ledger.key_of_note(new)) == (None, line.key)
    assert ledger.written(new) == ({YEAR: owned("x")} if written else {})
    assert ledger.written(PATH) == {}
    assert moves(ledger, "sub/b.md") == {}


def test_which_note_was_renamed_must_be_plain() -> None:
    ledger = known()
    assert moves(ledger, "b.md", gone=False) == {}
    assert moves(ledger, "a.md", "b.md") == {}  # it is there still
    assert moves(ledger, "b.md", "c.md") == {}  # whichever it is
    assert moves(ledger, "b.md", title="Another") == {}
    assert moves(ledger) == {}
    ledger.record(LedgerLine(key_of("mass@d.md"), "MASS", "accepted", EQUAL_TITLE))
    assert moves(ledger, "b.md") == {}  # whichever of them it was


def test_what_was_seen_just_now_counts_before_what_was_known() -> None:
    other, third = PurePosixPath("b.md"), PurePosixPath("c.md")
    line = LedgerLine(key_of(f"b@{other}"), "B", "accepted", EQUAL_TITLE)
    ledger = Ledger([line])
    ledger.set_written(line.key, other, {YEAR: owned("x")})
    both = Claim(ledger, {}, {PATH: {}, third: {YEAR: owned("~y")}})
    assert both.written(other) == {YEAR: owned("x")}
    assert both.written(third) == {YEAR: owned("~y")}
    assert both.written(PATH) == both.written(PurePosixPath("d.md")) == {}
