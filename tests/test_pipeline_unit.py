"""What `pipeline` does between the stages, where a whole run would hide it."""

from collections.abc import Iterator
from dataclasses import replace
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
from refmatter.resolve.answers import Answers, fresh_lines
from refmatter.stages.claim import claim
from refmatter.stages.learn import Vault, read_vault
from refmatter.stages.merge import MergeOptions, merge
from refmatter.stages.plan import Plan
from refmatter.stages.record import commit, intend
from refmatter.stages.write import write
from refmatter.state.journal import Journal
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
ANSWERS = Answers({KEY: NEWER})
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
    found = read_vault(vault(folder, {"mass.md": MASS}), DEFAULTS.vault)
    ledger = Ledger([LedgerLine(KEY, "MASS", "accepted", EQUAL_TITLE, values=NEWER.values)])
    ledger.set_written(KEY, PATH, {Field.CITATION_COUNT: owned(digest(599))})
    path = folder / "refmatter.lock"
    ledger.save(path)
    return found, ledger, path


def written(found: Vault, patches: list[Patch], ledger: Ledger, path: Path) -> list[Outcome]:
    """What came of patches that a run writes: the ledger before the notes, and after them."""
    with Journal(path, found.root, "enrich") as journal:
        intended = intend(ledger, found, planned(found, ledger), Answers({}), patches)
        ledger.save(path, journal.ledger)
        outcomes = write(found.root, patches, found.conventions, (), journal)
        commit(ledger, intended, outcomes)
        ledger.save(path, journal.ledger)
    return outcomes


def planned(found: Vault, ledger: Ledger) -> Plan:
    return replace(PLAN, claim=claim(found, ledger))


def test_what_was_written_is_remembered(tmp_path: Path) -> None:
    found, ledger, path = before(tmp_path)
    patches = merge(found, planned(found, ledger), ANSWERS, MergeOptions())
    (outcome,) = written(found, patches, ledger, path)
    assert outcome.status is Status.WRITTEN
    assert Ledger.load(path).written(PATH) == {
        Field.CITATION_COUNT: owned(digest(600)),
        Field.KEY: owned(digest("mass")),
    }


def test_what_was_refused_is_not_remembered(tmp_path: Path) -> None:
    found, ledger, path = before(tmp_path)
    was = path.read_bytes()
    patches = merge(found, planned(found, ledger), ANSWERS, MergeOptions())
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
    patches = Killed(merge(found, planned(found, ledger), ANSWERS, MergeOptions()))
    with pytest.raises(KeyboardInterrupt):
        written(found, patches, ledger, path)
    (patch,) = merge(found, planned(found, Ledger.load(path)), ANSWERS, MergeOptions())
    assert 600 in [change.new for change in patch.changes]


def test_only_what_is_new_goes_into_the_ledger() -> None:
    absent = Unmatched(NOT_FOUND)
    ledger = Ledger(
        [LedgerLine(key_of("b"), "B", "unmatched", NOT_FOUND, last_checked="2026-01-01", tries=2)]
    )
    resolutions = [
        Resolution(Lookup(key_of("a"), "A"), Accepted((), EQUAL_TITLE), fresh=False),
        Resolution(Lookup(key_of("b"), "B"), absent),
        Resolution(Lookup(key_of("c"), "C"), None),
        Resolution(Lookup(key_of("d"), "D"), absent),
    ]
    lines = fresh_lines(resolutions, ledger, date(2026, 6, 1))
    assert {str(key): line.tries for key, line in lines.items()} == {"b": 3, "d": 1}
