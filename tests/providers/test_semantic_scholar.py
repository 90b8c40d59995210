"""What is asked of Semantic Scholar, and what is read in its real and in hostile answers."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote_plus

import pytest

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
from refmatter.providers import semantic_scholar
from refmatter.providers.base import PartialAnswer, Provider
from support import key_of

RECORDINGS = Path(__file__).parent / "recordings" / "semantic_scholar"
FIELDS = (
    "title,authors,year,venue,publicationVenue,journal,externalIds,"
    "citationCount,referenceCount,fieldsOfStudy,s2FieldsOfStudy,publicationTypes"
)
provider: Provider = semantic_scholar


def lookup(key: str = "k", title: str = "A title of five words", **identifiers: str) -> Lookup:
    return Lookup(key_of(key), title, Hints(identifiers=Identifiers(**identifiers)))


def known(count: int) -> list[Lookup]:
    return [lookup(f"k{n}", s2=f"{n:040x}") for n in range(count)]


def answer(said: object, status: int = 200, content_type: str = "application/json") -> Answer:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return Answer(status, content_type, body, "2026-11-21")


def query(rung: Rung, count: int = 1) -> Query:
    (asked,) = provider.queries(rung, known(count))
    return asked


def works(rung: Rung, said: object, count: int = 1) -> list[tuple[Work, ...]]:
    asked = query(rung, count)
    reading = provider.read(asked, answer(said))
    assert not isinstance(reading, Failure), reading
    return [reading.get(each.key, ()) for each in asked.about]


def matched(**record: object) -> Work:
    said = {"data": [{"paperId": "a" * 40, "title": "T"} | record]}
    ((work,),) = works(Rung.TITLE_SEARCH, said)
    return work


def trouble(asked: Query, given_: Answer) -> Trouble:
    reading = provider.read(asked, given_)
    assert isinstance(reading, Failure)
    assert not provider.is_cacheable(asked, given_)
    assert (reading.provider, reading.rung) == ("semantic_scholar", asked.rung)
    assert reading.detail
    assert len(reading.detail) < 160
    return reading.trouble


# Asking


def test_identifiers_go_five_hundred_at_a_time() -> None:
    first, second = provider.queries(Rung.IDENTIFIER, known(700))
    assert (len(first.about), len(second.about)) == (500, 200)
    assert first.path == "/graph/v1/paper/batch"
    assert first.params == (("fields", FIELDS),)
    assert json.loads(first.body or b"") == {"ids": [f"{n:040x}" for n in range(500)]}


@pytest.mark.parametrize(
    ("identifiers", "asked"),
    [
        ({"s2": "A" * 40, "doi": "10.1/x"}, "a" * 40),
        ({"s2": "short", "doi": "10.1109/CVPR.2009"}, "DOI:10.1109/cvpr.2009"),
        ({"doi": "https://doi.org/10.1109/x"}, "DOI:10.1109/x"),
        ({"doi": "10.1109/x", "arxiv": "1905.02450"}, "DOI:10.1109/x"),
        ({"doi": "10.1109/a b", "arxiv": "1905.02450v2"}, "ARXIV:1905.02450"),
        ({"arxiv": "math.GT/0309136"}, "ARXIV:math/0309136"),
        ({"arxiv": "arXiv:1905.02450"}, "ARXIV:1905.02450"),
        ({"acl": "D13-1061"}, "ACL:D13-1061"),
        ({"acl": "2020.acl-main.1"}, "ACL:2020.acl-main.1"),
        ({"pmid": "19872477"}, "PMID:19872477"),
        ({"pmcid": "PMC2323736"}, "PMCID:2323736"),
        ({"pmid": "19872477", "pmcid": "PMC2323736"}, "PMID:19872477"),
        ({"pmid": "19872477", "doi": "10.1109/x"}, "DOI:10.1109/x"),
        ({"corpus": "13756489"}, "CorpusId:13756489"),
        ({"corpus": "13756489", "openalex": "W2194775991"}, "CorpusId:13756489"),
        ({"corpus": "13756489", "pmid": "19872477"}, "PMID:19872477"),
        ({"openalex": "W2194775991"}, "MAG:2194775991"),
        ({"openalex": " W1 "}, "MAG:1"),
        ({"openalex": "W3999999999"}, "MAG:3999999999"),
        ({"openalex": "W1", "doi": "10.1109/ü", "s2": "short"}, "MAG:1"),
        ({"openalex": "W1", "acl": "D13-1061"}, "ACL:D13-1061"),
        ({"openalex": "W1", "arxiv": "1905.02450"}, "ARXIV:1905.02450"),
        ({"openalex": "W1", "doi": "10.1109/x"}, "DOI:10.1109/x"),
        ({"openalex": "W1", "s2": "a" * 40}, "a" * 40),
        ({"openalex": "W4000000000", "acl": "D13-1061"}, "ACL:D13-1061"),
    ],
)
def test_the_surest_sound_identifier_is_asked_for(identifiers: dict[str, str], asked: str) -> None:
    lookups = [lookup(**identifiers), lookup("other", s2="b" * 40)]
    (batch,) = provider.queries(Rung.IDENTIFIER, lookups)
    assert json.loads(batch.body or b"")["ids"][0] == asked


@pytest.mark.parametrize(
    "identifiers",
    [
        {},
        {"openalex": "W4000000000"},
        {"openalex": "W4396723768"},
        {"openalex": "W12345678901"},
        {"openalex": "W0"},
        {"openalex": "W01"},
        {"openalex": "A1"},
        {"openalex": "W"},
        {"openalex": "W1|W2"},
        {"openalex": "W\u0661"},
        {"s2": "g" * 40},
        {"s2": "a" * 39},
        {"doi": "11.1/x"},
        {"doi": "10.1109/"},
        {"doi": "10.1109/ü"},
        {"doi": "10.1109/../search"},
        {"doi": "10.1109/.."},
        {"arxiv": "abc"},
        {"arxiv": "\u0661\u0669\u0660\u0665.02450"},
        {"acl": "D13"},
        {"pmid": "0"},
        {"pmid": "123456789"},
        {"pmcid": "PMC"},
    ],
)
@pytest.mark.parametrize("rung", [Rung.IDENTIFIER, Rung.CITING_REFERENCES])
def test_a_lookup_without_a_sound_identifier_is_left_out(
    identifiers: dict[str, str], rung: Rung
) -> None:
    assert list(provider.queries(rung, [lookup(**identifiers)])) == []


def test_one_identifier_of_two_lookups_is_asked_once_and_answers_both() -> None:
    same = [lookup("a", s2="a" * 40), lookup("b", s2="a" * 40)]
    (asked,) = provider.queries(Rung.IDENTIFIER, same)
    assert json.loads(asked.body or b"") == {"ids": ["a" * 40]}
    reading = provider.read(asked, answer([{"paperId": "a" * 40, "title": "T"}]))
    assert not isinstance(reading, Failure)
    assert [reading[key_of(key)][0].title for key in "ab"] == ["T", "T"]


def test_a_work_known_by_its_number_is_read_by_its_place() -> None:
    lookups = [lookup("none", openalex="W9"), lookup("old", openalex="W7"), *known(1)]
    (asked,) = provider.queries(Rung.IDENTIFIER, lookups)
    assert json.loads(asked.body or b"")["ids"] == ["MAG:9", "MAG:7", "0" * 40]
    found = [{"paperId": digit * 40, "title": f"Work {digit}"} for digit in "70"]
    reading = provider.read(asked, answer([None, *found]))
    assert not isinstance(reading, Failure)
    assert {key: [work.title for work in works] for key, works in reading.items()} == {
        key_of("none"): [], key_of("old"): ["Work 7"], key_of("k0"): ["Work 0"]
    }  # fmt: skip
    (alone,) = provider.queries(Rung.CITING_REFERENCES, lookups[:1])
    assert alone.path == "/graph/v1/paper/MAG:9/references"


def test_a_lone_reference_list_is_asked_for_at_its_works_own_path() -> None:
    (asked,) = provider.queries(
        Rung.CITING_REFERENCES, [lookup(doi="10.1002/(sici)1097<1::aid>3.0.co;2-#")]
    )
    work = "DOI:10.1002/%28sici%291097%3C1::aid%3E3.0.co%3B2-%23"
    assert asked.path == f"/graph/v1/paper/{work}/references"
    assert (asked.params, asked.body) == ((("limit", "1000"), ("fields", FIELDS)), None)


def test_reference_lists_go_fifty_parents_at_a_time_and_the_last_alone() -> None:
    first, second = provider.queries(Rung.CITING_REFERENCES, known(51))
    assert first.path == "/graph/v1/paper/batch"
    ((name, fields),) = first.params
    assert name == "fields"
    nested = ",".join(f"references.{each}" for each in ["paperId", *FIELDS.split(",")])
    assert fields == f"title,referenceCount,{nested}"
    assert second.path == f"/graph/v1/paper/{50:040x}/references"
    assert second.params == (("limit", "1000"), ("fields", FIELDS))
    assert second.body is None


def test_of_lists_that_are_only_compared_the_titles_are_enough() -> None:
    first, second = provider.queries(Rung.COMPARE_REFERENCES, known(51))
    assert (first.path, first.rung) == ("/graph/v1/paper/batch", Rung.COMPARE_REFERENCES)
    assert first.params == (("fields", "title,referenceCount,references.title"),)
    assert (second.path, second.rung) == (
        f"/graph/v1/paper/{50:040x}/references",
        Rung.COMPARE_REFERENCES,
    )
    assert second.params == (("limit", "1000"), ("fields", "title"))


@pytest.mark.parametrize(
    ("rung", "path", "limit"),
    [
        (Rung.TITLE_SEARCH, "/graph/v1/paper/search/match", ()),
        (Rung.SAME_TITLE_SEARCH, "/graph/v1/paper/search", (("limit", "20"),)),
    ],
)
def test_titles_go_one_at_a_time_in_plain_words(
    rung: Rung, path: str, limit: tuple[tuple[str, str], ...]
) -> None:
    lookups = [lookup("a", "GPT-2: Pre-training (again)?"), lookup("b", "...")]
    (asked,) = provider.queries(rung, lookups)
    assert asked.about == (lookups[0],)
    assert asked.path == path
    assert asked.params == (("query", "GPT 2 Pre training again"), *limit, ("fields", FIELDS))


def test_the_key_goes_into_a_header_only() -> None:
    assert provider.headers(None) == {"Accept": "application/json"}
    assert provider.headers("k") == {"Accept": "application/json", "x-api-key": "k"}


def phrases(asked: Query) -> list[str]:
    """What a question of many titles asks for, phrase by phrase."""
    (_, said), fields = asked.params
    assert fields == ("fields", FIELDS)
    return said.split(" | ")


def test_many_titles_go_as_quoted_phrases_with_bars_between_them() -> None:
    titles = ["GPT-2: Pre-training (again)?", 'Is "not | or" a *word* here~', "Four words of title"]
    lookups = [lookup(f"k{n}", title) for n, title in enumerate(titles)]
    (asked,) = provider.queries(Rung.TITLE_BATCH, lookups)
    assert asked.about == tuple(lookups[:2])  # four words stand in too many abstracts
    assert (asked.path, asked.body) == ("/graph/v1/paper/search/bulk", None)
    assert asked.params == (
        ("query", '"GPT 2 Pre training again" | "Is not or a word here"'),
        ("fields", FIELDS),
    )


def test_both_apostrophes_go_and_other_signs_stay_inside_words() -> None:
    lookups = [lookup("k", "What’s in Pandora's box, of 1,000 signs?")]
    (asked,) = provider.queries(Rung.TITLE_BATCH, lookups)
    assert phrases(asked) == [
        "\"What's in Pandora's box of 1,000 signs\"",
        '"What’s in Pandora’s box of 1,000 signs"',
    ]
    (alone,) = provider.queries(Rung.TITLE_SEARCH, lookups)
    assert dict(alone.params)["query"] == "What's in Pandora's box of 1,000 signs"


@pytest.mark.parametrize("title", ["", "...", "Four words of title", "Pre-training of Words"])
def test_titles_of_few_words_are_left_out_where_many_go_together(title: str) -> None:
    assert list(provider.queries(Rung.TITLE_BATCH, [lookup("short", title)])) == []
    (asked,) = provider.queries(Rung.TITLE_BATCH, [lookup("short", title), lookup("long")])
    assert [each.key for each in asked.about] == [key_of("long")]


@pytest.mark.parametrize(("size", "sizes"), [(None, [20] * 3), (20, [20] * 3), (50, [50, 10])])
def test_a_question_of_many_titles_is_of_the_size_asked_for(
    size: int | None, sizes: list[int]
) -> None:
    assert provider.INFO.rungs[Rung.TITLE_BATCH] == (20, 50)
    lookups = [lookup(f"k{n}", f"Title number {n} of sixty") for n in range(60)]
    asked = list(provider.queries(Rung.TITLE_BATCH, lookups, size))
    assert [len(each.about) for each in asked] == [len(phrases(each)) for each in asked] == sizes
    assert [each for query in asked for each in query.about] == lookups


def test_a_question_of_many_titles_is_no_longer_than_a_url_may_be() -> None:
    lookups = [lookup(f"k{n}", f"Größe und Länge {n} " + "lang " * (n + 5)) for n in range(40)]
    asked = list(provider.queries(Rung.TITLE_BATCH, lookups, 50))
    lengths = [len(quote_plus(dict(each.params)["query"])) for each in asked]
    assert len(asked) == 2
    assert max(lengths) <= 4000
    assert [each for query in asked for each in query.about] == lookups
    # One title more and the first would have been too long.
    longer = [*phrases(asked[0]), phrases(asked[1])[0]]
    assert len(quote_plus(" | ".join(longer))) > 4000


def test_a_title_too_long_for_a_url_is_left_out() -> None:
    fits = "word " * 798 + "byte"  # with its quotes, and each blank as one byte
    lookups = [lookup("fits", fits), lookup("long", f"{fits}s"), lookup("ü", "wörter " * 400)]
    (asked,) = provider.queries(Rung.TITLE_BATCH, lookups)
    assert [each.key for each in asked.about] == [key_of("fits")]


def test_one_title_of_two_lookups_is_asked_once_and_answers_both() -> None:
    same = [lookup("a", "One title of two works"), lookup("b", "One title of two-works!")]
    (asked,) = provider.queries(Rung.TITLE_BATCH, same)
    assert phrases(asked) == ['"One title of two works"']
    reading = provider.read(asked, bulk("One title: of two works"))
    assert not isinstance(reading, Failure)
    assert [len(reading[key_of(key)]) for key in "ab"] == [1, 1]


# Recorded answers


def recorded(name: str) -> Answer:
    said = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))["response"]
    return answer(said["body"].encode(), said["status"], said["content_type"])


CHEMISTRY = Work(
    title="Augmenting large language models with chemistry tools",
    authors=(
        "Andrés M Bran",
        "Sam Cox",
        "Oliver Schilter",
        "Carlo Baldassari",
        "Andrew D. White",
        "P. Schwaller",
    ),
    year=2023,
    venue="Nat. Mac. Intell.",
    other_venues=("Nature Machine Intelligence",),
    citation_count=500,
    identifiers=Identifiers(
        s2="354dcdebf3f8b5feeed5c62090e0bc1f0c28db06",
        doi="10.1038/s42256-024-00832-8",
        arxiv="2304.05376",
        dblp="journals/natmi/BranCSBWS24",
        pmid="38799228",
        pmcid="PMC11116106",
    ),
)
KDD_PROCEEDINGS = (
    "Proceedings of the 22nd ACM SIGKDD International Conference on Knowledge Discovery and Data"
    " Mining"
)
# title's beginning, first author, year, venue, other venues
MATCHES = {
    "match-arginine": (
        "An essential role of active site",
        "S. Adak",
        2001,
        "Molecular and Cellular Biochemistry",
        (),
    ),
    "match-chemistry": (
        CHEMISTRY.title,
        "Andrés M Bran",
        2023,
        "Nat. Mac. Intell.",
        ("Nature Machine Intelligence",),
    ),
    "match-chemistry-ids-only": (CHEMISTRY.title, None, None, "", ()),
    "match-convalescent-no-authors": (
        "Convalescent-anti-sars-cov-2-plasma/immune-globulin",
        None,
        2023,
        "Reactions weekly",
        ("Reactions Weekly",),
    ),
    "match-copper-empty-venue": (
        "Effect of native oxide layers",
        "Michael Skarlinski",
        2015,
        "",
        ("Journal of Applied Physics",),
    ),
    "match-flag-wrong": ("16. Marketing the Maple Leaf", "Richard Nimijean", 2016, "", ()),
    "match-gravity-hill-wrong": (
        "Explanation of Gravity Hill of Mainpat",
        "Dushyant Kumar Rajwade",
        2025,
        "Journal of Ravishankar University (Part-B)",
        ("Journal of Ravishankar University (PART-B)",),
    ),
    "match-mining-prefix": ("Mining association rules between sets", None, None, "", ()),
    "match-paperqa-arxiv": (
        "PaperQA: Retrieval-Augmented",
        "Jakub L'ala",
        2023,
        "arXiv.org",
        ("ArXiv",),
    ),
    "match-screening-preprint-venue": (
        "High-throughput screening",
        "Michael Herger",
        2024,
        "bioRxiv",
        ("Cell Genomics",),
    ),
    "match-visionreasoner-arxiv-doi": (
        "VisionReasoner: Unified",
        "Yuqi Liu",
        2025,
        "arXiv.org",
        ("ArXiv",),
    ),
    "match-xgboost-venue-names": (
        "XGBoost: A Scalable Tree Boosting System",
        "Tianqi Chen",
        2016,
        "Knowledge Discovery and Data Mining",
        (
            "KDD",
            "Knowl Discov Data Min",
            KDD_PROCEEDINGS,
        ),
    ),
}
# rung, lookups in the question, works for each of them
LISTS = {
    "batch": (Rung.IDENTIFIER, 4, [0, 1, 1, 1]),
    "match-404": (Rung.TITLE_SEARCH, 1, [0]),
    "paper-404": (Rung.CITING_REFERENCES, 1, [0]),
    "references": (Rung.CITING_REFERENCES, 1, [4]),
    "search-edit-distance": (Rung.SAME_TITLE_SEARCH, 1, [20]),
    "search-kubernetes": (Rung.SAME_TITLE_SEARCH, 1, [20]),
    "search-none": (Rung.SAME_TITLE_SEARCH, 1, [0]),
    "search-years-only": (Rung.SAME_TITLE_SEARCH, 1, [0]),
}
REFUSALS = {
    "batch-403": (Rung.IDENTIFIER, Trouble.REFUSED),
    "paper-400-field": (Rung.IDENTIFIER, Trouble.REJECTED),
}


def test_every_recording_is_used() -> None:
    stored = {each.stem for each in RECORDINGS.glob("*.json")}
    assert stored == MATCHES.keys() | LISTS.keys() | REFUSALS.keys()


@pytest.mark.parametrize("name", MATCHES)
def test_a_recorded_match_is_read(name: str) -> None:
    title, author, year, venue, others = MATCHES[name]
    asked = query(Rung.TITLE_SEARCH)
    reading = provider.read(asked, recorded(name))
    assert not isinstance(reading, Failure)
    (work,) = reading[key_of("k0")]
    assert work.title.startswith(title)
    assert (work.authors or (None,))[0] == author
    assert (work.year, work.venue, work.other_venues) == (year, venue, others)
    assert work.identifiers.s2
    assert provider.is_cacheable(asked, recorded(name))


@pytest.mark.parametrize("name", LISTS)
def test_a_recorded_list_is_read(name: str) -> None:
    rung, count, expected = LISTS[name]
    asked = query(rung, count)
    reading = provider.read(asked, recorded(name))
    assert not isinstance(reading, Failure)
    assert [len(reading[each.key]) for each in asked.about] == expected
    assert provider.is_cacheable(asked, recorded(name))


@pytest.mark.parametrize("name", REFUSALS)
def test_a_recorded_refusal_is_a_failure(name: str) -> None:
    rung, expected = REFUSALS[name]
    assert trouble(query(rung), recorded(name)) is expected


def test_a_recorded_work_is_read_to_the_letter() -> None:
    reading = provider.read(query(Rung.TITLE_SEARCH), recorded("match-chemistry"))
    assert not isinstance(reading, Failure)
    assert reading[key_of("k0")] == (CHEMISTRY,)


def test_counts_and_fields_are_read_by_position() -> None:
    asked = query(Rung.IDENTIFIER, 4)
    reading = provider.read(asked, recorded("batch"))
    assert not isinstance(reading, Failure)
    (work,) = reading[key_of("k1")]
    assert work.title == "How Much Should We Trust Differences-in-Differences Estimates?"
    assert (work.citation_count, work.reference_count) == (10670, 30)
    assert work.fields_of_study == ("Psychology", "Economics", "Mathematics")
    assert work.identifiers.doi == "10.2139/ssrn.288970"
    assert reading[key_of("k3")][0].title != work.title


@pytest.mark.parametrize(("asked", "read"), [("38799228", None), ("7", "7"), ("8", None)])
def test_a_number_of_the_corpus_is_read_where_it_was_asked_for(
    asked: str, read: str | None
) -> None:
    record = {"paperId": "a" * 40, "title": "A title", "externalIds": {"CorpusId": 7}}
    key = "pmid" if len(asked) > 1 else "corpus"
    question = next(iter(provider.queries(Rung.IDENTIFIER, [lookup(**{key: asked})])))
    reading = provider.read(question, answer([record]))
    assert not isinstance(reading, Failure)
    assert reading[key_of("k")][0].identifiers == Identifiers(s2="a" * 40, corpus=read)


def test_the_doi_that_arxiv_gives_tells_the_arxiv_id() -> None:
    reading = provider.read(query(Rung.TITLE_SEARCH), recorded("match-visionreasoner-arxiv-doi"))
    assert not isinstance(reading, Failure)
    identifiers = reading[key_of("k0")][0].identifiers
    assert identifiers.arxiv == "2505.12081"
    assert identifiers.doi == "10.48550/arxiv.2505.12081"
    assert identifiers.dblp is None  # CoRR's key is the preprint's


# Values


@pytest.mark.parametrize(
    ("record", "field", "expected"),
    [
        ({"title": " A &amp; B\n<i>C</i> "}, "title", "A & B C"),
        ({"title": "half \ud800 pair"}, "title", "half pair"),
        ({"authors": []}, "authors", None),
        ({"authors": [{"name": None}, {"name": " A.\u00a0B "}, {}]}, "authors", ("A. B",)),
        ({"authors": [{"name": "A"}, None]}, "authors", None),
        ({"authors": "A"}, "authors", None),
        ({"authors": [{"name": "A"}] * 499}, "authors", ("A",) * 499),
        ({"authors": [{"name": "A"}] * 500}, "authors", None),
        ({"year": 0}, "year", None),
        ({"year": "2019"}, "year", None),
        ({"year": 2019.5}, "year", None),
        ({"year": 10**400}, "year", None),
        ({"year": 2019}, "year", 2019),
        ({"venue": None}, "venue", ""),
        ({"venue": ""}, "venue", ""),
        ({"venue": " ICML &amp; co"}, "venue", "ICML & co"),
        ({"venue": 7}, "venue", None),
        ({"citationCount": 0}, "citation_count", 0),
        ({"citationCount": -1}, "citation_count", None),
        ({"citationCount": True}, "citation_count", None),
        ({"citationCount": 10**400}, "citation_count", None),
        ({"referenceCount": "59"}, "reference_count", None),
        ({"referenceCount": 59}, "reference_count", 59),
        ({"fieldsOfStudy": ["Art", "Art", ""]}, "fields_of_study", ("Art",)),
        ({"fieldsOfStudy": [], "s2FieldsOfStudy": []}, "fields_of_study", None),
        ({"fieldsOfStudy": [3]}, "fields_of_study", None),
        (
            {
                "fieldsOfStudy": None,
                "s2FieldsOfStudy": [
                    {"category": "Law", "source": "s2-fos-model"},
                    {"category": "Art", "source": "external"},
                    {"category": "Art", "source": "s2-fos-model"},
                    {"category": None},
                ],
            },
            "fields_of_study",
            ("Art", "Law"),
        ),
        ({"publicationTypes": None}, "kind", None),
        ({"publicationTypes": []}, "kind", None),
        ({"publicationTypes": "Editorial"}, "kind", None),
        ({"publicationTypes": ["JournalArticle", "Conference"]}, "kind", WorkKind.ARTICLE),
        # A survey of the literature, as `JournalArticle, Conference, Review` often is.
        ({"publicationTypes": ["Review", "JournalArticle"]}, "kind", WorkKind.ARTICLE),
        ({"publicationTypes": ["Review"]}, "kind", WorkKind.ARTICLE),
        ({"publicationTypes": ["Book", "JournalArticle", "Conference"]}, "kind", WorkKind.ARTICLE),
        ({"publicationTypes": ["Book"]}, "kind", WorkKind.BOOK),
        ({"publicationTypes": ["BookSection"]}, "kind", WorkKind.CHAPTER),
        ({"publicationTypes": ["Editorial", "JournalArticle"]}, "kind", WorkKind.EDITORIAL),
        ({"publicationTypes": ["LettersAndComments"]}, "kind", WorkKind.LETTER),
        ({"publicationTypes": ["Dataset"]}, "kind", WorkKind.DATASET),
        ({"publicationTypes": ["JournalArticle", "Dataset"]}, "kind", WorkKind.ARTICLE),
        ({"publicationTypes": ["News"]}, "kind", WorkKind.OTHER),
        ({"publicationTypes": ["JournalArticle"], "venue": "arXiv.org"}, "kind", WorkKind.PREPRINT),
        ({"publicationVenue": "x", "journal": ["y"]}, "other_venues", ()),
        (
            {
                "venue": "V",
                "publicationVenue": {"name": "V", "alternate_names": ["W", "", "X"]},
                "journal": {"name": "W"},
            },
            "other_venues",
            ("W", "X"),
        ),
    ],
)
def test_a_value_is_read_or_left_open(
    record: dict[str, object], field: str, expected: object
) -> None:
    assert getattr(matched(**record), field) == expected


@pytest.mark.parametrize(
    ("external", "expected"),
    [
        ({"DOI": "10.1109/CVPR"}, {"doi": "10.1109/cvpr"}),
        ({"DOI": "no doi"}, {}),
        ({"DOI": 7, "ArXiv": "1905.02450v3"}, {"arxiv": "1905.02450"}),
        ({"ArXiv": "x", "ACL": "2020.acl-main.1"}, {"acl": "2020.acl-main.1"}),
        ({"ACL": "not an id", "DBLP": "conf/icml/SongTQLL19"}, {"dblp": "conf/icml/SongTQLL19"}),
        ({"DBLP": "journals/corr/abs-1905-02450"}, {}),
        (
            {"PubMed": "38799228", "PubMedCentral": "11116106"},
            {"pmid": "38799228", "pmcid": "PMC11116106"},
        ),
        ({"PubMed": "x", "PubMedCentral": 7}, {}),
        (None, {}),
        ([], {}),
    ],
)
def test_identifiers_are_read_bare_and_only_where_sound(
    external: object, expected: dict[str, str]
) -> None:
    assert matched(externalIds=external).identifiers == Identifiers(s2="a" * 40, **expected)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"venue": "arXiv.org"}, True),
        ({"venue": "Social Science Research Network"}, True),
        ({"venue": "", "externalIds": {"DOI": "10.48550/arXiv.1905.02450"}}, True),
        ({"venue": "ICML", "externalIds": {"DOI": "10.48550/arXiv.1905.02450"}}, None),
        ({"venue": "ICML", "externalIds": {"DOI": "10.1109/x", "ArXiv": "1905.02450"}}, None),
        ({"venue": ""}, None),
        ({"venue": 7}, None),
        ({}, None),
    ],
)
def test_a_preprint_is_told_by_its_venue_or_its_doi(
    record: dict[str, object], expected: bool | None
) -> None:
    assert matched(**record).preprint is expected


# Shapes


def test_null_is_an_unknown_work_and_no_title_is_no_work() -> None:
    said = [None, {"paperId": "b" * 40, "title": None}, {"paperId": "c" * 40, "title": "T"}]
    assert [len(each) for each in works(Rung.IDENTIFIER, said, 3)] == [0, 0, 1]


@pytest.mark.parametrize("rung", [Rung.IDENTIFIER, Rung.CITING_REFERENCES])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_an_answer_of_another_length_is_garbled(rung: Rung, count: int) -> None:
    assert trouble(query(rung, 2), answer([None] * count)) is Trouble.GARBLED


def test_nested_reference_lists_may_be_missing_empty_or_null() -> None:
    linked = {"paperId": "d" * 40, "title": "T"}
    said = [
        None,
        {"title": "P"},
        {"title": "P", "references": None},
        {"title": "P", "references": []},
        {"title": "P", "references": [{"paperId": None, "title": "Table 7"}, None, linked]},
    ]
    found = works(Rung.CITING_REFERENCES, said, 5)
    assert [[work.title for work in each] for each in found] == [[], [], [], [], ["T"]]
    found = works(Rung.COMPARE_REFERENCES, said, 5)  # a title is enough to be compared
    assert [[work.title for work in each] for each in found] == [[], [], [], [], ["Table 7", "T"]]


def cited(*ids: str) -> list[dict[str, str]]:
    return [{"paperId": each * 40, "title": f"Cited {each}"} for each in ids]


LISTING = [Rung.CITING_REFERENCES, Rung.COMPARE_REFERENCES]


@pytest.mark.parametrize("rung", LISTING)
def test_an_empty_list_of_a_work_that_counts_references_is_asked_for_again(rung: Rung) -> None:
    """s2-folks#199: when a batch holds 9,999 entries, the other lists are empty without a word."""
    said = [
        {"referenceCount": 2, "references": cited("a", "b")},
        {"referenceCount": 30, "references": []},
        {"referenceCount": 0, "references": []},
        {"referenceCount": 9, "references": None},
        {"referenceCount": 30, "references": []},
        None,
    ]
    asked = query(rung, len(said))
    partial = provider.read(asked, answer(said))
    assert isinstance(partial, PartialAnswer)
    answered = {each.key for number, each in enumerate(asked.about) if number not in (1, 4)}
    assert partial.reading.keys() == answered
    assert len(partial.reading[asked.about[0].key]) == 2
    assert list(partial.rest) == list(provider.queries(rung, [asked.about[1], asked.about[4]]))
    assert not provider.is_cacheable(asked, answer(said))


