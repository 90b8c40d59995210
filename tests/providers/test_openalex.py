"""What is asked of OpenAlex, and what is read in its real and in hostile answers."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import httpx
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
from refmatter.providers import openalex
from refmatter.providers.base import Provider
from support import absent, key_of

RECORDINGS = Path(__file__).parent / "recordings" / "openalex"
SELECT = (
    "id,doi,display_name,publication_year,type,authorships,primary_location,locations,"
    "cited_by_count,referenced_works_count,primary_topic,is_retracted"
)
CHEMISTRY = "Augmenting large language models with chemistry tools"
INNER = " '.:,;\u00b7_\u200c\u200d"
"""What a phrase has beside letters and digits."""
A, B = "A title of words", "Another title of words"
provider: Provider = openalex


def lookup(key: str = "k", title: str = "A whole title", **identifiers: str) -> Lookup:
    return Lookup(key_of(key), title, Hints(identifiers=Identifiers(**identifiers)))


def answer(said: object, status: int = 200, content_type: str = "application/json") -> Answer:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return Answer(status, content_type, body, "2026-11-21")


def page(*records: object, count: int | None = None) -> Answer:
    return answer({"meta": {"count": len(records) if count is None else count}, "results": records})


def filters(rung: Rung, lookups: list[Lookup], size: int | None = None) -> list[str]:
    return [dict(each.params)["filter"] for each in provider.queries(rung, lookups, size)]


def by_title(*titles: str) -> Query:
    lookups = [lookup(f"k{n}", title) for n, title in enumerate(titles or ["A whole title"])]
    (asked,) = provider.queries(Rung.TITLE_BATCH, lookups)
    return asked


def by_doi(*dois: str) -> Query:
    lookups = [lookup(f"k{n}", doi=doi) for n, doi in enumerate(dois)]
    (asked,) = provider.queries(Rung.IDENTIFIER, lookups)
    return asked


def citing() -> Query:
    (asked,) = provider.queries(Rung.CITING_REFERENCES, [lookup(openalex="W7")])
    return asked


def works(asked: Query, given_: Answer) -> list[tuple[Work, ...]]:
    reading = provider.read(asked, given_)
    assert not isinstance(reading, Failure), reading
    assert provider.is_cacheable(asked, given_)
    return [reading[each.key] for each in asked.about]


def one(**record: object) -> Work:
    ((work,),) = works(
        citing(), page({"id": "https://openalex.org/W1", "display_name": "T"} | record)
    )
    return work


def trouble(asked: Query, given_: Answer) -> Trouble:
    reading = provider.read(asked, given_)
    assert isinstance(reading, Failure)
    assert not provider.is_cacheable(asked, given_)
    assert (reading.provider, reading.rung) == ("openalex", asked.rung)
    assert reading.detail
    assert len(reading.detail) < 160
    return reading.trouble


# Asking


@pytest.mark.parametrize(
    ("title", "phrase"),
    [
        ("GPT-2: Pre-training, (again)?", "gpt 2 pre training again"),
        ('"Quoted" AND/OR !NOT | type:article *', "quoted and or not type article"),
        ("Poincaré Embeddings, too", "poincaré embeddings too"),
        ("eﬃcient &amp; <i>small</i> models", 'eﬃcient small models"|"efficient small models'),
        ("Pandora’s Box, reopened", "pandora's box reopened"),
        ("L'étranger in GPT-3.5, of 1,000 _pages_", "l'étranger in gpt 3.5 of 1,000 pages"),
        ("BERT:Pre-training of C_p", 'bert:pre training of c_p"|"bert pre training of c_p'),
        ("A stereotype:one of a kind", "a stereotype one of a kind"),
        ("深度学习", "深度学习"),
        ("深度学习：一项综述", "深度学习 一项综述"),
        ("Mo\u0308bius fu\u0308r alle", "möbius für alle"),
    ],
)
def test_titles_are_asked_for_as_phrases_of_plain_words(title: str, phrase: str) -> None:
    asked = by_title(title, "Another one, too")
    assert (asked.path, asked.body) == ("/works", None)
    assert asked.params == (
        ("filter", f'display_name.search.exact:"{phrase}"|"another one too"'),
        ("per_page", "100"),
        ("select", SELECT),
    )


@pytest.mark.parametrize("title", ["", "...", "_", "$$", "word " * 900])
def test_a_title_that_cannot_be_asked_for_is_left_out(title: str) -> None:
    assert filters(Rung.TITLE_BATCH, [lookup("a", title), lookup("b", "B or not B")]) == [
        'display_name.search.exact:"b or not b"'
    ]
    assert filters(Rung.TITLE_BATCH, [lookup("a", title)]) == []


@pytest.mark.parametrize(
    ("title", "phrase"),
    [
        ("Attention", None),
        ("Deep learning", None),
        ("Deep_ (learning)!", None),
        ("Poincaré Gauß", None),
        ("R & D", None),
        ("R and D", "r and d"),
        ("Deep transfer learning", "deep transfer learning"),
        ("Pre-training again", "pre training again"),
        ("What is 3?", "what is 3"),
        ("学习", "学习"),
        ("深度 学习", "深度 学习"),
        ("BERT 模型", "bert 模型"),
        ("ディープラーニング", "ディープラーニング"),
    ],
)
def test_a_title_of_one_or_two_words_tells_too_little(title: str, phrase: str | None) -> None:
    asked = [] if phrase is None else [f'display_name.search.exact:"{phrase}"']
    assert filters(Rung.TITLE_BATCH, [lookup("a", title)]) == asked


def test_a_short_title_takes_no_other_ones_place() -> None:
    short = [lookup(f"s{n}", "Short one") for n in range(30)]
    long = [lookup(f"l{n}", f"A longer one {n}") for n in range(30)]
    mixed = [each for pair in zip(short, long, strict=True) for each in pair]
    first, second = provider.queries(Rung.TITLE_BATCH, mixed)
    assert [*first.about, *second.about] == long
    assert len(first.about) == 25


@pytest.mark.parametrize(("size", "sizes"), [(None, [25, 25, 10]), (50, [50, 10]), (100, [60])])
def test_titles_go_as_many_at_a_time_as_is_wanted(size: int | None, sizes: list[int]) -> None:
    lookups = [lookup(f"k{n}", f"Title number {n}") for n in range(60)]
    queries = list(provider.queries(Rung.TITLE_BATCH, lookups, size))
    assert [len(each.about) for each in queries] == sizes
    assert [each for query in queries for each in query.about] == lookups


# How many bytes a URL may have: by the documentation, and by the service's code.
DOCUMENTED, CODED = 4094, 8190


def lengths(queries: Iterable[Query]) -> list[int]:
    """How long the URLs are as the program's client sends them."""
    urls = (httpx.URL(openalex.INFO.host + each.path, params=dict(each.params)) for each in queries)
    return [len(str(url)) for url in urls]


