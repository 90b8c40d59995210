import pytest

from refmatter.matching.years import doubt
from refmatter.model import Identifiers

ARXIV = Identifiers(arxiv="1905.00001")
ACL = Identifiers(acl="P19-1001")
DBLP = Identifiers(dblp="conf/nips/VaswaniSPUJGKP17")


def doubts(identifiers: Identifiers, *, published: bool = False) -> set[int]:
    """The years from 1890 to 2110 that something speaks against."""
    return {year for year in range(1890, 2111) if doubt(year, identifiers, published=published)}


@pytest.mark.parametrize(
    ("identifiers", "said"),
    [
        (ARXIV, "year 1890 is before arXiv 1905.00001's own 2019"),
        (Identifiers(arxiv="0704.0001"), "year 1890 is before arXiv 0704.0001's own 2007"),
        (Identifiers(arxiv="math/9901123"), "year 1890 is before arXiv math/9901123's own 1999"),
        (Identifiers(arxiv="cs/0003001"), "year 1890 is before arXiv cs/0003001's own 2000"),
        (
            Identifiers(doi="10.48550/arxiv.1706.03762"),
            "year 1890 is before arXiv 1706.03762's own 2017",
        ),
        (ACL, "year 1890 is before ACL P19-1001's own 2019"),
        (Identifiers(acl="C65-1001"), "year 1890 is before ACL C65-1001's own 1965"),
        (Identifiers(acl="2020.acl-main.3"), "year 1890 is before ACL 2020.acl-main.3's own 2020"),
        (Identifiers(doi="10.18653/v1/p19-1001"), "year 1890 is before ACL P19-1001's own 2019"),
        (
            Identifiers(doi="10.18653/v1/2020.acl-main.1"),
            "year 1890 is before ACL 2020.acl-main.1's own 2020",
        ),
        (DBLP, "year 1890 is before DBLP conf/nips/VaswaniSPUJGKP17's own 2017"),
        (
            Identifiers(dblp="journals/corr/abs-1706-03762"),
            "year 1890 is before DBLP journals/corr/abs-1706-03762's own 2017",
        ),
        (
            Identifiers(dblp="journals/corr/KingmaB14"),
            "year 1890 is before DBLP journals/corr/KingmaB14's own 2014",
        ),
        (
            Identifiers(dblp="journals/cacm/Knuth84a"),
            "year 1890 is before DBLP journals/cacm/Knuth84a's own 1984",
        ),
        (
            Identifiers(doi="10.1109/cvpr.2016.90"),
            "year 1890 is before DOI 10.1109/cvpr.2016.90's own 2016",
        ),
        (ARXIV.or_else(DBLP), "year 1890 is before DBLP conf/nips/VaswaniSPUJGKP17's own 2017"),
    ],
)
def test_a_year_before_the_first_identifier_is_none(identifiers: Identifiers, said: str) -> None:
    # Long before printing counts for nothing here, and neither does that it was published.
    assert doubt(1890, identifiers, published=False) == said
    assert doubt(1890, identifiers, published=True) == said


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
    assert not doubt(2002, smote, published=True)
    assert doubt(2002, smote, published=False)
    assert doubts(smote, published=True) == {*range(1890, 1961), 1106} - {1106}


def test_a_year_read_off_the_number_of_a_preprint_is_none() -> None:
    assert doubt(2010, Identifiers(arxiv="2010.11929"), published=True)
    assert doubts(Identifiers(arxiv="2101.00001"), published=True) == {*range(1890, 1971), 2101}
    assert doubt(2101, Identifiers(arxiv="2101.00001"), published=True) == (
        "year 2101 is after arXiv 2101.00001's own 2021"
    )
    assert not doubt(2010, Identifiers("", arxiv="2010.11929", dblp="conf/x/Y10"), published=True)


def test_a_paper_of_the_anthology_is_of_its_year_or_soon_in_a_journal() -> None:
    assert set(range(1890, 2111)) - doubts(ACL) == {2018, 2019, 2020, 2021, 2022}
    assert doubt(2023, ACL, published=True) == "year 2023 is after ACL P19-1001's own 2019"


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
    assert doubt(1399, Identifiers(), published=True) == "year 1399 is no year of a publication"
    assert doubt(0, ARXIV, published=True) == "year 0 is no year of a publication"
    assert not doubt(1400, Identifiers(), published=True)
    assert not doubt(9999, Identifiers(), published=True)
    assert not doubt(2027, Identifiers(), published=True, latest=2027)
    assert doubt(2028, Identifiers(), published=True, latest=2027)
