"""Names written in the form of a vault, and read again."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from refmatter.people import NameForm, Person, read_name, usual_form, write_name

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


@pytest.mark.parametrize("form", NameForm)
@given(person=people())
def test_a_name_reads_as_the_same_person_in_every_form(form: NameForm, person: Person) -> None:
    written = write_name(f"{person.given} {person.family}", form)
    found = read_name(written)
    assert (found.family, found.given) == (person.family, person.given)
    assert form.spec.matches(written)
    assert write_name(written, form) == written


@pytest.mark.parametrize("form", NameForm)
@given(written=st.lists(people(), min_size=1, max_size=5))
def test_the_form_of_a_vault_is_the_one_that_its_names_are_in(
    form: NameForm, written: list[Person]
) -> None:
    names = [write_name(f"{person.given} {person.family}", form) for person in written]
    assert usual_form(names) is form


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Kaitao Song", "Song, Kaitao"),
        ("Augusta A. K. Lovelace", "Lovelace, Augusta A. K."),
        ("Edsger van der Berg", "Berg, Edsger van der"),
        ("Lovelace, Ada", "Lovelace, Ada"),
        ("Plato", "Plato"),
        ("何恺明", "何恺明"),
    ],
)
def test_last_name_first(name: str, written: str) -> None:
    assert write_name(name, NameForm.LAST_FIRST) == written
    assert write_name(name, NameForm.FIRST_LAST) == name


@pytest.mark.parametrize(
    ("names", "form"),
    [
        ([], NameForm.FIRST_LAST),
        (["Song, Kaitao", "Ada Lovelace"], NameForm.FIRST_LAST),
        (["Song, Kaitao", "Ada Lovelace", "Lovelace, Ada"], NameForm.LAST_FIRST),
    ],
)
def test_of_two_forms_that_are_as_common_the_first_counts(names: list[str], form: NameForm) -> None:
    assert usual_form(names) is form
