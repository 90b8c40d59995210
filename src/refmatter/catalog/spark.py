"""Spark as the engine, for whoever has a cluster: the same SQL, the same Python functions.

Needs pyspark and Java, which the extra `spark` and the system bring: whoever imports this says so
where they are missing. Python functions run in Spark's own workers, on Arrow batches.
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
from refmatter.catalog.staging import stage
from refmatter.errors import ConfigError, RefmatterError
from refmatter.worker_pool import Row, RowFunction, usable_cores

_TYPES = {
    "text": "STRING", "texts": "ARRAY<STRING>", "long": "BIGINT", "int": "INT", "flag": "BOOLEAN",
    "score": "DOUBLE", "longs": "ARRAY<BIGINT>",
}  # fmt: skip
_HERE = "local[*]"
_STAGED = {"entries": "long", "trouble": "text"}


class SparkEngine:
    """An engine on a Spark cluster, with a folder of its own on this machine, which it empties.
    A context manager.

    `master` is the cluster's address (None: this machine's cores), `remote` that of a Spark
    Connect server. `memory` is the driver's, in bytes, where it is started here.
    Raises ConfigError where Spark does not start.
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
            self._spark = _session(folder, master, remote, memory)
            # Spark takes a table's packed size for its size, and would send a large one whole to
            # every worker, through this machine's memory.
            self._spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
            self._spark.addArtifacts(str(_packed(folder)), pyfile=True)
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

    def stage(self, dumps: Sequence[Dump], parts: Path, watch: ReadProgress) -> None:
        """See `engine.Engine`. Workers read them, at the same paths, a file each at a time."""
        for dump in dumps:
            watch.begin(dump.path)
        # A part of the range for each file: a worker that is free takes the next one.
        numbers = self._spark.range(0, len(dumps), 1, len(dumps))
        function = partial(_staged, dumps=tuple(dumps), parts=parts.absolute())
        for entries, trouble in numbers.mapInArrow(function, _ddl(_STAGED)).collect():
            if trouble:
                raise OSError(f"{trouble}; every worker reads dumps and writes parts, at the paths "
                              "that they have here")  # fmt: skip
            watch.read(entries)

    def read(self, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """See `engine.Engine`. Every worker reads them, at the same paths."""
        if files:
            # The paths are this machine's, whatever file system the cluster takes for its own.
            frame = self._spark.read.parquet(*(f"file://{each.absolute()}" for each in files))
            frame.select(*columns).createOrReplaceTempView(name)
        else:
            self._empty(columns).createOrReplaceTempView(name)

    def keep(self, name: str, sql: str) -> None:
        """See `engine.Engine`."""
        self._hold(name, self._spark.sql(sql))

    def view(self, name: str, sql: str) -> None:
        """See `engine.Engine`."""
        self._spark.sql(sql).createOrReplaceTempView(name)

    def drop(self, *names: str) -> None:
        """See `engine.Engine`."""
        for name in names:
            if name in self._kept:
                self._kept.pop(name).unpersist()

    def rows(self, sql: str) -> Rows:
        """See `engine.Engine`."""
        return [tuple(each) for each in self._spark.sql(sql).collect()]

    def stream(self, sql: str) -> Iterator[Row]:
        """See `engine.Engine`."""
        return map(tuple, self._spark.sql(sql).toLocalIterator())

    def ordered(self, sql: str) -> Iterator[Row]:
        """See `engine.Engine`."""
        return self.stream(sql)

    def apply(self, name: str, sql: str, work: RowFunction, columns: Mapping[str, str]) -> None:
        """See `engine.Engine`."""
        frame = self._spark.sql(sql)
        first = frame.columns[0]
        function = partial(_worked, work=work, columns=dict(columns))
        # Of a number that is said, parts stay apart: Spark would join small ones, as if a row took
        # Python no time, and leave cores idle.
        parts = int(self._spark.conf.get("spark.sql.shuffle.partitions") or 1)
        together = frame.repartition(parts, first).sortWithinPartitions(first)
        self._hold(name, together.mapInArrow(function, _ddl(columns)))

    def load(self, name: str, columns: Mapping[str, str], rows: Iterable[Row]) -> None:
        """See `engine.Engine`. The rows are sent by this machine."""
        batches = list(_batches(rows, columns))
        if batches:
            table = pa.Table.from_batches(batches)
            self._hold(name, self._spark.createDataFrame(table))
        else:
            self._empty(columns).createOrReplaceTempView(name)

    def split(self, name: str, sql: str, by: str, columns: Mapping[str, str]) -> list[str]:  # noqa: ARG002 - the protocol's
        """See `engine.Engine`. Spark shuffles and spills by itself."""
        self.view(name, sql)
        return [name]

    def write(self, sql: str, folder: Path, stem: str, columns: Mapping[str, str]) -> list[Path]:
        """See `engine.Engine`. The workers sort and write, in this engine's folder, which they
        must have at the same path; this machine cuts what they wrote into files of even size."""
        sorted_ = self._folder / stem
        self._spark.sql(sql).write.parquet(f"file://{sorted_.absolute()}", compression="zstd")
        # The names of Spark's files are in the order of the rows.
        files = sorted(sorted_.glob("part-*.parquet"))
        written = parquet.write(parquet.batches(files, tuple(columns)), folder, stem, columns)
        shutil.rmtree(sorted_)
        return written

    def _hold(self, name: str, frame: DataFrame) -> None:
        # Worked out now, and cut off from what it came of: rounds of joins would else be planned,
        # and after a `drop` worked out, from the beginning again.
        held = frame.localCheckpoint(eager=True)
        self.drop(name)
        self._kept[name] = held
        held.createOrReplaceTempView(name)

    def _empty(self, columns: Mapping[str, str]) -> DataFrame:
        return self._spark.createDataFrame([], _ddl(columns))


def _session(
    folder: Path, master: str | None, remote: str | None, memory: int | None
) -> SparkSession:
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
    session = builder.master(master or _HERE).config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _packed(folder: Path) -> Path:
    """Refmatter itself, as workers import it: what it needs must be installed there."""
    home = Path(refmatter.__path__[0])
    target = folder / "refmatter.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted((*home.rglob("*.py"), home / "data" / "words.txt.xz")):
            packed.write(file, Path("refmatter") / file.relative_to(home))
    return target


def _worked(batches: Iterator[Any], work: RowFunction, columns: Mapping[str, str]) -> Iterator[Any]:
    """Arrow batches -> what a function of rows makes of them, in a worker."""
    rows = (row for batch in batches for row in parquet.tuples(batch))
    return _batches(work(rows), columns)


def _staged(batches: Iterator[Any], dumps: tuple[Dump, ...], parts: Path) -> Iterator[Any]:
    """Numbers of dumps -> how many entries were read of each, or what went wrong, in a worker."""

    def rows() -> Iterator[Row]:
        for batch in batches:
            for (number,) in parquet.tuples(batch):
                read: list[int] = []
                try:
                    stage(dumps[number], parts, read.append)
                except (RefmatterError, OSError) as error:
                    yield sum(read), str(error) or type(error).__name__
                else:
                    yield sum(read), ""

    return _batches(rows(), _STAGED)


def _batches(rows: Iterable[Row], columns: Mapping[str, str]) -> Iterator[Any]:
    schema = parquet.schema(columns)
    given = iter(rows)
    while group := list(islice(given, parquet.GROUP)):
        values = zip(zip(*group, strict=True), schema, strict=True)
        yield pa.record_batch(
            [pa.array(column, type=field.type) for column, field in values], schema=schema
        )


def _ddl(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {_TYPES[kind]}" for name, kind in columns.items())
