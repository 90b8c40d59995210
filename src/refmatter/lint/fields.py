"""Find implausible values in the front matter of notes."""

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
from refmatter.notes.references import links_in
from refmatter.report.labels import written
from refmatter.report.sentences import remark_text
from refmatter.schema.conventions import Conventions, Form, is_empty, keyed_values

_DECORATED_YEAR = re.compile(r"[\s'\"(\[]*(\d{4})[\s'\")\].,;]*")
_MAX_SHOWN = 60


def duplicate_keys(note: Note) -> Iterator[Problem]:
    """Yield a problem for each key that occurs earlier in the front matter."""
    seen: set[str] = set()
    for index, (key, _) in enumerate(note.entries):
        if repr(key) in seen:
            message = f"the key `{key}` stands in the front matter twice"
            yield Problem(KEY_TWICE, note, message, entry=index)
        seen.add(repr(key))


def year_problems(note: Note, style: Conventions, latest_year: int) -> Iterator[Problem]:
    """Yield a problem if the year is no number, or is implausible.

    `latest_year` is the last plausible one. A link to the note of a year is no problem.
    """
    identifiers = note.identifiers.or_else(note.linked_identifiers)
    for index, key, value in _filled_entry(note, style, Field.YEAR):
        form = style.forms.get(Field.YEAR)
        number = read_year(value)
        is_link = isinstance(value, str) and bool(links_in(value))
        if is_link and number is None:
            continue
        if number is None or (isinstance(value, str) and not (is_link or (form and form.text))):
            yield _year_not_number(note, index, key, value, form or Form(key))
        elif wrong := years.year_remark(number, identifiers, published=True, latest=latest_year):
            message = f"`{key}`: {remark_text(wrong)}"
            yield Problem(YEAR_IMPLAUSIBLE, note, message, entry=index)


def _year_not_number(note: Note, index: int, key: str, value: object, form: Form) -> Problem:
    """Return the problem of a year that is not a number.

    It has a fix if the value is a year apart from punctuation, or apart from its type.
    """
    text = repr(value) if isinstance(value, float) else value
    number = None
    if isinstance(text, str):
        bare = _DECORATED_YEAR.fullmatch(text.removesuffix(".0") if value is not text else text)
        number = read_year(bare[1]) if bare else None
    if number is None:
        return Problem(
            YEAR_NOT_NUMBER, note, f"`{key}` is no year: {_shortened(value)}", entry=index
        )
    message = (
        f"`{key}` should be plain {number}: {'the text ' * (text is value)}{_shortened(value)}"
    )
    fix = KeyEdit(key, str(number) if form.text else number, form.style)
    return Problem(YEAR_NOT_NUMBER, note, message, entry=index, fix=fix)


def count_problems(note: Note, style: Conventions) -> Iterator[Problem]:
    """Yield a problem for each count that is negative, fractional or too large.

    Values of other types under such a key are ignored.
    """
    for name in sorted(COUNTS):
        for index, key, value in _filled_entry(note, style, name):
            number = _number(value)
            if number is not None and not (0 <= number <= COUNTED and number == int(number)):
                message = f"`{key}` is {_shortened(value)}, which no work has"
                yield Problem(COUNT_OUT_OF_RANGE, note, message, entry=index)


def malformed_identifiers(note: Note) -> Iterator[Problem]:
    """Yield a problem for each identifier key whose value is not in that scheme's form."""
    for index, scheme in malformed(note.entries):
        key, value = note.entries[index]
        message = f"`{key}` holds no identifier of {scheme}: {_shortened(value)}"
        yield Problem(MALFORMED_IDENTIFIER, note, message, entry=index)


def _number(value: object) -> float | None:
    """Return a value as a number, text with a minus sign as -1; None if it is neither."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and re.fullmatch(r"-\s*\d{1,12}", value.strip()):
        return -1
    return value if isinstance(value, int | float) else None


def _filled_entry(note: Note, style: Conventions, name: Field) -> Iterator[tuple[int, str, object]]:
    """Yield the index, key and value of the entry of a field, if it is not empty."""
    form = style.forms.get(name)
    own_keys = (form.key,) if form else ()
    for key, value in keyed_values(note.entries, name, own_keys):
        if not is_empty(value):
            places = {key: index for index, (key, _) in enumerate(note.entries)}
            yield places[key], key, value
            return


def _shortened(value: object) -> str:
    """Return a value on one line, cut to 60 letters."""
    text = written(value) or "nothing"
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 1]}…"
