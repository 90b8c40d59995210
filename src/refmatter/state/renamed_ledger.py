"""What a ledger knows of notes under the names that they have now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Protocol

from msgspec.structs import replace

from refmatter.fields import Field
from refmatter.model import LookupKey, Ownership
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine


class KnownLines(Protocol):
    """The lines of a ledger, to be read."""

    def __iter__(self) -> Iterator[LedgerLine]:
        """Yield the lines."""

    def line(self, key: LookupKey) -> LedgerLine | None:
        """Return what is known under a key."""

    def key(self, title_key: str, path: PurePosixPath) -> LookupKey:
        """Return the key of the decision about a note."""

    def key_of_note(self, path: PurePosixPath) -> LookupKey | None:
        """Return the key of the line that holds what was written to a note, else of one with a
        decision about it; None if there is none."""

    def written(self, path: PurePosixPath) -> Mapping[Field, Ownership]:
        """Return whose the values are that a note has from us."""


class RenamedLedger:
    """A ledger as it is, or will be, once notes that were renamed have their new names in it."""

    def __init__(self, ledger: Ledger, renamed: Mapping[PurePosixPath, PurePosixPath]) -> None:
        """`renamed` gives the new path of each renamed note by its old one; the ledger knows
        nothing of the new ones."""
        self._ledger = ledger
        self._old_paths = {new: old for old, new in renamed.items()}
        places = {
            ledger.key("", old).note: ledger.key("", new).note for old, new in renamed.items()
        }
        self._new_places = places
        self._old_places = {new: old for old, new in places.items()}

    def __iter__(self) -> Iterator[LedgerLine]:
        for line in self._ledger:
            yield self._moved(line)

    def line(self, key: LookupKey) -> LedgerLine | None:
        """Return what is known under a key."""
        if key.note in self._new_places:
            return None
        if (line := self._ledger.line(key)) is not None or key.note not in self._old_places:
            return line
        line = self._ledger.line(replace(key, note=self._old_places[key.note]))
        return line and self._moved(line)

    def key(self, title_key: str, path: PurePosixPath) -> LookupKey:
        """Return the key of the decision about a note."""
        return self._ledger.key(title_key, path)

    def key_of_note(self, path: PurePosixPath) -> LookupKey | None:
        """Return the key of the line that holds what was written to a note, else of one with a
        decision about it; None if there is none."""
        key = self._ledger.key_of_note(path)
        if key is not None or path not in self._old_paths:
            return key
        key = self._ledger.key_of_note(self._old_paths[path])
        return key and replace(key, note=self._new_places[key.note])

    def written(self, path: PurePosixPath) -> Mapping[Field, Ownership]:
        """Return whose the values are that a note has from us."""
        written = self._ledger.written(path)
        return written or self._ledger.written(self._old_paths.get(path, path))

    def _moved(self, line: LedgerLine) -> LedgerLine:
        place = self._new_places.get(line.key.note)
        return replace(line, key=replace(line.key, note=place)) if place else line
