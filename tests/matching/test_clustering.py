"""Which records are one work."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from refmatter.matching.clustering import group
from refmatter.model import Accepted, Candidate, Identifiers, Match
from refmatter.resolve.matching_stage import match
from support import candidate, lookup

TITLE, ALICE, BOB = "A Title", ("Alice Adams", "Carol Clark"), ("Bob Brown",)
ARXIV_DOI = "10.48550/arxiv.1706.03762"


def preprint(**said: object) -> Candidate:
    """As OpenAlex has it: a record of its own."""
    ids = Identifiers(openalex="W1", doi=ARXIV_DOI, arxiv="1706.03762")
    whole = {"authors": ALICE, "year": 2017, "identifiers": ids, "preprint": True} | said
    return candidate(TITLE, "openalex", **whole)  # type: ignore[arg-type]  # fields of Work


def publication(**said: object) -> Candidate:
    ids = Identifiers(openalex="W2", doi="10.1109/x")
    whole = {"authors": ("A. Adams",), "year": 2019, "identifiers": ids, "preprint": False} | said
    return candidate(TITLE, "openalex", **whole)  # type: ignore[arg-type]  # fields of Work


def other(provider: str = "semantic_scholar", **identifiers: str) -> Candidate:
    """Another provider's record, which does not tell which face it shows."""
    ids = Identifiers(**identifiers)
    return candidate(TITLE, provider, authors=ALICE, year=2018, identifiers=ids)


def also(one: Candidate, **identifiers: str) -> Candidate:
    """The same record with more, or other, identifiers."""
    ids = replace(one.work.identifiers, **identifiers)
    return replace(one, work=replace(one.work, identifiers=ids))


