"""Patches -> files, each proven before it is saved, and an Outcome for each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from refmatter.errors import Conflict, NoteError
from refmatter.model import Change, Field, Outcome, Patch, Status, Style
from refmatter.notes import frontmatter, references, vault
from refmatter.notes.conventions import Conventions


def write(
    root: Path, patch: Patch, manner: Conventions, headings: Sequence[str], *, dry: bool
) -> Outcome:
    """Apply one patch; with `dry` only work out what would come of it."""
    try:
        make = _made if patch.create else _changed
        before, after = make(root, patch, manner, headings)
        if after == before:
            return Outcome(patch.path, Status.UNCHANGED, remarks=patch.remarks)
        if dry:
            if patch.create and vault.is_there(root, patch.path):
                raise Conflict(vault.TAKEN)
        elif patch.digest is None:
            vault.create(root, patch.path, after)
        else:
            vault.replace(root, patch.path, patch.digest, after)
    except NoteError as error:
        return Outcome(
            patch.path, Status.REFUSED, remarks=patch.remarks, reason=error.reason, line=error.line
        )
    return Outcome(
        patch.path,
        Status.CREATED if patch.create else Status.WRITTEN,
        changes=patch.changes,
        remarks=patch.remarks,
        before=before,
        after=after,
    )


def _changed(
    root: Path, patch: Patch, manner: Conventions, headings: Sequence[str]
) -> tuple[bytes, bytes]:
    before = vault.read(root, patch.path)
    if vault.digest(before) != patch.digest:
        raise Conflict("changed while refmatter was at work; run it again")
    keys = [str(key) for key, _ in frontmatter.read(before).entries]
    # Links first: a reference's line counts in the file as it was scanned.
    linked = references.link(before, patch.links, headings) if patch.links else before
    return before, frontmatter.splice(linked, _entries(patch.changes, keys, manner))


def _entries(
    changes: Sequence[Change], keys: Sequence[str], manner: Conventions
) -> list[frontmatter.Entry]:
    """The changes as entries, each new key placed where the vault's order wants it: among
    the keys that are there, and among the other new ones."""
    grown = list(keys)
    for change in changes:
        if change.key not in grown:
            grown.insert(manner.place(grown, change.key), change.key)
    ordered = sorted(changes, key=lambda change: grown.index(change.key))
    return [
        frontmatter.Entry(
            key=change.key,
            value=change.new,
            style=_style(change.field, manner),
            at=sum(key in keys for key in grown[: grown.index(change.key)]),
        )
        for change in ordered
    ]


def _style(name: Field, manner: Conventions) -> Style:
    return manner.forms[name].style


def _made(
    _root: Path, patch: Patch, manner: Conventions, headings: Sequence[str]
) -> tuple[bytes, bytes]:
    """A new note: front matter by the vault's template, its title, room for references."""
    values = {change.key: (change.new, _style(change.field, manner)) for change in patch.changes}
    for key, value in manner.template:
        values.setdefault(key, (value, manner.styles.get(key, Style())))
    order: list[str] = []
    for key in values:
        order.insert(manner.place(order, key), key)
    entries = [frontmatter.Entry(key, values[key][0], values[key][1]) for key in order]
    body = f"\n# {patch.title}\n"
    if headings:
        body += f"\n## {headings[0]}\n"
    return b"", frontmatter.splice(f"---\n---\n{body}".encode(), entries)