@pytest.mark.parametrize(
    ("size", "longest"), [(None, DOCUMENTED), (50, DOCUMENTED), (51, CODED), (100, CODED)]
)
@pytest.mark.parametrize("word", ["a" * 40, "é" * 40, "学" * 30, "a b " * 20])
def test_no_url_grows_too_long_and_no_title_is_lost(
    word: str, size: int | None, longest: int
) -> None:
    titles = [lookup(f"k{n}", f"{word} {n} {word}") for n in range(120)]
    queries = list(provider.queries(Rung.TITLE_BATCH, titles, size))
    assert [each for query in queries for each in query.about] == titles
    assert max(lengths(queries)) < longest
    for query, length in list(zip(queries, lengths(queries), strict=True))[:-1]:
        assert len(query.about) == (size or 25) or length > 0.75 * longest, "it is full"


def test_a_blank_takes_one_byte() -> None:
    """`+`, and not `%20`: a title of many short words takes no more room than it needs."""
    titles = [lookup(f"k{n}", f"{n} " + "a " * 1200) for n in range(3)]
    assert [len(each.about) for each in provider.queries(Rung.TITLE_BATCH, titles, 100)] == [3]
    assert [len(each.about) for each in provider.queries(Rung.TITLE_BATCH, titles, 50)] == [1, 1, 1]


def test_a_title_too_long_for_a_short_question_fits_into_a_long_one() -> None:
    title = lookup("k", "word " * 900)
    (asked,) = provider.queries(Rung.TITLE_BATCH, [title], 100)
    assert DOCUMENTED < lengths([asked])[0] < CODED
    assert filters(Rung.TITLE_BATCH, [title], 50) == []


def test_long_identifiers_are_split_as_well() -> None:
    dois = [lookup(f"k{n}", doi=f"10.1109/({n:03})" + "x" * 100) for n in range(100)]
    queries = list(provider.queries(Rung.IDENTIFIER, dois))
    assert [each for query in queries for each in query.about] == dois
    assert len(queries) == 2
    assert max(lengths(queries)) < CODED


