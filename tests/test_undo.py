"""Whole runs, undone: what a person sees, and what is on disk afterwards."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import zlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import refmatter
import scholar
from house import House, Said, house
from refmatter import commands
from refmatter.model import Outcome
from refmatter.stages.write import save
from refmatter.state.journal import Journal
from support import absent, snapshot

PAIRS = Path(__file__).parent / "data" / "pairs"
BERT = "---\ntitle: {}\nauthors:\nyear:\nvenue:\nnumCitedBy:\ntags:\n- paper\n---\n\n# Mine\n"
TITLE = "Attention is All you Need"


def kept(made: House) -> dict[str, bytes]:
    """All that counts: the notes and the ledger."""
    files = snapshot(made.folder)
    return {name: data for name, data in files.items()
            if not name.startswith(("cache/", ".refmatter/"))}  # fmt: skip


def undo(made: House, *options: str) -> Said:
    return made.run("undo", "--vault", str(made.notes), "--config", str(made.config), *options)


def fates(made: House, *options: str) -> dict[str, str]:
    """What became of each note."""
    result = json.loads(undo(made, "--json", "-", *options).out)
    return {note["path"]: note["status"] for note in result["notes"]}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as vault:
        vault.put("a.md", BERT.format(TITLE))
        vault.put("sub/b.md", BERT.format("Distilling the Knowledge in a Neural Network"))
        yield vault


@pytest.mark.unmeasured
def test_undo_gives_back_every_byte_of_the_pairs(tmp_path: Path) -> None:
    records = scholar.from_catalogue(PAIRS / "records.jsonl")
    with house(tmp_path, scholar.Corpus(records), references={"create": "linked"}) as vault:
        vault.take((PAIRS / "before").glob("*.md"))
        before = kept(vault)
        assert vault.enrich().code == 0
        after = kept(vault)
        assert len(after) > len(before)
        assert undo(vault).code == 0
        assert kept(vault) == before
        assert undo(vault).code == 0  # an undo is a run itself
        assert kept(vault) == after
        assert undo(vault).code == 0
        assert kept(vault) == before
        assert vault.enrich().code == 0
        assert kept(vault) == after


def test_a_run_that_changes_nothing_leaves_no_journal(made: House) -> None:
    made.enrich("--offline", "--dry-run")
    assert not (made.folder / ".refmatter").exists()
    made.enrich("--offline")
    files = snapshot(made.folder / ".refmatter")
    assert files.keys() == {".gitignore", "undo-000001.jsonl"}
    assert files[".gitignore"].endswith(b"\n*\n")
    made.enrich("--offline")
    assert snapshot(made.folder / ".refmatter") == files


def test_undo_says_what_it_did_and_what_comes_next(made: House) -> None:
    made.enrich("--offline")
    result = undo(made)
    first, *rest = result.out.splitlines()
    assert re.match(r"run 1 \(enrich, \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\): ", first)
    assert absent(first, "2 notes restored", "0 removed", "0 left") == []
    assert absent("\n".join(rest), "`refmatter enrich`") == []
    assert not made.ledger.exists()
    listed = undo(made, "--list").out.splitlines()
    assert re.fullmatch(r"   2  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC  undo 1: 2 notes", listed[0])
    assert listed[1].endswith("enrich: 2 notes")
    runs = json.loads(undo(made, "--list", "--json", "-").out)["runs"]
    summary = [(r["number"], r["deed"], r["notes"]) for r in runs]
    assert summary == [(2, "undo 1", 2), (1, "enrich", 2)]
    quiet = undo(made, "--list", "-q")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


def test_a_dry_run_of_undo_tells_and_changes_nothing(made: House) -> None:
    made.enrich("--offline")
    before = snapshot(made.folder)
    result = undo(made, "--dry-run", "--diff")
    assert "-year: 2017\n" in result.out
    counts = ("2 notes would be restored", "0 would be removed", "0 left")
    assert absent(result.out, *counts) == []
    assert snapshot(made.folder) == before
    quiet = undo(made, "--dry-run", "-q")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


def test_what_a_person_changed_since_is_left_and_named(made: House) -> None:
    before = kept(made)
    made.enrich("--offline")
    note = made.notes / "a.md"
    note.write_text(note.read_text() + "My words.\n")
    edited = note.read_bytes()
    result = undo(made)
    assert result.code == 3
    assert absent(result.out, "a.md: changed since") == []
    assert absent(result.out, "1 note restored", "0 removed", "1 left") == []
    now = kept(made)
    assert now["notes/a.md"] == edited
    assert now["notes/sub/b.md"] == before["notes/sub/b.md"]
    lines = made.lines().values()
    assert [line["key"].partition("@")[2] for line in lines if line.get("written")] == [
        "notes/a.md"
    ]
    quiet = undo(made, "1", "-q")
    assert (quiet.code, quiet.out) == (3, "")
    assert absent(quiet.err, "a.md: changed since") == []


def test_a_note_that_is_gone_is_left_so(made: House) -> None:
    made.enrich("--offline")
    (made.notes / "a.md").unlink()
    assert fates(made) == {"a.md": "left", "sub/b.md": "restored"}
    assert not (made.notes / "a.md").exists()


def test_made_notes_go_away_with_their_folders_unless_a_person_uses_them(made: House) -> None:
    made.configure(references={"create": "linked"})
    links = "\n## References\n\n- [GLUE](./new/deep/glue.md)\n- [T5](./new/t5.md)\n"
    made.put("a.md", BERT.format(TITLE) + links)
    made.enrich("--offline")
    assert (made.notes / "new/deep/glue.md").exists()
    made.put("new/mine.md", "My own.\n")
    outcome = fates(made)
    assert outcome["new/deep/glue.md"] == outcome["new/t5.md"] == "removed"
    assert [p.name for p in (made.notes / "new").iterdir()] == ["mine.md"]
    assert undo(made).code == 0
    assert (made.notes / "new/deep/glue.md").exists()


def test_permissions_stay(made: House) -> None:
    note = made.notes / "a.md"
    note.chmod(0o640)
    made.enrich("--offline")
    undo(made)
    assert note.stat().st_mode & 0o777 == 0o640


def test_a_ledger_that_has_moved_on_forgets_what_was_put_back(made: House) -> None:
    before = kept(made)
    made.enrich("--offline")
    made.put("c.md", BERT.format("Deep Residual Learning for Image Recognition"))
    made.enrich("--offline")
    assert undo(made, "1").code == 0
    now = kept(made)
    assert now["notes/a.md"] == before["notes/a.md"]
    written = [
        line["key"].partition("@")[2] for line in made.lines().values() if line.get("written")
    ]
    assert written == ["notes/c.md"]
    assert TITLE in made.lines()
    assert "2 written" in made.enrich("--offline").out


def test_a_persons_mark_outlives_an_undo(made: House) -> None:
    made.enrich("--offline")
    note = made.notes / "a.md"
    ours = note.read_bytes()
    note.write_bytes(ours.replace(b"year: 2017", b"year: 2018"))
    made.enrich("--offline")
    note.write_bytes(ours)
    assert undo(made, "1").code == 0
    made.enrich("--offline")
    assert b"year:\n" in note.read_bytes()
    assert b"venue: NIPS\n" in note.read_bytes()


def test_a_run_that_wrote_no_ledger_is_undone(made: House) -> None:
    made.put("c.md", f"{BERT.format('Of moss')}\n## References\n\n- {TITLE}\n")
    made.enrich("--offline")
    made.configure(references={"create": "all"})
    before = kept(made)
    made.enrich("--offline")
    assert b"](./a.md)" in kept(made)["notes/c.md"]
    result = json.loads(undo(made, "--json", "-").out)
    assert (result["ledger"], result["notes"][0]["status"]) == ("untouched", "restored")
    assert kept(made) == before


def test_the_report_goes_to_a_file(made: House, tmp_path: Path) -> None:
    made.enrich("--offline")
    made.put("a.md", "mine\n")
    result = undo(made, "--dry-run", "--json", str(tmp_path / "report.json"))
    assert result.code == 3
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["dry_run"]
    assert report["ledger"] == "untouched"
    assert report["run"]["number"] == 1
    assert report["notes"] == [
        {"path": "a.md", "status": "left", "reason": "changed since"},
        {"path": "sub/b.md", "status": "restored", "reason": ""},
    ]


def test_a_run_on_the_ledger_alone_points_at_the_one_before(made: House) -> None:
    made.enrich("--offline")
    note = made.notes / "a.md"
    note.write_text(note.read_text().replace("year: 2017", "year: 1066"))
    made.enrich("--offline")
    result = undo(made)
    assert absent(result.out, "the ledger alone", "`refmatter undo 1`") == []


def test_nothing_to_undo(made: House) -> None:
    result = undo(made)
    assert result.code == 2
    assert result.err.startswith(f"refmatter: {made.folder}: ")
    assert absent(result.err, "no run", "--vault") == []
    assert undo(made, "--list").out == result.err.removeprefix("refmatter: ")
    made.enrich("--offline")
    result = undo(made, "7")
    assert result.code == 2
    assert absent(result.err, "no run 7", "1 to 1") == []


def test_the_vault_has_to_be_the_one_that_was_named(made: House) -> None:
    made.enrich("--offline")
    (made.folder / "other").mkdir()
    result = made.run("undo", "--vault", str(made.folder / "other"), "--config", str(made.config))
    assert result.code == 2
    assert absent(result.err, "--vault") == []
    above = made.run("undo", "--vault", str(made.folder), "--config", str(made.config))
    assert above.code == 0


# -- hostile and damaged journals --------------------------------------------------------------


def rewrite(made: House, **result: object) -> None:
    """Change what the journal's rows on notes say."""
    file = made.folder / ".refmatter" / "undo-000001.jsonl"
    rows = [json.loads(row) for row in file.read_text().splitlines()]
    rows = [row | result if "path" in row else row for row in rows]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.mark.parametrize(
    "path",
    ["../out.md", "/out/out.md", ".git/hooks/x.md", "a/../../out.md", ".hidden.md", "", "a\0.md",
     "run.sh", ".refmatter/x.md", "link/out.md"],
)  # fmt: skip
def test_a_hostile_path_is_never_written(made: House, tmp_path: Path, path: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    made.enrich("--offline")
    (made.notes / "link").symlink_to(outside)
    before = kept(made)
    rewrite(made, path=path, after=None, before="0" * 64)
    assert undo(made).code == 3
    rewrite(made, path=path, before=None, folders=[".."])
    undo(made)
    assert {n: d for n, d in kept(made).items() if n != "refmatter.lock"} == {
        n: d for n, d in before.items() if n != "refmatter.lock"
    }
    assert not list(outside.iterdir())


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "result",
    [
        {"middle": b64encode(zlib.compress(b"x")).decode()},
        {"middle": b64encode(zlib.compress(bytes(17 << 20))).decode()},
        {"middle": "no base64!"}, {"middle": "AAAA"}, {"head": 10**9}, {"tail": 3},
        {"before": "0" * 64},
    ],
)  # fmt: skip
def test_bytes_that_are_damaged_are_not_put_back(made: House, result: dict[str, object]) -> None:
    made.enrich("--offline")
    before = kept(made)
    rewrite(made, **result)
    done = undo(made)
    assert done.code == 3
    assert absent(done.out, "damaged") == []
    assert kept(made) == before


