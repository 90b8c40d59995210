"""Read a dump's file to parts in Parquet, so that a killed build continues.

    parts/NAME/0000.parquet        records, `layout.RECORD_COLUMNS`
    parts/NAME/0000.keys.parquet   their other titles, `layout.OTHER_TITLE_COLUMNS`
    parts/NAME/0000.json           the counts; written last, so the part is complete if it exists
    parts/NAME/done.json           the counts of the whole file, once it is read to its end
    parts/known.json               the digests of files by path, size and time

A part is complete or absent. The name of the parts is a digest of the file's content and all else
that determines its rows. If some parts of a file exist, as many entries are skipped as they were
made of.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from refmatter import __version__
from refmatter.catalog import key_rule, parquet
from refmatter.catalog.dump import (
    MAX_SHOWN,
    Dump,
    LicenceTerms,
    ReadProgress,
    ReadTally,
    StagedFile,
)
from refmatter.catalog.layout import FORMAT_VERSION, OTHER_TITLE_COLUMNS, RECORD_COLUMNS
from refmatter.catalog.manifest import DumpInput, file_sha256
from refmatter.catalog.staged_rows import Row, is_nameless, other_title_rows, staged_row
from refmatter.dumps.base import Entry
from refmatter.dumps.record import BadRecord, DumpRecord, SkippedRecord
from refmatter.files import temporary_file

PART_ENTRIES = 200_000
"""Entries of a part: what is read again at most after a build was killed."""
PARALLEL_FROM_BYTES = 16 * 2**20
"""Bytes of files from which on reading takes longer than starting processes: some seconds."""
NAMELESS = "neither title nor identifier"


def stage_dump(dump: Dump, parts: Path, on_entries: Callable[[int], None]) -> StagedFile:
    """Read a file to its parts, as far as they are missing; return them.

    `on_entries` receives numbers of entries as they are read. Raises OSError.
    """
    size, digest = measure_file(dump, parts)
    folder = parts / _parts_name(digest, dump.released)
    folder.mkdir(parents=True, exist_ok=True)
    tally = _load_tally(folder / "done.json")
    numbers = list(_complete_parts(folder))
    if tally is None:
        tally = _stage_parts(dump, folder, numbers, on_entries)
        numbers = list(_complete_parts(folder))
        _save_json(folder / "done.json", asdict(tally))
    return StagedFile(
        dump=dump,
        size=size,
        sha256=digest,
        tally=tally,
        records=tuple(folder / f"{number:04}.parquet" for number in numbers),
        others=tuple(folder / f"{number:04}.keys.parquet" for number in numbers),
    )


def stage_dumps(
    dumps: Sequence[Dump],
    parts: Path,
    progress: ReadProgress,
    read_together: Callable[[Sequence[Dump], Path, ReadProgress], None],
    parallel_from: int = PARALLEL_FROM_BYTES,
) -> list[StagedFile]:
    """Read files to their parts; return these in the files' order.

    `read_together` may read several files at once; it is called if more than `parallel_from` bytes
    are unread. Raises what it raises, and OSError.
    """
    measured_dumps = []
    for dump in dumps:
        progress.begin_file(dump.path)
        measured_dumps.append(replace(dump, fingerprint=measure_file(dump, parts)))
    # Copies of one file have the same parts, and two must not write those.
    unread = {
        (dump.fingerprint, dump.released): dump
        for dump in measured_dumps
        if not is_staged(dump, parts)
    }
    if (
        len(unread) > 1
        and sum(fingerprint[0] for fingerprint, _ in unread if fingerprint) > parallel_from
    ):
        read_together(tuple(unread.values()), parts, progress)
    staged = []
    for dump in measured_dumps:
        progress.begin_file(dump.path)
        staged.append(stage_dump(dump, parts, progress.add_entries))
    return staged


def is_staged(dump: Dump, parts: Path) -> bool:
    """Whether a file with a fingerprint was read to its end."""
    return dump.fingerprint is not None and _is_done(parts, dump.fingerprint[1], dump.released)


def _is_done(parts: Path, digest: str, released: str) -> bool:
    """Whether the parts of a file with this digest and day are complete."""
    return (parts / _parts_name(digest, released) / "done.json").exists()


def dump_from_parts(parts: Path, old: DumpInput, terms: LicenceTerms, origin: str) -> Dump | None:
    """Return a catalogue's input as a dump without its file; None if parts are missing."""
    if not _is_done(parts, old.sha256, old.released):
        return None
    fingerprint = old.size, old.sha256
    return Dump(Path(old.name), old.released, lambda: iter(()), terms, origin, fingerprint)


def source_paths(parts: Path) -> dict[str, Path]:
    """Return the paths of the files that were read, by digest."""
    stamps = _load_json(parts / "known.json") or {}
    return {str(stamp[2]): Path(path) for path, stamp in stamps.items()}


