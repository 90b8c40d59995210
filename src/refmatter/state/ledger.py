"""refmatter.lock: which work each title is, and where every value came from.

A line holds the title, the decision and its reason, the identifiers, the values by who said them
and when, and whose the values are that its note has from us, so that a later run can tell its own
words from a person's. The cache is disposable; this file is not: it is committed with the notes,
and is written whole, beside the old one, and put in its place in one step.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from functools import partial
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO, TypeAlias

from msgspec.structs import replace

from refmatter.errors import LedgerError
from refmatter.fields import Field
from refmatter.files import describe_os_error, sync_folder, temporary_file
from refmatter.model import LookupKey, Ownership
from refmatter.state.hash_index import HashIndex
from refmatter.state.ledger_format import LedgerReader, TitleLines, header, rows_of
from refmatter.state.ledger_line import LedgerLine
from refmatter.state.lines_by_note import LinesByNote
from refmatter.state.row_file import RowFile

BeforeReplace: TypeAlias = Callable[[bytes | None, bytes | None], None]
"""Called with a file's old and new bytes, before it is replaced; None for no file."""
FEW = 500
"""So many titles are kept in memory as they are."""


class Ledger:
    """The lines of a ledger by key. `load` reads one, `save` writes it where it changed."""

    def __init__(
        self, lines: Iterable[LedgerLine] = (), prefix: PurePosixPath | None = None
    ) -> None:
        """`prefix` leads from the ledger's folder to the vault's: notes are written down by
        their path from the ledger, so that a run on a part of a vault knows them too."""
        self._titles: MutableMapping[str, TitleLines] = {}
        self._by_note = LinesByNote()
        self._count = 0
        self._prefix = prefix or PurePosixPath()
        self._lead = "" if self._prefix == PurePosixPath() else f"{self._prefix}/"
        self._seen: str | None = None  # nothing was read, so nothing can have moved on
        for line in lines:
            self._put(line)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[LedgerLine]:
        """Yield the lines, by key."""
        for title in sorted(self._titles):
            lines = self._titles.get(title, {})
            yield from [lines[key] for key in sorted(lines)]

    def line(self, key: LookupKey) -> LedgerLine | None:
        """Return what is known under a key."""
        return self._titles.get(key.title, {}).get(key)

    def record(self, line: LedgerLine) -> None:
        """Remember a line, keeping what was written to its note before."""
        old = self.line(line.key)
        self._put(replace(line, written=old.written) if old else line)

    def key(self, title_key: str, path: PurePosixPath) -> LookupKey:
        """Return the key of the decision about a note. Notes of one title are each decided by
        themselves."""
        return LookupKey(title_key, self._place(path))

    def key_of_note(self, path: PurePosixPath) -> LookupKey | None:
        """Return the key of the line that holds what was written to a note, else of one with a
        decision about it; None if there is none."""
        keys = self._by_note.get(self._place(path), ())
        return next((key for key in keys if self._written(key)), next(iter(keys), None))

    def move(self, old: PurePosixPath, new: PurePosixPath) -> None:
        """Give what is known of a note that was renamed to its new path."""
        place = self._place(new)
        for key in self._by_note.get(self._place(old), ()):
            if line := self.line(key):
                self._drop(key)
                self._put(replace(line, key=replace(key, note=place)))

    def forget(self, path: PurePosixPath, but: LookupKey | None) -> None:
        """Drop the decisions on titles that a note has no more, `but` the one under this key and
        those that know what was written to the note."""
        for key in self._by_note.get(self._place(path), ()):
            if key != but and not self._written(key):
                self._drop(key)

    def written(self, path: PurePosixPath) -> Mapping[Field, Ownership]:
        """Return whose the values are that a note has from us, whichever title it had then."""
        written: dict[Field, Ownership] = {}
        for key in self._by_note.get(self._place(path), ()):
            written |= self._written(key)
        return written

    def written_by_note(self) -> Mapping[PurePosixPath, Mapping[Field, Ownership]]:
        """Return `written` of each note that the ledger knows, by its path in the vault; it is
        looked up when it is asked for."""
        return _WrittenByNote(self, self._by_note, self._prefix, self._place)

    def set_written(
        self, key: LookupKey | None, path: PurePosixPath, written: Mapping[Field, Ownership]
    ) -> None:
        """Remember whose the values are that a note now has from us; none to forget it. That
        moves to the line of this key from the one that the note had before; as long as there is no
        line of this key it stays where it is, and a note of no line has nothing to remember."""
        if key is None or key.note != self._place(path) or self.line(key) is None:
            key = self.key_of_note(path)
        for known in self._by_note.get(self._place(path), ()):
            line = self.line(known)
            if line and line.written:
                self._put(replace(line, written={}))
        line = self.line(key) if key and written else None
        if line:
            self._put(replace(line, written=dict(written)))

    def _place(self, path: PurePosixPath) -> str:
        return f"{self._lead}{path}" if self._lead else str(path)

    def _written(self, key: LookupKey) -> Mapping[Field, Ownership]:
        line = self.line(key)
        return line.written if line else {}

    def _put(self, line: LedgerLine) -> None:
        key = line.key
        lines = self._titles.get(key.title, {})
        self._count += key not in lines
        lines[key] = line
        self._titles[key.title] = lines
        if key.note:
            self._by_note.add(key)

    def _drop(self, key: LookupKey) -> None:
        """Remove the line of a key."""
        lines = self._titles[key.title]
        del lines[key]
        self._count -= 1
        if lines:
            self._titles[key.title] = lines
        else:
            del self._titles[key.title]
        self._by_note.discard(key)

    @classmethod
    def load(cls, path: Path, root: Path | None = None, few: int = FEW) -> Ledger:
        """Read a ledger for the vault at `root` (its own folder where none is given); an empty
        one where there is no file. Up to `few` titles are kept in memory. Raises LedgerError."""
        made = cls((), _prefix(path, root))
        try:
            with _opened(path) as file:
                made._take(_read_rows(path, file, few))
        except FileNotFoundError:
            made._seen = _mark(None)
        except OSError as error:
            raise LedgerError(f"{path}: cannot be read: {describe_os_error(error)}") from error
        return made

    @classmethod
    def from_bytes(cls, data: bytes, path: Path, root: Path | None = None) -> Ledger:
        """Return the ledger from the bytes of its file, current or old. Raises LedgerError."""
        made = cls((), _prefix(path, root))
        made._take(_read_rows(path, BytesIO(data)))
        made._seen = None
        return made

    def _take(self, found: _Contents) -> None:
        self._titles, self._by_note, self._count, self._seen = found

    def text(self) -> str:
        """Return the file's text: the same lines give the same text; "" for no lines."""
        titles = (self._titles[title] for title in sorted(self._titles))
        rows = "".join(f"{row}\n" for row in rows_of(titles))
        return f"{header()}\n{rows}" if rows else ""

    def save(self, path: Path, before_replace: BeforeReplace | None = None) -> bool:
        """Write the file if it differs, in one step; return whether it did. `before_replace` is
        called with the old and the new bytes. Raises LedgerError, also if the file is no longer
        what was read."""
        # Half a character, as a name of a file or an argument may have, is nothing JSON can say.
        data = self.text().encode("utf-8", "replace") or None
        changed = put(path, data, before_replace, self._seen)
        if changed:
            self._seen = _mark(data)
        return changed


