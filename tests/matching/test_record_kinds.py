"""Reviews, notices, covers and data beside a work, and what is no such record."""

from __future__ import annotations

from typing import Any

import pytest

from refmatter.matching.record_kinds import COMPANION_KINDS, is_companion, kind_in_title
from refmatter.model import (
    Accepted,
    Candidate,
    Identifiers,
    Lookup,
    Unmatched,
    Work,
    WorkKind,
)
from refmatter.reasons import ReasonKind
from refmatter.resolve.matching_stage import match
from support import candidate, lookup

TITLES = ["Statistical learning of rare words in large networks", "Thinking, fast and slow"]


def asked(title: str, **more: object) -> Lookup:
    return lookup(title, first_author="Ann Adams", authors=("Ann Adams",), year=2011, **more)


def record(title: str, provider: str = "semantic_scholar", **said: Any) -> Candidate:
    return candidate(title, provider, authors=("Ann Adams",), year=2011, **said)


SHOWN = {
    WorkKind.REVIEW: [
        "Book review: {}", "Book Reviews: {}", "Review: {}", "Review of {}", "[Review] {}",
        "Review of “{}” by Ann Adams", "{} (Book review)", "{} - Book Review", "Rezension: {}",
        "Buchbesprechung: {}", "Besprechung von {}", "Rezension zu {}", "Compte rendu de {}",
        "Recension : {}", "Reseña: {}", "Reseña de {}", "Recensione: {}", "Resenha: {}",
        'Boekbespreking van "{}"', "Recensie: {}", "Рецензия: {}", "Рецензия на {}", "書評: {}",
        "{} (書評)", "书评：{}", "[서평] {}", "서평: {}",
        "{}. By Ann Adams. New York: Springer, 2011. Pp. 499. $30.00",
        "{}, by Ann Adams, Springer, 2011, xv + 499 pp., £30.00",
        "{}: Ann Adams, Springer, Berlin, 470 pages",
        "{}: Ann Adams, ISBN 0-471-84336-9",
    ],
    WorkKind.ERRATUM: [
        "Erratum: {}", "Erratum to: {}", "Correction to: {}", "Correction: {}",
        "Publisher Correction: {}", "Author Correction: {}", "Corrigendum to “{}”",
        "Retraction: {}", "Retraction note: {}", "RETRACTED ARTICLE: {}", "Withdrawn: {}",
        "Expression of concern: {}", "Addendum: {}", "{} [Erratum]", "Berichtigung: {}",
        "Berichtigung zu {}", "Rectificatif: {}", "Fe de erratas: {}", "Errata corrige: {}",
        "Исправление: {}", "勘误：{}", "訂正: {}", "정정: {}",
    ],
    WorkKind.PEER_REVIEW: [
        'Peer Review #2 of "{}"', 'Review for "{}"', 'Decision letter for "{}"',
        "Author response: {}", "eLife assessment: {}",
    ],
    WorkKind.PARATEXT: [
        "Table of contents: {}", "In this issue: {}", "Supplementary material: {}",
        "Supporting information for {}",
    ],
    WorkKind.DATASET: ["Data from: {}", "Dataset: {}", 'Code of "{}"'],
    WorkKind.EDITORIAL: ["Editorial: {}", "Guest editorial: {}", "News and views: {}"],
}  # fmt: skip
FORMS = [(kind, form) for kind, forms in SHOWN.items() for form in forms]
WORKS = [
    "A review of feature selection methods", "Reviewing the reviewers", "Peer review in science",
    "Correction of optical aberrations by deep networks", "Error correction with few samples",
    "Review-driven answer generation", "Reviews in computational chemistry 1998",
    "COVER: a cluster-based variance reduced method", "Contents-based image retrieval",
    "Datasets and where to find them", "Data from the web", "The $100 laptop", "Pages from memory",
    "Retraction-free optimisation", "Editorial bias in journals", "Letters of the alphabet",
    "Deep learning: a review", "A survey of surveys", "Codes of conduct", "Review spam detection",
    "Lesions of the colliculus; pp. 91–109",
]  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize(("kind", "form"), FORMS)
def test_a_record_that_shows_what_it_is_is_not_its_work(
    kind: WorkKind, form: str, title: str
) -> None:
    shown = form.format(title)
    assert kind_in_title(shown) is kind
    beside = record(shown)
    assert not isinstance(match(asked(title), [beside]), Accepted)
    right = record(title, "openalex")
    decision = match(asked(title), [beside, right])
    assert isinstance(decision, Accepted)
    assert [each.candidate for each in decision.matches] == [right]


