"""Every target, one after the other, for so many seconds each; what is found stays in build/fuzz.

    PYTHONPATH=tests python -m fuzz.run --seconds 60 --only dblp,arxiv

Exit code 1 tells that something was found: `build/fuzz/NAME/found/` has the inputs, and
`python -m fuzz NAME build/fuzz/NAME/found/FILE` shows each again.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import time
from pathlib import Path

TARGETS = (
    "front_matter", "reference_lists", "arxiv", "crossref", "dblp", "dumps", "europe_pmc",
    "inspire", "open_library", "openalex", "semantic_scholar",
)  # fmt: skip
_LONGEST = {"reference_lists": 1500}
"""Bytes of the longest input, where not 16,384: lists are gone through many times over."""
_OPTIONS = (
    "-timeout=10",  # seconds for one input: an answer or a note has to be read faster
    "-rss_limit_mb=2048",
    "-print_final_stats=1",
    "-verbosity=0",
)


def main() -> int:
    """Run the targets asked for; 1 where something was found."""
    said = _parser().parse_args()
    found = 0
    for name in said.only or TARGETS:
        found += _run(name, said.seconds, said.folder / name)
    return 1 if found else 0


def _run(name: str, seconds: int, folder: Path) -> int:
    """One target; how many inputs it has found, before or now."""
    corpus, finds = folder / "corpus", folder / "found"
    for each in (corpus, finds):
        each.mkdir(parents=True, exist_ok=True)
    target = importlib.import_module(f"fuzz.{name}")
    for number, data in enumerate(target.corpus()):
        (corpus / f"begin-{number}").write_bytes(data)
    words = folder / "words"
    words.write_text("".join(f'"{word}"\n' for word in target.WORDS))
    command = (
        sys.executable, "-m", "fuzz", name, str(corpus), f"-dict={words}",
        f"-artifact_prefix={finds}/", f"-max_total_time={seconds}",
        f"-max_len={_LONGEST.get(name, 16384)}", *_OPTIONS,
    )  # fmt: skip
    began = time.monotonic()
    with (folder / "log").open("wb") as log:
        code = subprocess.run(command, stderr=log, stdout=log, check=False).returncode
    took = time.monotonic() - began
    left = sorted(finds.iterdir())
    runs = _runs(folder / "log")
    state = "found " + ", ".join(str(each) for each in left) if left else "nothing found"
    if code and not left:
        state = f"failed, see {folder / 'log'}"
    print(f"{name:<17}{runs:>9} inputs in {took:5.0f} s, {state}", flush=True)
    return len(left) or bool(code)


def _runs(log: Path) -> str:
    """How many inputs it tried, as libFuzzer counts them; "?" where it did not come to that."""
    for line in log.read_text("utf-8", "replace").splitlines():
        if line.startswith("stat::number_of_executed_units:"):
            return line.rpartition(":")[2].strip()
    return "?"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--only", type=lambda said: said.split(","), help=", ".join(TARGETS))
    parser.add_argument("--folder", type=Path, default=Path("build/fuzz"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
