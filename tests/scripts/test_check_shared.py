"""The script on a shared folder of three notes, with the command itself and checkers that count."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parents[2]
NOTE = "---\ntitle: {}\nauthors: {}\nyear: {}\ntags: [paper]\n---\n"
TITLE = "The moss on walls that face north and on those that do not"
CASES = "print('1 ok, 2 fall short, of 3')\nraise SystemExit(1)\n"
DIALECTS = """\
import argparse, json, pathlib
options = argparse.ArgumentParser()
for name in ("data", "after", "json"):
    options.add_argument("--" + name, type=pathlib.Path)
said = options.parse_args()
one = said.after / "one"
text = (one / "bare.md").read_text()
counts = dict(masked=1, restored=int("Ina Krug" in text), untouchable=2, toml=False)
counts |= dict.fromkeys(("wrong", "alien", "touched", "body", "others", "broken"), 0)
counts["alien"] = int("fieldsOfStudy" in text)
said.json.write_text(json.dumps({"one": counts}))
print("configured" if (one / "config.yaml").exists() else "not configured")
"""


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    folder = tmp_path / "shared"
    notes = folder / "dialects" / "one" / "masked"
    catalogue = folder / "data" / "catalogue"
    for each in (folder / "cases", notes, catalogue):
        each.mkdir(parents=True)
    (folder / "cases" / "check.py").write_text(CASES)
    (folder / "dialects" / "check.py").write_text(DIALECTS)
    (folder / "dialects" / "one" / "truth.json").write_text("{}")
    (notes / "a.md").write_text(NOTE.format("Walls of another town", "[Ann Be, Cy De]", 2001))
    (notes / "b.md").write_text(NOTE.format("Mosses of one town", "[Ann Be, Cy De]", 2002))
    (notes / "bare.md").write_text(NOTE.format(TITLE, "", ""))
    known = {"paper_id": "a" * 40, "title": TITLE, "authors": ["Ina Krug"], "year": 1999}
    record = {
        "title": TITLE,
        "authors": ["Ina Krug"],
        "year": 1999,
        "citation_count": 3,
        "s2": known,
    }
    with gzip.open(catalogue / "catalogue.jsonl.gz", "wt") as out:
        out.write(json.dumps(record) + "\n")
    return folder


def run(shared: Path, *options: str) -> tuple[int, str, str]:
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "check_shared.py"), str(shared),
         "--program", f"{sys.executable} -m refmatter", *options],
        env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_it_runs_the_cases_and_the_dialects_in_both_ways(shared: Path, tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    code, out, err = run(shared, "--min-cases-ok", "1", "--json", str(figures))
    assert (code, err) == (0, "")
    said = json.loads(figures.read_text())
    assert said["cases"] == {"ok": 1, "of": 3}
    assert [said[way]["back"] for way in ("first run", "after init")] == [1, 1]
    assert out.index("not configured") < out.index("\nconfigured")


def test_limits_that_are_missed_fail(shared: Path) -> None:
    code, _, err = run(shared, "--min-cases-ok", "2", "--skip", "init", "--min-back", "1.1")
    assert code == 1
    assert err.count("missed") == 2


def test_so_does_a_command_that_fails(shared: Path) -> None:
    (shared / "dialects" / "one" / "masked" / "refmatter.lock").mkdir()
    (shared / "dialects" / "one" / "masked" / "config.yaml").write_text(
        "# refmatter\nnonsense: 1\n"
    )
    code, _, err = run(shared, "--skip", "cases", "--skip", "run")
    assert code == 1
    assert "failed" in err
