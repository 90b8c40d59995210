"""Two names -> whether they are one person's: yes, no, or it cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
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


def same_person(one: Person, other: Person) -> bool | None:
    """Whether two names may be one person's; None where it cannot be told.

    Accents, transliteration, a slip in a long name, double names, particles, initials, short
    forms, and the order of family and given name tell no persons apart. Another family name does,
    and so does another initial. What is no person's name is the same as its equal, and else
    tells nothing. The order of the two makes no difference.
    """
    return _compared(_keys_of(one), _keys_of(other))


def same_name(one: str, other: str) -> bool | None:
    """The same of two names as text; quicker, where a name is compared with many."""
    return one == other or _compared(_keys(one), _keys(other))


def name_words(name: str) -> frozenset[str]:
    """The words of a name, without initials, particles and suffixes, as keys."""
    return _keys(name).known


def is_bare_family(name: str) -> bool:
    """Whether a name is a family name without any given name or initial."""
    person = read_name(name)
    return person.is_known and not person.given


def are_strangers(some: Sequence[Person], others: Sequence[Person]) -> bool:
    """Whether all of some people are certainly other people than all of others."""
    mine = [person for person in some if person.is_known]
    theirs = [person for person in others if person.is_known]
    if not mine or not theirs:
        return False
    return all(same_person(one, other) is False for one in mine for other in theirs)


@lru_cache(maxsize=8192)
def _keys(name: str) -> _Keys:
    return _keys_of(read_name(name))


def _keys_of(person: Person) -> _Keys:
    said = person.family.replace("-", " ").split()
    if len(said) > 1:
        said = [word for word in said if not is_particle(word)] or said
    family = tuple([key for word in said if (key := _key(word))])
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
        frozenset([each for each in known if len(each) > 1]),
    )


def _key(word: str) -> str:
    return word.lower() if word.isascii() and word.isalpha() else title_key(word)


def _compared(one: _Keys, other: _Keys) -> bool | None:
    if not (one.person.family and other.person.family):
        return True if one.full and one.full == other.full else None
    if one.script != "LATIN" or other.script != "LATIN":
        if one.script in _WITHOUT_BLANKS and other.script in _WITHOUT_BLANKS:
            return _compared_in_cjk(one.person, other.person)
        if one.script != other.script:
            return None
    shared = one.known & other.known
    if len(shared) > 1 and not shared.isdisjoint(one.words + other.words):
        return True
    told = _in_order(one, other)
    if told is False and (_is_uncertain(one, other) or _is_uncertain(other, one)):
        return None
    return told


def _in_order(one: _Keys, other: _Keys) -> bool | None:
    """Whether the names agree as they were read."""
    if _same_family(one, other):
        if one.full == _turned_particles(other) or other.full == _turned_particles(one):
            return True
        return _same_given(one.given, other.given)
    if _is_in_the_middle(one, other):
        return _same_given(one.given, other.given[:1])
    if _is_in_the_middle(other, one):
        return _same_given(one.given[:1], other.given)
    return False


def _turned_particles(one: _Keys) -> str:
    """A name that may be a family name alone, in one word: `Van Gool` and `Le Cun` look like
    given and family name. "" for other names."""
    person = one.person
    if person.ordered or not person.given or not all(map(is_particle, person.given.split())):
        return ""
    return "".join(one.given) + one.full


def _same_family(one: _Keys, other: _Keys) -> bool:
    mine, theirs = one.family, other.family
    if mine == theirs or one.full == other.full:
        return True
    double = len(one.words) > 1 or len(other.words) > 1
    if double and any(len(word) > 2 and word in other.words for word in one.words):
        return True
    if one.plain == other.plain:
        return max(len(mine), len(theirs)) > 4
    if min(len(mine), len(theirs)) < _SLIP:
        return False
    return mine.isalpha() and theirs.isalpha() and OSA.distance(mine, theirs, score_cutoff=1) <= 1


def _plain(key: str) -> str:
    """`mueller` and `muller`, `soerensen` and `sorensen`, `aastrom` and `astrom` are one."""
    return key.replace("ae", "a").replace("oe", "o").replace("ue", "u").replace("aa", "a")


def _is_in_the_middle(one: _Keys, other: _Keys) -> bool:
    """Whether a family name stands before what was taken for the other's: `García` in `Gabriel
    García Márquez`."""
    if len(other.given) < 2 or other.person.ordered:
        return False
    return any(len(word) > 3 and word in other.given[1:] for word in one.words)


def _may_be_turned(one: _Keys, other: _Keys) -> bool:
    """Whether a name in an unknown order begins with the other's family name: `He Kaiming`."""
    if one.person.ordered or not one.given or len(one.given[0]) == 1:
        return False
    if one.given[0] != other.family:
        return False
    return _same_given(one.given[1:] + one.words, other.given) is not False


def _is_uncertain(one: _Keys, other: _Keys) -> bool:
    """Whether a name may be something else than it was read as, and then the other's."""
    person = one.person
    if _may_be_turned(one, other):
        return True
    if not person.given:  # `MIT`, or a family name in capitals
        return person.family.isupper()
    if len(one.full) == 1:
        return other.full[:1] == one.full  # nothing but initials: `A. B.`
    if person.doubtful:  # `Kingma, Ba`: one of two family names
        return _same_family(one, other) or "".join(one.given) in other.words
    return bool(_turned_particles(one)) and _same_family(one, other)


def _same_given(some: tuple[str, ...], others: tuple[str, ...]) -> bool | None:
    """Whether given names agree; True where either is not said."""
    if not some or not others or "".join(some) == "".join(others):
        return True
    first, second = some[0], others[0]
    told = _agree(first, second)
    if told is not False:
        return told
    for one, all_of_other in ((some, others), (others, some)):
        later = [_agree(one[0], each) for each in all_of_other[1:]]
        if True in later:  # the first name was left out: `Robert` of `J. Robert`
            return True if len(all_of_other[0]) == 1 else None
    return False


def _agree(one: str, other: str) -> bool | None:
    """Whether two given names, or a name and an initial, may be one; None where they only begin
    with the same letter."""
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    if one.startswith(other) or other.startswith(one) or other in words.short_forms(one):
        return True
    shorter, longer = sorted((len(one), len(other)))
    if shorter > 3 and one[:3] == other[:3]:
        return True
    if shorter > 5 and OSA.distance(one, other, score_cutoff=2) <= (1 if longer < 7 else 2):
        return True  # `Catherine` and `Katherine`, `Evgeny` and `Yevgeny`
    return None if one[0] == other[0] else False


def _compared_in_cjk(one: Person, other: Person) -> bool | None:
    """Characters differ between countries, and where a name ends is a guess."""
    mine, theirs = one.family + one.given, other.family + other.given
    if mine.replace(" ", "") == theirs.replace(" ", ""):
        return True
    return None if set(mine) & set(theirs) else False
