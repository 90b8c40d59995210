"""Read the people in the value of an author key, in any form and in order.

A list, one text with names in it, maps of names, and lists of these are read. What is no
person's name keeps its place in the list, as a literal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from refmatter.people.names import (
    Person,
    cleaned,
    is_given_name,
    is_initials,
    is_no_name,
    is_particle,
    is_suffix,
    read_name,
    without_brackets,
    without_et_al,
    without_marks,
)
from refmatter.titles import readable, title_key

_DEEPEST = 4
_LONGEST = 100_000
"""The most characters of a text that are read."""
_LONGEST_NAME = 500
"""So many characters around a conjunction tell whether it is part of a name."""
_MOST = 5000
"""The most people of a value. The largest collaborations have some 5,000."""


class MapRole(StrEnum):
    """What a key of an author's map holds."""

    FAMILY = "family"
    GIVEN = "given"
    MIDDLE = "middle"
    PARTICLE = "particle"
    SUFFIX = "suffix"
    WHOLE = "whole"


_KEYS_BY_ROLE = {
    MapRole.FAMILY: "family familyname familynames last lastname surname surnames nachname nom "
    "nomdefamille apellido apellidos cognome sobrenome 姓",
    MapRole.GIVEN: "given givenname givennames first firstname firstnames forename forenames "
    "vorname prenom nombre 名",
    MapRole.WHOLE: "name literal fullname displayname author nome 姓名 名前 이름",
    MapRole.MIDDLE: "middle middlename",
    MapRole.PARTICLE: "droppingparticle nondroppingparticle particle von prefix",
    MapRole.SUFFIX: "suffix jr",
}
"""The keys of author maps, without case, accents and marks."""
_ROLES = {key: role for role, keys in _KEYS_BY_ROLE.items() for key in keys.split()}

_BLANKS = re.compile(r"\s+")
_EMBEDDED = re.compile(r"!?\[\[([^\[\]|]*)(?:\\?\|([^\[\]]*))?\]\]")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()]|\([^()]*\))*\)")
_LINE_END = " | "
_ITEM = re.compile(r"^(?:[-*+•]|\d{1,3}[.)])\s+")
_STRONG = re.compile(r"\s*[;；、|•]\s*|\s+[/·]\s+")
_AND = re.compile(
    r"(?:^|(?<=[\s,，]))(?:and|und|et(?!\s+al)|y|e|och|og|и|i|&|﹠|＆)(?=\s|$)|(?<=\S)&(?=\s)"
    r"|(?<=[\u3040-\u9fff\s])[和与與及](?=[\u3040-\u9fff\s])|[&＆](?=\S)"
)
_COMMA = re.compile(r"\s*[,，]\s*")
_YEAR = re.compile(r"\d{4}[a-z]?\.?")
_BY = re.compile(r"^\s*(?:written\s+)?by[\s:]+", re.IGNORECASE)
_SUFFIXED = re.compile(r",(?=\s*(?:Jr|Sr|II|III|IV)\b\.?\s*(?:$|[,;&]|and\b))")


def read_people(value: object) -> tuple[Person, ...]:
    """Return the people that an author value names; () where it says nothing.

    What is no name (an institution, a place, an unknown map, a number, a date) is a `Person`
    that is not known; `et al.` is left out. Nothing is raised, whatever the value is.
    """
    people = []
    for person in _persons_in(value, _DEEPEST):
        people.append(person)
        if len(people) == _MOST:
            break
    return tuple(people)


def names_of(people: Sequence[Person]) -> tuple[str | None, tuple[str, ...]]:
    """Return the first author's name, None where it could not be read, and all names that could
    be, in the form from which `read_name` reads them. A doubtful name counts as two family names.
    """
    first = people[0] if people else None
    names: list[str] = []
    for person in people:
        if person.is_known:
            names.append(str(person))
            if person.doubtful:
                names.append(person.given)
    return (str(first) if first and first.is_known else None), tuple(names)


def _persons_in(value: object, depth: int) -> Iterator[Person]:
    """Yield the people in a value, at most `depth` levels deep."""
    if value is None or value == "" or depth == 0:
        return
    if isinstance(value, str):
        yield from _of_text(value)
    elif isinstance(value, Mapping):
        yield from _of_map(value, depth)
    elif isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        texts = [item for item in value if isinstance(item, str)]
        if len(texts) == len(value) > 1 and any(map(_is_given_alone, texts)):
            yield from _of_text(", ".join(texts))  # `[Kingma, D. P., Ba, J.]` without quotes
            return
        for item in value:
            yield from _of_item(item) if isinstance(item, str) else _persons_in(item, depth - 1)
    else:
        yield Person()


