"""What the ladder of rungs costs, in requests and seconds, against services with their limits.

    PYTHONPATH=tests python -m benchmarks.ladder --notes 60 --only 1,3

The real command runs in real time against the tests' stand-in for the services, which enforces
the limits that their documentation names. Exit code 1 tells that something that must hold does not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.cases import Bench, Targets, baseline, fresh_vault, later_dialect, nightly, refused
from benchmarks.library import library
from benchmarks.runs import Ran
from benchmarks.table import Case, save, show
from benchmarks.truth import Truth

CASES = "1234567"
NO_KEY = Targets(known=40)
KEY = Targets(known=15)


def main() -> int:
    """Run the cases asked for, one after the other."""
    said = _parser().parse_args()
    at_hand = library()
    at_hand.warm()
    print(f"catalogue: {at_hand.name}", flush=True)
    done = []
    with tempfile.TemporaryDirectory() as temporary:
        bench = Bench(
            at_hand,
            Truth(at_hand.corpus),
            said.keep or Path(temporary),
            said.notes,
            said.references,
            said.busy,
        )
        for case in _cases(bench, said.only):
            show(case)
            sys.stdout.flush()
            done.append(case)
    if said.json:
        about = {"catalogue": at_hand.name, "notes": said.notes, "references": said.references}
        save(said.json, {**about, "busy": said.busy}, done)
    return 1 if any(row.broken for case in done for row in case.rows) else 0


def _cases(bench: Bench, only: frozenset[str]) -> Iterator[Case]:
    ours: Ran | None = None
    if only & {"1", "3"}:
        first, again, ours = fresh_vault(bench, key=False, targets=NO_KEY)
        yield first
        yield again
    if "2" in only:
        with_key, again, _ = fresh_vault(bench, key=True, targets=KEY)
        yield with_key
        yield again
    if "4" in only:
        yield later_dialect(bench)
    if "5" in only:
        yield nightly(bench)
    if "6" in only:
        yield baseline(bench, ours)
    if "7" in only:
        yield refused(bench)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.ladder", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--notes", type=int, default=1000, help="notes of the fresh vault")
    parser.add_argument("--references", type=int, default=30, help="references of a note")
    parser.add_argument(
        "--only", type=_numbers, default=frozenset(CASES), metavar="1,2,…", help="only these cases"
    )
    parser.add_argument(
        "--busy", type=float, default=0.0, metavar="SHARE",
        help="share of Semantic Scholar's keyless answers that others' requests make a 429",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON too")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the vaults there")
    return parser


def _numbers(text: str) -> frozenset[str]:
    chosen = frozenset(each.strip() for each in text.split(","))
    if not chosen <= set(CASES):
        raise argparse.ArgumentTypeError(f"{text!r}: the cases are 1 to {CASES[-1]}")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
