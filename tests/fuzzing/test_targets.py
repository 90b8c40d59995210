"""The fuzz targets, on what they begin with: they still check what they say they do."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import ROOT

pytestmark = pytest.mark.unmeasured

sys.path.append(str(ROOT))

TARGETS = (
    "front_matter", "reference_lists", "arxiv", "crossref", "dblp", "dumps", "europe_pmc",
    "inspire", "open_library", "openalex", "semantic_scholar",
)  # fmt: skip


@pytest.fixture
def target(request: pytest.FixtureRequest) -> ModuleType:
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


PROVIDERS = (
    "arxiv",
    "crossref",
    "dblp",
    "europe_pmc",
    "inspire",
    "open_library",
    "openalex",
    "semantic_scholar",
)
JUNK = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
ODD = st.recursive(
    JUNK | st.sampled_from([10**30, "\ud800", [None], [[1]], {"x": 1}]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@cache
def provider_target(name: str) -> tuple[ModuleType, list[bytes]]:
    """The target of a provider, and the inputs that it begins with."""
    module = importlib.import_module(f"fuzz.{name}")
    return module, list(module.corpus())


def replaced(data: st.DataObject, value: Any) -> Any:
    """The same with one part of it, at any depth, replaced by something else."""
    if isinstance(value, dict | list) and value and data.draw(st.integers(0, 5)):
        copy = value.copy()
        keys = list(copy) if isinstance(copy, dict) else list(range(len(copy)))
        key = data.draw(st.sampled_from(keys))
        copy[key] = replaced(data, copy[key])
        return copy
    return data.draw(ODD)


def a_part(data: st.DataObject, body: bytes, words: Sequence[str]) -> bytes:
    try:
        return json.dumps(replaced(data, json.loads(body))).encode()
    except ValueError:
        return some_bytes(data, body, words)  # it is no JSON


def some_bytes(data: st.DataObject, body: bytes, words: Sequence[str]) -> bytes:
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, min(len(body), start + 20)))
    word = data.draw(st.binary(max_size=5) | st.sampled_from(words).map(str.encode))
    return body[:start] + word + body[end:]


def all_of_it(data: st.DataObject, _body: bytes, _words: Sequence[str]) -> bytes:
    return data.draw(st.binary())


@pytest.mark.parametrize("name", PROVIDERS)
@given(st.data())
def test_no_answer_makes_a_reader_raise(name: str, data: st.DataObject) -> None:
    """Answers of the service with a part or some bytes replaced, and bytes that are none."""
    target, begun = provider_target(name)
    begin = data.draw(st.sampled_from(begun))
    body = data.draw(st.sampled_from([a_part, some_bytes, all_of_it]))(
        data, begin[2:], target.WORDS
    )
    target.check(begin[:2] + body)


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
