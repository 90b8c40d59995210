from __future__ import annotations

import io

import pytest
from hypothesis import given
from rich.console import Console

from refmatter.model import Identifiers
from refmatter.reasons import Difference, DifferenceKind
from refmatter.report import labels
from refmatter.report.sentences import reason_text
from refmatter.review.candidate_table import marked, view
from refmatter.review.pending import PendingTitle
from refmatter.state.ledger_line import LedgerLine
from reviewing import case, doubtful, hostile_lines, match
from support import SAME_TITLE, absent

RIVALS = (
    match(
        "A Title",
        "1",
        (Difference(DifferenceKind.WORD_ADDED, "more"),),
        venue="ICML",
        citation_count=27401,
    ),
    match("A Longer Title", "2", (), {"citing": 1.0}, year=None, authors=None),
    match("A Title", "3", (), {}, identifiers=Identifiers()),
)


def shown(each: PendingTitle, width: int = 120, *, colours: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=colours, color_system="standard" if colours else None
    )
    console.print(view(each, 2, 5, width))
    return out.getvalue()


def test_candidates_stand_side_by_side_where_there_is_room() -> None:
    text = shown(case(doubtful(candidates=RIVALS)))
    lines = [line.split() for line in text.splitlines()]
    assert ["1", "2", "3"] in lines
    assert ["year", "2001", "2001"] in lines
    assert ["cited", "27,401", "times"] in lines
    assert ["names", "S2", f"{'0' * 12}…", "S2", f"{'0' * 12}…", "no", "identifier"] in lines
    evidence = " ".join(labels.evidence(rival.features)[0] for rival in RIVALS)
    assert ["for", *evidence.split()] in lines
    assert ["against", "another", "year"] in lines
    (differs,) = [words for words in lines if words[:1] == ["differs"]]
    assert '"more"' in differs


@pytest.mark.parametrize(
    ("width", "heads"), [(120, ["1 2 3"]), (80, ["1 2", "3"]), (70, ["1", "2", "3"])]
)
def test_and_below_each_other_where_there_is_none(width: int, heads: list[str]) -> None:
    text = shown(case(doubtful(candidates=RIVALS)), width)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert [line for line in lines if line.replace(" ", "").isdecimal()] == heads
    assert max(map(len, text.splitlines())) <= width


def test_the_header_tells_which_why_and_where() -> None:
    text = shown(case())
    assert text.startswith("2 of 5 ")
    assert "\nA Title\n" in text
    assert f"doubtful    {reason_text(SAME_TITLE)}" in text
    assert absent(text, "a.md:7") == []
    assert "\narXiv 1706.03762\n" in shown(case(doubtful("", key="#arxiv:1706.03762")))
    bare = shown(case(doubtful(candidates=())))
    (row,) = [line for line in bare.splitlines() if line.startswith("candidates")]
    assert "none" in row.split()


def test_what_all_say_is_dim_and_what_tells_them_apart_is_not() -> None:
    text = shown(case(doubtful(candidates=RIVALS[::2])), colours=True)
    years = next(line for line in text.splitlines() if "2001" in line)
    assert "\x1b[2m2001" in years
    venue = next(line for line in text.splitlines() if "ICML" in line)
    assert "\x1b[2mICML" not in venue


@pytest.mark.parametrize(
    ("title", "asked", "words"),
    [
        ("A Longer Title", "A Title", ["Longer"]),
        ("A Title", "A Longer Title", []),
        ("A - Title", "a: title", []),
        ("Multi-task Title", "Multitask title", []),
        ("Part II of - it", "Part III of it", ["II"]),
        ("Short-Term Memory: a Survey", "Short Term Memory", ["a Survey"]),
    ],
)
def test_the_words_that_differ_are_marked(title: str, asked: str, words: list[str]) -> None:
    text = marked(title, asked)
    assert text.plain == title
    assert [text.plain[span.start : span.end] for span in text.spans] == words


@given(hostile_lines())
def test_nothing_a_service_says_can_move_the_cursor(line: LedgerLine) -> None:
    for width in (40, 120):
        text = shown(case(line), width)
        assert all(c.isprintable() or c == "\n" for c in text)
