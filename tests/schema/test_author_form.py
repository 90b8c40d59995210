"""How a vault writes authors: learned from values, written for others, and read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refmatter.people import (
    Initials,
    NameForm,
    NameOrder,
    NameStyle,
    read_people,
    same_person,
)
from refmatter.people import MapRole as R
from refmatter.people.names import read_name
from refmatter.schema.author_form import (
    Abbreviation,
    AuthorForm,
    MapKeys,
    NamePart,
    Separators,
    Spelling,
)
from refmatter.schema.author_learning import learn_author_form

FIRST, TURNED, VANCOUVER, LAST = (
    NameForm.FIRST_LAST,
    NameForm.LAST_FIRST,
    NameForm.LAST_INITIALS,
    NameForm.LAST,
)
APA, SHORT = NameForm.LAST_COMMA_INITIALS, NameForm.INITIALS_LAST
NAMES = (
    "Kaiming He", "X. Zhang", "Aäron van den Oord", "John W. Fisher III", "Santiago Ramón y Cajal",
    "Luc Van Gool", "Jean-Pierre Serre", "Quoc V. Le", "Hung Van Nguyen", "Pál Erdős",
    "Aharon Bar-Hillel", "Maria de la Cruz", "Martin O'Brien", "Ming T. Liu", "Émile Borel",
    "Frank Rosenblatt Jr.", "Yann Le Cun", "Diederik P. Kingma",
)  # fmt: skip
SHOWN = ("Ada K. Lovelace", "Grace Hopper", "Eda van Meyer", "Joan Clarke", "Mary Post")
"""Those whom the vault has already."""


def marks(mark: str, last: str | None = None, pair: str | None = None) -> Separators:
    return Separators(mark, last or mark, pair or last or mark)


def form(
    names: NameForm = FIRST, separators: Separators | None = None, closing: str = ""
) -> AuthorForm:
    part = NamePart(names.spec.style)
    return AuthorForm(parts=(part,), separators=separators, closing=closing)


def linked(
    before: str, behind: str, names: NameForm = FIRST, separators: Separators | None = None
) -> AuthorForm:
    part = NamePart(names.spec.style, before, Spelling.PLAIN, behind)
    return AuthorForm(parts=(part,), separators=separators)


def maps(*keys: MapKeys) -> AuthorForm:
    return AuthorForm(maps=keys)


FORMS = {
    "list": form(),
    "list, last name first": form(TURNED),
    "list of initials": form(SHORT),
    "list, Vancouver": form(VANCOUVER),
    "list of last names": form(LAST),
    "links": linked("[[", "]]"),
    "links into a folder": linked("[[People/", ".md]]"),
    "links, last name first": linked("[[", "]]", TURNED),
    "links in one text": linked("[[", "]]", separators=marks(", ")),
    "links without commas": linked("[[", "]]", separators=marks(" ")),
    "semicolons": form(separators=marks("; ")),
    "semicolons at the end": form(separators=marks("; "), closing=";"),
    "semicolons, last name first": form(TURNED, marks("; ")),
    "full-width semicolons": form(TURNED, marks("；")),
    "commas": form(separators=marks(", ")),
    "commas and `and`": form(separators=marks(", ", " and ")),
    "commas and `, and`": form(separators=marks(", ", ", and ", " and ")),
    "commas and `&`": form(separators=marks(", ", " & ")),
    "BibTeX": form(TURNED, marks(" and ")),
    "full-width commas": form(separators=marks("，")),
    "Chinese commas": form(separators=marks("、")),
    "points": form(separators=marks(" · ")),
    "slashes": form(separators=marks(" / ")),
    "lines": form(separators=marks("\n")),
    "APA": form(APA, marks(", ", ", & ")),
    "Vancouver": form(VANCOUVER, marks(", "), closing="."),
    "last names": form(LAST, marks(", ", " and ")),
    "CSL": maps((("family", R.FAMILY), ("given", R.GIVEN))),
    "names": maps((("name", R.WHOLE),)),
    "a map in a map": maps((("name", (("given", R.GIVEN), ("family", R.FAMILY))),)),
}


def bare(value: object) -> list[str]:
    """The letters of each name that a value has."""
    return ["".join(filter(str.isalpha, str(person))) for person in read_people(value)]


@pytest.mark.parametrize("name", FORMS)
def test_what_a_form_writes_teaches_the_same_form(name: str) -> None:
    written = [
        FORMS[name].write(SHOWN),
        FORMS[name].write(SHOWN[1:3]),
        FORMS[name].write(SHOWN[:4]),
    ]
    learned = learn_author_form(written)
    for names in (NAMES[:1], NAMES[1:3], NAMES[:3], NAMES):
        assert learned.write(names) == FORMS[name].write(names)


@pytest.mark.parametrize("name", FORMS)
@given(names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True))
@settings(max_examples=max(settings().max_examples // 5, 1))
def test_what_a_form_writes_is_read_as_the_same_people(name: str, names: list[str]) -> None:
    written = FORMS[name].write(names)
    is_turned = FORMS[name].parts[0].style.order is NameOrder.LAST or "Ramón y Cajal," in str(
        written
    )
    if is_turned and "Ramón y Cajal" in str(written):
        return  # which may be two people's
    assert written is not None
    found = read_people(written)
    assert len(found) == len(names)
    for person, source in zip(found, names, strict=True):
        assert same_person(person, read_name(source)) is not False


@pytest.mark.parametrize("name", sorted(set(FORMS) - {"a map in a map"}))
def test_organisations_are_never_turned_or_shortened(name: str) -> None:
    written = FORMS[name].write(["Google Research", "OpenAI"])
    assert bare(written) == ["GoogleResearch", "OpenAI"]


@pytest.mark.parametrize("name", sorted(set(FORMS) - {"CSL", "a map in a map"}))
def test_chinese_names_stay_as_they_are_or_are_left_out(name: str) -> None:
    written = FORMS[name].write(["何恺明", "张祥雨"])
    letters = [text for text in ("何恺明", "张祥雨") if text in str(written)]
    assert written is None or len(letters) == 2


@pytest.mark.parametrize(
    ("values", "names", "written"),
    [
        # How many authors are listed, and how the others are left out.
        (
            ["Ada Adams, B. Brown et al.", "C. Clark and D. Dunn"],
            NAMES[:3],
            "Kaiming He, X. Zhang et al.",
        ),
        (["Ada Lovelace et al."], NAMES[:1], "Kaiming He"),
        (["Ada Lovelace et al."], NAMES[:2], None),
        (
            ["Ada Lovelace, Grace Hopper, … & Eda Meyer"],
            NAMES[:4],
            "Kaiming He, X. Zhang, … & John W. Fisher III",
        ),
        ([["Ada Lovelace", "et al."]], NAMES[:3], ["Kaiming He", "et al."]),
        # What parts two, and what parts more.
        (["Ada Lovelace, Grace Hopper, and Eda Meyer"], NAMES[:2], "Kaiming He and X. Zhang"),
        (["Ada Lovelace and Grace Hopper"], NAMES[:3], None),
        (["Lovelace, Ada"], NAMES[:2], None),
        (["Kingma, Ba"], NAMES[:1], None),
        (["By Ada Lovelace and Grace Hopper"], NAMES[:2], "By Kaiming He and X. Zhang"),
        (["*Ada Lovelace, Grace Hopper*"], NAMES[:2], "*Kaiming He, X. Zhang*"),
        # Names with something that cannot be known.
        (["Ada Lovelace (MIT), Grace Hopper (Yale)"], NAMES[:2], None),
        ([["Ada Lovelace, Grace Hopper"]], NAMES[:2], None),
        ([["[[ada]]", "[[grace]]"]], NAMES[:2], None),
        ([["[Ada Lovelace](https://a.org)", "[Grace Hopper](https://b.org)"]], NAMES[:2], None),
        ([[{"Ada Lovelace": "MIT"}]], NAMES[:2], None),
        ([["[[Ada Lovelace]]", "[Grace Hopper](Grace%20Hopper.md)", "Eda Meyer"]], NAMES[:2], None),
        (["Ada Lovelace - MIT", "Grace Hopper [1]"], NAMES[:2], None),
        (["Ada  Lovelace; Grace  Hopper"], NAMES[:2], None),
        # Labels that are no name of the person, and notes that are nobody's.
        ([["[[Ada Lovelace|The Countess]]", "[[Grace Hopper|Admiral]]"]], NAMES[:2], None),
        ([["[[42]]", "[[Notes on x, y]]"]], NAMES[:2], None),
        ([["[[2017]]", "[[Grace Hopper]]"]], NAMES[:1], ["[[Kaiming He]]"]),
        # How the blanks of a name are spelt; a mark that may be a blank or a hyphen is not guessed.
        ([["[[Ada_Lovelace]]", "[[Grace_Hopper]]"]], NAMES[:1], ["[[Kaiming_He]]"]),
        ([["[[Ada_Lovelace-Byron]]", "[[Grace_Hopper-Li]]"]], NAMES[:1], None),
        # Few links to notes with other names, or names in another form, change nothing.
        ([["[[Ada Lovelace]]", "[[ada]]", "[[Grace Hopper]]"]], NAMES[:1], ["[[Kaiming He]]"]),
        (
            [["Ada Lovelace", "Grace Hopper", "[[Eda Meyer|Eda Meyer]]"]],
            NAMES[:1],
            ["Kaiming He"],
        ),
        # Labels that follow from the name.
        (
            [["[[Ada Lovelace|Lovelace]]", "[[Grace Hopper|Hopper]]"]],
            NAMES[2:3],
            ["[[Aäron van den Oord|van den Oord]]"],
        ),
        (
            [["[[Ada Lovelace|A. Lovelace]]", "[[Grace Hopper|G. Hopper]]"]],
            NAMES[:1],
            ["[[Kaiming He|K. He]]"],
        ),
        ([["[[@Ada Lovelace]]", "[[@Grace Hopper]]"]], NAMES[:1], ["[[@Kaiming He]]"]),
        ([["#ada-lovelace", "#grace-hopper"]], NAMES[:2], ["#kaiming-he", "#x-zhang"]),
        (["#AdaLovelace #GraceHopper"], NAMES[:1], "#KaimingHe"),
        (["#AdaLovelace #GraceHopper"], NAMES[:2], None),
        # Particles and suffixes where the vault has them.
        ([["Oord, Aäron van den"]], ["Maria de la Cruz"], ["Cruz, Maria de la"]),
        ([["Post, Emil W., III"]], NAMES[3:4], ["Fisher, John W., III"]),
        ([["Post, III, Emil W."]], NAMES[3:4], ["Fisher, III, John W."]),
        # Initials are a form where many names have nothing else, and not where few have.
        ([["A. Lovelace", "G. Hopper"]], NAMES[:1], ["Kaiming He"]),
        ([["A. Lovelace", "G. Hopper"], ["E. Meyer", "M. Post"]], NAMES[:1], ["K. He"]),
        (
            [["A.K. Lovelace", "G.M. Hopper"], ["E. Meyer", "M. Post"]],
            NAMES[3:4],
            ["J.W. Fisher III"],
        ),
        (["Lovelace A, Hopper G"], NAMES[:2], "He K, Zhang X"),
        # The majority, and what is neither.
        ([["Lovelace, Ada", "Hopper, Grace"], ["Eda Meyer"]], NAMES[:1], ["He, Kaiming"]),
        ([["admin", "Ada Lovelace"]], NAMES[:1], ["Kaiming He"]),
        (["me"], NAMES[:1], "Kaiming He"),
        ([{"name": "Ada Lovelace"}], NAMES[:1], [{"name": "Kaiming He"}]),
        ([], NAMES[:1], ["Kaiming He"]),
        # A name with a comma cannot stand between commas.
        (["Ada Lovelace, Grace Hopper"], ["Institute of Physics, Oslo", "X. Zhang"], None),
        (["何恺明，张祥雨，任少卿"], NAMES[:2], "Kaiming He，X. Zhang"),
        # Maps that have more for some people.
        (
            [
                [
                    {"family": "Meyer", "given": "Eda"},
                    {"family": "Post", "given": "Emil", "suffix": "III"},
                ]
            ],
            NAMES[3:4],
            [{"family": "Fisher", "given": "John W.", "suffix": "III"}],
        ),
        (
            [[{"family": "Dam", "given": "Eda", "non-dropping-particle": "van"}]],
            NAMES[2:3],
            [{"family": "Oord", "given": "Aäron", "non-dropping-particle": "van den"}],
        ),
        (
            [[{"first": "Ada", "middle": "K.", "last": "Lovelace"}]],
            ["Diederik P. Kingma"],
            [{"first": "Diederik", "middle": "P.", "last": "Kingma"}],
        ),
        (
            [[{"name": "Ada", "surname": "Lovelace"}]],
            NAMES[:1],
            [{"name": "Kaiming", "surname": "He"}],
        ),
        # Keys of a map that no name fills.
        ([[{7: "x", "name": "Ada Lovelace"}]], NAMES[:1], [{"name": "Kaiming He"}]),
        (
            [[{"author": {"at": "MIT"}, "name": "Ada Lovelace"}]],
            NAMES[:1],
            [{"name": "Kaiming He"}],
        ),
        ([[{"family": "Lovelace", "given": "Ada"}]], ["何恺明"], None),
        ([[{"family": "Lovelace", "given": "Ada"}]], ["OpenAI"], [{"literal": "OpenAI"}]),
    ],
)
def test_a_form_is_learned_and_followed(
    values: Sequence[object], names: Sequence[str], written: object
) -> None:
    assert learn_author_form(values).write(names) == written


@pytest.mark.parametrize("names", NameForm)
def test_the_form_of_config_yaml_is_followed_and_taken_from_what_it_wrote(names: NameForm) -> None:
    chosen = learn_author_form([["Ada Lovelace", "Grace Hopper"]], names)
    assert chosen.write(NAMES[:1]) == [names.spec.style.name(NAMES[0])]
    learned = learn_author_form([chosen.write(SHOWN), chosen.write(SHOWN)])
    assert learned.names is names
    assert learned.with_names(names) == learned


def test_names_with_commas_are_not_parted_by_commas() -> None:
    turned = learn_author_form(["Ada Lovelace, Grace Hopper"], TURNED)
    assert turned.write(NAMES[:2]) == "He, Kaiming; Zhang, X."


def test_a_list_that_is_long_is_cut_only_where_it_is_longer_than_those_that_are_not() -> None:
    cut = replace(form(separators=marks(", ")), abbreviation=Abbreviation(1, " et al.", 3))
    assert cut.write(NAMES[:3]) == "Kaiming He, X. Zhang, Aäron van den Oord"
    assert cut.write(NAMES[:4]) == "Kaiming He et al."


def test_initials_without_full_stops_keep_their_blanks() -> None:
    style = NameStyle(initials=Initials("", " "))
    assert style.name("John W. Fisher III") == "J W Fisher III"


def test_a_name_that_would_be_read_as_two_is_not_written() -> None:
    for mark, name in ((" and ", "Academy of Arts and Sciences"), ("; ", "Physics; Oslo Group")):
        joined = form(separators=marks(mark))
        assert joined.write(NAMES[:2]) == mark.join(NAMES[:2])
        assert joined.write([NAMES[0], name]) is None


def test_a_cut_list_whose_mark_between_names_is_unknown_is_not_written() -> None:
    cut = replace(
        form(separators=Separators(None, None, " and ")), abbreviation=Abbreviation(2, " et al.", 2)
    )
    assert cut.write(NAMES[:2]) == "Kaiming He and X. Zhang"
    assert cut.write(NAMES[:3]) is None


def test_a_map_that_cannot_hold_a_given_name_is_not_filled() -> None:
    assert maps((("family", R.FAMILY),)).write(NAMES[:1]) is None
    parts = maps((("first", R.GIVEN), ("middle", R.MIDDLE), ("last", R.FAMILY)))
    assert parts.write(NAMES[:1]) == [{"first": "Kaiming", "last": "He"}]
