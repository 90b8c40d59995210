"""Which candidate is the work, how sure that is, and why."""

from __future__ import annotations

import itertools
from collections.abc import Set as AbstractSet
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from refmatter.matching.decide import decide, demote_unconfirmed
from refmatter.matching.features import score_candidate
from refmatter.matching.thresholds import DEFAULT, Thresholds
from refmatter.model import (
    Accepted,
    Ambiguous,
    Candidate,
    Decision,
    Identifiers,
    Lookup,
    Match,
    Overlap,
    Rung,
    Tier,
    TitleSource,
    Unmatched,
)
from refmatter.reasons import (
    Difference,
    DifferenceKind,
    Feature,
    Reason,
    ReasonKind,
    Rejected,
)
from refmatter.resolve.matching_stage import match
from support import candidate, lookup, s2

ALICE, BOB = ("Alice Adams", "Carol Clark"), ("Bob Brown",)
TITLE = "Learning to forget continually with gated memory"
BERT = "BERT: Pre-training of deep bidirectional transformers for language understanding"


def wanted(title: str = TITLE, /, **hints: object) -> Lookup:
    return lookup(title, **hints)


def record(title: str = TITLE, **said: object) -> Candidate:
    return candidate(title, **said)  # type: ignore[arg-type]  # fields of Candidate and Work


def decided(asked: Lookup, *found: Candidate) -> Decision:
    """Before it is asked whether it may be written."""
    return decide(asked, [score_candidate(asked, each) for each in found])


DOI = Identifiers(doi="10.1000/a")


def twins() -> list[Candidate]:
    return [
        record(authors=ALICE, year=2001, identifiers=s2("1")),
        record(authors=BOB, year=2011, identifiers=s2("2")),
    ]


def taken(decision: Decision) -> set[str | None]:
    assert isinstance(decision, Accepted)
    return {m.candidate.work.identifiers.s2 for m in decision.matches}


def test_an_equal_title_that_is_one_works_alone_is_accepted() -> None:
    decision = match(wanted(BERT.replace(":", " -")), [record(BERT)])
    assert isinstance(decision, Accepted)
    assert decision.reason == Reason(ReasonKind.EQUAL_TITLE)
    assert not decision.corroborated


@pytest.mark.parametrize(
    "title",
    [f"{TITLE} II", f"{TITLE} 2", "Learning to remember", "Cooking for engineers", "", "???"],
)
def test_another_title_is_never_accepted(title: str) -> None:
    found = record(title, authors=ALICE, year=2001)
    assert isinstance(match(wanted(year=2001, first_author="A. Adams"), [found]), Unmatched)


@pytest.mark.parametrize(
    "title",
    [
        TITLE,
        "Learning to forget continually - with gated memory",
        "Learning to forget continualy with gated memory",
        "Learning to forget continually with gated memories",
        "Learning to forget, continually, with the gated memory",
        "Learn- ing to forget contin- ually with gated memory",
        "Learning to for get continually with gated memory",
        "Learning to forget continually with gated memory, arXiv preprint",
    ],
)
def test_what_is_equal_but_for_damage_is_certain_by_itself(title: str) -> None:
    decision = match(wanted(title), [record(authors=ALICE, year=2001)])
    assert isinstance(decision, Accepted)
    assert decision.tier is Tier.CERTAIN
    equal = decision.matches[0].features["title"] == 1.0
    assert (decision.reason.kind is ReasonKind.EQUAL_TITLE) is equal


LIKELY = [
    ("Forgetting and remembering", "Forgetting and remembering: memory of gated networks"),
    ("Learning to forget continually", f"{TITLE}: Learning and more".replace(" with", ": with")),
    (TITLE, f"{TITLE}: a view from the brain"),
]


@pytest.mark.parametrize(("title", "found"), LIKELY)
def test_a_missing_subtitle_is_likely_where_author_and_year_agree(title: str, found: str) -> None:
    asked = wanted(title, first_author="A. Adams", year=2001)
    alike = record(found, authors=ALICE, year=2001)
    decision = decided(asked, alike)
    assert isinstance(decision, Accepted)
    assert decision.tier is Tier.LIKELY
    assert not decision.confirmed
    assert decision.reason.kind is ReasonKind.NEAR_TITLE
    assert DifferenceKind.SUBTITLE in [d.kind for d in decision.reason.differences]

    written = match(asked, [alike])
    assert isinstance(written, Ambiguous)
    assert written.reason == replace(decision.reason, kind=ReasonKind.NOT_CONFIRMED)
    assert isinstance(match(asked, [alike], Thresholds(auto_write=Tier.LIKELY)), Accepted)


@pytest.mark.parametrize(("title", "found"), LIKELY)
def test_the_citing_list_or_an_identifier_confirms_what_is_likely(title: str, found: str) -> None:
    cited = record(found, rung=Rung.CITING_REFERENCES, cited_by="n.md", authors=ALICE, year=2001)
    named = record(found, authors=ALICE, year=2001, identifiers=s2("1"))
    for decision in (
        match(wanted(title, first_author="A. Adams", year=2001), [cited]),
        match(wanted(title, identifiers=s2("1")), [named]),
    ):
        assert isinstance(decision, Accepted)
        assert decision.tier is Tier.LIKELY
        assert decision.confirmed
        assert demote_unconfirmed(decision, DEFAULT) is decision


