"""The stand-in for DBLP answers as its documentation says, and the provider understands it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import scholar
from refmatter.model import Answer, Failure, Identifiers, Lookup, Rung, Trouble, Work, WorkKind
from refmatter.providers import dblp
from scholar import Corpus, Record, Server
from support import key_of

pytestmark = pytest.mark.unmeasured

PATH = "/search/publ/api"
RECORDS = [
    Record(
        "Alpha & beta: a study",
        full_names=("Ada Adams", "Ben Berg"),
        year=2023,
        short_venue="ICML",
        doi="10.1000/alpha",
        dblp_key="conf/icml/AdamsB23",
        arxiv_id="2201.00001",
    ),
    Record("Alphabet study?", authors=("Cy Coe",), year=1999, dblp_key="phd/x/Coe99"),
    Record("Gamma", year=2001, dblp_key="journals/corr/cs-LG-0102003", arxiv_id="cs/0102003"),
    Record("Alpha that DBLP does not know", year=2024),
]


@pytest.fixture
def server() -> Iterator[Server]:
    with scholar.serve(Corpus(RECORDS)) as running:
        yield running


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@pytest.fixture
def base(server: Server) -> str:
    return server.url("dblp")


def hits(base: str, http: httpx.Client, **params: str) -> dict[str, Any]:
    reply = http.get(base + PATH, params={"format": "json"} | params)
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/json")
    found = reply.json()["result"]["hits"]
    assert isinstance(found, dict)
    return found


def keys(found: dict[str, Any]) -> list[str]:
    return [each["info"]["key"] for each in found.get("hit", ())]


def asked(base: str, http: httpx.Client, title: str) -> tuple[Work, ...] | Failure:
    (query,) = dblp.queries(Rung.TITLE_SEARCH, [Lookup(key_of("k"), title)])
    said = http.get(base + query.path, params=query.params, headers=dict(dblp.headers(None)))
    answer = Answer(said.status_code, said.headers["content-type"], said.content, "2026-11-21")
    reading = dblp.read(query, answer)
    return reading if isinstance(reading, Failure) else reading[key_of("k")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "alpha study",
            ["conf/icml/AdamsB23", "journals/corr/abs-2201-00001", "phd/x/Coe99"],
        ),
        ("stu be", ["conf/icml/AdamsB23", "journals/corr/abs-2201-00001", "phd/x/Coe99"][:2]),
        ("ALPHABET", ["phd/x/Coe99"]),
        ("gamma", ["journals/corr/cs-0102003"]),
        ("alpha delta", []),
        ("...", []),
    ],
)
def test_every_word_begins_one_of_the_title(
    base: str, http: httpx.Client, query: str, expected: list[str]
) -> None:
    found = hits(base, http, q=query)
    assert keys(found) == expected
    assert found["@total"] == str(len(expected))
    assert ("hit" in found) == bool(expected)


def test_a_record_and_its_preprint_have_their_shapes(base: str, http: httpx.Client) -> None:
    published, preprint = (each["info"] for each in hits(base, http, q="alpha beta")["hit"])
    people = published.pop("authors")["author"]
    assert [each["text"] for each in people] == ["Ada Adams", "Ben Berg"]
    assert published == {
        "title": "Alpha &amp; beta: a study.",
        "year": "2023",
        "type": "Conference and Workshop Papers",
        "venue": "ICML",
        "doi": "10.1000/ALPHA",
        "ee": "https://doi.org/10.1000/alpha",
        "key": "conf/icml/AdamsB23",
        "url": "https://dblp.org/rec/conf/icml/AdamsB23",
    }
    assert (preprint["venue"], preprint["volume"], preprint["year"]) == (
        "CoRR",
        "abs/2201.00001",
        "2022",
    )
    assert preprint["doi"] == "10.48550/ARXIV.2201.00001"


def test_one_author_is_an_object_and_none_are_missing(base: str, http: httpx.Client) -> None:
    (lone,) = hits(base, http, q="alphabet")["hit"]
    assert lone["info"]["authors"]["author"]["text"] == "Cy Coe"
    assert "venue" not in lone["info"]
    (none,) = hits(base, http, q="gamma")["hit"]
    assert "authors" not in none["info"]
    assert none["info"]["ee"] == "https://arxiv.org/abs/cs/0102003"


@pytest.mark.parametrize(
    ("params", "count"), [({"h": "2"}, 2), ({"f": "1", "h": "x"}, 2), ({"h": "9999"}, 3)]
)
def test_pages_say_how_many_there_are_in_all(
    base: str, http: httpx.Client, params: dict[str, str], count: int
) -> None:
    found = hits(base, http, q="alpha", **params)
    assert (found["@total"], found["@sent"], len(keys(found))) == ("3", str(count), count)


def test_what_is_not_modelled_is_not_there(base: str, http: httpx.Client) -> None:
    assert http.get(base + "/search/author/api").status_code == 404
    assert "xml" in http.get(base + PATH, params={"q": "alpha"}).headers["content-type"]


def test_some_names_have_numbers_which_the_provider_takes_off(http: httpx.Client) -> None:
    with scholar.serve(scholar.small()) as server:
        found = hits(server.url("dblp"), http, q="", h="1000")
        assert keys(found) == []
        found = hits(server.url("dblp"), http, q="learning", h="1000")
        people = [each["info"].get("authors", {}).get("author", ()) for each in found["hit"]]
        names = [p["text"] for each in people for p in (each if isinstance(each, list) else [each])]
        assert 0 < sum(name[-4:].isdigit() for name in names) < len(names) / 4
        work, preprint = asked_known(server, http)
    assert (work.venue, work.year, work.preprint) == ("ICML", 2019, False)
    assert (preprint.venue, preprint.preprint) == (None, True)
    assert work.identifiers.dblp == "conf/icml/SongTQLL19"
    assert preprint.identifiers == Identifiers(arxiv="1905.02450")
    assert work.authors == preprint.authors
    assert not any(name[-4:].isdigit() for name in work.authors or ())


def asked_known(server: Server, http: httpx.Client) -> tuple[Work, ...]:
    title = "MASS - Masked Sequence to Sequence Pre-training for Language Generation"
    found = asked(server.url("dblp"), http, title)
    assert not isinstance(found, Failure)
    return found


def test_the_provider_reads_what_it_asks_for(base: str, http: httpx.Client) -> None:
    found = asked(base, http, "Alpha & Beta: A Study")
    assert not isinstance(found, Failure)
    assert found[0] == Work(
        "Alpha & beta: a study",
        ("Ada Adams", "Ben Berg"),
        2023,
        "ICML",
        identifiers=Identifiers(doi="10.1000/alpha", dblp="conf/icml/AdamsB23"),
        preprint=False,
        kind=WorkKind.ARTICLE,
    )
    assert asked(base, http, "Nothing of the kind") == ()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("refuse", Trouble.REFUSED),
        ("limit", Trouble.REFUSED),
        ("wall", Trouble.REFUSED),
        ("broken", Trouble.REFUSED),
        ("garbage", Trouble.GARBLED),
    ],
)
def test_its_troubles_are_failures(
    server: Server, http: httpx.Client, kind: str, expected: Trouble
) -> None:
    server.fault("dblp", kind, times=1)
    failure = asked(server.url("dblp"), http, "Gamma")
    assert isinstance(failure, Failure)
    assert failure.trouble is expected
    assert asked(server.url("dblp"), http, "Gamma")
    assert server.log[-1].ids == 0


def test_who_comes_too_soon_is_told_how_long_to_wait(http: httpx.Client) -> None:
    with scholar.serve(Corpus(RECORDS), pace={"dblp": 30}) as server:
        url = server.url("dblp") + PATH
        assert http.get(url).status_code == 200
        reply = http.get(url)
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "1")
    assert "html" in reply.headers["content-type"]