def test_a_title_of_two_lookups_is_asked_for_once_and_answers_both() -> None:
    asked = by_title("One: Two, three", "One - two (three)")
    assert dict(asked.params)["filter"] == 'display_name.search.exact:"one two three"'
    found = works(asked, page({"display_name": "One, two; three"}))
    assert [len(each) for each in found] == [1, 1]


def test_identifiers_go_a_hundred_at_a_time_and_the_services_own_by_themselves() -> None:
    lookups = [lookup(f"k{n}", doi=f"10.1109/{n}") for n in range(150)]
    own = lookup("own", openalex="w12", doi="10.1109/x")
    first, second, third = filters(Rung.IDENTIFIER, [*lookups, own])
    assert first == "ids.openalex:W12"
    assert second == "doi:" + "|".join(f"10.1109/{n}" for n in range(100))
    assert third.count("|") == 49


@pytest.mark.parametrize(
    ("identifiers", "asked"),
    [
        ({"doi": "10.1109/CVPR.2009"}, "doi:10.1109/cvpr.2009"),
        ({"doi": "https://doi.org/10.1109/x", "arxiv": "1905.02450"}, "doi:10.1109/x"),
        ({"arxiv": "1905.02450v2"}, "doi:10.48550/arxiv.1905.02450"),
        ({"arxiv": "math.GT/0309136"}, "doi:10.48550/arxiv.math/0309136"),
        ({"openalex": "https://openalex.org/W12"}, "ids.openalex:W12"),
        ({"openalex": "A12", "doi": "10.1109/x"}, "doi:10.1109/x"),
        ({"pmid": "19872477"}, "pmid:19872477"),
        ({"pmcid": "PMC2323736"}, "pmcid:2323736"),
        ({"pmid": "19872477", "pmcid": "PMC2323736"}, "pmid:19872477"),
        ({"pmid": "19872477", "doi": "10.1109/x"}, "doi:10.1109/x"),
        ({"doi": "10.1002/(sici)1097<1::aid>3.0"}, "doi:10.1002/(sici)1097<1::aid>3.0"),
    ],
)
def test_the_surest_sound_identifier_is_asked_for(identifiers: dict[str, str], asked: str) -> None:
    assert filters(Rung.IDENTIFIER, [lookup(**identifiers)]) == [asked]


@pytest.mark.parametrize(
    "identifiers",
    [
        {},
        {"s2": "a" * 40},
        {"doi": "10.1109/a,b"},
        {"doi": "10.1109/a|b"},
        {"doi": '10.1109/a"b'},
        {"doi": "10.1109/type:b"},
        {"doi": "10.1109/a*"},
        {"doi": "10.1109/ü"},
        {"doi": "11.1/x"},
        {"arxiv": "abc"},
        {"arxiv": "\u0661\u0669\u0660\u0665.02450"},
        {"openalex": "W0"},
        {"openalex": "W1|W2"},
        {"pmid": "0"},
        {"pmid": "1|2"},
        {"pmcid": "2323736|1"},
    ],
)
def test_a_lookup_without_a_sound_identifier_is_left_out(identifiers: dict[str, str]) -> None:
    assert filters(Rung.IDENTIFIER, [lookup(**identifiers)]) == []


def test_reference_lists_are_asked_for_one_by_one_and_by_the_services_own_id_only() -> None:
    lookups = [lookup("a", openalex="W1"), lookup("b", doi="10.1109/x"), lookup("c", openalex="W2")]
    assert filters(Rung.CITING_REFERENCES, lookups) == ["cited_by:W1", "cited_by:W2"]


def test_a_list_that_is_cut_is_not_compared_with_a_notes_own() -> None:
    (asked,) = provider.queries(Rung.COMPARE_REFERENCES, [lookup("a", openalex="W1")])
    cited = [{"id": f"https://openalex.org/W{n}", "display_name": f"Cited {n}"} for n in range(5)]
    assert len(works(asked, page(*cited, count=5))[0]) == 5
    cut = provider.read(asked, page(*cited, count=150))
    assert isinstance(cut, Failure)
    assert cut.trouble is Trouble.TOO_LARGE


def test_the_key_goes_into_a_header_only() -> None:
    assert provider.headers(None) == {"Accept": "application/json"}
    assert provider.headers("k") == {"Accept": "application/json", "Authorization": "Bearer k"}


# Recorded answers


def recorded(name: str) -> Answer:
    said = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))["response"]
    return answer(said["body"].encode(), said["status"], said["content_type"])


