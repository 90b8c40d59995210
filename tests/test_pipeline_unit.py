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
from refmatter.state.ledger import Ledger, LedgerLine, digest
from support import vault

PATH = PurePosixPath("mass.md")
SAID = Provenance("semantic_scholar", Rung.IDENTIFIER, "2026-06-01")
MASS = "---\ntitle: MASS\nmeta_key:\nnumCitedBy: 599\nvenue:\nyear: 2019\n---\n"
PLAN = Plan((), {PATH: "mass"}, {})
NEWER = Resolution(
    Lookup("mass", "MASS", notes=(PATH,)),
    Accepted((), "equal titles"),
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
    ledger = Ledger([LedgerLine("mass", "MASS", "accepted", "equal titles", values=NEWER.values)])
    ledger.wrote("mass", PATH, {Field.CITATION_COUNT: digest(599)})
    path = folder / "refmatter.lock"
    ledger.save(path)
    return found, ledger, path


def written(
    found: Vault, patches: list[Patch], ledger: Ledger, path: Path, *, dry: bool = False
) -> list[Outcome]:
    return _write(found, PLAN, patches, DEFAULTS, Options(dry=dry), ledger, path)


def test_what_was_written_is_remembered(tmp_path: Path) -> None:
    found, ledger, path = before(tmp_path)
    patches = merge(found, PLAN, {"mass": NEWER}, ledger, MergeOptions())
    (outcome,) = written(found, patches, ledger, path)
    assert outcome.status is Status.WRITTEN
    assert Ledger.load(path).written(PATH) == {
        Field.CITATION_COUNT: digest(600),
        Field.KEY: digest("mass"),
    }


def test_a_dry_run_leaves_the_ledger(tmp_path: Path) -> None:
    found, ledger, path = before(tmp_path)
    was = path.read_bytes()
    patches = merge(found, PLAN, {"mass": NEWER}, ledger, MergeOptions())
    written(found, patches, ledger, path, dry=True)
    assert path.read_bytes() == was


def test_what_was_refused_is_not_remembered(tmp_path: Path) -> None:
    found, ledger, path = before(tmp_path)
    was = path.read_bytes()
    patches = merge(found, PLAN, {"mass": NEWER}, ledger, MergeOptions())
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
    patches = Killed(merge(found, PLAN, {"mass": NEWER}, ledger, MergeOptions()))
    with pytest.raises(KeyboardInterrupt):
        written(found, patches, ledger, path)
    (patch,) = merge(found, PLAN, {"mass": NEWER}, Ledger.load(path), MergeOptions())
    assert 600 in [change.new for change in patch.changes]


def test_only_what_is_new_goes_into_the_ledger() -> None:
    absent = Unmatched("nobody")
    ledger = Ledger([LedgerLine("b", "B", "unmatched", "nobody", checked="2026-01-01", tries=2)])
    resolutions = {
        "a": Resolution(Lookup("a", "A"), Accepted((), "equal titles"), fresh=False),
        "b": Resolution(Lookup("b", "B"), absent),
        "c": Resolution(Lookup("c", "C"), None),
        "d": Resolution(Lookup("d", "D"), absent),
    }
    remember(ledger, resolutions.values(), date(2026, 6, 1))
    assert len(ledger) == 2
    tries = {key: line.tries for key in "abcd" if (line := ledger.line(key))}
    assert tries == {"b": 3, "d": 1}
