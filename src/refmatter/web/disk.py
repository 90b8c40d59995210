"""A folder to an open diskcache that holds plain bytes and nothing else.

diskcache unpickles what it reads unless it is told otherwise (CVE-2025-69872), takes names
of files to read and to delete from its rows, and attributes and pragmas from its Settings
table. A cache folder may come with a repository, so none of these is trusted here: values
and keys are bytes inside the database, rows that claim anything else are swept out before
they are read, and a database with other settings than ours is not opened.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import diskcache

_RAW = 1
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
_NUMBERS = frozenset({"count", "size", "hits", "misses", "size_limit"})
_SWEEP = (
    "DELETE FROM Cache WHERE raw IS NOT 1 OR mode IS NOT 1 OR filename IS NOT NULL"
    " OR typeof(key) != 'blob' OR typeof(value) != 'blob'"
)
BUSY_SECONDS = 5.0
"""How long to wait for another process that writes to the cache."""


class ForeignCache(ValueError):  # noqa: N818 - the house names errors for what is wrong
    """What stands in the cache is not what this program puts there."""


class PlainDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache ships no types
    """Bytes in, bytes out, inside the database.

    Reading anything else raises `ForeignCache`, writing it TypeError.
    """

    def put(self, key: Any) -> tuple[memoryview, bool]:
        """A key as its column and the flag that says it is as it was."""
        if type(key) is not bytes:
            raise TypeError("a key of the cache must be bytes")
        return sqlite3.Binary(key), True

    def get(self, key: Any, raw: Any) -> bytes:
        """A key from its column."""
        if raw != 1 or type(key) is not bytes:
            raise ForeignCache("a key of the cache is not bytes")
        return key

    def store(self, value: Any, read: Any, key: Any = None) -> tuple[int, int, None, memoryview]:
        """A value as its columns: size on disk, mode, file name, value."""
        del key
        if read or type(value) is not bytes:
            raise TypeError("a value of the cache must be bytes")
        return 0, _RAW, None, sqlite3.Binary(value)

    def fetch(self, mode: Any, filename: Any, value: Any, read: Any) -> bytes:
        """A value from its columns."""
        if read or mode != _RAW or filename is not None or type(value) is not bytes:
            raise ForeignCache("a value of the cache is not bytes")
        return value

    def remove(self, file_path: Any) -> None:
        """Nothing: no value of ours is a file, and no row says which file may go."""


def opened(folder: Path, size_limit: int, busy: float = BUSY_SECONDS) -> diskcache.Cache:
    """The cache in this folder, made where it is missing; at most `size_limit` bytes.
    Another process that is writing to it is waited for `busy` seconds at most.

    Raises `ForeignCache` where the database is not ours, sqlite3's errors where it is damaged,
    and OSError where the folder cannot be used.
    """
    if os.path.expandvars(folder) != str(folder) or str(folder).startswith("~"):
        # diskcache expands ~ and $NAME in a path, and would write somewhere else.
        raise OSError(f"the path of the cache must not hold ~ or variables: {folder}")
    database = database_of(folder)
    if database.exists():
        _inspect(database, busy)
    return diskcache.Cache(
        str(folder),
        timeout=busy,
        disk=PlainDisk,
        size_limit=size_limit,
        **_SETTINGS,
    )


def database_of(folder: Path) -> Path:
    """The file in a cache folder that is the cache."""
    return folder / "cache.db"


def _inspect(database: Path, busy: float) -> None:
    with closing(sqlite3.connect(database, timeout=busy, isolation_level=None)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if not tables:
            return
        if "Settings" not in tables:
            raise ForeignCache("the database is another program's")
        for key, value in connection.execute("SELECT key, value FROM Settings"):
            if not _is_ours(key, value):
                raise ForeignCache("the settings of the database are not ours")
        if "Cache" in tables:
            connection.execute(_SWEEP)


def _is_ours(key: object, value: object) -> bool:
    if key in _NUMBERS:
        return type(value) is int
    return key in _SETTINGS and _SETTINGS[str(key)] == value
