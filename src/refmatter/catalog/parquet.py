"""Read and write Parquet files of a catalogue; the same rows give the same bytes.

Needs pyarrow, which the extra `catalog` installs; importers report it if it is missing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

GROUP_ROWS = 20_000
"""Rows of a row group: what is in memory of a file that is read or written."""
MAX_FILE_ROWS = 2_000_000
"""The most rows of a file: about 250 MB of works."""

_ARROW_TYPES = {
    "text": pa.string(),
    "texts": pa.list_(pa.string()),
    "long": pa.int64(),
    "int": pa.int32(),
    "flag": pa.bool_(),
    "score": pa.float64(),
    "longs": pa.list_(pa.int64()),
}


def arrow_schema(columns: Mapping[str, str]) -> Any:
    """Return columns as in `layout` as an Arrow schema."""
    return pa.schema([(name, _ARROW_TYPES[kind]) for name, kind in columns.items()])


class ParquetWriter:
    """A Parquet file being written; synced to disk at the end of the `with`, removed on an error.

    A context manager. Raises OSError.
    """

    def __init__(self, path: Path, columns: Mapping[str, str]) -> None:
        self._path = path
        self._schema = arrow_schema(columns)
        self._writer = pq.ParquetWriter(
            path, self._schema, compression="zstd", compression_level=3, write_statistics=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()
        if kind is not None:
            self._path.unlink(missing_ok=True)
            return
        with self._path.open("rb") as file:
            os.fsync(file.fileno())

    def write_rows(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows as one row group."""
        if rows:
            columns = [
                pa.array(values, type=field.type)
                for values, field in zip(zip(*rows, strict=True), self._schema, strict=True)
            ]
            self.write_table(pa.table(columns, schema=self._schema))

    def write_table(self, table: Any) -> None:
        """Write an Arrow table with the same columns as one row group."""
        self._writer.write_table(table.cast(self._schema), row_group_size=GROUP_ROWS)


def write_files(
    batches: Iterable[Any], folder: Path, stem: str, columns: Mapping[str, str]
) -> list[Path]:
    """Write Arrow batches, in order, to Parquet files, at least one; return the files.

    They are named `STEM-0000.parquet`, …, and do not depend on how the rows were cut into batches.
    Raises OSError, and ValueError if the first column, of text, is not sorted: look-ups rely on
    that.
    """
    kind = arrow_schema(columns)
    groups = _checked_order(_row_groups(batches, kind))
    files: list[Path] = []
    group = next(groups, None)
    while group is not None or not files:
        files.append(folder / f"{stem}-{len(files):04}.parquet")
        with ParquetWriter(files[-1], columns) as file:
            row_total = 0
            while group is not None and row_total < MAX_FILE_ROWS:
                file.write_table(group)
                row_total += group.num_rows
                group = next(groups, None)
    return files


def _row_groups(batches: Iterable[Any], kind: Any) -> Iterator[Any]:
    """Yield tables of `GROUP_ROWS` rows; the last one may be smaller."""
    pending: list[Any] = []
    count = 0
    for batch in batches:
        pending.append(batch)
        count += batch.num_rows
        if count >= GROUP_ROWS:
            table = pa.Table.from_batches(pending).cast(kind)
            complete_rows = count - count % GROUP_ROWS
            for start in range(0, complete_rows, GROUP_ROWS):
                yield table.slice(start, GROUP_ROWS).combine_chunks()
            pending = table.slice(complete_rows).to_batches()
            count -= complete_rows
    if count:
        yield pa.Table.from_batches(pending).cast(kind).combine_chunks()


def _checked_order(groups: Iterable[Any]) -> Iterator[Any]:
    """Yield the tables unchanged. Raises ValueError if the first column is not sorted."""
    last = ""
    for group in groups:
        keys = group.column(0).combine_chunks()
        falls = pc.any(pc.less(keys.slice(1), keys.slice(0, len(keys) - 1))).as_py()
        if falls or keys[0].as_py() < last:
            raise ValueError("an engine's rows are not sorted")
        last = keys[-1].as_py()
        yield group


def read_rows(files: Iterable[Path], columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of Parquet files, in order, as Python values."""
    for batch in read_batches(files, columns):
        yield from batch_rows(batch)


def read_batches(files: Iterable[Path], columns: Sequence[str]) -> Iterator[Any]:
    """Yield the rows of Parquet files, in order, as Arrow batches."""
    for path in files:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=GROUP_ROWS, columns=list(columns)):
                # Columns come in the file's order.
                yield batch.select(list(columns))


def column_names(path: Path) -> list[str]:
    """Return the columns of a Parquet file. Raises OSError, and ValueError if it is damaged."""
    columns: list[str] = pq.read_schema(path).names
    return columns


def batch_rows(batch: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of an Arrow batch as Python values."""
    return zip(*(column.to_pylist() for column in batch.columns), strict=True)


def row_count(path: Path) -> int:
    """Return the rows of a Parquet file. Raises OSError, and ValueError if it is damaged."""
    rows: int = pq.read_metadata(path).num_rows
    return rows
