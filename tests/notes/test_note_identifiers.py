from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.model import Identifiers
from refmatter.notes.note_identifiers import (
    NoteIdentifiers,
    carried,
    identify,
    in_file_name,
    is_identifier,
    malformed,
    preamble,
)

HEX = "eb9441455d1a364278cada5f20826582a6633e82"
NOTHING = Identifiers()
ATTENTION = Identifiers(arxiv="1706.03762")
ATTENTION_DOI = Identifiers(arxiv="1706.03762", doi="10.48550/arxiv.1706.03762")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"https://www.semanticscholar.org/paper/A-B,-C/{HEX}?sort=x", Identifiers(s2=HEX)),
        (f"https://www.semanticscholar.org/paper/{HEX.upper()}", Identifiers(s2=HEX)),
        (f"https://api.semanticscholar.org/{HEX}/", Identifiers(s2=HEX)),
        (f"https://api.semanticscholar.org/graph/v1/paper/{HEX}", Identifiers(s2=HEX)),
        (f"https://www.semanticscholar.org/paper/A/{HEX}0", NOTHING),
        (f"https://www.semanticscholar.org/paper/A/{HEX[:39]}", NOTHING),
        (f"https://www.semanticscholar.org/search?q={HEX}", NOTHING),
        ("https://api.semanticscholar.org/CorpusID:13756489", Identifiers(corpus="13756489")),
        (HEX, NOTHING),
        ("https://arxiv.org/abs/1706.03762", ATTENTION),
        ("http://arxiv.org/pdf/1706.03762v5.pdf", ATTENTION),
        ("https://www.arxiv.org/pdf/1706.03762", ATTENTION),
        ("https://export.arxiv.org/abs/1706.03762v1#x", ATTENTION),
        ("https://ar5iv.labs.arxiv.org/html/1706.03762", ATTENTION),
        ("https://www.alphaxiv.org/abs/1706.03762", ATTENTION),
        ("//arxiv.org/abs/1706.03762?x", ATTENTION),
        ("<https://arxiv.org/abs/1706.03762>", ATTENTION),
        ("arXiv:1706.03762v5", ATTENTION),
        (" arxiv: 1706.03762 [cs.CL]", ATTENTION),
        ("https://arxiv.org/abs/hep-th/9901001v2", Identifiers(arxiv="hep-th/9901001")),
        ("arXiv:math.GT/0309136", Identifiers(arxiv="math/0309136")),
        ("https://arxiv.org/abs/1706.037", NOTHING),
        ("https://arxiv.org/abs/1713.03762", NOTHING),
        ("https://arxiv.org/abs/1706.037621", NOTHING),
        ("https://arxiv.org/list/cs.CL/recent", NOTHING),
        ("https://notarxiv.org/abs/1706.03762", NOTHING),
        ("1706.03762", NOTHING),
        ("https://huggingface.co/papers/1706.03762", ATTENTION),
        ("https://alphaxiv.org/overview/1706.03762", ATTENTION),
        ("https://pubmed.ncbi.nlm.nih.gov/19872477/", Identifiers(pmid="19872477")),
        ("https://www.ncbi.nlm.nih.gov/pubmed/19872477", Identifiers(pmid="19872477")),
        ("https://pubmed.ncbi.nlm.nih.gov/?term=19872477", NOTHING),
        ("PMID: 19872477", Identifiers(pmid="19872477")),
        ("19872477", NOTHING),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC2323736/", Identifiers(pmcid="PMC2323736")),
        ("PMCID: PMC2323736.1", Identifiers(pmcid="PMC2323736")),
        ("PMC2323736", Identifiers(pmcid="PMC2323736")),
        ("https://doi.org/10.1145/3065386", Identifiers(doi="10.1145/3065386")),
        ("http://dx.doi.org/10.1145/3065386.", Identifiers(doi="10.1145/3065386")),
        ("doi: 10.1145/ABC;", Identifiers(doi="10.1145/abc")),
        ("10.1145/3065386", Identifiers(doi="10.1145/3065386")),
        ("10.1145/3065386?x#y", Identifiers(doi="10.1145/3065386")),
        ("https://doi.org/10.1000%2Fa%28b%29", Identifiers(doi="10.1000/a(b)")),
        ("10.1000/a(b))", Identifiers(doi="10.1000/a(b)")),
        (
            "https://doi.org/10.1002/(SICI)1097-4571(199009)41:6<391::AID-ASI1>3.0.CO;2-9",
            Identifiers(doi="10.1002/(sici)1097-4571(199009)41:6<391::aid-asi1>3.0.co;2-9"),
        ),
        ("https://doi.org/10.1000/a b", NOTHING),
        ("https://doi.org/10.1000/é", NOTHING),
        ("10.1000/", NOTHING),
        ("10.1000/...", NOTHING),
        ("10.1/x", NOTHING),
        ("version 10.1145/3065386", NOTHING),
        ("https://doi.org/10.48550/arXiv.1706.03762", ATTENTION_DOI),
        ("doi:10.48550/ARXIV.1706.03762", ATTENTION_DOI),
        ("10.18653/v1/P19-1001", Identifiers(doi="10.18653/v1/p19-1001", acl="P19-1001")),
        (
            "https://doi.org/10.18653/v1/2020.acl-main.368",
            Identifiers(doi="10.18653/v1/2020.acl-main.368", acl="2020.acl-main.368"),
        ),
        ("https://aclanthology.org/P19-1001/", Identifiers(acl="P19-1001")),
        ("https://www.aclweb.org/anthology/P19-1001.pdf", Identifiers(acl="P19-1001")),
        (
            "https://aclanthology.org/2020.acl-main.368.pdf",
            Identifiers(acl="2020.acl-main.368"),
        ),
        ("https://aclanthology.org/events/acl-2020/", NOTHING),
        ("acl:P19-1001", Identifiers(acl="P19-1001")),
        ("P19-1001", NOTHING),
        ("https://openalex.org/W2741809807", Identifiers(openalex="W2741809807")),
        ("https://api.openalex.org/works/w2741809807", Identifiers(openalex="W2741809807")),
        ("https://openalex.org/A2741809807", NOTHING),
        (
            "https://dblp.org/rec/conf/nips/VaswaniSPUJGKP17.html",
            Identifiers(dblp="conf/nips/VaswaniSPUJGKP17"),
        ),
        (
            "https://dblp.uni-trier.de/rec/bibtex/journals/corr/abs-1706-03762",
            Identifiers(dblp="journals/corr/abs-1706-03762"),
        ),
        ("https://dblp.org/pid/99/1.html", NOTHING),
        ("dblp:conf/nips/VaswaniSPUJGKP17", Identifiers(dblp="conf/nips/VaswaniSPUJGKP17")),
        ("", NOTHING),
        ("https://example.org/10.1145/3065386", NOTHING),
        ("doi:10.1145/" + "1" * 3000, NOTHING),
    ],
)
def test_identify(text: str, expected: Identifiers) -> None:
    assert identify(text) == expected


