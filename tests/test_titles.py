import re
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter import titles
from scholar.tokens import words

SAME = [
    ("BERT: Pre-training of Deep Transformers", "BERT - Pre-training of Deep Transformers"),
    ("WiC - 10, 000 Example Pairs", "WiC: 10,000 Example Pairs"),
    ("Attention Is All You Need", "ATTENTION IS ALL YOU NEED."),
    ("Schrödinger’s Étude", "Schrodinger's Etude"),
    (r"Schr{\"o}dinger's {\'E}tude", "Schrödinger's Étude"),
    (r"\v{S}koda \ss{} \o re", "Škoda ß øre"),
    ("{BERT} and $\\alpha$-divergence", "BERT and α-divergence"),
    ("H<sub>2</sub>O in <i>E. coli</i>", "H2O in E. coli"),
    ("Phrase-Based & Neural", "Phrase-based and neural"),
    ("Phrase-Based &amp; Neural", "Phrase-Based & Neural"),
    ("ﬁne-tuning", "fine-tuning"),
    ("Łódź", "Lodz"),
]
DIFFERENT = [
    ("Findings of the 2014 Workshop", "Findings of the 2015 Workshop"),
    ("Deep Networks, Part I", "Deep Networks, Part II"),
    ("SemEval-2012 Task 7", "SemEval-2012 Task 1"),
    ("Supervised Learning", "Unsupervised Learning"),
    ("Numerical Recipes in C", "Numerical Recipes in C++"),
    ("Programming in C", "Programming in C#"),
    ("数据挖掘", "数据分析"),
]


@pytest.mark.parametrize(("first", "other"), SAME)
def test_two_spellings_of_one_title_have_one_key(first: str, other: str) -> None:
    assert titles.title_key(first) == titles.title_key(other) != ""


@pytest.mark.parametrize(("first", "other"), DIFFERENT)
def test_what_tells_works_apart_stays_in_the_key(first: str, other: str) -> None:
    assert titles.title_key(first) != titles.title_key(other)


@pytest.mark.parametrize("text", ["", "______", " - ", "…", "$$"])
def test_a_text_without_letters_has_no_key(text: str) -> None:
    assert titles.title_key(text) == ""


@pytest.mark.parametrize("number", ["9" * 4301, "0" * 4301, "9" * 9, "1114112"])
def test_a_character_of_a_number_that_none_has_is_no_character(number: str) -> None:
    assert titles.readable(f"A &#{number}; B") == "A \ufffd B"
    assert titles.title_key(f"A &#{number} B") == "ab"


def test_a_character_may_be_written_by_its_number() -> None:
    assert titles.readable("A &#38;&#x26; &#0000233;") == "A && é"


@given(st.text(max_size=60))
def test_the_key_of_a_key_is_itself(text: str) -> None:
    key = titles.title_key(text)
    assert titles.title_key(key) == key


@given(st.text(alphabet=string.ascii_lowercase + string.digits, min_size=1), st.integers(0, 99))
def test_a_number_more_is_another_title(title: str, number: int) -> None:
    assert titles.title_key(f"{title} {number}") != titles.title_key(title)


@given(st.text(max_size=80))
def test_readable_text_is_printable_and_stable(text: str) -> None:
    shown = titles.readable(text)
    assert "\n" not in shown
    assert "\x1b" not in shown
    assert shown == " ".join(shown.split())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A\n  folded\ttitle", "A folded title"),
        ("&lt;b&gt; &amp; co", "& co"),
        ("evil\u202etxt.exe", "eviltxt.exe"),
        ("half\ud800", "half"),
        ("soft\u00adhyphens", "softhyphens"),
        ("at the end of a li\u00ad\nne", "at the end of a line"),
        ("\x1b[31mred", "[31mred"),
        (r"50\% of \emph{all} cases", "50% of all cases"),
        ("<jats:title>On <jats:italic>x</jats:italic></jats:title>", "On x"),
        ("a < b and c > d", "a < b and c > d"),
    ],
)
def test_readable(text: str, shown: str) -> None:
    assert titles.readable(text) == shown


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("J. von Neumann", "neumann"),
        ("von Neumann, J.", "neumann"),
        ("John von Neumann 0001", "neumann"),
        ("Martin Luther King Jr.", "king"),
        ("Martin Luther King Jr", "king"),
        ("King, Martin, Jr.", "king"),
        ("King Jr., Martin", "king"),
        ("Sammy Davis, Jr.", "davis"),
        ("Jürgen Schmidhuber", "schmidhuber"),
        ("Plato", "plato"),
        ("", ""),
        ("...", ""),
    ],
)
def test_family_name(name: str, key: str) -> None:
    assert titles.family_key(name) == key


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("SQuAD - 100,000+ Questions", "squad-100-000-questions"),
        ("Google's Neural Machine", "google-s-neural-machine"),
        ("Über Étude", "über-étude"),
        ("???", ""),
    ],
)
def test_slug(title: str, name: str) -> None:
    assert titles.slug(title) == name