@pytest.mark.parametrize("rung", LISTING)
def test_lists_that_are_all_empty_are_asked_for_one_by_one(rung: Rung) -> None:
    asked = query(rung, 3)
    partial = provider.read(asked, answer([{"referenceCount": 7, "references": []}] * 3))
    assert isinstance(partial, PartialAnswer)
    assert not partial.reading
    assert [each.about for each in partial.rest] == [(each,) for each in asked.about]
    assert {each.path.rpartition("/")[2] for each in partial.rest} == {"references"}


def test_a_list_that_is_shorter_than_counted_is_cut_only_where_the_answer_is_full() -> None:
    """Counts are now and then too high (s2-folks#142)."""
    short = {"referenceCount": 40, "references": cited("a")}
    assert [len(each) for each in works(Rung.CITING_REFERENCES, [short, None], 2)] == [1, 0]
    full = {"referenceCount": 9_998, "references": cited("b") * 9_998}
    asked = query(Rung.CITING_REFERENCES, 2)
    partial = provider.read(asked, answer([full, short]))
    assert isinstance(partial, PartialAnswer)
    assert partial.reading.keys() == {asked.about[0].key}
    assert [each.about for each in partial.rest] == [asked.about[1:]]


@pytest.mark.parametrize("rung", LISTING)
def test_an_empty_page_with_a_further_one_is_followed(rung: Rung) -> None:
    """Seen on the live service on 29 August 2026, for citations."""
    asked, pages, read = query(rung), [], None
    for offset in (1000, 2000, 3000):
        page = answer({"offset": offset - 1000, "next": offset, "data": []})
        assert not provider.is_cacheable(asked, page)
        read = provider.read(asked, page)
        if not isinstance(read, PartialAnswer):
            break
        (asked,) = read.rest
        pages.append(dict(asked.params).get("offset"))
    assert pages == ["1000", "2000"]
    assert isinstance(read, Failure)
    assert read.trouble is Trouble.GARBLED
    last = {"offset": 2000, "data": [{"citedPaper": each} for each in cited("a")]}
    reading = provider.read(asked, answer(last))
    assert not isinstance(reading, Failure)
    assert len(reading[asked.about[0].key]) == 1


