"""Samples of every dump, each record of which says in its title what is odd about it.

`golden/` has what is read of each, record by record. After a change that is meant, write it anew
and look at what git shows:

    PYTHONPATH=tests python tests/dumps/test_samples.py
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import asdict

from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import list_files, open_dump
from refmatter.dumps.detect import find_reader, read_entries
from refmatter.dumps.record import BadRecord, SkippedRecord

SAMPLES = Path(__file__).parent / "samples"
GOLDEN = Path(__file__).parent / "golden"
KINDS = {
    "acl/2099.made.xml": "acl", "acl/J79.xml": "acl", "acl/P98.xml": "acl", "acl/W99.xml": "acl",
    "arxiv.jsonl": "arxiv", "crossref-items.json": "crossref", "crossref.jsonl": "crossref",
    "csl.json": "csl", "dblp.xml": "dblp", "latin1.bib": "bibtex", "library.bib": "bibtex",
    "openalex.jsonl": "openalex", "semantic_scholar.jsonl": "semantic_scholar",
}  # fmt: skip


def as_row(entry: Entry) -> dict[str, Any]:
    """An entry as JSON, without what says nothing."""
    if isinstance(entry, BadRecord):
        return {"bad": entry.reason, "line": entry.line}
    if isinstance(entry, SkippedRecord):
        return {"left": entry.reason}
    row = {field.name: getattr(entry, field.name) for field in fields(entry)}
    row |= asdict(entry.work) | {"identifiers": dict(entry.work.identifiers)}
    del row["work"]
    kept = {name: value for name, value in row.items() if value not in (None, (), {})}
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in kept.items()
    }


@cache
def read(name: str) -> list[dict[str, Any]]:
    with open_dump(SAMPLES / name) as file:
        return [as_row(entry) for entry in read_entries(file)]


def golden(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _golden(name).read_text().splitlines()]


def _golden(name: str) -> Path:
    return GOLDEN / f"{name.replace('/', '-')}.jsonl"


def cases() -> Iterator[Any]:
    for name in KINDS:
        for number, expected in enumerate(golden(name) if _golden(name).exists() else ()):
            quirk = expected.get("title") or expected.get("left") or expected.get("bad")
            yield pytest.param(name, number, expected, id=f"{name}-{quirk}")


@pytest.mark.parametrize(("name", "number", "expected"), list(cases()))
def test_a_record_is_read_as_it_should(name: str, number: int, expected: dict[str, Any]) -> None:
    assert read(name)[number] == expected


@pytest.mark.parametrize("name", KINDS)
def test_nothing_else_is_read(name: str) -> None:
    assert len(read(name)) == len(golden(name)) > 0


def test_every_sample_is_known_by_its_content_alone() -> None:
    found = {}
    for path in list_files(SAMPLES):
        with open_dump(path) as file:
            reader = find_reader(file)
            found[path.relative_to(SAMPLES).as_posix()] = reader and reader.NAME
    assert found == KINDS


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for kind in KINDS:
        rows = (json.dumps(row, ensure_ascii=False) for row in read(kind))
        _golden(kind).write_text("\n".join(rows) + "\n")
