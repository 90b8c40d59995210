"""What is asked of INSPIRE-HEP, and what is read in documented and in hostile answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.model import (
    Answer,
    Failure,
    Hints,
    Identifiers,
    Lookup,
    Query,
    Rung,
    Trouble,
    Work,
    WorkKind,
)
from refmatter.providers import inspire
from refmatter.providers.base import Provider
from support import key_of

RECORDINGS = Path(__file__).parent / "recordings" / "inspire"
EPRINT = "hep-th/9711200"
provider: Provider = inspire


def lookup(key: str = "k", title: str = "A title", **identifiers: str) -> Lookup:
    return Lookup(key_of(key), title, Hints(identifiers=Identifiers(**identifiers)))


def answer(said: object, status: int = 200) -> Answer:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return Answer(status, "application/json", body, "2026-12-01")


def hits(*records: object, total: int | None = None) -> Answer:
    found = [{"id": "1", "metadata": record} for record in records]
    return answer({"hits": {"hits": found, "total": len(found) if total is None else total}})


def query(rung: Rung, *lookups: Lookup) -> Query:
    (found,) = provider.queries(rung, lookups or [lookup(arxiv=EPRINT)])
    return found


def recorded(name: str) -> Answer:
    said = json.loads((RECORDINGS / f"{name}.json").read_text())["response"]
    return Answer(said["status"], said["content_type"], said["body"].encode(), "2026-12-01")


def one(**record: object) -> Work:
    asked = query(Rung.TITLE_SEARCH)
    given_ = hits({"titles": [{"title": "T"}]} | record)
    reading = provider.read(asked, given_)
    assert not isinstance(reading, Failure)
    assert provider.is_cacheable(asked, given_)
    (found,) = reading[key_of("k")]
    return found


def trouble(given_: Answer, rung: Rung = Rung.IDENTIFIER) -> Trouble:
    asked = query(rung)
    reading = provider.read(asked, given_)
    assert isinstance(reading, Failure)
    assert not provider.is_cacheable(asked, given_)
    return reading.trouble


# Asking


def test_identifiers_go_fifty_at_a_time() -> None:
    lookups = [lookup(f"k{n}", arxiv=f"hep-th/97{n:05}") for n in range(70)]
    first, second = provider.queries(Rung.IDENTIFIER, lookups)
    assert (len(first.about), len(second.about)) == (50, 20)
    params = dict(second.params)
    assert params["q"].count(" or ") == 19
    assert params["size"] == "40"
    assert {"titles.title", "citation_count"} <= set(params["fields"].split(","))


@pytest.mark.parametrize(
    ("identifiers", "asked"),
    [
        ({"arxiv": EPRINT, "doi": "10.1234/x"}, f'arxiv_eprints.value:"{EPRINT}"'),
        ({"doi": "10.48550/arXiv.hep-th/9711200"}, f'arxiv_eprints.value:"{EPRINT}"'),
        ({"doi": "10.1234/X"}, 'dois.value:"10.1234/x"'),
    ],
)
def test_the_surest_identifier_is_asked_for(identifiers: dict[str, str], asked: str) -> None:
    assert dict(query(Rung.IDENTIFIER, lookup(**identifiers)).params)["q"] == asked


@pytest.mark.parametrize("identifiers", [{}, {"arxiv": "x"}, {"doi": '10.1234/"x'}, {"pmid": "7"}])
def test_what_it_cannot_be_asked_for_is_left_out(identifiers: dict[str, str]) -> None:
    assert list(provider.queries(Rung.IDENTIFIER, [lookup(**identifiers)])) == []


def test_a_title_is_a_phrase() -> None:
    asked = query(Rung.TITLE_SEARCH, lookup(title='"Beta": <i>decay</i>'))
    assert dict(asked.params)["q"] == 'titles.title:"Beta decay"'
    assert list(provider.queries(Rung.TITLE_SEARCH, [lookup(title="...")])) == []


def test_it_keeps_below_fifteen_requests_in_five_seconds() -> None:
    limits = provider.limits(None, None)
    assert (limits.min_interval or 0) >= 5 / 15 * 1.1
    assert limits.at_once == 1


@pytest.mark.parametrize(
    ("identifiers", "fits"),
    [
        ({"arxiv": EPRINT}, True), ({"arxiv": "gr-qc/9901001"}, True),
        ({"arxiv": "cs/9901001"}, False), ({"arxiv": "1706.03762"}, False), ({}, False),
    ],
)  # fmt: skip
def test_the_archives_show_the_discipline(identifiers: dict[str, str], *, fits: bool) -> None:
    discipline = provider.INFO.discipline
    assert discipline
    assert discipline.identifies(Identifiers(**identifiers)) is fits


@pytest.mark.parametrize(
    ("venue", "fits"),
    [
        ("Phys. Rev. Lett.", True), ("Physical Review D", True), ("JHEP", True),
        ("Journal of High Energy Physics", True), ("Nucl. Phys. B", True),
        ("Nuclear Physics", True),
        ("Classical and Quantum Gravity", True), ("Eur. Phys. J. C", True), ("ICML", False),
        ("Neural Computation", False), ("Physics Today", False), ("Cell", False),
    ],
)  # fmt: skip
def test_the_venues_show_the_discipline(venue: str, *, fits: bool) -> None:
    discipline = provider.INFO.discipline
    assert discipline
    assert discipline.venues
    assert bool(discipline.venues.search(venue)) is fits


# Reading


def test_a_recorded_work_is_read_to_the_letter() -> None:
    reading = provider.read(query(Rung.IDENTIFIER), recorded("search-eprint"))
    assert not isinstance(reading, Failure)
    assert reading[key_of("k")] == (
        Work(
            title="The Large N limit of superconformal field theories and supergravity",
            authors=("Juan Martin Maldacena",),
            year=1998,
            venue="Adv. Theor. Math. Phys.",
            citation_count=20000,
            identifiers=Identifiers(doi="10.4310/atmp.1998.v2.n2.a1", arxiv=EPRINT),
            kind=WorkKind.ARTICLE,
        ),
    )


def test_every_recording_is_read() -> None:
    names = {"search-eprint", "search-none", "400-size"}
    assert {path.stem for path in RECORDINGS.iterdir()} == names
    none = provider.read(query(Rung.IDENTIFIER), recorded("search-none"))
    assert none == {key_of("k"): ()}
    assert trouble(recorded("400-size")) is Trouble.REJECTED


def test_what_was_not_asked_for_is_no_answer() -> None:
    other = {"titles": [{"title": "T"}], "arxiv_eprints": [{"value": "hep-th/9901001"}]}
    assert provider.read(query(Rung.IDENTIFIER), hits(other)) == {key_of("k"): ()}


def test_a_query_that_was_taken_for_words_is_no_answer() -> None:
    assert trouble(hits({"titles": [{"title": "T"}]}, total=40_000)) is Trouble.TOO_LARGE


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (answer(b"", 404), Trouble.GARBLED),
        (answer(b"", 429), Trouble.REFUSED),
        (answer(b"", 502), Trouble.BROKEN),
        (answer({}), Trouble.GARBLED),
        (answer({"hits": {"total": 3, "hits": []}}), Trouble.GARBLED),
        (Answer(200, "text/html", b"<html>", "2026-12-01"), Trouble.REFUSED),
    ],
)
def test_troubles(given_: Answer, expected: Trouble) -> None:
    assert trouble(given_) is expected


@pytest.mark.parametrize(
    ("record", "authors"),
    [
        ({"authors": [{"full_name": "Smith, John, Jr."}]}, ("John Smith Jr.",)),
        ({"authors": [{"full_name": "Plato"}]}, ("Plato",)),
        ({"authors": [{"full_name": "A, B"}], "author_count": 3000}, None),
        ({"collaborations": [{"value": "ATLAS"}]}, ("ATLAS Collaboration",)),
        ({"corporate_author": ["CERN"]}, ("CERN",)),
        ({}, None),
    ],
)
def test_authors(record: dict[str, Any], authors: tuple[str, ...] | None) -> None:
    assert one(**record).authors == authors


def test_a_preprint_has_the_year_of_its_first_version_and_no_venue() -> None:
    found = one(
        earliest_date="1997-11-27",
        arxiv_eprints=[{"value": EPRINT}],
        dois=[{"value": "10.48550/arXiv.hep-th/9711200"}],
        publication_info=[{"journal_title": "J", "year": 2000, "material": "erratum"}],
        document_type=["article"],
    )
    assert (found.year, found.venue, found.preprint) == (1997, None, True)
    assert found.kind is WorkKind.PREPRINT


@pytest.mark.parametrize(
    ("types", "kind"),
    [(["thesis"], WorkKind.THESIS), (["conference paper"], WorkKind.ARTICLE), ([], None),
     (["software"], WorkKind.OTHER)],
)  # fmt: skip
def test_kinds(types: list[str], kind: WorkKind | None) -> None:
    assert one(document_type=types).kind is kind


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_whatever_a_record_holds_is_read_or_left_out(value: object) -> None:
    for name in ("titles", "authors", "publication_info", "arxiv_eprints", "earliest_date"):
        record = {"titles": [{"title": "T"}], "document_type": ["article"]} | {name: value}
        assert isinstance(provider.read(query(Rung.TITLE_SEARCH), hits(record)), dict)


@given(st.binary(max_size=50))
def test_garbage_is_an_outage(body: bytes) -> None:
    assert isinstance(provider.read(query(Rung.IDENTIFIER), answer(body)), Failure)
