"""manifest.json of a catalogue <-> what it says: origins, licences, counts, files, the key rule."""

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
from refmatter.catalog.layout import FORMAT, MANIFEST
from refmatter.errors import ConfigError

LARGEST = 256 << 20
"""The most bytes of a manifest that is read: a thousand for each file of the largest dump."""


class _ManifestJson(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CatalogFile(_ManifestJson):
    """A file of the catalogue, by its path in the folder."""

    path: str = Field(pattern=r"^[a-z]*/?[0-9a-z-]+\.[a-z]+$")
    size: int
    sha256: str
    rows: int


class Input(_ManifestJson):
    """A file of a dump, and what was read of it; `left` and `bad` by reason."""

    name: str
    size: int
    sha256: str
    released: str
    read: int
    kept: int
    left: Mapping[str, int]
    bad: int


class DataSource(_ManifestJson):
    """Whose data it is, on which terms, of which day (that of its newest file)."""

    name: str
    released: str
    licence: str
    attribution: str
    read: int
    kept: int
    left: Mapping[str, int]
    bad: int
    inputs: tuple[Input, ...]


class KeyRule(_ManifestJson):
    """The rule that made the keys, and the characters that it knew."""

    version: int
    digest: str
    unicode: str


class Apart(_ManifestJson):
    """Groups of records that were not merged: of too many records, of identifiers that
    contradict each other, and identifiers of too many titles."""

    many: int = 0
    contradict: int = 0
    crowded: int = 0


class Counts(_ManifestJson):
    """Whose counts it has, as of which day; "" where it has none."""

    origin: str
    released: str


class CatalogManifest(_ManifestJson):
    """What a catalogue is made of."""

    name: Literal["refmatter catalogue"] = "refmatter catalogue"
    format: int = FORMAT
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
    apart: Apart
    origins: tuple[DataSource, ...]
    files: tuple[CatalogFile, ...]
    lookup: CatalogFile | None

    def text(self) -> bytes:
        """As manifest.json has it."""
        said = self.model_dump(mode="json")
        return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def load(folder: Path) -> CatalogManifest:
    """The manifest of a catalogue that this refmatter can read.

    Raises ConfigError where there is none, or that of something else, of another format, or of
    keys that were made by another rule.
    """
    file = folder / MANIFEST
    try:
        with file.open("rb") as opened:
            text = opened.read(LARGEST)
    except OSError as error:
        why = error.strerror or str(error)
        raise ConfigError(
            f"{folder}: is no catalogue ({MANIFEST}: {why}); name a folder that "
            "`refmatter catalog build` made"
        ) from error
    try:
        said = json.loads(text)
        known = said["name"] == "refmatter catalogue"
        form, keys = int(said["format"]), said["keys"]
        made = int(keys["version"]), str(keys["digest"])
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise _foreign(file) from error
    if not known:
        raise _foreign(file)
    if form != FORMAT:
        way = "use a newer refmatter" if form > FORMAT else "build it anew"
        raise ConfigError(
            f"{folder}: its format is {form}, and this refmatter reads {FORMAT}; {way}"
        )
    if made != (key_rule.VERSION, key_rule.DIGEST):
        raise ConfigError(
            f"{folder}: its title keys were made by another rule (version {made[0]}, here "
            f"{key_rule.VERSION}), so titles would not be found; build it anew with this refmatter"
        )
    try:
        return CatalogManifest.model_validate(said)
    except ValidationError as error:
        raise _foreign(file) from error


def _foreign(file: Path) -> ConfigError:
    return ConfigError(f"{file}: is not the manifest of a catalogue, or is damaged; build it anew")


def verify(folder: Path, made: CatalogManifest) -> None:
    """Read every file of a catalogue. Raises ConfigError where one is not what it was."""
    for each in (*made.files, *((made.lookup,) if made.lookup else ())):
        path = folder / each.path
        try:
            same = path.stat().st_size == each.size and sha256(path) == each.sha256
        except OSError as error:
            raise ConfigError(
                f"{path}: {error.strerror or error}; build the catalogue anew"
            ) from error
        if not same:
            raise ConfigError(f"{path}: is not what was built, but damaged; build it anew")


def described(path: Path, name: str, rows: int) -> CatalogFile:
    """A file as a manifest names it. Raises OSError."""
    return CatalogFile(path=name, size=path.stat().st_size, sha256=sha256(path), rows=rows)


def sha256(path: Path) -> str:
    """The digest of a file's bytes. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def generation(files: Iterable[CatalogFile]) -> str:
    """What files of this content are called after (12 hex digits)."""
    made = hashlib.sha256()
    for each in files:
        made.update(f"{each.sha256} {each.size}\n".encode())
    return made.hexdigest()[:12]


def notice(manifest: CatalogManifest) -> str:
    """The text of NOTICE: what goes wherever the catalogue goes."""
    lines = ["This catalogue is made from the works of others.", ""]
    for each in manifest.origins:
        lines += [f"{each.name}, {each.released}: {each.licence}", f"  {each.attribution}", ""]
    return "\n".join(lines)


def summed(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Counts by reason, added up and sorted."""
    total: dict[str, int] = {}
    for each in parts:
        for reason, count in each.items():
            total[reason] = total.get(reason, 0) + count
    return dict(sorted(total.items()))


def as_json(manifest: CatalogManifest) -> dict[str, Any]:
    """For machines."""
    return manifest.model_dump(mode="json")
