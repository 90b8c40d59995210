"""A lookup and its candidates -> a Decision."""

from __future__ import annotations

from collections.abc import Iterable

from refmatter.matching.decide import decide
from refmatter.matching.features import weigh
from refmatter.model import Candidate, Decision, Lookup


def match(lookup: Lookup, candidates: Iterable[Candidate]) -> Decision:
    """Weigh every candidate and decide. The order they came in does not matter."""
    ordered = sorted(
        candidates,
        key=lambda c: (c.provider, c.rung, repr(c)),
    )
    return decide(lookup, [weigh(lookup, candidate) for candidate in ordered])
