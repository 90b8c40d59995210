"""What providers share: the works of an answer about several titles go to those that have them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.model import Lookup, Work
from refmatter.providers.json_answer import by_title
from refmatter.titles import title_key
from support import key_of


def handed(titles: Mapping[str, str], *works: str) -> dict[str, list[str]]:
    lookups = [Lookup(key_of(key), title) for key, title in titles.items()]
    found = by_title(lookups, map(Work, works))
    return {key.title: [work.title for work in each] for key, each in found.items()}


@pytest.mark.parametrize(
    ("title", "work"),
    [
        ("A - B of words", "A: B of Words"),
        ("Poincare embeddings", "Poincaré Embeddings"),
        ("Sense and sensibility", "Sense &amp; Sensibility"),
        ("GradientBased learning", "Gradient-based learning"),
        ("Efficient models", "Eﬃcient {M}odels"),
        ("Attention is all", "Attention Is All You Need"),
        ("All you need", "Attention Is All You Need"),
    ],
)
def test_a_title_gets_what_is_spelt_otherwise_and_what_is_longer(title: str, work: str) -> None:
    assert handed({"k": title}, "Another work", work) == {"k": [work]}


def test_each_title_gets_its_own_in_the_answers_order_and_none_is_forgotten() -> None:
    titles = {"a": "Deep learning", "b": "Learning", "c": "Nobody wrote this"}
    assert handed(titles, "Learning!", "Cheese", "Deep Learning, again") == {
        "a": ["Deep Learning, again"],
        "b": ["Learning!", "Deep Learning, again"],
        "c": [],
    }


def test_a_longer_title_does_not_get_a_shorter_work() -> None:
    assert handed({"k": "Deep learning II"}, "Deep learning I", "Deep learning") == {"k": []}


def test_the_works_may_be_read_only_once() -> None:
    lookups = iter([Lookup(key_of("a"), "One"), Lookup(key_of("b"), "Two")])
    found = by_title(lookups, (Work(title) for title in ("One", "Two")))
    assert {key: len(works) for key, works in found.items()} == {
        key_of("a"): 1,
        key_of("b"): 1,
    }


@given(st.lists(st.text()), st.lists(st.text(min_size=1)))
def test_what_is_handed_out_has_the_title_in_it(wanted: list[str], listed: list[str]) -> None:
    titles = {str(number): title for number, title in enumerate(wanted)}
    for key, found in handed(titles, *listed).items():
        assert found == [each for each in listed if title_key(titles[key]) in title_key(each)]
