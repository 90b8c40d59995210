"""Parse the text of one name into a `Person` with family and given names.

Read are `First Last`, `Last, First`, `Last, Jr., First`, `Last FM` and a family name alone, with
particles, suffixes and academic titles, and names in scripts without blanks. A text that is no
person's name (an organisation, a place, a number, a sentence) is kept as a literal.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from refmatter.people import words
from refmatter.titles import readable, title_key

MOST_LETTERS = 120
"""The most characters of a name."""
MOST_WORDS = 9
"""The most words of a name."""
_LONGEST = 500
"""The most characters of a name with what stands round it."""
_NESTED = 3
"""How deep brackets stand in brackets."""

_MARKS = re.compile(
    r"<sup>.{0,40}?</sup>|\$?\^\{[^{}]*\}\$?|\^[\d,*†]+\^?|\\text(?:superscript|sup)\{[^{}]*\}"
    r"|(?<!&)#|[*†‡§¶‖∗⁎⋆★☆✝✉📧¹²³⁰⁴-⁹⁺ᵃ-ᶻ]+",
    re.IGNORECASE,
)
_ORCID = re.compile(
    r"(?:\(?(?:orcid\s*:?\s*)?(?:https?://)?(?:orcid\.org/)?\d{4}-\d{4}-\d{4}-\d{3}[\dX]\s*\)?)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"<?(?:mailto:)?[^\s<>(),;@]{1,80}@[^\s<>(),;@]{1,80}\.[^\s<>(),;@]{2,80}>?")
_URL = re.compile(r"<?(?:https?://|www\.)[^\s<>]+>?", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）|【[^【】]*】|\{\{[^{}]*\}\}")
_OPEN_BRACKET = re.compile(r"[(\[（【].*$", re.DOTALL)
_RAISED = re.compile(r"(?<=[^\W\d_])\d{1,2}(?:,\d{1,2})*(?![^\W_])")
_NAMESAKE = re.compile(r"\s+0\d{3}$")  # DBLP's number of one of several persons of one name
_CUT = re.compile(
    r"(?:(?:^|[\s,;&])(?:and\s+|&\s*)?(?:(?i:et\.?\s*al(?:ii|ia)?)|et\s+coll|(?:(?:and|&|und|et)\s+)?"
    r"(?:\d+\s+)?(?:other|more|colleague|coworker|co-worker)s?|y\s+otros|e\s+outros|и\s+др|и\s+соавт"
    r"|u\.\s*a|m\.\s*fl|en\s+al)\.?"
    r"|(?<=[\u3040-\u9fff])\s*(?:等人?|ほか|[ら他])|\s+等人?|(?<=[\uac00-\ud7a3])\s*외|\s+외(?:\s+\d+명)?"
    r"|[\s,;]{0,4}(?:\.\.\.|…))[\s.,;:]{0,8}$",
)
_INITIALS = re.compile(r"(?:[^\W\d_a-z][\u0300-\u036f]?\.\s?-?)+|[^\W\d_a-z]")
_RUN = re.compile(r"[A-ZÀ-ÖØ-Þ]{2,3}|[A-ZÀ-ÖØ-Þ]{1,2}-[A-ZÀ-ÖØ-Þ]")
_BROKEN = re.compile(r"[\d()\[\]（）/\\@:_=<>{}|#%+~^!?\"“”„«»]")
_ORDINAL = re.compile(r"\b(?:2nd|3rd|4th)\b")
_CAMEL = re.compile(r"[a-z]{3,}[A-Z]")
_JOINED_PARTICLE = re.compile(
    r"(?:mac|van|von|del?|della|dalla|fitz|abu|san|saint|vander)[A-Z]", re.IGNORECASE
)
_HYPHENS = re.compile("[\u2010-\u2015]")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]")
_SYLLABLE = (
    r"(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?(?:i?ao?|ia?ng?|iang|ie|iong|iu|u?ang?|u?ai|u?ei|ui|u[oen]?|ong"
    r"|e[in]?|eng|o|ou|i|er)"
)
_PINYIN = re.compile(_SYLLABLE)
_TWO_OF_PINYIN = re.compile(f"(?:{_SYLLABLE}){{2}}")
_WORD = r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ\u0100-\u017f]+(?:[A-Z][a-z]+)?"
_HYPHENED = f"{_WORD}(?:-{_WORD})?"
_PLAIN = re.compile(rf"(?:{_HYPHENED}|[A-Z]\.?)(?: {_HYPHENED}| [A-Z]\.?)* {_HYPHENED}")
_LONGEST_PARTICLE = 8
_BLANKS_OF_INITIALS = re.compile(r"(?<=[A-Z]\.)(?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class Person:
    """One name out of an author value.

    `family` has its particles (`van den Oord`), `given` are names or initials as written.
    `literal` is set instead of both where the text is no person's name or could not be read: an
    organisation, a place, an unknown map; it may be "". `ordered` says that the text itself tells
    which is the family name (a comma, a map, initials behind it). `doubtful` says that `given`
    may be the family name of a second person: `Kingma, Ba`.
    """

    family: str = ""
    given: str = ""
    suffix: str = ""
    literal: str = ""
    ordered: bool = False
    doubtful: bool = False

    @property
    def is_known(self) -> bool:
        """Whether a person's name could be read."""
        return bool(self.family)

    def __str__(self) -> str:
        """Return the name in one form, from which `read_name` reads the same person: `Last, First`
        where the order is known, else `First Last`; of a doubtful one the family name alone."""
        if not self.family:
            return self.literal
        if self.doubtful or not self.given:
            tail = f", {self.suffix}" if self.suffix else ""
            return self.family + (tail or ("," if _is_several(self.family) else ""))
        if self.ordered:
            return ", ".join(filter(None, (self.family, self.given, self.suffix)))
        return " ".join(filter(None, (self.given, self.family, self.suffix)))