@pytest.mark.parametrize(
    ("text", "line"),
    [("nonsense\n", 1), ('{"refmatter":"journal","version":2}\n', 1), ("", 1), ("[" * 9999, 1),
     ('{"a":1}\n', 1), ("\xff\n", 1)],
)  # fmt: skip
def test_a_foreign_journal_is_an_error_that_names_it(made: House, text: str, line: int) -> None:
    made.enrich("--offline")
    before = kept(made)
    file = made.folder / ".refmatter" / "undo-000002.jsonl"
    file.write_text(text, "latin-1")
    result = undo(made)
    assert result.code == 2
    assert absent(result.err, f"{file}:{line}: ", "nothing was undone") == []
    assert kept(made) == before
    assert undo(made, "1").code == 0


@pytest.mark.parametrize(
    ("root", "says"),
    [("..", "is not in"), ("../..", "is not in"), ("/", "is not in"), ("a\0b", "name a folder")],
)
def test_a_hostile_root_is_refused(made: House, root: str, says: str) -> None:
    made.enrich("--offline")
    before = kept(made)
    file = made.folder / ".refmatter" / "undo-000001.jsonl"
    head, *rows = file.read_text().splitlines()
    result = json.dumps(json.loads(head) | {"root": root})
    file.write_text("\n".join([result, *rows]) + "\n")
    done = undo(made)
    assert done.code == 2
    assert says in done.err
    assert kept(made) == before


