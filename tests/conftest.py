"""What holds for every test: no internet, no settings of the machine's user."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

# Taken is `quick`, or what pytest's --hypothesis-profile names. A test that needs more examples or
# fewer takes so many times as many as the profile says, or a part of them.
_CI = bool(os.environ.get("CI"))
settings.register_profile("quick", deadline=None, derandomize=_CI, max_examples=50)
settings.register_profile("few", deadline=None, derandomize=_CI, max_examples=10)
settings.register_profile("deep", deadline=None, max_examples=1000)
settings.load_profile("quick")

# A shell lets what it runs in the background ignore interruptions, and so would each command that
# a test interrupts: the test would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Loopback is reached without a proxy; keys, colours and the user's cache are out of reach."""
    monkeypatch.setenv("NO_PROXY", "*")
    for name in ("SEMANTIC_SCHOLAR_API_KEY", "OPENALEX_API_KEY", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def seeds() -> list[Path]:
    return sorted((Path(__file__).parents[1] / "seeds").glob("*.md"))
