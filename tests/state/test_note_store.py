"""What a shelf gives back is what was put on it, wherever it lay."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.errors import DiskError
from refmatter.model import (
    Identifiers,
    Note,
    Quotes,
    Reference,
    Sequences,
    TitleSource,
    ValueStyle,
)
from refmatter.schema.paper_notes import Draft, VaultContext, chosen
from refmatter.state.note_store import NotesByPath, NoteStore, heads, paths
from support import full, note

TEXT = st.text(st.characters(), max_size=40)  # halves of characters among them
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT
KEYS = st.recursive(SCALARS, lambda each: st.tuples(each, each) | st.tuples(each), max_leaves=4)
VALUES: st.SearchStrategy[object] = st.recursive(
    SCALARS | st.just("2020-01-02") | st.just({"tuple": [1]}) | st.just({"dict": []}),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(KEYS, each, max_size=3),
    max_leaves=8,
)
STYLES = st.builds(
    ValueStyle,
    st.sampled_from(Sequences),
    st.sampled_from(Quotes),
    st.booleans(),
    st.sampled_from(["null", "~", ""]),
    st.sampled_from([80, 120.0, math.inf]),
)
IDENTIFIERS = st.builds(Identifiers, s2=st.none() | TEXT, doi=st.none() | TEXT)
REFERENCES = st.builds(
    Reference, TEXT, st.none() | TEXT, st.integers(1), IDENTIFIERS, *[st.booleans()] * 4
)


def titled(one: Note, titles: tuple[tuple[TitleSource, str], ...]) -> Note:
    title, source, others = chosen(titles)
    return replace(one, title=title, title_source=source, other_titles=others)


TITLES = st.lists(st.tuples(st.sampled_from(TitleSource), TEXT), max_size=3).map(tuple)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    entries = draw(st.lists(st.tuples(KEYS, VALUES), max_size=4))
    titles = draw(TITLES)
    note = Note(
        path=PurePosixPath("a.md"),
        digest="0" * 64,
        entries=tuple(entries),
        styles=tuple(draw(STYLES) for _ in entries),
        title="",
        references=tuple(draw(st.lists(REFERENCES, max_size=3))),
        identifiers=draw(IDENTIFIERS),
        is_paper=draw(st.booleans()),
        linked_identifiers=draw(IDENTIFIERS),
        is_template=draw(st.booleans()),
    )
    return Draft(titled(note, titles), titles)


def said(each: Note) -> str:
    """All of a note, also what two references are not compared by, and 1 apart from True."""
    return repr([getattr(each, name.name) for name in fields(each)])


@given(drafts())
def test_a_note_comes_back_as_it_was_put(one: Draft) -> None:
    shelf = NoteStore(few=0)
    shelf.put(one)
    assert said(shelf[0]) == said(one.note)
    (head,) = shelf.heads()
    assert head.references == ()
    assert head.entries == one.note.entries


@pytest.mark.parametrize("few", [0, 9])
def test_notes_are_finished_wherever_they_lie(few: int) -> None:
    shelf = NoteStore(few)
    titles = ((TitleSource.HEADING, "A Section"), (TitleSource.FILE_NAME, "A Work"))
    shelf.put(Draft(titled(note("a.md", {"year": 2000}), titles), titles))
    assert shelf[0].title == "A Section"
    assert shelf[0].other_titles == ("A Work",)
    shelf.finish(VaultContext(shared_headings=frozenset({"asection"})))
    for each in (shelf[0], *shelf.heads()):
        assert (each.title, each.title_source) == ("A Work", TitleSource.FILE_NAME)
        assert each.other_titles == ()


def draft(path: str, year: int, references: tuple[Reference, ...] = ()) -> Draft:
    titles = ((TitleSource.KEY, path),)
    return Draft(titled(note(path, {"year": year}, references=references), titles), titles)


def filled(few: int, count: int = 5) -> NoteStore:
    shelf = NoteStore(few)
    for number in range(count):
        cited = Reference(f"Title {number}", None, 9)
        shelf.put(draft(f"{number}.md", 2000 + number, (cited,)))
    return shelf


@pytest.mark.parametrize("few", [0, 2, 5, 9])
def test_a_shelf_is_a_sequence_however_few_it_holds_in_memory(few: int) -> None:
    shelf = filled(few)
    every = [*filled(9)]
    assert [*shelf] == every
    assert shelf[1:4] == every[1:4]
    assert shelf[-1] == every[-1]
    assert [each.path.stem for each in heads(shelf)] == list("01234")
    assert [*paths(shelf)] == [*paths(every)] == [each.path for each in every]
    with pytest.raises(IndexError):
        shelf[5]


def test_what_is_put_after_a_look_is_there_too() -> None:
    shelf = filled(0, 2)
    assert len([*shelf]) == 2
    shelf.put(draft("late.md", 1))
    assert shelf[2].entry("year") == 1
    assert shelf[0].entry("year") == 2000


def test_notes_are_found_by_their_paths() -> None:
    shelf = filled(1)
    known = NotesByPath(shelf)
    assert len(known) == 5
    assert known[PurePosixPath("3.md")] == shelf[3]
    assert PurePosixPath("7.md") not in known
    assert [*known] == [*shelf.paths]
    with pytest.raises(KeyError, match=r"7\.md"):
        known[PurePosixPath("7.md")]


def test_notes_that_are_larger_than_the_memory_for_them_are_read_again() -> None:
    shelf = NoteStore(0)
    for number in range(3):
        cited = Reference("word " * 100_000, None, 9)
        shelf.put(draft(f"{number}.md", 2000 + number, (cited,)))
    assert [each.entry("year") for each in shelf] == [2000, 2001, 2002]
    assert len(shelf[2].references[0].text) == len("word " * 100_000)


def test_a_full_disk_is_told_with_the_way_out() -> None:
    shelf = filled(0)
    with full(100), pytest.raises(DiskError, match="TMPDIR"):
        shelf[0]
    assert shelf[0].entry("year") == 2000  # there is room again
