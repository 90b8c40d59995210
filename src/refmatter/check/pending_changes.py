"""A Run that wrote nothing -> findings: which notes would change, where, and what they lack."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from refmatter.check.output import people, show
from refmatter.check.rules import INCOMPLETE_NOTE, MISSING_NOTE, UNCHANGEABLE
from refmatter.findings import Finding
from refmatter.lint.rules import UNREADABLE
from refmatter.model import Change, Outcome, Status
from refmatter.notes import frontmatter
from refmatter.pipeline import Run
from refmatter.report.labels import provider_name
from refmatter.report.screen import Screen
from refmatter.report.sentences import failure_text
from refmatter.report.summary import RunSummary
from refmatter.report.terminal import show_diffs

_SHOWN = 60
_PEOPLE = 3


def findings(run: Run) -> list[Finding]:
    """One for each note that would change, would be made, or cannot be read or changed; as one
    reads the files."""
    unread = {id(each) for each in run.vault.refused}
    found = [
        _finding(each, len(run.plan.links.get(each.path, ())), unread=id(each) in unread)
        for each in run.outcomes
        if each.status is not Status.UNCHANGED
    ]
    return sorted(found, key=lambda each: each.order)


def _finding(outcome: Outcome, links: int, *, unread: bool) -> Finding:
    if outcome.status is Status.REFUSED:
        rule = UNREADABLE if unread else UNCHANGEABLE
        return Finding(rule, outcome.path, outcome.reason, outcome.line or 1)
    told = [_told(change) for change in outcome.changes]
    if outcome.status is Status.CREATED:
        return Finding(MISSING_NOTE, outcome.path, f"would be made: {'; '.join(told)}")
    if links:
        many = f"{links} references would become links"
        told.append("1 reference would become a link" if links == 1 else many)
    removed = any(change.removed for change in outcome.changes)
    message = f"would be {'corrected' if removed else 'completed'}: {'; '.join(told)}"
    return Finding(INCOMPLETE_NOTE, outcome.path, message, _line(outcome))


def _line(outcome: Outcome) -> int:
    """The line of the first key that gets a value; where all are new, that of the front matter."""
    before = outcome.before or b""
    keys = [str(key) for key, _ in frontmatter.read(before).entries]
    changed = {change.key for change in outcome.changes}
    places = frontmatter.places(before)
    return min((line for key, (line, _) in zip(keys, places, strict=True) if key in changed),
               default=1)  # fmt: skip


def _told(change: Change) -> str:
    """`year: 2020 (the catalogue)`, `citations: 3 -> 5 (OpenAlex)`, `venue: ICML removed`."""
    if change.removed:
        return f"{change.key}: {_shown(change.old)} removed"
    old = "" if change.old in (None, "", []) else f"{_shown(change.old)} -> "
    where = f" ({provider_name(change.provenance.provider)})" if change.provenance else ""
    return f"{change.key}: {old}{_shown(change.new)}{where}"


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        more = f", … ({len(value) - _PEOPLE} more)" if len(value) > _PEOPLE else ""
        return ", ".join(str(each) for each in value[:_PEOPLE]) + more
    text = " ".join(str(value).split())
    return (text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…") or "''"


def tell(  # noqa: PLR0913 - a run, and how it is to be told
    run: Run, facts: RunSummary, found: Sequence[Finding], chosen: str, *, diff: bool, quiet: bool
) -> None:
    """Write the findings in the chosen format; what is for people goes to standard error where
    machines read. With `quiet` nothing is said where all is well."""
    if diff:
        show_diffs(run.outcomes, people(chosen))
        if facts.changed:
            people(chosen).line()
    show(found, run.vault.root, chosen, quiet=quiet)
    for name, failure in facts.outages.items():
        message = f"could not ask {provider_name(name)}: {failure_text(failure)}"
        Screen(sys.stderr).line(message, "warn")
