"""A title inside a citation, beside the work that it might name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.matching.citation_context import Surroundings, is_year, title_bounds, year_behind
from refmatter.matching.normalize import normalize
from refmatter.model import Work

TITLE = "Neural machine translation of rare words with subword units"
AUTHORS = ("Rico Sennrich", "Barry Haddow", "Alexandra Birch")
HUMANITIES = "Computers and the Humanities"


def round_it(asked: str, title: str = TITLE, **said: object) -> tuple[str, str]:
    """The words in front of the title and behind it, where a work is of 2016 and by three."""
    known = {"authors": AUTHORS, "year": 2016} | said
    work = Work(title, **known)  # type: ignore[arg-type]  # fields of Work
    words = normalize(asked).words
    start, end = title_bounds(normalize(asked), normalize(title), Surroundings(work))
    return " ".join(words[:start]), " ".join(words[end:])


# In front


@pytest.mark.parametrize(
    ("front", "words"),
    [
        ("Sennrich. ", "sennrich"),
        ("Sennrich, R. ", "sennrich r"),
        ("J. M. W. Sennrich. ", "j m w sennrich"),
        ("Sennrich R, Haddow B. ", "sennrich r haddow b"),
        ("R. Sennrich, B. Haddow, and A. Birch. ", "r sennrich b haddow and a birch"),
        ("Sennrich, R., Haddow, B., Birch, A.: ", "sennrich r haddow b birch a"),
        ("von Sennrich, van den Haddow, Jr. ", "von sennrich van den haddow jr"),
        ("Sennrich et al. ", "sennrich et al"),
        ("R. Sennrich et al. (2016). ", "r sennrich et al 2016"),
        ("Sennrich, R. & Haddow, B. 2016a. ", "sennrich r and haddow b 2016a"),
        ("Sennrich 1999 ", "sennrich 1999"),
        ("A. Turing, R. Sennrich. ", "a turing r sennrich"),
        ("Senrich, R. ", "senrich r"),
        ("Birsh, A. ", "birsh a"),
    ],
)
def test_a_byline_stands_in_front(front: str, words: str) -> None:
    assert round_it(front + TITLE) == (words, "")


@pytest.mark.parametrize(
    "front",
    [
        "A. Turing. ",
        "A. Turing, K. Goedel, R. Sennrich. ",
        "Sennrech-like models of things: ",
        "Seinrech, R. ",
        "and others: ",
        "A. B. ",
    ],
)
def test_names_of_others_are_no_byline(front: str) -> None:
    assert round_it(front + TITLE) == ("", "")


def test_a_letter_may_be_wrong_in_a_long_name_only() -> None:
    assert round_it(f"Brich, A. {TITLE}") == ("brich a", "")
    assert round_it(f"Bich. {TITLE}", authors=("A. Birch",)) == ("", "")
    assert round_it(f"Lo. {TITLE}", authors=("A. Lu",)) == ("", "")


@pytest.mark.parametrize(("year", "known"), [(2015, True), (2016, True), (2017, True),
                                             (2014, False), (2018, False)])  # fmt: skip
def test_a_year_alone_in_front_has_to_be_the_works(year: int, known: bool) -> None:
    assert round_it(f"{year}). {TITLE}") == (str(year) * known, "")
    assert round_it(f"{year}). {TITLE}", year=None) == ("", "")


def test_where_its_authors_are_unknown_nothing_is_a_byline() -> None:
    assert round_it(f"Sennrich, R. {TITLE}", authors=None) == ("", "")


def test_a_name_in_front_that_the_title_itself_has_stays() -> None:
    title = "Sennrich, a biography of translation"
    assert round_it("Sennrich: a biography of translation", title) == ("", "")


# Behind


@pytest.mark.parametrize(
    "place",
    [
        ". In Proceedings of ACL, 2016",
        ". In Proc. of the 54th Annual Meeting, pages 1715-1725",
        ", Proceedings of a workshop",
        ". IEEE Transactions of Things, 20:103-118",
        ". Technical Report 1316",
        ". Tech. Rep. 12, Dept. of Things",
        ". Springer-Verlag",
        ". Accepted",
        " (NAACL)",
        " (FOO 2016)",
        " (FOOBAR)",
        " | CVPR 2008",
        ": CVPR 2008",
        " - ACL 2016",
        " (2016)",
        ", 2015",
        ". CoRR abs/1508.07909",
        ", of the ACL",
    ],
)
def test_where_and_when_it_appeared_stands_behind(place: str) -> None:
    front, behind = round_it(TITLE + place)
    assert front == ""
    assert behind.split() == list(normalize(TITLE + place).words[9:])


@pytest.mark.parametrize(
    "place",
    [
        ". Comput. Humanit. 3, 12-14",
        ". Computers and the Humanities",
        ". Computers & Humanities, vol 3",
        ". Computer. Human.",
        ". Computers in Boston 2014",
    ],
)
def test_a_journal_may_be_abbreviated_as_its_venue_has_it(place: str) -> None:
    words = " ".join(normalize(place).words)
    assert round_it(TITLE + place, venue=HUMANITIES) == ("", words)
    assert round_it(TITLE + place, other_venues=(HUMANITIES,)) == ("", words)
    assert round_it(TITLE + place) == ("", "")


def test_a_venue_may_be_abbreviated_itself() -> None:
    asked = f"{TITLE}. Computers Humanities"
    assert round_it(asked, venue="Comput. Humanit.") == ("", "computers humanities")
    assert round_it(asked, venue="Com. Hum.") == ("", "")
    assert round_it(asked, venue="Com. Hum. Télé") == ("", "")


@pytest.mark.parametrize("place", [". Com. Hum.", ". Cooking. Humour.", ". Comput. Things Else"])
def test_other_words_are_no_short_form_of_the_venue(place: str) -> None:
    assert round_it(TITLE + place, venue=HUMANITIES) == ("", "")


def test_what_stands_behind_a_closing_quotation_mark_is_no_title() -> None:
    for mark in ('"', "\u201d", "\u00bb", "\u00ba"):
        assert round_it(f"{TITLE},{mark} Whatever it may be") == ("", "whatever it may be")
    assert round_it(f'"{TITLE}" whatever it may be') == ("", "")


@pytest.mark.parametrize(
    "place", [". PhD thesis", ". Ph.D. dissertation", ". Master thesis", ". Doctoral thesis"]
)
def test_a_thesis_is_a_place_only_of_what_has_no_other(place: str) -> None:
    words = " ".join(normalize(place).words)
    assert round_it(TITLE + place) == ("", words)
    assert round_it(TITLE + place, venue="ACL") == ("", "")
    assert round_it(TITLE + place, other_venues=("ACL",)) == ("", "")


def test_names_in_front_and_a_place_behind() -> None:
    asked = f'R. Sennrich and B. Haddow, "{TITLE}," in ACL, 2016.'
    assert round_it(asked) == ("r sennrich and b haddow", "in acl 2016")


@pytest.mark.parametrize(
    "behind",
    [
        " (III)",
        ". III",
        ", NOW",
        " (XVII)",
        " (REVISITED)",
        " (FOOBARBAZ)",
        ". Things that nobody knows anything of but the IEEE",
        ". In vol. 2",
        ". Technical notes",
        ". Volume of works",
        ": a study of journals",
        ", a study of journals",
        ", as a journal sees it",
        ": IEEE things that nobody knows of",
        ", second edition",
        ", part of Springer Proceedings 2016",
        ", Springer edition 2016",
        " (2014)",
        " (2016, 2012)",
        " (2016) and what became of it since",
    ],
)
def test_what_only_looks_like_a_place_is_none(behind: str) -> None:
    assert round_it(TITLE + behind) == ("", "")


def test_an_edition_stays_with_the_title_where_its_publisher_goes() -> None:
    assert round_it(f"{TITLE}. Second edition, Springer") == ("", "springer")


def test_a_year_alone_behind_counts_only_beside_the_works() -> None:
    assert round_it(f"{TITLE} (2016)", year=None) == ("", "")


def test_a_place_that_follows_a_part_of_the_title_leaves_the_part() -> None:
    """The part behind the colon is a title's, though a meeting follows it."""
    asked = f"{TITLE}: Learning to rank | CVPR 2008"
    assert round_it(asked, year=2008) == ("", "cvpr 2008")
    assert round_it(asked.replace("CVPR 2008", "in words"), year=2008) == ("", "")


