"""Facts and outcomes -> one JSON object for machines, the same for the same run."""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any

from refmatter.model import Accepted, Ambiguous, Change, Match, Outcome, Resolution, Status
from refmatter.pipeline import Run
from refmatter.report.facts import Facts, verdict

VERSION = 1
"""Raised when a key changes its meaning or goes away."""

_FOREIGN = re.compile(r"[^\n -~]+")


def render(run: Run, facts: Facts) -> str:
    """The report as JSON text, keys in a fixed order, a newline at the end."""
    said = {
        "version": VERSION,
        "dry_run": facts.dry,
        "notes": {
            "files": facts.notes,
            "papers": facts.papers,
            **{status.value: facts.statuses.get(status, 0) for status in Status},
        },
        "fields": {
            name.value: {
                "notes": each.notes,
                "missing": each.missing,
                "filled": each.filled,
                "refreshed": each.refreshed,
                "left": {reason.value: n for reason, n in sorted(each.left.items())},
            }
            for name, each in facts.coverage.items()
        },
        "titles": dict(sorted(facts.titles.items())),
        "references": dict(sorted(facts.references.items())),
        "requests": dict(facts.requests),
        "changed": [_outcome(o) for o in run.outcomes if o.before != o.after],
        "remarks": [
            {"path": str(o.path), "said": list(o.remarks)} for o in run.outcomes if o.remarks
        ],
        "refused": [
            {"path": str(o.path), "line": o.line, "reason": o.reason} for o in facts.refused
        ],
        "ambiguous": [_ambiguous(r) for r in facts.ambiguous],
        "outages": dict(facts.outages),
    }
    return _text(said)


def _text(said: object) -> str:
    """As JSON, with what is not to be seen (or does something to a terminal) escaped."""
    text = json.dumps(said, ensure_ascii=False, indent=2) + "\n"
    return _FOREIGN.sub(lambda run: "".join(map(_escaped, run[0])), text)


def _escaped(letter: str) -> str:
    return letter if letter.isprintable() else json.dumps(letter)[1:-1]


def resolution(found: Resolution) -> str:
    """One title that was looked up, as JSON text."""
    decision = found.decision
    others = decision.others if isinstance(decision, Accepted) else ()
    said = {
        "version": VERSION,
        "title": found.lookup.title,
        "decision": verdict(found),
        "reason": decision.reason if decision else "",
        "identifiers": dict(found.identifiers),
        "values": {name.value: _plain(value) for name, (value, _) in found.values.items()},
        "candidates": [candidate(each) for each in (decision.matches if decision else ())],
        "others": [candidate(each) for each in others],
        "failures": [
            {"provider": f.provider, "trouble": f.trouble.value, "detail": f.detail}
            for f in found.failures
        ],
    }
    return _text(said)


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "path": str(outcome.path),
        "status": outcome.status.value,
        "changes": [_change(change) for change in outcome.changes],
    }


def _change(change: Change) -> dict[str, Any]:
    said: dict[str, Any] = {
        "field": change.field.value,
        "key": change.key,
        "old": _plain(change.old),
        "new": _plain(change.new),
    }
    if change.provenance is not None:
        said |= {
            "provider": change.provenance.provider,
            "by": change.provenance.rung.value,
            "fetched": change.provenance.fetched,
        }
    return said


def _plain(value: object) -> object:
    """A value of a note as JSON can say it; what it cannot is told as text."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    return value if isinstance(value, (str, int, type(None))) else str(value)


def _ambiguous(resolution: Resolution) -> dict[str, Any]:
    decision = resolution.decision
    matches = decision.matches if isinstance(decision, Ambiguous) else ()
    return {
        "title": resolution.lookup.title,
        "reason": decision.reason if decision else "",
        "notes": [str(path) for path in resolution.lookup.notes],
        "cited_by": [str(path) for path in resolution.lookup.cited_by],
        "candidates": [candidate(each) for each in matches],
    }


def candidate(found: Match) -> dict[str, Any]:
    """A candidate with its features, as a person or a script wants to see it."""
    work = found.candidate.work
    return {
        "title": work.title,
        "authors": list(work.authors or ()),
        "year": work.year,
        "venue": work.venue,
        "citation_count": work.citation_count,
        "reference_count": work.reference_count,
        "identifiers": dict(work.identifiers),
        "provider": found.candidate.provider,
        "rung": found.candidate.rung.value,
        "fetched": found.candidate.fetched,
        "features": dict(found.features),
        "score": found.score,
    }
