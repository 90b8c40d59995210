"""A large vault -> what a run on it costs, beside what Python itself takes, in one run.

A run that finds nothing to do is held against reading the same files' bytes, and `check` against
that run, taken in turns; a dry run that works everything out is measured by its highest resident
memory, at two sizes, so that the cost of a note more is seen. `--large 100000` measures such a dry
run at that size too, which takes a quarter of an hour or more.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.large import Large

NOTES = 10_000
"""Notes of the vault on which there is nothing to do."""
FEW, MANY = 2_000, 5_000
"""Notes of the vaults on which everything is worked out."""
TURNS = 7
_READ = """\
import os, sys, time
files = [os.path.join(f, n) for f, _, names in os.walk(sys.argv[1]) for n in names]
begun = time.perf_counter()
for each in files:
    with open(each, "rb") as file:
        file.read()
print(time.perf_counter() - begun)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a process: seconds by the clock and of computing, and its highest resident memory."""

    seconds: float
    computing: float
    megabytes: float


def run(name: str, folder: Path, *options: str) -> Cost:
    """Run a command on a vault, in a process of its own."""
    command = [sys.executable, "-m", "refmatter", name, str(folder / "notes"), *options]
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    seconds = time.perf_counter() - begun
    return Cost(seconds, used.ru_utime + used.ru_stime, _megabytes(used))


def _megabytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss * 1024 / 1e6


def reading(folder: Path) -> float:
    """Seconds that Python takes to read the bytes of a vault's notes, without its own start."""
    said = subprocess.run(
        [sys.executable, "-c", _READ, str(folder / "notes")],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(said.stdout)


def nothing_to_do(folder: Path, notes: int) -> None:
    """Print what a run costs that finds everything as it was, and a check."""
    Large(notes).write(folder)
    whole = run("enrich", folder).seconds
    bare: list[float] = []
    again: list[Cost] = []
    checks: list[Cost] = []
    for _ in range(TURNS):
        bare.append(reading(folder))
        again.append(run("enrich", folder))
        checks.append(run("check", folder))
    read, noop, check = statistics.median(bare), _median(again), _median(checks)
    seconds, computing = check.seconds / noop.seconds, check.computing / noop.computing
    print(f"{notes} complete notes, medians of {TURNS} turns")
    print(f"  reading their bytes     {read:8.2f} s")
    print(f"  a run, nothing moved    {noop.seconds:8.2f} s   {noop.seconds / read:.2f} x reading")
    print(f"  a check, nothing moved  {check.seconds:8.2f} s   {seconds:.2f} x that run")
    print(f"      in computing        {check.computing:8.2f} s   {computing:.2f} x")
    print(f"  a run, no manifest      {whole:8.2f} s   {whole / read:.0f} x reading")


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(each.seconds for each in costs),
        statistics.median(each.computing for each in costs),
        statistics.median(each.megabytes for each in costs),
    )


def working_out(folder: Path, notes: int) -> Cost:
    """Print what a dry run costs that reads and looks up everything."""
    Large(notes, settled=False).write(folder)
    cost = run("enrich", folder, "--dry-run", "--offline")
    each = 1000 * cost.computing / notes
    print(f"  {notes:7} notes  {cost.megabytes:6.0f} MB  {each:5.2f} ms of computing a note")
    return cost


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--notes", type=int, default=NOTES, help="of the vault without work")
    parser.add_argument("--large", type=int, help="also a dry run on so many notes")
    said = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        top = Path(temporary)
        nothing_to_do(_new(top / "settled"), said.notes)
        print("a dry run that works everything out")
        few = working_out(_new(top / "few"), FEW)
        many = working_out(_new(top / "many"), MANY)
        more = (many.megabytes - few.megabytes) / (MANY - FEW)
        print(f"  a note more: {1000 * more:.1f} kB")
        if said.large:
            working_out(_new(top / "large"), said.large)


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main()
