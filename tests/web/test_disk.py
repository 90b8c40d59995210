"""What a stranger can put into a cache folder, and what comes of it: nothing."""

from __future__ import annotations

import os
import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import diskcache
import pytest

from refmatter.web.cache import ResponseStore
from refmatter.web.disk import BytesDisk, ForeignCacheError, open_cache
from support import absent

KEY = b"k" * 32
RAW, BINARY, TEXT, PICKLE = 1, 2, 3, 4


class Bomb:
    """Makes a file when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.marker),)


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "pickle-was-run"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cache folder with one entry."""
    folder = tmp_path / "cache"
    with ResponseStore(folder) as store:
        store.write(KEY, b"value")
    return folder


@contextmanager
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(folder / "cache.db")) as connection, connection:
        yield connection


def rows(folder: Path) -> int:
    with database(folder) as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM Cache")
    return int(count)


def test_the_bomb_works(marker: Path) -> None:
    pickle.loads(pickle.dumps(Bomb(marker)))  # noqa: S301 - made on the line itself
    assert marker.exists()


def test_diskcache_itself_would_run_it(folder: Path, marker: Path) -> None:
    """The danger is real: without our disk the planted row runs."""
    plant(folder, mode=PICKLE, value=pickle.dumps(Bomb(marker)))
    with diskcache.Cache(str(folder)) as cache:
        cache.get(KEY)
    assert marker.exists()


def plant(folder: Path, **columns: object) -> None:
    """Change columns of the entry."""
    with database(folder) as connection:
        for column, value in columns.items():
            connection.execute(f"UPDATE Cache SET {column} = ?", (value,))  # noqa: S608 - ours


@pytest.mark.parametrize("mode", [0, BINARY, TEXT, PICKLE, 5, "1x", None])
def test_a_planted_value_is_absent_and_removed(folder: Path, marker: Path, mode: object) -> None:
    plant(folder, mode=mode, value=pickle.dumps(Bomb(marker)))
    with ResponseStore(folder) as store:
        assert store.read(KEY) is None
    assert not marker.exists()
    assert rows(folder) == 0


@pytest.mark.parametrize("mode", [RAW, BINARY, TEXT, PICKLE])
def test_a_planted_file_is_neither_read_nor_removed(folder: Path, marker: Path, mode: int) -> None:
    outside = folder.parent / "thesis.txt"
    outside.write_bytes(pickle.dumps(Bomb(marker)))
    plant(folder, mode=mode, filename="../thesis.txt", value=None)
    with ResponseStore(folder) as store:
        assert store.read(KEY) is None
        store.write(KEY, b"new")
        store.delete(KEY)
    assert not marker.exists()
    assert outside.exists()


@pytest.mark.parametrize("mode", [RAW, PICKLE])
def test_a_row_planted_while_the_store_is_open(folder: Path, marker: Path, mode: int) -> None:
    outside = folder.parent / "thesis.txt"
    outside.write_bytes(pickle.dumps(Bomb(marker)))
    with ResponseStore(folder) as store:
        assert store.read(KEY) == b"value"
        plant(folder, mode=mode, filename=str(outside), value=None)
        assert store.read(KEY) is None
        assert rows(folder) == 0
    assert not marker.exists()
    assert outside.exists()


def test_a_planted_key_is_not_run(folder: Path, marker: Path) -> None:
    plant(folder, key=pickle.dumps(Bomb(marker)), raw=0)
    with ResponseStore(folder) as store:
        assert store.read(KEY) is None
        store.write(KEY, b"value")
        assert store.read(KEY) == b"value"
    assert not marker.exists()
    assert rows(folder) == 1


@pytest.mark.parametrize("value", ["text", 7, 1.5, None])
def test_a_value_that_is_not_bytes_is_absent(folder: Path, value: object) -> None:
    plant(folder, value=value)
    with ResponseStore(folder) as store:
        assert store.read(KEY) is None
    assert rows(folder) == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("_directory", "/elsewhere"),
        ("_directory", None),
        ("disk_min_file_size", 0),
        ("disk_fetch", "x"),
        ("sqlite_journal_mode", "delete"),
        ("sqlite_temp_store_directory", "/elsewhere"),
        ("sqlite_nothing", None),
        ("eviction_policy", "none"),
        ("eviction_policy", b"none"),
        ("size_limit", "much"),
        ("count", "many"),
    ],
)
def test_planted_settings_are_not_used(
    folder: Path, name: str, value: object, caplog: pytest.LogCaptureFixture
) -> None:
    with database(folder) as connection:
        connection.execute("INSERT OR REPLACE INTO Settings VALUES (?, ?)", (name, value))
    with ResponseStore(folder) as store:
        assert store.read(KEY) is None
        store.write(KEY, b"new")
        assert store.read(KEY) == b"new"
    assert absent(caplog.text, "settings", "database") == []
    with database(folder) as connection:
        kept = connection.execute("SELECT key, value FROM Settings").fetchall()
    assert (name, value) not in kept