@pytest.mark.parametrize(
    ("title", "found"),
    [
        *LIKELY,
        ("Neural networks", "Neural networks: tricks of the trade"),
        ("Learning to forget with gated memory", TITLE),
        ("Learning to remember continually with gated memory", TITLE),
        ("Learning to often forget continually with gated memory", TITLE),
        (f"{TITLE}: a view from the brain", TITLE),
        ("Continually with gated memory", f"Learning to forget: {TITLE[19:]}"),
    ],
)
def test_what_differs_by_more_than_damage_is_never_written_for_its_title_alone(
    title: str, found: str
) -> None:
    decision = match(wanted(title), [record(found, authors=ALICE, year=2001)])
    assert not isinstance(decision, Accepted)


GENERIC = [
    "Introduction",
    "Deep learning",
    "Machine learning",
    "Cover and contents",
    "Proceedings of the Third Workshop on Noisy Text",
]


@pytest.mark.parametrize("title", GENERIC)
def test_a_generic_title_is_not_accepted_alone_even_where_it_is_equal(title: str) -> None:
    decision = match(wanted(title), [record(title, authors=ALICE, year=2001)])
    assert isinstance(decision, Ambiguous)
    assert decision.reason == Reason(ReasonKind.GENERIC_TITLE, (Feature.SPECIFIC,))


@pytest.mark.parametrize("title", GENERIC)
@pytest.mark.parametrize(
    "hints",
    [
        {"first_author": "Adams, A."},
        {"identifiers": s2("1")},
        {"first_author": "Carol Clark"},
        {"first_author": "Adams", "authors": ("Adams", "Clark")},
    ],
)
def test_a_generic_title_needs_somebody_to_speak_for_it(
    title: str, hints: dict[str, object]
) -> None:
    found = record(title, authors=ALICE, year=2001, identifiers=s2("1"))
    assert isinstance(match(wanted(title, **hints), [found]), Accepted)


@pytest.mark.parametrize("title", GENERIC)
def test_the_citing_list_speaks_for_a_generic_title(title: str) -> None:
    found = record(title, rung=Rung.CITING_REFERENCES, cited_by="n.md")
    decision = match(wanted(title), [found])
    assert isinstance(decision, Accepted)
    assert decision.confirmed


SHORT = ["Deep learning", "Machine learning", "Réseaux de neurones", "图像分割"]
BOTH = frozenset({"semantic_scholar", "openalex"})


def listed(asked: Lookup, complete: AbstractSet[str], *found: Candidate) -> Decision:
    """The decision where these providers' lists of the title's works are complete."""
    return decide(asked, [score_candidate(asked, each) for each in found], DEFAULT, complete)


def two_records(title: str, **said: object) -> list[Candidate]:
    """One work, as two services have it."""
    doi = Identifiers(doi="10.1/x")
    return [record(title, provider=each, identifiers=doi, **said) for each in sorted(BOTH)]


@pytest.mark.parametrize("title", SHORT)
@pytest.mark.parametrize("hints", [{}, {"first_author": "Adams"}, {"year": 2001}])
def test_that_two_services_agree_is_no_evidence_for_a_generic_title(
    title: str, hints: dict[str, object]
) -> None:
    found = two_records(title, authors=ALICE, year=2001)
    assert isinstance(listed(wanted(title, **hints), frozenset(), *found), Ambiguous)


@pytest.mark.parametrize("title", SHORT)
def test_two_complete_lists_that_hold_one_work_are(title: str) -> None:
    found = two_records(title)
    decision = listed(wanted(title), BOTH, *found)
    assert isinstance(decision, Accepted)
    assert all(m.features["providers"] == 1.0 for m in decision.matches)
    for complete in (frozenset({"openalex"}), frozenset({"crossref"}), BOTH - {"openalex"}):
        assert isinstance(listed(wanted(title), complete, *found), Ambiguous)
    assert isinstance(listed(wanted(title), BOTH, found[0], found[0]), Ambiguous)


@pytest.mark.parametrize("provider", ["semantic_scholar", "openalex", "crossref", "catalog"])
def test_a_namesake_that_anybody_knows_takes_that_away(provider: str) -> None:
    title = "Deep learning"
    namesake = record(title, provider=provider, authors=BOB, year=1990, identifiers=s2("9"))
    found = two_records(title, authors=ALICE, year=2001)
    assert isinstance(listed(wanted(title), BOTH, *found, namesake), Ambiguous)


def test_what_a_note_says_against_it_outweighs_lists() -> None:
    found = two_records("Deep learning", authors=ALICE, year=1985)
    assert isinstance(listed(wanted("Deep learning", year=2020), BOTH, *found), Ambiguous)


@pytest.mark.parametrize("hints", [{"first_author": "Adams"}, {"year": 2001}])
@pytest.mark.parametrize("title", SHORT)
def test_beside_a_complete_list_a_family_name_or_a_year_is_enough(
    title: str, hints: dict[str, object]
) -> None:
    mine = record(title, authors=ALICE, year=2001, identifiers=s2("1"))
    other = record(title, authors=BOB, year=1985, identifiers=s2("2"))
    complete = frozenset({"semantic_scholar"})
    assert taken(listed(wanted(title, **hints), complete, mine, other)) == {s2("1").s2}
    assert isinstance(listed(wanted(title, **hints), frozenset(), mine, other), Ambiguous)


@pytest.mark.parametrize(
    "title", ["Introduction", "Untitled", "Einleitung", "参考文献", "Проблема"]
)
def test_what_may_be_no_title_needs_evidence_of_its_own(title: str) -> None:
    source = TitleSource.FILE_NAME
    found = two_records(title, authors=ALICE, year=2001)
    for hints in ({}, {"first_author": "Adams"}, {"year": 2001}):
        asked = wanted(title, title_source=source, **hints)
        assert isinstance(listed(asked, BOTH, *found), Ambiguous)
    asked = wanted(title, title_source=source, first_author="Alice Adams")
    assert isinstance(listed(asked, frozenset(), *found), Accepted)


