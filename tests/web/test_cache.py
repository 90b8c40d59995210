from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from refmatter.web.cache import CachePolicy, CacheTransport, ResponseStore, cache_key
from support import absent

DAY = date(2026, 11, 1)
URL = "http://service.test/v1/paper?title=a&limit=1"
SECRET = "s3cr3t-key"  # noqa: S105 - looked for in the cache, and opens nothing


def keep_all(status: int, content_type: str, body: bytes) -> bool:
    del status, content_type, body
    return True


class Service(httpx.BaseTransport):
    """Answers with the number of the request."""

    def __init__(self) -> None:
        self.asked = 0
        self.closed = False
        self.status = 200
        self.content_type = "application/json; charset=utf-8"

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        del request
        self.asked += 1
        headers = [(b"content-type", self.content_type.encode()), (b"retry-after", b"1")]
        return httpx.Response(self.status, headers=headers, content=b"answer %d" % self.asked)

    def close(self) -> None:
        self.closed = True


class Rig:
    """A cache of seven days over a service, on a day to choose."""

    def __init__(self, store: ResponseStore) -> None:
        self.store = store
        self.service = Service()
        self.day = DAY

    def ask(self, request: httpx.Request | None = None, *, fresh: bool = False) -> httpx.Response:
        policy = CachePolicy(self.store, 7, fresh)
        cached = CacheTransport(self.service, policy, lambda: self.day)
        return cached.handle_request(request or made())

    def remembers(self, request: httpx.Request | None = None) -> bool:
        return self.ask(request).extensions["cached"] is True


def made(
    method: str = "GET",
    url: str = URL,
    content: bytes | None = None,
    headers: dict[str, str] | None = None,
    keep: object = keep_all,
) -> httpx.Request:
    extensions = {} if keep is None else {"may_store": keep}
    return httpx.Request(method, url, content=content, headers=headers, extensions=extensions)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResponseStore]:
    with ResponseStore(tmp_path / "cache") as store:
        yield store


@pytest.fixture
def rig(store: ResponseStore) -> Rig:
    return Rig(store)


def test_a_second_request_is_answered_from_the_store(rig: Rig) -> None:
    first = rig.ask()
    second = rig.ask()
    assert rig.service.asked == 1
    assert (second.status_code, second.content) == (200, b"answer 1")
    assert second.headers["content-type"] == first.headers["content-type"]
    assert (first.extensions["cached"], second.extensions["cached"]) == (False, True)


def test_an_answer_carries_the_day_on_which_it_was_given(rig: Rig) -> None:
    assert rig.ask().extensions["fetched"] == "2026-11-01"
    rig.day += timedelta(days=3)
    assert rig.ask().extensions["fetched"] == "2026-11-01"


def test_answers_survive_the_run(tmp_path: Path) -> None:
    with ResponseStore(tmp_path) as store:
        Rig(store).ask()
    with ResponseStore(tmp_path) as store:
        assert Rig(store).ask().content == b"answer 1"


@pytest.mark.parametrize(("days", "remembered"), [(0, True), (7, True), (8, False), (-1, False)])
def test_an_entry_is_good_for_some_days(rig: Rig, days: int, remembered: bool) -> None:
    rig.ask()
    rig.day += timedelta(days=days)
    assert rig.ask().extensions["cached"] is remembered


def test_an_old_entry_is_renewed(rig: Rig) -> None:
    rig.ask()
    rig.day += timedelta(days=8)
    rig.ask()
    rig.day += timedelta(days=7)
    assert rig.ask().content == b"answer 2"


def test_fresh_asks_anew_and_remembers(rig: Rig) -> None:
    rig.ask()
    assert rig.ask(fresh=True).content == b"answer 2"
    assert rig.ask().content == b"answer 2"


def test_what_may_be_kept_is_asked_of_the_request(rig: Rig) -> None:
    asked: list[tuple[int, str, bytes]] = []

    def keep(status: int, content_type: str, body: bytes) -> bool:
        asked.append((status, content_type, body))
        return False

    rig.ask(made(keep=keep))
    assert asked == [(200, "application/json; charset=utf-8", b"answer 1")]
    assert not rig.remembers()


def test_nothing_is_kept_where_nobody_says_so(rig: Rig) -> None:
    rig.ask(made(keep=None))
    assert not rig.remembers(made(keep=None))


