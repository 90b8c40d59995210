"""Write the decisions of a bulk match as JSON lines or Parquet, and summarise their counts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

from refmatter.catalog import parquet
from refmatter.catalog.bulk_match import MatchTally
from refmatter.catalog.match_rows import DECISION_COLUMNS
from refmatter.errors import ConfigError
from refmatter.files import describe_os_error
from refmatter.worker_pool import Row

_OUTPUT_COLUMNS: Mapping[str, str] = {
    name: kind for name, kind in DECISION_COLUMNS.items() if name != "n"
}


def json_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Yield a line of JSON for each row of decisions; unknown values are left out."""
    for row in rows:
        values = dict(zip(DECISION_COLUMNS, row, strict=True))
        del values["n"]
        filled = {name: value for name, value in values.items() if value not in (None, [])}
        yield json.dumps(filled, ensure_ascii=False) + "\n"


def write_decisions(rows: Iterable[Row], path: Path) -> None:
    """Write rows of decisions to a file: Parquet if its name ends in .parquet, else JSON lines.

    The file appears when it is complete. Raises ConfigError if it cannot be written.
    """
    with _replacing(path) as temporary_path:
        if path.suffix.lower() == ".parquet":
            remaining = iter(rows)
            with parquet.ParquetWriter(temporary_path, _OUTPUT_COLUMNS) as file:
                while group := [row[1:] for row in islice(remaining, parquet.GROUP_ROWS)]:
                    file.write_rows(group)
        else:
            with temporary_path.open("w", encoding="utf-8") as lines:
                write_json_lines(rows, lines)


def write_json_lines(rows: Iterable[Row], out: IO[str]) -> None:
    """Write rows of decisions to an open file as JSON lines."""
    out.writelines(json_lines(rows))


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Yield the path of a temporary file that replaces `path` when the `with` block succeeds.

    Raises ConfigError if the file cannot be written.
    """
    temporary_path = path.with_name(f".{path.name}.part")
    try:
        yield temporary_path
        temporary_path.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {describe_os_error(error)}") from error
    finally:
        temporary_path.unlink(missing_ok=True)


def summary_lines(tally: MatchTally, bad: int) -> Iterator[str]:
    """Yield a summary for people; `bad` is the number of questions that could not be read."""
    accepted = tally.certain + tally.likely
    yield (
        f"{tally.questions:,} titles: {accepted:,} accepted ({tally.certain:,} certain, "
        f"{tally.likely:,} likely), {tally.ambiguous:,} ambiguous, {tally.unmatched:,} unmatched"
    )
    yield (
        f"  {tally.exact:,} have a work with the same title or an identifier; for the others "
        f"{tally.pairs:,} pairs were compared"
    )
    if tally.crowded:
        yield f"  {tally.crowded:,} blocks were skipped because too many works share them"
    if bad:
        yield f"  {bad:,} could not be read"


def summary_json(tally: MatchTally, bad: Iterable[Mapping[str, Any]], count: int) -> str:
    """Return the summary as JSON, with the first unreadable questions and their `count`."""
    summary = {
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
    return json.dumps(summary, ensure_ascii=False, indent=2) + "\n"
