from __future__ import annotations

import gzip
import hashlib
import importlib.util
import json
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from refmatter.model import Identifiers
from refmatter.providers import bundled_catalog
from refmatter.titles import title_key

pytestmark = pytest.mark.unmeasured

SCRIPT = Path(__file__).parents[2] / "scripts/build_catalog.py"
SEED = """---
title: 'A Seed: its Title'
---

# A heading

- not a reference

## References

- [Linked - Work](./linked-work.md)
- Plain (and [bracketed]) 10, 000
"""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_catalog", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "seed.md").write_text(SEED, "utf-8")
    return folder


def record(title: str, citations: int = 0, **more: Any) -> dict[str, Any]:
    paper = hashlib.sha1(title.encode(), usedforsecurity=False).hexdigest()
    said = {
        "paper_id": paper,
        "title": title,
        "authors": ["A. B"],
        "year": 2001,
        "venue": None,
        "fields_of_study": [],
    }
    return {"title": title, "citation_count": citations, "reference_count": 2, "s2": said} | more


SEED_RECORDS = [
    record("A Seed: Its Title"),
    record("Linked: Work"),
    record("Plain (and [bracketed]) 10,000"),
]
OTHERS = [record(f"Other work {number}", number) for number in range(1, 121)]


def built(
    script: ModuleType, seeds: Path, records: list[dict[str, Any]], *more: str
) -> tuple[Path, bundled_catalog.Catalog]:
    data = seeds.parent / "data.jsonl.gz"
    data.write_bytes(gzip.compress("\n".join(map(json.dumps, records)).encode()))
    out = seeds.parent / "made" / "catalog.jsonl.xz"
    script.main([str(data), "--seeds", str(seeds), "--out", str(out), *more])
    return out, bundled_catalog.load(out)


def test_seed_titles_are_the_notes_own_and_their_references(
    script: ModuleType, seeds: Path
) -> None:
    assert list(script.seed_titles(seeds)) == [
        "A Seed: its Title",
        "Linked - Work",
        "Plain (and [bracketed]) 10, 000",
    ]


def test_it_takes_what_semantic_scholar_said(script: ModuleType, seeds: Path) -> None:
    said = record("Linked: Work")["s2"] | {"venue": "ICML", "fields_of_study": ["Art"]}
    linked = record(
        "Linked: Work", 9, s2=said, year=1800, venue="Other", authors=["Else"],
        doi="10.1/l", arxiv_id="cs/0101001", acl_id="P01-1", dblp_key="conf/x/Y",
    )  # fmt: skip
    _, made = built(script, seeds, [SEED_RECORDS[0], linked, SEED_RECORDS[2]])
    [work] = made.by_title("linkedwork")
    assert (work.title, work.authors, work.year, work.venue) == (
        "Linked: Work",
        ("A. B",),
        2001,
        "ICML",
    )
    assert (work.citation_count, work.reference_count, work.fields_of_study) == (9, 2, ("Art",))
    assert work.identifiers == Identifiers(
        s2=said["paper_id"], doi="10.1/l", arxiv="cs/0101001", acl="P01-1", dblp="conf/x/Y"
    )


def test_records_that_semantic_scholar_does_not_know_stay_out(
    script: ModuleType, seeds: Path
) -> None:
    _, made = built(script, seeds, [*SEED_RECORDS, {"title": "Elsewhere"}, record("???", 5)])
    assert made.header.count == 3


def test_authors_that_cannot_be_right_are_left_out_or_their_record_is(
    script: ModuleType, seeds: Path
) -> None:
    title = "A long title of some quite rare work"
    wrong = record(title, 5)
    wrong["s2"] |= {"authors": ["T. Munich", "H Germany"], "paper_id": "0" * 40}
    _, made = built(script, seeds, [*SEED_RECORDS, wrong])
    assert [work.authors for work in made.by_title(title_key(title))] == [None]
    _, made = built(script, seeds, [*SEED_RECORDS, wrong, record(title)])
    assert [work.authors for work in made.by_title(title_key(title))] == [("A. B",)]


