"""Explain a note: its work, the decision, and the origin of each value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from msgspec import to_builtins

from refmatter.fields import LOOKED_UP, Field, Value
from refmatter.matching.features import VETOING
from refmatter.model import (
    Identifiers,
    Match,
    Note,
    Ownership,
    Provenance,
    Question,
    Remark,
    Rung,
    Work,
)
from refmatter.providers.bundled_catalog import DATE
from refmatter.reasons import Feature
from refmatter.report.json import VERSION, candidate, plain_value, text_of
from refmatter.report.labels import (
    evidence,
    feature_text,
    found_by,
    found_in,
    names,
    people,
    plain,
    provider_name,
    written,
)
from refmatter.report.sentences import (
    differences_text,
    disagreement_text,
    reason_text,
    remark_text,
)
from refmatter.report.summary import TitleStatus, unmatched_status
from refmatter.schema.conventions import Conventions, value_or_absent
from refmatter.stages.merge import disagreements, filled_changes
from refmatter.state.ledger_line import LedgerLine
from refmatter.state.ownership import digest, is_empty_here, is_ours, is_theirs

_OUT = VETOING | {"identifier", "listed", "first_author", "year"}
"""The features that, at 0, make a candidate another work."""


class ValueOwner(StrEnum):
    """Who a note's value is from."""

    REFMATTER = "refmatter"
    PERSON = "person"
    PERSON_SINCE = "person_since"
    """A person changed or removed the value after refmatter wrote one."""
    NOTE = "note"
    """The note itself: its heading or its file name."""
    NOBODY = "nobody"
    """The note has no value."""


class Absence(StrEnum):
    """Why a note has no value."""

    NOT_WRITTEN = "not_written"
    """The value is known, and no run has written it."""
    NOT_LOOKED_FOR = "not_looked_for"
    RULED_OUT = "ruled_out"
    """A person ruled that the work is none of the candidates."""
    NOT_A_PAPER = "not_a_paper"
    """The note is no paper note, or a template."""
    NO_TITLE = "no_title"
    """Nothing in the note names a work."""
    AMBIGUOUS = "ambiguous"
    """The note may be about one of several works."""
    NOT_FOUND = "not_found"
    """No service that was asked has the work."""
    NOT_IN_CATALOG = "not_in_catalog"
    """The catalogue does not have the work, and no service was asked."""
    NOT_KNOWN = "not_known"
    """No service that was asked knows the value."""
    NOT_IN_SCHEMA = "not_in_schema"
    """Notes of this kind have no key for it in this vault."""
    DISAGREES = "disagrees"
    """The note has other authors or another year than the work, so nothing is filled."""
    OTHER_FORM = "other_form"
    """The vault keeps it in a form in which this value cannot be written."""
    REMOVED = "removed"
    """A person removed the value that refmatter wrote."""


@dataclass(frozen=True, slots=True)
class ValueExplanation:
    """A field of the note: what it has, who that is from, and what is known of the work.

    `known` is the work's value by its `provenance`; None where none is known. `is_known_written`
    tells of a value that a person changed or removed that refmatter had written `known`. `origin`
    names the service that the user's own catalogue has the value from. `absence` tells why the
    note has no value.
    """

    field: Field
    value: object
    owner: ValueOwner
    absence: Absence | None = None
    known: Value = None
    provenance: Provenance | None = None
    is_known_written: bool = False
    origin: str = ""


@dataclass(frozen=True, slots=True)
class CandidateExplanation:
    """A candidate that the ledger keeps: `chosen` by a person; how far its score is `behind` the
    best, where it may still be meant; by which features it fell away (`rejected_by`), where not."""

    match: Match
    chosen: bool = False
    behind: float = 0.0
    rejected_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueContext:
    """What is known beside a note and its ledger line: `origins` the services that the user's own
    catalogue has the work's values from, `conventions` the vault's (None: they are not known)."""

    origins: Mapping[Field, str] = field(default_factory=dict)
    conventions: Conventions | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of a note's work. `line` is None where it was not looked for; `version`
    is the present matcher's. `disagreements` are what the note and its work differ in."""

    note: Note
    line: LedgerLine | None
    candidates: tuple[CandidateExplanation, ...]
    values: tuple[ValueExplanation, ...]
    version: str
    disagreements: tuple[Remark, ...] = ()


