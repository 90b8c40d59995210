"""The files of a vault as a run found them -> what that run said, where another would say the same.

A run that found nothing to ask and nothing to write leaves a manifest in the cache folder: for
each file its size, times and digest, the fingerprint of all else that its outcome hangs on, the
day from which something is due, and what it said. As long as all of that stands there is nothing
to find out, and no note needs to be read.

A file is taken to be as it was when size, modification time, change time and inode are the same:
an editor's save changes the first two, `touch -r` and a restored time cannot hide from the change
time, nor a file that was put in another's place from the inode. Times move in steps, so one that
was younger than `SLACK` when it was looked at may have been written again in the same step: such
a file, and one whose times moved, is read and its digest compared.

A manifest is derived and may be deleted at any time. One that is damaged, or made for another
vault, program, configuration or user, is no manifest.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

from refmatter import __version__
from refmatter.catalog.layout import MANIFEST
from refmatter.config import Config, Service
from refmatter.errors import NoteError
from refmatter.files import sweep, temporaries, temporary
from refmatter.notes import vault
from refmatter.place import Place

SLACK = 2 * 10**9
"""Nanoseconds: the coarsest step of a file's times in use (FAT's modification time)."""
LARGEST = 128 << 20
"""The most bytes of a manifest that is read."""
_FORM = 1
_EVER = "9999-12-31"

Stamp: TypeAlias = tuple[int, int, int, int]
"""Size, modification time and change time in nanoseconds, inode."""
Lines: TypeAlias = tuple[tuple[str, str], ...]
"""Text and colour, line by line."""


@dataclass(frozen=True, slots=True)
class Sight:
    """The notes of a vault (and its ledger, under its absolute path) and when they were looked
    at, in nanoseconds; None for a ledger that is not there."""

    files: Mapping[str, Stamp | None]
    at: int


@dataclass(frozen=True, slots=True)
class Told:
    """What a run said: its exit code, and the lines that people see."""

    code: int
    summary: Lines
    trouble: Lines
    notes: Lines


@dataclass(frozen=True, slots=True)
class Rest:
    """From which day to which (ISO; "" for ever) nothing is due; `outdated` where a decision
    would be made anew if the cache came to hold what it was made from."""

    since: str
    until: str
    outdated: bool = False


class Manifest:
    """The manifest for one question: a vault, its configuration, and what is asked of a run.

    `asked` is whatever of the command line changes what a run does; it must be JSON.
    """

    def __init__(self, place: Place, config: Config, asked: Mapping[str, object]) -> None:
        self._place = place
        self._config = config
        self._ledger = config.ledger_path(place.root).absolute()
        self._cache = config.cache_path(place.root).absolute()
        name = _digest([str(place.root), asked])
        self._path = self._cache / "manifests" / f"{name[:32]}.json"
        self._print = _digest(
            [_FORM, __version__, sys.version, _program(), os.geteuid(), str(config.file)]
            + [str(place.root), str(self._ledger), asked, config.said.model_dump_json()]
            + [config.api_key(each) is not None for each in _services(config)]
            + [_catalogue(config.catalog_path(place.root))]
        )

    def look(self) -> Sight | None:
        """The files as they stand now, before anybody reads them; None where it cannot be told:
        only some of the notes are meant, or a folder cannot be listed."""
        if not self._place.whole:
            return None
        at = time.time_ns()
        said, root = self._config.said.notes, self._place.root
        try:
            files: dict[str, Stamp | None] = {
                path: _stamp(os.stat(f"{root}/{path}"))  # noqa: PTH116 - a Path takes twice the time
                for path in vault.paths(root, said.include, said.exclude)
            }
        except (OSError, NoteError):
            return None
        files[str(self._ledger)] = _stamp_of(self._ledger)
        return Sight(files, at)

    def recall(self, sight: Sight, today: date) -> Told | None:
        """What the last run said, where one on these files would say the same; else None."""
        try:
            kept = self._read()
            rest, told = Rest(*kept["rest"]), _told(kept["told"])
            since, until = date.fromisoformat(rest.since), date.fromisoformat(rest.until or _EVER)
            if kept["print"] != self._print or not since <= today < until:
                return None
            if rest.outdated and kept["memory"] != self._memory():
                return None
            files, at = kept["files"], kept["at"]
            if files.keys() != sight.files.keys():
                return None
            moved = [p for p, s in sight.files.items() if not _stands(files[p], s, at)]
            if not all(self._reads(path, files[path]) for path in moved):
                return None
            if not all(_is_young(sight.files[path], sight.at) for path in moved):
                renewed = {p: [*(s or ()), files[p][-1]] for p, s in sight.files.items()}
                self._write(kept | {"at": sight.at, "files": renewed})
        except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
            return None
        return told

    def keep(
        self, sight: Sight, told: Told, rest: Rest, digests: Iterable[tuple[PurePosixPath, str]]
    ) -> None:
        """Remember what a run said of the files that it was about to read; `digests` are those
        of the notes as it read them. Trouble with the disk is nobody's: the next run does
        without."""
        known = {str(path): digest for path, digest in digests}
        ledger = str(self._ledger)
        with contextlib.suppress(OSError, ValueError):
            known[ledger] = self._settled_digest(sight.files[ledger], sight.at)
            self._write(
                {
                    "print": self._print,
                    "at": sight.at,
                    "rest": [rest.since, rest.until, rest.outdated],
                    "memory": self._memory() if rest.outdated else None,
                    "told": [told.code, told.summary, told.trouble, told.notes],
                    "files": {
                        path: [*(stamp or ()), known.get(path, "")]
                        for path, stamp in sight.files.items()
                    },
                }
            )

    def _settled_digest(self, was: Stamp | None, at: int) -> str:
        """The ledger's digest, if it is certainly still the one that was looked at; else ""."""
        if was is None or _is_young(was, at):
            return ""
        digest = hashlib.sha256(self._ledger.read_bytes()).hexdigest()
        return digest if _stamp_of(self._ledger) == was else ""

    def _reads(self, path: str, was: list[Any]) -> bool:
        """Whether a file holds the bytes that it held then."""
        digest: str = was[-1]
        if not digest:
            return False
        if path == str(self._ledger):
            return hashlib.sha256(self._ledger.read_bytes()).hexdigest() == digest
        try:
            return vault.digest(vault.read(self._place.root, PurePosixPath(path))) == digest
        except NoteError:
            return False

    def _memory(self) -> list[list[int]]:
        """How the cache stands, in which evidence for older decisions may turn up."""
        names = ("cache.db", "cache.db-wal")
        return [list(_stamp_of(self._cache / name) or ()) for name in names]

    def _read(self) -> dict[str, Any]:
        with self._path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > LARGEST:
                raise ValueError("too large for a manifest")
            mark, _, body = file.read().partition(b"\n")
        if mark.decode() != hashlib.sha256(body).hexdigest():
            raise ValueError("damaged")
        kept: dict[str, Any] = json.loads(body)
        return kept

    def _write(self, said: Mapping[str, object]) -> None:
        body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        data = hashlib.sha256(body).hexdigest().encode() + b"\n" + body
        self._path.parent.mkdir(parents=True, exist_ok=True)
        for each in temporaries(self._path.parent):  # left by a run that was killed
            sweep(each)
        with temporary(self._path.parent, data) as (fresh, _):
            fresh.replace(self._path)


