"""Print findings for people, and count them by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from refmatter.findings import Finding, FindingRule
from refmatter.report.labels import from_here


def render(findings: Sequence[Finding], rules: Sequence[FindingRule], root: Path) -> Iterator[str]:
    """Yield a line for each finding; paths start from the current folder."""
    del rules
    called = from_here(root)
    for finding in findings:
        place = [called(finding.path), *(str(at) for at in (finding.line, finding.column) if at)]
        mark = " [--fix]" if finding.fixable else ""
        message = " ".join(finding.message.split())
        yield f"{':'.join(place)}: {finding.rule.name} {message}{mark}"


def by_rule(findings: Sequence[Finding]) -> str:
    """Return how many findings there are of each rule, the most first: `2 listed-twice, 1
    retracted`."""
    counts = Counter(finding.rule.name for finding in findings)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{number} {name}" for name, number in ranked)
