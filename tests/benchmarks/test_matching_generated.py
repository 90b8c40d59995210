"""The program that prints the table, and the file that keeps the cases."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from benchmarks.matching import cases, generated
from benchmarks.matching.case import Case
from benchmarks.matching.rules import RULES

pytestmark = pytest.mark.unmeasured

CANDIDATES = [
    {"id": "a", "title": "Café Maps", "authors": ["A B"], "year": 2000, "venue": None, "doi": None},
    {"id": "b", "title": "Other", "authors": [], "year": None, "venue": None, "doi": None},
]


def case(title: str, right: str) -> Case:
    asked = {"title": title, "year": None, "authors": None, "candidates": CANDIDATES}
    return Case("noise" if right else "neg", "typo", asked, frozenset(right))


def test_without_the_catalogue_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("REFMATTER_DATA", raising=False)
    monkeypatch.setattr(sys, "argv", ["generated", "--rule", "equal keys"])
    assert generated.main() == 2
    assert "REFMATTER_DATA" in capsys.readouterr().err


def test_cases_are_read_as_they_were_kept(tmp_path: Path) -> None:
    made = [case("cafe maps", "a"), case("Café Maps 2", "")]
    kept = tmp_path / "new" / "tune-7.jsonl"
    cases._keep(kept, made)
    assert cases._read(kept) == made
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


def test_the_tables_name_rules_classes_and_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    made = [case("cafe maps", "a"), case("Cafe Map", "a"), case("Other", "")]
    draw = [(each, RULES["equal keys"](each.question)) for each in made]
    generated.show({"equal keys": [draw]}, kinds=True)
    generated.show_mistakes("equal keys", [draw], 5, ["noise"])
    said = capsys.readouterr().out
    (totals,) = [line for line in said.splitlines() if line.startswith("equal keys  ")]
    assert totals.split()[-5:] == ["0.5000", "0.5000", "0.5000", "100.00", "0.00"]
    assert "equal keys, certain" not in said
    assert "noise (all)                      2        50.0" in said
    assert "noise typo                       2        50.0" in said
    assert "neg typo                         1       100.0" in said
    assert "'Cafe Map'" in said
    assert "right: 'Café Maps'" in said
    assert "taken" not in said
