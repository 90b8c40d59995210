"""How many decisions a second, beside the plainest rule of string likeness.

    PYTHONPATH=tests:. python -m benchmarks.matching.speed

The questions are the generated ones of the half that is reported, those with ten candidates,
as values that were parsed before; each is asked once. Both rules take turns over the same
questions, every turn of the same mixture, and processor time is counted; what else a machine
does makes some turns slower, so the middle one of them counts. Before that, other questions are
asked as whole lines, as `refmatter match` reads them: most words have been seen by then, as in any
long run. The figures of two machines do not compare; the ratios do.
"""

from __future__ import annotations

import gc
import io
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import TypeVar

from benchmarks.matching.case import Question as Raw
from benchmarks.matching.cases import cases
from benchmarks.matching.draw import CANDIDATES
from benchmarks.matching.works import NoCatalogueError
from rapidfuzz import fuzz

from refmatter.commands import COLLECTING
from refmatter.matching.json_lines import LineQuestion, answers
from refmatter.matching.question import MatchQuestion, answer

_T = TypeVar("_T")

SEEDS = (7, 11)
TURNS = 12


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
    """Ask half of them as lines and half as values, and print the figures."""
    gc.set_threshold(*COLLECTING)  # as in the command
    _told(_line(asked[0]))  # the word list is read with the first one
    half = (len(asked) + 1) // 2
    _lines(list(_turns(asked[half:])))
    _values(list(_turns(asked[:half])))


def _turns(asked: Sequence[Raw]) -> Iterator[Sequence[Raw]]:
    return (turn for start in range(TURNS) if (turn := asked[start::TURNS]))


def _values(turns: Sequence[Sequence[Raw]]) -> None:
    """Questions as parsed values: ours, and the plain rule."""
    parsed = [[MatchQuestion.model_validate(each) for each in turn] for turn in turns]
    gc.freeze()  # all of these are there at once only to be measured
    took = [(_seconds(answer, turn), _seconds(likest, turn)) for turn in parsed]
    gc.unfreeze()
    ours, plain = (median(each) for each in zip(*took, strict=True))
    print(f"{sum(map(len, turns))} questions with ten candidates each, as parsed values, one core")
    print(f"  refmatter's matcher   {1 / ours:8.0f} decisions a second")
    print(f"  rapidfuzz ratio > 95  {1 / plain:8.0f} decisions a second")
    print(f"  ours takes {ours / plain:.1f} times as long")


def _lines(turns: Sequence[Sequence[Raw]]) -> None:
    """Whole lines, and what reading JSON takes of that."""
    sent = [[_line(each) for each in turn] for turn in turns]
    took = [(_seconds(_told, [b"".join(turn)]) / len(turn), _seconds(_read, turn)) for turn in sent]
    whole, reading = (median(each) for each in zip(*took, strict=True))
    print(f"{sum(map(len, turns))} lines, as `refmatter match` reads them")
    print(f"  read, decided, told   {1 / whole:8.0f} lines a second")
    print(f"  reading JSON is {100 * reading / whole:.0f} % of that")


def _seconds(rule: Callable[[_T], object], asked: Sequence[_T]) -> float:
    """What a rule takes for one of these."""
    begun = time.process_time()
    for each in asked:
        rule(each)
    return (time.process_time() - begun) / len(asked)


def likest(question: MatchQuestion) -> str | int | None:
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


def _read(line: bytes) -> LineQuestion:
    return LineQuestion.model_validate_json(line, strict=True)


if __name__ == "__main__":
    sys.exit(main())
