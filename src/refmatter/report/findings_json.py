"""Write findings as JSON for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from refmatter.findings import Finding, FindingRule
from refmatter.report.labels import from_repository

VERSION = 1
"""Of the JSON: raised when a key changes its meaning or goes away."""


def render(findings: Sequence[Finding], rules: Sequence[FindingRule], root: Path) -> Iterator[str]:
    """Return the lines of one object; paths start from the top of the repository."""
    del rules
    called = from_repository(root)
    rows = [
        {
            "rule": finding.rule.name,
            "severity": finding.rule.severity.value,
            "path": called(finding.path),
            "line": finding.line,
            "column": finding.column,
            "message": finding.message,
            "fixable": finding.fixable,
        }
        for finding in findings
    ]
    return iter(json.dumps({"version": VERSION, "findings": rows}, indent=2).splitlines())
