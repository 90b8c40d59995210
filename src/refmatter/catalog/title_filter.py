"""Two titles that one identifier names -> whether they may be one work's.

Registries hold wrong identifiers, so an identifier alone joins nothing. What says whether titles
are near enough is the matcher, as everywhere else.
"""

from __future__ import annotations

from refmatter.matching.clustering import alike
from refmatter.matching.features import VETOING, score_candidate
from refmatter.model import Candidate, Lookup, Rung, Work


def close(one: str, other: str) -> bool:
    """Whether titles are alike, and no number, part, negation or opposite tells them apart."""
    if not alike(one, other):
        return False
    short, long = sorted((one, other), key=lambda each: (len(each), each))
    candidate = Candidate(Work(long), "catalog", Rung.CATALOG, "")
    return VETOING.isdisjoint(score_candidate(Lookup(key=short, title=short), candidate).features)