@pytest.mark.parametrize("following", [0, None])
def test_an_empty_list_without_a_further_page_cites_nothing(following: object) -> None:
    said = {"offset": 0, "next": following, "data": []}
    assert works(Rung.CITING_REFERENCES, said) == [()]


@pytest.mark.parametrize("following", [-5, 10**30, "x", [1000], True])
def test_a_page_that_follows_nowhere_is_garbled(following: object) -> None:
    said = {"offset": 2, "next": following, "data": []}
    asked = query(Rung.CITING_REFERENCES)
    if following is not True:
        assert trouble(asked, answer(said)) is Trouble.GARBLED
    assert not provider.is_cacheable(asked, answer(said))


def test_a_lone_reference_list_may_be_elided() -> None:
    linked = {"citedPaper": {"paperId": "d" * 40, "title": "T"}}
    said = {"data": [linked, {"citedPaper": None}, {"citedPaper": {"paperId": None}}]}
    assert [work.title for work in works(Rung.CITING_REFERENCES, said)[0]] == ["T"]
    for rung in (Rung.CITING_REFERENCES, Rung.COMPARE_REFERENCES):
        assert works(rung, {"data": None, "citingPaperInfo": {}}) == [()]


@pytest.mark.parametrize(
    ("rung", "said"),
    [
        (Rung.TITLE_SEARCH, {"data": []}),
        (Rung.SAME_TITLE_SEARCH, {"total": 0, "offset": 0}),
        (Rung.SAME_TITLE_SEARCH, {"total": 3, "data": []}),
    ],
)
def test_an_empty_list_is_no_work(rung: Rung, said: object) -> None:
    assert works(rung, said) == [()]


