import json
from pathlib import PurePosixPath

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.model import (
    Candidate,
    Identifiers,
    Match,
    Overlap,
    Question,
    Rung,
    Work,
    WorkKind,
)
from refmatter.reasons import Difference, DifferenceKind
from refmatter.state.match_json import (
    CandidateRow,
    MatchRow,
    QueriesJson,
    candidate_row,
    encoded,
    match_row,
    queries_json,
    questions_of,
)
from support import candidate, questions, s2

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


def kept(candidate: Candidate) -> Candidate:
    row = msgspec.json.decode(encoded(candidate_row(candidate)), type=CandidateRow)
    return row.candidate(candidate.overlap)


@given(CANDIDATES)
def test_a_candidate_is_read_again(candidate: Candidate) -> None:
    assert kept(candidate) == candidate


@given(MATCHES)
def test_what_was_made_of_a_candidate_is_read_again(match: Match) -> None:
    row = msgspec.json.decode(encoded(match_row(match)), type=MatchRow)
    assert row.match(match.candidate) == match
    assert row.overlap == match.candidate.overlap


def test_what_is_unknown_is_left_out_and_what_is_known_to_be_nothing_stays() -> None:
    bare = json.loads(encoded(candidate_row(candidate(fetched=""))))
    assert bare == {
        "title": "A Title", "provider": "semantic_scholar", "method": "title_search"
    }  # fmt: skip
    nothing = candidate(venue="", citation_count=0, preprint=False)
    row = json.loads(encoded(candidate_row(nothing)))
    assert (row["venue"], row["citation_count"], row["preprint"]) == ("", 0, False)
    assert kept(nothing) == nothing
    sound = candidate_row(candidate(retracted=False))
    assert "retracted" not in json.loads(encoded(sound))  # which is said of nearly all works


def test_a_row_reads_the_same_each_time() -> None:
    said = candidate(
        authors=("A", "B"),
        year=2001,
        identifiers=s2("1"),
        rung=Rung.CITING_REFERENCES,
        cited_by="a/b.md",
    )
    assert encoded(candidate_row(said)) == (
        '{"title":"A Title","authors":["A","B"],"year":2001,'
        f'"ids":{{"s2":"{"0" * 39}1"}},"provider":"semantic_scholar","method":"citing_references",'
        '"fetched":"2026-01-01","cited_by":"a/b.md"}'
    )
    match = Match(
        said, {"title": 1.0, "citing": 1.0}, 0.95, (Difference(DifferenceKind.SLIP, "a", "b"),)
    )
    assert encoded(match_row(match, 3)) == (
        '{"candidate":3,"features":{"title":1.0,"citing":1.0},"score":0.95,'
        '"differences":[{"kind":"slip","asked":"a","found":"b"}]}'
    )


@pytest.mark.parametrize(
    "more",
    [
        {"titel": "A"},
        {"title": None},
        {"ids": {"issn": "1"}},
        {"method": "guess"},
        {"fetched": "yesterday"},
        {"more": 1},
    ],
)
def test_what_is_no_row_is_refused(more: dict[str, object]) -> None:
    row = {"title": "A", "provider": "x", "method": "title_search"} | more
    with pytest.raises((msgspec.ValidationError, ValueError)):
        msgspec.json.decode(json.dumps(row), type=CandidateRow).candidate()


def test_what_could_not_be_shown_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"features":{"year":"much"}}', type=MatchRow)


QUESTIONS = st.builds(
    Question,
    st.sampled_from(["openalex", "semantic_scholar", "catalog"]),
    st.sampled_from(Rung),
    st.just("") | TEXT,
)


@given(st.frozensets(QUESTIONS))
def test_questions_are_read_again(asked: frozenset[Question]) -> None:
    again = msgspec.json.decode(msgspec.json.encode(queries_json(asked)), type=QueriesJson)
    assert questions_of(again) == asked


def test_questions_stand_by_provider_and_rung() -> None:
    asked = questions("openalex/title_batch", "semantic_scholar/citing_references/1")
    assert queries_json(asked) == {
        "openalex": {"title_batch": []},
        "semantic_scholar": {"citing_references": ["1"]},
    }
