"""DuckDB heeds Ctrl-C wherever it is at work, and writes nothing of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import os, signal, sys, threading, time
from pathlib import Path
from refmatter.catalog.duck import DuckEngine

def strike():
    time.sleep(SECONDS)  # the query is under way by then; after two seconds a bar would be shown
    os.kill(os.getpid(), signal.SIGINT)

with DuckEngine(Path(sys.argv[1]), 2**29, 1) as engine:
    threading.Thread(target=strike, daemon=True).start()
    try:
        SAID
    except KeyboardInterrupt:
        print("heeded")
"""
LONG = "SELECT a.range AS n FROM range(9000000) a, range(900) b ORDER BY hash(a.range + b.range)"


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (f"engine.create_table('t', '{LONG}')", "0.3"),
        (f"list(engine.stream_ordered('{LONG}'))", "2.5"),
    ],
    ids=["a table", "rows"],
)
def test_an_interrupted_query_is_an_interruption(said: str, seconds: str, tmp_path: Path) -> None:
    script = SCRIPT.replace("SAID", said).replace("SECONDS", seconds)
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "engine"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("heeded\n", "")
