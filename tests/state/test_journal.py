from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.errors import JournalError, NoteError
from refmatter.state import journal
from refmatter.state.journal import FileChange, Journal, JournalEntry, PastRun
from support import full

A, B = PurePosixPath("a.md"), PurePosixPath("b.md")


@contextmanager
def writing(folder: Path, deed: str = "enrich") -> Iterator[Journal]:
    (folder / "notes").mkdir(exist_ok=True)
    with Journal(folder / "refmatter.lock", folder / "notes", deed) as diary:
        yield diary


def past(folder: Path, number: int | None = None) -> PastRun:
    return journal.run(folder / "refmatter.lock", number)


def file(folder: Path, number: int = 1) -> Path:
    return folder / ".refmatter" / f"undo-{number:06}.jsonl"


def test_what_is_heeded_is_read_again(tmp_path: Path) -> None:
    with writing(tmp_path) as diary:
        diary.ledger(b"old", b"mid")
        diary.record([FileChange(A, b"one two three", b"one 2 three"), FileChange(B, None, b"new")])
        diary.ledger(b"mid", b"new")
    said = past(tmp_path)
    assert (said.number, said.deed, said.root) == (1, "enrich", "notes")
    a, b = said.notes
    assert (a.path, b.path) == (A, B)
    assert a.restored(b"one 2 three") == b"one two three"
    assert b.restored(b"new") is None
    assert said.ledger is not None
    assert said.ledger.restored(None) == said.ledger.restored(b"whatever") == b"old"
    assert said.ledger.after == (journal.digest(b"mid"), journal.digest(b"new"))


@given(st.binary(max_size=30), st.binary(max_size=30), st.binary(max_size=30), st.binary())
def test_any_change_can_be_taken_back(
    tmp_path_factory: pytest.TempPathFactory, head: bytes, old: bytes, tail: bytes, new: bytes
) -> None:
    before, after = head + old + tail, head + new + tail
    folder = tmp_path_factory.mktemp("x")
    with writing(folder) as diary:
        diary.record([FileChange(A, before, after), FileChange(B, before, None)])
    a, b = past(folder).notes
    assert a.restored(after) == before
    assert b.restored(None) == before


def test_a_small_change_to_a_large_note_takes_little(tmp_path: Path) -> None:
    body = bytes(range(256)) * 4000
    with writing(tmp_path) as diary:
        diary.record([FileChange(A, body, body[:5000] + b"year: 2017\n" + body[5000:])])
    assert file(tmp_path).stat().st_size < 600


def test_without_a_change_there_is_nothing_on_disk(tmp_path: Path) -> None:
    with writing(tmp_path) as diary:
        diary.record([])
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]


def test_what_could_not_be_replaced_is_taken_out(tmp_path: Path) -> None:
    with writing(tmp_path) as diary:
        diary.record([FileChange(A, b"1", b"2"), FileChange(B, b"1", b"2")])
        diary.void(A)
    assert [each.path for each in past(tmp_path).notes] == [B]


def test_the_folders_that_will_be_made_are_named(tmp_path: Path) -> None:
    (tmp_path / "notes" / "x").mkdir(parents=True)
    with writing(tmp_path) as diary:
        diary.record([FileChange(PurePosixPath("x/y/z/n.md"), None, b"")])
    (entry,) = past(tmp_path).notes
    assert entry.folders == (PurePosixPath("x/y/z"), PurePosixPath("x/y"))


def test_a_line_that_was_cut_off_is_no_line(tmp_path: Path) -> None:
    with writing(tmp_path) as diary:
        diary.record([FileChange(A, b"1", b"2"), FileChange(B, b"1", b"2")])
    whole = file(tmp_path).read_bytes()
    first = whole.index(b"\n") + 1
    for end in range(first, len(whole)):
        file(tmp_path).write_bytes(whole[:end])
        lines = whole[first:end].count(b"\n")
        assert [each.path for each in past(tmp_path).notes] == [A, B][:lines]


def test_the_newest_runs_are_kept(tmp_path: Path) -> None:
    for _ in range(journal.RUNS_KEPT + 3):
        with writing(tmp_path) as diary:
            diary.record([FileChange(A, b"1", b"2")])
    runs = journal.runs(tmp_path / "refmatter.lock")
    assert [each.number for each in runs] == list(range(4, journal.RUNS_KEPT + 4))
    with pytest.raises(JournalError, match=r"\b3\b.*\b4 to 33\b"):
        past(tmp_path, 3)