@given(st.text() | st.from_regex(r"(https://(doi|arxiv)\.org/(abs/)?|doi:|arXiv:)[ -~]*"))
def test_anything_may_be_asked(text: str) -> None:
    for _, value in identify(text):
        assert value.isascii()
        assert value == value.strip()
        assert identify(text) == identify(f"  {text}\n")


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([("doi", "10.1145/X.")], Identifiers(doi="10.1145/x")),
        ([("DOI", "https://doi.org/10.1145/x")], Identifiers(doi="10.1145/x")),
        ([("arxiv", "1706.03762v2")], ATTENTION),
        ([("arxiv-id", "arXiv:1706.03762")], ATTENTION),
        ([("eprint", "hep-th/9901001")], Identifiers(arxiv="hep-th/9901001")),
        ([("arxiv", "https://arxiv.org/abs/1706.03762")], ATTENTION),
        ([("arxiv", 1706.03762)], ATTENTION),
        ([("arxiv", 704.0001)], Identifiers(arxiv="0704.0001")),
        ([("arxiv", 1706.1)], NOTHING),  # was written 1706.10000, or 1706.1
        ([("arxiv", 1406.10)], NOTHING),
        ([("arxiv", 1706.0376)], NOTHING),
        ([("arxiv", 1713.03762)], NOTHING),
        ([("arxiv", float("nan"))], NOTHING),
        ([("arxiv", 1706)], NOTHING),
        ([("doi", 10.1145)], NOTHING),
        ([("arxiv", None), ("doi", ""), ("url", [])], NOTHING),
        ([("acl_id", "P19-1001")], Identifiers(acl="P19-1001")),
        ([("openalex", "w2741809807")], Identifiers(openalex="W2741809807")),
        ([("Semantic Scholar", HEX)], Identifiers(s2=HEX)),
        ([("paper_id", HEX.upper())], Identifiers(s2=HEX)),
        ([("dblp", "conf/nips/X17")], Identifiers(dblp="conf/nips/X17")),
        ([("arxiv_link", "arXiv:1706.03762")], ATTENTION),
        ([("arxiv_url", "https://arxiv.org/abs/1706.03762")], ATTENTION),
        ([("doi", ["10.1145/x"])], Identifiers(doi="10.1145/x")),
        ([("doi", "[10.1145/x](https://doi.org/10.1145/x)")], Identifiers(doi="10.1145/x")),
        ([("arxiv", "[1706.03762](https://arxiv.org/abs/1706.03762)")], ATTENTION),
        ([("ids", {"DOI": "10.1145/x", "arXiv": "1706.03762"})],
         Identifiers(doi="10.1145/x", arxiv="1706.03762")),
        ([("paper", {"doi": "10.1145/x", "cites": {"doi": "10.1145/y"}})],
         Identifiers(doi="10.1145/x")),
        ([("url", "1706.03762")], NOTHING),
        ([("abstract", "see https://arxiv.org/abs/1706.03762")], NOTHING),
        ([(2019, "10.1145/x"), (None, "10.1145/x")], NOTHING),
        # undecidable
        ([("arxiv", "1706.03762"), ("eprint", "1810.04805"), ("doi", "10.1145/x")],
         Identifiers(doi="10.1145/x")),
        # a link beside the key
        ([("arxiv", "1706.03762"), ("url", "arXiv:1810.04805")], ATTENTION),
    ],
)  # fmt: skip
def test_own_identifiers_stand_under_a_key_of_their_scheme(
    entries: list[tuple[object, object]], expected: Identifiers
) -> None:
    assert carried(entries, "").deciding == expected


