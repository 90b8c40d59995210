"""Which records of the catalogue data have authors that cannot be right."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from scripts.check_catalog import Fault, Listing, faults, listings, main, strangers

from refmatter.titles import title_key

TITLE = "Offline reading of very rare handwritten words"
RIGHT = ["Alex Graves", "Jürgen Schmidhuber"]


def record(
    paper: str, names: list[str], /, *, title: str = TITLE, year: int = 2008, **more: Any
) -> dict[str, Any]:
    said = {"paper_id": paper, "title": title, "authors": names, "year": year}
    return {"title": title, "year": year, "source": "s2", "s2": said} | more


def listed(authors: list[str], **more: Any) -> dict[str, Any]:
    """A record that DBLP alone has."""
    return {"title": TITLE, "year": 2008, "source": "dblp", "authors": authors} | more


def test_a_name_that_cannot_be_one() -> None:
    found = faults([record("a", ["T. Munich", "H Germany"])], {})
    assert found["a"] == (Fault.IMPOSSIBLE, "H Germany", False)


def test_a_record_with_a_sound_twin_can_go() -> None:
    twin = record("b", RIGHT, source="dblp+s2", authors=RIGHT)
    assert faults([record("a", ["T. Munich", "H Germany"]), twin], {})["a"].twin
    short = [record("a", ["Usa"], title="Rare words"), record("b", RIGHT, title="Rare words")]
    assert not faults(short, {})["a"].twin


def test_whom_the_records_own_bibliography_names() -> None:
    cut = record("a", RIGHT[:1], source="acl+s2", authors=RIGHT)
    assert faults([cut], {})["a"] == (Fault.BIBLIOGRAPHY, RIGHT[1], False)
    whole = record("a", ["J. Schmidhuber", "A. Graves"], source="dblp+s2", authors=RIGHT)
    assert faults([whole], {}) == {}


def test_whom_other_records_of_that_title_and_time_name() -> None:
    editors = record("a", ["B. Schölkopf", "J. Platt"], year=2009)
    assert faults([editors, listed(RIGHT)], {})["a"] == (Fault.TITLE, RIGHT[0], False)
    assert faults([editors, listed(RIGHT, year=2015)], {}) == {}
    assert faults([editors, listed(["John Platt"])], {}) == {}
    assert faults([editors, listed(RIGHT), listed(["John Platt"])], {}) == {}


def test_short_titles_are_several_works() -> None:
    title = "Learning to recognize objects"
    one, other = record("a", ["G. Wallis"], title=title), listed(["Dan Roth"], title=title)
    assert faults([one, other], {}) == {}


def test_answers_of_services_speak_against_a_list_and_notes_for_it() -> None:
    said = {title_key(TITLE): [Listing(tuple(RIGHT), 2008)]}
    wrong = record("a", ["C. Ernst"])
    assert faults([wrong], said)["a"].fault is Fault.TITLE
    said[title_key(TITLE)].append(Listing(("C. Ernst",), 2008, owner=True))
    assert faults([wrong], said) == {}
    notes = {title_key(TITLE): [Listing(("A. Atiya",), 2008, owner=True)]}
    assert faults([record("a", RIGHT)], notes) == {}


@pytest.mark.parametrize(
    ("names", "others"),
    [
        (["A. B. Smith", "C. Doe"], ["Carl Doe", "Anna Smith"]),
        (["Zhao Hai"], ["Hai Zhao"]),
        (["Benjamin Rozenfeld"], ["Benjamin Rosenfeld"]),
        (["Kumiko Tanaka-Ishii"], ["Kumiko Tanaka"]),
        (["Sebastian Tramp", "S. Auer"], ["Sebastian Dietzold", "Sören Auer"]),
        (["K. Schuler", "M. Palmer"], ["Karin Kipper", "Martha Palmer"]),
        (["V. Garcia Satorras", "Joan Bruna"], ["Victor Garcia Satorras", "Joan Bruna Estrach"]),
    ],
)  # fmt: skip
def test_people_who_are_spelt_otherwise_are_no_strangers(
    names: list[str], others: list[str]
) -> None:
    assert strangers(names, others) == ((), ())


def test_strangers() -> None:
    assert strangers(["A. Adams", "Ming Zhou"], ["A. Adams", "Dongsheng Li"]) == (
        ("Ming Zhou",),
        ("Dongsheng Li",),
    )


def test_sources_are_read_as_they_stand(tmp_path: Path) -> None:
    searches = tmp_path / "title-searches"
    searches.mkdir()
    crossref = {
        "DOI": "10.1/a", "title": ["By Crossref"], "issued": {"date-parts": [[2001, 5]]},
        "author": [{"given": "Ada", "family": "One"}, {"name": "The Team"}],
    }  # fmt: skip
    openalex = {
        "display_name": "By OpenAlex", "publication_year": 2002,
        "authorships": [{"author": {"display_name": "Bea Two"}}, {"author": {}}],
    }  # fmt: skip
    dblp = {
        "info": {
            "title": "By DBLP.",
            "year": "2003",
            "authors": {"author": {"@pid": "1", "text": "Cy Three 0001"}},
        }
    }
    for name, hit in (("crossref", crossref), ("dblp", dblp)):
        line = json.dumps({"provider": name, "results": [hit]})
        (searches / f"{name}.jsonl.gz").write_bytes(gzip.compress(line.encode()))
    recorded = tmp_path / "recordings" / "openalex"
    recorded.mkdir(parents=True)
    body = json.dumps({"results": [openalex]})
    (recorded / "a.json").write_text(json.dumps({"response": {"body": body}}))
    (recorded / "b.json").write_text(json.dumps({"response": {"body": "<html>"}}))
    notes = tmp_path / "vaults" / "one"
    notes.mkdir(parents=True)
    (notes / "a.md").write_text("---\ntitle: By a person\nauthors: [Di Four]\nyear: 2004\n---\n")
    (notes / "b.md").write_text("---\ntitle: [\n---\n")
    (notes / "c.md").write_text("No front matter\n")
    assert listings(tmp_path) == {
        "bycrossref": [Listing(("Ada One", "The Team"), 2001)],
        "byopenalex": [Listing(("Bea Two",), 2002)],
        "bydblp": [Listing(("Cy Three",), 2003)],
        "byaperson": [Listing(("Di Four",), 2004, owner=True)],
    }


def test_it_prints_a_line_for_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data.jsonl.gz"
    records = [record("a", ["T. Munich", "H Germany"]), record("b", RIGHT)]
    data.write_bytes(gzip.compress("\n".join(map(json.dumps, records)).encode()))
    main([str(data), "--against", str(tmp_path)])
    [line] = capsys.readouterr().out.splitlines()
    assert line.split("\t") == [
        "left out", Fault.IMPOSSIBLE, "H Germany", "2008", TITLE, "T. Munich; H Germany",
    ]  # fmt: skip