def test_a_negative_answer_can_be_kept(rig: Rig) -> None:
    rig.service.status = 404
    rig.ask()
    assert rig.ask().status_code == 404
    assert rig.service.asked == 1


@pytest.mark.parametrize("content_type", ["x/é", "x" * 300, ""])
def test_a_strange_content_type_does_no_harm(rig: Rig, content_type: str) -> None:
    rig.service.content_type = content_type
    rig.ask()
    assert rig.ask().headers["content-type"] == ""
    assert rig.service.asked == 1


def test_an_answer_that_is_too_long_is_not_kept(rig: Rig) -> None:
    class Long(Service):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            del request
            return httpx.Response(200, content=bytes(64 * 2**20 + 1))

    rig.service = Long()
    rig.ask()
    assert not rig.remembers()


@pytest.mark.parametrize(
    "other",
    [
        made("POST"),
        made(content=b"{}"),
        made(url="http://service.test/v2/paper?title=a&limit=1"),
        made(url="http://service.test/v1/paper?title=a&limit=2"),
        made(url="http://service.test/v1/paper?title=a"),
        made(url="http://service.test/v1/paper?title=a&limit=1&limit=1"),
        made(url="http://service.test:81/v1/paper?title=a&limit=1"),
        made(url="http://else.test/v1/paper?title=a&limit=1"),
        made(url="https://service.test/v1/paper?title=a&limit=1"),
        made(url="http://service.test/v1%2Fpaper?title=a&limit=1"),
    ],
)
def test_another_question_has_another_key(other: httpx.Request) -> None:
    assert cache_key(other) != cache_key(made())


@pytest.mark.parametrize(
    "same",
    [
        made(url="http://service.test/v1/paper?limit=1&title=a"),
        made(url="http://service.test/v1/paper?limit=1&title=%61"),
        made(headers={"x-api-key": SECRET}),
        made(url="http://me:pass@service.test/v1/paper?title=a&limit=1"),
    ],
)
def test_the_same_question_has_the_same_key(same: httpx.Request) -> None:
    assert cache_key(same) == cache_key(made())


def test_no_header_gets_into_the_files(rig: Rig, tmp_path: Path) -> None:
    rig.ask(made(headers={"x-api-key": SECRET, "User-Agent": SECRET}))
    rig.store.close()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any(SECRET.encode() in path.read_bytes() for path in files)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"no json\n",
        b"[]\nbody",
        b"[" * 5000,
        b"\xff\n",
        b'{"form": 1}\n',
        b'{"form": 1, "status": 200, "content_type": "", "fetched": "2026-11-01"}',
        b'{"form": 2, "status": 200, "content_type": "", "fetched": "2026-11-01"}\n',
        b'{"form": 1, "status": 999, "content_type": "", "fetched": "2026-11-01"}\n',
        b'{"form": 1, "status": 200.0, "content_type": "", "fetched": "2026-11-01"}\n',
        b'{"form": 1, "status": [], "content_type": "", "fetched": "2026-11-01"}\n',
        b'{"form": 1, "status": 200, "content_type": 7, "fetched": "2026-11-01"}\n',
        b'{"form": 1, "status": 200, "content_type": "\\u0007", "fetched": "2026-11-01"}\n',
        b'{"form": 1, "status": 200, "content_type": "", "fetched": "yesterday"}\n',
        b'{"form": 1, "status": 200, "content_type": "", "fetched": null}\n',
    ],
)
def test_an_entry_that_is_none_is_forgotten(rig: Rig, value: bytes) -> None:
    key = cache_key(made())
    rig.store.write(key, value)
    assert not rig.remembers(made(keep=None))
    assert rig.store.read(key) is None


def test_a_well_formed_entry_is_read(rig: Rig) -> None:
    """The other side of the test above: what is refused there is not refused for its form."""
    header = {"form": 1, "status": 203, "content_type": "x/y", "fetched": "2026-11-01"}
    rig.store.write(cache_key(made()), json.dumps(header).encode() + b"\n\nbody\n")
    response = rig.ask()
    assert (response.status_code, response.content) == (203, b"\nbody\n")


def test_nothing_is_made_before_something_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "cache"
    with ResponseStore(folder) as store:
        assert store.read(b"key") is None
        assert not folder.parent.exists()
        store.write(b"key", b"value")
        assert store.read(b"key") == b"value"
    assert folder.exists()


