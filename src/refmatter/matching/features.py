"""A lookup and a candidate -> the named evidence for and against, each in [0, 1].

A feature is there only where both sides say something: what is not known speaks neither way.

    title        1 equal title keys, 0 other
    identifier   1 one system calls both the same, 0 it calls them different
    first_author 1 same family name, 0 other
    year         1 within a year (preprint and publication), 0.5 within three, 0 further off
    citing       1 it stands in the reference list of a note that names the title
"""

from __future__ import annotations

from refmatter.model import Candidate, Lookup, Match
from refmatter.titles import family, title_key

WEIGHTS = {"title": 4.0, "identifier": 4.0, "citing": 2.0, "first_author": 2.0, "year": 1.0}


def weigh(lookup: Lookup, candidate: Candidate) -> Match:
    """The candidate with its features and their weighted mean."""
    work, hints = candidate.work, lookup.hints
    features = {"title": float(title_key(work.title) == title_key(lookup.title))}
    if hints.identifiers.agrees(work.identifiers):
        features["identifier"] = 1.0
    elif hints.identifiers.contradicts(work.identifiers):
        features["identifier"] = 0.0
    if hints.first_author and work.authors:
        features["first_author"] = float(family(hints.first_author) == family(work.authors[0]))
    if hints.year and work.year:
        features["year"] = _near(abs(hints.year - work.year))
    if candidate.cited_by is not None:
        features["citing"] = 1.0
    total = sum(WEIGHTS[name] for name in features)
    score = sum(WEIGHTS[name] * value for name, value in features.items()) / total
    return Match(candidate, features, round(score, 4))


def _near(years: int) -> float:
    if years <= 1:
        return 1.0
    return 0.5 if years <= 3 else 0.0
