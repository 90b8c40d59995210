"""Plan the update of a catalogue: which dumps to build it from again.

The records of an origin that was read before are in its parts; its files are not needed then.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from refmatter.catalog.dump import Dump, LicenceTerms
from refmatter.catalog.inputs import InputFiles, make_dump
from refmatter.catalog.layout import PARTS_FOLDER
from refmatter.catalog.manifest import DataSource, DumpInput, file_sha256, load_manifest
from refmatter.catalog.staging import dump_from_parts, source_paths
from refmatter.errors import ConfigError


@dataclass(frozen=True, slots=True)
class UpdatePlan:
    """The dumps to build from, whether any is new, and messages about what was found."""

    inputs: InputFiles
    has_changes: bool
    messages: tuple[str, ...]


def plan_update(folder: Path, newer_inputs: InputFiles | None, *, add: bool) -> UpdatePlan:
    """Return the plan to update a catalogue with newer dumps.

    They replace those of the same origin, or are added to them (`add`). If `newer_inputs` is None,
    the files of the last build are checked for changes. Raises ConfigError if the folder is not a
    catalogue, or if an origin has neither parts nor files.
    """
    manifest = load_manifest(folder)
    if newer_inputs is None:
        return _recheck_files(folder, manifest.origins)
    messages: list[str] = []
    sources = {source.name: source for source in manifest.origins}
    newer: list[Dump] = []
    for name in sorted({dump.origin for dump in newer_inputs.dumps}):
        dumps = [dump for dump in newer_inputs.dumps if dump.origin == name]
        released = max(dump.released for dump in dumps)
        old = sources.get(name)
        if old is not None and not add and released <= old.released:
            messages.append(f"{name}: {released} is not newer than {old.released}; left as it is")
            continue
        newer += dumps
        messages.append(f"{name}: {old.released if old else 'none'} -> {released}")
    replaced = set() if add else {dump.origin for dump in newer}
    previous = [
        _previous_dump(folder, origin, dump_input)
        for origin in manifest.origins
        if origin.name not in replaced
        for dump_input in origin.inputs
    ]
    return UpdatePlan(
        InputFiles((*previous, *newer), newer_inputs.unknown), bool(newer), tuple(messages)
    )


def _recheck_files(folder: Path, origins: tuple[DataSource, ...]) -> UpdatePlan:
    """Plan an update from the files of the last build; a changed file is read again."""
    paths = source_paths(folder / PARTS_FOLDER)
    dumps: list[Dump] = []
    messages: list[str] = []
    for origin in origins:
        for dump_input in origin.inputs:
            path = paths.get(dump_input.sha256)
            if path is None or not path.is_file() or file_sha256(path) == dump_input.sha256:
                dumps.append(_previous_dump(folder, origin, dump_input))
                continue
            messages.append(f"{origin.name}: {path} has changed")
            dumps.append(make_dump(path))
    if not messages:
        messages.append("no file that it was built from has changed; name a newer dump")
        return UpdatePlan(InputFiles(tuple(dumps), ()), has_changes=False, messages=tuple(messages))
    return UpdatePlan(InputFiles(tuple(dumps), ()), has_changes=True, messages=tuple(messages))


def _previous_dump(folder: Path, origin: DataSource, old: DumpInput) -> Dump:
    """Return an input of the last build, from its parts, or from its file if that is unchanged.

    Raises ConfigError if there is neither.
    """
    terms = LicenceTerms(origin.licence, origin.attribution)
    if dump := dump_from_parts(folder / PARTS_FOLDER, old, terms, origin.name):
        return dump
    path = source_paths(folder / PARTS_FOLDER).get(old.sha256)
    if path is not None and path.is_file() and file_sha256(path) == old.sha256:
        return make_dump(path, released=dt.date.fromisoformat(old.released))
    raise ConfigError(
        f"{folder}: the parts of {old.name} ({origin.name}) are missing from "
        f"{PARTS_FOLDER}/, and its file was moved or changed; rebuild the catalogue from all dumps"
    )
