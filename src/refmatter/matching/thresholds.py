"""What a match has to pass, and the name of the rule that it has to pass it by."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass

from refmatter.model import Tier

VERSION = 4
"""Raised whenever features, score or decision change in what they say of the same candidates:
what an older version decided is then decided anew. 1 knew equal titles only."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What a score from 0 to 1 has to reach.

    `certain_threshold` is the least of a title that is equal but for what copying does,
    `likely_threshold` of one that differs by more, `review_threshold` of what is worth showing to
    a person; `min_margin` is how far the best must be ahead of the next work. `auto_write` is the
    tier that is written without review.
    """

    certain_threshold: float = 0.85
    likely_threshold: float = 0.80
    min_margin: float = 0.05
    review_threshold: float = 0.60
    auto_write: Tier = Tier.CERTAIN

    @property
    def version(self) -> str:
        """What the ledger calls the rule with these bars: its version, and a fingerprint of the
        bars where they are not the usual ones."""
        if self == DEFAULT:
            return _VERSION
        return f"{VERSION}+{hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:8]}"


DEFAULT = Thresholds()
_VERSION = str(VERSION)