AAAI = "Proceedings of the AAAI Conference on Artificial Intelligence"
STOC = "Proceedings of the thirty-second annual ACM symposium on Theory of computing"
SODA = "Proceedings of the 2022 Annual ACM-SIAM Symposium on Discrete Algorithms (SODA)"
# title's beginning, first author, how many, year, venue, reference count, preprint, arXiv id
WORKS = {
    "titles-aaai-typed-preprint": (
        "CheXpert:", "Jeremy Irvin", 20, 2019, AAAI, 39, False, "1901.07031"
    ),
    "titles-alphafold": (
        "Highly accurate", "John Jumper", 34, 2021, "Nature", 89, False, None
    ),
    "titles-authors-cut": (
        "Global, regional,", None, 0, 2025, "The Lancet", 98, False, None
    ),
    "titles-book-platform": (
        "Multi-token Markov Game", "Jian Li", 2, 2022, SODA, 37, False, None
    ),
    "titles-paperqa": (
        "PaperQA: Retrieval", "Jakub Lála", 6, 2023, None, None, True, "2312.07559"
    ),
    "titles-proceedings-printed": (
        "Query strategies", "Moses Charikar", 6, 2000, STOC, 18, False, None
    ),
    "titles-repository-article": (
        "Dynamic pricing", "Arnoud V. den Boer", 1, 2015, None, 433, False, None
    ),
    "titles-review-on-arxiv": (
        "A Comprehensive Review", "Gousia Habib", 5, 2024, None, None, True, "2404.00936"
    ),
}  # fmt: skip
LISTS = {"titles-chemistry": 2, "titles-kinds": 5}
REFUSALS = {"work-404-page": Trouble.GARBLED}


def test_every_recording_is_used() -> None:
    stored = {each.stem for each in RECORDINGS.glob("*.json")}
    assert stored == WORKS.keys() | LISTS.keys() | REFUSALS.keys()


@pytest.mark.parametrize("name", WORKS)
def test_a_recorded_work_is_read(name: str) -> None:
    title, author, authors, year, venue, references, preprint, arxiv = WORKS[name]
    ((work,),) = works(citing(), recorded(name))
    assert work.title.startswith(title)
    named = work.authors or ()
    assert (next(iter(named), None), len(named)) == (author, authors)
    assert (work.year, work.venue, work.other_venues) == (year, venue, ())
    assert (work.reference_count, work.preprint) == (references, preprint)
    assert (work.identifiers.arxiv, work.fields_of_study) == (arxiv, None)
    assert work.identifiers.openalex


def test_a_recorded_page_is_read_to_the_letter_and_by_titles() -> None:
    asked = by_title("ChemCrow: augmenting large language models with chemistry tools", CHEMISTRY)
    chemcrow, both = works(asked, recorded("titles-chemistry"))
    assert both[1:] == chemcrow
    assert len(both) == LISTS["titles-chemistry"]
    assert both[0] == Work(
        title=CHEMISTRY,
        authors=(
            "Andres M. Bran",
            "Sam Cox",
            "Oliver Schilter",
            "Carlo Baldassari",
            "Andrew D. White",
            "Philippe Schwaller",
        ),
        year=2024,
        venue="Nature Machine Intelligence",
        citation_count=236,
        reference_count=57,
        identifiers=Identifiers(openalex="W4396723768", doi="10.1038/s42256-024-00832-8"),
        preprint=False,
        kind=WorkKind.ARTICLE,
    )
    (preprint,) = chemcrow
    assert preprint.identifiers == Identifiers(
        openalex="W4365597205", doi="10.48550/arxiv.2304.05376", arxiv="2304.05376"
    )
    assert (preprint.venue, preprint.preprint, preprint.citation_count) == (None, True, 106)


