"""What is asked of Europe PMC, and what is read in its real and in hostile answers."""

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
from refmatter.providers import europe_pmc
from refmatter.providers.base import Provider
from support import key_of

RECORDINGS = Path(__file__).parent / "recordings" / "europe_pmc"
PMID = "28167950"
provider: Provider = europe_pmc


def lookup(key: str = "k", title: str = "A title", **identifiers: str) -> Lookup:
    return Lookup(key_of(key), title, Hints(identifiers=Identifiers(**identifiers)))


def answer(said: object, status: int = 200) -> Answer:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return Answer(status, "application/json", body, "2026-12-01")


def results(*records: object, total: int | None = None) -> Answer:
    count = len(records) if total is None else total
    said = {"version": "6.9", "hitCount": count, "resultList": {"result": list(records)}}
    return answer(said)


def query(rung: Rung, *lookups: Lookup) -> Query:
    (found,) = provider.queries(rung, lookups or [lookup(pmid=PMID)])
    return found


def recorded(name: str) -> Answer:
    said = json.loads((RECORDINGS / f"{name}.json").read_text())["response"]
    return Answer(said["status"], said["content_type"], said["body"].encode(), "2026-12-01")


def works(given_: Answer) -> tuple[Work, ...]:
    asked = query(Rung.TITLE_SEARCH)
    reading = provider.read(asked, given_)
    assert not isinstance(reading, Failure), reading
    assert provider.is_cacheable(asked, given_)
    return reading[key_of("k")]


def one(**record: object) -> Work:
    (found,) = works(results({"title": "T"} | record))
    return found


def trouble(given_: Answer, rung: Rung = Rung.IDENTIFIER) -> Trouble:
    asked = query(rung)
    reading = provider.read(asked, given_)
    assert isinstance(reading, Failure)
    assert not provider.is_cacheable(asked, given_)
    return reading.trouble


# Asking


def test_identifiers_go_fifty_at_a_time() -> None:
    lookups = [lookup(f"k{n}", pmid=str(1000 + n)) for n in range(70)]
    first, second = provider.queries(Rung.IDENTIFIER, lookups)
    assert (len(first.about), len(second.about)) == (50, 20)
    params = dict(second.params)
    assert params["query"].count(" OR ") == 19
    assert (params["format"], params["resultType"], params["pageSize"]) == ("json", "core", "40")


@pytest.mark.parametrize(
    ("identifiers", "asked"),
    [
        ({"pmid": PMID, "pmcid": "PMC5253381", "doi": "10.1/x"}, f"(EXT_ID:{PMID} AND SRC:MED)"),
        ({"pmcid": "5253381", "doi": "10.1234/x"}, "PMCID:PMC5253381"),
        ({"doi": "10.1234/X"}, 'DOI:"10.1234/x"'),
    ],
)
def test_the_surest_identifier_is_asked_for(identifiers: dict[str, str], asked: str) -> None:
    assert dict(query(Rung.IDENTIFIER, lookup(**identifiers)).params)["query"] == asked


@pytest.mark.parametrize("identifiers", [{}, {"pmid": "0"}, {"doi": '10.1234/"x'}, {"arxiv": "x"}])
def test_what_it_cannot_be_asked_for_is_left_out(identifiers: dict[str, str]) -> None:
    assert list(provider.queries(Rung.IDENTIFIER, [lookup(**identifiers)])) == []
    assert list(provider.queries(Rung.CITING_REFERENCES, [lookup(**identifiers)])) == []


def test_a_title_and_a_reference_list_have_a_request_each() -> None:
    asked = query(Rung.TITLE_SEARCH, lookup(title='"Beta": <i>decay</i>'))
    assert dict(asked.params)["query"] == 'TITLE:"Beta decay"'
    assert query(Rung.CITING_REFERENCES).path == f"/MED/{PMID}/references"
    by_pmcid = query(Rung.CITING_REFERENCES, lookup(pmcid="PMC5253381"))
    assert by_pmcid.path == "/PMC/PMC5253381/references"


def test_it_keeps_below_what_its_forum_names() -> None:
    limits = provider.limits(None, None)
    assert (limits.min_interval or 0) >= 60 / 500 * 1.1
    assert limits.at_once == 1


# Reading


def test_a_recorded_work_is_read_to_the_letter() -> None:
    reading = provider.read(query(Rung.IDENTIFIER), recorded("search-core"))
    assert not isinstance(reading, Failure)
    assert reading[key_of("k")] == (
        Work(
            title="Small One-Helix Proteins Are Essential for Photosynthesis in Arabidopsis",
            authors=(
                "Jochen Beck", "Jens N Lohscheider", "Susanne Albert", "Ulrica Andersson",
                "Kurt W Mendgen", "Marc C Rojas-Stütz", "Iwona Adamska", "Dietmar Funck",
            ),
            year=2017,
            venue="Frontiers in plant science",
            other_venues=("Front Plant Sci",),
            citation_count=0,
            identifiers=Identifiers(
                doi="10.3389/fpls.2017.00007", pmid=PMID, pmcid="PMC5253381"
            ),
            retracted=False,
            kind=WorkKind.ARTICLE,
        ),
    )  # fmt: skip


def test_every_recording_is_read() -> None:
    assert {path.stem for path in RECORDINGS.iterdir()} == {
        "search-core", "search-none", "bare-version", "error-page-size",
    }  # fmt: skip
    none = provider.read(query(Rung.IDENTIFIER), recorded("search-none"))
    assert none == {key_of("k"): ()}
    assert trouble(recorded("bare-version")) is Trouble.INCOMPLETE
    assert trouble(recorded("error-page-size")) is Trouble.REJECTED