@pytest.mark.parametrize(
    ("rung", "count", "said"),
    [
        (Rung.TITLE_SEARCH, 1, {}),
        (Rung.TITLE_SEARCH, 1, {"data": None}),
        (Rung.TITLE_SEARCH, 1, {"data": [None]}),
        (Rung.TITLE_SEARCH, 1, []),
        (Rung.TITLE_SEARCH, 1, {"message": "Service unavailable"}),
        (Rung.SAME_TITLE_SEARCH, 1, {"data": []}),
        (Rung.SAME_TITLE_SEARCH, 1, {"total": 3}),
        (Rung.SAME_TITLE_SEARCH, 1, {"total": 3, "offset": 0, "next": 20, "data": []}),
        (Rung.CITING_REFERENCES, 1, {"offset": 0}),
        (Rung.CITING_REFERENCES, 1, {"data": [7]}),
        (Rung.CITING_REFERENCES, 1, []),
        (Rung.CITING_REFERENCES, 2, [{"references": 3}, None]),
        (Rung.IDENTIFIER, 1, {}),
        (Rung.IDENTIFIER, 1, {"message": "hello"}),
        (Rung.IDENTIFIER, 1, None),
        (Rung.IDENTIFIER, 2, {"data": []}),
        (Rung.IDENTIFIER, 2, [7, None]),
        (Rung.IDENTIFIER, 2, None),
    ],
)
def test_another_shape_is_garbled(rung: Rung, count: int, said: object) -> None:
    assert trouble(query(rung, count), answer(said)) is Trouble.GARBLED


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"data":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"data": [{"title": "T", "year": ' + b"9" * 5000 + b"}]}",
        b'{"data": [{"title": "T", "year": NaN}]}',
        b'{"data": [{"title": "T", "citationCount": -Infinity}]}',
    ],
)
@pytest.mark.parametrize("rung", semantic_scholar.INFO.rungs)
def test_broken_json_is_garbled(rung: Rung, body: bytes) -> None:
    assert trouble(query(rung), answer(body)) is Trouble.GARBLED


