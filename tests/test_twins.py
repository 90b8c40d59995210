"""Works of one title and a note with references of its own: whose list is it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from house import House, house
from refmatter.report import labels
from scholar import Corpus, Record
from support import absent

TITLE = "A title that two works have got"
CITED = (
    "Backpropagation through curved time",
    "Fishing quotas in northern waters",
    "Why volcanoes whisper before dawn",
    "Sorting pancakes by greedy flips",
    "Dialects of migrating swallows",
    "A treaty on the loan of umbrellas",
    "Knitting patterns as formal grammars",
    "Moss, lichen and the price of roofs",
    "Quantum error budgets for bakers",
    "Echoes under frozen lakes",
    "Handwriting of left-handed monks",
    "Tax law in medieval Iceland",
    "Bridges that hum at dusk",
    "Yeast genomes under low gravity",
    "Juggling robots and their mistakes",
    "Chess openings of the blind",
)
"""Sixteen titles; of two works of one title the first cites eight, the second the others."""
LISTS = {"title,referenceCount,references.title", "title"}


def record(number: int, title: str, **more: object) -> Record:
    said: dict[str, object] = {
        "authors": (f"A. Author{number}", "B. Other"),
        "year": 2000 + number,
        "venue": "ICML",
        "citation_count": 100 + number,
        "reference_count": 8,
        "fields_of_study": ("Computer Science",),
        "doi": f"10.1000/{number}",
    }
    return Record(title, f"{number:040x}", **(said | more))  # type: ignore[arg-type]  # a test's own words


ONE, OTHER = record(3, TITLE), record(14, TITLE)
WORKS = [record(100 + number, title) for number, title in enumerate(CITED)]


def listed(works: Sequence[Record]) -> list[str]:
    return [each.paper_id or "" for each in works]


def corpus(*twins: Record, elided: Sequence[Record] = ()) -> Corpus:
    """Twins of which each first cites one half of the works, each second the other."""
    halves = listed(WORKS[:8]), listed(WORKS[8:])
    lists = {each.paper_id or "": halves[place % 2] for place, each in enumerate(twins)}
    return Corpus([*twins, *WORKS], lists, {each.paper_id or "" for each in elided})


def note(titles: Sequence[str], title: str = TITLE, more: str = "") -> str:
    body = "".join(f"- {each}\n" for each in titles)
    return (
        f"---\ntitle: {title}\n{more}tags:\n- gen-from-ref\n- paper\n---\n\n## References\n\n{body}"
    )


@pytest.fixture
def made(tmp_path: Path) -> Iterator[House]:
    settings: dict[str, Any] = {
        "providers": {"catalog": {"enabled": False}},
        "references": {"resolve": "none"},
    }
    with house(tmp_path, corpus(ONE, OTHER), **settings) as each:
        yield each


def lists(made: House) -> int:
    """How many requests for reference lists of namesakes there were."""
    assert made.server
    return sum(each.params.get("fields") in LISTS for each in made.server.log)


def searches(made: House) -> int:
    assert made.server
    return sum(each.path.endswith("/paper/search") for each in made.server.log)


def know(made: House, known: Corpus) -> None:
    """Let the services know other works."""
    assert made.server
    made.server.corpus = known


def is_about(made: House, name: str, work: Record | None) -> None:
    """Holds a note against a work; None: it is left alone, and a second run asks nobody."""
    text = (made.notes / name).read_text()
    if work is None:
        assert "numCitedBy" not in text
    else:
        assert f"numCitedBy: {work.citation_count}\n" in text
    assert not any(made.report()["requests"].values())
    assert (made.notes / name).read_text() == text


@pytest.mark.parametrize(("cited", "work"), [(CITED[:8], ONE), (CITED[8:], OTHER)])
def test_one_request_settles_which_twin_a_note_is_about(
    made: House, cited: Sequence[str], work: Record
) -> None:
    made.put("t.md", note(cited))
    assert made.enrich().code == 0
    assert lists(made) == 1
    (line,) = made.lines().values()
    assert line["reason"]["rejected"] == [{"candidate": 0, "features": ["listed"]}]
    assert {each["features"]["listed"] for each in line["candidates"]} == {0.0}
    said = made.run("why", str(made.notes / "t.md"), "--config", str(made.config)).out
    won, _ = labels.evidence({"listed": 1.0})
    _, lost = labels.evidence({"listed": 0.0})
    assert absent(said, won, f"lost: {lost}") == []
    is_about(made, "t.md", work)


def test_many_titles_go_in_one_request(made: House) -> None:
    titles = [f"{TITLE} {count}" for count in ("once", "twice", "thrice")]
    twins = [
        record(number + 10 * place, title)
        for place, title in enumerate(titles)
        for number in (3, 14)
    ]
    know(made, corpus(*twins))
    for title in titles:
        made.put(f"{title}.md", note(CITED[8:], title))
    assert made.enrich().code == 0
    assert lists(made) == 1
    for place, title in enumerate(titles):
        is_about(made, f"{title}.md", twins[2 * place + 1])


def test_a_list_that_has_nothing_of_the_notes_own_is_another_works(made: House) -> None:
    know(made, corpus(ONE, OTHER, elided=[OTHER]))
    made.put("t.md", note(CITED[8:]))
    assert made.enrich().code == 0
    is_about(made, "t.md", OTHER)


def test_a_list_of_whole_citations_is_a_list_and_one_of_short_names_is_none(made: House) -> None:
    know(made, corpus(ONE, OTHER, elided=[OTHER]))
    made.put("whole.md", note([f"B. Other et al. {each}. ICML, 2001." for each in CITED[:8]]))
    made.put("short.md", note([" ".join(each.split()[:2]) for each in CITED[:8]]))
    for name, work in (("whole.md", ONE), ("short.md", None)):
        for other in {"whole.md", "short.md"} - {name}:
            (made.notes / other).rename(made.folder / other)
        assert made.enrich().code == 0
        is_about(made, name, work)
        for other in {"whole.md", "short.md"} - {name}:
            (made.folder / other).rename(made.notes / other)
        made.ledger.unlink()


def test_lists_that_are_withheld_leave_it_open(made: House) -> None:
    know(made, corpus(ONE, OTHER, elided=[ONE, OTHER]))
    made.put("t.md", note(CITED[:8]))
    assert made.enrich().code == 0
    assert lists(made) == 1
    is_about(made, "t.md", None)


def test_two_works_that_cite_the_same_stay_two(made: House) -> None:
    same = corpus(ONE, OTHER)
    same.references[OTHER.paper_id or ""] = same.references[ONE.paper_id or ""]
    know(made, same)
    made.put("t.md", note(CITED[:8]))
    assert made.enrich().code == 0
    is_about(made, "t.md", None)


def test_what_openalex_alone_has_a_name_for_is_looked_for_first(made: House) -> None:
    know(made, corpus(replace(ONE, doi=None), replace(OTHER, doi=None)))
    made.put("t.md", note(CITED[8:]))
    assert made.enrich().code == 0
    assert (searches(made), lists(made)) == (1, 1)
    is_about(made, "t.md", OTHER)


def test_where_one_list_tells_nobody_looks_for_the_other_work(made: House) -> None:
    know(made, corpus(ONE, replace(OTHER, doi=None)))
    made.put("t.md", note(CITED[8:]))
    assert made.enrich().code == 0
    assert (searches(made), lists(made)) == (0, 1)


@pytest.mark.parametrize(
    ("cited", "more"),
    [(CITED[:4], ""), ((), ""), (CITED[8:], "year: 2003\n")],
)
def test_without_a_list_or_a_doubt_nobody_is_asked(
    made: House, cited: Sequence[str], more: str
) -> None:
    made.put("t.md", note(cited, more=more))
    assert made.enrich().code == 0
    assert lists(made) == searches(made) == 0
    is_about(made, "t.md", ONE if more else None)


def test_of_two_notes_of_a_title_each_is_settled_by_its_own_list(made: House) -> None:
    made.put("a.md", note(CITED[:8]))
    made.put("b.md", note(CITED[8:]))
    made.put("c.md", note(()))
    assert made.enrich().code == 0
    assert lists(made) == 1
    for name, work in (("a.md", ONE), ("b.md", OTHER), ("c.md", None)):
        is_about(made, name, work)


@pytest.mark.parametrize("fault", ["refuse", "wall", "garbage"])
def test_an_outage_leaves_it_open_until_the_next_run(made: House, fault: str) -> None:
    path = made.put("t.md", note(CITED[:8]))
    assert made.server
    made.server.fault("semantic_scholar", fault)
    report = made.report()
    assert report["code"] == 3
    assert [each["title"] for each in report["ambiguous"]] == [TITLE]
    assert "numCitedBy" not in path.read_text()
    made.server.heal("semantic_scholar")
    assert made.enrich().code == 0
    is_about(made, "t.md", ONE)


def test_a_trial_writes_nothing_and_what_it_heard_is_enough_offline(made: House) -> None:
    path = made.put("t.md", note(CITED[:8]))
    before = path.read_bytes()
    assert made.enrich("--dry-run").code == 0
    assert path.read_bytes() == before
    assert made.enrich("--offline").code == 0
    assert "numCitedBy: 103\n" in path.read_text()


def test_a_title_too_short_to_tell_is_settled_by_its_list(made: House) -> None:
    know(made, corpus(record(3, "Learning", reference_count=20)))
    made.put("l.md", note(CITED[:8], "Learning"))
    assert made.enrich().code == 0
    assert lists(made) == 1
    (line,) = made.lines().values()
    assert line["reason"] == {"kind": "equal_title", "evidence": ["listed"]}


def cited_by(year: str) -> str:
    """A note that cites the title, and says when its own work appeared."""
    return note([TITLE], "A work that cites a twin", year)


@pytest.mark.parametrize(
    ("year", "told"),
    [
        ("year: 2006\n", "accepted"),
        ("year: 2012\n", "ambiguous"),  # a preprint is cited before it is published
        ("year: 2020\n", "ambiguous"),
        ("", "ambiguous"),
    ],
)
def test_a_work_is_not_later_than_what_cites_it(tmp_path: Path, year: str, told: str) -> None:
    settings: dict[str, Any] = {
        "providers": {"catalog": {"enabled": False}},
        "references": {"resolve": "all"},
    }
    with house(tmp_path, corpus(ONE, OTHER), **settings) as made:
        made.put("citing.md", cited_by(year))
        made.enrich()
        (line,) = [each for each in made.lines().values() if each["title"] == TITLE]
        assert line["decision"] == told
        if told == "accepted":
            assert line["ids"]["doi"] == ONE.doi
            assert line["reason"]["rejected"] == [{"candidate": 0, "features": ["earlier"]}]


def test_a_work_that_was_found_in_this_run_tells_when_it_cites(tmp_path: Path) -> None:
    citing = record(5, "A work that cites a twin")
    settings: dict[str, Any] = {
        "providers": {"catalog": {"enabled": False}},
        "references": {"resolve": "all"},
    }
    known = corpus(ONE, OTHER)
    with house(tmp_path, Corpus([*known.records, citing], {}), **settings) as made:
        made.put("citing.md", cited_by("year:\n"))
        made.enrich()
        (line,) = [each for each in made.lines().values() if each["title"] == TITLE]
        assert line["decision"] == "accepted"
