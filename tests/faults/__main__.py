"""`python -m faults`: every fault happens, and the matrix of what was done is printed."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from faults import disk, network
from faults.forge import Forge
from faults.table import FAILED, Bench, shown, tried


def main() -> int:
    """Print the matrices; 1 where a cell did not hold."""
    failed = 0
    with tempfile.TemporaryDirectory() as folder, Forge(Path(folder) / "forge") as forge:
        bench = Bench(Path(folder), forge)
        for title, room in (("files", disk), ("services", network)):
            verdicts = [tried(cell, bench) for cell in room.CELLS]
            print(shown(title, room.COLUMNS, verdicts), end="\n\n")
            failed += sum(each.held == FAILED for each in verdicts)
            held = sum(each.held == "held" for each in verdicts)
            print(f"{held} of {len(verdicts)} cells held\n", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
