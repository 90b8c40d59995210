"""Titles as people write them, and the words they are compared by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.matching.normalize import normalize, normalize_any, normalize_plain, undo_damage
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
    assert undo_damage(damaged) == TITLE


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
    assert undo_damage(misread) == title


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
    assert undo_damage(title) == title


@pytest.mark.parametrize("nothing", ["*", "-", "**", "[]", "- ", "---"])
def test_a_title_of_nothing_but_damage_is_let_be(nothing: str) -> None:
    assert undo_damage(nothing).strip() == nothing.strip()


@pytest.mark.parametrize("title", ["/spl what/", "\\LaTeX", "<i></i>"])
def test_a_title_of_which_nothing_would_be_left_is_let_be(title: str) -> None:
    assert undo_damage(title) == title


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
    assert normalize(title).words == words


def test_capitals_are_kept_beside_the_words() -> None:
    said = normalize("BERT and ÉCLAIR")
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
    said = normalize(title)
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
    assert normalize(title).cut is cut


@given(st.text())
def test_any_text_can_be_spelt(text: str) -> None:
    said = normalize(text)
    assert said.key == title_key(said.text)
    assert len(said.raw) == len(said.words)
    assert said.colons | said.brackets <= said.parts
    assert all(0 < place < len(said.words) for place in said.parts)
    assert all(said.words)


OLD_MARKS = [
    ("\u00aaDeep learning of words,\u00ba Neural Computation",
     '"Deep learning of words," Neural Computation'),
    ("J. Smith, \u00aaDeep learning\u00ba of 1999", 'J. Smith, "Deep learning" of 1999'),
    ("aDeep learning of words,o Neural Computation",
     '"Deep learning of words," Neural Computation'),
    ("J. Smith, aDeep learning,o Nature", 'J. Smith, "Deep learning," Nature'),
    ("aDeep learning,o", '"Deep learning,"'),
    ("\\Deep learning of words", '"Deep learning of words'),
    ("J. Smith. \\\\Deep learning", 'J. Smith. "Deep learning'),
    ("J. Smith.\\Deep, or learning", 'J. Smith."Deep, or learning'),
]  # fmt: skip


@pytest.mark.parametrize(("damaged", "title"), OLD_MARKS)
def test_quotation_marks_of_old_pdf_files(damaged: str, title: str) -> None:
    assert undo_damage(damaged) == title


@pytest.mark.parametrize(
    "title",
    [
        "The 3\u00aa edition of words",
        "A 2\u00ba way to learn",
        "Learning,o or not",
        "In aCase,o more",
        "aCase, and aWord, more",
        "and so on,o",
    ],
)
def test_what_only_looks_like_an_old_mark_stays(title: str) -> None:
    assert undo_damage(title) == title


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("\\emph{Deep} learning", "Deep learning"),
        ("On \\textbf{Deep} learning", "On Deep learning"),
        ("\\alpha-stable laws", "\u03b1-stable laws"),
        ('Schr\\"odinger, \\O{}sterg\\aa{}rd', "Schr\u00f6dinger, \u00d8sterg\u00e5rd"),
        ("Typeset in \\LaTeX{} and more", "Typeset in and more"),
    ],
)
def test_commands_of_latex_are_no_quotation_marks(title: str, said: str) -> None:
    assert undo_damage(title) == said


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("The /spl omega//sub 2/ method", ("the", "\u03c92", "method")),
        ("The /spl mu/-law of /sup 3/He", ("the", "\u03bc", "law", "of", "3he")),
        ("H/sub 2/ control", ("h2", "control")),
        ("Control by /spl 2/x", ("control", "by", "2x")),
        ("Control by /spl what/ of it", ("control", "by", "of", "it")),
        ("Split /sub/ words", ("split", "sub", "words")),
    ],
)
def test_formulas_as_an_old_catalogue_writes_them(title: str, words: tuple[str, ...]) -> None:
    assert normalize(title).words == words


@pytest.mark.parametrize("form", ["(with discussion)", "(With Discussion)", "[invited paper]",
                                  "(Preliminary Version)"])  # fmt: skip
def test_the_form_of_a_publication_is_no_part_of_its_title(form: str) -> None:
    assert undo_damage(f"{TITLE} {form}") == TITLE
    assert undo_damage(f"{TITLE}{form}") == TITLE
    assert normalize(f"{TITLE} {form}") == normalize(TITLE)
    assert undo_damage(f"{TITLE} {form} again").endswith("again")
    assert undo_damage(form) == form


def test_other_words_in_brackets_belong_to_it() -> None:
    for title in (f"{TITLE} (with figures)", f"{TITLE} (discussion)", f"{TITLE} with discussion"):
        assert undo_damage(title) == title


@pytest.mark.parametrize(
    ("title", "closed"),
    [
        ('"Deep nets of words," Nature', {4}),
        ("\u201cDeep nets,\u201d Nature", {2}),
        ("\u00abDeep nets.\u00bb Nature", {2}),
        ('Deep nets," Nature of words', {2}),
        ('Deep nets", Nature of words', {2}),
        ('Deep nets" Nature', {2}),
        ('"Deep nets" of words', set()),
        ("\u201cDeep nets\u201d of words", set()),
        ("\u00abDeep nets\u00bb of words", set()),
        ('Deep "nets" of words', set()),
        ('Deep "nets," as of now', {2}),
        ('Deep nets"', set()),
        ("\u00aaDeep nets,\u00ba Nature", {2}),
        ("aDeep nets,o Nature", {2}),
    ],
)
def test_the_quotation_mark_that_ends_a_title(title: str, closed: set[int]) -> None:
    said = normalize(title)
    assert said.closed == closed
    assert said.closed <= said.parts


def test_a_part_of_a_title_is_a_title() -> None:
    said = normalize('Smith: "Deep C++ nets (of) words," Nature - and more...')
    part = said.part(1, 7)
    assert part.text == "Deep C++ nets of words Nature"
    assert part.words == ("deep", "c++", "nets", "of", "words", "nature")
    assert part.raw == ("Deep", "C++", "nets", "of", "words", "Nature")
    assert part.key == title_key("Deep C++ nets of words, Nature")
    assert [set(part.parts), set(part.closed)] == [{3, 4, 5}, {5}]
    assert [set(part.colons), set(part.brackets)] == [set(), {3}]
    assert not part.cut
    assert said.part(7, 9).cut


@given(st.text(alphabet='abC D:;-(),."12', max_size=30), st.lists(st.integers(0, 12), min_size=4,
                                                                  max_size=4))  # fmt: skip
def test_a_part_of_a_part_is_a_part(title: str, places: list[int]) -> None:
    said = normalize(title)
    whole, last = said.part(0, len(said.words)), len(said.words)
    assert whole[2:] == said[2:]
    first, start, end, behind = sorted(min(place, last) for place in places)
    inner = said.part(first, behind).part(start - first, end - first)
    assert inner == said.part(start, end)


SIGNS = "abcdeAB  12-:;,.?!()/'\"&"


@given(st.text(alphabet=SIGNS, max_size=40) | st.text(max_size=20))
def test_a_plain_title_is_spelt_as_any_other(title: str) -> None:
    quick = normalize_plain(title)
    assert quick is None or quick == normalize_any(undo_damage(title))


PIECES = [
    "Deep", "aDeep", "words", ",o", ",", " ", " ", ". ", ".", "...", "\\", "\u00aa", "\u00ba", '"',
    " (with discussion)", "/spl mu/", "/sub 2/", "10,", "000", "- ", "arXiv", "(", ")", "C++", "2",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=7).map("".join))
def test_a_plain_title_is_one_without_damage(title: str) -> None:
    quick = normalize_plain(title)
    assert quick is None or quick == normalize_any(undo_damage(title))
    assert normalize(title) == normalize_any(undo_damage(title))


@pytest.mark.parametrize("title", ["", "...", "(2) words", "- words", "12 words", "Words\tof"])
def test_what_is_not_plain(title: str) -> None:
    assert normalize_plain(title) is None


def test_most_titles_are_plain() -> None:
    quick = normalize_plain(
        "Where do Flows, Fields - and Waves - come from? Non-linear: 10,000 (II)"
    )
    assert quick is not None
    assert sorted(quick.parts) == [3, 4, 6, 8, 10, 11]
    assert sorted(quick.colons) == [4, 6, 10]
    assert sorted(quick.brackets) == [11]


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("A theory of learning.In Proceedings of ICML", {4}),
        ("A theory of learning.arXiv preprint", {4}),
        ("1992.Numerical recipes", {1}),
        ("The node.js way", set()),
        ("Version 2.0 of a theory", set()),
    ],
)
def test_a_sentence_may_end_without_a_blank(title: str, parts: set[int]) -> None:
    assert normalize(title).parts == parts


@pytest.mark.parametrize(
    ("title", "closed"),
    [
        ('"Characters from video (NPC)," Nature', {4}),
        ('What is it?" Nature', {3}),
        ('"Where do flows come from?": an essay', set()),
    ],
)
def test_a_quotation_mark_may_close_behind_another_sign(title: str, closed: set[int]) -> None:
    assert normalize(title).closed == closed
