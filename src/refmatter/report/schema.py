"""The JSON Schemas of what json.py and why.py write: `python -m refmatter.report.schema why`.

They write without these models; the tests hold whatever it writes for them against the schema.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Literal, TypeAlias, get_args

import pydantic
from pydantic import BaseModel

from refmatter.fields import Field
from refmatter.model import RemarkKind, Rung, Tier, Trouble
from refmatter.reasons import DifferenceKind, Feature, ReasonKind
from refmatter.report.json import VERSION
from refmatter.report.summary import MissingReason, TitleStatus
from refmatter.report.why import Absence, ValueOwner
from refmatter.schema.conventions import Basis
from refmatter.yaml_fault import YamlFaultKind

Kind: TypeAlias = Literal["report", "resolve", "why"]
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
    other_formats: dict[str, int] = pydantic.Field(
        description="files left alone, by the format of their front matter (`TOML`, `JSON`)"
    )


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


class DifferenceJson(_Part):
    """How two titles differ in one place."""

    kind: DifferenceKind
    asked: str = pydantic.Field(default="", description="the words of the note's title")
    found: str = pydantic.Field(default="", description="the words of the record's title")
    size: int = pydantic.Field(default=1, description="letters that are wrong, or words")


class RejectedJson(_Part):
    """A candidate that fell away."""

    candidate: int = pydantic.Field(
        ge=0,
        description="its place, from 0, among the other candidates of an accepted work, or among "
        "the candidates",
    )
    features: list[Feature] = pydantic.Field(description="the evidence by which it fell away")


class ReasonJson(_Part):
    """Why a title was decided as it was; what is empty is left out."""

    kind: ReasonKind
    evidence: list[Feature] = pydantic.Field(default=[], description="the evidence that decided")
    rejected: list[RejectedJson] = []
    differences: list[DifferenceJson] = pydantic.Field(
        default=[], description="how the titles differ"
    )
    title: str = pydantic.Field(default="", description="the title of the work's record")
    works: int = pydantic.Field(default=0, description="how many works may be meant")
    record_kinds: list[str] = pydantic.Field(
        default=[], description="kinds of records that are not the work itself"
    )


class ValueRemarkJson(_Part):
    """A value that is implausible, or that a note and its work disagree in."""

    kind: RemarkKind
    field: Field | None = None
    value: str = pydantic.Field(default="", description="the record's or the note's value")
    provider: str = pydantic.Field(default="", description='whose record; "" for the note itself')
    other: str = pydantic.Field(default="", description="what it is compared with")
    identifier: str = pydantic.Field(default="", description="the identifier whose year is `other`")
    removed: list[str] = pydantic.Field(default=[], description="keys whose values were removed")
    replaced: list[str] = pydantic.Field(
        default=[], description="keys with another work's values now"
    )


class RemarkJson(_Part):
    """What a note and its work disagree in, so that the note was left as it is; or that it is
    about another work than before, and what became of its values."""

    path: str
    remarks: list[ValueRemarkJson] = pydantic.Field(min_length=1)


class RefusedJson(_Part):
    """A note that could not be read or written."""

    path: str
    line: int | None = pydantic.Field(description="where, from 1")
    reason: str
    kind: YamlFaultKind | None = pydantic.Field(
        description="what is wrong with front matter that cannot be read"
    )
    suggestion: str = pydantic.Field(description='that line as it should be; "" if it is not known')


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
    differences: list[DifferenceJson] = pydantic.Field(description="how the titles differ")


class AmbiguousJson(_Part):
    """A title that may be one of several works; nothing was written from it."""

    title: str
    reason: ReasonJson
    notes: list[str] = pydantic.Field(description="the notes that are about it")
    cited_by: list[str] = pydantic.Field(description="the notes whose reference lists name it")
    lines: list[int] = pydantic.Field(description="where in these, from 1")
    candidates: list[CandidateJson]


class OutageJson(_Part):
    """Why a service could not be asked."""

    trouble: Trouble
    detail: str
    http_status: int | None = pydantic.Field(description="of its answer, where it answered")


class TitleJson(_Part):
    """A title of notes."""

    title: str
    notes: list[str] = pydantic.Field(min_length=1)


class RetractedJson(_Part):
    """A work that is newly known as retracted."""

    title: str
    path: str | None = pydantic.Field(
        description="its note, from the ledger's folder; null for a work that only reference lists "
        "name"
    )
    services: list[str] = pydantic.Field(min_length=1, description="the services that say so")


class ReportJson(_Part):
    """What a run of `refmatter enrich` found and did."""

    version: int = pydantic.Field(ge=VERSION, le=VERSION)
    dry_run: bool
    day: str = pydantic.Field(pattern=_DAY, description="the day of the run (UTC)")
    retracted: list[RetractedJson] = pydantic.Field(
        description="works that are newly known as retracted"
    )
    notes: NotesJson
    fields: dict[Field, CoverageJson]
    schema_: KeysJson = pydantic.Field(alias="schema")
    titles: dict[TitleStatus, int] = pydantic.Field(description="titles of notes by status")
    references: dict[TitleStatus, int] = pydantic.Field(
        description="other titles of reference lists by status"
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
    not_found: list[TitleJson] = pydantic.Field(description="titles of notes that no service has")
    not_in_catalog: list[TitleJson] = pydantic.Field(
        description="those that the catalogue does not have, and no service was asked for"
    )
    not_checked: list[TitleJson] = pydantic.Field(
        description="those for which no service could be asked"
    )
    outages: dict[str, OutageJson] = pydantic.Field(
        description="services that could not be asked, and why"
    )


class FailedJson(OutageJson):
    """A service that could not be asked."""

    provider: str


class ResolvedJson(_Part):
    """What `refmatter resolve --json` says of a title."""

    version: int = pydantic.Field(ge=VERSION, le=VERSION)
    title: str = pydantic.Field(description="as it was typed")
    decision: TitleStatus
    reason: ReasonJson | None
    identifiers: dict[str, str] = pydantic.Field(description="the work's, by system")
    values: dict[Field, Any] = pydantic.Field(description="what a note of it would be given")
    candidates: list[CandidateJson] = pydantic.Field(
        description="the records of the work, or of several"
    )
    others: list[CandidateJson] = pydantic.Field(description="other works, which were ruled out")
    failures: list[FailedJson]


class ExplainedCandidateJson(CandidateJson):
    """A candidate of a note's work."""

    chosen: bool = pydantic.Field(description="whether a person ruled that it is the work")
    behind: float = pydantic.Field(
        description="how far its score is behind the best, where ambiguous"
    )
    rejected_by: list[str] = pydantic.Field(
        description="the evidence by which it fell away, where the decision is accepted or "
        "unmatched; empty where too little was in favour of it"
    )