@pytest.mark.parametrize("title", ["Mistral 7B", "Manifold spanning graphs", "Deep learning"])
def test_a_short_heading_or_file_name_never_decides_alone(title: str) -> None:
    found = two_records(title, authors=ALICE, year=2001)
    for source in (TitleSource.HEADING, TitleSource.FILE_NAME, TitleSource.ALIAS):
        assert isinstance(listed(wanted(title, title_source=source), BOTH, *found), Ambiguous)
        named = wanted(title, title_source=source, identifiers=Identifiers(doi="10.1/x"))
        assert isinstance(listed(named, frozenset(), *found), Accepted)


def test_the_only_one_of_a_name_among_many_wins_no_generic_title() -> None:
    title = "Image segmentation"
    others = [("Ann Other", 1998), ("Bo Wang", 2011), ("Cy Young", 2020)]
    found = [
        record(title, authors=(name,), year=year, identifiers=s2(str(number)))
        for number, (name, year) in enumerate([("Wei Li", 2020), *others])
    ]
    assert isinstance(decided(wanted(title, first_author="Li", year=2020), *found), Ambiguous)
    assert taken(decided(wanted(title, first_author="W. Li"), *found)) == {s2("0").s2}


# Look-alikes

PEOPLE = {"first_author": "Alice Adams", "year": 2001}

VARIANTS = [
    ("Search-based structured prediction", "Unsupervised search-based structured prediction"),
    (
        "Efficient human-guided machine learning for triage of alarms in networks",
        "Human-guided machine learning for triage of alarms in networks",
    ),
    ("Matching of records in large catalogues", "Fast matching of records in large catalogues"),
    ("Improved tracking of people in crowded scenes", "Tracking of people in crowded scenes"),
    ("A method for learning from few examples", "A scalable method for learning from few examples"),
    ("Deep parsing of spoken language", "Parsing of spoken language"),
    ("HiFi-GAN", "HiFi-GAN: Generative networks for efficient speech synthesis"),
    ("BERT", BERT),
    ("GPT-9", "GPT-9: Language models that read the whole library"),
    ("Longformer", "Longformer: The long-document transformer"),
]


@pytest.mark.parametrize(("title", "found"), VARIANTS)
def test_a_look_alike_of_the_same_people_is_not_even_likely(title: str, found: str) -> None:
    alike = record(found, authors=ALICE, year=2001, identifiers=s2("1"))
    for hints in ({}, {"first_author": "Alice Adams"}, PEOPLE):
        assert isinstance(decided(wanted(title, **hints), alike), (Ambiguous, Unmatched))


@pytest.mark.parametrize(("title", "found"), VARIANTS)
def test_an_identifier_or_a_reference_list_that_was_read_names_it(title: str, found: str) -> None:
    alike = record(found, authors=ALICE, year=2001, identifiers=s2("1"))
    assert taken(decided(wanted(title, **PEOPLE, identifiers=s2("1")), alike)) == {s2("1").s2}
    cited = replace(alike, rung=Rung.CITING_REFERENCES, cited_by=PurePosixPath("n.md"))
    decision = decided(wanted(title, **PEOPLE), cited)
    assert isinstance(decision, Accepted)
    assert (decision.tier, decision.confirmed) == (Tier.LIKELY, True)


def test_several_titles_that_begin_so_are_rivals() -> None:
    head = "Text is all you need"
    found = [
        record(f"{head}: {rest}", authors=people, year=2023, identifiers=s2(digit))
        for rest, people, digit in (
            ("learning of language for recommendation", ALICE, "1"),
            ("models of speech from synthesis", BOB, "2"),
        )
    ]
    assert isinstance(decided(wanted(head), *found), Ambiguous)


NEAR = [
    ("Learning to forget continualy with gated memory", TITLE),
    (TITLE, f"{TITLE}: a view from the brain"),
    ("The learning to forget continually with gated memories", TITLE),
]


@pytest.mark.parametrize(("title", "found"), NEAR)
def test_a_near_title_of_the_catalogue_alone_goes_to_review(title: str, found: str) -> None:
    local = record(found, provider="catalog", authors=ALICE, year=2001)
    for hints in ({}, {"first_author": "Alice Adams"}, {"year": 2001}):
        for bars in (DEFAULT, Thresholds(auto_write=Tier.LIKELY)):
            assert isinstance(match(wanted(title, **hints), [local], bars), Ambiguous)
    assert isinstance(decided(wanted(title, **PEOPLE), local), Accepted)
    service = replace(local, provider="openalex")
    assert isinstance(decided(wanted(title), local, service), Accepted)
    assert isinstance(listed(wanted(title), frozenset({"catalog"}), local), Accepted)


def test_an_equal_title_of_the_catalogue_is_as_good_as_another_ones() -> None:
    assert isinstance(match(wanted(), [record(provider="catalog")]), Accepted)


# What speaks against the only work

AGAINST: list[dict[str, object]] = [
    {"overlap": Overlap(40, 30, 0, 2)},
    {"reference_count": 5},
    {"year": 2009},
]
"""Another list, a handful (a review of a book, say), later than what cites it."""


def odd(said: dict[str, object]) -> tuple[Lookup, Candidate]:
    """A note that lists forty works, and a record of its title that does not go with it."""
    overlap = said.get("overlap")
    found = record(TITLE, authors=ALICE, **{k: v for k, v in said.items() if k != "overlap"})
    found = replace(found, overlap=overlap) if isinstance(overlap, Overlap) else found
    return wanted(references=40, cited_in=2005), found


