from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from house import House, house
from linting import listed_findings, paper, rules

TITLE = "The noted work's own title"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as made:
        yield made


@pytest.mark.parametrize("year", ["2019", "1450", "''", "null", "[]", ""])
def test_a_year_or_none_is_no_finding(home: House, year: str) -> None:
    home.put("a.md", paper(TITLE, year=year))
    assert rules(home) == {}


@pytest.mark.parametrize(
    "year", ["'2019'", '"2019"', "2019.", "2019.0", "'2019.'", "(2019)", "'2019,'", "\"'2019'\""]
)
def test_a_year_with_marks_round_it_is_made_a_number(home: House, year: str) -> None:
    home.put("b.md", paper("Another work's title", year=2000, venue="Y"))
    home.put("c.md", paper("A third work's title", year=2001, venue="Z"))
    note = home.put("a.md", paper(TITLE, year=f"{year}  # a remark", venue="X"))
    (found,) = listed_findings(home)
    assert (found.where, found.rule, found.fixable) == ("a.md:4:1", "year-not-number", True)
    home.run("lint", str(home.notes), "--config", str(home.config), "--fix")
    assert note.read_text() == paper(TITLE, year="2019  # a remark", venue="X")
    assert rules(home) == {}


@pytest.mark.parametrize(
    "year", ["in press", "c. 2019", "2019?", "2019-05-01", "2018/19", "[2019, 2020]", "true",
             "20190", "-2019", "19", "2019.5", "{a: 1}"],
)  # fmt: skip
def test_what_is_no_year_is_told_and_left(home: House, year: str) -> None:
    note = home.put("a.md", paper(TITLE, year=year))
    (found,) = listed_findings(home)
    assert (found.where, found.rule, found.fixable) == ("a.md:4:1", "year-not-number", False)
    before = note.read_bytes()
    result = home.run("lint", str(home.notes), "--config", str(home.config), "--fix")
    assert (result.code, note.read_bytes()) == (1, before)


def test_a_vault_that_writes_years_as_text_is_let_be(home: House) -> None:
    for number in range(6):
        home.put(f"{number}.md", paper(f"{TITLE} {number}", year=f'"201{number}"', venue="X",
                                       authors="[Ada Lovelace]"))  # fmt: skip
    assert rules(home) == {}
    odd = home.put("odd.md", paper(TITLE, year='"2019."'))
    home.run("lint", str(home.notes), "--config", str(home.config), "--fix")
    assert odd.read_text() == paper(TITLE, year='"2019"')


@pytest.mark.parametrize(
    "fields",
    [{"year": 1399}, {"year": 2999}, {"year": 2012, "arxiv": "1706.03762"},
     {"year": 1706, "arxiv": "1706.03762"}],
)  # fmt: skip
def test_a_year_that_cannot_be_is_told(home: House, fields: dict[str, object]) -> None:
    home.put("a.md", paper(TITLE, **fields))
    expected = [] if fields == {"year": 2012, "arxiv": "1706.03762"} else ["a.md:4:1"]
    assert rules(home).get("year-implausible", []) == expected


@pytest.mark.parametrize(
    ("key", "count", "found"),
    [
        ("numCitedBy", "-1", True),
        ("numCitedBy", "'-1'", True),
        ("ref_count", "1.5", True),
        ("ref_count", ".inf", True),
        ("citations", "10000001", True),
        ("numCitedBy", "0", False),
        ("numCitedBy", "12.0", False),
        ("citations", "[a, b]", False),
        ("numCitedBy", "many", False),
        ("numCitedBy", "true", False),
        ("numCitedBy", "null", False),
    ],
)
def test_a_count_that_no_work_has(home: House, key: str, count: str, found: bool) -> None:
    home.put("a.md", paper(TITLE, year=2019, **{key: count}))
    assert rules(home) == ({"count-out-of-range": ["a.md:5:1"]} if found else {})


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("doi", "10.1000/182", False),
        ("DOI", "https://doi.org/10.1000/182", False),
        ("doi", "see the publisher", True),
        ("doi", "11.1000/182", True),
        ("arxiv", "1706.03762", False),
        ("arxiv_id", "1706.3", True),
        ("openalex", "X123", True),
        ("doi", "''", False),
        ("doi", "[10.1000/182, none]", False),
        ("eprint", "yes", False),
        ("url", "nowhere", False),
    ],
)
def test_an_identifier_that_nobody_gave_out(home: House, key: str, value: str, found: bool) -> None:
    home.put("a.md", paper(TITLE, **{key: value}))
    assert rules(home) == ({"malformed-identifier": ["a.md:4:1"]} if found else {})


def test_a_key_that_stands_twice(home: House) -> None:
    home.put("a.md", f"\n---\ntitle: {TITLE}\ntags: [paper]\nx: 1\nY: 2\nx: 3\ny: 4\n---\n")
    assert rules(home) == {"key-twice": ["a.md:7:1"]}


def test_keys_in_braces_have_their_column(home: House) -> None:
    home.put("a.md", "---\n{title: A title of a work, tags: [paper], year: soon}\n---\n")
    assert rules(home) == {"year-not-number": ["a.md:2:43"]}
