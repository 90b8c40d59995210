import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.model import (
    Accepted,
    Ambiguous,
    Candidate,
    Decision,
    Identifiers,
    Lookup,
    Rung,
    Unmatched,
)
from refmatter.stages.match import match
from support import candidate, lookup, s2

ALICE, BOB = ("Alice Adams", "Carol Clark"), ("Bob Brown",)


def twins() -> list[Candidate]:
    return [
        candidate(authors=ALICE, year=2001, identifiers=s2("1")),
        candidate(authors=BOB, year=2011, identifiers=s2("2")),
    ]


def taken(decision: Decision) -> set[str | None]:
    assert isinstance(decision, Accepted)
    return {m.candidate.work.identifiers.s2 for m in decision.matches}


def test_an_equal_title_that_is_one_works_alone_is_accepted() -> None:
    decision = match(lookup("BERT - Pre-training"), [candidate("BERT: Pre-training")])
    assert isinstance(decision, Accepted)
    assert decision.reason == "equal titles"
    assert not decision.corroborated


@pytest.mark.parametrize("title", ["A Title II", "A Titles", "A Title of 2014", "Title", ""])
def test_another_title_is_never_accepted(title: str) -> None:
    assert isinstance(match(lookup(), [candidate(title, authors=ALICE)]), Unmatched)


def test_two_works_of_one_title_are_ambiguous() -> None:
    decision = match(lookup(), twins())
    assert isinstance(decision, Ambiguous)
    assert decision.reason == "2 works share this title"
    assert len(decision.matches) == 2


@pytest.mark.parametrize(
    ("hints", "digit", "reason"),
    [
        ({"first_author": "Brown, B."}, "2", "the first author"),
        ({"year": 2001}, "1", "the year"),
        ({"identifiers": s2("2")}, "2", "the note's own identifier"),
    ],
)
def test_evidence_tells_twins_apart(hints: dict[str, object], digit: str, reason: str) -> None:
    decision = match(lookup(**hints), twins())
    assert taken(decision) == {s2(digit).s2}
    assert isinstance(decision, Accepted)
    assert (
        [m.candidate.work.identifiers for m in decision.others]
        == [each.work.identifiers for each in twins() if each.work.identifiers != s2(digit)]
        or "identifier" in hints
        or hints.get("identifiers")
    )
    assert reason in decision.reason or not decision.others


def test_the_citing_list_tells_twins_apart() -> None:
    cited = candidate(
        rung=Rung.CITING, cited_by="note.md", authors=BOB, year=2011, identifiers=s2("2")
    )
    decision = match(lookup(), [*twins(), cited])
    assert taken(decision) == {s2("2").s2}
    assert isinstance(decision, Accepted)
    assert "told from its namesakes by the citing note's reference list" in decision.reason
    assert [m.candidate.work.identifiers for m in decision.others] == [s2("1")]


def test_citing_lists_that_disagree_leave_it_ambiguous() -> None:
    both = [candidate(rung=Rung.CITING, cited_by=f"{n}.md", identifiers=s2(n)) for n in ("1", "2")]
    assert isinstance(match(lookup(), [*twins(), *both]), Ambiguous)


@pytest.mark.parametrize(
    ("hints", "against"),
    [
        ({"first_author": "Zoe Zimmer"}, "the first author"),
        ({"year": 1985}, "the year"),
        ({"year": 1985, "first_author": "Zoe Zimmer"}, "the first author or the year"),
    ],
)
def test_what_a_note_says_against_the_only_work_is_told_not_overruled(
    hints: dict[str, object], against: str
) -> None:
    decision = match(lookup(**hints), [candidate(authors=ALICE, year=2001)])
    assert isinstance(decision, Ambiguous)
    assert decision.reason == f"the title fits, but not {against}"


def test_a_preprints_year_does_not_speak_against_its_publication() -> None:
    decision = match(lookup(year=2017), [candidate(year=2019)])
    assert isinstance(decision, Accepted)


def test_another_identifier_of_the_same_system_is_another_work() -> None:
    decision = match(lookup(identifiers=s2("9")), [candidate(identifiers=s2("1"))])
    assert isinstance(decision, Unmatched)


