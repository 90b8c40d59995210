"""A further field is one entry in the table and one mapping in a provider; nothing else changes.

The package is copied, the two places are edited, and the program is run from the copy.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from house import House, house
from scholar import Corpus, Record
from support import ROOT

pytestmark = pytest.mark.unmeasured  # what runs is a copy of the package

ENTRY = """
    VOLUME = (
        "volume",
        FieldSpec("volume", ("volume", "Volume"), ValueShape.NUMBER, ("crossref",)),
    )
"""
EDITS = (
    ("fields.py", "\n    KEY = (\n", f"{ENTRY}    KEY = (\n"),
    (
        "providers/crossref.py",
        "\nOTHERS: Mapping[Field, str] = {}\n",
        '\nOTHERS: Mapping[Field, str] = {Field.VOLUME: "volume"}\n',
    ),
)
RECORD = Record(
    title="Observations on the Slow Drift of Unattended Instruments",
    authors=("Ada Byrne", "Tom Okafor"),
    full_names=("Ada Byrne", "Tom Okafor"),
    year=2015,
    venue="Journal of Patient Measurement",
    volume="521",
    doi="10.1234/drift.2015",
    citation_count=40,
    reference_count=12,
)
FILLED = """\
---
title: A Short History of Calibrated Glass
authors:
- Mira Lind
year: 2009
venue: Journal of Patient Measurement
volume: 515
tags:
- paper
---
"""
OPEN = f"""\
---
title: {RECORD.title}
authors:
- Ada Byrne
- Tom Okafor
year: 2015
venue: Journal of Patient Measurement
volume:
tags:
- paper
---
"""


class Copy:
    """The package with the two edits, and a vault to run it on."""

    def __init__(self, folder: Path, made: House) -> None:
        self.made = made
        self._environment = {**os.environ, "PYTHONPATH": str(folder)}

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python with the copy in place of the package."""
        return subprocess.run(
            [sys.executable, *arguments],
            env=self._environment, cwd=self.made.folder, text=True, capture_output=True,
            check=False,
        )  # fmt: skip

    def run(self, *arguments: str) -> str:
        """Run a command of the copy; return what it printed."""
        done = self.python("-m", "refmatter", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    folder = tmp_path_factory.mktemp("further")
    package = folder / "src" / "refmatter"
    shutil.copytree(
        ROOT / "src" / "refmatter", package, ignore=shutil.ignore_patterns("__pycache__")
    )
    for name, before, after in EDITS:
        text = (package / name).read_text()
        assert text.count(before) == 1
        (package / name).write_text(text.replace(before, after))
    with house(folder, Corpus([RECORD]), providers={"catalog": {"enabled": False}}) as made:
        made.put("glass.md", FILLED)
        made.put("drift.md", OPEN)
        yield Copy(folder / "src", made)


@pytest.fixture(scope="module")
def report(copy: Copy) -> dict[str, object]:
    """The JSON report of the run that fills the field."""
    said = copy.run(
        "enrich", str(copy.made.notes), "--config", str(copy.made.config), "--only", "volume",
        "--json", "-", "--report", str(copy.made.folder / "run.md"),
    )  # fmt: skip
    found: dict[str, object] = json.loads(said)
    return found


def test_enrich_fills_it_and_the_report_counts_it(copy: Copy, report: dict[str, object]) -> None:
    assert (copy.made.notes / "drift.md").read_text() == OPEN.replace("volume:", "volume: 521")
    assert (copy.made.notes / "glass.md").read_text() == FILLED
    coverage = report["fields"]
    assert isinstance(coverage, dict)
    assert set(coverage) == {"volume"}
    assert {key: coverage["volume"][key] for key in ("notes", "missing", "filled")} == {
        "notes": 2, "missing": 1, "filled": 1,
    }  # fmt: skip
    schema = json.loads(copy.python("-m", "refmatter.report.schema", "report").stdout)
    Draft202012Validator(schema).validate(report)
    assert "| volume |" in (copy.made.folder / "run.md").read_text()
    published = json.loads((ROOT / "docs" / "report.schema.json").read_text())
    assert not Draft202012Validator(published).is_valid(report)


def test_a_second_run_takes_it_from_the_ledger(copy: Copy, report: dict[str, object]) -> None:
    assert report
    drift = copy.made.notes / "drift.md"
    filled = drift.read_text()
    drift.write_text(OPEN.replace("volume:\n", "volume: \n"))
    copy.run(
        "enrich", str(copy.made.notes), "--config", str(copy.made.config), "--offline",
        "--refill-removed",
    )  # fmt: skip
    assert drift.read_text() == filled


def test_why_says_where_it_came_from(copy: Copy, report: dict[str, object]) -> None:
    assert report
    note = str(copy.made.notes / "drift.md")
    said = copy.run("why", note, "volume", "--config", str(copy.made.config))
    assert "521" in said
    assert "Crossref" in said


def test_the_settings_and_their_schema_know_it(copy: Copy) -> None:
    schema = json.loads(copy.run("config", "--schema"))
    for section in ("FieldSettings", "PrecedenceSettings"):
        assert "volume" in schema["$defs"][section]["properties"]
    other = copy.made.folder / "other.yaml"
    other.write_text("fields: {volume: Band}\nprecedence: {volume: [crossref]}\n")
    shown = copy.run("config", "--config", str(other))
    assert "volume: Band" in shown


def test_the_generated_docs_know_it(copy: Copy) -> None:
    page = copy.python(str(ROOT / "scripts" / "write_configuration.py")).stdout
    assert "`fields.volume`" in page
    assert "`precedence.volume`" in page
    assert "| volume | `volume`, `Volume` |  | crossref |" in page
    commands = copy.python(str(ROOT / "scripts" / "write_commands.py")).stdout
    assert "fields_of_study, volume, key" in commands
