"""Real titles are labelled by evidence, and what it does not decide by a person."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from benchmarks.matching.case import Case
from benchmarks.matching.draw import Library
from benchmarks.matching.labels import FILE, SETS, Label, Labels, labels
from benchmarks.matching.real import main
from benchmarks.matching.real_lists import FEW_WORDS, Asked
from benchmarks.matching.real_searches import Row, candidates, cases, is_evident, rows
from benchmarks.matching.real_titles import bullets, listed, twice_titled, unlinked
from benchmarks.matching.retrieval import Index
from benchmarks.matching.works import Work as Record
from benchmarks.matching.works import Works, folded

from refmatter.model import Identifiers, Work
from support import LARGE

pytestmark = pytest.mark.unmeasured

NONE = Labels(())
TITLE = "Learning to Read: A Study"


def row(service: str, *hits: dict[str, Any]) -> Row:
    reference = {"title": TITLE, "authors": ["Ann Lee", "et al"], "year": 2019, "venue": "ICML"}
    return {"provider": service, "query": TITLE, "reference": reference, "results": list(hits)}


def s2(digit: str, title: str = TITLE, author: str = "A. Lee", year: int = 2020) -> dict[str, Any]:
    return {"paperId": digit * 40, "title": title, "authors": [{"name": author}], "year": year}


CROSSREF = {
    "DOI": "10.1/A",
    "title": ["Learning to Read"],
    "subtitle": ["A Study"],
    "author": [{"given": "Ann", "family": "Lee"}],
    "published": {"date-parts": [[2019, 5]]},
}
DBLP = {
    "info": {
        "key": "conf/icml/Lee19",
        "title": f"{TITLE}.",
        "authors": {"author": {"text": "Ann Lee 0002"}},
        "year": "2019",
        "venue": "ICML",
        "type": "Conference and Workshop Papers",
    }
}
OPENALEX = {
    "id": "https://openalex.org/W1",
    "display_name": TITLE,
    "publication_year": 2019,
    "authorships": [{"raw_author_name": "Ann Lee"}],
}


@pytest.mark.parametrize(
    ("service", "hit", "name", "titles"),
    [
        ("crossref", CROSSREF, "10.1/a", [TITLE, "Learning to Read"]),
        ("dblp", DBLP, "conf/icml/Lee19", [TITLE]),
        ("openalex", OPENALEX, "W1", [TITLE]),
        ("semantic-scholar", s2("a"), "a" * 40, [TITLE]),
    ],
)
def test_a_hit_is_read_as_the_services_answers_are(
    service: str, hit: dict[str, Any], name: str, titles: list[str]
) -> None:
    found = [each for each, _ in candidates(row(service, hit))]
    assert [(each["id"], each["title"]) for each in found] == [(name, title) for title in titles]
    assert {each["year"] for each in found} <= {2019, 2020}
    assert all(each["authors"][0].endswith("Lee") for each in found)


def test_a_search_is_asked_with_hints_and_without() -> None:
    hits = (s2("a"), s2("b", "Learning to Write", "B. Kim"))
    hinted, bare = cases(iter([row("semantic-scholar", *hits)]), NONE, Counter())
    assert (hinted.kind, hinted.right) == ("search", frozenset({"a" * 40}))
    assert (hinted.question["year"], hinted.question["authors"]) == (2019, ["Ann Lee", "et al"])
    assert (bare.kind, bare.right) == ("search_bare", hinted.right)
    assert (bare.question["year"], bare.question["authors"]) == (None, None)


def test_a_title_alone_is_not_asked_for_where_another_work_has_it() -> None:
    unsure: Counter[str] = Counter()
    hits = (s2("a"), s2("b", author="B. Kim"))
    found = list(cases(iter([row("semantic-scholar", *hits)]), NONE, unsure))
    assert [each.kind for each in found] == ["search"]
    assert unsure == {"search_bare": 1}


def test_a_person_overrules_the_evidence() -> None:
    def right(ruling: bool | None) -> list[frozenset[str]]:
        said = Labels([Label("semantic-scholar", TITLE, "a" * 40, ruling, "an erratum")])
        searched = iter([row("semantic-scholar", s2("a"))])
        return [each.right for each in cases(searched, said, Counter())]

    assert right(ruling=False) == [frozenset()]
    assert right(ruling=True) == [{"a" * 40}] * 2
    assert right(ruling=None) == []


@pytest.mark.parametrize(
    ("work", "evident"),
    [
        (Work(TITLE, authors=("Ann Lee", "Bo Kim"), year=2021), True),
        (Work(TITLE, authors=("Ann Lee",), year=2022), False),
        (Work(TITLE, authors=("Bo Kim",), year=2019), False),
        (Work(TITLE), False),
        (Work("Learning", authors=("Ann Lee",), year=2019), False),
        (Work("Other", authors=("A. Lee",), identifiers=Identifiers(arxiv="1901.00001")), True),
        (Work("Other", authors=("B. Kim",), identifiers=Identifiers(arxiv="1901.00001")), False),
        (Work("Other", authors=("A. Lee",), identifiers=Identifiers(doi="10.1/x")), True),
    ],
)
def test_names_and_years_or_identifiers_are_evidence(work: Work, *, evident: bool) -> None:
    reference = {
        "title": TITLE,
        "authors": ["Ann Lee", "et al"],
        "year": 2019,
        "url": "https://arxiv.org/abs/1901.00001",
        "doi": "10.1/X",
    }
    assert is_evident(reference, work) is evident


def test_a_notes_list_is_read_as_a_reader_sees_it() -> None:
    note = (
        "- before\n## Paper References\n- [A (b): c](./a.md)\n2. Plain title \n\ntext\n# Else\n- x"
    )
    assert list(bullets(note)) == ["A (b): c", "Plain title"]


def record(name: str, title: str, *authors: str, year: int | None = 2000) -> Record:
    return Record(name, title, authors, year, "ICML", None, listed=True, words=folded(title))


RECORDS = (
    record("p1", "Sparse Coding of Natural Images", "Ann Lee"),
    record("p2", "Sparse coding of natural images!", "A. Lee", year=2001),
    record("p3", "Sparse Coding of Natural Scenes", "Ann Lee"),
    record("p4", "Multitask Learning for Speech Data", "Bo Kim"),
    record("p5", "Multitask learning for speech data", "Cy Roe"),
    record("p6", "Sparse Images", "Ann Lee"),
)


def asked(*said: Label) -> tuple[Asked, Counter[str]]:
    unsure: Counter[str] = Counter()
    return Asked(Library(Works(RECORDS), Index(RECORDS)), Labels(said), unsure), unsure


def kinds(found: list[Case]) -> list[tuple[str, set[str]]]:
    return [(each.kind, set(each.right)) for each in found]


def test_an_equal_title_is_the_work_unless_two_works_have_it() -> None:
    questions, unsure = asked()
    titles = (
        "Sparse coding - of natural images",
        "Sparse images.",
        "Sparse Coding of Sounds",
        "Multitask Learning for Speech Data",
    )
    assert kinds(list(questions.lists(titles))) == [
        ("list_same", {"p1", "p2"}),
        ("list_short", {"p6"}),
        ("list_absent", set()),
    ]
    assert unsure == {"lists": 1}
    assert len(folded("Sparse images.")) <= FEW_WORDS


def test_a_string_that_names_a_work_is_answered_by_what_a_person_said() -> None:
    cut, unclear = "Sparse cod of nat", "Sparse coding"
    questions, unsure = asked(
        Label("unresolved", cut, "p2", right=True, why="cut"),
        Label("unresolved", unclear, None, right=None, why="cannot be told"),
    )
    found = list(questions.unresolved([(cut, 1999), (unclear, None), ("Sparse Trees", None)]))
    assert kinds(found) == [("unresolved", {"p1", "p2"}), ("unresolved", set())]
    assert found[0].question["year"] in (None, 1999)
    assert unsure == {"unresolved": 1}


def test_a_record_is_found_by_the_title_another_service_gives_it() -> None:
    questions, _ = asked()
    said = {"title": "SPARSE CODING OF NATURAL IMAGES", "year": 2002, "authors": ["A. Lee"]}
    (found,) = questions.two_titles([{"id": "p1", "title": "any", "s2": said}])
    assert (found.kind, found.right) == ("two_titles", frozenset({"p1", "p2"}))
    assert found.question["year"] in (None, 2002)


def test_the_same_people_wrote_the_work_under_another_title_or_another_work() -> None:
    title = RECORDS[0].title
    for ruling, kind, right in ((True, "retitled", {"p3"}), (False, "same_authors", set[str]())):
        questions, _ = asked(Label("titles", title, "p3", ruling, "", asks="p1"))
        (found,) = questions.same_people()
        assert (found.kind, set(found.right)) == (kind, right)
        assert {"p1", "p2"}.isdisjoint(each["id"] for each in found.question["candidates"])


def test_the_labels_are_well_formed() -> None:
    first, *lines = FILE.read_text(encoding="utf-8").splitlines()
    assert set(json.loads(first)) == {"about"}
    found = [Label(**json.loads(line)) for line in lines]
    assert tuple(found) == labels().all
    for each in found:
        assert each.set in SETS
        assert each.query
        assert each.why
        assert each.right in (True, False, None)
        assert each.id or not each.right
        assert (each.asks is None) is (each.set != "titles")
    names = Counter((each.set, each.query, each.id, each.asks) for each in found)
    assert [name for name, times in names.items() if times > 1] == []


def test_without_the_large_data_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("REFMATTER_DATA", raising=False)
    assert main([]) == 2
    assert "REFMATTER_DATA" in capsys.readouterr().out


@pytest.mark.skipif(
    not (LARGE / "title-searches").exists(), reason="the large data (REFMATTER_DATA) is not here"
)
def test_every_label_is_used() -> None:
    catalogue = LARGE / "catalogue"
    asked_for = {
        (row["provider"], row["reference"]["title"], each["id"])
        for row in rows(LARGE / "title-searches")
        for each, _ in candidates(row)
    }
    strings = {title for title, _ in unlinked(catalogue / "unresolved-titles.jsonl.gz")}
    titles = {"lists": set(listed(LARGE / "vaults")), "unresolved": strings}
    known = _titles(catalogue / "catalogue.jsonl.gz")
    for each in labels().all:
        if each.set in titles:
            assert each.query in titles[each.set]
            assert each.id is None or each.id in known
        elif each.set == "titles":
            assert known[each.asks or ""] == each.query
            assert each.id in known
        else:
            assert (each.set, each.query, each.id) in asked_for


@pytest.mark.skipif(
    not (LARGE / "catalogue").exists(), reason="the large data (REFMATTER_DATA) is not here"
)
def test_some_records_have_two_titles() -> None:
    row = next(twice_titled(LARGE / "catalogue" / "catalogue.jsonl.gz"))
    assert row["s2"]["title"] != row["title"]


def _titles(path: Path) -> dict[str, str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return {row["id"]: row["title"] for row in map(json.loads, lines)}
