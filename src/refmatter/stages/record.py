"""Record in the ledger what a run intends to write, and then what it has written.

The ledger changes in these two places only. In between it holds both states of each note that is
being written, so that a run that is killed takes no value of ours for a person's, and none of a
person's for ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from refmatter.fields import Field
from refmatter.model import LookupKey, Outcome, Ownership, Patch, Status, names_work
from refmatter.resolve.answers import Answers
from refmatter.schema.conventions import ABSENT, Conventions
from refmatter.stages.learn import Vault
from refmatter.stages.merge import is_about_another_work
from refmatter.stages.plan import Plan
from refmatter.state import ownership
from refmatter.state.ledger import Ledger

_Entries: TypeAlias = tuple[tuple[object, object], ...]


@dataclass(frozen=True, slots=True)
class IntendedPatch:
    """A patch, the key of its note in the ledger, the note's entries, and whose its values are
    before it is written."""

    patch: Patch
    key: LookupKey | None
    entries: _Entries
    before: Mapping[Field, Ownership]


def intend(
    ledger: Ledger, vault: Vault, plan: Plan, answers: Answers, patches: Sequence[Patch]
) -> tuple[IntendedPatch, ...]:
    """Put into the ledger what is known of the notes and their works, and what the patches will
    write."""
    _record_observed(ledger, plan)
    for line in answers.lines.values():
        ledger.record(line)
    _move_to_new_titles(ledger, plan, answers)
    changing = {patch.path for patch in patches}
    entries = {note.path: note.entries for note in vault.heads() if note.path in changing}
    intended = []
    for patch in patches:
        key, before = plan.of_note.get(patch.path), ledger.written(patch.path)
        one = IntendedPatch(patch, key, entries.get(patch.path, ()), before)
        intended.append(one)
        ledger.set_written(key, patch.path, _either(one, vault.conventions))
    for path, key in plan.of_note.items():
        ledger.forget(path, key)
    return tuple(intended)


def commit(ledger: Ledger, intended: Sequence[IntendedPatch], outcomes: Sequence[Outcome]) -> None:
    """Put into the ledger what was written."""
    done = (Status.WRITTEN, Status.CREATED)
    for one, outcome in zip(intended, outcomes, strict=True):
        patch, key = one.patch, one.key
        after = ownership.after_writing(patch.changes, one.entries, one.before)
        ledger.set_written(key, patch.path, after if outcome.status in done else one.before)
        ledger.forget(patch.path, key)  # a line that knew only what was taken out


def _record_observed(ledger: Ledger, plan: Plan) -> None:
    """Put into the ledger what was seen of the notes, each under the key that it has now."""
    for old, new in plan.claim.renamed.items():
        ledger.move(old, new)
    for path, written in plan.claim.seen.items():
        if written != ledger.written(path):
            ledger.set_written(plan.of_note.get(path), path, written)


def _move_to_new_titles(ledger: Ledger, plan: Plan, answers: Answers) -> None:
    """Have the line of a note's new title know what the note has from us, where its work is the
    same as before."""
    for path, line in plan.former.items():
        key = plan.of_note[path]
        resolution = answers.resolutions[key]
        known = names_work(resolution.decision) and ledger.line(key) is not None
        if known and key != line.key and not is_about_another_work(line, resolution):
            ledger.set_written(key, path, ledger.written(path))


def _either(one: IntendedPatch, conventions: Conventions) -> dict[Field, Ownership]:
    """Return what the ledger holds of a note while it is written."""
    changes, was = one.patch.changes, one.before
    new = {
        change.field: ABSENT if change.removed and not change.keep_key else change.new
        for change in changes
    }
    return ownership.either(
        was,
        ownership.after_writing(changes, one.entries, was),
        lambda name: conventions.value_or_absent(one.entries, name),
        lambda name: new[name],
    )
