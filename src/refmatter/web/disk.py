"""Open a diskcache safely: it holds bytes only, and unpickles nothing.

By default diskcache unpickles what it reads (CVE-2025-69872), takes names of files to read
and delete from its rows, and attributes and pragmas from its Settings table. A cache folder
may come with somebody's repository, so none of these is trusted: keys and values are bytes
inside the database, other rows are deleted before they are read, and a database with other
settings is not opened.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import diskcache

_RAW_MODE = 1
_SETTINGS: dict[str, int | str] = {
    "statistics": 0,
    "tag_index": 0,
    "eviction_policy": "least-recently-stored",
    "cull_limit": 10,
    "sqlite_auto_vacuum": 1,
    "sqlite_cache_size": 2**13,
    "sqlite_journal_mode": "wal",
    "sqlite_mmap_size": 2**26,
    "sqlite_synchronous": 1,
    "disk_min_file_size": 2**15,
    "disk_pickle_protocol": 0,
}
_NUMBER_SETTINGS = frozenset({"count", "size", "hits", "misses", "size_limit"})
_DELETE_FOREIGN_ROWS = (
    "DELETE FROM Cache WHERE raw IS NOT 1 OR mode IS NOT 1 OR filename IS NOT NULL"
    " OR typeof(key) != 'blob' OR typeof(value) != 'blob'"
)
BUSY_SECONDS = 5.0
"""Seconds to wait for another process that is writing to the cache."""


class ForeignCacheError(ValueError):
    """The cache holds something that this program does not write."""


class BytesDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache ships no types
    """Store keys and values as bytes inside the database, without pickle and files.

    Reading anything else raises `ForeignCacheError`, writing anything else TypeError.
    """

    def put(self, key: Any) -> tuple[memoryview, bool]:
        """Return the column that stores a key, and a flag that says it is not pickled."""
        if type(key) is not bytes:
            raise TypeError("a key of the cache must be bytes")
        return sqlite3.Binary(key), True

    def get(self, key: Any, raw: Any) -> bytes:
        """Return the key of a column."""
        if raw != 1 or type(key) is not bytes:
            raise ForeignCacheError("a key of the cache is not bytes")
        return key

    def store(self, value: Any, read: Any, key: Any = None) -> tuple[int, int, None, memoryview]:
        """Return a value's columns: size on disk, mode, file name, value."""
        del key
        if read or type(value) is not bytes:
            raise TypeError("a value of the cache must be bytes")
        return 0, _RAW_MODE, None, sqlite3.Binary(value)

    def fetch(self, mode: Any, filename: Any, value: Any, read: Any) -> bytes:
        """Return the value of its columns."""
        if read or mode != _RAW_MODE or filename is not None or type(value) is not bytes:
            raise ForeignCacheError("a value of the cache is not bytes")
        return value

    def remove(self, file_path: Any) -> None:
        """Delete no file: no value is stored as one, and rows are not trusted to name any."""


def open_cache(
    folder: Path, size_limit: int, busy_seconds: float = BUSY_SECONDS
) -> diskcache.Cache:
    """Open or create the cache in a folder, with at most `size_limit` bytes.

    It waits at most `busy_seconds` for another process that is writing.

    Raises:
        ForeignCacheError: the database is another program's.
        sqlite3.Error: the database is damaged.
        OSError: the folder cannot be used.

    """
    if os.path.expandvars(folder) != str(folder) or str(folder).startswith("~"):
        # diskcache expands ~ and $NAME in a path, and would write somewhere else.
        raise OSError(f"the path of the cache must not hold ~ or variables: {folder}")
    database = database_path(folder)
    if database.exists():
        _check_database(database, busy_seconds)
    return diskcache.Cache(
        str(folder),
        timeout=busy_seconds,
        disk=BytesDisk,
        size_limit=size_limit,
        **_SETTINGS,
    )


def database_path(folder: Path) -> Path:
    """Return the path of a cache folder's database."""
    return folder / "cache.db"


def _check_database(database: Path, busy_seconds: float) -> None:
    """Delete foreign rows from a database. Raises `ForeignCacheError` if it is not ours."""
    with closing(
        sqlite3.connect(database, timeout=busy_seconds, isolation_level=None)
    ) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if not tables:
            return
        if "Settings" not in tables:
            raise ForeignCacheError("the database is another program's")
        for key, value in connection.execute("SELECT key, value FROM Settings"):
            if not _is_own_setting(key, value):
                raise ForeignCacheError("the settings of the database are not ours")
        if "Cache" in tables:
            connection.execute(_DELETE_FOREIGN_ROWS)


def _is_own_setting(key: object, value: object) -> bool:
    """Whether a row of the Settings table is one that this program writes."""
    if key in _NUMBER_SETTINGS:
        return type(value) is int
    return key in _SETTINGS and _SETTINGS[str(key)] == value
