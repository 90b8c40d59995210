"""Lines of JSON -> the matcher's answers, a line of JSON each: what `refmatter match` does.

A line that cannot be answered gets `{"error": …}`, which names what is wrong, and the next one
is read. Lines, titles and lists are bounded: two titles of a megabyte take minutes to compare.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import BinaryIO

from pydantic import Field, ValidationError, field_validator
from pydantic_core import from_json

from refmatter import titles
from refmatter.matching.question import Known, MatchQuestion, answer
from refmatter.matching.thresholds import DEFAULT, Thresholds

LONGEST = 8 * 2**20
"""Bytes of a line."""
LETTERS = titles.MAX_TITLE_LETTERS
"""Letters of a title."""
MOST = 1000
"""Candidates of a title."""


class LineQuestion(MatchQuestion):
    """A question as a line has it: nothing that is needed may be left out."""

    title: str = Field(max_length=LETTERS)
    candidates: list[Known] = Field(max_length=MOST)

    @field_validator("candidates")
    @classmethod
    def _short(cls, candidates: list[Known]) -> list[Known]:
        if any(len(each.title) > LETTERS for each in candidates):
            raise ValueError(f"a title has more than {LETTERS} letters")
        return candidates


def answers(entrance: BinaryIO, bars: Thresholds = DEFAULT) -> Iterator[str]:
    """The answer to each line, before the next one is read. Blank lines get none."""
    while line := entrance.readline(LONGEST + 1):
        if len(line) > LONGEST and not line.endswith(b"\n"):
            _skip(entrance)
            yield _error(f"the line has more than {LONGEST} bytes")
        elif text := line.removeprefix(BOM_UTF8).strip():
            yield _answered(text, bars)


def _skip(entrance: BinaryIO) -> None:
    """Read to the end of the line."""
    while (part := entrance.readline(LONGEST)) and not part.endswith(b"\n"):
        pass


def _answered(text: bytes, bars: Thresholds) -> str:
    try:
        if b"NaN" in text or b"Infinity" in text:  # which JSON has no numbers for
            from_json(text, allow_inf_nan=False)
        asked = LineQuestion.model_validate_json(text, strict=True)
    except ValidationError as error:
        return _error(_complaint(error))
    except ValueError as error:
        return _error(f"not JSON: {error}")
    return json.dumps(answer(asked, bars))


def _error(complaint: str) -> str:
    return json.dumps({"error": complaint})


def _complaint(error: ValidationError) -> str:
    """What is wrong, where, the first five only."""
    said: dict[str, list[str]] = {}
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        if each["type"] == "json_invalid":
            return f"not JSON: {each['msg'].removeprefix('Invalid JSON: ')}"
        # An id may be of two types; each complains under its own name behind `id`.
        place = each["loc"][:3] if each["loc"][2:3] == ("id",) else each["loc"]
        told = said.setdefault(_named(place), [])
        told.append(each["msg"].removeprefix("Value error, "))
        told[1:] = [other.removeprefix("Input should be ") for other in told[1:]]
    first = [f"{where}{' or '.join(told)}" for where, told in said.items()][:5]
    return "; ".join(first)


def _named(place: tuple[int | str, ...]) -> str:
    """`candidates[2].year: `; nothing for the line as a whole."""
    text = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in place)
    return f"{text.removeprefix('.')}: " if text else ""