def grouped(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    return [[m.candidate for m in g] for g in group(Match(c, {}, 1.0) for c in candidates)]


def parted(candidates: Iterable[Candidate]) -> set[frozenset[Candidate]]:
    """The groups, whatever their order."""
    return {frozenset(each) for each in grouped(candidates)}


def together(*candidates: Candidate) -> bool:
    """Whether they are one work, in whichever order they come."""
    works = {len(grouped(order)) for order in itertools.permutations(candidates)}
    assert len(works) == 1, "the order must not matter"
    return works == {1}


def apart(*candidates: Candidate) -> bool:
    """Whether each of them is a work of its own, in whichever order they come."""
    works = {len(grouped(order)) for order in itertools.permutations(candidates)}
    return works == {len(candidates)}


def test_no_records_no_works() -> None:
    assert grouped([]) == []


def test_works_and_their_records_keep_the_order_they_came_in() -> None:
    one, two = publication(authors=BOB), other(s2="a", doi="10.1109/y")
    three, four = other("crossref", doi="10.1109/y"), other("dblp", doi="10.1109/x")
    assert grouped([one, two, three, four]) == [[one, four], [two, three]]


# Names


def test_records_that_a_system_calls_the_same_are_one_work_whatever_they_say() -> None:
    renamed = candidate("Another", "arxiv", authors=BOB, year=1990)
    assert together(also(renamed, doi="10.1109/x"), publication())
    assert together(also(renamed, arxiv="1706.03762"), preprint())


@pytest.mark.parametrize("scheme", ["s2", "openalex"])
def test_two_records_of_a_catalogue_that_merges_are_two_works(scheme: str) -> None:
    """Even where both have one DOI, that of the proceedings."""
    one, two = (
        also(each, doi="10.1109/x", **{scheme: name})
        for each, name in ((publication(year=1999), "1"), (other("catalog"), "2"))
    )
    assert apart(one, two)
    assert together(one, also(two, **{scheme: "1"}))


# Faces


def test_a_preprint_and_its_publication_are_one_work_though_a_provider_has_two_records() -> None:
    assert together(preprint(), publication())
    assert together(preprint(), publication(preprint=None))


@pytest.mark.parametrize("year", [2015, 2016, 2017, 2018, 2019])
def test_it_is_published_within_two_years(year: int) -> None:
    assert together(preprint(), publication(year=year))


@pytest.mark.parametrize(
    "said",
    [
        {"year": 2014},
        {"year": 2020},
        {"year": None},
        {"authors": BOB},
        {"authors": ("Carol Clark", "Alice Adams")},
        {"authors": ()},
        {"authors": None},
        {"preprint": True},
    ],
)
def test_what_is_not_alike_in_all_is_not_its_publication(said: dict[str, object]) -> None:
    assert apart(preprint(), publication(**said))


def test_another_title_is_not_its_publication() -> None:
    named = replace(publication(), work=replace(publication().work, title="A Title, again"))
    assert apart(preprint(), named)


def test_two_preprints_and_two_publications_stay_two() -> None:
    assert apart(preprint(), also(preprint(), openalex="W3", doi="10.1101/y"))
    assert apart(publication(), also(publication(), openalex="W3", doi="10.1109/y"))
    assert apart(publication(preprint=None), also(publication(), openalex="W3", doi="10.1109/y"))


def test_different_preprints_are_different_works() -> None:
    assert apart(preprint(), also(publication(), arxiv="1706.99999"))
    assert together(preprint(), also(publication(), arxiv="1706.03762"))


def test_what_semantic_scholar_keeps_apart_stays_apart() -> None:
    assert apart(also(preprint(), s2="1"), also(publication(), s2="2"))
    assert together(also(preprint(), s2="1"), also(publication(), s2="1"))
    assert together(also(preprint(), s2="1"), publication())
    assert apart(also(preprint(), s2="1"), also(publication(), s2="2", arxiv="1706.03762"))


def test_a_record_that_is_another_work_by_its_name_keeps_a_publication_out() -> None:
    """The preprint's group holds a record that Semantic Scholar tells from the publication."""
    first, second = preprint(), other(s2="1", arxiv="1706.03762")
    third = also(publication(), s2="2")
    assert parted([first, second, third]) == {frozenset({first, second}), frozenset({third})}


@pytest.mark.parametrize(
    "identifiers",
    [
        {"doi": "10.1109/x"},
        {"arxiv": "1706.03762"},
        {"doi": "10.1109/x", "arxiv": "1706.03762"},
        {"doi": ARXIV_DOI},
        {"doi": ARXIV_DOI, "arxiv": "1706.03762"},
        {"openalex": "W2"},
    ],
)
@pytest.mark.parametrize("provider", ["semantic_scholar", "catalog", "crossref"])
def test_a_third_record_that_is_either_by_name_joins_both(
    identifiers: dict[str, str], provider: str
) -> None:
    assert together(preprint(), publication(), other(provider, **identifiers))


@pytest.mark.parametrize(
    "said", [{"year": None}, {"year": 2020}, {"authors": BOB}, {"authors": None}]
)
def test_a_third_record_joins_by_name_whatever_it_says(said: dict[str, object]) -> None:
    third = other(s2="1", doi="10.1109/x")
    third = replace(third, work=replace(third.work, **said))
    assert together(preprint(), publication(), third)


def test_of_two_publications_a_preprint_is_that_of_one() -> None:
    """It cannot make one work of what OpenAlex tells apart."""
    two = also(publication(), openalex="W3", doi="10.1109/y")
    for order in itertools.permutations([preprint(), publication(), two]):
        assert sorted(len(each) for each in grouped(order)) == [1, 2]


# Other providers


@pytest.mark.parametrize("preprints", [(None, None), (True, None), (False, True), (True, True)])
def test_records_of_two_providers_without_a_common_system_are_told_by_their_faces(
    preprints: tuple[bool | None, bool | None],
) -> None:
    one, two = (
        replace(each, work=replace(each.work, preprint=flag))
        for each, flag in zip(
            (other(acl="P17-1001"), other("dblp", dblp="x/y")), preprints, strict=True
        )
    )
    assert together(one, two)
    assert apart(one, replace(two, work=replace(two.work, authors=BOB)))


def test_records_of_two_providers_that_contradict_each_other_stay_two() -> None:
    assert apart(other(doi="10.1109/x"), other("crossref", doi="10.1109/y"))


@pytest.mark.parametrize("provider", ["semantic_scholar", "catalog", "ledger"])
def test_records_of_one_provider_stay_two(provider: str) -> None:
    assert apart(other(provider), replace(other(provider), fetched="2026-02-02"))


def test_a_catalogues_record_of_the_preprint_does_not_come_between_the_two() -> None:
    """Candidates are weighed by provider: the catalogue's comes first, the preprint's last."""
    early = other("catalog", s2="1", doi=ARXIV_DOI, arxiv="1706.03762")
    decision = match(lookup(first_author="Alice Adams"), [preprint(), publication(), early])
    assert isinstance(decision, Accepted)
    assert len(decision.matches) == 3


# Forms

LONG = "A Title of More Than a Word or Two"


def talk(**said: object) -> Candidate:
    whole = {"authors": ALICE, "year": 2018, "identifiers": Identifiers(s2="1", doi="10.1109/x")}
    return candidate(LONG, **(whole | said))  # type: ignore[arg-type]  # fields of Work


def article(**said: object) -> Candidate:
    """As Semantic Scholar has it: a record of its own."""
    names = Identifiers(s2="2", doi="10.1145/y")
    return talk(**({"authors": ("A. Adams", "Clark, C."), "identifiers": names} | said))


@pytest.mark.parametrize("year", [2017, 2018, 2019])
def test_a_talk_and_its_article_are_one_work_though_a_catalogue_keeps_them_apart(year: int) -> None:
    assert together(talk(), article(year=year))
    assert together(talk(identifiers=Identifiers(openalex="W1")),
                    article(year=year, identifiers=Identifiers(openalex="W2")))  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        {"year": 2016},
        {"year": 2020},
        {"year": None},
        {"authors": ("Alice Adams",)},
        {"authors": ("Carol Clark", "Alice Adams")},
        {"authors": BOB},
        {"authors": ()},
        {"authors": None},
    ],
)
def test_other_years_or_other_authors_are_no_form_of_it(said: dict[str, object]) -> None:
    assert apart(talk(), article(**said))