@pytest.mark.parametrize(
    "entries",
    [
        [("url", "https://arxiv.org/abs/1706.03762")],
        [("urls", ["https://x.y", "https://arxiv.org/abs/1706.03762"])],
        [("pdf_url", "https://arxiv.org/pdf/1706.03762")],
        [("source", "[arXiv](https://arxiv.org/abs/1706.03762)")],
        [("link", "https://huggingface.co/papers/1706.03762")],
        [("website", "https://www.alphaxiv.org/overview/1706.03762v2")],
        [("paper", "https://arxiv.org/abs/1706.03762")],
        [("url", {"a": "https://arxiv.org/abs/1706.03762"})],
        [("links", [{"name": "arXiv", "url": "https://arxiv.org/abs/1706.03762"}])],
        [("links", {"arxiv": "https://arxiv.org/abs/1706.03762", "code": "https://x.y"})],
        [("doi", "https://arxiv.org/abs/1706.03762")],
    ],
)
def test_identifiers_in_other_links_are_kept_apart(entries: list[tuple[object, object]]) -> None:
    assert carried(entries, "")[:2] == (NOTHING, ATTENTION)


@pytest.mark.parametrize("key", ["related", "cites", "code", "description", "references"])
def test_links_under_other_keys_are_other_works(key: str) -> None:
    link = "https://arxiv.org/abs/1706.03762"
    assert carried([(key, link), (key, {"url": link, "doi": "10.1145/x"})], "") == NoteIdentifiers(
        NOTHING, NOTHING
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("1706.03762", ATTENTION),
        ("1706.03762v5", ATTENTION),
        ("arXiv-1706.03762", ATTENTION),
        ("2017_1706.03762 Attention Is All You Need", ATTENTION),
        ("[1706.03762] Attention Is All You Need", ATTENTION),
        ("10.1145_3292500.3330701", Identifiers(doi="10.1145/3292500.3330701")),
        ("P19-1001", Identifiers(acl="P19-1001")),
        ("Version 1.1706.037621", NOTHING),
        ("1706.03762.5", NOTHING),
        ("2013.12345 is no month", NOTHING),
        ("P19-1001 and more", NOTHING),
        ("Attention Is All You Need", NOTHING),
    ],
)
def test_identifiers_in_file_names(name: str, expected: Identifiers) -> None:
    assert in_file_name(name) == expected
    assert carried([], "", PurePosixPath(f"{name}.md")).deciding == expected


