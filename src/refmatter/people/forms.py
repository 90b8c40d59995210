"""The forms in which vaults write a name: one entry each, with how it is written and recognised."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import NamedTuple, Self


class NameFormSpec(NamedTuple):
    """How names are written in a form: `label` describes it, `write` returns a service's name
    (`First Last`, or as it stands) in it, `matches` tells whether a written name may be in it."""

    label: str
    write: Callable[[str], str]
    matches: Callable[[str], bool]


def _unchanged(name: str) -> str:
    """Return the name as it is."""
    return name


def _last_first(name: str) -> str:
    """Return the name with its last word in front. `read_name` puts the particles before it."""
    given, _, last = name.rpartition(" ")
    return f"{last}, {given}" if given and "," not in name else name


def _has_comma(name: str) -> bool:
    return "," in name


def _has_no_comma(name: str) -> bool:
    return "," not in name


_NO_SPEC = NameFormSpec("", _unchanged, _has_no_comma)


class NameForm(StrEnum):
    """A form in which vaults write names: the values of `style.names` in config.yaml."""

    spec: NameFormSpec

    def __new__(cls, value: str, spec: NameFormSpec = _NO_SPEC) -> Self:
        """Make the member of a name, with its entry."""
        form = str.__new__(cls, value)
        form._value_ = value
        form.spec = spec
        return form

    FIRST_LAST = (
        "first_last",
        NameFormSpec("first name first, as Kaitao Song", _unchanged, _has_no_comma),
    )
    LAST_FIRST = (
        "last_first",
        NameFormSpec("last name first, as Song, Kaitao", _last_first, _has_comma),
    )


def write_name(name: str, form: NameForm) -> str:
    """Return a service's name in a form, from which `read_name` reads the same person."""
    return form.spec.write(name)


def usual_form(names: Iterable[str]) -> NameForm:
    """Return the form that most of the names are in; of equals the first in the table."""
    names = tuple(names)
    return max(NameForm, key=lambda form: sum(map(form.spec.matches, names)))
