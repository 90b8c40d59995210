"""Read, write and verify a catalogue's manifest.json: origins, licences, counts, files, key
rule."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from refmatter import __version__
from refmatter.catalog import key_rule
from refmatter.catalog.layout import FORMAT_VERSION, MANIFEST
from refmatter.errors import ConfigError

MAX_BYTES = 256 << 20
"""The most bytes of a manifest that are read: a thousand for each file of the largest dump."""


class _ManifestJson(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CatalogFile(_ManifestJson):
    """A file of the catalogue; its path is relative to the folder."""

    path: str = Field(pattern=r"^[a-z]*/?[0-9a-z-]+\.[a-z]+$")
    size: int
    sha256: str
    rows: int


class DumpInput(_ManifestJson):
    """A file of a dump, and counts of its entries; `left` counts skipped entries by reason."""

    name: str
    size: int
    sha256: str
    released: str
    read: int
    kept: int
    left: Mapping[str, int]
    bad: int


class DataSource(_ManifestJson):
    """An origin of the data: licence, credit, files and counts.

    Its day is that of its newest file.
    """

    name: str
    released: str
    licence: str
    attribution: str
    read: int
    kept: int
    left: Mapping[str, int]
    bad: int
    inputs: tuple[DumpInput, ...]


class KeyRule(_ManifestJson):
    """The rule that made the keys, and the Unicode version that it knew."""

    version: int
    digest: str
    unicode: str


class NotMerged(_ManifestJson):
    """Counts of groups that were not merged, and of identifiers that were not used.

    `many` groups have too many records, `contradict` have contradicting identifiers; `crowded`
    identifiers have too many titles.
    """

    many: int = 0
    contradict: int = 0
    crowded: int = 0


class Counts(_ManifestJson):
    """The origin of the citation counts, and their day; "" if there are none."""

    origin: str
    released: str


class CatalogManifest(_ManifestJson):
    """The contents of a catalogue."""

    name: Literal["refmatter catalogue"] = "refmatter catalogue"
    format: int = FORMAT_VERSION
    tool: str = __version__
    built: dt.datetime
    keys: KeyRule = KeyRule(
        version=key_rule.VERSION, digest=key_rule.DIGEST, unicode=key_rule.UNICODE
    )
    generation: str
    released: str
    works: int
    records: int
    counts: Counts
    apart: NotMerged
    origins: tuple[DataSource, ...]
    files: tuple[CatalogFile, ...]
    lookup: CatalogFile | None

    def to_json(self) -> bytes:
        """Return the content of manifest.json."""
        content = self.model_dump(mode="json")
        return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def load_manifest(folder: Path) -> CatalogManifest:
    """Return the manifest of a catalogue that this version can read.

    Raises ConfigError if there is none, or if it is of another program, format or key rule.
    """
    file = folder / MANIFEST
    try:
        with file.open("rb") as opened:
            text = opened.read(MAX_BYTES)
    except OSError as error:
        why = error.strerror or str(error)
        raise ConfigError(
            f"{folder}: not a catalogue ({MANIFEST}: {why}); name a folder that "
            "`refmatter catalog build` made"
        ) from error
    try:
        content = json.loads(text)
        is_catalogue = content["name"] == "refmatter catalogue"
        format_version, keys = int(content["format"]), content["keys"]
        rule = int(keys["version"]), str(keys["digest"])
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise _not_a_manifest(file) from error
    if not is_catalogue:
        raise _not_a_manifest(file)
    if format_version != FORMAT_VERSION:
        way = "use a newer refmatter" if format_version > FORMAT_VERSION else "rebuild it"
        raise ConfigError(
            f"{folder}: its format is {format_version}, and this refmatter reads "
            f"{FORMAT_VERSION}; {way}"
        )
    if rule != (key_rule.VERSION, key_rule.DIGEST):
        raise ConfigError(
            f"{folder}: its title keys were made by another rule (version {rule[0]}, here "
            f"{key_rule.VERSION}), so titles would not be found; rebuild it with this refmatter"
        )
    try:
        return CatalogManifest.model_validate(content)
    except ValidationError as error:
        raise _not_a_manifest(file) from error


def _not_a_manifest(file: Path) -> ConfigError:
    """Return the error for a file that is not a catalogue's manifest."""
    return ConfigError(f"{file}: is not the manifest of a catalogue, or is damaged; rebuild it")


def verify_files(folder: Path, manifest: CatalogManifest) -> None:
    """Read every file of a catalogue. Raises ConfigError if one is not as it was built."""
    for listed_file in (*manifest.files, *((manifest.lookup,) if manifest.lookup else ())):
        path = folder / listed_file.path
        try:
            same = (
                path.stat().st_size == listed_file.size and file_sha256(path) == listed_file.sha256
            )
        except OSError as error:
            raise ConfigError(
                f"{path}: {error.strerror or error}; rebuild the catalogue"
            ) from error
        if not same:
            raise ConfigError(
                f"{path}: is damaged: it differs from what was built; rebuild the catalogue"
            )


def describe_file(path: Path, name: str, rows: int) -> CatalogFile:
    """Return a file as the manifest lists it, under this name. Raises OSError."""
    return CatalogFile(path=name, size=path.stat().st_size, sha256=file_sha256(path), rows=rows)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hex. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def generation_name(files: Iterable[CatalogFile]) -> str:
    """Return the name of the generation that has these files: 12 hex digits of their digests."""
    checksum = hashlib.sha256()
    for file in files:
        checksum.update(f"{file.sha256} {file.size}\n".encode())
    return checksum.hexdigest()[:12]


def notice_text(manifest: CatalogManifest) -> str:
    """Return the text of NOTICE, which is passed on with the catalogue."""
    lines = ["This catalogue is made from the works of others.", ""]
    for source in manifest.origins:
        lines += [
            f"{source.name}, {source.released}: {source.licence}",
            f"  {source.attribution}",
            "",
        ]
    return "\n".join(lines)


def sum_by_reason(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Return the sums of counts by reason, sorted by reason."""
    total: dict[str, int] = {}
    for part in parts:
        for reason, count in part.items():
            total[reason] = total.get(reason, 0) + count
    return dict(sorted(total.items()))


def as_json(manifest: CatalogManifest) -> dict[str, Any]:
    """Return a manifest as a JSON object."""
    return manifest.model_dump(mode="json")
