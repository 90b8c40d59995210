"""Compare two names: the same person, different people, or unknown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from rapidfuzz.distance import OSA

from refmatter.people import words
from refmatter.people.names import Person, is_particle, read_name, script
from refmatter.titles import title_key

_WITHOUT_BLANKS = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL"})
_SLIP = 6
"""The fewest letters of family names that may differ by one."""


class _Keys(NamedTuple):
    """A name made ready to be compared.

    `words` are those of the family name without particles, `family` these in one word, `full` all
    of it in one word, `plain` without what transliteration adds. `given` are names and, in one
    letter, initials; `known` are all words of two letters and more.
    """

    person: Person
    script: str
    words: tuple[str, ...]
    family: str
    full: str
    plain: str
    given: tuple[str, ...]
    known: frozenset[str]


def same_person(person: Person, other: Person) -> bool | None:
    """Whether two names may be one person's; None where it cannot be told.

    Accents, transliteration, a slip in a long name, double names, particles, initials, short
    forms, and the order of family and given name tell no persons apart. Another family name does,
    and so does another initial. What is no person's name is the same as its equal, and else
    tells nothing. The order of the two makes no difference.
    """
    return _compared(_keys_of(person), _keys_of(other))


def same_name(name: str, other: str) -> bool | None:
    """Whether two names, given as text, may be one person's; quicker, where a name is compared with
    many."""
    return name == other or _compared(_keys(name), _keys(other))


def name_words(name: str) -> frozenset[str]:
    """Return the words of a name, without initials, particles and suffixes, as keys."""
    return _keys(name).known


def is_bare_family(name: str) -> bool:
    """Whether a name is a family name without any given name or initial."""
    person = read_name(name)
    return person.is_known and not person.given


def are_strangers(some: Sequence[Person], others: Sequence[Person]) -> bool:
    """Whether all of some people are certainly other people than all of others."""
    ours = [person for person in some if person.is_known]
    theirs = [person for person in others if person.is_known]
    if not ours or not theirs:
        return False
    return all(same_person(*pair) is False for pair in product(ours, theirs))


@lru_cache(maxsize=8192)
def _keys(name: str) -> _Keys:
    return _keys_of(read_name(name))


def _keys_of(person: Person) -> _Keys:
    parts = person.family.replace("-", " ").split()
    if len(parts) > 1:
        parts = [word for word in parts if not is_particle(word)] or parts
    family = tuple([key for word in parts if (key := _key(word))])
    given: list[str] = []
    in_capitals = person.family.isupper()
    known = list(family)
    for word in person.given.replace("-", " ").replace(".", " ").split():
        key = _key(word)
        if len(key) > 1:
            known.append(key)
        if len(key) < 4 and word.isupper() and not in_capitals:
            given += key  # `DP`
        elif key:
            given.append(key)
    whole = person.family or person.literal
    joined = "".join(family)
    return _Keys(
        person,
        script(whole),
        family,
        joined,
        title_key(whole),
        _plain(joined),
        tuple(given),
        frozenset([word for word in known if len(word) > 1]),
    )


def _key(word: str) -> str:
    return word.lower() if word.isascii() and word.isalpha() else title_key(word)


def _compared(name: _Keys, other: _Keys) -> bool | None:
    if not (name.person.family and other.person.family):
        return True if name.full and name.full == other.full else None
    if name.script != "LATIN" or other.script != "LATIN":
        if name.script in _WITHOUT_BLANKS and other.script in _WITHOUT_BLANKS:
            return _compared_in_cjk(name.person, other.person)
        if name.script != other.script:
            return None
    shared = name.known & other.known
    if len(shared) > 1 and not shared.isdisjoint(name.words + other.words):
        return True
    same = _in_order(name, other)
    if same is False and (_is_uncertain(name, other) or _is_uncertain(other, name)):
        return None
    return same


def _in_order(name: _Keys, other: _Keys) -> bool | None:
    """Whether the names agree as they were read."""
    if _same_family(name, other):
        if name.full == _turned_particles(other) or other.full == _turned_particles(name):
            return True
        return _same_given(name.given, other.given)
    if _is_in_the_middle(name, other):
        return _same_given(name.given, other.given[:1])
    if _is_in_the_middle(other, name):
        return _same_given(name.given[:1], other.given)
    return False


def _turned_particles(name: _Keys) -> str:
    """Return a name that may be a family name alone, in one word: `Van Gool` and `Le Cun` look like
    given and family name. "" for other names."""
    person = name.person
    if person.ordered or not person.given or not all(map(is_particle, person.given.split())):
        return ""
    return "".join(name.given) + name.full


def _same_family(name: _Keys, other: _Keys) -> bool:
    family, other_family = name.family, other.family
    if family == other_family or name.full == other.full:
        return True
    double = len(name.words) > 1 or len(other.words) > 1
    if double and any(len(word) > 2 and word in other.words for word in name.words):
        return True
    if name.plain == other.plain:
        return max(len(family), len(other_family)) > 4
    if min(len(family), len(other_family)) < _SLIP:
        return False
    return (
        family.isalpha()
        and other_family.isalpha()
        and OSA.distance(family, other_family, score_cutoff=1) <= 1
    )


def _plain(key: str) -> str:
    """Return a word without what transliteration adds: `mueller` and `muller`, `soerensen` and
    `sorensen`, `aastrom` and `astrom` are one."""
    return key.replace("ae", "a").replace("oe", "o").replace("ue", "u").replace("aa", "a")


def _is_in_the_middle(name: _Keys, other: _Keys) -> bool:
    """Whether a family name stands before what was taken for the other's: `García` in `Gabriel
    García Márquez`."""
    if len(other.given) < 2 or other.person.ordered:
        return False
    return any(len(word) > 3 and word in other.given[1:] for word in name.words)


def _may_be_turned(name: _Keys, other: _Keys) -> bool:
    """Whether a name in an unknown order begins with the other's family name: `He Kaiming`."""
    if name.person.ordered or not name.given or len(name.given[0]) == 1:
        return False
    if name.given[0] != other.family:
        return False
    return _same_given(name.given[1:] + name.words, other.given) is not False


def _is_uncertain(name: _Keys, other: _Keys) -> bool:
    """Whether a name may be something else than it was read as, and then the other's."""
    person = name.person
    if _may_be_turned(name, other):
        return True
    if not person.given:  # `MIT`, or a family name in capitals
        return person.family.isupper()
    if len(name.full) == 1:
        return other.full[:1] == name.full  # nothing but initials: `A. B.`
    if person.doubtful:  # `Kingma, Ba`: one of two family names
        return _same_family(name, other) or "".join(name.given) in other.words
    return bool(_turned_particles(name)) and _same_family(name, other)


def _same_given(some: tuple[str, ...], others: tuple[str, ...]) -> bool | None:
    """Whether given names agree; True where either is not said."""
    if not some or not others or "".join(some) == "".join(others):
        return True
    first, second = some[0], others[0]
    same = _agree(first, second)
    if same is not False:
        return same
    for all_given, all_of_other in ((some, others), (others, some)):
        later = [_agree(all_given[0], given) for given in all_of_other[1:]]
        if True in later:  # the first name was left out: `Robert` of `J. Robert`
            return True if len(all_of_other[0]) == 1 else None
    return False


def _agree(name: str, other: str) -> bool | None:
    """Whether two given names, or a name and an initial, may be one; None where they only begin
    with the same letter."""
    if len(name) == 1 or len(other) == 1:
        return name[0] == other[0]
    if name.startswith(other) or other.startswith(name) or other in words.short_forms(name):
        return True
    shorter, longer = sorted((len(name), len(other)))
    if shorter > 3 and name[:3] == other[:3]:
        return True
    if shorter > 5 and OSA.distance(name, other, score_cutoff=2) <= (1 if longer < 7 else 2):
        return True  # `Catherine` and `Katherine`, `Evgeny` and `Yevgeny`
    return None if name[0] == other[0] else False


def _compared_in_cjk(person: Person, other: Person) -> bool | None:
    """Whether two names without blanks may be one person's. Characters differ between countries,
    and where a name ends is a guess."""
    letters, other_letters = person.family + person.given, other.family + other.given
    if letters.replace(" ", "") == other_letters.replace(" ", ""):
        return True
    return None if set(letters) & set(other_letters) else False
