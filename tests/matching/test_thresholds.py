from __future__ import annotations

from dataclasses import replace

import pytest

from refmatter.matching.thresholds import DEFAULT, VERSION, Thresholds
from refmatter.model import Tier


def test_the_usual_rule_is_called_by_its_version_alone() -> None:
    assert Thresholds().version == DEFAULT.version == str(VERSION)


@pytest.mark.parametrize(
    "change",
    [
        {"certain_threshold": 0.9},
        {"likely_threshold": 0.9},
        {"min_margin": 0.1},
        {"review_threshold": 0.5},
        {"auto_write": Tier.LIKELY},
    ],
)
def test_a_rule_with_other_bars_has_another_name_and_always_the_same(
    change: dict[str, float],
) -> None:
    other = replace(DEFAULT, **change)  # type: ignore[arg-type]  # a tier among numbers
    assert other.version.startswith(f"{VERSION}+")
    assert other.version == replace(DEFAULT, **change).version  # type: ignore[arg-type]  # as above
    assert other.version != replace(other, min_margin=0.2).version


def test_bars_go_from_doubtful_to_certain() -> None:
    assert 0 < DEFAULT.review_threshold < DEFAULT.likely_threshold <= DEFAULT.certain_threshold <= 1
    assert 0 < DEFAULT.min_margin < 1
    assert DEFAULT.auto_write is Tier.CERTAIN
