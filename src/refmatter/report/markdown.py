"""Write a report as GitHub-flavoured Markdown, for a pull request or a job's summary.

What comes from notes and services stays text there: no markup, no HTML, no mention of anybody, no
issue, no link but those made from identifiers. What has no room is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from refmatter.model import Outcome, Status
from refmatter.report import MARK, figures, sentences
from refmatter.report.labels import counted, plain, provider_name, title_text
from refmatter.report.report_model import AmbiguousTitle, ReportModel
from refmatter.report.sentences import CandidateView

MOST = 65_536
"""How long the text of a pull request may be, in characters ("body is too long (maximum is 65536
characters)"). Bytes are counted here, which are never fewer."""
_SHARE, _LAST = 0.5, 0.9
"""How much of the room that is left a part may take, so that there is some for those behind it;
and how much the last one."""
_SPARE = 300
"""Bytes a part needs to say what it leaves out, and to close what it opened."""
_TABLES, _CANDIDATES = 10, 4
"""How many doubtful titles have a table, with so many candidates."""
_MARKUP = re.compile(r"[\\`*_\[\]|~]")
_LINKING = re.compile(
    r"(?<=[@#])|(?<=\bgh)(?=-\d)|(?<=:)(?=//|[\w+-]+:)|(?<=\bwww)(?=\.)", re.IGNORECASE
)
"""Behind these GitHub sees somebody, an issue, an address or an emoji."""
_UNSEEN = "&#8203;"
"""A blank of no width, which parts what would be one of these."""
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "<span>$</span>"})
"""The last as GitHub's own page on formulas advises."""


def text(content: str, most: int = 300) -> str:
    """Return text escaped for Markdown, on one line, also for a table's cell. It is not meant for
    the start of a line."""
    parts = _LINKING.split(plain(content, most))
    return _UNSEEN.join(_MARKUP.sub(r"\\\g<0>", part).translate(_HTML) for part in parts)


@dataclass(frozen=True, slots=True)
class _Section:
    """`many` rows below a head, each of them a `noun`; `share` is how much of the room that is
    left they may take."""

    head: Sequence[str]
    rows: Iterable[str]
    many: int
    noun: str
    end: str = ""
    share: float = _SHARE


class _MarkdownPage:
    """The lines so far, and the room that is left, in bytes."""

    def __init__(self) -> None:
        self._lines = [MARK]
        self._room = MOST - len(MARK) - 1

    def add(self, *lines: str) -> None:
        """Lines that are short and always there."""
        self._lines += lines
        self._room -= sum(len(line.encode()) + 1 for line in lines)

    def section(self, section: _Section) -> None:
        """A section with as many of its rows as there is room for, the others not made; nothing
        where there are none."""
        if not (left := section.many):
            return
        self.add(*section.head)
        least = self._room - int(self._room * section.share) + _SPARE
        for row in section.rows:
            if self._room - len(row.encode()) - 1 < least:
                more = counted(left, f"more {section.noun}")
                self.add("", f"… and {more}: the JSON report has all of them.")
                break
            self.add(row)
            left -= 1
        if section.end:
            self.add("", section.end)

    def text(self) -> str:
        return "\n".join(self._lines).rstrip() + "\n"


def render(report: ReportModel) -> str:
    """Return the report, the same for the same account, at most MOST bytes of UTF-8."""
    page = _MarkdownPage()
    page.add("", f"# {sentences.headline(report)}", "")
    if waiting := sentences.waiting(report):
        page.add(f"**{waiting}.**", "")
    page.add(f"{_scope(report)}.")
    for section in _sections(report):
        page.section(section)
    credits_ = ", ".join(
        f"[{name}]({at}) ({terms})" for name, at, terms in sentences.thanks(report)
    )
    if credits_:
        page.add("", f"Data: {credits_}")
    return page.text()


def _sections(report: ReportModel) -> Iterator[_Section]:
    summary = report.summary
    head = ["", "## Newly known as retracted", ""]
    retracted = (f"- {text(sentences.retraction_text(line))}" for line in summary.retracted)
    yield _Section(head, retracted, len(summary.retracted), "work")

    coverage, vault = list(_coverage(report)), list(_vault(report))
    columns = ["| field | before | after | | filled | missing |", "|---|--:|--:|---|--:|---|"]
    head = ["", "## How complete the notes are", "", *columns]
    yield _Section(head, coverage, len(coverage), "field")

    tables, rest = report.ambiguous[:_TABLES], report.ambiguous[_TABLES:]
    doubtful = counted(len(report.ambiguous), "doubtful title")
    head = ["", f"## {doubtful}", "", _review_hint(report), ""]
    yield _Section(head, map(_ambiguous, tables), len(tables), "doubtful title")
    head = ["", *_fold(counted(len(rest), "more doubtful title"))]
    rows = (f"- {_reason(title)}" for title in rest)
    yield _Section(head, rows, len(rest), "doubtful title", end="</details>")

    troubles = map(len, (summary.outages, summary.refused, report.remarked))
    lookups = (report.unasked, report.uncatalogued, report.unfound)
    many = sum(troubles, sum(map(len, lookups)))
    yield _Section(["", "## Not checked, not found", ""], _trouble(report), many, "line")

    columns = ["| from | values | of these fields | said on |", "|---|--:|---|---|"]
    head = ["", "## Who said so", "", *columns]
    yield _Section(head, _givers(report), len(report.contributions), "line")
    yield _Section(["", "## The vault", ""], vault, len(vault), "line")

    notes = sentences.in_order(report)
    verb = "would change" if summary.dry else "changed"
    head = ["", f"## What {verb}, note by note", "", *_fold(counted(len(notes), "note"))]
    yield _Section(head, map(_note, notes), len(notes), "note", "</details>", _LAST)


