"""Whether titles are matched in bulk as they are one by one, on every engine, and how fast.

    PYTHONPATH=tests:. python -m benchmarks.catalog_match --titles 100000 --engine spark

REFMATTER_DATA names the folder of the large catalogue. A dump of it is made and built, without one
work in twenty; titles of all of them are distorted (`benchmarks.matching.noise`) and matched by the
real functions. Then each is matched alone, with an index in memory and without an engine. Exit code
1 tells that a row differs, 2 that there is no catalogue.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from hashlib import sha1
from pathlib import Path
from typing import Any

from benchmarks.matching.works import NoCatalogueError, catalogue

from bulk import alone, differing, noisy
from refmatter.catalog import manifest
from refmatter.catalog.build import build_catalog
from refmatter.catalog.bulk_match import BulkMatcher
from refmatter.catalog.duck import DuckEngine
from refmatter.catalog.engine import Engine
from refmatter.catalog.inputs import find_dumps
from refmatter.catalog.progress_text import SilentBuild
from refmatter.catalog.questions import BulkQuestion
from refmatter.model import Identifiers, Work

MEMORY = 2 * 10**9
HELD_OUT = 20
"""Of so many works one is not in the catalogue."""

Open = Callable[[Path], AbstractContextManager[Engine]]


def main() -> int:
    """Build, match, match one by one, compare."""
    arguments = _parser().parse_args()
    try:
        works = _works()
    except NoCatalogueError as error:
        print(error, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        _build(folder, works)
        bulk_questions = list(noisy(works, arguments.titles))
        begun = time.perf_counter()
        single = list(alone(folder / "catalog", bulk_questions))
        print(f"one by one: {time.perf_counter() - begun:.1f} s", flush=True)
        _show(bulk_questions, single)
        same = [
            _compared(name, _matched(folder, bulk_questions, ENGINES[name]()), single)
            for name in arguments.engine or ["duckdb"]
        ]
    return 0 if all(same) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.catalog_match", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--titles", type=int, default=10_000, help="titles that are matched")
    parser.add_argument("--engine", action="append", choices=tuple(ENGINES))
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the catalogue there")
    return parser


def _duck() -> Open:
    return partial(DuckEngine, memory=MEMORY, threads=2)


def _spark() -> Open:
    from refmatter.catalog.spark import SparkEngine  # noqa: PLC0415 - it need not be installed

    return partial(SparkEngine, master="local[2]")


ENGINES: dict[str, Callable[[], Open]] = {"duckdb": _duck, "spark": _spark}


def _works() -> list[Work]:
    """The works of the large catalogue that have authors. Raises NoCatalogueError."""
    return [
        Work(row.title, row.authors, row.year, row.venue, identifiers=_named(row.id, row.doi))
        for row in catalogue().all
        if row.authors
    ]


def _named(own: str, doi: str | None) -> Identifiers:
    return Identifiers(s2=sha1(own.encode()).hexdigest(), doi=doi)  # noqa: S324 - a name, no secret


def _build(folder: Path, works: Sequence[Work]) -> None:
    dump = folder / "papers-2026-06-01.jsonl"
    if (folder / "catalog" / "manifest.json").exists():
        return
    with dump.open("w") as file:
        for number, work in enumerate(works):
            if number % HELD_OUT:
                paper = {
                    "corpusid": number, "externalids": {"DOI": work.identifiers.doi},
                    "title": work.title, "year": work.year, "venue": work.venue or "",
                    "url": f"https://www.semanticscholar.org/paper/{work.identifiers.s2}",
                    "authors": [{"authorId": None, "name": name} for name in work.authors or ()],
                }  # fmt: skip
                file.write(json.dumps(paper) + "\n")
    contents, _ = build_catalog(
        folder / "catalog", find_dumps([dump]).dumps, _duck(), SilentBuild()
    )
    print(f"catalogue: {contents.works:,} works", flush=True)


def _matched(
    folder: Path, bulk_questions: Sequence[BulkQuestion], engine: Open
) -> list[tuple[Any, ...]]:
    started = time.perf_counter()
    with engine(folder / "engine") as running:
        begun = time.perf_counter()
        matcher = BulkMatcher(
            running, folder / "catalog", manifest.load_manifest(folder / "catalog")
        )
        rows = list(matcher.decide(bulk_questions))
        seconds = time.perf_counter() - begun
    print(
        f"{type(running).__name__}: {len(rows):,} titles in {seconds:.1f} s, started in "
        f"{begun - started:.1f} s; {matcher.tally}",
        flush=True,
    )
    return rows


def _compared(
    name: str, rows: Sequence[tuple[Any, ...]], single: Sequence[tuple[Any, ...]]
) -> bool:
    wrong = differing(rows, iter(single))
    for row, alone_row in wrong:
        print(f"{name}: {row}\n  alone: {alone_row}")
    print(f"{name}: {'rows differ' if wrong else f'all {len(rows):,} rows are the same'}")
    return not wrong


def _show(bulk_questions: Sequence[BulkQuestion], rows: Sequence[tuple[Any, ...]]) -> None:
    """How many of each distortion were accepted."""
    kinds = Counter(question.id for question in bulk_questions)
    found = Counter(
        question.id
        for question, row in zip(bulk_questions, rows, strict=True)
        if row[5] == "accepted"
    )
    print(
        ", ".join(
            f"{kind} {100 * found[kind] / kinds[kind]:.0f} %" for kind in sorted(found, key=str)
        )
    )


if __name__ == "__main__":
    sys.exit(main())
