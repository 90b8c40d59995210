"""Write the works of a catalogue to a SQLite file, for look-ups without an engine.

SQLite is in Python's standard library, finds a title in some hundredths of a millisecond, and many
processes can read a file at once. The file is derived from the Parquet files.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from refmatter.catalog.database import (
    APPLICATION_ID,
    LIST_COLUMNS,
    LIST_SEPARATOR,
    LOOKUP_COLUMNS,
    SCHEMA_VERSION,
)
from refmatter.catalog.layout import WORK_COLUMNS

MAX_WORKS = 20_000_000
"""The most works for which the file is made by default: about 8 GB."""

_COLUMNS = ", ".join(
    f"{name} {'INTEGER' if WORK_COLUMNS[name] in ('int', 'long', 'flag') else 'TEXT'}"
    for name in LOOKUP_COLUMNS
)
_TABLES = f"""
CREATE TABLE works (n INTEGER PRIMARY KEY, {_COLUMNS});
CREATE TABLE ids (scheme TEXT, id TEXT, work INTEGER, PRIMARY KEY (scheme, id, work)) WITHOUT ROWID;
CREATE TABLE keys (title_key TEXT, work INTEGER, PRIMARY KEY (title_key, work)) WITHOUT ROWID;
"""


def write_lookup(
    path: Path,
    works: Iterable[Sequence[Any]],
    ids: Iterable[Sequence[Any]],
    keys: Iterable[Sequence[Any]],
) -> None:
    """Write the file from rows that are sorted as in the catalogue's Parquet files.

    `works` have the columns `database.LOOKUP_COLUMNS`. Raises sqlite3.Error and OSError.
    """
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size = 8192")
        connection.execute("PRAGMA journal_mode = off")
        connection.execute("PRAGMA synchronous = off")
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.executescript(_TABLES)
        connection.execute("BEGIN")
        marks = ", ".join("?" * len(LOOKUP_COLUMNS))
        connection.executemany(f"INSERT INTO works VALUES (NULL, {marks})", _flatten_lists(works))
        connection.executemany("INSERT INTO ids VALUES (?, ?, ?)", ids)
        connection.executemany("INSERT INTO keys VALUES (?, ?)", keys)
        connection.execute("COMMIT")
        connection.execute("CREATE INDEX works_by_key ON works (title_key)")
        connection.execute("CREATE INDEX works_by_number ON works (work)")
        _index_words(connection)
        connection.execute("ANALYZE")


def _index_words(connection: sqlite3.Connection) -> None:
    """Make an index of the words in titles, if this SQLite can."""
    try:
        connection.execute(
            "CREATE VIRTUAL TABLE titles USING fts5("
            "title, content='works', content_rowid='n', detail=none, "
            "tokenize='unicode61 remove_diacritics 2')"
        )
    except sqlite3.OperationalError:  # built without FTS5
        return
    connection.execute("INSERT INTO titles(titles) VALUES ('rebuild')")


def _flatten_lists(works: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    """Yield the rows with each list joined to a text, as SQLite has no lists."""
    list_columns = [LOOKUP_COLUMNS.index(column) for column in LIST_COLUMNS]
    for work in works:
        flat = list(work)
        for index in list_columns:
            if flat[index] is not None:
                flat[index] = LIST_SEPARATOR.join(flat[index])
        yield flat
