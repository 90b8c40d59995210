"""Every provider alone, all others disabled, fills what it can of real notes, and nothing wrong."""

from __future__ import annotations

import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import scholar
from house import House, house
from refmatter.notes import frontmatter
from refmatter.titles import family_key, title_key
from scholar import Corpus, Record
from scholar.corpus import with_dois
from scholar.server import SERVICES
from support import LARGE
from test_pairs import noted_lists

pytestmark = pytest.mark.unmeasured

SMALL = Path(__file__).parent / "data" / "pairs"
VAULT = LARGE / "vaults" / "paper-reading-2022-07"
CATALOGUE = LARGE / "catalogue" / "catalogue.jsonl.gz"
OF_S2 = {"numCitedBy": "citation_count", "ref_count": "reference_count"}
COUNTED = {"openalex": 3, "crossref": 2}
"""The part of the citations of Semantic Scholar that the stand-in has these services count."""
STATED = ("authors", "year", "venue")
FIELDS = ("authors", "year", "venue", *OF_S2, "fieldsOfStudy")

REPRINTED = {"the-hungarian-method-for-the-assignment-problem.md": {"year": 1955}}
"""The answer key has the year of a reprint; a record that has nothing else has the first one."""

HALF_KNOWN = {
    "openalex": {
        "learning-with-kernels-support-vector-machines-regularization-optimization-and-beyond.md"
    }
}
"""Notes on one of two works of a title of which this service, asked alone, knows the other."""

needs_large = pytest.mark.skipif(
    not CATALOGUE.exists(), reason="the large data (REFMATTER_DATA) is not here"
)


def alone(name: str) -> dict[str, Any]:
    """The settings that leave one service; the house's ladder but for DBLP, which it lacks."""
    providers = {each: {"enabled": each == name} for each in (*SERVICES, "catalog")}
    named = {"ladder": [{"rung": "title_search", "ask": [name]}]} if name == "dblp" else {}
    return {"providers": providers, **named}


def fields_of(note: Path) -> dict[Any, Any]:
    return dict(frontmatter.read(note.read_bytes()).entries)


def years(record: Record) -> set[int | None]:
    """When it was published, and when its preprint was: arXiv's ids begin with the year."""
    known = {record.year}
    if record.arxiv_id:
        short = int(record.arxiv_id.rpartition("/")[2][:2])
        known.add(short + (1900 if short > 90 else 2000))
    return known


def faults(gained: Mapping[str, Any], record: Record, service: str) -> list[str]:
    """What a note gained that is not what this work's record says, or the service of its counts."""
    found = []
    names = [[family_key(each) for each in said] for said in (record.authors, record.full_names)]
    if "authors" in gained and [family_key(each) for each in gained["authors"]] not in names:
        found.append(f"authors {gained['authors']}")
    if "year" in gained and gained["year"] not in years(record):
        found.append(f"year {gained['year']}, not {years(record)}")
    if gained.get("venue", "") not in ("", record.venue, record.short_venue):
        found.append(f"venue {gained['venue']}")
    if service != "semantic_scholar":
        count = record.citation_count // COUNTED.get(service, 1)
        if gained.get("numCitedBy", count) != count:
            found.append(f"numCitedBy {gained['numCitedBy']}, not {count}")
        return found
    for key, name in OF_S2.items():
        if key in gained and gained[key] != getattr(record, name):
            found.append(f"{key} {gained[key]}")
    if gained.get("fieldsOfStudy", []) not in ([], list(record.fields_of_study)):
        found.append(f"fieldsOfStudy {gained['fieldsOfStudy']}")
    return found


def by_key(records: Iterable[Record]) -> Mapping[str, list[Record]]:
    titled = defaultdict(list)
    for record in records:
        titled[title_key(record.title)].append(record)
    return titled


def same_work(record: Record, titled: Sequence[Record]) -> list[Record]:
    """The records of a title that are this work's: Semantic Scholar has some works twice."""
    return [
        each
        for each in titled
        if (each.authors, each.year) == (record.authors, record.year)
        or (each.arxiv_id and each.arxiv_id == record.arxiv_id)
    ]


def gained(before: Path, after: Path) -> dict[str, Any]:
    """The values that a note has come to have; a note that is new has gained all of them."""
    old = fields_of(before) if before.exists() else {}
    new = fields_of(after)
    kept = {key: value for key, value in old.items() if value is not None}
    assert {key: new[key] for key in kept} == kept
    return {key: new[key] for key in FIELDS if new.get(key) is not None and key not in kept}


def run_alone(made: House, name: str) -> None:
    """Runs, and runs again without its cache: only the one service is asked, and only once."""
    report = made.report()
    assert report["code"] == 0
    assert report["requests"].keys() == {name}
    assert report["requests"][name] > 0
    shutil.rmtree(made.folder / "cache")
    for most in (1, 0):  # what no search has said is asked for once more, by identifier
        again = made.report()
        assert again["code"] == 0
        assert again["requests"].keys() == {name}
        assert again["requests"][name] <= most
        assert (again["notes"]["written"], again["notes"]["created"]) == (0, 0)


def table(said: Counter[str]) -> tuple[int, ...]:
    """How many notes gained authors, a year, a venue and citation counts."""
    return tuple(said[each] for each in ("authors", "year", "venue", "numCitedBy"))


# The seeds: 82 notes to be filled or made, of 171 titles.


