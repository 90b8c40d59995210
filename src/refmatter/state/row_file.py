"""Read a file of rows by key, each row on demand.

What a row says takes ten times its bytes once it is read, and a run looks at most rows once: so
of a large file only the places of its rows are kept.
"""

from __future__ import annotations

import os
import weakref
from array import array
from collections.abc import Callable, Iterator, MutableMapping
from typing import TypeVar

from refmatter.state.hash_index import HashIndex

_T = TypeVar("_T")


class RowFile(MutableMapping[str, _T]):
    """Values by key: those of a file, and those that were set since, which stay in memory. The
    file stays as it was opened, whatever takes its name."""

    def __init__(
        self,
        file: int,
        starts: array[int],
        hashes: array[int],
        parse_row: Callable[[bytes], tuple[str, _T]],
    ) -> None:
        """`file` is a descriptor, of which a copy is kept. `starts` are the offsets of the rows and
        the end of the last, `hashes` those of their keys, no two alike. `parse_row` returns the
        key and the value of a row."""
        self._file = os.dup(file)
        weakref.finalize(self, os.close, self._file)
        self._starts, self._parse_row = starts, parse_row
        self._rows = HashIndex(hashes)
        self._set: dict[str, _T] = {}
        self._gone: set[str] = set()  # keys of rows that were deleted
        self._added = 0
        self._last: tuple[str, _T] | None = None

    def __getitem__(self, key: str) -> _T:
        if key in self._set:
            return self._set[key]
        if key in self._gone:
            raise KeyError(key)
        if self._last is None or self._last[0] != key:
            number = next(self._rows.numbers(hash(key)), None)
            if number is None:
                raise KeyError(key)
            self._last = self._row(number)
        if self._last[0] != key:
            raise KeyError(key)
        return self._last[1]

    def at(self, number: int) -> tuple[str, _T]:
        """Return the key and the value of the file's row of this number, counted from 0."""
        self._last = self._row(number)
        return self._last

    def __setitem__(self, key: str, value: _T) -> None:
        self._added += key not in self
        self._gone.discard(key)
        self._set[key] = value

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self._added -= 1
        self._set.pop(key, None)
        self._gone.add(key)

    def __iter__(self) -> Iterator[str]:
        known = set()
        for number in range(len(self._rows)):
            self._last = self._row(number)
            key = self._last[0]
            if key in self._set:
                known.add(key)
            if key not in self._gone:
                yield key
        yield from (key for key in self._set if key not in known)

    def __len__(self) -> int:
        return len(self._rows) + self._added

    def _row(self, number: int) -> tuple[str, _T]:
        start, end = self._starts[number], self._starts[number + 1]
        return self._parse_row(os.pread(self._file, end - start, start))
