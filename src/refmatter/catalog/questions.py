"""Read files of titles or references as questions for a bulk match.

The content decides what a file is: JSON lines or an array; CSV or tab-separated text whose first
line has a column `title`; Parquet with such a column; what a dump reader recognises (BibTeX,
CSL-JSON, …); or plain text, one title a line.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from refmatter.catalog import parquet
from refmatter.dumps import detect
from refmatter.dumps.decompress import DumpFile, open_dump
from refmatter.dumps.json_stream import MAX_RECORD_BYTES, split_records
from refmatter.dumps.record import BadRecord, DumpRecord
from refmatter.model import Hints
from refmatter.notes.note_identifiers import carried
from refmatter.titles import MAX_TITLE_LETTERS, readable, title_key

QUESTION_FIELDS: Final = (
    "id", "title", "year", "author", "authors", "first_author", "doi", "arxiv", "acl", "dblp",
    "openalex", "s2", "url",
)  # fmt: skip
"""The names that are read in JSON, CSV and Parquet, in any case; other names are ignored.

Identifiers may also have the names that notes use (`arxiv_id`).
"""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_PARQUET_MAGIC = b"PAR1"
_JSON_START = re.compile(rb'\s*(?:\[\s*)?\{\s*"')
_NAME_SEPARATORS = re.compile(r"\s*;\s*|\s+and\s+")
_MIN_YEAR, _MAX_YEAR = 1, 9999
_NOT_TEXT = "it is not UTF-8 text"
_LINE_TOO_LONG = f"it is longer than {MAX_RECORD_BYTES // 2**20} MB"


@dataclass(frozen=True, slots=True)
class BulkQuestion:
    """A title to look up, and what is known of its work.

    `line` is its line from 1, in Parquet its row; None if there is none. `id` is its name in the
    file.
    """

    file: Path
    line: int | None
    id: str | None
    title: str
    hints: Hints = Hints()


QuestionEntry: TypeAlias = BulkQuestion | BadRecord


def read_questions(path: Path) -> Iterator[QuestionEntry]:
    """Yield the questions of a file, in order, `-` being standard input; bad ones as `BadRecord`.

    Raises ConfigError if the file does not exist or cannot be opened.
    """
    with open_dump(path) as file:
        yield from _read_file(file)
        if file.damage:
            yield BadRecord(file.path, None, file.damage)


def _read_file(file: DumpFile) -> Iterator[QuestionEntry]:
    """Yield the questions of an open file, by its kind."""
    if file.head.startswith(_PARQUET_MAGIC):
        return _parquet_questions(file)
    if detect.find_reader(file) is not None or file.is_tar:
        return _dump_questions(file)
    if _JSON_START.match(file.head.removeprefix(_BYTE_ORDER_MARK)):
        return _json_questions(file)
    first = file.head.removeprefix(_BYTE_ORDER_MARK).partition(b"\n")[0].decode("utf-8", "replace")
    separator = next(
        (character for character in ",;\t" if "title" in _header_names(first, character)), None
    )
    return _table_questions(file, separator) if separator else _text_questions(file)


def _header_names(line: str, separator: str) -> list[str]:
    """Return the column names in the first line of a table, or nothing if it is not a table."""
    if separator not in line and line.strip().strip('"').lower() != "title":
        return []
    return [name.strip().lower() for name in next(csv.reader([line], delimiter=separator), [])]


def _dump_questions(file: DumpFile) -> Iterator[QuestionEntry]:
    """Yield the records of a dump's file as questions."""
    for entry in detect.read_entries(file):
        if isinstance(entry, BadRecord):
            yield entry
        elif isinstance(entry, DumpRecord):
            work = entry.work
            first = work.authors[0] if work.authors else None
            hints = Hints(work.year, first, work.identifiers, work.authors or ())
            yield BulkQuestion(
                file.path, None, entry.key.partition("#")[0] or None, work.title, hints
            )


def _json_questions(file: DumpFile) -> Iterator[QuestionEntry]:
    """Yield the questions in the objects of a JSON file."""
    for file_slice in split_records(file):
        if isinstance(file_slice, BadRecord):
            yield file_slice
            continue
        try:
            value = json.loads(file_slice.data)
        except (ValueError, RecursionError) as error:
            yield BadRecord(file.path, file_slice.line, f"invalid JSON: {error}")
            continue
        yield _make_question(file.path, file_slice.line, value)


def _numbered_lines(file: DumpFile) -> Iterator[tuple[int, str | None]]:
    """Yield the lines with their numbers; None for one that is not UTF-8 text, or too long."""
    number = 0
    while line := file.stream.readline(MAX_RECORD_BYTES + 1):
        number += 1
        if len(line) > MAX_RECORD_BYTES:
            while line and not line.endswith(b"\n"):
                line = file.stream.readline(MAX_RECORD_BYTES)
            yield number, None
            continue
        try:
            yield number, (line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line).decode()
        except UnicodeDecodeError:
            yield number, None


