"""DuckDB as the engine of a build; data that exceeds its memory is spilt to a folder.

Needs duckdb, which the extra `catalog` installs; importers report it if it is missing.
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

_GROUPED_ROW_BYTES = 3072
"""Bytes of memory for each record that is grouped, including long author lists."""
_SQL_TYPES = {
    "text": "VARCHAR", "texts": "VARCHAR[]", "long": "BIGINT", "int": "INTEGER", "flag": "BOOLEAN",
    "score": "DOUBLE", "longs": "BIGINT[]",
}  # fmt: skip


class DuckEngine:
    """DuckDB, working in a folder that it empties. A context manager.

    `memory` is DuckDB's limit in bytes; it may exceed it by a few percent. `readers` is the number
    of processes that may read files before DuckDB starts.
    """

    def __init__(self, folder: Path, memory: int, threads: int, readers: int = 1) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._folder = folder
        self._memory = memory
        self._readers = readers
        self._pool = WorkerPool(threads)
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
                "partitioned_write_flush_threshold": parquet.GROUP_ROWS,
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
        self._pool.close()
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stage_dumps(self, dumps: Sequence[Dump], parts: Path, progress: ReadProgress) -> None:
        """Read files to their parts in several processes (`engine.Engine`)."""
        workers = min(self._readers, len(dumps))
        if workers > 1:
            parallel_read.stage_in_parallel(dumps, parts, progress, workers)

    def load_parquet(self, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """Make the table `name` from Parquet files (`engine.Engine`)."""
        if files:
            file_list = ", ".join(_sql_text(str(file)) for file in files)
            sql = f"SELECT {', '.join(columns)} FROM read_parquet([{file_list}])"
        else:
            empty = (
                f"CAST(NULL AS {_SQL_TYPES[kind]}) AS {column}" for column, kind in columns.items()
            )
            sql = f"SELECT {', '.join(empty)} WHERE 1 = 0"
        self.create_view(name, sql)

    def create_table(self, name: str, sql: str) -> None:
        """Run a query once, and make the table `name` of its rows (`engine.Engine`)."""
        self._run(f"CREATE OR REPLACE TABLE {name} AS {sql}")

    def create_view(self, name: str, sql: str) -> None:
        """Make the view `name` of a query (`engine.Engine`)."""
        self._run(f"CREATE OR REPLACE VIEW {name} AS {sql}")

    def drop_tables(self, *names: str) -> None:
        """Drop tables that `create_table` made (`engine.Engine`)."""
        for name in names:
            self._run(f"DROP TABLE IF EXISTS {name}")

    def fetch_rows(self, sql: str) -> Rows:
        """Return the rows of a query that has few (`engine.Engine`)."""
        rows: Rows = self._run(sql).fetchall()
        return rows

    def stream_rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query (`engine.Engine`)."""
        for batch in self._batches(sql):
            yield from parquet.batch_rows(batch)

    def stream_ordered(self, sql: str) -> Iterator[Row]:
        """Yield the rows of a query that ends in ORDER BY, in that order (`engine.Engine`)."""
        with self._in_order():
            for batch in self._batches(sql):
                yield from parquet.batch_rows(batch)

    def apply_function(
        self, name: str, sql: str, function: RowFunction, columns: Mapping[str, str]
    ) -> None:
        """Make the table `name` of what a function returns for a query's rows (`engine.Engine`)."""
        rows = self.stream_ordered(f"SELECT * FROM ({sql}) ORDER BY 1")
        self.load_rows(name, columns, self._pool.map_grouped(function, rows))

    def load_rows(
        self, name: str, columns: Mapping[str, str], rows: Iterable[tuple[Any, ...]]
    ) -> None:
        """Make the table `name` of these rows (`engine.Engine`)."""
        path = self._folder / f"{name}.parquet"
        remaining = iter(rows)
        with parquet.ParquetWriter(path, columns) as file:
            while group := list(islice(remaining, parquet.GROUP_ROWS)):
                file.write_rows(group)
        self.load_parquet(name, [path], columns)

    def partition(self, name: str, sql: str, by: str, columns: Mapping[str, str]) -> list[str]:
        """Split a query's rows by a number; return the names of the tables (`engine.Engine`)."""
        ((count,),) = self.fetch_rows(f"SELECT count(*) FROM ({sql})")
        parts = 1 + count * _GROUPED_ROW_BYTES // self._memory
        if parts == 1:
            self.create_view(name, sql)
            return [name]
        target = self._folder / name
        self._run(
            f"COPY (SELECT *, {by} % {parts} AS part FROM ({sql})) TO {_sql_text(str(target))} "
            "(FORMAT parquet, PARTITION_BY (part), COMPRESSION zstd)"
        )
        names = []
        for number in range(parts):
            names.append(f"{name}_{number}")
            self.load_parquet(names[-1], sorted((target / f"part={number}").glob("*")), columns)
        return names

    def write_parquet(
        self, sql: str, folder: Path, stem: str, columns: Mapping[str, str]
    ) -> list[Path]:
        """Write the rows of a sorted query to Parquet files; return these (`engine.Engine`)."""
        with self._in_order():
            return parquet.write_files(self._batches(sql), folder, stem, columns)

    @contextlib.contextmanager
    def _in_order(self) -> Iterator[None]:
        """While open, DuckDB returns the rows of a sorted query in their order."""
        self._run("SET preserve_insertion_order = true")
        try:
            yield
        finally:
            self._run("SET preserve_insertion_order = false")

    def _batches(self, sql: str) -> Iterator[Any]:
        """Yield the rows of a query in Arrow batches."""
        # A cursor of its own: a query that is read on and on outlives those that come between.
        # `sql`, as what `execute` gives is a copy, and unsorted.
        with self._connection.cursor() as cursor:
            with _raising_interrupts():
                batches = iter(cursor.sql(sql).to_arrow_reader(parquet.GROUP_ROWS))
            while True:
                with _raising_interrupts():
                    batch = next(batches, None)
                if batch is None:
                    return
                yield batch

    def _run(self, sql: str) -> Any:
        """Execute a statement; Ctrl-C interrupts it."""
        with _raising_interrupts():
            return self._connection.execute(sql)


@contextlib.contextmanager
def _raising_interrupts() -> Iterator[None]:
    """Raise KeyboardInterrupt where DuckDB reports an interruption as an error of its own."""
    try:
        yield
    except (RuntimeError, duckdb.InterruptException, OSError) as error:
        if "interrupted" not in str(error).casefold():
            raise
        raise KeyboardInterrupt from error


def _sql_text(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
