"""The large catalogue -> its works, those that are asked for, and the half each is in.

The catalogue is `catalogue/catalogue.jsonl.gz` in the folder that REFMATTER_DATA names.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from rapidfuzz import fuzz
from rapidfuzz.distance.Levenshtein import distance

Half: TypeAlias = Literal["tune", "report"]

ALIKE = 94
"""Two records of one first author whose letters are so much alike (in percent), and whose
figures are the same, count as two forms of one work."""

SPELLINGS = 2
"""Letters by which the words that differ may do so: `modeling` and `modelling`, and never in the
first three, where `un-` and `non-` are."""

AKIN, AKIN_SLACK = 90, 10
"""Percent by which the words of one title are in another's, and by how much less the letters of
the two need be alike, for records of the same people to be perhaps of one work."""

_WORD = re.compile(r"[^\W_]+")
_FIGURES = re.compile(r"\d+|\b[ivx]+\b")


@dataclass(frozen=True, slots=True)
class Work:
    """A record of the catalogue. `listed` tells that a bibliography (DBLP, ACL Anthology) has
    it: only such works are asked for, as their titles are those that were printed."""

    id: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    venue: str | None
    doi: str | None
    listed: bool
    words: tuple[str, ...]

    @property
    def key(self) -> str:
        """The folded title."""
        return "".join(self.words)

    def candidate(self) -> dict[str, Any]:
        """The record as a question names it."""
        return {
            "id": self.id,
            "title": self.title,
            "authors": list(self.authors),
            "year": self.year,
            "venue": self.venue,
            "doi": self.doi,
        }


NAMELESS = frozenset({
    "ai", "introduction", "preface", "foreword", "editorial", "welcome", "panel", "discussion",
    "keynote", "tutorial", "workshop", "summary", "overview", "conclusion", "background",
    "guesteditorial", "invitedtalk", "invitedpapers", "panelsummary", "bookreview", "bookreviews",
    "editorsnote", "indexofauthors", "authorindex", "frontmatter", "backmatter", "obituary",
})  # fmt: skip
"""Folded titles that name no work, and are not asked for."""


class NoCatalogueError(RuntimeError):
    """REFMATTER_DATA does not name a folder with the catalogue."""


def folded(text: str) -> tuple[str, ...]:
    """The words of a text without case, accents and punctuation; not the program's own way, so
    that a mistake there shows."""
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(
            letter
            for letter in unicodedata.normalize("NFKD", plain)
            if not unicodedata.combining(letter)
        )
    return tuple(_WORD.findall(plain))


def last_name(name: str) -> str:
    """The folded last word of a name written as `First Last`."""
    words = folded(name)
    return words[-1] if words else ""


def half_of(work: Work) -> Half:
    """The half that a work is in, by a hash of its folded title."""
    digest = hashlib.sha256(f"matching|{work.key}".encode()).digest()
    return "report" if digest[0] % 2 else "tune"


def is_same(one: Work, other: Work) -> bool:
    """Whether two records are forms of one work: the same first author, and titles that differ
    by no more than a slip or a spelling."""
    if not one.authors or not other.authors:
        return False
    if last_name(one.authors[0]) != last_name(other.authors[0]):
        return False
    if one.key == other.key:
        return True
    if fuzz.ratio(one.key, other.key) < ALIKE or _figures(one) != _figures(other):
        return False
    return _differ_by_spelling(one.words, other.words)


def may_be_same(one: Work, other: Work) -> bool:
    """Whether two records may be forms of one work, which only their reader could tell: half the
    authors of either are the other's, and one title is in the other or much like it. Such a
    record is no candidate where nothing is right."""
    if one.id == other.id or is_same(one, other):
        return True
    likeness = fuzz.ratio(one.key, other.key)
    if not one.authors or not other.authors:
        return likeness >= ALIKE
    mine, theirs = ({last_name(name) for name in each.authors} for each in (one, other))
    if 2 * len(mine & theirs) < min(len(mine), len(theirs)) or _figures(one) != _figures(other):
        return False
    within = fuzz.token_set_ratio(" ".join(one.words), " ".join(other.words))
    return max(likeness + AKIN_SLACK, within) >= AKIN


def _figures(work: Work) -> list[str]:
    return _FIGURES.findall(" ".join(work.words))


def _differ_by_spelling(one: Sequence[str], other: Sequence[str]) -> bool:
    mine = "".join(word for word in one if word not in other)
    theirs = "".join(word for word in other if word not in one)
    return mine == theirs or (mine[:3] == theirs[:3] and distance(mine, theirs) <= SPELLINGS)


class Works:
    """The catalogue, and what of it shares a title."""

    def __init__(self, works: Iterable[Work]) -> None:
        self.all = tuple(works)
        self._of_key: dict[str, list[Work]] = defaultdict(list)
        for work in self.all:
            self._of_key[work.key].append(work)

    def titled(self, key: str) -> Sequence[Work]:
        """The records with this folded title."""
        return self._of_key.get(key, ())

    def askable(self, half: Half) -> list[Work]:
        """The works of a half that a bibliography lists, that have authors, and whose title no
        other work has; in the catalogue's order."""
        return [
            work
            for work in self.all
            if work.listed
            and work.authors
            and work.key not in NAMELESS
            and half_of(work) == half
            and all(other is work or is_same(work, other) for other in self.titled(work.key))
        ]


@lru_cache(maxsize=1)
def catalogue() -> Works:
    """The catalogue at hand. Raises NoCatalogueError."""
    with gzip.open(catalogue_file(), "rt", encoding="utf-8") as lines:
        return Works(_work(json.loads(line)) for line in lines)


def catalogue_file() -> Path:
    """Where the catalogue is. Raises NoCatalogueError."""
    folder = os.environ.get("REFMATTER_DATA")
    path = Path(folder or ".") / "catalogue" / "catalogue.jsonl.gz"
    if not folder or not path.is_file():
        raise NoCatalogueError(
            "REFMATTER_DATA must name the folder that has catalogue/catalogue.jsonl.gz"
        )
    return path


def _work(row: Mapping[str, Any]) -> Work:
    return Work(
        id=row["id"],
        title=row["title"],
        authors=tuple(row.get("authors", ())),
        year=row.get("year"),
        venue=row.get("venue"),
        doi=row.get("doi"),
        listed=row["source"] != "s2",
        words=folded(row["title"]),
    )