def explain(
    note: Note,
    line: LedgerLine | None,
    values: tuple[ValueExplanation, ...],
    version: str,
    conventions: Conventions | None = None,
) -> Explanation:
    """Return why a note is about its work, `version` being the present matcher's."""
    candidates = tuple(_candidates(line)) if line else ()
    disagreements = _disagreements(note, line, conventions)
    return Explanation(note, line, candidates, values, version, disagreements)


def explain_values(
    note: Note,
    line: LedgerLine | None,
    written: Mapping[Field, Ownership],
    context: ValueContext = ValueContext(),
) -> tuple[ValueExplanation, ...]:
    """Return where the note's values come from, and why it has none of a field. `written` are the
    fingerprints of what refmatter wrote."""
    absences = dict(_absences(note, line, context.conventions))
    return tuple(
        _value(
            ValueExplanation(
                name,
                _noted(note, name, context.conventions),
                ValueOwner.PERSON,
                absences[name],
            ),
            note,
            line,
            written.get(name),
            context.origins.get(name, ""),
        )
        for name in _FIELDS
    )


_FIELDS = (*LOOKED_UP, Field.KEY, Field.TITLE)


def _noted(note: Note, name: Field, conventions: Conventions | None) -> object:
    """Return what a note has of a field, under the vault's keys for it where they are known."""
    if conventions is None:
        return value_or_absent(note.entries, name)
    return conventions.value_or_absent(note.entries, name)


def _disagreements(
    note: Note, line: LedgerLine | None, conventions: Conventions | None
) -> tuple[Remark, ...]:
    is_known = line is not None and line.verdict in ("accepted", "ruled")
    if line is None or conventions is None or not is_known:
        return ()
    return tuple(disagreements(note, line, conventions))


def _value(
    noted: ValueExplanation,
    note: Note,
    line: LedgerLine | None,
    written: Ownership | None,
    origin: str,
) -> ValueExplanation:
    name, value = noted.field, noted.value
    known, provenance = line.values.get(name, (None, None)) if line else (None, None)
    if not (provenance and provenance.rung is Rung.CATALOG and provenance.fetched != DATE):
        origin = ""
    absence, is_known_written = None, False
    if written is not None and is_theirs(written, value):
        owner = ValueOwner.PERSON_SINCE
        absence = Absence.REMOVED if is_empty_here(value) else None
        is_known_written = provenance is not None and written.digest in _fingerprints(known)
    elif name is not Field.KEY and written is not None and is_ours(written, value):
        owner = ValueOwner.NOTE if name is Field.TITLE else ValueOwner.REFMATTER
    elif is_empty_here(value):
        owner, absence = ValueOwner.NOBODY, noted.absence
    elif name is Field.KEY and value == note.path.stem:
        owner = ValueOwner.NOTE
    else:
        owner = ValueOwner.PERSON
    return ValueExplanation(
        name, value, owner, absence, known, provenance, is_known_written, origin
    )


def _fingerprints(value: Value) -> set[str]:
    """Return the fingerprints that a provider's value has in the forms in which vaults write it."""
    forms = [list(value)] if isinstance(value, tuple) else [value, str(value)]
    return {digest(form) for form in forms}


def _absences(
    note: Note, line: LedgerLine | None, conventions: Conventions | None
) -> Iterator[tuple[Field, Absence]]:
    """Yield for each field why the note would have no value of it."""
    work = _no_work(note, line)
    differs = bool(_disagreements(note, line, conventions))
    values = line.values if line else {}
    for name in _FIELDS:
        known = name in (Field.KEY, Field.TITLE) or values.get(name, ("",))[0] not in ("", None)
        if conventions is not None and note.is_paper and not _has_key(note, name, conventions):
            yield name, Absence.NOT_IN_SCHEMA
        elif work is not None and not (name is Field.KEY and work is not Absence.NOT_A_PAPER):
            yield name, work
        elif not known:
            yield name, Absence.NOT_KNOWN
        elif differs:
            yield name, Absence.DISAGREES
        elif name in LOOKED_UP and not _is_writable(note, name, line, conventions):
            yield name, Absence.OTHER_FORM
        else:
            yield name, Absence.NOT_WRITTEN