def _parts_name(digest: str, released: str) -> str:
    """Return the name of the parts of a file with this digest and day."""
    identity = (
        f"{digest} {released} {key_rule.DIGEST} {key_rule.VERSION} {FORMAT_VERSION} {__version__}"
    )
    return sha256(identity.encode()).hexdigest()[:24]


def measure_file(dump: Dump, parts: Path) -> tuple[int, str]:
    """Return a file's size in bytes and its digest.

    The digest is stored, and reused while size and time of the file stay the same. Raises OSError.
    """
    if dump.fingerprint is not None:
        return dump.fingerprint
    path = dump.path
    status = path.stat()
    stamps = _load_json(parts / "known.json") or {}
    location = str(path.resolve())
    stamp = [status.st_size, status.st_mtime_ns]
    if isinstance(recorded := stamps.get(location), list) and recorded[:2] == stamp:
        return status.st_size, str(recorded[2])
    digest = file_sha256(path)
    parts.mkdir(parents=True, exist_ok=True)
    _save_json(parts / "known.json", {**stamps, location: [*stamp, digest]})
    return status.st_size, digest


def _complete_parts(folder: Path) -> Iterator[int]:
    """Yield the numbers of the complete parts, up to the first that is missing."""
    number = 0
    while (folder / f"{number:04}.json").exists():
        yield number
        number += 1


def _stage_parts(
    dump: Dump, folder: Path, numbers: list[int], on_entries: Callable[[int], None]
) -> ReadTally:
    """Read a file behind its complete parts to further parts; return the counts of all parts."""
    total = ReadTally()
    for number in numbers:
        part = _load_tally(folder / f"{number:04}.json")
        if part is not None:
            total.add(part)
    entries = dump.entries()
    for _ in islice(entries, total.read):
        pass
    number = len(numbers)
    while True:
        part = _write_part(islice(entries, PART_ENTRIES), dump.released, folder, number, on_entries)
        if part.read or not number:
            total.add(part)
            _save_json(folder / f"{number:04}.json", asdict(part))
        if part.read < PART_ENTRIES:
            break
        number += 1
    return total


def _write_part(
    entries: Iterator[Entry],
    released: str,
    folder: Path,
    number: int,
    on_entries: Callable[[int], None],
) -> ReadTally:
    """Write the records among these entries as one part.

    Files that a killed build left are replaced.
    """
    tally = ReadTally()
    skipped = Counter[str]()
    with (
        parquet.ParquetWriter(folder / f"{number:04}.parquet", RECORD_COLUMNS) as records,
        parquet.ParquetWriter(folder / f"{number:04}.keys.parquet", OTHER_TITLE_COLUMNS) as keys,
    ):
        while group := list(islice(entries, parquet.GROUP_ROWS)):
            rows: list[Row] = []
            other_titles: list[tuple[int, str]] = []
            for entry in group:
                if isinstance(entry, DumpRecord):
                    tally.origin = tally.origin or entry.origin
                    staged = staged_row(entry, released)
                    if is_nameless(staged):
                        skipped[NAMELESS] += 1
                        continue
                    rows.append(staged)
                    other_titles += other_title_rows(entry, int(str(staged[0])), str(staged[7]))
                else:
                    _count_unused(entry, tally, skipped)
            records.write_rows(rows)
            keys.write_rows(other_titles)
            tally.read += len(group)
            tally.kept += len(rows)
            on_entries(len(group))
    tally.left = dict(sorted(skipped.items()))
    return tally


def _count_unused(
    entry: BadRecord | SkippedRecord, tally: ReadTally, skipped: Counter[str]
) -> None:
    """Count a bad or skipped entry."""
    if isinstance(entry, SkippedRecord):
        skipped[entry.reason] += 1
        return
    tally.bad += 1
    if len(tally.shown) < MAX_SHOWN:
        tally.shown.append((entry.line, entry.reason))


def _load_tally(path: Path) -> ReadTally | None:
    """Return the counts in a part's JSON file, or None if it does not exist."""
    values = _load_json(path)
    return None if values is None else ReadTally.from_json(values)


def _load_json(path: Path) -> dict[str, Any] | None:
    """Return the object in a file that `_save_json` wrote, or None if there is none."""
    with contextlib.suppress(OSError, ValueError):
        value = json.loads(path.read_bytes())
        return value if isinstance(value, dict) else None
    return None


def _save_json(path: Path, value: dict[str, Any]) -> None:
    """Write a JSON object to a file in one step. Raises OSError."""
    with temporary_file(path.parent, json.dumps(value, ensure_ascii=False).encode()) as (
        temporary_path,
        file,
    ):
        os.fsync(file)
        temporary_path.replace(path)