def test_recorded_kinds_are_told() -> None:
    (found,) = works(citing(), recorded("titles-kinds"))
    assert len(found) == LISTS["titles-kinds"]  # the sixth has no title
    assert [(work.title[:12], work.kind) for work in found] == [
        ("Parental RNA", WorkKind.LETTER),
        ("National men", WorkKind.EDITORIAL),
        ("Faculty Opin", WorkKind.DATASET),
        ("Findings of ", WorkKind.PARATEXT),
        ("Correction: ", WorkKind.ERRATUM),
    ]
    kinds = {name: works(citing(), recorded(name))[0][0].kind for name in WORKS}
    assert kinds == {
        "titles-aaai-typed-preprint": WorkKind.ARTICLE,
        "titles-alphafold": WorkKind.ARTICLE,
        "titles-authors-cut": WorkKind.ARTICLE,
        "titles-book-platform": WorkKind.CHAPTER,
        "titles-paperqa": WorkKind.PREPRINT,
        "titles-proceedings-printed": WorkKind.ARTICLE,
        "titles-repository-article": WorkKind.ARTICLE,
        "titles-review-on-arxiv": WorkKind.PREPRINT,
    }


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("article", WorkKind.ARTICLE),
        ("conference-paper", WorkKind.ARTICLE),
        ("data-paper", WorkKind.ARTICLE),
        ("review", WorkKind.ARTICLE),  # a survey of the literature
        ("book-review", WorkKind.REVIEW),
        ("preprint", WorkKind.PREPRINT),
        ("book", WorkKind.BOOK),
        ("book-chapter", WorkKind.CHAPTER),
        ("reference-entry", WorkKind.CHAPTER),
        ("dissertation", WorkKind.THESIS),
        ("report", WorkKind.REPORT),
        ("erratum", WorkKind.ERRATUM),
        ("retraction", WorkKind.ERRATUM),
        ("dataset", WorkKind.DATASET),
        ("peer-review", WorkKind.PEER_REVIEW),
        ("paratext", WorkKind.PARATEXT),
        ("supplementary-materials", WorkKind.PARATEXT),
        ("editorial", WorkKind.EDITORIAL),
        ("letter", WorkKind.LETTER),
        ("software", WorkKind.OTHER),
        ("of-tomorrow", WorkKind.OTHER),
        (None, None),
        (7, None),
    ],
)
def test_every_type_has_its_kind(said: object, kind: WorkKind | None) -> None:
    assert one(type=said).kind is kind


@pytest.mark.parametrize("name", REFUSALS)
def test_a_recorded_refusal_is_a_failure(name: str) -> None:
    assert trouble(by_doi("10.1109/x"), recorded(name)) is REFUSALS[name]


# Values


def source(name: object = "V", kind: object = "journal", **location: object) -> dict[str, object]:
    return {"source": {"display_name": name, "type": kind}} | location


def topic(field: str, subfield: str = "Anything") -> dict[str, object]:
    """A record's main topic, in the shape that its documentation shows
    (developers.openalex.org, works: `primary_topic`)."""
    levels = {"subfield": {"display_name": subfield}, "field": {"display_name": field}}
    return {"primary_topic": {"id": "https://openalex.org/T1", "score": 0.9, **levels}}


