from collections.abc import Mapping
from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from refmatter.ledger import Ledger, Line, digest, is_ours, ours_in
from refmatter.model import Change, Field
from refmatter.notes.conventions import ABSENT, ALIASES, Conventions, Form
from refmatter.stages import hands
from refmatter.stages.hands import settle, unmarked
from support import note

MANNER = Conventions(forms={name: Form(ALIASES[name][0]) for name in Field})
PATH, YEAR = PurePosixPath("a.md"), Field.YEAR
VALUES = st.sampled_from([ABSENT, None, "", [], 2017, "2017", 2018, "NeurIPS", ["A", "B"], ["A"]])
DEEDS = st.lists(st.tuples(st.sampled_from(["write", "killed", "person", "run"]), VALUES))


@given(VALUES, VALUES)
def test_a_value_is_ours_for_as_long_as_the_note_says_it(wrote: object, says: object) -> None:
    seen = hands.settle(digest(wrote), says)
    assert hands.is_theirs(digest(wrote), says) == (digest(wrote) != digest(says))
    assert is_ours(seen, says) == (digest(wrote) == digest(says))
    assert hands.unmarked(seen) == digest(wrote)


@given(VALUES, VALUES, st.lists(VALUES))
def test_what_is_theirs_once_stays_theirs(wrote: object, other: object, then: list[object]) -> None:
    seen = hands.settle(digest(wrote), other)
    for value in then:
        later = hands.settle(seen, value)
        assert later == seen or not hands.marked(seen)
        seen = later
    if digest(wrote) != digest(other):
        assert hands.is_theirs(seen, wrote)


@given(DEEDS)
def test_whatever_happens_only_what_a_person_did_is_a_persons(
    deeds: list[tuple[str, object]],
) -> None:
    """A note's field, written by runs that end or are killed, and changed by a person."""
    value: object = ABSENT
    remembered: dict[Field, str] = {}
    touched = False
    for deed, new in deeds:
        if deed == "person":
            touched |= YEAR in remembered and digest(new) != digest(value)
            value = new
            continue
        seen = hands.settle(remembered[YEAR], value) if YEAR in remembered else ""
        if hands.marked(seen):
            assert touched
        remembered = {YEAR: seen} if seen else {}
        if deed == "run" or hands.marked(seen) or (not seen and not hands.is_empty_here(value)):
            continue
        after = {YEAR: digest(new)}
        both = hands.either(remembered, after, lambda _: value, lambda _: new)  # noqa: B023 - asked at once
        for left in (value, new):
            assert not hands.is_theirs(both[YEAR], left)
        remembered, value = (both, value) if deed == "killed" else (after, new)


def test_a_run_that_was_killed_claims_nothing_that_it_found() -> None:
    both = hands.either({}, {YEAR: digest(2018)}, lambda _: 2017, lambda _: 2018)
    assert hands.settle(both[YEAR], 2017) == ""
    assert hands.settle(both[YEAR], 2018) == digest(2018)
    assert hands.settle(both[YEAR], 2019) == f"~{digest(2018)}"


def test_a_mark_outlives_a_run_and_an_undo() -> None:
    marked = {YEAR: f"~{digest(1)}"}
    assert hands.either(marked, {}, lambda _: 1, lambda _: 2) == marked
    assert hands.either({}, marked, lambda _: 1, lambda _: 2) == marked


def test_an_older_ledgers_fingerprints_are_understood() -> None:
    both = f"{digest(1)}|{digest(2)}"
    assert hands.settle(both, 1) == digest(1)
    assert hands.settle(both, 2) == digest(2)
    assert hands.settle(both, 3) == f"~{digest(2)}"


def seen(
    entries: Mapping[str, object], written: Mapping[Field, str], *again: Field
) -> Mapping[Field, str]:
    said = hands.settled([note("a.md", entries)], MANNER, {PATH: written}, again)
    assert PATH not in said or said[PATH] != written
    return said.get(PATH, written)


def test_a_value_under_another_of_its_names_is_the_same() -> None:
    ours = {Field.VENUE: digest("ICML")}
    assert seen({"venue": "ICML"}, ours) == seen({"journal": "ICML"}, ours) == ours
    assert seen({"journal": "Nature"}, ours) == {Field.VENUE: f"~{digest('ICML')}"}


def test_a_field_that_the_vault_keeps_no_more_is_left_as_it_is() -> None:
    ours = {YEAR: digest(2017)}
    bare = Conventions(forms={})
    assert hands.settled([note("a.md", {})], bare, {PATH: ours}) == {}