def test_what_contradicts_the_rest_of_a_record_is_corrected_or_left_out(
    script: ModuleType, seeds: Path
) -> None:
    more: dict[str, Any] = {"source": "dblp+s2", "venue": "NIPS", "dblp_key": "conf/nips/A"}
    same = record("Same year", doi="10.1/a", year=2001, authors=["A. B"], **more)
    later = record("Later year", year=1999, authors=["A. B"], **more | {"dblp_key": "conf/nips/B"})
    for each in (same, later):
        each["s2"]["venue"] = "J. Mach. Learn. Res."
    _, made = built(script, seeds, [*SEED_RECORDS, same, later | {"doi": "10.1/b"}])
    [work] = made.by_title("sameyear")
    assert (work.year, work.venue, work.identifiers.dblp) == (2001, "NIPS", "conf/nips/A")
    [work] = made.by_title("lateryear")
    assert (work.year, work.venue) == (2001, "J. Mach. Learn. Res.")
    assert (work.identifiers.dblp, work.identifiers.doi) == (None, None)


def test_a_book_and_its_review_in_one_record_stay_out(script: ModuleType, seeds: Path) -> None:
    mixed = record("Rare words")
    mixed["s2"]["slug"] = "Rare-words-Lovelace"
    _, made = built(script, seeds, [*SEED_RECORDS, mixed])
    assert made.by_title("rarewords") == ()


def test_sources_beside_the_data_are_heard(script: ModuleType, seeds: Path) -> None:
    title = "A long title of some quite rare work"
    folder = seeds.parent / "against" / "title-searches"
    folder.mkdir(parents=True)
    hit = {"display_name": title, "publication_year": 2001,
           "authorships": [{"author": {"display_name": "Ada Lovelace"}}]}  # fmt: skip
    answer = json.dumps({"provider": "openalex", "results": [hit]})
    (folder / "openalex.jsonl.gz").write_bytes(gzip.compress(answer.encode()))
    records = [*SEED_RECORDS, record(title)]
    records[-1]["s2"]["authors"] = ["C. Ernst"]
    _, made = built(script, seeds, records)
    assert made.by_title(title_key(title))[0].authors == ("C. Ernst",)
    _, made = built(script, seeds, records, "--against", str(folder.parent))
    assert made.by_title(title_key(title))[0].authors is None


def test_an_identifier_that_two_records_carry_is_neithers(script: ModuleType, seeds: Path) -> None:
    twins = [
        record("Twin", doi="10.1/a", arxiv_id="0901.00001"),
        {"title": "Twin", "arxiv_id": "0901.00001"},
    ]
    _, made = built(script, seeds, [*SEED_RECORDS, *twins])
    [work] = made.by_title("twin")
    assert (work.identifiers.doi, work.identifiers.arxiv) == ("10.1/a", None)


def test_the_same_records_in_any_order_give_the_same_bytes(script: ModuleType, seeds: Path) -> None:
    shuffled = [*SEED_RECORDS, *OTHERS]
    random.Random(1).shuffle(shuffled)  # noqa: S311 - no secret
    once = built(script, seeds, [*SEED_RECORDS, *OTHERS], "--limit", "4000")[0].read_bytes()
    assert built(script, seeds, shuffled, "--limit", "4000")[0].read_bytes() == once


@pytest.mark.parametrize("limit", [2500, 4000])
def test_the_limit_is_kept_by_leaving_out_the_least_cited(
    script: ModuleType, seeds: Path, limit: int
) -> None:
    out, made = built(script, seeds, [*OTHERS, *SEED_RECORDS], "--limit", str(limit))
    assert limit - 100 < out.stat().st_size <= limit
    for seed in SEED_RECORDS:
        assert made.by_title(title_key(seed["title"]))
    kept = [n for n in range(1, 121) if made.by_title(f"otherwork{n}")]
    assert 0 < len(kept) < 120
    assert kept == list(range(121 - len(kept), 121))
    assert made.header.count == len(kept) + 3


def test_everything_goes_in_where_the_limit_allows(script: ModuleType, seeds: Path) -> None:
    assert built(script, seeds, [*OTHERS, *SEED_RECORDS])[1].header.count == 123


def test_all_works_of_a_seed_title_go_in_before_others(script: ModuleType, seeds: Path) -> None:
    records = [*SEED_RECORDS, record("LINKED, WORK"), *OTHERS]
    _, made = built(script, seeds, records, "--limit", "2500")
    assert len(made.by_title("linkedwork")) == 2


def test_it_says_which_seed_title_no_record_has(
    script: ModuleType, seeds: Path, tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match=r"\n  Linked - Work$"):
        built(script, seeds, [SEED_RECORDS[0], SEED_RECORDS[2]])
    assert not (tmp_path / "made").exists()


def test_it_says_when_the_limit_is_too_low_for_the_seeds(script: ModuleType, seeds: Path) -> None:
    with pytest.raises(SystemExit, match=r"\b3 seed works\b.* over 500"):
        built(script, seeds, [*SEED_RECORDS, *OTHERS], "--limit", "500")