@pytest.mark.parametrize("rung", [Rung.IDENTIFIER, Rung.TITLE_SEARCH, Rung.CITING_REFERENCES])
def test_an_answer_without_its_content_is_never_an_absence(rung: Rung) -> None:
    assert trouble(recorded("bare-version"), rung) is Trouble.INCOMPLETE
    assert trouble(answer({"version": "6.9", "hitCount": 3}), rung) is Trouble.INCOMPLETE


def test_a_work_that_was_not_asked_for_is_no_answer() -> None:
    record = {"title": "T", "pmid": "7", "source": "MED", "id": "7"}
    reading = provider.read(query(Rung.IDENTIFIER), results(record))
    assert reading == {key_of("k"): ()}


def test_a_list_that_is_cut_asks_for_less() -> None:
    assert trouble(results({"title": "T"}, total=2)) is Trouble.TOO_LARGE


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (answer(b"", 404), Trouble.GARBLED),
        (answer(b"", 429), Trouble.REFUSED),
        (answer(b"", 500), Trouble.BROKEN),
        (answer(b"{"), Trouble.GARBLED),
        (answer([]), Trouble.GARBLED),
        (answer({"hitCount": "many"}), Trouble.GARBLED),
        (answer({"hitCount": 1, "resultList": {"result": 7}}), Trouble.GARBLED),
        (Answer(200, "text/html", b"<html>", "2026-12-01"), Trouble.REFUSED),
    ],
)
def test_troubles(given_: Answer, expected: Trouble) -> None:
    assert trouble(given_) is expected


def test_the_entries_of_a_reference_list() -> None:
    said = {
        "hitCount": 2,
        "referenceList": {
            "reference": [
                {"id": "222", "source": "MED", "title": "Cited.", "authorString": "Onck PR, Koe T.",
                 "journalAbbreviation": "J Cell Sci", "pubYear": 2005, "match": "Y"},
                {"title": "Not matched", "pubYear": 2004, "match": "N"},
            ]
        },
    }  # fmt: skip
    reading = provider.read(query(Rung.CITING_REFERENCES), answer(said))
    assert not isinstance(reading, Failure)
    first, second = reading[key_of("k")]
    assert first.title == "Cited"
    assert first.authors == ("P. R. Onck", "T. Koe")
    assert (first.year, first.venue, first.identifiers.pmid) == (2005, "J Cell Sci", "222")
    assert (second.title, second.authors, second.identifiers) == (
        "Not matched", None, Identifiers(),
    )  # fmt: skip
    nothing = answer({"version": "6.9", "hitCount": 0})
    assert provider.read(query(Rung.CITING_REFERENCES), nothing) == {key_of("k"): ()}


@pytest.mark.parametrize(
    ("record", "authors"),
    [
        ({"authorString": "van Oosterhout J, Kohl SAA."}, ("J. van Oosterhout", "S. A. A. Kohl")),
        ({"authorString": "Doe J, et al."}, None),
        ({"authorString": ""}, None),
        (
            {"authorList": {"author": [{"collectiveName": "ATLAS Collaboration"}]}},
            ("ATLAS Collaboration",),
        ),
        (
            {"authorString": "Doe J, Roe R.",
             "authorList": {"author": [{"firstName": "Jane", "lastName": "Doe"}]}},
            ("J. Doe", "R. Roe"),
        ),
    ],
)  # fmt: skip
def test_authors(record: dict[str, Any], authors: tuple[str, ...] | None) -> None:
    assert one(**record).authors == authors


@pytest.mark.parametrize(
    ("types", "kind", "retracted"),
    [
        (["Journal Article", "Published Erratum"], WorkKind.ERRATUM, False),
        (["Journal Article", "Retracted Publication"], WorkKind.ARTICLE, True),
        (["Retraction of Publication"], WorkKind.ERRATUM, False),
        (["Letter", "Comment"], WorkKind.LETTER, False),
        (["News"], WorkKind.OTHER, False),
    ],
)
def test_kinds(types: list[str], kind: WorkKind, *, retracted: bool) -> None:
    found = one(pubTypeList={"pubType": types})
    assert (found.kind, found.retracted) == (kind, retracted)


def test_a_preprint_has_its_server_as_venue() -> None:
    found = one(
        source="PPR", id="PPR1", bookOrReportDetails={"publisher": "bioRxiv"}, doi="10.1101/x"
    )
    assert (found.preprint, found.kind, found.venue) == (True, WorkKind.PREPRINT, "bioRxiv")
    assert found.identifiers == Identifiers(doi="10.1101/x")


def test_a_translated_title_stands_in_brackets() -> None:
    assert one(title="[The growth of cells].").title == "The growth of cells"
    assert works(results({"title": "."}, {"title": "[]"}, {})) == ()


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_whatever_a_record_holds_is_read_or_left_out(value: object) -> None:
    names = ("title", "pmid", "authorString", "authorList", "journalInfo", "pubYear", "pubTypeList")
    for name in names:
        asked = query(Rung.TITLE_SEARCH)
        assert isinstance(provider.read(asked, results({"title": "T"} | {name: value})), dict)


@given(st.binary(max_size=50))
def test_garbage_is_an_outage(body: bytes) -> None:
    assert isinstance(provider.read(query(Rung.IDENTIFIER), answer(body)), Failure)
