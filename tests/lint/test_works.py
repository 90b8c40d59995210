from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from house import House, house
from linting import listed_findings, paper, rules
from refmatter.state.ledger import digest

TITLE = "The noted work's own title"
S2 = "0" * 39


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("first", "other", "why"),
    [
        ({}, {}, "equal titles, and nothing speaks against it"),
        ({"year": 2019}, {"year": 2020}, "equal titles, and nothing speaks against it"),
        ({"doi": "10.1000/1"}, {"doi": "10.1000/1"}, "both carry doi 10.1000/1"),
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
    assert found.message.startswith(f"is about the same work as `a.md`: {why}")
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


def line(title: str, key: str, **more: object) -> str:
    result = {"key": key, "title": title, "decision": "accepted", "reason": "equal titles"} | more
    return json.dumps(result) + "\n"


def test_the_ledger_says_so(home: House) -> None:
    home.put("a.md", paper("Its first spelling"))
    home.put("b.md", paper("Its other spelling"))
    home.put("c.md", paper("A spelling of its own", doi="10.1000/9"))
    home.ledger.write_text(
        line(
            "A spelling of its own",
            "aspellingofitsown@notes/c.md",
            ids={"s2": f"{S2}1", "doi": "10.1000/1"},
        )
        + line("Its first spelling", "itsfirstspelling@notes/a.md", ids={"s2": f"{S2}1"})
        + line("Its other spelling", "itsotherspelling@notes/b.md", ids={"s2": f"{S2}1"})
    )
    (found,) = listed_findings(home)
    assert found.where == "b.md:2:1"
    assert found.message == f"is about the same work as `a.md`: both are s2 {S2}1 by the ledger"


def test_a_retracted_work_is_told_where_it_is_noted_and_where_it_is_cited(home: House) -> None:
    home.put("a.md", paper("Its spelling"))
    home.put(
        "b.md",
        paper(TITLE, "- Another", "- Its Spelling", "- Its spelling https://doi.org/10.1000/2"),
    )
    retracted = {"ids": {"doi": "10.1000/1"}, "retracted": ["openalex"]}
    home.ledger.write_text(
        line("Its spelling", "itsspelling@notes/a.md", **retracted)
        + line("Its spelling", "itsspelling", **retracted)
    )
    found = [finding for finding in listed_findings(home) if finding.rule == "retracted"]
    assert [(finding.where, finding.message) for finding in found] == [
        ("a.md:2:1", "the work was retracted, OpenAlex says"),
        ("b.md:7:3", "`Its Spelling` was retracted, OpenAlex says"),
    ]
    before = home.ledger.read_bytes()
    home.run("lint", str(home.notes), "--config", str(home.config), "--fix")
    assert home.ledger.read_bytes() == before


def test_a_namesake_of_a_retracted_work_is_not_told(home: House) -> None:
    home.put("a.md", paper("Its spelling"))
    home.put("b.md", paper("Its spelling", year=1999))
    links = ["- [Its spelling](./b.md)", "- [That one](./a.md)", "- Its spelling"]
    home.put("c.md", paper(TITLE, *links, "- Its spelling https://doi.org/10.1000/2"))
    retracted = {"ids": {"doi": "10.1000/1"}, "retracted": ["openalex"]}
    home.ledger.write_text(
        line("Its spelling", "itsspelling#doi:10.1000/2", ids={"doi": "10.1000/2"})
        + line("Its spelling", "itsspelling@notes/a.md", **retracted)
        + line("Its spelling", "itsspelling@notes/b.md")
    )
    found = [finding.where for finding in listed_findings(home) if finding.rule == "retracted"]
    assert found == ["a.md:2:1", "c.md:7:3"]


def result(rung: str, year: int = 2001) -> dict[str, object]:
    return {"provider": "x", "by": rung, "fetched": "2026-01-01", "values": {"year": year}}


@pytest.mark.parametrize(
    ("year", "now", "told_of"),
    [
        (2001, None, True),
        (2002, None, False),  # a person's by now
        (None, None, False),
        (2001, result("vault"), True),
        (2001, result("title"), False),  # confirmed
        (2001, result("title", 1999), True),
        (2001, result("title") | {"values": {"venue": "ICML"}}, True),
    ],
)
def test_a_value_that_came_from_another_note_is_told_while_it_stands(
    home: House, year: int | None, now: dict[str, object] | None, told_of: bool
) -> None:
    home.put("a.md", paper(TITLE, **({} if year is None else {"year": year})))
    key = "thenotedworksowntitle"
    written = {"notes/a.md": {"year": digest(2001), "authors": digest(["A. B"])}}
    lines = line(TITLE, key, said=[result("vault")], written=written)
    home.ledger.write_text(lines + (line(TITLE, f"{key}@notes/a.md", said=[now]) if now else ""))
    expected = [("a.md:4:1" if year else "", "from-another-note", False)] if told_of else []
    assert [
        (finding.where, finding.rule, finding.fixable) for finding in listed_findings(home)
    ] == expected


def test_what_a_service_said_came_from_no_note(home: House) -> None:
    home.put("a.md", paper(TITLE, year=2001))
    written = {"notes/a.md": {"year": digest(2001)}}
    key = "thenotedworksowntitle@notes/a.md"
    home.ledger.write_text(line(TITLE, key, said=[result("title")], written=written))
    assert rules(home) == {}


def test_what_is_not_settled_was_not_retracted(home: House) -> None:
    home.put("a.md", paper("Its spelling"))
    home.ledger.write_text(
        line(
            "Its spelling",
            "itsspelling@notes/a.md",
            decision="unmatched",
            checked="2026-01-01",
            retracted=["openalex"],
        )
    )
    assert rules(home) == {}
