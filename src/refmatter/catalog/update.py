"""A catalogue and newer dumps -> the dumps that it is to be built from anew.

Where the records of an origin were read before, its parts are there, and its files need not be.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from refmatter.catalog import manifest
from refmatter.catalog.dump import Dump, LicenceTerms
from refmatter.catalog.inputs import InputFiles, dump_of
from refmatter.catalog.layout import PARTS
from refmatter.catalog.manifest import DataSource, Input
from refmatter.catalog.staging import places, restaged
from refmatter.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Renewed:
    """What to build from, whether that is anything new, and what is to be told."""

    gathered: InputFiles
    moved: bool
    told: tuple[str, ...]


def renew(folder: Path, given: InputFiles | None, *, add: bool) -> Renewed:
    """The dumps of a catalogue with newer ones in their place, or beside them (`add`).

    Without any given, the files that it was made from, as they are now. Raises ConfigError where
    the folder is no catalogue, or where of an origin neither parts nor files are there.
    """
    made = manifest.load(folder)
    if given is None:
        return _looked_again(folder, made.origins)
    told: list[str] = []
    known = {each.name: each for each in made.origins}
    newer: list[Dump] = []
    for name in sorted({each.origin for each in given.dumps}):
        dumps = [each for each in given.dumps if each.origin == name]
        released = max(each.released for each in dumps)
        old = known.get(name)
        if old is not None and not add and released <= old.released:
            told.append(f"{name}: {released} is not newer than {old.released}; left as it is")
            continue
        newer += dumps
        told.append(f"{name}: {old.released if old else 'none'} -> {released}")
    replaced = set() if add else {each.origin for each in newer}
    kept = [
        _kept(folder, origin, each)
        for origin in made.origins
        if origin.name not in replaced
        for each in origin.inputs
    ]
    return Renewed(InputFiles((*kept, *newer), given.unknown), bool(newer), tuple(told))


def _looked_again(folder: Path, origins: tuple[DataSource, ...]) -> Renewed:
    """The files that were read, by where they were, those that changed with what is in them now."""
    paths = places(folder / PARTS)
    dumps: list[Dump] = []
    told: list[str] = []
    for origin in origins:
        for each in origin.inputs:
            path = paths.get(each.sha256)
            if path is None or not path.is_file() or manifest.sha256(path) == each.sha256:
                dumps.append(_kept(folder, origin, each))
                continue
            told.append(f"{origin.name}: {path} has changed")
            dumps.append(dump_of(path))
    if not told:
        told.append("no file that it was built from has changed; name a newer dump")
        return Renewed(InputFiles(tuple(dumps), ()), moved=False, told=tuple(told))
    return Renewed(InputFiles(tuple(dumps), ()), moved=True, told=tuple(told))


def _kept(folder: Path, origin: DataSource, old: Input) -> Dump:
    """An input as it was: from its parts, or from its file, where that is still the same."""
    terms = LicenceTerms(origin.licence, origin.attribution)
    if dump := restaged(folder / PARTS, old, terms, origin.name):
        return dump
    path = places(folder / PARTS).get(old.sha256)
    if path is not None and path.is_file() and manifest.sha256(path) == old.sha256:
        return dump_of(path, released=dt.date.fromisoformat(old.released))
    raise ConfigError(
        f"{folder}: what was read of {old.name} ({origin.name}) is no more in {PARTS}/, nor is "
        "the file where it was; build the catalogue from all its dumps"
    )