def test_of_two_ends_that_are_as_near_the_first_is_taken() -> None:
    assert round_it(f"{TITLE} (NAACL)", f"{TITLE} again") == ("", "naacl")


def test_in_a_shouted_title_no_word_is_a_short_name() -> None:
    asked = TITLE.upper()
    assert round_it(f"{asked} (NAACL)") == ("", "naacl")
    assert round_it(f"{asked} (FOOBAR)") == ("", "")
    assert round_it(f"{TITLE} (FOOBAR)") == ("", "foobar")


def test_an_acronym_in_brackets_may_be_the_name_of_what_was_found() -> None:
    asked = "Characters from Video (NPC)"
    assert round_it(asked, "NPC: Characters from Video") == ("", "")
    assert round_it(asked, "Characters from Video") == ("", "npc")


# Both


words = st.lists(st.sampled_from("learning of graphs from rare words in time".split()),
                 min_size=2, max_size=7).map(" ".join)  # fmt: skip


@given(words, st.sampled_from(["", "Sennrich. ", "A. Birch, R. Sennrich: ", "2016. "]),
       st.sampled_from(["", ". In Proc. of ICML", " (ICML 2016)", ", 2016"]))  # fmt: skip
def test_a_title_is_found_in_its_citation(title: str, front: str, behind: str) -> None:
    said = normalize(front).words, normalize(behind).words
    assert round_it(front + title + behind, title) == (" ".join(said[0]), " ".join(said[1]))


