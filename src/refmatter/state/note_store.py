"""Store notes in little memory: a few as they are, the rest in a temporary file.

What is read of a note is several times as large as the file's front matter, and a run goes
through the notes a few times, one after the other: so of a large vault it keeps them on disk, in
a file that has no name and is gone with the process. They are written as JSON, the front matter
apart from the reference list, which few ask for.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import weakref
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, overload

from refmatter.errors import DiskError
from refmatter.files import describe_os_error
from refmatter.model import (
    Identifiers,
    ListMarks,
    Note,
    Quotes,
    Reference,
    Sequences,
    TitleSource,
    ValueStyle,
)
from refmatter.schema.paper_notes import Draft, VaultContext, chosen, finish
from refmatter.state.hash_index import HashIndex

FEW = 250
"""So many notes stay in memory."""
_USUAL_FLAGS = (True, False, False, True)
"""`plain`, `wiki`, `embed` and `titled` of a reference that is a title and no link."""
_SHORT = 24
"""Text that is no longer stands in many notes: tags, venues, keys."""


class NoteStore(Sequence[Note]):
    """Notes in the order in which they were put. Raises DiskError where the folder for temporary
    files (TMPDIR) is full."""

    def __init__(self, few: int = FEW) -> None:
        self._few = few
        self._drafts: list[Draft] = []
        self._held: list[Note] = []
        self._context = VaultContext()
        self._paths: list[PurePosixPath] = []
        self._ends = array("Q", [0])
        self._file = -1
        self._buffer = bytearray()

    def put(self, draft: Draft) -> None:
        """Take one more note."""
        if len(self) == len(self._held) < self._few:
            self._paths.append(draft.note.path)
            self._drafts.append(draft)
            self._held.append(draft.note)
        else:
            self.put_packed(draft.note.path, *packed(draft))

    def finish(self, context: VaultContext) -> None:
        """Give the notes from here on as they are among the others of their vault."""
        self._context = context
        self._held = [finish(draft, context) for draft in self._drafts]

    def put_packed(self, path: PurePosixPath, head: bytes, tail: bytes) -> None:
        """Take one more note, which is packed."""
        self._paths.append(path)
        for data in (head, tail):
            self._buffer += data
            self._ends.append(self._ends[-1] + len(data))
        if len(self._buffer) > 1 << 20:
            self._flush()

    def heads(self) -> Iterator[Note]:
        """Yield the notes without their references."""
        yield from self._held
        for number in range(len(self._held), len(self)):
            yield self._note(number, whole=False)

    @property
    def paths(self) -> Sequence[PurePosixPath]:
        """Return the paths of the notes, in their order."""
        return self._paths

    def __len__(self) -> int:
        return len(self._paths)

    @overload
    def __getitem__(self, index: int) -> Note: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Note]: ...
    def __getitem__(self, index: int | slice) -> Note | Sequence[Note]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = range(len(self))[index]
        return self._held[number] if number < len(self._held) else self._note(number)

    def _note(self, number: int, *, whole: bool = True) -> Note:
        place = 2 * (number - len(self._held))
        digest, titles, *flags, named, linked, entries, styles, stated = self._part(place)
        is_paper, is_template, is_reading_list = flags
        texts = tuple((TitleSource(source), text) for source, text in titles)
        title, title_source, other_titles = chosen(texts)
        note = Note(
            path=self._paths[number],
            digest=digest,
            entries=tuple((_unpacked(key), _unpacked(value)) for key, value in entries),
            styles=_styles(tuple(map(tuple, styles))),
            title=title,
            references=_references(self._part(place + 1)) if whole else (),
            identifiers=Identifiers(**named),
            is_paper=is_paper,
            title_source=title_source,
            other_titles=other_titles,
            linked_identifiers=Identifiers(**linked),
            is_template=is_template,
            stated_authors=stated[0],
            stated_year=stated[1],
        )
        return finish(Draft(note, texts, is_reading_list), self._context)

    def _part(self, place: int) -> list[Any]:
        self._flush()
        start, end = self._ends[place], self._ends[place + 1]
        with _on_disk():
            data = os.pread(self._file, end - start, start)
        part: list[Any] = json.loads(data)
        return part

    def _flush(self) -> None:
        with _on_disk():
            if self._file < 0:
                with tempfile.TemporaryFile() as file:
                    self._file = os.dup(file.fileno())
                weakref.finalize(self, os.close, self._file)
            # What is written is gone from the buffer at once, in case that the disk is full.
            while self._buffer:
                del self._buffer[: os.write(self._file, self._buffer)]


@contextlib.contextmanager
def _on_disk() -> Iterator[None]:
    """Name the trouble of a disk, and the way out."""
    try:
        yield
    except OSError as error:
        raise DiskError(
            f"no temporary file can be kept: {describe_os_error(error)}; make room, or let TMPDIR "
            "name a folder that has some"
        ) from error


class NotesByPath(Mapping[PurePosixPath, Note]):
    """Notes by their paths."""

    def __init__(self, notes: Sequence[Note]) -> None:
        self._notes = notes
        self._paths = paths(notes)
        # By their hashes, which paths keep: as text each would be there once more.
        self._numbers = HashIndex(array("q", map(hash, self._paths)))

    def __getitem__(self, path: PurePosixPath) -> Note:
        number = self._number(path)
        if number is None:
            raise KeyError(path)
        return self._notes[number]

    def __contains__(self, path: object) -> bool:
        return isinstance(path, PurePosixPath) and self._number(path) is not None

    def __iter__(self) -> Iterator[PurePosixPath]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def _number(self, path: PurePosixPath) -> int | None:
        numbers = self._numbers.numbers(hash(path))
        return next((number for number in numbers if self._paths[number] == path), None)


def heads(notes: Sequence[Note]) -> Iterator[Note]:
    """Return the notes, without their references where these are not at hand."""
    return notes.heads() if isinstance(notes, NoteStore) else iter(notes)


def paths(notes: Sequence[Note]) -> Sequence[PurePosixPath]:
    """Return where the notes are."""
    return notes.paths if isinstance(notes, NoteStore) else [note.path for note in notes]


def packed(draft: Draft) -> tuple[bytes, bytes]:
    """Return a note as it is kept, but for its path: without its references, and these."""
    parts = (_head(draft), _tail(draft.note))
    head, tail = (json.dumps(part, separators=(",", ":")).encode() for part in parts)
    return head, tail


def _head(draft: Draft) -> list[object]:
    note = draft.note
    return [
        note.digest,
        draft.titles,
        note.is_paper,
        note.is_template,
        draft.is_reading_list,
        dict(note.identifiers),
        dict(note.linked_identifiers),
        [[_packed(key), _packed(value)] for key, value in note.entries],
        [_packed_style(style) for style in note.styles],
        [note.stated_authors, note.stated_year],
    ]


def _tail(note: Note) -> list[object]:
    return [
        [r.text, r.line, r.target, dict(r.identifiers), *flags]
        if r.target is not None or r.identifiers or flags != _USUAL_FLAGS
        else [r.text, r.line]
        for r in note.references
        for flags in [(r.plain, r.wiki, r.embed, r.titled)]
    ]


def _references(packed: list[Any]) -> tuple[Reference, ...]:
    return tuple(
        Reference(
            text, more[0], line, Identifiers(**more[1]),
            plain=more[2], wiki=more[3], embed=more[4], titled=more[5],
        )
        if more
        else Reference(text, None, line)
        for text, line, *more in packed
    )  # fmt: skip


def _packed(value: object) -> object:
    """Return a value of YAML as JSON: mappings and tuples, which a key can be, are marked."""
    if isinstance(value, list):
        return [_packed(item) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [_packed(item) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[_packed(key), _packed(item)] for key, item in value.items()]}
    return value


def _unpacked(value: Any) -> object:
    if isinstance(value, str):
        return sys.intern(value) if len(value) <= _SHORT else value
    if isinstance(value, list):
        return [_unpacked(item) for item in value]
    if isinstance(value, dict):
        if "tuple" in value:
            return tuple(_unpacked(item) for item in value["tuple"])
        return {_unpacked(key): _unpacked(item) for key, item in value["dict"]}
    return value


_USUAL_MARKS = ListMarks()


def _packed_style(style: ValueStyle) -> list[object]:
    """Return how a value that was read is written; marks are left out where they are usual."""
    marks = () if style.marks == _USUAL_MARKS else astuple(style.marks)
    return [style.sequences, style.quotes, style.escapes, style.null, style.width, *marks]


@lru_cache(maxsize=1024)
def _styles(packed: tuple[tuple[Any, ...], ...]) -> tuple[ValueStyle, ...]:
    """Most notes of a vault are written alike, and share one value."""
    return tuple(
        ValueStyle(Sequences(sequences), Quotes(quotes), escapes, null, width, ListMarks(*marks))
        for sequences, quotes, escapes, null, width, *marks in packed
    )
