"""Match a lookup with its candidates, and demote unconfirmed matches to ambiguous."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from refmatter.matching.decide import NO_LISTS, decide, demote_unconfirmed
from refmatter.matching.features import score_candidate
from refmatter.matching.thresholds import DEFAULT, Thresholds
from refmatter.model import Candidate, Decision, Lookup


def match(
    lookup: Lookup,
    candidates: Iterable[Candidate],
    thresholds: Thresholds = DEFAULT,
    complete: AbstractSet[str] = NO_LISTS,
) -> Decision:
    """Weigh every candidate and decide. The order they came in does not matter; `complete` are
    the providers of which all works of the title are among them."""
    ordered = sorted(candidates, key=lambda c: (c.provider, c.rung.rank, repr(c)))
    matches = [score_candidate(lookup, candidate) for candidate in ordered]
    return demote_unconfirmed(decide(lookup, matches, thresholds, complete), thresholds)
