"""Which lines know a note: of a ledger in its file the same as of one in memory."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.state.hash_index import HashIndex
from refmatter.state.lines_by_note import LinesByNote

PLACES = st.sampled_from(["a.md", "b.md", "notes/a.md", "c.md"])
ROWS = st.lists(st.lists(PLACES, unique=True), max_size=4)
MOVES = st.lists(st.tuples(PLACES, st.lists(st.sampled_from("xyz"), unique=True)))


def in_file(rows: list[list[str]]) -> LinesByNote:
    places = [(hash(place), number) for number, row in enumerate(rows) for place in row]
    hashes = array("q", (hashed for hashed, _ in places))
    numbers = array("Q", (number for _, number in places))
    return LinesByNote(HashIndex(hashes, numbers), lambda number: (f"key{number}", rows[number]))


@given(ROWS, MOVES)
def test_of_a_file_it_says_what_a_dictionary_says(
    rows: list[list[str]], moves: list[tuple[str, list[str]]]
) -> None:
    plain: dict[str, tuple[str, ...]] = {}
    for number, row in enumerate(rows):
        for place in row:
            plain[place] = (*plain.get(place, ()), f"key{number}")
    homes = in_file(rows)
    for place, keys in moves:
        assert homes.pop(place, None) == plain.pop(place, None)
        if keys:
            homes[place] = plain[place] = tuple(keys)
    assert dict(homes) == plain
    assert len(homes) == len(plain)
    assert all((place in homes) == (place in plain) for place in ("a.md", "b.md", "x.md"))


def test_a_row_of_the_same_hash_that_knows_another_note_says_nothing() -> None:
    homes = LinesByNote(HashIndex(array("q", [hash("a.md")])), lambda _: ("key", ["b.md"]))
    assert "a.md" not in homes


def test_what_is_not_there_cannot_be_taken_out() -> None:
    homes = in_file([["a.md"]])
    with pytest.raises(KeyError):
        del homes["b.md"]
    del homes["a.md"]
    with pytest.raises(KeyError):
        del homes["a.md"]
