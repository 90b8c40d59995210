"""Spark's rows are those of the embedded engine. Skipped where pyspark or Java is missing:
`make test-spark` brings pyspark."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bulk import alone, differing, matched, noisy
from cataloguing import built, by_origin, duck
from refmatter.catalog import manifest
from refmatter.dumps.record import Record
from refmatter.providers.catalog import load
from support import ROOT

pytest.importorskip(
    "pyspark", reason="pyspark is not installed: make test-spark", exc_type=ImportError
)
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("Java is not installed: Spark needs 17 or newer", allow_module_level=True)

from refmatter.catalog.spark import Spark

# Sockets to the workers are closed when Java ends, and Spark knows only older pandas by name.
pytestmark = pytest.mark.filterwarnings("default")
CORES = "local[2]"


def bundled(count: int) -> Iterator[Record]:
    catalogue = load()
    for number in range(0, catalogue.header.count, catalogue.header.count // count):
        yield Record("semantic_scholar", f"{number}", catalogue._row(number).work)


def test_titles_with_noise_are_decided_alike_on_every_engine(tmp_path: Path) -> None:
    records = list(bundled(300))
    built(tmp_path / "catalog", *by_origin(tmp_path / "dumps", records))
    asked = list(noisy([each.work for each in records], 400))
    rows = matched(Spark(tmp_path / "spark", CORES), tmp_path / "catalog", asked)
    assert rows == matched(duck(tmp_path / "duck"), tmp_path / "catalog", asked)
    assert not differing(rows, alone(tmp_path / "catalog", asked))


def test_work_is_spread_and_no_table_is_sent_whole_to_every_worker(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Few bytes are much work here, and a table's packed size says little of its size."""
    with Spark(tmp_path / "spark", CORES) as engine:
        engine.load("asked", {"n": "long"}, [(n,) for n in range(1000)])
        engine.apply(
            "counted", "SELECT n FROM asked", lambda rows: iter([(len(list(rows)),)]), {"n": "long"}
        )
        held = [n for (n,) in engine.rows("SELECT n FROM counted") if n]
        assert (sum(held), len(held) > 1) == (1000, True)
        engine._spark.sql("SELECT a.n FROM asked a JOIN counted c ON a.n = c.n").explain()
        plan = capsys.readouterr().out
        assert "SortMergeJoin" in plan
        assert "Broadcast" not in plan


def test_the_command_takes_the_engine(tmp_path: Path) -> None:
    record = next(bundled(1))
    built(tmp_path / "catalog", *by_origin(tmp_path / "dumps", [record]))
    made = manifest.load(tmp_path / "catalog")
    (tmp_path / "a.txt").write_text(f"{record.work.title}\nNobody knows this one\n")
    said = subprocess.run(
        [sys.executable, "-m", "refmatter", "catalog", "match", tmp_path / "catalog",
         tmp_path / "a.txt", "--engine", "spark", "--master", CORES, "--output", tmp_path / "out",
         "--json"],
        check=True, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert (json.loads(said.stdout)["titles"], made.works) == (2, 1)
    lines = (tmp_path / "out").read_text().splitlines()
    assert [json.loads(each)["decision"] for each in lines] == ["accepted", "unmatched"]
