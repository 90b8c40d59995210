"""Records -> works: each rule, and each trap it is there for."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cataloguing import built, by_origin, duck, dump, record, shelf_of
from refmatter.catalog import parquet
from refmatter.catalog.build import BuildOptions
from refmatter.catalog.duck import DuckEngine
from refmatter.catalog.layout import OTHER_TITLE_COLUMNS, RECORD_COLUMNS
from refmatter.catalog.manifest import CatalogManifest
from refmatter.catalog.merge import MAX_TITLES, merge_records
from refmatter.catalog.staged_rows import staged_row
from refmatter.dumps.record import DumpRecord
from refmatter.errors import ConfigError
from refmatter.fields import Field
from refmatter.model import Identifiers, WorkKind
from refmatter.titles import title_key

TITLE = "A study of the things that are"
KEY = title_key(TITLE)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckEngine]:
    """One for all: each merge makes its tables anew."""
    with duck(tmp_path_factory.mktemp("engine")) as opened:
        yield opened


def groups(
    records: Sequence[DumpRecord], engine: DuckEngine
) -> tuple[set[frozenset[str]], dict[str, int]]:
    """Which records are one work, by their keys, and what was left apart."""
    rows = [staged_row(entry, "2026-06-01") for entry in records]
    engine.load_rows("records", RECORD_COLUMNS, rows)
    engine.load_rows("others", OTHER_TITLE_COLUMNS, [])
    apart = merge_records(engine)
    found = engine.fetch_rows(
        "SELECT f.key, coalesce(w.work, f.rid) FROM current_records f "
        "LEFT JOIN works_of w ON f.rid = w.rid"
    )
    parts: dict[int, set[str]] = {}
    for key, work in found:
        parts.setdefault(work, set()).add(key)
    return {frozenset(part) for part in parts.values()}, apart


def one_work(engine: DuckEngine, *records: DumpRecord) -> bool:
    found, _ = groups(records, engine)
    return len(found) == 1


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({"doi": "10.1/a"}, {"doi": "10.1/a", "year": 1999}, True),
        ({"doi": "10.1/a"}, {"doi": "10.1/a", "authors": None, "year": None}, True),
        ({"doi": "10.1/a"}, {"doi": "10.1/a", "title": f"{TITLE}: with a subtitle"}, True),
        ({"doi": "10.1/a"}, {"doi": "10.1/a", "title": "Contents of another volume"}, False),
        ({"doi": "10.1/a"}, {"doi": "10.1/a", "title": f"{TITLE}, Part II"}, False),
        ({"doi": "10.1/a"}, {"doi": "10.1/a", "title": ""}, True),
        ({"arxiv": "1901.00001"}, {"arxiv": "1901.00001", "title": "A study of things that are"},
         True),
        ({}, {"origin": "acl"}, True),
        ({}, {"origin": "acl", "year": 2021}, True),
        ({}, {"origin": "acl", "year": 2022}, False),
        ({}, {"origin": "acl", "year": None}, True),
        ({"year": None}, {"origin": "acl", "year": None}, True),
        ({"year": None}, {"year": None}, False),
        ({}, {"origin": "acl", "year": None, "authors": ("Lovelace, A.", "Bob Helper")}, False),
        ({}, {"origin": "acl", "authors": ("Eve Other", "Ada Lovelace")}, False),
        ({}, {"origin": "acl", "authors": None}, False),
        ({}, {"origin": "acl", "authors": ("Lovelace, A.",)}, True),
        ({}, {"origin": "acl", "title": TITLE.upper() + "!"}, True),
        ({"venue": "NIPS"}, {"venue": "CoRR", "preprint": True}, True),
        ({"venue": "Letters"}, {"venue": "Letters"}, False),
        ({"title": "Editorial"}, {"origin": "acl", "title": "Editorial"}, False),
        ({"title": "Publications and references"},
         {"origin": "acl", "title": "Publications and references"}, False),
        ({"s2": "1" * 40, "doi": "10.1/a"}, {"s2": "2" * 40, "doi": "10.1/a"}, False),
        ({"s2": "1" * 40}, {"s2": "2" * 40}, False),
        ({"corpus": 1}, {"corpus": 2}, False),
        ({"arxiv": "1901.00001"}, {"arxiv": "1901.00002"}, False),
        ({"openalex": "W1"}, {"openalex": "W2"}, False),
        ({"openalex": "W1"}, {"openalex": "W2", "preprint": True}, True),
        ({"doi": "10.1/a"}, {"origin": "acl", "doi": "10.2/b"}, True),
    ],
)  # fmt: skip
def test_two_records_are_one_work_or_two(
    first: dict[str, object], second: dict[str, object], *, same: bool, engine: DuckEngine
) -> None:
    given_ = [record("one", **first), record("other", **second)]  # type: ignore[arg-type]  # as written above
    assert one_work(engine, *given_) is same


def test_versions_follow_each_other_within_two_years_but_not_for_ever(engine: DuckEngine) -> None:
    short = [record(f"{y}", origin=f"o{y}", year=y) for y in (2015, 2017, 2019)]
    assert one_work(engine, *short)
    series = [record(f"{y}", origin=f"o{y}", year=y) for y in range(2010, 2020)]
    assert len(groups(series, engine)[0]) == 10
    apart = [record(f"{y}", origin=f"o{y}", year=y) for y in (2001, 2002, 2019, 2020)]
    assert groups(apart, engine)[0] == {frozenset({"2001", "2002"}), frozenset({"2019", "2020"})}


def test_a_record_without_a_year_is_of_no_series(engine: DuckEngine) -> None:
    series = [record(f"{y}", origin=f"o{y}", year=y) for y in (2001, 2002, 2019)]
    found, _ = groups([*series, record("undated", year=None)], engine)
    assert found == {frozenset({"2001", "2002"}), frozenset({"2019"}), frozenset({"undated"})}


def test_a_work_of_too_many_records_is_left_apart_and_told(engine: DuckEngine) -> None:
    many = [record(f"{n}", origin=f"o{n}") for n in range(51)]
    found, apart = groups(many, engine)
    assert len(found) == 51
    assert apart == {"many": 1, "contradict": 0, "crowded": 0}
    assert one_work(engine, *many[:50])


def test_what_is_told_by_description_falls_back_to_what_identifiers_tell(
    engine: DuckEngine,
) -> None:
    twins = [
        record("a", origin="semantic_scholar", s2="1" * 40, doi="10.1/a"),
        record("b", origin="semantic_scholar", s2="2" * 40),
        record("c", origin="crossref", doi="10.1/a"),
        record("d", origin="acl"),
    ]
    found, apart = groups(twins, engine)
    assert found == {frozenset("ac"), frozenset("b"), frozenset("d")}
    assert apart["contradict"] == 1


def test_an_identifier_of_too_many_titles_is_nobodys(engine: DuckEngine) -> None:
    volume = [
        record(f"{n}", f"A study of the {name} that are", authors=(f"P{n} Q{n}",), doi="10.1/v")
        for n, name in enumerate([f"{a}{b}ing" for a in "abcdef" for b in "uvwx"][: MAX_TITLES + 1])
    ]
    found, apart = groups(volume, engine)
    assert (len(found), apart["crowded"]) == (MAX_TITLES + 1, 1)


def test_a_record_without_a_title_joins_only_where_there_is_one(engine: DuckEngine) -> None:
    first, second = record("a", doi="10.1/a"), record("b", "Quite another thing", doi="10.1/a")
    found, _ = groups([first, second, record("c", "", doi="10.1/a", authors=None)], engine)
    assert len(found) == 3


def test_a_long_chain_of_identifiers_is_followed(engine: DuckEngine) -> None:
    chain = [
        record(f"{n:02}", origin=f"o{n}", year=None, doi=f"10.1/{n // 2}",
               dblp=f"conf/{(n + 1) // 2}")
        for n in range(20)
    ]  # fmt: skip
    assert one_work(engine, *chain)


def test_two_records_of_one_number_are_refused(engine: DuckEngine) -> None:
    rows = [staged_row(record("a"), "2026-06-01"), staged_row(record("b"), "2026-06-01")]
    rows[1] = (rows[0][0], *rows[1][1:])
    engine.load_rows("records", RECORD_COLUMNS, rows)
    engine.load_rows("others", OTHER_TITLE_COLUMNS, [])
    with pytest.raises(ConfigError, match="have one number"):
        merge_records(engine)


# -- values -----------------------------------------------------------------------------------


def test_each_value_comes_from_the_origin_that_is_first_for_it(tmp_path: Path) -> None:
    records = [
        record("s", f"{TITLE}", origin="semantic_scholar", s2="1" * 40, doi="10.1/a",
               citation_count=7, reference_count=3, fields_of_study=("Computer Science",),
               authors=("A. Lovelace",), year=2020),
        record("d", origin="dblp", doi="10.1/a", dblp="conf/x/1", venue="NIPS",
               other_venues=("NeurIPS",)),
        record("x", origin="arxiv", arxiv="1901.00001", doi="10.1/a", preprint=True, year=2018,
               venue="arXiv", citation_count=99),
    ]  # fmt: skip
    with shelf_of(tmp_path, *records) as database:
        (work,) = database.by_title(KEY)
        origins = database.field_origins(Identifiers(doi="10.1/a"))
    assert (work.authors, work.year, work.venue) == (("A. Lovelace",), 2020, "NIPS")
    assert (work.citation_count, work.reference_count) == (7, 3)
    assert work.other_venues == ("NeurIPS",)
    assert work.fields_of_study == ("Computer Science",)
    assert work.identifiers == Identifiers(
        s2="1" * 40, doi="10.1/a", arxiv="1901.00001", dblp="conf/x/1"
    )
    assert work.preprint is False
    assert origins[Field.VENUE] == "dblp"
    assert origins[Field.CITATION_COUNT] == "semantic_scholar"


def test_counts_are_of_one_origin_alone(tmp_path: Path) -> None:
    dumps = by_origin(
        tmp_path,
        [record("o", origin="openalex", citation_count=9, fields_of_study=("Art",)),
         record("c", origin="crossref", citation_count=8)],
    )  # fmt: skip
    made, _ = built(tmp_path / "none", *dumps)
    assert made.counts.origin == ""
    assert _column(tmp_path / "none", made, "citation_count") == [None]
    assert _column(tmp_path / "none", made, "fields_of_study") == [None]
    made, _ = built(tmp_path / "one", *dumps, options=BuildOptions(counts_origin="crossref"))
    assert (made.counts.origin, made.counts.released) == ("crossref", "2026-06-01")
    assert _column(tmp_path / "one", made, "citation_count") == [8]
    assert _column(tmp_path / "one", made, "counted_on") == ["2026-06-01"]
    with pytest.raises(ConfigError, match="crossref, openalex"):
        built(tmp_path / "wrong", *dumps, options=BuildOptions(counts_origin="dblp"))


def test_a_publication_goes_before_its_preprint(tmp_path: Path) -> None:
    records = [
        record("p", origin="arxiv", year=2018, preprint=True, arxiv="1901.00001",
               doi="10.48550/arxiv.1901.00001"),
        record("d", origin="dblp", year=2019, venue="NIPS", doi="10.5555/1", retracted=False),
        record("e", origin="openalex", year=2019, retracted=True, preprint=False),
    ]  # fmt: skip
    with shelf_of(tmp_path, *records) as database:
        (work,) = database.by_title(KEY)
        assert database.by_identifiers(Identifiers(doi="10.48550/arxiv.1901.00001")) == (work,)
    assert (work.year, work.identifiers.doi) == (2019, "10.5555/1")
    assert (work.preprint, work.retracted) == (False, True)


def test_a_review_is_no_face_of_the_work_that_it_has_the_title_of(tmp_path: Path) -> None:
    records = [
        record("a", origin="crossref", doi="10.5555/1", kind=WorkKind.ARTICLE),
        record("b", origin="openalex", doi="10.5555/2", kind=WorkKind.REVIEW),
        record("c", origin="crossref", doi="10.5555/3", kind=WorkKind.ARTICLE, year=1990),
        record("d", origin="dblp", doi="10.5555/3", kind=WorkKind.EDITORIAL, year=1990),
    ]
    with shelf_of(tmp_path, *records) as database:
        found = {work.identifiers.doi: work.kind for work in database.by_title(KEY)}
    assert found == {
        "10.5555/1": WorkKind.ARTICLE,
        "10.5555/2": WorkKind.REVIEW,
        "10.5555/3": WorkKind.EDITORIAL,
    }


def test_names_that_cannot_be_ones_leave_their_place_to_another_source(tmp_path: Path) -> None:
    records = [
        record("a", origin="semantic_scholar", doi="10.5555/1", authors=("T. Munich", "Usa")),
        record("b", origin="dblp", doi="10.5555/1", authors=("Ada Lovelace",)),
    ]
    with shelf_of(tmp_path, *records) as database:
        (work,) = database.by_title(KEY)
    assert work.authors == ("Ada Lovelace",)


def test_of_a_records_versions_the_newest_counts(tmp_path: Path) -> None:
    old = dump(tmp_path / "old", [record("a", venue="Old"), record("b", "A thing that stays here")],
               "2026-01-01")  # fmt: skip
    new = dump(tmp_path / "new", [record("a", venue="New")], "2026-02-01")
    for order in ((old, new), (new, old)):
        made, _ = built(tmp_path / "catalog", *order)
        assert made.works == 2
        assert "New" in _column(tmp_path / "catalog", made, "venue")
        assert "Old" not in _column(tmp_path / "catalog", made, "venue")


def test_other_titles_lead_to_the_work(tmp_path: Path) -> None:
    records = [
        record("a", f"{TITLE}: and of others", titles=(TITLE,), doi="10.1/a"),
        record("b", "Studies of the things that are: and of others", origin="acl", doi="10.1/a"),
    ]
    with shelf_of(tmp_path, *records) as database:
        (work,) = database.by_title(KEY)
        assert database.by_title(title_key(f"{TITLE}: and of others")) == (work,)
        assert database.by_title(title_key("Studies of the things that are: and of others")) == (
            work,
        )
        assert database.by_title("") == ()


def _column(folder: Path, made: CatalogManifest, name: str) -> list[object]:
    files = [
        folder / catalog_file.path
        for catalog_file in made.files
        if catalog_file.path.startswith("works/")
    ]
    return [value for (value,) in parquet.read_rows(files, [name])]


# -- properties -------------------------------------------------------------------------------

NAMES = ("a", "b")
RECORDS: st.SearchStrategy[list[dict[str, object]]] = st.lists(
    st.builds(
        dict,
        title=st.sampled_from([TITLE, f"{TITLE}: more", "Another study of a thing", ""]),
        origin=st.sampled_from(["semantic_scholar", "dblp", "arxiv"]),
        authors=st.sampled_from([("Ada Lovelace",), ("Eve Other",), None]),
        year=st.sampled_from([2015, 2017, 2018, None]),
        doi=st.sampled_from([*NAMES, None]),
        s2=st.sampled_from([*NAMES, None]),
        arxiv=st.sampled_from([*NAMES, None]),
        preprint=st.sampled_from([True, None]),
    ),
    min_size=2,
    max_size=9,
)


@given(drawn=RECORDS, seed=st.integers(0, 10))
@settings(max_examples=max(settings().max_examples // 4, 1))
def test_the_order_does_not_matter_and_nothing_that_contradicts_is_one(
    engine: DuckEngine, drawn: list[dict[str, object]], seed: int
) -> None:
    records = [record(f"{n}", **fields) for n, fields in enumerate(drawn)]  # type: ignore[arg-type]  # as drawn
    mixed = random.Random(seed).sample(records, len(records))  # noqa: S311 - an order, no secret
    found, apart = groups(records, engine)
    assert groups(mixed, engine) == (found, apart)
    by_key = {entry.key: entry.work.identifiers for entry in records}
    for group in found:
        for scheme in ("s2", "arxiv"):
            assert len({getattr(by_key[key], scheme) for key in group} - {None}) <= 1


@given(drawn=RECORDS, seed=st.integers(0, 10))
@settings(max_examples=max(settings().max_examples // 25, 1))
def test_a_catalogue_is_the_same_whatever_the_order(
    drawn: list[dict[str, object]], seed: int
) -> None:
    records = [record(f"{n}", **fields) for n, fields in enumerate(drawn)]  # type: ignore[arg-type]  # as drawn
    records.append(record("last", "There is always one with a title"))
    mixed = random.Random(seed).sample(records, len(records))  # noqa: S311 - an order, no secret
    with TemporaryDirectory() as name:
        folder = Path(name)
        first, _ = built(folder / "one", *by_origin(folder / "a", records))
        second, _ = built(folder / "other", *by_origin(folder / "b", mixed))
    assert [(catalog_file.path, catalog_file.sha256) for catalog_file in first.files] == [
        (catalog_file.path, catalog_file.sha256) for catalog_file in second.files
    ]
