"""The generated large vault is one that an earlier run has left: its ledger is read as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.large import Large

from refmatter import commands
from support import snapshot

pytestmark = pytest.mark.unmeasured


@pytest.mark.parametrize("settled", [True, False])
def test_a_run_has_nothing_to_write_in_it(settled: bool, tmp_path: Path) -> None:
    Large(20, settled=settled).write(tmp_path)
    before = snapshot(tmp_path / "notes")
    config = str(tmp_path / "config.yaml")
    code = commands.main(["enrich", str(tmp_path / "notes"), "--config", config, "--offline"])
    assert code == commands.DONE
    assert snapshot(tmp_path / "notes") == before
