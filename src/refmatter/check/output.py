"""Write the findings of `refmatter check` in the chosen format, and a summary for people."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from refmatter.check.rules import RULES
from refmatter.findings import Finding
from refmatter.report.findings import by_rule, render
from refmatter.report.screen import Screen

_READ_BY_PEOPLE = ("text", "github")
"""Formats that people read on the same stream as the summary."""


@dataclass(frozen=True, slots=True)
class CheckOutput:
    """How findings are written: format, vault and whether a summary follows.

    `format` is one of `report.findings.FORMATS`; `quiet` leaves the summary out.
    """

    root: Path
    format: str
    quiet: bool

    def write(self, findings: Sequence[Finding]) -> None:
        """Write the findings to standard output, and how many there are."""
        out = Screen(sys.stdout)
        for line in render(findings, RULES, self.root, self.format):
            out.line(line)
        if self.quiet:
            return
        if findings and self.format == "text":
            out.line()
        summary = f"{len(findings)} found: {by_rule(findings)}"
        self.summary_screen.line(summary if findings else "nothing would change", "bold")

    @property
    def summary_screen(self) -> Screen:
        """The stream for people: standard error if standard output is for machines."""
        return Screen(sys.stdout if self.format in _READ_BY_PEOPLE else sys.stderr)
