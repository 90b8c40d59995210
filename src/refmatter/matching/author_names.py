"""Find the first author of a record that cannot be the name of a person or a group.

Services read names from PDF pages and forms, and what stood beside them comes along: places,
institutions, addresses, degrees. A list with such an entry is not the list of the authors. Names
of groups (collaborations, companies, committees) are authors like any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

PERSON_LETTERS = 100
"""Letters of the longest name of a person; groups may have longer ones."""
PERSON_WORDS = 12
"""Words of the longest name of a person, initials included."""

# A file or a folder, an address, markup that is left, or text of a program or a terminal.
_NOT_TEXT = re.compile(
    r"://|\bwww\.|\S@\S|//|(?:^|[\s/])\.{1,2}/|^[~/]|^[a-z0-9_.-]+(?:/[a-z0-9_.-]+)+/?$"
    r"|\.(?:pdf|docx?|tex|txt|html?|xml|json|ya?ml|zip|png|jpe?g|exe|php|csv)$"
    r"|\b[\w-]+\.(?:edu|gov|ac)(?:\.|$)"
    r"|^[a-z]:|[<>{}|\\=;^]|\$.*\$|\w\(\)|\[\[|\]\]|\bjavascript:",
    re.IGNORECASE,
)
_SUSPECT = re.compile(r"[][0-9/@:;<>{}\\=^$()#*!?]|\.\w{2,}\b|\w\.$|--", re.ASCII)
# A name begins with a letter, a figure, or the sign of a nickname or a swallowed vowel; where a
# form wants two names and a person has one, a point stands for the other.
_BEGINS = re.compile(r"(?:\. )?[^\W_]|['‘’ʼʻʿʾ`\"“„«「『(]")
_NUMBER = re.compile(r"\b[0-9]{3,}")
# Settings and lists of a file, where no footnote's mark ends the name.
_LINE = re.compile(r"[:!?]\s|[*#%]\s?\w|---|\s#")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
# `UniversityBaltimore`: two lines of a page, put together.
_GLUED = re.compile(
    r"(?:University|Universit[éàäy]t?|Universidad|Laborator(?:y|ies)|Institute?|Department"
    r"|Hospital|College)[A-Z]|[a-z](?:University|Faculty|Laborator(?:y|ies)|Department|Institute)\b"
)
# `BengioYoshua`: a family name and a given name without the blank between them.
_RUN_TOGETHER = re.compile(
    r"(?!(?:Ma?c|De|Del|Della|Di|Du|La|Le|Van|Vander|Fitz|A[lbh]|Abd|Abdel|Abu|El|Ben|San)[A-Z])"
    r"[A-Z][^\W\dA-Z_]+[A-Z][^\W\dA-Z_]+"
)
_PARTED = str.maketrans("|,-", "   ")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]")
_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")

_GROUPS = frozenset(
    "agency alliance association authority bank bureau center centre centers collaboration "
    "collaborative collaborators commission committee community company consortium contributors "
    "corporation council developers experiment federation forum foundation fund group groups "
    "initiative investigators labs league members ministry network office organisation "
    "organization panel partnership program programme project registry research secretariat "
    "service services society study subcommittee taskforce team teams union working "
    "zentrum verein gesellschaft gruppe equipe équipe groupe grupo gruppo projet projekt проект "
    "группа коллаборация 协作组 团队 委员会 グループ 委員会 チーム 위원회 연구회".split()
)
"""Words of the names of groups, which are authors: `The ATLAS Collaboration`."""

_INSTITUTIONS = frozenset(
    "university universities universitat universität universitaet université universite "
    "universidad universidade università universita universiteit universitet universitetet "
    "universitesi üniversitesi uniwersytet univerzita univerza sveučilište univ университет "
    "університет institute institut instituto istituto institutes институт department departments "
    "dept departement département departamento dipartimento faculty faculté facultad faculdade "
    "facoltà fakultät fakultet polytechnic politecnico politécnica école ecole hospital hôpital "
    "klinikum universitätsklinikum gmbh ltd inc laboratoire".split()
)
"""Words of the names of places where authors work: beside persons these are no authors."""
_INSTITUTION_ENDS = (
    "大学",
    "大學",
    "大学院",
    "学院",
    "研究所",
    "研究院",
    "대학교",
    "연구소",
    "연구원",
)

_ROLES = frozenset(
    "author authors assistant associate asst assoc acm bsc chair chairman chairperson co d "
    "corresponding director dr ed eds editor editors emeritus fellow graduate guest head ieee ii "
    "iii iv jr junior lecturer m mba md member members mr mrs ms msc osa ph phd prof professor "
    "researcher sc scholar scientist senior sr staff student teacher translator translators "
    "none null undefined unknown nan".split()
)
"""Words for degrees, roles and gaps, which alone are nobody's name."""
_NAMES_TOO = frozenset("co d dean ed fellow guest head junior m ms nan".split())
"""Those of them that are somebody's name as well: `Nan Ma`, `Ed Head`."""

