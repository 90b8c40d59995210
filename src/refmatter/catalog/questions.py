"""A file of titles or references -> questions, each with what is known beside its title.

What a file is shows in its content: JSON lines (or an array), CSV or tab-separated text whose
first line names a column `title`, Parquet with such a column, whatever a dump's reader knows
(BibTeX, CSL-JSON, …), else plain text, a title a line.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeAlias

from refmatter.catalog import parquet
from refmatter.dumps import detect
from refmatter.dumps.decompress import Opened, opened
from refmatter.dumps.json_stream import RECORD, pieces
from refmatter.dumps.record import BadRecord, DumpRecord
from refmatter.model import Hints
from refmatter.notes.note_identifiers import carried
from refmatter.titles import MAX_TITLE_LETTERS, readable, title_key

COLUMNS: Final = (
    "id", "title", "year", "author", "authors", "first_author", "doi", "arxiv", "acl", "dblp",
    "openalex", "s2", "url",
)  # fmt: skip
"""The names that say something in JSON, CSV and Parquet, in small letters or not; what else there
is is let pass. Identifiers may also be called as in notes (`arxiv_id`)."""

_MARK = b"\xef\xbb\xbf"
_PARQUET = b"PAR1"
_OBJECTS = re.compile(rb'\s*(?:\[\s*)?\{\s*"')
_BETWEEN = re.compile(r"\s*;\s*|\s+and\s+")
_EARLIEST, _LATEST = 1, 9999
_TEXT = "it is no text in UTF-8"
_LONG = f"it is longer than {RECORD // 2**20} MB"


@dataclass(frozen=True, slots=True)
class BulkQuestion:
    """A title that is asked for: where it stands (its line from 1, its row in Parquet; None where
    it has none), what it is called there, and what is known of its work."""

    file: Path
    line: int | None
    id: str | None
    title: str
    hints: Hints = Hints()


Said: TypeAlias = BulkQuestion | BadRecord


def questions(path: Path) -> Iterator[Said]:
    """The questions of a file, in its order, `-` being standard input; what cannot be read is a
    Bad. Raises ConfigError where there is no such file, or it cannot be opened."""
    with opened(path) as file:
        yield from _of(file)
        if file.damage:
            yield BadRecord(file.path, None, file.damage)


def _of(file: Opened) -> Iterator[Said]:
    if file.head.startswith(_PARQUET):
        return _rows(file)
    if detect.reader_of(file) is not None or file.tar:
        return _records(file)
    if _OBJECTS.match(file.head.removeprefix(_MARK)):
        return _objects(file)
    first = file.head.removeprefix(_MARK).partition(b"\n")[0].decode("utf-8", "replace")
    separator = next((each for each in ",;\t" if "title" in _names(first, each)), None)
    return _table(file, separator) if separator else _lines(file)


def _names(line: str, separator: str) -> list[str]:
    if separator not in line and line.strip().strip('"').lower() != "title":
        return []
    return [each.strip().lower() for each in next(csv.reader([line], delimiter=separator), [])]


def _records(file: Opened) -> Iterator[Said]:
    """What the reader of a dump makes of it."""
    for each in detect.entries(file):
        if isinstance(each, BadRecord):
            yield each
        elif isinstance(each, DumpRecord):
            work = each.work
            first = work.authors[0] if work.authors else None
            hints = Hints(work.year, first, work.identifiers, work.authors or ())
            yield BulkQuestion(
                file.path, None, each.key.partition("#")[0] or None, work.title, hints
            )


def _objects(file: Opened) -> Iterator[Said]:
    for piece in pieces(file):
        if isinstance(piece, BadRecord):
            yield piece
            continue
        try:
            said = json.loads(piece.text)
        except (ValueError, RecursionError) as error:
            yield BadRecord(file.path, piece.line, f"it is no JSON: {error}")
            continue
        yield _asked(file.path, piece.line, said)


def _text(file: Opened) -> Iterator[tuple[int, str | None]]:
    """The lines, each with its number; None for one that is no text, or longer than a record."""
    for number in count(1):
        line = file.stream.readline(RECORD + 1)
        if not line:
            return
        if len(line) > RECORD:
            while line and not line.endswith(b"\n"):
                line = file.stream.readline(RECORD)
            yield number, None
            continue
        try:
            yield number, (line.removeprefix(_MARK) if number == 1 else line).decode()
        except UnicodeDecodeError:
            yield number, None


def _lines(file: Opened) -> Iterator[Said]:
    for number, line in _text(file):
        if line is None:
            yield BadRecord(file.path, number, f"{_TEXT}, or {_LONG.removeprefix('it is ')}")
        elif line.strip():
            yield _asked(file.path, number, {"title": line})


def _table(file: Opened, separator: str) -> Iterator[Said]:
    """The rows of a table, whose fields may go on over several lines."""
    names: list[str] = []
    held, start = "", 0
    for number, line in _text(file):
        if line is None:
            yield BadRecord(file.path, number, f"{_TEXT}, or {_LONG.removeprefix('it is ')}")
            held = ""
            continue
        start = start if held else number
        held += line
        if held.count('"') % 2 and len(held) <= RECORD:
            continue  # a quoted field is not closed yet
        row, held = next(csv.reader(io.StringIO(held), delimiter=separator), []), ""
        if not names:
            names = [each.strip().lower() for each in row]
        elif len(row) > len(names):
            yield BadRecord(file.path, start, f"it has {len(row)} fields, and the first line names "
                                        f"{len(names)}")  # fmt: skip
        elif row:
            yield _asked(file.path, start, dict(zip(names, row, strict=False)))
    if held:
        yield BadRecord(file.path, start, "a quotation mark is not closed")


def _rows(file: Opened) -> Iterator[Said]:
    """The rows of a Parquet file; those of OpenAlex's works are read as that."""
    if not file.plain:
        yield BadRecord(
            file.path, None, "Parquet is read from its end: give it as a file, not packed"
        )
        return
    try:
        named = parquet.names(file.path)
        if "authorships" in named:
            yield from _records(file)
            return
        columns = [each for each in named if each.lower() in COLUMNS]
        if "title" not in {each.lower() for each in columns}:
            yield BadRecord(file.path, None, "it has no column `title`")
            return
        for number, row in enumerate(parquet.rows([file.path], columns), start=1):
            yield _asked(file.path, number, dict(zip(columns, row, strict=True)))
    except (ValueError, OSError) as error:
        yield BadRecord(file.path, None, f"it is damaged or cut short: {error}")


