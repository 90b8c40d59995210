"""The rules of `refmatter check`."""

from __future__ import annotations

from refmatter.findings import FindingRule, Severity
from refmatter.lint.rules import UNREADABLE

INCOMPLETE_NOTE = FindingRule(
    "incomplete-note",
    Severity.WARNING,
    "A note lacks values or links that refmatter can add, or has values that refmatter wrote for "
    "another work.",
    "Run `refmatter enrich` and commit the notes and the ledger.",
)
MISSING_NOTE = FindingRule(
    "missing-note",
    Severity.WARNING,
    "A reference has no note of its own, and config.yaml asks for one (`references.create`).",
    "Run `refmatter enrich` and commit the notes and the ledger.",
)
UNCHANGEABLE = FindingRule(
    "unchangeable",
    Severity.ERROR,
    "A note lacks something, but nothing can be put into it safely.",
    "Correct the line that is named. Until then `refmatter enrich` does not change the note.",
)
DISAGREEING_NOTE = FindingRule(
    "disagreeing-note",
    Severity.NOTE,
    "A note has other authors or another year than its work, so nothing is filled in it. The check "
    "does not fail by it.",
    "Correct the note or its identifier; `refmatter why` shows its work.",
)
RULES = (INCOMPLETE_NOTE, MISSING_NOTE, UNCHANGEABLE, DISAGREEING_NOTE, UNREADABLE)
"""UNREADABLE is lint's: it is the same finding."""
