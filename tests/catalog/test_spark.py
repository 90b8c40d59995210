"""Spark's rows are those of the embedded engine. Skipped where pyspark or Java is missing:
`make test-spark` brings pyspark."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace as changed

from bulk import alone, differing, matched, noisy
from cataloguing import built, by_origin, duck
from refmatter.catalog.inputs import find_dumps
from refmatter.catalog.progress_text import SilentBuild
from refmatter.catalog.staging import stage_dumps
from refmatter.dumps.record import DumpRecord
from refmatter.model import Identifiers
from refmatter.providers.bundled_catalog import load
from support import ROOT

pytest.importorskip(
    "pyspark", reason="pyspark is not installed: make test-spark", exc_type=ImportError
)
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("Java is not installed: Spark needs 17 or newer", allow_module_level=True)

from refmatter.catalog.spark import SparkEngine

# Sockets to the workers are closed when Java ends, and Spark knows only older pandas by name.
pytestmark = pytest.mark.filterwarnings("default")
CORES = "local[2]"


def bundled(count: int) -> Iterator[DumpRecord]:
    catalogue = load()
    for number in range(0, catalogue.header.count, catalogue.header.count // count):
        yield DumpRecord("semantic_scholar", f"{number}", catalogue._row(number).work)


def test_titles_with_noise_are_decided_alike_on_every_engine(tmp_path: Path) -> None:
    records = list(bundled(300))
    built(tmp_path / "catalog", *by_origin(tmp_path / "dumps", records))
    questions = list(noisy([work.work for work in records], 400))
    rows = matched(SparkEngine(tmp_path / "spark", CORES), tmp_path / "catalog", questions)
    assert rows == matched(duck(tmp_path / "duck"), tmp_path / "catalog", questions)
    assert not differing(rows, alone(tmp_path / "catalog", questions))


def test_a_build_makes_the_same_files_on_every_engine(tmp_path: Path) -> None:
    """Of records that meet by identifiers, by titles, without a year, in chains, and not at all."""
    records = [version for n, work in enumerate(bundled(400)) for version in versions(work, n)]
    dumps = by_origin(tmp_path / "dumps", records)
    here, _ = built(tmp_path / "here", *dumps)
    there, _ = built(tmp_path / "there", *dumps, engine=partial(SparkEngine, master=CORES))
    assert here.works < here.records
    assert there.apart == here.apart
    assert there.files == here.files
    assert there.lookup == here.lookup


def versions(record: DumpRecord, number: int) -> Iterator[DumpRecord]:
    """The record, with up to three more of the same work: what ties them differs."""
    year = record.work.year or 2001
    work = changed(record.work, year=year)
    named = changed(work.identifiers, doi=f"10.1000/{number}", arxiv=f"2001.{number:05}")
    yield DumpRecord("semantic_scholar", record.key, changed(work, identifiers=named))
    if number % 2:
        yield DumpRecord(
            "dblp", f"d{number}", changed(work, identifiers=Identifiers(doi=named.doi))
        )
    if number % 3:
        only = Identifiers(arxiv=named.arxiv, dblp=f"d/{number % 90}")
        yield DumpRecord("arxiv", f"a{number}", changed(work, identifiers=only, venue=None))
    if number % 5:
        later = None if number % 4 == 1 else year + number % 4
        yield DumpRecord("acl", f"c{number}", changed(work, year=later, identifiers=Identifiers()))


def test_dumps_are_read_by_the_workers(tmp_path: Path) -> None:
    (tmp_path / "dumps").mkdir()
    for n in range(3):
        entry = "@article{{k{m}, title={{A study of the thing {n} {m}}}, author={{A. Lovelace}}}}\n"
        text = "".join(entry.format(n=n, m=m) for m in range(50))
        (tmp_path / "dumps" / f"{n}-2026-06-01.bib").write_text(text)
    dumps = find_dumps([tmp_path / "dumps"]).dumps
    first = stage_dumps(dumps, tmp_path / "here", SilentBuild(), lambda *_: None, parallel_from=0)
    with SparkEngine(tmp_path / "spark", CORES) as spark:
        second = stage_dumps(
            dumps, tmp_path / "there", SilentBuild(), spark.stage_dumps, parallel_from=0
        )
        gone = replace(dumps[0], fingerprint=(1, "0" * 64))  # measured before, and deleted since
        gone.path.unlink()
        with pytest.raises(OSError, match=r"0-2026-06-01\.bib: No such file.*every worker"):
            spark.stage_dumps([gone, dumps[1]], tmp_path / "other", SilentBuild())
    assert [file.manifest_input for file in second] == [file.manifest_input for file in first]
    assert all(
        first.read_bytes() == second.read_bytes()
        for a, b in zip(first, second, strict=True)
        for first, second in zip(a.records, b.records, strict=True)
    )


def test_work_is_spread_and_no_table_is_sent_whole_to_every_worker(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Few bytes are much work here, and a table's packed size says little of its size."""
    with SparkEngine(tmp_path / "spark", CORES) as engine:
        engine.load_rows("asked", {"n": "long"}, [(n,) for n in range(1000)])
        engine.apply_function(
            "counted", "SELECT n FROM asked", lambda rows: iter([(len(list(rows)),)]), {"n": "long"}
        )
        held = [n for (n,) in engine.fetch_rows("SELECT n FROM counted") if n]
        assert (sum(held), len(held) > 1) == (1000, True)
        engine._spark.sql("SELECT a.n FROM asked a JOIN counted c ON a.n = c.n").explain()
        plan = capsys.readouterr().out
        assert "SortMergeJoin" in plan
        assert "Broadcast" not in plan


def test_the_commands_take_the_engine(tmp_path: Path) -> None:
    record = next(bundled(1))
    dumped = tmp_path / "mine-2026-06-01.bib"
    dumped.write_text(f"@article{{k, title={{{record.work.title}}}, author={{A. Lovelace}}}}\n")
    (tmp_path / "a.txt").write_text(f"{record.work.title}\nNobody knows this one\n")
    catalog, where = tmp_path / "catalog", ["--engine", "spark", "--master", CORES, "--json"]
    made = json.loads(spoken("build", catalog, dumped, *where))
    counts = json.loads(
        spoken("match", catalog, tmp_path / "a.txt", "-o", tmp_path / "out", *where)
    )
    assert (made["works"], counts["titles"]) == (1, 2)
    lines = (tmp_path / "out").read_text().splitlines()
    assert [json.loads(line)["decision"] for line in lines] == ["accepted", "unmatched"]


def spoken(*arguments: str | Path) -> str:
    """What a command of `catalog` says."""
    command = [sys.executable, "-m", "refmatter", "catalog", *arguments]
    result = subprocess.run(
        command, check=True, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    return result.stdout
