"""A file of a dump -> parts of Parquet, each complete or absent, so that a killed build goes on.

    parts/NAME/0000.parquet        records, `layout.RECORD`
    parts/NAME/0000.keys.parquet   their other titles, `layout.OTHER`
    parts/NAME/0000.json           what was read for them: written last, so it says they are whole
    parts/NAME/done.json           the same of the whole file, once it is read to its end
    parts/known.json               the digests of files by path, size and time

A part is called after the file's content and all else that its rows hang on. Where some parts of a
file are there, as many entries are passed over as they were made of.
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
from refmatter.catalog import key_rule, manifest, parquet
from refmatter.catalog.dump import (
    SHOWN,
    Dump,
    LicenceTerms,
    ReadProgress,
    ReadTally,
    StagedFile,
)
from refmatter.catalog.layout import FORMAT, OTHER, RECORD
from refmatter.catalog.staged_rows import Row, is_nameless, others, row
from refmatter.dumps.base import Entry
from refmatter.dumps.record import BadRecord, DumpRecord, SkippedRecord
from refmatter.files import temporary_file

CHUNK = 200_000
"""Entries of a part: what is read again at most when a build was killed."""
PAYS = 16 * 2**20
"""Bytes of files that take longer to be read than processes take to start: some seconds."""
NAMELESS = "neither title nor identifier"


def stage(dump: Dump, parts: Path, told: Callable[[int], None]) -> StagedFile:
    """The parts of a file; only what is not there yet is read, and `told` hears how many entries
    that were. Raises OSError."""
    size, digest = measured(dump, parts)
    folder = parts / _name(digest, dump.released)
    folder.mkdir(parents=True, exist_ok=True)
    tally = _kept(folder / "done.json")
    numbers = list(_whole(folder))
    if tally is None:
        tally = _read(dump, folder, numbers, told)
        numbers = list(_whole(folder))
        _keep(folder / "done.json", asdict(tally))
    return StagedFile(
        dump=dump,
        size=size,
        sha256=digest,
        tally=tally,
        records=tuple(folder / f"{each:04}.parquet" for each in numbers),
        others=tuple(folder / f"{each:04}.keys.parquet" for each in numbers),
    )


def stage_all(
    dumps: Sequence[Dump],
    parts: Path,
    watch: ReadProgress,
    together: Callable[[Sequence[Dump], Path, ReadProgress], None],
    pays: int = PAYS,
) -> list[StagedFile]:
    """The parts of these files, in their order. `together` may read several at once: it is asked
    where that pays. Raises what it raises, and OSError."""
    known = []
    for dump in dumps:
        watch.begin(dump.path)
        known.append(replace(dump, read=measured(dump, parts)))
    # Copies of one file have the same parts, and two must not write those.
    unread = {(e.read, e.released): e for e in known if not is_staged(e, parts)}
    if len(unread) > 1 and sum(read[0] for read, _ in unread if read) > pays:
        together(tuple(unread.values()), parts, watch)
    staged = []
    for dump in known:
        watch.begin(dump.path)
        staged.append(stage(dump, parts, watch.read))
    return staged


def is_staged(dump: Dump, parts: Path) -> bool:
    """Whether a file that is measured was read to its end."""
    return dump.read is not None and _is_done(parts, dump.read[1], dump.released)


def _is_done(parts: Path, digest: str, released: str) -> bool:
    return (parts / _name(digest, released) / "done.json").exists()


def restaged(parts: Path, old: manifest.Input, terms: LicenceTerms, origin: str) -> Dump | None:
    """An input of a catalogue whose parts are whole; None where they are not, or were made by
    another version."""
    if not _is_done(parts, old.sha256, old.released):
        return None
    read = old.size, old.sha256
    return Dump(Path(old.name), old.released, lambda: iter(()), terms, origin, read)


def places(parts: Path) -> dict[str, Path]:
    """Where the files were that were read, by their digests."""
    known = _json(parts / "known.json") or {}
    return {str(said[2]): Path(place) for place, said in known.items()}


def _name(digest: str, released: str) -> str:
    made = f"{digest} {released} {key_rule.DIGEST} {key_rule.VERSION} {FORMAT} {__version__}"
    return sha256(made.encode()).hexdigest()[:24]


def measured(dump: Dump, parts: Path) -> tuple[int, str]:
    """Size and digest of a file, worked out once for as long as size and time stay. Raises
    OSError."""
    if dump.read is not None:
        return dump.read
    path = dump.path
    status = path.stat()
    known = _json(parts / "known.json") or {}
    place = str(path.resolve())
    stamp = [status.st_size, status.st_mtime_ns]
    if isinstance(said := known.get(place), list) and said[:2] == stamp:
        return status.st_size, str(said[2])
    digest = manifest.sha256(path)
    parts.mkdir(parents=True, exist_ok=True)
    _keep(parts / "known.json", {**known, place: [*stamp, digest]})
    return status.st_size, digest


def _whole(folder: Path) -> Iterator[int]:
    """The numbers of the parts that are whole, up to the first one that is not."""
    number = 0
    while (folder / f"{number:04}.json").exists():
        yield number
        number += 1


def _read(dump: Dump, folder: Path, numbers: list[int], told: Callable[[int], None]) -> ReadTally:
    total = ReadTally()
    for number in numbers:
        part = _kept(folder / f"{number:04}.json")
        if part is not None:
            total.add(part)
    entries = dump.entries()
    for _ in islice(entries, total.read):
        pass
    number = len(numbers)
    while True:
        part = _part(islice(entries, CHUNK), dump.released, folder, number, told)
        if part.read or not number:
            total.add(part)
            _keep(folder / f"{number:04}.json", asdict(part))
        if part.read < CHUNK:
            break
        number += 1
    return total


def _part(
    entries: Iterator[Entry], released: str, folder: Path, number: int, told: Callable[[int], None]
) -> ReadTally:
    """Read and write one part; what is there of it, a kill has left."""
    tally = ReadTally()
    left = Counter[str]()
    with (
        parquet.ParquetWriter(folder / f"{number:04}.parquet", RECORD) as records,
        parquet.ParquetWriter(folder / f"{number:04}.keys.parquet", OTHER) as keys,
    ):
        while group := list(islice(entries, parquet.GROUP)):
            rows: list[Row] = []
            more: list[tuple[int, str]] = []
            for entry in group:
                if isinstance(entry, DumpRecord):
                    tally.origin = tally.origin or entry.origin
                    made = row(entry, released)
                    if is_nameless(made):
                        left[NAMELESS] += 1
                        continue
                    rows.append(made)
                    more += others(entry, int(str(made[0])), str(made[7]))
                else:
                    _note(entry, tally, left)
            records.add(rows)
            keys.add(more)
            tally.read += len(group)
            tally.kept += len(rows)
            told(len(group))
    tally.left = dict(sorted(left.items()))
    return tally


def _note(entry: BadRecord | SkippedRecord, tally: ReadTally, left: Counter[str]) -> None:
    if isinstance(entry, SkippedRecord):
        left[entry.reason] += 1
        return
    tally.bad += 1
    if len(tally.shown) < SHOWN:
        tally.shown.append((entry.line, entry.reason))


def _kept(path: Path) -> ReadTally | None:
    """What a file says of a part; None where it is not there."""
    said = _json(path)
    return None if said is None else ReadTally.of(said)


def _json(path: Path) -> dict[str, Any] | None:
    """A JSON object that `_keep` wrote; None where there is none."""
    with contextlib.suppress(OSError, ValueError):
        said = json.loads(path.read_bytes())
        return said if isinstance(said, dict) else None
    return None


def _keep(path: Path, said: dict[str, Any]) -> None:
    """Write a JSON object in one step. Raises OSError."""
    with temporary_file(path.parent, json.dumps(said, ensure_ascii=False).encode()) as (
        fresh,
        file,
    ):
        os.fsync(file)
        fresh.replace(path)
