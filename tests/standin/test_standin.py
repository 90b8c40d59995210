"""The stand-in answers as the services' documentation says they do, and can be broken at will."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest

import scholar
from scholar import Corpus, Record, Server
from scholar.corpus import END_OF_MAG

pytestmark = pytest.mark.unmeasured

MASS = "145b8b5d99a2beba6029418ca043585b90138d12"
T5 = "3cfb319689f06bf04c2e28399361f414ca32c4b3"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return scholar.small()


@pytest.fixture
def server(corpus: Corpus) -> Iterator[Server]:
    with scholar.serve(corpus) as running:
        yield running


@pytest.fixture(scope="module")
def clients() -> Iterator[tuple[httpx.Client, httpx.Client]]:
    with httpx.Client() as one, httpx.Client() as other:
        yield one, other


@pytest.fixture
def s2(server: Server, clients: tuple[httpx.Client, httpx.Client]) -> httpx.Client:
    clients[0].base_url = server.url("semantic_scholar") + "/graph/v1/paper"
    return clients[0]


@pytest.fixture
def arxiv(server: Server, clients: tuple[httpx.Client, httpx.Client]) -> httpx.Client:
    clients[1].base_url = server.url("arxiv") + "/api"
    return clients[1]


@pytest.fixture
def http(clients: tuple[httpx.Client, httpx.Client]) -> httpx.Client:
    """For whole URLs."""
    return clients[0]


def batch(client: httpx.Client, ids: object, fields: str = "title") -> httpx.Response:
    return client.post("/batch", params={"fields": fields}, json={"ids": ids})


def error(reply: httpx.Response) -> str:
    said = reply.json()["error"]
    assert isinstance(said, str)
    return said


def titles_of(reply: httpx.Response) -> list[str]:
    feed = ET.fromstring(reply.text)  # noqa: S314 - written by the stand-in
    found = [entry.findtext(f"{ATOM}title") or "" for entry in feed.findall(f"{ATOM}entry")]
    return [" ".join(each.split()) for each in found]


# Semantic Scholar: batch


def test_a_batch_keeps_order_and_length_with_null_for_the_unknown(s2: httpx.Client) -> None:
    ids = [T5, "0" * 40, MASS, "ARXIV:1905.02450", "CorpusId:204838007"]
    said = batch(s2, ids).json()
    assert [each and each["paperId"] for each in said] == [T5, None, MASS, MASS, T5]


@pytest.mark.parametrize(
    "said",
    [
        "DOI:10.1109/cvpr.2009.5206848",
        "DOI:10.1109/CVPR.2009.5206848",
        "10.1109/cvpr.2009.5206848",
    ],
)
def test_a_doi_is_known_with_and_without_prefix_in_any_case(s2: httpx.Client, said: str) -> None:
    assert batch(s2, [said]).json()[0]["title"].startswith("ImageNet: A large-scale")


def test_acl_ids_and_the_dois_that_arxiv_gives_are_known(s2: httpx.Client) -> None:
    said = batch(s2, ["ACL:D13-1061", "DOI:10.48550/arXiv.1905.02450"]).json()
    assert said[0]["title"] == "Deep Learning for Chinese Word Segmentation and POS Tagging"
    assert said[1]["paperId"] == MASS


def test_a_number_of_the_microsoft_academic_graph_is_known(
    s2: httpx.Client, corpus: Corpus
) -> None:
    """It is OpenAlex's, of works from its beginnings; later works have none that counts here."""
    old = [each for each in corpus.records if each.paper_id and each.work_number < END_OF_MAG]
    new = [each for each in corpus.records if each.paper_id and each.work_number >= END_OF_MAG]
    assert old
    assert new
    wanted = [*new[:3], *old, *new[3:5]]
    said = batch(s2, [f"MAG:{each.work_number % 10**10}" for each in wanted]).json()
    assert [each and each["paperId"] for each in said] == [
        None, None, None, *(each.paper_id for each in old), None, None
    ]  # fmt: skip
    assert s2.get(f"/mag:{old[0].work_number}").json()["paperId"] == old[0].paper_id
    assert s2.get(f"/MAG:{new[0].work_number % 10**10}").status_code == 404


