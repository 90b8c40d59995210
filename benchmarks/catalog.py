"""What a catalogue of one's own takes to build, and what it gives.

    PYTHONPATH=tests python -m benchmarks.catalog --records 5000000 --memory 2GB --kills 50

A dump in the form of Semantic Scholar's papers is made from the bundled catalogue, every record
again and again under another title, two in a hundred twice; the real command builds from it. Then
titles are looked up one by one, half of them unknown, a million are joined, and builds are
killed. Exit code 1 tells that something that must hold does not.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha1
from itertools import cycle, islice
from pathlib import Path

import duckdb

from refmatter.catalog import manifest
from refmatter.catalog.database import open_catalog
from refmatter.commands.engines import parse_size
from refmatter.providers.bundled_catalog import Catalog, load
from refmatter.titles import title_key

LEAST = 20_000
"""Look-ups a second, warm, making the works included, that must be reached."""
MOST = 10.0
"""Seconds in which a million titles must be joined."""
LOOKED_UP = 100_000
KILLED = 60_000
"""Records of the builds that are killed."""
FILE = 500_000
"""Records of one file of the dump."""


def main() -> int:
    """Build, look up, join, kill."""
    arguments = _parser().parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        held = [_built(folder, arguments), _looked_up(folder), _joined(folder, arguments.records)]
        if arguments.kills:
            held.append(_killed(folder / "killed", arguments.kills))
    return 0 if all(held) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.catalog", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--records", type=int, default=100_000, help="records of the dump")
    parser.add_argument("--memory", default="2GB", help="what the build may take")
    parser.add_argument("--threads", default="2", help="how many cores it may use")
    parser.add_argument("--kills", type=int, default=0, help="builds that are killed")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="leave dump and catalogue there"
    )
    return parser


def _built(folder: Path, arguments: argparse.Namespace) -> bool:
    dumps = _dumped(folder / f"dump-{arguments.records}", arguments.records)
    limits = ["--memory", arguments.memory, "--threads", arguments.threads]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*_command(folder / "catalog", *dumps), *limits], stdout=subprocess.DEVNULL
    )
    peak = 0
    while process.poll() is None:
        peak = max(peak, _memory(process.pid))
        time.sleep(0.2)
    seconds = time.perf_counter() - started
    contents = manifest.load_manifest(folder / "catalog")
    parquet = sum(catalog_file.size for catalog_file in contents.files)
    derived = contents.lookup.size if contents.lookup else 0
    print(
        f"build: {arguments.records:,} records, {contents.works:,} works in {seconds:,.0f} s, "
        f"{peak / 1e9:.2f} GB at most (limit {arguments.memory}); Parquet {parquet / 1e6:,.0f} MB, "
        f"SQLite {derived / 1e6:,.0f} MB"
    )
    return process.returncode == 0 and peak <= parse_size(arguments.memory)


def _dumped(folder: Path, records: int) -> list[Path]:
    """The dump in files as services give theirs out, of at most half a million records each."""
    folder.mkdir(exist_ok=True)
    lines, files = islice(_lines(load()), records), []
    for number in range(-(-records // FILE)):
        files.append(folder / f"papers-{number:03}-2026-06-01.jsonl")
        part = islice(lines, FILE)
        if files[-1].exists():
            deque(part, maxlen=0)
            continue
        with files[-1].open("w") as file:
            file.writelines(part)
    return files


def _memory(pid: int) -> int:
    """Bytes that a process and those it started hold, what they share counted once."""
    held, left = 0, [pid]
    while left:
        at = Path("/proc", str(left.pop()))
        with contextlib.suppress(OSError):
            rollup = (at / "smaps_rollup").read_text()
            held += sum(int(n) for n in re.findall(r"^Pss: +(\d+) kB", rollup, re.MULTILINE)) * 1024
            for task in (at / "task").iterdir():
                left += map(int, (task / "children").read_text().split())
    return held


def _command(catalog: Path, *dumps: Path) -> list[str]:
    return [sys.executable, "-m", "refmatter", "catalog", "build", *map(str, (catalog, *dumps))]


def _lines(bundled: Catalog) -> Iterator[str]:
    """The bundled catalogue as papers of Semantic Scholar, over and over."""
    works = [bundled._row(number) for number in range(bundled.header.count)]  # noqa: SLF001 - all of its rows
    for number, row in enumerate(cycle(works)):
        turn = number // len(works)
        more = f" {turn}" if turn else ""
        paper = {
            "corpusid": number,
            "externalids": {"DOI": f"10.1000/{number}" if number % 2 else None},
            "url": f"https://www.semanticscholar.org/paper/{sha1(f'{number}'.encode()).hexdigest()}",  # noqa: S324 - a name, no secret
            "title": f"{row.title}{more}",
            "authors": [{"authorId": None, "name": name} for name in row.authors],
            "venue": row.venue,
            "year": row.year,
            "referencecount": row.reference_count,
            "citationcount": row.citation_count,
            "s2fieldsofstudy": [
                {"category": field, "source": "x"} for field in row.fields_of_study
            ],
        }
        line = json.dumps(paper) + "\n"
        yield line
        if number % 50 == 0:
            yield line


def _looked_up(folder: Path) -> bool:
    """Titles one by one, in another order than the catalogue's, the second time round."""
    known = list(dict.fromkeys(key for key, _ in _keys(folder, LOOKED_UP // 2)))
    keys = [*known, *(f"{key}unknown" for key in known)]
    random.Random(1).shuffle(keys)  # noqa: S311 - an order, no secret
    seconds, found = 0.0, 0
    with closing(open_catalog(folder / "catalog")) as database:
        for _ in range(2):
            started = time.perf_counter()
            found = sum(bool(database.by_title(key)) for key in keys)
            seconds = time.perf_counter() - started
    print(f"look-up: {len(keys) / seconds:,.0f} titles a second, {found:,} of {len(keys):,} known")
    return found == len(known) and len(keys) / seconds >= LEAST


def _keys(folder: Path, count: int) -> list[tuple[str, int]]:
    contents = manifest.load_manifest(folder / "catalog")
    files = [
        str(folder / "catalog" / catalog_file.path)
        for catalog_file in contents.files
        if catalog_file.path.startswith("works/")
    ]
    with duckdb.connect() as connection:
        rows: list[tuple[str, int]] = connection.execute(
            "SELECT DISTINCT title_key, work FROM read_parquet(?) ORDER BY hash(work) LIMIT ?",
            [files, count],
        ).fetchall()
    return rows


def _joined(folder: Path, records: int) -> bool:
    """A million titles against all works: keys made in Python, one join, rows written."""
    contents = manifest.load_manifest(folder / "catalog")
    files = [
        str(folder / "catalog" / catalog_file.path)
        for catalog_file in contents.files
        if catalog_file.path.startswith("works/")
    ]
    count = min(records, 1_000_000)
    with duckdb.connect(config={"threads": 2}) as connection:
        drawn = connection.execute(
            "SELECT CASE WHEN work % 2 = 0 THEN title ELSE concat('No ', title) END "
            "FROM read_parquet(?) ORDER BY hash(work) LIMIT ?", [files, count],
        )  # fmt: skip
        titles = [title for (title,) in drawn.fetchall()]
        started = time.perf_counter()
        keys = [title_key(title) for title in titles]
        keyed = time.perf_counter() - started
        connection.from_arrow(_arrow(keys)).create_view("keys")
        out = folder / "joined.parquet"
        started = time.perf_counter()
        connection.execute(
            "COPY (SELECT w.* FROM keys k JOIN read_parquet(?) w ON k.title_key = w.title_key) "  # noqa: S608 - our own path
            f"TO '{out}' (FORMAT parquet)", [files],
        )  # fmt: skip
        joined = time.perf_counter() - started
    print(f"join: {count:,} titles; keys {keyed:.1f} s, join with all columns {joined:.1f} s")
    return keyed + joined <= MOST


def _arrow(keys: list[str]) -> object:
    import pyarrow as pa  # noqa: PLC0415 - for this measurement alone

    return pa.table({"title_key": keys})


def _killed(folder: Path, kills: int) -> bool:
    """Builds that are killed at a random moment: the catalogue answers after each, and what comes
    of it in the end is what an undisturbed build leaves."""
    folder.mkdir(parents=True)
    old = folder / "old-2026-01-01.jsonl"
    new = [folder / f"new-{number}-2026-06-01.jsonl" for number in range(3)]
    lines = list(islice(_lines(load()), KILLED))
    old.write_text("".join(lines[:100]))
    for number, path in enumerate(new):  # large enough that they are read at once
        path.write_text("".join(lines[number :: len(new)]))
    for name in ("begun", "undisturbed"):
        _run(folder / name, old).wait()
    started = time.perf_counter()
    _run(folder / "undisturbed", old, *new).wait()
    seconds = time.perf_counter() - started
    draw = random.Random(2)  # noqa: S311 - moments, no secret
    key = title_key(load()._row(0).title)  # noqa: SLF001 - a title that is in both
    died = ended = 0
    while died < kills:
        process = _run(folder / "begun", old, *new)
        time.sleep(draw.uniform(0.05, 1) * seconds)
        process.kill()
        died += process.wait() != 0
        contents = manifest.load_manifest(folder / "begun")
        manifest.verify_files(folder / "begun", contents)
        with closing(open_catalog(folder / "begun")) as database:
            if not database.by_title(key):
                print("killed: the catalogue does not answer")
                return False
        if contents.works > 100:
            ended += 1
            shutil.rmtree(folder / "begun")
            _run(folder / "begun", old).wait()
    _run(folder / "begun", old, *new).wait()
    same = (
        manifest.load_manifest(folder / "begun").files
        == manifest.load_manifest(folder / "undisturbed").files
    )
    print(f"killed: {died} builds, {ended} catalogues done meanwhile; whole each time"
          f"{'' if same else ', but not the same in the end'}")  # fmt: skip
    return same


def _run(catalog: Path, *dumps: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*_command(catalog, *dumps), "--threads", "2", "--memory", "1GB"],
        stdout=subprocess.DEVNULL, env=os.environ,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
