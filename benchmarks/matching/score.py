"""Cases and what a rule answered -> the figures by which rules are compared.

Precision is the share of right ones among all that were accepted, recall the share of the
answerable cases that were accepted rightly, F1 their harmonic mean; false accepts are the share
of the unanswerable cases that got an answer. A case that is left to a person counts as not
accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.matching.case import Case, Verdict


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over some cases. `wrong` are other records accepted for answerable cases, `false`
    records accepted for unanswerable ones, `asked` the cases left to a person."""

    answerable: int = 0
    unanswerable: int = 0
    right: int = 0
    wrong: int = 0
    false: int = 0
    asked: int = 0

    @property
    def cases(self) -> int:
        """All cases."""
        return self.answerable + self.unanswerable

    @property
    def precision(self) -> float:
        """1 where nothing was accepted."""
        accepted = self.right + self.wrong + self.false
        return self.right / accepted if accepted else 1.0

    @property
    def recall(self) -> float:
        """0 where nothing can be found."""
        return self.right / self.answerable if self.answerable else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    @property
    def false_accepts(self) -> float:
        """0 where every case has an answer."""
        return self.false / self.unanswerable if self.unanswerable else 0.0

    @property
    def to_a_person(self) -> float:
        """The share of all cases that were called ambiguous."""
        return self.asked / self.cases if self.cases else 0.0


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of several draws, each the mean over them."""

    precision: float
    recall: float
    f1: float
    false_accepts: float
    to_a_person: float


def score(answers: Iterable[tuple[Case, Verdict]], tier: str | None = None) -> Score:
    """The counts; with a tier, what was accepted in another one counts as not accepted."""
    answerable = unanswerable = right = wrong = false = asked = 0
    for case, verdict in answers:
        accepted = verdict["decision"] == "accepted" and tier in (None, verdict["tier"])
        asked += verdict["decision"] == "ambiguous"
        if case.right:
            answerable += 1
            right += accepted and verdict["id"] in case.right
            wrong += accepted and verdict["id"] not in case.right
        else:
            unanswerable += 1
            false += accepted
    return Score(answerable, unanswerable, right, wrong, false, asked)


def by_kind(answers: Sequence[tuple[Case, Verdict]]) -> dict[tuple[str, str], Score]:
    """The counts of each class, named by its group and kind, in the order of the names."""
    named: dict[tuple[str, str], list[tuple[Case, Verdict]]] = {}
    for case, verdict in answers:
        named.setdefault((case.group, case.kind), []).append((case, verdict))
    return {name: score(named[name]) for name in sorted(named)}


def is_mistake(case: Case, verdict: Verdict) -> bool:
    """Whether an answerable case was not answered rightly, or an unanswerable one was."""
    if verdict["decision"] == "accepted":
        return verdict["id"] not in case.right
    return bool(case.right)


def mean(scores: Sequence[Score]) -> Totals:
    """The mean of each figure over the draws."""
    return Totals(
        fmean(each.precision for each in scores),
        fmean(each.recall for each in scores),
        fmean(each.f1 for each in scores),
        fmean(each.false_accepts for each in scores),
        fmean(each.to_a_person for each in scores),
    )