_COUNTRIES = frozenset(
    "algeria argentina australia austria bangladesh belgium bolivia brasil brazil bulgaria "
    "cameroon canada chile china colombia croatia cuba cyprus czechia denmark deutschland ecuador "
    "egypt england españa estonia ethiopia finland france germany ghana greece hungary iceland "
    "india indonesia iran iraq ireland israel italia italy japan jordan kazakhstan kenya korea "
    "kuwait latvia lebanon lithuania luxembourg malaysia mexico morocco nepal netherlands "
    "nederland nigeria norway oman pakistan peru philippines poland portugal qatar romania russia "
    "scotland serbia singapore slovakia slovenia spain sweden switzerland syria taiwan tanzania "
    "thailand tunisia turkey uganda uk ukraine uruguay usa venezuela vietnam wales yemen zimbabwe "
    "россия украина германия 中国 日本 中國 台湾 한국 대한민국".split()
)
_CITIES = frozenset(
    "amsterdam ankara athens atlanta baltimore bangalore barcelona beijing berkeley berlin bombay "
    "boston brussels bucharest budapest cambridge chicago copenhagen delhi dresden dublin "
    "edinburgh frankfurt geneva glasgow grenoble haifa hamburg heidelberg helsinki houston "
    "istanbul jerusalem karlsruhe kyoto lausanne leiden leuven lisbon ljubljana london madrid "
    "manchester melbourne milano montreal moscow mumbai munich münchen nanjing osaka oslo ottawa "
    "oxford paris philadelphia pittsburgh prague princeton rome seattle seoul shanghai shenzhen "
    "stanford stockholm stuttgart sydney taipei tehran tokyo toronto toulouse tübingen utrecht "
    "vancouver vienna warsaw wien wuhan zagreb zurich zürich москва 北京 上海 東京 서울".split()
)
"""Places that are nobody's name where nothing else stands beside them."""
_SURNAMELESS = frozenset(
    "germany usa switzerland netherlands australia taiwan bangladesh pakistan malaysia thailand "
    "vietnam kazakhstan ukraine bulgaria deutschland россия".split()
)
"""Countries that are no family names, so that no name ends in one."""
_PAIRS = frozenset(
    {
        ("czech", "republic"), ("great", "britain"), ("hong", "kong"), ("new", "york"),
        ("new", "zealand"), ("saudi", "arabia"), ("south", "africa"), ("south", "korea"),
        ("the", "netherlands"), ("united", "kingdom"), ("united", "states"),
        ("los", "angeles"), ("san", "francisco"),
    }
)  # fmt: skip
_PLACED = _COUNTRIES | _CITIES
_WATCHED = frozenset(
    word
    for word in _INSTITUTIONS.union(_ROLES, _COUNTRIES, _CITIES, _SURNAMELESS, *_PAIRS)
    if len(word) > 1
) - {"the", "new", "los", "san", "south", "great", "hong"}