@pytest.mark.parametrize(
    ("name", "filled"),
    [
        ("semantic_scholar", (82, 82, 82, 82)),
        ("openalex", (71, 71, 48, 71)),
        ("crossref", (56, 56, 53, 56)),
        ("arxiv", (49, 49, 0, 0)),
        ("dblp", (34, 34, 32, 0)),
    ],
)
def test_alone_on_the_seeds(
    tmp_path: Path, seeds: list[Path], name: str, filled: tuple[int, ...]
) -> None:
    small = scholar.small()
    corpus = Corpus(with_dois(small.records), small.references)
    # The lists tell which of several works of a title the seeds mean.
    cited = {each for listed in corpus.references.values() for each in listed}
    cited |= corpus.references.keys()
    meant = {title_key(each.title): each for each in corpus.records if each.paper_id in cited}
    titled = by_key(corpus.records)
    with house(tmp_path, corpus, **alone(name), references={"create": "linked"}) as made:
        made.take(seeds)
        run_alone(made, name)
        said: Counter[str] = Counter()
        for note in sorted(made.notes.glob("*.md")):
            new = gained(seeds[0].parent / note.name, note)
            key = title_key(fields_of(note)["title"])
            works = same_work(meant[key], titled[key])
            assert [] in [faults(new, each, name) for each in works], note.name
            said.update(new.keys())
    assert table(said) == filled


# Real pairs: what a vault's notes said after a real enrichment tells which work each is about.


def right_one(answer: Mapping[str, Any], titled: Sequence[Record]) -> Record:
    """The record that a filled note was filled from."""
    said = (answer["authors"], answer["year"], answer["numCitedBy"])
    return next(
        each for each in titled if (list(each.authors), each.year, each.citation_count) == said
    )


def on_pairs(
    folder: Path, corpus: Corpus, pairs: Mapping[Path, Path], name: str
) -> tuple[Counter[str], Counter[str], dict[str, list[str]]]:
    """How many notes gained each field; of those whose title several works have, how many were
    filled and how many left alone; and what is wrong, by note."""
    titled = by_key(corpus.records)
    said, twins, wrong = Counter[str](), Counter[str](), {}
    more = {"references": {"resolve": "none"}, **alone(name)}
    with house(folder, corpus, **more) as made:
        made.take(pairs)
        run_alone(made, name)
        for before, after in pairs.items():
            new, answer = gained(before, made.notes / before.name), fields_of(after)
            alike = titled[title_key(answer["title"])]
            works = same_work(right_one(answer, alike), alike)
            said.update(new.keys())
            if len(alike) > 1:
                twins["filled" if new else "left"] += 1
            if {k: v for k, v in new.items() if k in STATED} == REPRINTED.get(before.name):
                continue
            doubts = [faults(new, each, name) for each in works]
            if [] not in doubts:
                wrong[before.name] = [fault for doubt in doubts for fault in doubt]
    return said, twins, wrong


@pytest.mark.parametrize(
    ("name", "filled"),
    [
        ("semantic_scholar", (26, 26, 26, 26)),
        ("openalex", (19, 19, 8, 19)),
        ("crossref", (21, 21, 9, 21)),
        ("arxiv", (1, 1, 0, 0)),
        ("dblp", (0, 0, 0, 0)),  # none of these works has a key of DBLP's
    ],
)
def test_alone_on_28_pairs(tmp_path: Path, name: str, filled: tuple[int, ...]) -> None:
    records = with_dois(scholar.from_catalogue(SMALL / "records.jsonl"))
    corpus = Corpus(records, noted_lists(records, SMALL / "after"))
    pairs = {SMALL / "before" / each.name: each for each in sorted((SMALL / "after").glob("*.md"))}
    said, twins, wrong = on_pairs(tmp_path, corpus, pairs, name)
    assert wrong == {}
    assert table(said) == filled
    assert twins["left"] <= (3 if filled[2] else 5)  # without counts less is known of twins


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Corpus, dict[Path, Path]]:
    """All records with the reference lists that notes were made from, and 200 pairs: the 36 whose
    titles several works have, and others."""
    records = with_dois(each for each in scholar.from_catalogue(CATALOGUE) if each.paper_id)
    rows = map(json.loads, (VAULT / "pairs.jsonl").read_text().splitlines())
    notes = sorted(VAULT / "after" / row["note"] for row in rows if row["kind"] == "enriched")
    counts = Counter(title_key(each.title) for each in records)
    after = tmp_path_factory.mktemp("after")
    for note in notes:
        shutil.copy(note, after)
    notes.sort(key=lambda each: counts[title_key(fields_of(each)["title"])] == 1)
    return Corpus(records, noted_lists(records, after)), {
        VAULT / "before" / each.name: each for each in notes[:200]
    }


@needs_large
@pytest.mark.parametrize(
    ("name", "filled", "left"),
    [
        ("semantic_scholar", (193, 193, 193, 193), 7),
        ("openalex", (148, 149, 98, 149), 22),
        ("crossref", (119, 119, 109, 119), 28),
        ("arxiv", (86, 86, 0, 0), 33),
        ("dblp", (74, 74, 69, 0), 33),
    ],
)
def test_alone_on_200_pairs_of_the_large_data(
    tmp_path: Path,
    large: tuple[Corpus, dict[Path, Path]],
    name: str,
    filled: tuple[int, ...],
    left: int,
) -> None:
    corpus, pairs = large
    said, twins, wrong = on_pairs(tmp_path, corpus, pairs, name)
    assert wrong.keys() == HALF_KNOWN.get(name, set())
    assert table(said) == filled
    assert twins == {"left": left, "filled": 36 - left}
