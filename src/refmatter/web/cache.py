"""A request to the answer that was remembered for it, else to a new one that is remembered.

Remembered answers live in a `Store`, a folder that may be deleted at any time: it costs
time, never correctness.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self, TypeAlias, TypeVar

import diskcache
import httpx

from refmatter.web.disk import BUSY_SECONDS, ForeignCache, database_of, opened

Keep: TypeAlias = Callable[[int, str, bytes], bool]
"""Whether an answer (status, content type, decoded body) may be remembered."""

_T = TypeVar("_T")
_log = logging.getLogger("refmatter.web")
_FORM = 1
_LONGEST_HEADER = 512
_LONGEST_CONTENT_TYPE = 200
_LONGEST_KEPT = 64 * 2**20
_WAITS = 3
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGED = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class Store:
    """Bytes by key in a folder, for all threads of a run and for other runs beside it.

    At most `size_limit` bytes; the entries stored longest ago go first. Nothing is made on
    disk before something is written. No trouble with the disk ends a run: a damaged
    database is set aside (`cache.db.damaged`) and begun anew, and where that does not help
    the run goes on without; both are logged as warnings. Who writes to it beside us is waited
    for `busy` seconds, when it is opened once and later three times: a process that hangs
    holds up no run.
    """

    def __init__(self, folder: Path, size_limit: int = 2**30, busy: float = BUSY_SECONDS) -> None:
        self._folder = folder.absolute()
        self._size_limit = size_limit
        self._busy = busy
        self._waits = 0
        self._lock = threading.Lock()
        # diskcache has a connection for each thread, and closes that of the thread which
        # calls close(). With one thread for all there is one connection, and it is closed.
        self._thread: ThreadPoolExecutor | None = None
        self._cache: diskcache.Cache | None = None
        self._repaired = False
        self._usable = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, key: bytes) -> bytes | None:
        """The bytes stored for this key; None where there are none."""
        if self._cache is None and not database_of(self._folder).exists():
            return None

        def read(cache: diskcache.Cache) -> bytes | None:
            try:
                value: bytes | None = cache.get(key)
            except ForeignCache:
                cache.delete(key)
                return None
            return value

        return self._run(read)

    def write(self, key: bytes, value: bytes) -> None:
        """Store bytes for this key."""
        self._run(lambda cache: cache.set(key, value))

    def remove(self, key: bytes) -> None:
        """Forget what is stored for this key."""
        self._run(lambda cache: cache.delete(key))

    def close(self) -> None:
        """Let the database go. A store that is used again opens it again."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.submit(self._close).result()
            thread.shutdown()

    def _run(self, act: Callable[[diskcache.Cache], _T]) -> _T | None:
        with self._lock:
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1, thread_name_prefix="refmatter-cache")
            future = self._thread.submit(self._act, act)
        return future.result()

    def _act(self, act: Callable[[diskcache.Cache], _T]) -> _T | None:
        if not self._usable:
            return None
        try:
            if self._cache is None:
                self._cache = opened(self._folder, self._size_limit, self._busy)
            return act(self._cache)
        except diskcache.Timeout as error:
            self._wait(error)
        except (sqlite3.Error, ValueError) as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
            if code in _BUSY:
                self._wait(error)
            elif code in _DAMAGED and not self._repaired:
                self._set_aside(error)
            else:
                self._give_up(error)
        except OSError as error:
            self._give_up(error)
        return None

    def _wait(self, error: Exception) -> None:
        """Somebody else was writing for all the time that we waited."""
        self._waits += 1
        if self._waits == _WAITS or self._cache is None:
            self._give_up(error)

    def _set_aside(self, error: Exception) -> None:
        self._repaired = True
        self._close()
        database = database_of(self._folder)
        try:
            database.replace(database.with_name(f"{database.name}.damaged"))
            for ending in ("-wal", "-shm"):
                database.with_name(database.name + ending).unlink(missing_ok=True)
        except OSError as trouble:
            self._give_up(trouble)
        else:
            _log.warning("the cache in %s is set aside: %s", self._folder, error)

    def _give_up(self, error: Exception) -> None:
        self._usable = False
        self._close()
        _log.warning(
            "the cache in %s is not used: %s; the run goes on without it, and asks anew",
            self._folder,
            str(error) or "another process is writing to it",
        )

    def _close(self) -> None:
        cache, self._cache = self._cache, None
        if cache is not None:
            with suppress(sqlite3.Error):
                cache.close()


