"""An index from hashes to numbers, in a twentieth of the memory of a dict.

Two values may have one hash: whoever asks looks whether what a number stands for is what was
meant. Hashes are Python's own, which differ from process to process: nobody else can make two
values meet.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator


class HashIndex:
    """Numbers by hash; those of one hash in the order in which they came."""

    def __init__(self, hashes: array[int], numbers: array[int] | None = None) -> None:
        """`hashes` is of type `q`; the numbers count from 0 where none are said."""
        order = sorted(range(len(hashes)), key=hashes.__getitem__)
        self._hashes = array("q", (hashes[number] for number in order))
        ordered: Iterable[int] = order if numbers is None else (numbers[number] for number in order)
        self._numbers = array("Q", ordered)

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, value: int) -> Iterator[int]:
        """Yield the numbers that have this hash."""
        place = bisect_left(self._hashes, value)
        while place < len(self._hashes) and self._hashes[place] == value:
            yield self._numbers[place]
            place += 1

    def every(self) -> set[int]:
        """Return all numbers."""
        return set(self._numbers)
