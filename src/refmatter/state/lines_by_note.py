"""An index of the ledger's keys by note, as its path from the ledger.

Of a ledger that stays in its file only the hash of each path and the number of its row are kept:
the row is read when somebody asks, who wants to know what it says anyway.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping

from refmatter.model import LookupKey
from refmatter.state.hash_index import HashIndex


class LinesByNote(Mapping[str, tuple[LookupKey, ...]]):
    """Keys of lines by the place of the note that they are about."""

    def __init__(
        self,
        rows: HashIndex | None = None,
        keys_at: Callable[[int], Iterable[LookupKey]] | None = None,
    ) -> None:
        """`rows` are the numbers of the file's rows by the hash of each place that they know;
        `keys_at` returns the keys of the lines in a row."""
        self._rows = rows or HashIndex(array("q"))
        self._keys_at = keys_at or (lambda _: ())
        self._changed: dict[str, tuple[LookupKey, ...]] = {}

    def __getitem__(self, place: str) -> tuple[LookupKey, ...]:
        keys = self._changed.get(place)
        if keys is None:
            keys = tuple(self._in_file(place))
        if not keys:
            raise KeyError(place)
        return keys

    def _in_file(self, place: str) -> Iterator[LookupKey]:
        for number in self._rows.numbers(hash(place)):
            yield from (key for key in self._keys_at(number) if key.note == place)

    def add(self, key: LookupKey) -> None:
        """Remember the key of a line about a note."""
        keys = self.get(key.note, ())
        if key not in keys:
            self._changed[key.note] = (*keys, key)

    def discard(self, key: LookupKey) -> None:
        """Forget the key of a line."""
        keys = self.get(key.note, ())
        if key in keys:
            self._changed[key.note] = tuple(other for other in keys if other != key)

    def __iter__(self) -> Iterator[str]:
        met = set()
        for number in sorted(self._rows.every()):
            for key in self._keys_at(number):
                place = key.note
                if place and place not in self._changed and hash(place) not in met:
                    met.add(hash(place))
                    yield place
        yield from (place for place, keys in self._changed.items() if keys)

    def __len__(self) -> int:
        return sum(True for _ in self)
