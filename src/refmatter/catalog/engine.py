"""The protocol of the engine that joins, groups and sorts for a build: SQL in, Parquet in and out.

The SQL is that of `merge` and `bulk_match`, in the dialect that engines share; an engine only runs
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from refmatter.catalog.dump import Dump, ReadProgress
from refmatter.worker_pool import Row, RowFunction

Rows: TypeAlias = list[Row]


class EngineOpener(Protocol):
    """Opens an engine in a folder that only the engine uses."""

    def __call__(self, folder: Path, /) -> AbstractContextManager[Engine]:
        """Return the engine as a context manager. Raises ConfigError if it does not start."""


class Engine(Protocol):
    """Joins, groups and sorts data that exceeds memory."""

    def stage_dumps(self, dumps: Sequence[Dump], parts: Path, progress: ReadProgress) -> None:
        """Read files to their parts (`staging.stage_dump`), several at once if that is faster.

        The caller reads those that are left. Raises OSError.
        """

    def load_parquet(self, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """Make the table `name` from Parquet files with these columns; empty without files.

        Types of columns are those of `layout`.
        """

    def create_table(self, name: str, sql: str) -> None:
        """Run a query once, and make the table `name` of its rows, replacing any other."""

    def create_view(self, name: str, sql: str) -> None:
        """Make the view `name`: the query runs whenever the view is read."""

    def drop_tables(self, *names: str) -> None:
        """Drop tables that `create_table` made."""

    def fetch_rows(self, sql: str) -> Rows:
        """Return the rows of a query that has few."""

    def stream_rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query that may have many; few of them are in memory."""

    def stream_ordered(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query that ends in ORDER BY, in that order.

        Few of them are in memory.
        """

    def apply_function(
        self, name: str, sql: str, function: RowFunction, columns: Mapping[str, str]
    ) -> None:
        """Make the table `name` of what a Python function returns for a query's rows.

        Several processes run it. Rows with the same value in the query's first column are passed to
        one call, together.
        """

    def load_rows(
        self, name: str, columns: Mapping[str, str], rows: Iterable[tuple[Any, ...]]
    ) -> None:
        """Make the table `name` of these rows."""

    def partition(self, name: str, sql: str, by: str, columns: Mapping[str, str]) -> list[str]:
        """Split the rows of a query by a column of whole numbers; return the names of the tables.

        Rows with the same number are in one table, and each table is small enough to be grouped in
        memory.
        """

    def write_parquet(
        self, sql: str, folder: Path, stem: str, columns: Mapping[str, str]
    ) -> list[Path]:
        """Write the rows of a sorted query to Parquet files; return these, in order.

        They are named `STEM-0000.parquet`, …; each is complete on return. The same rows give the
        same bytes.
        """