def _no_work(note: Note, line: LedgerLine | None) -> Absence | None:
    """Return why it is not known which work the note is about; None if it is known."""
    if not note.is_paper:
        return Absence.NOT_A_PAPER
    if line is None:
        named = note.title or note.identifiers or note.linked_identifiers
        return Absence.NOT_LOOKED_FOR if named else Absence.NO_TITLE
    if line.verdict == "ruled":
        return None if line.identifiers else Absence.RULED_OUT
    if line.verdict == "ambiguous":
        return Absence.AMBIGUOUS
    if line.verdict == "unmatched":
        is_catalogs = unmatched_status(line.queries) is TitleStatus.NOT_IN_CATALOG
        return Absence.NOT_IN_CATALOG if is_catalogs else Absence.NOT_FOUND
    return None


def _has_key(note: Note, name: Field, conventions: Conventions) -> bool:
    """Whether the vault has a key under which the note would be given a field."""
    return conventions.form_in(note.entries, name, path=note.path) is not None


def _is_writable(
    note: Note, name: Field, line: LedgerLine | None, conventions: Conventions | None
) -> bool:
    """Whether the work's value can be written as the vault writes it."""
    if line is None or conventions is None:
        return True
    only = frozenset({name})
    return any(filled_changes(note.entries, note.path, line, conventions, only))


def _candidates(line: LedgerLine) -> Iterator[CandidateExplanation]:
    best = max((match.score for match in line.candidates), default=0.0)
    rejected = {place.candidate: place.features for place in line.reason.rejected}
    for place, match in enumerate(line.candidates):
        if line.verdict == "ruled":
            chosen = match.candidate.work.identifiers.agrees(line.identifiers)
            yield CandidateExplanation(match, chosen=chosen)
        elif line.verdict == "ambiguous":
            behind = round(best - match.score, 4)
            yield CandidateExplanation(match, behind=behind, rejected_by=rejected.get(place, ()))
        else:
            by = _rejected_by(match, rejected.get(place, ()))
            yield CandidateExplanation(match, rejected_by=by)


def _rejected_by(match: Match, features: tuple[Feature, ...]) -> tuple[str, ...]:
    """Return the features by which a candidate is not the work: its own ones that are against it,
    else those by which the decision told it from the work, else another title; none where too
    little is for it."""
    known = match.features.get("authors", 0.0) >= 0.5  # whoever of them comes first
    against = tuple(
        name
        for name, value in match.features.items()
        if name in _OUT and value == 0 and not (name == "first_author" and known)
    )
    return against or features or (() if match.features.get("title") == 1 else ("title",))


def as_json(explanation: Explanation) -> str:
    """Return an explanation as JSON text, which docs/why.schema.json describes."""
    line = explanation.line
    data: dict[str, Any] = {
        "version": VERSION,
        "note": str(explanation.note.path),
        "title": explanation.note.title,
        "is_paper": explanation.note.is_paper,
        "decision": line and line.verdict,
        "tier": line and line.tier,
        "reason": to_builtins(line.reason) if line else None,
        "features": dict(line.features) if line else {},
        "record_title": line.matched_title if line else "",
        "identifiers": dict(line.identifiers) if line else {},
        "remarks": to_builtins(line.remarks) if line else [],
        "disagreements": to_builtins(explanation.disagreements),
        "queries": [to_builtins(query) for query in sorted(line.queries)] if line else [],
        "last_checked": line.last_checked if line else "",
        "matcher_version": line.matcher_version if line else "",
        "current_matcher_version": explanation.version,
        "candidates": [_candidate(known) for known in explanation.candidates],
        "values": [_value_as_json(value) for value in explanation.values],
    }
    return text_of(data)


def _candidate(known: CandidateExplanation) -> dict[str, Any]:
    return candidate(known.match) | {
        "chosen": known.chosen,
        "behind": known.behind,
        "rejected_by": list(known.rejected_by),
    }


def _value_as_json(value: ValueExplanation) -> dict[str, Any]:
    where = value.provenance
    return {
        "field": value.field.value,
        "value": plain_value(value.value),
        "owner": value.owner.value,
        "absence": value.absence and value.absence.value,
        "known": plain_value(value.known),
        "provider": where and where.provider,
        "by": where and where.rung.value,
        "fetched": where and where.fetched,
        "is_known_written": value.is_known_written,
        "origin": value.origin,
    }