def test_a_store_can_be_used_again_after_closing(store: ResponseStore) -> None:
    store.write(b"key", b"value")
    store.close()
    store.close()
    assert store.read(b"key") == b"value"


def test_a_store_is_bounded(tmp_path: Path) -> None:
    with ResponseStore(tmp_path, size_limit=2**18) as store:
        for n in range(40):
            store.write(b"%d" % n, bytes(2**14))
        assert store.read(b"0") is None
        assert store.read(b"39") == bytes(2**14)
    assert (tmp_path / "cache.db").stat().st_size < 2**19


def test_a_changed_bound_keeps_the_entries(tmp_path: Path) -> None:
    with ResponseStore(tmp_path, size_limit=2**20) as store:
        store.write(b"key", b"value")
    with ResponseStore(tmp_path, size_limit=2**21) as store:
        assert store.read(b"key") == b"value"


def test_threads_share_a_store(rig: Rig) -> None:
    def ask(n: int) -> bytes:
        return rig.ask(made(url=f"http://service.test/{n % 4}")).content

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(4)))
        asked = rig.service.asked
        list(pool.map(ask, range(16)))
    assert rig.service.asked == asked


def test_a_damaged_database_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    database = tmp_path / "cache.db"
    database.write_bytes(b"this is no database" * 100)
    with ResponseStore(tmp_path) as store:
        rig = Rig(store)
        assert rig.ask().content == b"answer 1"
        rig.ask()
        assert rig.ask().extensions["cached"]
    assert database.with_name("cache.db.damaged").read_bytes().startswith(b"this is no")
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "set aside" in caplog.text


def test_a_database_that_is_damaged_in_the_middle_is_set_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with ResponseStore(tmp_path) as store:
        for n in range(200):
            store.write(b"%d" % n, bytes(2000))
    database = tmp_path / "cache.db"
    content = bytearray(database.read_bytes())
    content[8192:-4096] = b"\xa5" * (len(content) - 8192 - 4096)
    database.write_bytes(content)
    with ResponseStore(tmp_path) as store:
        for n in range(200):
            store.read(b"%d" % n)
        store.write(b"key", b"value")
        assert store.read(b"key") == b"value"
    assert "set aside" in caplog.text


def test_a_second_damage_ends_the_use_of_the_cache(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = tmp_path / "cache.db"
    with ResponseStore(tmp_path) as store:
        for _ in range(3):
            store.close()
            database.write_bytes(b"this is no database" * 100)
            assert store.read(b"key") is None
        store.write(b"key", b"value")
        assert store.read(b"key") is None
    assert caplog.text.count("set aside") == 1
    assert caplog.text.count("not used") == 1


def test_a_folder_that_cannot_be_made_ends_the_use_of_the_cache(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    with ResponseStore(tmp_path / "file" / "cache") as store:
        rig = Rig(store)
        rig.ask()
        assert rig.ask().content == b"answer 2"
    assert caplog.text.count("not used") == 1


def test_a_damaged_database_that_cannot_be_moved_ends_the_use_of_the_cache(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache.db").write_bytes(b"this is no database" * 100)
    (tmp_path / "cache.db.damaged").mkdir()
    with ResponseStore(tmp_path) as store:
        assert store.read(b"key") is None
        assert store.read(b"key") is None
    assert "set aside" not in caplog.text
    assert caplog.text.count("not used") == 1


def test_a_writer_that_hangs_is_waited_for_three_times(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with ResponseStore(tmp_path, busy_seconds=0.01) as store:
        store.write(b"key", b"value")
        with closing(sqlite3.connect(tmp_path / "cache.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            store.write(b"key", b"second")
            assert store.read(b"key") == b"value"
            store.write(b"key", b"third")
            assert caplog.text == ""
            store.write(b"key", b"fourth")
            assert store.read(b"key") is None
            other.execute("ROLLBACK")
    assert caplog.text.count("not used") == 1
    assert absent(caplog.text, "another process") == []
    with ResponseStore(tmp_path) as store:
        assert store.read(b"key") == b"value"


def test_closing_closes_what_is_inside(rig: Rig) -> None:
    CacheTransport(rig.service, CachePolicy(rig.store, 7), lambda: DAY).close()
    assert rig.service.closed
    rig.ask()