@pytest.mark.parametrize(
    "wall",
    [
        answer(b"<!doctype html><title>Not a bot?</title>", content_type="text/html"),
        answer(b'{"data": []}', content_type="Text/HTML; charset=utf-8"),
        answer(b"\n <html>", content_type="application/json"),
    ],
)
def test_a_web_page_is_a_refusal(wall: Answer) -> None:
    assert trouble(query(Rung.TITLE_SEARCH), wall) is Trouble.REFUSED


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, Trouble.REJECTED),
        (413, Trouble.REJECTED),
        (401, Trouble.REFUSED),
        (403, Trouble.REFUSED),
        (406, Trouble.REFUSED),
        (429, Trouble.REFUSED),
        (500, Trouble.BROKEN),
        (504, Trouble.BROKEN),
        (418, Trouble.GARBLED),
        (204, Trouble.GARBLED),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"error": "x"}', b"[1]", b'{"message": "y"}'])
def test_a_status_says_what_is_wrong(status: int, expected: Trouble, body: bytes) -> None:
    assert trouble(query(Rung.TITLE_SEARCH), answer(body, status)) is expected


def test_a_failure_quotes_the_service() -> None:
    reading = provider.read(query(Rung.IDENTIFIER, 2), answer({"error": "too\n" * 99}, 400))
    assert isinstance(reading, Failure)
    assert reading.detail.startswith("answered 400: too too")