@dataclass(frozen=True, slots=True)
class _CacheEntry:
    """An answer as remembered: one line of JSON, and the body as it is."""

    status: int
    content_type: str
    fetched: date
    body: bytes

    def packed(self) -> bytes:
        header = {
            "form": _FORM,
            "status": self.status,
            "content_type": self.content_type if _plain(self.content_type) else "",
            "fetched": self.fetched.isoformat(),
        }
        return json.dumps(header).encode() + b"\n" + self.body

    @classmethod
    def unpacked(cls, packed: bytes) -> Self | None:
        """None where these are not the bytes of an entry."""
        line, newline, _ = packed[:_LONGEST_HEADER].partition(b"\n")
        try:
            header: Any = json.loads(line.decode())
            status, content_type = header["status"], header["content_type"]
            fetched = date.fromisoformat(header["fetched"])
            right = header["form"] == _FORM and status in range(100, 600) and newline
        except (ValueError, TypeError, LookupError, RecursionError):
            return None
        if not right or type(status) is not int or not _plain(content_type):
            return None
        return cls(status, content_type, fetched, packed[len(line) + 1 :])


def _plain(content_type: object) -> bool:
    """Whether it can be a header again."""
    return (
        isinstance(content_type, str)
        and len(content_type) <= _LONGEST_CONTENT_TYPE
        and content_type.isascii()
        and content_type.isprintable()
    )


class Cached(httpx.BaseTransport):
    """Answers from the store where it can.

    An entry that is more than `days` days old (by `today`) is asked for anew; with `fresh`
    every request is, and the store is only written. `request.extensions["keep"]`, a `Keep`,
    decides what is remembered; without one nothing is.

    Each response carries `extensions["fetched"]`, the ISO day on which the service said it,
    and `extensions["cached"]`.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        store: Store,
        today: Callable[[], date],
        days: int,
        fresh: bool = False,
    ) -> None:
        self._inner = inner
        self._store = store
        self._today = today
        self._days = days
        self._fresh = fresh

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The remembered answer, or the inner one."""
        key = key_of(request)
        remembered = None if self._fresh else self._remembered(key)
        if remembered is not None:
            return httpx.Response(
                remembered.status,
                headers={"content-type": remembered.content_type},
                content=remembered.body,
                extensions={"fetched": remembered.fetched.isoformat(), "cached": True},
                request=request,
            )
        response = self._inner.handle_request(request)
        body = response.read()
        content_type = response.headers.get("content-type", "")
        today = self._today()
        keep: Keep | None = request.extensions.get("keep")
        if (
            keep is not None
            and len(body) <= _LONGEST_KEPT
            and keep(response.status_code, content_type, body)
        ):
            entry = _CacheEntry(response.status_code, content_type, today, body)
            self._store.write(key, entry.packed())
        response.extensions = {
            **response.extensions,
            "fetched": today.isoformat(),
            "cached": False,
        }
        return response

    def close(self) -> None:
        """Close what is inside; the store belongs to who made it."""
        self._inner.close()

    def _remembered(self, key: bytes) -> _CacheEntry | None:
        packed = self._store.read(key)
        if packed is None:
            return None
        entry = _CacheEntry.unpacked(packed)
        if entry is None:
            self._store.remove(key)
            return None
        age = (self._today() - entry.fetched).days
        return entry if 0 <= age <= self._days else None


def key_of(request: httpx.Request) -> bytes:
    """The 32 bytes by which an answer is remembered.

    Made of method, scheme, host, port, path, sorted parameters and body. The host belongs
    to it because two services may have the same path; user names, passwords and headers do
    not, so that no key is ever stored and a new one finds the old answers.
    """
    url = request.url
    path = url.raw_path.partition(b"?")[0].decode("ascii")
    asked = [
        request.method,
        f"{url.scheme}://{url.host}:{url.port or ''}{path}",
        sorted(url.params.multi_items()),
    ]
    return hashlib.sha256(json.dumps(asked).encode() + b"\n" + request.read()).digest()
