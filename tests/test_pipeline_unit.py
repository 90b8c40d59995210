"""What `pipeline` does between the stages, where a whole run would hide it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path, PurePosixPath

import pytest

from refmatter.config.loading import load
from refmatter.fields import Field
from refmatter.model import (
    Accepted,
    Change,
    Lookup,
    Outcome,
    Patch,
    Provenance,
    Resolution,
    Rung,
    Status,
    Unmatched,
)
from refmatter.pipeline import Options, _write, remember
from refmatter.stages.merge import MergeOptions, merge
from refmatter.stages.plan import Plan
from refmatter.stages.scan import Vault, scan
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine
from refmatter.state.ownership import digest
from support import EQUAL_TITLE, NOT_FOUND, key_of, owned, vault

PATH = PurePosixPath("mass.md")
SAID = Provenance("semantic_scholar", Rung.IDENTIFIER, "2026-06-01")
MASS = "---\ntitle: MASS\nmeta_key:\nnumCitedBy: 599\nvenue:\nyear: 2019\n---\n"
KEY = key_of("mass@mass.md")
PLAN = Plan((), {PATH: KEY}, {})
NEWER = Resolution(
    Lookup(KEY, "MASS", notes=(PATH,)),
    Accepted((), EQUAL_TITLE),
    values={Field.CITATION_COUNT: (600, SAID)},
)
DEFAULTS = load(None)


class Killed(list[Patch]):
    """Patches for a run that ends after the ledger is saved, before a note is written."""

    times = 0

    def __iter__(self) -> Iterator[Patch]:
        self.times += 1
        if self.times > 1:
            raise KeyboardInterrupt
        return super().__iter__()


def before(folder: Path) -> tuple[Vault, Ledger, Path]:
    """A vault with a count of ours, and the ledger that says so."""
    found = scan(vault(folder, {"mass.md": MASS}), DEFAULTS)
    ledger = Ledger([LedgerLine(KEY, "MASS", "accepted", EQUAL_TITLE, values=NEWER.values)])
    ledger.set_written(KEY, PATH, {Field.CITATION_COUNT: owned(digest(599))})
    path = folder / "refmatter.lock"
    ledger.save(path)
    return found, ledger, path


def written(
    found: Vault, patches: list[Patch], ledger: Ledger, path: Path, *, dry: bool = False
) -> list[Outcome]:
    return _write(found, PLAN, patches, DEFAULTS, Options(dry=dry), ledger, path)


def test_what_was_written_is_remembered(tmp_path: Path) -> None:
    found, ledger, path = before(tmp_path)
    patches = merge(found, PLAN, {KEY: NEWER}, ledger, MergeOptions())
    (outcome,) = written(found, patches, ledger, path)
    assert outcome.status is Status.WRITTEN
    assert Ledger.load(path).written(PATH) == {
        Field.CITATION_COUNT: owned(digest(600)),
        Field.KEY: owned(digest("mass")),
    }


def test_a_dry_run_leaves_the_ledger(tmp_path: Path) -> None:
    found, ledger, path = before(tmp_path)
    was = path.read_bytes()
    patches = merge(found, PLAN, {KEY: NEWER}, ledger, MergeOptions())
    written(found, patches, ledger, path, dry=True)
    assert path.read_bytes() == was


def test_what_was_refused_is_not_remembered(tmp_path: Path) -> None:
    found, ledger, path = before(tmp_path)
    was = path.read_bytes()
    patches = merge(found, PLAN, {KEY: NEWER}, ledger, MergeOptions())
    vault(tmp_path, {"mass.md": MASS + "a person's words\n"})
    (outcome,) = written(found, patches, ledger, path)
    assert outcome.status is Status.REFUSED
    assert path.read_bytes() == was


def test_all_that_was_written_is_remembered(tmp_path: Path) -> None:
    found, ledger, path = before(tmp_path)
    key = Change(Field.KEY, "meta_key", None, "mass", None)
    year = Change(Field.YEAR, "year", 2019, 2019, SAID)
    venue = Change(Field.VENUE, "venue", None, "ICML", SAID)
    patch = Patch(PATH, found.notes[0].digest, (key, year, venue))
    written(found, [patch], ledger, path)
    assert Ledger.load(path).written(PATH).keys() == {
        Field.CITATION_COUNT,
        Field.YEAR,
        Field.VENUE,
        Field.KEY,
    }


def test_a_count_is_still_ours_after_a_run_that_was_killed(tmp_path: Path) -> None:
    found, ledger, path = before(tmp_path)
    patches = Killed(merge(found, PLAN, {KEY: NEWER}, ledger, MergeOptions()))
    with pytest.raises(KeyboardInterrupt):
        written(found, patches, ledger, path)
    (patch,) = merge(found, PLAN, {KEY: NEWER}, Ledger.load(path), MergeOptions())
    assert 600 in [change.new for change in patch.changes]


def test_only_what_is_new_goes_into_the_ledger() -> None:
    absent = Unmatched(NOT_FOUND)
    ledger = Ledger(
        [LedgerLine(key_of("b"), "B", "unmatched", NOT_FOUND, last_checked="2026-01-01", tries=2)]
    )
    resolutions = {
        "a": Resolution(Lookup(key_of("a"), "A"), Accepted((), EQUAL_TITLE), fresh=False),
        "b": Resolution(Lookup(key_of("b"), "B"), absent),
        "c": Resolution(Lookup(key_of("c"), "C"), None),
        "d": Resolution(Lookup(key_of("d"), "D"), absent),
    }
    remember(ledger, resolutions.values(), date(2026, 6, 1))
    assert len(ledger) == 2
    tries = {key: line.tries for key in "abcd" if (line := ledger.line(key_of(key)))}
    assert tries == {"b": 3, "d": 1}
