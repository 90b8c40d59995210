"""The providers and the stand-in understand each other: every question is one it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

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
from refmatter.providers import arxiv, semantic_scholar
from refmatter.providers.base import Provider
from refmatter.titles import query_words, title_key
from scholar import Server
from scholar.corpus import END_OF_MAG
from scholar.openalex import work_id
from support import absent, key_of

pytestmark = pytest.mark.unmeasured

MASS = "145b8b5d99a2beba6029418ca043585b90138d12"
T5 = "3cfb319689f06bf04c2e28399361f414ca32c4b3"
Ask: TypeAlias = Callable[
    [Provider, Rung, Sequence[Lookup]], dict[LookupKey, tuple[Work, ...] | Failure]
]


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@pytest.fixture
def server() -> Iterator[Server]:
    with scholar.serve(scholar.small(), answer_limit=200_000) as running:
        yield running


@pytest.fixture
def ask(server: Server, http: httpx.Client) -> Ask:
    def send(provider: Provider, query: Query) -> Answer:
        url = server.url(provider.INFO.name) + query.path
        method = "GET" if query.body is None else "POST"
        said = http.request(
            method,
            url,
            params=query.params,
            content=query.body,
            headers=dict(provider.headers("k")),
        )
        return Answer(said.status_code, said.headers["content-type"], said.content, "2026-11-21")

    def asked(
        provider: Provider, rung: Rung, lookups: Sequence[Lookup]
    ) -> dict[LookupKey, tuple[Work, ...] | Failure]:
        found: dict[LookupKey, tuple[Work, ...] | Failure] = {}
        for query in provider.queries(rung, lookups):
            reading = provider.read(query, send(provider, query))
            for each in query.about:
                found[each.key] = (
                    reading if isinstance(reading, Failure) else reading.get(each.key, ())
                )
        return found

    return asked


def lookup(key: str, title: str = "", **identifiers: str) -> Lookup:
    return Lookup(key_of(key), title, Hints(identifiers=Identifiers(**identifiers)))


def counts(found: dict[LookupKey, tuple[Work, ...] | Failure]) -> dict[str, int | Trouble]:
    return {
        key.title: said.trouble if isinstance(said, Failure) else len(said)
        for key, said in found.items()
    }


def test_a_hundred_works_come_with_one_request(ask: Ask, server: Server) -> None:
    cited = server.corpus.references[T5][:99]
    lookups = [lookup(each, s2=each) for each in [*cited, "0" * 40]]
    found = counts(ask(semantic_scholar, Rung.IDENTIFIER, lookups))
    assert found == dict.fromkeys(cited, 1) | {"0" * 40: 0}
    assert [(entry.ids, entry.headers["x-api-key"]) for entry in server.log] == [(100, "k")]


def test_a_batch_that_knows_nothing_says_so(ask: Ask) -> None:
    unknown = [lookup("a", s2="0" * 40), lookup("b", doi="10.9999/none")]
    assert counts(ask(semantic_scholar, Rung.IDENTIFIER, unknown)) == {"a": 0, "b": 0}


def test_works_of_openalex_are_known_by_their_numbers(ask: Ask, server: Server) -> None:
    """A number from before the services parted is sent; a later one is not asked for."""
    records = [each for each in server.corpus.records if each.paper_id]
    lookups = [lookup(each.paper_id or "", openalex=work_id(each)) for each in records]
    found = ask(semantic_scholar, Rung.IDENTIFIER, lookups)
    old = [each.paper_id for each in records if each.work_number < END_OF_MAG]
    assert [entry.ids for entry in server.log] == [len(old)]
    assert [key.title for key in found] == old
    assert old
    for key, works in found.items():
        assert not isinstance(works, Failure)
        assert [work.identifiers.s2 for work in works] == [key.title]


def test_a_work_has_all_its_values(ask: Ask) -> None:
    mass = [lookup("k", arxiv="1905.02450")]
    assert ask(semantic_scholar, Rung.IDENTIFIER, mass)[key_of("k")] == (
        Work(
            title="MASS: Masked Sequence to Sequence Pre-training for Language Generation",
            authors=("Kaitao Song", "Xu Tan", "Tao Qin", "Jianfeng Lu", "Tie-Yan Liu"),
            year=2019,
            venue="ICML",
            citation_count=599,
            reference_count=59,
            fields_of_study=("Computer Science",),
            identifiers=Identifiers(
                s2=MASS,
                arxiv="1905.02450",
                doi="10.48550/arxiv.1905.02450",
                dblp="conf/icml/SongTQLL19",
            ),
        ),
    )


def test_whole_reference_lists_come_nested_or_one_by_one(ask: Ask, server: Server) -> None:
    parents = [lookup("mass", s2=MASS), lookup("other", doi="10.1109/cvpr.2009.5206848")]
    nested = ask(semantic_scholar, Rung.CITING_REFERENCES, parents)
    assert counts(nested) == {"mass": 58, "other": 0}
    assert (
        ask(semantic_scholar, Rung.CITING_REFERENCES, parents[:1])[key_of("mass")]
        == nested[key_of("mass")]
    )
    assert [entry.method for entry in server.log] == ["POST", "GET"]


def test_too_many_reference_lists_are_refused_as_too_many(ask: Ask, server: Server) -> None:
    server.answer_limit = 50_000
    parents = [lookup("mass", s2=MASS), lookup("t5", s2=T5)]
    found = ask(semantic_scholar, Rung.CITING_REFERENCES, parents)
    assert set(counts(found).values()) == {Trouble.REJECTED}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("MASS - Masked Sequence to Sequence Pre-training for Language Generation", 1),
        ("Zymurgy of Cheese", 0),
    ],
)
def test_a_title_is_matched_or_not(ask: Ask, title: str, expected: int) -> None:
    lookups = [lookup("k", title)]
    assert counts(ask(semantic_scholar, Rung.TITLE_SEARCH, lookups)) == {"k": expected}
    assert counts(ask(arxiv, Rung.TITLE_SEARCH, lookups)) == {"k": expected}


def test_many_titles_are_one_question_and_each_gets_its_works(ask: Ask, server: Server) -> None:
    records = [each for each in server.corpus.records if each.paper_id]
    lookups = [lookup(each.paper_id or "", each.title) for each in records][:120]
    found = ask(semantic_scholar, Rung.TITLE_BATCH, lookups)
    long = [each for each in lookups if len(query_words(each.title).split()) >= 5]
    assert list(found) == [each.key for each in long]
    assert 80 < len(long) < 120
    assert server.requests() == -(-len(long) // semantic_scholar.INFO.rungs[Rung.TITLE_BATCH][0])
    for each in long:
        works = found[each.key]
        assert not isinstance(works, Failure)
        assert each.key.title in {work.identifiers.s2 for work in works}
        assert all(title_key(each.title) in title_key(work.title) for work in works)


def test_many_titles_that_nobody_wrote_are_answered_without_works(ask: Ask) -> None:
    lookups = [lookup(each, f"Zymurgy of {each} for quite beginners") for each in "ab"]
    assert counts(ask(semantic_scholar, Rung.TITLE_BATCH, lookups)) == {"a": 0, "b": 0}


def test_a_phrase_of_too_many_works_spoils_the_question(http: httpx.Client) -> None:
    records = [scholar.Record(f"A title of many works {n}", f"{n:040x}") for n in range(1001)]
    with scholar.serve(scholar.Corpus(records)) as server:
        lookups = [lookup("a", "A title of many works"), lookup("b", records[7].title)]
        (query,) = semantic_scholar.queries(Rung.TITLE_BATCH, lookups)
        said = http.get(server.url("semantic_scholar") + query.path, params=query.params)
    answer = Answer(said.status_code, said.headers["content-type"], said.content, "2026-11-21")
    reading = semantic_scholar.read(query, answer)
    assert isinstance(reading, Failure)
    assert reading.trouble is Trouble.REJECTED
    assert absent(reading.detail, "1000 of 1001") == []


def test_namesakes_are_seen(ask: Ask) -> None:
    found = ask(semantic_scholar, Rung.SAME_TITLE_SEARCH, [lookup("k", "Multitask Learning")])[
        key_of("k")
    ]
    assert not isinstance(found, Failure)
    assert [work.title for work in found].count("Multitask Learning") == 3
    none = ask(semantic_scholar, Rung.SAME_TITLE_SEARCH, [lookup("k", "Zymurgy")])
    assert counts(none) == {"k": 0}


def test_arxiv_knows_its_own_by_id(ask: Ask, server: Server) -> None:
    lookups = [lookup("a", arxiv="1910.10683v3"), lookup("b", arxiv="0001.0000")]
    found = ask(arxiv, Rung.IDENTIFIER, lookups)
    assert counts(found) == {"a": 1, "b": 0}
    assert found[key_of("a")] == (
        Work(
            title="Exploring the Limits of Transfer Learning with a Unified Text-to-Text"
            " Transformer",
            authors=(
                "Colin Raffel",
                "Noam Shazeer",
                "Adam Roberts",
                "Katherine Lee",
                "Sharan Narang",
                "Michael Matena",
                "Yanqi Zhou",
                "Wei Li",
                "Peter J. Liu",
            ),
            year=2019,
            preprint=True,
            kind=WorkKind.PREPRINT,
            identifiers=Identifiers(arxiv="1910.10683"),
        ),
    )
    assert server.log[0].ids == 2


@pytest.mark.parametrize("provider", [semantic_scholar, arxiv])
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("refuse", Trouble.REFUSED),
        ("limit", Trouble.REFUSED),
        ("limit_after", Trouble.REFUSED),
        ("wall", Trouble.REFUSED),
        ("broken", Trouble.BROKEN),
        ("garbage", Trouble.GARBLED),
    ],
)
def test_no_fault_is_taken_for_an_answer(
    ask: Ask, server: Server, provider: Provider, kind: str, expected: Trouble
) -> None:
    server.fault(provider.INFO.name, kind)
    for rung in provider.INFO.rungs:
        lookups = [lookup("k", "A title of five words", s2=MASS, arxiv="1905.02450")]
        assert counts(ask(provider, rung, lookups)) == {"k": expected}
