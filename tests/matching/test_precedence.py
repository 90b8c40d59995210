import pytest

from refmatter.fields import Field
from refmatter.matching import precedence
from refmatter.model import Candidate, Identifiers, Rung
from refmatter.registry import PRECEDENCE
from support import candidate, s2

SERVICE = candidate(
    authors=("A. Adams",), year=2019, venue="ICML", other_venues=("International Conference",),
    citation_count=12, reference_count=3, fields_of_study=("Physics",), identifiers=s2("1"),
)  # fmt: skip
PREPRINT = candidate(
    provider="arxiv", authors=("Alice Adams",), year=2018, venue="J. Phys.",
    citation_count=99, identifiers=Identifiers(arxiv="1801.00001", s2="other"),
)  # fmt: skip


def test_each_field_comes_from_the_provider_that_is_best_for_it() -> None:
    said = precedence.values([PREPRINT, SERVICE])
    assert said[Field.AUTHORS][0] == ("A. Adams",)
    assert said[Field.YEAR][0] == 2019
    assert said[Field.CITATION_COUNT][0] == 12
    assert {where.provider for _, where in said.values()} == {"semantic_scholar"}


def test_counts_never_come_from_a_provider_that_counts_otherwise() -> None:
    assert Field.CITATION_COUNT not in precedence.values([PREPRINT])


def test_others_stand_in_while_a_provider_cannot_be_asked() -> None:
    counted = candidate(provider="openalex", citation_count=4, reference_count=2)
    chosen = precedence.values([counted], unasked={"semantic_scholar"})
    assert chosen[Field.CITATION_COUNT][0] == 4
    assert precedence.DEFAULT.stands_in(Field.CITATION_COUNT, "openalex")
    # Its own word counts all the same, and nobody stands in for others.
    both = [counted, SERVICE]
    assert precedence.values(both, unasked={"semantic_scholar"}) == precedence.values(both)
    assert precedence.values([counted], unasked={"crossref"}) == precedence.values([counted])


def test_an_order_of_ones_own_names_everybody_who_counts() -> None:
    rule = precedence.PrecedenceRule.with_orders({Field.CITATION_COUNT: ("crossref",)}, "published")
    counted = candidate(provider="openalex", citation_count=4, reference_count=2)
    chosen = precedence.values([counted], rule, {"semantic_scholar", "crossref"})
    assert Field.CITATION_COUNT not in chosen
    assert chosen[Field.REFERENCE_COUNT][0] == 2


def test_what_one_provider_leaves_out_another_may_say() -> None:
    bare = candidate(venue="", identifiers=s2("1"))
    said = precedence.values([bare, PREPRINT])
    assert said[Field.AUTHORS][1].provider == "arxiv"
    assert said[Field.VENUE][0] == ""
    assert Field.FIELDS_OF_STUDY not in said


def test_an_unknown_venue_is_known_to_be_unknown() -> None:
    assert precedence.values([candidate(venue="")])[Field.VENUE][0] == ""
    assert Field.VENUE not in precedence.values([candidate()])


def test_of_one_providers_records_the_newest_wins() -> None:
    old = candidate(citation_count=5, fetched="2022-07-03", rung=Rung.TITLE_SEARCH)
    new = candidate(citation_count=7, fetched="2026-07-03", rung=Rung.IDENTIFIER)
    value, where = precedence.values([old, new])[Field.CITATION_COUNT]
    assert (value, where.fetched, where.rung) == (7, "2026-07-03", Rung.IDENTIFIER)


def test_identifiers_are_gathered_the_best_providers_first() -> None:
    known = precedence.identifiers([PREPRINT, SERVICE])
    assert known == Identifiers(s2=s2("1").s2, arxiv="1801.00001")


def test_other_names_of_the_venue_come_with_it() -> None:
    assert precedence.other_venues([SERVICE, PREPRINT], "ICML") == ("International Conference",)
    assert precedence.other_venues([SERVICE, PREPRINT], "elsewhere") == ()


def faces() -> list[Candidate]:
    return [
        candidate(authors=("A",), year=2018, venue="arXiv.org", preprint=True),
        candidate(provider="dblp", authors=("A",), year=2019, venue="ICML", preprint=False),
        candidate(provider="crossref", authors=("A",), year=2020, venue="J. X", citation_count=1),
    ]


@pytest.mark.parametrize(
    ("prefer", "year", "venue"),
    [("published", 2020, "J. X"), ("preprint", 2018, "arXiv.org"), ("first", 2018, "arXiv.org")],
)
def test_a_work_is_given_the_face_that_is_preferred(
    prefer: precedence.Face, year: int, venue: str
) -> None:
    said = precedence.values(faces(), precedence.PrecedenceRule(prefer=prefer))
    assert (said[Field.YEAR][0], said[Field.VENUE][0]) == (year, venue)
    assert said[Field.AUTHORS][1].provider == "semantic_scholar"


def test_a_face_that_nobody_shows_cannot_be_preferred() -> None:
    only = faces()[:1]
    assert precedence.values(only)[Field.VENUE][0] == "arXiv.org"
    assert (
        precedence.values(faces()[1:], precedence.PrecedenceRule(prefer="preprint"))[Field.YEAR][0]
        == 2020
    )


def test_the_order_may_be_the_users() -> None:
    order = {**PRECEDENCE, Field.VENUE: ("dblp", "crossref")}
    said = precedence.values(faces(), precedence.PrecedenceRule(order))
    assert said[Field.VENUE][0] == "ICML"
    counted = {**order, Field.CITATION_COUNT: ("crossref",)}
    assert (
        precedence.values(faces(), precedence.PrecedenceRule(counted))[Field.CITATION_COUNT][0] == 1
    )
