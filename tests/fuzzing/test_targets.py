"""The fuzz targets, on what they begin with: they still check what they say they do."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from support import ROOT

TARGETS = (
    "front_matter", "reference_lists", "arxiv", "crossref", "dblp", "dumps", "openalex",
    "semantic_scholar",
)  # fmt: skip


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module(f"fuzz.{request.param}")


@pytest.mark.parametrize("target", TARGETS, indirect=True)
def test_a_target_holds_for_all_it_begins_with(target: ModuleType) -> None:
    begun = list(target.corpus())
    assert len(begun) > 10
    for data in begun:
        target.check(data)
        target.check(data[: len(data) // 2])
    target.check(b"")
    assert all(word.isascii() and word.isprintable() for word in target.WORDS)


@pytest.mark.parametrize("target", ["run"], indirect=True)
def test_all_targets_are_run(target: ModuleType) -> None:
    assert target.TARGETS == TARGETS
    here = {path.stem for path in (ROOT / "fuzz").glob("*.py")}
    assert here - {"__init__", "__main__", "notes", "services", "run"} == set(TARGETS)


@pytest.mark.parametrize("target", ["run"], indirect=True)
def test_what_is_found_is_told_and_kept(
    target: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """An input that was found before and is still there counts; so does a target that fails."""
    found = tmp_path / "dblp" / "found" / "crash-1"
    found.parent.mkdir(parents=True)
    found.write_bytes(b"x")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    monkeypatch.setattr(
        sys, "argv", ["run", "--seconds", "1", "--only", "dblp,arxiv", "--folder", str(tmp_path)]
    )
    assert target.main() == 1
    told = capsys.readouterr().out.splitlines()
    assert str(found) in told[0]
    assert "failed, see" in told[1]
    assert (tmp_path / "dblp" / "corpus" / "begin-0").exists()
    assert '"null"' in (tmp_path / "dblp" / "words").read_text()
