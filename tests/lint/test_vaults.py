"""The rules and what they put right, on two real vaults."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from house import house
from linting import findings
from support import LARGE, snapshot

VAULTS = LARGE / "vaults"


@pytest.mark.unmeasured
@pytest.mark.skipif(not VAULTS.is_dir(), reason="the large data is not here (REFMATTER_DATA)")
@pytest.mark.parametrize(
    ("vault", "found", "dropped", "led"),
    [
        (
            "paper-reading-2022-07/before",
            {"dangling-link": 2419, "listed-twice": 204, "same-work": 9},
            168,
            0,
        ),
        (
            "paper-reading-2024/notes",
            {"dangling-link": 1711, "listed-twice": 111, "moved-link": 88, "same-work": 6},
            0,
            88,
        ),
    ],
)
def test_what_is_found_in_a_real_vault_and_put_right(
    tmp_path: Path, vault: str, found: dict[str, int], dropped: int, led: int
) -> None:
    with house(tmp_path) as home:
        shutil.copytree(VAULTS / vault, home.notes, dirs_exist_ok=True)
        listed = findings(home)
        assert Counter(finding["rule"] for finding in listed) == found
        assert sum(finding["fixable"] for finding in listed) == dropped + led
        before = snapshot(home.notes)
        left = findings(home, "--fix")
        after = snapshot(home.notes)
        assert after.keys() == before.keys()
        lost = changed = 0
        for name, data in before.items():
            old, new = data.split(b"\n"), after[name].split(b"\n")
            lost += len(old) - len(new)
            if len(old) == len(new):
                changed += sum(a != b for a, b in zip(old, new, strict=True))
            else:
                assert Counter(new) <= Counter(old)
        assert (lost, changed) == (dropped, led)
        assert not any(finding["fixable"] for finding in left)