@lru_cache(maxsize=8192)
def read_name(text: str) -> Person:
    """Return the person whose name the text is, or a literal where it is no name."""
    if len(text) > _LONGEST:
        return Person(literal=text[:MOST_LETTERS])
    if _PLAIN.fullmatch(text):
        given, _, family = text.rpartition(" ")
        keys = text.lower().replace(".", "").split(" ")
        special = not words.SPECIAL.isdisjoint(keys) or "".join(keys) in words.PLACES
        if not special and not any(map(words.is_organisation_word, keys)):
            return Person(family, given)  # as nearly all are
    name = cleaned(text)
    if is_no_name(name):
        return Person(literal=name)
    first, *others = [part.strip() for part in name.split(",") if part.strip()]
    if " " in first:
        others = [part for part in others if title_key(part) not in words.DEGREES]
    if others or name.endswith(","):
        return _of_parts([first, *others]) or Person(literal=name)
    return _in_one(first)


def cleaned(text: str) -> str:
    """Return the name without what stands round it: footnote marks, addresses, brackets, `et
    al.`."""
    if text.isascii() and text.replace(" ", "").isalpha():
        return text.strip() if not _CUT.search(text) else without_et_al(text).strip()
    text = without_marks(text)
    text = _OPEN_BRACKET.sub("", without_brackets(text))
    text = _NAMESAKE.sub("", without_et_al(readable(_HYPHENS.sub("-", text))))
    parts = text.strip(" \t\n.,;:*_`'\"“”„·•-–—").split()
    kept = (word for word in parts if any(map(str.isalnum, word)) or _BROKEN.search(word))
    return " ".join(kept).lstrip(" .,;:") + _end(text)


def _end(text: str) -> str:
    """Return the full stop of an initial, or the comma that says that all of it is the family
    name."""
    found = re.search(r"(?:\b[^\W\d_]|[JS]r)(\.)[\s;:]*$|\w(,)\s*$", text)
    return (found[1] or found[2]) if found else ""


def without_marks(text: str) -> str:
    """Return the text without footnote marks, ORCIDs, e-mail and web addresses."""
    text = _ORCID.sub("", text)
    return _RAISED.sub("", _URL.sub("", _ADDRESS.sub("", _MARKS.sub("", text))))


