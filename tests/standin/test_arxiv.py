"""The stand-in for arXiv takes many titles in a question, and the provider tells them apart."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

import scholar
from refmatter.model import Answer, Failure, Lookup, Query, Rung, Trouble
from refmatter.providers import arxiv
from scholar import Corpus, Record, Server
from support import key_of

pytestmark = pytest.mark.unmeasured

RECORDS = [
    *(Record(f"A study of the matter {n}", arxiv_id=f"2001.{n:05}") for n in range(12)),
    Record("A study AND a rest", arxiv_id="2002.00001"),
    Record("A study OR nothing at all", arxiv_id="2002.00002"),
    Record("Letters: a first look", arxiv_id="2002.00003"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with scholar.serve(Corpus(RECORDS)) as running:
        yield running


def send(server: Server, query: Query) -> Answer:
    url = server.url("arxiv") + query.path
    said = httpx.get(url, params=query.params, headers=dict(arxiv.headers(None)))
    return Answer(said.status_code, said.headers["content-type"], said.content, "2026-11-21")


def several(*titles: str) -> Query:
    (query,) = arxiv.queries(Rung.TITLE_BATCH, [Lookup(key_of(title), title) for title in titles])
    return query


def test_many_titles_are_told_apart(server: Server) -> None:
    query = several(
        "A Study AND a Rest", "letters - a first look", "A study OR nothing", "Not there at all"
    )
    reading = arxiv.read(query, send(server, query))
    assert not isinstance(reading, Failure)
    assert {title: [work.title for work in works] for title, works in reading.items()} == {
        key_of("A Study AND a Rest"): ["A study AND a rest"],
        key_of("letters - a first look"): ["Letters: a first look"],
        key_of("A study OR nothing"): ["A study OR nothing at all"],
        key_of("Not there at all"): [],
    }
    assert all(work.preprint for works in reading.values() for work in works)


def test_a_title_with_too_many_works_is_found_when_it_is_asked_for_alone(server: Server) -> None:
    query = several("Study of the matter", "Letters: a first look")
    reading = arxiv.read(query, send(server, query))
    assert isinstance(reading, Failure)
    assert (reading.trouble, reading.detail) == (Trouble.REJECTED, "answered 10 works of 13")
    alone = several("Study of the matter")
    found = arxiv.read(alone, send(server, alone))
    assert not isinstance(found, Failure)
    assert len(found[key_of("Study of the matter")]) == 10


@pytest.mark.parametrize("query", ["ti:a b", 'ti:"a" ti:"b"', 'ti:"a" OR', 'ti:"a" OR ti:"b'])
def test_what_is_not_joined_is_refused(server: Server, query: str) -> None:
    reply = httpx.get(server.url("arxiv") + "/api/query", params={"search_query": query})
    assert reply.status_code == 400
