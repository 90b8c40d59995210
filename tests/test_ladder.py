"""The ladder, end to end: which questions are asked, in which order, and what an outage does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import scholar
from house import House, house
from ledger_text import decisions
from scholar import Corpus, Record
from scholar.corpus import with_dois
from scholar.server import SERVICES
from support import absent

FULL = "authors:\n- Z. Zed\nfieldsOfStudy:\n- Art\nmeta_key: full\nnumCitedBy: 5\nref_count: 6\n"


def bare(title: str, more: str = "", body: str = "") -> str:
    """A bare note in the seed vault's dialect, with more lines of front matter and a body."""
    tags = "tags:\n- gen-from-ref\n- paper\n"
    return f"---\ntitle: {title.replace(': ', ' - ')}\n{more}{tags}---\n{body}"


def record(number: int, title: str, **more: object) -> Record:
    said: dict[str, object] = {
        "authors": (f"A. Author{number}", "B. Other"),
        "year": 2000 + number,
        "venue": "ICML",
        "citation_count": 100 + number,
        "reference_count": 10 + number,
        "fields_of_study": ("Computer Science",),
        "doi": f"10.1000/{number}",
    }
    return Record(title, f"{number:040x}", **(said | more))  # type: ignore[arg-type]  # a test's own words


ALPHA = record(
    1, "Alpha: a study of first letters", year=2020, arxiv_id="2001.00001", doi="10.1000/alpha"
)
BETA = record(2, "Beta decay of second letters in long words")
TWIN_A = record(3, "A title that two works have got", citation_count=900)
TWIN_B = record(
    14, "A title that two works have got", citation_count=3, authors=("C. Baker", "B. Other")
)
GAMMA = record(5, "Gamma rays", citation_count=77)
DELTA = record(4, "Delta of the Loire")
PREPRINT = record(6, "A preprint only arXiv knows of", arxiv_id="2002.00002")


@pytest.fixture
def corpus() -> Corpus:
    unknown = Record(PREPRINT.title, None, full_names=("P. Print",), year=2020,
                     arxiv_id="2002.00002")  # fmt: skip
    return Corpus(
        [ALPHA, BETA, TWIN_A, TWIN_B, GAMMA, DELTA, unknown],
        references={ALPHA.paper_id or "": [TWIN_B.paper_id or "", BETA.paper_id or ""]},
    )


@pytest.fixture
def made(tmp_path: Path, corpus: Corpus) -> Iterator[House]:
    with house(tmp_path, corpus, providers={"catalog": {"enabled": False}}) as each:
        yield each


def paths(made: House) -> Counter[str]:
    assert made.server
    names = {
        "/graph/v1/paper/batch": "batch",
        "/graph/v1/paper/search/match": "match",
        "/graph/v1/paper/search": "search",
        "/graph/v1/paper/search/bulk": "bulk",
    }
    return Counter(
        names.get(entry.path, "references")
        if entry.service == "semantic_scholar"
        else entry.service
        for entry in made.server.log
    )


def test_a_bare_title_is_found_and_then_asked_for_by_identifier(made: House) -> None:
    note = made.put("b.md", bare(BETA.title))
    assert made.enrich().code == 0
    assert paths(made) == {"openalex": 1, "batch": 1}
    assert "numCitedBy: 102\n" in note.read_text()


def test_what_openalex_does_not_know_is_searched_and_checked_for_namesakes(made: House) -> None:
    note = made.put("d.md", bare(DELTA.title))
    assert made.enrich().code == 0
    # OpenAlex lists no such title, and one of four words may well be two works'.
    assert paths(made) == {"openalex": 1, "arxiv": 1, "match": 1, "search": 1}
    assert "numCitedBy: 104\n" in note.read_text()


def test_namesakes_that_nothing_tells_apart_are_left_alone(made: House) -> None:
    note = made.put("t.md", bare(TWIN_A.title))
    report = made.report()
    assert report["code"] == 0
    assert "authors" not in note.read_text()
    (doubt,) = report["ambiguous"]
    assert {c["year"] for c in doubt["candidates"]} == {2003, 2014}
    asked = made.server.requests() if made.server else 0
    assert not any(made.report()["requests"].values())
    assert made.server
    assert made.server.requests() == asked


