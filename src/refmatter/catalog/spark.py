"""Spark as the engine of a build, for a cluster: the same SQL, the same Python functions.

Needs pyspark, which the extra `spark` installs, and Java; importers report it if they are missing.
Python functions run in Spark's workers, on Arrow batches.
"""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

import refmatter
from refmatter.catalog import parquet
from refmatter.catalog.dump import Dump, ReadProgress
from refmatter.catalog.engine import Rows
from refmatter.catalog.staging import stage_dump
from refmatter.errors import ConfigError, RefmatterError
from refmatter.worker_pool import Row, RowFunction, usable_cores

_SQL_TYPES = {
    "text": "STRING", "texts": "ARRAY<STRING>", "long": "BIGINT", "int": "INT", "flag": "BOOLEAN",
    "score": "DOUBLE", "longs": "ARRAY<BIGINT>",
}  # fmt: skip
_LOCAL_MASTER = "local[*]"
_STAGED_COLUMNS = {"entries": "long", "trouble": "text"}


class SparkEngine:
    """A Spark session, with a folder on this machine that it empties. A context manager.

    `master` is the cluster's address (None: the cores of this machine), `remote` that of a Spark
    Connect server. `memory` is the driver's in bytes, if it is started here. Raises ConfigError if
    Spark does not start.
    """

    def __init__(
        self,
        folder: Path,
        master: str | None = None,
        remote: str | None = None,
        memory: int | None = None,
    ) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._folder = folder
        self._kept: dict[str, DataFrame] = {}
        # Spark's workers would take another Python from the PATH, which has not what ours has.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        try:
            self._spark = _open_session(folder, master, remote, memory)
            # Spark takes a table's packed size for its size, and would send a large one whole to
            # every worker, through this machine's memory.
            self._spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
            self._spark.addArtifacts(str(_pack_refmatter(folder)), pyfile=True)
        except (PySparkException, OSError, RuntimeError) as error:
            why = str(error).strip().partition("\n")[0]
            raise ConfigError(
                f"Spark does not start: {why}; it needs Java 17 or newer (JAVA_HOME), and the "
                "address of a cluster that answers"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._spark.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stage_dumps(self, dumps: Sequence[Dump], parts: Path, progress: ReadProgress) -> None:
        """Read files to their parts in Spark's workers, at the same paths (`engine.Engine`).

        Each worker reads one file at a time.
        """
        for dump in dumps:
            progress.begin_file(dump.path)
        # A part of the range for each file: a worker that is free takes the next one.
        numbers = self._spark.range(0, len(dumps), 1, len(dumps))
        function = partial(_stage_batches, dumps=tuple(dumps), parts=parts.absolute())
        for entries, problem in numbers.mapInArrow(
            function, _ddl_columns(_STAGED_COLUMNS)
        ).collect():
            if problem:
                raise OSError(f"{problem}; every worker reads dumps and writes parts, at the paths "
                              "that they have here")  # fmt: skip
            progress.add_entries(entries)

    def load_parquet(self, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """Make the table `name` from Parquet files (`engine.Engine`).

        Workers read them at the same paths.
        """
        if files:
            # The paths are this machine's, whatever file system the cluster takes for its own.
            frame = self._spark.read.parquet(*(f"file://{file.absolute()}" for file in files))
            frame.select(*columns).createOrReplaceTempView(name)
        else:
            self._empty(columns).createOrReplaceTempView(name)

    def create_table(self, name: str, sql: str) -> None:
        """Run a query once, and make the table `name` of its rows (`engine.Engine`)."""
        self._hold(name, self._spark.sql(sql))

    def create_view(self, name: str, sql: str) -> None:
        """Make the view `name` of a query (`engine.Engine`)."""
        self._spark.sql(sql).createOrReplaceTempView(name)

    def drop_tables(self, *names: str) -> None:
        """Drop tables that `create_table` made (`engine.Engine`)."""
        for name in names:
            if name in self._kept:
                self._kept.pop(name).unpersist()

    def fetch_rows(self, sql: str) -> Rows:
        """Return the rows of a query that has few (`engine.Engine`)."""
        return [tuple(row) for row in self._spark.sql(sql).collect()]

    def stream_rows(self, sql: str) -> Iterator[Row]:
        """Yield the rows of a query (`engine.Engine`)."""
        return map(tuple, self._spark.sql(sql).toLocalIterator())

    def stream_ordered(self, sql: str) -> Iterator[Row]:
        """Yield the rows of a query that ends in ORDER BY, in that order (`engine.Engine`)."""
        return self.stream_rows(sql)

    def apply_function(
        self, name: str, sql: str, function: RowFunction, columns: Mapping[str, str]
    ) -> None:
        """Make the table `name` of what a function returns for a query's rows (`engine.Engine`)."""
        frame = self._spark.sql(sql)
        first = frame.columns[0]
        mapper = partial(_apply_to_batches, function=function, columns=dict(columns))
        # Of a number that is said, parts stay apart: Spark would join small ones, as if a row took
        # Python no time, and leave cores idle.
        parts = int(self._spark.conf.get("spark.sql.shuffle.partitions") or 1)
        together = frame.repartition(parts, first).sortWithinPartitions(first)
        self._hold(name, together.mapInArrow(mapper, _ddl_columns(columns)))

    def load_rows(self, name: str, columns: Mapping[str, str], rows: Iterable[Row]) -> None:
        """Make the table `name` of these rows, which this machine sends (`engine.Engine`)."""
        batches = list(_record_batches(rows, columns))
        if batches:
            table = pa.Table.from_batches(batches)
            self._hold(name, self._spark.createDataFrame(table))
        else:
            self._empty(columns).createOrReplaceTempView(name)

    def partition(self, name: str, sql: str, by: str, columns: Mapping[str, str]) -> list[str]:
        """Make the view `name` of a query's rows, and return it as the only part.

        Spark shuffles and spills by itself.
        """
        del by, columns
        self.create_view(name, sql)
        return [name]

    def write_parquet(
        self, sql: str, folder: Path, stem: str, columns: Mapping[str, str]
    ) -> list[Path]:
        """Write the rows of a sorted query to Parquet files; return these (`engine.Engine`).

        Workers sort and write to this engine's folder, which they must have at the same path; this
        machine cuts what they wrote into files of even size.
        """
        sorted_ = self._folder / stem
        self._spark.sql(sql).write.parquet(f"file://{sorted_.absolute()}", compression="zstd")
        # The names of Spark's files are in the order of the rows.
        files = sorted(sorted_.glob("part-*.parquet"))
        written = parquet.write_files(
            parquet.read_batches(files, tuple(columns)), folder, stem, columns
        )
        shutil.rmtree(sorted_)
        return written

    def _hold(self, name: str, frame: DataFrame) -> None:
        """Compute a frame once, and make the table `name` of it."""
        # Worked out now, and cut off from what it came of: rounds of joins would else be planned,
        # and after a `drop` worked out, from the beginning again.
        checkpoint = frame.localCheckpoint(eager=True)
        self.drop_tables(name)
        self._kept[name] = checkpoint
        checkpoint.createOrReplaceTempView(name)

    def _empty(self, columns: Mapping[str, str]) -> DataFrame:
        """Return a frame with these columns and no rows."""
        return self._spark.createDataFrame([], _ddl_columns(columns))


def _open_session(
    folder: Path, master: str | None, remote: str | None, memory: int | None
) -> SparkSession:
    """Start or join a Spark session; on this machine with settings for few cores."""
    builder = SparkSession.builder.appName("refmatter")
    if remote is not None:
        return builder.remote(remote).getOrCreate()
    settings: dict[str, Any] = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # A dump that two workers read would be written by both to one place.
        "spark.speculation": "false",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }
    if memory is not None:
        settings["spark.driver.memory"] = f"{memory // 2**20}m"
    if master is None or master.startswith("local"):
        settings |= {
            "spark.local.dir": str(folder / "spilt"),
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            # 200 tasks for a few cores only wait.
            "spark.sql.shuffle.partitions": str(2 * usable_cores()),
        }
    session = builder.master(master or _LOCAL_MASTER).config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _pack_refmatter(folder: Path) -> Path:
    """Return a zip of this package, which workers import.

    Its dependencies must be installed there.
    """
    package = Path(refmatter.__path__[0])
    target = folder / "refmatter.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted((*package.rglob("*.py"), package / "data" / "words.txt.xz")):
            packed.write(file, Path("refmatter") / file.relative_to(package))
    return target


def _apply_to_batches(
    batches: Iterator[Any], function: RowFunction, columns: Mapping[str, str]
) -> Iterator[Any]:
    """Yield what a function of rows returns for Arrow batches; runs in a worker."""
    rows = (row for batch in batches for row in parquet.batch_rows(batch))
    return _record_batches(function(rows), columns)


def _stage_batches(batches: Iterator[Any], dumps: tuple[Dump, ...], parts: Path) -> Iterator[Any]:
    """Read the dumps with the numbers in the batches; yield (entries read, error).

    Runs in a worker.
    """

    def rows() -> Iterator[Row]:
        """Yield the entries read and the error of each dump."""
        for batch in batches:
            for (number,) in parquet.batch_rows(batch):
                read: list[int] = []
                try:
                    stage_dump(dumps[number], parts, read.append)
                except (RefmatterError, OSError) as error:
                    yield sum(read), str(error) or type(error).__name__
                else:
                    yield sum(read), ""

    return _record_batches(rows(), _STAGED_COLUMNS)


def _record_batches(rows: Iterable[Row], columns: Mapping[str, str]) -> Iterator[Any]:
    """Yield rows in Arrow batches of `parquet.GROUP_ROWS`."""
    schema = parquet.arrow_schema(columns)
    remaining = iter(rows)
    while group := list(islice(remaining, parquet.GROUP_ROWS)):
        values = zip(zip(*group, strict=True), schema, strict=True)
        yield pa.record_batch(
            [pa.array(column, type=field.type) for column, field in values], schema=schema
        )


def _ddl_columns(columns: Mapping[str, str]) -> str:
    """Return columns as in `layout` in Spark's DDL."""
    return ", ".join(f"{name} {_SQL_TYPES[kind]}" for name, kind in columns.items())
