"""A build from start to end: complete or not at all, and the same each time."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from itertools import chain
from pathlib import Path

import pytest

from cataloguing import MEMORY, built, by_origin, duck, dump, record
from refmatter.catalog import manifest, parquet, staging
from refmatter.catalog.build import BuildOptions
from refmatter.catalog.database import open_catalog
from refmatter.catalog.duck import DuckEngine
from refmatter.catalog.dump import MAX_SHOWN, Dump
from refmatter.dumps.base import Entry
from refmatter.dumps.record import BadRecord, DumpRecord, SkippedRecord
from refmatter.errors import ConfigError, VaultBusyError
from refmatter.files import lock_folder
from refmatter.titles import title_key
from support import ROOT, snapshot


def works(count: int, origin: str = "dblp", word: str = "things") -> list[DumpRecord]:
    return [
        record(f"{n}", f"A study of {word} number {n}", origin=origin, doi=f"10.1/{word}.{n}")
        for n in range(count)
    ]


def content(folder: Path) -> dict[str, bytes]:
    """What a catalogue says, but for the moment it was built."""
    held = {p: b for p, b in snapshot(folder).items() if not p.startswith("parts/")}
    content_of_manifest = json.loads(held["manifest.json"])
    held["manifest.json"] = json.dumps({**content_of_manifest, "built": ""}).encode()
    return held


def test_twice_the_same_bytes(tmp_path: Path) -> None:
    records = [*works(30), *works(20, "acl"), *works(9, "arxiv", "beings")]
    built(tmp_path / "one", *by_origin(tmp_path / "a", records))
    built(tmp_path / "other", *by_origin(tmp_path / "b", records[::-1]))
    first, second = content(tmp_path / "one"), content(tmp_path / "other")
    derived = {name for name in first if name.endswith(".sqlite")}
    assert first.keys() == second.keys()
    # What was read in another order are other files, and so are their digests.
    for name in first.keys() - {"manifest.json"} - derived:
        assert first[name] == second[name]
    built(tmp_path / "again", *by_origin(tmp_path / "a", records))
    assert content(tmp_path / "again") == first


def test_what_was_read_before_is_not_read_again(tmp_path: Path) -> None:
    first = dump(tmp_path / "a", works(10))
    built(tmp_path / "catalog", first)
    unread = Dump(first.path, first.released, lambda: iter(()), first.terms, "dblp")
    made, _ = built(tmp_path / "catalog", unread, dump(tmp_path / "b", works(3, "acl", "beings")))
    assert made.works == 13


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    built(tmp_path / "catalog", dump(tmp_path / "a", works(10)))
    made, _ = built(tmp_path / "catalog", dump(tmp_path / "a", works(12)))
    assert made.works == 12


def test_what_cannot_be_read_is_counted_and_named(tmp_path: Path) -> None:
    path = tmp_path / "a"
    odd: list[Entry] = [
        BadRecord(path, 3, "no JSON"),
        SkippedRecord("front matter"),
        SkippedRecord("front matter"),
    ]
    entries = [
        *odd,
        record("x", "?"),
        *works(2),
        *(BadRecord(path, None, "no") for _ in range(150)),
    ]
    made, (staged,) = built(tmp_path / "catalog", dump(path, entries))
    (origin,) = made.origins
    assert (origin.read, origin.kept, origin.bad) == (len(entries), 2, 151)
    assert origin.left == {"front matter": 2, staging.NAMELESS: 1}
    assert staged.tally.shown[0] == (3, "no JSON")
    assert len(staged.tally.shown) == MAX_SHOWN


def test_many_parts_are_one_dump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "PART_ENTRIES", 4)
    monkeypatch.setattr(parquet, "GROUP_ROWS", 3)
    monkeypatch.setattr(parquet, "MAX_FILE_ROWS", 6)
    made, _ = built(tmp_path / "catalog", dump(tmp_path / "a", works(11)))
    assert made.works == 11
    assert sum(catalog_file.path.startswith("works/") for catalog_file in made.files) == 2
    built(tmp_path / "catalog", dump(tmp_path / "a", works(12)))  # a whole number of parts
    with closing(open_catalog(tmp_path / "catalog")) as database:
        assert database.manifest.works == 12


def test_the_engine_groups_in_parts_what_its_memory_does_not_hold(tmp_path: Path) -> None:
    records = [*works(400), *works(400, "acl")]
    dumps = by_origin(tmp_path / "a", records)
    whole, _ = built(tmp_path / "one", *dumps)
    parted, _ = built(tmp_path / "other", *dumps, engine=lambda folder: _Small(folder, MEMORY, 2))
    assert [catalog_file.sha256 for catalog_file in parted.files] == [
        catalog_file.sha256 for catalog_file in whole.files
    ]
    assert whole.works == 400


class _Small(DuckEngine):
    """An engine that thinks that it has memory for a hundred records."""

    def __init__(self, folder: Path, memory: int, threads: int) -> None:
        super().__init__(folder, memory, threads)
        self._memory = 300_000


def test_rows_that_are_not_sorted_are_refused(tmp_path: Path) -> None:
    with duck(tmp_path / "engine") as engine:
        engine.load_rows("given", {"name": "text"}, [("b",), ("a",)])
        with pytest.raises(ValueError, match="not sorted"):
            engine.write_parquet("SELECT name FROM given", tmp_path, "x", {"name": "text"})
    assert not list(tmp_path.glob("*.parquet"))


def test_nothing_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no work records"):
        built(tmp_path / "catalog", dump(tmp_path / "a", [SkippedRecord("front matter")]))


@pytest.mark.parametrize("there", ["file", "folder"])
def test_a_folder_of_something_else_stays(there: str, tmp_path: Path) -> None:
    target = tmp_path / "catalog"
    if there == "file":
        target.write_text("mine")
    else:
        target.mkdir()
        (target / "mine").write_text("mine")
    with pytest.raises(ConfigError, match=r"name an? (empty )?folder"):
        built(target, dump(tmp_path / "a", works(1)))


def test_two_builds_do_not_meet(tmp_path: Path) -> None:
    built(tmp_path / "catalog", dump(tmp_path / "a", works(1)))
    with lock_folder(tmp_path / "catalog"), pytest.raises(VaultBusyError):
        built(tmp_path / "catalog", dump(tmp_path / "b", works(2)))


def test_only_the_newest_generation_stays(tmp_path: Path) -> None:
    folder = tmp_path / "catalog"
    first, _ = built(folder, dump(tmp_path / "a", works(5)))
    (folder / "works" / "0123456789ab-0000.parquet").write_text("left behind")
    (folder / "works" / "mine.txt").write_text("mine")
    second, _ = built(
        folder, dump(tmp_path / "b", works(6)), options=BuildOptions(with_lookup=False)
    )
    held = {p for p in snapshot(folder) if not p.startswith("parts/")}
    assert first.generation != second.generation
    assert held == {
        "NOTICE",
        "manifest.json",
        "works/mine.txt",
        *(catalog_file.path for catalog_file in second.files),
    }
    assert second.lookup is None
    with pytest.raises(ConfigError, match="--no-lookup"):
        open_catalog(folder)


def test_whose_data_it_is_travels_with_it(tmp_path: Path) -> None:
    made, _ = built(tmp_path / "catalog", *by_origin(tmp_path, [*works(2), *works(1, "acl")]))
    notice = (tmp_path / "catalog" / "NOTICE").read_text()
    assert [source.name for source in made.origins] == ["acl", "dblp"]
    for source in made.origins:
        assert source.attribution in notice
        assert source.licence in notice


# -- killed ------------------------------------------------------------------------------------

BUILD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from catalog.test_build import works
from cataloguing import built, dump
from refmatter.catalog import parquet, staging
staging.PART_ENTRIES, parquet.GROUP_ROWS = 40, 20
folder = Path(sys.argv[2])
built(folder / "catalog", dump(folder / "a", works(300)), dump(folder / "b", works(200, "acl")))
print("done")
"""


