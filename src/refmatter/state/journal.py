"""Keep a journal of the files that a run replaces, to restore what they were before.

It is a folder `.refmatter` beside the ledger, a file for each run, a JSON object a line: first
what the run is, then a row for each file, there before that file is replaced. A row holds the
digests before and after, and of the old bytes only the part in the middle that is no more; what
is left as that run left it can be put back from that. It is no part of the cache, which may be
deleted at any time, and tells git to leave it alone, as a clone's past is its own.

What is read is not trusted: it is sized before it is unpacked, what comes of it must have its
digest, and whoever restores it asks `notes.vault`, which writes nothing outside of the vault.
"""

from __future__ import annotations

import binascii
import contextlib
import json
import os
import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Literal, Self

from pydantic import BaseModel, NonNegativeInt, TypeAdapter, ValidationError

from refmatter.errors import JournalError, NoteError
from refmatter.files import describe_os_error
from refmatter.notes.vault import MAX_NOTE_BYTES

FOLDER = ".refmatter"
RUNS_KEPT = 30
"""The runs that are remembered; the oldest go first."""
MOST = 64 << 20
"""The bytes that all but the newest of them may take together."""
LARGEST = 1 << 30
"""The most bytes of a ledger that is put back; a note has fewer."""
ELSEWHERE = "if your notes are in another folder, name it with --vault"
"""The way out where there is no journal."""
LONGEST = 256 << 20
"""The most bytes of a line that is read."""
_VERSION = 1
_NAME = re.compile(r"undo-(\d{6,9})\.jsonl")


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file before and after, None where there is none; without a path, the ledger."""

    path: PurePosixPath | None
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """What a run did to a file: its digest before, those it may have been left with (several
    where it was replaced more than once), and how the old bytes come from the first of these:
    so many of the first and the last, round `middle`. `folders` were made for it."""

    path: PurePosixPath | None
    before: str | None
    after: tuple[str | None, ...]
    head: int = 0
    tail: int = 0
    middle: str = ""
    folders: tuple[PurePosixPath, ...] = ()

    def restored(self, now: bytes | None) -> bytes | None:
        """Return the bytes before, from those now; None for no file. Raises NoteError where what is
        kept of them is damaged."""
        if self.before is None:
            return None
        left = now or b""
        try:
            unpacked = zlib.decompressobj()
            most = LARGEST if self.path is None else MAX_NOTE_BYTES
            middle = unpacked.decompress(b64decode(self.middle, validate=True), most)
            whole = unpacked.eof and self.head + self.tail <= len(left)
        except (binascii.Error, zlib.error):
            whole, middle = False, b""
        old = left[: self.head] + middle + left[len(left) - self.tail :]
        if not whole or digest(old) != self.before:
            raise NoteError("what the journal keeps of it is damaged")
        return old


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run as its journal tells it. `started` is in UTC, to the second; `root` leads from the
    ledger's folder to the vault's; `deed` is `enrich`, or `undo` and a run's number."""

    number: int
    started: str
    deed: str
    root: str
    entries: tuple[JournalEntry, ...] = ()

    @property
    def notes(self) -> tuple[JournalEntry, ...]:
        """What became of notes."""
        return tuple(entry for entry in self.entries if entry.path is not None)

    @property
    def ledger(self) -> JournalEntry | None:
        """What became of the ledger; None where it stayed as it was."""
        return next((entry for entry in self.entries if entry.path is None), None)


def digest(data: bytes | None) -> str | None:
    """Return the SHA-256 of a file's bytes; None for no file."""
    return None if data is None else sha256(data).hexdigest()


