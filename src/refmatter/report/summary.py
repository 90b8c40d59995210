"""Summarise a run: counts by field, what is left and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath

from refmatter.fields import LOOKED_UP, Field
from refmatter.model import (
    Accepted,
    Ambiguous,
    Failure,
    Note,
    Outcome,
    Question,
    RemarkKind,
    Resolution,
    Ruled,
    Status,
    Trouble,
    Unmatched,
    names_work,
)
from refmatter.run_model import Run
from refmatter.schema.conventions import Basis
from refmatter.state.ledger_line import LedgerLine


class TitleStatus(StrEnum):
    """What came of a title."""

    FOUND = "found"
    RULED = "ruled"
    AMBIGUOUS = "ambiguous"
    NOT_FOUND = "not found"
    NOT_IN_CATALOG = "not in the catalogue"
    """Only the catalogue was asked, and it does not have it."""
    COULD_NOT_CHECK = "could not check"
    """A provider could not be asked."""
    NOT_ASKED = "not asked"
    """No provider was to be asked: a note that lacks nothing needs none."""


class MissingReason(StrEnum):
    """Why a field is still missing."""

    NOT_FOUND = "not found"
    NOT_IN_CATALOG = "not in the catalogue"
    NO_TITLE = "no title"
    AMBIGUOUS = "ambiguous"
    COULD_NOT_CHECK = "could not check"
    NOT_ASKED = "not asked"
    NOT_KNOWN = "not known"
    TAKEN_OUT = "taken out by you"
    DISAGREES = "disagrees"
    REFUSED = "note refused"


@dataclass(slots=True)
class FieldCoverage:
    """How a field stands over all paper notes, in notes."""

    notes: int = 0
    missing: int = 0
    filled: int = 0
    refreshed: int = 0
    left: Counter[MissingReason] = field(default_factory=Counter)
    removed: int = 0

    @property
    def before(self) -> int:
        """How many notes had it."""
        return self.notes - self.missing

    @property
    def after(self) -> int:
        """How many notes have it when the run is over."""
        return self.before + self.filled - self.removed


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run found and did, in numbers and lists.

    `titles` and `references` count lookups by status: those that notes are about, and those
    that only reference lists name. `outages` are services that could not be asked though the
    run was not offline, where something is left open that they might have known, with their
    first failure. `disagreeing` are notes with other authors or another year than their work.
    """

    notes: int
    papers: int
    statuses: Mapping[Status, int]
    coverage: Mapping[Field, FieldCoverage]
    titles: Mapping[TitleStatus, int]
    references: Mapping[TitleStatus, int]
    requests: Mapping[str, int]
    ambiguous: tuple[Resolution, ...]
    refused: tuple[Outcome, ...]
    outages: Mapping[str, Failure]
    dry: bool
    disagreeing: tuple[Outcome, ...] = ()
    basis: Basis = "notes"
    """Where the keys are from that notes are given."""
    keys: Mapping[Field, str] = field(default_factory=dict)
    retracted: tuple[LedgerLine, ...] = ()
    """What the ledger says of the works that are newly known as retracted."""
    published_since: tuple[Outcome, ...] = ()
    """Notes whose own values are those of a preprint, while its publication was found."""
    other_formats: Mapping[str, int] = field(default_factory=dict)
    """How many files have front matter in a format that is not read, by its name."""

    @property
    def changed(self) -> int:
        """How many notes were, or would be, written or made."""
        return self.statuses.get(Status.WRITTEN, 0) + self.statuses.get(Status.CREATED, 0)


def title_status(resolution: Resolution) -> TitleStatus:
    """Return what came of a title that was looked up."""
    match resolution.decision:
        case Accepted():
            return TitleStatus.FOUND
        case Ambiguous():
            return TitleStatus.AMBIGUOUS
        case Unmatched():
            return unmatched_status(resolution.queries)
        case Ruled():
            return TitleStatus.RULED
        case _:
            failed = bool(resolution.failures)
            return TitleStatus.COULD_NOT_CHECK if failed else TitleStatus.NOT_ASKED


def unmatched_status(queries: Iterable[Question]) -> TitleStatus:
    """Return the status of a title that was not found. If only the catalogue was asked, a service
    may still have it."""
    asked = {query.provider for query in queries}
    return TitleStatus.NOT_IN_CATALOG if asked == {"catalog"} else TitleStatus.NOT_FOUND


