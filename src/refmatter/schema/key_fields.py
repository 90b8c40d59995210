"""Decide which field each key of a vault keeps, by the key's name and its values.

A key that is called like a field's is the field's, unless what stands there is something else: the
blogger or an institution as `author`, a list of works as `citations`. A word for anything (`date`,
`source`, `Quelle`) is a field's only where its values are, and no other key keeps that field.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

from refmatter.fields import (
    Field,
    ValueShape,
    field_of,
    folded_key,
    map_key,
    read_year,
    shared_field_of,
)
from refmatter.people import read_people
from refmatter.schema.conventions import is_empty
from refmatter.schema.venues import kind_of_venue

_Notes: TypeAlias = Sequence[tuple[str, Sequence[tuple[object, object]]]]
"""The titles of notes, each with its entries."""

_FIRST_YEAR, _LAST_YEAR = 1800, 2100
_LINK = re.compile(r"\w+://|www\.|\[\[?[^\[\]]*\]\(|/")
_LEAST = 3
"""A word for anything needs so many values, and an author of all notes so many notes."""
_NEARLY_ALL = 0.8
_NEVER = frozenset(
    "tags tag aliases alias keywords topics topic categories category related up created updated "
    "modified added read dateread yearread cssclasses cssclass".split()
)
"""Keys that are never proposed for a field, whatever their values are."""
_FIELDS_OF_STUDY = frozenset(
    "agricultural and food sciences|art|biology|business|chemistry|computer science|economics"
    "|education|engineering|environmental science|geography|geology|history|law|linguistics"
    "|materials science|mathematics|medicine|philosophy|physics|political science|psychology"
    "|sociology".split("|")
)
"""Semantic Scholar's fields of study."""


def key_fields(
    notes: _Notes, template_keys: Iterable[object], configured: Mapping[str, Field]
) -> tuple[dict[str, Field], frozenset[str]]:
    """Return the field that each key keeps, and the keys that are called like a field's and keep
    something else. `configured` are the keys that config.yaml names."""
    values = _values_by_key(notes)
    for key in template_keys:
        if isinstance(key, str):
            values.setdefault(key, [])
    fields = dict(configured)
    # What a map of a work holds is under the paths into it.
    foreign = {outer for key in values if (outer := map_key(key)) in values}
    for key, found in values.items():
        name = field_of(key)
        if name is None or key in fields or key in foreign:
            continue
        if _agree(name, found):
            fields[key] = name
        else:
            foreign.add(key)
    taken = set(fields.values())
    for key, found in values.items():
        name = shared_field_of(key)
        if name is not None and key not in fields and name not in taken and _are_of(name, found):
            fields[key] = name
    return fields, frozenset(foreign)


def _values_by_key(notes: _Notes) -> dict[str, list[tuple[str, object]]]:
    """Return what stands under each key, with the titles of the notes; nothing for empty ones."""
    values: dict[str, list[tuple[str, object]]] = {}
    for title, entries in notes:
        for key, value in entries:
            if isinstance(key, str):
                found = values.setdefault(key, [])
                found += [] if is_empty(value) else [(title, value)]
    return values


def shared_field_with(key: str, value: object) -> Field | None:
    """Return the field that a word for anything keeps, if it has this value."""
    name = shared_field_of(key)
    return name if name is not None and _is_of(name, value) else None


def guessed_keys(notes: _Notes, known: Collection[str]) -> dict[Field, str]:
    """Return the key outside of `known` whose values look most like those of a field, for people,
    years and venues: it is called in a way that is not understood."""
    values = _values_by_key(notes)
    found: dict[Field, tuple[int, str]] = {}
    for key, told in values.items():
        if key in known or field_of(key) is not None or folded_key(key) in _NEVER:
            continue
        for name in (Field.AUTHORS, Field.YEAR, Field.VENUE):
            if _are_of(name, told):
                found[name] = min(found.get(name, (0, key)), (-len(told), key))
                break
    return {name: key for name, (_, key) in found.items()}


def _agree(name: Field, values: Sequence[tuple[str, object]]) -> bool:
    """Whether at least half of the values can be those of a field; True for one alone, and where
    there are none."""
    agreeing = sum(_may_be_of(name, value) for _, value in values)
    return (len(values) < 2 or agreeing * 2 >= len(values)) and not (
        name is Field.AUTHORS and _is_one_for_all(values)
    )


def _is_one_for_all(values: Sequence[tuple[str, object]]) -> bool:
    """Whether nearly all notes, on different works, name one and the same author, in no list:
    whoever wrote the notes."""
    if len({title for title, _ in values}) < _LEAST:
        return False
    texts = Counter(value.casefold() for _, value in values if isinstance(value, str))
    value, times = texts.most_common(1)[0] if texts else ("", 0)
    return times >= _NEARLY_ALL * len(values) and len(read_people(value)) < 2


def _may_be_of(name: Field, value: object) -> bool:
    """Whether a value can be one of a field under a key of its name; in doubt it can."""
    shape = name.spec.shape
    if shape is ValueShape.YEAR:
        return any(map(str.isdigit, str(value)))
    if shape is ValueShape.NUMBER:
        return isinstance(value, int | float) or (
            isinstance(value, str) and any(map(str.isdigit, value))
        )
    if shape is ValueShape.PEOPLE:
        items = value if isinstance(value, list) else [value]
        texts = all(isinstance(item, str) for item in items)
        people = read_people(value)
        return not texts or any(person.is_known or len(person.literal) < 2 for person in people)
    if name is Field.VENUE:
        items = value if isinstance(value, list) else [value]
        return not any(isinstance(item, str) and "://" in item for item in items)
    return True


def _are_of(name: Field, values: Sequence[tuple[str, object]]) -> bool:
    """Whether the values of a word for anything are those of a field: enough, not all the same,
    and at least four fifths; or all dates in CSL, which are nothing else."""
    if values and name is Field.YEAR and all(isinstance(value, dict) for _, value in values):
        return all(_is_of(name, value) for _, value in values)
    times = sum(_is_of(name, value) for _, value in values)
    different = len({str(value) for _, value in values})
    return times >= max(_LEAST, _NEARLY_ALL * len(values)) and different > 1


def _is_of(name: Field, value: object) -> bool:
    """Whether a value is one of a field, whatever its key is called."""
    if name is Field.YEAR:
        year = read_year(value)
        return year is not None and _FIRST_YEAR <= year <= _LAST_YEAR
    items = value if isinstance(value, list) else [value]
    texts = [item for item in items if isinstance(item, str)]
    if len(texts) < len(items):
        return False
    if name.spec.shape is ValueShape.PEOPLE:
        people = read_people(value)
        return len(people) > 1 and all(
            person.is_known and person.given[:1].isupper() for person in people
        )
    if name is Field.FIELDS_OF_STUDY:
        return all(text.strip().casefold() in _FIELDS_OF_STUDY for text in texts)
    return not any(map(_LINK.search, texts)) and kind_of_venue(texts) is not None
