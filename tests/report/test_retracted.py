"""Newly retracted works come first in every form of the report."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from refmatter.model import LookupKey
from refmatter.report import html, markdown
from refmatter.report import json as json_report
from refmatter.report.nightly import news
from refmatter.report.report_model import build_report
from refmatter.report.summary import summarise
from refmatter.run_model import Run
from refmatter.state.ledger_line import LedgerLine
from reporting import small
from support import EQUAL_TITLE


def retracting(count: int) -> Run:
    lines = [
        LedgerLine(
            LookupKey(f"work{number:03}", f"notes/{number:03}.md"), f"Work {number:03}",
            "accepted", EQUAL_TITLE, retracted=("openalex", "crossref"),
        )
        for number in range(count)
    ]  # fmt: skip
    return replace(small(), retracted=tuple(lines))


@pytest.mark.parametrize("render", [markdown.render, html.render])
def test_a_page_names_them_before_all_else(render: object) -> None:
    assert callable(render)
    run = retracting(2)
    page = render(build_report(run, summarise(run)))
    places = [
        page.index(text) for text in ("Work 000", "Work 001", "doubtful title</h2>") if text in page
    ]
    assert len(places) >= 2
    assert places == sorted(places)
    assert "OpenAlex" in page[places[0] : places[1]]
    assert "Newly" not in render(build_report(small(), summarise(small())))


def test_the_json_report_has_all_of_them() -> None:
    run = retracting(400)
    found = json.loads(json_report.render(build_report(run, summarise(run))))["retracted"]
    assert len(found) == 400
    assert found[0] == {
        "title": "Work 000", "path": "notes/000.md", "services": ["openalex", "crossref"],
    }  # fmt: skip


@pytest.mark.parametrize(("count", "named", "more"), [(1, 1, 0), (3, 3, 0), (40, 3, 37)])
def test_the_nights_line_names_a_few(count: int, named: int, more: int) -> None:
    line = news(summarise(retracting(count)))
    assert "\n" not in line
    assert line.count("Work ") == named
    assert (f"{more} more" in line) is bool(more)
