"""Titles that are nearly another's, and must not be taken for it."""

from __future__ import annotations

import pytest

from refmatter.matching.question import MatchQuestion, answer
from refmatter.matching.thresholds import Thresholds
from refmatter.model import Accepted, Ambiguous, Tier
from refmatter.resolve.matching_stage import match
from support import candidate, lookup, s2

RARE = "Statistical learning of rare words"
ALL = Thresholds(auto_write=Tier.LIKELY)


@pytest.mark.parametrize(
    ("asked", "found"),
    [  # a number that begins as another does is no clipped word
        (f"{RARE}: Part I", f"{RARE}: Part II"),
        (f"{RARE}: Part I", f"{RARE}: Part IV"),
        (f"{RARE} I", f"{RARE} II"),
        (f"{RARE} V", f"{RARE} VI"),
        (f"{RARE}: Part 1", f"{RARE}: Part 12"),
        (f"{RARE}, Volume 1", f"{RARE}, Volume 10"),
        # a number that something is counted by is no line's
        ("Shared Task 12 on Semantic Evaluation of Words",
         "Shared Task on Semantic Evaluation of Words"),
        ("Theory of games volume 12 on words and graphs",
         "Theory of games volume on words and graphs"),
        # Roman numerals go on
        ("The parliament of Louis XVI and its words", "The parliament of Louis XVII and its words"),
        # four is no British for
        ("Four agents in games of chance", "For agents in games of chance"),
        # a point between figures is no blank
        ("Web 2.0 for readers of many kinds", "Web 20 for readers of many kinds"),
        # one word behind two prefixes
        ("Models of intracellular processes in networks",
         "Models of intercellular processes in networks"),
        ("Models of hypotension in large networks", "Models of hypertension in large networks"),
        ("Models of underfitting in large networks", "Models of overfitting in large networks"),
        ("Models of unigram words in large networks", "Models of bigram words in large networks"),
        ("Macroeconomics in large networks of words", "Microeconomics in large networks of words"),
        ("Models of neither kind in large networks", "Models of either kind in large networks"),
    ],
)  # fmt: skip
def test_numbers_negations_and_prefixes_are_vetoes(asked: str, found: str) -> None:
    assert not isinstance(match(lookup(asked), [candidate(found)]), Accepted)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (f"{RARE}: Part 1", f"{RARE}: Part 2"),
        (f"{RARE} with labels", f"{RARE} without labels"),
    ],
)
def test_an_identifier_does_not_lift_a_veto(asked: str, found: str) -> None:
    record = candidate(found, identifiers=s2("1"))
    assert isinstance(match(lookup(asked, identifiers=s2("1")), [record]), Ambiguous)


@pytest.mark.parametrize(
    ("more", "said"),
    [  # the venue `ICANN (2)` and the initial I. make a part's number a tail
        ("2", {"venue": "ICANN (2)"}),
        ("I", {"authors": ("I. Sutskever",)}),
        ("V", {"authors": ("V. Vapnik",)}),
    ],
)
def test_a_number_that_venue_or_authors_have_too_is_still_a_number(
    more: str, said: dict[str, object]
) -> None:
    record = candidate(RARE, **said)  # type: ignore[arg-type]  # fields of Work
    assert not isinstance(match(lookup(f"{RARE} {more}"), [record]), Accepted)


@pytest.mark.parametrize(
    "title",
    ["Editorial", "Proceedings 1998", "Annual Report 2019", "Panel 2001", "Chapter 100", "1984",
     "NIPS Proceedings 2014 Volume 2", "Advances in Neural Information Processing Systems 30"],
)  # fmt: skip
def test_generic_titles_need_corroboration(title: str) -> None:
    assert not isinstance(match(lookup(title), [candidate(title)]), Accepted)


def test_more_than_damage_needs_corroboration_whatever_may_be_written() -> None:
    found = candidate(f"{RARE}: not the end", authors=("Alice Adams",), year=2001)
    assert not isinstance(match(lookup(RARE), [found], ALL), Accepted)


@pytest.mark.parametrize(
    ("asked", "found"),
    [  # figures that int() does not read, and more of them than it reads
        ("Learning v፩ of deep networks for vision", "Learning of deep networks for vision"),
        ("A study of deep networks, 19፩፩", "A study of deep networks"),
        ("A study ፩፩ of deep networks for vision", "A study of deep networks for vision"),
        ("v" + "1" * 5000 + " of networks for vision tasks", "v2 of networks for vision tasks"),
        ("A study " + "1" * 5000 + " of deep networks" * 400,
         "A study of deep networks" + " of deep networks" * 399),
    ],
)  # fmt: skip
def test_no_text_raises(asked: str, found: str) -> None:
    match(lookup(asked), [candidate(found)])


def test_an_accepted_candidate_has_its_id_in_the_answer() -> None:
    one = {"id": 1, "title": RARE, "doi": "10.1/x"}
    said = answer(
        MatchQuestion.model_validate({"title": RARE, "candidates": [one, one | {"id": 2}]})
    )
    assert said["decision"] == "accepted"
    assert said["id"] in (1, 2)
