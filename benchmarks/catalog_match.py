"""Whether titles are matched in bulk as they are one by one, on every engine, and how fast.

    PYTHONPATH=tests:. python -m benchmarks.catalog_match --titles 100000 --engine spark

REFMATTER_DATA names the folder of the large catalogue. A dump of it is made and built; its works'
titles are distorted (`benchmarks.matching.noise`), some of works that are taken out of it, and
matched by the real functions. Then each is matched alone: its works and those of its blocks from
an index in memory, weighed and decided one by one. Exit code 1 tells that a row differs.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from hashlib import sha1
from pathlib import Path
from typing import Any

from benchmarks.matching.noise import OFTEN, distortions
from benchmarks.matching.works import NoCatalogueError, Work, catalogue

from refmatter.catalog import manifest, parquet
from refmatter.catalog.asked import KNOWN, decided, row
from refmatter.catalog.blocks import MOST, of_title, of_work
from refmatter.catalog.build import build
from refmatter.catalog.bulk import Matcher
from refmatter.catalog.duck import Duck
from refmatter.catalog.engine import Engine
from refmatter.catalog.gather import gather
from refmatter.catalog.layout import WORKS
from refmatter.catalog.questions import Question
from refmatter.catalog.telling import Silent
from refmatter.matching.bars import DEFAULT
from refmatter.model import Hints

MEMORY = 2 * 10**9
HELD_OUT = 20
"""Of so many works one is not in the catalogue."""

Open = Callable[[Path], AbstractContextManager[Engine]]


def main() -> int:
    """Build, match, match one by one, compare. Exit code 2: there is no catalogue."""
    said = _parser().parse_args()
    try:
        works = [each for each in catalogue().all if each.authors]
    except NoCatalogueError as error:
        print(error, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as temporary:
        folder = said.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        _build(folder, works)
        asked = questions(works, said.titles)
        by_engine = {
            name: _matched(folder, asked, ENGINES[name]()) for name in said.engine or ["duckdb"]
        }
        same = [
            _compared(name, rows, alone(folder / "catalog", asked), asked)
            for name, rows in by_engine.items()
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
    return partial(Duck, memory=MEMORY, threads=2)


def _spark() -> Open:
    from refmatter.catalog.spark import Spark  # noqa: PLC0415 - Java starts with it

    return partial(Spark, master="local[2]")


ENGINES: dict[str, Callable[[], Open]] = {"duckdb": _duck, "spark": _spark}


def _name(work: Work) -> str:
    return sha1(work.id.encode()).hexdigest()  # noqa: S324 - a name, no secret


def _is_in(number: int) -> bool:
    return number % HELD_OUT != 0


def _build(folder: Path, works: Sequence[Work]) -> None:
    dump = folder / "papers-2026-06-01.jsonl"
    if (folder / "catalog" / "manifest.json").exists():
        return
    with dump.open("w") as file:
        for number, work in enumerate(works):
            if _is_in(number):
                said = {
                    "corpusid": number, "externalids": {"DOI": work.doi}, "title": work.title,
                    "url": f"https://www.semanticscholar.org/paper/{_name(work)}",
                    "authors": [{"authorId": None, "name": name} for name in work.authors],
                    "venue": work.venue or "", "year": work.year,
                }  # fmt: skip
                file.write(json.dumps(said) + "\n")
    made, _ = build(folder / "catalog", gather([dump]).dumps, _duck(), Silent())
    print(f"catalogue: {made.works:,} works", flush=True)


def questions(works: Sequence[Work], count: int) -> list[Question]:
    """Distorted titles, half of them with the first author and the year; each called after its
    distortion and its work's name."""
    chance = random.Random(3)  # noqa: S311 - to be the same each time
    kinds, often = list(OFTEN), list(OFTEN.values())
    order = chance.sample(range(len(works)), min(len(works), count))
    asked: list[Question] = []
    for number in (order * (1 + count // len(order)))[:count]:
        work = works[number]
        kind = chance.choices(kinds, often)[0]
        title = distortions(work.venue, work.year)[kind](work.title, chance) or work.title
        hints = (
            Hints(work.year, work.authors[0], authors=work.authors[:1])
            if chance.random() < 0.5
            else Hints()
        )
        name = f"{kind} {_name(work) if _is_in(number) else ''}"
        asked.append(
            Question(Path("x"), len(asked) + 1, name, " ".join(title.split()) or "x", hints)
        )
    return asked


def _matched(folder: Path, asked: list[Question], engine: Open) -> list[tuple[Any, ...]]:
    started = time.perf_counter()
    with engine(folder / "engine") as running:
        begun = time.perf_counter()
        matcher = Matcher(running, folder / "catalog", manifest.load(folder / "catalog"))
        rows = list(matcher.decide(asked))
        seconds = time.perf_counter() - begun
    print(
        f"{type(running).__name__}: {len(rows):,} titles in {seconds:.1f} s "
        f"(start {begun - started:.1f} s); {matcher.tally}",
        flush=True,
    )
    return rows


def alone(folder: Path, asked: Sequence[Question]) -> Iterator[tuple[Any, ...]]:
    """Each question by itself, with an index of the catalogue in memory and no engine."""
    made = manifest.load(folder)
    files = [folder / each.path for each in made.files if each.path.startswith(f"{WORKS}/")]
    titled: dict[str, list[int]] = defaultdict(list)
    blocks: dict[str, list[int]] = defaultdict(list)
    works: list[tuple[Any, ...]] = []
    for key, main, *values in parquet.rows(files, ("title_key", "main_key", *KNOWN)):
        titled[key].append(len(works))
        for block in of_work(key, main):
            blocks[block].append(len(works))
        works.append(tuple(values))
    for n, each in enumerate(asked):
        said = row(n, each)
        found = set(titled[said[5]]) if said[5] in titled else None
        if found is None:
            met = (blocks.get(b, ()) for b in of_title(said[4], said[5], said[6]))
            found = {number for block in met if len(block) <= MOST for number in block}
        known = [works[number] for number in found] or [(None,) * len(KNOWN)]
        ((*verdict, _),) = decided(
            ((*said, *values) for values in known), made.counts.released or made.released, DEFAULT
        )
        yield tuple(verdict)


def _compared(
    name: str,
    rows: list[tuple[Any, ...]],
    single: Iterator[tuple[Any, ...]],
    asked: Sequence[Question],
) -> bool:
    started = time.perf_counter()
    differ, kinds, right, found = 0, Counter[str](), Counter[str](), Counter[str]()
    for one, other, each in zip(rows, single, asked, strict=True):
        kind, _, wanted = (each.id or "").partition(" ")
        if tuple(one[:-1]) != other:
            differ += 1
            if differ < 5:
                print("differs:", one, other)
        if wanted:
            kinds[kind] += 1
            right[kind] += one[5] == "accepted" and one[11] == wanted
            found[kind] += one[-1] > 0
        else:
            kinds["(not in it)"] += 1
            right["(not in it)"] += one[5] == "accepted"
    print(
        f"{name}: {differ:,} of {len(rows):,} rows differ from the matcher one by one, which took "
        f"{time.perf_counter() - started:.0f} s"
    )
    for kind, count in sorted(kinds.items()):
        print(
            f"  {kind:20} {count:6,} accepted as it {100 * right[kind] / count:5.1f} %, "
            f"with a candidate {100 * found[kind] / count:5.1f} %"
        )
    return not differ


if __name__ == "__main__":
    sys.exit(main())