def test_old_runs_make_room(tmp_path: Path) -> None:
    for _ in range(3):
        with writing(tmp_path) as diary:
            diary.record([FileChange(A, b"1", b"2")])
    with file(tmp_path, 2).open("ab") as grown:
        grown.truncate(journal.MOST)
    with writing(tmp_path) as diary:
        diary.record([FileChange(A, b"1", b"2")])
    assert [each.number for each in journal.runs(tmp_path / "refmatter.lock")] == [3, 4]


def test_runs_that_are_damaged_or_anothers_are_not_listed(tmp_path: Path) -> None:
    with writing(tmp_path) as diary:
        diary.record([FileChange(A, b"1", b"2")])
    with Journal(tmp_path / "other.lock", tmp_path, "enrich") as diary:
        diary.record([FileChange(A, b"1", b"2")])
    file(tmp_path, 3).write_text("x\n")
    assert [each.number for each in journal.runs(tmp_path / "refmatter.lock")] == [1]
    with pytest.raises(JournalError, match=r"other\.lock"):
        past(tmp_path, 2)
    assert journal.runs(tmp_path / "none" / "refmatter.lock") == []


def test_the_last_run_of_this_ledger_is_the_one(tmp_path: Path) -> None:
    for name in ("refmatter.lock", "other.lock"):
        with Journal(tmp_path / name, tmp_path, "enrich") as diary:
            diary.record([FileChange(A, b"1", b"2")])
    assert past(tmp_path).number == 1
    (tmp_path / "x").mkdir()
    with pytest.raises(JournalError, match="no run"):
        past(tmp_path / "x")


@pytest.mark.parametrize("what", ["folder", "link"])
def test_what_is_no_file_is_not_read(tmp_path: Path, what: str) -> None:
    (tmp_path / ".refmatter").mkdir()
    if what == "folder":
        file(tmp_path).mkdir()
    else:
        (tmp_path / "x").write_text("secret")
        file(tmp_path).symlink_to(tmp_path / "x")
    with pytest.raises(JournalError, match="cannot be read"):
        past(tmp_path, 1)


def test_a_file_in_the_folders_place(tmp_path: Path) -> None:
    (tmp_path / ".refmatter").write_text("")
    with writing(tmp_path) as diary:
        with pytest.raises(NoteError, match=r"journal .*: Not a directory"):
            diary.record([FileChange(A, b"1", b"2")])
        with pytest.raises(JournalError, match="Not a directory"):
            diary.ledger(b"1", b"2")
    with pytest.raises(JournalError, match="cannot be read"):
        past(tmp_path)


def test_a_full_disk_leaves_whole_lines(tmp_path: Path) -> None:
    with writing(tmp_path) as diary:
        diary.record([FileChange(A, b"1", b"2")])
        size = file(tmp_path).stat().st_size
        with full(size + 20), pytest.raises(NoteError, match="cannot be written"):
            diary.record([FileChange(B, b"1", b"2")])
        with full(size + 5):
            diary.void(A)
        assert file(tmp_path).stat().st_size == size
        diary.record([FileChange(B, b"1", b"3")])
    assert [each.path for each in past(tmp_path).notes] == [A, B]


def test_a_full_disk_leaves_no_journal_without_its_first_line(tmp_path: Path) -> None:
    (tmp_path / ".refmatter").mkdir()
    (tmp_path / ".refmatter" / ".gitignore").write_text("*\n")
    with writing(tmp_path) as diary, full(10), pytest.raises(NoteError, match="cannot be written"):
        diary.record([FileChange(A, b"1", b"2")])
    assert [path.name for path in (tmp_path / ".refmatter").iterdir()] == [".gitignore"]


@pytest.mark.parametrize(
    "entry", [JournalEntry(A, "0", ("1",)), JournalEntry(A, "0", ("1",), head=-1)]
)
def test_an_entry_without_its_bytes_restores_nothing(entry: JournalEntry) -> None:
    with pytest.raises(NoteError, match="damaged"):
        entry.restored(b"now")


def test_a_row_of_numbers_below_nought_is_no_row(tmp_path: Path) -> None:
    with writing(tmp_path) as diary:
        diary.record([FileChange(A, b"1", b"2")])
    rows = [json.loads(row) for row in file(tmp_path).read_text().splitlines()]
    rows[1]["head"] = -1
    file(tmp_path).write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(JournalError, match=r":2: .*\bjournal\b"):
        past(tmp_path)
