"""Rules that count edits, in titles or in each field of a record."""

from __future__ import annotations

import re
from functools import cache

from benchmarks.matching.case import Question, Verdict
from benchmarks.matching.peers.choosing import (
    Candidate,
    asciified,
    authors,
    best,
    family,
    first_family,
    passing,
    plain,
    title,
    year_gap,
)
from rapidfuzz.distance import Levenshtein

_JABREF_EDITS = 4
_JABREF_WEIGHTS = {"title": 3.0, "author": 2.5, "year": 1.0}

_BEETS_LIGHT = (
    (re.compile(r"^the "), 0.1),
    (re.compile(r"[\[\(]?(?:ep|single)[\]\)]?"), 0.0),
    (re.compile(r"[\[\(]?(?:featuring|feat|ft)[\. :].+"), 0.1),
    (re.compile(r"\(.*?\)"), 0.3),
    (re.compile(r"\[.*?\]"), 0.3),
    (re.compile(r"(?:, )?(?:pt\.|part) .+"), 0.2),
)
"""What weighs less, or nothing, where the texts differ in it; made for titles of records."""


def jabref_fetchers(question: Question) -> Verdict:
    """JabRef, main branch of 2026: at most four edits between the titles, case aside; as
    described in its `StringSimilarity.isSimilar`, which the look-up at Crossref asks."""
    wanted = plain(title(question)).lower()

    def rank(candidate: Candidate) -> float | None:
        found = title(candidate).lower()
        return passing(-Levenshtein.distance(wanted, found, score_cutoff=_JABREF_EDITS), -4)

    return best(question, rank)


def jabref_duplicates(question: Question) -> Verdict:
    """JabRef, main branch of 2026: three quarters of the fields' weight agree, word by word; as
    described in its `DuplicateCheck`, over the fields that the question has, since one that a
    title alone is asked for would never be a duplicate."""
    mine = _fields(question)

    def rank(candidate: Candidate) -> float | None:
        theirs = _fields(candidate)
        agree = sum(
            _JABREF_WEIGHTS[name]
            for name, text in mine.items()
            if name in theirs and _in_step(text, theirs[name]) > 0.8
        )
        whole = sum(_JABREF_WEIGHTS[name] for name in mine)
        return passing(agree / whole, 0.75) if whole else None

    return best(question, rank)


def _fields(work: Question | Candidate) -> dict[str, str]:
    named = [family(name) for name in authors(work)]
    listed = ", ".join(named[:-1]) + " " * (len(named) > 1) + "".join(named[-1:])
    year = "" if work["year"] is None else str(work["year"])
    fields = {"title": plain(title(work)).lower(), "author": listed, "year": year}
    return {name: text for name, text in fields.items() if text}


@cache
def _in_step(one: str, other: str) -> float:
    """Share of the words alike at their places, over the length of the shorter text."""
    pairs = list(zip(one.split(), other.split(), strict=False))
    alike = sum(Levenshtein.normalized_similarity(a, b) >= 0.75 for a, b in pairs)
    return alike / len(pairs) if pairs else 0.0


def beets_strong(question: Question) -> Verdict:
    """As beets 2.x: a distance below 0.04, its bar for matches it takes unasked; as described in
    `autotag/distance.py` and the default configuration (title and name weigh 3, the year 1)."""
    return best(question, lambda c: _less_than(_distance(question, c), 0.04))


def beets_medium(question: Question) -> Verdict:
    """As beets 2.x: a distance of at most 0.25, its bar for matches it proposes; as described in
    `autotag/distance.py` and the default configuration (title and name weigh 3, the year 1)."""
    return best(question, lambda c: passing(-_distance(question, c), -0.25))


def _less_than(distance: float, bar: float) -> float | None:
    return -distance if distance < bar else None


def _distance(question: Question, candidate: Candidate) -> float:
    sums = [(3.0, _beets(title(question), title(candidate)))]
    if authors(question):
        sums.append((3.0, _beets(first_family(question), first_family(candidate))))
    gap = year_gap(question, candidate)
    if gap is not None:
        sums.append((1.0, float(gap != 0)))
    return sum(weight * each for weight, each in sums) / sum(weight for weight, _ in sums)


@cache
def _beets(one: str, other: str) -> float:
    one, other = _prepared(one), _prepared(other)
    distance, lightened = _edits(one, other), 0.0
    for light, weight in _BEETS_LIGHT:
        mine, theirs = light.sub("", one), light.sub("", other)
        less = distance - _edits(mine, theirs)
        if less > 0:
            one, other = mine, theirs
            distance -= less
            lightened += weight * less
    return distance + lightened


@cache
def _prepared(text: str) -> str:
    text = text.lower()
    for word in ("the", "a", "an"):
        if text.endswith(f", {word}"):
            text = f"{word} {text[: -len(word) - 2]}"
    return text.replace("&", "and")


def _edits(one: str, other: str) -> float:
    return Levenshtein.normalized_distance(_alphanumerics(one), _alphanumerics(other))


@cache
def _alphanumerics(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", asciified(text))
