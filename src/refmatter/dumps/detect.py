"""A file of a dump -> the reader that knows it by its content, and what it says."""

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
from refmatter.dumps.decompress import Opened, files, opened
from refmatter.dumps.record import BadRecord, SkippedRecord
from refmatter.errors import ConfigError

_ALL: tuple[DumpReader, ...] = (
    catalog, dblp, acl, semantic_scholar, openalex, crossref, arxiv, csl, bibtex,
)  # fmt: skip
READERS: Mapping[str, DumpReader] = {each.NAME: each for each in _ALL}
"""Every reader by the origin its records carry, in the order in which they are asked."""

_UNKNOWN = SkippedRecord("a file of no kind that is known")


def reader_of(file: Opened) -> DumpReader | None:
    """The reader that knows what a file is; None where nobody does."""
    return next((each for each in _ALL if each.recognises(file.head)), None)


def entries(file: Opened) -> Iterator[Entry]:
    """What a file says, whichever kind it is; a tar's files one after the other. The last of
    it is a Bad where the file was damaged or cut short.

    Raises ConfigError where no reader knows it.
    """
    if not file.tar:
        reader = reader_of(file)
        if reader is None:
            raise _nobody(file)
        yield from reader.read(file)
    else:
        yield from _members(file)
    if file.damage:
        yield BadRecord(file.path, None, file.damage)


def _members(file: Opened) -> Iterator[Entry]:
    """What the files of a tar say; beside the dump there may well be something else."""
    for part in file.parts():
        reader = reader_of(part)
        if reader is None:
            yield _UNKNOWN
            continue
        yield from reader.read(part)
        if part.damage:
            yield BadRecord(part.path, None, part.damage)


def known(path: Path) -> tuple[list[Path], list[Path]]:
    """The files of a folder that some reader knows, sorted, and those that nobody knows. For a
    file, or `-`, itself: standard input is looked at when it is read.

    Raises ConfigError where there is nothing that anybody knows.
    """
    if not path.is_dir():
        return list(files(path)), []
    good: list[Path] = []
    others: list[Path] = []
    for each in files(path):
        with opened(each) as file:
            (good if file.tar or reader_of(file) else others).append(each)
    if not good:
        raise ConfigError(f"{path}: of its {len(others)} files none is a dump of a known kind")
    return good, others


def _nobody(file: Opened) -> ConfigError:
    kinds = ", ".join(READERS)
    if file.head.startswith(b"PK"):
        why = f"it is a zip archive; unpack it (unzip -p {file.path} > FILE) and name that file"
    elif not file.head:
        why = file.damage or "it is empty"
    else:
        why = f"its content is none of the kinds that are read: {kinds}"
    return ConfigError(f"{file.path}: {why}")
