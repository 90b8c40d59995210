"""A catalogue's works -> one SQLite file, from which they are looked up without any engine.

SQLite is in Python's standard library, answers a title in some hundredths of a millisecond, and a
file of it can be read by many processes at once. It is derived: the Parquet files are the truth.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from refmatter.catalog.database import APPLICATION, COLUMNS, FORM, LISTED, SEPARATOR
from refmatter.catalog.layout import WORK_COLUMNS

MOST = 20_000_000
"""Works for which it is made unless somebody says so: about 8 GB."""

_COLUMNS = ", ".join(
    f"{name} {'INTEGER' if WORK_COLUMNS[name] in ('int', 'long', 'flag') else 'TEXT'}"
    for name in COLUMNS
)
_TABLES = f"""
CREATE TABLE works (n INTEGER PRIMARY KEY, {_COLUMNS});
CREATE TABLE ids (scheme TEXT, id TEXT, work INTEGER, PRIMARY KEY (scheme, id, work)) WITHOUT ROWID;
CREATE TABLE keys (title_key TEXT, work INTEGER, PRIMARY KEY (title_key, work)) WITHOUT ROWID;
"""


def make(
    path: Path,
    works: Iterable[Sequence[Any]],
    ids: Iterable[Sequence[Any]],
    keys: Iterable[Sequence[Any]],
) -> None:
    """Write the file from rows that are sorted as the catalogue's files are: of `works` the
    columns of `shelf.COLUMNS`. Raises sqlite3.Error and OSError."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as made:
        made.execute("PRAGMA page_size = 8192")
        made.execute("PRAGMA journal_mode = off")
        made.execute("PRAGMA synchronous = off")
        made.execute("PRAGMA cache_size = -65536")
        made.execute(f"PRAGMA application_id = {APPLICATION}")
        made.execute(f"PRAGMA user_version = {FORM}")
        made.executescript(_TABLES)
        made.execute("BEGIN")
        marks = ", ".join("?" * len(COLUMNS))
        made.executemany(f"INSERT INTO works VALUES (NULL, {marks})", _flat(works))
        made.executemany("INSERT INTO ids VALUES (?, ?, ?)", ids)
        made.executemany("INSERT INTO keys VALUES (?, ?)", keys)
        made.execute("COMMIT")
        made.execute("CREATE INDEX works_by_key ON works (title_key)")
        made.execute("CREATE INDEX works_by_number ON works (work)")
        _make_text(made)
        made.execute("ANALYZE")


def _make_text(made: sqlite3.Connection) -> None:
    """The index of titles by word, where this SQLite can make one."""
    try:
        made.execute(
            "CREATE VIRTUAL TABLE titles USING fts5("
            "title, content='works', content_rowid='n', detail=none, "
            "tokenize='unicode61 remove_diacritics 2')"
        )
    except sqlite3.OperationalError:  # built without FTS5
        return
    made.execute("INSERT INTO titles(titles) VALUES ('rebuild')")


def _flat(works: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    """Lists as text: SQLite has none."""
    listed = [COLUMNS.index(each) for each in LISTED]
    for work in works:
        flat = list(work)
        for index in listed:
            if flat[index] is not None:
                flat[index] = SEPARATOR.join(flat[index])
        yield flat
