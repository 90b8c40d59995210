"""How a vault writes the authors of a work: as a list, as maps or in one text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

from refmatter.people import (
    MapRole,
    NameForm,
    NameOrder,
    NameStyle,
    Person,
    certain_person,
    form_of,
    is_in_cjk,
    read_name,
    split_particles,
)

CONJUNCTION = re.compile(r"(?<!\w)(?:and|und|et|y|e|och|og|i|и|和|与|與|及)(?!\w)|[&＆﹠]")
"""What parts two names beside marks."""
_SLUG = re.compile(r"[a-z]+(?:[ -][a-z]+)*")
_INITIALS_BEHIND = re.compile(r", ?(?:[A-ZÀ-ÖØ-Þ]\.?[ -]?)+(?:, ?(?:Jr\.?|Sr\.?|[IV]+))?")


class Spelling(StrEnum):
    """How the blanks of a name are written in the target of a link, or in a tag."""

    PLAIN = " "
    PERCENT = "%20"
    HYPHEN = "-"
    UNDERSCORE = "_"
    JOINED = ""
    SLUG = "slug"
    """In lower case with hyphens."""

    def write(self, name: str) -> str | None:
        """Return a name spelt so; None where letters or marks in it may be left out or changed."""
        if self is Spelling.SLUG:
            slug = name.lower().replace(".", "")
            return slug.replace(" ", "-") if _SLUG.fullmatch(slug) else None
        if self in (Spelling.PLAIN, Spelling.PERCENT):
            return name.replace(" ", self.value)
        bare = name.replace(" ", "").replace("-", "")
        return name.replace(" ", self.value) if bare.isalpha() else None


@dataclass(frozen=True, slots=True)
class NamePart:
    """A name in the text of one author, with what stands before and behind it."""

    style: NameStyle = field(default_factory=NameStyle)
    before: str = ""
    spelling: Spelling = Spelling.PLAIN
    behind: str = ""

    def write(self, name: str) -> str | None:
        """Return the part for a service's name; None where it is not certain."""
        styled = self.style.name(name)
        spelt = None if styled is None else self.spelling.write(styled)
        return None if spelt is None else f"{self.before}{spelt}{self.behind}"


MapKeys: TypeAlias = "tuple[tuple[str, MapRole | str | MapKeys], ...]"
"""The keys of an author's map in their order, each with its role, the text that always stands
there, or the keys of the map there."""


@dataclass(frozen=True, slots=True)
class Separators:
    """What parts the names in one text: all of many, the last of three or more, and two; None where
    it is not known."""

    inner: str | None = ", "
    last: str | None = ", "
    pair: str | None = ", "

    def join(self, texts: Sequence[str]) -> str | None:
        """Return the texts in one; None where the vault does not show what parts them."""
        if len(texts) < 2:
            return "".join(texts)
        final = self.pair if len(texts) == 2 else self.last
        if final is None or (len(texts) > 2 and self.inner is None):
            return None
        return (self.inner or "").join(texts[:-1]) + final + texts[-1]

    def may_stand_in(self, text: str) -> bool:
        """Whether a name has in it what parts names, so that it would be read as two."""
        for mark in filter(None, (self.inner, self.last, self.pair)):
            found = CONJUNCTION.search(mark)
            if found and found[0].strip() in re.split(r"\s+", text):
                return True
            bare = CONJUNCTION.sub("", mark).strip() or ("" if found else mark)
            if bare == "," and (place := text.find(",")) >= 0:
                if not _INITIALS_BEHIND.fullmatch(text, place):
                    return True
            elif bare and bare in text:
                return True
        return False


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """How a long list is cut: the first `shown` names stand before `mark` (`et al.`, or with `last`
    the mark before the last name: `, … & `) if there are more than `most`."""

    shown: int
    mark: str
    most: int
    last: bool = False


