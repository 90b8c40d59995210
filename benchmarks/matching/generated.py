"""How well rules match distorted titles of the catalogue, class by class.

    PYTHONPATH=tests:. python -m benchmarks.matching.generated --half tune --seed 7 --rule ours

REFMATTER_DATA names the folder of the large catalogue. Figures are the mean over the seeds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from itertools import islice

from benchmarks.matching.case import Case, Rule, Verdict
from benchmarks.matching.cases import cases
from benchmarks.matching.rules import RULES
from benchmarks.matching.score import Score, Totals, by_kind, is_mistake, mean, score
from benchmarks.matching.works import NoCatalogueError

Answers = list[tuple[Case, Verdict]]
TIERS = (None, "certain")
ABREAST = 10
"""Rules whose classes are shown beside each other."""


def main() -> int:
    """Make the cases, ask the rules, and print the tables. Exit code 2: there is no catalogue."""
    said = _parser().parse_args()
    rules = {name: RULES[name] for name in said.rule or RULES}
    begun = time.perf_counter()
    try:
        draws = [cases(said.half, seed) for seed in said.seed or (7, 11)]
    except NoCatalogueError as error:
        print(error, file=sys.stderr)
        return 2
    count = sum(map(len, draws))
    print(f"{count} cases of the half {said.half}, {time.perf_counter() - begun:.1f} s", flush=True)
    answers = {name: [_ask(rule, draw) for draw in draws] for name, rule in rules.items()}
    show(answers, kinds=said.kinds)
    for name, asked in answers.items():
        show_mistakes(name, asked, said.mistakes, said.only)
    return 0


def show(answers: dict[str, list[Answers]], *, kinds: bool) -> None:
    """Print the totals of each rule, the mean over its draws, and if asked for of each class."""
    _totals(answers)
    if kinds:
        print("\nclass: recall % (noise, twin), false accepts % (hole, neg, junk)")
        for begin in range(0, len(answers), ABREAST):
            _kinds(dict(islice(answers.items(), begin, begin + ABREAST)))


def _ask(rule: Rule, draw: Iterable[Case]) -> Answers:
    return [(case, rule(case.question)) for case in draw]


def _totals(answers: dict[str, list[Answers]]) -> None:
    print(f"\n{'rule':32} {'P':>7} {'R':>7} {'F1':>7} {'FA %':>7} {'person %':>9}")
    for name, draws in answers.items():
        for tier in TIERS:
            counts = [score(each, tier) for each in draws]
            if tier and counts == [score(each) for each in draws]:
                continue  # other tools have one tier
            totals = mean(counts)
            print(f"{name + (f', {tier}' if tier else ''):32} {_figures(totals)}")


def _figures(of: Totals) -> str:
    return (
        f"{of.precision:7.4f} {of.recall:7.4f} {of.f1:7.4f} {100 * of.false_accepts:7.2f} "
        f"{100 * of.to_a_person:9.2f}"
    )


def _kinds(answers: dict[str, list[Answers]]) -> None:
    """Recall where there is an answer, false accepts where there is none, both in percent; of
    every class the cases of all seeds together."""
    counted = {
        name: _counted([each for d in draws for each in d]) for name, draws in answers.items()
    }
    width = 11
    print(f"\n{'':28} {'n':>5} " + " ".join(f"{name[:width]:>{width}}" for name in counted))
    for kind in next(iter(counted.values())):
        of = [counts[kind] for counts in counted.values()]
        shown = (100 * (each.recall if each.answerable else each.false_accepts) for each in of)
        cells = " ".join(f"{share:{width}.1f}" for share in shown)
        print(f"{kind[0] + ' ' + kind[1]:28} {of[0].cases:5} {cells}")


def _counted(answers: Answers) -> dict[tuple[str, str], Score]:
    """The counts of each class, and before those of a group the counts of all of it."""
    groups = {case.group for case, _ in answers}
    whole = {(g, "(all)"): score(each for each in answers if each[0].group == g) for g in groups}
    return dict(sorted((whole | by_kind(answers)).items()))


def show_mistakes(
    name: str, draws: Sequence[Answers], number: int, only: Sequence[str] | None
) -> None:
    """Print the first mistakes of a rule: the question, and what was right and what was taken.
    `only` names the groups and kinds that are listed."""
    wrong = [
        (case, verdict) for draw in draws for case, verdict in draw
        if is_mistake(case, verdict) and (not only or case.kind in only or case.group in only)
    ]  # fmt: skip
    for case, verdict in wrong[:number]:
        asked = case.question
        print(f"\n{name}: {case.group} {case.kind}: {asked['title']!r}")
        print(f"    hints: {asked['year']} {asked['authors']}")
        print(f"    {verdict['decision']} {verdict['tier']} {verdict.get('why', '')}")
        for each in asked["candidates"]:
            if each["id"] in case.right or each["id"] == verdict["id"]:
                mark = "right" if each["id"] in case.right else "taken"
                print(f"    {mark}: {each['title']!r} {each['authors'][:3]} {each['year']}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.matching.generated", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--half", choices=("tune", "report"), default="tune")
    parser.add_argument("--seed", type=int, action="append", help="7 and 11, if none is named")
    parser.add_argument("--rule", choices=tuple(RULES), action="append", help="all, if none is")
    parser.add_argument("--no-kinds", dest="kinds", action="store_false", help="only the totals")
    parser.add_argument("--mistakes", type=int, default=0, metavar="N", help="list so many")
    parser.add_argument("--only", action="append", metavar="KIND", help="mistakes of this class")
    return parser


if __name__ == "__main__":
    sys.exit(main())