@pytest.mark.parametrize(
    ("rung", "count", "text", "is_answer"),
    [
        (Rung.TITLE_SEARCH, 1, "Title match not found", True),
        (Rung.TITLE_SEARCH, 1, "Not found", False),
        (Rung.TITLE_SEARCH, 1, "Paper with id x not found", False),
        (Rung.SAME_TITLE_SEARCH, 1, "Title match not found", False),
        (Rung.IDENTIFIER, 1, "Paper with id x not found", False),
        (Rung.CITING_REFERENCES, 1, "Paper with id x not found", True),
        (Rung.CITING_REFERENCES, 1, f"Paper with id DOI:10.1/{'x' * 200} not found", True),
        (Rung.CITING_REFERENCES, 1, "Title match not found", False),
        (Rung.CITING_REFERENCES, 2, "Paper with id x not found", False),
    ],
)
def test_only_the_documented_404_means_no_such_work(
    rung: Rung, count: int, text: str, *, is_answer: bool
) -> None:
    asked, said = query(rung, count), answer({"error": text}, 404)
    reading = provider.read(asked, said)
    assert isinstance(reading, Failure) is not is_answer
    assert provider.is_cacheable(asked, said) is is_answer
    if is_answer:
        assert reading == {each.key: () for each in asked.about}


