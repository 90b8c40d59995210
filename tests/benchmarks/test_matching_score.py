"""The figures of a rule, by hand."""

from __future__ import annotations

import pytest
from benchmarks.matching.case import Case, Verdict
from benchmarks.matching.score import by_kind, is_mistake, mean, score

pytestmark = pytest.mark.unmeasured


def case(right: str = "", kind: str = "typo") -> Case:
    return Case("noise", kind, {"title": "x"}, frozenset(right))


def took(found: str, tier: str = "certain") -> Verdict:
    return {"decision": "accepted", "tier": tier, "id": found}


UNMATCHED: Verdict = {"decision": "unmatched", "tier": None, "id": None}
AMBIGUOUS: Verdict = {"decision": "ambiguous", "tier": None, "id": None}
ANSWERS = [
    (case("a"), took("a")),
    (case("ab"), took("b", "likely")),
    (case("a"), took("c")),
    (case("a"), UNMATCHED),
    (case("a", "slug"), AMBIGUOUS),
    (case(kind="edition"), took("a", "likely")),
    (case(kind="edition"), UNMATCHED),
    (case(kind="edition"), AMBIGUOUS),
]


def test_all_that_was_accepted_counts() -> None:
    found = score(ANSWERS)
    assert (found.answerable, found.unanswerable, found.cases) == (5, 3, 8)
    assert (found.right, found.wrong, found.false, found.asked) == (2, 1, 1, 2)
    assert found.precision == pytest.approx(2 / 4)
    assert found.recall == pytest.approx(2 / 5)
    assert found.f1 == pytest.approx(4 / 9)
    assert found.false_accepts == pytest.approx(1 / 3)
    assert found.to_a_person == pytest.approx(2 / 8)


def test_one_tier_alone() -> None:
    found = score(ANSWERS, "certain")
    assert (found.right, found.wrong, found.false) == (1, 1, 0)


def test_nothing_accepted_is_precise_and_finds_nothing() -> None:
    found = score([(case("a"), UNMATCHED)])
    assert (found.precision, found.recall, found.f1) == (1.0, 0.0, 0.0)


def test_no_cases() -> None:
    found = score([])
    assert (found.recall, found.false_accepts, found.to_a_person) == (0.0, 0.0, 0.0)


def test_each_class_by_itself() -> None:
    found = by_kind(ANSWERS)
    assert list(found) == [
        ("noise", "edition"),
        ("noise", "slug"),
        ("noise", "typo"),
    ]
    assert found["noise", "typo"].right == 2
    assert found["noise", "edition"].false == 1


def test_the_mean_of_two_draws() -> None:
    one, other = score(ANSWERS[:2]), score(ANSWERS[2:4])
    assert mean([one, other]).recall == pytest.approx((1 + 0) / 2)


@pytest.mark.parametrize(
    ("answered", "mistake"), list(zip(ANSWERS, (0, 0, 1, 1, 1, 1, 0, 0), strict=True))
)
def test_a_mistake_is_a_wrong_or_a_missing_answer(
    answered: tuple[Case, Verdict], mistake: int
) -> None:
    assert is_mistake(*answered) == bool(mistake)