def test_a_key_goes_before_the_file_name() -> None:
    path = PurePosixPath("1810.04805.md")
    assert carried([("arxiv", "1706.03762")], "", path).deciding == ATTENTION
    both = carried([("doi", "10.1145/x")], "", path).deciding
    assert both == Identifiers(doi="10.1145/x", arxiv="1810.04805")


@pytest.mark.parametrize("text", ["1706.03762", "arXiv:1706.03762v2", "10.1145/x", "P19-1001"])
def test_texts_that_are_identifiers(text: str) -> None:
    assert is_identifier(text)
    assert not is_identifier(f"{text} and a title")
    assert not is_identifier("A Title of 2019")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"[semanticscholar url](https://www.semanticscholar.org/paper/A/{HEX}?a=b)\n\n# T\n",
         Identifiers(s2=HEX)),
        ("# T\r\n\r\n  https://arxiv.org/abs/1706.03762 \r\n", ATTENTION),
        ("<https://arxiv.org/abs/1706.03762>", ATTENTION),
        ("[x](<https://arxiv.org/abs/1706.03762>)", ATTENTION),
        ("arXiv:1706.03762", ATTENTION),
        ("[x](https://doi.org/10.1000/a(b)c)", Identifiers(doi="10.1000/a(b)c")),
        ("- https://arxiv.org/abs/1706.03762", NOTHING),
        ("see https://arxiv.org/abs/1706.03762", NOTHING),
        ("[x](https://arxiv.org/abs/1706.03762) and more", NOTHING),
        ("https://arxiv.org/abs/1706.03762\nhttps://arxiv.org/abs/1810.04805", NOTHING),
        ("x" * 3000, NOTHING),
        ("# T\n- **DOI:** [10.1000/a](https://doi.org/10.1000/a)\n", Identifiers(doi="10.1000/a")),
        ("> DOI:: 10.1000/a", Identifiers(doi="10.1000/a")),
        ("PMID: 19872477", Identifiers(pmid="19872477")),
        ("- arXiv: https://arxiv.org/abs/1706.03762", ATTENTION),
        ("- Code: https://arxiv.org/abs/1706.03762", NOTHING),
        ("DOI: unknown", NOTHING),
        ("DOI: 10.1000/a\nDOI: 10.1000/b", NOTHING),
    ],
)  # fmt: skip
def test_carried_in_the_preamble(text: str, expected: Identifiers) -> None:
    assert carried([], text)[:2] == (NOTHING, expected)


def test_the_preamble_goes_on_behind_a_title_of_another_level() -> None:
    body = "a\n### T\nb\n## S\nc\n"
    assert preamble(body, body.index("###")) == "a\n### T\nb\n"
    assert preamble(body, body.index("## S")) == "a\n"


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        (["https://x.org", "https://arxiv.org/abs/1706.03762"], ATTENTION),
        (["https://arxiv.org/abs/1706.03762", "https://arxiv.org/abs/1810.04805"], NOTHING),
        (["a-note.md"], NOTHING),
    ],
)
def test_the_links_of_a_titles_heading_are_evidence(
    links: list[str], expected: Identifiers
) -> None:
    assert carried([], "", None, links)[:2] == (NOTHING, expected)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", ""),
        ("a\n", "a\n"),
        ("a\n# T\r\nb\n## S\nc\n", "a\n# T\r\nb\n"),
        ("## S\nc\n", ""),
        ("# T\nb\n# References\nc\n", "# T\nb\n"),
        ("a\n```\nhttps://x.y\n```\n", "a\n"),
        ("#hashtag\n##tag\nb", "#hashtag\n##tag\nb"),
    ],
)
def test_preamble(body: str, expected: str) -> None:
    assert preamble(body) == expected


