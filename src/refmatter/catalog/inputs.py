"""Paths as typed -> the files of dumps that they mean, and the day that each is of."""

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
from refmatter.dumps.decompress import opened
from refmatter.errors import ConfigError

_DAY = re.compile(r"(?<!\d)(20\d\d)[-_]?(0[1-9]|1[0-2])[-_]?(0[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True, slots=True)
class InputFiles:
    """The files that are read, and those in folders that no reader knows."""

    dumps: tuple[Dump, ...]
    unknown: tuple[Path, ...]


def gather(paths: Sequence[Path], released: dt.date | None = None) -> InputFiles:
    """The dumps of these files and folders, each file once. A folder that is a catalogue gives
    its works.

    `released` is the day that their values are of; without it, the day in a file's name or in
    that of a folder above it, up to the one that was typed, else that of its last change.
    Raises ConfigError where there is nothing, or nothing that can be read.
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
            dumps |= {each.path.resolve(): each for each in reingest.dumps(path)}
            continue
        known, others = detect.known(path)
        unknown += others
        for file in known:
            dumps[file.resolve()] = dump_of(file, path, released)
    return InputFiles(tuple(dumps.values()), tuple(unknown))


def dump_of(file: Path, typed: Path | None = None, released: dt.date | None = None) -> Dump:
    """A file as a dump; its day as `gather` has it.

    Raises ConfigError where no reader knows it.
    """
    with opened(file) as looked:
        readers = (detect.reader_of(each) for each in looked.parts())
        reader = next((each for each in readers if each is not None), None)
        if reader is None and not looked.tar:
            next(detect.entries(looked), None)  # raises, and says what is wrong with it
        head = looked.head
    terms = LicenceTerms(reader.LICENCE, reader.ATTRIBUTION) if reader else None
    name = reader.NAME if reader else ""
    day = released.isoformat() if released else None
    if name == reingest.NAME:
        day = day or _told(head)
    return Dump(file, day or _day(file, typed or file), partial(_entries, file), terms, name)


def _told(head: bytes) -> str | None:
    """The day that a catalogue's first line names."""
    try:
        return str(dt.date.fromisoformat(json.loads(head.partition(b"\n")[0])["date"]))
    except (ValueError, LookupError, TypeError):
        return None


def _entries(file: Path) -> Iterator[Entry]:
    with opened(file) as reading:
        yield from detect.entries(reading)


def _day(file: Path, typed: Path) -> str:
    """The day in a file's name, or in the nearest folder's that has one; of its last change."""
    inner = [file.name]
    if file != typed:
        inner += [each.name for each in file.parents if each.is_relative_to(typed)]
    else:
        inner.append(file.resolve().parent.name)
    for name in inner:
        for found in _DAY.finditer(name):
            try:
                return dt.date(int(found[1]), int(found[2]), int(found[3])).isoformat()
            except ValueError:  # the 31st of a month that has none
                continue
    changed = dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)
    return changed.date().isoformat()
