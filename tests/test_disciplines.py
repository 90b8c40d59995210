"""Services of one discipline: asked where the vault or the note shows it, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from house import House, house
from scholar import Corpus, Record

OFF: dict[str, Any] = {"catalog": {"enabled": False}}
OTHERS = ("semantic_scholar", "openalex", "crossref", "arxiv")


def record(number: int, **more: Any) -> Record:
    said: dict[str, Any] = {
        "title": f"Effects of substance number {number} on cells in culture",
        "paper_id": f"{number:040x}",
        "authors": (f"A. Writer{number}",),
        "full_names": (f"Anna Writer{number}",),
        "year": 1990 + number,
        "venue": "Journal of Cell Science",
        "doi": f"10.1000/{number}",
        "pmid": str(19872400 + number),
    }
    return Record(**(said | more))


CELLS = [record(number) for number in range(6)]


STRINGS = [
    record(n, pmid=None, short_venue="Phys.Rev.D", arxiv_id=f"hep-th/99010{n:02}") for n in range(6)
]


def note(title: str, **keys: object) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in keys.items())
    return f"---\ntitle: {title}\n{lines}authors:\nyear:\ntags:\n- paper\n---\n"


def without_others(made: House, *names: str) -> None:
    made.configure(providers=OFF | {name: {"enabled": False} for name in names or OTHERS})


def filled(made: House, name: str, record: Record) -> bool:
    text = (made.notes / name).read_text()
    return f"year: {record.year}\n" in text and record.full_names[0] in text


@pytest.mark.parametrize("key", ["pmid", "pmcid"])
def test_notes_with_an_identifier_are_completed_by_europe_pmc_alone(
    tmp_path: Path, key: str
) -> None:
    records = [record(n, pmcid=f"PMC{2323700 + n}") for n in range(6)]
    with house(tmp_path, Corpus(records)) as made:
        without_others(made)
        for number, each in enumerate(records):
            made.put(f"{number}.md", note(f"Note {number}", **{key: getattr(each, key)}))
        assert made.enrich().code == 0
        assert made.server
        assert made.server.requests() == 1
        assert all(filled(made, f"{n}.md", each) for n, each in enumerate(records))


def test_notes_with_an_old_arxiv_id_are_completed_by_inspire_alone(tmp_path: Path) -> None:
    with house(tmp_path, Corpus(STRINGS)) as made:
        without_others(made)
        for number, each in enumerate(STRINGS):
            made.put(f"{number}.md", note(f"Note {number}", arxiv=each.arxiv_id))
        assert made.enrich().code == 0
        assert made.server
        assert (made.server.requests(), made.server.requests("inspire")) == (1, 1)
        assert all(filled(made, f"{n}.md", each) for n, each in enumerate(STRINGS))


def test_new_arxiv_ids_are_asked_for_in_a_vault_of_physics_only(tmp_path: Path) -> None:
    new = record(9, pmid=None, paper_id=None, short_venue="Phys.Rev.D", arxiv_id="1501.00009")
    for folder, others, requests in (("few", CELLS, 0), ("many", STRINGS, 1)):
        with house(tmp_path / folder, Corpus([*others, new])) as made:
            without_others(made)
            for number, each in enumerate(others):
                ids = {"arxiv": each.arxiv_id} if each.arxiv_id else {"pmid": each.pmid}
                made.put(f"{number}.md", note(f"Note {number}", **ids))
            made.put("new.md", note("A note", arxiv=new.arxiv_id))
            made.enrich()
            assert made.server
            assert made.server.requests("inspire") == requests
            assert filled(made, "new.md", new) is bool(requests)


BOOK = Record(
    title="The Analysis of Growth: A Primer",
    full_names=("Ada Grower",),
    year=1987,
    isbn="9780262035613",
)


@pytest.mark.parametrize("title", [BOOK.title, "The Analysis of Growth"])
def test_a_book_that_nobody_knows_is_completed_by_its_isbn(tmp_path: Path, title: str) -> None:
    with house(tmp_path, Corpus([BOOK, *CELLS]), providers=OFF) as made:
        made.put("a.md", note(title.replace(":", " -"), isbn="0-262-03561-8"))
        made.put("b.md", note(CELLS[0].title))
        assert made.enrich().code == 0
        assert made.server
        assert made.server.requests("open_library") == 1
        assert filled(made, "a.md", BOOK)


def test_a_paper_is_not_the_volume_whose_isbn_it_has(tmp_path: Path) -> None:
    with house(tmp_path, Corpus([BOOK]), providers=OFF) as made:
        titles = {"a.md": "Roots", "b.md": "A paper in a volume of five others"}
        before = {name: note(title, isbn="9780262035613") for name, title in titles.items()}
        paths = [made.put(name, text) for name, text in before.items()]
        made.enrich()
        assert made.server
        assert made.server.requests("open_library") == 1
        assert [path.read_text() for path in paths] == list(before.values())


def test_vaults_without_isbns_pay_no_request(tmp_path: Path) -> None:
    with house(tmp_path, Corpus([BOOK]), providers=OFF) as made:
        made.put("a.md", note("The Analysis of Growth"))
        made.enrich()
        assert made.server
        assert made.server.requests("open_library") == 0


def test_what_nobody_else_knows_is_searched_in_a_vault_of_biomedicine(tmp_path: Path) -> None:
    lone = record(7, paper_id=None, doi=None, pmid="777")
    with house(tmp_path, Corpus([*CELLS, lone])) as made:
        without_others(made, "openalex")
        for number, each in enumerate(CELLS):
            made.put(f"{number}.md", note(each.title, venue="Journal of Cell Science"))
        made.put("lone.md", note(lone.title, venue=""))
        made.enrich()
        assert made.server
        searches = [e for e in made.server.log if e.service == "europe_pmc"]
        assert 1 <= len(searches) <= 2
        assert all("TITLE:" in entry.params["query"] for entry in searches)
        assert filled(made, "lone.md", lone)


@pytest.mark.parametrize("fault", [None, "refuse"])
def test_other_vaults_pay_no_request(tmp_path: Path, fault: str | None) -> None:
    lone = record(7, paper_id=None, doi=None, pmid="777")
    with house(tmp_path, Corpus([*CELLS, lone]), providers=OFF) as made:
        assert made.server
        if fault:
            made.server.fault("semantic_scholar", fault)
        for number, each in enumerate([*CELLS, lone]):
            made.put(f"{number}.md", note(each.title, venue="ICML"))
        made.enrich()
        assert made.server.requests("europe_pmc") == made.server.requests("inspire") == 0


def test_a_ladder_that_names_it_asks_it_about_everything(tmp_path: Path) -> None:
    ladder = [{"rung": "title_search", "ask": ["europe_pmc"]}]
    with house(tmp_path, Corpus(CELLS), providers=OFF, ladder=ladder) as made:
        made.put("a.md", note(CELLS[0].title, venue="ICML"))
        made.enrich()
        assert made.server
        assert made.server.requests("europe_pmc") == 1


def test_an_answer_without_its_content_is_asked_for_again(tmp_path: Path) -> None:
    with house(tmp_path, Corpus(CELLS)) as made:
        without_others(made)
        ladder = [{"rung": "title_search", "ask": ["europe_pmc"]}]
        made.configure(ladder=ladder)
        for number, each in enumerate(CELLS):
            made.put(f"{number}.md", note(each.title, venue=f"V{number}", pmid=each.pmid))
        assert made.enrich().code == 0
        assert made.server
        # Every fifth answer of the stand-in has nothing in it.
        assert made.server.requests("europe_pmc") == len(CELLS) + 1
        assert all(filled(made, f"{n}.md", each) for n, each in enumerate(CELLS))
