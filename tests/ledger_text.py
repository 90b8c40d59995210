"""The text of a ledger <-> its decisions, each by itself with all that holds for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from refmatter.state.ledger_format import header
from refmatter.titles import title_key


def decisions(text: str) -> Iterator[dict[str, Any]]:
    """Yield each decision with its key as people read it, its title, candidates and questions."""
    for line in text.split("\n")[1:-1]:
        row = json.loads(line)
        for decision in row["decisions"]:
            known = row.get("candidates", [])
            matches = decision.get("matches", [])
            candidates = [
                known[match.get("candidate", own)] | match for own, match in enumerate(matches)
            ]
            yield {
                "key": _key(title_key(row["title"]), decision),
                "title": row["title"],
                "queries": row.get("queries", {}),
                **decision,
                "candidates": candidates,
            }


def _key(title: str, decision: dict[str, Any]) -> str:
    if "note" in decision:
        return f"{title}@{decision['note']}"
    return f"{title}#{':'.join(decision['identifier'])}" if "identifier" in decision else title


def row(title: str, *decisions: dict[str, object]) -> str:
    """Return the row of a title: decisions are accepted unless they say otherwise."""
    accepted = {"decision": "accepted", "reason": {"kind": "equal_title"}}
    return json.dumps({"title": title, "decisions": [accepted | each for each in decisions]})


def ledger_text(*rows: str) -> str:
    return "".join(f"{line}\n" for line in (header(), *rows))
