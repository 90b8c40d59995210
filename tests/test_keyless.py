"""Days on which Semantic Scholar refuses, end to end: what others say in its place, and what
becomes of that when it answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from house import House, house
from ledger_text import decisions
from scholar import Corpus, Record, openalex
from test_outages import known

ALPHA = Record(
    known("Alpha and the study of first runes"), f"{1:040x}", authors=("A. Author",),
    full_names=("Ada Author",), year=2020, venue="International Conference on Letters",
    short_venue="ICL", citation_count=101, reference_count=11, fields_of_study=("Physics",),
    doi="10.1000/alpha",
)  # fmt: skip
ACCURATE = (101, 11, ["Physics"])


@pytest.fixture
def made(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, Corpus([ALPHA]), providers={"catalog": {"enabled": False}}) as each:
        each.put("a.md", f"---\ntitle: {ALPHA.title}\ntags:\n- gen-from-ref\n- paper\n---\n")
        yield each


def refuse(made: House) -> None:
    assert made.server
    made.server.fault("semantic_scholar", "limit_after", seconds=600)


def heal(made: House) -> None:
    assert made.server
    made.server.heal("semantic_scholar")


def counts(made: House, name: str = "a.md") -> tuple[object, object, object]:
    """Citations, references and fields that a note has."""
    front = yaml.safe_load((made.notes / name).read_text().split("---\n")[1])
    return front.get("numCitedBy"), front.get("ref_count"), front.get("fieldsOfStudy")


def sources(made: House) -> dict[str, str]:
    """Who the ledger says has said each value."""
    (line,) = decisions(made.ledger.read_text())
    return {name: row["provider"] for row in line["values"] for name in row["values"]}


def test_others_stand_in_for_a_service_that_refuses(made: House) -> None:
    assert openalex.topic(ALPHA)
    refuse(made)
    assert made.enrich().code == 3  # the counts are not those that were wanted
    assert counts(made) == (33, 11, ["Physics"])
    named = ("citation_count", "reference_count", "fields_of_study")
    assert {sources(made)[name] for name in named} == {"openalex"}
    assert "OpenAlex" in made.run("why", str(made.notes / "a.md"), "citation_count").out


def test_what_stood_in_is_replaced_when_the_service_answers_and_then_stays(made: House) -> None:
    refuse(made)
    made.enrich()
    first = (made.notes / "a.md").read_bytes()
    made.enrich()
    assert (made.notes / "a.md").read_bytes() == first  # refused again: nothing moves
    heal(made)
    report = made.report()
    assert report["code"] == 0
    assert report["fields"]["citation_count"]["refreshed"] == 1
    assert counts(made) == ACCURATE
    assert sources(made)["fields_of_study"] == "semantic_scholar"
    # Refused while counts are renewed: the numbers do not jump back.
    refuse(made)
    made.enrich("--refresh")
    assert counts(made) == ACCURATE
    heal(made)
    assert not any(made.report()["requests"].values())


def test_a_person_who_changed_what_stood_in_keeps_it(made: House) -> None:
    refuse(made)
    made.enrich()
    note = made.notes / "a.md"
    note.write_text(note.read_text().replace("numCitedBy: 33", "numCitedBy: 40"))
    heal(made)
    made.enrich()
    assert counts(made) == (40, 11, ["Physics"])


def test_small_differences_are_replaced_too(made: House) -> None:
    made.configure(min_change={"absolute": 1000, "relative": 0.9})
    refuse(made)
    made.enrich()
    heal(made)
    made.enrich()
    assert counts(made) == ACCURATE


def test_an_order_of_ones_own_has_no_stand_ins(made: House) -> None:
    made.configure(precedence={"citation_count": ["semantic_scholar"]})
    refuse(made)
    made.enrich()
    assert counts(made) == (None, 11, ["Physics"])


def test_an_order_of_ones_own_may_prefer_another_service(made: House) -> None:
    made.configure(precedence={"citation_count": ["openalex", "semantic_scholar"]})
    assert made.enrich().code == 0
    assert counts(made) == (33, 11, ["Physics"])
    made.enrich("--refresh")
    assert counts(made)[0] == 33


def test_where_a_service_is_switched_off_others_stand_in_for_good(made: House) -> None:
    off = {"enabled": False}
    made.configure(providers={"catalog": off, "semantic_scholar": off})
    assert made.enrich().code == 0
    assert counts(made) == (33, 11, ["Physics"])
    assert not any(made.report()["requests"].values())


def test_offline_nobody_stands_in(made: House) -> None:
    refuse(made)
    made.enrich("--dry-run")  # OpenAlex's answers are in the cache now
    made.enrich("--offline")
    assert counts(made) == (None, None, None)


def test_openalex_tells_what_a_title_means_by_what_the_work_cites(tmp_path: Path) -> None:
    """A note lists far more than the services have of its work: only the lists can tell."""
    cited = [
        Record(known(f"A cited work about the {word} of letters"), f"{n:040x}", year=2000)
        for n, word in enumerate(("sound", "shape", "order"), 10)
    ]
    about = Record(
        known("Beta and the study of second runes"), f"{2:040x}", authors=ALPHA.authors,
        full_names=ALPHA.full_names, year=2020, citation_count=101, reference_count=3,
        doi="10.1000/beta",
    )  # fmt: skip
    lists = {about.paper_id or "": [each.paper_id or "" for each in cited]}
    others = [f"Another work that nobody knows, number {n}" for n in range(21)]
    bullets = "".join(f"- {title}\n" for title in [*(each.title for each in cited), *others])
    off = {"catalog": {"enabled": False}}
    with house(tmp_path, Corpus([about, *cited], lists), providers=off) as made:
        tags = "tags:\n- gen-from-ref\n- paper\n"
        made.put("a.md", f"---\ntitle: {about.title}\n{tags}---\n\n# References\n\n{bullets}")
        refuse(made)
        made.enrich()
        assert counts(made)[:2] == (33, 3)
        assert made.server
        queries = [e.params["filter"] for e in made.server.log if e.service == "openalex"]
        assert any(text.startswith("cited_by:") for text in queries)


def test_what_the_service_does_not_know_is_not_asked_for_again(tmp_path: Path) -> None:
    unknown = Record(**{**{f: getattr(ALPHA, f) for f in ALPHA.__slots__}, "paper_id": None})
    with house(tmp_path, Corpus([unknown]), providers={"catalog": {"enabled": False}}) as made:
        made.put("a.md", f"---\ntitle: {ALPHA.title}\ntags:\n- gen-from-ref\n- paper\n---\n")
        refuse(made)
        made.enrich()
        heal(made)
        assert made.enrich().code == 0
        assert counts(made) == (33, 11, ["Physics"])
        assert not any(made.report()["requests"].values())


def test_what_older_rules_of_asking_did_not_find_is_asked_for_again(made: House) -> None:
    made.put(
        "b.md", "---\ntitle: A work that nobody knows of\ntags:\n- gen-from-ref\n- paper\n---\n"
    )
    made.enrich()
    assert not any(made.report()["requests"].values())
    text = made.ledger.read_text()
    assert text.count('"query_rules":') == 1
    made.ledger.write_text(re.sub(r'"query_rules":\d+,?', "", text).replace(",}", "}"))
    (made.folder / "cache").rename(made.folder / "elsewhere")
    assert any(made.report()["requests"].values())
    assert not any(made.report()["requests"].values())
