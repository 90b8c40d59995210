import pytest
from hypothesis import given

from refmatter.model import Identifiers, Rung
from refmatter.report import labels
from reviewing import HOSTILE, texts
from support import candidate, key_of


@given(texts)
def test_whatever_is_said_is_one_line_that_can_be_shown(text: str) -> None:
    shown = labels.plain(text, 50)
    assert shown.isprintable()
    assert len(shown) <= 50
    assert labels.plain(shown, 50) == shown


def test_what_is_not_to_be_seen_is_made_visible() -> None:
    assert labels.plain(HOSTILE[1]) == "turned ?back?"
    assert labels.plain("a\u00a0b\tc\n") == "a b c"
    assert labels.plain("x" * 5000) == "x" * 299 + "…"


def test_many_authors_are_cut() -> None:
    assert labels.people(None) == labels.people(()) == ""
    assert labels.people(["A", "B"], 2) == "A, B"
    assert labels.people(["A", "B", "C", "D"], 2) == "A, B and 2 more"


def test_pages_can_be_opened_and_names_are_short() -> None:
    ids = Identifiers("ab" * 20, "10.1/<a>", "2001.00001", "P19-1", "W1", "conf/a/B+1")
    assert labels.pages(ids) == [
        f"https://www.semanticscholar.org/paper/{'ab' * 20}",
        "https://doi.org/10.1/%3Ca%3E",
        "https://arxiv.org/abs/2001.00001",
        "https://aclanthology.org/P19-1",
        "https://openalex.org/W1",
        "https://dblp.org/rec/conf/a/B+1",
    ]
    assert labels.names(ids) == [
        "S2 abababababab…", "DOI 10.1/<a>", "arXiv 2001.00001", "ACL P19-1", "OpenAlex W1",
        "DBLP conf/a/B+1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("provider", "rung", "fetched", "told"),
    [
        ("catalog", Rung.CATALOG, "2022-07-03", "the catalogue, 2022-07-03"),
        ("arxiv", Rung.TITLE_BATCH, "2026-01-01", "arXiv, by title, 2026-01-01"),
        (
            "openalex",
            Rung.CITING_REFERENCES,
            "2026-01-01",
            "OpenAlex, by reference list, 2026-01-01",
        ),
        ("crossref", Rung.IDENTIFIER, "", "Crossref, by identifier"),
    ],
)
def test_who_said_so(provider: str, rung: Rung, fetched: str, told: str) -> None:
    assert labels.found_by(candidate(provider=provider, rung=rung, fetched=fetched)) == told


@pytest.mark.parametrize(
    ("features", "told"),
    [
        ({"title": 1.0, "likeness": 0.9}, ("same title", "")),
        ({"title": 0.0, "likeness": 0.9}, ("90 % of the letters", "another title")),
        (
            {"first_author": 0.5, "year": 0.5},
            ("first author among the others, a year close by", ""),
        ),
        ({"authors": 0.25}, ("", "25 % of the authors")),
        ({"listed": 1.0}, ("its list has what the note's own has", "")),
        ({"listed": 0.0}, ("", "its list has nothing of the note's own")),
        ({"brand_new": 0.25, "also": 1.0}, ("also", "brand new 0.25")),
        ({}, ("", "")),
    ],
)
def test_evidence_in_words(features: dict[str, float], told: tuple[str, str]) -> None:
    assert labels.evidence(features) == told


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({(("authorString", None),): None}, "{{authorString}}"),
        ([{"name": {"given": "Jane", "family": "Doe"}}], "{name: {given: Jane, family: Doe}}"),
        (["A", "B"], "A, B"),
        ([[["A. B."]]], "[[A. B.]]"),
        (True, "true"),
        (None, ""),
        ([None, "A"], "A"),
        ({"a": [1, 2.5]}, "{a: [1, 2.5]}"),
        (" a\nb ", "a b"),
    ],
)
def test_a_value_is_shown_as_a_person_would_write_it(value: object, shown: str) -> None:
    assert labels.written(value) == shown


@pytest.mark.parametrize(
    ("title", "key", "text"),
    [
        ("A Title", "atitle#arxiv:1706.03762", "A Title"),
        ("", "#arxiv:1706.03762", "arXiv 1706.03762"),
        ("", "#doi:10.1000/182", "DOI 10.1000/182"),
        ("", "@sub/a.md", "sub/a.md"),
    ],
)
def test_what_has_no_title_is_called_by_its_identifier(title: str, key: str, text: str) -> None:
    assert labels.title_text(title, key_of(key)) == text
