"""Works that are written out as a dump of each kind, and read back: they are the same."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from msgspec.structs import replace
from pyarrow import parquet

from dumping import FORMATS, bundled, crossref_items, openalex_rows
from refmatter.dumps import tex
from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import open_dump
from refmatter.dumps.detect import READERS, find_reader, read_entries
from refmatter.dumps.record import BadRecord, DumpRecord, SkippedRecord
from refmatter.model import Identifiers, Work
from support import ROOT, absent

COUNT = 300


def read(path: Path) -> list[Entry]:
    with open_dump(path) as file:
        return list(read_entries(file))


def works(entries: Iterable[Entry]) -> list[Work]:
    return [entry.work for entry in entries if isinstance(entry, DumpRecord)]


def works_of(path: Path) -> list[Work]:
    entries = read(path)
    assert not [entry for entry in entries if isinstance(entry, BadRecord)]
    return works(entries)


def carried(work: Work, name: str) -> Work:
    """What a format has room for, and what it says in other words."""
    fields, ids = FORMATS[name].fields, FORMATS[name].ids
    values: Mapping[str, Any] = {field: getattr(work, field) for field in fields}
    # No venue and an unknown one are one to most; a count of 0 is often one that is not known.
    values = {field: value or None for field, value in values.items()}
    if name == "bibtex" and values["venue"] in ("ArXiv", "CoRR"):
        values["venue"] = None  # a preprint's, whose venue is not known
    title = work.title.rstrip(".") if name == "dblp" else work.title
    if name in ("arxiv", "bibtex"):  # in which two hyphens are a dash, and two ' a quotation mark
        title = tex.latex_to_text(title)
    if name == "bibtex":  # in which $ begins and ends a formula
        title = title.replace("$", "")
    kept = {scheme: value for scheme, value in work.identifiers if scheme in ids}
    if kept.get("dblp", "").startswith(("journals/corr/", "conf/made/")):
        del kept["dblp"]
    kept = {scheme: value for scheme, value in kept.items() if "made" not in value}
    return replace(Work(title), identifiers=Identifiers(**kept), **values)


def in_order(found: Iterable[Work]) -> list[Work]:
    return sorted(found, key=lambda work: (work.title, str(work.authors), str(work.identifiers)))


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_written_is_read_back(name: str, tmp_path: Path) -> None:
    wanted = bundled(COUNT)
    path = tmp_path / "dump"
    with path.open("wb") as out:
        FORMATS[name].write(wanted, out)
    found = works_of(path)
    if "s2" in FORMATS[name].ids:
        assert {work.identifiers.s2 for work in found} == {work.identifiers.s2 for work in wanted}
    assert in_order(carried(work, name) for work in found) == in_order(
        carried(work, name) for work in wanted
    )


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_written_is_known_for_what_it_is(name: str, tmp_path: Path) -> None:
    path = tmp_path / "dump"
    with path.open("wb") as out:
        FORMATS[name].write(bundled(COUNT)[:20], out)
    with open_dump(path) as file:
        assert find_reader(file) is READERS[name]
        assert [reader.NAME for reader in READERS.values() if reader.recognises(file.head)] == [
            name
        ]


def test_every_kind_is_written() -> None:
    assert set(FORMATS) == set(READERS)


def test_the_bundled_catalogue_is_a_dump() -> None:
    entries = read(ROOT / "src" / "refmatter" / "data" / "catalog.jsonl.xz")
    assert len(works(entries)) > 24_000
    assert {type(entry) for entry in entries} <= {DumpRecord, SkippedRecord}


def written(path: Path, rows: Iterable[Mapping[str, Any]], **how: Any) -> Path:
    parquet.write_table(pa.Table.from_pylist(list(rows)), path, compression="snappy", **how)
    return path


def test_parquet_says_what_the_lines_say(tmp_path: Path) -> None:
    rows = list(openalex_rows(bundled(COUNT)))
    lines = tmp_path / "lines"
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows))
    table = written(tmp_path / "table", rows, row_group_size=100)
    assert works_of(table) == works_of(lines)


def test_parquet_without_the_columns_of_works_is_told(tmp_path: Path) -> None:
    table = written(tmp_path / "table", [{"id": "https://openalex.org/A1", "display_name": "A"}])
    (entry,) = read(table)
    assert isinstance(entry, BadRecord)
    assert (entry.file, entry.line, "columns" in entry.reason) == (table, None, True)


@pytest.mark.parametrize("cut", [8, 2000])
def test_parquet_that_is_cut_short_is_told(cut: int, tmp_path: Path) -> None:
    table = written(tmp_path / "table", openalex_rows(bundled(COUNT)))
    table.write_bytes(table.read_bytes()[:-cut])
    (entry,) = read(table)
    assert isinstance(entry, BadRecord)
    assert absent(entry.reason, "damaged") == []


def test_parquet_whose_pages_are_damaged_is_told(tmp_path: Path) -> None:
    table = written(tmp_path / "table", openalex_rows(bundled(COUNT)))
    whole = bytearray(table.read_bytes())
    whole[200:5000] = bytes(4800)
    table.write_bytes(whole)
    entries = read(table)
    assert isinstance(entries[-1], BadRecord)
    assert absent(entries[-1].reason, "damaged") == []


def test_parquet_that_is_packed_once_more_is_told(tmp_path: Path) -> None:
    table = written(tmp_path / "table", openalex_rows(bundled(COUNT)[:5]))
    table.write_bytes(gzip.compress(table.read_bytes()))
    (entry,) = read(table)
    assert isinstance(entry, BadRecord)
    assert "compressed" in entry.reason


def test_crossrefs_files_of_items_are_read_like_its_lines(tmp_path: Path) -> None:
    rows = list(crossref_items(bundled(COUNT)))
    lines, items = tmp_path / "lines", tmp_path / "items"
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows))
    items.write_text(json.dumps({"items": rows}))
    assert works_of(items) == works_of(lines)


def test_csl_in_lines_is_read_like_an_array(tmp_path: Path) -> None:
    array, lines = tmp_path / "array", tmp_path / "lines"
    out = io.BytesIO()
    FORMATS["csl"].write(bundled(COUNT), out)
    array.write_bytes(out.getvalue())
    lines.write_text("".join(json.dumps(item) + "\n" for item in json.loads(out.getvalue())))
    assert read(lines) == read(array)