def test_words_leaves_nothing_that_a_query_language_could_read() -> None:
    assert titles.query_words('Deep-Learning: "A|B" (C*) ti:x_y') == "Deep Learning A B C ti x y"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Pandora’s Box: reopened", "Pandora's Box reopened"),
        ("GPT-3.5, of 1,000 layers (v2.0)", "GPT 3.5 of 1,000 layers v2.0"),
        ("Col·lecció de Node.js/C_p", "Col·lecció de Node.js C_p"),
        ("_Emphasis_ of a__b: x._y", "Emphasis of a__b x y"),
        ("Mo\u0308bius fu\u0308r x\u0304's", "Möbius für x\u0304's"),
        ("हिन्दी भाषा", "हिन्दी भाषा"),
        ("BERT：预训练，1，000", "BERT 预训练 1 000"),
        ("'Quoted' rock 'n' roll", "Quoted rock n roll"),
        ("1.a a.1 1:1 a,b 1’000", "1 a a 1 1 1 a b 1'000"),
        ("$$ \u2026", ""),
    ],
)
def test_signs_stay_inside_words_alone(title: str, text: str) -> None:
    assert titles.search_text(title) == text


@given(st.text(alphabet="aBé\u0301\u03041漢カ'’.:,;-!() ", max_size=24))
def test_a_search_text_has_the_words_that_services_cut_the_title_into(title: str) -> None:
    wanted = words(titles.readable(title).replace("’", "'"), folding=False)
    assert words(titles.search_text(title), folding=False) == wanted


@given(st.text(max_size=40), st.booleans(), st.booleans())
def test_spellings_differ_and_are_composed(title: str, apostrophes: bool, accents: bool) -> None:
    found = titles.search_spellings(title, apostrophes=apostrophes, accents=accents)
    assert found[0] == titles.search_text(title)
    assert len(set(found)) == len(found)
    assert all(unicodedata.is_normalized("NFC", spelling) for spelling in found)


@pytest.mark.parametrize(
    "typed", ["Möbius für Naïve", unicodedata.normalize("NFD", "Möbius für Naïve")]
)
def test_letters_are_composed_however_a_title_was_typed(typed: str) -> None:
    assert titles.readable(typed) == "Möbius für Naïve"
    assert titles.query_words(typed) == "Möbius für Naïve"
    assert titles.slug(typed) == "möbius-für-naïve"


@given(st.text(max_size=40) | st.text(alphabet="aAé\u0301ﬁßſ–’漢\u3099İΣ -:", max_size=20))
def test_letters_outside_ascii_are_folded_alone_as_among_others(title: str) -> None:
    title = re.sub(r"[\\\\&<{+#$]", "", title)
    folded = unicodedata.normalize("NFKD", title).casefold()
    folded = "".join(map(titles.title_key, unicodedata.normalize("NFKD", folded)))
    assert titles.title_key(title) == folded


_TITLE = st.text(alphabet="Aa1 -:.&{+\n\r", max_size=12) | st.text(max_size=12)


@given(st.lists(_TITLE, max_size=4))
def test_the_keys_of_many_titles_are_those_of_each(found: list[str]) -> None:
    assert titles.title_keys(found) == [titles.title_key(title) for title in found]
