import pytest

from refmatter.fields import Field
from refmatter.matching.years import publication_year, year_remark
from refmatter.model import Identifiers, Remark, RemarkKind

ARXIV = Identifiers(arxiv="1905.00001")
ACL = Identifiers(acl="P19-1001")
DBLP = Identifiers(dblp="conf/nips/VaswaniSPUJGKP17")


def doubts(identifiers: Identifiers, *, published: bool = False) -> set[int]:
    """The years from 1890 to 2110 that something speaks against."""
    return {
        year for year in range(1890, 2111) if year_remark(year, identifiers, published=published)
    }


def before(year: int, identifier: str, own: int) -> Remark:
    kind = RemarkKind.YEAR_BEFORE_IDENTIFIER
    return Remark(kind, Field.YEAR, str(year), other=str(own), identifier=identifier)


def after(year: int, identifier: str, own: int) -> Remark:
    kind = RemarkKind.YEAR_AFTER_IDENTIFIER
    return Remark(kind, Field.YEAR, str(year), other=str(own), identifier=identifier)


@pytest.mark.parametrize(
    ("identifiers", "identifier", "own"),
    [
        (ARXIV, "arXiv 1905.00001", 2019),
        (Identifiers(arxiv="0704.0001"), "arXiv 0704.0001", 2007),
        (Identifiers(arxiv="math/9901123"), "arXiv math/9901123", 1999),
        (Identifiers(arxiv="cs/0003001"), "arXiv cs/0003001", 2000),
        (
            Identifiers(doi="10.48550/arxiv.1706.03762"),
            "arXiv 1706.03762",
            2017,
        ),
        (ACL, "ACL P19-1001", 2019),
        (Identifiers(acl="C65-1001"), "ACL C65-1001", 1965),
        (Identifiers(acl="2020.acl-main.3"), "ACL 2020.acl-main.3", 2020),
        (Identifiers(doi="10.18653/v1/p19-1001"), "ACL P19-1001", 2019),
        (
            Identifiers(doi="10.18653/v1/2020.acl-main.1"),
            "ACL 2020.acl-main.1",
            2020,
        ),
        (DBLP, "DBLP conf/nips/VaswaniSPUJGKP17", 2017),
        (
            Identifiers(dblp="journals/corr/abs-1706-03762"),
            "DBLP journals/corr/abs-1706-03762",
            2017,
        ),
        (
            Identifiers(dblp="journals/corr/KingmaB14"),
            "DBLP journals/corr/KingmaB14",
            2014,
        ),
        (
            Identifiers(dblp="journals/cacm/Knuth84a"),
            "DBLP journals/cacm/Knuth84a",
            1984,
        ),
        (
            Identifiers(doi="10.1109/cvpr.2016.90"),
            "DOI 10.1109/cvpr.2016.90",
            2016,
        ),
        (ARXIV.or_else(DBLP), "DBLP conf/nips/VaswaniSPUJGKP17", 2017),
    ],
)
def test_a_year_before_the_first_identifier_is_none(
    identifiers: Identifiers, identifier: str, own: int
) -> None:
    # Long before printing counts for nothing here, and neither does that it was published.
    for published in (False, True):
        remark = year_remark(1890, identifiers, published=published)
        assert remark == before(1890, identifier, own)


@pytest.mark.parametrize(
    "identifiers",
    [
        Identifiers(),
        Identifiers(s2="1905" * 10, openalex="W2017"),
        Identifiers(arxiv="1905"),
        Identifiers(arxiv="1913.00001"),
        Identifiers(acl="19-1001"),
        Identifiers(dblp="books/daglib/0024365"),
        Identifiers(dblp="conf/iclr/2017"),
        Identifiers(dblp="journals/corr/cs-CL-0205028"),
        Identifiers(dblp="phd/us/Someone17"),
        Identifiers(doi="10.1145/2017.1234"),
        Identifiers(doi="10.48550/arxiv.unheard"),
        Identifiers(doi="10.18653/v1/unheard"),
    ],
)
def test_what_tells_no_year_speaks_against_none(identifiers: Identifiers) -> None:
    assert not doubts(identifiers)


def test_a_preprint_is_not_older_than_its_posting_and_may_be_published_any_time_later() -> None:
    assert doubts(ARXIV) == set(range(1890, 2018))


def test_an_old_publication_may_be_posted_within_a_working_life() -> None:
    # SMOTE is of 2002; its journal posted all of its volumes in 2011.
    smote = Identifiers(arxiv="1106.1813")
    assert not year_remark(2002, smote, published=True)
    assert year_remark(2002, smote, published=False)
    assert doubts(smote, published=True) == {*range(1890, 1961), 1106} - {1106}


def test_a_year_read_off_the_number_of_a_preprint_is_none() -> None:
    assert year_remark(2010, Identifiers(arxiv="2010.11929"), published=True)
    assert doubts(Identifiers(arxiv="2101.00001"), published=True) == {*range(1890, 1971), 2101}
    assert year_remark(2101, Identifiers(arxiv="2101.00001"), published=True) == after(
        2101, "arXiv 2101.00001", 2021
    )
    assert not year_remark(
        2010, Identifiers("", arxiv="2010.11929", dblp="conf/x/Y10"), published=True
    )


def test_a_paper_of_the_anthology_is_of_its_year_or_soon_in_a_journal() -> None:
    assert set(range(1890, 2111)) - doubts(ACL) == {2018, 2019, 2020, 2021, 2022}
    assert year_remark(2023, ACL, published=True) == after(2023, "ACL P19-1001", 2019)


def test_a_publication_may_be_told_with_the_year_of_a_preprint() -> None:
    assert doubts(DBLP) == set(range(1890, 2014))
    assert doubts(Identifiers(doi="10.1109/cvpr.2016.90")) == set(range(1890, 2013))


def test_the_first_of_several_identifiers_counts_and_the_strictest_of_a_year() -> None:
    posted_first = Identifiers(arxiv="1506.00001", acl="P19-1001")
    assert set(range(1890, 2111)) - doubts(posted_first) == set(range(2014, 2023))
    posted_late = Identifiers(arxiv="1106.1813", dblp="journals/jair/ChawlaBHK02")
    assert doubts(posted_late) == set(range(1890, 1999))
    same_year = Identifiers(acl="P17-1001", dblp="conf/acl/X17")
    assert min(set(range(1890, 2111)) - doubts(same_year)) == 2016


def test_no_publication_is_of_the_middle_ages_or_of_years_to_come() -> None:
    for year, identifiers in ((1399, Identifiers()), (0, ARXIV)):
        remark = year_remark(year, identifiers, published=True)
        assert remark == Remark(RemarkKind.IMPOSSIBLE_YEAR, Field.YEAR, str(year))
    assert not year_remark(1400, Identifiers(), published=True)
    assert not year_remark(9999, Identifiers(), published=True)
    assert not year_remark(2027, Identifiers(), published=True, latest=2027)
    assert year_remark(2028, Identifiers(), published=True, latest=2027)


def test_two_identifiers_of_the_venue_with_two_years_tell_none() -> None:
    twice = Identifiers(acl="P17-1001", dblp="conf/acl/X18")
    assert publication_year(2017, twice, ["acl"]) is None
    assert publication_year(2017, twice, ["emnlp"]) == 2017