@pytest.mark.parametrize(
    "bad",
    [
        *("", "nonsense", "DOI:", "ARXIV:abc", "MAG:", "MAG:W1", "MAG:11111111111", "W1"),
        *(7, None, MASS.upper()),
    ],
)
def test_one_malformed_id_spoils_the_batch(s2: httpx.Client, bad: object) -> None:
    reply = batch(s2, [MASS, bad])
    assert (reply.status_code, error(reply)) == (400, "No valid paper ids given")


def test_a_batch_of_unknown_ids_only_is_refused(s2: httpx.Client) -> None:
    assert error(batch(s2, ["0" * 40, "1" * 40])) == "No valid paper ids given"


def test_five_hundred_ids_are_the_most(s2: httpx.Client) -> None:
    assert len(batch(s2, [MASS] * 500).json()) == 500
    assert batch(s2, [MASS] * 501).status_code == 400


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"ids": 3}'])
def test_a_batch_without_a_list_is_refused(s2: httpx.Client, body: bytes) -> None:
    assert s2.post("/batch", content=body).status_code == 400


def test_only_the_fields_asked_for_are_answered(s2: httpx.Client) -> None:
    assert set(batch(s2, [MASS], "year,citationCount").json()[0]) == {
        "paperId",
        "year",
        "citationCount",
    }


@pytest.mark.parametrize("fields", ["x", "title,x", "references.x", "matchScore"])
def test_an_unknown_field_is_refused_by_name(s2: httpx.Client, fields: str) -> None:
    named = fields.rpartition(",")[2].rpartition(".")[2]
    reply = batch(s2, [MASS], fields)
    assert (reply.status_code, error(reply)) == (
        400,
        f"Unrecognized or unsupported fields: [{named}]",
    )


def test_every_field_of_a_record_has_its_shape(s2: httpx.Client) -> None:
    fields = "title,year,venue,publicationVenue,journal,authors,externalIds,fieldsOfStudy"
    said = batch(s2, [MASS], fields + ",s2FieldsOfStudy,citationCount,referenceCount,url").json()
    assert said == [
        {
            "paperId": MASS,
            "title": "MASS: Masked Sequence to Sequence Pre-training for Language Generation",
            "year": 2019,
            "venue": "ICML",
            "publicationVenue": {"name": "ICML", "type": "conference", "alternate_names": []},
            "journal": {"name": "ICML"},
            "authors": [
                {"authorId": None, "name": name}
                for name in ("Kaitao Song", "Xu Tan", "Tao Qin", "Jianfeng Lu", "Tie-Yan Liu")
            ],
            "externalIds": {
                "ArXiv": "1905.02450",
                "DBLP": "conf/icml/SongTQLL19",
                "DOI": "10.48550/arXiv.1905.02450",
                "CorpusId": 146808476,
            },
            "fieldsOfStudy": ["Computer Science"],
            "s2FieldsOfStudy": [
                {"category": "Computer Science", "source": "external"},
                {"category": "Computer Science", "source": "s2-fos-model"},
            ],
            "citationCount": 599,
            "referenceCount": 59,
            "url": f"https://www.semanticscholar.org/paper/{MASS}",
        }
    ]


def test_a_venue_has_its_short_name_and_none_is_written_empty(http: httpx.Client) -> None:
    records = [
        Record("Long", "a" * 40, venue="Knowledge Discovery", short_venue="KDD"),
        Record("None", "b" * 40),
    ]
    with scholar.serve(Corpus(records)) as server:
        url = server.url("semantic_scholar") + "/graph/v1/paper/batch"
        fields = {"fields": "venue,publicationVenue,journal"}
        long, none = http.post(
            url, params=fields, json={"ids": [r.paper_id for r in records]}
        ).json()
    assert long["publicationVenue"]["alternate_names"] == ["KDD"]
    assert (none["venue"], none["publicationVenue"], none["journal"]) == ("", None, None)


# Semantic Scholar: reference lists


def test_nested_references_come_with_their_own_fields(s2: httpx.Client) -> None:
    (said,) = batch(s2, [MASS], "title,references.title,references.year").json()
    assert set(said) == {"paperId", "title", "references"}
    assert len(said["references"]) == 58
    assert {frozenset(each) for each in said["references"]} == {
        frozenset({"paperId", "title", "year"})
    }