def put(
    path: Path,
    data: bytes | None,
    before_replace: BeforeReplace | None = None,
    seen: str | None = None,
) -> bool:
    """Write these bytes to the file, None for no file; return whether it had others. An existing
    empty file is left. Raises LedgerError, also if its digest is not the one `seen`."""
    try:
        old = _bytes(path)
        if (old or None) == data:
            return False
        if seen not in (None, _mark(old)):
            raise LedgerError(f"{path}: was changed while refmatter was at work; run it again")
        if before_replace is not None:
            before_replace(old, data)
        if data is None:
            path.unlink()
            sync_folder(path.parent)
        else:
            _replace(path, data)
    except OSError as error:
        raise LedgerError(f"{path}: cannot be written: {describe_os_error(error)}") from error
    return True


def _prefix(path: Path, root: Path | None) -> PurePosixPath:
    return PurePosixPath(Path(os.path.relpath(root or path.parent, path.parent)).as_posix())


class _WrittenByNote(Mapping[PurePosixPath, Mapping[Field, Ownership]]):
    """What a ledger knows of the notes of a vault."""

    def __init__(
        self,
        ledger: Ledger,
        by_note: LinesByNote,
        prefix: PurePosixPath,
        place: Callable[[PurePosixPath], str],
    ) -> None:
        self._ledger, self._by_note, self._prefix, self._place = ledger, by_note, prefix, place

    def __getitem__(self, path: PurePosixPath) -> Mapping[Field, Ownership]:
        if path not in self:
            raise KeyError(path)
        return self._ledger.written(path)

    def __contains__(self, path: object) -> bool:
        return isinstance(path, PurePosixPath) and self._place(path) in self._by_note

    def __iter__(self) -> Iterator[PurePosixPath]:
        places = map(PurePosixPath, tuple(self._by_note))
        return (p.relative_to(self._prefix) for p in places if p.is_relative_to(self._prefix))

    def __len__(self) -> int:
        return sum(True for _ in self)


