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
    """Scores from 0 to 1: the least of a title that is equal but for what copying does
    (`certain`) and of one that differs by more (`likely`), how far the best must be ahead of the
    next work (`gap`), and the least of what is worth showing to a person (`doubtful`). `write`
    is the tier that is written unasked."""

    certain: float = 0.85
    likely: float = 0.80
    gap: float = 0.05
    doubtful: float = 0.60
    write: Tier = Tier.CERTAIN

    @property
    def version(self) -> str:
        """What the ledger calls the rule with these bars: its version, and a fingerprint of the
        bars where they are not the usual ones."""
        if self == DEFAULT:
            return _VERSION
        return f"{VERSION}+{hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:8]}"


DEFAULT = Thresholds()
_VERSION = str(VERSION)
