"""A vault that is larger than what stays in memory is treated as one that is not."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import pytest

from refmatter.commands import USAGE, main
from refmatter.config.loading import load
from refmatter.files import temporary_files
from refmatter.location import locate_vault
from refmatter.pipeline import enrich
from refmatter.report import json
from refmatter.report.report_model import build_report
from refmatter.run_model import Options
from refmatter.state.note_store import FEW
from support import SEEDS, snapshot, vault

pytestmark = pytest.mark.unmeasured

SETTINGS = "cache:\n  dir: cache\nreferences:\n  create: all\n"


def told(home: Path, few: int) -> str:
    place = locate_vault([home / "notes"], None)
    done = enrich(
        place,
        load(place.config),
        Options(offline=True, few_notes=few, few_lines=few),
    )
    return json.render(build_report(done))


def lived_in(home: Path, few: int) -> tuple[str, str, dict[str, bytes]]:
    """What two runs say, with a person's changes between them, and what they leave."""
    seed = min(SEEDS.glob("*.md"))
    vault(home, {f"notes/{seed.name}": seed.read_text(), "config.yaml": SETTINGS})
    first = told(home, few)
    made = sorted((home / "notes").glob("*.md"))
    for path in made[::3]:
        path.write_text(path.read_text().replace("year: 20", "year: 19"))
    for path in made[1::7]:
        path.rename(path.with_name(f"renamed-{path.name}"))
    again = told(home, few)
    left = snapshot(home / "notes") | {"ledger": (home / "refmatter.lock").read_bytes()}
    return first, again, left


def test_what_stays_in_memory_changes_no_byte_of_notes_ledger_and_report(tmp_path: Path) -> None:
    small = lived_in(tmp_path / "small" / "home", 3)
    large = lived_in(tmp_path / "large" / "home", sys.maxsize)
    assert small == large
    assert len(small[2]) > 30
    assert b'"written"' in small[2]["ledger"]


def test_no_room_for_a_large_vault_is_an_error_and_not_a_bug(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "---\ntags: [paper]\n---\n"
    home = vault(tmp_path / "home", {f"notes/{number}.md": text for number in range(FEW + 1)})
    (home / "config.yaml").write_text(SETTINGS)
    before = snapshot(home / "notes")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50, hard))
    try:
        code = main(["enrich", str(home / "notes"), "--dry-run", "--offline"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert code == USAGE
    assert "TMPDIR" in capsys.readouterr().err
    assert snapshot(home / "notes") == before
    assert not [*temporary_files(home)]
