"""The text of one name, and the person that it is."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from refmatter.people import Person, is_bare_family, read_name


@pytest.mark.parametrize(
    ("text", "family", "given", "suffix"),
    [
        ("Ada Lovelace", "Lovelace", "Ada", ""),
        ("A. Lovelace", "Lovelace", "A.", ""),
        ("Augusta A. K. Lovelace", "Lovelace", "Augusta A. K.", ""),
        ("Lovelace, Ada", "Lovelace", "Ada", ""),
        ("Lovelace, A. K.", "Lovelace", "A. K.", ""),
        ("Lovelace A", "Lovelace", "A", ""),
        ("Lovelace AK", "Lovelace", "AK", ""),
        ("Lovelace A. K.", "Lovelace", "A. K.", ""),
        ("A.K. Lovelace", "Lovelace", "A. K.", ""),
        ("Lovelace", "Lovelace", "", ""),
        ("lovelace", "lovelace", "", ""),
        ("Frank Rosenblatt Jr.", "Rosenblatt", "Frank", "Jr."),
        ("Ada Lovelace PhD", "Lovelace", "Ada", ""),
        ("Grace Hopper MD PhD", "Hopper", "Grace", ""),
        ("アレクサンダー", "アレクサンダー", "", ""),
        ("Rosenblatt Jr., Frank", "Rosenblatt", "Frank", "Jr."),
        ("Rosenblatt, Jr., Frank", "Rosenblatt", "Frank", "Jr."),
        ("Rosenblatt, Frank, Jr.", "Rosenblatt", "Frank", "Jr."),
        ("Frank Rosenblatt, Jr.", "Rosenblatt", "Frank", "Jr."),
        ("Emil W. Post III", "Post", "Emil W.", "III"),
        ("Post EW III", "Post", "EW", "III"),
        ("Edsger W. van der Berg", "van der Berg", "Edsger W.", ""),
        ("van der Berg, Edsger", "van der Berg", "Edsger", ""),
        ("van der Berg E", "van der Berg", "E", ""),
        ("Berg, Edsger van der", "van der Berg", "Edsger", ""),
        ("van der Berg", "van der Berg", "", ""),
        ("Luc Van Gool", "Van Gool", "Luc", ""),
        ("Inés de la Fuente", "de la Fuente", "Inés", ""),
        ("García Lorca, Federico", "García Lorca", "Federico", ""),
        ("Jean-Pierre Meyer", "Meyer", "Jean-Pierre", ""),
        ("Jean\u2010Pierre Meyer", "Meyer", "Jean-Pierre", ""),
        ("Le, Quoc V.", "Le", "Quoc V.", ""),
        ("Quoc V. Le", "Le", "Quoc V.", ""),
        ("Huawei Chen", "Chen", "Huawei", ""),
        ("William H. Press", "Press", "William H.", ""),
        ("何恺明", "何", "恺明", ""),
        ("何 恺明", "何", "恺明", ""),
        ("欧阳修", "欧阳", "修", ""),
        ("김철수", "김", "철수", ""),
        ("Kaiming He (何恺明)", "He", "Kaiming", ""),
        ("Prof. Dr. Ada Lovelace", "Lovelace", "Ada", ""),
        ("Ada Lovelace, PhD", "Lovelace", "Ada", ""),
        ("Ada Lovelace*", "Lovelace", "Ada", ""),
        ("Ada Lovelace¹²", "Lovelace", "Ada", ""),
        ("Ada Lovelace1,2", "Lovelace", "Ada", ""),
        ("Ada Lovelace†‡", "Lovelace", "Ada", ""),
        ("Ada Lovelace<sup>1</sup>", "Lovelace", "Ada", ""),
        ("Ada Lovelace 0003", "Lovelace", "Ada", ""),
        ("Ada Lovelace (MIT)", "Lovelace", "Ada", ""),
        ("Ada Lovelace [University of X]", "Lovelace", "Ada", ""),
        ("Ada Lovelace (MIT", "Lovelace", "Ada", ""),
        ("Ada Lovelace <ada@lovelace.org>", "Lovelace", "Ada", ""),
        ("Ada Lovelace 0000-0002-1825-0097", "Lovelace", "Ada", ""),
        ("Ada Lovelace (https://orcid.org/0000-0002-1825-0097)", "Lovelace", "Ada", ""),
        ("Lovelace et al.", "Lovelace", "", ""),
        ("Ada Lovelace and others", "Lovelace", "Ada", ""),
        (r"Erd{\H{o}}s, P{\'a}l", "Erdős", "Pál", ""),
        ("Poincar&eacute;, Henri", "Poincaré", "Henri", ""),
    ],
)  # fmt: skip
def test_a_name(text: str, family: str, given: str, suffix: str) -> None:
    person = read_name(text)
    assert (person.family, person.given, person.suffix) == (family, given, suffix)
    assert person.is_known


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "…", "???", "7", "2017", "2017-05-03",
        "Stanford University", "Google Research", "DeepMind", "OpenAI", "Meta AI", "MIT",
        "Universität Wien", "Institut für Informatik", "École polytechnique", "ATLAS Collaboration",
        "University of Toronto", "UC Berkeley", "Acme Inc.", "清华大学", "東京大学", "서울대학교",
        "Germany", "Beijing", "New York", "Munich, Germany", "T. Munich, H Germany",
        "Stanford, Usa",
        "@lovelace1843notes", "lovelace_ada", "https://example.org/ada", "../../etc/passwd",
        "C:\\Users\\ada", "ada@lovelace.org", "anonymous", "Unknown", "TODO", "N/A", "佚名",
        "see the paper", "a note on the name of the author", "A.", "{{authors}}", "<% tp.author %>",
        "word " * 50, "x" * 5000,
        "´", "a b c d e f g h i j k l", "Lovelace, Ada, Grace", "Post, Jr., Sr.",
    ],
)  # fmt: skip
def test_what_is_no_persons_name(text: str) -> None:
    person = read_name(text)
    assert not person.is_known
    assert not is_bare_family(text)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Lovelace", True),
        ("van der Berg", True),
        ("Lovelace et al.", True),
        ("Lovelace, Jr.", True),
        ("A. Lovelace", False),
        ("Lovelace A", False),
        ("Lovelace, Ada", False),
        ("Ada Lovelace", False),
        ("何恺明", False),
    ],
)
def test_a_bare_family_name(text: str, bare: bool) -> None:
    assert is_bare_family(text) is bare


@given(
    st.one_of(
        st.text(max_size=80),
        st.lists(
            st.sampled_from("Ada A. van Li III Jr. , AK 何 de - Ruiz-Li".split()),
            max_size=8,
        ).map(" ".join),
    )
)
@example("Jr AA")
def test_a_persons_text_is_read_as_the_same_person(text: str) -> None:
    person = read_name(text)
    assert isinstance(person, Person)
    if person.is_known:
        again = read_name(str(person))
        assert (again.family, again.given, again.suffix) == (
            person.family,
            person.given,
            person.suffix,
        )
