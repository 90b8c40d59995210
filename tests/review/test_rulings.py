import pytest
from msgspec.structs import replace

from refmatter.fields import Field
from refmatter.matching.precedence import PrecedenceRule
from refmatter.model import Identifiers, Provenance, Rung, Tier
from refmatter.reasons import Reason, ReasonKind
from refmatter.registry import PRECEDENCE
from refmatter.review import rulings
from refmatter.review.rulings import InvalidRuling
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine
from reviewing import doubtful, match
from support import S2, key_of, owned, questions, s2

WRITTEN = {Field.YEAR: owned("0123")}


def test_an_accepted_candidate_gives_its_values_and_the_doubt_stays() -> None:
    rival = match(digit="2", venue="ICML", other_venues=("Int. Conf.",), citation_count=7)
    before = doubtful(candidates=(match(), rival), tier=Tier.LIKELY, written=WRITTEN)
    after = rulings.accept(before, rival)
    where = Provenance("semantic_scholar", Rung.TITLE_SEARCH, "2026-01-01")
    assert after == replace(
        before,
        verdict="ruled",
        identifiers=s2("2"),
        tier=None,
        other_venues=("Int. Conf.",),
        queries=questions("openalex/title_batch"),
        values={
            Field.AUTHORS: (("Ann One", "Bo Two"), where),
            Field.YEAR: (2001, where),
            Field.VENUE: ("ICML", where),
            Field.CITATION_COUNT: (7, where),
        },
    )


def test_what_the_work_is_really_called_is_remembered() -> None:
    assert rulings.accept(doubtful(), match("A: title")).matched_title == ""
    assert (
        rulings.accept(doubtful(), match("A Title Revisited")).matched_title == "A Title Revisited"
    )


def test_whose_word_counts_is_the_configurations() -> None:
    rival = match(citation_count=7, provider="openalex")
    assert Field.CITATION_COUNT not in rulings.accept(doubtful(), rival).values
    own = PrecedenceRule({**PRECEDENCE, Field.CITATION_COUNT: ("openalex",)})
    assert rulings.accept(doubtful(), rival, own).values[Field.CITATION_COUNT][0] == 7


def test_a_candidate_without_an_identifier_cannot_be_accepted() -> None:
    with pytest.raises(InvalidRuling, match="no identifier"):
        rulings.accept(doubtful(), match(identifiers=Identifiers()))


def test_a_typed_identifier_of_a_candidate_accepts_it() -> None:
    line, known = doubtful(), Identifiers(arxiv="2001.00001", s2=S2 + "2")
    rivals = match(), match(digit="2", identifiers=known)
    line = doubtful(candidates=rivals)
    said = rulings.identify(line, Identifiers(arxiv="2001.00001"))
    assert said == rulings.accept(line, rivals[1])


def test_a_typed_identifier_of_another_work_leaves_its_values_to_the_next_run() -> None:
    said = rulings.identify(doubtful(), Identifiers(doi="10.1000/x"))
    assert (said.verdict, said.identifiers) == ("ruled", Identifiers(doi="10.1000/x"))
    assert said.values == {}
    assert said.candidates == doubtful().candidates


def test_none_of_them_has_no_identifier_and_no_values() -> None:
    ruled = replace(rulings.accept(doubtful(), match()), tier=None)
    said = rulings.none(rulings.revoke(ruled))
    assert (said.verdict, said.identifiers, said.values) == ("ruled", Identifiers(), {})
    assert (said.matched_title, said.other_venues) == ("", ())


@pytest.mark.parametrize(
    "ruled",
    [
        rulings.accept(doubtful(), match("Another Name", venue="ICML", other_venues=("I",))),
        rulings.none(doubtful()),
        rulings.identify(doubtful(), Identifiers(doi="10.1000/x")),
    ],
)
def test_what_is_withdrawn_is_doubtful_as_before(ruled: LedgerLine) -> None:
    before = replace(doubtful(), queries=questions("openalex/title_batch"))
    assert rulings.revoke(ruled) == before
    assert rulings.revoke(before) is before


