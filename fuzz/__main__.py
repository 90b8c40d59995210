"""The name of a target and libFuzzer's options -> that target, fuzzed: see `fuzz.run`.

PYTHONPATH=tests python -m fuzz dblp build/fuzz/dblp/corpus -max_total_time=60
"""

from __future__ import annotations

import importlib
import sys

import atheris


def main() -> None:
    """Fuzz until libFuzzer's options say that it is enough, or something is found."""
    name = sys.argv.pop(1)
    # What is to be covered has to be imported here, where it is instrumented.
    with atheris.instrument_imports(include=["refmatter"], enable_loader_override=False):
        target = importlib.import_module(f"fuzz.{name}")
    atheris.Setup(sys.argv, target.check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
