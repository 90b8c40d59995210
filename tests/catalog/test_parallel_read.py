"""Several files that are read at once leave what they leave one after the other."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from refmatter.catalog.inputs import find_dumps
from refmatter.catalog.parallel_read import stage_in_parallel
from refmatter.catalog.staging import stage_dumps
from refmatter.errors import ConfigError

BIB = "@article{{k{n}, title={{A study of the thing {n}}}, author={{Ada Lovelace}}, year=2019}}\n"


class Heard:
    """Who is told how reading gets on."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.entries = 0

    def begin_file(self, path: Path) -> None:
        self.begun.append(path.name)

    def add_entries(self, entries: int) -> None:
        self.entries += entries


def files(folder: Path, count: int = 4, entries_each: int = 50) -> list[Path]:
    folder.mkdir()
    paths = [folder / f"{n}-2026-06-01.bib" for n in range(count)]
    for n, path in enumerate(paths):
        path.write_text("".join(BIB.format(n=f"{n} {m}") for m in range(entries_each)))
    return paths


def unasked(*_: object) -> None:
    """Reads nothing: so few bytes are read in place."""
    raise AssertionError


def tree(folder: Path) -> dict[str, bytes]:
    """What is in a folder, but for the file that tells when others were changed."""
    held = (path for path in folder.rglob("*") if path.is_file() and path.name != "known.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in held}


def test_the_parts_are_those_of_one_process(tmp_path: Path) -> None:
    dumps = find_dumps(files(tmp_path / "dumps")).dumps
    alone, together = Heard(), Heard()
    first = stage_dumps(dumps, tmp_path / "one", alone, unasked)
    second = stage_dumps(
        dumps, tmp_path / "two", together, partial(stage_in_parallel, workers=3), parallel_from=0
    )
    assert [item.dump.path.name for item in second] == [item.path.name for item in dumps]
    assert [(item.size, item.sha256, item.tally, item.manifest_input) for item in second] == [
        (item.size, item.sha256, item.tally, item.manifest_input) for item in first
    ]
    assert tree(tmp_path / "two") == tree(tmp_path / "one")
    assert together.entries == alone.entries == 200
    assert set(together.begun) == set(alone.begun) == {item.path.name for item in dumps}


def test_copies_of_a_file_are_read_once(tmp_path: Path) -> None:
    first, second = files(tmp_path / "dumps", count=2)
    copy = tmp_path / "copy-2026-06-01.bib"
    copy.write_bytes(first.read_bytes())
    progress = Heard()
    staged = stage_dumps(
        find_dumps([first, copy, second]).dumps,
        tmp_path / "parts",
        progress,
        partial(stage_in_parallel, workers=3),
        parallel_from=0,
    )
    assert progress.entries == 100
    assert [file.tally.kept for file in staged] == [50, 50, 50]


def test_what_is_read_is_not_read_again(tmp_path: Path) -> None:
    dumps = find_dumps(files(tmp_path / "dumps")).dumps
    stage_dumps(dumps[:3], tmp_path / "parts", Heard(), unasked)
    progress = Heard()
    stage_dumps(
        dumps, tmp_path / "parts", progress, partial(stage_in_parallel, workers=3), parallel_from=0
    )
    assert progress.entries == 50


def test_what_goes_wrong_in_a_process_is_raised_here(tmp_path: Path) -> None:
    first, second = find_dumps(files(tmp_path / "dumps", count=2)).dumps
    gone = replace(second, fingerprint=(1, "0" * 64))  # measured before, and deleted since
    second.path.unlink()
    with pytest.raises(ConfigError, match=r"1-2026-06-01\.bib: No such file"):
        stage_dumps(
            [first, gone],
            tmp_path / "parts",
            Heard(),
            partial(stage_in_parallel, workers=2),
            parallel_from=0,
        )


def test_a_process_that_is_killed_is_told_of_and_what_is_read_is_kept(tmp_path: Path) -> None:
    dumps = find_dumps(files(tmp_path / "dumps", count=3, entries_each=4000)).dumps
    before = _children()

    def strike() -> None:
        while not (fresh := [process for process in _children() - before if _is_reader(process)]):
            time.sleep(0.001)
        for process in fresh:
            os.kill(process, signal.SIGKILL)

    striker = threading.Thread(target=strike)
    striker.start()
    with pytest.raises(OSError, match=r"start again|[Bb]roken pipe|reset"):
        stage_dumps(
            dumps,
            tmp_path / "parts",
            Heard(),
            partial(stage_in_parallel, workers=2),
            parallel_from=0,
        )
    striker.join()
    assert not any(map(_is_reader, _children() - before))
    again = stage_dumps(
        dumps, tmp_path / "parts", Heard(), partial(stage_in_parallel, workers=2), parallel_from=0
    )
    assert sum(file.tally.kept for file in again) == 12_000


def _children() -> set[int]:
    """The processes that this one started."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        found |= set(map(int, (task / "children").read_text().split()))
    return found


def _is_reader(process: int) -> bool:
    """Whether it is one that reads, and not what watches over those."""
    try:
        return b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False