def _is_given_alone(text: str) -> bool:
    return is_initials(text.strip())


def _of_item(text: str) -> Iterator[Person]:
    """Yield the people of one item of a list: nearly always one, whose comma tells the order."""
    people = tuple(_of_text(text))
    for person in people:
        yield replace(person, doubtful=False) if person.doubtful else person


def _of_map(fields: Mapping[object, object], depth: int) -> Iterator[Person]:
    """Yield the person of a map, whatever its keys are called and in which order."""
    found = [(map_role(key), value) for key, value in fields.items()]
    family = _text(found, MapRole.FAMILY)
    whole = next((value for role, value in found if role is MapRole.WHOLE and value), None)
    given = _text(found, MapRole.GIVEN)
    if family and not given and isinstance(whole, str) and family not in whole:
        given = whole  # `name` and `surname`
    if family:
        given = " ".join(filter(None, (given, _text(found, MapRole.MIDDLE))))
        family = " ".join(filter(None, (_text(found, MapRole.PARTICLE), family)))
        yield _of_fields(family, given, _text(found, MapRole.SUFFIX))
    elif isinstance(whole, str):
        yield from _of_item(whole)
    elif isinstance(whole, Mapping):
        yield from _persons_in(whole, depth - 1)
    else:
        yield Person()


def map_role(key: object) -> MapRole | None:
    """Return what a key of an author's map holds; None for what is no part of a name."""
    return _ROLES.get(title_key(str(key)))


def _text(found: Sequence[tuple[MapRole | None, object]], role: MapRole) -> str:
    values = (value for known, value in found if known is role)
    return next((v.strip() for v in values if isinstance(v, str) and v.strip()), "")


def _of_fields(family: str, given: str, suffix: str) -> Person:
    family, given = cleaned(family).strip(","), cleaned(given).strip(",")
    if is_no_name(family) or "," in family or (given and not re.search(r"[^\W\d_]", given)):
        return Person(literal=" ".join(filter(None, (given, family))))
    parts = filter(None, (family, given.replace(",", " "), cleaned(suffix)))
    person = read_name(", ".join(parts) if given else f"{family},")
    return replace(person, ordered=True) if person.is_known else person


def _of_text(text: str) -> Iterator[Person]:
    """Yield the people of a text with one or several names in it."""
    lines = filter(None, map(str.strip, text[:_LONGEST].splitlines()))
    # An entity ends with a semicolon, so a line's end becomes one only behind `readable`.
    text = _LINE_END.join(_ITEM.sub("", _BLANKS.sub(" ", line)) for line in lines)
    text = _EMBEDDED.sub(_linked, _LINK.sub(r"\1", text))
    text = _BY.sub("", without_brackets(readable(without_marks(text))))
    text = text.replace("/", ";") if _is_slashed(text) else text
    pieces = [piece for piece in _STRONG.split(text) if piece.strip(" ,.;")]
    sure = len(pieces) > 1 or _STRONG.search(text.strip()) is not None
    people = [person for piece in pieces for person in _of_piece(piece, sure=sure)]
    if any(person.literal for person in people):
        # `Ministry of Health and Welfare`, `Berlin, Germany`: its words are no family names.
        people = [person if person.given else Person(literal=str(person)) for person in people]
    yield from people


def _is_slashed(text: str) -> bool:
    """Whether names of several words stand between slashes: `Ada Lovelace/Alan Turing`."""
    parts = text.split("/")
    return (
        len(parts) > 1
        and not any(mark in text for mark in ",;")
        and all(" " in part.strip() for part in parts)
        and not any(part[0].isspace() for part in parts[1:])
    )


def _linked(found: re.Match[str]) -> str:
    """Return the name that a wiki link shows, or its note's name where that is fuller; as an item
    of its own."""
    target = found[1].partition("#")[0].rpartition("/")[2].removesuffix(".md").strip()
    label = (found[2] or "").strip()
    fuller = set(label.split()) < set(target.split())
    return f";{target if fuller or not label else label};"


def _of_piece(text: str, *, sure: bool) -> Iterator[Person]:
    """Yield the people of a text in which commas, `and` and `&` stand between names."""
    groups = [_comma_parts(group) for group in _around_and(without_et_al(text))]
    groups = [group for group in groups if group]
    several = len(groups) > 1
    if several and (len(groups) > 2 or all(len(group) > 1 for group in groups)):
        for group in groups:
            yield from _of_group(group, sure=len(group) == 2)
    elif several:
        yield from _of_group([part for group in groups for part in group], sure=False, flat=True)
    elif groups:
        yield from _of_group(groups[0], sure=sure)


