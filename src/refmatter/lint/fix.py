"""What is certain -> files put right, each proven before it is saved, and an Outcome for each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from refmatter.errors import NoteError
from refmatter.lint.inspect import mended, read_unmoved
from refmatter.lint.problems import Fix
from refmatter.model import Note, Outcome, Status
from refmatter.notes import vault


def fix(
    root: Path, note: Note, fixes: Sequence[Fix], headings: Sequence[str], *, dry: bool
) -> Outcome:
    """Put right what can be in one note; with `dry` only work out what would come of it."""
    try:
        before = read_unmoved(root, note)
        after = mended(before, fixes, headings)
        if not dry:
            vault.replace(root, note.path, note.digest, after)
    except NoteError as error:
        return Outcome(note.path, Status.REFUSED, reason=error.reason, line=error.line)
    return Outcome(note.path, Status.WRITTEN, before=before, after=after)
