"""Build a catalogue from dumps; the folder holds the new catalogue or the old one, never a mix.

    read   each file of each dump ▶ parts        staging
    merge  parts ▶ works, ids, keys              merge, on an engine
    derive works ▶ the file for look-ups         lookup
    place  files beside the old ones, then the manifest in one step, then the old files away

A build that is killed while it reads continues behind the last complete part. One that is killed
later has its parts, and merges them again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from refmatter.catalog import lookup, parquet
from refmatter.catalog.database import LOOKUP_COLUMNS
from refmatter.catalog.dump import Dump, ReadProgress, StagedFile
from refmatter.catalog.engine import Engine, EngineOpener
from refmatter.catalog.layout import (
    BUILD_FOLDER,
    COUNT_ORIGINS,
    ID_COLUMNS,
    IDS,
    KEY_COLUMNS,
    KEYS,
    MANIFEST,
    NOTICE,
    OTHER_TITLE_COLUMNS,
    PARTS_FOLDER,
    RECORD_COLUMNS,
    TABLES,
    WORKS,
)
from refmatter.catalog.manifest import (
    CatalogFile,
    CatalogManifest,
    Counts,
    DataSource,
    NotMerged,
    describe_file,
    generation_name,
    load_manifest,
    notice_text,
    sum_by_reason,
)
from refmatter.catalog.merge import merge_records, write_works
from refmatter.catalog.staging import stage_dumps
from refmatter.errors import ConfigError
from refmatter.files import (
    lock_folder,
    remove_leftover,
    sync_folder,
    temporary_file,
    temporary_files,
)

_GENERATION_FILE = re.compile(r"[0-9a-f]{12}(-[0-9]{4}\.parquet|\.sqlite)")


class BuildProgress(ReadProgress, Protocol):
    """Receives the progress of a build."""

    def begin_step(self, step: str) -> None:
        """Show the step that starts now, such as `merging`."""


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """The origin of the catalogue's counts, and whether it has a file for look-ups.

    `counts_origin` None means Semantic Scholar, directly or through another catalogue;
    `with_lookup` None means yes, unless the catalogue has more than `lookup.MAX_WORKS` works.
    """

    counts_origin: str | None = None
    with_lookup: bool | None = None


def build_catalog(
    folder: Path,
    dumps: Sequence[Dump],
    open_engine: EngineOpener,
    progress: BuildProgress,
    options: BuildOptions = BuildOptions(),
) -> tuple[CatalogManifest, list[StagedFile]]:
    """Build the catalogue of these dumps; return its manifest, and what was read of each file.

    `open_engine` opens an engine that works in the folder it is given. Raises ConfigError if
    `folder` contains something else or the dumps contain no record, Busy if another build is
    running, OSError.
    """
    _check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with lock_folder(folder):
        _remove_unlisted(folder)
        build_folder = folder / BUILD_FOLDER
        build_folder.mkdir()
        with open_engine(build_folder / "engine") as engine:
            staged = _stage(folder, dumps, engine, progress)
            progress.begin_step("merging")
            not_merged = NotMerged(**merge_records(engine))
            progress.begin_step("writing")
            counts_origin = _find_counts_origin(staged, options)
            tables = _describe_tables(write_works(engine, build_folder, counts_origin))
        lookup_file = None
        if tables.works <= lookup.MAX_WORKS if options.with_lookup is None else options.with_lookup:
            progress.begin_step("making the file for look-ups")
            lookup_file = _write_lookup_file(build_folder, tables)
        manifest = _make_manifest(tables, staged, counts_origin, not_merged, lookup_file)
        _install(folder, tables, manifest)
        return manifest, staged


def _stage(
    folder: Path, dumps: Sequence[Dump], engine: Engine, progress: BuildProgress
) -> list[StagedFile]:
    """Read the dumps to their parts, and give the engine the tables `records` and `others`.

    Raises ConfigError if they contain no record.
    """
    staged = stage_dumps(dumps, folder / PARTS_FOLDER, progress, engine.stage_dumps)
    if not any(file.tally.kept for file in staged):
        raise ConfigError("the input contains no work records")
    records = [path for file in staged for path in file.records]
    engine.load_parquet("records", records, RECORD_COLUMNS)
    others = [path for file in staged for path in file.others]
    engine.load_parquet("others", others, OTHER_TITLE_COLUMNS)
    return staged


def _check_folder(folder: Path) -> None:
    """Raise ConfigError if the folder contains something other than a catalogue."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ConfigError(f"{folder}: is a file; name a folder for the catalogue")
    names = {path.name for path in folder.iterdir()}
    if names and not names & {MANIFEST, PARTS_FOLDER}:
        raise ConfigError(f"{folder}: holds something else; name an empty folder, or a new one")


@dataclass(frozen=True, slots=True)
class _WrittenTables:
    """The Parquet files of a new catalogue, still in the build folder.

    `paths` has the files of each table; `described` has all of them, in the order of `TABLES`, as
    the manifest lists them; `works` is the number of works.
    """

    paths: Mapping[str, Sequence[Path]]
    described: tuple[CatalogFile, ...]
    generation: str
    works: int


def _describe_tables(paths: Mapping[str, Sequence[Path]]) -> _WrittenTables:
    """Return the files of each table with their digests, and the name of their generation."""
    rows = {path: parquet.row_count(path) for table in TABLES for path in paths[table]}
    written = [describe_file(path, path.name, count) for path, count in rows.items()]
    generation = generation_name(written)
    targets = [
        _parquet_path(generation, table, number)
        for table in TABLES
        for number in range(len(paths[table]))
    ]
    described = tuple(
        file.model_copy(update={"path": target})
        for file, target in zip(written, targets, strict=True)
    )
    return _WrittenTables(paths, described, generation, sum(rows[path] for path in paths[WORKS]))


