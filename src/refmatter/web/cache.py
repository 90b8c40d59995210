"""HTTP cache: answer a request from disk, or send it and store the response.

The cache folder may be deleted at any time: that costs requests, never correctness.
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

from refmatter.web.disk import BUSY_SECONDS, ForeignCacheError, database_path, open_cache

MayStore: TypeAlias = Callable[[int, str, bytes], bool]
"""Whether a response (status, content type, decoded body) may be stored."""

_T = TypeVar("_T")
_log = logging.getLogger("refmatter.web")
_FORMAT = 1
_MAX_HEADER_BYTES = 512
_MAX_CONTENT_TYPE = 200
_MAX_BODY_BYTES = 64 * 2**20
_MAX_WAITS = 3
_BUSY_CODES = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGED_CODES = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class ResponseStore:
    """Bytes by key in a folder, shared by the threads of a run and by concurrent runs.

    It holds at most `size_limit` bytes; the entries stored longest ago are evicted first.
    Nothing is created on disk before the first write. Disk trouble never ends a run: a damaged
    database is moved to `cache.db.damaged` and replaced by a new one, and if that fails the
    run goes on without a cache; both are logged as warnings. It waits `busy_seconds` for
    another process that is writing: once while opening, three times later, so that a hanging
    process cannot block a run.
    """

    def __init__(
        self, folder: Path, size_limit: int = 2**30, busy_seconds: float = BUSY_SECONDS
    ) -> None:
        self._folder = folder.absolute()
        self._size_limit = size_limit
        self._busy_seconds = busy_seconds
        self._waits = 0
        self._lock = threading.Lock()
        # diskcache has one connection per thread, and close() closes only that of the calling
        # thread. All work is done in one thread, so there is one connection, and it is closed.
        self._thread: ThreadPoolExecutor | None = None
        self._cache: diskcache.Cache | None = None
        self._repaired = False
        self._usable = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, key: bytes) -> bytes | None:
        """Return the bytes stored under a key; None if there are none."""
        if self._cache is None and not database_path(self._folder).exists():
            return None

        def get_or_delete(cache: diskcache.Cache) -> bytes | None:
            try:
                value: bytes | None = cache.get(key)
            except ForeignCacheError:
                cache.delete(key)
                return None
            return value

        return self._submit(get_or_delete)

    def write(self, key: bytes, value: bytes) -> None:
        """Store bytes under a key."""
        self._submit(lambda cache: cache.set(key, value))

    def delete(self, key: bytes) -> None:
        """Delete what is stored under a key."""
        self._submit(lambda cache: cache.delete(key))

    def close(self) -> None:
        """Close the database. The next use opens it again."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.submit(self._close_database).result()
            thread.shutdown()

    def _submit(self, action: Callable[[diskcache.Cache], _T]) -> _T | None:
        """Return the result of an action, run in the cache's thread; None if it failed."""
        with self._lock:
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1, thread_name_prefix="refmatter-cache")
            future = self._thread.submit(self._perform, action)
        return future.result()

    def _perform(self, action: Callable[[diskcache.Cache], _T]) -> _T | None:
        """Run an action in the cache's thread; open, replace or disable the cache if need be."""
        if not self._usable:
            return None
        try:
            if self._cache is None:
                self._cache = open_cache(self._folder, self._size_limit, self._busy_seconds)
            return action(self._cache)
        except diskcache.Timeout as error:
            self._count_wait(error)
        except (sqlite3.Error, ValueError) as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
            if code in _BUSY_CODES:
                self._count_wait(error)
            elif code in _DAMAGED_CODES and not self._repaired:
                self._set_aside(error)
            else:
                self._disable(error)
        except OSError as error:
            self._disable(error)
        return None

    def _count_wait(self, error: Exception) -> None:
        """Count a wait that ended with another process still writing; the last one is the limit."""
        self._waits += 1
        if self._waits == _MAX_WAITS or self._cache is None:
            self._disable(error)

    def _set_aside(self, error: Exception) -> None:
        """Move the damaged database away, so that the next use creates a new one."""
        self._repaired = True
        self._close_database()
        database = database_path(self._folder)
        try:
            database.replace(database.with_name(f"{database.name}.damaged"))
            for ending in ("-wal", "-shm"):
                database.with_name(database.name + ending).unlink(missing_ok=True)
        except OSError as trouble:
            self._disable(trouble)
        else:
            _log.warning("the cache in %s is set aside: %s", self._folder, error)

    def _disable(self, error: Exception) -> None:
        """Continue without a cache, and log why."""
        self._usable = False
        self._close_database()
        _log.warning(
            "the cache in %s is not used: %s; the run goes on without it and repeats requests",
            self._folder,
            str(error) or "another process is writing to it",
        )

    def _close_database(self) -> None:
        cache, self._cache = self._cache, None
        if cache is not None:
            with suppress(sqlite3.Error):
                cache.close()