@pytest.mark.parametrize(
    ("record", "field", "expected"),
    [
        ({"display_name": " A &amp; B\n<i>C</i> "}, "title", "A & B C"),
        ({"display_name": "half \ud800 pair"}, "title", "half pair"),
        ({"publication_year": "2019"}, "year", None),
        ({"publication_year": 0}, "year", None),
        ({"publication_year": 2019}, "year", 2019),
        ({"cited_by_count": 0}, "citation_count", 0),
        ({"cited_by_count": -1}, "citation_count", None),
        ({"cited_by_count": 10**400}, "citation_count", None),
        ({"cited_by_count": True}, "citation_count", None),
        ({"referenced_works_count": 0}, "reference_count", None),
        ({"referenced_works_count": 59}, "reference_count", 59),
        (topic("Computer Science"), "fields_of_study", ("Computer Science",)),
        (topic("Physics and Astronomy"), "fields_of_study", ("Physics",)),
        (topic("Neuroscience"), "fields_of_study", ("Neuroscience",)),
        (topic("Arts and Humanities", "Philosophy"), "fields_of_study", ("Philosophy",)),
        (topic("Arts and Humanities", "Classics"), "fields_of_study", ("Arts and Humanities",)),
        ({"primary_topic": None}, "fields_of_study", None),
        ({"primary_topic": {"field": {"display_name": ""}}}, "fields_of_study", None),
        ({"primary_topic": "Physics"}, "fields_of_study", None),
        ({"is_retracted": True}, "retracted", True),
        ({"is_retracted": False}, "retracted", False),
        ({"is_retracted": "who knows"}, "retracted", None),
        ({"authorships": []}, "authors", None),
        ({"authorships": None}, "authors", None),
        ({"authorships": [None]}, "authors", None),
        ({"authorships": [{"raw_author_name": "A B"}] * 99}, "authors", ("A B",) * 99),
        ({"authorships": [{"raw_author_name": "A B"}] * 100}, "authors", None),
        (
            {
                "authorships": [
                    {"raw_author_name": "Lála, J.", "author": {"display_name": "J. Lála"}},
                    {"raw_author_name": "A. Žídek", "author": {"display_name": "Augustin Žídek"}},
                    {"raw_author_name": None, "author": {"display_name": " C\u00a0D "}},
                    {"raw_author_name": "E, F", "author": {"display_name": "E, F"}},
                    {"raw_author_name": "G, H", "author": None},
                    {"raw_author_name": "", "author": {}},
                    {},
                ]
            },
            "authors",
            ("J. Lála", "A. Žídek", "C D", "E, F", "G, H"),
        ),
        ({"primary_location": None, "locations": None}, "venue", None),
        ({"primary_location": source("A &amp; B")}, "venue", "A & B"),
        ({"primary_location": source(None)}, "venue", None),
        ({"primary_location": {"source": "V"}, "locations": [7]}, "venue", None),
        ({"primary_location": source("arXiv", "repository")}, "venue", None),
        (
            {
                "primary_location": source("arXiv", "repository"),
                "locations": [None, source("PubMed", "repository"), source("J"), source("K")],
            },
            "venue",
            "J",
        ),
        ({"primary_location": source("V"), "locations": [source("J")]}, "other_venues", ()),
        (
            {"primary_location": {"raw_source_name": "P", "raw_type": "proceedings-article"}},
            "venue",
            "P",
        ),
        ({"primary_location": {"raw_source_name": "P", "raw_type": "report"}}, "venue", None),
        (
            {"primary_location": source(raw_source_name="P", raw_type="journal-article")},
            "other_venues",
            ("P",),
        ),
        ({"type": None}, "preprint", None),
        ({"type": "article"}, "preprint", False),
        ({"type": "preprint"}, "preprint", True),
        (
            {"type": "preprint", "primary_location": {"version": "acceptedVersion"}},
            "preprint",
            True,
        ),
        (
            {"type": "preprint", "primary_location": {"version": "publishedVersion"}},
            "preprint",
            False,
        ),
    ],
)
def test_a_value_is_read_or_left_open(
    record: dict[str, object], field: str, expected: object
) -> None:
    assert getattr(one(**record), field) == expected


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"doi": "https://doi.org/10.1109/CVPR"}, {"doi": "10.1109/cvpr"}),
        ({"doi": "no doi"}, {}),
        ({"doi": 7, "id": "https://openalex.org/A1"}, {"openalex": None}),
        (
            {"doi": "https://doi.org/10.48550/arXiv.1905.02450"},
            {"doi": "10.48550/arxiv.1905.02450", "arxiv": "1905.02450"},
        ),
        ({"locations": [{"landing_page_url": "http://arxiv.org/abs/x"}, {}]}, {}),
        ({"locations": [{"landing_page_url": "http://notarxiv.org/abs/1905.02450"}]}, {}),
        (
            {
                "locations": [
                    {"landing_page_url": "http://export.arxiv.org/pdf/1905.02450v3.pdf"},
                    {"landing_page_url": "https://doi.org/10.48550/arxiv.1905.02450"},
                ]
            },
            {"arxiv": "1905.02450"},
        ),
        (
            {"locations": [{"landing_page_url": "http://arxiv.org/abs/math.GT/0309136"}]},
            {"arxiv": "math/0309136"},
        ),
        (
            {
                "locations": [
                    {"landing_page_url": "http://arxiv.org/abs/1905.02450"},
                    {"landing_page_url": "http://arxiv.org/abs/1905.02451"},
                ]
            },
            {},
        ),
    ],
)
def test_identifiers_are_read_bare_and_only_where_sound(
    record: dict[str, object], expected: dict[str, str]
) -> None:
    assert one(**record).identifiers == Identifiers(**({"openalex": "W1"} | expected))


# Shapes


def test_works_are_told_apart_by_identifier_not_by_place() -> None:
    asked = by_doi("10.1109/a", "10.1109/B", "10.1109/c", "10.1109/b")
    b, a = ({"doi": f"https://doi.org/10.1109/{x}", "display_name": x} for x in "ba")
    found = works(asked, page(b, a, b | {"display_name": "b again"}))
    titled = [[work.title for work in each] for each in found]
    assert titled == [["a"], ["b", "b again"], [], ["b", "b again"]]
    (own,) = provider.queries(
        Rung.IDENTIFIER, [lookup("x", openalex="W1"), lookup("y", openalex="W2")]
    )
    found = works(own, page({"id": "https://openalex.org/W2", "display_name": "T"}))
    assert [len(each) for each in found] == [0, 1]