def test_settings_of_ours_are_used_again(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with ResponseStore(folder) as store:
        assert store.read(KEY) == b"value"
    assert caplog.text == ""


def test_another_programs_database_is_left_to_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with database(tmp_path) as connection:
        connection.execute("CREATE TABLE Thesis (chapter)")
    with ResponseStore(tmp_path) as store:
        assert store.read(KEY) is None
    assert "another program's" in caplog.text
    with closing(sqlite3.connect(tmp_path / "cache.db.damaged")) as connection:
        assert connection.execute("SELECT * FROM Thesis").fetchall() == []


def test_a_database_that_another_run_has_just_begun_is_used(tmp_path: Path) -> None:
    with database(tmp_path) as connection:
        connection.execute("CREATE TABLE Settings (key TEXT NOT NULL UNIQUE, value)")
    with ResponseStore(tmp_path) as store:
        store.write(KEY, b"value")
        assert store.read(KEY) == b"value"


def test_an_empty_file_is_an_empty_database(tmp_path: Path) -> None:
    (tmp_path / "cache.db").touch()
    with ResponseStore(tmp_path) as store:
        store.write(KEY, b"value")
        assert store.read(KEY) == b"value"


@pytest.mark.parametrize("name", ["$REFMATTER_PLACE", "~"])
def test_a_path_is_not_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """diskcache would write elsewhere."""
    monkeypatch.setenv("REFMATTER_PLACE", str(tmp_path / "elsewhere"))
    folder = Path(name) if name == "~" else tmp_path / name
    with pytest.raises(OSError, match="must not hold"):
        open_cache(folder, 2**20)
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_locked_costs_the_answer_only(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with ResponseStore(folder, busy_seconds=0.01) as store:
        assert store.read(KEY) == b"value"
        with closing(sqlite3.connect(folder / "cache.db")) as other:
            other.execute("BEGIN IMMEDIATE")
            store.write(KEY, b"new")
        assert store.read(KEY) == b"value"
        store.write(KEY, b"new")
        assert store.read(KEY) == b"new"
    assert caplog.text == ""


def test_a_busy_database_costs_the_answer_only(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def meet_a_lock(_: object) -> None:
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise error

    with ResponseStore(folder) as store:
        store._submit(meet_a_lock)
        assert store.read(KEY) == b"value"
    assert caplog.text == ""


@pytest.fixture
def disk(tmp_path: Path) -> BytesDisk:
    return BytesDisk(str(tmp_path))


@pytest.mark.parametrize("key", ["text", 1, 1.5, (b"a",), None, bytearray(b"a")])
def test_keys_are_bytes(disk: BytesDisk, key: object) -> None:
    with pytest.raises(TypeError):
        disk.put(key)
    with pytest.raises(ForeignCacheError):
        disk.get(key, 1)


def test_a_key_that_is_marked_as_pickled_is_refused(disk: BytesDisk) -> None:
    assert disk.get(KEY, 1) == KEY
    with pytest.raises(ForeignCacheError):
        disk.get(KEY, 0)


@pytest.mark.parametrize("value", ["text", 1, (b"a",), None])
def test_values_are_bytes(disk: BytesDisk, value: object) -> None:
    with pytest.raises(TypeError):
        disk.store(value, False)
    with pytest.raises(TypeError):
        disk.store(b"value", True)


@pytest.mark.parametrize(
    "columns",
    [
        (0, None, b"value", False),
        (BINARY, None, b"value", False),
        (TEXT, None, b"value", False),
        (PICKLE, None, b"value", False),
        (RAW, "name", b"value", False),
        (RAW, None, "value", False),
        (RAW, None, b"value", True),
    ],
)
def test_only_plain_values_are_fetched(
    disk: BytesDisk, columns: tuple[int, str | None, bytes | str, bool]
) -> None:
    assert disk.fetch(RAW, None, b"value", False) == b"value"
    with pytest.raises(ForeignCacheError):
        disk.fetch(*columns)
