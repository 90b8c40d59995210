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
from refmatter.catalog.build import build_catalog
from refmatter.catalog.duck import DuckEngine
from refmatter.catalog.inputs import find_dumps
from refmatter.catalog.layout import RECORD_COLUMNS
from refmatter.catalog.manifest import CatalogManifest
from refmatter.catalog.progress_text import SilentBuild
from refmatter.catalog.staged_rows import staged_row
from refmatter.dumps.record import DumpRecord
from refmatter.model import Work
from support import LARGE

_CATALOGUE = LARGE / "catalogue" / "catalogue.jsonl.gz"
_COLUMNS = ("title_key", "first_author", "year", "records", "title")
_MEMORY = 2 * 10**9
TITLE_KEY, FIRST_AUTHOR, DESCRIBED, YEAR = (
    list(RECORD_COLUMNS).index(column)
    for column in ("title_key", "first_author", "described", "year")
)
TELLING = "title and authors tell"
Known: TypeAlias = tuple[str, str, int | None]


def main() -> int:
    """Write, build, compare."""
    arguments = _parser().parse_args()
    if not _CATALOGUE.exists():
        print(f"{_CATALOGUE} is not there; set REFMATTER_DATA", file=sys.stderr)
        return 2
    works = list(large(_CATALOGUE, arguments.works))
    wanted = Counter(map(_known, works))
    telling = {_known(work) for work in works if _row(work)[DESCRIBED] is not None}
    print(f"{len(works):,} works, {len(wanted):,} by title, first author and year")
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
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
    return staged_row(DumpRecord("", "", work), "")


def _known(work: Work) -> Known:
    staged = _row(work)
    return staged[TITLE_KEY], staged[FIRST_AUTHOR], staged[YEAR]


def _written(folder: Path, name: str, works: Sequence[Work]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.2026-06-01"
    with path.open("wb") as out:
        FORMATS[name].write(works, out)
    return path


def _alone(folder: Path, path: Path, wanted: Counter[Known]) -> bool:
    contents, found, _ = _built(folder, [path])
    missing, beyond = wanted - found, found - wanted
    print(
        f"{path.stem:<16} {contents.works:>7,} works of {contents.records:>7,} records; "
        f"{missing.total():>5,} missing, {beyond.total():>5,} beyond; left {_left(contents)}",
        flush=True,
    )
    for description in (*list(missing)[:3], *list(beyond)[:3]):
        print(f"    {'missing' if description in missing else 'beyond'} {description}")
    return (missing | beyond).total() <= wanted.total() / 1000


def _together(
    folder: Path, paths: Sequence[Path], wanted: Counter[Known], telling: Collection[Known]
) -> bool:
    begun = time.perf_counter()
    contents, found, many = _built(folder, paths)
    seconds = time.perf_counter() - begun
    rest = [description for description in wanted if found[description] != 1]
    titled = Counter[tuple[str, str]]()
    for (key, first, _), count in wanted.items():
        titled[key, first] += count
    reasons = {description: _why(description, titled, telling) for description in rest}
    why = Counter(reasons.values())
    print(
        f"all: {contents.works:,} works of {contents.records:,} records in {seconds:.0f} s; "
        f"{contents.apart.model_dump()}\n"
        f"     {len(wanted) - len(rest):,} of {len(wanted):,} stand there once; "
        f"not once {dict(why)}\n"
        f"     works by how many records they have: {dict(sorted(many.items()))}"
    )
    for description in [description for description in rest if reasons[description] == TELLING][
        :10
    ]:
        print(f"    {found[description]} times {description}")
    return why[TELLING] <= len(wanted) / 1000


def _why(known: Known, titled: Counter[tuple[str, str]], telling: Collection[Known]) -> str:
    if titled[known[:2]] > 1:
        return "written more than once"
    return TELLING if known in telling else "short title, heading, or no author"


def _built(
    folder: Path, paths: Sequence[Path]
) -> tuple[CatalogManifest, Counter[Known], Counter[int]]:
    engine = partial(DuckEngine, memory=_MEMORY, threads=2, readers=2)
    contents, _ = build_catalog(folder, find_dumps(paths).dumps, engine, SilentBuild())
    files = [
        folder / catalog_file.path
        for catalog_file in contents.files
        if catalog_file.path.startswith("works/")
    ]
    rows = list(parquet.read_rows(files, _COLUMNS))
    found: Counter[Known] = Counter((key, first or "", year) for key, first, year, _, _ in rows)
    return contents, found, Counter(records for _, _, _, records, _ in rows)


def _left(contents: CatalogManifest) -> int:
    return sum(sum(source.left.values()) + source.bad for source in contents.origins)


if __name__ == "__main__":
    sys.exit(main())