def _fold(label: str) -> list[str]:
    return [f"<details><summary>{label}</summary>", ""]


def _scope(report: ReportModel) -> str:
    summary = report.summary
    day = f"{text(report.day)}: " if report.day else ""
    dry = ", a dry run" if summary.dry else ""
    files = counted(summary.notes, "file")
    papers = counted(summary.papers, "paper note")
    return f"{day}{papers} of {files}{dry}; {text(sentences.requests_text(report))}"


def _review_hint(report: ReportModel) -> str:
    first = f"{sentences.review_scope(report)} `{sentences.REVIEW_COMMAND}`".lstrip()
    return f"Nothing was written from these. {first} settles them."


def _coverage(report: ReportModel) -> Iterator[str]:
    for name, coverage in report.summary.coverage.items() if report.summary.papers else ():
        before, after = (
            figures.share(n, coverage.notes) for n in (coverage.before, coverage.after)
        )
        full = round(figures.per_cent(coverage.after, coverage.notes) / 10)
        bar = "█" * full + "░" * (10 - full)
        yield (
            f"| {name.spec.label} | {before} | {after} | {bar} | {coverage.filled:,} | "
            f"{sentences.left(coverage)} |"
        )


def _reason(title: AmbiguousTitle) -> str:
    return f"**{text(title.title)}**: {text(sentences.reason_text(title.reason))}"


def _ambiguous(title: AmbiguousTitle) -> str:
    lines = [f"{_reason(title)}. In {text(sentences.places_text(title), 500)}"]
    views = sentences.candidate_views(title.matches[:_CANDIDATES])
    if views:
        numbers = range(1, len(views) + 1)
        lines += ["", f"| | {' | '.join(map(str, numbers))} |", "|---" * (len(views) + 1) + "|"]
        lines += _table(views)
    more = len(title.matches) - len(views)
    if more > 0:
        lines += ["", f"… and {counted(more, 'more candidate')}."]
    return "\n".join([*lines, ""])


def _table(views: Sequence[CandidateView]) -> Iterator[str]:
    yield _row("title", [text(view.title, 200) for view in views])
    columns = [{name: shown for name, shown, _ in view.rows} for view in views]
    for name in dict.fromkeys(name for column in columns for name in column):
        yield _row(name, [text(column.get(name, "")) for column in columns])
    links = [" ".join(f"[{text(name)}](<{at}>)" for name, at in view.links) for view in views]
    yield _row("pages", links)


def _row(name: str, cells: Iterable[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def _trouble(report: ReportModel) -> Iterator[str]:
    summary = report.summary
    for name, failure in summary.outages.items():
        why = text(sentences.failure_text(failure))
        yield (
            f"- **{text(provider_name(name), 60)} could not be asked**: {why}. "
            "Nothing is taken for “not found”; the next run asks again."
        )
    for where, why in map(sentences.refused, summary.refused):
        advice = "Then run `refmatter enrich` again."
        yield f"- **{text(where)}** was left as it is: {text(why)}. {advice}"
    for outcome in report.remarked:
        remarks = "; ".join(text(sentences.remark_text(r)) for r in outcome.remarks[:5])
        # A note that changed is about another work by now: there is no side to take.
        yours = "" if outcome.changes else " Yours counts."
        yield f"- **{text(outcome.path.as_posix())}** {remarks}.{yours}"
    for lookups, why in (
        (report.unasked, "could not be looked up"),
        (report.uncatalogued, "is not in the catalogue; no service was asked"),
        (report.unfound, "was not found by any service"),
    ):
        for lookup in lookups:
            yield f"- **{text(title_text(lookup.title, lookup.key))}** {why}."


def _givers(report: ReportModel) -> Iterator[str]:
    for contribution in report.contributions:
        source, method = sentences.contributor(contribution)
        fields, days = (
            sentences.contributed_fields(contribution),
            text(sentences.span(contribution), 60),
        )
        yield f"| {text(source)}, {method} | {contribution.values:,} | {fields} | {days} |"


def _vault(report: ReportModel) -> Iterator[str]:
    for line in sentences.other_format_texts(report.summary.other_formats):
        yield f"- {text(line)}."
    years = figures.years(report)
    if years:
        best = max(years, key=lambda year: year[1])
        yield f"- Years: {years[0][0]} to {years[-1][0]}; most notes, {best[1]:,}, in {best[0]}."
    if venues := ", ".join(f"{text(name)} {count:,}" for name, count in figures.venues(report)):
        yield f"- Venues: {venues}. {figures.other_venues(report)}".rstrip()
    if ages := ", ".join(f"{age} {count:,}" for age, count in figures.ages(report) if count):
        yield f"- Age of citation counts, in notes: {ages}."


def _note(outcome: Outcome) -> str:
    changes = "; ".join(
        f"{text(key)}: {text(old, 80)} → {text(new, 120)} ({text(source)})"
        for key, old, new, source in sentences.changes(outcome)
    )
    new = " (new)" if outcome.status is Status.CREATED else ""
    return f"- **{text(outcome.path.as_posix())}**{new}: {changes or 'links in its reference list'}"
