from collections.abc import Mapping
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.fields import Field
from refmatter.model import Change
from refmatter.schema.conventions import ABSENT, Conventions, Form
from refmatter.state import ownership
from refmatter.state.ledger import Ledger, LedgerLine, digest, is_ours, ours_in
from refmatter.state.ownership import settle, unmarked
from support import note

MANNER = Conventions(forms={name: Form(name.spec.keys[0]) for name in Field})
PATH, YEAR = PurePosixPath("a.md"), Field.YEAR
VALUES = st.sampled_from([ABSENT, None, "", [], 2017, "2017", 2018, "NeurIPS", ["A", "B"], ["A"]])
DEEDS = st.lists(
    st.tuples(st.sampled_from(["write", "killed", "removed", "person", "run"]), VALUES)
)


@given(VALUES, VALUES)
def test_a_value_is_ours_for_as_long_as_the_note_says_it(wrote: object, says: object) -> None:
    seen = ownership.settle(digest(wrote), says)
    assert ownership.is_theirs(digest(wrote), says) == (digest(wrote) != digest(says))
    assert is_ours(seen, says) == (digest(wrote) == digest(says))
    assert ownership.unmarked(seen) == digest(wrote)


@given(VALUES, VALUES, st.lists(VALUES))
def test_what_is_theirs_once_stays_theirs(wrote: object, other: object, then: list[object]) -> None:
    seen = ownership.settle(digest(wrote), other)
    for value in then:
        later = ownership.settle(seen, value)
        assert later == seen or not ownership.marked(seen)
        seen = later
    if digest(wrote) != digest(other):
        assert ownership.is_theirs(seen, wrote)


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
        seen = ownership.settle(remembered[YEAR], value) if YEAR in remembered else ""
        if ownership.marked(seen):
            assert touched
        remembered = {YEAR: seen} if seen else {}
        if deed == "removed" and seen and not ownership.marked(seen):
            # It was written for another work: taken out, or the run is killed at it.
            both = ownership.either(remembered, {YEAR: ""}, lambda _: value, lambda _: ABSENT)  # noqa: B023 - asked at once
            assert ownership.settle(both[YEAR], value) == seen
            assert ownership.settle(both[YEAR], ABSENT) == (seen if value is ABSENT else "")
            killed = new in (None, "")
            remembered = both if killed else {}
            value = value if new is None else ABSENT
            continue
        if (
            deed in ("run", "removed")
            or ownership.marked(seen)
            or (not seen and not ownership.is_empty_here(value))
        ):
            continue
        after = {YEAR: digest(new)}
        both = ownership.either(remembered, after, lambda _: value, lambda _: new)  # noqa: B023 - asked at once
        for left in (value, new):
            assert not ownership.is_theirs(both[YEAR], left)
        remembered, value = (both, value) if deed == "killed" else (after, new)


def test_a_run_that_was_killed_claims_nothing_that_it_found() -> None:
    both = ownership.either({}, {YEAR: digest(2018)}, lambda _: 2017, lambda _: 2018)
    assert ownership.settle(both[YEAR], 2017) == ""
    assert ownership.settle(both[YEAR], 2018) == digest(2018)
    assert ownership.settle(both[YEAR], 2019) == f"~{digest(2018)}"


def test_a_mark_outlives_a_run_and_an_undo() -> None:
    marked = {YEAR: f"~{digest(1)}"}
    assert ownership.either(marked, {}, lambda _: 1, lambda _: 2) == marked
    assert ownership.either({}, marked, lambda _: 1, lambda _: 2) == marked


def test_an_older_ledgers_fingerprints_are_understood() -> None:
    both = f"{digest(1)}|{digest(2)}"
    assert ownership.settle(both, 1) == digest(1)
    assert ownership.settle(both, 2) == digest(2)
    assert ownership.settle(both, 3) == f"~{digest(2)}"


def seen(
    entries: Mapping[str, object], written: Mapping[Field, str], *again: Field
) -> Mapping[Field, str]:
    said = ownership.settled([note("a.md", entries)], MANNER, {PATH: written}, again)
    assert PATH not in said or said[PATH] != written
    return said.get(PATH, written)


def test_a_value_under_another_of_its_names_is_the_same() -> None:
    ours = {Field.VENUE: digest("ICML")}
    assert seen({"venue": "ICML"}, ours) == seen({"journal": "ICML"}, ours) == ours
    assert seen({"journal": "Nature"}, ours) == {Field.VENUE: f"~{digest('ICML')}"}


def test_a_field_that_the_vault_keeps_no_more_is_left_as_it_is() -> None:
    ours = {YEAR: digest(2017)}
    bare = Conventions(forms={})
    assert ownership.settled([note("a.md", {})], bare, {PATH: ours}) == {}


def test_what_was_taken_out_is_wanted_again_where_it_is_asked_for() -> None:
    ours = {YEAR: digest(2017), Field.VENUE: f"~{digest('ICML')}"}
    gone = {YEAR: f"~{digest(2017)}", Field.VENUE: f"~{digest('ICML')}"}
    assert seen({"venue": "Mine"}, ours) == gone
    assert seen({"venue": "Mine"}, ours, *Field) == {Field.VENUE: gone[Field.VENUE]}
    assert seen({"year": None}, ours, Field.VENUE) == {YEAR: gone[YEAR]}