@dataclass(frozen=True, slots=True)
class AuthorForm:
    """How a key's authors are written, as its values show.

    `parts` are the text of one author: `[[` name `]]`, or a link's target and its label. `maps`
    are the keys of its map where authors are maps: those of most authors first, then those of
    authors with a suffix or the like. `separators` part the names in one text; None for a list.
    `opening` and `closing` are what stands round all of the text. A form that is not `known` is
    one whose values show no form that could be followed: nothing is written there.
    """

    parts: tuple[NamePart, ...] = (NamePart(),)
    maps: tuple[MapKeys, ...] = ()
    separators: Separators | None = None
    abbreviation: Abbreviation | None = None
    opening: str = ""
    closing: str = ""
    known: bool = True

    @property
    def names(self) -> NameForm:
        """Return the name of the form of its names."""
        return form_of(self.parts[-1].style)

    @property
    def is_linked(self) -> bool:
        """Whether each author is a wiki link."""
        return self.parts[0].before.startswith("[[")

    def with_names(self, names: NameForm) -> AuthorForm:
        """Return the form with names in another form, as config.yaml has it."""
        if self.known and self.names is names:
            return self
        style = names.spec.style
        if style.order is self.parts[-1].style.order:
            style = replace(self.parts[-1].style, initials=style.initials)
        separators = self.separators
        if separators and style.order is NameOrder.LAST_FIRST and not style.initials:
            commas = ", " in (separators.inner, separators.pair)
            separators = Separators("; ", "; ", "; ") if commas else separators
        part = replace(self.parts[-1], style=style)
        return replace(self, parts=(*self.parts[:-1], part), separators=separators, known=True)

    def write(self, names: Sequence[str]) -> object:
        """Return the value for the names of a work's authors as a service gives them; None where it
        is not certain how the vault would write it."""
        if not self.known:
            return None
        if self.maps:
            maps = [self._map(name) for name in names]
            return None if None in maps else maps
        cut = self.abbreviation
        if cut is None or len(names) <= max(cut.most, cut.shown + cut.last):
            texts = self._texts(names)
            if texts is None or self.separators is None:
                return texts
            return self._closed(self.separators.join(texts))
        return self._cut(names, cut)

    def _cut(self, names: Sequence[str], cut: Abbreviation) -> object:
        """Return the value for more authors than the vault lists."""
        ends = [names[-1]] if cut.last else []
        texts = self._texts([*names[: cut.shown], *ends])
        if texts is None or (len(names) == 2 and cut.most < 2):
            return None  # `A et al.` or `A and B`
        if self.separators is None:
            return [*texts, cut.mark]
        first = Separators(*(self.separators.inner,) * 3).join(texts[: cut.shown])
        if first is None:
            return None
        return self.opening + first + cut.mark + (texts[-1] + self.closing if cut.last else "")

    def _closed(self, text: str | None) -> str | None:
        return None if text is None else f"{self.opening}{text}{self.closing}"

    def _texts(self, names: Sequence[str]) -> list[str] | None:
        """Return the text of each author; None if one is not certain, or would be read as two."""
        texts = []
        for name in names:
            written = [part.write(name) for part in self.parts]
            text = "".join(part or "" for part in written)
            if None in written or (
                self.separators and not self.is_linked and self.separators.may_stand_in(text)
            ):
                return None
            texts.append(text)
        return texts

    def _map(self, name: str) -> dict[str, object] | None:
        person = read_name(name)
        roles = {MapRole.WHOLE} if not person.is_known else {MapRole.FAMILY}
        wholes = [keys for keys in self.maps if MapRole.WHOLE in _roles_of(keys)]
        if not person.is_known:
            literal = wholes[0] if wholes else _csl_literal(self.maps[0])
            return _filled(literal, {MapRole.WHOLE: name}) if literal else None
        if MapRole.FAMILY not in _roles_of(self.maps[0]):
            written = self.parts[-1].style.name(name)
            return None if written is None else _filled(self.maps[0], {MapRole.WHOLE: written})
        certain = certain_person(person)
        if certain is None or (is_in_cjk(certain) and " " not in name):
            return None  # where the family name ends is a guess
        if certain.suffix:
            roles.add(MapRole.SUFFIX)
        if split_particles(certain.family)[0]:
            roles.add(MapRole.PARTICLE)
        keys = max(self.maps, key=lambda keys: (len(roles & _roles_of(keys)), -len(keys)))
        if certain.given and MapRole.GIVEN not in _roles_of(keys):
            return None
        return _filled(keys, _values_by_role(certain, _roles_of(keys)))


def _roles_of(keys: MapKeys) -> frozenset[MapRole]:
    """Return the roles that keys of a map have, those of maps in it among them."""
    found: set[MapRole] = set()
    for _, role in keys:
        if isinstance(role, MapRole):
            found.add(role)
        elif isinstance(role, tuple):
            found |= _roles_of(role)
    return frozenset(found)


def _csl_literal(keys: MapKeys) -> MapKeys | None:
    """Return CSL's key for organisations where the map has CSL's keys."""
    names = {key for key, _ in keys}
    return (("literal", MapRole.WHOLE),) if {"family", "given"} <= names else None


def _values_by_role(person: Person, roles: frozenset[MapRole]) -> dict[MapRole, str]:
    """Return the parts of a person's name for a map that has keys of these roles."""
    family, given, particles = person.family, person.given, ""
    if MapRole.PARTICLE in roles:
        particles, family = split_particles(family)
    middle = ""
    if MapRole.MIDDLE in roles:
        given, _, middle = given.partition(" ")
    if person.suffix and MapRole.SUFFIX not in roles:
        family = f"{family} {person.suffix}"
    return {
        MapRole.FAMILY: family,
        MapRole.GIVEN: given,
        MapRole.MIDDLE: middle,
        MapRole.PARTICLE: particles,
        MapRole.SUFFIX: person.suffix,
    }


def _filled(keys: MapKeys, values: dict[MapRole, str]) -> dict[str, object]:
    """Return the map with the values of its roles; a key without a value is left out."""
    written: dict[str, object] = {}
    for key, role in keys:
        if isinstance(role, tuple):
            written[key] = _filled(role, values)
        elif isinstance(role, MapRole):
            if values.get(role):
                written[key] = values[role]
        else:
            written[key] = role
    return written
