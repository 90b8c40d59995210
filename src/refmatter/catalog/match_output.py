"""Rows of decisions -> JSON lines or a Parquet file; what was decided, counted, for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

from refmatter.catalog import parquet
from refmatter.catalog.bulk_match import MatchTally
from refmatter.catalog.match_rows import DECIDED
from refmatter.errors import ConfigError
from refmatter.files import describe_os_error
from refmatter.worker_pool import Row

_WRITTEN: Mapping[str, str] = {name: kind for name, kind in DECIDED.items() if name != "n"}


def as_lines(rows: Iterable[Row]) -> Iterator[str]:
    """A line of JSON for each decision; what is not known is left out."""
    for row in rows:
        said = dict(zip(DECIDED, row, strict=True))
        del said["n"]
        known = {name: value for name, value in said.items() if value not in (None, [])}
        yield json.dumps(known, ensure_ascii=False) + "\n"


def write(rows: Iterable[Row], path: Path) -> None:
    """Write decisions to a file, which is there when it is whole: Parquet where its name ends so,
    else JSON lines. Raises ConfigError where it cannot be written."""
    with _whole(path) as fresh:
        if path.suffix.lower() == ".parquet":
            given = iter(rows)
            with parquet.ParquetWriter(fresh, _WRITTEN) as file:
                while some := [row[1:] for row in islice(given, parquet.GROUP)]:
                    file.add(some)
        else:
            with fresh.open("w", encoding="utf-8") as lines:
                put(rows, lines)


def put(rows: Iterable[Row], out: IO[str]) -> None:
    """Write decisions as JSON lines."""
    out.writelines(as_lines(rows))


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Where to write what takes the path's place when the `with` ends well."""
    fresh = path.with_name(f".{path.name}.part")
    try:
        yield fresh
        fresh.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {describe_os_error(error)}") from error
    finally:
        fresh.unlink(missing_ok=True)


def counted(tally: MatchTally, bad: int) -> Iterator[str]:
    """What was decided, in a few lines."""
    accepted = tally.certain + tally.likely
    yield (
        f"{tally.questions:,} titles: {accepted:,} accepted ({tally.certain:,} certain, "
        f"{tally.likely:,} likely), {tally.ambiguous:,} ambiguous, {tally.unmatched:,} unmatched"
    )
    yield (
        f"  {tally.exact:,} had a work of their very title or identifier; for the others "
        f"{tally.pairs:,} pairs were compared"
    )
    if tally.crowded:
        yield f"  {tally.crowded:,} blocks were passed over, as too many works are in them"
    if bad:
        yield f"  {bad:,} could not be read"


def as_json(tally: MatchTally, bad: Iterable[Mapping[str, Any]], count: int) -> str:
    """The same for machines; `bad` are the first of those that could not be read, `count` says
    how many there are."""
    said = {
        "titles": tally.questions,
        "exact": tally.exact,
        "accepted": {"certain": tally.certain, "likely": tally.likely},
        "ambiguous": tally.ambiguous,
        "unmatched": tally.unmatched,
        "pairs": tally.pairs,
        "crowded": tally.crowded,
        "unread": count,
        "bad": list(bad),
    }
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"