@pytest.mark.parametrize(
    ("hint", "count"), [("year: 2003\n", 900), ("authors:\n- Carl Baker\n", 3)]
)
def test_what_a_note_says_tells_its_namesakes_apart(made: House, hint: str, count: int) -> None:
    note = made.put("t.md", bare(TWIN_A.title, hint))
    made.enrich()
    assert f"numCitedBy: {count}\n" in note.read_text()


def test_new_words_of_a_note_are_a_new_question(made: House) -> None:
    note = made.put("t.md", bare(TWIN_A.title))
    made.enrich()
    assert "authors" not in note.read_text()
    note.write_text(note.read_text().replace("tags", "year: 2014\ntags"))
    assert made.enrich().code == 0
    assert "numCitedBy: 3\n" in note.read_text()
    assert not any(made.report()["requests"].values())


@pytest.mark.parametrize(
    "line",
    [
        f"urls:\n- https://www.semanticscholar.org/paper/Alpha-Author1/{1:040x}?sort=total\n",
        "arxiv: '2001.00001'\n",
        "url: https://arxiv.org/abs/2001.00001v3\n",
        "doi: 10.1000/ALPHA\n",
    ],
)
def test_an_identifier_is_used_before_the_title(made: House, line: str) -> None:
    note = made.put("a.md", bare("Alpha", line))
    assert made.enrich().code == 0
    assert paths(made) == {"batch": 1}
    assert "year: 2020\n" in note.read_text()


def test_a_whole_bibliography_comes_with_the_citing_works_list(made: House) -> None:
    text = bare(ALPHA.title) + (
        f"\n## References\n\n- {TWIN_A.title}\n- {BETA.title}\n- Nobody wrote this one\n"
    )
    made.put("a.md", text)
    assert made.enrich().code == 0
    # OpenAlex has no ALPHA. Its list settles two of three titles; who knows the third?
    assert paths(made) == {"openalex": 2, "bulk": 1, "references": 1}
    lines = made.lines()
    assert lines[TWIN_A.title]["ids"]["s2"] == TWIN_B.paper_id
    assert lines[BETA.title]["decision"] == "accepted"
    absent = lines["Nobody wrote this one"]
    assert absent["decision"] == "unmatched"
    assert absent["queries"] == {
        "openalex": {"title_batch": []},
        "semantic_scholar": {"citing_references": [ALPHA.paper_id]},
    }
    assert not any(made.report()["requests"].values())


def test_the_citing_lists_of_many_notes_are_one_request(made: House) -> None:
    for each in (ALPHA, BETA, GAMMA):
        url = f"urls:\n- https://www.semanticscholar.org/paper/x/{each.paper_id}\n"
        text = bare(each.title, url)
        made.put(f"{each.title[:4]}.md", text + "\n## References\n\n- Nobody wrote this\n")
    made.enrich()
    assert paths(made) == {"batch": 2, "openalex": 1}


@pytest.mark.parametrize(
    ("resolve", "line", "titles"),
    [
        ("batched", f"- {GAMMA.title}", 0),
        ("batched", f"- [{GAMMA.title}](./gamma.md)", 1),
        ("all", f"- {GAMMA.title}", 1),
        ("none", f"- [{GAMMA.title}](./gamma.md)", 0),
    ],
)
def test_how_far_references_climb(made: House, resolve: str, line: str, titles: int) -> None:
    made.configure(references={"resolve": resolve})
    full = f"{FULL}year: 1999\nvenue: My Venue\n"
    made.put("a.md", bare("Not in any list", full, f"\n## References\n\n{line}\n"))
    made.enrich()
    assert made.server
    asked = [entry.params.get("query") for entry in made.server.log]
    assert asked.count("Gamma rays") == titles + (1 if titles else 0)  # match, and search


def test_each_title_is_looked_up_once_however_many_notes_name_it(made: House) -> None:
    for name in ("a", "b", "c"):
        made.put(f"{name}.md", bare(BETA.title))
    made.put("d.md", bare(ALPHA.title) + f"\n# References\n- [{BETA.title}](a.md)\n")
    made.enrich()
    assert made.server
    asked = " ".join(e.params.get("filter", "") for e in made.server.log)
    assert (asked.count('"alpha a study'), asked.count('"beta decay')) == (1, 1)
    assert all("numCitedBy: 102" in (made.notes / f"{n}.md").read_text() for n in ("a", "b", "c"))