@pytest.mark.parametrize(
    "text",
    [
        "https://arxiv.org/abs/1706.0376٢", "arXiv:١٧٠٦.03762", "arXiv:math/030913６",
        "https://doi.org/10.１０００/x", "https://openalex.org/W27418０9807", "acl:P１9-1001",
        "https://dblp.org/rec/conf/nips/Ünï17", "dblp:conf/nips/Ünï17", "doi:10.1000/\u017f",
    ],
)  # fmt: skip
def test_digits_and_letters_of_other_scripts_are_in_no_identifier(text: str) -> None:
    assert identify(text) == NOTHING


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("pmid", 19872477, Identifiers(pmid="19872477")),
        ("PMID", "19872477", Identifiers(pmid="19872477")),
        ("PubMed ID", "PMID: 19872477", Identifiers(pmid="19872477")),
        ("pubmed_url", "https://pubmed.ncbi.nlm.nih.gov/19872477/", Identifiers(pmid="19872477")),
        ("pmcid", "PMC2323736", Identifiers(pmcid="PMC2323736")),
        ("pmcid", 2323736, Identifiers(pmcid="PMC2323736")),
        ("pmcid", "2323736", Identifiers(pmcid="PMC2323736")),
        ("corpusid", 13756489, Identifiers(corpus="13756489")),
        ("CorpusID", "CorpusID:13756489", Identifiers(corpus="13756489")),
        ("ids", {"pmid": 19872477}, Identifiers(pmid="19872477")),
        ("pmid", True, NOTHING),
        ("pmid", 0, NOTHING),
        ("doi", 19872477, NOTHING),
    ],
)
def test_numbers_decide_under_the_keys_of_their_schemes(
    key: str, value: object, expected: Identifiers
) -> None:
    assert carried([(key, value)], "").deciding == expected


def test_a_link_to_pubmed_under_another_key_is_evidence_only() -> None:
    found = carried([("url", "https://pubmed.ncbi.nlm.nih.gov/19872477/")], "")
    assert (found.deciding, found.linked) == (NOTHING, Identifiers(pmid="19872477"))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("url", "[Paper](https://doi.org/10.1000/a(b)c)"),
        ("links", ["[code](https://github.com/a/b)", "[doi](https://doi.org/10.1000/a(b)c)"]),
        ("links", {"paper": "https://doi.org/10.1000/a(b)c", "code": "https://github.com/a/b"}),
        ("links", {"paper": {"publisher": "[ACM](https://doi.org/10.1000/a(b)c)"}}),
        ("links", [{"name": "doi", "url": "https://doi.org/10.1000/a(b)c"}]),
    ],
)
def test_a_doi_in_a_link_in_a_list_or_in_a_map_is_evidence(key: str, value: object) -> None:
    assert carried([(key, value)], "")[:2] == (NOTHING, Identifiers(doi="10.1000/a(b)c"))


def test_digits_alone_are_no_malformed_pmcid() -> None:
    entries = [("pmcid", 2323736), ("pmcid", "2323736"), ("pmcid", "none"), ("corpusid", 13756489)]
    assert [index for index, _ in malformed(entries)] == [2]


@pytest.mark.parametrize(
    "value",
    [
        9780262035613,
        "978-0-262-03561-3",
        "ISBN 0-262-03561-8",
        "978-0-262-03561-3 (cloth), 0262035618",
    ],
)
def test_an_isbn_is_evidence_and_no_sign_of_a_paper(value: object) -> None:
    found = carried([("isbn", value)], "")
    assert found == NoteIdentifiers(NOTHING, Identifiers(isbn="9780262035613"))


def test_an_isbn_with_a_wrong_check_digit_is_malformed() -> None:
    two = "978-0-262-03561-3; 978-0-07-143504-8"
    assert [index for index, _ in malformed([("isbn", 9780262035614), ("isbn", two)])] == [0]
    assert carried([("isbn", two)], "") == NoteIdentifiers(NOTHING, NOTHING)


def test_a_bare_number_is_no_identifier() -> None:
    assert not is_identifier("2017")