@pytest.mark.parametrize("said", AGAINST)
def test_contrary_evidence_beside_the_title_alone_is_a_doubt(said: dict[str, object]) -> None:
    asked, found = odd(said)
    decision = decided(asked, found)
    assert isinstance(decision, Ambiguous)
    assert decision.matches[0].candidate is found


@pytest.mark.parametrize("said", AGAINST)
@pytest.mark.parametrize(
    "hints", [{"first_author": "Adams, A."}, {"identifiers": s2("1")}, {"first_author": "Clark"}]
)
def test_it_is_none_where_anything_else_speaks_for_the_work(
    said: dict[str, object], hints: dict[str, object]
) -> None:
    _, found = odd({**said, "identifiers": s2("1")})
    asked = wanted(references=40, cited_in=2005, **hints)
    assert isinstance(decided(asked, found), Accepted)


@pytest.mark.parametrize("count", [None, 0, 19, 35, 40, 300])
def test_a_length_that_says_nothing_is_no_doubt(count: int | None) -> None:
    found = record(reference_count=count)
    assert isinstance(decided(wanted(references=40), found), Accepted)


def test_one_record_of_the_work_with_the_whole_list_is_enough() -> None:
    doi = Identifiers(doi="10.1/x")
    part = record(provider="crossref", identifiers=doi, reference_count=4)
    whole = record(provider="openalex", identifiers=doi, reference_count=41)
    assert isinstance(decided(wanted(references=40), part), Ambiguous)
    assert isinstance(decided(wanted(references=40), part, whole), Accepted)


@pytest.mark.parametrize(("one", "other"), [(40, 25), (40, 4), (40, None), (25, 4)])
def test_how_long_a_list_is_tells_no_namesakes_apart(one: int, other: int | None) -> None:
    found = [
        replace(each, work=replace(each.work, reference_count=count))
        for each, count in zip(twins(), (one, other), strict=True)
    ]
    assert isinstance(decided(wanted(references=40), *found), Ambiguous)


def test_a_doubt_says_what_differs() -> None:
    title = "Learning to forget with gated memory"
    decision = match(wanted(title), [record(authors=ALICE)])
    assert isinstance(decision, Ambiguous)
    assert decision.reason.kind is ReasonKind.DIFFERENT_TITLE
    (difference,) = decision.reason.differences
    assert (difference.kind, difference.found) == (DifferenceKind.WORD_MISSING, "continually")


def test_works_that_lack_a_part_and_are_as_near_are_rivals() -> None:
    found = [
        record(f"{TITLE}: a view from the brain", authors=ALICE, year=2001, identifiers=s2("1")),
        record(f"{TITLE}: a theory of memory", authors=ALICE, year=2001, identifiers=s2("2")),
    ]
    decision = decided(wanted(first_author="A. Adams", year=2001), *found)
    assert isinstance(decision, Ambiguous)
    assert decision.reason == Reason(ReasonKind.SEVERAL_WORKS, works=2)


def test_the_equal_title_goes_before_all_others() -> None:
    found = [
        record(f"{TITLE}: a view from the brain", authors=ALICE, year=2001, identifiers=s2("1")),
        record(TITLE.replace("memory", "memories"), authors=ALICE, identifiers=s2("2")),
        record(TITLE, identifiers=s2("3")),
    ]
    decision = match(wanted(first_author="A. Adams", year=2001), found)
    assert taken(decision) == {s2("3").s2}


THEIRS, MINE = Overlap(8, 9, 0, 0), Overlap(8, 9, 8, 8)


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [
        (MINE, THEIRS, "1"),
        (None, MINE, "2"),
        (THEIRS, None, "2"),
        (MINE, MINE, None),
        (THEIRS, THEIRS, None),
        (None, None, None),
    ],
)
def test_what_the_note_lists_tells_its_work_from_another(
    first: Overlap | None, second: Overlap | None, chosen: str | None
) -> None:
    one, other = twins()
    found = replace(one, overlap=first), replace(other, overlap=second)
    decision = decided(wanted(references=8), *found)
    if chosen is None:
        assert isinstance(decision, Ambiguous)
        return
    assert taken(decision) == {s2(chosen).s2}
    assert isinstance(decision, Accepted)
    assert decision.reason.distinguishing == (Feature.LISTED,)
    assert decision.confirmed == (MINE in (first, second))


def test_what_stands_in_a_list_goes_before_how_long_it_is() -> None:
    """A list as long as the note's may be a namesake's; a short one may be a part of the work's."""
    one, other = twins()
    part = replace(one, work=replace(one.work, reference_count=6), overlap=Overlap(40, 6, 6, 6))
    long = replace(other, work=replace(other.work, reference_count=40))
    decision = decided(wanted(references=40), part, long)
    assert taken(decision) == {s2("1").s2}


def test_both_namesakes_fall_away_by_the_same_evidence() -> None:
    third = record(authors=("Dora Dean",), year=1990, identifiers=s2("3"))
    one, other = (replace(e, overlap=o) for e, o in zip(twins(), (MINE, THEIRS), strict=True))
    decision = decided(wanted(), one, other, third)
    assert taken(decision) == {s2("1").s2}
    assert decision.reason.distinguishing == (Feature.LISTED,)
    assert [rejected.features for rejected in decision.reason.rejected] == [(Feature.LISTED,)] * 2


def test_a_list_speaks_for_all_records_of_its_work() -> None:
    """A service that has no list for its record of a work does not speak against it."""
    one, other = twins()
    bare = [replace(each, provider="openalex", work=replace(each.work, identifiers=Identifiers()))
            for each in (one, other)]  # fmt: skip
    decision = decided(wanted(), *bare, one, replace(other, overlap=THEIRS))
    assert taken(decision) == {None, s2("1").s2}


