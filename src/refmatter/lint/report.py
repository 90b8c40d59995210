"""What was found and put right -> standard output in the chosen format, a summary for people."""

from __future__ import annotations

import sys
from pathlib import Path

from refmatter.config.settings import Config
from refmatter.lint.linting import LintResult
from refmatter.lint.rules import RULES
from refmatter.report.findings import by_rule, render
from refmatter.report.labels import counted
from refmatter.report.screen import Screen
from refmatter.report.terminal import show_diffs


def tell(done: LintResult, root: Path, config: Config, chosen: str, *, diff: bool) -> None:
    """Write the findings; what is for people goes to standard error where machines read."""
    out = Screen(sys.stdout)
    screen = out if chosen in ("text", "github") else Screen(sys.stderr)
    if diff:
        show_diffs(done.outcomes, screen)
        if done.fixed:
            screen.line()
    disabled = config.settings.lint.disable
    rules = [rule for name, rule in RULES.items() if name not in disabled]
    for line in render(done.inspection.findings, rules, root, chosen):
        out.line(line)
    if chosen == "text" and done.inspection.findings:
        screen.line()
    for each in done.refused:
        Screen(sys.stderr).line(f"left as it is: {each.path}: {each.reason}", "warn")
    screen.line(_summary(done), "bold")


def _summary(done: LintResult) -> str:
    """`12 findings in 40 notes: 11 dangling-link, 1 same-work; --fix puts 3 right`."""
    findings, notes = done.inspection.findings, done.inspection.notes
    told = f"{counted(notes, 'paper note')}: nothing found"
    if findings:
        told = f"{counted(len(findings), 'finding')} in {counted(notes, 'paper note')}"
        told += f": {by_rule(findings)}"
    fixable = sum(each.fixable for each in findings)
    if done.outcomes:
        were = "was" if done.fixed == 1 else "were"
        told += f"; {done.fixed} {'would be' if done.dry else were} put right"
    elif fixable:
        told += f"; --fix puts {fixable} right"
    return told
