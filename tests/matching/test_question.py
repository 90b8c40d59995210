"""The matcher alone, asked in JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from refmatter.matching.question import MatchQuestion, answer
from refmatter.matching.thresholds import Thresholds

SUBWORDS: dict[str, Any] = {
    "id": "p16-1162",
    "title": "Neural Machine Translation of Rare Words with Subword Units",
    "authors": ["Rico Sennrich", "Barry Haddow", "Alexandra Birch"],
    "year": 2016,
    "venue": "ACL",
    "doi": "10.18653/v1/P16-1162",
    "citations": 1,
}
PREPRINT = SUBWORDS | {
    "id": "arxiv", "year": 2015, "venue": "ArXiv", "doi": "10.48550/arXiv.1508.07909",
}  # fmt: skip
OTHER = {"id": 7, "title": "Cooking for Engineers", "year": None}
TWIN = SUBWORDS | {"id": "twin", "authors": ["Bob Brown"], "year": 2009, "doi": "10.1/twin"}


def asked(title: str, *candidates: dict[str, Any], **hints: Any) -> dict[str, Any]:
    question = {"title": title, "candidates": list(candidates)} | hints
    said = answer(MatchQuestion.model_validate(question))
    assert json.loads(json.dumps(said)) == said
    assert list(said) == ["decision", "tier", "id", "score", "reason", "features"]
    return said


def test_one_that_fits_is_accepted_by_its_id() -> None:
    said = asked("neural machine translation of rare words with sub-word units", OTHER, SUBWORDS)
    assert (said["decision"], said["tier"], said["id"]) == ("accepted", "certain", "p16-1162")
    assert said["features"]["title"] == 1.0
    assert said["score"] == 1.0
    assert said["reason"] == {"kind": "equal_title"}


def test_hints_confirm() -> None:
    said = asked(
        "Neural machine translation of rare words with subword unit",
        SUBWORDS, year=2016, authors=["R. Sennrich", "B. Haddow"], note="let pass",
    )  # fmt: skip
    assert (said["decision"], said["tier"]) == ("accepted", "certain")
    assert said["features"]["first_author"] == said["features"]["authors"] == 1.0
    assert "first_author" in said["reason"]["evidence"]


@pytest.mark.parametrize("candidates", [(), (OTHER,)])
def test_nobody_fits(candidates: tuple[dict[str, Any], ...]) -> None:
    said = asked(SUBWORDS["title"], *candidates)
    assert (said["decision"], said["tier"], said["id"]) == ("unmatched", None, None)
    assert said["score"] == 0.0
    assert bool(said["features"]) is bool(candidates)


def test_two_works_of_one_title_are_ambiguous_until_a_hint_tells() -> None:
    said = asked(SUBWORDS["title"], SUBWORDS, TWIN)
    assert (said["decision"], said["tier"], said["id"]) == ("ambiguous", None, None)
    assert said["score"] == 1.0
    told = asked(SUBWORDS["title"], SUBWORDS, TWIN, authors=["Brown, B."])
    assert (told["decision"], told["id"]) == ("accepted", "twin")


def test_a_part_that_is_missing_makes_it_but_likely() -> None:
    bert = {"id": 1, "title": "BERT: Pre-training of Deep Bidirectional Transformers for Language "
            "Understanding", "authors": ["Jacob Devlin"], "year": 2019}  # fmt: skip
    head = "BERT: Pre-training of Deep Bidirectional Transformers"
    said = asked(head, bert, authors=["Devlin, J."], year=2018)
    assert (said["decision"], said["tier"], said["id"]) == ("accepted", "likely", 1)
    assert asked("BERT", bert, authors=["Devlin, J."], year=2018)["decision"] == "ambiguous"


def test_the_only_candidate_of_a_short_title_is_told_by_a_name_one_of_several_is_not() -> None:
    mine, other = (
        {"id": name, "title": "Image segmentation", "authors": [name], "year": year}
        for name, year in (("Wei Li", 2020), ("Ann Other", 1998))
    )
    assert asked("Image segmentation", mine)["decision"] == "ambiguous"
    assert asked("Image segmentation", mine, authors=["Li"])["id"] == "Wei Li"
    both = asked("Image segmentation", mine, other, authors=["Li"], year=2020)
    assert both["decision"] == "ambiguous"
    assert asked("Image segmentation", mine, other, authors=["W. Li"])["id"] == "Wei Li"


@pytest.mark.parametrize(
    "preprint", [PREPRINT, PREPRINT | {"doi": None}, PREPRINT | {"venue": None}]
)
def test_preprint_and_publication_are_one_work_and_the_publication_is_named(
    preprint: dict[str, Any],
) -> None:
    for order in ([preprint, SUBWORDS], [SUBWORDS, preprint]):
        said = asked(SUBWORDS["title"], *order)
        assert (said["decision"], said["id"]) == ("accepted", "p16-1162")


def test_of_two_records_of_one_work_the_fuller_one_is_named() -> None:
    bare = {"id": "bare", "title": SUBWORDS["title"], "doi": SUBWORDS["doi"]}
    for order in ([bare, SUBWORDS], [SUBWORDS, bare]):
        assert asked(SUBWORDS["title"], *order)["id"] == "p16-1162"


def test_one_doi_is_one_however_it_is_written() -> None:
    shouted = TWIN | {"doi": "10.18653/V1/P16-1162", "id": "shouted"}
    assert asked(SUBWORDS["title"], SUBWORDS, shouted)["decision"] == "accepted"


def test_the_order_of_the_candidates_does_not_decide() -> None:
    several = [SUBWORDS, TWIN, OTHER, PREPRINT]
    one = asked(SUBWORDS["title"], *several, year=2016)
    assert asked(SUBWORDS["title"], *reversed(several), year=2016) == one
    assert one["id"] == "p16-1162"


def test_other_bars_decide_otherwise() -> None:
    question = MatchQuestion.model_validate(
        {"title": "Neural machine trasnlation of rare words with subword units",
         "candidates": [SUBWORDS]}
    )  # fmt: skip
    assert answer(question)["decision"] == "accepted"
    assert answer(question, Thresholds(certain_threshold=1.0))["decision"] == "ambiguous"


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"title": None},
        {"title": 3},
        {"title": "A", "year": "soon"},
        {"title": "A", "authors": "Devlin"},
        {"title": "A", "candidates": [{"title": "A"}]},
        {"title": "A", "candidates": [{"id": 1}]},
        {"title": "A", "candidates": {}},
    ],
)
def test_what_is_no_question(bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MatchQuestion.model_validate(bad)
