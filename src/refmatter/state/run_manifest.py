"""Remember the files and the output of the last run, to repeat it if nothing changed.

A run that found nothing to ask and nothing to write leaves a manifest with the user's caches: for
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
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeAlias

from platformdirs import user_cache_path

from refmatter import __version__
from refmatter.catalog.layout import MANIFEST
from refmatter.config import discovery
from refmatter.config.discovery import environment_key
from refmatter.errors import NoteError
from refmatter.files import lock_folder, remove_leftover, temporary_file, temporary_files
from refmatter.location import VaultLocation
from refmatter.notes import vault

if TYPE_CHECKING:  # pydantic takes longer to load than all else here
    from refmatter.config.settings import Config

SLACK = 2 * 10**9
"""Nanoseconds: the coarsest step of a file's times in use (FAT's modification time)."""
LARGEST = 128 << 20
"""The most bytes of a manifest that is read."""
_FORM = 3
_LARGEST_NUMBER = (1 << 63) - 1
_EVER = "9999-12-31"

Stamp: TypeAlias = tuple[int, int, int, int]
"""Size, modification time and change time in nanoseconds, inode."""
_NO_FILE = (0, 0, 0, 0)
Lines: TypeAlias = tuple[tuple[str, str], ...]
"""Text and colour, line by line."""


@dataclass(frozen=True, slots=True)
class ScanSnapshot:
    """The files of a vault at a time, in nanoseconds. `stamps` has four numbers for each of
    `paths`: the notes in the order of their paths, then, under absolute paths, the files that the
    terms name, the ledger last. A file that does not exist has four times 0."""

    paths: Sequence[str]
    stamps: array[int]
    at: int

    def __iter__(self) -> Iterator[tuple[str, list[int]]]:
        """Each file, and its stamp as a manifest has it."""
        for place, path in enumerate(self.paths):
            yield path, self.stamps[4 * place : 4 * place + 4].tolist()


@dataclass(frozen=True, slots=True)
class RunOutput:
    """The output of a run: its exit code, and the lines that people see."""

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


@dataclass(frozen=True, slots=True)
class ScanTerms:
    """What of a configuration it takes to look at a vault: the patterns of its notes, where ledger
    and cache are, and the manifest of the user's own catalogue ("" for none), of which each build
    makes another; and of each variable that may hold a key whether it does."""

    include: tuple[str, ...]
    exclude: tuple[str, ...]
    ledger: str
    cache: str
    catalog: str
    keys: Mapping[str, bool]

    @classmethod
    def of(cls, config: Config, root: Path) -> ScanTerms:
        """Return the terms of a configuration that was read."""
        notes, catalog = config.settings.notes, config.catalog_path(root)
        return cls(
            notes.include,
            notes.exclude,
            str(config.ledger_path(root).absolute()),
            str(config.cache_path(root).absolute()),
            str(catalog.absolute() / MANIFEST) if catalog else "",
            {variable: bool(environment_key(variable)) for variable in config.key_variables()},
        )


class RunManifest:
    """The manifest for one question: a vault, its configuration, and what is asked of a run.

    `options` are whatever of the command line changes what a run does; it must be JSON. It lies in
    the user's cache folder, wherever the answers are kept: so it is found before config.yaml is
    read, which takes longer than all else where nothing moved.
    """

    def __init__(self, location: VaultLocation, options: Mapping[str, object]) -> None:
        self._location = location
        self._config = location.config.resolve() if location.config else None
        self._question = [str(location.root), str(self._config), options]
        folder = user_cache_path("refmatter") / "manifests"
        self._path = folder / f"{_digest(self._question)[:32]}.json"
        self._print = self._now()

    def _now(self) -> str:
        """Return the fingerprint of all that a run hangs on, but for what a manifest tells by
        itself."""
        settings = ""
        if self._config:
            with contextlib.suppress(OSError), self._config.open("rb") as file:
                settings = hashlib.sha256(file.read(discovery.LARGEST + 1)).hexdigest()
        whose = [_FORM, __version__, sys.version, _program(), os.geteuid()]
        return _digest([*whose, settings, *self._question])

    def look(self, terms: ScanTerms, now: int) -> ScanSnapshot | None:
        """Return a snapshot of the files `now` (in nanoseconds), before they are read; None if only
        some notes are chosen or a folder cannot be listed."""
        if not self._location.is_whole:
            return None
        root, stamps = self._location.root, array("q")
        try:
            paths = vault.note_paths(root, terms.include, terms.exclude)
            for path in paths:
                stamps.extend(_stamp(os.stat(f"{root}/{path}")))  # noqa: PTH116 - a Path takes twice the time
        except (OSError, NoteError):
            return None
        others = [path for path in (terms.catalog, terms.ledger) if path]
        for other in others:
            stamps.extend(_stamp_of(Path(other)))
        return ScanSnapshot([*paths, *others], stamps, now)

    def recall(self, today: date, now: int, *, dry: bool) -> RunOutput | None:
        """Return the output of the last run, if a run on the files as they are `now` (in
        nanoseconds) would give the same; else None.

        Raises Busy where a run is at work that might change them, unless this one is `dry`.
        """
        with contextlib.suppress(
            OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError
        ):
            kept = self._load()
            terms = ScanTerms(**kept["terms"])
            with contextlib.nullcontext() if dry else lock_folder(Path(terms.ledger).parent):
                return self._recalled(kept, terms, today, now)
        return None

    def _recalled(
        self, kept: dict[str, Any], terms: ScanTerms, today: date, now: int
    ) -> RunOutput | None:
        rest, output = Rest(*kept["rest"]), _output_of(kept["told"])
        since, until = date.fromisoformat(rest.since), date.fromisoformat(rest.until or _EVER)
        if kept["print"] != self._print or not since <= today < until:
            return None
        if any(bool(environment_key(variable)) != known for variable, known in terms.keys.items()):
            return None
        if rest.outdated and kept["memory"] != _memory(terms):
            return None
        snapshot = self.look(terms, now)
        if snapshot is None or not self._holds(kept, snapshot, terms):
            return None
        return output

    def _holds(self, kept: dict[str, Any], snapshot: ScanSnapshot, terms: ScanTerms) -> bool:
        """Whether the files are those of the manifest, which learns their new times."""
        files, at = kept["files"], kept["at"]
        if len(files) != len(snapshot.paths):
            return False
        moved = [(p, now) for p, now in snapshot if not _is_unchanged(files[p], now, at)]
        if not all(self._reads(path, files[path], terms) for path, _ in moved):
            return False
        if not all(_is_young(now, snapshot.at) for _, now in moved):
            renewed = {path: [*now, files[path][-1]] for path, now in snapshot}
            self._write(kept | {"at": snapshot.at, "files": renewed})
        return True

    def save(
        self,
        terms: ScanTerms,
        snapshot: ScanSnapshot,
        output: RunOutput,
        rest: Rest,
        digests: Iterable[tuple[PurePosixPath, str]],
    ) -> None:
        """Remember the output of a run on these files; `digests` are those of the notes as it read
        them. Disk errors are ignored: the next run works without. Nothing is saved if config.yaml
        has changed meanwhile."""
        known = {str(path): digest for path, digest in digests}
        with contextlib.suppress(OSError, ValueError):
            if self._now() != self._print:
                return
            known[terms.ledger] = _ledger_digest(terms, snapshot)
            self._write(
                {
                    "print": self._print,
                    "terms": asdict(terms),
                    "at": snapshot.at,
                    "rest": [rest.since, rest.until, rest.outdated],
                    "memory": _memory(terms) if rest.outdated else None,
                    "told": [output.code, output.summary, output.trouble, output.notes],
                    "files": {path: [*stamp, known.get(path, "")] for path, stamp in snapshot},
                }
            )

    def _reads(self, path: str, was: list[Any], terms: ScanTerms) -> bool:
        """Whether a file holds the bytes that it held then."""
        digest: str = was[-1]
        if not digest:
            return False
        if path == terms.ledger:
            return hashlib.sha256(Path(path).read_bytes()).hexdigest() == digest
        try:
            return vault.digest(vault.read(self._location.root, PurePosixPath(path))) == digest
        except NoteError:
            return False

    def _load(self) -> dict[str, Any]:
        with self._path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > LARGEST:
                raise ValueError("too large for a manifest")
            mark, _, body = file.read().partition(b"\n")
        if mark.decode() != hashlib.sha256(body).hexdigest():
            raise ValueError("damaged")
        kept: dict[str, Any] = json.loads(body)
        return kept

    def _write(self, content: Mapping[str, object]) -> None:
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        data = hashlib.sha256(body).hexdigest().encode() + b"\n" + body
        self._path.parent.mkdir(parents=True, exist_ok=True)
        for leftover in temporary_files(self._path.parent):  # left by a run that was killed
            remove_leftover(leftover)
        with temporary_file(self._path.parent, data) as (fresh, _):
            fresh.replace(self._path)


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _ledger_digest(terms: ScanTerms, snapshot: ScanSnapshot) -> str:
    """Return the ledger's digest, if it is certainly still the one that was looked at; else ""."""
    ledger, was = Path(terms.ledger), snapshot.stamps[-4:].tolist()
    if was == [*_NO_FILE] or _is_young(was, snapshot.at):
        return ""
    digest = hashlib.sha256(ledger.read_bytes()).hexdigest()
    return digest if list(_stamp_of(ledger)) == was else ""


