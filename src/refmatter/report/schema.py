"""What json.py writes -> its JSON Schema: `python -m refmatter.report.schema report` prints it.

json.py writes without these models; the tests hold whatever it writes for them against the schema.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Literal, TypeAlias, get_args

import pydantic
from pydantic import BaseModel

from refmatter.fields import Field
from refmatter.model import Rung, Trouble
from refmatter.report.json import VERSION
from refmatter.report.summary import MissingReason
from refmatter.schema.conventions import Basis

Kind: TypeAlias = Literal["report", "resolve"]
_DAY = r"^(\d{4}-\d\d-\d\d)?$"


class _Part(BaseModel, extra="forbid"):
    """Keys that are not listed here do not stand in a report of this version."""


class NotesJson(_Part):
    """Files by what became of them; on a dry run, what would."""

    files: int = pydantic.Field(ge=0, description="all files read, paper notes or not")
    papers: int = pydantic.Field(ge=0, description="the paper notes among them")
    written: int = pydantic.Field(ge=0)
    created: int = pydantic.Field(ge=0)
    unchanged: int = pydantic.Field(ge=0, description="those left as they are, with a remark")
    refused: int = pydantic.Field(ge=0)


class CoverageJson(_Part):
    """How a field stands over all paper notes, in notes."""

    notes: int = pydantic.Field(ge=0)
    missing: int = pydantic.Field(ge=0, description="those that lacked it before")
    filled: int = pydantic.Field(ge=0, description="those of them that have it now")
    refreshed: int = pydantic.Field(ge=0, description="those that had it, and another value now")
    removed: int = pydantic.Field(
        ge=0, description="those that lost it, as it was written for another work"
    )
    left: dict[MissingReason, int] = pydantic.Field(
        description="those that still lack it, by the reason"
    )


class KeysJson(_Part):
    """The keys that notes are given, and where they are from."""

    basis: Basis = pydantic.Field(
        description="notes: the vault's notes or config.yaml; seeds: the seed vault's dialect; "
        "defaults: those for a vault whose notes have none"
    )
    keys: dict[Field, str]


class GivenJson(_Part):
    """Values written, by who said them."""

    provider: str | None = pydantic.Field(description="null: the note itself (file name, heading)")
    by: Rung | None = pydantic.Field(description="how the work was found there")
    values: int = pydantic.Field(ge=1)
    fields: dict[Field, int]
    first: str = pydantic.Field(pattern=_DAY, description="the first day they were said on")
    last: str = pydantic.Field(pattern=_DAY)


class AgesJson(_Part):
    """Paper notes by the age of their citation count, each note once."""

    up_to_7_days: int
    up_to_30_days: int
    up_to_90_days: int
    up_to_365_days: int
    up_to_730_days: int
    up_to_1825_days: int
    older: int
    not_known: int = pydantic.Field(
        description="the note has another count than the one that is known"
    )


class ChangeJson(_Part):
    """A field of a note; provider, by and fetched are missing where it is the note's own word, or
    where the value was removed."""

    field: Field
    key: str = pydantic.Field(description="what the vault calls it")
    old: Any
    new: Any
    removed: bool = pydantic.Field(
        default=False,
        description="whether the value was removed, as refmatter wrote it for another work than "
        "the one the note is about now; `new` is null then",
    )
    provider: str = ""
    by: Rung = pydantic.Field(default=Rung.LEDGER)
    fetched: str = pydantic.Field(default="", pattern=_DAY)


class ChangedJson(_Part):
    """What became of a note."""

    path: str
    status: str = pydantic.Field(pattern="^(written|created)$")
    changes: list[ChangeJson]


class RemarkJson(_Part):
    """What stands against a note, which was left as it is; or that it is about another work than
    before, and what became of its values."""

    path: str
    said: list[str] = pydantic.Field(min_length=1)


class RefusedJson(_Part):
    """A note that could not be read or written."""

    path: str
    line: int | None = pydantic.Field(description="where, from 1")
    reason: str


class CandidateJson(_Part):
    """A work that a title may be."""

    title: str
    authors: list[str]
    year: int | None
    venue: str | None
    citation_count: int | None
    reference_count: int | None
    identifiers: dict[str, str]
    provider: str
    rung: Rung
    fetched: str = pydantic.Field(pattern=_DAY)
    features: dict[str, float] = pydantic.Field(description="the evidence, each from 0 to 1")
    score: float
    differences: list[str] = pydantic.Field(description="how the titles differ, in words")


class AmbiguousJson(_Part):
    """A title that may be one of several works; nothing was written from it."""

    title: str
    reason: str
    notes: list[str] = pydantic.Field(description="the notes that are about it")
    cited_by: list[str] = pydantic.Field(description="the notes whose reference lists name it")
    lines: list[int] = pydantic.Field(description="where in these, from 1")
    candidates: list[CandidateJson]


class TitleJson(_Part):
    """A title of notes."""

    title: str
    notes: list[str] = pydantic.Field(min_length=1)


class ReportJson(_Part):
    """What a run of `refmatter enrich` found and did."""

    version: int = pydantic.Field(ge=VERSION, le=VERSION)
    dry_run: bool
    day: str = pydantic.Field(pattern=_DAY, description="the day of the run (UTC)")
    notes: NotesJson
    fields: dict[Field, CoverageJson]
    schema_: KeysJson = pydantic.Field(alias="schema")
    titles: dict[str, int] = pydantic.Field(description="titles of notes by verdict")
    references: dict[str, int] = pydantic.Field(
        description="other titles of reference lists by verdict"
    )
    requests: dict[str, int] = pydantic.Field(description="requests that went out, by service")
    given: list[GivenJson]
    count_ages: AgesJson
    years: dict[str, int] = pydantic.Field(
        description='paper notes by year as the run leaves them, "": none'
    )
    venues: dict[str, int] = pydantic.Field(description="the same by venue")
    changed: list[ChangedJson]
    remarks: list[RemarkJson]
    refused: list[RefusedJson]
    ambiguous: list[AmbiguousJson]
    not_found: list[TitleJson] = pydantic.Field(description="titles of notes that nobody knows")
    not_checked: list[TitleJson] = pydantic.Field(
        description="those that nobody could be asked about"
    )
    outages: dict[str, str] = pydantic.Field(
        description="services that could not be asked, and why"
    )


class FailedJson(_Part):
    """A service that could not be asked."""

    provider: str
    trouble: Trouble
    detail: str


class ResolvedJson(_Part):
    """What `refmatter resolve --json` says of a title."""

    version: int = pydantic.Field(ge=VERSION, le=VERSION)
    title: str = pydantic.Field(description="as it was typed")
    decision: Literal["found", "ambiguous", "not found", "could not check", "not asked"]
    reason: str
    identifiers: dict[str, str] = pydantic.Field(description="the work's, by system")
    values: dict[Field, Any] = pydantic.Field(description="what a note of it would be given")
    candidates: list[CandidateJson] = pydantic.Field(
        description="the records of the work, or of several"
    )
    others: list[CandidateJson] = pydantic.Field(description="works that it was told from")
    failures: list[FailedJson]


def schema(kind: Kind) -> dict[str, Any]:
    """The schema as JSON Schema (2020-12)."""
    shape: type[BaseModel] = ReportJson if kind == "report" else ResolvedJson
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | shape.model_json_schema()


if __name__ == "__main__":
    for kind in get_args(Kind):
        if kind in sys.argv[1:]:
            sys.stdout.write(json.dumps(schema(kind), indent=2) + "\n")
