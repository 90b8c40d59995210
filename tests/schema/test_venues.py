from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.fields import Field
from refmatter.schema.learning import learn
from refmatter.schema.venue_names import is_part, known_venue, venue_key
from refmatter.schema.venues import (
    VenueForm,
    WorkVenue,
    learn_venue_form,
    learn_vocabulary,
    read_venue,
    write_venue,
)
from refmatter.schema.years import learn_year_pattern, write_year
from support import note

ACRONYMS = st.sampled_from(["ICML", "ACL", "KDD", "CVPR", "EMNLP", "ICLR"])
YEARS = st.integers(1960, 2049)
PATTERNS = [
    "{name}",
    "{name} {year}",
    "{year} {name}",
    "{name}'{yy}",
    "{name} '{yy}",
    "{name}-{year}",
    "{name}-{yy}",
    "{name}{year}",
    "{name} ({year})",
    "{name}, {year}",
    "In *{name}*",
    "In Proc. {name}",
    "In Proceedings of {name} {year}",
    "*{name}*",
    "**{name}** ",
    "[[{name}]]",
    "[[{name} {year}]]",
    "[[Venues/{name}]]",
    "[[conf/{name}|{name}]]",
    "#{name}",
    "「{name}」",
]


def text_of(pattern: str, name: str, year: int) -> str:
    dated = pattern.replace("{year}", str(year)).replace("{yy}", f"{year % 100:02}")
    return dated.replace("{name}", name).strip()


@pytest.mark.parametrize("pattern", PATTERNS)
@given(name=ACRONYMS, year=YEARS)
def test_a_text_is_taken_apart_and_put_together_again(pattern: str, name: str, year: int) -> None:
    text = text_of(pattern, name, year)
    found = read_venue(text)
    assert found.name == name
    assert learn_venue_form([text]).write(name, year) == text


@pytest.mark.parametrize("pattern", PATTERNS)
@given(shown=st.lists(st.tuples(ACRONYMS, YEARS), min_size=1), name=ACRONYMS, year=YEARS)
def test_a_new_venue_looks_like_those_that_are_shown(
    pattern: str, shown: list[tuple[str, int]], name: str, year: int
) -> None:
    form = learn_venue_form([text_of(pattern, *venue) for venue in shown])
    assert form.write(name, year) == text_of(pattern, name, year)
    without = form.write(name, None)
    assert without is not None
    assert name in without
    assert str(year) not in without


@given(st.text(max_size=40))
def test_any_text_can_be_read_and_learned_from(text: str) -> None:
    read_venue(text)
    venue_key(text)
    known_venue(text)
    learn_year_pattern("year", [text])
    form = learn_venue_form([text] if text else [])
    assert form.write("ICML", 2015) is None or "ICML" in str(form.write("ICML", 2015))


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("NIPS", "NeurIPS"),
        ("NIPS", "Advances in Neural Information Processing Systems 30"),
        ("NeurIPS", "Neural Information Processing Systems"),
        ("ICCV", "2009 IEEE 12th International Conference on Computer Vision"),
        ("CVPR", "2019 IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)"),
        ("EACL", "Proceedings of the 16th Conference of the European Chapter of the ACL"),
        ("ICML", "ICML '08"),
        ("JMLR", "J. Mach. Learn. Res."),
        ("IEEE Trans. Inf. Theory", "IEEE Transactions on Information Theory"),
    ],
)  # fmt: skip
def test_names_of_one_venue(name: str, other: str) -> None:
    assert known_venue(name) is known_venue(other) is not None


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("ICCV", "European Conference on Computer Vision"),
        ("ICML", "Machine Learning"),
        ("NIPS", "NIPS Workshop on Bayesian Deep Learning"),
        ("ACL", "Workshop on Statistical Machine Translation, ACL"),
        ("ACL", "Findings of the Association for Computational Linguistics: ACL 2021"),
        ("EMNLP", "WMT@EMNLP"),
        ("ACL", "EACL"),
    ],
)
def test_names_of_two_venues(name: str, other: str) -> None:
    assert known_venue(name) is not known_venue(other)


@pytest.mark.parametrize("acronym", ["ISCA", "FSE", "TMI", "ICS", "Workshop", ""])
def test_an_acronym_that_two_venues_share_is_unknown(acronym: str) -> None:
    assert known_venue(acronym) is None


def test_a_workshop_is_not_called_by_the_name_of_its_conference() -> None:
    vocabulary = learn_vocabulary({"ICML": 9}, [])
    name = "ICML Workshop on Human Interpretability"
    assert is_part(name)
    assert write_venue(WorkVenue(name), vocabulary, "short") == name