def test_a_record_without_authors_gives_way_to_one_that_has_them() -> None:
    found = [
        record(identifiers=s2("1"), citation_count=0, reference_count=0),
        record(authors=ALICE, venue="ICML", identifiers=s2("2"), citation_count=9),
    ]
    assert taken(match(wanted(), found)) == {s2("2").s2}


AUTHOR = "Alice Adams"


@pytest.mark.parametrize("year", [1998, 2000, 2001, 2004, None])
def test_it_gives_way_to_one_of_about_its_time(year: int | None) -> None:
    stub = record(identifiers=s2("1"), year=year)
    named = record(authors=ALICE, year=2001, identifiers=s2("2"))
    decision = match(wanted(), [stub, named])
    assert taken(decision) == {s2("2").s2}
    assert isinstance(decision, Accepted)
    assert decision.reason.rejected == (Rejected(0, (Feature.NO_AUTHORS,)),)


@pytest.mark.parametrize("said", [{"year": 1997}, {"year": 2005}, {"citation_count": 1},
                                  {"reference_count": 1}, {"authors": BOB}])  # fmt: skip
def test_of_another_time_or_with_anything_to_say_it_does_not(said: dict[str, object]) -> None:
    stub = record(identifiers=s2("1"), year=2001)
    other = replace(stub, work=replace(stub.work, **said))
    named = record(authors=ALICE, year=2001, identifiers=s2("2"))
    assert isinstance(match(wanted(), [other, named]), Ambiguous)


def test_it_does_not_give_way_to_a_record_of_an_unknown_time() -> None:
    found = [record(year=2001, identifiers=s2("1")), record(authors=ALICE, identifiers=s2("2"))]
    assert isinstance(match(wanted(), found), Ambiguous)


def test_it_does_not_give_way_where_the_named_author_is_not_the_first() -> None:
    stub = record(year=2001, identifiers=s2("1"))
    found = [stub, record(authors=ALICE, year=2001, identifiers=s2("2"))]
    assert isinstance(match(wanted(first_author="Carol Clark"), found), Ambiguous)
    assert taken(match(wanted(first_author=AUTHOR), found)) == {s2("2").s2}


# What tells namesakes apart

APART: list[tuple[Feature, dict[str, float], dict[str, float]]] = [
    (Feature.LISTED, {}, {"listed": 0.0}),
    (Feature.EARLIER, {}, {"earlier": 0.0}),
    (Feature.IDENTIFIER, {"identifier": 1.0}, {}),
    (Feature.CITING, {"citing": 1.0}, {}),
    (Feature.LISTED, {"listed": 1.0}, {}),
    (Feature.FIRST_AUTHOR, {"first_author": 1.0}, {}),
    (Feature.YEAR, {"year": 1.0}, {}),
    (Feature.NO_AUTHORS, {}, {}),
]
"""The evidence in its order: what the work's record has, and what its namesake's has."""


def told(
    digit: str,
    features: dict[str, float],
    authors: tuple[str, ...] | None = ALICE,
    venue: str | None = None,
) -> Match:
    found = record(identifiers=s2(digit), year=2001, authors=authors, venue=venue)
    return Match(found, {"title": 1.0, "likeness": 1.0} | features, 1.0)


def between_two(sooner: int, later: int | None = None) -> Decision:
    """What is decided where some evidence is for the first record, a later one for the other."""
    _, mine, theirs = APART[sooner]
    _, for_other, against = APART[later] if later is not None else (None, {}, {})
    last = len(APART) - 1
    one = told("1", mine | against, None if later == last else ALICE)
    other = told("2", theirs | for_other, None if sooner == last else BOB)
    decision = decide(wanted(), [other, one])
    assert decision == decide(wanted(), [one, other])
    return decision


@pytest.mark.parametrize("place", range(len(APART)))
def test_each_reason_tells_two_works_apart(place: int) -> None:
    decision = between_two(place)
    assert taken(decision) == {s2("1").s2}
    assert isinstance(decision, Accepted)
    assert decision.reason.kind is ReasonKind.EQUAL_TITLE
    assert decision.reason.rejected == (Rejected(0, (APART[place][0],)),)
    assert [m.candidate.work.identifiers for m in decision.others] == [s2("2")]


ORDERED = [
    pair
    for pair in itertools.combinations(range(len(APART)), 2)
    if APART[pair[0]][0] != APART[pair[1]][0] and pair != (0, 1)  # both speak against, none for
]


@pytest.mark.parametrize(("sooner", "later"), ORDERED)
def test_the_surer_reason_goes_before_the_other(sooner: int, later: int) -> None:
    decision = between_two(sooner, later)
    assert taken(decision) == {s2("1").s2}
    assert isinstance(decision, Accepted)
    assert decision.reason.distinguishing == (APART[sooner][0],)


def test_evidence_that_leaves_several_is_named_beside_the_one_that_decides() -> None:
    three = [
        told("1", {"citing": 1.0, "year": 1.0}, authors=ALICE),
        told("2", {"citing": 1.0}, authors=BOB),
        told("3", {"year": 1.0, "earlier": 0.0}, authors=("Dora Dean",)),
    ]
    decision = decide(wanted(), three)
    assert taken(decision) == {s2("1").s2}
    assert isinstance(decision, Accepted)
    assert decision.reason.distinguishing == (Feature.YEAR, Feature.EARLIER)
    works = [match.candidate.work.identifiers.s2 for match in decision.others]
    by = {works[lost.candidate]: lost.features for lost in decision.reason.rejected}
    assert by == {s2("3").s2: (Feature.EARLIER,), s2("2").s2: (Feature.YEAR,)}