@pytest.mark.parametrize(("rung", "count"), [(Rung.IDENTIFIER, 1), (Rung.CITING_REFERENCES, 2)])
def test_a_batch_that_knows_no_id_is_an_answer(rung: Rung, count: int) -> None:
    asked, said = query(rung, count), answer({"error": "No valid paper ids given"}, 400)
    assert provider.read(asked, said) == {each.key: () for each in asked.about}
    assert provider.is_cacheable(asked, said)


# Answers about many titles


def bulk(*titles: str, **said: object) -> Answer:
    listed = [{"paperId": f"{n:040x}", "title": each} for n, each in enumerate(titles)]
    return answer({"total": len(listed), "token": None, "data": listed} | said)


ONE, TWO = (
    lookup("one", "Learning to align and translate"),
    lookup("two", "Words of quite another work"),
)


def test_works_are_handed_out_by_their_titles_and_longer_ones_have_the_phrase_too() -> None:
    (asked,) = provider.queries(Rung.TITLE_BATCH, [ONE, TWO])
    said = bulk(
        "Words of Quite Another Work",
        "Learning to Align & Translate",
        "Machine Translation: Learning to Align and Translate",
        "A work with the phrase in its abstract",
        "WORDS of quite another-work?",
    )
    reading = provider.read(asked, said)
    assert not isinstance(reading, Failure)
    assert {key: [work.title for work in found] for key, found in reading.items()} == {
        key_of("one"): [
            "Learning to Align & Translate",
            "Machine Translation: Learning to Align and Translate",
        ],
        key_of("two"): ["Words of Quite Another Work", "WORDS of quite another-work?"],
    }
    assert provider.is_cacheable(asked, said)


