"""The status of settled works: who is asked, how often, and what is believed."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from refmatter.fields import Field
from refmatter.matching.precedence import PrecedenceRule
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


def context(**services: Service | Shelf) -> ResolveContext:
    return ResolveContext(None, "", PROVIDERS, services, LADDER, TODAY, budget=50)


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


class Shelf:
    """Crossref with these items, and nothing else."""

    def __init__(self, *items: dict[str, Any]) -> None:
        self.items = items
        self.asked: list[Query] = []

    def send(self, query: Query, is_cacheable: Callable[[Answer], bool]) -> Answer | Failure:
        self.asked.append(query)
        wanted = dict(query.params)["filter"].removeprefix("doi:").split(",doi:")
        items = [item for item in self.items if item["DOI"] in wanted]
        body = json.dumps({"message": {"total-results": len(items), "items": items}}).encode()
        answer = Answer(200, "application/json", body, "2026-12-01")
        assert is_cacheable(answer)
        return answer


def on_shelf(doi: str, kind: str, year: int, venue: str | None, *of: str) -> dict[str, Any]:
    related = [{"id-type": "doi", "id": name, "asserted-by": "subject"} for name in of]
    return {
        "DOI": doi, "type": kind, "title": [TITLE], "author": [{"given": "Q.", "family": "Body"}],
        "issued": {"date-parts": [[year]]}, "container-title": [venue] if venue else [],
        "relation": {"is-preprint-of": related} if of else {},
    }  # fmt: skip


def preprint(doi: str = "10.1101/p", venue: str | None = "bioRxiv") -> LedgerLine:
    where = Provenance("crossref", Rung.IDENTIFIER, "2024-01-01")
    values = {Field.AUTHORS: (("Q. Body",), where), Field.YEAR: (2020, where)}
    if venue is not None:
        values[Field.VENUE] = (venue, where)
    return replace(line(doi=doi), values=values)


class Merged(Service):
    """OpenAlex with one record for a preprint and what it takes for its publication."""

    def __init__(self, doi: str = "10.1000/b", venue: str | None = "Other Journal") -> None:
        super().__init__()
        self.doi, self.venue = doi, venue

    def _openalex(self, names: Sequence[Identifiers]) -> dict[str, Any]:
        whole = super()._openalex(names)
        source = {"display_name": self.venue, "type": "journal"} if self.venue else None
        for record in whole["results"]:
            record["doi"] = f"https://doi.org/{self.doi}"
            record["publication_year"] = 2023
            record["primary_location"] = {"source": source}
        return whole


ARTICLE = on_shelf("10.1000/a", "journal-article", 2022, "Journal of Notes")


def year_and_venue(known: LedgerLine) -> list[object]:
    return [known.values[name][0] for name in (Field.YEAR, Field.VENUE) if name in known.values]


def test_a_preprint_becomes_the_publication_that_crossref_relates_it_to() -> None:
    shelf = Shelf(on_shelf("10.1101/p", "posted-content", 2020, None, "10.1000/a"), ARTICLE)
    found = renew([preprint()], context(crossref=shelf), 50)
    assert found.published == {preprint().key}
    assert year_and_venue(found.lines[0]) == [2022, "Journal of Notes"]
    assert found.lines[0].values[Field.AUTHORS] == preprint().values[Field.AUTHORS]
    assert found.lines[0].identifiers.doi == "10.1101/p"
    assert renew(found.lines, context(crossref=shelf), 50) == Renewal()


@pytest.mark.parametrize(
    "items",
    [
        pytest.param([on_shelf("10.1101/p", "posted-content", 2020, None), ARTICLE], id="no link"),
        pytest.param(
            [
                on_shelf("10.1101/p", "posted-content", 2020, None, "10.1000/a", "10.1000/b"),
                ARTICLE,
            ],
            id="two links",
        ),
        pytest.param(
            [
                on_shelf("10.1101/p", "posted-content", 2020, None, "10.1000/a"),
                ARTICLE | {"title": ["Wholly other matters"], "author": [{"family": "Stranger"}]},
            ],
            id="another work",
        ),
        pytest.param(
            [
                on_shelf("10.1101/p", "posted-content", 2020, None, "10.1000/a"),
                ARTICLE | {"title": ["Wholly other matters"]},
            ],
            id="another work of the same author",
        ),
        pytest.param(
            [
                on_shelf("10.1101/p", "posted-content", 2020, None, "10.1000/a"),
                on_shelf("10.1000/a", "journal-article", 2022, None),
            ],
            id="no venue",
        ),
        pytest.param(
            [
                on_shelf("10.1101/p", "posted-content", 2020, None, "10.1000/a"),
                on_shelf("10.1000/a", "posted-content", 2022, "medRxiv"),
            ],
            id="another server",
        ),
        pytest.param([on_shelf("10.1101/p", "posted-content", 2020, None, "10.1000/a")], id="gone"),
    ],
)
def test_what_no_identifier_shows_to_be_the_publication_is_not_taken(
    items: list[dict[str, Any]],
) -> None:
    found = renew([preprint()], context(crossref=Shelf(*items)), 50)
    assert found.published == set()
    assert year_and_venue(found.lines[0]) == [2020, "bioRxiv"]


def test_two_services_that_name_two_publications_are_not_believed() -> None:
    shelf = Shelf(on_shelf("10.1101/p", "posted-content", 2020, None, "10.1000/a"), ARTICLE)
    known = replace(preprint(), identifiers=Identifiers(doi="10.1101/p", openalex="W5"))
    found = renew([known], context(crossref=shelf, openalex=Merged()), 50)
    assert found.published == set()


def test_the_preprints_own_doi_names_no_publication() -> None:
    shelf = Shelf(on_shelf("10.1101/p", "posted-content", 2020, None, "10.1000/a"), ARTICLE)
    known = replace(preprint(), identifiers=Identifiers(doi="10.1101/p", openalex="W5"))
    found = renew([known], context(crossref=shelf, openalex=Merged("10.1101/p", None)), 50)
    assert found.published == {known.key}


@pytest.mark.parametrize("venue", ["Journal of Old Notes", None])
def test_what_is_published_stays_as_it_is(venue: str | None) -> None:
    known = preprint("10.1000/a", venue)
    (found,) = renew([known], context(crossref=Shelf(ARTICLE)), 50).lines
    assert found.values == known.values


def test_publications_are_looked_for_within_the_budget() -> None:
    shelf = Shelf(on_shelf("10.1101/p", "posted-content", 2020, None, "10.1000/a"), ARTICLE)
    for budget in range(4):
        shelf.asked.clear()
        renew([preprint()], context(crossref=shelf), budget)
        assert len(shelf.asked) <= budget


def test_the_rule_may_prefer_the_preprint() -> None:
    shelf = Shelf(on_shelf("10.1101/p", "posted-content", 2020, None, "10.1000/a"), ARTICLE)
    asked = context(crossref=shelf)
    rule = PrecedenceRule(prefer="preprint")
    found = renew([preprint()], dataclasses.replace(asked, precedence_rule=rule), 50)
    assert (found.published, len(shelf.asked)) == (set(), 1)
