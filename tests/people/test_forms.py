"""Names written in the form of a vault, and read again."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from refmatter.people import (
    NameForm,
    NameOrder,
    NameStyle,
    Person,
    read_name,
    same_person,
    write_name,
)

WORDS = st.from_regex(r"[A-Z][a-zéöñ]{2,9}(?:-[A-Z][a-zéöñ]{2,7})?", fullmatch=True)
GIVEN = st.lists(WORDS | st.sampled_from(["A.", "J.-P.", "Q."]), min_size=1, max_size=3)
PARTICLES = st.sampled_from(["", "van ", "van den ", "de la ", "von ", "di "])


@st.composite
def people(draw: st.DrawFn) -> Person:
    """Draw a person whose name every form can hold: given names, particles in lower case and a
    family name, none of them a word of organisations, places or sentences."""
    person = Person(draw(PARTICLES) + draw(WORDS), " ".join(draw(GIVEN)))
    found = read_name(f"{person.given} {person.family}")
    assume((found.family, found.given) == (person.family, person.given))
    return person


FULL = tuple(
    form for form in NameForm if not form.spec.style.initials and form is not NameForm.LAST
)


@pytest.mark.parametrize("form", FULL)
@given(person=people())
def test_a_name_reads_as_the_same_person_in_every_full_form(form: NameForm, person: Person) -> None:
    written = write_name(f"{person.given} {person.family}", form)
    found = read_name(written)
    assert (found.family, found.given) == (person.family, person.given)
    assert write_name(written, form) == written


@pytest.mark.parametrize("form", NameForm)
@given(person=people())
def test_a_name_reads_as_one_that_may_be_the_same_persons_in_every_form(
    form: NameForm, person: Person
) -> None:
    found = read_name(write_name(f"{person.given} {person.family}", form))
    if form is NameForm.LAST:
        found = read_name(f"{write_name(f'{person.given} {person.family}', form)},")
    assert found.family == person.family
    assert same_person(found, person) is True


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Kaitao Song", "Song, Kaitao"),
        ("Augusta A. K. Lovelace", "Lovelace, Augusta A. K."),
        ("Edsger van der Berg", "van der Berg, Edsger"),
        ("John W. Fisher III", "Fisher III, John W."),
        ("Hung Van Nguyen", "Nguyen, Hung Van"),
        ("Luc Van Gool", "Van Gool, Luc"),
        ("J. Ben Schafer", "J. Ben Schafer"),
        ("Nguyen Van Thanh", "Nguyen Van Thanh"),
        ("Santiago Ramón y Cajal", "Ramón y Cajal, Santiago"),
        ("Google Research", "Google Research"),
        ("Lovelace, Ada", "Lovelace, Ada"),
        ("Plato", "Plato"),
        ("何恺明", "何恺明"),
    ],
)
def test_last_name_first(name: str, written: str) -> None:
    assert write_name(name, NameForm.LAST_FIRST) == written
    assert write_name(name, NameForm.FIRST_LAST) == name


@pytest.mark.parametrize(
    ("form", "written"),
    [
        (NameForm.INITIALS_LAST, "D. P. van der Berg-Li III"),
        (NameForm.LAST_COMMA_INITIALS, "van der Berg-Li III, D. P."),
        (NameForm.LAST_INITIALS, "van der Berg-Li DP III"),
        (NameForm.LAST, "van der Berg-Li"),
    ],
)
def test_forms_with_initials_and_last_names(form: NameForm, written: str) -> None:
    assert write_name("Diederik P. van der Berg-Li III", form) == written


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Jean-Pierre Serre", "J.-P. Serre"),
        ("J.-P. Serre", "J.-P. Serre"),
        ("JP Serre", "J. P. Serre"),
        ("A.K. Lovelace", "A. K. Lovelace"),
        ("Émile Borel", "É. Borel"),
        ("Juan de la Cruz", "J. de la Cruz"),
        ("Juan carlos Ramos", "J. Ramos"),
        ("Plato", "Plato"),
        ("OpenAI", "OpenAI"),
        ("何恺明", "何恺明"),
    ],
)
def test_initials(name: str, written: str) -> None:
    assert write_name(name, NameForm.INITIALS_LAST) == written


def test_a_full_name_that_is_to_stay_in_its_order_is_not_touched() -> None:
    style = NameStyle(particles_behind=True)
    assert style.name("Nguyen Van Thanh") == "Nguyen Van Thanh"
    assert style.name("Berg, Edsger van der") == "Berg, Edsger van der"


def test_a_name_that_cannot_be_taken_apart_is_not_written() -> None:
    turned = NameStyle(NameOrder.LAST_FIRST)
    assert turned.name("J. Ben Schafer") is None
    assert NameStyle(NameOrder.LAST).name("何恺明") is None