def test_what_only_arxiv_knows_is_taken_from_arxiv(made: House) -> None:
    note = made.put("p.md", bare(PREPRINT.title))
    report = made.report()
    assert "- P. Print\n" in note.read_text()
    assert "numCitedBy" not in note.read_text()
    assert report["fields"]["citation_count"]["left"] == {"not known": 1}
    assert made.lines()[PREPRINT.title]["ids"]["arxiv"] == "2002.00002"
    assert not any(made.report()["requests"].values())


def test_a_filled_namesake_gives_a_bare_note_nothing(made: House) -> None:
    made.put("full.md", bare("A Private Report", f"{FULL}year: 1999\nvenue: My Venue\n"))
    note = made.put("bare.md", bare("A private report"))
    for _ in range(2):
        assert made.enrich().code == 0
        assert note.read_text() == bare("A private report")


def test_a_namesake_in_the_vault_changes_nothing_for_a_bare_note(tmp_path: Path) -> None:
    files = {
        "bare.md": bare("Skip-Thought Vectors"),
        "mine.md": bare("Skip-Thought Vectors", f"{FULL}year: 1899\nvenue: My Venue\n"),
    }
    told = []
    for names in (["bare.md"], ["bare.md", "mine.md"]):
        made = House(tmp_path / str(len(names)))
        made.notes.mkdir(parents=True)
        made.configure()
        for name in names:
            made.put(name, files[name])
        made.report("--offline")
        lines = decisions(made.ledger.read_text()) if made.ledger.exists() else ()
        mine = [line for line in lines if line["key"].endswith("@notes/bare.md")]
        told.append((mine, (made.notes / "bare.md").read_text()))
    assert told[0] == told[1]
    assert "authors" not in told[0][1]


def test_a_title_nobody_knows_is_remembered_and_not_asked_again(made: House) -> None:
    note = made.put("n.md", bare("Nobody has ever written this"))
    report = made.report()
    assert report["fields"]["year"]["left"] == {"not found": 1}
    assert note.read_text() == bare("Nobody has ever written this")
    assert not any(made.report()["requests"].values())
    assert made.lines()["Nobody has ever written this"]["tries"] == 1
    assert made.report("--refresh")["requests"]["crossref"] == 1  # the next in turn
    assert made.lines()["Nobody has ever written this"]["tries"] == 2


def test_counts_are_renewed_by_identifier_and_a_persons_are_not(made: House) -> None:
    ours = made.put("a.md", bare(ALPHA.title))
    theirs = made.put("b.md", bare(BETA.title))
    made.enrich()
    theirs.write_text(theirs.read_text().replace("numCitedBy: 102", "numCitedBy: 7"))
    assert made.server
    before = made.server.requests()
    grown = [
        record(1, ALPHA.title, citation_count=5000),
        record(2, BETA.title, citation_count=6000),
    ]
    with scholar.serve(Corpus(grown)) as later:
        made.server = later
        made.configure()
        assert made.enrich("--refresh").code == 0
        assert later.requests() == 1
    assert "numCitedBy: 5000\n" in ours.read_text()
    assert "numCitedBy: 7\n" in theirs.read_text()
    why = made.run("why", str(theirs), "citation_count").out
    assert absent(why, "yours", "changed", "Semantic Scholar", 6000) == []
    assert before == 3


def test_catalogue_values_are_renewed_once_somebody_can_be_asked(
    tmp_path: Path, seeds: list[Path]
) -> None:
    with house(tmp_path, scholar.small()) as made:
        made.take([path for path in seeds if "transfer" in path.name])
        assert made.enrich("--offline").code == 0
        assert made.server
        assert made.server.requests() == 0
        made.configure(references={"resolve": "none"})
        report = made.report()
        assert report["requests"]["semantic_scholar"] == 1  # by identifier
        (line,) = [
            line
            for title, line in made.lines().items()
            if title.startswith("Exploring the Limits of Transfer")
        ]
        fetched = {name: said["fetched"] for said in line["values"] for name in said["values"]}
        assert fetched["citation_count"] > "2022-07-03" == fetched["authors"]
        assert made.report()["requests"]["semantic_scholar"] == 0


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        ("refuse", "refused"), ("wall", "refused"),
        ("garbage", "garbled"),
    ],
)  # fmt: skip
def test_an_outage_is_not_an_answer(made: House, fault: str, trouble: str) -> None:
    note = made.put("a.md", bare(ALPHA.title))
    assert made.server
    for service in SERVICES:
        made.server.fault(service, fault)
    said = made.enrich()
    assert said.code == 3
    assert f"could not ask Semantic Scholar: {trouble}" in said.out
    assert "1 could not check" in said.out
    assert ALPHA.title not in (made.lines() if made.ledger.exists() else {})
    assert "authors" not in note.read_text()
    for service in SERVICES:
        made.server.heal(service)
    assert made.enrich().code == 0
    assert "numCitedBy: 101\n" in note.read_text()


