from refmatter.matching import precedence
from refmatter.model import Field, Identifiers, Rung
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


def test_what_one_provider_leaves_out_another_may_say() -> None:
    bare = candidate(venue="", identifiers=s2("1"))
    said = precedence.values([bare, PREPRINT])
    assert said[Field.AUTHORS][1].provider == "arxiv"
    assert said[Field.VENUE][0] == "J. Phys."
    assert Field.FIELDS_OF_STUDY not in said


def test_an_unknown_venue_is_known_to_be_unknown() -> None:
    assert precedence.values([candidate(venue="")])[Field.VENUE][0] == ""
    assert Field.VENUE not in precedence.values([candidate()])


def test_of_one_providers_records_the_newest_wins() -> None:
    old = candidate(citation_count=5, fetched="2022-07-03", rung=Rung.TITLE)
    new = candidate(citation_count=7, fetched="2026-07-03", rung=Rung.IDENTIFIER)
    value, where = precedence.values([old, new])[Field.CITATION_COUNT]
    assert (value, where.fetched, where.rung) == (7, "2026-07-03", Rung.IDENTIFIER)


def test_identifiers_are_gathered_the_best_providers_first() -> None:
    known = precedence.identifiers([PREPRINT, SERVICE])
    assert known == Identifiers(s2=s2("1").s2, arxiv="1801.00001")


def test_other_names_of_the_venue_come_with_it() -> None:
    assert precedence.other_venues([SERVICE, PREPRINT], "ICML") == ("International Conference",)
    assert precedence.other_venues([SERVICE, PREPRINT], "elsewhere") == ()
