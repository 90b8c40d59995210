"""What holds for every test: no internet, no settings of the machine's user."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import settings

# The profile is `quick`, or what pytest's --hypothesis-profile names (`make check-deep`: `deep`). A
# test that needs more examples or fewer takes a multiple or a part of the profile's.
_CI = bool(os.environ.get("CI"))
settings.register_profile("quick", deadline=None, derandomize=_CI, max_examples=20)
settings.register_profile("deep", deadline=None, max_examples=1000)
settings.load_profile("quick")

_LONG = 200  # letters of a parameter

# A shell lets what it runs in the background ignore interruptions, and so would each command that
# a test interrupts: the test would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests marked `deep`, unless the profile is `deep`."""
    if config.getoption("--hypothesis-profile") == "deep":
        return
    deep = [item for item in items if item.get_closest_marker("deep")]
    config.hook.pytest_deselected(items=deep)
    items[:] = [item for item in items if not item.get_closest_marker("deep")]


_COVERAGE = Coverage.current()
"""What measures this process; None where nothing does. A stopped one is nobody's current one."""


def pytest_collection_finish() -> None:
    """End measuring: what is imported is measured, and then `_measured` measures tests alone."""
    if _COVERAGE is not None:
        _COVERAGE.stop()


@contextmanager
def _measured(item: pytest.Item) -> Iterator[None]:
    """Measure the lines that a test runs, but for one marked `unmeasured`: tracing doubles or
    trebles the time of all Python in the process, also pytest's own, and others cover its lines.

    A test that interrupts a process must be marked: coverage holds a lock that the same thread
    asks for again if the interruption comes at that moment, and waits for ever.
    """
    if _COVERAGE is None or item.get_closest_marker("unmeasured"):
        yield
        return
    _COVERAGE.start()
    try:
        yield
    finally:
        _COVERAGE.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Measure what a test's fixtures run."""
    with _measured(item):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Measure what a test runs."""
    with _measured(pyfuncitem):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Let the processes that an `unmeasured` test starts run without coverage too."""
    inherited = os.environ.get("COVERAGE_PROCESS_CONFIG")
    if inherited is None or not item.get_closest_marker("unmeasured"):
        return (yield)
    del os.environ["COVERAGE_PROCESS_CONFIG"]
    try:
        return (yield)
    finally:
        os.environ["COVERAGE_PROCESS_CONFIG"] = inherited


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A long parameter goes by its name: as part of a test's own it could not be read, and what
    two workers make of it must be the same to the letter, or they take no test at all."""
    return argname if isinstance(val, str | bytes) and len(val) > _LONG else None


@pytest.fixture(scope="session")
def _caches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for each test in turn, made where it is used: pytest looks through all that there
    are before it makes one more."""
    folder = tmp_path_factory.mktemp("caches")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, _caches: Iterator[Path]) -> None:
    """Loopback is reached without a proxy; keys, colours and the user's cache are out of reach."""
    monkeypatch.setenv("NO_PROXY", "*")
    for name in ("SEMANTIC_SCHOLAR_API_KEY", "OPENALEX_API_KEY", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(next(_caches)))


@pytest.fixture
def seeds() -> list[Path]:
    return sorted((Path(__file__).parents[1] / "seeds").glob("*.md"))