def _memory(terms: ScanTerms) -> list[list[int]]:
    """Return how the cache stands, in which evidence for older decisions may turn up."""
    names = ("cache.db", "cache.db-wal")
    return [list(_stamp_of(Path(terms.cache, name))) for name in names]


@cache
def _program() -> list[tuple[str, int, int]]:
    """Return the files that this program is made of: another one may decide otherwise, whatever it
    says its version is."""
    top = Path(__file__).parent
    found = []
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(folder for folder in folders if folder != "__pycache__")
        for name in sorted(names):
            known = Path(folder, name).stat()
            found.append((name, known.st_size, known.st_mtime_ns))
    return found


def _stamp(known: os.stat_result) -> Stamp:
    return known.st_size, known.st_mtime_ns, known.st_ctime_ns, known.st_ino & _LARGEST_NUMBER


def _stamp_of(path: Path) -> Stamp:
    try:
        return _stamp(path.stat())
    except FileNotFoundError:
        return _NO_FILE


def _is_young(stamp: Sequence[int], at: int) -> bool:
    """Whether a file may have been written again in the same step of its times."""
    return max(stamp[1], stamp[2]) > at - SLACK


def _is_unchanged(was: list[Any], stamp: list[int], at: int) -> bool:
    """Whether a file is certainly the one that was looked at."""
    return was[:-1] == stamp and not _is_young(stamp, at)


def _output_of(stored: list[Any]) -> RunOutput:
    """Return the output that a manifest holds. Raises ValueError if it is malformed."""
    code, *streams = stored
    lines = [tuple((text, colour) for text, colour in stream) for stream in streams]
    texts = [text for stream in lines for line in stream for text in line]
    if type(code) is not int or not all(isinstance(text, str) for text in texts):
        raise ValueError("not what a run says")
    summary, trouble, notes = lines
    return RunOutput(code, summary, trouble, notes)