def _around_and(text: str) -> Iterator[str]:
    """Yield what stands between the conjunctions of a text. `y` and `e` may be part of a family
    name: `Santiago Ramón y Cajal`, `Ramón y Cajal, Santiago`."""
    start = 0
    for found in _AND.finditer(text):
        if found[0] not in ("y", "e") or not _is_in_family(
            text[max(start, found.start() - _LONGEST_NAME) : found.start()],
            text[found.end() : found.end() + _LONGEST_NAME],
        ):
            yield text[start : found.start()]
            start = found.end()
    yield text[start:]


def _is_in_family(before: str, behind: str) -> bool:
    """Whether a `y` stands in a family name: one word comes behind it, and several before; or one
    before it, and initials or a comma later, where no list ends."""
    *others, first = _COMMA.split(before)
    second, *rest = _COMMA.split(_AND.split(behind)[0])
    family, *initials = second.split() or [""]
    words_before = len(first.split())
    if not family[:1].isupper():
        return False
    if initials:  # `Ramón y Cajal S`
        return words_before == 1 and all(is_initials(word, run=True) for word in initials)
    rest = [part for part in rest if part.strip()]
    if words_before > 1:  # but in `Lovelace, Ada K. y Hopper, Grace` between two names
        after = rest[0].split() if others and rest else []
        return len(after) != 1 and not is_initials(after[-1] if after else "")
    given = rest[0].strip() if len(rest) == 1 else ""
    return words_before == 1 and not others and given[:1].isalpha()


def _comma_parts(text: str) -> list[str]:
    """Return what stands between the commas of a text, without years and "et al."."""
    parts = (without_et_al(part.strip()) for part in _COMMA.split(text))
    return [part for part in parts if part.strip(" .") and not _YEAR.fullmatch(part)]


def _of_group(parts: list[str], *, sure: bool, flat: bool = False) -> Iterator[Person]:
    """Yield the people of what stands between commas.

    `sure` says that two parts are `Last, First`; `flat` that each part is a name of its own,
    unless it is nothing but initials.
    """
    named = [part for part in parts if not is_suffix(part)]
    if len(named) == 2 and not flat and _is_turned(*named):
        person = read_name(", ".join(parts))
        given = named[1]
        doubtful = not (sure or " " in given or len(parts) > 2 or is_initials(given, run=True))
        doubtful = doubtful and _is_family(named[0]) and not is_given_name(given, named[0])
        yield replace(person, doubtful=doubtful and person.is_known)
        return
    paired = not flat and _are_pairs(parts)
    place = 0
    while place < len(parts):
        end = place + (2 if paired else 1)
        while end < len(parts) and (
            is_suffix(parts[end]) or _goes_on(parts[place:end], parts[end])
        ):
            end += 1
        yield read_name(", ".join(parts[place:end]))
        place = end


def _goes_on(parts: list[str], following: str) -> bool:
    """Whether what follows are the initials, or behind a suffix the given name, of a name."""
    first, behind = parts[0], parts[1:]
    if any(is_initials(word, run=True) for word in first.split()):
        return False
    if is_initials(following, run=True):
        return all(map(is_suffix, behind))
    return bool(behind) and all(map(is_suffix, behind)) and _is_family(first)


def _is_family(part: str) -> bool:
    """Whether a part is one word, or begins with a particle: `Kingma`, `van den Oord`."""
    name_words = [word for word in part.split() if not is_suffix(word)]
    return all(map(is_particle, name_words[:-1]))


def _is_turned(first: str, second: str) -> bool:
    """Whether two parts are `Last, First` and not two names."""
    if is_no_name(first) or is_no_name(second):
        return False
    name_words = [word for word in first.split() if not is_suffix(word)]
    if any(is_initials(word, run=not first.isupper()) for word in name_words):
        return False
    if read_name(first).family and re.search(r"[\u3040-\u9fff\uac00-\ud7a3]", first):
        return len(first) < 3 and len(second) < 3
    name_words = second.split()
    if len(name_words) == 1 or _is_family(first):
        return not (is_particle(name_words[0]) and second[0].islower())
    return is_initials(name_words[-1]) and len(name_words) == 2


def _are_pairs(parts: list[str]) -> bool:
    """Whether names and given names take turns: `Kingma, Diederik P., Ba, Jimmy`."""
    if len(parts) < 4 or len(parts) % 2:
        return False
    given = [part for part in parts[1::2] if is_initials(part.split()[-1]) or is_initials(part)]
    return bool(given) and all(map(_is_family, parts[::2]))
