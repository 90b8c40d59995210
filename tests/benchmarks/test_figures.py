"""What a log says of costs, and which ledger lines name a wrong work."""

from __future__ import annotations

import pytest
from benchmarks.figures import Cost
from benchmarks.table import Case, show
from benchmarks.truth import Truth

from benchmarks import figures
from scholar import Corpus, Entry, Record
from scholar.limits import Cause

pytestmark = pytest.mark.unmeasured

KNOWN, UNKNOWN = {"deeplearning", "attention"}, {"nosuchthing"}


def entry(service: str, path: str, cause: Cause | None = None, **params: str) -> Entry:
    status = 200 if cause is None else 429
    return Entry(service, "GET", path, params, {}, 0, status, 0.0, cause)


BATCH = entry("semantic_scholar", "/graph/v1/paper/batch", fields="title")
LISTS = entry("semantic_scholar", "/graph/v1/paper/batch", fields="title,references.title")
CITING = entry("semantic_scholar", "/graph/v1/paper/batch", fields="title,references.authors")
LONE = entry("semantic_scholar", "/graph/v1/paper/1/references", limit="1000", fields="title")
MATCH = entry("semantic_scholar", "/graph/v1/paper/search/match", query="Deep Learning")
SEARCH = entry("semantic_scholar", "/graph/v1/paper/search", query="deep learning")
PHRASES = 'display_name.search.exact:"deep learning"|"no such thing"|"attention"|"else"'
TITLES = entry("openalex", "/works", filter=PHRASES)
DOIS = entry("openalex", "/works", filter="doi:10.1/a|10.1/b")
CITED = entry("openalex", "/works", filter="cited_by:W1")
ATOM = entry("arxiv", "/api/query", search_query='ti:"deep learning" OR ti:"no such thing"')
WORD = entry("arxiv", "/api/query", search_query="ti:attention")
CROSSREF_QUERY = "query.bibliographic"
CROSSREF = entry("crossref", "/works", None, **{CROSSREF_QUERY: "no such thing Author 2017"})


@pytest.mark.parametrize(
    ("asked", "kind", "cost"),
    [
        (BATCH, "identifier", (1, 0, 0)),
        (LISTS, "compare_references", (1, 0, 0)),
        (LONE, "compare_references", (1, 0, 0)),
        (CITING, "citing_references", (1, 0, 0)),
        (MATCH, "title_search", (1, 0, 0)),
        (SEARCH, "same_title_search", (1, 0, 0)),
        (TITLES, "title_batch", (0.5, 0.25, 0.25)),
        (DOIS, "identifier", (1, 0, 0)),
        (CITED, "citing_references", (1, 0, 0)),
        (ATOM, "title_batch", (0.5, 0.5, 0)),
        (WORD, "title_search", (1, 0, 0)),
        (CROSSREF, "title_search", (0, 1, 0)),
    ],
)
def test_a_requests_cost_is_shared_out_over_its_titles(
    asked: Entry, kind: str, cost: tuple[float, float, float]
) -> None:
    assert figures.kind(asked) == kind
    assert figures.cost([asked], KNOWN, UNKNOWN) == Cost(*cost)


def test_requests_are_counted_and_timed_by_service() -> None:
    late = entry("dblp", "/search/publ/api", Cause.PACE, q="attention")
    busy = entry("semantic_scholar", "/graph/v1/paper/search/match", Cause.BUSY, query="attention")
    log = [BATCH, MATCH, TITLES, ATOM, late, busy]
    assert figures.by_service(log) == {"arxiv": 1, "dblp": 1, "openalex": 1, "semantic_scholar": 3}
    assert figures.by_kind(log)["semantic_scholar title_search"] == 2
    assert figures.by_cause(log) == {"busy": 1, "pace": 1}
    assert figures.provoked(log) == 1
    assert figures.floors(log) == {
        "semantic_scholar": 3.0,
        "openalex": 0.1,
        "arxiv": 3.0,
        "dblp": 2.0,
    }


ONE = Record("Deep Learning", "a" * 40, authors=("I. Goodfellow",), year=2015, doi="10.1/Book")
SAME = Record(
    "Deep Learning", "b" * 40, authors=("Ian Goodfellow",), year=2016, arxiv_id="1501.00001"
)
OTHER = Record("Deep Learning", "c" * 40, authors=("Y. LeCun",), year=2015)


@pytest.mark.parametrize(
    ("ids", "reason"),
    [
        ({"s2": "a" * 40, "doi": "10.1/book"}, ""),
        ({"s2": "b" * 40, "doi": "10.48550/arxiv.1501.00001"}, ""),
        ({"dblp": "journals/corr/abs-1501-00001"}, ""),
        ({}, ""),
        ({"s2": "c" * 40}, f"s2 {'c' * 40} is 'Deep Learning' (2015)"),
        ({"s2": "a" * 40, "doi": "10.1/none"}, "doi 10.1/none is 'no work at all' (?)"),
    ],
)
def test_a_line_is_wrong_where_it_names_another_work(ids: dict[str, str], reason: str) -> None:
    line = {"title": "Deep learning", "decision": "accepted", "ids": ids}
    wrong = Truth(Corpus([ONE, SAME, OTHER])).wrong([line], {"deeplearning": ONE})
    assert wrong == ([f"'Deep learning': {reason}"] if reason else [])


def test_a_title_that_nobody_knows_must_not_be_accepted() -> None:
    truth = Truth(Corpus([ONE]))
    lines: list[dict[str, object]] = [
        {"title": "No such thing", "decision": "accepted", "ids": {"s2": "a" * 40}},
        {"title": "Never named", "decision": "accepted"},
        {"title": "Deep Learning", "decision": "ambiguous"},
    ]
    said = truth.wrong(lines, {"nosuchthing": None, "deeplearning": ONE})
    assert [each.partition(":")[2][:12] for each in said] == [" is known to", " nobody name"]


def test_what_must_hold_and_does_not_is_said_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    case = Case("a case", remarks=["look here"])
    case.say("requests", {"arxiv": 3})
    case.at_most("ratio", 1.5, 1.3)
    case.at_most("wrong", 2, 0, must=True)
    case.at_most("fine", 0, 0, must=True)
    show(case)
    out = capsys.readouterr().out
    assert [row.broken for row in case.rows] == [False, False, True, False]
    assert "arxiv 3" in out
    assert "1.50  <= 1.3   missed" in out
    assert "MUST HOLD AND DOES NOT" in out
    assert "look here" in out
