"""The forms in which one name is written, and the names of the forms in config.yaml."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple, Self

from refmatter.people.names import Person, is_initials, is_particle, read_name, script
from refmatter.titles import title_key

_WITHOUT_BLANKS = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL"})
_GIVEN_OR_PARTICLE = frozenset({"Ben", "Bar", "Bin", "Da", "Do", "Du", "E", "O", "Te", "Y", "Zu"})
"""Words with a capital that begin some family names and are second given names of other people."""
_MOST_INITIALS = 2
"""The most initials behind a family name (NLM, Citing Medicine)."""
_VIETNAMESE = frozenset(
    "bui dang dao dinh do duong ha ho hoang huynh le ly ngo nguyen pham phan tran trinh truong vo "
    "vu".split()
)
"""Vietnamese family names, before which `Van` is a given name."""


class NameOrder(StrEnum):
    """The order of the parts of a name."""

    FIRST_LAST = "first_last"
    """`Kaitao Song`"""
    LAST_FIRST = "last_first"
    """`Song, Kaitao`"""
    LAST_INITIALS = "last_initials"
    """`Song K`"""
    LAST = "last"
    """`Song`"""


class SuffixPlace(StrEnum):
    """Where a `Jr.` or `III` stands if the family name comes first."""

    FAMILY = "family"
    """`Fisher III, John`"""
    MIDDLE = "middle"
    """`Fisher, III, John`"""
    END = "end"
    """`Fisher, John, III`"""


@dataclass(frozen=True, slots=True)
class Initials:
    """How initials are written: what stands behind each, and between two."""

    stop: str = "."
    gap: str = " "

    def of(self, given: str) -> str:
        """Return the initials of given names; lower-case words among them have none. Without full
        stops and blanks no more than two are written, as in Vancouver style; three where the names
        are known as initials alone."""
        groups: list[str] = []
        for word in given.replace(".", ". ").replace(". -", ".-").split():
            letters = [part[:1] for part in word.split("-") if part[:1].isalpha()]
            if is_initials(word, run=True):
                letters = [letter for letter in word if letter.isalpha()]
            if letters and not word[0].islower():
                hyphen = "-" if self.stop and "-" in word else ""
                between = self.stop + hyphen if hyphen else self.stop + self.gap
                groups.append(between.join(map(str.upper, letters)) + self.stop)
        if not self.stop and not self.gap:
            groups = [*"".join(groups)[: _MOST_INITIALS + is_initials(given, run=True)]]
        return self.gap.join(groups)


@dataclass(frozen=True, slots=True)
class NameStyle:
    """How one name is written: its order, its initials (None: given names as they are known), the
    place of a suffix, and whether small particles stand behind the given name (`Oord, A. van
    den`)."""

    order: NameOrder = NameOrder.FIRST_LAST
    initials: Initials | None = None
    suffix: SuffixPlace = SuffixPlace.FAMILY
    particles_behind: bool = False

    def person(self, person: Person) -> str:
        """Return a known person's name in this form."""
        family, given, suffix = person.family, person.given, person.suffix
        if self.order is NameOrder.LAST:
            return family
        if self.initials and given:
            given = self.initials.of(given)
        if self.order is NameOrder.FIRST_LAST:
            return " ".join(filter(None, (given, family, suffix)))
        if not given:
            return " ".join(filter(None, (family, suffix)))
        if self.order is NameOrder.LAST_INITIALS:
            return " ".join(filter(None, (family, given, suffix)))
        if self.particles_behind:
            particles, family = split_particles(family)
            given = " ".join(filter(None, (given, particles)))
        if self.suffix is SuffixPlace.FAMILY:
            return f"{' '.join(filter(None, (family, suffix)))}, {given}"
        parts = (
            (family, suffix, given)
            if self.suffix is SuffixPlace.MIDDLE
            else (family, given, suffix)
        )
        return ", ".join(filter(None, parts))

    def name(self, name: str) -> str | None:
        """Return a service's name (`First Last`, or as it stands) in this form; None where it is
        not certain which of its words are the family name."""
        if self == NameStyle():
            return name
        person = read_name(name)
        if not person.is_known:
            return name
        if is_in_cjk(person):
            return None if self.order is NameOrder.LAST else name
        if self.order is NameOrder.FIRST_LAST and not self.initials:
            return name
        certain = certain_person(person)
        if certain is None or (
            self.initials and certain.given and not self.initials.of(certain.given)
        ):
            return None
        return self.person(certain)


def is_in_cjk(person: Person) -> bool:
    """Whether a name is in a script without blanks, in which the family name comes first."""
    return script(person.family) in _WITHOUT_BLANKS


def split_particles(family: str) -> tuple[str, str]:
    """Return the small particles before a family name, and the rest of it."""
    words = family.split()
    count = 0
    while count < len(words) - 1 and words[count].islower() and is_particle(words[count]):
        count += 1
    return " ".join(words[:count]), " ".join(words[count:])


def certain_person(person: Person) -> Person | None:
    """Return a person whose family and given names are certain enough to be taken apart; None for
    others: `J. Ben Schafer`."""
    first, _, rest = person.family.partition(" ")
    if person.ordered or not rest or not person.given or first.islower():
        return person
    if first in _GIVEN_OR_PARTICLE:
        return None
    if first == "Van" and title_key(rest) in _VIETNAMESE:
        return replace(person, family=rest, given=f"{person.given} {first}")
    if first == "Van" and title_key(person.given.split()[0]) in _VIETNAMESE:
        return None
    return person


class NameFormSpec(NamedTuple):
    """A form in which vaults write names: `label` describes it, `style` is how it is written."""

    label: str
    style: NameStyle


_NO_SPEC = NameFormSpec("", NameStyle())


class NameForm(StrEnum):
    """A form in which vaults write names: the values of `style.names` in config.yaml."""

    spec: NameFormSpec

    def __new__(cls, value: str, spec: NameFormSpec = _NO_SPEC) -> Self:
        """Make the member of a name, with its entry."""
        form = str.__new__(cls, value)
        form._value_ = value
        form.spec = spec
        return form

    FIRST_LAST = ("first_last", NameFormSpec("first name first, as Kaitao Song", NameStyle()))
    LAST_FIRST = (
        "last_first",
        NameFormSpec("last name first, as Song, Kaitao", NameStyle(NameOrder.LAST_FIRST)),
    )
    INITIALS_LAST = (
        "initials_last",
        NameFormSpec("initials first, as K. Song", NameStyle(initials=Initials())),
    )
    LAST_COMMA_INITIALS = (
        "last_comma_initials",
        NameFormSpec(
            "last name and initials, as Song, K.", NameStyle(NameOrder.LAST_FIRST, Initials())
        ),
    )
    LAST_INITIALS = (
        "last_initials",
        NameFormSpec(
            "last name and initials, as Song K",
            NameStyle(NameOrder.LAST_INITIALS, Initials("", "")),
        ),
    )
    LAST = ("last", NameFormSpec("last names alone, as Song", NameStyle(NameOrder.LAST)))


def form_of(style: NameStyle) -> NameForm:
    """Return the form in the table that has a style's order, and initials if it has any."""
    return next(
        form
        for form in NameForm
        if form.spec.style.order is style.order
        and (form.spec.style.initials is None) == (style.initials is None)
    )


def write_name(name: str, form: NameForm) -> str:
    """Return a service's name in a form; a name that cannot be taken apart as it stands."""
    return form.spec.style.name(name) or name