def test_works_are_told_apart_by_their_numbers_in_pubmed() -> None:
    numbered = [
        lookup("a", pmid="19872477"),
        lookup("b", pmid="2323736"),
        lookup("c", pmcid="PMC2323736"),
    ]
    by_pmid, by_pmcid = provider.queries(Rung.IDENTIFIER, numbered)
    assert {dict(asked.params)["select"] for asked in (by_pmid, by_pmcid)} == {f"{SELECT},ids"}
    ids = {
        "pmid": "https://pubmed.ncbi.nlm.nih.gov/19872477",
        "pmcid": "https://www.ncbi.nlm.nih.gov/pmc/articles/2323736",
    }
    record = {"id": "https://openalex.org/W1", "display_name": "T", "ids": ids}
    (work,), none = works(by_pmid, page(record))
    assert none == ()
    assert work.identifiers == Identifiers(openalex="W1", pmid="19872477", pmcid="PMC2323736")
    assert works(by_pmcid, page(record)) == [(work,)]


def test_a_title_gets_equal_and_longer_titles_and_no_others() -> None:
    said = [
        "Deep Transfer Learning",
        "Deep transfer learning: a survey",
        "Learning deep transfer",
        "Shallow deep-transfer learning",
    ]
    records = [{"display_name": each} for each in said]
    deep, learning = works(by_title(said[0].lower(), said[2]), page(*records))
    assert [work.title for work in deep] == [said[0], said[1], said[3]]
    assert [work.title for work in learning] == [said[2]]


def test_a_record_without_a_title_is_no_work() -> None:
    assert works(citing(), page({}, {"display_name": None}, {"display_name": " "})) == [()]


def test_nothing_found_is_an_answer() -> None:
    for asked in (by_title(A, B), by_doi("10.1109/x"), citing()):
        assert set(works(asked, page())) == {()}


def test_a_page_that_cannot_hold_all_works_blames_a_question_about_many() -> None:
    full = page(*[{"display_name": A}] * 100, count=101)
    assert trouble(by_title(A, B), full) is Trouble.REJECTED
    assert trouble(by_doi("10.1109/x", "10.1109/y"), full) is Trouble.REJECTED
    assert [len(each) for each in works(by_title(A), full)] == [100]
    assert [len(each) for each in works(citing(), full)] == [100]


def test_works_that_are_counted_and_not_there_are_garbled() -> None:
    for asked in (by_title(A), by_title(A, B)):
        assert trouble(asked, page(count=3)) is Trouble.GARBLED


@pytest.mark.parametrize(
    "said",
    [
        {},
        [],
        None,
        {"results": []},
        {"meta": {}, "results": []},
        {"meta": {"count": "1"}, "results": []},
        {"meta": {"count": 0}, "results": None},
        {"meta": {"count": 1}, "results": [None]},
        {"error": "Rate limit exceeded", "message": "x"},
    ],
)
def test_another_shape_is_garbled(said: object) -> None:
    assert trouble(by_title(), answer(said)) is Trouble.GARBLED


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"meta": {"count": NaN}}'])
def test_broken_json_is_garbled(body: bytes) -> None:
    assert trouble(by_title(), answer(body)) is Trouble.GARBLED


def test_a_web_page_is_a_refusal() -> None:
    wall = answer(b"<!doctype html><title>Not a bot?</title>", content_type="text/html")
    assert trouble(by_title(), wall) is Trouble.REFUSED


@pytest.mark.parametrize("found", [[], [{"id": "https://openalex.org/W1", "display_name": A}]])
@pytest.mark.parametrize("query", [by_title(A), by_title(A, B), citing(), by_doi("10.1109/x")])
def test_what_was_found_before_time_was_up_is_no_answer(query: Query, found: list[object]) -> None:
    """Its own code (`format_meta` in core/shared_view.py of ourresearch/openalex-elastic-api) adds
    the mark since July 2026; the public documentation does not have it."""
    partial = {"meta": {"count": len(found), "timed_out": True}, "results": found}
    assert trouble(query, answer(partial)) is Trouble.TOO_LARGE
    whole = {"meta": {"count": len(found), "timed_out": False}, "results": found}
    assert not isinstance(provider.read(query, answer(whole)), Failure)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, Trouble.REJECTED),
        (414, Trouble.REJECTED),
        (401, Trouble.REFUSED),
        (403, Trouble.REFUSED),
        (429, Trouble.REFUSED),
        (503, Trouble.BROKEN),
        (404, Trouble.GARBLED),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"error": "x"}', b"[1]", b'{"message": 7}'])