def summarise(run: Run) -> RunSummary:
    """Return the summary of a run: counts by field, title and status."""
    outcomes = {outcome.path: outcome for outcome in run.outcomes}
    titles = Counter[TitleStatus]()
    references = Counter({TitleStatus(name): n for name, n in run.plan.settled.items()})
    doubtful: list[Resolution] = []
    troubled: list[Resolution] = []
    for resolution in run.resolutions.values():
        (titles if resolution.lookup.notes else references)[title_status(resolution)] += 1
        if isinstance(resolution.decision, Ambiguous):
            doubtful.append(resolution)
        if resolution.failures:
            troubled.append(resolution)
    return RunSummary(
        notes=len(run.vault.notes) + len(run.vault.unread),
        papers=sum(True for _ in run.vault.heads()),
        statuses=Counter(outcome.status for outcome in run.outcomes),
        coverage=_coverage(run, run.vault.heads(), outcomes),
        titles=titles,
        references=references,
        requests=run.requests,
        ambiguous=tuple(doubtful),
        refused=tuple(o for o in run.outcomes if o.status is Status.REFUSED),
        outages=_unless_offline(run.not_renewed) | _outages(troubled),
        dry=run.dry,
        disagreeing=tuple(filter(is_disagreeing, run.outcomes)),
        basis=run.vault.conventions.basis,
        keys={name: form.key for name, form in run.vault.conventions.forms.items()},
        retracted=run.retracted,
        published_since=tuple(filter(is_of_preprint, run.outcomes)),
        other_formats=Counter(run.vault.other_formats.values()),
    )


def _coverage(
    run: Run, papers: Iterable[Note], outcomes: Mapping[PurePosixPath, Outcome]
) -> dict[Field, FieldCoverage]:
    forms = run.vault.conventions.forms
    kept = forms.keys() & run.only
    counted = {
        name: FieldCoverage() for name in (Field.TITLE, *LOOKED_UP, Field.KEY) if name in kept
    }
    held = run.vault.conventions.value_of
    for note in papers:
        outcome = outcomes.get(note.path)
        done = {change.field: change for change in outcome.changes} if outcome else {}
        lacking = {name for name in counted if held(note.entries, name) is None}
        # Of most notes of a large vault it need not be worked out.
        key = run.plan.of_note.get(note.path) if lacking else None
        resolution = run.resolutions.get(key) if key else None
        for name, coverage in counted.items():
            coverage.notes += 1
            lacked = name in lacking
            coverage.missing += lacked
            removed = name in done and done[name].removed
            coverage.removed += removed
            coverage.refreshed += name in done and not (lacked or removed)
            if lacked and name in done and done[name].new not in ("", None):
                coverage.filled += 1
            elif lacked:
                gone = name in run.emptied.get(note.path, ())
                coverage.left[MissingReason.TAKEN_OUT if gone else _why(resolution, outcome)] += 1
    if Field.TITLE in counted and not counted[Field.TITLE].filled:
        del counted[Field.TITLE]  # it stands in the heading too: nobody misses it
    return counted


def _why(resolution: Resolution | None, outcome: Outcome | None) -> MissingReason:
    if outcome is not None and outcome.status is Status.REFUSED:
        return MissingReason.REFUSED
    if resolution is None:
        return MissingReason.NO_TITLE
    if outcome is not None and is_disagreeing(outcome) and not _is_changed(outcome):
        return MissingReason.DISAGREES
    return _MISSING[title_status(resolution)]


_MISSING = {
    TitleStatus.FOUND: MissingReason.NOT_KNOWN,
    TitleStatus.RULED: MissingReason.NOT_KNOWN,
    TitleStatus.AMBIGUOUS: MissingReason.AMBIGUOUS,
    TitleStatus.NOT_FOUND: MissingReason.NOT_FOUND,
    TitleStatus.NOT_IN_CATALOG: MissingReason.NOT_IN_CATALOG,
    TitleStatus.COULD_NOT_CHECK: MissingReason.COULD_NOT_CHECK,
    TitleStatus.NOT_ASKED: MissingReason.NOT_ASKED,
}


def is_disagreeing(outcome: Outcome) -> bool:
    """Whether a note has other authors or another year than its work."""
    return any(remark.kind is RemarkKind.NOTE_DISAGREES for remark in outcome.remarks)


def is_of_preprint(outcome: Outcome) -> bool:
    """Whether a person gave a note values of a preprint, and its publication was found."""
    return any(remark.kind is RemarkKind.PUBLISHED_SINCE for remark in outcome.remarks)


def _is_changed(outcome: Outcome) -> bool:
    """Whether a note got more than its key: one that its work disagrees with is left as it is."""
    return any(change.field is not Field.KEY for change in outcome.changes)


def _unless_offline(failures: Mapping[str, Failure]) -> dict[str, Failure]:
    return {n: failure for n, failure in failures.items() if failure.trouble is not Trouble.OFFLINE}


def _outages(resolutions: Iterable[Resolution]) -> dict[str, Failure]:
    """Return the first failure of each service, where something was left open that it might have
    known, or others' values stand in for its."""
    failures: dict[str, Failure] = {}
    for resolution in resolutions:
        lacking = resolution.lookup.wanted - resolution.values.keys()
        if names_work(resolution.decision) and not (lacking or resolution.stand_ins):
            continue
        for failure in resolution.failures:
            if failure.trouble is not Trouble.OFFLINE:
                failures.setdefault(failure.provider, failure)
    return failures