def _text_questions(file: DumpFile) -> Iterator[QuestionEntry]:
    """Yield a question for each line that is not blank."""
    for number, line in _numbered_lines(file):
        if line is None:
            yield BadRecord(
                file.path, number, f"{_NOT_TEXT}, or {_LINE_TOO_LONG.removeprefix('it is ')}"
            )
        elif line.strip():
            yield _make_question(file.path, number, {"title": line})


def _table_questions(file: DumpFile, separator: str) -> Iterator[QuestionEntry]:
    """Yield the questions in the rows of a table; quoted fields may contain line breaks."""
    names: list[str] = []
    open_row, start = "", 0
    for number, line in _numbered_lines(file):
        if line is None:
            yield BadRecord(
                file.path, number, f"{_NOT_TEXT}, or {_LINE_TOO_LONG.removeprefix('it is ')}"
            )
            open_row = ""
            continue
        start = start if open_row else number
        open_row += line
        if open_row.count('"') % 2 and len(open_row) <= MAX_RECORD_BYTES:
            continue  # a quoted field is not closed yet
        row, open_row = next(csv.reader(io.StringIO(open_row), delimiter=separator), []), ""
        if not names:
            names = [name.strip().lower() for name in row]
        elif len(row) > len(names):
            yield BadRecord(file.path, start, f"it has {len(row)} fields, but the first line has "
                                        f"{len(names)}")  # fmt: skip
        elif row:
            yield _make_question(file.path, start, dict(zip(names, row, strict=False)))
    if open_row:
        yield BadRecord(file.path, start, "a quotation mark is not closed")


def _parquet_questions(file: DumpFile) -> Iterator[QuestionEntry]:
    """Yield the questions in a Parquet file; one of OpenAlex is read as a dump."""
    if not file.is_plain:
        yield BadRecord(file.path, None, "Parquet cannot be read from a pipe or a compressed file")
        return
    try:
        names = parquet.column_names(file.path)
        if "authorships" in names:
            yield from _dump_questions(file)
            return
        columns = [name for name in names if name.lower() in QUESTION_FIELDS]
        if "title" not in {name.lower() for name in columns}:
            yield BadRecord(file.path, None, "it has no column `title`")
            return
        for number, row in enumerate(parquet.read_rows([file.path], columns), start=1):
            yield _make_question(file.path, number, dict(zip(columns, row, strict=True)))
    except (ValueError, OSError) as error:
        yield BadRecord(file.path, None, f"it is damaged or cut short: {error}")


def _make_question(file: Path, line: int, value: object) -> QuestionEntry:
    """Return the question in an object or row, or why it has none."""
    if not isinstance(value, Mapping):
        return BadRecord(file, line, "it is not an object with a title")
    fields: dict[str, Any] = {str(name).lower(): value for name, value in value.items()}
    title = fields.get("title")
    if not isinstance(title, str) or not title_key(title):
        return BadRecord(file, line, "it has no title")
    if len(title) > MAX_TITLE_LETTERS:
        return BadRecord(file, line, f"its title has more than {MAX_TITLE_LETTERS:,} letters")
    try:
        year = _parse_year(fields.get("year"))
    except ValueError:
        return BadRecord(file, line, f"invalid year: {str(fields['year'])[:40]}")
    authors = _split_names(fields.get("authors")) or _split_names(fields.get("author"))
    first = (_split_names(fields.get("first_author")) or authors or (None,))[0]
    found_identifiers = carried([(k, v) for k, v in fields.items() if isinstance(v, str) and v], "")
    identifiers = found_identifiers.deciding.or_else(found_identifiers.linked)
    name = fields.get("id")
    question_id = None if name is None or isinstance(name, (Mapping, list)) else str(name)
    # Halves of characters, which no file can hold, are dropped.
    clean_title = " ".join(title.encode("utf-8", "ignore").decode().replace("\0", "").split())
    return BulkQuestion(
        file, line, question_id, clean_title, Hints(year, first, identifiers, authors)
    )


def _parse_year(value: object) -> int | None:
    """Return a year, None for none. Raises ValueError if it is not between 1 and 9999."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, float):
        value = int(value) if value.is_integer() else None
    year = int(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else 0
    if not _MIN_YEAR <= year <= _MAX_YEAR:
        raise ValueError
    return year


def _split_names(value: object) -> tuple[str, ...]:
    """Return the names in a list, or in a text separated by `;` or `and`."""
    if isinstance(value, str):
        value = _NAME_SEPARATORS.split(value)
    if not isinstance(value, Sequence):
        return ()
    return tuple(name for part in value if isinstance(part, str) and (name := readable(part)))