def test_an_answer_beyond_the_limit_is_refused(corpus: Corpus, http: httpx.Client) -> None:
    with scholar.serve(corpus, answer_limit=30_000) as server:
        url = server.url("semantic_scholar") + "/graph/v1/paper/batch"
        fields = {"fields": "references.title,references.authors"}
        one = http.post(url, params=fields, json={"ids": [MASS]})
        two = http.post(url, params=fields, json={"ids": [MASS, T5]})
    assert one.status_code == 200
    assert two.status_code == 400
    assert "exceed maximum size" in error(two)


def test_reference_lists_are_paged(s2: httpx.Client) -> None:
    first = s2.get(f"/{MASS}/references", params={"limit": 50}).json()
    rest = s2.get(f"/{MASS}/references", params={"limit": 50, "offset": first["next"]}).json()
    assert (first["offset"], first["next"], len(first["data"])) == (0, 50, 50)
    assert (rest["offset"], len(rest["data"]), "next" in rest) == (50, 8, False)
    assert set(first["data"][0]["citedPaper"]) == {"paperId", "title"}


@pytest.mark.parametrize("params", [{"limit": 1001}, {"limit": 0}, {"offset": -1}, {"limit": "x"}])
def test_pages_have_limits(s2: httpx.Client, params: dict[str, str]) -> None:
    assert s2.get(f"/{MASS}/references", params=params).status_code == 400


def test_elided_and_unlinked_references_look_as_the_service_shows_them(http: httpx.Client) -> None:
    parents = [Record("Open", "a" * 40), Record("Elided", "b" * 40)]
    corpus = Corpus(parents, {"a" * 40: ["Table 7"], "b" * 40: ["a" * 40]}, {"b" * 40})
    with scholar.serve(corpus) as server:
        base = server.url("semantic_scholar") + "/graph/v1/paper/"
        linked = http.get(base + "a" * 40 + "/references").json()
        elided = http.get(base + "b" * 40 + "/references").json()
        ids, fields = {"ids": ["b" * 40]}, {"fields": "references.title"}
        nested = http.post(base + "batch", params=fields, json=ids).json()
    assert linked["data"] == [{"citedPaper": {"paperId": None, "title": "Table 7"}}]
    assert elided["data"] is None
    assert "elided" in elided["citingPaperInfo"]["openAccessPdf"]["disclaimer"]
    assert nested == [{"paperId": "b" * 40, "references": []}]


