"""Decide whether two titles with one identifier can be those of one work.

Registries contain wrong identifiers, so an identifier alone does not merge records. The matcher
decides whether the titles are close, as everywhere else.
"""

from __future__ import annotations

from refmatter.matching.clustering import alike
from refmatter.matching.features import VETOING, weigh
from refmatter.model import Candidate, Lookup, Rung, Work


def are_close_titles(title: str, other_title: str) -> bool:
    """Whether two titles are alike, without a number, part or negation that differs."""
    if not alike(title, other_title):
        return False
    short, long = sorted((title, other_title), key=lambda text: (len(text), text))
    candidate = Candidate(Work(long), "catalog", Rung.CATALOG, "")
    return VETOING.isdisjoint(weigh(Lookup(key=short, title=short), candidate).features)
