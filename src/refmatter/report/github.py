"""Findings -> workflow commands, which GitHub shows as annotations at file and line.

The form and its escapes are those of the runner: `docs.github.com`, "Workflow commands for
GitHub Actions", and `@actions/core`, `command.ts`. GitHub shows ten errors and ten warnings of
a step, and fifty annotations of a job; all of them stand in the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from refmatter.findings import Finding
from refmatter.report.labels import PathLabel


def render(findings: Sequence[Finding], called: PathLabel) -> Iterator[str]:
    """A line for each finding; `called` gives a file's path from the top of the repository."""
    for each in findings:
        said = {
            "file": called(each.path),
            "line": each.line,
            "col": each.column,
            "title": f"refmatter {each.rule.name}",
        }
        told = (f"{name}={_property(str(value))}" for name, value in said.items() if value)
        yield f"::{each.rule.severity} {','.join(told)}::{_data(each.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
