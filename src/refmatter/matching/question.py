"""Convert a question from JSON and the matcher's decision to JSON, for scripts.

{"title": …, "year": n|null, "authors": […]|null,
 "candidates": [{"id": …, "title": …, "authors": […], "year": n|null, "venue": …, "doi": …}, …]}
{"decision": "accepted|ambiguous|unmatched", "tier": "certain|likely"|null, "id": …|null,
 "score": x, "reason": {"kind": "…", …}, "features": {…}}

`reason` is a `refmatter.reasons.Reason`; what is empty in it is left out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from msgspec import to_builtins
from pydantic import BaseModel, Field

from refmatter.matching.decide import decide, is_same_title
from refmatter.matching.features import UNRELATED_TITLE, score_candidate, similar_titles
from refmatter.matching.plausibility import is_preprint_server
from refmatter.matching.thresholds import DEFAULT, Thresholds
from refmatter.model import (
    Accepted,
    Ambiguous,
    Candidate,
    Hints,
    Identifiers,
    Lookup,
    LookupKey,
    Match,
    Rung,
    Unmatched,
    Work,
)


class Known(BaseModel, extra="ignore"):
    """A candidate; keys that are not named here are let pass."""

    id: str | int
    title: str
    authors: list[str] | None = None
    year: int | None = None
    venue: str | None = None
    doi: str | None = None


class MatchQuestion(BaseModel, extra="ignore"):
    """A title, what is known beside it, and its candidates."""

    title: str
    year: int | None = None
    authors: list[str] | None = None
    candidates: list[Known] = Field(default_factory=list)


def answer(question: MatchQuestion, thresholds: Thresholds = DEFAULT) -> dict[str, Any]:
    """Return the decision on a question, its reason, and the features of the best candidate."""
    authors = tuple(question.authors or ())
    hints = Hints(question.year, authors[0] if authors else None, authors=authors)
    lookup = Lookup(key=LookupKey(""), title=question.title, hints=hints)
    given = question.candidates
    titles = [candidate.title for candidate in given]
    # Nothing is known of where they come from: each counts as a record of another service.
    known = [given[place] for place in similar_titles(question.title, titles)]
    candidates = [_candidate(record, str(place)) for place, record in enumerate(known)]
    matches = [score_candidate(lookup, candidate) for candidate in candidates]
    decision = decide(lookup, matches, thresholds, _complete(matches, thresholds))
    chosen = decision if isinstance(decision, Accepted) else None
    best = min(chosen.matches if chosen else matches, key=_rank, default=None)
    named = known[int(best.candidate.provider)].id if chosen and best else None
    return {
        "decision": _VERDICTS[type(decision)],
        "tier": chosen.tier.value if chosen else None,
        "id": named,
        "score": best.score if best else 0.0,
        "reason": json.loads(json.dumps(to_builtins(decision.reason))),
        "features": dict(best.features if best else UNRELATED_TITLE if given else {}),
    }


def _complete(matches: Sequence[Match], thresholds: Thresholds) -> frozenset[str]:
    """Return the providers whose candidates are taken as complete: all, unless several works may be
    meant."""
    meant = [
        m.candidate.provider
        for m in matches
        if m.score >= thresholds.review_threshold or is_same_title(m)
    ]
    return frozenset(meant) if len(meant) == 1 else frozenset()


_VERDICTS = {Accepted: "accepted", Ambiguous: "ambiguous", Unmatched: "unmatched"}


def _candidate(known: Known, provider: str) -> Candidate:
    doi = known.doi.lower() if known.doi else None
    work = Work(
        title=known.title,
        authors=tuple(known.authors) if known.authors else None,
        year=known.year,
        venue=known.venue,
        identifiers=Identifiers(doi=doi) if doi else _UNNAMED,
        preprint=_is_preprint(doi, known.venue),
    )
    return Candidate(work, provider, Rung.TITLE_SEARCH, "")


_UNNAMED = Identifiers()


def _is_preprint(doi: str | None, venue: str | None) -> bool | None:
    """Whether it says that it is a preprint: by its venue, or by who gave it its DOI."""
    if doi and doi.startswith(_PREPRINT_DOIS):
        return True
    return is_preprint_server(venue) if venue else None


_PREPRINT_DOIS = ("10.48550/", "10.1101/", "10.20944/", "10.21203/", "10.26434/", "10.31234/")
"""arXiv; bioRxiv and medRxiv; Preprints.org; Research Square; ChemRxiv; PsyArXiv."""


def _rank(match: Match) -> tuple[float, bool, int]:
    """Return a sort key, the best first; of two records of one work the published and fuller
    one."""
    work = match.candidate.work
    filled = bool(work.authors) + bool(work.year) + bool(work.venue)
    return -match.score, work.preprint is True, -filled
