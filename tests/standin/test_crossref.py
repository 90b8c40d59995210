"""The stand-in answers as the Crossref REST API does, and the provider reads what it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import scholar
from refmatter.model import (
    Answer,
    Failure,
    Hints,
    Identifiers,
    Lookup,
    LookupKey,
    Query,
    Rung,
    Trouble,
    Work,
    WorkKind,
)
from refmatter.providers import crossref
from scholar import Corpus, Record, Server
from support import key_of

pytestmark = pytest.mark.unmeasured

NLI = "10.18653/v1/n18-1101"
RECORDS = [
    Record("Streams & Sketches: A Survey", doi="10.1145/1.2", full_names=("Ann Lee",), year=2001),
    Record("A survey of streams", doi="10.1109/x", venue="IEEE Transactions on Data", year=2002),
    Record("Sketches of streams", doi="10.48550/arxiv.1", arxiv_id="1", year=2003),
    Record("Streams without a DOI", year=2004),
    Record("Words nobody has", doi="10.1/z"),
]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return scholar.small()


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(headers={"User-Agent": "test/1"}) as one:
        yield one


@pytest.fixture
def server(corpus: Corpus, client: httpx.Client) -> Iterator[Server]:
    with scholar.serve(corpus) as running:
        client.base_url = running.url("crossref")
        yield running


@pytest.fixture
def tiny(client: httpx.Client) -> Iterator[Server]:
    with scholar.serve(Corpus(RECORDS)) as running:
        client.base_url = running.url("crossref")
        yield running


def listed(client: httpx.Client, **params: str) -> list[dict[str, Any]]:
    reply = client.get("/works", params={name.replace("_", "."): v for name, v in params.items()})
    assert reply.status_code == 200, reply.text
    items = reply.json()["message"]["items"]
    assert isinstance(items, list)
    return items


def refused(client: httpx.Client, **params: str) -> str:
    reply = client.get("/works", params=params)
    said = reply.json()
    assert (reply.status_code, said["message-type"]) == (400, "validation-failure")
    kind = said["message"][0]["type"]
    assert isinstance(kind, str)
    return kind


def fetched(client: httpx.Client, asked: Query) -> Answer:
    reply = client.get(asked.path, params=list(asked.params), headers=crossref.headers(None))
    kind = reply.headers["content-type"]
    return Answer(reply.status_code, kind, reply.content, "2026-11-21")


def found(client: httpx.Client, rung: Rung, *lookups: Lookup) -> dict[LookupKey, tuple[Work, ...]]:
    (asked,) = crossref.queries(rung, lookups)
    reading = crossref.read(asked, fetched(client, asked))
    assert not isinstance(reading, Failure), reading
    return dict(reading)


# What it answers


@pytest.mark.usefixtures("tiny")
def test_the_nearest_are_listed_wrong_ones_included(client: httpx.Client) -> None:
    items = listed(client, query_bibliographic="Sketches of streams Lee 2001", select="DOI,score")
    assert [each["DOI"] for each in items] == ["10.1145/1.2", "10.1109/x"]
    assert items[0]["score"] > items[1]["score"] > 0


@pytest.mark.usefixtures("tiny")
def test_words_in_too_small_a_part_find_nothing(client: httpx.Client) -> None:
    assert listed(client, query_bibliographic="streams in quite other words") == []


@pytest.mark.usefixtures("tiny")
def test_works_without_a_doi_of_its_own_are_unknown_to_it(client: httpx.Client) -> None:
    dois = {each["DOI"] for each in listed(client)}
    assert dois == {"10.1145/1.2", "10.1109/x", "10.1/z"}


@pytest.mark.usefixtures("tiny")
def test_rows_say_how_many_and_twenty_is_the_default(client: httpx.Client) -> None:
    reply = client.get("/works", params={"query.bibliographic": "streams", "rows": "1"})
    message = reply.json()["message"]
    assert (message["total-results"], len(message["items"])) == (2, 1)
    assert client.get("/works").json()["message"]["items-per-page"] == 20


@pytest.mark.usefixtures("tiny")
def test_a_record_has_the_shapes_of_the_service(client: httpx.Client) -> None:
    acm = client.get("/works/10.1145/1.2").json()
    assert acm["message-type"] == "work"
    assert acm["message"] == {
        "DOI": "10.1145/1.2",
        "URL": "https://doi.org/10.1145/1.2",
        "title": ["Streams &amp; Sketches"],
        "subtitle": ["A Survey"],
        "author": [{"given": "Ann", "family": "Lee", "sequence": "first", "affiliation": []}],
        "issued": {"date-parts": [[2001]]},
        "container-title": [],
        "short-container-title": [],
        "type": "proceedings-article",
        "relation": {},
        "is-referenced-by-count": 0,
        "references-count": 0,
        "score": 1.0,
    }
    (bare,) = listed(client, filter="doi:10.1/Z", select="author,issued,abstract")
    assert bare == {"issued": {"date-parts": [[None]]}}
    assert client.get("/works/10.1109%2FX").json()["message"]["type"] == "journal-article"


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("path", ["/works/10.48550/arXiv.1", "/works/10.1/none", "/journals"])
def test_what_is_unknown_is_answered_in_plain_text(client: httpx.Client, path: str) -> None:
    reply = client.get(path)
    assert (reply.status_code, reply.text) == (404, "Resource not found.")
    assert reply.headers["content-type"].startswith("text/plain")


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(
    ("params", "kind"),
    [
        ({"select": "DOI,subtype"}, "select-not-available"),
        ({"rows": "1001"}, "integer-not-valid"),
        ({"rows": "-1"}, "integer-not-valid"),
        ({"filter": "doi:10.1/a,b"}, "filter-not-available"),
        ({"query.titel": "x"}, "parameter-not-allowed"),
    ],
)
def test_a_wrong_question_is_refused(
    client: httpx.Client, params: dict[str, str], kind: str
) -> None:
    assert refused(client, **params) == kind


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(
    ("agent", "path", "expected"),
    [
        ("test/1", "/works", ("1", "1", "public-array")),
        ("test/1", "/works/10.1/z", ("5", "1", "public-single")),
        ("test/1 (mailto:a@example.org)", "/works", ("3", "3", "polite-array")),
        ("test/1 (mailto:a@example.org)", "/works/10.1/z", ("10", "3", "polite-single")),
    ],
)
def test_it_says_how_often_it_may_be_asked(
    client: httpx.Client, agent: str, path: str, expected: tuple[str, str, str]
) -> None:
    said = client.get(path, headers={"User-Agent": agent}).headers
    names = ("x-rate-limit-limit", "x-concurrency-limit", "x-api-pool")
    assert tuple(said[name] for name in names) == expected
    assert said["x-rate-limit-interval"] == "1s"


def test_the_log_counts_dois(tiny: Server, client: httpx.Client) -> None:
    client.get("/works", params={"filter": "doi:10.1/z,doi:10.1/y"})
    client.get("/works/10.1/z")
    client.get("/works", params={"query.bibliographic": "streams"})
    assert [each.ids for each in tiny.log] == [2, 1, 0]


# What the provider makes of it


@pytest.mark.usefixtures("server")
def test_a_title_is_found_among_others(client: httpx.Client) -> None:
    title = "A Broad-Coverage Challenge Corpus for Sentence Understanding through Inference"
    lookup = Lookup(key_of("k"), title, Hints(2018, "Williams, Adina"))
    first, *_ = found(client, Rung.TITLE_SEARCH, lookup)[key_of("k")]
    assert first == Work(
        title=title,
        authors=("Adina Williams", "Nikita Nangia", "Samuel Bowman"),
        year=2018,
        venue="NAACL",
        citation_count=1018,
        reference_count=67,
        identifiers=Identifiers(doi=NLI),
        preprint=False,
        retracted=False,
        kind=WorkKind.ARTICLE,
    )


@pytest.mark.usefixtures("tiny")
def test_a_subtitle_of_its_own_gives_both_forms(client: httpx.Client) -> None:
    works = found(client, Rung.TITLE_SEARCH, Lookup(key_of("k"), "Streams and Sketches: A Survey"))[
        key_of("k")
    ]
    assert [each.title for each in works][:2] == [
        "Streams & Sketches: A Survey",
        "Streams & Sketches",
    ]


@pytest.mark.usefixtures("server")
def test_dois_are_found_together_and_an_unknown_one_is_missing(client: httpx.Client) -> None:
    dois = {"a": NLI.upper(), "b": "10.1109/none", "c": "10.1109/cvpr.2009.5206848"}
    lookups = [
        Lookup(key_of(key), "t", Hints(identifiers=Identifiers(doi=doi)))
        for key, doi in dois.items()
    ]
    works = found(client, Rung.IDENTIFIER, *lookups)
    assert [len(works[key_of(key)]) for key in "abc"] == [1, 0, 1]
    assert works[key_of("c")][0].title == "ImageNet: A large-scale hierarchical image database"


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        ("refuse", Trouble.REFUSED),
        ("limit", Trouble.REFUSED),
        ("broken", Trouble.BROKEN),
        ("wall", Trouble.REFUSED),
        ("garbage", Trouble.GARBLED),
    ],
)
def test_a_fault_is_no_answer(
    tiny: Server, client: httpx.Client, fault: str, trouble: Trouble
) -> None:
    tiny.fault("crossref", fault, 1)
    (asked,) = crossref.queries(Rung.TITLE_SEARCH, [Lookup(key_of("k"), "Streams")])
    given = fetched(client, asked)
    reading = crossref.read(asked, given)
    assert isinstance(reading, Failure)
    assert reading.trouble is trouble
    assert not crossref.is_cacheable(asked, given)
    assert crossref.is_cacheable(asked, fetched(client, asked))