LATER = pytest.mark.deep("moments of no meaning; one that has some is always tried")


@pytest.mark.parametrize(
    "wait", [0.0, pytest.param(0.2, marks=LATER), pytest.param(0.6, marks=LATER)]
)
def test_a_build_that_is_killed_goes_on(
    wait: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old catalogue is whole at every moment; in the end it is as if nobody had been killed."""
    monkeypatch.setattr(staging, "PART_ENTRIES", 40)
    monkeypatch.setattr(parquet, "GROUP_ROWS", 20)
    undisturbed = tmp_path / "undisturbed"
    disturbed = _begun(tmp_path / "begun")
    shutil.copytree(disturbed, undisturbed)
    _build(undisturbed)
    after = content(undisturbed / "catalog")
    parts = set((disturbed / "catalog").rglob("*.parquet"))
    process = _run(disturbed)
    while set((disturbed / "catalog").rglob("*.parquet")) == parts:
        assert process.poll() is None
        time.sleep(0.001)
    time.sleep(wait)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL or wait
    _whole(disturbed / "catalog")
    _build(disturbed)
    assert content(disturbed / "catalog") == after
    assert not (disturbed / "catalog" / "work").exists()


def _build(folder: Path) -> None:
    things, others = works(300), works(200, "acl")
    built(folder / "catalog", dump(folder / "a", things), dump(folder / "b", others))


def _begun(folder: Path) -> Path:
    built(folder / "catalog", dump(folder / "old", works(7, "arxiv", "beings")))
    return folder


def _run(folder: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"),
                   str(ROOT / "tests")])}  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", BUILD, str(ROOT / "tests"), str(folder)],
        env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def _whole(folder: Path) -> None:
    """A catalogue that answers, the old one or the new one."""
    made = manifest.load_manifest(folder)
    manifest.verify_files(folder, made)
    with closing(open_catalog(folder)) as database:
        title = "A study of beings number 3" if made.works == 7 else "A study of things number 3"
        assert database.by_title(title_key(title))


def test_the_file_for_look_ups_is_sound(tmp_path: Path) -> None:
    made, _ = built(tmp_path / "catalog", dump(tmp_path / "a", works(50)))
    assert made.lookup is not None
    with closing(sqlite3.connect(tmp_path / "catalog" / made.lookup.path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        names = chain.from_iterable(connection.execute("SELECT name FROM sqlite_master"))
        assert {"works", "ids", "keys", "titles"} <= set(names)
