"""Write a report as one JSON object; the same run gives the same text.

docs/report.schema.json is its schema, docs/resolve.schema.json that of a single title, both made
from schema.py."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

from msgspec import to_builtins

from refmatter.model import Accepted, Change, Failure, Lookup, Match, Outcome, Resolution, Status
from refmatter.report.labels import written
from refmatter.report.report_model import AGES, AmbiguousTitle, Contribution, ReportModel
from refmatter.report.summary import FieldCoverage, title_status

VERSION = 1
"""Raised when a key changes its meaning or goes away."""
_FOREIGN = re.compile(r"[^\n -~]+")


def render(report_model: ReportModel) -> str:
    """Return the report as JSON text, keys in a fixed order, a newline at the end."""
    summary = report_model.summary
    report = {
        "version": VERSION,
        "dry_run": summary.dry,
        "day": report_model.day,
        "retracted": [
            {
                "title": line.matched_title or line.title,
                "path": line.key.note or None,
                "services": list(line.retracted),
            }
            for line in summary.retracted
        ],
        "notes": {
            "files": summary.notes,
            "papers": summary.papers,
            **{status.value: summary.statuses.get(status, 0) for status in Status},
            "other_formats": dict(sorted(summary.other_formats.items())),
        },
        "fields": {name.value: _coverage(notes) for name, notes in summary.coverage.items()},
        "schema": {
            "basis": summary.basis,
            "keys": {name.value: key for name, key in summary.keys.items()},
        },
        "titles": dict(sorted(summary.titles.items())),
        "references": dict(sorted(summary.references.items())),
        "requests": dict(summary.requests),
        "given": [_contribution(contribution) for contribution in report_model.contributions],
        "count_ages": {
            **{f"up_to_{days}_days": n for days, n in zip(AGES, report_model.ages, strict=False)},
            "older": report_model.ages[-1],
            "not_known": report_model.undated,
        },
        "years": _sorted({str(y or ""): n for y, n in report_model.years.items()}),
        "venues": _sorted(report_model.venues),
        "changed": [_outcome(outcome) for outcome in report_model.changed],
        "remarks": [
            {"path": str(o.path), "remarks": to_builtins(o.remarks)} for o in report_model.remarked
        ],
        "refused": [
            {
                "path": str(o.path),
                "line": o.line,
                "reason": o.reason,
                "kind": o.yaml_fault.kind.value if o.yaml_fault else None,
                "suggestion": o.yaml_fault.suggestion if o.yaml_fault else "",
            }
            for o in summary.refused
        ],
        "ambiguous": [_ambiguous(title) for title in report_model.ambiguous],
        "not_found": [_lookup(lookup) for lookup in report_model.unfound],
        "not_in_catalog": [_lookup(lookup) for lookup in report_model.uncatalogued],
        "not_checked": [_lookup(lookup) for lookup in report_model.unasked],
        "outages": {name: _failure(failure) for name, failure in summary.outages.items()},
    }
    return text_of(report)


def _coverage(notes: FieldCoverage) -> dict[str, Any]:
    return {
        "notes": notes.notes,
        "missing": notes.missing,
        "filled": notes.filled,
        "refreshed": notes.refreshed,
        "removed": notes.removed,
        "left": {reason.value: n for reason, n in sorted(notes.left.items())},
    }


def text_of(data: object) -> str:
    """Return data as JSON text, with invisible and control characters escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    return _FOREIGN.sub(lambda run: "".join(map(_escaped, run[0])), text)


def _escaped(letter: str) -> str:
    return letter if letter.isprintable() else json.dumps(letter)[1:-1]


def resolution(found: Resolution) -> str:
    """Return one title that was looked up, as JSON text."""
    decision = found.decision
    others = decision.others if isinstance(decision, Accepted) else ()
    report = {
        "version": VERSION,
        "title": found.lookup.title,
        "decision": title_status(found),
        "reason": to_builtins(decision.reason) if decision else None,
        "identifiers": dict(found.identifiers),
        "values": {name.value: plain_value(value) for name, (value, _) in found.values.items()},
        "candidates": [candidate(match) for match in (decision.matches if decision else ())],
        "others": [candidate(match) for match in others],
        "failures": [{"provider": f.provider} | _failure(f) for f in found.failures],
    }
    return text_of(report)


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "trouble": failure.trouble.value,
        "detail": failure.detail,
        "http_status": failure.http_status,
    }


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _contribution(contribution: Contribution) -> dict[str, Any]:
    return {
        "provider": contribution.provider,
        "by": contribution.rung and contribution.rung.value,
        "values": contribution.values,
        "fields": {name.value: n for name, n in contribution.fields.items()},
        "first": contribution.first,
        "last": contribution.last,
    }


def _lookup(lookup: Lookup) -> dict[str, Any]:
    return {"title": lookup.title, "notes": [str(path) for path in lookup.notes]}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "path": str(outcome.path),
        "status": outcome.status.value,
        "changes": [_change(change) for change in outcome.changes],
    }


def _change(change: Change) -> dict[str, Any]:
    row: dict[str, Any] = {
        "field": change.field.value,
        "key": change.key,
        "old": plain_value(change.old),
        "new": plain_value(change.new),
    }
    if change.removed:
        row["removed"] = True
    if change.provenance is not None:
        row |= {
            "provider": change.provenance.provider,
            "by": change.provenance.rung.value,
            "fetched": change.provenance.fetched,
        }
    return row


def plain_value(value: object) -> object:
    """Return a value of a note as JSON can say it; what it cannot is told as text."""
    if isinstance(value, dict):
        return {written([key]): plain_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_value(item) for item in value]
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    return value if isinstance(value, (str, int, type(None))) else str(value)


def _ambiguous(title: AmbiguousTitle) -> dict[str, Any]:
    return {
        "title": title.title,
        "reason": to_builtins(title.reason),
        "notes": [str(path) for path, line in title.places if line is None],
        "cited_by": [str(path) for path, line in title.places if line is not None],
        "lines": [line for _, line in title.places if line is not None],
        "candidates": [candidate(match) for match in title.matches],
    }


def candidate(found: Match) -> dict[str, Any]:
    """Return a candidate with its features, as a person or a script wants to see it."""
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
        "differences": to_builtins(found.differences),
    }