def _digest(said: object) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _services(config: Config) -> Iterator[str]:
    """The services that may have a key."""
    for name, said in config.said.providers:
        if isinstance(said, Service):
            yield name


def _program() -> list[tuple[str, int, int]]:
    """The files that this program is made of: another one may decide otherwise, whatever it
    says its version is."""
    top = Path(__file__).parent
    found = []
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(each for each in folders if each != "__pycache__")
        for name in sorted(names):
            known = Path(folder, name).stat()
            found.append((name, known.st_size, known.st_mtime_ns))
    return found


def _stamp(known: os.stat_result) -> Stamp:
    return known.st_size, known.st_mtime_ns, known.st_ctime_ns, known.st_ino


def _stamp_of(path: Path) -> Stamp | None:
    try:
        return _stamp(path.stat())
    except FileNotFoundError:
        return None


def _catalogue(folder: Path | None) -> Stamp | None:
    """The state of the user's own catalogue: each build puts another manifest in its place."""
    with contextlib.suppress(OSError):
        return None if folder is None else _stamp((folder / MANIFEST).stat())
    return None


def _is_young(stamp: Stamp | None, at: int) -> bool:
    """Whether a file may have been written again in the same step of its times."""
    return stamp is not None and max(stamp[1], stamp[2]) > at - SLACK


def _stands(was: list[Any], stamp: Stamp | None, at: int) -> bool:
    """Whether a file is certainly the one that was looked at."""
    return was[:-1] == list(stamp or ()) and not _is_young(stamp, at)


def _told(said: list[Any]) -> Told:
    """What a manifest says of a report. Raises ValueError where it says something else."""
    code, *tapes = said
    read = [tuple((text, colour) for text, colour in tape) for tape in tapes]
    texts = [each for tape in read for line in tape for each in line]
    if type(code) is not int or not all(isinstance(each, str) for each in texts):
        raise ValueError("not what a run says")
    summary, trouble, notes = read
    return Told(code, summary, trouble, notes)
