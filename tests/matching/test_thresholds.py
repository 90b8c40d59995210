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
        {"certain": 0.9},
        {"likely": 0.9},
        {"gap": 0.1},
        {"doubtful": 0.5},
        {"write": Tier.LIKELY},
    ],
)
def test_a_rule_with_other_bars_has_another_name_and_always_the_same(
    change: dict[str, float],
) -> None:
    other = replace(DEFAULT, **change)  # type: ignore[arg-type]  # a tier among numbers
    assert other.version.startswith(f"{VERSION}+")
    assert other.version == replace(DEFAULT, **change).version  # type: ignore[arg-type]  # as above
    assert other.version != replace(other, gap=0.2).version


def test_bars_go_from_doubtful_to_certain() -> None:
    assert 0 < DEFAULT.doubtful < DEFAULT.likely <= DEFAULT.certain <= 1
    assert 0 < DEFAULT.gap < 1
    assert DEFAULT.write is Tier.CERTAIN