@pytest.mark.parametrize("form", ["Erratum: {}", "Review of {}", "書評: {}", "Editorial: {}"])
def test_whoever_asks_for_such_a_record_finds_it(form: str) -> None:
    title = form.format(TITLES[0])
    assert isinstance(match(asked(title), [record(title)]), Accepted)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("  Book  Reviews {}", "Book Reviews: {}"),
        ("On Book Reviews: {}", "Book Reviews: {}"),
        ("Book Rev iews {}", "Book Reviews: {}"),
        ("Erratum - {}", "Erratum to: {}"),
        ("{} 書評", "{} (書評)"),
    ],
)
def test_such_a_word_may_have_been_copied_badly(said: str, shown: str) -> None:
    assert not is_companion(said.format(TITLES[0]), Work(shown.format(TITLES[0])))
    assert is_companion(TITLES[0], Work(shown.format(TITLES[0])))


@pytest.mark.parametrize("title", WORKS)
def test_a_work_may_be_called_nearly_so(title: str) -> None:
    assert not is_companion(title, Work(title))
    assert kind_in_title(title) is None or title.split(maxsplit=1)[0] in (
        "Correction",
        "Data",
        "Reviews",
    )


@pytest.mark.parametrize("kind", sorted(COMPANION_KINDS))
@pytest.mark.parametrize("title", TITLES)
def test_what_a_service_calls_a_review_needs_an_identifier(kind: WorkKind, title: str) -> None:
    doi = Identifiers(doi="10.1000/beside")
    beside = record(title, kind=kind, identifiers=doi)
    decision = match(asked(title), [beside])
    assert isinstance(decision, Unmatched)
    assert decision.reason.kind is ReasonKind.RECORD_BESIDE
    assert decision.reason.record_kinds == (kind,)
    assert [each.candidate for each in decision.matches] == [beside]
    named = match(asked(title, identifiers=doi), [beside])
    assert isinstance(named, Accepted)


@pytest.mark.parametrize("kind", [None, *sorted(set(WorkKind) - COMPANION_KINDS)])
def test_every_other_kind_may_be_the_work(kind: WorkKind | None) -> None:
    assert isinstance(match(asked(TITLES[0]), [record(TITLES[0], kind=kind)]), Accepted)


def test_a_review_that_another_service_has_as_an_article_is_one() -> None:
    doi = Identifiers(doi="10.1000/beside")
    title = TITLES[0]
    article = record(title, "crossref", kind=WorkKind.ARTICLE, identifiers=doi)
    review = record(title, "openalex", kind=WorkKind.REVIEW, identifiers=doi)
    assert isinstance(match(asked(title), [article, review]), Unmatched)
    other = record(title, identifiers=Identifiers(doi="10.1000/work"))
    decision = match(asked(title), [article, review, other])
    assert isinstance(decision, Accepted)
    assert [each.candidate for each in decision.matches] == [other]
    named = match(asked(title, identifiers=doi), [article, review, other])
    assert isinstance(named, Accepted)


def test_nothing_else_outweighs_the_kind() -> None:
    review = record(TITLES[0], kind=WorkKind.REVIEW, cited_by="citing.md", reference_count=40)
    assert not isinstance(match(asked(TITLES[0], references=40), [review]), Accepted)
