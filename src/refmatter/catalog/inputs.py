"""Find the files of dumps in the paths that were typed, and the day of each."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from refmatter.catalog import reingest
from refmatter.catalog.dump import Dump, LicenceTerms
from refmatter.catalog.layout import MANIFEST
from refmatter.dumps import detect
from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import open_dump
from refmatter.errors import ConfigError

_DATE = re.compile(r"(?<!\d)(20\d\d)[-_]?(0[1-9]|1[0-2])[-_]?(0[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True, slots=True)
class InputFiles:
    """The dumps to read, and the files in folders that no reader recognises."""

    dumps: tuple[Dump, ...]
    unknown: tuple[Path, ...]


def find_dumps(paths: Sequence[Path], released: dt.date | None = None) -> InputFiles:
    """Return the dumps in these files and folders, each file once.

    A catalogue's folder gives its works. `released` is the day of the values. Without it, the day
    is that in the file's name, or in the name of a folder above it up to the path that was typed,
    or else that of the file's last change. Raises ConfigError for standard input, and if no reader
    recognises a file.
    """
    dumps: dict[Path, Dump] = {}
    unknown: list[Path] = []
    for path in paths:
        if str(path) == "-":
            raise ConfigError(
                "a build reads files, so that it can go on when it was killed; save standard "
                "input to a file first"
            )
        if path.is_dir() and (path / MANIFEST).is_file():
            dumps |= {dump.path.resolve(): dump for dump in reingest.catalog_dumps(path)}
            continue
        dump_files, others = detect.split_known_files(path)
        unknown += others
        for file in dump_files:
            dumps[file.resolve()] = make_dump(file, path, released)
    return InputFiles(tuple(dumps.values()), tuple(unknown))


def make_dump(file: Path, typed: Path | None = None, released: dt.date | None = None) -> Dump:
    """Return a file as a dump, with its day determined as in `find_dumps`.

    Raises ConfigError if no reader recognises it.
    """
    with open_dump(file) as opened:
        readers = (detect.find_reader(member) for member in opened.members())
        reader = next((found_reader for found_reader in readers if found_reader is not None), None)
        if reader is None and not opened.is_tar:
            next(detect.read_entries(opened), None)  # raises, and says what is wrong with it
        head = opened.head
    terms = LicenceTerms(reader.LICENCE, reader.ATTRIBUTION) if reader else None
    origin = reader.NAME if reader else ""
    day = released.isoformat() if released else None
    if origin == reingest.ORIGIN:
        day = day or _header_date(head)
    return Dump(
        file, day or _release_day(file, typed or file), partial(_read_entries, file), terms, origin
    )


def _header_date(head: bytes) -> str | None:
    """Return the day in a bundled catalogue's header, or None."""
    try:
        return str(dt.date.fromisoformat(json.loads(head.partition(b"\n")[0])["date"]))
    except (ValueError, LookupError, TypeError):
        return None


def _read_entries(file: Path) -> Iterator[Entry]:
    """Yield the entries of a file."""
    with open_dump(file) as reading:
        yield from detect.read_entries(reading)


def _release_day(file: Path, typed: Path) -> str:
    """Return the day (ISO) in a file's name or the nearest folder's, or that of its last change."""
    names = [file.name]
    if file != typed:
        names += [parent.name for parent in file.parents if parent.is_relative_to(typed)]
    else:
        names.append(file.resolve().parent.name)
    for name in names:
        for match in _DATE.finditer(name):
            try:
                return dt.date(int(match[1]), int(match[2]), int(match[3])).isoformat()
            except ValueError:  # the 31st of a month that has none
                continue
    changed = dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)
    return changed.date().isoformat()