def test_a_reason_that_holds_for_all_or_for_none_tells_nothing_apart() -> None:
    for features in ({}, {"year": 1.0}, {"listed": 0.0}, {"earlier": 0.0}, {"citing": 1.0}):
        found = [told("1", features, authors=ALICE), told("2", features, authors=BOB)]
        assert isinstance(decide(wanted(), found), Ambiguous)


@pytest.mark.parametrize(
    ("features", "evidence"),
    [
        ({}, ()),
        ({"year": 0.5, "first_author": 0.5}, ()),
        ({"year": 1.0}, (Feature.YEAR,)),
        ({"listed": 1.0}, (Feature.LISTED,)),
        (
            {"year": 1.0, "first_author": 1.0, "citing": 1.0, "identifier": 1.0},
            (Feature.IDENTIFIER, Feature.CITING, Feature.FIRST_AUTHOR, Feature.YEAR),
        ),
    ],
)
def test_the_reason_names_what_confirms_the_only_work(
    features: dict[str, float], evidence: tuple[Feature, ...]
) -> None:
    decision = decide(wanted(), [told("1", features, authors=ALICE)])
    assert isinstance(decision, Accepted)
    assert decision.reason == Reason(ReasonKind.EQUAL_TITLE, evidence)
    assert decision.confirmed is bool({"listed", "citing", "identifier"} & features.keys())


@pytest.mark.parametrize(
    ("features", "written"),
    [
        ({"first_author": 1.0, "year": 1.0}, True),
        ({"listed": 1.0}, True),
        ({"citing": 1.0}, True),
        ({"first_author": 1.0, "year": 0.5}, False),
        ({"first_author": 0.5, "year": 1.0}, False),
        ({"first_author": 1.0}, False),
        ({"year": 1.0}, False),
        ({"references": 1.0, "byline": 1.0, "place": 1.0}, False),
    ],
)
def test_a_near_title_needs_evidence_of_its_own_where_likely_is_enough(
    features: dict[str, float], written: bool
) -> None:
    known = {"title": 0.0, "likeness": 0.9, "forgivable": 0.0}
    found = Match(record(), known | features, 0.9, (Difference(DifferenceKind.SUBTITLE),))
    decision = decide(wanted(), [found])
    assert isinstance(decision, Accepted)
    assert decision.tier is Tier.LIKELY
    assert (
        isinstance(demote_unconfirmed(decision, Thresholds(auto_write=Tier.LIKELY)), Accepted)
        is written
    )


@pytest.mark.parametrize(
    ("features", "against"),
    [
        ({"first_author": 0.0, "year": 0.0}, (Feature.FIRST_AUTHOR, Feature.YEAR)),
        ({"first_author": 0.0, "authors": 0.4}, (Feature.FIRST_AUTHOR,)),
        ({"first_author": 0.0, "authors": 0.5}, ()),
        ({"year": 0.0, "authors": 0.5}, (Feature.YEAR,)),
        ({"year": 0.0, "authors": 1.0}, ()),
        ({"year": 0.0, "first_author": 0.0, "authors": 1.0}, ()),
        ({"year": 0.0, "first_author": 0.0, "authors": 0.5}, (Feature.YEAR,)),
    ],
)
def test_authors_who_agree_outweigh_what_else_a_note_says(
    features: dict[str, float], against: tuple[Feature, ...]
) -> None:
    decision = decide(wanted(), [told("1", features, authors=ALICE)])
    assert isinstance(decision, Ambiguous if against else Accepted)
    if against:
        assert decision.reason.kind is ReasonKind.CONTRADICTED
        assert decision.reason.evidence == against
        assert decision.reason.rejected == (Rejected(0, against),)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"listed": 1.0}, {"references": 1.0}),
        ({"references": 1.0}, {}),
        ({}, {"references": 0.0, "year": 1.0}),
        ({}, {"listed": 0.0, "year": 1.0}),
    ],
)
def test_of_two_records_of_one_work_the_one_with_the_notes_list_is_the_first(
    better: dict[str, float], worse: dict[str, float]
) -> None:
    found = [told("1", worse, authors=ALICE, venue="X"), told("1", better, authors=ALICE)]
    for order in (found, found[::-1]):
        decision = decide(wanted(), order)
        assert isinstance(decision, Accepted)
        assert decision.matches == (found[1], found[0])


def test_identifiers_that_name_two_works_decide_nothing() -> None:
    doi, arxiv = Identifiers(doi="10.1000/a"), Identifiers(arxiv="1706.03762")
    both = wanted(identifiers=Identifiers(doi="10.1000/a", arxiv="1706.03762"))
    one, other = record(authors=ALICE, identifiers=doi), record(authors=BOB, identifiers=arxiv)
    assert isinstance(match(both, [one, other]), Ambiguous)
    assert isinstance(match(both, [one]), Accepted)
    # One record that has the one and another than the other.
    torn = record("Its other title", identifiers=replace(doi, arxiv="2001.00001"))
    assert not isinstance(match(both, [torn]), Accepted)


OTHER_TITLE = "Cooking rice for very many engineers"


@pytest.mark.parametrize(
    ("hints", "accepted"),
    [
        ({"linked_identifiers": DOI}, False),  # the note's title is another one
        ({"linked_identifiers": DOI, "title_source": TitleSource.HEADING}, False),
        ({"identifiers": DOI}, False),  # a person's own title
        ({"identifiers": DOI, "title_source": TitleSource.HEADING}, True),
        ({"identifiers": DOI, "title_source": TitleSource.FILE_NAME}, True),
    ],
)
def test_an_identifier_decides_against_a_title_that_is_no_persons(
    hints: dict[str, object], accepted: bool
) -> None:
    decision = match(wanted(**hints), [record(OTHER_TITLE, identifiers=DOI)])
    assert isinstance(decision, Accepted if accepted else Ambiguous)


