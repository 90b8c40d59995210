"""Marks what `failing.txt` names as known to fail; a test that passes after all fails the run."""

from __future__ import annotations

from pathlib import Path

import pytest

FAILING = Path(__file__).with_name("failing.txt")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    known = set(FAILING.read_text("utf-8").splitlines()) if FAILING.exists() else set()
    for item in items:
        name = item.nodeid.rpartition("identity/")[2]
        if name in known:
            item.add_marker(pytest.mark.xfail(strict=True, reason="issue 16, not mended yet"))
