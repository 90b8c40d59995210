"""The value of an author key, in whichever form, and the people that it names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refmatter.people import Person, names_of, read_name, read_people, same_person

ADA, GRACE, EDA = "Ada Lovelace", "Grace Hopper", "Eda Meyer"


def named(value: object) -> list[str]:
    """The people of a value, `Family` or `Family/Given`; `-` for what is none."""
    return [
        "/".join(filter(None, (each.family, each.given, each.suffix))) or "-"
        for each in read_people(value)
    ]


@pytest.mark.parametrize(
    "value",
    [
        [ADA, GRACE],
        (ADA, GRACE),
        ["Lovelace, Ada", "Hopper, Grace"],
        f"{ADA}, {GRACE}",
        f"{ADA} and {GRACE}",
        f"{ADA} & {GRACE}",
        f"{ADA} und {GRACE}",
        f"{ADA} et {GRACE}",
        f"{ADA}; {GRACE}",
        f"{ADA}；{GRACE}",
        f"{ADA}，{GRACE}",
        f"{ADA}、{GRACE}",
        f"{ADA}\n{GRACE}\n",
        f"{ADA} / {GRACE}",
        "Lovelace, Ada; Hopper, Grace",
        "Lovelace, Ada; Hopper, Grace;",
        "Lovelace, Ada and Hopper, Grace",
        "Lovelace, Ada, & Hopper, Grace",
        f"{ADA}, {GRACE}, et al.",
        f"{ADA}, {GRACE} et al",
        f"{ADA}, {GRACE} and others",
        f"{ADA}, {GRACE} 等",
        f"{ADA}, {GRACE} u. a.",
        f"{ADA}, {GRACE}, …",
        [ADA, GRACE, "et al."],
        [f"{ADA}, {GRACE}"],
        "Lovelace, Ada and Hopper, Grace and others",
        f"By {ADA} and {GRACE}",
        f"[[{ADA}]], [[{GRACE}]]",
        f"[[{ADA}]] [[{GRACE}]]",
        f"[[{ADA}]] and [[{GRACE}]]",
        f"[[People/{ADA}]], [[People/{GRACE}.md]]",
        f"[[ada|{ADA}]], [[grace#life|{GRACE}]]",
        f"[[{ADA}|Lovelace]], [[{GRACE}|Hopper]]",
        "[[Lovelace, Ada]], [[Hopper, Grace]]",
        [f"[[{ADA}]]", f"[[People/{GRACE}]]"],
        [[[ADA]], [[GRACE]]],
        f"[{ADA}](https://example.org/a_(b)), [{GRACE}](grace.md)",
        f"{ADA} (MIT), {GRACE} (Yale University, USA)",
        f"{ADA}*, {GRACE}†",
        f"{ADA}¹ ², {GRACE}²",
        f"{ADA}1,2, {GRACE}2",
        f"{ADA} <ada@example.org>, {GRACE} <grace@example.org>",
        f"{ADA} (0000-0002-1825-0097), {GRACE}",
        [{"family": "Lovelace", "given": "Ada"}, {"given": "Grace", "family": "Hopper"}],
        [{"firstName": "Ada", "lastName": "Lovelace"}, {"last": "Hopper", "first": "Grace"}],
        [{"name": ADA, "affiliation": "MIT"}, {"affiliation": ["Yale"], "name": GRACE}],
        [{"literal": ADA}, {"literal": "Hopper, Grace"}],
        [{"name": {"given": "Ada", "family": "Lovelace"}, "orcid": "0"}, {"name": GRACE}],
        [{"Vorname": "Ada", "Nachname": "Lovelace"}, {"prénom": "Grace", "nom": "Hopper"}],
        [{"name": "Ada", "surname": "Lovelace"}, GRACE],
        f"{ADA}, {GRACE} (1843)",
        f"1. {ADA}\n2. {GRACE}",
        f"- {ADA}\r\n- {GRACE}\r\n",
        f"{ADA}&#44; {GRACE}#",
        f"{ADA} &amp; {GRACE}",
        f"{ADA} | {GRACE}",
    ],
)
def test_two_people(value: object) -> None:
    assert named(value) == ["Lovelace/Ada", "Hopper/Grace"]


@pytest.mark.parametrize(
    ("value", "people"),
    [
        ("Lovelace, A. K., & Hopper, G.", ["Lovelace/A. K.", "Hopper/G."]),
        ("Lovelace, A., Hopper, G., & Meyer, E.", ["Lovelace/A.", "Hopper/G.", "Meyer/E."]),
        ("Lovelace, A., Hopper, G. and Meyer, E.", ["Lovelace/A.", "Hopper/G.", "Meyer/E."]),
        ("Lovelace A, Hopper GM, van Dam E", ["Lovelace/A", "Hopper/GM", "van Dam/E"]),
        ("Lovelace A，Hopper G，Meyer E", ["Lovelace/A", "Hopper/G", "Meyer/E"]),
        ("Lovelace A、Hopper G", ["Lovelace/A", "Hopper/G"]),
        (["Lovelace A", "Hopper G"], ["Lovelace/A", "Hopper/G"]),
        ("Lovelace & Hopper", ["Lovelace", "Hopper"]),
        ("Lovelace et al.", ["Lovelace"]),
        ("Lovelace et al., 1843", ["Lovelace"]),
        ("Lovelace et al. (1843)", ["Lovelace"]),
        ("Lovelace, van Dam, Meyer", ["Lovelace", "van Dam", "Meyer"]),
        ("Lovelace, Hopper, Meyer, Quist", ["Lovelace", "Hopper", "Meyer", "Quist"]),
        (f"{ADA}, {GRACE} and {EDA}", ["Lovelace/Ada", "Hopper/Grace", "Meyer/Eda"]),
        (f"{ADA}, {GRACE}, and {EDA}", ["Lovelace/Ada", "Hopper/Grace", "Meyer/Eda"]),
        (f"{ADA} and {GRACE} and {EDA}", ["Lovelace/Ada", "Hopper/Grace", "Meyer/Eda"]),
        ("Lovelace, Ada", ["Lovelace/Ada"]),
        ("He, Kaiming", ["He/Kaiming"]),
        ("Ramón y Cajal, Santiago", ["Ramón y Cajal/Santiago"]),
        ("Ada Lovelace y grace", ["Lovelace/Ada", "grace"]),
        ("van der Berg, Edsger", ["van der Berg/Edsger"]),
        ("Berg, Edsger van der; Hopper, Grace", ["van der Berg/Edsger", "Hopper/Grace"]),
        ("Post, Emil W., III", ["Post/Emil W./III"]),
        ("Post III, Emil W.", ["Post/Emil W./III"]),
        ("Post, III, Emil W.", ["Post/Emil W./III"]),
        (f"Emil W. Post III, {ADA}", ["Post/Emil W./III", "Lovelace/Ada"]),
        (f"Frank Rosenblatt, Jr., {ADA}", ["Rosenblatt/Frank/Jr.", "Lovelace/Ada"]),
        (["Lovelace", "A. K.", "Hopper", "G."], ["Lovelace/A. K.", "Hopper/G."]),
        ("Lovelace, Augusta K., Hopper, Grace", ["Lovelace/Augusta K.", "Hopper/Grace"]),
        ("何恺明，张祥雨，任少卿", ["何/恺明", "张/祥雨", "任/少卿"]),
        ("何恺明、张祥雨 等", ["何/恺明", "张/祥雨"]),
        ("何恺明等", ["何/恺明"]),
        ("何恺明和张祥雨", ["何/恺明", "张/祥雨"]),
        ("김철수, 이영희 외", ["김/철수", "이/영희"]),
        ({"name": ADA}, ["Lovelace/Ada"]),
        ({"family": "Berg", "given": "Edsger", "non-dropping-particle": "van der"},
         ["van der Berg/Edsger"]),
        ({"family": "García Lorca", "given": "Federico"}, ["García Lorca/Federico"]),
        ({"family": "García Lorca"}, ["García Lorca"]),
        ({"first": "Ada", "middle": "K.", "last": "Lovelace"}, ["Lovelace/Ada K."]),
        ({"family": "Post", "given": "Emil", "suffix": "III"}, ["Post/Emil/III"]),
        (None, []),
        ("", []),
        ([], []),
        ({}, ["-"]),
        ([""], []),
        (7, ["-"]),
        (1843.5, ["-"]),
        (True, ["-"]),
        (dt.date(1843, 10, 1), ["-"]),
        (b"Ada", ["-"]),
        ("Ada, —", ["Ada", "-"]),
        ("Stanford University", ["-"]),
        ("Google Research", ["-"]),
        ("DeepMind", ["-"]),
        ("Cambridge, United Kingdom", ["-", "-"]),
        ("Berlin, Germany", ["-", "-"]),
        ("Ministry of Health and Welfare", ["-", "-"]),
        ("Department of Science and Technology", ["-", "-"]),
        ("The Lovelace Group", ["-"]),
        ("Poincar&eacute;, Henri; Erd{\\H{o}}s, P{\\'a}l", ["Poincaré/Henri", "Erdős/Pál"]),
        ("{Google Research}", ["-"]),
        ("清华大学", ["-"]),
        ([{"institution": "MIT"}], ["-"]),
        ([{ADA: "MIT"}], ["-"]),
        ([{"name": ["x", {"y": 1}]}], ["-"]),
        ([7, ADA], ["-", "Lovelace/Ada"]),
        (["Stanford University", ADA], ["-", "Lovelace/Ada"]),
        (f"{ADA}, Stanford University", ["Lovelace/Ada", "-"]),
        ([{"name": "Google Brain"}, {"name": ADA}], ["-", "Lovelace/Ada"]),
        ("{{authors}}", ["-"]),
        ("@lovelace1843", ["-"]),
    ],
)  # fmt: skip
def test_a_value(value: object, people: list[str]) -> None:
    assert named(value) == people


def test_of_a_value_without_end_the_first_people_are_read() -> None:
    assert len(read_people([ADA] * 6000)) == 5000


@pytest.mark.parametrize(
    ("value", "first", "names"),
    [
        ([ADA, GRACE], ADA, (ADA, GRACE)),
        ("Lovelace A, Hopper G", "Lovelace, A", ("Lovelace, A", "Hopper, G")),
        ("Lovelace & Hopper", "Lovelace", ("Lovelace", "Hopper")),
        ([{"x": 1}, ADA], None, (ADA,)),
        ([ADA, "MIT"], ADA, (ADA,)),
        ("Stanford University", None, ()),
        ("Kingma, Ba", "Kingma", ("Kingma", "Ba")),
        ("Lovelace, Ada", "Lovelace, Ada", ("Lovelace, Ada",)),
        ({"family": "García Lorca"}, "García Lorca,", ("García Lorca,",)),
        (None, None, ()),
    ],
)
def test_the_names_that_are_evidence(
    value: object, first: str | None, names: tuple[str, ...]
) -> None:
    assert names_of(read_people(value)) == (first, names)


FAMILIES = (
    "Lovelace", "Hopper", "van der Berg", "de la Fuente", "Müller", "Bar-Hillel", "O'Brien", "Li",
    "Nguyen", "Erdős", "McCallum", "Ørsted", "García Lorca", "Łoś", "D'Souza",
)  # fmt: skip
GIVEN = ("Ada", "Grace M.", "Jean-Pierre", "A.", "J. K.", "Xiaoming", "Émile", "Bob", "Wolfgang A.")

people = st.lists(
    st.builds(
        Person,
        st.sampled_from(FAMILIES),
        st.sampled_from(GIVEN),
        st.sampled_from(["", "", "", "Jr.", "III"]),
    ),
    min_size=1,
    max_size=5,
    unique=True,
)


def straight(person: Person) -> str:
    return " ".join(filter(None, (person.given, person.family, person.suffix)))


def turned(person: Person) -> str:
    return ", ".join(filter(None, (person.family, person.given, person.suffix)))


def suffix_first(person: Person) -> str:
    return ", ".join(filter(None, (person.family, person.suffix, person.given)))


def initials(person: Person) -> list[str]:
    return [word[0] for word in person.given.replace("-", " ").split()]


def apa(person: Person) -> str:
    return f"{person.family}, {' '.join(f'{each}.' for each in initials(person))}"


def vancouver(person: Person) -> str:
    return f"{person.family} {''.join(initials(person))}"


def in_words(texts: list[str], last: str) -> str:
    return f"{', '.join(texts[:-1])}{last}{texts[-1]}" if len(texts) > 1 else texts[0]


def joined(write: Callable[[Person], str], by: str) -> Callable[[list[Person]], object]:
    return lambda them: by.join(map(write, them))


def listed(write: Callable[[Person], object]) -> Callable[[list[Person]], object]:
    return lambda them: list(map(write, them))


FORMS: dict[str, Callable[[list[Person]], object]] = {
    "list": listed(straight),
    "list, family name first": listed(turned),
    "list, suffix in the middle": listed(suffix_first),
    "list of links": listed(lambda person: f"[[People/{straight(person)}]]"),
    "links": joined(lambda person: f"[[{straight(person)}]]", ", "),
    "links, family name first": joined(lambda person: f"[[{turned(person)}]]", ", "),
    "Markdown links": joined(lambda person: f"[{straight(person)}](a/b.md)", ", "),
    "semicolons": joined(straight, "; "),
    "semicolons, family name first": joined(turned, "; "),
    "full-width semicolons": joined(turned, "；"),
    "lines": joined(straight, "\n"),
    "commas": joined(straight, ", "),
    "full-width commas": joined(straight, "，"),
    "Chinese commas": joined(straight, "、"),
    "ands": joined(straight, " and "),
    "ampersands": joined(straight, " & "),
    "BibTeX": joined(turned, " and "),
    "commas and `and`": lambda them: in_words(list(map(straight, them)), " and "),
    "commas and `, and`": lambda them: in_words(list(map(straight, them)), ", and "),
    "commas and `&`": lambda them: in_words(list(map(straight, them)), " & "),
    "affiliations": joined(lambda person: f"{straight(person)} (MIT, USA)", ", "),
    "marks": joined(lambda person: f"{straight(person)}*¹", ", "),
    "maps": listed(lambda p: {"family": p.family, "given": p.given, "suffix": p.suffix}),
    "maps of names": listed(lambda person: {"affiliation": "MIT", "name": turned(person)}),
}
SHORT: dict[str, Callable[[list[Person]], object]] = {
    "APA": lambda them: in_words(list(map(apa, them)), ", & "),
    "APA, in a list": listed(apa),
    "initials first": joined(lambda p: f"{apa(p).partition(', ')[2]} {p.family}", ", "),
    "Vancouver": joined(vancouver, ", "),
    "Vancouver, in a list": listed(vancouver),
}


FEW = settings(max_examples=max(settings().max_examples // 5, 1))
"""For what is tried with each of the forms."""


@pytest.mark.parametrize("form", FORMS)
@given(people)
@FEW
def test_each_form_is_read_as_the_people_it_was_written_of(form: str, them: list[Person]) -> None:
    found = read_people(FORMS[form](them))
    assert [(each.given + " " + each.family, each.suffix) for each in found] == [
        (each.given + " " + each.family, each.suffix) for each in them
    ]


@pytest.mark.parametrize("form", SHORT)
@given(people)
@FEW
def test_each_form_of_initials_is_read_as_the_same_people(form: str, them: list[Person]) -> None:
    found = read_people(SHORT[form](them))
    assert len(found) == len(them)
    for one, other in zip(found, them, strict=True):
        assert same_person(one, other) is True
        said = "".join(filter(str.isalpha, one.given))
        assert said.startswith("".join(initials(other)))


@pytest.mark.parametrize("form", [*FORMS, *SHORT])
@given(people)
@FEW
def test_names_that_are_evidence_are_the_peoples(form: str, them: list[Person]) -> None:
    """What goes to the matcher as text is the same people still."""
    first, names = names_of(read_people({**FORMS, **SHORT}[form](them)))
    assert first == names[0]
    for name, person in zip(names, them, strict=len(them) > 1):
        assert same_person(read_name(name), person) is True


junk = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.binary(max_size=9),
        st.text(st.characters(whitelist_categories=["N", "P", "S", "Z", "C"]), max_size=20),
        st.sampled_from(["Stanford University", "Google Research", "DeepMind", "MIT", "Germany",
                         "et al.", "https://example.org/x", "@key2017", "the name of it"]),
    ),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["x", "role", "orcid"]) | st.integers(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(junk)
def test_junk_is_nobody_and_held_against_nobody(value: object) -> None:
    for person in read_people(value):
        assert not person.is_known
        assert same_person(person, read_name(ADA)) is None


anything = st.recursive(
    st.text() | st.none() | st.integers() | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["name", "family", "given", "first", "last", "literal"]) | st.text(),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@given(anything)
def test_nothing_is_raised(value: object) -> None:
    found = read_people(value)
    assert all(isinstance(each, Person) for each in found)
    names_of(found)


LONG = 2 * 10**5
"""Letters; a pattern that goes over the text for each of them takes minutes."""


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "(",
        "[[",
        "[",
        "](",
        "A. ",
        ", ",
        "et al. ",
        "and ",
        "Li, ",
        "<",
        "何",
        "\n",
        "1,",
        "a y ",
        "Ab/",
        "A b/",
    ],
)
def test_a_long_text_is_read(unit: str) -> None:
    """No pattern goes over the text again and again."""
    assert isinstance(read_people(unit * (LONG // len(unit))), tuple)
    assert isinstance(read_name(unit * (LONG // len(unit))), Person)