@pytest.mark.parametrize(
    ("title", "others", "accepted"),
    [
        ("", (), True),
        ("Rice", (), True),
        ("Rice", (OTHER_TITLE,), True),
        ("Rice", (TITLE,), False),
        ("论文阅读笔记一二三", (), True),  # in another script
    ],
)
def test_a_link_decides_where_nothing_in_the_note_names_another_work(
    title: str, others: tuple[str, ...], accepted: bool
) -> None:
    asked = wanted(
        title, linked_identifiers=DOI, other_titles=others, title_source=TitleSource.HEADING
    )
    decision = match(asked, [record(OTHER_TITLE, identifiers=DOI)])
    assert isinstance(decision, Accepted) is accepted


def test_a_link_to_another_work_leaves_a_title_open() -> None:
    linked = wanted(linked_identifiers=DOI)
    found = record(authors=ALICE, year=2001, identifiers=Identifiers(doi="10.1000/b"))
    assert isinstance(match(wanted(), [found]), Accepted)
    assert isinstance(match(linked, [found]), Ambiguous)


def test_what_comes_near_is_shown_beside_what_is_unmatched() -> None:
    found = [record(f"{TITLE} {number}", identifiers=s2(str(number))) for number in range(2, 7)]
    decision = match(wanted(), [*found, record("Cooking for engineers")])
    assert isinstance(decision, Unmatched)
    assert len(decision.matches) == 3
    assert all(TITLE in each.candidate.work.title for each in decision.matches)


def test_two_works_of_one_title_are_ambiguous() -> None:
    decision = match(wanted(), twins())
    assert isinstance(decision, Ambiguous)
    assert decision.reason == Reason(ReasonKind.SAME_TITLE, works=2)
    assert len(decision.matches) == 2


@pytest.mark.parametrize(
    ("hints", "digit", "feature"),
    [
        ({"first_author": "Brown, B."}, "2", Feature.FIRST_AUTHOR),
        ({"year": 2001}, "1", Feature.YEAR),
        ({"identifiers": s2("2")}, "2", Feature.IDENTIFIER),
    ],
)
def test_evidence_tells_twins_apart(hints: dict[str, object], digit: str, feature: Feature) -> None:
    decision = match(wanted(**hints), twins())
    assert taken(decision) == {s2(digit).s2}
    assert isinstance(decision, Accepted)
    assert (
        [m.candidate.work.identifiers for m in decision.others]
        == [each.work.identifiers for each in twins() if each.work.identifiers != s2(digit)]
        or "identifier" in hints
        or hints.get("identifiers")
    )
    assert feature in decision.reason.evidence
    assert not decision.others or feature in decision.reason.distinguishing


def test_the_citing_list_tells_twins_apart() -> None:
    cited = record(
        rung=Rung.CITING_REFERENCES, cited_by="note.md", authors=BOB, year=2011, identifiers=s2("2")
    )
    decision = match(wanted(), [*twins(), cited])
    assert taken(decision) == {s2("2").s2}
    assert isinstance(decision, Accepted)
    assert decision.reason.rejected == (Rejected(0, (Feature.CITING,)),)
    assert [m.candidate.work.identifiers for m in decision.others] == [s2("1")]


def test_citing_lists_that_disagree_leave_it_ambiguous() -> None:
    both = [
        record(rung=Rung.CITING_REFERENCES, cited_by=f"{n}.md", identifiers=s2(n))
        for n in ("1", "2")
    ]
    assert isinstance(match(wanted(), [*twins(), *both]), Ambiguous)


@pytest.mark.parametrize(
    ("hints", "against"),
    [
        ({"first_author": "Zoe Zimmer"}, (Feature.FIRST_AUTHOR,)),
        ({"year": 1985}, (Feature.YEAR,)),
        ({"year": 1985, "first_author": "Zoe Zimmer"}, (Feature.FIRST_AUTHOR, Feature.YEAR)),
    ],
)
def test_what_a_note_says_against_the_only_work_is_told_not_overruled(
    hints: dict[str, object], against: tuple[Feature, ...]
) -> None:
    decision = match(wanted(**hints), [record(authors=ALICE, year=2001)])
    assert isinstance(decision, Ambiguous)
    assert decision.reason.kind is ReasonKind.CONTRADICTED
    assert decision.reason.evidence == against


def test_a_preprints_year_does_not_speak_against_its_publication() -> None:
    decision = match(wanted(year=2017), [record(year=2019)])
    assert isinstance(decision, Accepted)


def test_another_identifier_of_the_same_system_is_another_work() -> None:
    decision = match(wanted(identifiers=s2("9")), [record(identifiers=s2("1"))])
    assert isinstance(decision, Unmatched)


def test_the_notes_identifier_is_believed_where_the_title_is_a_short_form() -> None:
    found = candidate("Gradient-based learning applied to recognition", identifiers=s2("1"))
    decision = match(lookup("Gradient-based learning", identifiers=s2("1")), [found])
    assert isinstance(decision, Accepted)
    assert decision.reason.evidence == (Feature.IDENTIFIER,)


def test_the_notes_identifier_is_believed_where_the_words_stand_in_another_order() -> None:
    title = "Recognition of documents, to which learning that is based on a gradient is applied"
    found = record(title, identifiers=s2("1"))
    decision = match(wanted("Gradient-based learning applied", identifiers=s2("1")), [found])
    assert isinstance(decision, Accepted)
    assert decision.confirmed
    reason = Reason(ReasonKind.IDENTIFIER, (Feature.IDENTIFIER,), title=title)
    assert decision.reason == reason


