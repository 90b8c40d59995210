"""Findings -> text for people, annotations for GitHub, JSON, or SARIF."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from refmatter import __version__
from refmatter.findings import Finding, FindingRule
from refmatter.report import github, sarif
from refmatter.report.labels import PathLabel, from_here, from_repository

FORMATS = ("text", "github", "json", "sarif")
VERSION = 1
"""Of the JSON: raised when a key changes its meaning or goes away."""


def render(
    findings: Sequence[Finding], rules: Sequence[FindingRule], root: Path, chosen: str
) -> Iterator[str]:
    """The lines of a report in the chosen one of `FORMATS`, for the vault at `root`. `rules` are
    those that were looked for."""
    if chosen == "text":
        return _text(findings, from_here(root))
    called = from_repository(root)
    if chosen == "github":
        return github.render(findings, called)
    if chosen == "sarif":
        return iter(sarif.render(findings, rules, called, __version__).splitlines())
    return iter(_json(findings, called).splitlines())


def by_rule(findings: Sequence[Finding]) -> str:
    """How many findings there are of each rule, the most first: `2 listed-twice, 1 retracted`."""
    counts = Counter(finding.rule.name for finding in findings)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{number} {name}" for name, number in ranked)


def _text(findings: Sequence[Finding], called: PathLabel) -> Iterator[str]:
    for finding in findings:
        place = [called(finding.path), *(str(at) for at in (finding.line, finding.column) if at)]
        mark = " [--fix]" if finding.fixable else ""
        yield f"{':'.join(place)}: {finding.rule.name} {' '.join(finding.message.split())}{mark}"


def _json(findings: Sequence[Finding], called: PathLabel) -> str:
    data = {
        "version": VERSION,
        "findings": [
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
        ],
    }
    return json.dumps(data, indent=2)