def test_what_is_empty_by_a_persons_hand() -> None:
    marks = {PATH: {YEAR: "~x", Field.VENUE: "~x", Field.AUTHORS: "x"}}
    mine = note("a.md", {"venue": "Mine"})
    assert ownership.emptied([mine, note("b.md", {})], MANNER, marks) == {PATH: {YEAR}}
    assert ownership.emptied([note("b.md", {})], MANNER, marks) == {}


def test_what_was_seen_goes_to_the_line_of_the_notes_title() -> None:
    lines = [LedgerLine(key, key, "accepted", "x") for key in ("a", "b")]
    ledger = Ledger(lines)
    ledger.wrote("a", PATH, {YEAR: "x"})
    ownership.keep(ledger, {PATH: "b"}, {PATH: {YEAR: "x"}})
    assert ledger.home(PATH) == "a"  # nothing new was seen
    ownership.keep(ledger, {PATH: "b"}, {PATH: {YEAR: "~x"}})
    assert (ledger.home(PATH), ledger.written(PATH)) == ("b", {YEAR: "~x"})
    assert ledger.line("a") == lines[0]
    ownership.keep(ledger, {PATH: "no line"}, {PATH: {YEAR: "~y"}})
    assert (ledger.home(PATH), ledger.written(PATH)) == ("b", {YEAR: "~y"})
    ownership.keep(ledger, {PATH: "b"}, {PATH: {}})
    assert (ledger.home(PATH), ledger.fingerprints()) == ("", {})


def test_the_fingerprints_of_what_is_written() -> None:
    changes = [Change(Field.KEY, "meta_key", None, "a", None), Change(YEAR, "year", None, 1, None)]
    entries = [("title", "A"), ("year", None)]
    written = ownership.wrote(changes, entries)
    assert written == {Field.KEY: "+" + digest("a"), YEAR: digest(1)}
    assert ours_in(written) == {Field.KEY: True, YEAR: False}
    assert all(is_ours(written[each.field], each.new) for each in changes)


def test_a_key_that_we_added_stays_ours_when_its_value_is_renewed() -> None:
    first = ownership.wrote([Change(YEAR, "year", None, 1, None)], [])
    second = ownership.wrote([Change(YEAR, "year", 1, 2, None)], [("year", 1)], first)
    assert second == {YEAR: "+" + digest(2)}
    assert settle(second[YEAR], 2) == second[YEAR]
    both = ownership.either(first, second, lambda _: 1, lambda _: 2)[YEAR]
    assert [settle(both, year) for year in (1, 2)] == [first[YEAR], second[YEAR]]


def test_what_a_person_changed_is_not_ours_any_more() -> None:
    written = {YEAR: settle("+" + digest(1), 7)}
    assert written == {YEAR: "~" + digest(1)}
    assert unmarked(written[YEAR]) == digest(1)
    assert ours_in(written) == {}


def moves(
    ledger: Ledger, *notes: str, gone: bool = True, title: str = "MASS"
) -> dict[PurePosixPath, PurePosixPath]:
    found = [note(name, {"title": title}) for name in notes]
    return ownership.renamed(found, ledger, lambda _: gone)


def known(verdict: str = "accepted", *, written: bool = True, key: str = "") -> Ledger:
    """A ledger that knows the note, which may have got nothing from us."""
    key = key or f"mass@{PATH}"
    ledger = Ledger([LedgerLine(key, "MASS", verdict, "x")])  # type: ignore[arg-type]  # a test's own words
    if written:
        ledger.wrote(key, PATH, {YEAR: "x"})
    return ledger


@pytest.mark.parametrize("written", [True, False])
@pytest.mark.parametrize("verdict", ["accepted", "ruled", "ambiguous", "unmatched"])
def test_a_note_that_was_renamed_is_known_again(verdict: str, written: bool) -> None:
    ledger = known(verdict, written=written)
    new = PurePosixPath("sub/b.md")
    assert moves(ledger, "sub/b.md") == {PATH: new}
    ledger.move(PATH, new)
    (line,) = ledger
    assert (line.key, line.verdict) == ("mass@sub/b.md", verdict)
    assert (ledger.home(PATH), ledger.home(new)) == ("", line.key)
    assert ledger.written(new) == ({YEAR: "x"} if written else {})
    assert ledger.written(PATH) == {}
    assert moves(ledger, "sub/b.md") == {}


def test_which_note_was_renamed_must_be_plain() -> None:
    ledger = known()
    assert moves(ledger, "b.md", gone=False) == {}
    assert moves(ledger, "a.md", "b.md") == {}  # it is there still
    assert moves(ledger, "b.md", "c.md") == {}  # whichever it is
    assert moves(ledger, "b.md", title="Another") == {}
    assert moves(ledger) == {}
    ledger.record(LedgerLine("mass@d.md", "MASS", "accepted", "x"))
    assert moves(ledger, "b.md") == {}  # whichever of them it was


def test_a_note_that_was_renamed_and_known_by_an_older_ledger_is_known_again() -> None:
    ledger = known(key="mass")
    assert moves(ledger, "b.md") == {PATH: PurePosixPath("b.md")}
    ledger.move(PATH, PurePosixPath("b.md"))
    assert ledger.written(PurePosixPath("b.md")) == {YEAR: "x"}
    assert [line.key for line in ledger] == ["mass"]
