"""What is asked of Crossref, and what is read in its real and in hostile answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.model import (
    Answer,
    Failure,
    Hints,
    Identifiers,
    Limits,
    Lookup,
    Query,
    Rung,
    Trouble,
    Work,
    WorkKind,
)
from refmatter.providers import crossref
from refmatter.providers.base import Provider
from support import absent, key_of

RECORDINGS = Path(__file__).parent / "recordings" / "crossref"
# What the service names, in October 2026, where it refuses another one in a list of works.
SELECTABLE = {
    "DOI", "ISBN", "ISSN", "URL", "abstract", "accepted", "alternative-id", "approved", "archive",
    "article-number", "assertion", "author", "chair", "clinical-trial-number", "container-title",
    "content-created", "content-domain", "contributor", "created", "degree", "deposited", "editor",
    "event", "funder", "group-title", "indexed", "is-referenced-by-count", "issn-type", "issue",
    "issued", "license", "link", "member", "original-title", "page", "posted", "prefix",
    "published", "published-online", "published-print", "publisher", "publisher-location",
    "reference", "references-count", "relation", "resource", "score", "short-container-title",
    "short-title", "standards-body", "subject", "subtitle", "title", "translator", "type",
    "update-policy", "update-to", "updated-by", "volume",
}  # fmt: skip
provider: Provider = crossref


def lookup(key: str = "k", title: str = "A title", **hints: Any) -> Lookup:
    return Lookup(key_of(key), title, Hints(**hints))


def with_doi(key: str, doi: str) -> Lookup:
    return lookup(key, identifiers=Identifiers(doi=doi))


def answer(body: bytes, status: int = 200, content_type: str = "application/json") -> Answer:
    return Answer(status, content_type, body, "2026-11-21")


def listed(*items: object, total: object = None) -> Answer:
    count = len(items) if total is None else total
    message = {"total-results": count, "items": items}
    return answer(json.dumps({"status": "ok", "message": message}).encode())


def by_title() -> Query:
    (asked,) = provider.queries(Rung.TITLE_SEARCH, [lookup()])
    return asked


def by_dois(*dois: str) -> Query:
    lookups = [with_doi(f"k{n}", doi) for n, doi in enumerate(dois)]
    (asked,) = provider.queries(Rung.IDENTIFIER, lookups)
    return asked


def works(given_: Answer) -> tuple[Work, ...]:
    asked = by_title()
    reading = provider.read(asked, given_)
    assert not isinstance(reading, Failure), reading
    assert provider.is_cacheable(asked, given_)
    return reading[key_of("k")]


def one(**item: object) -> Work:
    (work,) = works(listed({"title": ["T"]} | {n.replace("_", "-"): v for n, v in item.items()}))
    return work


def trouble(given_: Answer) -> Trouble:
    asked = by_title()
    reading = provider.read(asked, given_)
    assert isinstance(reading, Failure)
    assert not provider.is_cacheable(asked, given_)
    assert (reading.provider, reading.rung) == ("crossref", Rung.TITLE_SEARCH)
    assert reading.detail
    assert len(reading.detail) <= 120
    return reading.trouble


# Asking


@pytest.mark.parametrize(
    ("asked", "sought"),
    [
        (lookup(title='"GPT-2": <i>Pre</i>-training?'), "GPT 2 Pre training"),
        (lookup(title="T", year=2018), "T 2018"),
        (lookup(title="T", first_author="Lovelace, Ada"), "T lovelace"),
        (lookup(title="T", first_author="J. von Neumann", year=1945), "T neumann 1945"),
    ],
)
def test_a_title_is_asked_for_with_first_author_and_year(asked: Lookup, sought: str) -> None:
    (query,) = provider.queries(Rung.TITLE_SEARCH, [asked])
    assert (query.path, query.about) == ("/works", (asked,))
    params = dict(query.params)
    assert (params["query.bibliographic"], params["rows"]) == (sought, "5")
    assert "filter" not in params


@pytest.mark.parametrize("title", ["", "...", "<i></i>"])
def test_a_title_without_words_is_left_out(title: str) -> None:
    assert list(provider.queries(Rung.TITLE_SEARCH, [lookup(title=title)])) == []


def test_titles_go_one_at_a_time() -> None:
    queries = list(provider.queries(Rung.TITLE_SEARCH, [lookup("a"), lookup("b")]))
    assert [[each.key for each in query.about] for query in queries] == [
        [key_of("a")],
        [key_of("b")],
    ]


@pytest.mark.parametrize(("size", "counts"), [(None, [50, 30]), (60, [60, 20])])
def test_dois_go_together_with_room_for_all_of_them(size: int | None, counts: list[int]) -> None:
    lookups = [with_doi(f"k{n}", f"10.1000/{n}") for n in range(80)]
    queries = list(provider.queries(Rung.IDENTIFIER, lookups, size))
    assert [len(query.about) for query in queries] == counts
    assert [dict(query.params)["rows"] for query in queries] == [str(count) for count in counts]
    first = dict(queries[0].params)["filter"].split(",")
    assert first == [f"doi:10.1000/{n}" for n in range(counts[0])]


def test_works_of_one_doi_are_one_row() -> None:
    params = dict(by_dois("10.1000/A", "10.1000/a").params)
    assert (params["filter"], params["rows"]) == ("doi:10.1000/a", "1")


@pytest.mark.parametrize(
    ("doi", "asked"),
    [
        ("10.1002/(SICI)1097(199609)47:6<503::AID-X>3.0.CO;2-1", True),
        ("10.48550/arXiv.1905.02450", False),
        ("10.1000/a,b", False),
        ("10.1000/a b", False),
        ("10.1000/", False),
        ("10.1000/ä", False),
        ("10.1/a", False),
        ("10.1000/" + "a" * 201, False),
    ],
)
def test_only_dois_it_can_know_are_asked_for(doi: str, asked: bool) -> None:
    queries = list(provider.queries(Rung.IDENTIFIER, [with_doi("k", doi)]))
    assert [dict(each.params)["filter"] for each in queries] == (
        [f"doi:{doi.lower()}"] if asked else []
    )


def test_a_lookup_without_doi_is_left_out() -> None:
    assert list(provider.queries(Rung.IDENTIFIER, [lookup()])) == []


@pytest.mark.parametrize("query", [by_title(), by_dois("10.1000/a")])
def test_only_what_may_be_selected_is(query: Query) -> None:
    assert set(dict(query.params)["select"].split(",")) <= SELECTABLE


def test_it_says_what_it_accepts_and_knows_no_key() -> None:
    assert provider.headers("k") == {"Accept": "application/json"}
    assert dict(provider.INFO.rungs) == {Rung.IDENTIFIER: (50,), Rung.TITLE_SEARCH: (1,)}


# Recorded answers

# name: (title, first author, count of authors, year, venue, other venues, counts, preprint) of
# each work; what a recording left out of its question stays open.
Shown: TypeAlias = tuple[object, ...]
WORKS: dict[str, list[Shown]] = {
    "bibliographic-cermine": [
        ("CERMINE: automatic extraction of structured metadata from scientific literature",
         "Dominika Tkaczyk", 5, 2015,
         "International Journal on Document Analysis and Recognition (IJDAR)", ("IJDAR",),
         19, 39, False),
        ("CERMINE -- Automatic Extraction of Metadata and References from Scientific Literature",
         "Dominika Tkaczyk", 5, 2014,
         "2014 11th IAPR International Workshop on Document Analysis Systems", (), 9, 18, False),
        ("Structured Affiliations Extraction from Scientific Literature",
         "Dominika Tkaczyk", 3, 2015, "D-Lib Magazine", (), 2, None, False),
        ("Extracting Contextual Information from Scientific Literature Using CERMINE System",
         "Dominika Tkaczyk", 2, 2015, "Semantic Web Evaluation Challenges", (), 5, 14, False),
        ("Content Analysis of Scientific Articles in Apache Hadoop Ecosystem",
         "Piotr Jan Dendek", 6, 2014, "Studies in Computational Intelligence", (), 2, None, False),
    ],
    "list-entities-group": [
        (("A multi-wavelength survey of AGN in the XMM-LSS field: I. Quasar selection via the KX"
         " technique"), "Th. Nakos", 19, 2008, "Astronomy & Astrophysics", ("A&A",), 7, 55, False),
        ("A multi-wavelength survey of AGN in the XMM-LSS field",
         "Th. Nakos", 19, 2008, "Astronomy & Astrophysics", ("A&A",), 7, 55, False),
        ("La recepción de los sermones de Antonio Vieira en el mundo hispánico",
         "Maria Cândida Ferreira de Almeida", 2, 2018, "Bibliographica", ("REV BIB",), 0, None,
         False),
    ],
    "list-no-title": [
        ("Icônes", "Denilson Baniwa", 1, 2024, "Multitudes", (), 0, None, False),
    ],
    "list-preprint-markup": [
        ("Normal Mixture Quasi-maximum Likelihood Estimation of Double Autoregressive Models",
         "Zhao Chen", 3, 2025, None, (), 0, 42, True),
        ("Die Straße als politische Arena und Medium der Masse",
         "David Sittler", 1, None, "Straße als kultureller Aktionsraum", (), 1, 46, False),
        ("The Cationic Copolymerization of Styrene and p-Brornostyrene in Liquid Sulfur Dioxide",
         "Niichiro Tokura", 3, 1963, "Bulletin of the Chemical Society of Japan", (), 5, 13,
         False),
    ],
    "search-subtitles": [
        (("Mapping the global state of invasive alien species: patterns of invasion and policy"
         " responses"), "Anna J. Turbelin", 3, 2016, "Global Ecology and Biogeography",
         ("Global Ecol. Biogeogr.",), 172, 52, False),
        (("Host state reactions to home state diaspora engagement policies: Rethinking state"
         " sovereignty and limits of diaspora governance"), "Bahar Baser", 2, 2021,
         "Global Networks", (), 5, 67, False),
        ("Global state of sunscreens", "Uli Osterwalder", 3, 2014,
         "Photodermatology, Photoimmunology & Photomedicine",
         ("Photodermatol. Photoimmunol. Photomed.",), 119, 76, False),
    ],
    "title-no-date": [
        ("GRAVITY HILL", None, 0, None, "Poetry in America", (), 0, None, False),
    ],
    "title-no-year": [
        ("A Perspective on Explanations of Molecular Prediction Models",
         "Geemi P. Wellawatte", 4, None, None, (), 1, None, None),
    ],
    "title-none": [],
    "title-subtitle": [
        (title, None, 0, 2023, "Reactions Weekly", (), 0, 1, False)
        for title in (
            ("Convalescent-anti-sars-cov-2-plasma/immune-globulin: Fever and mild decrease in"
            " baseline oxygen saturation following off-label use: 3 case reports"),
            "Convalescent-anti-sars-cov-2-plasma/immune-globulin",
        )
    ],
    "title-two-fields": [
        ("Augmenting large language models with chemistry tools",
         None, 0, None, None, (), None, None, None),
    ],
    "title-wrong": [
        ("Retrieval augmented scientific claim verification", "Hao Liu", 11, 2024, "JAMIA Open",
         (), 4, 48, False),
    ],
}  # fmt: skip
REFUSALS = {
    "400-integer": Trouble.REJECTED,
    "404-cursor": Trouble.GARBLED,
    "404-plain": Trouble.GARBLED,
    "500": Trouble.BROKEN,
}


def recorded(name: str) -> Answer:
    said = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))["response"]
    return answer(said["body"].encode(), said["status"], said["content_type"])


def shown(work: Work) -> Shown:
    authors = work.authors or ()
    first = authors[0] if authors else None
    where = (work.year, work.venue, work.other_venues)
    return work.title, first, len(authors), *where, *counts(work), work.preprint


def counts(work: Work) -> tuple[int | None, int | None]:
    return work.citation_count, work.reference_count


def test_every_recording_is_used() -> None:
    stored = {each.stem for each in RECORDINGS.glob("*.json")}
    assert stored == WORKS.keys() | REFUSALS.keys() | {"list-kinds"}


@pytest.mark.parametrize("name", WORKS)
def test_a_recorded_list_is_read(name: str) -> None:
    found = works(recorded(name))
    assert [shown(each) for each in found] == WORKS[name]
    assert all(each.identifiers.doi and each.fields_of_study is None for each in found)


def test_recorded_kinds_are_told() -> None:
    assert [(work.title[:12], work.kind) for work in works(recorded("list-kinds"))] == [
        ("Peer Review ", WorkKind.PEER_REVIEW),
        ("CapaCiTY Stu", WorkKind.DATASET),
        ("Corrigendum", WorkKind.ERRATUM),
        ("Aloha blosso", WorkKind.DATASET),  # with its subtitle, and without
        ("Aloha blosso", WorkKind.DATASET),
    ]
    markup = [work.kind for work in works(recorded("list-preprint-markup"))]
    assert markup == [WorkKind.PREPRINT, WorkKind.CHAPTER, WorkKind.ARTICLE]


@pytest.mark.parametrize("name", REFUSALS)
def test_a_recorded_refusal_is_no_answer(name: str) -> None:
    assert trouble(recorded(name)) is REFUSALS[name]


def test_a_refusal_is_told_in_the_words_of_the_service() -> None:
    reading = provider.read(by_title(), recorded("400-integer"))
    assert isinstance(reading, Failure)
    assert absent(reading.detail, 400, "Integer specified as 200") == []


def test_recorded_works_are_told_apart_by_doi_not_by_place() -> None:
    asked = by_dois("10.1045/NOVEMBER2015-tkaczyk", "10.1000/unknown", "10.1109/das.2014.63")
    reading = provider.read(asked, recorded("bibliographic-cermine"))
    assert not isinstance(reading, Failure)
    assert {key: [work.title[:10] for work in found] for key, found in reading.items()} == {
        key_of("k0"): ["Structured"],
        key_of("k1"): [],
        key_of("k2"): ["CERMINE --"],
    }


# Values


@pytest.mark.parametrize(
    ("item", "field", "expected"),
    [
        ({"author": [{"given": "A. ", "family": "B\n C"}]}, "authors", ("A. B C",)),
        ({"author": [{"family": "B"}, {"name": "The &amp; Group"}]}, "authors",
         ("B", "The & Group")),
        ({"author": [{"given": "Plato"}, {"given": 7}, None, {}]}, "authors", ("Plato",)),
        ({"author": []}, "authors", None),
        ({"author": [{"name": ""}]}, "authors", None),
        ({}, "authors", None),
        ({"issued": {"date-parts": [[2019, 5]]}}, "year", 2019),
        ({"issued": {"date-parts": [[None]]}}, "year", None),
        ({"issued": {"date-parts": [[]]}}, "year", None),
        ({"issued": {"date-parts": []}}, "year", None),
        ({"issued": {"date-parts": [["2019"]]}}, "year", None),
        ({"issued": {"date-parts": [[20190]]}}, "year", None),
        ({"issued": None}, "year", None),
        ({"container-title": ["J. A\n &amp; B", "S"]}, "venue", "J. A & B"),
        ({"container-title": []}, "venue", None),
        ({"container-title": [""]}, "venue", None),
        ({"container-title": ["V"], "short-container-title": ["V", "W", "W"]}, "other_venues",
         ("W",)),
        ({"is-referenced-by-count": 0}, "citation_count", 0),
        ({"is-referenced-by-count": -1}, "citation_count", None),
        ({"is-referenced-by-count": True}, "citation_count", None),
        ({"is-referenced-by-count": 10**30}, "citation_count", None),
        ({"references-count": 12}, "reference_count", 12),
        ({"reference-count": 12}, "reference_count", None),
        ({"type": "posted-content"}, "kind", WorkKind.PREPRINT),
        ({"type": "journal-article"}, "kind", WorkKind.ARTICLE),
        ({"type": "proceedings-article"}, "kind", WorkKind.ARTICLE),
        ({"type": "monograph"}, "kind", WorkKind.BOOK),
        ({"type": "proceedings"}, "kind", WorkKind.BOOK),
        ({"type": "book-section"}, "kind", WorkKind.CHAPTER),
        ({"type": "reference-entry"}, "kind", WorkKind.CHAPTER),
        ({"type": "dissertation"}, "kind", WorkKind.THESIS),
        ({"type": "report"}, "kind", WorkKind.REPORT),
        ({"type": "dataset"}, "kind", WorkKind.DATASET),
        ({"type": "peer-review"}, "kind", WorkKind.PEER_REVIEW),
        ({"type": "component"}, "kind", WorkKind.PARATEXT),
        ({"type": "journal-issue"}, "kind", WorkKind.PARATEXT),
        ({"type": "proceedings-series"}, "kind", WorkKind.PARATEXT),
        ({"type": "grant"}, "kind", WorkKind.OTHER),
        ({"type": 7}, "kind", None),
        ({}, "kind", None),
        ({"type": "journal-article", "update-to": [{"type": "retraction"}]}, "kind",
         WorkKind.ERRATUM),
        ({"type": "journal-article", "update-to": [None, {"type": "correction"}]}, "kind",
         WorkKind.ERRATUM),
        ({"type": "journal-article", "update-to": [{"type": "new_version"}]}, "kind",
         WorkKind.ARTICLE),
        ({"type": "journal-article", "update-to": "correction"}, "kind", WorkKind.ARTICLE),
        # As ChemRxiv, bioRxiv and others deposit it; the publication's DOI is not the preprint's.
        ({"DOI": "10.1101/p", "relation": {"is-preprint-of": [
            {"id-type": "doi", "id": "10.1000/A", "asserted-by": "subject"}]}},
         "published_as", "10.1000/a"),
        ({"relation": {"is-preprint-of": [{"id-type": "DOI", "id": "https://doi.org/10.1000/a"},
                                          None, {"id-type": "doi", "id": "10.1000/a"}]}},
         "published_as", "10.1000/a"),
        ({"relation": {"is-preprint-of": [{"id-type": "doi", "id": "10.1000/a"},
                                          {"id-type": "doi", "id": "10.1000/b"}]}},
         "published_as", None),
        ({"relation": {"is-preprint-of": [{"id-type": "uri", "id": "https://doi.org/10.1000/a"}]}},
         "published_as", None),
        ({"relation": {"is-preprint-of": "10.1000/a", "has-preprint": []}}, "published_as", None),
        ({"relation": {"has-preprint": [{"id-type": "doi", "id": "10.1101/p"}]}},
         "published_as", None),
        ({"relation": []}, "published_as", None),
        # A work whose notice stands in its place updates itself.
        ({"DOI": "10.1000/A", "type": "journal-article",
          "update-to": [{"DOI": "10.1000/a", "type": "retraction"}]}, "kind", WorkKind.ARTICLE),
        ({"DOI": "10.1000/A", "update-to": [{"DOI": "10.1000/a", "type": "retraction"}]},
         "retracted", True),
        # The shape of 10.1016/s0140-6736(97)11096-0 at api.crossref.org in autumn 2026.
        ({"updated-by": [
            {"DOI": "10.1016/s0140-6736(04)15715-2", "type": "correction", "label": "Correction",
             "source": "retraction-watch", "updated": {"date-parts": [[2004, 3, 6]]}},
            {"DOI": "10.1016/s0140-6736(10)60175-4", "type": "retraction", "label": "Retraction",
             "source": "retraction-watch", "updated": {"date-parts": [[2010, 2, 6]]}}]},
         "retracted", True),
        ({"updated-by": [{"type": "withdrawal"}]}, "retracted", True),
        ({"updated-by": [{"type": "correction"}, None]}, "retracted", False),
        ({"updated-by": [{"type": "partial_retraction"}]}, "retracted", False),
        ({"updated-by": [{"type": "expression_of_concern"}]}, "retracted", False),
        ({"updated-by": "retraction"}, "retracted", False),
        ({"DOI": "10.1000/n", "update-to": [{"DOI": "10.1000/a", "type": "retraction"}]},
         "retracted", False),
        ({}, "retracted", False),
        ({"type": "posted-content"}, "preprint", True),
        ({"type": "journal-article"}, "preprint", False),
        ({}, "preprint", None),
        ({"DOI": "10.1000/ABC"}, "identifiers", Identifiers(doi="10.1000/abc")),
        ({"DOI": "none"}, "identifiers", Identifiers()),
        ({"DOI": "10.1101/p", "relation": {"is-preprint-of": [{"id": "10.1000/a"}]}},
         "identifiers", Identifiers(doi="10.1101/p")),
    ],
)  # fmt: skip
def test_a_value_is_read_or_left_open(
    item: dict[str, object], field: str, expected: object
) -> None:
    assert getattr(one(**item), field) == expected


@pytest.mark.parametrize(
    ("title", "subtitle", "expected"),
    [
        (["A\n  <i>b</i> &amp; <mml:math><mml:mi>c</mml:mi></mml:math>"], [], ["A b & c"]),
        (["Deep"], ["A\n survey"], ["Deep: A survey", "Deep"]),
        (["Deep"], ["A survey", "more"], ["Deep: A survey", "Deep"]),
        (["Deep: A Survey"], ["A Survey"], ["Deep: A Survey"]),
        (["Analysis"], ["I"], ["Analysis: I", "Analysis"]),
        (["Analysis"], ["..."], ["Analysis"]),
        (["Icônes", "Icons"], [""], ["Icônes"]),
        (["Half \ud800 a pair"], None, ["Half a pair"]),
        ([], ["Alone"], []),
        (["<i> </i>"], [], []),
        (None, None, []),
        ("A text", None, []),
        ([7], None, []),
    ],
)
def test_a_title_has_a_form_with_its_subtitle_and_one_without(
    title: object, subtitle: object, expected: list[str]
) -> None:
    found = works(listed({"title": title, "subtitle": subtitle, "DOI": "10.1000/a"}))
    assert [each.title for each in found] == expected
    assert all(each.identifiers.doi == "10.1000/a" for each in found)


# Shapes


@pytest.mark.parametrize(
    "given_",
    [
        answer(b""),
        answer(b"[]"),
        answer(b"{}"),
        answer(b'{"message": []}'),
        answer(b'{"message": {"items": []}}'),
        answer(b'{"message": {"total-results": 0, "items": null}}'),
        answer(b'{"message": {"total-results": NaN, "items": []}}'),
        answer(b"[" * 100_000),
        answer(b"\xff\xfe"),
        listed({"title": ["T"]}, None),
        listed(total=7),
    ],
)
def test_what_is_no_list_of_works_is_garbled(given_: Answer) -> None:
    assert trouble(given_) is Trouble.GARBLED


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, Trouble.REJECTED),
        (414, Trouble.REJECTED),
        (403, Trouble.REFUSED),
        (429, Trouble.REFUSED),
        (502, Trouble.BROKEN),
        (301, Trouble.GARBLED),
    ],
)
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<html><body><h1>Sorry</h1></body></html>", "text/html"),
        (b'{"message": [{"message": "' + b"long " * 90 + b'"}]}', "application/json"),
        (b'{"message": [{"message": 7}]}', "application/json"),
        (b'{"message": []}', "application/json"),
    ],
)
def test_a_status_says_what_is_wrong(
    status: int, expected: Trouble, body: bytes, content_type: str
) -> None:
    assert trouble(answer(body, status, content_type)) is expected


def test_a_web_page_is_a_refusal() -> None:
    assert trouble(answer(b"<!doctype html>Not a bot?", 200, "text/html")) is Trouble.REFUSED


# Nothing raises

QUERIES = [by_title(), by_dois("10.1109/das.2014.63", "10.1000/a")]


@pytest.mark.parametrize("contact", ["me@example.org", "mailto:me@example.org"])
def test_the_polite_pool(contact: str) -> None:
    assert provider.limits(None, contact) == Limits(min_interval=1 / 3, at_once=3)


@pytest.mark.parametrize("contact", [None, "", "https://example.org"])
def test_the_public_pool(contact: str | None) -> None:
    assert provider.limits(None, contact) == Limits(min_interval=1.0, at_once=1)


def heard(
    limit: str | None = None, interval: str | None = None, at_once: str | None = None
) -> Limits:
    names = ("x-rate-limit-limit", "x-rate-limit-interval", "x-concurrency-limit")
    said = zip(names, (limit, interval, at_once), strict=True)
    return provider.limits_from_headers({name: value for name, value in said if value is not None})


@pytest.mark.parametrize(
    ("said", "limits"),
    [
        (("3", "1s", "3"), Limits(min_interval=1 / 3, at_once=3)),
        (("1", "1s", "1"), Limits(min_interval=1.0, at_once=1)),
        (("150", "1s", None), Limits(min_interval=1 / 150)),
        (("50", "10", None), Limits(min_interval=0.2)),
        (("3", None, "2"), Limits(at_once=2)),
        ((None, "1s", "2.9"), Limits(at_once=2)),
        (("0", "1s", "0"), Limits()),
        (("-3", "1s", "-1"), Limits()),
        (("3", "0s", None), Limits()),
        (("3", "1m", None), Limits()),
        (("nan", "1s", "nan"), Limits()),
        (("three", "a second", "few"), Limits()),
        ((None, None, None), Limits()),
    ],
)
def test_the_pools_limits_are_heard(said: tuple[str | None, ...], limits: Limits) -> None:
    assert heard(*said) == limits


NUMBERS = st.none() | st.text(max_size=20) | st.floats().map(str) | st.integers().map(str)


@given(NUMBERS, NUMBERS | st.integers().map(lambda number: f"{number}s"), NUMBERS)
def test_whatever_is_heard_can_be_kept_to(
    limit: str | None, interval: str | None, at_once: str | None
) -> None:
    said = heard(limit, interval, at_once)
    assert said.min_interval is None or 0 <= said.min_interval <= 9999
    assert said.at_once is None or said.at_once >= 1
    assert (said.left, said.cost, said.reset) == (None, None, None)


def test_an_address_goes_along_as_the_parameter_that_crossref_names() -> None:
    assert provider.INFO.contact_parameter == "mailto"
