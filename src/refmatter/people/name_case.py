"""Convert names in capitals to ordinary case.

Only names in Latin letters are touched, and of them only what is certain: initials stay, and
so does whatever may be an acronym. Which two-letter words are names, and which particles are
written small, was counted in the names of 136,000 records (DBLP, the ACL Anthology, Semantic
Scholar).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
_PERSON = re.compile(rf"[{_LATIN}.,'’\- ]+")
_WORD = re.compile(r"[^\s,]+")
_BODY = re.compile(
    r"\b(?:association|cent(?:er|re)|collaboration|committee|consortium|council|department|"
    r"foundation|group|inc|initiative|institute|lab|laboratory|ltd|ministry|network|project|"
    r"society|team|university)\b",
    re.IGNORECASE,
)
_RUN = re.compile("[A-Z\u00c0-\u00d6\u00d8-\u00de]{4}")
_MC = re.compile("Mc[A-Z]{2,}")
_PARTICLES = frozenset(
    {"da", "de", "del", "den", "der", "dos", "du", "ten", "ter", "van", "von", "zu"}
)
_ARTICLES = frozenset({"la", "las", "los"})
# fmt: off
_SHORT = frozenset({
    "ai", "al", "an", "ao", "bi", "bo", "bu", "ce", "do", "du", "ed", "fu", "ge", "gu", "ha", "he",
    "ho", "hu", "im", "ji", "jo", "ju", "ke", "ko", "le", "li", "lo", "lu", "lv", "ma", "mi", "mo",
    "mu", "na", "ng", "ni", "oh", "ou", "pu", "qi", "qu", "si", "so", "su", "tu", "vo", "vu", "wu",
    "xi", "xu", "ya", "ye", "yi", "yu", "ze", "zi",
})
# fmt: on
_TITLES = frozenset({"dr", "jr", "sr", "st"})
_NUMERALS = frozenset({"II", "III", "IV", "VI", "VII", "VIII"})
_VOWELS = frozenset("AEIOUYÆØŒ")


def in_ordinary_case(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names in ordinary capitals where the list is in capitals: each name of a person,
    or of each of several persons one word of four letters or more (`Marie DUPONT`). One name in
    capitals among ordinary ones may be an acronym, and stays."""
    recased = {name: _recased(name) for name in names if _is_person(name)}
    whole = all(_is_capital(name) for name in recased)
    partly = len(recased) > 1 and all(
        _RUN.search(name) and name != turned for name, turned in recased.items()
    )
    return tuple(recased.get(name, name) for name in names) if whole or partly else tuple(names)


def _is_person(name: str) -> bool:
    """Whether a name is a person's: more than one word, and no organisation (`NVIDIA` may be
    anything)."""
    return bool(_PERSON.fullmatch(name) and len(_WORD.findall(name)) > 1 and not _BODY.search(name))


def _is_capital(name: str) -> bool:
    return all(
        word.isupper() or word in _PARTICLES or word in _ARTICLES or _MC.fullmatch(word)
        for word in _WORD.findall(name)
    )


def _recased(name: str) -> str:
    last, comma, first = name.partition(",")
    return _part(last, leads=bool(comma)) + comma + _part(first, leads=False)


def _part(text: str, *, leads: bool) -> str:
    """Return the words before or after the comma in ordinary case. A particle is one where a name
    comes after it, and something before it: `VAN NGUYEN` has none. The part before a comma
    (`leads`), and a family name alone (`DE LA CRUZ`), may begin with one."""
    words = text.split(" ")
    turned: list[str] = []
    for word, after in zip(words, [*words[1:], ""], strict=True):
        small = word.lower()
        article = small in _ARTICLES and turned[-1:] == ["de"]
        starts = bool(turned) or leads or after.lower() in _PARTICLES | _ARTICLES
        if word.isupper() and after and (article or (small in _PARTICLES and starts)):
            turned.append(small)
        else:
            turned.append("".join(_piece(piece) for piece in re.split(r"([-'’])", word)))
    return " ".join(turned)


def _piece(text: str) -> str:
    """Return a word, or a part of it between hyphens or apostrophes, in ordinary case."""
    bare = text.rstrip(".,")
    if _MC.fullmatch(bare) or (text.isupper() and bare.startswith("MC") and len(bare) > 4):
        return "Mc" + text[2] + _small(text[3:])
    if not text.isupper() or "." in bare or _stays(bare, dotted=text != bare):
        return text
    return text[0] + _small(text[1:])


def _stays(word: str, *, dotted: bool) -> bool:
    """Whether a word in capitals is initials, a numeral, or an acronym for all one knows."""
    if word.lower() in _TITLES:
        return False
    if len(word) <= 2:
        return dotted or word.lower() not in _SHORT
    bases = {unicodedata.normalize("NFD", letter)[0] for letter in word}
    return word in _NUMERALS or not bases & _VOWELS


def _small(text: str) -> str:
    return text.replace("İ", "i").lower()  # which Python makes a letter and a dot
