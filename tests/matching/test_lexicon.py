"""What kind of word a word is."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.matching import lexicon


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, ["zero", "zeroth", "0"]),
        (1, ["1", "01", "one", "first", "1st", "i", "v1"]),
        (2, ["2", "two", "second", "2nd", "2d", "ii", "v2"]),
        (3, ["3", "three", "third", "3rd", "3d", "iii"]),
        (12, ["12", "twelve", "twelfth", "12th", "xii", "v12"]),
        (20, ["20", "twenty", "20th"]),
        (1990, ["1990", "1990s"]),
    ],
)
def test_numbers_have_one_value_however_they_are_written(value: int, words: list[str]) -> None:
    assert {lexicon.value(word) for word in words} == {value}


@pytest.mark.parametrize(
    "word", ["learning", "v", "vv", "2x", "16x16", "v2a", "3sat", "99999999999", "word2vec"]
)
def test_what_is_no_number_by_itself(word: str) -> None:
    assert lexicon.value(word) in (None, 5)
    assert (lexicon.value(word) == 5) is (word == "v")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("deep", "shallow"),
        ("supervised", "unsupervised"),
        ("upper", "lower"),
        ("online", "offline"),
        ("minimum", "maximum"),
        ("encoder", "decoder"),
        ("reading", "writing"),
    ],
)
def test_opposites(one: str, other: str) -> None:
    assert lexicon.opposite(one, other)
    assert lexicon.opposite(other, one)


def test_a_word_is_not_its_own_opposite_nor_any_other_word() -> None:
    assert not lexicon.opposite("deep", "deep")
    assert not lexicon.opposite("deep", "lower")


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("optimisation", "optimization"),
        ("organised", "organized"),
        ("analyse", "analyze"),
        ("colour", "color"),
        ("behaviours", "behaviors"),
        ("centre", "center"),
        ("fibres", "fibers"),
        ("catalogue", "catalog"),
        ("modelling", "modeling"),
        ("labelled", "labeled"),
        ("travellers", "travelers"),
        ("encyclopaedia", "encyclopedia"),
        ("aesthetic", "esthetic"),
        ("defence", "defense"),
        ("programme", "program"),
        ("judgement", "judgment"),
        ("grey", "gray"),
    ],
)
def test_two_spellings_are_one(british: str, american: str) -> None:
    assert lexicon.american(british) == lexicon.american(american)


@pytest.mark.parametrize(
    ("one", "other"), [("size", "sire"), ("table", "tabel"), ("graph", "graphs"), ("form", "from")]
)
def test_two_words_stay_two(one: str, other: str) -> None:
    assert lexicon.american(one) != lexicon.american(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("graph", "graphs"), ("study", "studies"), ("class", "classes"), ("network", "networks")],
)
def test_a_plural_has_the_stem_of_its_singular(one: str, other: str) -> None:
    assert lexicon.stem(one) == lexicon.stem(other)


@pytest.mark.parametrize("word", ["glass", "gas", "is", "as", "learning", "bus"])
def test_what_is_no_plural_keeps_its_end(word: str) -> None:
    assert lexicon.stem(word) == word


@pytest.mark.parametrize("word", ["graph", "graphs", "attention", "networks", "supervised", "of"])
def test_words_of_the_field_are_words(word: str) -> None:
    assert lexicon.is_word(word)


@pytest.mark.parametrize("word", ["grpah", "atention", "netwroks", "transfomer"])
def test_slips_are_none(word: str) -> None:
    assert not lexicon.is_word(word)
    assert not lexicon.is_common(word)


def test_common_words_are_words() -> None:
    assert all(map(lexicon.is_common, ["learning", "networks", "introduction", "of"]))
    assert not lexicon.is_common("sennrich")


def test_the_lists_do_not_contradict_each_other() -> None:
    assert not lexicon.FILLERS & lexicon.NEGATIONS
    assert not lexicon.FILLERS & lexicon.ANNOUNCING


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20))
def test_any_word_is_of_some_kind(word: str) -> None:
    number = lexicon.value(word)
    assert number is None or number >= 0
    assert lexicon.stem(word)
    assert lexicon.american(word)
    assert lexicon.is_word(word) or not lexicon.is_common(word)


SOME = st.lists(
    st.sampled_from(["two", "2", "v2", "ii", "deep", "shallow", "offline", "online", "x2", "90s"]),
    max_size=4,
)


@given(SOME, SOME)
def test_words_together_say_what_they_say_one_by_one(mine: list[str], theirs: list[str]) -> None:
    assert lexicon.numbers(mine) == {lexicon.value(word) for word in mine} - {None}
    pairs = itertools.product(mine, theirs)
    assert lexicon.opposites(mine, theirs) is any(lexicon.opposite(*pair) for pair in pairs)
