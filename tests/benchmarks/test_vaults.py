"""The generated vaults are the same every time, and have the gaps that they claim to have."""

from __future__ import annotations

import hashlib
from itertools import product
from pathlib import Path

import pytest
import yaml
from benchmarks.library import Library, fold, stocked
from benchmarks.vaults import Bullet, Dialect, Paper, Vault, dashed, vault

from benchmarks import library as libraries
from scholar import Record

pytestmark = pytest.mark.unmeasured

WORDS = (
    "Sparse",
    "Deep",
    "Robust",
    "Lazy",
    "Quiet",
    "Neural",
    "Greedy",
    "Random",
    "Convex",
    "Dual",
)
THINGS = ("Parsing", "Search", "Coding", "Maps", "Trees", "Graphs", "Kernels", "Fields")
NOTES, REFERENCES = 200, 20


def records() -> list[Record]:
    named = product(WORDS, WORDS, THINGS, THINGS)
    return [
        Record(
            title=f"{a} {b}: {c} with {d}",
            paper_id=hashlib.sha1(repr((a, b, c, d)).encode()).hexdigest(),  # noqa: S324 - an id
            authors=("A. Author",),
            year=1970 + number % 50,
            citation_count=number,
            reference_count=20,
        )
        for number, (a, b, c, d) in enumerate(named)
    ]


@pytest.fixture(scope="module")
def library() -> Library:
    return stocked("made up", records())


@pytest.fixture(scope="module")
def made(library: Library) -> Vault:
    return vault(library, NOTES, REFERENCES)


def bullets(made: Vault) -> list[tuple[Paper, Bullet]]:
    return [(paper, each) for paper in made.papers for each in paper.bullets]


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(
    library: Library, made: Vault, tmp_path: Path
) -> None:
    again = vault(library, NOTES, REFERENCES)
    assert (again.papers, again.references, again.elided) == (
        made.papers,
        made.references,
        made.elided,
    )
    made.write(tmp_path / "one")
    again.write(tmp_path / "two")
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("one", "two")
    )
    assert one == two
    assert len(one) == NOTES
    assert vault(library, NOTES, REFERENCES, seed=2).papers != made.papers


def test_every_note_has_its_references_once_and_never_itself(made: Vault) -> None:
    for paper in made.papers:
        named = [fold(each.title) for each in paper.bullets]
        assert len(set(named) - {fold(paper.record.title)}) == len(named) == REFERENCES


def test_about_a_third_of_the_bullets_name_something_new(made: Vault) -> None:
    named = [fold(each.title) for _, each in bullets(made)]
    assert len(set(named)) / len(named) == pytest.approx(1 / 3, abs=0.04)
    most = max(named.count(each) for each in set(named))
    assert most > 20


def test_most_of_what_is_cited_is_older(made: Vault) -> None:
    pairs = [(paper.record.year, b.record.year) for paper, b in bullets(made) if b.record]
    assert sum((cited or 0) <= (own or 0) for own, cited in pairs) / len(pairs) > 0.9


def test_some_titles_are_nobodys_and_sound_like_others(library: Library, made: Vault) -> None:
    nobodys = {title for title, record in made.meant.items() if record is None}
    cited = {fold(each.title) for _, each in bullets(made)}
    assert len(nobodys) / len(cited) == pytest.approx(0.05, abs=0.02)
    assert not nobodys & {fold(each.title) for each in library.corpus.records}
    words = {word.casefold() for each in library.pool for word in each.title.split()}
    spelt = [each.title for _, each in bullets(made) if each.record is None]
    assert all(set(title.casefold().split()) <= words for title in spelt)


def test_services_have_the_gaps_that_they_have(library: Library, made: Vault) -> None:
    unknown = [each for each in library.corpus.records if each.paper_id is None]
    assert len(unknown) / len(library.corpus.records) == pytest.approx(0.04, abs=0.01)
    papers = [each for each in made.papers if each.record.paper_id]
    assert len(made.elided) / len(papers) == pytest.approx(0.15, abs=0.08)
    empty = [each for each in made.references.values() if not each]
    assert len(empty) / len(papers) == pytest.approx(0.05, abs=0.04)


def test_a_services_list_lacks_some_of_what_the_note_names_and_has_more(made: Vault) -> None:
    named = lacking = 0
    for paper in made.papers:
        listed = made.references.get(paper.record.paper_id or "")
        if listed:
            known = [each.record for each in paper.bullets if each.record is not None]
            wanted = [each.paper_id or each.title for each in known]
            named += len(wanted)
            lacking += len(set(wanted) - set(listed))
            assert len(set(listed) - set(wanted)) <= 3
    assert lacking / named == pytest.approx(0.05, abs=0.02)


def test_a_note_is_written_as_the_seeds_are(made: Vault, tmp_path: Path) -> None:
    made.write(tmp_path / "notes")
    texts = [path.read_text() for path in (tmp_path / "notes").iterdir()]
    fronts = [yaml.safe_load(text.split("---\n")[1]) for text in texts]
    full = [each for each in fronts if len(each) > 2]
    assert len(full) == NOTES // 50
    assert set(full[0]) == {
        "title", "authors", "fieldsOfStudy", "meta_key", "numCitedBy", "ref_count", "tags", "venue",
        "year",
    }  # fmt: skip
    assert all(set(each) == {"title", "tags"} for each in fronts if each not in full)
    assert all(" - " in each["title"] and ":" not in each["title"] for each in fronts)
    lines = [line for text in texts for line in text.split("## References\n\n")[1].splitlines()]
    assert len(lines) == NOTES * REFERENCES
    linked = [line for line in lines if line.startswith("- [") and line.endswith(".md)")]
    assert len(linked) / len(lines) == pytest.approx(0.05, abs=0.02)
    targets = {line.partition("](./")[2].removesuffix(")") for line in linked}
    assert targets & {path.name for path in (tmp_path / "notes").iterdir()}


def test_the_later_dialect_names_each_notes_work(library: Library, tmp_path: Path) -> None:
    later = vault(library, 40, 3, Dialect.LATER)
    later.write(tmp_path / "notes")
    for paper in later.papers:
        text = (tmp_path / "notes" / f"{paper.name}.md").read_text()
        (url,) = yaml.safe_load(text.split("---\n")[1])["urls"]
        assert url.startswith("https://www.semanticscholar.org/paper/")
        assert url.endswith(f"/{paper.record.paper_id}")
        assert paper.name.startswith(f"{paper.record.year}-")
        numbers = [
            line.partition(" ")[0] for line in text.split("## Paper References\n\n")[1].splitlines()
        ]
        assert numbers == ["1.", "2.", "3."]


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("A: B", "A - B"),
        ('The "Why": A Tale', "The - Why - A Tale"),
        ("It\u2019s \u2014 so", "It's - so"),
        ('"Quoted"', "Quoted"),
    ],
)
def test_titles_are_written_as_the_seed_vault_writes_them(title: str, written: str) -> None:
    assert dashed(title) == written
    assert fold(dashed(title)) == fold(title)


@pytest.mark.deep("builds the benchmarks' library of 24,756 works")
def test_without_other_data_the_bundled_catalogue_is_the_library(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("REFMATTER_DATA", raising=False)
    found = libraries.library()
    assert len(found.corpus.records) == 24_756
    assert len(found.pool) > 20_000


def test_too_much_is_not_made_up(library: Library) -> None:
    with pytest.raises(SystemExit, match=r"\b100000\b"):
        vault(library, 100_000, 1)
