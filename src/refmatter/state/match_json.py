"""Matches <-> the rows of JSON that the ledger and the cache keep of them.

What a row holds is enough to show a person the candidate and why it is doubtful, and to decide
about it anew, without asking anybody again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

import pydantic
from pydantic import AfterValidator, BaseModel

from refmatter.fields import Field, Value
from refmatter.model import Candidate, Identifiers, Match, Overlap, Rung, Work, WorkKind

_NOTHING: tuple[Any, ...] = (None, {}, [])

_T = TypeVar("_T")

Ids: TypeAlias = dict[Literal["s2", "doi", "arxiv", "acl", "openalex", "dblp"], str]


def _day(text: str) -> str:
    """A day as ISO writes it, or "" for one that is not known."""
    if text:
        date.fromisoformat(text)
    return text


Day: TypeAlias = Annotated[str, AfterValidator(_day)]
Weight: TypeAlias = Annotated[float, pydantic.Field(ge=-1000, le=1000)]
"""What a feature or a score may be in a file that anybody can edit: a number, and one that can
be shown. Those of the matcher go from 0 to 1."""


class MatchRow(BaseModel, extra="forbid"):
    """A match as JSON; what is unknown is left out."""

    title: str
    authors: list[str] | None = None
    year: int | None = None
    venue: str | None = None
    other_venues: list[str] = []
    citation_count: int | None = None
    reference_count: int | None = None
    fields_of_study: list[str] | None = None
    ids: Ids = {}
    preprint: bool | None = None
    retracted: bool | None = None
    kind: WorkKind | None = None
    others: dict[Field, int | str | list[str]] = {}
    provider: str = ""
    by: Rung = Rung.TITLE
    fetched: Day = ""
    cited_by: str | None = None
    overlap: Overlap | None = None
    features: dict[str, Weight] = {}
    score: Weight = 0.0
    differences: list[str] = []

    def match(self) -> Match:
        """The match that was kept."""
        work = Work(
            title=self.title,
            authors=_frozen(self.authors),
            year=self.year,
            venue=self.venue,
            other_venues=tuple(self.other_venues),
            citation_count=self.citation_count,
            reference_count=self.reference_count,
            fields_of_study=_frozen(self.fields_of_study),
            identifiers=Identifiers(**self.ids),
            preprint=self.preprint,
            retracted=self.retracted,
            kind=self.kind,
            others=tuple((field, _frozen(value)) for field, value in self.others.items()),
        )
        cited_by = None if self.cited_by is None else PurePosixPath(self.cited_by)
        candidate = Candidate(work, self.provider, self.by, self.fetched, cited_by, self.overlap)
        return Match(candidate, self.features, self.score, tuple(self.differences))


def _frozen(value: _T | list[str]) -> _T | tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else value


def _thawed(value: Value) -> int | str | list[str] | None:
    return list(value) if isinstance(value, tuple) else value


def row_of(match: Match) -> Mapping[str, Any]:
    """A match as JSON, keys in a fixed order, what is empty left out ("" for a venue that is
    known to be unknown stays)."""
    candidate, work = match.candidate, match.candidate.work
    row = {
        "title": work.title,
        "authors": _thawed(work.authors),
        "year": work.year,
        "venue": work.venue,
        "other_venues": list(work.other_venues),
        "citation_count": work.citation_count,
        "reference_count": work.reference_count,
        "fields_of_study": _thawed(work.fields_of_study),
        "ids": dict(work.identifiers),
        "preprint": work.preprint,
        "retracted": work.retracted or None,  # what is said of nearly all works is left out
        "kind": work.kind and work.kind.value,
        "others": {field.value: _thawed(value) for field, value in work.others},
        "provider": candidate.provider,
        "by": candidate.rung.value,
        "fetched": candidate.fetched,
        "cited_by": None if candidate.cited_by is None else str(candidate.cited_by),
        "overlap": None if candidate.overlap is None else asdict(candidate.overlap),
        "features": dict(match.features),
        "score": match.score,
        "differences": list(match.differences),
    }
    return {name: value for name, value in row.items() if value not in _NOTHING}
