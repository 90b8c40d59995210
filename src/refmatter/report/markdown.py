"""An Account -> GitHub flavoured Markdown for a pull request or a job's summary.

What comes from notes and services stays text there: no markup, no HTML, no mention of anybody, no
issue, no link but those made from identifiers. What has no room is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from refmatter.model import Outcome, Status
from refmatter.report import MARK, figures, sentences
from refmatter.report.counting import counted
from refmatter.report.labels import plain
from refmatter.report.report_model import AmbiguousTitle, ReportModel
from refmatter.report.sentences import CandidateView
from refmatter.report.terminal import provider_name

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


def text(said: str, most: int = 300) -> str:
    """Text as Markdown that shows it and nothing else: on one line, also in a table's cell. It is
    not meant for the start of a line."""
    parts = _LINKING.split(plain(said, most))
    return _UNSEEN.join(_MARKUP.sub(r"\\\g<0>", part).translate(_HTML) for part in parts)


class _MarkdownPage:
    """The lines so far, and the room that is left, in bytes."""

    def __init__(self) -> None:
        self._lines = [MARK]
        self._room = MOST - len(MARK) - 1

    def add(self, *lines: str) -> None:
        """Lines that are short and always there."""
        self._lines += lines
        self._room -= sum(len(line.encode()) + 1 for line in lines)

    def part(  # noqa: PLR0913 - rows, and how they are framed
        self,
        head: Sequence[str],
        rows: Iterable[str],
        many: int,
        noun: str,
        *,
        end: str = "",
        share: float = _SHARE,
    ) -> None:
        """A part with as many of its `many` rows as there is room for, the others not made;
        nothing where there are none."""
        if not many:
            return
        self.add(*head)
        least = self._room - int(self._room * share) + _SPARE
        for row in rows:
            if self._room - len(row.encode()) - 1 < least:
                more = counted(many, f"more {noun}")
                self.add("", f"… and {more}: the JSON report has all of them.")
                break
            self.add(row)
            many -= 1
        if end:
            self.add("", end)

    def text(self) -> str:
        return "\n".join(self._lines).rstrip() + "\n"


def render(account: ReportModel) -> str:
    """The report, the same for the same account, at most MOST bytes of UTF-8."""
    page = _MarkdownPage()
    page.add("", f"# {sentences.headline(account)}", "")
    if waiting := sentences.waiting(account):
        page.add(f"**{waiting}.**", "")
    page.add(f"{_scope(account)}.")
    coverage, vault = list(_coverage(account)), list(_vault(account))
    page.part(
        ["", "## How complete the notes are", "", "| field | before | after | | filled | missing |",
         "|---|--:|--:|---|--:|---|"],
        coverage, len(coverage), "field",
    )  # fmt: skip
    tables, rest = account.doubts[:_TABLES], account.doubts[_TABLES:]
    page.part(
        ["", f"## {counted(len(account.doubts), 'doubtful title')}", "",
         _settle(account), ""],
        map(_doubt, tables), len(tables), "doubtful title",
    )  # fmt: skip
    page.part(
        ["", *_fold(counted(len(rest), "more doubtful title"))],
        (f"- **{text(each.title)}**: {text(each.reason)}" for each in rest),
        len(rest), "doubtful title", end="</details>",
    )  # fmt: skip
    said = account.facts
    troubles = map(len, (said.outages, said.refused, account.remarked))
    titles = len(account.unasked) + len(account.unfound)
    page.part(
        ["", "## Not checked, not found", ""], _trouble(account), sum(troubles, titles), "line"
    )
    page.part(
        ["", "## Who said so", "", "| from | values | of these fields | said on |",
         "|---|--:|---|---|"],
        _givers(account), len(account.givers), "line",
    )  # fmt: skip
    page.part(["", "## The vault", ""], vault, len(vault), "line")
    page.part(
        ["", f"## What {'would change' if said.dry else 'changed'}, note by note", "",
         *_fold(counted(len(account.changed), "note"))],
        map(_note, sentences.in_order(account)), len(account.changed), "note", end="</details>",
        share=_LAST,
    )  # fmt: skip
    credits_ = ", ".join(f"[{who}]({at}) ({terms})" for who, at, terms in sentences.thanks(account))
    if credits_:
        page.add("", f"Data: {credits_}")
    return page.text()


def _fold(said: str) -> list[str]:
    return [f"<details><summary>{said}</summary>", ""]


def _scope(account: ReportModel) -> str:
    said = account.facts
    day = f"{text(account.day)}: " if account.day else ""
    dry = ", a dry run" if said.dry else ""
    files = counted(said.notes, "file")
    papers = counted(said.papers, "paper note")
    return f"{day}{papers} of {files}{dry}; {text(sentences.asked(account))}"


def _settle(account: ReportModel) -> str:
    first = f"{sentences.settling(account)} `{sentences.SETTLE}`".lstrip()
    return f"Nothing was written from these. {first} settles them."


def _coverage(account: ReportModel) -> Iterator[str]:
    for name, each in account.facts.coverage.items() if account.facts.papers else ():
        before, after = (figures.share(n, each.notes) for n in (each.before, each.after))
        full = round(figures.per_cent(each.after, each.notes) / 10)
        bar = "█" * full + "░" * (10 - full)
        yield (
            f"| {name.spec.label} | {before} | {after} | {bar} | {each.filled:,} | "
            f"{sentences.left(each)} |"
        )


def _doubt(doubt: AmbiguousTitle) -> str:
    lines = [
        f"**{text(doubt.title)}**: {text(doubt.reason)}. In {text(sentences.stands(doubt), 500)}"
    ]
    suspects = sentences.suspects(doubt.matches[:_CANDIDATES])
    if suspects:
        numbers = range(1, len(suspects) + 1)
        lines += ["", f"| | {' | '.join(map(str, numbers))} |", "|---" * (len(suspects) + 1) + "|"]
        lines += _table(suspects)
    more = len(doubt.matches) - len(suspects)
    if more > 0:
        lines += ["", f"… and {counted(more, 'more candidate')}."]
    return "\n".join([*lines, ""])


def _table(suspects: Sequence[CandidateView]) -> Iterator[str]:
    yield _row("title", [text(each.title, 200) for each in suspects])
    columns = [{name: said for name, said, _ in each.rows} for each in suspects]
    for name in dict.fromkeys(name for column in columns for name in column):
        yield _row(name, [text(column.get(name, "")) for column in columns])
    links = [" ".join(f"[{text(name)}](<{at}>)" for name, at in each.links) for each in suspects]
    yield _row("pages", links)


def _row(name: str, cells: Iterable[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def _trouble(account: ReportModel) -> Iterator[str]:
    said = account.facts
    for name, detail in said.outages.items():
        yield (
            f"- **{text(provider_name(name), 60)} could not be asked**: {text(detail)}. "
            "Nothing is taken for “not found”; the next run asks again."
        )
    for where, why in map(sentences.refused, said.refused):
        again = "Then run `refmatter enrich` again."
        yield f"- **{text(where)}** was left as it is: {text(why)}. {again}"
    for outcome in account.remarked:
        remarks = "; ".join(text(each) for each in outcome.remarks[:5])
        # A note that changed is about another work by now: there is no side to take.
        yours = "" if outcome.changes else " Yours counts."
        yield f"- **{text(outcome.path.as_posix())}** {remarks}.{yours}"
    for lookups, why in (
        (account.unasked, "could not be looked up"),
        (account.unfound, "is not known to anybody"),
    ):
        for lookup in lookups:
            yield f"- **{text(lookup.title)}** {why}."


def _givers(account: ReportModel) -> Iterator[str]:
    for each in account.givers:
        who, way = sentences.giver(each)
        fields, days = sentences.given(each), text(sentences.span(each), 60)
        yield f"| {text(who)}, {way} | {each.values:,} | {fields} | {days} |"


def _vault(account: ReportModel) -> Iterator[str]:
    years = figures.years(account)
    if years:
        best = max(years, key=lambda each: each[1])
        yield f"- Years: {years[0][0]} to {years[-1][0]}; most notes, {best[1]:,}, in {best[0]}."
    if venues := ", ".join(f"{text(name)} {count:,}" for name, count in figures.venues(account)):
        yield f"- Venues: {venues}. {figures.other_venues(account)}".rstrip()
    if ages := ", ".join(f"{age} {count:,}" for age, count in figures.ages(account) if count):
        yield f"- Age of citation counts, in notes: {ages}."


def _note(outcome: Outcome) -> str:
    changes = "; ".join(
        f"{text(key)}: {text(old, 80)} → {text(new, 120)} ({text(who)})"
        for key, old, new, who in sentences.changes(outcome)
    )
    new = " (new)" if outcome.status is Status.CREATED else ""
    return f"- **{text(outcome.path.as_posix())}**{new}: {changes or 'links in its reference list'}"