@given(words, st.text(alphabet='ab AB.,:;()"|-2016', max_size=20), st.text(max_size=20))
def test_something_is_always_left(title: str, front: str, behind: str) -> None:
    asked = normalize(front + title + behind)
    work = Work(title, authors=("Ab Ba",), venue="Ab", year=2016)
    start, end = title_bounds(asked, normalize(title), Surroundings(work))
    assert 0 <= start < end <= len(asked.words)


def test_what_has_no_part_and_no_year_is_a_title_as_a_whole() -> None:
    assert round_it(f"Sennrich {TITLE} NAACL") == ("", "")


# What stands round it


def test_the_words_of_names_and_venues() -> None:
    around = Surroundings(
        Work(TITLE, authors=("J. von Neumann", "Li Wu"), venue="Proc. VLDB 2",
             other_venues=("Very Large Data",), year=2001)
    )  # fmt: skip
    assert around.names == {"von", "neumann", "li", "wu"}
    assert around.places == {"proc", "vldb", "very", "large", "data"}
    assert around.year == 2001
    assert "neumann" in around
    assert "larg" in around
    assert "j" not in around
    assert "2" not in around


SAID = st.text(alphabet="abcD .'\u00e9", max_size=12)


@given(SAID, SAID, st.text(alphabet="abcd", min_size=1, max_size=6))
def test_what_stands_round_it_is_a_name_or_a_place(name: str, venue: str, word: str) -> None:
    around = Surroundings(Work(TITLE, authors=(name,), venue=venue))
    assert (word in around) is (word in around.names or around.is_place(word))


def test_of_a_work_of_which_nothing_is_known_nothing_stands_round_it() -> None:
    around = Surroundings(Work(TITLE))
    assert not around.names
    assert not around.places
    assert "proceedings" not in around


@pytest.mark.parametrize(
    ("behind", "year"),
    [
        ("in acl 2016", 2016),
        ("2016 acl 2016", 2016),
        ("acl2016", 2016),
        ("in acl", None),
        ("acl 2015 2016", None),
        ("pages 1715 1725", None),
        ("abs 2105", None),
        ("", None),
    ],
)
def test_the_year_behind_a_title(behind: str, year: int | None) -> None:
    assert year_behind(behind) == year


@pytest.mark.parametrize("word", ["1900", "1999", "2000", "2099"])
def test_years(word: str) -> None:
    assert is_year(word)


@pytest.mark.parametrize(
    "word", ["1899", "2100", "20000", "199", "19th", "\u0661\u0669\u0669\u0669"]
)
def test_figures_that_are_no_years(word: str) -> None:
    assert not is_year(word)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ('Kurt G{\\"o}del', "godel"),
        ("J&uuml;rgen M&uuml;ller", "muller"),
        ("Anna Szyman- ski", "szymanski"),
        ("Kurt Gödel", "godel"),
    ],
)
def test_names_that_need_folding_are_found(name: str, word: str) -> None:
    assert word in Surroundings(Work("A title", authors=(name,)))
