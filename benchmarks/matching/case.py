"""What the matcher is measured with: a question as `refmatter match` reads it, and its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

Question: TypeAlias = dict[str, Any]
"""title, year (or None), authors (or None), candidates: a list of id, title, authors, year,
venue, doi, as `refmatter match` reads it."""

Verdict: TypeAlias = dict[str, Any]
"""decision (accepted, ambiguous, unmatched), tier (certain, likely, None), id; the rules of
other tools say certain for all they accept."""

Rule: TypeAlias = Callable[[Question], Verdict]


@dataclass(frozen=True, slots=True)
class Case:
    """A question and the ids that answer it; none where nothing may be accepted.

    `kind` is the class it is counted in (`typo`, `edition`), `group` the kind of class:
    `noise`, `hole`, `neg`, `twin`, `junk` or `real`.
    """

    group: str
    kind: str
    question: Question
    right: frozenset[str]
