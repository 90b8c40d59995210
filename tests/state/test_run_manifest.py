"""A run that finds nothing to do is said again as long as nothing moved, and only then."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from platformdirs import user_cache_path

from refmatter.commands import main
from refmatter.config.loading import load
from refmatter.location import locate_vault
from refmatter.state.run_manifest import (
    SLACK,
    Lines,
    Rest,
    RunManifest,
    RunOutput,
    ScanTerms,
    Stamp,
)
from support import snapshot

TODAY = date(2026, 3, 1)
REST = Rest("2026-03-01", "")
SUMMARY: Lines = (("2 paper notes", "bold"), ("", ""))
TOLD = RunOutput(0, SUMMARY, (), ())
STEP = SLACK + 1
"""Nanoseconds after which a file that stood still is known by its times."""
LONG_AGO = 1_700_000_000
A, B = "notes/a.md", "notes/b.md"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    (folder / "notes").mkdir(parents=True)
    (folder / A).write_text("one")
    (folder / B).write_text("two")
    (folder / "refmatter.lock").write_text("")
    (folder / "config.yaml").write_text("# refmatter\ncache:\n  dir: cache\n")
    return folder


def manifest(home: Path, **asked: object) -> RunManifest:
    return RunManifest(locate_vault([home / "notes"], None), asked)


def terms_of(home: Path) -> ScanTerms:
    place = locate_vault([home / "notes"], None)
    return ScanTerms.of(load(place.config), place.root)


def manifests() -> list[Path]:
    return list((user_cache_path("refmatter") / "manifests").iterdir())


def kept(home: Path, rest: Rest = REST, *, settled: bool = True) -> Path:
    """What a run leaves that read these files; their times are long past unless it is said."""
    made, terms = manifest(home), terms_of(home)
    sight = made.look(terms, time.time_ns() + (STEP if settled else 0))
    assert sight is not None
    digests = [
        (path.relative_to(home / "notes"), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted((home / "notes").rglob("*.md"))
    ]
    made.save(terms, sight, TOLD, rest, digests)  # type: ignore[arg-type]  # paths of either kind are told as text
    (file,) = manifests()
    return file


def recalled(home: Path, today: date = TODAY, later: int = 0, **asked: object) -> RunOutput | None:
    """What a run recalls that looks at the files so many nanoseconds from now."""
    return manifest(home, **asked).recall(today, time.time_ns() + later, dry=False)


def same_times(path: Path, write: Callable[[], object]) -> None:
    """Write, and put the old times back."""
    was = path.stat()
    write()
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


def stamp(file: Path, name: str) -> Stamp:
    said = json.loads(file.read_bytes().partition(b"\n")[2])["files"][name]
    return said[0], said[1], said[2], said[3]


def test_what_was_said_is_said_again(home: Path) -> None:
    kept(home)
    assert recalled(home) == TOLD


def test_nothing_is_recalled_where_nothing_was_kept(home: Path) -> None:
    assert recalled(home) is None


def _lie(home: Path) -> None:
    same_times(home / A, lambda: (home / A).write_text("ONE"))


def _ledger_lies(home: Path) -> None:
    same_times(home / "refmatter.lock", lambda: (home / "refmatter.lock").write_text("{}"))


def _put_in_its_place(home: Path) -> None:
    was = (home / A).stat()
    (home / "other").write_text("ONE")
    os.utime(home / "other", ns=(was.st_atime_ns, was.st_mtime_ns))
    (home / "other").replace(home / A)


@pytest.mark.parametrize(
    "move",
    [
        _lie,
        _ledger_lies,
        _put_in_its_place,
        lambda home: (home / A).write_text("more"),
        lambda home: (home / "notes/c.md").write_text("new"),
        lambda home: (home / A).unlink(),
        lambda home: (home / A).rename(home / "notes/z.md"),
        lambda home: (home / "refmatter.lock").write_text("{}"),
        lambda home: (home / "refmatter.lock").unlink(),
        lambda home: (home / "config.yaml").write_text("cache:\n  dir: cache\nprefer: first\n"),
        lambda _: shutil.rmtree(user_cache_path("refmatter")),
    ],
)
def test_whatever_moves_is_noticed(home: Path, move: Callable[[Path], object]) -> None:
    kept(home)
    move(home)
    assert recalled(home) is None


def test_a_note_whose_times_moved_is_read_and_then_known_again(home: Path) -> None:
    file = kept(home)
    os.utime(home / A, (LONG_AGO, LONG_AGO))
    before = stamp(file, "a.md")
    assert recalled(home) == TOLD
    assert stamp(file, "a.md") == before  # it was touched just now, and may be again
    assert recalled(home, later=STEP) == TOLD
    assert stamp(file, "a.md")[1] == LONG_AGO * 10**9


def test_a_note_written_again_within_a_step_of_its_times_is_read(home: Path) -> None:
    file = kept(home, settled=False)
    (home / A).write_text("ONE")
    now = (home / A).stat()
    seen = [now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_ino]
    forge(file, lambda said: said["files"]["a.md"].__setitem__(slice(0, 4), seen))
    assert recalled(home) is None


def test_times_in_the_future_are_not_trusted(home: Path) -> None:
    ahead = time.time() + 86_400
    os.utime(home / A, (ahead, ahead))
    kept(home)
    assert recalled(home) == TOLD  # its bytes tell
    same_times(home / A, lambda: (home / A).write_text("ONE"))
    assert recalled(home) is None


def test_a_note_without_a_digest_is_only_known_by_its_times(home: Path) -> None:
    file = kept(home)
    forge(file, lambda said: said["files"]["a.md"].__setitem__(4, ""))
    assert recalled(home) == TOLD
    os.utime(home / A, (LONG_AGO, LONG_AGO))
    assert recalled(home) is None


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2026, 2, 28), None),
        (date(2026, 3, 1), TOLD),
        (date(2026, 3, 9), TOLD),
        (date(2026, 3, 10), None),
    ],
)
def test_it_holds_until_something_is_due(home: Path, today: date, said: RunOutput | None) -> None:
    kept(home, Rest("2026-03-01", "2026-03-10"))
    assert recalled(home, today) == said


def test_another_question_has_another_answer(home: Path) -> None:
    kept(home)
    assert recalled(home, dry=True) is None


def test_a_key_that_came_is_noticed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(home)
    monkeypatch.setenv("OPENALEX_API_KEY", "secret")
    assert recalled(home) is None


def test_the_cache_counts_where_a_decision_is_outdated(home: Path) -> None:
    kept(home, Rest("2026-03-01", "", outdated=True))
    assert recalled(home) == TOLD
    (home / "cache").mkdir()
    (home / "cache/cache.db").write_bytes(b"evidence")
    assert recalled(home) is None


def forge(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    said = json.loads(file.read_bytes().partition(b"\n")[2])
    change(said)
    body = json.dumps(said).encode()
    file.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.clear(),
        lambda said: said.update(files=[]),
        lambda said: said.update(files={"a.md": 1, "b.md": "x"}),
        lambda said: said.update(at="now"),
        lambda said: said.update(rest=["", "", False]),
        lambda said: said.update(rest=5),
        lambda said: said.update(told=["0", [], [], []]),
        lambda said: said.update(told=[0, [["a"]], [], []]),
        lambda said: said.update(told=[0, [[1, 2]], [], []]),
        lambda said: said.update(told=[]),
    ],
)
def test_a_manifest_that_says_something_else_is_none(
    home: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    file = kept(home)
    forge(file, change)
    assert recalled(home) is None


@pytest.mark.parametrize(
    "data", [b"", b"\xff\n\xff", b"[" * 100_000, b"not a mark\n{}"], ids=["", "no", "deep", "mark"]
)
def test_a_damaged_manifest_is_none(home: Path, data: bytes) -> None:
    file = kept(home)
    whole = file.read_bytes()
    file.write_bytes(data)
    assert recalled(home) is None
    file.write_bytes(hashlib.sha256(data).hexdigest().encode() + b"\n" + data)
    assert recalled(home) is None
    file.write_bytes(whole[:-1])
    assert recalled(home) is None


def test_a_manifest_that_is_too_large_is_not_read(home: Path) -> None:
    file = kept(home)
    os.truncate(file, 1 << 30)  # a hole: it takes no room
    assert recalled(home) is None


def test_single_notes_have_no_manifest(home: Path) -> None:
    assert (
        RunManifest(locate_vault([home / A], None), {}).look(terms_of(home), time.time_ns()) is None
    )


def test_a_folder_in_the_place_of_the_cache_is_nobodys_trouble(home: Path) -> None:
    user_cache_path("refmatter").parent.mkdir(parents=True, exist_ok=True)
    user_cache_path("refmatter").write_text("in the way")
    made, terms = manifest(home), terms_of(home)
    sight = made.look(terms, time.time_ns())
    assert sight is not None
    made.save(terms, sight, TOLD, REST, ())
    assert recalled(home) is None


def test_nothing_is_kept_where_the_configuration_was_changed_meanwhile(home: Path) -> None:
    made, terms = manifest(home), terms_of(home)
    sight = made.look(terms, time.time_ns())
    assert sight is not None
    (home / "config.yaml").write_text("cache:\n  dir: cache\nprefer: first\n")
    made.save(terms, sight, TOLD, REST, ())
    assert not user_cache_path("refmatter").exists()


def test_a_configuration_of_the_same_name_elsewhere_is_another_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked_in(folder: Path) -> RunManifest:
        folder.mkdir(exist_ok=True)
        (folder / "mine.yaml").write_text("# refmatter\n")
        monkeypatch.chdir(folder)
        return RunManifest(locate_vault([home / "notes"], Path("mine.yaml")), {})

    made = asked_in(home)
    terms = ScanTerms.of(load(Path("mine.yaml")), home / "notes")
    sight = made.look(terms, time.time_ns() + STEP)
    assert sight is not None
    made.save(terms, sight, TOLD, REST, ())
    assert made.recall(TODAY, time.time_ns() + STEP, dry=True) == TOLD
    assert asked_in(home / "other").recall(TODAY, time.time_ns() + STEP, dry=True) is None


def test_a_configuration_that_cannot_be_read_is_no_trouble_yet(home: Path) -> None:
    place = replace(locate_vault([home / "notes"], None), config=home)  # a folder opens for nobody
    assert RunManifest(place, {}).recall(TODAY, time.time_ns(), dry=True) is None


def test_no_key_and_no_address_is_kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENALEX_API_KEY", "very-secret")
    (home / "config.yaml").write_text("contact: me@example.org\ncache:\n  dir: cache\n")
    data = kept(home).read_bytes()
    assert b"very-secret" not in data
    assert b"me@example.org" not in data


# -- the whole program, with a manifest and without ----------------------------------------------

NOTE = """---
title: {title}
authors:
- Ada Adams
year: 2001
venue: ICML
numCitedBy: 5
ref_count: 7
fieldsOfStudy:
- Computer Science
meta_key: {name}
tags:
- paper
---