def test_a_status_says_what_is_wrong(status: int, expected: Trouble, body: bytes) -> None:
    assert trouble(by_title(), answer(body, status)) is expected


def test_a_failure_quotes_the_service() -> None:
    said = {"error": "Rate limit exceeded", "message": "Insufficient\nbudget " + "x" * 300}
    reading = provider.read(by_title(), answer(said, 429))
    assert isinstance(reading, Failure)
    assert reading.detail.startswith("answered 429: Insufficient budget x")
    assert len(reading.detail) < 120
    reading = provider.read(by_title(), answer({"error": "Invalid query parameters error."}, 400))
    assert isinstance(reading, Failure)
    assert absent(reading.detail, 400, "Invalid query parameters error.") == []


# Nothing raises

ODD = st.sampled_from(
    [None, True, -1, 10**30, 0.5, "", "x", "\ud800", [], [None], [[1]], {}, {"x": 1}]
)


@given(
    st.dictionaries(st.sampled_from([*SELECT.split(","), "other"]), ODD),
    st.dictionaries(st.sampled_from(["source", "version", "raw_type", "landing_page_url"]), ODD),
)
def test_odd_values_lose_themselves_and_not_the_record(
    record: dict[str, object], location: dict[str, object]
) -> None:
    odd = record | {"display_name": "T", "primary_location": location, "locations": [location]}
    assert one(**odd).title == "T"


@given(st.lists(st.text(max_size=60), max_size=5))
def test_any_title_can_be_asked_for_and_holds_no_syntax(titles: list[str]) -> None:
    lookups = [lookup(f"k{n}", title) for n, title in enumerate(titles)]
    for said in filters(Rung.TITLE_BATCH, lookups):
        for phrase in said.removeprefix("display_name.search.exact:").split("|"):
            assert phrase[0] == phrase[-1] == '"'
            assert all(
                letter.isalnum() or letter in INNER or unicodedata.category(letter)[0] == "M"
                for letter in phrase[1:-1]
            )


def test_spellings_count_as_values() -> None:
    """A filter takes a hundred, however many titles they are of."""
    lookups = [lookup(f"k{n}", f"Title {n}:{n} of a:b") for n in range(100)]
    asked = list(provider.queries(Rung.TITLE_BATCH, lookups, 100))
    counts = [dict(each.params)["filter"].count("|") + 1 for each in asked]
    assert sum(counts) == 200
    assert max(counts) <= 100
    assert [each for query in asked for each in query.about] == lookups


@pytest.mark.parametrize("contact", [None, "me@example.org"])
def test_a_key_asks_more_often(contact: str | None) -> None:
    assert provider.limits(None, contact) == Limits(min_interval=0.1, at_once=4)
    assert provider.limits("key", contact) == Limits(min_interval=1 / 30, at_once=4)


def heard(left: str | None = None, cost: str | None = None, reset: str | None = None) -> Limits:
    names = ("x-ratelimit-remaining", "x-ratelimit-credits-used", "x-ratelimit-reset")
    said = zip(names, (left, cost, reset), strict=True)
    return provider.limits_from_headers({name: value for name, value in said if value is not None})


@pytest.mark.parametrize(
    ("said", "limits"),
    [
        (("980", "10", "40511"), Limits(left=980, cost=10, reset=40511.0)),
        ((" 0 ", "0", "0"), Limits(left=0, cost=0, reset=0.0)),
        (("9.7", "0.5", "1.5"), Limits(left=9, cost=1, reset=1.5)),
        (("-3", "-1", "-1"), Limits(left=0)),  # overdrawn; the others make no sense
        (("12", None, "1795305600"), Limits(left=12)),  # a date, as others write it
        ((None, None, "86401"), Limits()),
        (("nan", "inf", "-inf"), Limits()),
        (("", "ten", "midnight"), Limits()),
        ((None, None, None), Limits()),
    ],
)
def test_the_days_credits_are_heard(said: tuple[str | None, ...], limits: Limits) -> None:
    assert heard(*said) == limits


NUMBERS = st.none() | st.text(max_size=20) | st.floats().map(str) | st.integers().map(str)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_whatever_is_heard_can_be_counted_with(
    left: str | None, cost: str | None, reset: str | None
) -> None:
    said = heard(left, cost, reset)
    assert said.left is None or said.left >= 0
    assert said.cost is None or said.cost >= 0
    assert said.reset is None or 0 <= said.reset <= 86_400
    assert (said.min_interval, said.at_once) == (None, None)