@pytest.mark.parametrize("title", ["Editorial", "Preface", "A Title"])
def test_under_a_short_title_the_same_people_write_several_works(title: str) -> None:
    one, two = (replace(each, work=replace(each.work, title=title)) for each in (talk(), article()))
    assert apart(one, two)


def test_another_title_is_no_form_of_it() -> None:
    second = replace(article(), work=replace(article().work, title=f"{LONG}, Part II"))
    assert apart(talk(), second)


LONGER = "A Title of More Than a Word or Two in It"


def forms(title: str, *said: dict[str, object]) -> tuple[Candidate, ...]:
    """Records of one title that Semantic Scholar keeps apart."""
    one = candidate(title, authors=ALICE, year=2018)
    return tuple(
        replace(one, work=replace(one.work, identifiers=Identifiers(s2=str(n)), **each))
        for n, each in enumerate(said)
    )


@pytest.mark.parametrize("gap", [-5, -2, 0, 2, 5])
def test_the_same_people_take_five_years_for_one_work_under_a_long_title(gap: int) -> None:
    people: dict[str, object] = {"authors": ("A. Adams", "Clark, C."), "year": 2018 + gap}
    assert together(*forms(LONGER, {}, people))
    assert together(*forms(LONGER[:-1], {}, people)) is (abs(gap) <= 1)
    alone: list[dict[str, object]] = [{"authors": BOB}, {"authors": BOB, "year": 2018 + gap}]
    assert together(*forms(LONGER, *alone)) is (abs(gap) <= 1)


def test_in_six_years_they_write_another() -> None:
    assert apart(*forms(LONGER, {}, {"year": 2012}))
    assert apart(*forms(LONGER, {}, {"year": 2024}))


def test_one_name_twice_is_one_person() -> None:
    """Two Clarks under one title: the family names are one, and so too little."""
    clarks = ("Carol Clark", "Chris Clark")
    assert apart(*forms(LONGER, {"authors": clarks}, {"authors": clarks, "year": 2021}))
    assert together(*forms(LONGER, {"authors": clarks}, {"authors": clarks, "year": 2019}))


DORA = ("Dora Dean", "Eve East")


@pytest.mark.parametrize(
    ("authors", "others", "same"),
    [
        (ALICE, ALICE[:1], True),
        (ALICE, ALICE[1:], True),
        (ALICE, ALICE[::-1], True),
        (ALICE, (*ALICE, *DORA), True),
        (ALICE, (*DORA, "C. Clark"), True),
        ((*ALICE, "Finn Ford"), (*DORA, "C. Clark"), False),
        (ALICE, DORA, False),
        (ALICE, BOB, False),
    ],
)
def test_half_of_the_authors_may_be_left_out_in_the_same_year(
    authors: tuple[str, ...], others: tuple[str, ...], same: bool
) -> None:
    def joined(title: str, year: int) -> bool:
        return together(*forms(title, {"authors": authors}, {"authors": others, "year": year}))

    assert joined(LONGER, 2018) is same
    assert joined(LONGER, 2017) is joined(LONGER, 2019) is same
    assert not joined(LONGER, 2016)
    assert not joined(LONGER[:-1], 2018)


@pytest.mark.parametrize(
    ("authors", "same"),
    [
        (ALICE, True),
        ((*ALICE, *DORA), True),
        (("A. Adams", "Dora Dean", "Clark, C."), True),
        (ALICE[::-1], False),
        (ALICE[:1], False),
        ((ALICE[0], *DORA), False),
        (BOB, False),
        (None, False),
    ],
)
def test_a_record_without_a_year_needs_the_first_author_and_another_one(
    authors: tuple[str, ...] | None, same: bool
) -> None:
    undated: dict[str, object] = {"authors": authors, "year": None}
    assert together(*forms(LONGER, {}, undated)) is same
    assert together(*forms(LONGER, {"year": None}, undated)) is same
    assert apart(*forms(LONGER[:-1], {}, undated))


def test_under_a_long_title_another_title_is_no_form_of_it_either() -> None:
    one, two = forms(LONGER, {}, {})
    assert apart(one, replace(two, work=replace(two.work, title=f"{LONGER}, Part II")))


SETS = st.lists(
    st.sampled_from([
        other(s2="1", doi="10.1109/x"),
        other(s2="1", arxiv="1706.03762"),
        other(s2="1", doi=ARXIV_DOI, arxiv="1706.03762"),
        other("catalog", doi=ARXIV_DOI, arxiv="1706.03762"),
        other("crossref", doi="10.1109/x"),
        other("dblp", doi="10.1109/x", dblp="x/y"),
        replace(preprint(), provider="arxiv"),
    ]),
    max_size=4,
    unique=True,
)  # fmt: skip


@given(SETS, st.data())
def test_the_order_of_the_records_does_not_matter(
    more: list[Candidate], data: st.DataObject
) -> None:
    stranger = publication(authors=BOB, identifiers=Identifiers(openalex="W9", doi="10.1109/z"))
    records = [preprint(), publication(), *more]
    order = data.draw(st.permutations([*records, stranger]))
    assert parted(order) == {frozenset(records), frozenset({stranger})}