def sentences(explanation: Explanation) -> Iterator[str]:
    """Yield the lines that a person reads."""
    note, line = explanation.note, explanation.line
    yield f"{note.path}: {note.title or 'no title'}"
    if not note.is_paper:
        yield _NO_PAPER[note.is_template]
    elif line is None:
        yield _NOT_LOOKED_FOR if note.title else "nothing in the note names a work"
    if line is not None:
        yield from _work(line, explanation.version)
    if explanation.disagreements:
        differing = "; ".join(map(disagreement_text, explanation.disagreements))
        yield f"the note and this work disagree, so nothing is filled: {differing}"
    if line is not None:
        for known in explanation.candidates:
            yield from _candidate_lines(known, line)
    yield ""
    for value in explanation.values:
        yield f"{value.field.spec.label}: {_value_text(value.value)}"
        yield f"    {_origin(value)}"


_NOT_LOOKED_FOR = (
    "refmatter has not looked for this title yet, or no service could be asked: "
    "run `refmatter enrich`"
)
_NO_PAPER = {
    False: "not a paper note, so nothing is filled: `notes.paper` in config.yaml names the signs",
    True: "a template, so nothing is filled",
}
"""What is said of a note that is no paper note, by whether it is a template."""


def _work(line: LedgerLine, version: str) -> Iterator[str]:
    if line.verdict == "ruled":
        yield f"a person ruled: it is {_identifiers(line.identifiers) or 'none of the candidates'}"
        yield f"it was doubtful: {plain(reason_text(line.reason))}"
    else:
        sure = f", {line.tier}" if line.tier else ""
        yield f"{line.verdict}{sure}: {plain(reason_text(line.reason))}"
        if line.matcher_version != version:
            decided_by = plain(line.matcher_version, 40) or "unknown"
            yield f"decided by matcher {decided_by}; this is {version}"
    if text := _for_and_against(line.features):
        yield text
    for remark in line.remarks:
        yield f"left out or cleaned: {plain(remark_text(remark))}"
    if line.matched_title:
        yield f"the title of its record: {plain(line.matched_title)}"
    if line.verdict == "ruled":
        return
    if line.identifiers:
        lead = "it is" if line.verdict == "accepted" else "its notes give"
        yield f"{lead} {_identifiers(line.identifiers)}"
    if line.last_checked:
        queries = ", ".join(plain(_query_text(query)) for query in sorted(line.queries))
        yield f"last looked up on {line.last_checked}: {queries or 'no service'}"


def _query_text(query: Question) -> str:
    """Return a query in short: `arxiv/title_search`, and its subject where it has one."""
    return "/".join(filter(None, (query.provider, query.rung.value, query.subject)))


def _for_and_against(features: Mapping[str, float]) -> str:
    pro, con = evidence(features)
    return "; ".join([*([f"for: {pro}"] if pro else []), *([f"against: {con}"] if con else [])])


def _candidate_lines(known: CandidateExplanation, line: LedgerLine) -> Iterator[str]:
    """Yield a candidate in a few lines: who it is, what is for and against it, why it fell away."""
    match = known.match
    maybe = "it might be" if line.verdict == "ambiguous" else "it is not"
    yield f"  {'it is' if known.chosen else maybe} {describe(match.candidate.work)}"
    identifiers = ", ".join(names(match.candidate.work.identifiers)) or "no identifier"
    yield f"    {identifiers} ({found_by(match.candidate)})"
    pros = _for_and_against(match.features)
    yield f"    score {match.score:.2g}" + (f"; {pros}" if pros else "")
    if match.differences:
        yield f"    differs: {plain(differences_text(match.differences))}"
    if known.behind >= 0.005:
        yield f"    behind the best by {known.behind:.2g}"
    elif line.verdict in ("accepted", "unmatched"):
        yield f"    lost: {', '.join(_losses(known)) or 'too little is in favour of it'}"


_LACKING: Mapping[str, str] = MappingProxyType(
    {
        Feature.IDENTIFIER: "not known by the note's identifier",
        Feature.CITING: "not in the citing note's list",
        Feature.LISTED: "not known to cite what the note lists",
        Feature.FIRST_AUTHOR: "its authors are not known",
        Feature.YEAR: "its year is not known",
        Feature.NO_AUTHORS: "its authors are not known",
    }
)
"""How a candidate fell away that lacks a feature which another one has."""


def _losses(known: CandidateExplanation) -> list[str]:
    features = known.match.features
    return [
        feature_text(name, features[name])
        if name in features
        else _LACKING.get(name) or feature_text(name, 0.0)
        for name in known.rejected_by
    ]


def describe(work: Work) -> str:
    """Return a work in a line: title, authors, year, venue, citations."""
    authors = people(work.authors, 3) or "no authors"
    where = plain(work.venue or "", 80) or "no venue"
    citations = "" if work.citation_count is None else f", cited {work.citation_count} times"
    return f'"{plain(work.title, 200)}" by {authors}, {work.year or "no year"}, {where}{citations}'


