"""DuckDB as the engine of a build: what does not fit into its memory goes to a folder.

Needs duckdb, which the extra `catalog` brings: whoever imports this says so where it is missing.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from refmatter.catalog import parallel_read, parquet
from refmatter.catalog.dump import Dump, ReadProgress
from refmatter.catalog.engine import Rows
from refmatter.worker_pool import Row, RowFunction, WorkerPool

_ROW = 3072
"""Bytes of memory for each record that is grouped, long author lists among them."""
_TYPES = {
    "text": "VARCHAR", "texts": "VARCHAR[]", "long": "BIGINT", "int": "INTEGER", "flag": "BOOLEAN",
    "score": "DOUBLE", "longs": "BIGINT[]",
}  # fmt: skip


class DuckEngine:
    """An engine at work in a folder of its own, which it empties. A context manager.

    `memory` is what DuckDB takes at most, in bytes; it keeps to that but for some percent.
    `readers` is how many processes may read files before DuckDB has its turn.
    """

    def __init__(self, folder: Path, memory: int, threads: int, readers: int = 1) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._folder = folder
        self._memory = memory
        self._readers = readers
        self._crew = WorkerPool(threads)
        self._connection = duckdb.connect(
            ":memory:",  # its tables are spilt like anything else, and nothing is synced
            config={
                "memory_limit": f"{memory // 1_000_000}MB",
                "threads": threads,
                "temp_directory": str(folder / "spilt"),
                "preserve_insertion_order": False,
                # Nothing is fetched, and no query reaches out: the SQL is ours, the data is not.
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "partitioned_write_flush_threshold": parquet.GROUP,
            },
        )
        # In a program without a file, such as a notebook, a bar would be drawn on standard output.
        self._run("SET enable_progress_bar = false")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._crew.close()
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stage(self, dumps: Sequence[Dump], parts: Path, watch: ReadProgress) -> None:
        """See `engine.Engine`."""
        many = min(self._readers, len(dumps))
        if many > 1:
            parallel_read.read(dumps, parts, watch, many)

    def read(self, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """See `engine.Engine`."""
        if files:
            listed = ", ".join(_quoted(str(each)) for each in files)
            sql = f"SELECT {', '.join(columns)} FROM read_parquet([{listed}])"
        else:
            empty = (f"CAST(NULL AS {_TYPES[kind]}) AS {each}" for each, kind in columns.items())
            sql = f"SELECT {', '.join(empty)} WHERE 1 = 0"
        self.view(name, sql)

    def keep(self, name: str, sql: str) -> None:
        """See `engine.Engine`."""
        self._run(f"CREATE OR REPLACE TABLE {name} AS {sql}")

    def view(self, name: str, sql: str) -> None:
        """See `engine.Engine`."""
        self._run(f"CREATE OR REPLACE VIEW {name} AS {sql}")

    def drop(self, *names: str) -> None:
        """See `engine.Engine`."""
        for name in names:
            self._run(f"DROP TABLE IF EXISTS {name}")

    def rows(self, sql: str) -> Rows:
        """See `engine.Engine`."""
        rows: Rows = self._run(sql).fetchall()
        return rows

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """See `engine.Engine`."""
        for batch in self._batches(sql):
            yield from parquet.tuples(batch)

    def ordered(self, sql: str) -> Iterator[Row]:
        """See `engine.Engine`."""
        with self._in_order():
            for batch in self._batches(sql):
                yield from parquet.tuples(batch)

    def apply(self, name: str, sql: str, work: RowFunction, columns: Mapping[str, str]) -> None:
        """See `engine.Engine`."""
        rows = self.ordered(f"SELECT * FROM ({sql}) ORDER BY 1")
        self.load(name, columns, self._crew.map_grouped(work, rows))

    def load(self, name: str, columns: Mapping[str, str], rows: Iterable[tuple[Any, ...]]) -> None:
        """See `engine.Engine`."""
        path = self._folder / f"{name}.parquet"
        given = iter(rows)
        with parquet.ParquetWriter(path, columns) as file:
            while group := list(islice(given, parquet.GROUP)):
                file.add(group)
        self.read(name, [path], columns)

    def split(self, name: str, sql: str, by: str, columns: Mapping[str, str]) -> list[str]:
        """See `engine.Engine`."""
        ((count,),) = self.rows(f"SELECT count(*) FROM ({sql})")
        parts = 1 + count * _ROW // self._memory
        if parts == 1:
            self.view(name, sql)
            return [name]
        target = self._folder / name
        self._run(
            f"COPY (SELECT *, {by} % {parts} AS part FROM ({sql})) TO {_quoted(str(target))} "
            "(FORMAT parquet, PARTITION_BY (part), COMPRESSION zstd)"
        )
        names = []
        for number in range(parts):
            names.append(f"{name}_{number}")
            self.read(names[-1], sorted((target / f"part={number}").glob("*")), columns)
        return names

    def write(self, sql: str, folder: Path, stem: str, columns: Mapping[str, str]) -> list[Path]:
        """See `engine.Engine`."""
        with self._in_order():
            return parquet.write(self._batches(sql), folder, stem, columns)

    @contextlib.contextmanager
    def _in_order(self) -> Iterator[None]:
        """Without this, DuckDB hands the rows of a sorted query out in another order."""
        self._run("SET preserve_insertion_order = true")
        try:
            yield
        finally:
            self._run("SET preserve_insertion_order = false")

    def _batches(self, sql: str) -> Iterator[Any]:
        # A cursor of its own: a query that is read on and on outlives those that come between.
        # `sql`, as what `execute` gives is a copy, and unsorted.
        with self._connection.cursor() as cursor:
            with _heeding():
                batches = iter(cursor.sql(sql).to_arrow_reader(parquet.GROUP))
            while True:
                with _heeding():
                    batch = next(batches, None)
                if batch is None:
                    return
                yield batch

    def _run(self, sql: str) -> Any:
        with _heeding():
            return self._connection.execute(sql)


@contextlib.contextmanager
def _heeding() -> Iterator[None]:
    """Ctrl-C as Python has it: DuckDB heeds it, and tells of an error."""
    try:
        yield
    except (RuntimeError, duckdb.InterruptException, OSError) as error:
        if "interrupted" not in str(error).casefold():
            raise
        raise KeyboardInterrupt from error


def _quoted(text: str) -> str:
    """A text as SQL takes it."""
    return "'" + text.replace("'", "''") + "'"
