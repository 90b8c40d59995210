"""Files of titles and references: what each is taken for, and what is asked by it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from refmatter.catalog.questions import BulkQuestion, read_questions
from refmatter.dumps.json_stream import MAX_RECORD_BYTES
from refmatter.dumps.record import BadRecord
from refmatter.model import Hints, Identifiers
from support import absent

TITLE = "A study of the things that are"
PEOPLE = ("Ada Lovelace", "Bob Helper")
FULL = Hints(2019, PEOPLE[0], Identifiers(doi="10.1000/a"), PEOPLE)
BIB = (
    f"@article{{ada19, title={{{TITLE}}}, author={{Ada Lovelace and Bob Helper}}, year=2019, "
    "doi={10.1000/a}}\n"
)
CSL = [{"id": "ada19", "type": "article-journal", "title": TITLE, "DOI": "10.1000/a",
        "author": [{"family": "Lovelace", "given": "Ada"}, {"family": "Helper", "given": "Bob"}],
        "issued": {"date-parts": [[2019]]}}]  # fmt: skip


def read(path: Path, content: str | bytes) -> list[BulkQuestion | BadRecord]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_questions(path))


def only(path: Path, content: str | bytes) -> BulkQuestion:
    (question,) = read(path, content)
    assert isinstance(question, BulkQuestion)
    return question


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "k", "title": TITLE, "year": 2019, "authors": PEOPLE, "doi": "10.1000/A"},
        {"ID": "k", "Title": f" {TITLE}\n", "YEAR": "2019", "Authors": "Ada Lovelace; Bob Helper",
         "url": "https://doi.org/10.1000/a", "venue": {"x": 1}},
        {"id": "k", "title": TITLE, "year": 2019.0, "author": "Ada Lovelace and Bob Helper",
         "doi": "doi:10.1000/a"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["{}\n", "[{}]", "\n {}", "\ufeff{}"])
def test_objects_of_json(fields: dict[str, object], form: str, tmp_path: Path) -> None:
    found = only(tmp_path / "x", form.format(json.dumps(fields)))
    assert (found.id, found.title, found.hints) == ("k", TITLE, FULL)


@pytest.mark.parametrize(
    "text",
    [
        f"id,title,year,authors,doi\nk,{TITLE},2019,Ada Lovelace; Bob Helper,10.1000/a\n",
        f'"Title";"id";year;authors;doi\r\n"{TITLE}";k;2019;"Ada Lovelace; Bob Helper";10.1000/a',
        (
            "\ufeffid\ttitle\tyear\tauthors\tdoi\n"
            f"k\t{TITLE}\t2019\tAda Lovelace and Bob Helper\t10.1000/a"
        ),
        (
            f'id,title,year,authors,doi\nk,"{TITLE[:7]}\n{TITLE[8:]}",2019,'
            "Ada Lovelace; Bob Helper,10.1000/a\n"
        ),
    ],
)
def test_tables(text: str, tmp_path: Path) -> None:
    found = only(tmp_path / "x", text)
    assert (found.line, found.id, found.title, found.hints) == (2, "k", TITLE, FULL)


@pytest.mark.parametrize("text", [BIB, json.dumps(CSL)])
def test_libraries(text: str, tmp_path: Path) -> None:
    found = only(tmp_path / "x", text)
    assert (found.line, found.id, found.title, found.hints) == (None, "ada19", TITLE, FULL)


def test_lines(tmp_path: Path) -> None:
    packed = gzip.compress(f"{TITLE}\n\n[2] {TITLE}, by hand\n".encode())
    found = [
        question for question in read(tmp_path / "x", packed) if isinstance(question, BulkQuestion)
    ]
    assert [(question.line, question.title, question.hints) for question in found] == [
        (1, TITLE, Hints()), (3, f"[2] {TITLE}, by hand", Hints()),
    ]  # fmt: skip
    assert only(tmp_path / "y", f"title\n{TITLE}\n").line == 2


def test_parquet(tmp_path: Path) -> None:
    columns = {"title": [TITLE, None], "year": [2019, None], "authors": [list(PEOPLE), None],
               "doi": ["10.1000/a", None], "other": [1, 2]}  # fmt: skip
    pq.write_table(pa.table(columns), tmp_path / "x.parquet")
    first, second = read_questions(tmp_path / "x.parquet")
    assert first == BulkQuestion(tmp_path / "x.parquet", 1, None, TITLE, FULL)
    assert isinstance(second, BadRecord)
    assert (second.file, second.line) == (tmp_path / "x.parquet", 2)
    assert absent(second.reason, "no title") == []


def test_parquet_of_openalex(tmp_path: Path) -> None:
    work = {"id": "https://openalex.org/W1", "display_name": TITLE, "publication_year": 2019,
            "authorships": [{"author": {"display_name": name}} for name in PEOPLE]}  # fmt: skip
    pq.write_table(pa.Table.from_pylist([work]), tmp_path / "x")
    (found,) = read_questions(tmp_path / "x")
    assert isinstance(found, BulkQuestion)
    assert (found.title, found.hints.authors) == (TITLE, PEOPLE)


BAD = [
    (b'{"title": "A"}\n{"title": 1}\n', 2, "it has no title"),
    (b'{"title": "A"}\n{"title": "."}\n', 2, "it has no title"),
    (b'{"title": "A"}\n{"title"\n', 2, "invalid JSON"),
    (b'{"title": "A"}\n[1]\n', 2, "not an object"),
    (b'{"title": "A"}\n{"title": "B", "year": 2019.5}', 2, "invalid year: 2019.5"),
    (b'{"title": "A"}\n{"title": "B", "year": true}', 2, "invalid year"),
    (b'{"title": "A"}\n{"title": "B", "year": 20190}', 2, "invalid year"),
    (b'{"title": "A"}\n{"title": "' + b"x" * 5000 + b'"}', 2, "more than 4,000 letters"),
    (b"title,year\nA,2019\nB,2019,3\n", 3, "it has 3 fields"),
    (b'title,year\nA,2019\n"B,2019\n', 3, "a quotation mark is not closed"),
    (b"title,year\nA,2019\n\xff,2019\n", 3, "not UTF-8 text"),
    (b"A\n\xff\n", 2, "not UTF-8 text"),
    (b"A\n" + b"x" * (MAX_RECORD_BYTES + 9) + b"\nB\n", 2, "longer than 4 MB"),
    (
        gzip.compress(b"".join(b"Title %d\n" % n for n in range(20_000)), mtime=0)[:-999],
        None,
        "damaged or cut short",
    ),
    (b"@article{a, title={A}}\n@article{b, title={B\n", 2, "cannot be read"),
]


@pytest.mark.parametrize(("content", "line", "reason"), BAD)
def test_what_cannot_be_read_is_told_at_its_line(
    content: bytes, line: int | None, reason: str, tmp_path: Path
) -> None:
    entries = read(tmp_path / "x", content)
    (bad,) = (entry for entry in entries if isinstance(entry, BadRecord))
    assert (bad.file, bad.line) == (tmp_path / "x", line)
    assert reason in bad.reason
    assert any(isinstance(entry, BulkQuestion) for entry in entries)


def test_parquet_that_is_none_is_told(tmp_path: Path) -> None:
    pq.write_table(pa.table({"name": ["x"]}), tmp_path / "x")
    (entry,) = read_questions(tmp_path / "x")
    assert isinstance(entry, BadRecord)
    assert absent(entry.reason, "no column", "`title`") == []
    whole = (tmp_path / "x").read_bytes()
    (cut,) = read(tmp_path / "y", whole[:-9])
    (packed,) = read(tmp_path / "z", gzip.compress(whole))
    assert isinstance(cut, BadRecord)
    assert isinstance(packed, BadRecord)
    assert "cut short" in cut.reason
    assert "compressed" in packed.reason
