"""Convert candidates and their queries to the JSON of ledger and cache, and back.

What is kept of a candidate is enough to show it to a person and to decide about it anew, without
asking anybody again. What is unknown is left out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, Struct

from refmatter.fields import Field
from refmatter.model import (
    NO_QUESTIONS,
    Candidate,
    Identifiers,
    Match,
    Overlap,
    Question,
    QuestionSet,
    Rung,
    Work,
    WorkKind,
)
from refmatter.reasons import Difference

Weight: TypeAlias = Annotated[float, Meta(ge=-1000, le=1000)]
"""What a feature or a score may be in a file that anybody can edit: a number, and one that can
be shown. Those of the matcher go from 0 to 1."""
QueriesJson: TypeAlias = dict[str, dict[Rung, list[str]]]
"""Questions by provider and rung: their subjects, [] for the one without a subject."""


_NO_NAMES = Identifiers()
_ENCODER = msgspec.json.Encoder()


def encoded(row: Struct) -> str:
    """Return a row as JSON on one line. Half a character, as the name of a file may have, and a
    number of more than 64 bits stay as they are."""
    try:
        return _ENCODER.encode(row).decode()
    except (UnicodeEncodeError, OverflowError):
        return json.dumps(msgspec.to_builtins(row), ensure_ascii=False, separators=(",", ":"))


class CandidateRow(Struct, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """A candidate as JSON, keys in this order ("" for a venue that is known to be unknown)."""

    title: str
    authors: tuple[str, ...] | None = None
    year: int | None = None
    venue: str | None = None
    other_venues: tuple[str, ...] = ()
    citation_count: int | None = None
    reference_count: int | None = None
    fields_of_study: tuple[str, ...] | None = None
    ids: dict[str, str] = {}
    preprint: bool | None = None
    retracted: bool | None = None
    kind: WorkKind | None = None
    others: dict[Field, int | str | tuple[str, ...]] = {}
    provider: str
    method: Rung
    fetched: str = ""
    cited_by: str | None = None

    def candidate(self, overlap: Overlap | None = None) -> Candidate:
        """Return the candidate that was kept. Raises ValueError."""
        work = Work(
            title=self.title,
            authors=self.authors,
            year=self.year,
            venue=self.venue,
            other_venues=self.other_venues,
            citation_count=self.citation_count,
            reference_count=self.reference_count,
            fields_of_study=self.fields_of_study,
            identifiers=identifiers_of(self.ids),
            preprint=self.preprint,
            retracted=self.retracted,
            kind=self.kind,
            others=tuple(self.others.items()),
        )
        cited_by = None if self.cited_by is None else PurePosixPath(self.cited_by)
        fetched = checked_day(self.fetched)
        return Candidate(work, self.provider, self.method, fetched, cited_by, overlap)


class MatchRow(Struct, omit_defaults=True, forbid_unknown_fields=True):
    """What a decision made of a candidate, as JSON. `candidate` is its place in the title's list,
    -1 where that is the match's own place."""

    candidate: int = -1
    overlap: Overlap | None = None
    features: dict[str, Weight] = {}
    score: Weight | None = None
    differences: tuple[Difference, ...] = ()

    def match(self, candidate: Candidate) -> Match:
        """Return the match that was kept."""
        score = 0.0 if self.score is None else self.score
        return Match(candidate, self.features, score, self.differences)


def candidate_row(candidate: Candidate) -> CandidateRow:
    """Return a candidate as JSON, but for what its own list shares with a note's."""
    work = candidate.work
    return CandidateRow(
        title=work.title,
        authors=work.authors,
        year=work.year,
        venue=work.venue,
        other_venues=work.other_venues,
        citation_count=work.citation_count,
        reference_count=work.reference_count,
        fields_of_study=work.fields_of_study,
        ids=dict(work.identifiers),
        preprint=work.preprint,
        retracted=work.retracted or None,  # what is said of nearly all works is left out
        kind=work.kind,
        others={name: value for name, value in work.others if value is not None},
        provider=candidate.provider,
        method=candidate.rung,
        fetched=candidate.fetched,
        cited_by=None if candidate.cited_by is None else str(candidate.cited_by),
    )


def match_row(match: Match, place: int = -1) -> MatchRow:
    """Return a match as JSON; `place` is its candidate's in the title's list."""
    return MatchRow(
        candidate=place,
        overlap=match.candidate.overlap,
        features=dict(match.features),
        score=match.score,
        differences=match.differences,
    )


def identifiers_of(ids: Mapping[str, str]) -> Identifiers:
    """Return identifiers by their schemes. Raises ValueError for a scheme that is unknown."""
    if not ids:
        return _NO_NAMES
    try:
        return Identifiers(**ids)
    except TypeError as error:
        raise ValueError(f"unknown scheme of an identifier: {', '.join(ids)}") from error


@lru_cache(maxsize=4096)
def checked_day(text: str) -> str:
    """Return a day as ISO writes it, or "" for one that is not known. Raises ValueError."""
    if text:
        date.fromisoformat(text)
    return text


def queries_json(questions: Iterable[Question]) -> QueriesJson:
    """Return questions as JSON, in order."""
    found: QueriesJson = {}
    for question in sorted(questions):
        subjects = found.setdefault(question.provider, {}).setdefault(question.rung, [])
        subjects.append(question.subject)
    for by_rung in found.values():
        by_rung.update((rung, []) for rung, subjects in by_rung.items() if subjects == [""])
    return found


def questions_of(queries: QueriesJson) -> AbstractSet[Question]:
    """Return the questions that JSON holds."""
    if not queries:
        return NO_QUESTIONS
    return QuestionSet(
        interned(provider, rung, subject)
        for provider, by_rung in queries.items()
        for rung, subjects in by_rung.items()
        for subject in subjects or ("",)
    )


@lru_cache(maxsize=4096)
def interned(provider: str, rung: Rung, subject: str) -> Question:
    """Return one question for all that are equal: most titles are asked for in the same ways."""
    return Question(sys.intern(provider), rung, subject)