def test_a_bulk_record_is_read_whole() -> None:
    said = {
        "total": 1,
        "data": [
            {
                "paperId": "a" * 40, "title": TWO.title, "year": 2001, "venue": "ICML",
                "authors": [{"name": "A. B"}], "citationCount": 7, "referenceCount": 8,
                "externalIds": {"DOI": "10.1109/X"}, "fieldsOfStudy": ["Art"],
            }
        ],
    }  # fmt: skip
    (asked,) = provider.queries(Rung.TITLE_BATCH, [TWO])
    assert provider.read(asked, answer(said)) == {
        key_of("two"): (
            Work(
                TWO.title, ("A. B",), 2001, "ICML", (), 7, 8, ("Art",),
                Identifiers(s2="a" * 40, doi="10.1109/x"),
            ),
        )
    }  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        {"total": 0},
        {"total": 0, "data": None},
        {"total": 0, "token": None, "data": []},
        {"total": 1, "data": [{"paperId": "a" * 40, "title": "A work of other words"}]},
        {"total": 1, "data": [{"paperId": "a" * 40, "title": None}]},
    ],
)
def test_many_titles_may_all_be_unknown(said: object) -> None:
    (asked,) = provider.queries(Rung.TITLE_BATCH, [ONE, TWO])
    assert provider.read(asked, answer(said)) == {key_of("one"): (), key_of("two"): ()}
    assert provider.is_cacheable(asked, answer(said))


@pytest.mark.parametrize("total", [1, 2, 3])
def test_the_total_of_many_titles_is_approximate(total: int) -> None:
    (asked,) = provider.queries(Rung.TITLE_BATCH, [ONE, TWO])
    reading = provider.read(asked, bulk(ONE.title, TWO.title, total=total))
    assert not isinstance(reading, Failure)
    titles = [[work.title for work in reading[lookup.key]] for lookup in (ONE, TWO)]
    assert titles == [[ONE.title], [TWO.title]]


@pytest.mark.parametrize(
    "said",
    [
        bulk(ONE.title, TWO.title, total=3, token="next"),  # noqa: S106 - where a list goes on
        bulk(ONE.title, TWO.title, token="next"),  # noqa: S106 - the same
        bulk(total=1),
        bulk(total=1, data=None),
        answer({"total": 1001}),
    ],
)
def test_a_list_that_goes_on_blames_the_question(said: Answer) -> None:
    (asked,) = provider.queries(Rung.TITLE_BATCH, [ONE, TWO])
    assert trouble(asked, said) is Trouble.REJECTED


@pytest.mark.parametrize(
    "said",
    [
        {},
        [],
        None,
        {"data": []},
        {"total": None, "data": []},
        {"total": "1", "data": []},
        {"total": 1.5, "data": []},
        {"total": 1, "data": [None]},
        {"total": 1, "data": {"title": "T"}},
        {"message": "Service unavailable"},
    ],
)
def test_bulk_answers_of_another_shape_are_garbled(said: object) -> None:
    (asked,) = provider.queries(Rung.TITLE_BATCH, [ONE, TWO])
    assert trouble(asked, answer(said)) is Trouble.GARBLED


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [
        (404, "Title match not found", Trouble.GARBLED),
        (400, "No valid paper ids given", Trouble.REJECTED),
        (400, "Unacceptable query params", Trouble.REJECTED),
        (414, "", Trouble.REJECTED),
        (429, "Too Many Requests", Trouble.REFUSED),
        (500, "", Trouble.BROKEN),
    ],
)
def test_no_status_means_that_many_titles_are_unknown(
    status: int, text: str, expected: Trouble
) -> None:
    (asked,) = provider.queries(Rung.TITLE_BATCH, [ONE, TWO])
    assert trouble(asked, answer({"error": text}, status)) is expected


# Nothing raises

MANY = bulk("A title of five words", "In it: a title of five words")


@pytest.mark.parametrize("key", [None, "key"])
@pytest.mark.parametrize("contact", [None, "me@example.org"])
def test_a_request_a_second_over_all_endpoints(key: str | None, contact: str | None) -> None:
    assert provider.limits(key, contact) == Limits(min_interval=1.0, at_once=4)
    assert (
        provider.limits_from_headers({"x-ratelimit-remaining": "0", "x-rate-limit-limit": "9"})
        == Limits()
    )