def _make_manifest(
    tables: _WrittenTables,
    staged: Sequence[StagedFile],
    counts_origin: str,
    not_merged: NotMerged,
    lookup_file: CatalogFile | None,
) -> CatalogManifest:
    """Return the manifest of the written files."""
    sources = _data_sources(staged)
    released = {source.name: source.released for source in sources}
    return CatalogManifest(
        built=dt.datetime.now(dt.UTC).replace(microsecond=0),
        generation=tables.generation,
        released=max(released.values()),
        works=tables.works,
        records=sum(file.tally.kept for file in staged),
        counts=Counts(
            origin=counts_origin if counts_origin in released else "",
            released=released.get(counts_origin, ""),
        ),
        apart=not_merged,
        origins=sources,
        files=tables.described,
        lookup=lookup_file,
    )


def _find_counts_origin(staged: Sequence[StagedFile], options: BuildOptions) -> str:
    """Return the origin whose citation counts are used.

    Raises ConfigError if no dump is from the requested one.
    """
    origins = sorted({staged_file.origin for staged_file in staged})
    if options.counts_origin is None:
        return next((origin for origin in COUNT_ORIGINS if origin in origins), COUNT_ORIGINS[0])
    if options.counts_origin not in origins:
        raise ConfigError(
            f"no dump is from {options.counts_origin}, the requested origin of counts; there are "
            f"dumps from {', '.join(origins)}"
        )
    return options.counts_origin


def _parquet_path(generation: str, table: str, number: int) -> str:
    """Return the path of a table's file within the catalogue's folder."""
    return f"{table}/{generation}-{number:04}.parquet"


def _write_lookup_file(build_folder: Path, tables: _WrittenTables) -> CatalogFile:
    """Write the SQLite file for look-ups, and return its entry in the manifest."""
    path = build_folder / f"{tables.generation}.sqlite"
    lookup.write_lookup(
        path,
        parquet.read_rows(tables.paths[WORKS], LOOKUP_COLUMNS),
        parquet.read_rows(tables.paths[IDS], tuple(ID_COLUMNS)),
        parquet.read_rows(tables.paths[KEYS], tuple(KEY_COLUMNS)),
    )
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return describe_file(path, path.name, tables.works)


def _data_sources(staged: Sequence[StagedFile]) -> tuple[DataSource, ...]:
    """Return the origins by name; files are sorted by day and digest, not by the order given."""
    by_name: dict[str, list[StagedFile]] = {}
    for staged_file in sorted(staged, key=lambda file: (file.dump.released, file.sha256)):
        by_name.setdefault(staged_file.origin, []).append(staged_file)
    return tuple(_data_source(name, by_name[name]) for name in sorted(by_name))


def _data_source(name: str, staged: Sequence[StagedFile]) -> DataSource:
    """Return the manifest's entry of one origin, summed over its files."""
    inputs = tuple(file.manifest_input for file in staged)
    terms = [file.dump.terms for file in staged if file.dump.terms]
    return DataSource(
        name=name,
        released=max(file.released for file in inputs),
        licence=", ".join(sorted({term.licence for term in terms})),
        attribution="; ".join(sorted({term.attribution for term in terms})),
        read=sum(file.read for file in inputs),
        kept=sum(file.kept for file in inputs),
        left=sum_by_reason(file.left for file in inputs),
        bad=sum(file.bad for file in inputs),
        inputs=inputs,
    )


def _install(folder: Path, tables: _WrittenTables, manifest: CatalogManifest) -> None:
    """Move the files to where the manifest lists them, then replace the manifest in one step.

    Files of the previous catalogue stay until then, and are removed last.
    """
    for table in TABLES:
        (folder / table).mkdir(exist_ok=True)
        for number, path in enumerate(tables.paths[table]):
            path.replace(folder / _parquet_path(manifest.generation, table, number))
        sync_folder(folder / table)
    if manifest.lookup is not None:
        (folder / BUILD_FOLDER / manifest.lookup.path).replace(folder / manifest.lookup.path)
    sync_folder(folder)
    for name, data in ((NOTICE, notice_text(manifest).encode()), (MANIFEST, manifest.to_json())):
        with temporary_file(folder, data) as (temporary_path, file):
            os.fsync(file)
            temporary_path.replace(folder / name)
    sync_folder(folder)
    _remove_unlisted(folder)


def _remove_unlisted(folder: Path) -> None:
    """Remove files of a killed build or an earlier catalogue, which the manifest does not list.

    If the manifest cannot be read, only the build folder and temporary files are removed.
    """
    shutil.rmtree(folder / BUILD_FOLDER, ignore_errors=True)
    for path in temporary_files(folder):
        remove_leftover(path)
    try:
        manifest = load_manifest(folder)
    except ConfigError:
        return
    lookup_files = (manifest.lookup,) if manifest.lookup else ()
    in_manifest = {file.path for file in (*manifest.files, *lookup_files)}
    for path in _generation_files(folder):
        if path.relative_to(folder).as_posix() not in in_manifest:
            with contextlib.suppress(OSError):
                path.unlink()


def _generation_files(folder: Path) -> Iterable[Path]:
    """Return the Parquet and SQLite files of any generation in a catalogue's folder."""
    folders = (folder, *(folder / table for table in TABLES))
    return [
        path
        for parent in folders
        if parent.is_dir()
        for path in parent.iterdir()
        if _GENERATION_FILE.fullmatch(path.name)
    ]
