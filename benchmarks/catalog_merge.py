"""Works -> a dump of every kind -> a catalogue of each, and one of all: the same works in them.

    PYTHONPATH=tests:. python -m benchmarks.catalog_merge --works 100000

REFMATTER_DATA names the folder of the large catalogue, whose works are written out. A work is known
by its title's key, first author and year. Told is how many works each catalogue lacks or has
beyond those that were written, and how many do not stand once in the one of all, by what would
have to tell that its records are one work's. Exit code 1 tells that a catalogue of one dump differs
by more than one work in a thousand, or that in the one of all more than one in a thousand does not
stand once although its title and authors tell; 2 that there is no large catalogue.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from dumping import FORMATS, large
from refmatter.catalog import parquet
from refmatter.catalog.build import build
from refmatter.catalog.duck import DuckEngine
from refmatter.catalog.inputs import gather
from refmatter.catalog.layout import RECORD
from refmatter.catalog.manifest import CatalogManifest
from refmatter.catalog.progress_text import SilentBuild
from refmatter.catalog.staged_rows import row
from refmatter.dumps.record import DumpRecord
from refmatter.model import Work
from support import LARGE

_CATALOGUE = LARGE / "catalogue" / "catalogue.jsonl.gz"
_COLUMNS = ("title_key", "first_author", "year", "records", "title")
_MEMORY = 2 * 10**9
TITLE_KEY, FIRST_AUTHOR, DESCRIBED, YEAR = (
    list(RECORD).index(each) for each in ("title_key", "first_author", "described", "year")
)
TELLING = "title and authors tell"
Known: TypeAlias = tuple[str, str, int | None]


def main() -> int:
    """Write, build, compare."""
    said = _parser().parse_args()
    if not _CATALOGUE.exists():
        print(f"{_CATALOGUE} is not there; set REFMATTER_DATA", file=sys.stderr)
        return 2
    works = list(large(_CATALOGUE, said.works))
    wanted = Counter(map(_known, works))
    telling = {_known(each) for each in works if _row(each)[DESCRIBED] is not None}
    print(f"{len(works):,} works, {len(wanted):,} by title, first author and year")
    with tempfile.TemporaryDirectory() as temporary:
        folder = said.keep or Path(temporary)
        paths = [_written(folder / "dumps", name, works) for name in FORMATS]
        held = [_alone(folder / "alone" / path.stem, path, wanted) for path in paths]
        held.append(_together(folder / "together", paths, wanted, telling))
    return 0 if all(held) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.catalog_merge", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--works", type=int, default=100_000, help="works that are written")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the catalogues there")
    return parser


def _row(work: Work) -> tuple[Any, ...]:
    return row(DumpRecord("", "", work), "")


def _known(work: Work) -> Known:
    made = _row(work)
    return made[TITLE_KEY], made[FIRST_AUTHOR], made[YEAR]


def _written(folder: Path, name: str, works: Sequence[Work]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.2026-06-01"
    with path.open("wb") as out:
        FORMATS[name].write(works, out)
    return path


def _alone(folder: Path, path: Path, wanted: Counter[Known]) -> bool:
    made, found, _ = _built(folder, [path])
    missing, beyond = wanted - found, found - wanted
    print(
        f"{path.stem:<16} {made.works:>7,} works of {made.records:>7,} records; "
        f"{missing.total():>5,} missing, {beyond.total():>5,} beyond; left {_left(made)}",
        flush=True,
    )
    for each in (*list(missing)[:3], *list(beyond)[:3]):
        print(f"    {'missing' if each in missing else 'beyond'} {each}")
    return (missing | beyond).total() <= wanted.total() / 1000


def _together(
    folder: Path, paths: Sequence[Path], wanted: Counter[Known], telling: Collection[Known]
) -> bool:
    begun = time.perf_counter()
    made, found, many = _built(folder, paths)
    seconds = time.perf_counter() - begun
    rest = [each for each in wanted if found[each] != 1]
    titled = Counter[tuple[str, str]]()
    for (key, first, _), count in wanted.items():
        titled[key, first] += count
    reasons = {each: _why(each, titled, telling) for each in rest}
    why = Counter(reasons.values())
    print(
        f"all: {made.works:,} works of {made.records:,} records in {seconds:.0f} s; "
        f"{made.apart.model_dump()}\n"
        f"     {len(wanted) - len(rest):,} of {len(wanted):,} stand there once; "
        f"not once {dict(why)}\n"
        f"     works by how many records they have: {dict(sorted(many.items()))}"
    )
    for each in [each for each in rest if reasons[each] == TELLING][:10]:
        print(f"    {found[each]} times {each}")
    return why[TELLING] <= len(wanted) / 1000


def _why(known: Known, titled: Counter[tuple[str, str]], telling: Collection[Known]) -> str:
    if titled[known[:2]] > 1:
        return "written more than once"
    return TELLING if known in telling else "short title, heading, or no author"


def _built(
    folder: Path, paths: Sequence[Path]
) -> tuple[CatalogManifest, Counter[Known], Counter[int]]:
    engine = partial(DuckEngine, memory=_MEMORY, threads=2, readers=2)
    made, _ = build(folder, gather(paths).dumps, engine, SilentBuild())
    files = [folder / each.path for each in made.files if each.path.startswith("works/")]
    rows = list(parquet.rows(files, _COLUMNS))
    found: Counter[Known] = Counter((key, first or "", year) for key, first, year, _, _ in rows)
    return made, found, Counter(records for _, _, _, records, _ in rows)


def _left(made: CatalogManifest) -> int:
    return sum(sum(each.left.values()) + each.bad for each in made.origins)


if __name__ == "__main__":
    sys.exit(main())
