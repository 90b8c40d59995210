"""Find the reader of a dump's file by its content, and read the file with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from refmatter.dumps import (
    acl,
    arxiv,
    bibtex,
    catalog,
    crossref,
    csl,
    dblp,
    openalex,
    semantic_scholar,
)
from refmatter.dumps.base import DumpReader, Entry
from refmatter.dumps.decompress import DumpFile, list_files, open_dump
from refmatter.dumps.record import BadRecord, SkippedRecord
from refmatter.errors import ConfigError

_ALL: tuple[DumpReader, ...] = (
    catalog, dblp, acl, semantic_scholar, openalex, crossref, arxiv, csl, bibtex,
)  # fmt: skip
READERS: Mapping[str, DumpReader] = {reader.NAME: reader for reader in _ALL}
"""All readers by the origin that their records carry, in the order in which they are tried."""

_UNKNOWN_FILE = SkippedRecord("a file of no kind that is known")


def find_reader(file: DumpFile) -> DumpReader | None:
    """Return the first reader that recognises a file by its content, or None."""
    return next((reader for reader in _ALL if reader.recognises(file.head)), None)


def read_entries(file: DumpFile) -> Iterator[Entry]:
    """Yield the entries of a file of any known kind, or of all files in a tar.

    The last entry is a `BadRecord` if the file was damaged or cut short. Raises ConfigError if no
    reader recognises the file.
    """
    if not file.is_tar:
        reader = find_reader(file)
        if reader is None:
            raise _unknown_format_error(file)
        yield from reader.read_entries(file)
    else:
        yield from _tar_entries(file)
    if file.damage:
        yield BadRecord(file.path, None, file.damage)


def _tar_entries(file: DumpFile) -> Iterator[Entry]:
    """Yield the entries of the files in a tar; files of an unknown kind are skipped."""
    for part in file.members():
        reader = find_reader(part)
        if reader is None:
            yield _UNKNOWN_FILE
            continue
        yield from reader.read_entries(part)
        if part.damage:
            yield BadRecord(part.path, None, part.damage)


def split_known_files(path: Path) -> tuple[list[Path], list[Path]]:
    """Return the files in a folder that a reader recognises, and the others, both sorted.

    A single file, or `-`, is returned as known without a look at it. Raises ConfigError if the
    folder contains no file of a known kind.
    """
    if not path.is_dir():
        return list(list_files(path)), []
    known: list[Path] = []
    others: list[Path] = []
    for candidate in list_files(path):
        with open_dump(candidate) as file:
            (known if file.is_tar or find_reader(file) else others).append(candidate)
    if not known:
        raise ConfigError(f"{path}: none of its {len(others)} files is a dump of a known kind")
    return known, others


def _unknown_format_error(file: DumpFile) -> ConfigError:
    """Return the error for a file that no reader recognises."""
    kinds = ", ".join(READERS)
    if file.head.startswith(b"PK"):
        why = f"it is a zip archive; unpack it (unzip -p {file.path} > FILE) and name that file"
    elif not file.head:
        why = file.damage or "it is empty"
    else:
        why = f"its content is of no supported kind: {kinds}"
    return ConfigError(f"{file.path}: {why}")