# {title}

## References

- A Thing That Nobody Ever Wrote About At All
"""


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    (folder / "notes").mkdir(parents=True)
    for name, title in (("a", "A First Work On Notes"), ("b", "Another Work On Quite Other Notes")):
        (folder / f"notes/{name}.md").write_text(NOTE.format(title=title, name=name))
    (folder / "notes/broken.md").write_text("---\ntitle: [\n---\n")
    (folder / "config.yaml").write_text(
        "# refmatter\ncache:\n  dir: cache\nreferences:\n  resolve: none\n"
    )
    return folder


def ran(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str, str]:
    code = main(["enrich", str(folder / "notes"), "--offline", *more])
    said = capsys.readouterr()
    return code, said.out, said.err


FORMS = [(), ("-v",), ("-q",), ("--json", "-"), ("--dry-run",), ("--diff",)]


def _notes(folder: Path) -> dict[str, bytes]:
    """All but the cache and the journals, which tell when their runs began."""
    apart = ("cache/", ".refmatter/")
    return {k: v for k, v in snapshot(folder).items() if not k.startswith(apart)}


@pytest.mark.parametrize("seed", range(4))
def test_with_and_without_a_manifest_a_run_says_and_does_the_same(
    vault: Path, capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    draw = random.Random(seed)  # noqa: S311 - a test's own edits
    mirror = vault.parent / "other" / "vault"
    for _ in range(8):
        _edit(draw, vault)
        shutil.rmtree(mirror, ignore_errors=True)
        shutil.copytree(vault, mirror, ignore=shutil.ignore_patterns("cache"))
        form = draw.choice(FORMS)
        ours, theirs = ran(vault, capsys, *form), ran(mirror, capsys, *form)
        assert ours == theirs
        assert _notes(vault) == _notes(mirror)


def _edit(draw: random.Random, vault: Path) -> None:
    notes = vault / "notes"
    match draw.randrange(6):
        case 0:
            text = (notes / "a.md").read_text()
            (notes / "a.md").write_text(text.replace("year: 2001\n", ""))
        case 1:
            (notes / "new.md").write_text(NOTE.format(title="New Notes On Works", name="x"))
        case 2:
            (notes / "new.md").unlink(missing_ok=True)
        case 3:
            same_times(notes / "b.md", lambda: (notes / "b.md").write_text(
                (notes / "b.md").read_text().replace("ICML", "ICLM")
            ))  # fmt: skip
        case _:
            pass  # nothing moved


def test_a_run_that_has_nothing_to_do_is_not_done_again(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = ran(vault, capsys)  # learns that the catalogue does not know the notes' works
    assert first[0] == 3  # broken.md is left as it is
    assert ran(vault, capsys)[0] == 3
    (file,) = manifests()
    forge(file, lambda said: said.update(told=[3, [["said before", ""]], [], []]))
    assert ran(vault, capsys) == first  # all were written just now, and may be again
    forge(file, lambda said: said.update(at=said["at"] + STEP))
    forge(file, lambda said: said.update(told=[3, [["said before", ""]], [], []]))
    assert ran(vault, capsys) == (3, "said before\n", "")
    parts = [[["summary", ""]], [["trouble", ""]], [["notes", ""]]]
    for option, out, err in (("-v", "notes\nsummary\n", ""), ("-q", "", "trouble\n")):
        forge(file, lambda said: said.update(told=[3, *parts]))
        assert ran(vault, capsys, option) == (3, out, err)


def test_a_run_that_is_not_done_again_is_logged_and_quiet_where_all_was_well(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (vault / "notes/broken.md").unlink()
    ran(vault, capsys)
    ran(vault, capsys)
    (file,) = manifests()
    forge(file, lambda said: said.update(at=said["at"] + STEP))
    forge(file, lambda said: said.update(told=[0, [["said before", ""]], [], []]))
    log = vault / "log.jsonl"
    assert ran(vault, capsys, "-q", "--log-json", str(log)) == (0, "", "")
    *_, last = map(json.loads, log.read_text().splitlines())
    assert (last["event"], last["exit"], last["unmoved"]) == ("finished", 0, True)


def test_where_nothing_moved_nothing_heavy_is_loaded(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = ran(vault, capsys)
    ran(vault, capsys)
    (file,) = manifests()
    forge(file, lambda said: said.update(at=said["at"] + STEP))
    program = (
        "import sys; from refmatter.commands import main; code = main(sys.argv[1:]);"
        "loaded = sorted({'pydantic', 'yaml', 'httpx', 'rich'} & {*sys.modules});"
        "sys.exit(f'loaded {loaded}' if loaded else code)"
    )
    command = [sys.executable, "-c", program, "enrich", str(vault / "notes"), "--offline"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == first


def test_it_holds_until_a_title_is_asked_for_again(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    today = datetime.now(UTC).date()
    ran(vault, capsys)
    ran(vault, capsys)
    (file,) = manifests()
    rest = json.loads(file.read_bytes().partition(b"\n")[2])["rest"]
    assert rest == [today.isoformat(), (today + timedelta(days=30)).isoformat(), False]
