"""Dumps -> a catalogue in its folder, complete or as it was.

    read   each file of each dump ▶ parts        staging
    merge  parts ▶ works, ids, keys              merge, on an engine
    derive works ▶ the file for look-ups         lookup
    place  files beside the old ones, then the manifest in one step, then the old files away

A build that is killed while it reads goes on behind the last part that is whole; one that is
killed later has its parts, and merges them again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from refmatter.catalog import layout, lookup, manifest, parquet
from refmatter.catalog.database import COLUMNS
from refmatter.catalog.dump import Dump, StagedFile
from refmatter.catalog.dump import ReadProgress as Reading
from refmatter.catalog.engine import Opening
from refmatter.catalog.layout import (
    ID_COLUMNS,
    IDS,
    KEY_COLUMNS,
    KEYS,
    MANIFEST,
    NOTICE,
    OTHER,
    PARTS,
    RECORD,
    TABLES,
    WORK,
    WORKS,
)
from refmatter.catalog.manifest import (
    Apart,
    CatalogFile,
    CatalogManifest,
    Counts,
    DataSource,
)
from refmatter.catalog.merge import merge, write
from refmatter.catalog.staging import stage_all
from refmatter.errors import ConfigError
from refmatter.files import (
    lock_folder,
    remove_leftover,
    sync_folder,
    temporary_file,
    temporary_files,
)

_OURS = re.compile(r"[0-9a-f]{12}(-[0-9]{4}\.parquet|\.sqlite)")


class BuildProgress(Reading, Protocol):
    """Somebody who is told how a build gets on."""

    def step(self, what: str) -> None:
        """What is done now that all is read."""


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How a catalogue is to be: whose counts it has (None: Semantic Scholar's, if by way of
    another catalogue), and whether there is to be a file for look-ups (None: unless it would be
    too large)."""

    counted: str | None = None
    lookup: bool | None = None


