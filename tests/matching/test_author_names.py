"""Which lists of authors hold an entry that is nobody's name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.matching.author_names import first_impossible_name, possible_authors
from refmatter.matching.features import score_candidate
from support import candidate, lookup

IMPOSSIBLE = {
    "places": [
        "Germany", "Usa", "USA", "The Netherlands", "Hong Kong", "United Kingdom", "London",
        "Tokyo", "Stanford", "H Germany", "T. Switzerland", "München", "Deutschland", "日本",
    ],
    "institutions": [
        "P. University", "Brown University", "Université de Nantes", "Universidad de Chile",
        "Department of Physics", "Department of Computer Science, Tokyo Institute of Technology",
        "Institut für Informatik", "Fakultät für Mathematik", "R. GmbH", "Acme Robotics Inc.",
        "Hopkins UniversityBaltimore", "LaboratoriesMurray", "SmeuldersFaculty", "东京大学",
        "서울대학교", "Московский университет",
    ],
    "paths and files": [
        "../../../etc/passwd", "/etc/passwd", "~/.ssh/id_rsa", "./names.txt", "thesis.pdf",
        "paper-final.docx", "usr/share/dict/words", "index.html", "file:///tmp/a",
    ],
    "addresses": [
        "https://example.org/a", "www.example.org", "someone@example.org", "cs.stanford.edu",
        "UK CAM.AC.", "ftp://host/a",
    ],
    "markup and programs": [
        "<script>alert(1)</script>", "{{author}}", "[[Jane Doe", "Jane Doe]", "$x_1$", "a = b",
        "javascript:alert", "name;", "; Jane", ") Jane", "rm()", "A | B", "Jane\x1b[31m",
        "Jane\nDoe", "&NA;", "#", "*", "admin: true", "Eve --- admin", "- item", "a # comment",
    ],
    "no letters": ["", " ", "-", "—", "1", "1,2", "0000-0002-1825-0097", "...", "!!!"],
    "degrees and roles": [
        "PhD", "Ph.D.", "M.D.", "Jr.", "III", "Editor", "Editors", "Senior Member, IEEE",
        "Professor", "Asst. Prof." , "Corresponding Author", "null", "undefined", "Unknown",
        "Wayne IEEE",
    ],
    "lengths": [
        "x" * 101, " ".join(["Maria"] * 13),
        "The rain in the north stays mainly in the plain and nowhere else, they say",
    ],
    "wide spacing": ["M. A. R T H A P A L", "M A R T A P A L"],
    "numbers": ["Room 3021", "Cse 203B", "79 00146 Roma"],
}  # fmt: skip
NAMES = [
    "Ashish Vaswani", "I. Polosukhin", "Amit K. Roy-Chowdhury", "Karel van der Berg", "D. R. Cox",
    "Łukasz Kaiser", "José A. R. Fonollosa", "Marc'Aurelio Ranzato", "’t Hooft", "Gerard 't Hooft",
    "Joan Pep Company-Corcoles", 'Xuhai "Orson" Xu', "Yun-Nung (Vivian) Chen", "Eric Nyberg 3rd",
    "W. H. Freeman, Jr.", "Smith, John", "van der Maaten, Laurens", "Vaswani A", "Batista GEAPA",
    "André C. P. L. F. de Carvalho", "Pedro Henrique de Rodrigues Quemel e Assis Santana",
    "Md. Robiul Islam", "Md Arafat Sultan", "Nan Ma", "Ed Head", "Nan Nan", "Jamaica Kincaid",
    "Michael Jordan", "Geoffrey Canada", "Merrielle Spain", "Garrick Brazil", "Robert England",
    "Douglas N. Poland", "Mario E. Munich", "Anatole France", "Israel Nelken", "Paris Perdikaris",
    "Berlin Chen", "Ben London", "Kelly Ireland", "Cambridge Yang", "Sang Uk Lee", "Paul Dean",
    "LeCun", "D. MacKay", "W. DuMouchel", "R. VanRullen", "A. RoyChowdhury", "Sebsibe H/Mariam",
    "Dr. Pierre Deransart", "Eleni Lagkadinou, MD, Ph.D.", "m. c. schraefel", "bell hooks",
    "Voltaire", "Plato", "Madonna", "user1234", "O", "Ö. Çetin", "Þórhildur Þorleiksdóttir",
    "王立第", "李幼升", "古井 貞煕", "裕人 小竹", "조혜린", "정연덕", "А. Ф. Смеянович",
    "Денис Александрович Юдин", "Θανάσης Νιάρχος", "محمد عبد الله", "ยุทธนา ชัยชนะ", "नरेन्द्र मोदी",
    "דוד בן גוריון", "გიორგი მარგველაშვილი", "Աննա Սարգսյան", ". Chandrahas",
]  # fmt: skip
GROUPS = [
    "OpenAI", "NVIDIA", "DeepSeek-AI", "DeepMind", "BigScience Workshop", "Gemma Team",
    "Gemini Team, Google", "Llama Team", "Google Research", "Microsoft Research", "Meta AI",
    "The ATLAS Collaboration", "CMS Collaboration", "T2K Collaboration", "Planck Collaboration",
    "1000 Genomes Project Consortium", "The 23andMe Research Team", "23andMe", "3M",
    "ESC/EACTS Scientific Document Group", "International Brain Laboratory",
    "on behalf of the North West Adelaide Health Study Team",
    "for the Alzheimer's Disease Neuroimaging Initiative",
    "National Institute of Standards and Technology Working Group", "World Health Organization",
    "Intergovernmental Panel on Climate Change", "The LIGO Scientific Collaboration",
    "Institute of Medicine Committee on Quality of Health Care in America", "Anonymous",
    "中国医学会编写组", "Équipe Descartes", "IEEE Computer Society", "ACL 2025",
]  # fmt: skip


@pytest.mark.parametrize(
    "name", [pytest.param(name, id=f"{kind}-{n}") for kind, names in IMPOSSIBLE.items()
             for n, name in enumerate(names)],
)  # fmt: skip
def test_what_cannot_be_a_name_spoils_the_list(name: str) -> None:
    assert first_impossible_name(["Ada Lovelace", name]) == name
    assert first_impossible_name([name, "Ada Lovelace"]) == name
    assert possible_authors(("Ada Lovelace", name)) is None


@pytest.mark.parametrize("name", [*NAMES, *GROUPS])
def test_names_of_people_and_groups_stay(name: str) -> None:
    assert first_impossible_name([name]) is None
    assert first_impossible_name(["Ada Lovelace", name, "Grace Hopper"]) is None
    assert possible_authors((name,)) == (name,)


@given(st.lists(st.sampled_from([*NAMES, *GROUPS]), min_size=1, max_size=12))
def test_lists_of_them_stay(names: list[str]) -> None:
    assert first_impossible_name(names) is None


LATIN = st.text("abcdefghijklmnopqrstuvwxyzäöüéèñçłøāšž", min_size=3, max_size=9).map(str.title)
SCRIPTS = [
    st.text("абвгдежзиклмнопрстуфхцчшэюя", min_size=3, max_size=9).map(str.title),
    st.text("αβγδεζηθικλμνξοπρστυφχψω", min_size=3, max_size=9).map(str.title),
    st.text("김이박최정강조윤장임한오서신권황안송류", min_size=2, max_size=4),
    st.text("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", min_size=2, max_size=4),
    st.text("あいうえおかきくけこさしすせそたちつて", min_size=2, max_size=6),
    st.text("بتثجحخدذرزسشصضطظعغفقكلمنهوي", min_size=2, max_size=8),
]
PARTICLES = st.sampled_from(["van der ", "de ", "von ", "al-", "Mc", "O'", "", "", "", ""])


@st.composite
def people(draw: st.DrawFn) -> str:
    words = draw(st.sampled_from([LATIN, LATIN, *SCRIPTS]))
    given_name = draw(words)
    if draw(st.booleans()):
        given_name = f"{given_name[0]}."
    # A made-up name may be a place by chance; two of one kind hardly are.
    return (
        f"{given_name} {draw(PARTICLES)}{draw(words)}x"
        if given_name.isascii()
        else (f"{given_name} {draw(words)}")
    )


@given(st.lists(people(), min_size=1, max_size=6, unique=True))
def test_made_up_people_of_many_scripts_stay(names: list[str]) -> None:
    assert first_impossible_name(names) is None


@given(st.lists(st.text(max_size=30) | st.sampled_from(NAMES), max_size=5))
def test_a_list_is_judged_by_its_entries_alone(names: list[str]) -> None:
    wrong = first_impossible_name(names)
    assert wrong is None or wrong in names
    assert first_impossible_name(names) == wrong
    if all(first_impossible_name([name, "Ada Lovelace"]) is None for name in names):
        assert wrong is None or len(names) > 1


@pytest.mark.parametrize(
    "names",
    [
        ["BengioYoshua", "VincentPascal"],
        ["F. ChenStanley", "GoodmanJoshua"],
        ["WiskottLaurenz", "FellousJean-Marc", "KrügerNorbert", "von der MalsburgChristopher"],
    ],
)
def test_names_run_together_are_none(names: list[str]) -> None:
    assert first_impossible_name(names) is not None


@pytest.mark.parametrize(
    "names",
    [["DeepMind"], ["BigScience", "Teven Le Scao"], ["Y. LeCun", "D. MacKay", "R. VanRullen"],
     ["Tyler VanderWeele", "Behrang QasemiZadeh"]],
)  # fmt: skip
def test_capitals_within_a_word_are_none_of_that(names: list[str]) -> None:
    assert first_impossible_name(names) is None


@pytest.mark.parametrize(
    "name",
    ["Stanford University", "Institute of Physics", "Institute of Medicine",
     "Department of Health", "Max-Planck-Institut"],
)  # fmt: skip
def test_an_institution_is_an_author_where_no_person_is(name: str) -> None:
    assert first_impossible_name([name]) is None
    assert first_impossible_name([name, "World Bank"]) is None
    assert first_impossible_name([name, "Ada Lovelace"]) == name


def test_an_impossible_list_speaks_neither_for_a_work_nor_against_it() -> None:
    title = "Statistical learning of rare words"
    asked = lookup(title, first_author="Alex Graves", authors=("Alex Graves", "A. B. Other"))
    silent = score_candidate(asked, candidate(title, authors=None))
    spoiled = score_candidate(asked, candidate(title, authors=("T. Munich", "H Germany")))
    assert spoiled.features == silent.features
    assert spoiled.score == silent.score
