"""Write findings as GitHub workflow commands, shown as annotations at file and line.

The form and its escapes are those of the runner: `docs.github.com`, "Workflow commands for
GitHub Actions", and `@actions/core`, `command.ts`. GitHub shows ten errors and ten warnings of
a step, and fifty annotations of a job; all of them stand in the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from refmatter.findings import Finding, FindingRule, Severity
from refmatter.report.labels import from_repository

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(findings: Sequence[Finding], rules: Sequence[FindingRule], root: Path) -> Iterator[str]:
    """Yield a line for each finding; paths start from the top of the repository."""
    del rules
    called = from_repository(root)
    for finding in findings:
        properties = {
            "file": called(finding.path),
            "line": finding.line,
            "col": finding.column,
            "title": f"refmatter {finding.rule.name}",
        }
        pairs = (f"{name}={_property(str(value))}" for name, value in properties.items() if value)
        yield f"::{_COMMANDS[finding.rule.severity]} {','.join(pairs)}::{_data(finding.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
