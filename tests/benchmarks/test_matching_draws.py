"""Cases drawn from a small library: what is right is right, what was taken out is out."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from random import Random

import pytest
from benchmarks.matching import distorted, negatives
from benchmarks.matching.case import Case
from benchmarks.matching.draw import Draw, Library
from benchmarks.matching.hints import hints, named
from benchmarks.matching.junk import garbage
from benchmarks.matching.noise import OFTEN
from benchmarks.matching.retrieval import Index
from benchmarks.matching.twins import pairs
from benchmarks.matching.works import (
    Half,
    Work,
    Works,
    catalogue,
    folded,
    half_of,
    is_same,
    may_be_same,
)

pytestmark = pytest.mark.unmeasured

ADJECTIVES = ("Sparse", "Supervised", "Robust", "Lazy", "Quiet", "Neural", "Greedy", "Optimized")
THINGS = ("Parsing", "Search Behavior", "Coding", "Naïve Maps", "Trees", "3D Graphs", "Kernels")
ENDS = ("Speech and Text in Noisy Rooms", "Efficient Robots", "Weather Models of Islands")
NAMES = ("Ada Byron", "Jan de Vries", "Søren Holm", "Mary Ann Lee", "Kim Ito", "Ben Okri")


def work(title: str, *authors: str, year: int = 2010, of: str = "") -> Work:
    return Work(of or title, title, authors, year, "ICML", None, listed=True, words=folded(title))


def works() -> list[Work]:
    named = product(ADJECTIVES, ADJECTIVES, THINGS, ENDS)
    return [
        work(
            f"{'Sim' if number % 2 else 'Net'}{number}: {a} and {b} {thing} of {end}",
            f"{NAMES[number % 6]}{chr(97 + number % 26)}",
            "Jo Doe" + chr(97 + number % 25),
            year=1990 + number % 30,
        )
        for number, (a, b, thing, end) in enumerate(named)
        if a != b
    ]


@pytest.fixture(scope="module")
def library() -> Library:
    made = Works(works())
    return Library(made, Index(made.all))


FEW = {kind: 3 for kind in OFTEN if kind not in ("mojibake", "truncated", "numerals")}
"""Three cases a class, of the classes that the small library lends itself to."""


def ids(case: Case) -> set[str]:
    return {each["id"] for each in case.question["candidates"]}


def test_the_same_seed_gives_the_same_cases(library: Library) -> None:
    one, two, other = (
        list(distorted.noise(Draw(library, "tune", seed), FEW)) for seed in (7, 7, 11)
    )  # fmt: skip
    assert one == two
    assert one != other


def test_the_halves_share_no_work(library: Library) -> None:
    tune, report = (set(library.works.askable(half)) for half in HALVES)
    assert tune
    assert report
    assert not tune & report


def test_noise_has_its_work_among_ten(library: Library) -> None:
    made = list(distorted.noise(Draw(library, "tune", 7), FEW))
    assert {case.kind for case in made} == set(FEW)
    assert all(case.right for case in made)
    # A name that no other title has finds one work only.
    assert all(len(ids(case)) == 10 for case in made if case.kind != "subtitle_missing")
    assert sum(bool(case.right & ids(case)) for case in made) / len(made) > 0.9
    places = [
        place
        for case in made
        for place, each in enumerate(case.question["candidates"])
        if each["id"] in case.right
    ]
    assert len(set(places)) > 4


def test_a_hole_has_no_answer(library: Library) -> None:
    draw = Draw(library, "report", 7)
    for case in distorted.hole(draw, FEW):
        assert not case.right
        titles = {"".join(folded(each["title"])) for each in case.question["candidates"]}
        assert "".join(folded(case.question["title"])) not in titles


@pytest.mark.parametrize("make", [negatives._other_author, negatives._other_year])
def test_a_lone_homonym_is_told_apart(
    library: Library, make: Callable[[Draw], Iterator[Case]]
) -> None:
    case = next(iter(make(Draw(library, "tune", 7))))
    asked = case.question
    (same,) = [each for each in asked["candidates"] if each["title"] == asked["title"]]
    assert not case.right
    if asked["authors"] is None:
        assert abs(same["year"] - asked["year"]) >= negatives.APART
    else:
        assert folded(asked["authors"][0])[-1] not in {folded(a)[-1] for a in same["authors"]}


def test_two_homonyms_and_nothing_that_tells(library: Library) -> None:
    case = next(iter(negatives._undecided(Draw(library, "tune", 7))))
    same = [e for e in case.question["candidates"] if e["title"] == case.question["title"]]
    assert len(same) == 2
    assert same[0]["year"] == same[1]["year"]
    assert case.question["authors"] is None
    assert not case.right


def test_two_homonyms_and_one_is_meant(library: Library) -> None:
    case = next(iter(negatives._both_homonyms(Draw(library, "tune", 7))))
    assert len(case.right) == 1
    assert case.right <= ids(case)


@pytest.mark.parametrize("kind", ["about", "edition", "opposite"])
def test_an_invented_work_is_beside_the_one_it_was_made_of(library: Library, kind: str) -> None:
    case = next(iter(negatives._invented(Draw(library, "tune", 7), kind)))
    assert not case.right
    assert not Draw(library, "tune", 7).exists(case.question["title"])


def test_nothing_is_right_that_is_beside_the_point(library: Library) -> None:
    draw = Draw(library, "report", 7)
    made = [*negatives.neg(draw), *negatives.headings_and_garbage(draw)]
    assert {case.group for case in made} == {"neg", "junk"}
    assert not any(case.right for case in made)
    assert all(case.question["title"] for case in made)


def test_a_twin_is_there_with_its_work() -> None:
    titles = [title for pair in PAIRED.values() for title in pair]
    every = Works(work(title, f"First Person{n}") for n, title in enumerate(titles))
    paired = Library(every, Index(every.all))
    made = [case for half in HALVES for case in negatives.twin(Draw(paired, half, 7))]
    near = [case for case in made if case.kind != "homonym"]
    assert sorted(case.question["title"] for case in near) == sorted(
        title for kind in ("word", "prefix", "suffix") for title in PAIRED[kind]
    )
    for case in near:
        assert case.right == {case.question["title"]}
        assert {other for pair in PAIRED.values() if case.right & set(pair) for other in pair} <= (
            ids(case)
        )


def test_the_catalogue_is_read_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        {"id": "p1", "title": "Café Maps", "authors": ["A B"], "year": 2000, "source": "acl+s2"},
        {"id": "p2", "title": "Nobody's", "doi": "10.1/x", "source": "s2"},
    ]
    (tmp_path / "catalogue").mkdir()
    with gzip.open(tmp_path / "catalogue" / "catalogue.jsonl.gz", "wt") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    monkeypatch.setenv("REFMATTER_DATA", str(tmp_path))
    catalogue.cache_clear()
    one, two = catalogue().all
    catalogue.cache_clear()
    assert (one.key, one.listed, one.candidate()["year"]) == ("cafemaps", True, 2000)
    assert (two.authors, two.listed, two.candidate()["doi"]) == ((), False, "10.1/x")


HALVES: tuple[Half, Half] = ("tune", "report")

PAIRED = {
    "word": ("Lasers for Metal Cutting Machines", "Saws for Metal Cutting Machines"),
    "insert": ("Cutting Thin Metal by Hand", "Cutting Thin Rusty Metal by Hand"),
    "prefix": ("Cutting Metal by Night", "A Manual of Cutting Metal by Night"),
    "suffix": ("Welding Metal by Day", "Welding Metal by Day without Masks"),
    "number": ("The 3rd Saw Contest of 1999", "The 3rd Saw Contest of 2000"),
    "shared_head": ("Glass Beads: A History of Trade", "Glass Beads: How They Break"),
}
NOT_PAIRED = (
    ("The Saw of the Smith", "A Saw of the Smith"),
    ("Hand Welding for Smiths", "Hand Welding for Smiths: A Course"),
)


def test_pairs_are_found_and_named() -> None:
    titled = [title for pair in (*PAIRED.values(), *NOT_PAIRED) for title in pair]
    every = [work(title, f"First Person{n}") for n, title in enumerate(titled)]
    found = {kind: [(a.title, b.title) for a, b in each] for kind, each in pairs(every).items()}
    assert found == {kind: [pair, pair[::-1]] for kind, pair in PAIRED.items()}


def test_a_pair_of_one_person_is_no_pair_but_in_a_series() -> None:
    every = [work(title, "Ann Smith") for pair in PAIRED.values() for title in pair]
    assert {kind for kind, each in pairs(every).items() if each} == {"number"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Modeling the Rain in Spain", "Modelling the Rain in Spain", True),
        ("The Rain in Spain.", "the rain in spain", True),
        ("Rain in Spain, Part I", "Rain in Spain, Part II", False),
        ("Rain in Spain 2019", "Rain in Spain 2020", False),
        ("Supervised Forecasts of Rain", "Unsupervised Forecasts of Rain", False),
        ("Minimization of Rain in Spain", "Maximization of Rain in Spain", False),
        ("The Rain in Spain", "The Wine in Spain", False),
    ],
)
def test_forms_of_one_work(one: str, other: str, same: bool) -> None:
    assert is_same(work(one, "Ann Lee"), work(other, "A. Lee")) is same
    assert not is_same(work(one, "Ann Lee"), work(one, "Bob Day"))
    assert not is_same(work(one), work(one))


@pytest.mark.parametrize(
    ("one", "other", "perhaps"),
    [
        ("The Rain in Spain", "RIS: The Rain in Spain", True),
        ("Learning Sentences from Marks on Walls", "Sentence Learning from Marks on Walls", True),
        ("The Rain in Spain, Part I", "The Rain in Spain, Part II", False),
        ("The Rain in Spain", "Snow on the Hills of Norway", False),
    ],
)
def test_forms_that_only_a_reader_could_tell(one: str, other: str, perhaps: bool) -> None:
    mine = work(one, "Huong LeThanh", "Geetha Abey", of="1")
    theirs = work(other, "Huong Le Thanh", "Geetha Abey", of="2")
    assert may_be_same(mine, theirs) is perhaps
    assert not may_be_same(mine, work(other, "Bob Day", of="3"))


def test_a_search_finds_a_title_in_pieces(library: Library) -> None:
    meant = library.works.all[100]
    joined = meant.title.replace(" ", "")
    assert meant in library.index.search(joined, 10)
    assert library.index.search("", 10) == []


def test_hints_say_half_the_time_what_the_record_says() -> None:
    chance = Random(1)  # noqa: S311 - to be the same each time
    said = [hints(work("X", "Ada Byron", year=2000), chance) for _ in range(2000)]
    some = [each for each in said if each.year or each.authors]
    assert 0.45 < len(some) / len(said) < 0.55
    years = [each.year for each in some if each.year]
    assert set(years) == {1998, 1999, 2000, 2001, 2002}
    assert 0.7 < years.count(2000) / len(years) < 0.8
    assert {each.authors[0] for each in some if each.authors} == {
        "Ada Byron", "Byron, A.", "A. Byron", "Byron"
    }  # fmt: skip


def test_a_name_of_one_word_stays() -> None:
    assert named("Plato", Random(0)) == "Plato"  # noqa: S311


def test_garbage_needs_no_authors() -> None:
    chance = Random(0)  # noqa: S311 - to be the same each time
    nobody = [work("Some Title")]
    assert all(garbage(chance, nobody) for _ in range(200))


def test_the_half_depends_on_the_title_alone() -> None:
    assert half_of(work("The Rain", "A B")) == half_of(work("the rain!", "C D", year=1))
