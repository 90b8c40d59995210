"""What is asked of DBLP, and what is read in its real and in hostile answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from refmatter.model import (
    Answer,
    Failure,
    Identifiers,
    Limits,
    Lookup,
    Query,
    Rung,
    Trouble,
    Work,
    WorkKind,
)
from refmatter.providers import dblp
from refmatter.providers.base import Provider
from support import key_of

RECORDINGS = Path(__file__).parent / "recordings" / "dblp"
provider: Provider = dblp


def query(title: str = "A title") -> Query:
    (asked,) = provider.queries(Rung.TITLE_SEARCH, [Lookup(key_of("k"), title)])
    return asked


QUERY = query()


def answer(said: object, status: int = 200, content_type: str = "application/json") -> Answer:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return Answer(status, content_type, body, "2026-11-21")


def found(*infos: object) -> dict[str, Any]:
    hits: dict[str, Any] = {"@total": str(len(infos))}
    if infos:
        hits["hit"] = [{"@score": "1", "info": each} for each in infos]
    return {"result": {"status": {"@code": "200", "text": "OK"}, "hits": hits}}


def works(given_: Answer) -> tuple[Work, ...]:
    reading = provider.read(QUERY, given_)
    assert not isinstance(reading, Failure), reading
    assert provider.is_cacheable(QUERY, given_)
    return reading[key_of("k")]


def one(**info: object) -> Work:
    (work,) = works(answer(found({"title": "T."} | info)))
    return work


def trouble(given_: Answer) -> Trouble:
    reading = provider.read(QUERY, given_)
    assert isinstance(reading, Failure)
    assert not provider.is_cacheable(QUERY, given_)
    assert (reading.provider, reading.rung) == ("dblp", Rung.TITLE_SEARCH)
    assert reading.detail
    assert len(reading.detail) < 80
    return reading.trouble


# Asking


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("GPT-2: Pre-training (again)?", "GPT 2 Pre training again"),
        ("Tag&amp;Tab$ | -x", "Tag Tab x"),
        ("Poincaré Embeddings", "Poincaré Embeddings"),
    ],
)
def test_titles_go_one_at_a_time_in_plain_words(title: str, words: str) -> None:
    lookups = [Lookup(key_of("a"), title), Lookup(key_of("b"), "..."), Lookup(key_of("c"), "Other")]
    asked, other = provider.queries(Rung.TITLE_SEARCH, lookups, 1)
    assert (asked.about, asked.path, asked.body) == ((lookups[0],), "/search/publ/api", None)
    assert asked.params == (("q", words), ("format", "json"), ("h", "10"))
    assert other.about == (lookups[2],)


def test_it_says_what_it_accepts_and_knows_no_key() -> None:
    assert provider.headers("k") == {"Accept": "application/json"}
    assert provider.INFO.rungs == {Rung.TITLE_SEARCH: (1,)}


# Recorded answers: key (None for preprints), first author, count of authors, year, venue, preprint

LISTS: dict[str, list[tuple[object, ...]]] = {
    "search-adam-key": [
        (None, "Steffen Dereich", 3, 2024, None, True),
        (None, "Diederik P. Kingma", 2, 2015, "ICLR", False),
    ],
    "search-deep-learning-wrong": [
        ("journals/ir/DeepaLUAYS26", "B. G. Deepa", 6, 2026, "Discov. Comput.", False),
        ("conf/icse-deeptest/2025", None, 0, 2025, "DeepTest", False),
        ("phd/basesearch/Cebral24", "Lino Comesaña-Cebral", 1, 2024, "", False),
        ("phd/hal/Simonian24", "Sergio Simonian", 1, 2024, "", False),
        ("conf/amcis/EomAKL24", "Sean Eom", 4, 2024, "AMCIS", False),
    ],
    "search-functional-entities": [
        ("journals/csda/Hall07", "Peter Hall", 1, 2007, "Comput. Stat. Data Anal.", False),
        (
            "journals/cstat/Gonzalez-Manteiga08",
            "Wenceslao González-Manteiga",
            1,
            2008,
            "Comput. Stat.",
            False,
        ),
        ("journals/technometrics/Lu07", "Z. Q. John Lu", 1, 2007, "Technometrics", False),
    ],
    "search-none": [],
    "search-pandora-duplicate": [
        ("conf/soda/GatmiryKSW24", "Khashayar Gatmiry", 4, 2024, "SODA", False),
        (None, "Khashayar Gatmiry", 4, 2022, None, True),
    ],
    "search-recall-acl": [
        ("conf/emnlp/XieWHZGP0D24", "Roy Xie", 8, 2024, "EMNLP", False),
        (None, "Roy Xie", 8, 2024, None, True),
    ],
    "search-test": [
        ("conf/ats/ShinogiYHTY05", "Tsuyoshi Shinogi", 5, 2005, "Asian Test Symposium", False),
        ("conf/date/Pomeranz14", "Irith Pomeranz", 1, 2014, "DATE", False),
        (
            "books/tf/11/VainKKMR11",
            "Juri Vain",
            5,
            2011,
            "Model-Based Testing for Embedded Systems",
            False,
        ),
        ("phd/hal/Bessayah10", "Fayçal Bessayah", 1, 2010, "", False),
    ],
    "search-xgboost-duplicate": [
        ("conf/kdd/ChenG16", "Tianqi Chen", 2, 2016, "KDD", False),
        (None, "Tianqi Chen", 2, 2016, None, True),
    ],
}
REFUSALS = {"author-429": Trouble.REFUSED}


def recorded(name: str) -> Answer:
    said = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))["response"]
    return answer(said["body"].encode(), said["status"], said["content_type"])


def test_every_recording_is_used() -> None:
    assert {each.stem for each in RECORDINGS.glob("*.json")} == LISTS.keys() | REFUSALS.keys()


@pytest.mark.parametrize("name", LISTS)
def test_a_recorded_list_is_read(name: str) -> None:
    said = [
        (
            work.identifiers.dblp,
            (work.authors or (None,))[0],
            len(work.authors or ()),
            work.year,
            work.venue,
            work.preprint,
        )
        for work in works(recorded(name))
    ]
    assert said == LISTS[name]


@pytest.mark.parametrize("name", REFUSALS)
def test_a_recorded_refusal_is_a_failure(name: str) -> None:
    assert trouble(recorded(name)) is REFUSALS[name]


def test_a_recorded_work_and_its_preprint_are_read_to_the_letter() -> None:
    title = "Bandit Algorithms for Prophet Inequality and Pandora's Box"
    authors = ("Khashayar Gatmiry", "Thomas Kesselheim", "Sahil Singla", "Yifan Wang")
    assert works(recorded("search-pandora-duplicate")) == (
        Work(
            title,
            authors,
            2024,
            "SODA",
            identifiers=Identifiers(
                doi="10.1137/1.9781611977912.18", dblp="conf/soda/GatmiryKSW24"
            ),
            preprint=False,
            kind=WorkKind.ARTICLE,
        ),
        Work(
            title,
            authors,
            2022,
            identifiers=Identifiers(doi="10.48550/arxiv.2211.08586", arxiv="2211.08586"),
            preprint=True,
            kind=WorkKind.PREPRINT,
        ),
    )


def test_recorded_links_tell_identifiers() -> None:
    _, adam = works(recorded("search-adam-key"))
    assert adam.identifiers == Identifiers(arxiv="1412.6980")
    published, preprint = works(recorded("search-recall-acl"))
    assert published.identifiers.acl == "2024.emnlp-main.493"
    assert preprint.identifiers.arxiv == "2406.15968"


# Values


@pytest.mark.parametrize(
    ("info", "field", "expected"),
    [
        ({"title": " A &amp; B\n<i>C</i>. "}, "title", "A & B C"),
        ({"title": "Why?"}, "title", "Why?"),
        ({"title": {"text": "Bare."}}, "title", "Bare"),
        ({"title": "half \ud800 pair."}, "title", "half pair"),
        ({}, "authors", None),
        ({"authors": {}}, "authors", None),
        ({"authors": "A"}, "authors", None),
        ({"authors": {"author": {"@pid": "1", "text": "A B 0001"}}}, "authors", ("A B",)),
        ({"authors": {"author": "A B"}}, "authors", ("A B",)),
        ({"authors": {"author": ["A &#233;", {"text": "B 0012"}, 7, {}]}}, "authors", ("A é", "B")),
        ({"year": "2019"}, "year", 2019),
        ({"year": 2019}, "year", None),
        ({"year": "0019"}, "year", None),
        ({"year": "٢٠١٩"}, "year", None),
        ({}, "year", None),
        ({}, "venue", ""),
        ({"venue": 7}, "venue", None),
        ({"venue": "IEEE Trans. &amp; co."}, "venue", "IEEE Trans. & co."),
        ({"venue": ["ACL", "IJCNLP"]}, "venue", "ACL"),
        ({"venue": ["ACL", "IJCNLP"]}, "other_venues", ("IJCNLP",)),
        ({"venue": ["CoRR", "ICML"]}, "venue", "ICML"),
        ({"venue": "CoRR"}, "venue", None),
        ({"type": "Informal and Other Publications"}, "venue", None),
        ({}, "preprint", None),
        ({"venue": "ICML"}, "preprint", None),
        ({"venue": "CoRR"}, "preprint", True),
        ({"type": "Informal Publications", "venue": "Eprint"}, "preprint", True),
        ({"type": "Journal Articles"}, "preprint", False),
        ({}, "kind", None),
        ({"venue": "CoRR"}, "kind", WorkKind.PREPRINT),
        ({"type": "Informal and Other Publications"}, "kind", WorkKind.PREPRINT),
        ({"type": "Journal Articles"}, "kind", WorkKind.ARTICLE),
        ({"type": "Conference and Workshop Papers"}, "kind", WorkKind.ARTICLE),
        ({"type": "Books and Theses"}, "kind", WorkKind.BOOK),
        ({"type": "Books and Theses", "key": "phd/de/Adams2001"}, "kind", WorkKind.THESIS),
        ({"type": "Editorship"}, "kind", WorkKind.BOOK),
        ({"type": "Parts in Books or Collections"}, "kind", WorkKind.CHAPTER),
        ({"type": "Data and Artifacts"}, "kind", WorkKind.DATASET),
        ({"type": "Of tomorrow"}, "kind", WorkKind.OTHER),
        ({}, "citation_count", None),
    ],
)
def test_a_value_is_read_or_left_open(
    info: dict[str, object], field: str, expected: object
) -> None:
    assert getattr(one(**info), field) == expected


SICI = "10.1002/(SICI)1097-0258(19970815)16:15<1741::AID-SIM601>3.0.CO;2-#"


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ({"doi": SICI}, {"doi": SICI.lower()}),
        ({"doi": "no doi", "ee": "https://doi.org/10.1109/X.1"}, {"doi": "10.1109/x.1"}),
        ({"doi": "10.18653/V1/P16-1001"}, {"doi": "10.18653/v1/p16-1001", "acl": "P16-1001"}),
        ({"ee": ["http://x.org/y", "http://arxiv.org/abs/1603.02754v2"]}, {"arxiv": "1603.02754"}),
        ({"ee": "https://aclanthology.org/2020.acl-main.1/"}, {"acl": "2020.acl-main.1"}),
        ({"ee": "http://arxiv.org/abs/\u0661\u0669\u0660\u0665.02450"}, {}),
        ({"venue": "CoRR", "volume": "abs/1603.02754"}, {"arxiv": "1603.02754"}),
        ({"venue": "CoRR", "volume": "cs.LG/0102003"}, {"arxiv": "cs/0102003"}),
        ({"venue": "ICML", "volume": "abs/1603.02754"}, {}),
        ({"key": "conf/icml/SongTQLL19"}, {"dblp": "conf/icml/SongTQLL19"}),
        ({"key": "no key"}, {}),
        ({"key": "journals/corr/abs-1905-02450"}, {}),
        ({"key": 7, "doi": [], "ee": {}, "volume": None}, {}),
    ],
)
def test_identifiers_are_read_bare_and_only_where_sound(
    info: dict[str, object], expected: dict[str, str]
) -> None:
    assert one(**info).identifiers == Identifiers(**expected)


# Shapes


def test_a_lone_hit_may_stand_bare_and_one_without_a_title_is_no_work() -> None:
    said = found({"title": "T."})
    said["result"]["hits"]["hit"] = said["result"]["hits"]["hit"][0]
    assert [work.title for work in works(answer(said))] == ["T"]
    assert works(answer(found({}, {"title": "."}, {"title": None}))) == ()


@pytest.mark.parametrize(
    "hits",
    [
        {"@total": "3"},
        {"@total": "3", "hit": []},
        {"@total": "many", "hit": []},
        {"@total": "-1"},
        {"hit": []},
        {"@total": "1", "hit": [7]},
        {"@total": "1", "hit": None},
        {"@total": "1", "hit": [{"info": None}]},
        {},
        None,
    ],
)
def test_hits_of_another_shape_are_garbled(hits: object) -> None:
    said = found()
    said["result"]["hits"] = hits
    assert trouble(answer(said)) is Trouble.GARBLED


@pytest.mark.parametrize("said", [{}, [], None, {"result": []}, {"result": {"hits": {}}}])
def test_another_shape_is_garbled(said: object) -> None:
    assert trouble(answer(said)) is Trouble.GARBLED


def test_a_failure_inside_a_well_formed_answer_is_one() -> None:
    said = found()
    said["result"]["status"]["@code"] = "500" * 99
    assert trouble(answer(said)) is Trouble.BROKEN


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"result": NaN}'])
def test_broken_json_is_garbled(body: bytes) -> None:
    assert trouble(answer(body)) is Trouble.GARBLED


WALL = b"<!doctype html><title>Making sure you're not a bot!</title>"


@pytest.mark.parametrize(
    ("status", "body", "type_", "expected"),
    [
        (200, WALL, "text/html", Trouble.REFUSED),
        (200, b"\n" + WALL, "application/json", Trouble.REFUSED),
        (500, WALL, "text/html", Trouble.REFUSED),
        (500, b"{}", "application/json", Trouble.BROKEN),
        (503, WALL, "text/html", Trouble.BROKEN),
        (429, b"", "", Trouble.REFUSED),
        (429, WALL, "text/html", Trouble.REFUSED),
        (403, b"", "text/plain", Trouble.REFUSED),
        (414, b"", "text/plain", Trouble.REJECTED),
        (404, WALL, "text/html", Trouble.GARBLED),
    ],
)
def test_a_status_says_what_is_wrong(
    status: int, body: bytes, type_: str, expected: Trouble
) -> None:
    assert trouble(answer(body, status, type_)) is expected


# Nothing raises


@pytest.mark.parametrize("key", [None, "key"])
@pytest.mark.parametrize("contact", [None, "me@example.org"])
def test_its_faq_is_kept_to(key: str | None, contact: str | None) -> None:
    assert provider.limits(key, contact) == Limits(min_interval=2.0, at_once=1)
    assert (
        provider.limits_from_headers({"x-ratelimit-remaining": "0", "x-rate-limit-limit": "9"})
        == Limits()
    )
