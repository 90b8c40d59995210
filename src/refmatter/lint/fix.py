"""What is certain -> the note with it put right, proven, as an Outcome."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from refmatter.errors import NoteError
from refmatter.lint.inspect import mended, read_unmoved
from refmatter.lint.problems import Fix
from refmatter.model import Note, Outcome, Status


def fix(root: Path, note: Note, fixes: Sequence[Fix], headings: Sequence[str]) -> Outcome:
    """What comes of putting right what can be in one note; nothing is written."""
    try:
        before = read_unmoved(root, note)
        after = mended(before, fixes, headings)
    except NoteError as error:
        return Outcome(note.path, Status.REFUSED, reason=error.reason, line=error.line)
    return Outcome(note.path, Status.WRITTEN, before=before, after=after)
