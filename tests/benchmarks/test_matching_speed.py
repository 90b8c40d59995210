from __future__ import annotations

import pytest
from benchmarks.matching import speed
from benchmarks.matching.case import Question as Raw

from refmatter.matching.question import MatchQuestion

pytestmark = pytest.mark.unmeasured

ASKED: Raw = {
    "title": "Attention Is All You Need.",
    "year": None,
    "authors": None,
    "candidates": [
        {"id": "a", "title": "Attention Is What You Need"},
        {"id": "b", "title": "Attention Is All You Need"},
    ],
}


def test_without_the_catalogue_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("REFMATTER_DATA", raising=False)
    assert speed.main() == 2
    assert "REFMATTER_DATA" in capsys.readouterr().err


def test_the_plain_rule_takes_the_likest_where_it_is_nearly_equal() -> None:
    assert speed.likest(MatchQuestion.model_validate(ASKED)) == "b"
    other = {**ASKED, "title": "Attention Is Not All We Need"}
    assert speed.likest(MatchQuestion.model_validate(other)) is None


def test_the_figures_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    speed.measure([ASKED] * 3)
    told = capsys.readouterr().out
    assert "decisions a second" in told
    assert "lines a second" in told
