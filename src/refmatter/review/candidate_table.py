"""Show an ambiguous title on a terminal: where it is used, and its candidates side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from rich import box
from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from refmatter.model import Match
from refmatter.report import labels
from refmatter.report.sentences import difference_text, reason_text
from refmatter.review.pending import PendingTitle, place_names
from refmatter.titles import title_key

_WORD = re.compile(r"[^\W_]+")
_LABEL = 12
_LEAST = 30
"""Columns of a terminal that labels take, and the fewest a candidate beside another one has."""


def view(pending: PendingTitle, number: int, total: int, width: int) -> RenderableType:
    """Return an ambiguous title, `number` of `total`, as a table for a terminal of so many
    columns."""
    candidates = list(enumerate(pending.candidates, 1))
    columns = max(1, (width - _LABEL) // _LEAST)
    rows = [_cells(match, pending.line.title) for match in pending.candidates]
    alike = {name for name in rows[0] if _same(row[name] for row in rows)} if rows[1:] else set()
    tables = [
        _table(candidates[start : start + columns], rows[start : start + columns], alike)
        for start in range(0, len(candidates), columns)
    ]
    return Group(
        *_header(pending, number, total), *(part for t in tables for part in (Text(), t)), Text()
    )


def _header(pending: PendingTitle, number: int, total: int) -> Iterator[RenderableType]:
    line = pending.line
    yield Rule(f"{number} of {total}", align="left", style="dim")
    yield Text(labels.plain(labels.title_text(line.title, line.key)), style="bold")
    yield _labelled("doubtful", labels.plain(reason_text(line.reason)), "yellow")
    yield _labelled("stands in", ", ".join(place_names(pending.places, most=4)))
    if not pending.candidates:
        yield _labelled("candidates", "none are known")


def _labelled(label: str, text: str, style: str = "") -> RenderableType:
    row = Table.grid(padding=(0, 1, 0, 0))
    row.add_column(width=_LABEL - 1)
    row.add_column(overflow="fold")
    row.add_row(Text(label, style="dim"), Text(text, style=style))
    return row


def _table(
    candidates: Sequence[tuple[int, Match]], rows: Sequence[dict[str, Text]], alike: set[str]
) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD, expand=True, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0)
    )
    table.add_column("", width=_LABEL - 2, style="dim")
    for number, _ in candidates:
        table.add_column(Text(f"{number}", style="bold cyan"), ratio=1, overflow="fold")
    for name in rows[0]:
        cells = [row[name] for row in rows]
        if any(cells):
            for cell in cells:
                cell.stylize_before("dim" if name in alike else "")
            table.add_row(name, *cells)
    return table


def _same(cells: Iterator[Text]) -> bool:
    return len({cell.plain for cell in cells}) == 1


def _cells(match: Match, query: str) -> dict[str, Text]:
    """Return a candidate's fields by their labels; what it does not have is empty."""
    candidate, work = match.candidate, match.candidate.work
    pro, con = labels.evidence(match.features)
    citations = "" if work.citation_count is None else f"{work.citation_count:,} times"
    differences = [labels.plain(difference_text(d)) for d in match.differences]
    return {
        "title": marked(work.title, query),
        "authors": Text(labels.people(work.authors)),
        "year": Text("" if work.year is None else str(work.year)),
        "venue": Text(labels.plain(work.venue or "")),
        "cited": Text(citations),
        "names": Text("\n".join(labels.names(work.identifiers)) or "no identifier"),
        "found by": Text(labels.found_by(candidate)),
        "differs": Text("\n".join(differences), style="yellow"),
        "for": Text(pro, style="green"),
        "against": Text(con, style="red"),
    }


def marked(title: str, query: str) -> Text:
    """Return a candidate's title, with the words marked that the query does not have."""
    text = Text(labels.plain(title))
    if title_key(title) == title_key(query):
        return text
    found = list(_WORD.finditer(text.plain))
    theirs = [title_key(word[0]) for word in _WORD.finditer(labels.plain(query))]
    keys = [title_key(word[0]) for word in found]
    for kind, _, _, start, end in SequenceMatcher(None, theirs, keys, autojunk=False).get_opcodes():
        if kind in ("insert", "replace"):
            text.stylize("bold yellow underline", found[start].start(), found[end - 1].end())
    return text
