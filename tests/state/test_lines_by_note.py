"""Which lines know a note: of a ledger in its file the same as of one in memory."""

from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from refmatter.model import LookupKey
from refmatter.state.hash_index import HashIndex
from refmatter.state.lines_by_note import LinesByNote
from support import key_of

PLACES = st.sampled_from(["a.md", "b.md", "notes/a.md", "c.md"])
ROWS = st.lists(st.lists(PLACES, unique=True), max_size=4)
MOVES = st.lists(st.tuples(st.booleans(), PLACES, st.sampled_from(["title0", "title1", "x", "y"])))


def in_file(rows: list[list[LookupKey]]) -> LinesByNote:
    places = [(hash(key.note), number) for number, row in enumerate(rows) for key in row]
    hashes = array("q", (hashed for hashed, _ in places))
    numbers = array("Q", (number for _, number in places))
    return LinesByNote(HashIndex(hashes, numbers), rows.__getitem__)


@given(ROWS, MOVES)
def test_of_a_file_it_says_what_a_dictionary_says(
    places: list[list[str]], moves: list[tuple[bool, str, str]]
) -> None:
    rows = [[LookupKey(f"title{n}", place) for place in row] for n, row in enumerate(places)]
    plain: dict[str, tuple[LookupKey, ...]] = {}
    for key in (key for row in rows for key in row):
        plain[key.note] = (*plain.get(key.note, ()), key)
    found = in_file(rows)
    for added, place, title in moves:
        key, keys = LookupKey(title, place), plain.get(place, ())
        if added:
            found.add(key)
            plain[place] = keys if key in keys else (*keys, key)
        else:
            found.discard(key)
            plain[place] = tuple(other for other in keys if other != key)
    plain = {place: keys for place, keys in plain.items() if keys}
    assert dict(found) == plain
    assert len(found) == len(plain)
    assert all((place in found) == (place in plain) for place in ("a.md", "b.md", "x.md"))


def test_a_row_of_the_same_hash_that_knows_another_note_says_nothing() -> None:
    found = LinesByNote(HashIndex(array("q", [hash("a.md")])), lambda _: [key_of("title@b.md")])
    assert "a.md" not in found
