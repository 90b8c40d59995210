"""The rows of a file behave as a mapping of them would."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.state.row_file import RowFile

KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def read(row: bytes) -> tuple[str, int]:
    key, value = json.loads(row)
    return key, value


def rows_of(said: Mapping[str, int]) -> RowFile[int]:
    with TemporaryFile() as file:
        starts = array("Q", [0])
        for pair in said.items():
            file.write(json.dumps(pair).encode() + b"\n")
            starts.append(file.tell())
        file.flush()
        return RowFile(file.fileno(), starts, array("q", map(hash, said)), read)


@given(
    st.dictionaries(KEYS, st.integers(), max_size=12),
    st.lists(st.tuples(KEYS, st.integers()), max_size=8),
)
def test_rows_and_what_was_set_since_are_one_mapping(
    said: dict[str, int], later: list[tuple[str, int]]
) -> None:
    rows, model = rows_of(said), dict(said)
    for key, value in later:
        rows[key] = value
        model[key] = value
        assert len(rows) == len(model)
    assert dict(rows) == model
    assert [*rows] == [*model]
    for key, value in model.items():
        assert key in rows
        assert rows[key] == value


@given(st.dictionaries(KEYS, st.integers(), min_size=1, max_size=4), KEYS)
def test_a_key_without_a_row_is_not_there(said: dict[str, int], key: str) -> None:
    rows = rows_of(said)
    assert (key in rows) == (key in said)
    assert rows.get(key) == said.get(key)


def test_a_row_of_another_key_with_the_same_hash_is_not_taken_for_it() -> None:
    with TemporaryFile() as file:
        file.write(b'["a", 1]\n')
        file.flush()
        rows = RowFile(file.fileno(), array("Q", [0, 9]), array("q", [hash("b")]), read)
    with pytest.raises(KeyError):
        rows["b"]


def test_a_deleted_row_is_gone_until_it_is_set_again() -> None:
    rows = rows_of({"a": 1, "b": 2})
    rows["c"] = 3
    del rows["a"]
    del rows["c"]
    with pytest.raises(KeyError):
        del rows["a"]
    assert (dict(rows), len(rows)) == ({"b": 2}, 1)
    rows["a"] = 4
    assert (dict(rows), len(rows)) == ({"a": 4, "b": 2}, 2)


def test_the_file_stays_as_it_was_opened_whatever_takes_its_name(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    path.write_bytes(b'["a", 1]\n')
    with path.open("rb") as file:
        rows = RowFile(file.fileno(), array("Q", [0, 9]), array("q", [hash("a")]), read)
    other = tmp_path / "other"
    other.write_bytes(b'["a", 2]\n')
    other.replace(path)
    assert rows["a"] == 1
