"""How many decisions a second, beside the plainest rule of string likeness.

    PYTHONPATH=tests:. python -m benchmarks.matching.speed

The questions are the generated ones of the half that is reported, those with ten candidates,
as values that were parsed before; each is asked once. Both rules take turns over the same
questions, so that whatever else the machine does falls on both, and processor time is counted.
Then the same of whole lines, as `refmatter match` reads them. The figures of two machines do
not compare; the ratios do.
"""

from __future__ import annotations

import gc
import io
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from benchmarks.matching.case import Question as Raw
from benchmarks.matching.cases import cases
from benchmarks.matching.draw import CANDIDATES
from benchmarks.matching.works import NoCatalogueError
from rapidfuzz import fuzz

from refmatter.matching.lines import Asked, answers
from refmatter.matching.question import Question, answer

_T = TypeVar("_T")

SEEDS = (7, 11)
AT_ONCE = 500
"""Questions of a turn."""


def main() -> int:
    """Ask, and print the figures. Exit code 2: there is no catalogue."""
    try:
        asked = [case.question for seed in SEEDS for case in cases("report", seed)]
    except NoCatalogueError as error:
        print(error, file=sys.stderr)
        return 2
    measure([each for each in asked if len(each["candidates"]) == CANDIDATES])
    return 0


def measure(asked: Sequence[Raw]) -> None:
    """Ask half of them as values and half as lines, and print the figures."""
    _told(_line(asked[0]))  # the word list is read with the first one
    half = (len(asked) + 1) // 2
    _values(list(_turns(asked[:half])))
    _lines(list(_turns(asked[half:])))


def _turns(asked: Sequence[Raw]) -> Iterator[list[Raw]]:
    rest = iter(asked)
    while turn := list(islice(rest, AT_ONCE)):
        yield turn


def _values(turns: Sequence[list[Raw]]) -> None:
    """Questions as parsed values: ours, and the plain rule."""
    parsed = [[Question.model_validate(each) for each in turn] for turn in turns]
    gc.freeze()  # all of these are there at once only to be measured
    ours = plain = 0.0
    for turn in parsed:
        ours += _seconds(answer, turn)
        plain += _seconds(likest, turn)
    gc.unfreeze()
    count = sum(map(len, turns))
    print(f"{count} questions with ten candidates each, as parsed values, one core")
    print(f"  refmatter's matcher   {count / ours:8.0f} decisions a second")
    print(f"  rapidfuzz ratio > 95  {count / plain:8.0f} decisions a second")
    print(f"  ours takes {ours / plain:.1f} times as long")


def _lines(turns: Sequence[list[Raw]]) -> None:
    """Whole lines, and what reading JSON takes of that."""
    sent = [[_line(each) for each in turn] for turn in turns]
    whole = reading = 0.0
    for turn in sent:
        whole += _seconds(_told, [b"".join(turn)])
        reading += _seconds(_read, turn)
    count = sum(map(len, turns))
    print(f"{count} lines, as `refmatter match` reads them")
    print(f"  read, decided, told   {count / whole:8.0f} lines a second")
    print(f"  reading JSON is {100 * reading / whole:.0f} % of that")


def _seconds(rule: Callable[[_T], object], asked: Iterable[_T]) -> float:
    begun = time.process_time()
    for each in asked:
        rule(each)
    return time.process_time() - begun


def likest(question: Question) -> str | int | None:
    """The candidate with the likest title, where it is nearly equal."""
    best, likeness = None, 95.0
    for each in question.candidates:
        score = fuzz.ratio(question.title, each.title, score_cutoff=likeness)
        if score > likeness:
            best, likeness = each.id, score
    return best


def _line(question: Raw) -> bytes:
    return json.dumps(question).encode() + b"\n"


def _told(lines: bytes) -> list[str]:
    return list(answers(io.BytesIO(lines)))


def _read(line: bytes) -> Asked:
    return Asked.model_validate_json(line, strict=True)


if __name__ == "__main__":
    sys.exit(main())