def _asked(file: Path, line: int, said: object) -> Said:
    """The question that an object or a row is."""
    if not isinstance(said, Mapping):
        return BadRecord(file, line, "it is no object with a title")
    known: dict[str, Any] = {str(name).lower(): value for name, value in said.items()}
    title = known.get("title")
    if not isinstance(title, str) or not title_key(title):
        return BadRecord(file, line, "it has no title")
    if len(title) > MAX_TITLE_LETTERS:
        return BadRecord(file, line, f"its title has more than {MAX_TITLE_LETTERS:,} letters")
    try:
        year = _year(known.get("year"))
    except ValueError:
        return BadRecord(file, line, f"its year is none: {str(known['year'])[:40]}")
    authors = _people(known.get("authors")) or _people(known.get("author"))
    first = (_people(known.get("first_author")) or authors or (None,))[0]
    named = carried([(k, v) for k, v in known.items() if isinstance(v, str) and v], "")
    identifiers = named.own.or_else(named.linked)
    called = known.get("id")
    own = None if called is None or isinstance(called, (Mapping, list)) else str(called)
    # Halves of characters, which no file can hold, are dropped.
    whole = " ".join(title.encode("utf-8", "ignore").decode().replace("\0", "").split())
    return BulkQuestion(file, line, own, whole, Hints(year, first, identifiers, authors))


def _year(said: object) -> int | None:
    """Raises ValueError for what is no year."""
    if said is None or (isinstance(said, str) and not said.strip()):
        return None
    if isinstance(said, float) and not said.is_integer():
        raise ValueError
    if not isinstance(said, (str, int, float)) or isinstance(said, bool):
        raise ValueError  # noqa: TRY004 - the caller tells it as any other wrong year
    year = int(said)
    if not _EARLIEST <= year <= _LATEST:
        raise ValueError
    return year


def _people(said: object) -> tuple[str, ...]:
    """Names: a list of them, or a text in which `;` or `and` stands between them."""
    if isinstance(said, str):
        said = _BETWEEN.split(said)
    if not isinstance(said, Sequence):
        return ()
    return tuple(name for each in said if isinstance(each, str) and (name := readable(each)))