def _identifiers(identifiers: Identifiers) -> str:
    return ", ".join(f"{scheme} {plain(name)}" for scheme, name in identifiers)


def _value_text(value: object) -> str:
    return "nothing" if is_empty_here(value) else plain(written(value), 2_000) or "nothing"


def _origin(value: ValueExplanation) -> str:
    match value.owner:
        case ValueOwner.PERSON_SINCE:
            return _changed_since(value)
        case ValueOwner.REFMATTER if value.provenance:
            return _source(value.provenance, value.origin)
        case ValueOwner.PERSON if value.field is not Field.KEY:
            return f"yours: refmatter did not write it{_aside(value)}"
        case ValueOwner.NOTE if value.field is Field.KEY:
            return "the file's name"
        case ValueOwner.NOBODY:
            return _why_absent(value)
        case _:
            return _OWNERS[value.owner]


_OWNERS = {
    ValueOwner.REFMATTER: "refmatter wrote it; its source is no longer known",
    ValueOwner.NOTE: "the note's heading or file name",
    ValueOwner.PERSON: "yours",
}


def _why_absent(value: ValueExplanation) -> str:
    text = _ABSENT[value.absence or Absence.NOT_WRITTEN]
    if value.absence in _TOLD_WITH_VALUE and value.provenance:
        return f"{text}: {_reported(value)}"
    return text


_ABSENT = {
    Absence.NOT_WRITTEN: "not written yet",
    Absence.NOT_LOOKED_FOR: "not looked for yet",
    Absence.RULED_OUT: "not filled, as a person ruled that the work is not among the candidates",
    Absence.NOT_A_PAPER: "not filled, as this is not a paper note",
    Absence.NO_TITLE: "not looked for, as nothing in the note names a work",
    Absence.AMBIGUOUS: "not filled, as it is not clear which work this is: run `refmatter review`",
    Absence.NOT_FOUND: "not filled, as no service that was asked has this work",
    Absence.NOT_IN_CATALOG: "not filled, as the catalogue does not have this work: run "
    "`refmatter enrich` without `--offline` to ask the services",
    Absence.NOT_KNOWN: "no service that was asked knows it",
    Absence.NOT_IN_SCHEMA: "not filled, as such notes have no key for it in this vault: add the "
    "key to the note, or name it under `fields` in config.yaml",
    Absence.DISAGREES: "not filled, as the note disagrees with its work",
    Absence.OTHER_FORM: "not filled, as the vault keeps it in a form that cannot be made of it",
}
_TOLD_WITH_VALUE = (Absence.NOT_WRITTEN, Absence.DISAGREES, Absence.OTHER_FORM)
"""Where the work's value is shown beside the reason."""


def _changed_since(value: ValueExplanation) -> str:
    """Return what a person did to a value of ours, and which it was, as far as it is still
    known."""
    removed = is_empty_here(value.value)
    did = "removed" if removed else "changed"
    hint = "; `refmatter enrich --refill-removed` fills it again" if removed else ""
    if value.is_known_written and value.provenance:
        source = _source(value.provenance, value.origin)
        written = f"{_value_text(value.known)} ({source})"
        return f"yours since: {did} after refmatter wrote {written}{hint}"
    return f"yours since: {did} after refmatter wrote it{_aside(value)}{hint}"


def _aside(value: ValueExplanation) -> str:
    """Return what a provider has, where the note has something else."""
    return f"; {_reported(value)}" if value.provenance and value.known != "" else ""


def _reported(value: ValueExplanation) -> str:
    where = value.provenance
    if where is None:
        return ""
    return f"{provider_name(where.provider)} has {_value_text(value.known)} ({where.fetched})"


_BY = {
    Rung.IDENTIFIER: "by identifier",
    Rung.CITING_REFERENCES: "in the reference list of a note that cites it",
    Rung.TITLE_BATCH: "by title search",
    Rung.TITLE_SEARCH: "by title search",
    Rung.SAME_TITLE_SEARCH: "by title search",
}


def _source(where: Provenance, origin: str) -> str:
    by = found_in(where.rung, where.fetched, _BY) or where.rung.value
    day = f", as of {where.fetched}" if where.fetched else ""
    through = f" (from {origin})" if origin else ""
    return f"{provider_name(where.provider)}, {by}{day}{through}"
