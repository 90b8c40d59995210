"""Real titles asked of the catalogue -> questions with the ten records nearest to each.

    reference lists of notes ──────────▶ list_same, list_short, list_absent
    strings nobody could link ─────────▶ unresolved
    a record's title elsewhere ────────▶ two_titles
    records of the same people ────────▶ retitled, same_authors

What is the work is told by titles that are equal but for case, accents and punctuation, and
else by the person who wrote `labels`; what neither tells is left out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from benchmarks.matching.case import Case, Question
from benchmarks.matching.draw import CANDIDATES, Library
from benchmarks.matching.labels import LISTS, TITLES, UNRESOLVED, Label, Labels
from benchmarks.matching.works import Work, folded, is_same, last_name

HINTED = 0.5
FEW_WORDS = 3
"""Titles of no more words are counted apart: many works may have them, known or not."""


class Asked:
    """The catalogue and the labels, and the cases that they make of titles."""

    def __init__(self, library: Library, labels: Labels, left_out: Counter[str]) -> None:
        self._library = library
        self._labels = labels
        self._left_out = left_out
        self._named = {work.id: work for work in library.works.all}

    def lists(self, titles: Iterable[str]) -> Iterator[Case]:
        """Titles from reference lists, which say nothing else of a work."""
        for title in titles:
            found, right = self._answered(LISTS, title)
            if right is None:
                self._left_out[LISTS] += 1
                continue
            few = len(folded(title)) <= FEW_WORDS
            kind = "list_absent" if not right else "list_short" if few else "list_same"
            yield Case("real", kind, _question(title, found), right)

    def unresolved(self, strings: Iterable[tuple[str, int | None]]) -> Iterator[Case]:
        """Strings that a service could not link, with the year where half of them say one."""
        for title, year in strings:
            found, right = self._answered(UNRESOLVED, title)
            if right is None:
                self._left_out[UNRESOLVED] += 1
                continue
            said = year if _is_hinted(title) else None
            yield Case("real", UNRESOLVED, _question(title, found, said), right)

    def two_titles(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Case]:
        """Records whose title is written otherwise by Semantic Scholar, asked for by that."""
        for row in rows:
            said = row["s2"]
            found = self._found(said["title"])
            right = _one_work(self._library.works.titled(self._named[row["id"]].key))
            if right is None:
                self._left_out["two_titles"] += 1
                continue
            question = self._hinted(said["title"], found, said.get("year"), said.get("authors"))
            yield Case("real", "two_titles", question, right & _ids(found))

    def same_people(self) -> Iterator[Case]:
        """Records that have the people of another record and a title like its: some are that
        work under another title. The record asked for is unknown, with all its forms."""
        asked: dict[str, list[Label]] = {}
        for label in self._labels.all:
            if label.set == TITLES and label.asks:
                asked.setdefault(label.asks, []).append(label)
        for name, labels in asked.items():
            work = self._named[name]
            forms = _ids(self._library.works.titled(work.key))
            if any(each.right is None for each in labels):
                self._left_out[TITLES] += 1
                continue
            found = self._found(work.title, labels, forms)
            right = self._forms((each.id for each in labels if each.right), found)
            kind = "retitled" if right else "same_authors"
            question = self._hinted(work.title, found, work.year, work.authors)
            yield Case("real", kind, question, right)

    def _found(
        self, title: str, labels: Iterable[Label] = (), without: frozenset[str] = frozenset()
    ) -> list[Work]:
        """The candidates, in an order that tells nothing; what a label names is one of them."""
        named = [self._named[each.id] for each in labels if each.id]
        best = self._library.index.search(title, CANDIDATES + len(without))
        known = dict.fromkeys(work for work in [*named, *best] if work.id not in without)
        return sorted(list(known)[:CANDIDATES], key=lambda work: place(title, work.id))

    def _answered(self, name: str, title: str) -> tuple[list[Work], frozenset[str] | None]:
        """The candidates, and the ids that answer a title; None where it cannot be told."""
        labels = self._labels.about(name, title)
        found = self._found(title, labels)
        if any(each.right is None for each in labels):
            return found, None
        said = {each.id for each in labels if each.right}
        equal = _one_work([work for work in found if work.key == "".join(folded(title))])
        if equal is None and not said:
            return found, None
        return found, self._forms(said | (equal or frozenset()), found)

    def _forms(self, names: Iterable[str | None], found: Sequence[Work]) -> frozenset[str]:
        """The candidates that are these records, or other records of the same works."""
        known = [self._named[name] for name in names if name]
        return frozenset(
            work.id
            for work in found
            if any(_is_form(work, other) or is_same(work, other) for other in known)
        )

    def _hinted(
        self, title: str, found: Sequence[Work], year: int | None, authors: Sequence[str] | None
    ) -> Question:
        hinted = _is_hinted(title)
        return _question(title, found, year if hinted else None, authors if hinted else None)


def place(*of: str) -> float:
    """A number in [0, 1) that is always the same for these texts."""
    digest = hashlib.sha256("|".join(of).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def _is_hinted(title: str) -> bool:
    return place("hinted", title) < HINTED


def _question(
    title: str,
    found: Sequence[Work],
    year: int | None = None,
    authors: Sequence[str] | None = None,
) -> Question:
    return {
        "title": title,
        "year": year,
        "authors": list(authors) if authors else None,
        "candidates": [work.candidate() for work in found],
    }


def _ids(works: Iterable[Work]) -> frozenset[str]:
    return frozenset(work.id for work in works)


def _one_work(works: Sequence[Work]) -> frozenset[str] | None:
    """The ids of records of one title, if they may all be one work's."""
    apart = any(not _is_form(one, other) for one in works for other in works)
    return None if apart else _ids(works)


def _is_form(one: Work, other: Work) -> bool:
    """Whether two records have one title and somebody in common, or do not say by whom."""
    names = {last_name(each) for each in one.authors}
    theirs = {last_name(each) for each in other.authors}
    return one.key == other.key and (not names or not theirs or bool(names & theirs))
