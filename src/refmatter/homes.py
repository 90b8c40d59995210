"""The lines of a ledger -> which of them know a note: its path from the ledger -> their keys.

Of a ledger that stays in its file only the hash of each path and the number of its row are kept:
the row is read when somebody asks, who wants to know what it says anyway.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, MutableMapping


class Homes(MutableMapping[str, tuple[str, ...]]):
    """Keys of lines by the place of a note."""

    def __init__(
        self,
        places: Collection[tuple[int, int]] = (),
        row: Callable[[int], tuple[str, Collection[str]]] | None = None,
    ) -> None:
        """`places` are the hash of a place and the number of a row that knows it; `row` tells of a
        number the row's key and the places that it knows."""
        ordered = sorted(places)
        self._hashes = array("q", (place for place, _ in ordered))
        self._rows = array("Q", (number for _, number in ordered))
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
        at = bisect_left(self._hashes, hash(place))
        while at < len(self._hashes) and self._hashes[at] == hash(place):
            if self._row is not None:
                key, places = self._row(self._rows[at])
                if place in places:
                    yield key
            at += 1

    def __setitem__(self, place: str, keys: tuple[str, ...]) -> None:
        self._set[place] = keys

    def __delitem__(self, place: str) -> None:
        if place not in self:
            raise KeyError(place)
        self._set[place] = ()

    def __iter__(self) -> Iterator[str]:
        met = set()
        for number in sorted(set(self._rows)):
            if self._row is not None:
                for place in self._row(number)[1]:
                    if place not in self._set and hash(place) not in met:
                        met.add(hash(place))
                        yield place
        yield from (place for place, keys in self._set.items() if keys)

    def __len__(self) -> int:
        return sum(True for _ in self)
