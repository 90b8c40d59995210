"""Answer questions in JSON lines with the matcher's decisions: `refmatter match`.

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
        if any(len(candidate.title) > LETTERS for candidate in candidates):
            raise ValueError(f"a title has more than {LETTERS} letters")
        return candidates


def answers(lines: BinaryIO, thresholds: Thresholds = DEFAULT) -> Iterator[str]:
    """Yield the answer to each line before the next one is read. Blank lines get none."""
    while line := lines.readline(LONGEST + 1):
        if len(line) > LONGEST and not line.endswith(b"\n"):
            _skip(lines)
            yield _error(f"the line has more than {LONGEST} bytes")
        elif text := line.removeprefix(BOM_UTF8).strip():
            yield _answered(text, thresholds)


def _skip(lines: BinaryIO) -> None:
    """Read to the end of the line."""
    while (part := lines.readline(LONGEST)) and not part.endswith(b"\n"):
        pass


def _answered(text: bytes, thresholds: Thresholds) -> str:
    try:
        if b"NaN" in text or b"Infinity" in text:  # which JSON has no numbers for
            from_json(text, allow_inf_nan=False)
        question = LineQuestion.model_validate_json(text, strict=True)
    except ValidationError as error:
        return _error(_complaint(error))
    except ValueError as error:
        return _error(f"not JSON: {error}")
    return json.dumps(answer(question, thresholds))


def _error(complaint: str) -> str:
    return json.dumps({"error": complaint})


def _complaint(error: ValidationError) -> str:
    """Return what is wrong, where, the first five only."""
    by_place: dict[str, list[str]] = {}
    for wrong in error.errors(include_url=False, include_context=False, include_input=False):
        if wrong["type"] == "json_invalid":
            return f"not JSON: {wrong['msg'].removeprefix('Invalid JSON: ')}"
        # An id may be of two types; each complains under its own name behind `id`.
        place = wrong["loc"][:3] if wrong["loc"][2:3] == ("id",) else wrong["loc"]
        messages = by_place.setdefault(_path_of(place), [])
        messages.append(wrong["msg"].removeprefix("Value error, "))
        messages[1:] = [other.removeprefix("Input should be ") for other in messages[1:]]
    first = [f"{place}{' or '.join(messages)}" for place, messages in by_place.items()][:5]
    return "; ".join(first)


def _path_of(place: tuple[int | str, ...]) -> str:
    """`candidates[2].year: `; nothing for the line as a whole."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    text = "".join(steps)
    return f"{text.removeprefix('.')}: " if text else ""
