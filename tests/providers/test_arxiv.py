"""What is asked of arXiv, and what is read in its real and in hostile feeds."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote, urlencode

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
from refmatter.providers import arxiv
from refmatter.providers.base import Provider
from support import absent, key_of

RECORDINGS = Path(__file__).parent / "recordings" / "arxiv"
SPACES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"'
    ' xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'
)
provider: Provider = arxiv


def lookup(key: str, title: str = "A title", **identifiers: str) -> Lookup:
    return Lookup(key_of(key), title, Hints(identifiers=Identifiers(**identifiers)))


def answer(body: bytes, status: int = 200, content_type: str = "application/atom+xml") -> Answer:
    return Answer(status, content_type, body, "2026-11-21")


def feed(entries: str = "", total: str | None = "1") -> Answer:
    count = "" if total is None else f"<opensearch:totalResults>{total}</opensearch:totalResults>"
    return answer(f"<feed {SPACES}>{count}{entries}</feed>".encode())


def entry(inner: str = "", *, id_: str = "http://arxiv.org/abs/1905.02450v5") -> str:
    return f"<entry><id>{id_}</id><title>T</title>{inner}</entry>"


def by_title(title: str = "A title") -> Query:
    (asked,) = provider.queries(Rung.TITLE_SEARCH, [lookup("k", title)])
    return asked


def by_ids(*ids: str) -> Query:
    (asked,) = provider.queries(
        Rung.IDENTIFIER, [lookup(f"k{n}", arxiv=i) for n, i in enumerate(ids)]
    )
    return asked


def titled(*wanted: str) -> list[Lookup]:
    return [lookup(f"k{n}@x", title) for n, title in enumerate(wanted)]


def by_titles(*wanted: str) -> Query:
    (asked,) = provider.queries(Rung.TITLE_BATCH, titled(*wanted))
    return asked


def works(given_: Answer) -> tuple[Work, ...]:
    reading = provider.read(by_title(), given_)
    assert not isinstance(reading, Failure), reading
    return reading[key_of("k")]


def one(inner: str, **options: str) -> Work:
    (work,) = works(feed(entry(inner, **options)))
    return work


def trouble(given_: Answer, asked: Query | None = None) -> Trouble:
    asked = asked or by_title()
    reading = provider.read(asked, given_)
    assert isinstance(reading, Failure)
    assert not provider.is_cacheable(asked, given_)
    assert (reading.provider, reading.rung) == ("arxiv", asked.rung)
    assert reading.detail
    assert len(reading.detail) <= 120
    return reading.trouble


# Asking


@pytest.mark.parametrize(
    ("title", "phrases"),
    [
        ("GPT-2: Pre-training (again)?", ["GPT 2 Pre training again"]),
        ('"Quoted" AND/OR', ["Quoted AND OR"]),
        ("Poincaré Embeddings", ["Poincaré Embeddings", "Poincare Embeddings"]),
        ("Poincare\u0301 Embeddings", ["Poincaré Embeddings", "Poincare Embeddings"]),
        ("efﬁcient", ["efﬁcient", "efficient"]),
        ("Pandora’s Box", ["Pandora's Box", "Pandora’s Box"]),
        ("Pandora's Box", ["Pandora's Box", "Pandora’s Box"]),
        ("GPT-3.5, of 1,000 layers", ["GPT 3.5 of 1,000 layers"]),
        ("BERT:Pre-training", ["BERT:Pre training", "BERT Pre training"]),
        ("深度学习：综述", ["深度学习 综述"]),
        ("β-VAE", ["β VAE"]),
    ],
)
def test_a_title_is_asked_for_as_phrases_of_its_words(title: str, phrases: list[str]) -> None:
    asked = by_title(title)
    assert asked.path == "/api/query"
    terms = " OR ".join(f'ti:"{phrase}"' for phrase in phrases)
    assert asked.params == (("search_query", terms), ("max_results", "10"))


def test_of_a_long_title_as_many_spellings_are_asked_for_as_there_is_room_for() -> None:
    (asked,) = provider.queries(Rung.TITLE_BATCH, [lookup("k", "L'étranger " * 80)])
    terms = dict(asked.params)["search_query"].split(" OR ")
    assert len(terms) == 2
    assert all("L'étranger" in term or "L’étranger" in term for term in terms)


@pytest.mark.parametrize("title", ["...", ""])
def test_a_title_that_cannot_be_asked_for_is_left_out(title: str) -> None:
    assert list(provider.queries(Rung.TITLE_SEARCH, [lookup("k", title)])) == []


def test_several_titles_are_joined_with_room_for_three_works_each() -> None:
    wanted = titled("Alpha: a study", "...", "Beta of gamma", "ALPHA, a study.", "Alpha a study")
    (asked,) = provider.queries(Rung.TITLE_BATCH, wanted)
    assert (asked.rung, asked.path, asked.body) == (Rung.TITLE_BATCH, "/api/query", None)
    assert asked.about == (wanted[0], *wanted[2:])
    terms = 'ti:"Alpha a study" OR ti:"Beta of gamma" OR ti:"ALPHA a study"'
    assert asked.params == (("search_query", terms), ("max_results", "12"))
    assert dict(by_titles("Alpha a study", "Beta of gamma").params)["max_results"] == "10"


def test_a_common_phrase_is_only_asked_for_alone() -> None:
    wanted = titled(
        "One long title", "Deep learning", "Another long title", "Alzheimer's disease", "深度学习"
    )
    (asked,) = provider.queries(Rung.TITLE_BATCH, wanted)
    assert [each.key for each in asked.about] == [key_of(f"k{n}@x") for n in (0, 2, 4)]
    assert len(list(provider.queries(Rung.TITLE_SEARCH, wanted))) == 5


@pytest.mark.parametrize(("size", "counts"), [(None, [20, 20, 5]), (40, [40, 5])])
def test_titles_go_as_many_at_a_time_as_the_size_says(size: int | None, counts: list[int]) -> None:
    wanted = titled(*(f"Title of number {n}" for n in range(45)))
    asked = list(provider.queries(Rung.TITLE_BATCH, wanted, size))
    assert [len(each.about) for each in asked] == counts
    assert [each for query in asked for each in query.about] == wanted


def test_urls_of_titles_stay_short() -> None:
    wanted = titled(*(f"{n} long title " + "with words in it " * 10 for n in range(40)))
    asked = list(provider.queries(Rung.TITLE_BATCH, wanted, 40))
    urls = [
        f"{arxiv.INFO.host}{each.path}?{urlencode(each.params, quote_via=quote)}" for each in asked
    ]
    assert max(map(len, urls)) < 4000
    assert min(map(len, urls[:-1])) > 3500
    assert [each for query in asked for each in query.about] == wanted


@pytest.mark.parametrize("rung", [Rung.TITLE_BATCH, Rung.TITLE_SEARCH])
def test_a_title_too_long_for_a_url_is_not_asked_for(rung: Rung) -> None:
    assert list(provider.queries(rung, [lookup("k", "word " * 800)])) == []


def test_identifiers_go_a_hundred_at_a_time_with_room_for_all_of_them() -> None:
    lookups = [lookup(f"k{n}", arxiv=f"1905.{n:05}") for n in range(150)]
    first, second = provider.queries(Rung.IDENTIFIER, lookups)
    params = dict(first.params)
    assert params["id_list"].split(",") == [f"1905.{n:05}" for n in range(100)]
    assert params["max_results"] == "100"
    assert dict(second.params)["max_results"] == "50"
    assert len(second.about) == 50


@pytest.mark.parametrize(
    ("identifiers", "asked"),
    [
        ({"arxiv": "1905.02450v3"}, "1905.02450"),
        ({"arxiv": "math.GT/0309136"}, "math/0309136"),
        ({"arxiv": "astro-ph/0601001v1"}, "astro-ph/0601001"),
        ({"doi": "10.48550/arXiv.1905.02450"}, "1905.02450"),
        ({"doi": "10.48550/arxiv.1905.02450", "arxiv": "bad"}, "1905.02450"),
        ({"arxiv": "abc"}, None),
        ({"arxiv": "1905.02450,1"}, None),
        ({"arxiv": "\u0661\u0669\u0660\u0665.02450"}, None),
        ({"doi": "10.1109/1905.02450"}, None),
        ({"doi": "10.48550/arxiv.x"}, None),
        ({}, None),
    ],
)
def test_only_sound_identifiers_are_asked_for(
    identifiers: dict[str, str], asked: str | None
) -> None:
    queries = list(provider.queries(Rung.IDENTIFIER, [lookup("k", **identifiers)]))
    assert [dict(each.params)["id_list"] for each in queries] == ([asked] if asked else [])


def test_it_says_what_it_accepts_and_knows_no_key() -> None:
    assert provider.headers("k") == {"Accept": "application/atom+xml"}


# Recorded answers

# id asked for, title's beginning, first author, count of authors, year, venue
WORKS = {
    "ids-plain": ("1605.08386", "Heat-bath random walks", "Caprice Stanley", 2, 2016, None),
    "ids-many-authors": (
        "1707.08567",
        "Proceedings of Workshop AEW10",
        "Kees A. Schouhamer Immink",
        34,
        2017,
        None,
    ),
    "ids-version": (
        "2104.12255",
        "0",
        "Quan Thoi Minh Nguyen",
        1,
        2021,
        None,
    ),
    "ids-old-style-journal": (
        "astro-ph/0601001",
        "Frequency of Hot Jupiters",
        "Andrew Gould",
        4,
        2006,
        "ActaAstron.56:1-50,2006",
    ),
    "ids-old-style-version": (
        "quant-ph/0201082",
        "Quantum Computers and Quantum Computer Languages",
        "Stephen Blaha",
        1,
        2002,
        None,
    ),
}
LISTS = {"search-testing": 5}
NOTHING = {"ids-unknown"}
REFUSALS = {"ids-400", "ids-200-error"}


def recorded(name: str) -> Answer:
    said = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))["response"]
    return answer(said["body"].encode(), said["status"], said["content_type"])


def test_every_recording_is_used() -> None:
    stored = {each.stem for each in RECORDINGS.glob("*.json")}
    assert stored == WORKS.keys() | LISTS.keys() | NOTHING | REFUSALS


@pytest.mark.parametrize("name", WORKS)
def test_a_recorded_entry_is_read(name: str) -> None:
    id_, title, author, count, year, venue = WORKS[name]
    asked = by_ids("0001.0000", id_)
    reading = provider.read(asked, recorded(name))
    assert not isinstance(reading, Failure)
    assert reading[key_of("k0")] == ()
    (work,) = reading[key_of("k1")]
    assert work.title.startswith(title)
    assert work.authors is not None
    assert (work.authors[0], len(work.authors)) == (author, count)
    assert (work.year, work.venue, work.identifiers.arxiv) == (year, venue, id_)
    assert provider.is_cacheable(asked, recorded(name))


@pytest.mark.parametrize("name", LISTS)
def test_a_recorded_list_is_read(name: str) -> None:
    found = works(recorded(name))
    assert len(found) == LISTS[name]
    assert found[0] == Work(
        title="Testing Deep Learning Models: A First Comparative Study of Multiple Testing"
        " Techniques",
        authors=("Mohit Kumar Ahuja", "Arnaud Gotlieb", "Helge Spieker"),
        year=2022,
        venue="Artificial Intelligence in Software Testing @ 2022 IEEE International Conference on"
        " Software Testing, Verification and Validation Workshops (ICSTW)",
        identifiers=Identifiers(arxiv="2202.12139", doi="10.1109/icstw55395.2022.00035"),
        preprint=True,
        kind=WorkKind.PREPRINT,
    )


@pytest.mark.parametrize("name", sorted(NOTHING))
def test_a_recorded_empty_feed_is_no_work_and_not_remembered(name: str) -> None:
    asked = by_ids("0001.0000")
    assert provider.read(asked, recorded(name)) == {key_of("k0"): ()}
    assert not provider.is_cacheable(asked, recorded(name))


@pytest.mark.parametrize("name", sorted(REFUSALS))
def test_a_recorded_complaint_blames_the_question(name: str) -> None:
    assert trouble(recorded(name), by_ids("1605.08386")) is Trouble.REJECTED


def test_a_complaint_among_entries_spoils_the_feed() -> None:
    bad = entry(
        "<summary>incorrect id format</summary>", id_="https://arxiv.org/api/errors#incorrect"
    )
    reading = provider.read(by_ids("1905.02450"), feed(entry() + bad, "2"))
    assert isinstance(reading, Failure)
    assert reading.trouble is Trouble.REJECTED
    assert absent(reading.detail, "incorrect id format") == []


# Values


@pytest.mark.parametrize(
    ("inner", "field", "expected"),
    [
        ("<author><name>A\n  B</name></author><author/>", "authors", ("A B",)),
        ("", "authors", None),
        ("<published>2019-05-07T00:00:00Z</published>", "year", 2019),
        ("<published>soon</published>", "year", None),
        ("<published>0019-05-07</published>", "year", None),
        ("<published>٢٠١٩</published>", "year", None),
        ("", "year", None),
        ("<arxiv:journal_ref> ICML\n 2019 </arxiv:journal_ref>", "venue", "ICML 2019"),
        ("<arxiv:journal_ref/>", "venue", None),
        ("", "citation_count", None),
        ("<arxiv:journal_ref>ICML</arxiv:journal_ref>", "preprint", True),
    ],
)
def test_a_value_is_read_or_left_open(inner: str, field: str, expected: object) -> None:
    assert getattr(one(inner), field) == expected


@pytest.mark.parametrize(
    ("doi", "expected"),
    [
        ("10.1086/ABC", "10.1086/abc"),
        ("10.1086/a 10.1086/b", "10.1086/a"),
        ("none", None),
        ("", None),
    ],
)
def test_a_doi_is_read_bare_and_only_where_sound(doi: str, expected: str | None) -> None:
    found = one(f"<arxiv:doi>{doi}</arxiv:doi>").identifiers
    assert found == Identifiers(arxiv="1905.02450", doi=expected)


@pytest.mark.parametrize("id_", ["", "http://arxiv.org/abs/x", "http://arxiv.org/pdf/1905.02450"])
def test_an_entry_without_a_sound_id_has_none(id_: str) -> None:
    assert one("", id_=id_).identifiers == Identifiers()


def test_titles_are_unfolded_and_an_entry_without_one_is_no_work() -> None:
    titled = "<entry><title>Folded\n  &amp;amp; $\\alpha$ title</title></entry>"
    found = works(feed(titled + "<entry><title> </title></entry><entry/>", "3"))
    assert [work.title for work in found] == ["Folded & α title"]


def test_answers_are_told_apart_by_id_not_by_place() -> None:
    asked = by_ids("1905.02450", "0001.0000", "math.GT/0309136", "1905.02450v2")
    second = entry(id_="http://arxiv.org/abs/math/0309136v1")
    reading = provider.read(asked, feed(second + entry(), "2"))
    assert not isinstance(reading, Failure)
    assert {key: [w.identifiers.arxiv for w in found] for key, found in reading.items()} == {
        key_of("k0"): ["1905.02450"],
        key_of("k1"): [],
        key_of("k2"): ["math/0309136"],
        key_of("k3"): ["1905.02450"],
    }


def test_works_are_handed_to_every_title_they_have_or_contain() -> None:
    asked = by_titles("Alpha: a study", "A study of letters", "Beta of gamma", "Alpha – a Study")
    said = ("Alpha, a\n Study", "Alpha: a study of letters", "Something else")
    entries = "".join(f"<entry><title>{title}</title></entry>" for title in said)
    reading = provider.read(asked, feed(entries, "3"))
    assert not isinstance(reading, Failure)
    assert {key: [work.title for work in found] for key, found in reading.items()} == {
        key_of("k0@x"): ["Alpha, a Study", "Alpha: a study of letters"],
        key_of("k1@x"): ["Alpha: a study of letters"],
        key_of("k2@x"): [],
        key_of("k3@x"): ["Alpha, a Study", "Alpha: a study of letters"],
    }
    assert provider.is_cacheable(asked, feed(entries, "3"))


def test_titles_whose_works_had_no_room_are_asked_for_in_smaller_questions() -> None:
    several, alone = by_titles("Alpha a study", "Beta of gamma"), by_titles("Alpha a study")
    cut = feed("<entry><title>Alpha: a study</title></entry>", "2")
    assert trouble(cut, several) is Trouble.REJECTED
    reading = provider.read(alone, cut)
    assert not isinstance(reading, Failure)
    assert [work.title for work in reading[key_of("k0@x")]] == ["Alpha: a study"]
    assert provider.is_cacheable(alone, cut)


def test_titles_without_a_count_of_their_works_are_garbled() -> None:
    assert trouble(feed(entry(), None), by_titles("A b c", "D e f")) is Trouble.GARBLED


def test_an_empty_feed_for_titles_is_no_work_and_not_remembered() -> None:
    asked = by_titles("Alpha a study", "Beta of gamma")
    assert provider.read(asked, feed(total="0")) == {key_of("k0@x"): (), key_of("k1@x"): ()}
    assert not provider.is_cacheable(asked, feed(total="0"))


# Shapes


@pytest.mark.parametrize("total", ["7", "214881"])
def test_an_empty_feed_for_works_it_counted_is_broken(total: str) -> None:
    assert trouble(feed(total=total)) is Trouble.BROKEN


@pytest.mark.parametrize("total", [None, "", "-1", "many"])
def test_an_empty_feed_without_a_count_is_garbled(total: str | None) -> None:
    assert trouble(feed(total=total)) is Trouble.GARBLED


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + f"]><feed {SPACES}><entry><title>&i;</title></entry></feed>"
)
FETCH = (
    '<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    f"<feed {SPACES}><entry><title>&x;</title></entry></feed>"
)


@pytest.mark.parametrize(
    "body",
    [
        BOMB.encode(),
        FETCH.encode(),
        BOMB.replace("1.0", '1.0" encoding="utf-16').encode("utf-16"),
        FETCH.encode("utf-16"),
        b"",
        b"<feed",
        b"Rate exceeded.",
        b"\xff\xfe\x00",
        b"<feed></feed>",
        b"<rss/>",
        b"<a>" * 50_000,
        f"<feed {SPACES}>&undeclared;</feed>".encode(),
        f"<feed {SPACES}>\x00</feed>".encode(),
    ],
)
def test_what_is_no_plain_feed_is_garbled(body: bytes) -> None:
    assert trouble(answer(body)) is Trouble.GARBLED


def test_a_deep_feed_is_read() -> None:
    depth = 20_000
    deep = "<x>" * depth + "</x>" * depth
    assert len(works(feed(entry(deep)))) == 1


@pytest.mark.parametrize(
    "wall",
    [
        answer(b"<feed/>", content_type="text/html; charset=utf-8"),
        answer(b"\n<!DOCTYPE html><title>Not a bot?</title>"),
        answer(b"<HTML></HTML>"),
    ],
)
def test_a_web_page_is_a_refusal(wall: Answer) -> None:
    assert trouble(wall) is Trouble.REFUSED


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, Trouble.REJECTED),
        (414, Trouble.REJECTED),
        (403, Trouble.REFUSED),
        (406, Trouble.REFUSED),
        (429, Trouble.REFUSED),
        (503, Trouble.BROKEN),
        (404, Trouble.GARBLED),
    ],
)
def test_a_status_says_what_is_wrong(status: int, expected: Trouble) -> None:
    assert trouble(answer(b"Rate exceeded.", status, "text/plain")) is expected


# Nothing raises


@pytest.mark.parametrize("key", [None, "key"])
@pytest.mark.parametrize("contact", [None, "me@example.org"])
def test_one_connection_and_a_request_in_three_seconds(
    key: str | None, contact: str | None
) -> None:
    assert provider.limits(key, contact) == Limits(min_interval=3.0, at_once=1)
    assert (
        provider.limits_from_headers({"x-ratelimit-remaining": "0", "x-rate-limit-limit": "9"})
        == Limits()
    )
