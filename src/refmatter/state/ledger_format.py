"""Convert the lines of the ledger to the rows of refmatter.lock, and back.

The first row says which form the file has; every other row is all that is known of one title, as a
JSON object: the candidates and the questions of that title, and a decision for each note and each
reference of it. A row stands for itself, and has nothing that depends on other titles.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from refmatter.errors import LedgerError
from refmatter.fields import Field, Value
from refmatter.model import (
    QUERY_RULES,
    Candidate,
    LookupKey,
    Match,
    Owner,
    Ownership,
    Provenance,
    Question,
    Remark,
    Rung,
    Tier,
)
from refmatter.reasons import SIMPLE_REASONS, Reason
from refmatter.state.ledger_line import LedgerLine, Verdict
from refmatter.state.match_json import (
    CandidateRow,
    MatchRow,
    QueriesJson,
    Weight,
    candidate_row,
    checked_day,
    encoded,
    identifiers_of,
    match_row,
    queries_json,
    questions_of,
)
from refmatter.titles import title_key

TitleLines: TypeAlias = dict[LookupKey, LedgerLine]
"""The lines of one title by key."""

VERSION = 1
"""The form of the file; raised when a reader of this form cannot read another one."""
_HEADER = b'{"refmatter":"ledger"'
_NOTHING: Mapping[Any, Any] = MappingProxyType({})
"""What most lines have nothing of: one for all of them."""
_MARKS = {Owner.OURS: "", Owner.OURS_WITH_KEY: "+", Owner.PERSON: "~", Owner.BEFORE: "-"}
"""What stands in front of the digest of a value, by whose that is."""
_OWNERS = {mark: owner for owner, mark in _MARKS.items() if mark}


class _Header(Struct, forbid_unknown_fields=True):
    refmatter: str
    version: int


class _ValuesRow(Struct, forbid_unknown_fields=True):
    """What one provider says of the work by one rung."""

    provider: str
    method: Rung
    fetched: str
    values: dict[Field, int | str | tuple[str, ...] | None]


class _DecisionRow(Struct, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """What was decided about a note, or about references that carry an identifier or none.

    `title` is there where it is spelled in another way than the row's, `queries` where not all
    questions of the title count for this decision.
    """

    note: str = ""
    identifier: tuple[str, str] | None = None
    title: str | None = None
    decision: Verdict
    reason: Reason
    tier: Tier | None = None
    matched_title: str = ""
    matcher_version: str = ""
    features: dict[str, Weight] = {}
    ids: dict[str, str] = {}
    values: list[_ValuesRow] = []
    other_venues: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    retracted: tuple[str, ...] = ()
    status_checked: str = ""
    matches: list[MatchRow] = []
    queries: QueriesJson | None = None
    last_checked: str = ""
    tries: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    query_rules: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    hints: str = ""
    written: dict[Field, str] = {}


class _TitleRow(Struct, omit_defaults=True, forbid_unknown_fields=True):
    """What is known of one title."""

    title: str
    decisions: list[_DecisionRow]
    candidates: list[CandidateRow] = []
    queries: QueriesJson = {}


_READER = msgspec.json.Decoder(_TitleRow)


def header() -> str:
    """Return the first row of the file."""
    return f'{_HEADER.decode()},"version":{VERSION}}}'


def rows_of(titles: Iterable[TitleLines]) -> Iterator[str]:
    """Yield the rows of titles, each without its end: the same lines give the same text."""
    for lines in titles:
        yield encoded(_title_row([lines[key] for key in sorted(lines)]))


class LedgerReader:
    """Reads the rows of one file in order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._has_header = False

    def lines(self, number: int, row: bytes) -> TitleLines | None:
        """Return the lines of a row; None for one that holds none. Raises LedgerError."""
        try:
            text = row.decode().strip()
        except UnicodeDecodeError as error:
            raise LedgerError(
                f"{self._path}:{number}: cannot be read: {error}; "
                "take the file from an earlier commit"
            ) from error
        if text.startswith(("<<<<<<<", "=======", ">>>>>>>")):
            raise LedgerError(
                f"{self._path}:{number}: has a merge conflict; keep either side of it and run again"
            )
        if not text:
            return None
        if row.startswith(_HEADER):
            self._refuse_newer(number, row)
            self._has_header = True
            return None
        if not self._has_header:
            self._refuse_older(number, row)
        return self.known_lines(row, number)

    def known_lines(self, row: bytes, number: int = 0) -> TitleLines:
        """Return the lines of a row that is one of a title. Raises LedgerError."""
        try:
            return _lines_of(_READER.decode(row))
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise LedgerError(
                f"{self._path}:{number}: is not a line of the ledger ({error}); "
                "remove the line, or take the file from an earlier commit"
            ) from error

    def _refuse_newer(self, number: int, row: bytes) -> None:
        """Raises LedgerError for a header that is not of this form."""
        try:
            version = msgspec.json.decode(row, type=_Header).version
        except msgspec.MsgspecError as error:
            raise LedgerError(
                f"{self._path}:{number}: is not a line of the ledger ({error}); "
                "take the file from an earlier commit"
            ) from error
        if version != VERSION:
            raise LedgerError(
                f"{self._path}:{number}: has form {version} of the ledger, and this version of "
                f"refmatter reads form {VERSION}; install the version that wrote the file"
            )

    def _refuse_older(self, number: int, row: bytes) -> None:
        """Raises LedgerError for a file that begins with a line of a title."""
        try:
            keys = msgspec.json.decode(row, type=dict[str, msgspec.Raw]).keys()
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            keys = {}.keys()
        if {"key", "decision"} <= keys:
            raise LedgerError(
                f"{self._path}: was written by an earlier version of refmatter and cannot be read; "
                "delete it and run again (its rulings are lost: list them with `refmatter review "
                "--export` of that version; values that it wrote count as yours)"
            )
        raise LedgerError(
            f"{self._path}:{number}: is not a line of the ledger (the file does not begin with "
            f"`{header()}`); take the file from an earlier commit"
        )