@dataclass(frozen=True, slots=True)
class _CacheEntry:
    """A response as stored: one line of JSON, then the body."""

    status: int
    content_type: str
    fetched: date
    body: bytes

    def to_bytes(self) -> bytes:
        header = {
            "form": _FORMAT,
            "status": self.status,
            "content_type": self.content_type if _is_header_value(self.content_type) else "",
            "fetched": self.fetched.isoformat(),
        }
        return json.dumps(header).encode() + b"\n" + self.body

    @classmethod
    def from_bytes(cls, data: bytes) -> Self | None:
        """Return the entry of these bytes; None if they hold none."""
        line, newline, _ = data[:_MAX_HEADER_BYTES].partition(b"\n")
        try:
            header: Any = json.loads(line.decode())
            status, content_type = header["status"], header["content_type"]
            fetched = date.fromisoformat(header["fetched"])
            valid = header["form"] == _FORMAT and status in range(100, 600) and newline
        except (ValueError, TypeError, LookupError, RecursionError):
            return None
        if not valid or type(status) is not int or not _is_header_value(content_type):
            return None
        return cls(status, content_type, fetched, data[len(line) + 1 :])


def _is_header_value(content_type: object) -> bool:
    """Whether a stored content type can be sent as a header again."""
    return (
        isinstance(content_type, str)
        and len(content_type) <= _MAX_CONTENT_TYPE
        and content_type.isascii()
        and content_type.isprintable()
    )


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """Which stored responses are used: those at most `max_age_days` old, or with `refresh` none.

    New responses are stored either way. Whoever made `store` closes it.
    """

    store: ResponseStore
    max_age_days: int
    refresh: bool = False


class CacheTransport(httpx.BaseTransport):
    """Answer requests from the cache if it can, else send them.

    `request.extensions["may_store"]`, a `MayStore`, decides which responses are stored;
    without one nothing is.

    Each response carries `extensions["fetched"]`, the ISO day of the service's answer, and
    `extensions["cached"]`, whether it came from the cache. `today` gives the current day.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        policy: CachePolicy,
        today: Callable[[], date],
    ) -> None:
        self._inner = inner
        self._store = policy.store
        self._policy = policy
        self._today = today

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the stored response, or the inner one."""
        key = cache_key(request)
        stored = None if self._policy.refresh else self._stored(key)
        if stored is not None:
            return httpx.Response(
                stored.status,
                headers={"content-type": stored.content_type},
                content=stored.body,
                extensions={"fetched": stored.fetched.isoformat(), "cached": True},
                request=request,
            )
        response = self._inner.handle_request(request)
        body = response.read()
        content_type = response.headers.get("content-type", "")
        today = self._today()
        may_store: MayStore | None = request.extensions.get("may_store")
        if (
            may_store is not None
            and len(body) <= _MAX_BODY_BYTES
            and may_store(response.status_code, content_type, body)
        ):
            entry = _CacheEntry(response.status_code, content_type, today, body)
            self._store.write(key, entry.to_bytes())
        response.extensions = {
            **response.extensions,
            "fetched": today.isoformat(),
            "cached": False,
        }
        return response

    def close(self) -> None:
        """Close the inner transport; whoever made the store closes it."""
        self._inner.close()

    def _stored(self, key: bytes) -> _CacheEntry | None:
        """Return the stored entry that is new enough; None if there is none."""
        data = self._store.read(key)
        if data is None:
            return None
        entry = _CacheEntry.from_bytes(data)
        if entry is None:
            self._store.delete(key)
            return None
        age = (self._today() - entry.fetched).days
        return entry if 0 <= age <= self._policy.max_age_days else None


def cache_key(request: httpx.Request) -> bytes:
    """Return the 32 bytes under which the response to a request is stored.

    They are a digest of method, scheme, host, port, path, sorted parameters and body. User
    names, passwords, headers and the contact's parameter (`extensions["contact_params"]`) are
    left out, so that no API key is stored, and a new key or address still finds the stored
    responses.
    """
    url = request.url
    path = url.raw_path.partition(b"?")[0].decode("ascii")
    contact = request.extensions.get("contact_params", ())
    parts = [
        request.method,
        f"{url.scheme}://{url.host}:{url.port or ''}{path}",
        sorted(item for item in url.params.multi_items() if item not in contact),
    ]
    return hashlib.sha256(json.dumps(parts).encode() + b"\n" + request.read()).digest()
