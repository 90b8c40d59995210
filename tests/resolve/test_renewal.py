"""The status of settled works: who is asked, how often, and what is believed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from refmatter.fields import Field
from refmatter.model import (
    Answer,
    Failure,
    Identifiers,
    LookupKey,
    Provenance,
    Query,
    Rung,
    Trouble,
)
from refmatter.reasons import Reason, ReasonKind
from refmatter.registry import LADDER, PROVIDERS
from refmatter.resolve.context import ResolveContext
from refmatter.resolve.renewal import DAYS, Renewal, renew
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine, Verdict

TODAY = date(2026, 12, 1)
TITLE = "Neural notes of great length"


def line(
    number: int = 0,
    checked: str = "",
    verdict: Verdict = "accepted",
    retracted: tuple[str, ...] = (),
    **names: str,
) -> LedgerLine:
    where = Provenance("semantic_scholar", Rung.IDENTIFIER, "2026-01-01")
    return LedgerLine(
        key=LookupKey(f"title{number:04}"),
        title=TITLE,
        verdict=verdict,
        reason=Reason(ReasonKind.EQUAL_TITLE),
        identifiers=Identifiers(**(names or {"doi": f"10.1000/{number:04}"})),
        values={Field.AUTHORS: (("Q. Body",), where)},
        retracted=retracted,
        status_checked=checked,
    )


class Service:
    """Answers with a record for each identifier of a question, or with a failure."""

    def __init__(
        self, *, retracted: bool = False, title: str = TITLE, failure: Trouble | None = None
    ) -> None:
        self.retracted, self.title, self.failure = retracted, title, failure
        self.asked: list[Query] = []

    def send(self, query: Query, is_cacheable: Callable[[Answer], bool]) -> Answer | Failure:
        self.asked.append(query)
        if self.failure:
            return Failure(query.provider, query.rung, self.failure, "is away")
        names = [lookup.hints.identifiers for lookup in query.about]
        make = self._openalex if query.provider == "openalex" else self._crossref
        answer = Answer(200, "application/json", json.dumps(make(names)).encode(), "2026-12-01")
        assert is_cacheable(answer)
        return answer

    def _openalex(self, names: Sequence[Identifiers]) -> dict[str, Any]:
        records = [
            {
                "id": f"https://openalex.org/{known.openalex or 'W1'}",
                "doi": f"https://doi.org/{known.doi}",
                "display_name": self.title,
                "type": "article",
                "is_retracted": self.retracted,
            }
            for known in names
        ]
        return {"meta": {"count": len(records)}, "results": records}

    def _crossref(self, names: Sequence[Identifiers]) -> dict[str, Any]:
        notice = {"updated-by": [{"type": "retraction"}]} if self.retracted else {}
        items = [{"DOI": known.doi, "title": [self.title], **notice} for known in names]
        return {"message": {"total-results": len(items), "items": items}}


def context(**services: Service) -> ResolveContext:
    return ResolveContext(Ledger(), None, "", PROVIDERS, services, LADDER, TODAY, budget=50)


def test_both_services_say_which_works_were_retracted() -> None:
    asked = context(openalex=Service(retracted=True), crossref=Service(retracted=True))
    (found,) = renew([line()], asked, 50).lines
    assert found == replace(line(), retracted=("crossref", "openalex"), status_checked="2026-12-01")


def test_the_newest_word_of_a_service_counts_and_that_of_one_that_is_away_stays() -> None:
    known = line(retracted=("crossref", "openalex"))
    asked = context(openalex=Service(), crossref=Service(failure=Trouble.BROKEN))
    found = renew([known], asked, 50)
    assert [each.retracted for each in found.lines] == [("crossref",)]
    assert found.failures == {}


def test_nobody_could_be_asked() -> None:
    asked = context(
        openalex=Service(failure=Trouble.BROKEN), crossref=Service(failure=Trouble.BROKEN)
    )
    found = renew([line()], asked, 50)
    assert found.lines == []
    assert found.failures.keys() == {"crossref", "openalex"}


def test_another_work_under_the_same_identifier_has_no_say() -> None:
    other = Service(retracted=True, title="Completely different subject matter")
    (found,) = renew([line()], context(crossref=other), 50).lines
    assert (found.retracted, found.status_checked) == ((), "2026-12-01")


def test_a_work_that_a_person_named_is_not_compared_with_the_title() -> None:
    other = Service(retracted=True, title="Completely different subject matter")
    named = replace(line(verdict="ruled"), values={})
    (found,) = renew([named], context(crossref=other), 50).lines
    assert found.retracted == ("crossref",)


@pytest.mark.parametrize(("age", "asked"), [(DAYS - 1, False), (DAYS, True), (400, True)])
def test_a_work_is_asked_for_once_in_some_days(age: int, asked: bool) -> None:
    checked = (TODAY - timedelta(days=age)).isoformat()
    service = Service()
    renew([line(checked=checked)], context(openalex=service), 50)
    assert bool(service.asked) is asked


@pytest.mark.parametrize("verdict", ["ambiguous", "unmatched"])
def test_what_is_not_settled_is_not_asked_for(verdict: Verdict) -> None:
    service = Service()
    assert renew([line(verdict=verdict)], context(openalex=service), 50) == Renewal()
    assert service.asked == []


def test_one_question_serves_all_lines_of_a_work() -> None:
    service = Service(retracted=True)
    lines = [line(1, doi="10.1000/1"), line(2, doi="10.1000/1")]
    found = renew(lines, context(crossref=service), 50).lines
    assert [each.retracted for each in found] == [("crossref",)] * 2
    assert [len(query.about) for query in service.asked] == [1]


@pytest.mark.parametrize("budget", [0, 1, 2, 3, 7])
def test_the_budget_is_kept_and_the_oldest_are_first(budget: int) -> None:
    days = [(TODAY - timedelta(days=DAYS + n % 90)).isoformat() for n in range(400)]
    openalex, crossref = Service(), Service()
    lines = [line(n, checked=day) for n, day in enumerate(days)]
    found = renew(lines, context(openalex=openalex, crossref=crossref), budget).lines
    assert len(openalex.asked) + len(crossref.asked) <= budget
    assert bool(found) is bool(budget)
    done = {each.key for each in found}
    left = [each.status_checked for each in lines if each.key not in done]
    assert all(
        max(day for each, day in zip(lines, days, strict=True) if each.key in done) <= other
        for other in left
        if done
    )


def test_hundreds_of_works_take_a_few_requests() -> None:
    openalex, crossref = Service(), Service()
    lines = [line(n) for n in range(100)]
    assert len(renew(lines, context(openalex=openalex, crossref=crossref), 50).lines) == 100
    assert (len(openalex.asked), len(crossref.asked)) == (1, 2)


def test_a_preprint_of_arxiv_is_known_to_openalex_alone() -> None:
    openalex, crossref = Service(), Service()
    renew([line(arxiv="2106.01345")], context(openalex=openalex, crossref=crossref), 50)
    assert (len(openalex.asked), crossref.asked) == (1, [])
