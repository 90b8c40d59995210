"""Two titles -> whether they are the same one, and whether that says it is the same work."""

from __future__ import annotations

from refmatter.matching.features import score_candidate
from refmatter.model import Candidate, Lookup, Rung, Work


def equal(one: str, other: str) -> bool:
    """Whether two titles of one key are equal to the matcher: `GPT 2.0` is no `GPT-20`."""
    return _features(one, other).get("title") == 1.0


def telling(title: str) -> bool:
    """Whether a title says which work it is: few works share it."""
    features = _features(title, title)
    return features.get("title") == 1.0 and features.get("specific") != 0.0


def _features(one: str, other: str) -> dict[str, float]:
    candidate = Candidate(Work(other), provider="", rung=Rung.TITLE, fetched="")
    return dict(score_candidate(Lookup(key="", title=one), candidate).features)
