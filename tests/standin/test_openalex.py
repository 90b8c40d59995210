"""The stand-in answers as OpenAlex's documentation says, also to the program's questions."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

import scholar
from refmatter.model import Answer, Failure, Hints, Identifiers, Lookup, Query, Rung, Trouble
from refmatter.providers import openalex
from refmatter.providers.base import Reading
from scholar import Corpus, Record, Server
from scholar.openalex import is_known, work_id
from support import key_of

pytestmark = pytest.mark.unmeasured

BERT = Record(
    "BERT: Pre-training",
    "a" * 40,
    authors=("J. Devlin",),
    full_names=("Jacob Devlin",),
    year=2019,
    short_venue="NAACL",
    citation_count=90,
    reference_count=60,
    doi="10.18653/v1/N19-1423",
    arxiv_id="1810.04805",
)
PREPRINT = Record("Attention is all", "b" * 40, year=2017, reference_count=9, arxiv_id="1706.03762")
LONGER = Record("Attention is all, again", "c" * 40, year=2020, citation_count=5)
UNKNOWN = Record("Unknown work 8", "d" * 40, doi="10.1109/unknown")
COMMON = [Record(f"Common to all {n}", year=2000) for n in range(150)]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    references = {BERT.paper_id or "": ["b" * 40, "c" * 40, "d" * 40, "Table 7"]}
    return Corpus([BERT, PREPRINT, LONGER, UNKNOWN, *COMMON], references)


@pytest.fixture
def server(corpus: Corpus) -> Iterator[Server]:
    with scholar.serve(corpus) as running:
        yield running


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


def get(
    http: httpx.Client, server: Server, wanted: str, path: str = "/works", **params: str
) -> httpx.Response:
    said = {"filter": wanted} if wanted else {}
    return http.get(server.url("openalex") + path, params=said | params)


def shown(reply: httpx.Response) -> list[str]:
    assert reply.status_code == 200, reply.text
    return [each["display_name"] for each in reply.json()["results"]]


def send(http: httpx.Client, server: Server, query: Query) -> Answer:
    reply = http.get(server.url("openalex") + query.path, params=dict(query.params))
    return Answer(reply.status_code, reply.headers["content-type"], reply.content, "2026-11-21")


def reading(http: httpx.Client, server: Server, query: Query) -> Reading:
    found = openalex.read(query, send(http, server, query))
    assert not isinstance(found, Failure), found
    return found


def lookup(key: str, title: str = "T", **identifiers: str) -> Lookup:
    return Lookup(key_of(key), title, Hints(identifiers=Identifiers(**identifiers)))


def test_a_tenth_is_not_known_and_ids_are_of_one_work_alone(corpus: Corpus) -> None:
    assert [is_known(each) for each in corpus.records[:4]] == [True, True, True, False]
    bundled = scholar.small().records
    known = [each for each in bundled if is_known(each)]
    assert 0.8 < len(known) / len(bundled) < 0.97
    assert len({work_id(each) for each in bundled}) == len(bundled)


def test_works_are_found_by_doi_also_by_that_of_arxiv(http: httpx.Client, server: Server) -> None:
    dois = "doi:10.1109/unknown|10.48550/arxiv.1706.03762|10.18653/v1/n19-1423|10.1109/none"
    reply = get(http, server, dois)
    assert shown(reply) == [BERT.title, PREPRINT.title]
    assert server.log[-1].ids == 4
    assert reply.headers["x-ratelimit-credits-used"] == "1"
    assert reply.json()["meta"] == {"count": 2, "per_page": 25, "page": 1, "cost_usd": 0.0001}
    assert shown(get(http, server, "doi:https://doi.org/10.18653/V1/N19-1423")) == [BERT.title]


def test_works_are_found_by_the_services_own_id(http: httpx.Client, server: Server) -> None:
    found = get(http, server, f"ids.openalex:W1|{work_id(BERT)}")
    assert shown(found) == [BERT.title]
    assert found.json()["results"][0]["id"] == f"https://openalex.org/{work_id(BERT)}"


def test_a_phrase_is_found_in_longer_titles_however_they_are_written(
    http: httpx.Client, server: Server
) -> None:
    phrases = 'display_name.search.exact:"bert pre training"|"ATTENTION Is"|"training bert"'
    reply = get(http, server, phrases)
    assert shown(reply) == [BERT.title, LONGER.title, PREPRINT.title]
    assert reply.headers["x-ratelimit-credits-used"] == "10"
    words = get(http, server, "display_name.search.exact:training bert")
    assert shown(words) == [BERT.title]
    assert server.log[-1].ids == 0


def test_what_a_work_cites_is_found_unless_it_is_from_arxiv_alone(
    http: httpx.Client, server: Server
) -> None:
    assert shown(get(http, server, f"cited_by:{work_id(BERT)}")) == [LONGER.title, PREPRINT.title]
    assert shown(get(http, server, f"cited_by:{work_id(PREPRINT)}")) == []
    assert shown(get(http, server, "cited_by:W1")) == []


def test_works_are_told_in_full_or_as_selected(http: httpx.Client, server: Server) -> None:
    (bert,) = get(http, server, f"ids.openalex:{work_id(BERT)}").json()["results"]
    assert bert["authorships"][0]["raw_author_name"] == "Jacob Devlin"
    assert bert["primary_location"]["source"]["display_name"] == "NAACL"
    assert (bert["type"], bert["cited_by_count"], bert["referenced_works_count"]) == (
        "article", 30, 60
    )  # fmt: skip
    assert [each["version"] for each in bert["locations"]] == [
        "publishedVersion",
        "submittedVersion",
    ]
    (chosen,) = get(
        http, server, "doi:10.48550/arxiv.1706.03762", select="doi,type,referenced_works_count"
    ).json()["results"]
    assert chosen == {
        "doi": "https://doi.org/10.48550/arxiv.1706.03762",
        "type": "preprint",
        "referenced_works_count": 0,
    }
    (bare,) = get(http, server, f"ids.openalex:{work_id(LONGER)}").json()["results"]
    assert (bare["doi"], bare["primary_location"]["source"]) == (None, None)


def test_answers_are_paged(http: httpx.Client, server: Server) -> None:
    wanted = 'display_name.search.exact:"common"'
    first = get(http, server, wanted, per_page="100")
    rest = get(http, server, wanted, per_page="100", page="2")
    count = first.json()["meta"]["count"]
    assert count > 100
    assert len(set(shown(first) + shown(rest))) == count
    assert len(shown(get(http, server, wanted))) == 25


@pytest.mark.parametrize(
    ("wanted", "params"),
    [
        ("", {}),
        ("nonsense:1", {}),
        ("display_name.search.exact:a, b", {}),
        ('display_name.search.exact:"a"|"who?"', {}),
        ('display_name.search.exact:"a*"', {}),
        ("display_name.search.exact:!a|b", {}),
        ('display_name.search.exact:"subtitle:a"|"b"', {}),
        ("doi:" + "|".join(f"10.1109/{n}" for n in range(101)), {}),
        ("doi:10.1109/a", {"per_page": "101"}),
        ("doi:10.1109/a", {"per_page": "x"}),
        ("doi:10.1109/a", {"page": "0"}),
        ("doi:10.1109/a", {"limit": "3"}),
        ("doi:10.1109/a", {"select": "id,venue"}),
    ],
)
def test_a_malformed_question_is_a_400_that_says_why(
    http: httpx.Client, server: Server, wanted: str, params: dict[str, str]
) -> None:
    reply = get(http, server, wanted, **params)
    assert reply.status_code == 400
    assert reply.json()["error"] == "Invalid query parameters error."
    assert reply.json()["message"]


def test_a_comma_inside_quotes_is_a_comma(http: httpx.Client, server: Server) -> None:
    assert shown(get(http, server, 'display_name.search.exact:"attention is all, again"')) == [
        LONGER.title
    ]


def test_a_line_too_long_and_a_path_unknown_are_web_pages(
    http: httpx.Client, server: Server
) -> None:
    long = get(http, server, "doi:" + "|".join("10.1109/" + "x" * 90 for _ in range(90)))
    lost = get(http, server, "", path="/works/W1")
    assert (long.status_code, lost.status_code) == (414, 404)
    assert {each.headers["content-type"].partition(";")[0] for each in (long, lost)} == {
        "text/html"
    }


def test_a_day_has_only_so_many_credits(http: httpx.Client, corpus: Corpus) -> None:
    with scholar.serve(corpus, budget={"openalex": 12}) as server:
        title, doi = 'display_name.search.exact:"attention"', "doi:10.1109/a"
        replies = [get(http, server, each) for each in (title, doi, title, doi, doi)]
        other = http.get(server.url("arxiv") + "/api/query")
    assert [each.status_code for each in replies] == [200, 200, 429, 200, 429]
    assert [each.headers["x-ratelimit-remaining"] for each in replies] == list("21100")
    assert replies[0].headers["x-ratelimit-limit"] == "12"
    assert replies[-1].json()["error"] == "Rate limit exceeded"
    assert "x-ratelimit-limit" not in other.headers


@pytest.mark.parametrize(
    ("kind", "status", "trouble"),
    [
        ("limit", 429, Trouble.REFUSED),
        ("refuse", 403, Trouble.REFUSED),
        ("broken", 500, Trouble.BROKEN),
        ("wall", 200, Trouble.REFUSED),
        ("garbage", 200, Trouble.GARBLED),
    ],
)
def test_its_faults_are_failures_to_the_program(
    http: httpx.Client, server: Server, kind: str, status: int, trouble: Trouble
) -> None:
    (query,) = openalex.queries(Rung.TITLE_BATCH, [lookup("a", PREPRINT.title)])
    server.fault("openalex", kind)
    said = send(http, server, query)
    failure = openalex.read(query, said)
    assert isinstance(failure, Failure)
    assert (said.status, failure.trouble) == (status, trouble)


# The program's questions


def test_the_program_finds_titles_and_sees_longer_ones_too(
    http: httpx.Client, server: Server
) -> None:
    titles = ("BERT - Pre-training", "Attention is all", "Unknown work 8", "language: type, or?")
    (query,) = openalex.queries(Rung.TITLE_BATCH, [lookup(each, each) for each in titles])
    found = reading(http, server, query)
    assert [[work.title for work in found[key_of(each)]] for each in titles] == [
        [BERT.title],
        [LONGER.title, PREPRINT.title],
        [],
        [],
    ]
    (bert,) = found[key_of(titles[0])]
    assert bert.identifiers == Identifiers(
        doi="10.18653/v1/n19-1423", arxiv="1810.04805", openalex=work_id(BERT)
    )
    assert (bert.authors, bert.year, bert.venue) == (("Jacob Devlin",), 2019, "NAACL")
    assert (bert.reference_count, bert.preprint) == (60, False)
    assert found[key_of("Attention is all")][1].preprint


def test_the_program_finds_identifiers_and_reference_lists(
    http: httpx.Client, server: Server
) -> None:
    lookups = [
        lookup("own", openalex=work_id(BERT)),
        lookup("none", doi="10.1109/none"),
        lookup("doi", doi="10.18653/v1/N19-1423"),
        lookup("arxiv", arxiv="1706.03762v5"),
    ]
    found: dict[str, object] = {}
    for query in openalex.queries(Rung.IDENTIFIER, lookups):
        for key, works in reading(http, server, query).items():
            found[key.title] = [work.title for work in works]
    assert found == {
        "own": [BERT.title],
        "none": [],
        "doi": [BERT.title],
        "arxiv": [PREPRINT.title],
    }
    (citing,) = openalex.queries(Rung.CITING_REFERENCES, lookups)
    cited = reading(http, server, citing)[key_of("own")]
    assert [work.title for work in cited] == [LONGER.title, PREPRINT.title]


def test_the_program_asks_again_where_a_page_was_too_small(
    http: httpx.Client, server: Server
) -> None:
    lookups = [lookup("a", "Attention is all"), lookup("c", "Common to all")]
    (query,) = openalex.queries(Rung.TITLE_BATCH, lookups)
    failure = openalex.read(query, send(http, server, query))
    assert isinstance(failure, Failure)
    assert failure.trouble is Trouble.REJECTED
    one, other = (next(iter(openalex.queries(Rung.TITLE_BATCH, [each]))) for each in lookups)
    assert len(reading(http, server, one)[key_of("a")]) == 2
    assert len(reading(http, server, other)[key_of("c")]) == 100


@pytest.mark.parametrize("size", [25, 50, 100])
def test_long_titles_by_the_hundred_are_taken(
    http: httpx.Client, server: Server, size: int
) -> None:
    lookups = [lookup(f"k{n}", f"Of {n}: " + "several words " * 9) for n in range(100)]
    queries = list(openalex.queries(Rung.TITLE_BATCH, lookups, size))
    assert [each for query in queries for each in query.about] == lookups
    for query in queries:
        assert not any(reading(http, server, query).values())


def test_a_title_of_one_or_two_words_is_not_asked_for(http: httpx.Client, server: Server) -> None:
    """`Common` stands in more titles than a page holds: asked together with it, no other title
    would have an answer."""
    lookups = [lookup("c", "Common"), lookup("t", "Common to"), lookup("b", BERT.title)]
    (query,) = openalex.queries(Rung.TITLE_BATCH, lookups)
    found = reading(http, server, query)
    assert {key: [work.title for work in works] for key, works in found.items()} == {
        key_of("b"): [BERT.title]
    }