def without_brackets(text: str) -> str:
    """Return the text without what stands in brackets: affiliations, years, names in another
    script."""
    for _ in range(_NESTED):
        text = _BRACKETS.sub(" ", text)
    return text


def without_et_al(text: str) -> str:
    """Return the text without an `et al.`, `and others` or `等` at its end."""
    return _CUT.sub("", text)


def is_no_name(name: str) -> bool:
    """Whether the text is nobody's name: an organisation, a place, a number, a sentence."""
    if not name or len(name) > MOST_LETTERS or _BROKEN.search(_ORDINAL.sub("", name)):
        return True
    if not any(map(str.isalpha, name)):
        return True
    parts = re.split(r"[\s,.]+", name)
    keys = [key for word in parts if (key := title_key(word))]
    if not keys or len(keys) > MOST_WORDS:
        return True
    if _CJK.search(name):
        return any(part in name for part in words.CJK_ORGANISATIONS) or name in words.NOBODY
    return (
        any(word in words.SENTENCE for word in parts)
        or any(key in words.NOBODY for key in keys[:1])
        or _is_organisation(name, parts, keys)
        or _is_place(keys)
    )


def _is_organisation(name: str, parts: list[str], keys: list[str]) -> bool:
    if len(keys) == 1:
        camel = _CAMEL.search(name) and not _JOINED_PARTICLE.match(name)
        known = keys[0] in words.NAMED_ORGANISATIONS or words.is_organisation_word(keys[0])
        return bool(camel) or known
    return (
        any(map(words.is_organisation_word, keys))
        or keys[0] in words.FIRST_OF_ORGANISATIONS
        or parts[0] == "The"
        or (parts[0].isupper() and keys[0] in words.INITIALS_OF_ORGANISATIONS)
        or (parts[-1] == "AI" and not name.isupper())
    )


def _is_place(keys: list[str]) -> bool:
    """Whether it is made of places and initials: `Munich, H Germany`."""
    if "".join(keys) in words.PLACES:
        return True
    return keys[-1] in words.PLACES and all(len(k) == 1 or k in words.PLACES for k in keys)


def _is_several(family: str) -> bool:
    """Whether a family name alone would be read as given and family name."""
    return read_name(family).given != ""


def _of_parts(parts: list[str]) -> Person | None:
    """Return the person of `Last, First`, which may have a `Jr.` in the middle or at the end."""
    suffixes = [part for part in parts[1:] if is_suffix(part)]
    named = [parts[0], *(part for part in parts[1:] if not is_suffix(part))]
    if len(named) > 2 or len(suffixes) > 1 or (len(named) == 1 and is_initials(named[0])):
        return None
    family, ending = _without_suffix(named[0].split())
    given, behind = _without_suffix(named[1].split()) if len(named) > 1 else ([], "")
    # `Sammy Davis, Jr.` has its family name last.
    if len(named) == 1 and suffixes and len(family) > 1 and not is_particle(family[0]):
        person = _in_one(" ".join(family))
        return Person(person.family, person.given, suffixes[0], ordered=person.ordered)
    given = [word for word in given if title_key(word) not in words.TITLES]
    moved = _particles_behind(given)
    suffix = next(iter(suffixes), "") or ending or behind
    return Person(
        " ".join([*given[len(given) - moved :], *family]),
        " ".join(given[: len(given) - moved]),
        suffix,
        ordered=True,
    )


def _particles_behind(given: list[str]) -> int:
    """Return how many particles stand behind the given name: `Oord, Aäron van den`."""
    count = 0
    while count < len(given) - 1 and given[-1 - count].islower() and is_particle(given[-1 - count]):
        count += 1
    return count