@lru_cache(maxsize=1024)
def possible_authors(names: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Return a record's authors as evidence: None where one of them cannot be a name."""
    return names if names and first_impossible_name(names) is None else None


def first_impossible_name(names: Sequence[str]) -> str | None:
    """Return the first name that cannot be a person's or a group's; None where all can be.

    The names are to be readable (`titles.readable`): what is still markup is none.
    """
    if not _may_be_wrong(names):
        return None
    joined = list(dict.fromkeys(name for name in names if _is_run_together(name)))
    if len(joined) > 1:
        return joined[0]
    worded = [_words(name) for name in names]
    for name, words in zip(names, worded, strict=True):
        if _is_impossible(name, words):
            return name
    working = [_is_institution(name, words) for name, words in zip(names, worded, strict=True)]
    # A list of institutions alone has an author that is one; beside persons it is an address.
    if any(working) and not all(
        there or not _GROUPS.isdisjoint(words) for there, words in zip(working, worded, strict=True)
    ):
        return names[working.index(True)]
    return None


def _may_be_wrong(names: Sequence[str]) -> bool:
    """Whether a list needs a closer look: few do, and this takes a tenth of the time."""
    joined = "|".join(names)
    if (
        not joined.isprintable()
        or joined.count("|") >= len(names)
        or _SUSPECT.search(joined) is not None
        or any(not name[:1].isalpha() or name.count(" ") >= 3 or len(name) > 60 for name in names)
    ):
        return True
    if _INNER_CAPITAL.search(joined) is not None and (
        _GLUED.search(joined) is not None or sum(map(_is_run_together, names)) > 1
    ):
        return True
    if not joined.isascii() and any(name.endswith(_INSTITUTION_ENDS) for name in names):
        return True
    plain = joined.casefold().replace(".", "").translate(_PARTED)
    return not _WATCHED.isdisjoint(plain.split(" "))


def _words(name: str) -> list[str]:
    return [word.replace(".", "") for word in _WORD.findall(name.casefold())]


def _is_impossible(name: str, words: Sequence[str]) -> bool:
    """Whether it is nobody's name, whatever stands beside it."""
    if _is_no_text_of_a_name(name) or not words or _is_role(words) or _is_place(words):
        return True
    return _GROUPS.isdisjoint(words) and _is_nobody(name, words)


def _is_no_text_of_a_name(name: str) -> bool:
    """Whether it is an address, a file, markup, or lines of a page that were put together."""
    return (
        not any(map(str.isalpha, name))
        or not name.isprintable()
        or _NOT_TEXT.search(name) is not None
        or _BEGINS.match(name) is None
        or _GLUED.search(name) is not None
        or name.count("(") != name.count(")")
        or name.count("[") != name.count("]")
    )


def _is_nobody(name: str, words: Sequence[str]) -> bool:
    """Whether it is no person's name, where it is no group's."""
    if len(words) > PERSON_WORDS or len(name) > PERSON_LETTERS or _LINE.search(name) is not None:
        return True
    if name.isascii() and all(len(word) == 1 for word in words):
        return sum(len(part) == 1 for part in name.split()) > 2  # printed with wide spacing
    if any(not _YEAR.fullmatch(number) for number in _NUMBER.findall(name)):
        return True
    return len(words) > 1 and (words[-1] in _SURNAMELESS or words[-1] == "ieee")


def _is_run_together(name: str) -> bool:
    """Whether nothing but initials stands beside a word that is two. A company may be called so,
    and stands alone."""
    *initials, last = name.split() or [""]
    return _RUN_TOGETHER.fullmatch(last) is not None and all(
        len(initial.rstrip(".")) == 1 for initial in initials
    )


def _is_role(words: Sequence[str]) -> bool:
    """Whether it is a degree, a role or a gap in a form, and no name."""
    known = all(map(_ROLES.__contains__, words))
    return known and (len(words) == 1 or not all(map(_NAMES_TOO.__contains__, words)))


def _is_place(words: Sequence[str]) -> bool:
    """Whether it is a country or a city and nothing else, or one behind the other."""
    if len(words) == 1:
        return words[0] in _PLACED
    return tuple(words) in _PAIRS


def _is_institution(name: str, words: Sequence[str]) -> bool:
    """Whether it is where people work, and no group that may have written something."""
    if not _GROUPS.isdisjoint(words):
        return False
    return not _INSTITUTIONS.isdisjoint(words) or name.endswith(_INSTITUTION_ENDS)
