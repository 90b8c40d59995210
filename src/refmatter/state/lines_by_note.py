"""The lines of a ledger -> which of them know a note: its path from the ledger -> their keys.

Of a ledger that stays in its file only the hash of each path and the number of its row are kept:
the row is read when somebody asks, who wants to know what it says anyway.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterator, MutableMapping

from refmatter.state.hash_index import HashIndex


class LinesByNote(MutableMapping[str, tuple[str, ...]]):
    """Keys of lines by the place of a note."""

    def __init__(
        self,
        rows: HashIndex | None = None,
        row: Callable[[int], tuple[str, Collection[str]]] | None = None,
    ) -> None:
        """`rows` are the numbers of the rows that know a place, by its hash; `row` tells of a
        number the row's key and the places that it knows."""
        self._rows = rows or HashIndex(array("q"))
        self._row = row
        self._set: dict[str, tuple[str, ...]] = {}

    def __getitem__(self, place: str) -> tuple[str, ...]:
        keys = self._set.get(place)
        if keys is None:
            keys = tuple(self._in_file(place))
        if not keys:
            raise KeyError(place)
        return keys

    def _in_file(self, place: str) -> Iterator[str]:
        for number in self._rows.numbers(hash(place)):
            if self._row is not None:
                key, places = self._row(number)
                if place in places:
                    yield key

    def __setitem__(self, place: str, keys: tuple[str, ...]) -> None:
        self._set[place] = keys

    def __delitem__(self, place: str) -> None:
        if place not in self:
            raise KeyError(place)
        self._set[place] = ()

    def __iter__(self) -> Iterator[str]:
        met = set()
        for number in sorted(self._rows.every()):
            if self._row is not None:
                for place in self._row(number)[1]:
                    if place not in self._set and hash(place) not in met:
                        met.add(hash(place))
                        yield place
        yield from (place for place, keys in self._set.items() if keys)

    def __len__(self) -> int:
        return sum(True for _ in self)
