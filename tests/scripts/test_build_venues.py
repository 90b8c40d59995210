from __future__ import annotations

import importlib.util
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from refmatter.schema.venue_names import read_table, venue_key

pytestmark = pytest.mark.unmeasured

SCRIPT = Path(__file__).parents[2] / "scripts/build_venues.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_venues", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def records(venue: str, booktitle: str, year: int, times: int = 20) -> list[dict[str, Any]]:
    record = {"venue": venue, "booktitle": booktitle, "year": year, "source": "dblp"}
    return [record] * times


def lines(script: ModuleType, *groups: list[dict[str, Any]]) -> list[list[str]]:
    return list(script.conferences([record for group in groups for record in group]))


def test_enough_works_make_two_names_one_venue(script: ModuleType) -> None:
    long = "Conference on Theory of Things"
    enough = records("CTT", f"Proceedings of the 5th {long}, CTT 2001, Rome, Italy, May 1-2", 2001)
    assert lines(script, enough) == [["CTT", long, ""]]
    assert lines(script, enough[:19]) == []


def test_an_acronym_that_took_anothers_place_is_the_same_venue(script: ModuleType) -> None:
    long = "Conference on Theory of Things"
    old = records("CTT", f"{long}, CTT 2001", 2001)
    assert lines(script, old, records("CThTh", f"{long}, CThTh 2003", 2003)) == [
        ["CTT<2003|CThTh", long, ""]
    ]
    assert lines(script, old, records("CThTh", f"{long}, CThTh 2001", 2001)) == []


@pytest.mark.parametrize(
    "booktitle",
    ["Workshop on Theory of Things", "Conference on Theory of Things: Student Session",
     "Conference on Things and the Conference on Others"],
)  # fmt: skip
def test_what_is_held_beside_a_conference_is_not_its_name(
    script: ModuleType, booktitle: str
) -> None:
    assert lines(script, records("CTT", booktitle, 2001)) == []


@pytest.mark.parametrize(
    ("short", "long", "is_one"),
    [
        ("J. Mach. Learn. Res.", "Journal of Machine Learning Research", True),
        ("J. Mach. Learn. Res.", "Journal of Machine Learning", False),
        ("Inf. Sci.", "Information Systems", False),
    ],
)
def test_an_abbreviation_begins_each_word(
    script: ModuleType, short: str, long: str, is_one: bool
) -> None:
    assert script.abbreviates(short, long) is is_one


def test_an_abbreviation_of_two_journals_is_left_out(script: ModuleType) -> None:
    names = ["J. Inf. Sci.", "Journal of Information Science", "Journal of Informatic Sciences"]
    assert list(script.journals(dict.fromkeys(names[:2], 9))) == [["", names[1], names[0]]]
    assert list(script.journals(dict.fromkeys(names, 9))) == []


def test_no_name_of_the_table_is_that_of_two_venues(script: ModuleType) -> None:
    table = resources.files("refmatter.data").joinpath("venues.txt").read_text("utf-8")
    keys = [{venue_key(name) for name in names} for _, names in read_table(table)]
    assert len(set().union(*keys)) == sum(map(len, keys))
    assert all("" not in names for names in keys)
    acronyms = {name for venue, _ in read_table(table) for name, _ in venue.acronyms}
    assert not acronyms & (script.SHARED | script.WORKSHOPS)
