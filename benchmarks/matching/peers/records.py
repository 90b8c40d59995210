"""Rules of services that match whole references: title, first author and year together."""

from __future__ import annotations

import math
import re
from functools import cache

from benchmarks.matching.case import Question, Verdict
from benchmarks.matching.peers.choosing import (
    Candidate,
    accepted,
    asciified,
    best,
    first_family,
    overlap,
    passing,
    title,
    unmatched,
    year_gap,
)
from rapidfuzz import fuzz

_GLUTTON = 0.7
_SBMV = 0.76


def glutton_ranking(question: Question) -> Verdict:
    """As biblio-glutton, main branch of 2026: the mean of the likeness of titles and of first
    authors, an equal year and the search score is at least 0.7; as described in its
    `recordDistance`, which brings the score to 1 for the first hit and 0 for the last."""
    name = first_family(question)
    scores = _search_scores(question)
    low, high = (min(scores), max(scores)) if scores else (0.0, 0.0)
    found = {
        id(each): (score - low) / (high - low) if high > low else 1.0
        for each, score in zip(question["candidates"], scores, strict=True)
    }

    def rank(candidate: Candidate) -> float | None:
        parts = [found[id(candidate)]]
        if name:
            parts.append(overlap(name, first_family(candidate), 0.0))
        if question["year"] is not None:
            parts.append(float(year_gap(question, candidate) == 0))
        # What the title must bring, so that no other is compared letter by letter.
        needed = _GLUTTON * (len(parts) + 1) - sum(parts)
        if needed > 1:
            return None
        likeness = overlap(_lower(title(question)), _lower(title(candidate)), max(0.0, needed))
        return passing((sum(parts) + likeness) / (len(parts) + 1), _GLUTTON)

    return best(question, rank)


def glutton_title_author(question: Question) -> Verdict:
    """biblio-glutton, main branch of 2026: title and, where one is asked for, first author are
    each alike to 0.7; as described in its `areMetadataMatchingTitleAuthor`."""
    name = first_family(question)

    def rank(candidate: Candidate) -> float | None:
        if name and not overlap(name, first_family(candidate), _GLUTTON):
            return None
        likeness = overlap(_lower(title(question)), _lower(title(candidate)), _GLUTTON)
        return passing(likeness, _GLUTTON)

    return best(question, rank)


@cache
def _lower(text: str) -> str:
    return text.lower()


def grobid(question: Question) -> Verdict:
    """As GROBID, main branch of 2026: the first that the search brings, unless the first authors'
    family names are less alike than 0.8; as described in its consolidation's `postValidation`."""
    if not question["candidates"]:
        return unmatched()
    scores = _search_scores(question)
    found = question["candidates"][scores.index(max(scores))]
    mine, theirs = first_family(question), first_family(found)
    vetoed = mine and theirs and not overlap(mine, theirs, 0.8)
    return unmatched() if vetoed else accepted(found)


def _search_scores(question: Question) -> list[float]:
    """What Elasticsearch would rank the candidates by (BM25 with its defaults, the candidates
    standing for the index): a question tells neither scores nor an order."""
    texts = [_words(title(each)) for each in question["candidates"]]
    mean = sum(map(len, texts)) / max(1, len(texts)) or 1.0
    wanted = {
        word: math.log(1 + (len(texts) - has + 0.5) / (has + 0.5))
        for word in set(_words(title(question)))
        if (has := sum(word in text for text in texts))
    }
    return [
        sum(
            weight * (many := text.count(word)) * 2.2
            / (many + 1.2 * (0.25 + 0.75 * len(text) / mean))
            for word, weight in wanted.items()
        )
        for text in texts
    ]  # fmt: skip


@cache
def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.lower()))


def sbmv(question: Question) -> Verdict:
    """Crossref's search-based matching with validation, of structured references: title, author
    and year each agree and their weighted likeness is at least 0.76; as described in the
    `Candidate` and `MatchRequest` of its search-based-reference-matcher."""
    return best(question, lambda c: _validated(question, c, 3))


def sbmv_any(question: Question) -> Verdict:
    """The same without the demand that three fields agree: one must, title or author, and the
    weighted likeness is at least 0.76."""
    return best(question, lambda c: _validated(question, c, 1))


def _validated(question: Question, candidate: Candidate, fields: int) -> float | None:
    weights = [1.0]
    agreement = [fuzz.ratio(asciified(title(question)), asciified(title(candidate))) / 100]
    name = first_family(question)
    if name:
        weights.append(1.0)
        agreement.append(fuzz.ratio(name, first_family(candidate)) / 100)
    support = sum(each > 0.7 for each in agreement)
    if not support:
        return None
    if question["year"] is not None:
        gap = year_gap(question, candidate)
        # A record without a year says less against it than one with another.
        weights.append(0.5 if gap is None else 1.0)
        agreement.append({0: 1.0, 1: 0.5}.get(9 if gap is None else abs(gap), 0.0))
        support += agreement[-1] > 0
    return passing(sum(agreement) / sum(weights), _SBMV) if support >= fields else None
