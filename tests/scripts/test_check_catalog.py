"""Which values of the records of the catalogue data cannot be right."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from scripts.check_catalog import Doubt, Fault, Listing, doubts, faults, listings, main, strangers

from refmatter.titles import title_key

pytestmark = pytest.mark.unmeasured

TITLE = "Offline reading of very rare handwritten words"
RIGHT = ["Alex Graves", "Jürgen Schmidhuber"]


def record(
    paper: str, names: list[str], /, *, title: str = TITLE, year: int = 2008, **more: Any
) -> dict[str, Any]:
    said = {"paper_id": paper, "title": title, "authors": names, "year": year, "venue": None}
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


@pytest.mark.parametrize("title", [TITLE, "Rare words"])
def test_a_list_that_lacks_authors_whom_another_source_has(title: str) -> None:
    cut = record("a", RIGHT[:1], title=title)
    whole = record("b", ["A. Graves", "J. Schmidhuber"], title=title)
    found = faults([cut, whole], {})
    assert found == {"a": (Fault.CUT, "J. Schmidhuber", False)}
    said = {title_key(title): [Listing(tuple(RIGHT), 2008)]}
    assert faults([cut], said)["a"].fault is Fault.CUT
    said[title_key(title)].append(Listing(tuple(RIGHT[:1]), 2008, owner=True))
    assert faults([cut], said)["a"].fault is Fault.CUT


@pytest.mark.parametrize(
    ("names", "year"),
    [
        (RIGHT, 2009),
        (RIGHT, None),
        (RIGHT[::-1], 2008),
        (["Alex Graves", "A. Graves"], 2008),
        (["Alex Graves", "H Germany"], 2008),
    ],
)
def test_a_longer_list_of_another_version_or_with_a_name_twice_says_nothing(
    names: list[str], year: int | None
) -> None:
    said = {title_key(TITLE): [Listing(tuple(names), year)]}
    assert faults([record("a", RIGHT[:1])], said) == {}


def test_a_note_keeps_no_list_that_lacks_authors_of_its_bibliography() -> None:
    cut = record("a", RIGHT[:1], source="dblp+s2", authors=RIGHT)
    said = {title_key(TITLE): [Listing(tuple(RIGHT[:1]), 2008, owner=True)]}
    assert faults([cut], said)["a"] == (Fault.BIBLIOGRAPHY, RIGHT[1], False)


def test_a_page_whose_address_names_others() -> None:
    mixed = record("a", ["Radford M. Neal"])
    mixed["s2"]["slug"] = "Offline-reading-of-words-Graves-Schmidhuber"
    again = record("b", ["Radford M. Neal"])
    again["s2"]["slug"] = "Offline-reading-of-words-Neal"
    found = faults([mixed, again], {})
    assert {paper: each.fault for paper, each in found.items()} == {
        "a": Fault.ADDRESS, "b": Fault.ADDRESS,
    }  # fmt: skip
    assert all(each.is_out for each in found.values())
    right = record("c", RIGHT)
    right["s2"]["slug"] = mixed["s2"]["slug"].replace("Schmidhuber", "Schmidhüber")
    assert faults([right], {}) == {}


def version(year: int | None, venue: str | None, /, **more: Any) -> dict[str, Any]:
    """A record that a bibliography has at a conference of 2008."""
    made = record("a", RIGHT, source="dblp+s2", dblp_key="conf/icml/A08", venue="ICML") | more
    made["s2"] |= {"year": year, "venue": venue}
    return made


@pytest.mark.parametrize(
    ("venue", "right"),
    [
        ("J. Mach. Learn. Res.", "ICML"),
        ("Commun. ACM", "ICML"),
        ("Toward some book", "ICML"),
        ("TICML", "ICML"),
    ],
)
def test_a_venue_elsewhere_beside_the_year_of_the_conference(venue: str, right: str) -> None:
    assert doubts(version(2008, venue)) == {Doubt.VENUE: {"venue": right}}
    assert doubts(version(2008, venue, venue="Workshop")) == {Doubt.VENUE: {"venue": None}}


def test_year_and_venue_of_another_version_than_the_identifiers() -> None:
    [(doubt, changes)] = doubts(version(2010, "J. Mach. Learn. Res.")).items()
    assert (doubt, changes) == (Doubt.VERSION, {"doi": None, "acl": None, "dblp": None})


def test_an_articles_venue_beside_the_anthologys_id_of_a_conference() -> None:
    more = {"source": "acl+s2", "acl_id": "P08-1001", "venue": "ACL", "dblp_key": None}
    assert doubts(version(2008, "Am. J. Comput. Linguistics", **more)) == {
        Doubt.VENUE: {"venue": "ACL"}
    }
    assert doubts(version(2008, "EMNLP", **more)) == {}
    journal = more | {"type": "article"}
    assert doubts(version(2008, "Am. J. Comput. Linguistics", **journal)) == {}


def test_a_year_that_is_not_the_bibliographys() -> None:
    assert doubts(version(2010, "ICML")) == {Doubt.YEAR: {"year": None}}
    assert doubts(version(2010, None)) == {Doubt.YEAR: {"year": None}}
    acl = {"source": "acl+s2", "acl_id": "W10-0001", "venue": "Workshop", "dblp_key": None}
    assert doubts(version(2010, None, **acl)) == {}


@pytest.mark.parametrize(
    ("year", "venue"),
    [
        (2008, "ICML '08"),
        (2008, "2008 International Conference on Machine Learning (ICML)"),
        (2008, "ArXiv"),
        (2008, None),
        (None, "ICML"),
    ],
)
def test_a_record_of_one_version(year: int | None, venue: str | None) -> None:
    assert doubts(version(year, venue)) == {}


@pytest.mark.parametrize(
    ("venue", "is_other"),
    [
        ("ICLR 2016", True),
        ("SIGGRAPH '08", True),
        ("2011 Conference on Reading", True),
        ("ICLR 2015", False),
        ("KDD '15", False),
        ("Nursing (Great Britain : 1987)", False),
        ("1000 words", False),
    ],
)
def test_a_venue_that_names_another_year(venue: str, is_other: bool) -> None:
    found = doubts(version(2015, venue, source="s2"))
    assert found == ({Doubt.NAMED: {"year": None, "venue": None}} if is_other else {})


def test_a_preprint_comes_no_years_after_the_work() -> None:
    preprint = {"source": "s2", "arxiv_id": "1006.00001"}
    assert doubts(version(2008, None, **preprint)) == {
        Doubt.PREPRINT: {"year": None, "arxiv": None}
    }
    assert doubts(version(2009, None, **preprint)) == {}
    assert doubts(version(2015, None, **preprint)) == {}


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
    scholar = {
        "paperId": "a", "title": "By Semantic Scholar", "year": 2005,
        "authors": [{"name": "Eve Five"}, {"name": None}],
    }  # fmt: skip
    dblp = {
        "info": {
            "title": "By DBLP.",
            "year": "2003",
            "authors": {"author": {"@pid": "1", "text": "Cy Three 0001"}},
        }
    }
    for name, hit in (("crossref", crossref), ("dblp", dblp), ("semantic-scholar", scholar)):
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
        "bysemanticscholar": [Listing(("Eve Five",), 2005)],
        "bydblp": [Listing(("Cy Three",), 2003)],
        "byaperson": [Listing(("Di Four",), 2004, owner=True)],
    }


def test_it_prints_a_line_for_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data.jsonl.gz"
    records = [record("a", ["T. Munich", "H Germany"]), version(2008, "J. X")]
    records[1]["s2"]["paper_id"] = "b"
    data.write_bytes(gzip.compress("\n".join(map(json.dumps, records)).encode()))
    main([str(data), "--against", str(tmp_path)])
    changed, line = capsys.readouterr().out.splitlines()
    assert changed.split("\t")[:4] == ["changed", Doubt.VENUE, "venue: ICML", "2008"]
    assert line.split("\t") == [
        "left out", Fault.IMPOSSIBLE, "H Germany", "2008", TITLE, "T. Munich; H Germany",
    ]  # fmt: skip
