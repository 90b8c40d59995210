"""The problem that a rule finds in a note, before it is known where in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from refmatter.findings import FindingRule
from refmatter.model import Note, Reference
from refmatter.notes.frontmatter import KeyEdit
from refmatter.notes.reference_repair import ReferenceRepair

Fix: TypeAlias = ReferenceRepair | KeyEdit
"""What would put it right: a change of a reference list, or a new value of a key."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a note: with a reference, a front matter entry, or the note as a whole.

    `entry` is the entry's index, from 0. `fix` would correct it, if the file allows it.
    """

    rule: FindingRule
    note: Note
    message: str
    reference: Reference | None = None
    entry: int | None = None
    fix: Fix | None = None