def test_the_notes_identifier_is_believed_where_the_title_is_a_short_form() -> None:
    found = candidate("Gradient-based learning applied to recognition", identifiers=s2("1"))
    decision = match(lookup("Gradient-based learning", identifiers=s2("1")), [found])
    assert isinstance(decision, Accepted)
    assert "the note's own identifier" in decision.reason


def test_an_identifier_that_names_quite_another_title_is_doubtful() -> None:
    found = candidate("Cooking for engineers", identifiers=s2("1"))
    decision = match(lookup("Attention is all you need", identifiers=s2("1")), [found])
    assert isinstance(decision, Ambiguous)
    assert "Cooking for engineers" in decision.reason


def test_an_identifier_outweighs_a_year() -> None:
    found = candidate(year=2001, identifiers=s2("1"))
    assert isinstance(match(lookup(year=1980, identifiers=s2("1")), [found]), Accepted)


def test_records_of_one_work_from_several_providers_are_one() -> None:
    records = [
        candidate(authors=ALICE, year=2001, identifiers=Identifiers(s2="a", arxiv="0101.00001")),
        candidate(provider="arxiv", authors=("A. Adams",), year=2000,
                  identifiers=Identifiers(arxiv="0101.00001")),
        candidate(provider="catalog", authors=ALICE, year=2002, identifiers=Identifiers(doi="1/x")),
    ]  # fmt: skip
    decision = match(lookup(), records)
    assert isinstance(decision, Accepted)
    assert len(decision.matches) == 3


def test_a_preprint_under_another_title_counts_by_its_identifier() -> None:
    records = [
        candidate(provider="arxiv", identifiers=Identifiers(arxiv="0101.00001")),
        candidate("A Better Title", identifiers=Identifiers(s2="a", arxiv="0101.00001"), year=2001),
    ]
    decision = match(lookup(), records)
    assert isinstance(decision, Accepted)
    assert {m.candidate.provider for m in decision.matches} == {"arxiv", "semantic_scholar"}


def test_two_notes_on_one_work_do_not_rival_each_other() -> None:
    told = [
        candidate(provider="vault", authors=ALICE, year=2001, venue=venue) for venue in ("X", "Y")
    ]
    assert isinstance(match(lookup(), told), Accepted)


def test_no_candidates_no_match() -> None:
    assert isinstance(match(lookup(), []), Unmatched)


authors = st.sampled_from([None, ALICE, BOB, ("Adams, A.",)])
records = st.builds(
    lambda t, a, y, i, p, c: candidate(
        t, authors=a, year=y, identifiers=s2(i) if i else Identifiers(), provider=p, cited_by=c
    ),
    st.sampled_from(["A Title", "a title!", "A Title 2", "Another"]),
    authors,
    st.sampled_from([None, 1990, 2001, 2002, 2011]),
    st.sampled_from(["", "1", "2", "3"]),
    st.sampled_from(["semantic_scholar", "catalog", "arxiv", "vault"]),
    st.sampled_from([None, None, "n.md"]),
)
asked = st.builds(
    lambda y, a, i: lookup(year=y, first_author=a, identifiers=s2(i) if i else Identifiers()),
    st.sampled_from([None, 1990, 2001]),
    st.sampled_from([None, "Alice Adams", "Bob Brown"]),
    st.sampled_from(["", "1"]),
)


@given(asked, st.lists(records, max_size=4))
def test_the_order_of_arrival_does_not_matter(wanted: Lookup, found: list[Candidate]) -> None:
    decisions = {
        (type(d).__name__, d.reason)
        for p in itertools.permutations(found)
        for d in [match(wanted, p)]
    }
    assert len(decisions) == 1


@given(asked, st.lists(records, max_size=5))
def test_whatever_is_accepted_has_the_title_or_the_notes_identifier(
    wanted: Lookup, found: list[Candidate]
) -> None:
    decision = match(wanted, found)
    if isinstance(decision, Accepted):
        assert any(
            m.features["title"] == 1.0 or m.features.get("identifier") == 1.0
            for m in decision.matches
        )
        assert all(0 <= v <= 1 for m in decision.matches for v in m.features.values())
        names = {m.candidate.work.identifiers.s2 for m in decision.matches} - {None}
        assert len(names) <= 1