def test_what_one_service_cannot_say_another_does(made: House) -> None:
    note = made.put("a.md", bare(ALPHA.title))
    assert made.server
    made.server.fault("semantic_scholar", "refuse")
    assert made.enrich().code == 3
    assert "year:" in note.read_text()  # from arXiv
    assert "numCitedBy: 50\n" in note.read_text()  # from Crossref
    made.server.heal("semantic_scholar")
    assert made.enrich().code == 0
    assert "numCitedBy: 101\n" in note.read_text()


def test_a_short_title_whose_namesakes_cannot_be_listed_stays_open(made: House) -> None:
    note = made.put("g.md", bare(GAMMA.title))
    assert made.server
    made.enrich("--dry-run")  # the match is in the cache now, and so is the list
    (made.folder / "cache").rename(made.folder / "elsewhere")
    made.server.fault("semantic_scholar", "refuse")
    assert made.enrich().code == 3
    assert "numCitedBy" not in note.read_text()


@pytest.mark.unmeasured
def test_a_service_that_is_not_there_costs_no_time_and_says_so(tmp_path: Path) -> None:
    with house(tmp_path) as made:
        made.configure(providers={"catalog": {"enabled": False}})
        for n in range(20):
            made.put(f"{n}.md", bare(f"Title number {n} of many"))
        said = made.enrich()
    assert said.code == 3
    assert absent(said.out, "Semantic Scholar: unreachable") == []


