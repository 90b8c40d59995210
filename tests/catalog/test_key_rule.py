from __future__ import annotations

import pytest

from cataloguing import record
from refmatter.catalog import key_rule
from refmatter.catalog.layout import RECORD_COLUMNS
from refmatter.catalog.staged_rows import is_nameless, other_title_rows, precedence_key, staged_row
from refmatter.titles import title_key


def test_another_rule_has_another_version() -> None:
    """Where this fails, keys are made otherwise than in catalogues that are there: raise
    `rule.VERSION`, and put the new digest beside it."""
    assert key_rule.rule_digest() == key_rule.DIGEST


@pytest.mark.parametrize(
    ("title", "key"),
    [("BERT: Pre-training", "bert"), ("No colon", "nocolon"), (": none before", "nonebefore"),
     ("C++: a tour", "cplusplus")],
)  # fmt: skip
def test_the_main_key_is_of_what_stands_before_a_colon(title: str, key: str) -> None:
    assert key_rule.main_key(title, title_key(title)) == key


def row_values(**more: object) -> dict[str, object]:
    made = staged_row(record("a", **more), "2026-06-01")  # type: ignore[arg-type]  # a test's own words
    return dict(zip(RECORD_COLUMNS, made, strict=True))


def test_a_row_has_every_column_and_text_in_one_line() -> None:
    made = row_values(
        title="A  title\nin two\ud800 lines", authors=("Ada\tLovelace", " "), venue=" "
    )
    assert made["title"] == "A title in two lines"
    assert made["authors"] == ("Ada Lovelace",)
    assert made["venue"] is None
    assert made["first_author"] == "lovelace"
    assert made["released"] == "2026-06-01"


@pytest.mark.parametrize("year", [0, -3, 10_000, None])
def test_a_year_that_is_none_is_left_out(year: int | None) -> None:
    assert row_values(year=year)["year"] is None


@pytest.mark.parametrize("count", [-1, 2**60, None])
def test_a_count_that_is_none_is_left_out(count: int | None) -> None:
    assert row_values(citation_count=count)["citation_count"] is None


@pytest.mark.parametrize(
    ("title", "tells"),
    [("Editorial", False), ("Publications and references", False), ("Graph nets", False),
     ("Table of contents, further reading", False), ("Deep residual learning", True),
     ("publications and references " * 3, True)],
)  # fmt: skip
def test_a_heading_tells_no_work(title: str, *, tells: bool) -> None:
    assert (row_values(title=title)["described"] is not None) is tells


def test_a_stamp_tells_the_newer_and_any_change() -> None:
    first, second = (staged_row(record("a", venue=venue), "2026-06-01") for venue in ("X", "Y"))
    assert first[0] == second[0]
    assert first[1] != second[1]
    assert str(first[1]) < str(staged_row(record("a"), "2026-07-01")[1])


def test_an_origin_that_nobody_named_comes_last() -> None:
    assert (
        precedence_key("semantic_scholar", "1")
        < precedence_key("dblp", "0")
        < precedence_key("mine", "0")
    )


def test_a_record_without_title_and_names_is_none() -> None:
    assert is_nameless(staged_row(record("a", "!"), "2026-06-01"))
    assert not is_nameless(staged_row(record("a", "!", doi="10.1/a"), "2026-06-01"))


def test_other_titles_are_those_of_another_key() -> None:
    made = record("a", "One: two", titles=("One", "one!", "ONE two", ""))
    assert list(other_title_rows(made, 7, "onetwo")) == [(7, "one")]
