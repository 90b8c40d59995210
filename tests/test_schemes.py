"""The table of identifier schemes: its forms, and the one attribute that each scheme has."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.model import Identifiers
from refmatter.schemes import (
    ACL,
    ARXIV,
    CORPUS,
    DBLP,
    DOI,
    ISBN,
    OPENALEX,
    PMCID,
    PMID,
    S2,
    SCHEMES,
    Scheme,
    SchemeName,
    published_dblp,
)

HEX = "eb9441455d1a364278cada5f20826582a6633e82"
EXAMPLES = {
    "s2": HEX,
    "doi": "10.1145/3065386",
    "arxiv": "1706.03762",
    "acl": "P19-1001",
    "openalex": "W2741809807",
    "dblp": "conf/nips/VaswaniSPUJGKP17",
    "pmid": "19872477",
    "pmcid": "PMC2323736",
    "corpus": "13756489",
    "isbn": "9780262035613",
}


def test_the_attributes_of_identifiers_are_the_table() -> None:
    assert Identifiers.__struct_fields__ == tuple(SCHEMES) == get_args(SchemeName)


def test_no_two_schemes_share_a_key() -> None:
    keys = [key for scheme in SCHEMES.values() for key in scheme.keys]
    assert len(set(keys)) == len(keys)
    assert all(set(scheme.shared_keys) <= set(scheme.keys) for scheme in SCHEMES.values())


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=lambda scheme: scheme.name)
def test_every_form_of_an_identifier_is_read(scheme: Scheme) -> None:
    identifier = EXAMPLES[scheme.name]
    forms = [identifier, f" {identifier}\n", scheme.page + identifier, scheme.address(identifier)]
    if scheme.prefixed:
        forms += [f"{scheme.name}:{identifier}", f"{scheme.name.upper()}: {identifier}"]
    assert {scheme.canonical(form) for form in forms} == {identifier}
    others = [other for other in SCHEMES.values() if other.canonical(identifier)]
    assert [other for other in others if not other.is_number or other is scheme] == [scheme]


@pytest.mark.parametrize(
    ("scheme", "text", "expected"),
    [
        (S2, HEX.upper(), HEX),
        (S2, HEX[:-1], None),
        (DOI, "https://dx.doi.org/10.1000/A", "10.1000/a"),
        (DOI, "10.1000/a.", "10.1000/a."),
        (DOI, "10.1000/" + "a" * 201, None),
        (DOI, "10.1000/a b", None),
        (DOI, None, None),
        (ARXIV, "1706.03762v5", "1706.03762"),
        (ARXIV, "math.GT/0309136", "math/0309136"),
        (ARXIV, "1713.03762", None),
        (ARXIV, "https://www.alphaxiv.org/abs/1706.03762", "1706.03762"),
        (ARXIV, "https://www.alphaxiv.org/zh/overview/1706.03762v2", "1706.03762"),
        (ARXIV, "https://hf.co/papers/1706.03762", "1706.03762"),
        (ARXIV, "https://huggingface.co/papers/trending", None),
        (ACL, "p19-1001", "P19-1001"),
        (ACL, "2020.ACL-main.368", "2020.acl-main.368"),
        (OPENALEX, "https://openalex.org/w2741809807", "W2741809807"),
        (OPENALEX, "W0", None),
        (PMID, "https://www.ncbi.nlm.nih.gov/pubmed/19872477?dopt=Abstract", "19872477"),
        (PMID, "https://europepmc.org/article/MED/19872477", "19872477"),
        (PMID, "https://pmc.ncbi.nlm.nih.gov/articles/PMC2323736/", None),
        (PMID, "0", None),
        (PMID, "123456789", None),
        (PMCID, "pmc2323736.1", "PMC2323736"),
        (PMCID, "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC2323736/", "PMC2323736"),
        (PMCID, "https://europepmc.org/articles/PMC2323736", "PMC2323736"),
        (PMCID, "2323736", "PMC2323736"),
        (PMCID, "https://www.ncbi.nlm.nih.gov/pmc/articles/2323736", "PMC2323736"),
        (PMCID, "12345678901", None),
        (CORPUS, "https://api.semanticscholar.org/CorpusID:13756489", "13756489"),
        (CORPUS, "https://www.semanticscholar.org/p/CorpusID:13756489?utm=1", "13756489"),
        (CORPUS, f"https://www.semanticscholar.org/paper/{HEX}", None),
        (CORPUS, "https://api.semanticscholar.org/CorpusID:0", None),
        (ISBN, "978-0-262-03561-3", "9780262035613"),
        (ISBN, "0-262-03561-8", "9780262035613"),
        (ISBN, "080442957x", "9780804429573"),
        (ISBN, "ISBN 978 0 262 03561 3", "9780262035613"),
        (ISBN, "urn:isbn:9780262035613", "9780262035613"),
        (ISBN, "https://openlibrary.org/isbn/0262035618", "9780262035613"),
        (ISBN, "9780262035614", None),
        (ISBN, "0262035617", None),
        (ISBN, "9770262035613", None),
        (DBLP, "phd/Turpin92", "phd/Turpin92"),
        (DBLP, "homepages/v/X", None),
    ],
)
def test_canonical_forms(scheme: Scheme, text: str | None, expected: str | None) -> None:
    assert scheme.canonical(text) == expected


@pytest.mark.parametrize(
    ("scheme", "doi", "expected"),
    [
        (ARXIV, "10.48550/arxiv.1706.03762", "1706.03762"),
        (ARXIV, "10.48550/other", None),
        (ACL, "10.18653/v1/p19-1001", "P19-1001"),
        (ACL, "10.3115/v1/p14-1062", "P14-1062"),
        (ACL, None, None),
        (DOI, "10.1145/3065386", None),
    ],
)
def test_identifiers_that_a_doi_contains(
    scheme: Scheme, doi: str | None, expected: str | None
) -> None:
    assert scheme.of_doi(doi) == expected


def test_dblps_key_of_a_preprint_is_no_key_of_its_publication() -> None:
    assert published_dblp("journals/corr/abs-1706-03762") is None
    assert published_dblp("conf/nips/X17") == "conf/nips/X17"


@given(st.sampled_from(list(SCHEMES.values())), st.text())
def test_a_canonical_form_is_its_own(scheme: Scheme, text: str) -> None:
    found = scheme.canonical(text)
    assert found is None or scheme.canonical(found) == found
