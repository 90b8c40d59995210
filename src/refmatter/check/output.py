"""Write the findings of `refmatter check` in the chosen format, and a summary for people."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from refmatter.check.rules import RULES
from refmatter.findings import Finding
from refmatter.report.findings import by_rule
from refmatter.report.formats import FINDINGS_FORMATS
from refmatter.report.screen import Screen


@dataclass(frozen=True, slots=True)
class CheckOutput:
    """How findings are written: format, vault and whether a summary follows.

    `format` is one of `report.formats.FINDINGS_FORMATS`; `quiet` leaves the summary out.
    """

    root: Path
    format: str
    quiet: bool

    def write(self, findings: Sequence[Finding]) -> None:
        """Write the findings to standard output, and how many there are."""
        fails = any(finding.rule.fails for finding in findings)
        if self.quiet and self.format == "text" and not fails:
            return
        out = Screen(sys.stdout)
        for line in FINDINGS_FORMATS[self.format].writer()(findings, RULES, self.root):
            out.line(line)
        if self.quiet:
            return
        if findings and self.format == "text":
            out.line()
        parts = [] if fails else ["nothing would change"]
        parts += [f"{len(findings)} found: {by_rule(findings)}"] if findings else []
        self.summary_screen.line("; ".join(parts), "bold")

    @property
    def summary_screen(self) -> Screen:
        """The stream for people: standard error if standard output is for machines."""
        for_people = FINDINGS_FORMATS[self.format].for_people
        return Screen(sys.stdout if for_people else sys.stderr)
