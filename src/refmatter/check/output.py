"""Findings of `refmatter check` -> standard output in the chosen format, a word for people."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from refmatter.check.rules import RULES
from refmatter.findings import Finding
from refmatter.report.findings import by_rule
from refmatter.report.formats import FINDINGS_FORMATS
from refmatter.report.screen import Screen


def show(found: Sequence[Finding], root: Path, chosen: str, *, quiet: bool) -> None:
    """The findings on standard output, in the chosen format, and how many there are."""
    out = Screen(sys.stdout)
    for line in FINDINGS_FORMATS[chosen].writer()(found, RULES, root):
        out.line(line)
    if not quiet:
        if found and chosen == "text":
            out.line()
        told = f"{len(found)} found: {by_rule(found)}" if found else "nothing would change"
        people(chosen).line(told, "bold")


def people(chosen: str) -> Screen:
    """Where people read, in a run whose findings are written in the chosen format."""
    return Screen(sys.stdout if FINDINGS_FORMATS[chosen].for_people else sys.stderr)
