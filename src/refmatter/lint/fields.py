"""The front matter of notes -> values that cannot be so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refmatter.fields import COUNTS, Field, read_year
from refmatter.lint.problems import Problem
from refmatter.lint.rules import (
    COUNT_OUT_OF_RANGE,
    KEY_TWICE,
    MALFORMED_IDENTIFIER,
    YEAR_IMPLAUSIBLE,
    YEAR_NOT_NUMBER,
)
from refmatter.matching import years
from refmatter.matching.plausibility import COUNTED
from refmatter.model import Note
from refmatter.notes.frontmatter import KeyEdit
from refmatter.notes.note_identifiers import malformed
from refmatter.schema.conventions import Conventions, Form, is_empty

_DECORATED = re.compile(r"[\s'\"(\[]*(\d{4})[\s'\")\].,;]*")
_SHOWN = 60


def keys_twice(note: Note) -> Iterator[Problem]:
    """The keys that stand in the front matter before."""
    seen: set[str] = set()
    for index, (key, _) in enumerate(note.entries):
        if repr(key) in seen:
            message = f"the key `{key}` stands in the front matter twice"
            yield Problem(KEY_TWICE, note, message, entry=index)
        seen.add(repr(key))


def year(note: Note, manner: Conventions, latest: int) -> Iterator[Problem]:
    """A year that is no number, or cannot be the work's; `latest` is the last one that can."""
    carried = note.identifiers.or_else(note.linked_identifiers)
    for index, key, value in _held(note, manner, Field.YEAR):
        form = manner.forms.get(Field.YEAR)
        number = read_year(value)
        if number is None or (isinstance(value, str) and not (form and form.text)):
            yield _no_number(note, index, key, value, form or Form(key))
        elif wrong := years.doubt(number, carried, published=True, latest=latest):
            message = f"`{key}`: {wrong.replace('year ', '', 1)}"
            yield Problem(YEAR_IMPLAUSIBLE, note, message, entry=index)


def _no_number(note: Note, index: int, key: str, value: object, form: Form) -> Problem:
    """A year that is text or something else, to be made a number where it is one but for marks
    (or the text of one, where the vault writes that)."""
    text = repr(value) if isinstance(value, float) else value
    number = None
    if isinstance(text, str):
        bare = _DECORATED.fullmatch(text.removesuffix(".0") if value is not text else text)
        number = read_year(bare[1]) if bare else None
    if number is None:
        return Problem(YEAR_NOT_NUMBER, note, f"`{key}` is no year: {_shown(value)}", entry=index)
    message = f"`{key}` should be plain {number}: {'the text ' * (text is value)}{_shown(value)}"
    fix = KeyEdit(key, str(number) if form.text else number, form.style)
    return Problem(YEAR_NOT_NUMBER, note, message, entry=index, fix=fix)


def counts(note: Note, manner: Conventions) -> Iterator[Problem]:
    """Counts that no work has. Other kinds of value under such a key are something else."""
    for name in sorted(COUNTS):
        for index, key, value in _held(note, manner, name):
            said = _number(value)
            if said is not None and not (0 <= said <= COUNTED and said == int(said)):
                message = f"`{key}` is {_shown(value)}, which no work has"
                yield Problem(COUNT_OUT_OF_RANGE, note, message, entry=index)


def identifiers(note: Note) -> Iterator[Problem]:
    """Keys that name a system and hold nothing that it could have given out."""
    for index, scheme in malformed(note.entries):
        key, value = note.entries[index]
        message = f"`{key}` holds no identifier of {scheme}: {_shown(value)}"
        yield Problem(MALFORMED_IDENTIFIER, note, message, entry=index)


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and re.fullmatch(r"-\s*\d{1,12}", value.strip()):
        return -1
    return value if isinstance(value, int | float) else None


def _held(note: Note, manner: Conventions, name: Field) -> Iterator[tuple[int, str, object]]:
    """The entry in which a note keeps a field, if it is not empty: its number, key and value."""
    form = manner.forms.get(name)
    names = (*((form.key,) if form else ()), *name.spec.keys)
    places = {key: index for index, (key, _) in enumerate(note.entries) if key in names}
    for key in names:
        if key in places and not is_empty(value := note.entries[places[key]][1]):
            yield places[key], key, value
            return


def _shown(value: object) -> str:
    text = " ".join(str(value).split()) if isinstance(value, str) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
