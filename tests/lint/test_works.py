from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from house import House, house
from ledger_text import ledger_text, row
from linting import listed_findings, paper, rules
from support import absent

TITLE = "The noted work's own title"
S2 = "0" * 39


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("first", "other", "why"),
    [
        ({}, {}, "nothing speaks against"),
        ({"year": 2019}, {"year": 2020}, "equal titles"),
        ({"doi": "10.1000/1"}, {"doi": "10.1000/1"}, "doi 10.1000/1"),
        ({"authors": "[Ada Lovelace]"}, {"authors": "[A. Lovelace]"}, "equal titles"),
        ({"authors": "Müller J"}, {"authors": "[{family: Mueller, given: Jan}]"}, "equal titles"),
        ({"authors": "[Ada Lovelace]"}, {"authors": "[Analytical Society]"}, "equal titles"),
    ],
)
def test_two_notes_on_one_work(
    home: House, first: dict[str, object], other: dict[str, object], why: str
) -> None:
    home.put("a.md", paper(TITLE, **first))
    home.put("b.md", paper(TITLE.upper(), **other))
    (found,) = listed_findings(home)
    assert (found.where, found.rule, found.fixable) == ("b.md:2:1", "same-work", False)
    assert absent(found.message, "`a.md`", why) == []
    only = home.run("lint", str(home.notes / "b.md"), "--config", str(home.config))
    assert only.code == 1
    assert home.run("lint", str(home.notes / "a.md"), "--config", str(home.config)).code == 0


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ({"year": 2018}, {"year": 2020}),
        ({"doi": "10.1000/1"}, {"doi": "10.1000/2"}),
        ({"authors": "[Ada Lovelace]"}, {"authors": "[Alan Turing]"}),
        ({"authors": "Wei Li"}, {"authors": "[Jian Li]"}),
    ],
)
def test_what_tells_two_works_of_one_title_apart(
    home: House, first: dict[str, object], other: dict[str, object]
) -> None:
    home.put("a.md", paper(TITLE, **first))
    home.put("b.md", paper(TITLE, **other))
    assert rules(home) == {}


def test_an_identifier_says_so_under_any_title(home: House) -> None:
    home.put("a.md", paper(TITLE, arxiv="1706.03762"))
    home.put("b.md", "---\nurl: https://arxiv.org/abs/1706.03762\ntags: paper\n---\n# Its other\n")
    home.put("c.md", "---\nurl: https://arxiv.org/abs/1706.03762\n---\n# No paper note\n")
    assert rules(home) == {"same-work": ["b.md:1"]}


def test_the_ledger_says_so(home: House) -> None:
    home.put("a.md", paper("Its first spelling"))
    home.put("b.md", paper("Its other spelling"))
    home.put("c.md", paper("A spelling of its own", doi="10.1000/9"))
    one = {"ids": {"s2": f"{S2}1"}}
    both = {"ids": {"s2": f"{S2}1", "doi": "10.1000/1"}}
    home.ledger.write_text(
        ledger_text(
            row("A spelling of its own", {"note": "notes/c.md", **both}),
            row("Its first spelling", {"note": "notes/a.md", **one}),
            row("Its other spelling", {"note": "notes/b.md", **one}),
        )
    )
    (found,) = listed_findings(home)
    assert (found.where, found.rule) == ("b.md:2:1", "same-work")
    assert absent(found.message, "`a.md`", f"s2 {S2}1", "ledger") == []


def test_a_retracted_work_is_told_where_it_is_noted_and_where_it_is_cited(home: House) -> None:
    home.put("a.md", paper("Its spelling"))
    home.put(
        "b.md",
        paper(TITLE, "- Another", "- Its Spelling", "- Its spelling https://doi.org/10.1000/2"),
    )
    retracted: dict[str, object] = {"ids": {"doi": "10.1000/1"}, "retracted": ["openalex"]}
    known = row("Its spelling", {"note": "notes/a.md", **retracted}, retracted)
    home.ledger.write_text(ledger_text(known))
    noted, cited = (found for found in listed_findings(home) if found.rule == "retracted")
    assert (noted.where, cited.where) == ("a.md:2:1", "b.md:7:3")
    assert absent(noted.message, "the work", "OpenAlex") == []
    assert absent(cited.message, "`Its Spelling`", "OpenAlex") == []
    before = home.ledger.read_bytes()
    home.run("lint", str(home.notes), "--config", str(home.config), "--fix")
    assert home.ledger.read_bytes() == before


def test_a_namesake_of_a_retracted_work_is_not_told(home: House) -> None:
    home.put("a.md", paper("Its spelling"))
    home.put("b.md", paper("Its spelling", year=1999))
    links = ["- [Its spelling](./b.md)", "- [That one](./a.md)", "- Its spelling"]
    home.put("c.md", paper(TITLE, *links, "- Its spelling https://doi.org/10.1000/2"))
    retracted: dict[str, object] = {"ids": {"doi": "10.1000/1"}, "retracted": ["openalex"]}
    carried: dict[str, object] = {"identifier": ["doi", "10.1000/2"], "ids": {"doi": "10.1000/2"}}
    note = {"note": "notes/a.md", **retracted}
    known = row("Its spelling", carried, note, {"note": "notes/b.md"})
    home.ledger.write_text(ledger_text(known))
    found = [finding.where for finding in listed_findings(home) if finding.rule == "retracted"]
    assert found == ["a.md:2:1", "c.md:7:3"]


def test_what_is_not_settled_was_not_retracted(home: House) -> None:
    home.put("a.md", paper("Its spelling"))
    open_: dict[str, object] = {
        "decision": "unmatched",
        "last_checked": "2026-01-01",
        "retracted": ["openalex"],
    }
    home.ledger.write_text(ledger_text(row("Its spelling", {"note": "notes/a.md", **open_})))
    assert rules(home) == {}