def test_an_identifier_that_names_quite_another_title_is_doubtful() -> None:
    found = candidate("Cooking for engineers", identifiers=s2("1"))
    decision = match(lookup("Attention is all you need", identifiers=s2("1")), [found])
    assert isinstance(decision, Ambiguous)
    assert decision.reason.kind is ReasonKind.IDENTIFIER_OTHER_TITLE
    assert decision.reason.title == "Cooking for engineers"


def test_an_identifier_outweighs_a_year() -> None:
    found = record(year=2001, identifiers=s2("1"))
    assert isinstance(match(wanted(year=1980, identifiers=s2("1")), [found]), Accepted)


def test_records_of_one_work_from_several_providers_are_one() -> None:
    records = [
        record(authors=ALICE, year=2001, identifiers=Identifiers(s2="a", arxiv="0101.00001")),
        record(provider="arxiv", authors=("A. Adams",), year=2000,
               identifiers=Identifiers(arxiv="0101.00001")),
        record(provider="catalog", authors=ALICE, year=2002, identifiers=Identifiers(doi="1/x")),
    ]  # fmt: skip
    decision = match(wanted(), records)
    assert isinstance(decision, Accepted)
    assert len(decision.matches) == 3


def test_a_preprint_under_another_title_counts_by_its_identifier() -> None:
    records = [
        record(provider="arxiv", identifiers=Identifiers(arxiv="0101.00001")),
        record(
            "Forget and learn with memory",
            identifiers=Identifiers(s2="a", arxiv="0101.00001"),
            year=2001,
        ),
    ]
    decision = match(wanted(), records)
    assert isinstance(decision, Accepted)
    assert {m.candidate.provider for m in decision.matches} == {"arxiv", "semantic_scholar"}


def test_two_notes_on_one_work_do_not_rival_each_other() -> None:
    told = [record(provider="vault", authors=ALICE, year=2001, venue=venue) for venue in ("X", "Y")]
    assert isinstance(match(wanted(), told), Accepted)


def test_no_candidates_no_match() -> None:
    assert isinstance(match(wanted(), []), Unmatched)


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
def test_the_order_of_arrival_does_not_matter(asking: Lookup, found: list[Candidate]) -> None:
    decisions = {
        (type(d).__name__, d.reason)
        for p in itertools.permutations(found)
        for d in [match(asking, p)]
    }
    assert len(decisions) == 1


@given(asked, st.lists(records, max_size=5))
def test_whatever_is_accepted_has_the_title_or_the_notes_identifier(
    asking: Lookup, found: list[Candidate]
) -> None:
    decision = match(asking, found)
    if isinstance(decision, Accepted):
        assert any(
            m.features["title"] == 1.0 or m.features.get("identifier") == 1.0
            for m in decision.matches
        )
        assert all(0 <= v <= 1 for m in decision.matches for v in m.features.values())
        names = {m.candidate.work.identifiers.s2 for m in decision.matches} - {None}
        assert len(names) <= 1


def test_a_stub_without_a_year_gives_way_to_nobody_whose_author_is_another_one() -> None:
    stub = record(identifiers=s2("1"))
    named = record(authors=ALICE, year=2001, identifiers=s2("2"))
    asked = wanted(first_author="Carol Clark")  # who is its second author
    assert isinstance(decided(asked, stub, named), Ambiguous)
    assert taken(decided(wanted(), stub, named)) == {s2("2").s2}


def test_a_heading_is_nobodys_title_wherever_it_appeared() -> None:
    found = record("Table of contents", year=2015, identifiers=s2("1"))
    assert isinstance(decided(wanted("Table of contents. In ACL, 2015"), found), Ambiguous)
    short = record("Spectral hashing", year=2008, identifiers=s2("1"))
    for title in ("Spectral hashing, 2008", "Spectral hashing"):
        assert isinstance(decided(wanted(title, year=2008), short), Ambiguous)
        complete = frozenset({"semantic_scholar"})
        assert isinstance(listed(wanted(title, year=2008), complete, short), Accepted)


def test_a_title_that_fits_goes_before_one_that_lacks_a_word() -> None:
    fits = record(
        "Efficient nonmyopic search of graphs", year=2017, authors=ALICE, identifiers=s2("1")
    )
    longer = record(
        "Efficient nonmyopic batch search of graphs", year=2017, authors=ALICE, identifiers=s2("2")
    )
    asked = wanted("Efficient nonmyopc search of graphs", year=2017, authors=ALICE)
    assert taken(decided(asked, longer, fits)) == {s2("1").s2}


def test_what_misses_the_bar_is_a_rival_all_the_same() -> None:
    head = "Learning to forget gated memories"
    short = record(f"{head}: a theory", identifiers=s2("1"))
    long = record(
        f"{head}: gated networks, recurrent models, continual tasks and lasting traces",
        identifiers=s2("2"),
    )
    assert isinstance(decided(wanted(head), short), Accepted)
    assert isinstance(decided(wanted(head), long), Ambiguous)
    assert isinstance(decided(wanted(head), short, long), Ambiguous)


def test_a_shouted_title_begins_with_no_coined_name() -> None:
    head = "Moral decision-making under uncertainty"
    found = record(
        f"{head}: the role of brains, cognitive styles, habits, moods and attribution".upper()
    )
    assert isinstance(decided(wanted(head), found), Ambiguous)


def test_who_notes_a_place_notes_the_whole_title() -> None:
    head = "Learning to forget memories"
    found = record(f"{head}: a theory", year=1952)
    assert isinstance(decided(wanted(head, year=1951), found), Accepted)
    assert isinstance(decided(wanted(f"{head}. In Proceedings of X", year=1951), found), Ambiguous)