def _in_one(name: str) -> Person:
    """Return the person of a name without a comma."""
    if _CJK.search(name):
        return _in_cjk(name)
    parts, suffix = _without_suffix(_BLANKS_OF_INITIALS.sub(" ", name).split())
    while len(parts) > 1 and title_key(parts[0]) in words.TITLES:
        parts = parts[1:]
    while len(parts) > 1 and title_key(parts[-1]) in words.DEGREES:
        parts = parts[:-1]
    if len(parts) == 1:
        return (
            Person(literal=name)
            if is_initials(parts[0])
            else Person(parts[0], "", suffix, ordered=True)
        )
    if behind := _initials_behind(parts):
        named, ending = _without_suffix(parts[:-behind])
        family, given, suffix = " ".join(named), " ".join(parts[-behind:]), suffix or ending
        ordered = " " in family or is_suffix(family) or not _RUN.fullmatch(given)
        return Person(family, given, suffix, ordered=ordered)
    start = len(parts) - 1
    while start > 0 and is_particle(parts[start - 1]) and (start > 1 or parts[0].islower()):
        start -= 1
    if len(parts) - start > 1 and parts[start] in ("y", "e") and start > 1:
        start -= 1  # `Santiago Ramón y Cajal`
    ordered = start == 0
    return Person(" ".join(parts[start:]), " ".join(parts[:start]), suffix, ordered=ordered)


def _initials_behind(parts: list[str]) -> int:
    """Return how many words at the end are initials, behind at least one that is none: `Vaswani
    A`."""
    in_capitals = all(map(str.isupper, parts))
    count = 0
    while count < len(parts) - 1 and is_initials(parts[-1 - count], run=not in_capitals):
        count += 1
    return 0 if is_initials(parts[0]) else count


def _in_cjk(name: str) -> Person:
    """Return the person of a name in a script without blanks: the family name comes first."""
    parts = name.replace("·", " ").replace("・", " ").split()
    latin = [word for word in parts if not _CJK.search(word)]
    if len(latin) > 1:
        return _in_one(" ".join(latin))
    parts = [word for word in parts if _CJK.search(word)]
    if len(parts) > 1:
        return Person(parts[0], " ".join(parts[1:]), ordered=True)
    word = parts[0]
    if len(word) > 5 or re.search(r"[\u3040-\u30ff]", word):
        return Person(word, ordered=True)
    length = 2 if len(word) > 2 and (word[:2] in words.CJK_FAMILIES or len(word) > 3) else 1
    return Person(word[:length], word[length:], ordered=True)


def _without_suffix(parts: list[str]) -> tuple[list[str], str]:
    """Return the words before a suffix, and the last suffix."""
    end = len(parts)
    while end > 1 and is_suffix(parts[end - 1]):
        end -= 1
    return parts[:end], parts[-1] if end < len(parts) else ""


def is_suffix(word: str) -> bool:
    """Whether the word is a `Jr.` or `III`. `JR` may be initials and is none."""
    return title_key(word) in words.SUFFIXES and word not in ("JR", "SR")


def is_particle(word: str) -> bool:
    """Whether the word belongs to a family name without being it: `van`, `de`, `Le`."""
    if len(word) < _LONGEST_PARTICLE and word.isascii() and word.isalpha():
        return word.lower() in words.PARTICLES and (len(word) > 1 or word.islower())
    return False


def is_initials(text: str, *, run: bool = False) -> bool:
    """Whether the text is nothing but initials: `A.`, `D. P.`, `J.-P.`; with `run` also `DP`."""
    if run and _RUN.fullmatch(text):
        return True
    parts = text.replace("-", " ").split()
    return bool(parts) and text.isupper() and all(map(_INITIALS.fullmatch, parts))


def is_given_name(word: str, family: str) -> bool:
    """Whether the word is a given name and hardly a family name: `Lawrence`; `Kaiming` behind
    `He`."""
    key, other = title_key(word), title_key(family)
    if key in words.GIVEN_NAMES:
        return True
    chinese = _PINYIN.fullmatch(other) and _TWO_OF_PINYIN.fullmatch(key)
    return bool(chinese) and not _PINYIN.fullmatch(key)


def script(text: str) -> str:
    """Return the script of a text's first letter, as Unicode names it: `LATIN`, `CJK`,
    `CYRILLIC`."""
    if text.isascii():
        return "LATIN"
    letter = next(filter(str.isalpha, text), "")
    return unicodedata.name(letter, "").partition(" ")[0] if letter else ""
