"""Rows of a catalogue's columns <-> Parquet files, the same bytes for the same rows.

Needs pyarrow, which the extra `catalog` brings: whoever imports this says so where it is missing.
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

GROUP = 20_000
"""Rows of a row group: what is in memory of a file that is read or written."""
LARGEST = 2_000_000
"""Rows of a file: about 250 MB of works."""

_TYPES = {
    "text": pa.string(),
    "texts": pa.list_(pa.string()),
    "long": pa.int64(),
    "int": pa.int32(),
    "flag": pa.bool_(),
    "score": pa.float64(),
    "longs": pa.list_(pa.int64()),
}


def schema(columns: Mapping[str, str]) -> Any:
    """The columns of `layout` as Arrow has them."""
    return pa.schema([(name, _TYPES[kind]) for name, kind in columns.items()])


class ParquetWriter:
    """A Parquet file that is being written; on disk when the `with` ends, and gone where that
    ends in an error. A context manager. Raises OSError."""

    def __init__(self, path: Path, columns: Mapping[str, str]) -> None:
        self._path = path
        self._schema = schema(columns)
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

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Put rows in, as a row group."""
        if rows:
            columns = [
                pa.array(values, type=field.type)
                for values, field in zip(zip(*rows, strict=True), self._schema, strict=True)
            ]
            self.put(pa.table(columns, schema=self._schema))

    def put(self, table: Any) -> None:
        """Put an Arrow table of the same columns in, as a row group."""
        self._writer.write_table(table.cast(self._schema), row_group_size=GROUP)


def write(
    batches: Iterable[Any], folder: Path, stem: str, columns: Mapping[str, str]
) -> list[Path]:
    """Arrow batches, in their order, as files `STEM-0000.parquet`, …; one at least.

    However the rows were cut into batches, the files are the same. Raises OSError, and ValueError
    where the first column, of text, is not sorted: who looks something up relies on that.
    """
    kind = schema(columns)
    groups = _sorted(_groups(batches, kind))
    files: list[Path] = []
    group = next(groups, None)
    while group is not None or not files:
        files.append(folder / f"{stem}-{len(files):04}.parquet")
        with ParquetWriter(files[-1], columns) as file:
            held = 0
            while group is not None and held < LARGEST:
                file.put(group)
                held += group.num_rows
                group = next(groups, None)
    return files


def _groups(batches: Iterable[Any], kind: Any) -> Iterator[Any]:
    """Tables of `GROUP` rows, the last one with what is left."""
    held: list[Any] = []
    count = 0
    for batch in batches:
        held.append(batch)
        count += batch.num_rows
        if count >= GROUP:
            table = pa.Table.from_batches(held).cast(kind)
            whole = count - count % GROUP
            for start in range(0, whole, GROUP):
                yield table.slice(start, GROUP).combine_chunks()
            held = table.slice(whole).to_batches()
            count -= whole
    if count:
        yield pa.Table.from_batches(held).cast(kind).combine_chunks()


def _sorted(groups: Iterable[Any]) -> Iterator[Any]:
    """The same, each looked at first."""
    last = ""
    for group in groups:
        keys = group.column(0).combine_chunks()
        falls = pc.any(pc.less(keys.slice(1), keys.slice(0, len(keys) - 1))).as_py()
        if falls or keys[0].as_py() < last:
            raise ValueError("an engine's rows are not sorted")
        last = keys[-1].as_py()
        yield group


def rows(files: Iterable[Path], columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The rows of Parquet files, in their order, as Python's values."""
    for batch in batches(files, columns):
        yield from tuples(batch)


def batches(files: Iterable[Path], columns: Sequence[str]) -> Iterator[Any]:
    """The same as Arrow batches."""
    for path in files:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=GROUP, columns=list(columns)):
                # Columns come in the file's order.
                yield batch.select(list(columns))


def names(path: Path) -> list[str]:
    """The columns of a file. Raises OSError, and ValueError where it is no whole one."""
    found: list[str] = pq.read_schema(path).names
    return found


def tuples(batch: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of an Arrow batch as Python's values."""
    return zip(*(column.to_pylist() for column in batch.columns), strict=True)


def count(path: Path) -> int:
    """How many rows a file has. Raises OSError, and ValueError where it is no whole one."""
    rows: int = pq.read_metadata(path).num_rows
    return rows
