import json
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from refmatter.model import Candidate, Identifiers, Match, Overlap, Rung, Work, WorkKind
from refmatter.reasons import Difference, DifferenceKind
from refmatter.state.match_json import MatchRow, row_of
from support import candidate, s2

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
LIST = st.none() | st.lists(TEXT, min_size=1, max_size=3).map(tuple)
COUNT = st.none() | st.integers(0, 10**9)
SHARE = st.floats(0, 1)
WORKS = st.builds(
    Work,
    title=TEXT,
    authors=LIST,
    year=COUNT,
    venue=st.none() | TEXT,
    other_venues=st.lists(TEXT, max_size=2).map(tuple),
    citation_count=COUNT,
    reference_count=COUNT,
    fields_of_study=LIST,
    identifiers=st.builds(Identifiers, *[st.none() | TEXT] * 6),
    preprint=st.none() | st.booleans(),
    retracted=st.none() | st.just(True),
    kind=st.none() | st.sampled_from(WorkKind),
)
CANDIDATES = st.builds(
    Candidate,
    work=WORKS,
    provider=TEXT,
    rung=st.sampled_from(Rung),
    fetched=st.just("") | st.dates().map(str),
    cited_by=st.none() | st.sampled_from([PurePosixPath("a.md"), PurePosixPath("a/b c.md")]),
    overlap=st.none() | st.builds(Overlap, *[st.integers(0, 999)] * 4),
)
DIFFERENCES = st.builds(Difference, st.sampled_from(DifferenceKind), TEXT, TEXT, st.integers(1, 9))
MATCHES = st.builds(
    Match,
    candidate=CANDIDATES,
    features=st.dictionaries(TEXT, SHARE, max_size=3),
    score=SHARE,
    differences=st.lists(DIFFERENCES, max_size=2).map(tuple),
)


def read(row: object) -> Match:
    return MatchRow.model_validate_json(json.dumps(row, ensure_ascii=False)).match()


@given(MATCHES)
def test_what_is_kept_is_read_again(match: Match) -> None:
    assert read(row_of(match)) == match


def test_what_is_unknown_is_left_out_and_what_is_known_to_be_nothing_stays() -> None:
    bare = Match(candidate(fetched=""), {}, 0.0)
    assert row_of(bare) == {
        "title": "A Title", "provider": "semantic_scholar", "by": "title", "fetched": "",
        "score": 0.0,
    }  # fmt: skip
    nothing = Match(candidate(venue="", citation_count=0, preprint=False), {"year": 0.0}, 0.0)
    row = row_of(nothing)
    assert (row["venue"], row["citation_count"], row["preprint"]) == ("", 0, False)
    assert read(row) == nothing
    sound = Match(candidate(retracted=False), {}, 0.0)
    assert "retracted" not in row_of(sound)  # which is said of nearly all works


def test_a_row_reads_the_same_each_time() -> None:
    said = candidate(
        authors=("A", "B"), year=2001, identifiers=s2("1"), rung=Rung.CITING, cited_by="a/b.md"
    )
    assert json.dumps(
        row_of(
            Match(
                said,
                {"title": 1.0, "citing": 1.0},
                0.95,
                (Difference(DifferenceKind.SLIP, "a", "b"),),
            )
        )
    ) == (
        '{"title": "A Title", "authors": ["A", "B"], "year": 2001, '
        f'"ids": {{"s2": "{"0" * 39}1"}}, "provider": "semantic_scholar", "by": "citing", '
        '"fetched": "2026-01-01", "cited_by": "a/b.md", '
        '"features": {"title": 1.0, "citing": 1.0}, "score": 0.95, '
        '"differences": [{"kind": "slip", "asked": "a", "found": "b"}]}'
    )


def test_a_row_of_before_is_read() -> None:
    row = {
        "title": "A Title", "authors": ["A"], "year": 2001, "venue": "ICML", "citation_count": 7,
        "ids": {"doi": "10.1/x"}, "provider": "arxiv", "features": {"title": 1.0},
    }  # fmt: skip
    names = Identifiers(doi="10.1/x")
    work = Work("A Title", ("A",), 2001, "ICML", citation_count=7, identifiers=names)
    assert read(row) == Match(Candidate(work, "arxiv", Rung.TITLE, ""), {"title": 1.0}, 0.0)


@pytest.mark.parametrize(
    "said",
    [
        {"titel": "A"},
        {"title": None},
        {"title": "A", "ids": {"isbn": "1"}},
        {"title": "A", "by": "guess"},
        {"title": "A", "fetched": "yesterday"},
        {"title": "A", "features": {"year": "much"}},
        {"title": "A", "more": 1},
    ],
)
def test_what_is_no_row_is_refused(said: object) -> None:
    with pytest.raises(ValidationError):
        read(said)