def test_a_services_key_is_sent_and_nowhere_written(
    made: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEMANTIC_SCHOLAR_API_KEY", "k3y-of-mine")
    made.configure(contact="me@example.org")
    made.put("a.md", bare(ALPHA.title))
    said = made.enrich("-v", "--diff")
    assert made.server
    keys = {(e.service == "semantic_scholar", e.headers.get("x-api-key")) for e in made.server.log}
    assert keys == {(True, "k3y-of-mine"), (False, None)}
    assert all("me@example.org" in e.headers["user-agent"] for e in made.server.log)
    written = b"".join(
        p.read_bytes() for p in made.folder.rglob("*") if p.is_file() and p != made.config
    )
    assert b"k3y-of-mine" not in written + said.out.encode() + said.err.encode()
    assert b"me@example.org" not in written + said.out.encode() + said.err.encode()


def test_hostile_titles_from_a_service_stay_text(tmp_path: Path) -> None:
    evil = record(
        1, "A title like any other title",
        authors=("Eve\x1b[2J\n---\nadmin: true", "!!python/object:os.x", "# x: y", "\u202eBob"),
        venue="a: b # c\n---\n",
    )  # fmt: skip
    off = {"catalog": {"enabled": False}}
    with house(tmp_path, Corpus([evil]), providers=off) as made:
        note = made.put("e.md", bare("A title like any other title") + "body\n")
        said = made.enrich("--diff", "-v")
        assert said.code == 0
        assert "\x1b" not in said.out
        text = note.read_text()
        assert text.count("\n---\n") == 1
        assert text.endswith("---\nbody\n")
        assert "\nadmin:" not in text
        assert made.enrich("--dry-run").code == 0


EVERYBODY = [
    {"rung": "identifier", "ask": ["semantic_scholar", "openalex", "crossref", "arxiv"]},
    {"rung": "citing_references", "ask": ["semantic_scholar"]},
    {"rung": "title_batch", "ask": ["openalex", "arxiv"]},
    {"rung": "title_search", "ask": ["semantic_scholar", "crossref", "dblp", "arxiv"]},
    {"rung": "identifier", "ask": ["semantic_scholar", "openalex", "crossref", "arxiv"]},
]


@pytest.mark.unmeasured
def test_a_configured_ladder_asks_everybody_and_many_titles_at_a_time(tmp_path: Path) -> None:
    corpus = scholar.small()
    corpus = Corpus(with_dois(corpus.records), corpus.references)
    titled = [each for each in corpus.records if each.paper_id][:100]
    off = {"catalog": {"enabled": False}}
    with house(tmp_path, corpus, providers=off, ladder=EVERYBODY) as made:
        for number, each in enumerate(titled):
            made.put(f"{number}.md", bare(each.title.replace(": ", " - ")))
        report = made.report()
        assert report["code"] == 0
        assert report["titles"].get("could not check", 0) == 0
        assert report["fields"]["authors"]["filled"] >= 85
        asked = report["requests"]
        assert 0 < asked["openalex"] <= 20  # not one a title
        assert sum(asked.values()) <= 70
        assert sum(made.report()["requests"].values()) == 0


def test_a_ladder_with_a_rung_that_a_provider_does_not_serve_is_refused(tmp_path: Path) -> None:
    made = House(tmp_path)
    made.put("a.md", bare("A Title"))
    made.configure(ladder=[{"rung": "title_batch", "ask": ["dblp"]}])
    said = made.enrich()
    assert said.code == 2
    able = "semantic_scholar, openalex, arxiv do"
    assert absent(said.err, "`ladder`", "dblp", "title_batch", able) == []


@pytest.mark.parametrize(("prefer", "venue"), [("published", "ICML"), ("preprint", "arXiv.org")])
def test_the_face_and_the_order_that_the_user_prefers(
    tmp_path: Path, prefer: str, venue: str
) -> None:
    both = record(
        1, "A work that began its life as a preprint", venue="arXiv.org", year=2019,
        full_names=("A. Author1",), short_venue="ICML", doi="10.1000/x",
    )  # fmt: skip
    steps = [
        {"rung": "title_batch", "ask": ["openalex"]},
        {"rung": "identifier", "ask": ["semantic_scholar"]},
    ]
    off = {"catalog": {"enabled": False}}
    with house(tmp_path, Corpus([both]), providers=off, ladder=steps, prefer=prefer) as made:
        note = made.put("a.md", bare(both.title))
        made.configure(precedence={"authors": ["openalex"]})
        assert made.enrich().code == 0
        assert f"venue: {venue}\n" in note.read_text()
        assert "OpenAlex" in made.run("why", str(note), "authors").out
        assert "Semantic Scholar" in made.run("why", str(note), "citation_count").out


@pytest.mark.unmeasured
@pytest.mark.deep("takes half a minute: more works than one request holds; see test_resolve")
def test_old_counts_are_renewed_within_a_budget_the_oldest_first(tmp_path: Path) -> None:
    records = [record(n, f"Work number {n} of a long series") for n in range(1, 521)]
    off = {"catalog": {"enabled": False}}
    with house(tmp_path, Corpus(records), providers=off) as made:
        for each in records:
            url = f"urls:\n- https://www.semanticscholar.org/paper/x/{each.paper_id}\n"
            made.put(f"{each.paper_id}.md", bare(each.title, url))
        assert made.report()["fields"]["year"]["filled"] == 520
        assert paths(made) == {"batch": 2}  # five hundred identifiers are one request
        head, *rows = made.ledger.read_text().splitlines()
        day = re.compile(r'"fetched":"[^"]+"')
        # Every second work was asked for a year ago, the others even earlier.
        aged = [
            day.sub(f'"fetched":"202{4 + index % 2}-01-01"', row) for index, row in enumerate(rows)
        ]
        made.ledger.write_text("\n".join([head, *aged]) + "\n")
        (made.folder / "cache").rename(made.folder / "elsewhere")
        assert made.report("--budget", "0")["requests"]["semantic_scholar"] == 0
        assert made.report("--budget", "1")["requests"]["semantic_scholar"] == 1
        left = Counter(
            said["fetched"] for line in made.lines().values() for said in line["values"]
            if "citation_count" in said["values"]
        )  # fmt: skip
        assert left.pop("2025-01-01") == 20  # the oldest went first
        assert list(left.values()) == [500]
        assert made.report()["requests"]["semantic_scholar"] == 1


def test_a_count_that_hardly_moved_makes_no_diff(made: House) -> None:
    note = made.put("a.md", bare(ALPHA.title))
    made.enrich()
    made.configure(min_change={"absolute": 10, "relative": 0.05})
    for count, written in ((109, 101), (111, 111)):
        with scholar.serve(Corpus([record(1, ALPHA.title, citation_count=count)])) as later:
            made.server = later
            made.configure()
            assert made.enrich("--refresh").code == 0
        assert f"numCitedBy: {written}\n" in note.read_text()
