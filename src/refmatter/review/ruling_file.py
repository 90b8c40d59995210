"""Write ambiguous titles to a YAML file that a person fills in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from refmatter.model import Match
from refmatter.report import labels
from refmatter.report.sentences import difference_text, reason_text
from refmatter.review import rulings
from refmatter.review.pending import PendingTitle, PendingTitles, place_names

HEADER = """\
# Titles that refmatter is not sure of. Write behind `ruling:`
#
#   1, 2, ...       the number of the candidate that is meant
#   none            it is none of these
#   an identifier   of the work that is meant: a DOI, an arXiv id, a Semantic Scholar,
#                   OpenAlex, ACL or DBLP id, or the address of its page
#   revoke          take a ruling back (those that stand are at the end)
#
# or leave it empty to decide later. Then run: refmatter review --apply FILE
# Whatever else this file says is for you to read; changing it changes nothing.
"""
IDENTITY = ("title", "authors", "year", "venue", "identifiers")
"""What tells a candidate from another; the rest may change with time."""

PlainEntry = Mapping[str, Any]


class _Dumper(yaml.SafeDumper):
    """Writes nothing for None, so that there is room for a ruling."""


_Dumper.add_representer(
    type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", "")
)


def render(pending_titles: PendingTitles) -> str:
    """Return the text of a ruling file: the same titles give the same text."""
    parts = {
        "doubtful": [_entry(pending) for pending in pending_titles.doubtful],
        "ruled": [_entry(pending) for pending in pending_titles.ruled],
    }
    text = yaml.dump(parts, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return HEADER + text.replace("\n- title:", "\n\n- title:").replace("\nruled:", "\n\nruled:")


def candidate(match: Match) -> dict[str, Any]:
    """Return a candidate as the file shows it; what is unknown is left out."""
    work = match.candidate.work
    pro, con = labels.evidence(match.features)
    shown = {
        "title": labels.plain(work.title),
        "authors": labels.people(work.authors),
        "year": work.year,
        "venue": labels.plain(work.venue or ""),
        "cited": work.citation_count,
        "identifiers": labels.pages(work.identifiers),
        "differs": [labels.plain(difference_text(d)) for d in match.differences],
        "for": pro,
        "against": con,
        "found by": labels.found_by(match.candidate),
    }
    return {name: value for name, value in shown.items() if value not in (None, "", [])}


def _entry(pending: PendingTitle) -> dict[str, Any]:
    line = pending.line
    title = labels.plain(labels.title_text(line.title, line.key))
    entry: dict[str, Any] = {"title": title, "key": str(line.key)}
    entry["why"] = labels.plain(reason_text(line.reason))
    if pending.places:
        entry["stands in"] = place_names(pending.places, most=12)
    if pending.candidates:
        entry["candidates"] = {n: candidate(m) for n, m in enumerate(pending.candidates, 1)}
    if line.verdict == "ruled":
        entry["ruled"] = ruled(pending)
    return entry | {"ruling": None}


def ruled(pending: PendingTitle) -> str:
    """Return a ruling in words."""
    line = pending.line
    if not line.identifiers:
        return "none of these"
    known = rulings.named(line, line.identifiers)
    if known is not None:
        return f"candidate {pending.candidates.index(known) + 1}"
    return ", ".join(labels.pages(line.identifiers))
