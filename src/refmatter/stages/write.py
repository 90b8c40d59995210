"""Write patches to files, each proven before it is saved, with an outcome for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from refmatter.errors import ConflictError, NoteError
from refmatter.model import Change, Outcome, Patch, Status, ValueStyle
from refmatter.notes import frontmatter, references, vault
from refmatter.notes.references.headings import REFERENCE_HEADINGS
from refmatter.schema.conventions import Conventions
from refmatter.state.journal import FileChange, Journal

AT_ONCE = 64
"""So many notes are put into the journal at once, since having that on disk takes its time."""


def write(
    root: Path,
    patches: Sequence[Patch],
    conventions: Conventions,
    headings: Sequence[str],
    journal: Journal | None,
) -> list[Outcome]:
    """Apply the patches; without a journal only work out what would come of them."""
    outcomes: list[Outcome] = []
    for start in range(0, len(patches), AT_ONCE):
        some = patches[start : start + AT_ONCE]
        proven = [_proven(root, patch, conventions, headings) for patch in some]
        outcomes += proven if journal is None else save(root, proven, journal)
    return outcomes


def save(root: Path, proven: Sequence[Outcome], journal: Journal) -> Iterator[Outcome]:
    """Put the bytes of outcomes on disk: each file is in the journal before it is replaced, and
    taken out of it where it could not be."""
    changed = [outcome for outcome in proven if outcome.before != outcome.after]
    try:
        journal.record(
            [FileChange(outcome.path, outcome.before, outcome.after) for outcome in changed]
        )
    except NoteError as error:
        for outcome in proven:
            yield _refused(outcome, error) if outcome in changed else outcome
        return
    for outcome in proven:
        try:
            _put(root, outcome)
        except NoteError as error:
            journal.void(outcome.path)
            yield _refused(outcome, error)
        else:
            yield outcome


def _put(root: Path, outcome: Outcome) -> None:
    if outcome.before == outcome.after:
        return
    if outcome.before is None and outcome.after is not None:
        vault.create(root, outcome.path, outcome.after)
    elif outcome.before is not None and outcome.after is None:
        vault.remove(root, outcome.path, vault.digest(outcome.before))
    elif outcome.before is not None and outcome.after is not None:
        vault.replace(root, outcome.path, vault.digest(outcome.before), outcome.after)


def _refused(of: Outcome | Patch, error: NoteError) -> Outcome:
    return Outcome(
        of.path, Status.REFUSED, remarks=of.remarks, reason=error.reason, line=error.line
    )


def _proven(root: Path, patch: Patch, conventions: Conventions, headings: Sequence[str]) -> Outcome:
    """Return what would come of a patch."""
    try:
        make = _new_note_bytes if patch.create else _changed
        before, after = make(root, patch, conventions, headings)
        if patch.create and vault.exists(root, patch.path):
            raise ConflictError(vault.NAME_TAKEN)
    except NoteError as error:
        return _refused(patch, error)
    if after == before:
        return Outcome(patch.path, Status.UNCHANGED, remarks=patch.remarks)
    return Outcome(
        patch.path,
        Status.CREATED if patch.create else Status.WRITTEN,
        changes=patch.changes,
        remarks=patch.remarks,
        before=before,
        after=after,
    )


def _changed(
    root: Path, patch: Patch, conventions: Conventions, headings: Sequence[str]
) -> tuple[bytes | None, bytes]:
    before = vault.read(root, patch.path)
    if vault.digest(before) != patch.digest:
        raise ConflictError("changed while refmatter was at work; run it again")
    keys = [str(key) for key, _ in frontmatter.read(before).entries]
    # Links first: a reference's line counts in the file as it was scanned.
    linked = references.link(before, patch.links, headings) if patch.links else before
    return before, frontmatter.splice(linked, _entries(patch.changes, keys, conventions))


def _entries(
    changes: Sequence[Change], keys: Sequence[str], conventions: Conventions
) -> list[frontmatter.KeyEdit]:
    """Return the changes as entries, each new key placed where the vault's order wants it: among
    the keys that are there, and among the other new ones."""
    grown = list(keys)
    for change in changes:
        if change.key not in grown:
            grown.insert(conventions.insertion_index(grown, change.key), change.key)
    ordered = sorted(changes, key=lambda change: grown.index(change.key))
    return [
        frontmatter.KeyEdit(
            key=change.key,
            value=change.new,
            style=_style(change, conventions),
            removed=change.removed,
            keep_key=change.keep_key,
            at=sum(key in keys for key in grown[: grown.index(change.key)]),
        )
        for change in ordered
    ]


def _style(change: Change, conventions: Conventions) -> ValueStyle:
    return conventions.form_of(change.field, change.key).style


def _new_note_bytes(
    _root: Path, patch: Patch, conventions: Conventions, headings: Sequence[str]
) -> tuple[bytes | None, bytes]:
    """Return the bytes of a new note: front matter by the template, title, room for references."""
    values = {change.key: (change.new, _style(change, conventions)) for change in patch.changes}
    for key, value in conventions.template:
        values.setdefault(key, (value, conventions.styles.get(key, ValueStyle())))
    order: list[str] = []
    for key in values:
        order.insert(conventions.insertion_index(order, key), key)
    entries = [frontmatter.KeyEdit(key, values[key][0], values[key][1]) for key in order]
    body = f"\n# {patch.title}\n"
    body += f"\n## {next(iter(headings), REFERENCE_HEADINGS[0])}\n"
    return None, frontmatter.splice(f"---\n---\n{body}".encode(), entries)