# Rows -> lines


def _lines_of(row: _TitleRow) -> TitleLines:
    """Return the lines of a row. Raises ValueError."""
    title, queries = title_key(row.title), questions_of(row.queries)
    found = {}
    for decision in row.decisions:
        if decision.title is not None and title_key(decision.title) != title:
            raise ValueError("its decisions are about several titles")
        line = _line_of(row, decision, title, queries)
        found[line.key] = line
    return found


def _line_of(
    row: _TitleRow, decision: _DecisionRow, title: str, queries: AbstractSet[Question]
) -> LedgerLine:
    if decision.decision in ("unmatched", "ambiguous") and not decision.last_checked:
        raise ValueError("it does not say when it was checked")
    is_unmatched = decision.decision == "unmatched"
    return LedgerLine(
        key=LookupKey(title, decision.note, decision.identifier or ()),
        title=row.title if decision.title is None else decision.title,
        verdict=decision.decision,
        reason=SIMPLE_REASONS.get(decision.reason, decision.reason),
        identifiers=identifiers_of(decision.ids),
        values=_values_of(decision.values) or _NOTHING,
        other_venues=decision.other_venues,
        remarks=decision.remarks,
        retracted=decision.retracted,
        status_checked=checked_day(decision.status_checked),
        tier=decision.tier,
        matched_title=decision.matched_title,
        matcher_version=sys.intern(decision.matcher_version),
        features=decision.features or _NOTHING,
        candidates=tuple(_matches_of(row.candidates, decision.matches)),
        queries=queries if decision.queries is None else questions_of(decision.queries),
        last_checked=checked_day(decision.last_checked),
        tries=decision.tries,
        query_rules=decision.query_rules if is_unmatched else QUERY_RULES,
        hints=decision.hints,
        written={name: ownership_of(text) for name, text in decision.written.items()} or _NOTHING,
    )


def _values_of(rows: Iterable[_ValuesRow]) -> dict[Field, tuple[Value, Provenance]]:
    found: dict[Field, tuple[Value, Provenance]] = {}
    for row in rows:
        fetched = sys.intern(checked_day(row.fetched))
        source = Provenance(sys.intern(row.provider), row.method, fetched)
        found.update((name, (value, source)) for name, value in row.values.items())
    return found


