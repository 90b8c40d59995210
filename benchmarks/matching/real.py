"""Real titles and real candidates -> how well a rule tells the work, class by class.

    PYTHONPATH=tests:. python -m benchmarks.matching.real [--rule NAME] [--mistakes N]

The large data is in the folder that REFMATTER_DATA names. The cases are made once for each
state of the code and data that make them, then read from `build/matching`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.matching.case import Case, Verdict
from benchmarks.matching.draw import library
from benchmarks.matching.labels import FILE, labels
from benchmarks.matching.real_lists import Asked
from benchmarks.matching.real_searches import cases as searches
from benchmarks.matching.real_searches import rows
from benchmarks.matching.real_titles import listed, twice_titled, unlinked
from benchmarks.matching.rules import RULES
from benchmarks.matching.score import Score, by_kind, is_mistake, score
from benchmarks.matching.works import NoCatalogueError, catalogue_file
from rapidfuzz import fuzz

from refmatter.titles import title_key

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build" / "matching"
MAKERS = (
    "draw", "labels", "real", "real_lists", "real_searches", "real_titles", "retrieval", "works",
)  # fmt: skip
"""The modules that decide what the cases are."""


def cases() -> list[Case]:
    """All real cases, the same each time. Raises NoCatalogueError."""
    return _made()[0]


def left_out() -> Counter[str]:
    """How many questions of each set could not be answered for sure. Raises NoCatalogueError."""
    return _made()[1]


def make(folder: Path, unsure: Counter[str]) -> Iterator[Case]:
    """The cases of the large data in this folder; `unsure` counts what is left out."""
    said = labels()
    yield from searches(rows(folder / "title-searches"), said, unsure)
    asked = Asked(library(), said, unsure)
    yield from asked.lists(listed(folder / "vaults"))
    yield from asked.two_titles(twice_titled(catalogue_file()))
    yield from asked.same_people()
    yield from asked.unresolved(unlinked(folder / "catalogue" / "unresolved-titles.jsonl.gz"))


def _made() -> tuple[list[Case], Counter[str]]:
    kept = BUILD / f"real-{_state()}.jsonl"
    if not kept.is_file():
        unsure: Counter[str] = Counter()
        found = list(make(catalogue_file().parents[1], unsure))
        _keep(kept, found, unsure)
    with kept.open(encoding="utf-8") as lines:
        first, *others = map(json.loads, lines)
    found = [Case(group, kind, asked, frozenset(right)) for group, kind, asked, right in others]
    return found, Counter(first)


def _state() -> str:
    """A name for the code, the labels and the catalogue that the cases come from."""
    digest = hashlib.sha256(str(catalogue_file().stat().st_size).encode())
    digest.update(FILE.read_bytes())
    for name in MAKERS:
        digest.update((HERE / f"{name}.py").read_bytes())
    return digest.hexdigest()[:12]


def _keep(path: Path, found: Sequence[Case], unsure: Counter[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = ([case.group, case.kind, case.question, sorted(case.right)] for case in found)
    part = path.with_suffix(".part")
    part.write_text("".join(json.dumps(row) + "\n" for row in (unsure, *made)), encoding="utf-8")
    part.replace(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 2 without the data."""
    parser = argparse.ArgumentParser(description="Real titles, real candidates.")
    parser.add_argument("--rule", choices=sorted(RULES), help="only this rule")
    parser.add_argument("--mistakes", type=int, default=0, help="show so many of each rule's")
    chosen = parser.parse_args(arguments)
    try:
        asked, unsure = _made()
    except NoCatalogueError as missing:
        print(missing)
        return 2
    print("left out, as nobody could tell:", dict(unsure))
    for name in [chosen.rule] if chosen.rule else RULES:
        answers = [(case, RULES[name](case.question)) for case in asked]
        _show(name, answers)
        wrong = [(case, verdict) for case, verdict in answers if is_mistake(case, verdict)]
        for case, verdict in sorted(wrong, key=_badness)[: chosen.mistakes]:
            print(_told(case, verdict))
    return 0


def _show(name: str, answers: Sequence[tuple[Case, Verdict]]) -> None:
    print(f"\n{name:32}{'with':>6}{'none':>6}{'P':>8}{'R':>7}{'wrong':>7}{'false':>7}{'asked':>7}")
    for (_, kind), counts in by_kind(answers).items():
        print(_line(kind, counts))
    print(_line("all", score(answers)))
    print(_line("all, certain only", score(answers, "certain")))
    written_out = [each for each in answers if not each[0].right or _is_written_out(each[0])]
    print(_line("titles written out, and none", score(written_out)))


def _is_written_out(case: Case) -> bool:
    """Whether the title is the record's but for one letter in twenty: no half of it, no whole
    citation, no other title of a work that was renamed."""
    asked = title_key(case.question["title"])
    right = [each["title"] for each in case.question["candidates"] if each["id"] in case.right]
    return any(fuzz.ratio(asked, title_key(title)) >= _WRITTEN_OUT for title in right)


_WRITTEN_OUT = 95
"""Percent of the letters that are the same."""


def _line(name: str, counts: Score) -> str:
    return (
        f"{name:32}{counts.answerable:6}{counts.unanswerable:6}{counts.precision:8.4f}"
        f"{counts.recall:7.3f}{counts.wrong:7}{counts.false:7}{counts.asked:7}"
    )


def _badness(answer: tuple[Case, Verdict]) -> bool:
    """Wrong records before missing ones."""
    return bool(answer[1]["decision"] != "accepted")


def _told(case: Case, verdict: Verdict) -> str:
    question = case.question
    named = {each["id"]: each for each in question["candidates"]}
    taken = named.get(verdict["id"]) if verdict["decision"] == "accepted" else None
    lines = [
        f"{case.kind}: {question['title']} | {question['year']} | {question['authors']}",
        f"    {verdict['decision']}" + (f": {_known(taken)}" if taken else ""),
        *(f"    right: {_known(named[each])}" for each in sorted(case.right)[:2]),
    ]
    return "\n".join(lines)


def _known(work: dict[str, object]) -> str:
    return f"{work['title']} | {work['year']} | {work['authors']} | {work['venue']} | {work['id']}"


if __name__ == "__main__":
    raise SystemExit(main())
