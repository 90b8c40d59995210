"""What several lookups want to know of one title is asked for once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

import pytest
from msgspec.structs import replace

from refmatter.model import Candidate, Hints, Lookup, LookupKey, Query, Question, Rung
from refmatter.resolve.shared_requests import SharedQuestions
from support import candidate, key_of, s2

NAME, OTHER = "openalex", "crossref"


def of_note(path: str, title: str = "A Title", **hints: object) -> Lookup:
    return Lookup(
        key_of(f"atitle@{path}"), title, Hints(**hints), (PurePosixPath(path),)  # type: ignore[arg-type]  # a test's own words
    )  # fmt: skip


A, B = of_note("a.md"), of_note("b.md")
PLAIN = Lookup(key_of("atitle"), "A title")
NAMED = Lookup(key_of("atitle#doi:10.1000/a"), "A title", Hints(identifiers=s2("1")))
ELSE = Lookup(key_of("another@c.md"), "Another")
ALL = (A, B, PLAIN, NAMED, ELSE)
FOUND = (candidate(identifiers=s2("1")), candidate(identifiers=s2("2")))


def shared(*lookups: Lookup) -> SharedQuestions:
    return SharedQuestions(each.key for each in lookups or ALL)


def keys(lookups: Sequence[Lookup]) -> list[LookupKey]:
    return [each.key for each in lookups]


def query(lookup: Lookup, rung: Rung = Rung.TITLE_BATCH, provider: str = NAME) -> Query:
    return Query(provider, rung, (lookup,), "/")


def hear(
    made: SharedQuestions, lookup: Lookup, found: tuple[Candidate, ...] = FOUND, **more: object
) -> None:
    made.answered(query(lookup, **more), lookup, found)  # type: ignore[arg-type]  # a rung, a provider


@pytest.mark.parametrize("rung", [Rung.TITLE_BATCH, Rung.TITLE_SEARCH, Rung.SAME_TITLE_SEARCH])
def test_one_asks_for_all_of_a_title(rung: Rung) -> None:
    made = shared()
    assert keys(made.once(NAME, rung, ALL)) == [A.key, ELSE.key]
    asked = query(A, rung)
    assert list(made.served_by(asked, A)) == keys([A, B, PLAIN, NAMED])
    assert list(made.served_by(asked, ELSE)) == [ELSE.key]
    assert list(made.served_by(query(A, rung, OTHER), A)) == [A.key]  # nobody asked there
    assert made.known() == []


@pytest.mark.parametrize("rung", [Rung.IDENTIFIER, Rung.CITING_REFERENCES, Rung.COMPARE_REFERENCES])
def test_other_questions_are_each_ones_own(rung: Rung) -> None:
    made = shared()
    assert made.once(NAME, rung, ALL) == list(ALL)
    assert list(made.served_by(query(A, rung), A)) == [A.key]
    hear(made, A, rung=rung)
    assert made.once(NAME, rung, ALL) == list(ALL)


@pytest.mark.parametrize("found", [FOUND, ()])
def test_those_who_come_later_get_the_same_answer_once(found: tuple[Candidate, ...]) -> None:
    made = shared()
    made.once(NAME, Rung.TITLE_BATCH, [B, ELSE])
    hear(made, B, found)
    assert keys(made.once(NAME, Rung.TITLE_BATCH, [A, PLAIN])) == []
    question = Question(NAME, Rung.TITLE_BATCH)
    assert made.known() == [(each.key, question, found) for each in (A, PLAIN)]
    assert made.known() == []
    assert keys(made.once(NAME, Rung.TITLE_SEARCH, [A, PLAIN])) == [A.key]
    assert keys(made.once(OTHER, Rung.TITLE_BATCH, [A, PLAIN])) == [A.key]


def test_what_got_no_answer_is_asked_for_again() -> None:
    made = shared()
    assert keys(made.once(NAME, Rung.TITLE_BATCH, [A, B])) == [A.key]
    assert keys(made.once(NAME, Rung.TITLE_BATCH, [B, PLAIN])) == [B.key]
    assert list(made.served_by(query(B), B)) == [B.key, PLAIN.key]


def test_each_spelling_is_asked_for_once_under_one_key() -> None:
    spelt = replace(B, title="ATitle")
    made = shared()
    asked = made.once(NAME, Rung.TITLE_BATCH, [A, B, spelt, PLAIN])
    assert [(each.key, each.title) for each in asked] == [(A.key, "A Title"), (A.key, "ATitle")]
    hear(made, A, FOUND[:1])
    hear(made, A, FOUND[1:])
    made.once(NAME, Rung.TITLE_BATCH, [NAMED])
    assert [found for *_, found in made.known()] == [FOUND]


def test_signs_inside_words_make_a_spelling_and_kinds_of_apostrophes_none() -> None:
    spelt = [replace(B, title=title) for title in ("GPT 3.5", "Ada’s", "Ada's", "GPT-3.5")]
    asked = shared().once(NAME, Rung.TITLE_BATCH, [replace(A, title="GPT 3 5"), *spelt])
    assert [lookup.title for lookup in asked] == ["GPT 3 5", "GPT 3.5", "Ada’s"]


def test_who_names_an_author_or_a_year_asks_another_question_about_a_lone_title() -> None:
    lookups = [
        of_note("1.md", first_author="Ada"), of_note("2.md", first_author="Bob"),
        of_note("3.md", first_author="Ada"), of_note("4.md", year=2001), of_note("5.md"),
    ]  # fmt: skip
    made = shared(*lookups)
    first = [lookups[0], lookups[1], lookups[3], lookups[4]]
    assert made.once(NAME, Rung.TITLE_SEARCH, lookups) == first
    assert list(made.served_by(query(lookups[0], Rung.TITLE_SEARCH), lookups[0])) == keys(
        [lookups[0], lookups[2]]
    )
    assert made.once(NAME, Rung.TITLE_BATCH, lookups) == lookups[:1]


def test_a_title_of_one_lookup_is_nothing_to_remember() -> None:
    made = shared(ELSE)
    assert made.once(NAME, Rung.TITLE_BATCH, [ELSE]) == [ELSE]
    hear(made, ELSE)
    assert made.once(NAME, Rung.TITLE_BATCH, [ELSE]) == [ELSE]
    assert made.known() == []
