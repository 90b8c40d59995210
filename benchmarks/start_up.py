"""How long the command takes to start, as a ratio to `python -c pass` measured in the same run."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 15
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "refmatter --version": [sys.executable, "-m", "refmatter", "--version"],
    "refmatter --help": [sys.executable, "-m", "refmatter", "--help"],
}


def seconds(command: list[str]) -> float:
    """One run, start to end."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main() -> None:
    """Take turns, so that whatever else the machine does falls on all alike."""
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            taken[name].append(seconds(command))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    base = medians["python -c pass"]
    print(f"start-up, median of {RUNS} runs taken in turns")
    for name, median in medians.items():
        print(f"  {name:<22} {median * 1000:7.1f} ms   {median / base:5.2f} x python -c pass")


if __name__ == "__main__":
    main()
