"""Write the result of `refmatter lint` in the chosen format, and a summary for people."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path

from refmatter.lint.linting import LintResult
from refmatter.lint.rules import RULES
from refmatter.report.findings import by_rule
from refmatter.report.formats import FINDINGS_FORMATS
from refmatter.report.labels import counted
from refmatter.report.screen import Screen
from refmatter.report.terminal import print_diffs


def write_report(
    result: LintResult, root: Path, disabled: Collection[str], output_format: str, *, diff: bool
) -> None:
    """Write findings, diffs and summary; `disabled` are the rules that were left out.

    What is for people goes to standard error if standard output is for machines.
    """
    out = Screen(sys.stdout)
    for_people = FINDINGS_FORMATS[output_format].for_people
    screen = out if for_people else Screen(sys.stderr)
    if diff:
        print_diffs(result.outcomes, screen)
        if result.fixed:
            screen.line()
    rules = [rule for name, rule in RULES.items() if name not in disabled]
    for line in FINDINGS_FORMATS[output_format].writer()(result.inspection.findings, rules, root):
        out.line(line)
    if output_format == "text" and result.inspection.findings:
        screen.line()
    for outcome in result.refused:
        Screen(sys.stderr).line(f"left as it is: {outcome.path}: {outcome.reason}", "warn")
    screen.line(_summary(result), "bold")


def _summary(result: LintResult) -> str:
    """Return how much was found and fixed: `3 findings in 40 notes: ...; --fix puts 1 right`."""
    findings, notes = result.inspection.findings, result.inspection.notes
    text = f"{counted(notes, 'paper note')}: nothing found"
    if findings:
        text = f"{counted(len(findings), 'finding')} in {counted(notes, 'paper note')}"
        text += f": {by_rule(findings)}"
    fixable = sum(finding.fixable for finding in findings)
    if result.outcomes:
        were = "was" if result.fixed == 1 else "were"
        text += f"; {result.fixed} {'would be' if result.dry_run else were} put right"
        if result.fixed and not result.dry_run:
            text += " (`refmatter undo` reverts that)"
    elif fixable:
        text += f"; --fix puts {fixable} right"
    return text