class ExplainedValueJson(_Part):
    """A field of the note."""

    field: Field
    value: Any = pydantic.Field(description="what the note has")
    owner: ValueOwner
    absence: Absence | None = pydantic.Field(description="why the note has no value")
    known: Any = pydantic.Field(
        description="the work's value by the provider; null where none is known"
    )
    provider: str | None
    by: Rung | None = pydantic.Field(description="how the work was found there")
    fetched: str | None = pydantic.Field(description="the day on which the provider answered")
    is_known_written: bool = pydantic.Field(
        description="whether `known` is what refmatter wrote before a person changed it"
    )
    origin: str = pydantic.Field(
        description="the service that the user's own catalogue has it from"
    )


class QueryJson(_Part):
    """A query that was answered about the title."""

    provider: str
    rung: str
    subject: str = pydantic.Field(description="an identifier or a day; empty for the title itself")


class WhyJson(_Part):
    """What `refmatter why --json` shows of a note."""

    version: int = pydantic.Field(ge=VERSION, le=VERSION)
    note: str
    title: str
    is_paper: bool = pydantic.Field(description="whether it is a note that refmatter fills")
    decision: Literal["accepted", "ambiguous", "unmatched", "ruled"] | None = pydantic.Field(
        description="null where the title was not looked up"
    )
    tier: Tier | None
    reason: ReasonJson | None
    features: dict[str, float] = pydantic.Field(description="the evidence, each from 0 to 1")
    record_title: str = pydantic.Field(
        description="the title of the work's record, where it is another"
    )
    identifiers: dict[str, str] = pydantic.Field(description="the work's, by scheme")
    remarks: list[ValueRemarkJson] = pydantic.Field(description="implausible values of its records")
    disagreements: list[ValueRemarkJson] = pydantic.Field(
        description="what the note and its work differ in, so that nothing is filled"
    )
    queries: list[QueryJson] = pydantic.Field(description="the queries that were answered")
    last_checked: str = pydantic.Field(pattern=_DAY)
    matcher_version: str = pydantic.Field(description="the version of the matcher that decided")
    current_matcher_version: str
    candidates: list[ExplainedCandidateJson]
    values: list[ExplainedValueJson]


_SHAPES: dict[Kind, type[BaseModel]] = {
    "report": ReportJson,
    "resolve": ResolvedJson,
    "why": WhyJson,
}


def schema(kind: Kind) -> dict[str, Any]:
    """Return the schema as JSON Schema (2020-12)."""
    shape = _SHAPES[kind]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | shape.model_json_schema()


if __name__ == "__main__":
    for kind in get_args(Kind):
        if kind in sys.argv[1:]:
            sys.stdout.write(json.dumps(schema(kind), indent=2) + "\n")
