"""Two names, and whether they are one person's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.people import are_strangers, read_name, read_people, same_name, same_person

SAME = [
    ("Ада Лавлейс", "Ада Лавлейс"),
    ("Ada Lovelace", "A. Lovelace"),
    ("Ada Lovelace", "Lovelace, A. K."),
    ("Ada Lovelace", "Lovelace"),
    ("Ada Lovelace", "ADA LOVELACE"),
    ("Lovelace AK", "Ada K. Lovelace"),
    ("J. Müller", "Johann Mueller"),
    ("Müller", "Muller"),
    ("Sørensen, K.", "K. Soerensen"),
    ("Šimon Novák", "Simon Novak"),
    ("Åström, K.", "K. Aastrom"),
    ("Erdős", "P. Erdos"),
    ("Gabriel García Márquez", "García, G."),
    ("Gabriel García-Márquez", "García Márquez, Gabriel"),
    ("Aharon Bar-Hillel", "A. Hillel"),
    ("Aäron van den Oord", "A. Oord"),
    ("van den Oord", "Aaron Van Den Oord"),
    ("Yann LeCun", "Y. Le Cun"),
    ("Harm de Vries", "H. DeVries"),
    ("Van Gool", "Luc Van Gool"),
    ("Jeffrey De Fauw", "J. Fauw"),
    ("Kaiming He", "He Kaiming"),
    ("Kaiming He", "He, Kaiming"),
    ("Kaiming HE", "Kaiming He"),
    ("Ming-Wei Chang", "Mingwei Chang"),
    ("M.-W. Chang", "Ming-Wei Chang"),
    ("Bob Brown", "Robert Brown"),
    ("Bill Gosper", "William Gosper"),
    ("Ross Quinlan", "J. R. Quinlan"),
    ("Sergey Levine", "Sergei Levine"),
    ("Katherine Heller", "Catherine Heller"),
    ("Emil W. Post III", "Post, E."),
    ("Rico Senrich", "R. Sennrich"),
    ("Evgeny Smirnov", "Yevgeny Smirnov"),
    ("Gretchen Post", "Kretchen Post"),
    ("García López, María", "María López"),
    ("何恺明", "何恺明"),
    ("OpenAI", "OpenAI"),
    ("Google Research", "Google research"),
]
DIFFERENT = [
    ("Ada Lovelace", "Grace Hopper"),
    ("Wei Li", "Jian Li"),
    ("Li, W.", "J. Li"),
    ("Silva Santos, Ana", "Santos Pereira, Zoe"),
    ("Li W", "Jian Li"),
    ("Lovelace", "Hopper"),
    ("Xue, J.", "J. Xu"),
    ("Zhang", "Zhuang"),
    ("Juan Carlos Ramos", "Juan Carlos Niebles"),
    ("Wei Li", "Bob Wei"),
    ("何恺明", "张祥雨"),
]
UNTOLD = [
    ("Ada Lovelace", "Stanford University"),
    ("Stanford University", "University of Toronto"),
    ("Ada Lovelace", "何恺明"),
    ("Ada Lovelace", "Ада Лавлейс"),
    ("MIT", "Ada Lovelace"),
    ("KIT", "Ada Lovelace"),
    ("???", "Ada Lovelace"),
    ("He Kaiming", "K. He"),
    ("Weng Lin", "Liang Weng"),
    ("Lin Weng", "Liang Weng"),
    ("何恺明", "何凯明"),
]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        *((*pair, True) for pair in SAME),
        *((*pair, False) for pair in DIFFERENT),
        *((*pair, None) for pair in UNTOLD),
    ],
)
def test_two_names(one: str, other: str, same: bool | None) -> None:
    assert same_name(one, other) is same
    assert same_name(other, one) is same
    assert same_person(read_name(one), read_name(other)) is same


def test_what_may_be_two_family_names_is_held_against_nobody() -> None:
    """`Kingma, Ba` is a person called Ba Kingma, or two people."""
    (person,) = read_people("Kingma, Ba")
    assert same_person(person, read_name("Diederik Kingma")) is None
    assert same_person(person, read_name("Jimmy Ba")) is None
    assert same_person(person, read_name("Ba Kingma")) is True
    assert same_person(person, read_name("Ada Lovelace")) is False


@pytest.mark.parametrize(
    ("mine", "theirs", "strangers"),
    [
        (["Ada Lovelace"], ["Grace Hopper"], True),
        (["Wei Li"], ["Jian Li", "Grace Hopper"], True),
        (["Ada Lovelace"], ["Grace Hopper", "A. Lovelace"], False),
        (["Ada Lovelace", "Grace Hopper"], ["Hopper, G."], False),
        (["Stanford University"], ["Grace Hopper"], False),
        (["Stanford University", "Ada Lovelace"], ["Grace Hopper"], True),
        ([], ["Grace Hopper"], False),
        (["Ada Lovelace"], [], False),
        (["Ada Lovelace"], ["何恺明"], False),
    ],
)
def test_strangers(mine: list[str], theirs: list[str], strangers: bool) -> None:
    assert are_strangers(read_people(mine), read_people(theirs)) is strangers


words = st.sampled_from(
    "Ada A. Li Wei Jian van de Lovelace Müller Mueller AK LI Ba He Kaiming García Márquez-Ruiz III "
    "Jr. MIT University 何恺明 何 , & 7".split()
)
names = st.one_of(st.lists(words, max_size=5).map(" ".join), st.text(max_size=30))


@given(names, names)
def test_the_order_of_two_names_makes_no_difference(one: str, other: str) -> None:
    assert same_name(one, other) is same_name(other, one)
    for mine in read_people(one):
        for theirs in read_people(other):
            assert same_person(mine, theirs) is same_person(theirs, mine)


@given(names)
def test_a_name_is_its_own(name: str) -> None:
    person = read_name(name)
    assert same_name(name, name) is True
    assert same_person(person, person) is not False
    assert same_name(name, str(person)) is not False
