"""Titles as people write them, and the words they are compared by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.matching.spelt import any_spelt, plainly_spelt, spelt, undamaged
from refmatter.titles import title_key

TITLE = "Attention is all you need"


@pytest.mark.parametrize(
    "damaged",
    [
        "- Attention is all you need",
        "* Attention is all you need",
        "• Attention is all you need",
        "- [ ] Attention is all you need",
        "* [x] Attention is all you need",
        "3. Attention is all you need",
        "17) Attention is all you need",
        "[12] Attention is all you need",
        "(4) Attention is all you need",
        "- 2. Attention is all you need",
        "**Attention is all you need**",
        "*Attention* is all you need",
        "_Attention_ is all you need",
        "***Attention*** is ~~all~~ you `need`",
        "==Attention is all you need==",
        "- **[Attention is all you need](./attention-is-all-you-need.md)**",
        "[Attention is all you need](https://example.org/abs/1706.03762)",
        "[[Attention is all you need]]",
        "[[attention-is-all-you-need|Attention is all you need]]",
        "![Attention is all you need](page.png)",
        "<i>Attention</i> is all&nbsp;you need",
        "{Attention} is \\emph{all} you need",
        "  Attention is\n  all you need ",
    ],
)
def test_what_copying_does_to_a_title_is_undone(damaged: str) -> None:
    assert undamaged(damaged) == TITLE


@pytest.mark.parametrize(
    ("misread", "title"),
    [
        ("PoincarÃ© embeddings", "Poincaré embeddings"),
        ("NaÃ¯ve Bayes", "Naïve Bayes"),
        ("Itâ€™s time", "It’s time"),
        ("Å\x81ukasiewicz logic", "Łukasiewicz logic"),
        ("ã\x80\x81logic", "、logic"),
    ],
)
def test_letters_that_were_read_in_the_wrong_code_are_read_again(misread: str, title: str) -> None:
    assert undamaged(misread) == title


@pytest.mark.parametrize(
    "title",
    [
        TITLE,
        "Poincaré embeddings",
        "Ãå logic",
        "snake_case names in code",
        "2 * 3 * 4 = 24",
        "1984 is a year",
        "2001: a space odyssey",
        "3D vision",
        "A*-search in graphs",
        "Graphs [with figures]",
        "k-means (revisited)",
    ],
)
def test_what_belongs_to_a_title_stays(title: str) -> None:
    assert undamaged(title) == title


@pytest.mark.parametrize("nothing", ["*", "-", "**", "[]", "- ", "---"])
def test_a_title_of_nothing_but_damage_is_let_be(nothing: str) -> None:
    assert undamaged(nothing).strip() == nothing.strip()


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("BERT: Pre-training", ("bert", "pre", "training")),
        ("Straße, Øre, Œuvre and ﬁne", ("strasse", "ore", "oeuvre", "and", "fine")),
        ("Schr\\\"odinger's {E}quation", ("schrodingers", "equation")),
        ("it’s naïve", ("its", "naive")),
        ("Learning & planning", ("learning", "and", "planning")),
        ("C++ and C# code, not F", ("c++", "and", "c#", "code", "not", "f")),
        ("10, 000 words and 1,000,000 more", ("10000", "words", "and", "1000000", "more")),
        ("Trans- lation of neu-\nral nets", ("translation", "of", "neural", "nets")),
        ("Soft\u00adware in soft\u00ad ware", ("software", "in", "software")),
        ("snake_case", ("snake", "case")),
        ("???", ()),
        ("", ()),
    ],
)
def test_words(title: str, words: tuple[str, ...]) -> None:
    assert spelt(title).words == words


def test_capitals_are_kept_beside_the_words() -> None:
    said = spelt("BERT and ÉCLAIR")
    assert said.raw == ("BERT", "and", "ECLAIR")
    assert said.words == ("bert", "and", "eclair")


@pytest.mark.parametrize(
    ("title", "parts", "colons", "brackets"),
    [
        ("BERT: Pre-training", {1}, {1}, set()),
        ("Deep nets - a study", {2}, {2}, set()),
        ("Deep nets — a study – of more", {2, 4}, {2, 4}, set()),
        ("Deep nets (a study) of", {2, 4}, set(), {2}),
        ("Deep nets [a study]", {2}, set(), {2}),
        ("Deep nets? Yes! But how; when", {2, 3, 5}, set(), set()),
        ("Deep nets, a study. Of more", {2, 4}, set(), set()),
        ("Deep nets|of--more", {2, 3}, set(), set()),
        ("Well-known nets of 1.5 and 1,5", set(), set(), set()),
        ("(Deep) nets", {1}, set(), set()),
    ],
)
def test_parts(title: str, parts: set[int], colons: set[int], brackets: set[int]) -> None:
    said = spelt(title)
    assert [set(said.parts), set(said.colons), set(said.brackets)] == [parts, colons, brackets]


@pytest.mark.parametrize(
    ("title", "cut"),
    [
        ("Learning to...", True),
        ("Learning to ..", True),
        ("Learning to …", True),
        ("Learning to [...]", True),
        ("Learning to.", False),
        ("Learning... to forget", False),
        ("Learning to", False),
    ],
)
def test_dots_at_the_end_say_that_it_was_cut(title: str, cut: bool) -> None:
    assert spelt(title).cut is cut


@given(st.text())
def test_any_text_can_be_spelt(text: str) -> None:
    said = spelt(text)
    assert said.key == title_key(said.text)
    assert len(said.raw) == len(said.words)
    assert said.colons | said.brackets <= said.parts
    assert all(0 < place < len(said.words) for place in said.parts)
    assert all(said.words)


SIGNS = "abcdeAB  12-:;,.?!()/'\"&"


@given(st.text(alphabet=SIGNS, max_size=40) | st.text(max_size=20))
def test_a_plain_title_is_spelt_as_any_other(title: str) -> None:
    quick = plainly_spelt(title)
    assert quick is None or quick == any_spelt(undamaged(title))


def test_most_titles_are_plain() -> None:
    quick = plainly_spelt("Where do Flows, Fields - and Waves - come from? Non-linear: 10,000 (II)")
    assert quick is not None
    assert sorted(quick.parts) == [3, 4, 6, 8, 10, 11]
    assert sorted(quick.colons) == [4, 6, 10]
    assert sorted(quick.brackets) == [11]