@pytest.mark.parametrize(
    ("name", "year", "written"),
    [
        ("TREC-10", 2001, "TREC-10"),  # the tenth
        ("CVPR 2011", 2011, "CVPR"),
        ("CVPR 2011", 2010, "CVPR"),
        ("ICLR 2016", 2012, "ICLR 2016"),  # year and name disagree
        ("In Vitro Models", 2020, "In Vitro Models"),
        ("Proceedings of the IEEE", 1990, "Proceedings of the IEEE"),
        ("*SEM", 2013, "*SEM"),
    ],
)
def test_only_a_year_is_taken_from_a_records_name(name: str, year: int, written: str) -> None:
    form = VenueForm(yearless=frozenset(("acronym", "meeting", "journal", "other")))
    vocabulary = learn_vocabulary({"ICML": 3}, [])
    assert write_venue(WorkVenue(name, (), year, year), vocabulary, "given", form) == written


def test_a_single_venue_does_not_show_that_years_are_left_out() -> None:
    for times, written in ((1, "ACL 2004"), (3, "ACL")):
        form = learn_venue_form(["ICML"] * times)
        venue = WorkVenue("ACL 2004", (), 2004, 2004)
        assert write_venue(venue, learn_vocabulary({"ICML": times}, []), "given", form) == written


def test_a_name_that_no_link_can_hold_is_not_written() -> None:
    form = learn_venue_form(["[[ICML]]", "[[ACL]]"])
    assert form.write("Proc. A: Mathematics", 2000) is None
    assert learn_venue_form(["#ICML", "#ACL"]).write("Physical Review", 2000) is None


def test_links_that_no_pattern_gives_are_used_again_and_not_made() -> None:
    form = learn_venue_form(["[[icml-conference|ICML]]", "[[acl-meeting|ACL]]"])
    assert form.write("ICML", 2015) == "[[icml-conference|ICML]]"
    assert form.write("KDD", 2015) is None


@pytest.mark.parametrize(
    ("shown", "name", "written"),
    [
        (["icml", "acl", "neurips"], "KDD", "kdd"),
        (["ICML", "NEURIPS", "RECSYS"], "CoNLL", "CONLL"),
        (["ICML", "NeurIPS"], "CoNLL", "CoNLL"),
    ],
)
def test_acronyms_have_the_vaults_capitals(shown: list[str], name: str, written: str) -> None:
    vocabulary = learn_vocabulary(dict.fromkeys(shown, 1), [])
    form = learn_venue_form(shown)
    assert write_venue(WorkVenue(name), vocabulary, "short", form) == written


def test_journals_are_abbreviated_where_the_vault_abbreviates_them() -> None:
    name = "IEEE Transactions on Information Theory"
    short = ["Artif. Intell.", "Pattern Recognit.", "J. Mach. Learn. Res."]
    long = ["Artificial Intelligence", "Pattern Recognition", "Neural Computation"]
    for shown, written in ((short, "IEEE Trans. Inf. Theory"), (long, name)):
        vocabulary = learn_vocabulary(dict.fromkeys(shown, 1), [])
        for given_name in (name, "IEEE Trans. Inf. Theory"):
            venue = WorkVenue(given_name)
            assert write_venue(venue, vocabulary, "given", learn_venue_form(shown)) == written


def test_what_we_wrote_teaches_no_name_and_no_form() -> None:
    entries = {"title": "A", "authors": ["A B"], "year": 2001}
    mine = [note(f"m{n}.md", entries | {"venue": f"*V{n}* 2001"}) for n in range(6)]
    theirs = [note(f"t{n}.md", entries | {"venue": "ICML"}) for n in range(2)]

    def ours(path: PurePosixPath) -> dict[Field, bool]:
        return {Field.VENUE: False} if path.name.startswith("m") else {}

    learned = learn([*mine, *theirs], ours=ours)
    assert learned.vocabulary == learn(theirs).vocabulary
    assert learned.written_venue(WorkVenue("KDD", (), 2002, 2002)) == "KDD"


# -- years -------------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", ["{year}", "[[{year}]]", "({year})", "[[Years/{year}]]",
                                     "[[{year}|{year}]]", "#{year}", "{year}年"])  # fmt: skip
@given(shown=st.lists(YEARS, min_size=1), year=YEARS)
def test_years_are_written_like_those_that_are_shown(
    pattern: str, shown: list[int], year: int
) -> None:
    learned = learn_year_pattern("year", [pattern.replace("{year}", str(n)) for n in shown])
    assert learned is not None
    assert write_year(year, learned) == pattern.replace("{year}", str(year))


@pytest.mark.parametrize(
    ("key", "values", "can_hold"),
    [
        ("date", ["2015-07-06", "2016-08-01"], False),
        ("date", ["July 2015", "August 2016"], False),
        ("published", ["2015", "2016"], True),
        ("date", [], False),
        ("year", [], True),
        ("year", [2015, 2016, "2017-01-01"], True),
    ],
)
def test_no_year_alone_stands_among_dates(key: str, values: list[object], can_hold: bool) -> None:
    assert (learn_year_pattern(key, values) is not None) is can_hold


def test_a_link_into_the_web_is_read_as_the_name_that_it_shows() -> None:
    assert read_venue("[ICML](https://icml.cc)").name == "ICML"
