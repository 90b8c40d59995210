"""A title -> the records of the catalogue that a search service would answer with, best first.

Words are looked up by rarity; runs of five letters find titles whose words are joined, split or
misspelt. What both find is ranked by likeness.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain

from benchmarks.matching.works import Work, folded
from rapidfuzz import fuzz

BUDGET = 6_000
"""Entries of the word index that are read for a question, from the rarest word on."""
LETTERS = 2_500
"""The same of the index of letters."""
KEPT = 40
"""Of what each index finds, so many are compared letter by letter."""
RARE = 15
"""And so many of those that have each of the three rarest terms."""

_GRAM = re.compile(r"(?=([aiu]\w{4}))")
"""Runs of five letters that begin with one of three vowels: a fifth of all, and the same fifth
in every spelling."""


class Index:
    """What finds records of the catalogue by their titles."""

    def __init__(self, works: Sequence[Work]) -> None:
        self._works = works
        self._keys = [work.key for work in works]
        self._words: dict[str, list[int]] = defaultdict(list)
        self._grams: dict[str, list[int]] = defaultdict(list)
        for number, work in enumerate(works):
            for word in set(work.words):
                self._words[word].append(number)
            for gram in set(_GRAM.findall(self._keys[number])):
                self._grams[gram].append(number)

    def is_word(self, word: str) -> bool:
        """Whether several titles have this folded word."""
        return len(self._words.get(word, ())) >= 4

    def search(self, title: str, number: int) -> list[Work]:
        """At most `number` records, best first."""
        words = folded(title)
        key = "".join(words)
        weights = {word: self._weight(word) for word in words}
        whole = sum(weights.values()) or 1.0
        numbers = set(self._best(self._words, weights, BUDGET))
        numbers.update(self._best(self._grams, _GRAM.findall(key), LETTERS))
        ranked = []
        for each in numbers:
            work = self._works[each]
            found = self._keys[each]
            likeness = fuzz.ratio(key, found) + fuzz.partial_ratio(key, found)
            opens = 20 * (found.startswith(key) or key.startswith(found))
            shared = sum(weights[word] for word in weights.keys() & set(work.words))
            ranked.append((likeness + opens + 60 * shared / whole, -each))
        return [self._works[-each] for _, each in heapq.nlargest(number, ranked)]

    def _best(self, index: dict[str, list[int]], terms: Iterable[str], budget: int) -> list[int]:
        """The works that have most of the terms, and some that have the rarest."""
        known = sorted((len(index[term]), term) for term in set(terms) if term in index)
        read: list[list[int]] = []
        for size, term in known:
            budget -= size
            if budget < 0 and len(read) >= 2:
                break
            read.append(index[term])
        counts = Counter(chain.from_iterable(read))
        best = [number for number, _ in counts.most_common(KEPT)]
        return best + [number for postings in read[:3] for number in postings[:RARE]]

    def _weight(self, word: str) -> float:
        known = self._words.get(word)
        return math.log(len(self._works) / len(known)) + 0.1 if known else 0.0
