"""Write findings as SARIF 2.1.0, for code scanning services.

The names are those of the standard (OASIS, "Static Analysis Results Interchange Format
2.1.0"). Paths are relative to `%SRCROOT%`, the top of the repository, wherever that lies.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from refmatter import __version__
from refmatter.findings import Finding, FindingRule
from refmatter.report.labels import PathLabel, from_repository

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_BASE = "%SRCROOT%"


def render(findings: Sequence[Finding], rules: Sequence[FindingRule], root: Path) -> Iterator[str]:
    """Return the lines of the log; paths start from the top of the repository."""
    called = from_repository(root)
    index = {rule.name: number for number, rule in enumerate(rules)}
    driver = {
        "name": "refmatter",
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_BASE: {"description": {"text": "The top of the repository."}}},
        "results": [_result(finding, index, called) for finding in findings],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return iter(json.dumps(log, indent=2).splitlines())


def _rule(rule: FindingRule) -> dict[str, Any]:
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.summary},
        "help": {"text": rule.help},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _result(finding: Finding, index: dict[str, int], called: PathLabel) -> dict[str, Any]:
    place: dict[str, Any] = {
        "artifactLocation": {"uri": _uri(called(finding.path)), "uriBaseId": _BASE}
    }
    if finding.line:
        region = {"startLine": finding.line, "startColumn": finding.column}
        place["region"] = {name: number for name, number in region.items() if number}
    return {
        "ruleId": finding.rule.name,
        "ruleIndex": index[finding.rule.name],
        "level": finding.rule.severity.value,
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": place}],
    }


def _uri(path: str) -> str:
    """Return a path as a relative URI; one that is whole stays whole."""
    return quote(path)
