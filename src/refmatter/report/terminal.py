"""Print a run on a terminal: the summary, the diffs, one line for each note."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence

from refmatter.fields import DEFAULT_KEYS, Field
from refmatter.model import (
    Accepted,
    Change,
    Decision,
    Match,
    Outcome,
    Provenance,
    Resolution,
    Status,
    Trouble,
)
from refmatter.report.labels import counted, joined, provider_name, rung_name, title_text
from refmatter.report.screen import VERBATIM, Surface, Tape
from refmatter.report.sentences import (
    disagreement_text,
    failure_text,
    no_papers,
    other_format_texts,
    reason_text,
    remark_text,
    retraction_text,
)
from refmatter.report.summary import (
    FieldCoverage,
    MissingReason,
    RunSummary,
    TitleStatus,
    title_status,
)
from refmatter.run_model import Run
from refmatter.state.ledger_line import LedgerLine
from refmatter.state.run_manifest import RunOutput


def diff(outcome: Outcome) -> list[str]:
    """Return a unified diff of what became of a note."""
    old = (outcome.before or b"").decode("utf-8", "replace")
    new = (outcome.after or b"").decode("utf-8", "replace")
    origin = "/dev/null" if outcome.status is Status.CREATED else f"a/{outcome.path}"
    goal = "/dev/null" if outcome.after is None else f"b/{outcome.path}"
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), origin, goal, lineterm="")
    return list(lines)


def recorded(run: Run, counted_run: RunSummary, code: int) -> RunOutput:
    """Return the output of a run that changed nothing, to print it again if another run would print
    the same."""
    summary, trouble, notes = Tape(), Tape(), Tape()
    print_summary(counted_run, summary)
    print_trouble(counted_run, trouble)
    print_notes(run.outcomes, notes)
    return RunOutput(code, tuple(summary.kept), tuple(trouble.kept), tuple(notes.kept))


def print_diffs(outcomes: Sequence[Outcome], screen: Surface) -> None:
    """Print the diffs of all changed notes, new notes first, so that existing notes are in view at
    the end."""
    for outcome in sorted(outcomes, key=lambda outcome: outcome.status is not Status.CREATED):
        if outcome.before != outcome.after:
            for line in diff(outcome):
                header = line.startswith(("--- ", "+++ "))
                screen.line(line, "head" if header else line[:1] or VERBATIM)


def print_notes(outcomes: Sequence[Outcome], screen: Surface) -> None:
    """Print a line for each note: its status, the changed keys and their providers."""
    for outcome in outcomes:
        changes = ", ".join(_change(change) for change in outcome.changes)
        screen.line(f"{outcome.status}: {outcome.path}" + (f": {changes}" if changes else ""))
        for remark in outcome.remarks:
            screen.line(f"  {remark_text(remark)}", "warn")


def _change(change: Change) -> str:
    if change.removed:
        return f"{change.key} removed"
    where = f" ({provider_name(change.provenance.provider)})" if change.provenance else ""
    return f"{change.key}{where}"


def print_summary(summary: RunSummary, screen: Surface) -> None:
    """Print what was missing, what was filled, and what is left and why."""
    for text, colour in _summary(summary):
        screen.line(text, colour)


def _summary(summary: RunSummary) -> Iterator[tuple[str, str]]:
    yield from _retracted(summary.retracted)
    would = "would be " if summary.dry else ""
    created = summary.statuses.get(Status.CREATED, 0)
    written = summary.statuses.get(Status.WRITTEN, 0)
    made = f", {created} {would}created" if created else ""
    seen = f"{counted(summary.papers, 'paper note')} of {counted(summary.notes, 'file')}"
    yield f"{seen}: {written} {would}written{made}", "bold"
    yield from ((line, "") for line in other_format_texts(summary.other_formats))
    if summary.papers:
        yield "", ""
        yield from _table(summary.coverage)
    yield "", ""
    yield f"titles of notes: {_counts(summary.titles)}", ""
    if summary.references:
        yield f"other references: {_counts(summary.references)}", ""
    requests = ", ".join(
        f"{n} to {provider_name(provider)}" for provider, n in summary.requests.items() if n
    )
    yield f"requests: {requests or 'none'}", ""
    yield from _defaults(summary)
    if not summary.papers:
        yield "", ""
        yield from ((line, "") for line in no_papers(summary.notes))
    yield from _doubtful(summary.ambiguous, summary.dry)
    yield from _disagreeing(summary.disagreeing)
    yield from _published_since(summary.published_since)
    yield from _trouble(summary)


def _retracted(lines: Sequence[LedgerLine]) -> Iterator[tuple[str, str]]:
    """Name the works that are newly known as retracted, and who says so."""
    if lines:
        yield "Newly known as retracted:", "warn"
        yield from ((f"  {retraction_text(line)}", "") for line in lines)
        yield "", ""


def _defaults(summary: RunSummary) -> Iterator[tuple[str, str]]:
    """Say which keys the notes of a bare vault are given."""
    if summary.basis == "defaults" and summary.changed:
        keys = [f"`{key}`" for name, key in summary.keys.items() if name in DEFAULT_KEYS]
        yield "", ""
        yield f"Your notes have no keys of their own: refmatter fills {joined(keys)}.", ""
        yield "To choose others, run `refmatter init` and edit `fields` in config.yaml.", ""


def _counts(counts: Mapping[TitleStatus, int]) -> str:
    counts_text = [f"{counts[status]} {status}" for status in TitleStatus if counts.get(status)]
    return ", ".join(counts_text) or "none"


def _table(coverage: Mapping[Field, FieldCoverage]) -> Iterator[tuple[str, str]]:
    yield f"{'field':<16}{'missing':>9}{'filled':>8}{'left':>6}  why", "dim"
    for name, notes in coverage.items():
        left = sum(notes.left.values())
        parts = [f"{notes.left[reason]} {reason}" for reason in MissingReason if notes.left[reason]]
        changed = [
            *([f"{notes.refreshed} refreshed"] if notes.refreshed else []),
            *([f"{notes.removed} removed"] if notes.removed else []),
        ]
        why = "; ".join([*([", ".join(parts)] if parts else []), *changed])
        yield (
            f"{name.spec.label:<16}{notes.missing:>9}{notes.filled:>8}{left:>6}  {why}".rstrip(),
            "",
        )


def _doubtful(
    ambiguous: Sequence[Resolution], dry: bool, most: int = 10
) -> Iterator[tuple[str, str]]:
    if ambiguous:
        yield "", ""
        yield "Ambiguous, so nothing was written from them:", "warn"
    for resolution in ambiguous[:most]:
        reason = resolution.decision.reason if resolution.decision else None
        title = title_text(resolution.lookup.title, resolution.lookup.key)
        yield f"  {title}: {reason_text(reason)}", ""
    if len(ambiguous) > most:
        yield f"  … and {len(ambiguous) - most} more", ""
    if ambiguous and not dry:  # a dry run keeps nothing to review
        yield "run `refmatter review` on the same folder to settle them", ""


def _disagreeing(outcomes: Sequence[Outcome], most: int = 10) -> Iterator[tuple[str, str]]:
    """Name the notes with other authors or another year than the works that they name."""
    if not outcomes:
        return
    yield "", ""
    yield "These notes disagree with their works, so nothing was filled:", "warn"
    for outcome in outcomes[:most]:
        remarks = "; ".join(disagreement_text(remark) for remark in outcome.remarks)
        yield f"  {outcome.path}: {remarks}", ""
    if len(outcomes) > most:
        yield f"  … and {len(outcomes) - most:,} more: `--report` or `--json` lists all of them", ""
    yield "run `refmatter why` on a note to see its work", ""


def _published_since(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, str]]:
    """Name the notes with a person's values of a preprint whose publication was found."""
    if outcomes:
        yield "", ""
        yield "The publications of these preprints have appeared; your values are left:", "warn"
    for outcome in outcomes:
        remarks = "; ".join(remark_text(remark) for remark in outcome.remarks)
        yield f"  {outcome.path}: {remarks}", ""


