"""Titles in bulk: each is decided as it is alone, whatever the engine."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk import alone, differing, matched, noisy
from cataloguing import built, by_origin, duck, record
from house import Said
from refmatter import commands
from refmatter.catalog import bulk_match, manifest, match_output
from refmatter.catalog.blocks import (
    BLOCK_LETTERS,
    MAX_BLOCK_WORKS,
    WORK_BLOCKS_SQL,
    blocks_of_title,
    blocks_of_work,
)
from refmatter.catalog.duck import DuckEngine
from refmatter.catalog.key_rule import main_key
from refmatter.catalog.questions import BulkQuestion
from refmatter.dumps.record import DumpRecord
from refmatter.errors import ConfigError
from refmatter.model import Hints, Identifiers
from refmatter.providers.bundled_catalog import load
from refmatter.titles import title_key
from support import ROOT, absent


def bundled(count: int) -> Iterator[DumpRecord]:
    """Some works of the bundled catalogue, from all over it."""
    catalogue = load()
    for number in range(0, catalogue.header.count, catalogue.header.count // count):
        work = catalogue._row(number).work
        yield DumpRecord("semantic_scholar", f"{number}", work)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bulk")
    built(made / "catalog", *by_origin(made / "dumps", bundled(300)))
    return made / "catalog"


def run(*arguments: object) -> Said:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = commands.main(["catalog", "match", *map(str, arguments)])
    return Said(code, out.getvalue(), err.getvalue())


def test_titles_with_noise_are_decided_as_they_are_alone(folder: Path, tmp_path: Path) -> None:
    questions = list(noisy([entry.work for entry in bundled(300)], 600))
    rows = matched(duck(tmp_path / "engine"), folder, questions)
    assert not differing(rows, alone(folder, questions))
    assert [row[0] for row in rows] == list(range(600))
    decided = Counter(row[5] for row in rows)
    assert decided["accepted"] > 540


@pytest.mark.parametrize(
    ("title", "hints", "decision"),
    [
        ("Attention is all you need", Hints(), "accepted"),
        ("[12] Atention is all you need, NIPS 2017.", Hints(), "accepted"),
        ("Some name or other", Hints(identifiers=Identifiers(doi="10.1000/a")), "ambiguous"),
        ("Nobody has ever heard of this one", Hints(), "unmatched"),
        ("BERT", Hints(first_author="Ada Lovelace", year=2019), "ambiguous"),
        ("Twice the same thing here", Hints(), "ambiguous"),
        ("Twice the same thing here", Hints(first_author="Ann One"), "accepted"),
        ("An older name of the thing", Hints(), "unmatched"),
    ],
)
def test_what_is_decided(tmp_path: Path, title: str, hints: Hints, decision: str) -> None:
    records = [
        record("1", "Attention is all you need", year=2017, doi="10.1000/a"),
        record("2", "BERT: pre-training of deep things for language understanding"),
        record("3", "Twice the same thing here", authors=("Ann One",), year=2001),
        record("4", "Twice the same thing here", authors=("Bob Two",), year=2015),
        record("5", "A thing by its present name", titles=("An older name of the thing",)),
    ]
    built(tmp_path / "catalog", *by_origin(tmp_path / "dumps", records))
    questions = [BulkQuestion(Path("x"), 1, None, title, hints)]
    (row,) = matched(duck(tmp_path / "engine"), tmp_path / "catalog", questions)
    assert row[5] == decision
    assert not differing([row], alone(tmp_path / "catalog", questions))


def test_blocks_that_too_many_works_are_in_are_passed_over_and_counted(tmp_path: Path) -> None:
    records = [
        record(f"{n}", f"The same beginning and {n} more {n} of it")
        for n in range(MAX_BLOCK_WORKS + 1)
    ]
    built(tmp_path / "catalog", *by_origin(tmp_path / "dumps", records))
    questions = [BulkQuestion(Path("x"), 1, None, "The same beginning and nobody else", Hints())]
    with duck(tmp_path / "engine") as engine:
        matcher = bulk_match.BulkMatcher(
            engine, tmp_path / "catalog", manifest.load_manifest(tmp_path / "catalog")
        )
        (row,) = matcher.decide(questions)
    assert (row[5], matcher.tally.crowded, matcher.tally.pairs) == ("unmatched", 1, 0)


def test_questions_are_joined_by_slices(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = list(noisy([work.work for work in bundled(300)], 50))
    whole = matched(duck(tmp_path / "one"), folder, questions)
    monkeypatch.setattr(bulk_match, "BATCH_QUESTIONS", 17)
    assert matched(duck(tmp_path / "other"), folder, questions) == whole


def test_a_file_that_was_cut_is_told(folder: Path, tmp_path: Path) -> None:
    made = manifest.load_manifest(folder)
    for wrong in (b"short", None):
        other = tmp_path / "other"
        (other / "works").mkdir(parents=True, exist_ok=True)
        path = other / made.files[0].path
        path.unlink(missing_ok=True)
        if wrong:
            path.write_bytes(wrong)
        with duck(tmp_path / "engine") as engine, pytest.raises(ConfigError, match="rebuild"):
            bulk_match.BulkMatcher(engine, other, made)


# -- blocks -------------------------------------------------------------------------------------


@given(st.lists(st.text(max_size=60), min_size=1, max_size=20))
def test_an_engine_cuts_keys_as_python_does(titles: list[str]) -> None:
    keys = [
        (title_key(title), main_key(title, title_key(title)), n) for n, title in enumerate(titles)
    ]
    columns = {"title_key": "text", "main_key": "text", "work": "long"}
    with DuckEngine(Path(_scratch()), 2**28, 1) as engine:
        engine.load_rows("works", columns, [key_row for key_row in keys if key_row[0]])
        rows = set(engine.fetch_rows(f"SELECT block, work FROM ({WORK_BLOCKS_SQL}) b"))  # noqa: S608 - our own
    assert rows == {(b, n) for key, main, n in keys if key for b in blocks_of_work(key, main)}


def _scratch() -> str:
    import tempfile  # noqa: PLC0415 - a property has no tmp_path

    return f"{tempfile.mkdtemp()}/engine"


@given(st.text("abcdefgh ", min_size=3 * BLOCK_LETTERS, max_size=80), st.data())
def test_a_slip_hides_no_work(title: str, data: st.DataObject) -> None:
    key = title_key(title)
    position = data.draw(st.integers(0, max(len(key) - 1, 0)))
    slipped = key[:position] + "x" + key[position + 1 :]
    if len(key) >= 2 * BLOCK_LETTERS + 2:
        assert blocks_of_work(key, key) & set(blocks_of_title(slipped, slipped, slipped))


# -- the command --------------------------------------------------------------------------------


def told(lines: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.splitlines()]


def test_a_line_a_title(folder: Path, tmp_path: Path) -> None:
    title = next(bundled(300)).work.title
    (tmp_path / "a.txt").write_text(f"{title}\n\nNobody knows this title at all\n")
    result = run(folder, tmp_path / "a.txt")
    assert result.code == commands.DONE
    first, second = told(result.out)
    assert (first["decision"], first["found"], first["line"]) == ("accepted", title, 1)
    assert (second["decision"], second["line"], "work" in second) == ("unmatched", 3, False)
    counts = ("2 titles", "1 accepted", "1 certain", "0 likely", "0 ambiguous", "1 unmatched")
    assert absent(result.err, *counts) == []


def test_what_cannot_be_read_is_told_and_the_rest_is_matched(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"title": "A thing"}\n{"title": \n{"year": 2001}\n')
    many = "".join(f"t{n},soon\n" for n in range(12))
    (tmp_path / "b.csv").write_text(f"title,year\n{many}Another thing,2019\n")
    out = tmp_path / "out.jsonl"
    result = run(folder, tmp_path / "a.jsonl", tmp_path / "b.csv", "--output", out, "--json")
    assert result.code == commands.INCOMPLETE
    counts = json.loads(result.out)
    assert (counts["titles"], counts["unread"], len(counts["bad"])) == (2, 14, 10)
    assert counts["bad"][0]["line"] == 2
    assert "a.jsonl:2: invalid JSON" in result.err
    assert [row["title"] for row in told(out.read_text())] == ["A thing", "Another thing"]


def test_parquet_is_written_whole(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A thing\nAnother thing\n")
    out = tmp_path / "out.parquet"
    result = run(folder, tmp_path / "a.txt", "-o", out, "--threads", "1", "--memory", "1GB")
    assert result.out.startswith("2 titles")
    assert pq.read_table(out)["title"].to_pylist() == ["A thing", "Another thing"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "out.parquet"]
    assert run(folder, tmp_path / "a.txt", "-o", tmp_path / "no" / "x.jsonl").code == commands.USAGE


def test_thresholds_are_those_of_a_config(folder: Path, tmp_path: Path) -> None:
    title = next(entry.work.title for entry in bundled(300) if len(entry.work.title) > 50)
    (tmp_path / "a.txt").write_text(title.replace("a", "e", 1) + "\n")
    (tmp_path / "config.yaml").write_text(
        "match:\n  certain_threshold: 1.0\n  likely_threshold: 1.0\n"
    )
    assert told(run(folder, tmp_path / "a.txt").out)[0]["decision"] == "accepted"
    result = run(folder, tmp_path / "a.txt", "--config", tmp_path / "config.yaml")
    assert told(result.out)[0]["decision"] == "ambiguous"


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("{}", "{}/none.txt"), "no such file"),
        (("{}", "-", "--master", "local"), "`--engine spark`"),
    ],
)
def test_what_cannot_be_done_is_said(folder: Path, arguments: Sequence[str], what: str) -> None:
    result = run(*(argument.format(folder) for argument in arguments))
    assert (result.code, what in result.err) == (commands.USAGE, True)


def test_questions_of_parquet(folder: Path, tmp_path: Path) -> None:
    first = next(bundled(300)).work
    table = pa.table({"Title": [first.title], "authors": [list(first.authors or ())], "x": [1]})
    pq.write_table(table, tmp_path / "a.parquet")
    (row,) = told(run(folder, tmp_path / "a.parquet").out)
    assert "first_author" in row["evidence"]


WITHOUT = """
import sys
sys.modules[sys.argv[1]] = None
from refmatter import commands
sys.exit(commands.main(["catalog", "match", *sys.argv[2:]]))
"""


@pytest.mark.parametrize(("missing", "extra"), [("duckdb", "catalog"), ("pyspark", "spark")])
def test_what_is_not_installed_is_said(
    folder: Path, tmp_path: Path, missing: str, extra: str
) -> None:
    (tmp_path / "a.txt").write_text("A title\n")
    engine = "spark" if missing == "pyspark" else "duckdb"
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT, missing, folder, tmp_path / "a.txt", "--engine", engine],
        check=False, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert result.returncode == commands.USAGE
    assert f"pip install 'refmatter[{extra}]'" in result.stderr


def test_what_was_passed_over_is_counted() -> None:
    tally = bulk_match.MatchTally(questions=3, certain=1, likely=1, unmatched=1, crowded=2)
    titles, *_, blocks, unread = match_output.summary_lines(tally, 4)
    assert absent(titles, "3 titles", "2 accepted", "1 certain", "1 likely") == []
    assert absent(blocks, "2 blocks") == []
    assert absent(unread, "4") == []
