"""List the notes that a run would change, and where: the findings of `refmatter check`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from refmatter.check.output import CheckOutput
from refmatter.check.rules import DISAGREEING_NOTE, INCOMPLETE_NOTE, MISSING_NOTE, UNCHANGEABLE
from refmatter.errors import NoteError
from refmatter.findings import Finding
from refmatter.lint.rules import UNREADABLE
from refmatter.model import Change, Outcome, Remark, RemarkKind, Status
from refmatter.notes import frontmatter, vault
from refmatter.report.labels import provider_name, written
from refmatter.report.screen import Screen
from refmatter.report.sentences import disagreement_text, failure_text
from refmatter.report.summary import RunSummary
from refmatter.report.terminal import print_diffs
from refmatter.run_model import Run

_MAX_LETTERS = 60
_MAX_PEOPLE = 3


def pending_findings(run: Run) -> list[Finding]:
    """Return a finding for each note that would change, be created, or be refused, and for each
    field in which a note disagrees with its work.

    They are sorted by path and line.
    """
    unread = {id(outcome) for outcome in run.vault.refused}
    found = [
        _finding(outcome, len(run.plan.links.get(outcome.path, ())), unread=id(outcome) in unread)
        for outcome in run.outcomes
        if outcome.status is not Status.UNCHANGED
    ]
    found += [
        Finding(
            DISAGREEING_NOTE,
            outcome.path,
            disagreement_text(remark),
            _line_of(run, remark, outcome),
        )
        for outcome in run.outcomes
        for remark in outcome.remarks
        if remark.kind is RemarkKind.NOTE_DISAGREES
    ]
    return sorted(found, key=lambda outcome: outcome.sort_key)


def _finding(outcome: Outcome, links: int, *, unread: bool) -> Finding:
    """Return the finding of one outcome; `links` counts the references that would become links."""
    if outcome.status is Status.REFUSED:
        rule = UNREADABLE if unread else UNCHANGEABLE
        return Finding(rule, outcome.path, outcome.reason, outcome.line or 1)
    texts = [_change_text(change) for change in outcome.changes]
    if outcome.status is Status.CREATED:
        return Finding(MISSING_NOTE, outcome.path, f"would be made: {'; '.join(texts)}")
    if links:
        several = f"{links} references would become links"
        texts.append("1 reference would become a link" if links == 1 else several)
    removed = any(change.removed for change in outcome.changes)
    message = f"would be {'corrected' if removed else 'completed'}: {'; '.join(texts)}"
    return Finding(INCOMPLETE_NOTE, outcome.path, message, _line(outcome))


def _line(outcome: Outcome) -> int:
    """Return the line of the first key that gets a value; 1 if all keys are new."""
    before = outcome.before or b""
    keys = [str(key) for key, _ in frontmatter.read(before).entries]
    changed = {change.key for change in outcome.changes}
    key_positions = frontmatter.key_positions(before)
    return min((line for key, (line, _) in zip(keys, key_positions, strict=True) if key in changed),
               default=1)  # fmt: skip


def _line_of(run: Run, remark: Remark, outcome: Outcome) -> int | None:
    """Return the line of the value that a remark is about; None where the note is gone, 1 where no
    key has the value."""
    try:
        data = vault.read(run.vault.root, outcome.path)
        entries, places = frontmatter.read(data).entries, frontmatter.key_positions(data)
    except NoteError:
        return None
    key = run.vault.conventions.key_in(entries, remark.field) if remark.field else None
    lines = (line for (name, _), (line, _) in zip(entries, places, strict=True) if name == key)
    return next(lines, 1)


def _change_text(change: Change) -> str:
    """Describe a change of a value, with its source.

    `year: 2020 (the catalogue)`, `citations: 3 -> 5 (OpenAlex)`, `venue: ICML removed`.
    """
    if change.removed:
        return f"{change.key}: {_shortened(change.old)} removed"
    old = "" if change.old in (None, "", []) else f"{_shortened(change.old)} -> "
    where = f" ({provider_name(change.provenance.provider)})" if change.provenance else ""
    return f"{change.key}: {old}{_shortened(change.new)}{where}"


def _shortened(value: object) -> str:
    """Return a value on one line: a list's first people, or text cut to 60 letters."""
    if isinstance(value, list | tuple):
        more = f", … ({len(value) - _MAX_PEOPLE} more)" if len(value) > _MAX_PEOPLE else ""
        return written(value[:_MAX_PEOPLE]) + more
    text = written(value)
    return (text if len(text) <= _MAX_LETTERS else text[: _MAX_LETTERS - 1] + "…") or "''"


def write_report(
    run: Run, summary: RunSummary, found: Sequence[Finding], output: CheckOutput, *, diff: bool
) -> None:
    """Write the findings and the diffs of a run.

    What is for people goes to standard error if standard output is for machines.
    """
    if diff:
        print_diffs(run.outcomes, output.summary_screen)
        if summary.changed:
            output.summary_screen.line()
    output.write(found)
    for name, failure in summary.outages.items():
        message = f"could not ask {provider_name(name)}: {failure_text(failure)}"
        Screen(sys.stderr).line(message, "warn")