def _mark(data: bytes | None) -> str:
    """By what it is told whether a file, or that there is none, is still as it was."""
    return "" if data is None else hashlib.sha256(data).hexdigest()


def _opened(path: Path) -> BinaryIO:
    """Return the file, to be read. Raises OSError and LedgerError."""
    _refuse_stray(path)
    if path.exists() and not path.is_file():  # a pipe would keep us waiting
        raise OSError("it is no ordinary file; move it out of the way")
    return path.open("rb")


def _bytes(path: Path) -> bytes | None:
    """Return the file's bytes; None where there is none. Raises OSError and LedgerError."""
    try:
        with _opened(path) as file:
            return file.read()
    except FileNotFoundError:
        return None


def _refuse_stray(path: Path) -> None:
    """Raises LedgerError for a link that leads out of its folder: it may have come with
    somebody's repository, and what it leads to is not ours to write."""
    if path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve()):
        raise LedgerError(
            f"{path}: is a link that leads out of its folder; name the file itself as `ledger` "
            "in config.yaml"
        )


def _replace(path: Path, data: bytes) -> None:
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    with temporary_file(path.parent, data) as (fresh, file):
        if path.exists():
            os.fchmod(file, stat.S_IMODE(path.stat().st_mode))
        os.fsync(file)
        fresh.replace(path)
    sync_folder(path.parent)


_Contents: TypeAlias = tuple[MutableMapping[str, TitleLines], LinesByNote, int, str]
"""Lines by title and by note, how many there are, and the file's mark."""


def _read_rows(path: Path, file: BinaryIO, few: int = sys.maxsize) -> _Contents:
    """Read a file. Every row is read once, so that a damaged one is told of; up to `few` titles
    are kept, of more only where they stand in the file. Of a key that stands there twice the last
    line counts. Raises LedgerError."""
    reader, digest = LedgerReader(path), hashlib.sha256()
    titles: dict[str, TitleLines] = {}
    index = _RowIndex()
    start = count = 0
    for number, row in enumerate(file, 1):
        digest.update(row)
        if lines := reader.lines(number, row):
            index.add(start, lines)
            count += len(lines)
            if len(index) <= few:
                _merge(titles, lines)
        start += len(row)
    if len(index) > few and index.is_distinct:
        kept = index.row_file(file.fileno(), start, reader)
        by_note = LinesByNote(index.by_note(), partial(_keys_at, kept))
        return kept, by_note, count, digest.hexdigest()
    if len(index) > few:
        file.seek(0)
        for number, row in enumerate(file, 1):
            if lines := reader.lines(number, row):
                _merge(titles, lines)
    by_note = LinesByNote()
    keys = [key for lines in titles.values() for key in lines]
    for key in keys:
        if key.note:
            by_note.add(key)
    return titles, by_note, len(keys), digest.hexdigest()


def _merge(titles: MutableMapping[str, TitleLines], lines: TitleLines) -> None:
    title = _title_of(lines)
    titles.setdefault(title, {}).update(lines)


def _title_of(lines: TitleLines) -> str:
    return next(iter(lines)).title


class _RowIndex:
    """Where the rows of a file start, by the hashes of their titles and notes."""

    def __init__(self) -> None:
        self._starts, self._titles = array("Q"), array("q")
        self._notes, self._numbers = array("q"), array("Q")

    def __len__(self) -> int:
        return len(self._starts)

    def add(self, start: int, lines: TitleLines) -> None:
        """Remember a row."""
        for key in lines:
            if key.note:
                self._notes.append(hash(key.note))
                self._numbers.append(len(self._starts))
        self._starts.append(start)
        self._titles.append(hash(_title_of(lines)))

    @property
    def is_distinct(self) -> bool:
        """Whether no two rows have titles of one hash."""
        return len(set(self._titles)) == len(self._titles)

    def by_note(self) -> HashIndex:
        """Return the numbers of rows by the hashes of the notes in them."""
        return HashIndex(self._notes, self._numbers)

    def row_file(self, file: int, end: int, reader: LedgerReader) -> RowFile[TitleLines]:
        """Return the rows by title, read from the file when they are asked for."""
        self._starts.append(end)
        return RowFile(file, self._starts, self._titles, partial(_titled, reader))


def _titled(reader: LedgerReader, row: bytes) -> tuple[str, TitleLines]:
    lines = reader.known_lines(row)
    return _title_of(lines), lines


def _keys_at(titles: RowFile[TitleLines], number: int) -> Iterable[LookupKey]:
    """Return the keys of a row's lines."""
    return titles.at(number)[1]
