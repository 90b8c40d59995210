"""Write a report as one HTML page without network requests, scripts or fonts.

Every text goes through Jinja2's escaping; links are made from identifiers alone. What would make
the page too long is left out, and the page says so: the JSON report has all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from jinja2 import Environment, PackageLoader, StrictUndefined

from refmatter.report import figures, sentences
from refmatter.report.labels import counted, plain
from refmatter.report.report_model import ReportModel
from refmatter.report.summary import TitleStatus

_NOTES, _OPEN, _FOLDED, _TITLES = 1_000, 8, 200, 200
_BYTES = 1_500_000
"""How much is shown at most: notes, doubtful titles with their candidates unfolded and folded,
titles in a list; and bytes of each of these."""
_CANDIDATES = 6
_FEW = 5
"""Unfolded even where fewer of the doubtful titles are notes' own."""


_PAGES = Environment(
    loader=PackageLoader("refmatter.report"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.globals |= {
    "figures": figures,
    "sentences": sentences,
    "plain": plain,
    "most": _CANDIDATES,
    "titles": _TITLES,
}
_PAGES.filters |= {"share": figures.share, "counted": counted}


def render(report: ReportModel) -> str:
    """Return the page, the same for the same report."""
    first = min(_OPEN, max(_FEW, sentences.own_titles(report)))
    macros = vars(_PAGES.get_template("parts.html").module)
    return _PAGES.get_template("report.html").render(
        report=report,
        summary=report.summary,
        unchecked=report.summary.titles.get(TitleStatus.COULD_NOT_CHECK, 0),
        ambiguous=_fitting(macros["ambiguous_title"], report.ambiguous[:first], _OPEN),
        folded=_fitting(macros["folded"], report.ambiguous[first:], _FOLDED),
        changes=_fitting(macros["note"], sentences.in_order(report), _NOTES),
    )


def _fitting(show: Callable[..., str], items: Iterable[object], most: int) -> list[str]:
    """Return what is shown of each, of as many as there is room for."""
    texts: list[str] = []
    room = _BYTES
    for item in items:
        text = show(item)
        room -= len(text.encode())
        if len(texts) == most or room < 0:
            break
        texts.append(text)
    return texts