class Journal:
    """The journal of the run at work. Nothing is on disk of it before the first file is heeded:
    a run that changes nothing leaves no trace."""

    def __init__(self, ledger: Path, root: Path, deed: str) -> None:
        """`root` is the vault's folder."""
        self._ledger = ledger
        self._root = root
        self._deed = deed
        self._recorded: set[PurePosixPath | None] = set()
        self._file: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            os.close(self._file)

    def ledger(self, before: bytes | None, after: bytes | None) -> None:
        """Record that the ledger is about to be replaced. Raises JournalError."""
        try:
            self._append([self._row(FileChange(None, before, after))])
        except OSError as error:
            place = self._ledger.parent / FOLDER
            raise JournalError(f"{place}: cannot be written: {describe_os_error(error)}") from error

    def record(self, changes: Sequence[FileChange]) -> None:
        """Record that these notes are about to be replaced; return once that is on disk. Raises
        NoteError."""
        try:
            self._append([self._row(change) for change in changes])
        except OSError as error:
            raise NoteError(f"the journal cannot be written: {describe_os_error(error)}") from error

    def void(self, path: PurePosixPath) -> None:
        """Record that a note was not replaced after all. If this does not reach the disk, no harm
        is done: the note is then as it was before, or changed since."""
        with contextlib.suppress(OSError):
            self._append([{"void": str(path)}])

    def _row(self, change: FileChange) -> dict[str, Any]:
        row: dict[str, Any] = {} if change.path is None else {"path": str(change.path)}
        row |= {"before": digest(change.before), "after": digest(change.after)}
        if change.before is not None and change.path not in self._recorded:
            # Of the ledger all is kept: when it has moved on, it still tells what it knew then.
            after = change.after or b"" if change.path is not None else b""
            head = _shared(change.before, after)
            tail = _shared(change.before[head:][::-1], after[head:][::-1])
            middle = change.before[head : len(change.before) - tail]
            row |= {"head": head, "tail": tail, "middle": _packed(middle)}
        if change.before is None and change.path is not None:
            made = [f for f in change.path.parents if f.parts and not (self._root / f).exists()]
            row |= {"folders": [str(folder) for folder in made]} if made else {}
        self._recorded.add(change.path)
        return row

    def _append(self, rows: Sequence[dict[str, Any]]) -> None:
        """Raises OSError; a row is then there as a whole, or it is not there."""
        if not rows:
            return
        if self._file is None:
            self._file = self._opened()
        file = self._file
        length = os.fstat(file).st_size
        try:
            _write(file, "".join(_line(row) for row in rows).encode())
            os.fdatasync(file)
        except OSError:
            os.ftruncate(file, length)
            raise

    def _opened(self) -> int:
        """Return a new journal, with its first line; the oldest make room for it."""
        with _folder(self._ledger.parent / FOLDER, make=True) as folder:
            numbers = _numbers(folder)
            _drop(folder, numbers)
            number = max(numbers, default=0) + 1
            file = _new(folder, _name(number))
            started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            root = Path(os.path.relpath(self._root, self._ledger.parent)).as_posix()
            head = {"refmatter": "journal", "version": _VERSION, "started": started}
            head |= {"deed": self._deed, "ledger": self._ledger.name, "root": root}
            try:
                _write(file, _line(head).encode())
                os.fsync(folder)
            except OSError:
                os.close(file)
                os.unlink(_name(number), dir_fd=folder)
                raise
            return file


def runs(ledger: Path) -> list[PastRun]:
    """Return the runs on this ledger that can be undone, the oldest first; what is damaged is left
    out. Raises JournalError where the folder cannot be read."""
    found = []
    with contextlib.suppress(FileNotFoundError), _reading(ledger) as folder:
        for number in _numbers(folder):
            with contextlib.suppress(JournalError):
                found.append(_read_run(folder, number, ledger))
    return found


def run(ledger: Path, number: int | None) -> PastRun:
    """Return one run, or the last on this ledger. Raises JournalError."""
    numbers: list[int] = []
    with contextlib.suppress(FileNotFoundError), _reading(ledger) as folder:
        numbers = _numbers(folder)
        if number in numbers:
            return _read_run(folder, number, ledger)
        for last in reversed(numbers) if number is None else ():
            with contextlib.suppress(_ForeignError):
                return _read_run(folder, last, ledger)
    known = f"there are {numbers[0]} to {numbers[-1]}" if numbers and number else ELSEWHERE
    what = "run to undo" if number is None else f"run {number}"
    raise JournalError(f"{ledger.parent}: there is no {what}; {known}")


class _ForeignError(JournalError):
    """A run on another ledger in the same folder."""


class _Head(BaseModel, extra="forbid"):
    refmatter: Literal["journal"]
    version: Literal[1]
    started: str
    deed: str
    ledger: str
    root: str


class _JournalRow(BaseModel, extra="forbid"):
    path: str | None = None
    before: str | None = None
    after: str | None = None
    head: NonNegativeInt = 0
    tail: NonNegativeInt = 0
    middle: str = ""
    folders: list[str] = []
    void: str | None = None