def test_a_withdrawn_ruling_whose_candidates_are_gone_is_asked_for_at_the_next_run() -> None:
    ruled = LedgerLine(
        key_of("atitle"),
        "A Title",
        "ruled",
        Reason(ReasonKind.RULED),
        s2("1"),
        written=WRITTEN,
    )
    open_ = rulings.revoke(ruled)
    assert open_.verdict == "unmatched"
    assert open_.written == WRITTEN
    assert (open_.identifiers, open_.values) == (Identifiers(), {})
    from_text = Ledger([open_]).text()
    assert '"last_checked":"1970-01-01"' in from_text


def test_a_withdrawn_ruling_of_which_the_day_is_not_known_can_be_read_again() -> None:
    open_ = rulings.revoke(rulings.none(doubtful(last_checked="")))
    assert (open_.verdict, open_.last_checked) == ("ambiguous", rulings.LONG_AGO)


def test_the_same_ruling_gives_the_same_bytes() -> None:
    texts = {Ledger([rulings.accept(doubtful(), match())]).text() for _ in range(3)}
    assert len(texts) == 1


def test_whether_a_ruling_stands_already() -> None:
    both = Identifiers(s2=S2 + "1", doi="10.1000/x")
    said = replace(rulings.none(doubtful()), identifiers=both)
    assert rulings.says(said, s2("1"))
    assert rulings.says(said, both)
    assert not rulings.says(said, s2("2"))
    assert not rulings.says(said, Identifiers(s2=S2 + "1", doi="10.1000/y"))
    assert not rulings.says(said, Identifiers())
    assert rulings.says(rulings.none(doubtful()), Identifiers())
    assert not rulings.says(rulings.none(doubtful()), s2("1"))
    assert not rulings.says(doubtful(), Identifiers())
    assert not rulings.says(doubtful(identifiers=s2("1")), s2("1"))


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("1706.03762", Identifiers(arxiv="1706.03762")),
        (" arXiv:1706.03762v3 ", Identifiers(arxiv="1706.03762")),
        ("https://arxiv.org/pdf/1706.03762v1.pdf", Identifiers(arxiv="1706.03762")),
        ("arxiv.org/abs/1706.03762", Identifiers(arxiv="1706.03762")),
        ("hep-th/9901001", Identifiers(arxiv="hep-th/9901001")),
        ("10.1145/3292500", Identifiers(doi="10.1145/3292500")),
        ("doi:10.1145/3292500", Identifiers(doi="10.1145/3292500")),
        ("doi.org/10.1145/3292500", Identifiers(doi="10.1145/3292500")),
        ("AB" * 20, Identifiers(s2="ab" * 20)),
        (
            "https://www.semanticscholar.org/paper/Attention/" + "a1" * 20,
            Identifiers(s2="a1" * 20),
        ),
        ("P19-1001", Identifiers(acl="P19-1001")),
        ("2020.acl-main.1", Identifiers(acl="2020.acl-main.1")),
        ("W2741809807", Identifiers(openalex="W2741809807")),
        ("w2741809807", Identifiers(openalex="W2741809807")),
        ("conf/nips/VaswaniSPUJGKP17", Identifiers(dblp="conf/nips/VaswaniSPUJGKP17")),
        (
            "10.48550/arXiv.1706.03762",
            Identifiers(doi="10.48550/arxiv.1706.03762", arxiv="1706.03762"),
        ),
    ],
)
def test_identifiers_are_read_as_people_type_them(typed: str, known: Identifiers) -> None:
    assert rulings.parse_identifiers(typed) == known


@pytest.mark.parametrize("typed", ["", "the second", "12", "https://example.org/1706", "x" * 9999])
def test_what_is_no_identifier_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(InvalidRuling, match=r"no known identifier: .*DOI"):
        rulings.parse_identifiers(typed)