def test_what_was_taken_out_is_wanted_again_where_it_is_asked_for() -> None:
    ours = {YEAR: digest(2017), Field.VENUE: f"~{digest('ICML')}"}
    gone = {YEAR: f"~{digest(2017)}", Field.VENUE: f"~{digest('ICML')}"}
    assert seen({"venue": "Mine"}, ours) == gone
    assert seen({"venue": "Mine"}, ours, *Field) == {Field.VENUE: gone[Field.VENUE]}
    assert seen({"year": None}, ours, Field.VENUE) == {YEAR: gone[YEAR]}


def test_what_is_empty_by_a_persons_hand() -> None:
    marks = {PATH: {YEAR: "~x", Field.VENUE: "~x", Field.AUTHORS: "x"}}
    mine = note("a.md", {"venue": "Mine"})
    assert hands.emptied([mine, note("b.md", {})], MANNER, marks) == {PATH: {YEAR}}
    assert hands.emptied([note("b.md", {})], MANNER, marks) == {}


def test_what_was_seen_goes_to_the_line_of_the_notes_title() -> None:
    lines = [Line(key, key, "accepted", "x") for key in ("a", "b")]
    ledger = Ledger(lines)
    ledger.wrote("a", PATH, {YEAR: "x"})
    hands.keep(ledger, {PATH: "b"}, {PATH: {YEAR: "x"}})
    assert ledger.home(PATH) == "a"  # nothing new was seen
    hands.keep(ledger, {PATH: "b"}, {PATH: {YEAR: "~x"}})
    assert (ledger.home(PATH), ledger.written(PATH)) == ("b", {YEAR: "~x"})
    assert ledger.line("a") == lines[0]
    hands.keep(ledger, {PATH: "no line"}, {PATH: {YEAR: "~y"}})
    assert (ledger.home(PATH), ledger.written(PATH)) == ("b", {YEAR: "~y"})
    hands.keep(ledger, {PATH: "b"}, {PATH: {}})
    assert (ledger.home(PATH), ledger.fingerprints()) == ("", {})


def test_the_fingerprints_of_what_is_written() -> None:
    changes = [Change(Field.KEY, "meta_key", None, "a", None), Change(YEAR, "year", None, 1, None)]
    entries = [("title", "A"), ("year", None)]
    written = hands.wrote(changes, entries)
    assert written == {Field.KEY: "+" + digest("a"), YEAR: digest(1)}
    assert ours_in(written) == {Field.KEY: True, YEAR: False}
    assert all(is_ours(written[each.field], each.new) for each in changes)


def test_a_key_that_we_added_stays_ours_when_its_value_is_renewed() -> None:
    first = hands.wrote([Change(YEAR, "year", None, 1, None)], [])
    second = hands.wrote([Change(YEAR, "year", 1, 2, None)], [("year", 1)], first)
    assert second == {YEAR: "+" + digest(2)}
    assert settle(second[YEAR], 2) == second[YEAR]
    both = hands.either(first, second, lambda _: 1, lambda _: 2)[YEAR]
    assert [settle(both, year) for year in (1, 2)] == [first[YEAR], second[YEAR]]


def test_what_a_person_changed_is_not_ours_any_more() -> None:
    written = {YEAR: settle("+" + digest(1), 7)}
    assert written == {YEAR: "~" + digest(1)}
    assert unmarked(written[YEAR]) == digest(1)
    assert ours_in(written) == {}


def test_a_note_that_was_renamed_is_known_again() -> None:
    ledger = Ledger([Line("mass", "MASS", "accepted", "x")])
    ledger.wrote("mass", PATH, {YEAR: "x"})
    new = note("b.md", {"title": "MASS"})

    def known(*notes: str, gone: bool = True) -> Mapping[PurePosixPath, Mapping[Field, str]]:
        found = [note(name, {"title": "MASS"}) for name in notes]
        moved = hands.followed(found, ledger, lambda _: gone)
        said = hands.Memory(ledger.fingerprints(), moved)
        assert len(said) == len(list(said)) >= len(moved)
        return {path: each for path, each in said.items() if each}

    assert known("b.md") == {new.path: {YEAR: "x"}}
    assert known("b.md", gone=False) == {PATH: {YEAR: "x"}}
    assert known("a.md", "b.md") == {PATH: {YEAR: "x"}}
    assert known("b.md", "c.md") == {PATH: {YEAR: "x"}}  # whichever it is
    assert known() == {PATH: {YEAR: "x"}}
