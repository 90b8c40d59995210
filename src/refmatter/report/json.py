"""An Account -> one JSON object for machines, the same for the same run.

docs/report.schema.json is its schema, docs/resolve.schema.json that of a single title, both made
from schema.py."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

from refmatter.model import Accepted, Change, Lookup, Match, Outcome, Resolution, Status
from refmatter.report.report_model import AGES, AmbiguousTitle, Contribution, ReportModel
from refmatter.report.summary import verdict

VERSION = 1
"""Raised when a key changes its meaning or goes away."""
_FOREIGN = re.compile(r"[^\n -~]+")


def render(account: ReportModel) -> str:
    """The report as JSON text, keys in a fixed order, a newline at the end."""
    facts = account.facts
    said = {
        "version": VERSION,
        "dry_run": facts.dry,
        "day": account.day,
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
                "removed": each.removed,
                "left": {reason.value: n for reason, n in sorted(each.left.items())},
            }
            for name, each in facts.coverage.items()
        },
        "schema": {
            "basis": facts.basis,
            "keys": {name.value: key for name, key in facts.keys.items()},
        },
        "titles": dict(sorted(facts.titles.items())),
        "references": dict(sorted(facts.references.items())),
        "requests": dict(facts.requests),
        "given": [_given(each) for each in account.givers],
        "count_ages": {
            **{f"up_to_{days}_days": n for days, n in zip(AGES, account.ages, strict=False)},
            "older": account.ages[-1],
            "not_known": account.undated,
        },
        "years": _sorted({str(y or ""): n for y, n in account.years.items()}),
        "venues": _sorted(account.venues),
        "changed": [_outcome(outcome) for outcome in account.changed],
        "remarks": [{"path": str(o.path), "said": list(o.remarks)} for o in account.remarked],
        "refused": [
            {"path": str(o.path), "line": o.line, "reason": o.reason} for o in facts.refused
        ],
        "ambiguous": [_doubt(each) for each in account.doubts],
        "not_found": [_lookup(each) for each in account.unfound],
        "not_checked": [_lookup(each) for each in account.unasked],
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


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _given(giver: Contribution) -> dict[str, Any]:
    return {
        "provider": giver.provider,
        "by": giver.rung and giver.rung.value,
        "values": giver.values,
        "fields": {name.value: n for name, n in giver.fields.items()},
        "first": giver.first,
        "last": giver.last,
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
    said: dict[str, Any] = {
        "field": change.field.value,
        "key": change.key,
        "old": _plain(change.old),
        "new": _plain(change.new),
    }
    if change.removed:
        said["removed"] = True
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


def _doubt(doubt: AmbiguousTitle) -> dict[str, Any]:
    return {
        "title": doubt.title,
        "reason": doubt.reason,
        "notes": [str(path) for path, line in doubt.stands if line is None],
        "cited_by": [str(path) for path, line in doubt.stands if line is not None],
        "lines": [line for _, line in doubt.stands if line is not None],
        "candidates": [candidate(each) for each in doubt.matches],
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
        "differences": list(found.differences),
    }