def print_trouble(summary: RunSummary, screen: Surface) -> None:
    """Print the notes that were refused and the services that failed; nothing if there are none."""
    for text, colour in _trouble(summary):
        if text:
            screen.line(text, colour)


def print_resolution(found: Resolution, screen: Surface) -> None:
    """Print the decision on one title, its candidates and their features."""
    decision = found.decision
    reason = f": {reason_text(decision.reason)}" if decision else ""
    screen.line(f"{title_status(found)}{reason}", "bold")
    for name, (value, where) in found.values.items():
        counts_text = ", ".join(value) if isinstance(value, tuple) else value
        screen.line(f"  {name.spec.label}: {counts_text}  ({_source(where)})")
    for scheme, identifier in found.identifiers:
        screen.line(f"  {scheme}: {identifier}")
    for title, matches in (("candidates", _taken(decision)), ("others", _left_out(decision))):
        if matches:
            screen.line(f"{title}:", "dim")
        for match in matches:
            screen.line(f"  {_candidate_line(match)}")
    failures = dict.fromkeys(
        (
            "anybody" if failure.trouble is Trouble.OFFLINE else provider_name(failure.provider),
            failure.detail,
        )
        for failure in found.failures
    )
    for provider, detail in failures:
        screen.line(f"could not ask {provider}: {detail}", "warn")


def _source(where: Provenance) -> str:
    return f"{provider_name(where.provider)}, {rung_name(where.rung)}, {where.fetched}"


def _taken(decision: Decision | None) -> Sequence[Match]:
    return decision.matches if decision else ()


def _left_out(decision: Decision | None) -> Sequence[Match]:
    return decision.others if isinstance(decision, Accepted) else ()


def _candidate_line(match: Match) -> str:
    """Return a candidate with its score, people, year, venue and evidence on one line."""
    work = match.candidate.work
    people = ", ".join((work.authors or ("no authors",))[:3])
    evidence = ", ".join(f"{name} {value:g}" for name, value in match.features.items())
    return (
        f"{match.score:.2f}  {work.title} | {people} | {work.year or 'no year'} | "
        f"{work.venue or 'no venue'} | {provider_name(match.candidate.provider)}, "
        f"{rung_name(match.candidate.rung)} | {evidence}"
    )


def _trouble(summary: RunSummary) -> Iterator[tuple[str, str]]:
    if summary.refused or summary.outages:
        yield "", ""
    for outcome in summary.refused:
        where = f"{outcome.path}:{outcome.line}" if outcome.line else f"{outcome.path}"
        yield f"left as it is: {where}: {outcome.reason}", "warn"
    for name, failure in summary.outages.items():
        yield f"could not ask {provider_name(name)}: {failure_text(failure)}", "warn"
