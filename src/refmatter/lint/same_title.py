"""Compare titles as the matcher does: whether they are equal, and whether few works share one."""

from __future__ import annotations

from refmatter.matching.features import weigh
from refmatter.model import Candidate, Lookup, Rung, Work


def equal_titles(title: str, other: str) -> bool:
    """Whether the matcher takes two titles of one key as equal: `GPT 2.0` is not `GPT-20`."""
    return _features(title, other).get("title") == 1.0


def is_distinctive(title: str) -> bool:
    """Whether a title alone identifies a work, because few works share it."""
    features = _features(title, title)
    return features.get("title") == 1.0 and features.get("specific") != 0.0


def _features(title: str, other: str) -> dict[str, float]:
    """Return the matcher's features of a work with the title `other`, looked up by `title`."""
    candidate = Candidate(Work(other), provider="", rung=Rung.TITLE, fetched="")
    return dict(weigh(Lookup(key="", title=title), candidate).features)
