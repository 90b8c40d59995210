"""A changed rule decides anew from what was heard before, and asks nobody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

import scholar
from house import House, house
from refmatter.model import Tier
from refmatter.state.ledger import Ledger
from scholar import Corpus, Record

WHOLE = "Alpha decay of many long words: a study of first letters"
SHORT = "A study of first letters"
NOTE = (
    f"---\ntitle: {SHORT}\nyear: 2012\nauthors:\n- Ann Adams\n"
    "venue:\nnumCitedBy:\ntags:\n- paper\n---\n"
)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[House]:
    work = Record(
        WHOLE, "1" * 40, authors=("Ann Adams",), year=2011, venue="ICML",
        citation_count=7, reference_count=3, fields_of_study=("Physics",), doi="10.1000/1",
    )  # fmt: skip
    with house(tmp_path, Corpus([work]), providers={"catalog": {"enabled": False}}) as made:
        made.put("a.md", NOTE)
        yield made


def decisions(made: House) -> list[tuple[str, str | None]]:
    return [(line["decision"], line.get("tier")) for line in made.lines().values()]


def requests(made: House) -> int:
    assert made.server
    return made.server.requests()


def test_another_bar_is_held_against_what_was_heard_without_a_request(made: House) -> None:
    made.enrich()
    assert decisions(made) == [("ambiguous", None)]
    (line,) = made.lines().values()
    assert line["reason"]["differences"][0]["kind"] in ("name", "head")
    (rival,) = line["candidates"]
    assert rival["title"] == WHOLE
    asked = requests(made)

    made.configure(match={"auto_write": "likely"})
    made.enrich()
    assert decisions(made) == [("accepted", "likely")]
    assert requests(made) == asked
    assert "ICML" in (made.notes / "a.md").read_text()

    made.configure(match={"auto_write": "likely", "likely_threshold": 1.0, "review_threshold": 1.0})
    made.enrich()
    assert decisions(made) == [("unmatched", None)]
    assert requests(made) == asked

    made.configure(match={})
    made.enrich()
    assert decisions(made) == [("ambiguous", None)]
    assert requests(made) == asked


def test_what_an_older_matcher_decided_is_decided_anew(made: House) -> None:
    made.configure(match={"auto_write": "likely"})
    made.enrich()
    asked = requests(made)
    (line,) = Ledger.load(made.ledger)
    newest = made.ledger.read_text()
    older = structs.replace(line, matcher_version="1", tier=Tier.CERTAIN)
    made.ledger.write_text(Ledger([older]).text())
    made.enrich()
    assert decisions(made) == [("accepted", "likely")]
    assert made.ledger.read_text() == newest
    assert requests(made) == asked


def test_without_the_cache_an_older_decision_stands(made: House) -> None:
    made.configure(match={"auto_write": "likely"})
    made.enrich()
    shutil.rmtree(made.folder / "cache")
    before = made.ledger.read_text()
    made.configure(match={"auto_write": "likely", "likely_threshold": 1.0})
    made.enrich("--offline")
    assert made.ledger.read_text() == before


def test_a_ruling_holds_under_every_rule(made: House) -> None:
    made.enrich()
    (line,) = Ledger.load(made.ledger)
    made.ledger.write_text(Ledger([structs.replace(line, verdict="ruled")]).text())
    asked = requests(made)
    made.configure(match={"auto_write": "likely"})
    made.enrich()
    assert decisions(made) == [("ruled", None)]
    assert requests(made) == asked
    assert "ICML" not in (made.notes / "a.md").read_text()


CITED = [
    Record(f"{word} among the letters", f"{number:040x}")
    for number, word in enumerate(("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta"))
]


def told_by_its_list(made: House, title: str, count: int) -> None:
    """Which of its namesakes a note is about is told by what it lists, under every bar, and
    nobody is asked a second time."""
    cited = "".join(f"- {each.title}\n" for each in CITED)
    note = made.put(
        "l.md", f"---\ntitle: {title}\nnumCitedBy:\ntags: paper\n---\n## References\n\n{cited}"
    )
    made.configure(references={"resolve": "none"})
    made.enrich()
    asked, rules = requests(made), set()
    for bars in ({}, {"min_margin": 0.06}, {"certain_threshold": 0.9}, {}):
        made.configure(match=bars)
        made.enrich()
        (line,) = made.lines().values()
        assert line["decision"] == "accepted"
        assert "listed" in line["reason"]["evidence"]
        assert line["features"]["listed"] == 1.0
        assert f"numCitedBy: {count}\n" in note.read_text()
        assert requests(made) == asked
        rules.add(line["matcher_version"])
    assert len(rules) == 3


def test_what_its_list_told_is_remembered(tmp_path: Path) -> None:
    twins = [
        Record("Twins of many long words", f"{n}" * 40, authors=(f"A. Author{n}",), year=2000 + n,
               citation_count=n, doi=f"10.1000/{n}")
        for n in (3, 9)
    ]  # fmt: skip
    lists = {"9" * 40: [each.paper_id or "" for each in CITED]}
    corpus = Corpus([*twins, *CITED], lists)
    with house(tmp_path, corpus, providers={"catalog": {"enabled": False}}) as made:
        told_by_its_list(made, "Twins of many long words", 9)


def test_what_a_list_told_of_works_of_the_catalogue_is_remembered(tmp_path: Path) -> None:
    records = [e for e in scholar.small().records if e.title == "Multitask Learning"]
    meant = max(records, key=lambda each: each.year or 0)
    lists = {meant.paper_id or "": [each.paper_id or "" for each in CITED]}
    with house(tmp_path, Corpus([*records, *CITED], lists)) as made:
        told_by_its_list(made, "Multitask Learning", meant.citation_count)
