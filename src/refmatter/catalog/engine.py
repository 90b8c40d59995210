"""What a build asks of the engine that joins: SQL in, Parquet in and out.

The SQL is `merge`'s, in the part that engines have in common. An engine only runs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from refmatter.catalog.dump import Dump, ReadProgress
from refmatter.worker_pool import Row, RowFunction

Rows: TypeAlias = list[Row]


class Opening(Protocol):
    """What opens an engine in a folder that is the engine's alone."""

    def __call__(self, folder: Path, /) -> AbstractContextManager[Engine]:
        """The engine, at work within a `with`. Raises ConfigError where it does not start."""


class Engine(Protocol):
    """Joins, groups and sorts what does not fit into memory."""

    def stage(self, dumps: Sequence[Dump], parts: Path, watch: ReadProgress) -> None:
        """Have files read to their parts (`staging.stage`), several at once where that pays; what
        is not read when this comes back is left to the caller. Raises OSError."""

    def read(self, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """From now on `name` is these Parquet files, which have these columns (as `layout` has
        them); with no file it is empty."""

    def keep(self, name: str, sql: str) -> None:
        """Work a query out, once; from now on `name` is its rows. What had that name is gone."""

    def view(self, name: str, sql: str) -> None:
        """From now on `name` is a query, worked out whenever somebody reads it."""

    def drop(self, *names: str) -> None:
        """Forget what `keep` worked out."""

    def rows(self, sql: str) -> Rows:
        """The rows of a query that has few."""

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query that may have many, few of them in memory."""

    def ordered(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query that ends in ORDER BY, in that order, few of them in memory."""

    def apply(self, name: str, sql: str, work: RowFunction, columns: Mapping[str, str]) -> None:
        """From now on `name` is what a Python function makes of a query's rows, worked out once
        and by several processes: rows of one value of the query's first column come together, to
        one call."""

    def load(self, name: str, columns: Mapping[str, str], rows: Iterable[tuple[Any, ...]]) -> None:
        """From now on `name` is these rows, which Python worked out."""

    def split(self, name: str, sql: str, by: str, columns: Mapping[str, str]) -> list[str]:
        """The rows of a query, shuffled by a column of whole numbers: names of tables that hold
        each a part of its values, small enough to be grouped within the memory there is."""

    def write(self, sql: str, folder: Path, stem: str, columns: Mapping[str, str]) -> list[Path]:
        """The rows of a query, which are sorted, as Parquet files `STEM-0000.parquet`, …, in that
        order; each is complete when this comes back. The same rows give the same bytes."""
