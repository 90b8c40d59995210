"""Works -> dumps of every kind -> how fast each is read, and in how much memory.

    PYTHONPATH=tests python -m benchmarks.dumps --works 20000

The works are the bundled catalogue's; with REFMATTER_DATA, those of the large one. Each dump is
read in a process of its own, whose greatest memory is told; the pace is that of
the processor's time, so that other work on the machine says little.
"""

from __future__ import annotations

import argparse
import itertools
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dumping import FORMATS, bundled, large
from refmatter.dumps.decompress import open_dump
from refmatter.dumps.detect import read_entries
from refmatter.dumps.record import DumpRecord
from support import LARGE

_CATALOGUE = LARGE / "catalogue" / "catalogue.jsonl.gz"


def main() -> None:
    """Print a line for each kind of dump."""
    arguments = _parser().parse_args()
    if arguments.read:
        _read(arguments.read)
        return
    works = (
        list(large(_CATALOGUE, arguments.works))
        if _CATALOGUE.exists()
        else bundled(arguments.works)
    )
    print("kind              records  works/s   MB/s  most memory")
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.only or FORMATS:
            path = Path(folder) / name
            with path.open("wb") as out:
                FORMATS[name].write(works, out)
            command = [sys.executable, "-m", "benchmarks.dumps", "--read", str(path)]
            print(f"{name:<16}", subprocess.check_output(command, text=True), end="", flush=True)


def _read(path: Path) -> None:
    """Read a dump, and tell how long it took the processor: the first records are not counted."""
    with open_dump(path) as file:
        dump_entries = read_entries(file)
        sum(1 for _ in itertools.islice(dump_entries, 100))
        began = time.process_time()
        count = sum(isinstance(entry, DumpRecord) for entry in dump_entries)
        took = time.process_time() - began
    pace = path.stat().st_size / 2**20 / took
    print(f"{count:>8} {count / took:>8.0f} {pace:>6.1f} {_memory():>8.0f} MB")


def _memory() -> float:
    """The most that this process held, in MB; its parent's, where only that is known."""
    status = Path("/proc/self/status")
    text = status.read_text() if status.exists() else ""
    found = re.search(r"VmHWM:\s*(\d+) kB", text)
    kept = int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kept / 1024


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--works", type=int, default=20_000, help="how many (20000)")
    parser.add_argument("--only", type=lambda kinds: kinds.split(","), help="kinds, by commas")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    main()