def test_a_damaged_line_is_named(made: House) -> None:
    made.enrich("--offline")
    file = made.folder / ".refmatter" / "undo-000001.jsonl"
    file.write_text(file.read_text().replace('"head":', '"heed":', 1))
    result = undo(made)
    assert result.code == 2
    assert absent(result.err, f"{file}:3: ") == []


def test_a_damaged_ledger_in_the_journal_stops_all(made: House) -> None:
    made.enrich("--offline")
    made.put("c.md", BERT.format("Deep Residual Learning for Image Recognition"))
    made.enrich("--offline")
    before = kept(made)
    file = made.folder / ".refmatter" / "undo-000002.jsonl"
    rows = [json.loads(row) for row in file.read_text().splitlines()]
    rows = [
        row | {"middle": "AAAA"} if "path" not in row and "middle" in row else row for row in rows
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    result = undo(made)
    assert result.code == 2
    assert absent(result.err, "ledger", "damaged", "nothing was undone") == []
    assert kept(made) == before


def test_a_link_in_the_journals_place_is_not_followed(made: House, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (made.folder / ".refmatter").symlink_to(elsewhere)
    before = kept(made)
    assert made.enrich("--offline").code == 2
    assert undo(made).code == 2
    assert kept(made) == before
    assert not list(elsewhere.iterdir())


# -- killed ------------------------------------------------------------------------------------

KILLED = """
import os, sys
from refmatter import commands
calls = 0
def watch(event, arguments):
    global calls
    if event == "os.rename" and str(arguments[1]).endswith(sys.argv[1]):
        calls += 1
        if calls == int(sys.argv[2]):
            os.kill(os.getpid(), 9)
sys.addaudithook(watch)
commands.main(sys.argv[3:])
"""


def killed(suffix: str, times: int, *command: str) -> None:
    """A command in a process of its own that is killed before it replaces such a file for so
    many times."""
    environment = os.environ | {"PYTHONPATH": str(Path(refmatter.__file__).parents[1])}
    line = [sys.executable, "-c", KILLED, suffix, str(times), *command]
    done = subprocess.run(line, env=environment, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize(
    ("suffix", "times"),
    [("refmatter.lock", 1), ("a.md", 1), ("b.md", 1), ("refmatter.lock", 2)],
)
def test_a_run_that_was_killed_can_be_undone(made: House, suffix: str, times: int) -> None:
    before = kept(made)
    where = (str(made.notes), "--config", str(made.config), "--offline")
    killed(suffix, times, "enrich", *where)
    assert undo(made).code == 0
    now = kept(made)
    assert {n: d for n, d in now.items() if not n.endswith(".tmp")} == before


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("suffix", "times"),
    [("refmatter.lock", 1), ("a.md", 1), ("b.md", 1), ("refmatter.lock", 2)],
)
def test_what_a_killed_run_left_is_not_taken_for_a_persons(
    made: House, suffix: str, times: int
) -> None:
    before = {path: path.read_bytes() for path in made.notes.rglob("*.md")}
    made.enrich("--offline")
    after = kept(made)
    for path, data in before.items():
        path.write_bytes(data)
    made.ledger.unlink()
    where = (str(made.notes), "--config", str(made.config), "--offline")
    killed(suffix, times, "enrich", *where)
    assert made.enrich("--offline").code == 0
    assert {n: d for n, d in kept(made).items() if not n.endswith(".tmp")} == after


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("suffix", "times"),
    [("refmatter.lock", 1), ("a.md", 1), ("b.md", 1)],
)
def test_an_undo_that_was_killed_loses_nothing(made: House, suffix: str, times: int) -> None:
    before = kept(made)
    made.enrich("--offline")
    after = kept(made)
    where = ("--vault", str(made.notes), "--config", str(made.config))
    killed(suffix, times, "undo", *where)
    held = snapshot(made.folder)
    assert undo(made, "1").code == 0
    assert {n: d for n, d in kept(made).items() if n.startswith("notes/")
            and not n.endswith(".tmp")} == {
        n: d for n, d in before.items() if n.startswith("notes/")
    }  # fmt: skip
    for name, data in held.items():
        (made.folder / name).write_bytes(data)
    made.enrich("--offline")
    assert {n: d for n, d in kept(made).items() if not n.endswith(".tmp")} == after


def a_year_under_date(made: House) -> Path:
    """A vault that keeps the year under a word for anything, and a note whose year is filled."""
    (made.notes / "sub" / "b.md").unlink()
    works = {
        "Deep Residual Learning for Image Recognition": ("Kaiming He", 2016),
        "Conditional Image Generation with PixelCNN Decoders": ("A. Graves", 2016),
        "Distilling the Knowledge in a Neural Network": ("Geoffrey E. Hinton", 2015),
    }
    front = "---\ntitle: {}\nauthors: [{}]\ndate: {}\ntags: [paper]\n---\n"
    for number, (title, (author, year)) in enumerate(works.items()):
        made.put(f"n{number}.md", front.format(title, author, year))
    return made.put("a.md", front.format(TITLE, "Ashish Vaswani", "null"))


def test_a_year_under_date_is_explained_as_ours(made: House) -> None:
    path = a_year_under_date(made)
    made.enrich("--offline")
    assert "date: 2017\n" in path.read_text()
    for note, owner, value in ((path, "refmatter", 2017), (made.notes / "n0.md", "person", 2016)):
        told = made.run("why", str(note), "year", "--json", "--config", str(made.config)).out
        (year,) = json.loads(told)["values"]
        assert (year["owner"], year["value"]) == (owner, value)


@pytest.mark.parametrize("stops", [False, True])
def test_an_undo_that_ends_early_keeps_a_year_under_date_ours(
    made: House, monkeypatch: pytest.MonkeyPatch, stops: bool
) -> None:
    path = a_year_under_date(made)
    made.enrich("--offline")
    after = path.read_bytes()

    def stop(root: Path, planned: Sequence[Outcome], journal: Journal) -> list[Outcome]:
        if stops:
            list(save(root, planned, journal))
        raise KeyboardInterrupt

    monkeypatch.setattr("refmatter.undo.save", stop)
    assert undo(made).code == commands.INTERRUPTED
    assert (path.read_bytes() == after) is not stops
    made.enrich("--offline")
    assert path.read_bytes() == after
    told = made.run("why", str(path), "year", "--json", "--config", str(made.config)).out
    assert json.loads(told)["values"][0]["owner"] == "refmatter"
