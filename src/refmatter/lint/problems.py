"""What a rule says of a note, before it is known where in the file that stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from refmatter.findings import FindingRule
from refmatter.model import Note, Reference
from refmatter.notes.frontmatter import KeyEdit
from refmatter.notes.mending import NoteRepair

Fix: TypeAlias = NoteRepair | KeyEdit
"""What would put it right: a change of a reference list, or a new value of a key."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a note: with one of its references, or with the entry of that number
    (from 0) in its front matter; with neither, with the note as a whole. `fix` is what would put
    it right, if the file lets it be done."""

    rule: FindingRule
    note: Note
    message: str
    reference: Reference | None = None
    entry: int | None = None
    fix: Fix | None = None
