"""Write patches to files, each proven before it is saved, with an outcome for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from refmatter.errors import ConflictError, NoteError
from refmatter.fields import map_key
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
        of.path,
        Status.REFUSED,
        remarks=of.remarks,
        reason=error.reason,
        line=error.line,
        yaml_fault=error.fault,
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
            _insert(grown, change.key, conventions)
    ordered = sorted(changes, key=lambda change: grown.index(change.key))
    return [
        frontmatter.KeyEdit(
            key=change.key,
            value=change.new,
            style=_style(change, conventions),
            removed=change.removed,
            keep_key=change.keep_key,
            at=_place(grown, keys, change.key),
        )
        for change in ordered
    ]


def _insert(keys: list[str], key: str, conventions: Conventions) -> None:
    """Put a key among those of its map, where the vault's order wants it."""
    beside = [other for other in keys if _map_of(keys, other) == _map_of(keys, key)]
    index = conventions.insertion_index(beside, key)
    keys.insert(keys.index(beside[index]) if index < len(beside) else len(keys), key)


def _place(grown: Sequence[str], keys: Sequence[str], key: str) -> int:
    """Return how many of the keys that are there stand before a key in its map."""
    outer = _map_of(grown, key)
    before = grown[: grown.index(key)]
    return sum(other in keys and _map_of(grown, other) == outer for other in before)


def _map_of(keys: Sequence[str], key: str) -> str:
    """Return the key of the map that a path leads into; "" for a key of the note itself."""
    return map_key(key) if map_key(key) in keys else ""


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
    for key in (*sorted({map_key(change.key) for change in patch.changes} - {""}), *values):
        if key not in order:
            _insert(order, key, conventions)
    entries = [_new_entry(key, order, values) for key in order if not _map_of(order, key)]
    body = f"\n# {patch.title}\n"
    body += f"\n## {next(iter(headings), REFERENCE_HEADINGS[0])}\n"
    return None, frontmatter.splice(f"---\n---\n{body}".encode(), entries)


def _new_entry(
    key: str, order: Sequence[str], values: Mapping[str, tuple[object, ValueStyle]]
) -> frontmatter.KeyEdit:
    """Return a key of a new note with its value, or with the map that the paths into it make."""
    inner = tuple(
        frontmatter.KeyEdit(path.rpartition(".")[2], *values[path])
        for path in order
        if _map_of(order, path) == key
    )
    value, style = values.get(key, (None, ValueStyle()))
    return frontmatter.KeyEdit(key, value, style, inner=inner)