def test_lists_that_have_no_room_in_a_batch_are_cut_without_a_word(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As s2-folks#199 shows it for citations."""
    monkeypatch.setattr(scholar.semantic_scholar, "NESTED", 3)
    parents = [Record(each.upper(), each * 40, reference_count=2) for each in "abc"]
    corpus = Corpus(parents, {each * 40: ["Table 7", "Table 8"] for each in "abc"})
    with scholar.serve(corpus) as server:
        url = server.url("semantic_scholar") + "/graph/v1/paper/batch"
        ids, fields = {"ids": [each * 40 for each in "abc"]}, {"fields": "references.title"}
        nested = http.post(url, params=fields, json=ids).json()
    assert [len(each["references"]) for each in nested] == [2, 1, 0]


def test_a_single_record_is_found_or_named_as_unknown(s2: httpx.Client) -> None:
    assert s2.get(f"/{MASS}").json()["paperId"] == MASS
    doi = "DOI:10.1109/cvpr.2009.5206848"
    assert s2.get(f"/{doi}/references", params={"fields": "title"}).json() == {
        "offset": 0,
        "data": [],
    }
    for path in ("DOI:10.9999/none", "DOI:10.9999/none/references"):
        reply = s2.get(f"/{path}")
        assert (reply.status_code, error(reply)) == (
            404,
            "Paper with id DOI:10.9999/none not found",
        )


# Semantic Scholar: titles


@pytest.mark.parametrize(
    "query",
    [
        "MASS: Masked Sequence to Sequence Pre-training for Language Generation",
        "mass masked sequence to sequence pre training for language generation",
    ],
)
def test_an_equal_title_is_matched_however_it_is_written(s2: httpx.Client, query: str) -> None:
    said = s2.get("/search/match", params={"query": query, "fields": "title"}).json()
    assert [each["paperId"] for each in said["data"]] == [MASS]
    assert said["data"][0]["matchScore"] > 0


def test_of_namesakes_only_the_most_cited_is_matched(s2: httpx.Client) -> None:
    said = s2.get("/search/match", params={"query": "Deep Learning", "fields": "citationCount"})
    assert [each["citationCount"] for each in said.json()["data"]] == [30722]


def test_a_near_title_gets_a_wrong_work_as_from_the_service_itself(s2: httpx.Client) -> None:
    said = s2.get("/search/match", params={"query": "Masked Sequence Generation of Cheese"}).json()
    assert len(said["data"]) == 1


def test_no_match_is_a_404_even_with_a_wrong_field(s2: httpx.Client) -> None:
    for query in ("Zymurgy of Cheese", "%%%"):
        reply = s2.get("/search/match", params={"query": query, "fields": "x"})
        assert (reply.status_code, error(reply)) == (404, "Title match not found")
    reply = s2.get("/search/match", params={"query": "Deep Learning", "fields": "x"})
    assert reply.status_code == 400


@pytest.mark.parametrize("path", ["/search", "/search/match"])
def test_a_search_without_a_query_is_refused(s2: httpx.Client, path: str) -> None:
    assert s2.get(path).status_code == 400


def test_a_search_lists_equal_titles_first_and_then_by_citations(s2: httpx.Client) -> None:
    params = {"query": "multitask learning", "limit": "3", "fields": "title,citationCount"}
    said = s2.get("/search", params=params).json()
    assert [each["title"] for each in said["data"]] == ["Multitask Learning"] * 3
    assert (said["offset"], said["next"]) == (0, 3)
    rest = s2.get("/search", params=params | {"offset": "3"}).json()
    counts = [each["citationCount"] for each in rest["data"]]
    assert counts == sorted(counts, reverse=True)
    assert all("Multitask Learning" in each["title"].title() for each in rest["data"])


@pytest.mark.parametrize("query", ["zymurgy", "multitask zymurgy", "pre-training"])
def test_a_search_without_hits_has_no_data(s2: httpx.Client, query: str) -> None:
    assert s2.get("/search", params={"query": query}).json() == {"total": 0, "offset": 0}


@pytest.mark.parametrize("params", [{"limit": "101"}, {"offset": "950", "limit": "100"}])
def test_a_search_reaches_only_so_far(s2: httpx.Client, params: dict[str, str]) -> None:
    assert s2.get("/search", params={"query": "learning"} | params).status_code == 400


def test_what_is_not_known_is_not_there(
    s2: httpx.Client, server: Server, http: httpx.Client
) -> None:
    assert s2.post("/search", json={}).status_code == 404
    assert http.get(server.url("semantic_scholar") + "/v1/paper/x").status_code == 404
    assert http.get(server.url("arxiv") + "/other").status_code == 404
    assert http.get(server.url("arxiv").replace("arxiv", "other")).status_code == 404
    with pytest.raises(KeyError, match="the stand-in knows"):
        server.url("other")


# Semantic Scholar: bulk search


def bulk(client: httpx.Client, query: str, fields: str = "title") -> dict[str, object]:
    said: dict[str, object] = client.get(
        "/search/bulk", params={"query": query, "fields": fields}
    ).json()
    return said


def bulk_titles(client: httpx.Client, query: str) -> list[str]:
    said = bulk(client, query)
    data = said["data"]
    assert isinstance(data, list)
    assert said["total"] == len(data)
    assert [each["paperId"] for each in data] == sorted(each["paperId"] for each in data)
    return sorted(each["title"] for each in data)


def test_phrases_are_found_as_they_stand_and_words_in_any_order(s2: httpx.Client) -> None:
    mass = "MASS: Masked Sequence to Sequence Pre-training for Language Generation"
    assert bulk_titles(s2, '"masked sequence to sequence pre training"') == [mass]
    assert bulk_titles(s2, '"masked pre training sequence"') == []
    assert bulk_titles(s2, "masked pre training sequence") == [mass]


def test_a_bar_is_either_and_a_work_of_both_is_listed_once(s2: httpx.Client) -> None:
    one, other = '"Multitask Learning"', '"Deep Learning for Chinese Word Segmentation"'
    both = bulk_titles(s2, f"{one} | {other}")
    assert both == sorted(bulk_titles(s2, one) + bulk_titles(s2, other))
    assert both.count("Multitask Learning") == 3  # namesakes, and longer titles beside them
    assert bulk_titles(s2, f'{one} | "multitask" | {one} | "zymurgy of cheese"') == bulk_titles(
        s2, '"multitask"'
    )


def test_no_hit_is_an_empty_list_with_a_total_and_no_token(s2: httpx.Client) -> None:
    assert bulk(s2, '"zymurgy of cheese"') == {"total": 0, "token": None, "data": []}


def test_a_page_of_bulk_search_has_a_thousand_works_and_says_that_there_are_more(
    http: httpx.Client,
) -> None:
    records = [Record(f"The same words {n}", f"{n:040x}") for n in range(1001)]
    for count, token in ((1001, "more"), (1000, None)):
        with scholar.serve(Corpus(records[:count])) as server:
            url = server.url("semantic_scholar") + "/graph/v1/paper/search/bulk"
            said = http.get(url, params={"query": '"the same words"'}).json()
        assert (said["total"], said["token"], len(said["data"])) == (count, token, 1000)


def test_a_bulk_search_without_words_or_with_a_wrong_field_is_refused(s2: httpx.Client) -> None:
    for params in ({}, {"query": " "}, {"query": "deep", "fields": "references.title"}):
        assert s2.get("/search/bulk", params=params).status_code == 400


# arXiv


def test_a_title_phrase_is_found_with_its_full_names_and_folded_title(arxiv: httpx.Client) -> None:
    query = 'ti:"exploring the limits of transfer learning"'
    reply = arxiv.get("/query", params={"search_query": query})
    assert reply.headers["content-type"] == "application/atom+xml"
    assert titles_of(reply) == [
        "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer"
    ]
    assert "Text-to-Text\n  " in reply.text or "Unified\n  " in reply.text
    assert "<name>Noam Shazeer</name>" in reply.text
    assert "<id>http://arxiv.org/abs/1910.10683v1</id>" in reply.text
    assert "<published>2019-10-01T" in reply.text


def test_several_titles_are_asked_at_once_and_also_by_post(arxiv: httpx.Client) -> None:
    query = 'ti:"masked sequence to sequence" OR ti:"limits of transfer learning" OR ti:mass'
    by_get = arxiv.get("/query", params={"search_query": query})
    by_post = arxiv.post("/query", data={"search_query": query})
    assert len(titles_of(by_get)) == 2
    assert by_get.text == by_post.text
    both = arxiv.get("/query", params={"search_query": 'ti:masked AND ti:"sequence to sequence"'})
    assert len(titles_of(both)) == 1


def test_ten_are_listed_unless_more_are_asked_for(arxiv: httpx.Client) -> None:
    first = arxiv.get("/query", params={"search_query": "ti:learning"})
    more = arxiv.get("/query", params={"search_query": "ti:learning", "max_results": "99"})
    assert len(titles_of(first)) == 10
    assert titles_of(more)[:10] == titles_of(first)
    assert len(titles_of(more)) > 10


def test_unknown_ids_are_left_out_without_a_word(arxiv: httpx.Client, server: Server) -> None:
    ids = "0000.0000,1910.10683v2,math.GT/0309136,1905.02450"
    assert len(titles_of(arxiv.get("/query", params={"id_list": ids}))) == 2
    assert server.log[-1].ids == 4
    empty = arxiv.get("/query", params={"id_list": "0000.0000"})
    assert titles_of(empty) == []
    assert ":totalResults>0<" in empty.text
    assert titles_of(arxiv.get("/query")) == []


@pytest.mark.parametrize(
    "params",
    [
        {"id_list": "1905.02450,abc"},
        {"search_query": "ti:a:b"},
        {"search_query": 'ti:"unbalanced'},
        {"search_query": "ti:(open"},
        {"search_query": "ti:a", "max_results": "2001"},
        {"search_query": "ti:a", "start": "x"},
    ],
)
def test_a_malformed_question_is_a_400_with_an_error_entry(
    arxiv: httpx.Client, params: dict[str, str]
) -> None:
    reply = arxiv.get("/query", params=params)
    assert reply.status_code == 400
    assert titles_of(reply) == ["Error"]
    assert "https://arxiv.org/api/errors#" in reply.text


def test_letters_of_any_script_are_no_malformed_question(arxiv: httpx.Client) -> None:
    for query in ("ti:naïve", 'ti:"深度学习" OR ti:"L’été"', 'ti:"GPT 3.5: 1,000 layers (again)"'):
        assert titles_of(arxiv.get("/query", params={"search_query": query})) == []


def test_a_title_without_words_finds_nothing(arxiv: httpx.Client) -> None:
    assert titles_of(arxiv.get("/query", params={"search_query": 'ti:"..."'})) == []


# The server itself


def test_requests_are_logged_with_what_they_asked(s2: httpx.Client, server: Server) -> None:
    batch(s2, [MASS, T5])
    s2.get("/search", params={"query": "x"}, headers={"X-API-Key": "k"})
    assert [(e.method, e.path, e.ids, e.status) for e in server.log] == [
        ("POST", "/graph/v1/paper/batch", 2, 200),
        ("GET", "/graph/v1/paper/search", 0, 200),
    ]
    assert server.log[0].params == {"fields": "title"}
    assert server.log[1].headers["x-api-key"] == "k"
    assert (server.requests(), server.requests("semantic_scholar")) == (2, 2)
    assert server.requests("arxiv") == 0


@pytest.mark.parametrize(
    ("kind", "status", "type_"),
    [
        ("refuse", 403, "application/json"),
        ("limit", 429, "application/json"),
        ("limit_after", 429, "application/json"),
        ("wall", 200, "text/html; charset=utf-8"),
        ("broken", 500, "application/json"),
        ("garbage", 200, "application/json"),
        ("slow", 200, "application/json"),
    ],
)
def test_a_fault_lasts_for_the_requests_it_was_set_for(
    s2: httpx.Client, server: Server, kind: str, status: int, type_: str
) -> None:
    whole = s2.get(f"/{MASS}").text
    server.fault("semantic_scholar", kind, 1, seconds=0.01)
    reply = s2.get(f"/{MASS}")
    assert (reply.status_code, reply.headers["content-type"]) == (status, type_)
    assert (reply.content == whole.encode()) == (kind == "slow")
    assert reply.headers.get("retry-after") == ("0.01" if kind == "limit_after" else None)
    assert s2.get(f"/{MASS}").text == whole


def test_a_service_is_down_until_healed_and_the_others_are_not(
    s2: httpx.Client, arxiv: httpx.Client, server: Server
) -> None:
    server.fault("semantic_scholar", "down")
    for _ in range(2):
        with pytest.raises(httpx.RemoteProtocolError):
            s2.get(f"/{MASS}")
    assert arxiv.get("/query").status_code == 200
    server.heal("semantic_scholar")
    assert s2.get(f"/{MASS}").status_code == 200
    assert [entry.status for entry in server.log] == [0, 0, 200, 200]


def test_faults_take_turns_and_arxiv_words_its_own(arxiv: httpx.Client, server: Server) -> None:
    server.fault("arxiv", "limit", 2)
    server.fault("arxiv", "broken", 1)
    replies = [arxiv.get("/query") for _ in range(4)]
    assert [each.status_code for each in replies] == [429, 429, 500, 200]
    assert replies[0].text == "Rate exceeded."


def test_a_request_before_its_time_is_refused(corpus: Corpus, http: httpx.Client) -> None:
    with scholar.serve(corpus, pace={"arxiv": 60.0}) as server:
        statuses = [http.get(server.url("arxiv") + "/api/query").status_code for _ in range(2)]
        other = [http.get(server.url("semantic_scholar") + "/x").status_code for _ in range(2)]
    assert statuses == [200, 429]
    assert other == [404, 404]


def test_closing_does_not_wait_for_clients_that_stay_connected(corpus: Corpus) -> None:
    with httpx.Client() as client:
        with scholar.serve(corpus) as server:
            server.fault("arxiv", "slow", seconds=0.001)
            client.get(server.url("arxiv") + "/api/query")
            url = server.url("arxiv")
        with pytest.raises(httpx.TransportError):
            client.get(url + "/api/query")


def test_a_bug_of_the_stand_in_is_answered_with_500_and_raised_at_the_end(
    http: httpx.Client,
) -> None:
    broken = Corpus([Record("A", arxiv_id="not-an-id")])

    def ask() -> int:
        with scholar.serve(broken) as server:
            params = {"search_query": "ti:a"}
            return http.get(server.url("arxiv") + "/api/query", params=params).status_code

    with pytest.raises(ValueError, match="invalid literal"):
        ask()


def test_a_catalogue_is_read_plain_and_packed(tmp_path: Path, corpus: Corpus) -> None:
    plain = Path(scholar.__file__).parent / "records.jsonl"
    packed = tmp_path / "records.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert scholar.from_catalogue(packed) == list(corpus.records)