def build(
    folder: Path,
    dumps: Sequence[Dump],
    engine: Opening,
    watch: BuildProgress,
    wish: BuildOptions = BuildOptions(),
) -> tuple[CatalogManifest, list[StagedFile]]:
    """Build the catalogue of these dumps; its manifest, and what was read of each file.

    `engine` opens one that works in the folder it is given. Raises ConfigError where the folder
    holds something else or nothing can be read, Busy where another build is at work, OSError.
    """
    _fit(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with lock_folder(folder):
        _tidy(folder)
        work = folder / WORK
        work.mkdir()
        with engine(work / "engine") as running:
            staged = stage_all(dumps, folder / PARTS, watch, running.stage)
            if not any(each.tally.kept for each in staged):
                raise ConfigError("nothing that was read is a record of a work")
            running.read("records", [file for each in staged for file in each.records], RECORD)
            running.read("others", [file for each in staged for file in each.others], OTHER)
            watch.step("merging")
            apart = Apart(**merge(running))
            watch.step("writing")
            counted = _counted(staged, wish)
            files = write(running, work, counted)
        made = _described(work, files, staged, apart, counted, wish.lookup, watch)
        _place(folder, work, made, files)
        return made, staged


def _fit(folder: Path) -> None:
    """Raises ConfigError where the folder is something else than a catalogue."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ConfigError(f"{folder}: is a file; name a folder for the catalogue")
    held = {each.name for each in folder.iterdir()}
    if held and not held & {MANIFEST, PARTS}:
        raise ConfigError(f"{folder}: holds something else; name an empty folder, or a new one")


def _described(  # noqa: PLR0913, PLR0917 - all that is known of a catalogue
    work: Path,
    files: Mapping[str, list[Path]],
    staged: Sequence[StagedFile],
    apart: Apart,
    counted: str,
    wanted: bool | None,
    watch: BuildProgress,
) -> CatalogManifest:
    """The manifest of what is written, with the file for look-ups, where there is to be one."""
    rows = {path: parquet.count(path) for paths in files.values() for path in paths}
    works = sum(rows[path] for path in files[WORKS])
    written = [manifest.described(path, path.name, rows[path]) for path in rows]
    generation = manifest.generation(written)
    named = [
        each.model_copy(update={"path": _named(generation, table, number)})
        for (table, number), each in zip(_numbered(files), written, strict=True)
    ]
    derived = None
    if works <= lookup.MOST if wanted is None else wanted:
        watch.step("making the file for look-ups")
        derived = _derived(work, files, generation, works)
    origins = _origins(staged)
    days = {each.name: each.released for each in origins}
    return CatalogManifest(
        built=dt.datetime.now(dt.UTC).replace(microsecond=0),
        generation=generation,
        released=max(days.values()),
        works=works,
        records=sum(each.tally.kept for each in staged),
        counts=Counts(origin=counted if counted in days else "", released=days.get(counted, "")),
        apart=apart,
        origins=origins,
        files=tuple(named),
        lookup=derived,
    )


def _counted(staged: Sequence[StagedFile], wish: BuildOptions) -> str:
    """Whose counts are taken: one origin's alone. Raises ConfigError where it is none of these."""
    origins = sorted({each.origin for each in staged})
    if wish.counted is None:
        return next((each for each in layout.COUNTED if each in origins), layout.COUNTED[0])
    if wish.counted not in origins:
        raise ConfigError(
            f"nothing is of {wish.counted}, whose counts are wanted; there are {', '.join(origins)}"
        )
    return wish.counted


def _numbered(files: Mapping[str, list[Path]]) -> Iterator[tuple[str, int]]:
    for table in TABLES:
        yield from ((table, number) for number in range(len(files[table])))


def _named(generation: str, table: str, number: int) -> str:
    return f"{table}/{generation}-{number:04}.parquet"


def _derived(
    work: Path, files: Mapping[str, list[Path]], generation: str, works: int
) -> CatalogFile:
    path = work / f"{generation}.sqlite"
    lookup.make(
        path,
        parquet.rows(files[WORKS], COLUMNS),
        parquet.rows(files[IDS], tuple(ID_COLUMNS)),
        parquet.rows(files[KEYS], tuple(KEY_COLUMNS)),
    )
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return manifest.described(path, path.name, works)


def _origins(staged: Sequence[StagedFile]) -> tuple[DataSource, ...]:
    """The origins by name; their files by digest, so that the order they came in shows nowhere."""
    by_name: dict[str, list[StagedFile]] = {}
    for each in sorted(staged, key=lambda each: (each.dump.released, each.sha256)):
        by_name.setdefault(each.origin, []).append(each)
    origins = []
    for name in sorted(by_name):
        inputs = tuple(each.input for each in by_name[name])
        terms = [each.dump.terms for each in by_name[name] if each.dump.terms]
        origins.append(
            DataSource(
                name=name,
                released=max(each.released for each in inputs),
                licence=", ".join(sorted({each.licence for each in terms})),
                attribution="; ".join(sorted({each.attribution for each in terms})),
                read=sum(each.read for each in inputs),
                kept=sum(each.kept for each in inputs),
                left=manifest.summed(each.left for each in inputs),
                bad=sum(each.bad for each in inputs),
                inputs=inputs,
            )
        )
    return tuple(origins)


def _place(
    folder: Path, work: Path, made: CatalogManifest, files: Mapping[str, list[Path]]
) -> None:
    """Put the files where the manifest names them, beside those of the one before; then the
    manifest in its place, in one step; then remove what it does not name."""
    for table in TABLES:
        (folder / table).mkdir(exist_ok=True)
        for number, path in enumerate(files[table]):
            path.replace(folder / _named(made.generation, table, number))
        sync_folder(folder / table)
    if made.lookup is not None:
        (work / made.lookup.path).replace(folder / made.lookup.path)
    sync_folder(folder)
    for name, data in ((NOTICE, manifest.notice(made).encode()), (MANIFEST, made.text())):
        with temporary_file(folder, data) as (fresh, file):
            os.fsync(file)
            fresh.replace(folder / name)
    sync_folder(folder)
    _tidy(folder)


def _tidy(folder: Path) -> None:
    """Remove what the manifest does not name: a killed build's files, and those of the catalogue
    before. Where the manifest cannot be read, only what a build is at is removed."""
    shutil.rmtree(folder / WORK, ignore_errors=True)
    for each in temporary_files(folder):
        remove_leftover(each)
    try:
        made = manifest.load(folder)
    except ConfigError:
        return
    counted = {each.path for each in (*made.files, *([made.lookup] if made.lookup else ()))}
    for path in _generated(folder):
        if path.relative_to(folder).as_posix() not in counted:
            with contextlib.suppress(OSError):
                path.unlink()


def _generated(folder: Path) -> Iterable[Path]:
    """The files of any generation."""
    places = (folder, *(folder / table for table in TABLES))
    return [
        path
        for place in places
        if place.is_dir()
        for path in place.iterdir()
        if _OURS.fullmatch(path.name)
    ]
