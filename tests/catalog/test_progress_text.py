from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from rich.console import Console

from cataloguing import built, duck, dump, record
from refmatter.catalog import manifest, parquet, progress_text
from refmatter.catalog.build import build_catalog
from refmatter.catalog.database import open_catalog
from refmatter.catalog.inputs import find_dumps
from refmatter.catalog.layout import OTHER_TITLE_COLUMNS
from refmatter.dumps.base import Entry
from refmatter.dumps.record import BadRecord, SkippedRecord
from refmatter.errors import ConfigError
from refmatter.report.screen import Tape
from support import absent


def test_somebody_who_watches_sees_what_is_read_and_done(tmp_path: Path) -> None:
    shown = io.StringIO()
    with progress_text.BuildSpinner(Console(file=shown, force_terminal=True, width=100)) as spinner:
        build_catalog(
            tmp_path / "catalog", [dump(tmp_path / "a[b].dump", [record("a")])], duck, spinner
        )
        spinner.begin_step("the [last] one")
    assert "the [last] one" in shown.getvalue()


def test_what_was_left_apart_is_told(tmp_path: Path) -> None:
    made, _ = built(
        tmp_path / "catalog", dump(tmp_path / "a", [record("a"), SkippedRecord("a person")])
    )
    apart = manifest.NotMerged(many=1, contradict=2000, crowded=3)
    tape = Tape()
    progress_text.print_catalog(tmp_path, made.model_copy(update={"apart": apart}), tape)
    text = "\n".join(text for text, _ in tape.kept)
    assert absent(text, "2,000 groups", "1 groups", "3 identifiers") == []
    assert absent(text, "1, a person") == []


def test_of_much_trouble_the_first_is_named_and_the_rest_counted(tmp_path: Path) -> None:
    file = tmp_path / "a"
    bad: list[Entry] = [BadRecord(file, n, "no\x1b record") for n in range(14)]
    _, staged = built(tmp_path / "catalog", dump(file, [record("a"), *bad]))
    lines = list(progress_text.problem_lines(staged, [tmp_path / f"{n}" for n in range(12)]))
    assert lines[0] == f"{file}:0: no? record"
    (more,) = [line for line in lines if "more records" in line]
    assert absent(more, 4) == []
    assert absent(lines[-1], 2, "files") == []


def test_an_engine_reads_nothing_as_an_empty_table(tmp_path: Path) -> None:
    with duck(tmp_path / "engine") as engine:
        engine.load_parquet("others", [], OTHER_TITLE_COLUMNS)
        assert engine.fetch_rows("SELECT count(rid) FROM others") == [(0,)]


def test_a_file_that_is_not_finished_is_none(tmp_path: Path) -> None:
    def breaking() -> None:
        with parquet.ParquetWriter(tmp_path / "x.parquet", OTHER_TITLE_COLUMNS) as file:
            file.write_rows([(1, "a")])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        breaking()
    assert list(tmp_path.iterdir()) == []


def test_a_day_that_no_month_has_is_none(tmp_path: Path) -> None:
    file = tmp_path / "release-2026-03-04" / "papers-2026-02-31.bib"
    file.parent.mkdir()
    file.write_text("@article{a, title={A thing that nobody saw}, author={A B}, year=1999}")
    (found,) = find_dumps([file]).dumps
    assert found.released == "2026-03-04"


def test_damage_in_the_index_of_words_is_told(tmp_path: Path) -> None:
    built(tmp_path / "catalog", dump(tmp_path / "a", [record("a")]))
    (file,) = (tmp_path / "catalog").glob("*.sqlite")
    with closing(open_catalog(tmp_path / "catalog")) as database:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("DROP TABLE titles")
            connection.commit()
        with pytest.raises(ConfigError, match="is damaged"):
            database.by_words(["study"], 1)
