import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.people.name_case import in_ordinary_case


@pytest.mark.parametrize(
    ("shouted", "said"),
    [
        ("JOHN SMITH", "John Smith"),
        ("SMITH, JOHN", "Smith, John"),
        ("SMITH, J.K.", "Smith, J.K."),
        ("J.-P. SERRE", "J.-P. Serre"),
        ("JK ROWLING", "JK Rowling"),
        ("RA FISHER", "RA Fisher"),
        ("JMW TURNER", "JMW Turner"),
        ("BO VAHLQUIST", "Bo Vahlquist"),
        ("WEI LI", "Wei Li"),
        ("RONALD MCDONALD", "Ronald McDonald"),
        ("RONALD McDONALD", "Ronald McDonald"),
        ("SAUNDERS MACLANE", "Saunders Maclane"),
        ("PAT O'BRIEN", "Pat O'Brien"),
        ("PAT O’BRIEN", "Pat O’Brien"),
        ("JEAN-PIERRE D'ANGELO", "Jean-Pierre D'Angelo"),
        ("JUAN DE LA CRUZ", "Juan de la Cruz"),
        ("JUAN de la CRUZ", "Juan de la Cruz"),
        ("DE LA CRUZ, JUAN", "de la Cruz, Juan"),
        ("DE LA CRUZ", "de la Cruz"),
        ("LA SALLE", "LA Salle"),
        ("LINUS DE LOS", "Linus de Los"),
        ("VAN NGUYEN", "Van Nguyen"),
        ("QUOC VAN", "Quoc Van"),
        ("VINCENT VAN DER BERG", "Vincent van der Berg"),
        ("THOMAS MANN III", "Thomas Mann III"),
        ("SAMMY DAVIS, JR.", "Sammy Davis, Jr."),
        ("BLAIR ST. CLAIR", "Blair St. Clair"),
        ("ÉLOÏSE ČÁSLAVSKÁ", "Éloïse Čáslavská"),
        ("İBRAHİM ÇELİK", "İbrahim Çelik"),
        ("L  GUMLEY", "L  Gumley"),
        ("CHR SMRŽ-NOVÁK", "CHR SMRŽ-Novák"),
    ],
)
def test_a_name_in_capitals_is_put_as_people_write_it(shouted: str, said: str) -> None:
    assert in_ordinary_case([shouted]) == (said,)


@pytest.mark.parametrize(
    "names",
    [
        (),
        ("NVIDIA",),
        ("OpenAI", "NVIDIA"),
        ("LI", "WU"),
        ("Xiaoming LI", "John Smith"),
        ("QUAN LIU", "John Smith"),
        ("Koutilya PNVR", "Abhinav Shrivastava"),
        ("JOHN W. Moore",),
        ("The PLUM Research Group",),
        ("ATLAS COLLABORATION",),
        ("TIPSTER SE/CM",),
        ("Behaviour Change Intervention Ontology (BCIO)",),
        ("A. B. C.", "G. C.B."),
        ("ИВАН ПЕТРОВ",),
        ("ΝΙΚΟΣ ΠΑΠΠΑΣ",),
        ("조혜린", "王 伟"),
        ("MA Nowak", "JO Berger"),
    ],
)
def test_what_may_be_meant_so_stays(names: tuple[str, ...]) -> None:
    assert in_ordinary_case(names) == names


def test_a_list_is_in_capitals_as_a_whole() -> None:
    assert in_ordinary_case(["JOHN SMITH", "NVIDIA", "王 伟", "MARY ANN JONES"]) == (
        "John Smith", "NVIDIA", "王 伟", "Mary Ann Jones",
    )  # fmt: skip


def test_family_names_in_capitals_throughout_are_a_manner_of_writing() -> None:
    assert in_ordinary_case(["Hale KULA", "Zülbiye KAÇAY"]) == ("Hale Kula", "Zülbiye Kaçay")
    assert in_ordinary_case(["WANG Lei", "Zhong SHEN"]) == ("Wang Lei", "Zhong Shen")
    assert in_ordinary_case(["Hale KULA", "Zülbiye Kaçay"]) == ("Hale KULA", "Zülbiye Kaçay")
    assert in_ordinary_case(["Hale KULA"]) == ("Hale KULA",)


NAMES = st.lists(st.text("ABCDEILMNOVan de.,-'’ßŽŊ ", max_size=20) | st.text(max_size=8))


@given(NAMES)
def test_once_is_enough_and_nothing_but_capitals_changes(names: list[str]) -> None:
    turned = in_ordinary_case(names)
    assert in_ordinary_case(turned) == turned
    assert [name.casefold() for name in turned] == [
        name.casefold().replace("i\u0307", "i") if name != same else name.casefold()
        for name, same in zip(names, turned, strict=True)
    ]