def _matches_of(candidates: Sequence[CandidateRow], matches: Sequence[MatchRow]) -> Iterator[Match]:
    for place, match in enumerate(matches):
        number = place if match.candidate < 0 else match.candidate
        if number >= len(candidates):
            raise ValueError(f"it has no candidate {number}")
        yield match.match(candidates[number].candidate(match.overlap))


def ownership_of(text: str) -> Ownership:
    """Return whose a value is, from the ledger's text: states with `|` between them, each a digest
    behind the mark of its owner."""
    *earlier, last = (
        Ownership(_OWNERS[state[0]], state[1:])
        if state[:1] in _OWNERS
        else Ownership(Owner.OURS, state)
        for state in text.split("|")
    )
    return replace(last, earlier=tuple(earlier)) if earlier else last


# Lines -> rows


def _title_row(lines: Sequence[LedgerLine]) -> _TitleRow:
    """Return the row of one title's lines."""
    title = lines[0].title
    queries = lines[0].queries
    for line in lines[1:]:
        queries |= line.queries
    candidates = _Candidates(distinct=len(lines) > 1)
    decisions = [
        _decision_row(
            line,
            title=None if line.title == title else line.title,
            matches=candidates.rows_of(line.candidates),
            queries=None if line.queries == queries else queries_json(line.queries),
        )
        for line in lines
    ]
    return _TitleRow(title, decisions, candidates.rows, queries_json(queries))


class _Candidates:
    """The candidates of one title, each once where its decisions share them."""

    def __init__(self, *, distinct: bool) -> None:
        self.rows: list[CandidateRow] = []
        self._places: dict[Candidate, int] | None = {} if distinct else None

    def rows_of(self, matches: Iterable[Match]) -> list[MatchRow]:
        """Return the matches of a decision, each with the place of its candidate."""
        return [match_row(match, self._place(match, row)) for row, match in enumerate(matches)]

    def _place(self, match: Match, row: int) -> int:
        """Return the place of a match's candidate in the list, -1 where it is the match's own."""
        if self._places is None:
            self.rows.append(candidate_row(match.candidate))
            return -1
        bare = replace(match.candidate, overlap=None)
        place = self._places.setdefault(bare, len(self.rows))
        if place == len(self.rows):
            self.rows.append(candidate_row(bare))
        return -1 if place == row else place


def _decision_row(
    line: LedgerLine, *, title: str | None, matches: list[MatchRow], queries: QueriesJson | None
) -> _DecisionRow:
    scheme, name = line.key.identifier or ("", "")
    return _DecisionRow(
        note=line.key.note,
        identifier=(scheme, name) if line.key.identifier else None,
        title=title,
        decision=line.verdict,
        reason=line.reason,
        tier=line.tier,
        matched_title=line.matched_title,
        matcher_version=line.matcher_version,
        features=dict(line.features),
        ids=dict(line.identifiers),
        values=list(_values_rows(line.values)),
        other_venues=line.other_venues,
        remarks=line.remarks,
        retracted=line.retracted,
        status_checked=line.status_checked,
        matches=matches,
        queries=queries,
        last_checked=line.last_checked,
        tries=line.tries,
        query_rules=line.query_rules if line.verdict == "unmatched" else 1,
        hints=line.hints,
        written={
            name: ownership_text(line.written[name]) for name in Field if name in line.written
        },
    )


def _values_rows(values: Mapping[Field, tuple[Value, Provenance]]) -> Iterator[_ValuesRow]:
    by_source: dict[Provenance, dict[Field, Value]] = {}
    for name in Field:
        if name in values:
            value, source = values[name]
            by_source.setdefault(source, {})[name] = value
    for source, by_name in by_source.items():
        yield _ValuesRow(source.provider, source.rung, source.fetched, by_name)


def ownership_text(ownership: Ownership) -> str:
    """Return whose a value is as the ledger writes it."""
    return "|".join(f"{_MARKS[state.owner]}{state.digest}" for state in ownership.states)