_HEAD, _ROW = TypeAdapter(_Head), TypeAdapter(_JournalRow)


@dataclass(slots=True)
class _JournalDraft:
    """The entries of a journal while it is read, by path."""

    entries: dict[str | None, JournalEntry] = field(default_factory=dict)

    def take(self, row: _JournalRow) -> None:
        if row.void is not None:
            self.entries.pop(row.void, None)
            return
        first = self.entries.get(row.path)
        self.entries[row.path] = JournalEntry(
            path=None if row.path is None else PurePosixPath(row.path),
            before=first.before if first else row.before,
            after=(*(first.after if first else ()), row.after),
            head=first.head if first else row.head,
            tail=first.tail if first else row.tail,
            middle=first.middle if first else row.middle,
            folders=first.folders if first else tuple(map(PurePosixPath, row.folders)),
        )


def _read_run(folder: int, number: int, ledger: Path) -> PastRun:
    """Return the run of a journal file. Raises JournalError."""
    place = ledger.parent / FOLDER / _name(number)
    draft, count = _JournalDraft(), 1
    try:
        with os.fdopen(os.open(_name(number), os.O_RDONLY | _CAUTION, dir_fd=folder), "rb") as file:
            head = _HEAD.validate_json(next(_lines(file), b""))
            for count, line in enumerate(_lines(file), 2):  # noqa: B007 - told where it ends
                draft.take(_ROW.validate_json(line))
    except OSError as error:
        raise JournalError(f"{place}: cannot be read: {error.strerror}") from error
    except (ValidationError, ValueError) as error:
        raise JournalError(
            f"{place}:{count}: is no line of a journal; nothing was undone. "
            "Undo another run (`refmatter undo --list`), or remove the file"
        ) from error
    if head.ledger != ledger.name:
        raise _ForeignError(f"{place}: is of another ledger, {head.ledger}")
    return PastRun(number, head.started, head.deed, head.root, tuple(draft.entries.values()))


def _lines(file: Any) -> Iterator[bytes]:
    """Yield the whole lines; one that was cut off when its run was killed tells of a file that was
    not replaced. Raises ValueError for one that is too long."""
    while line := file.readline(LONGEST):
        if not line.endswith(b"\n"):
            if len(line) == LONGEST:
                raise ValueError("too long")
            return
        yield line


_CAUTION = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


@contextlib.contextmanager
def _folder(path: Path, *, make: bool = False) -> Iterator[int]:
    """The folder itself, never one that a link leads to. Raises OSError."""
    fresh = make and not os.path.lexists(path)
    if fresh:
        path.mkdir(parents=True)
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | _CAUTION)
    try:
        if make:
            with contextlib.suppress(FileExistsError):
                ignore = _new(folder, ".gitignore")
                try:
                    _write(ignore, b"# Made by refmatter, for `refmatter undo`.\n*\n")
                finally:
                    os.close(ignore)
        yield folder
    finally:
        os.close(folder)


@contextlib.contextmanager
def _reading(ledger: Path) -> Iterator[int]:
    """Raises FileNotFoundError, and JournalError for what is no folder."""
    place = ledger.parent / FOLDER
    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(_folder(place))
        except FileNotFoundError:
            raise
        except OSError as error:
            raise JournalError(f"{place}: cannot be read: {error.strerror}") from error
        yield folder


def _numbers(folder: int) -> list[int]:
    return sorted(int(match[1]) for name in os.listdir(folder) if (match := _NAME.fullmatch(name)))


def _name(number: int) -> str:
    return f"undo-{number:06}.jsonl"


def _new(folder: int, name: str) -> int:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | _CAUTION
    return os.open(name, flags, 0o666, dir_fd=folder)


def _drop(folder: int, numbers: Iterable[int]) -> None:
    """Forget the oldest runs, so that few are left and they are not too large."""
    size = 0
    for kept, number in enumerate(sorted(numbers, reverse=True), 1):
        size += os.stat(_name(number), dir_fd=folder, follow_symlinks=False).st_size
        if kept >= RUNS_KEPT or size > MOST:
            os.unlink(_name(number), dir_fd=folder)


def _write(file: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(file, left) :]


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


def _packed(data: bytes) -> str:
    return b64encode(zlib.compress(data, 1)).decode()


def _shared(data: bytes, other: bytes) -> int:
    """Return how many bytes both begin with."""
    low, high = 0, min(len(data), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if data[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
