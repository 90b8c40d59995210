"""Runs that are killed: a few of those that `python -m faults.kills` kills by the hundred."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from faults import kills
from faults.forge import Forge
from house import House
from refmatter.errors import LedgerError

pytestmark = pytest.mark.unmeasured

FEW = 6
"""So many notes are filled here; with those that are made for their links they are enough."""


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forge]:
    with Forge(tmp_path_factory.mktemp("forge")) as made:
        yield made


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory, forge: Forge) -> Iterator[list[kills.Story]]:
    with kills.stories(tmp_path_factory.mktemp("stories"), forge, most=FEW) as made:
        yield made


def test_a_run_that_is_killed_at_any_moment_loses_nothing(
    stories: list[kills.Story], forge: Forge
) -> None:
    chance = random.Random(20261122)  # noqa: S311 - no secret hangs on it
    for story in stories:
        tally = kills.kill(story, forge, 3, chance)
        assert tally.kills.total() >= 3
        assert tally.ended


def test_a_run_that_is_killed_before_a_step_on_disk_loses_nothing(
    stories: list[kills.Story], forge: Forge
) -> None:
    tally, story = kills.Tally(), stories[0]
    made = House(story.start.with_name("work"))
    for step in range(story.steps // 2, story.steps + 1, 32):
        shutil.rmtree(made.folder, ignore_errors=True)
        shutil.copytree(story.start, made.folder)
        assert forge.run(*story.arguments, step=step).code == kills.KILLED
        kills.check_in_between(story, made, tally)
        code = forge.run(*story.arguments).code
        kills.check_the_end(story, made, code, f"killed before step {step}")
    assert tally.midway


def _halved(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def _junk(path: Path) -> None:
    path.write_bytes(b"x" * 5000)


def test_the_checks_see_damage(tmp_path: Path, stories: list[kills.Story]) -> None:
    trials: list[tuple[str, Callable[[Path], object], type[Exception]]] = [
        ("notes/mass-*.md", _halved, kills.Damage),
        ("notes/mass-*.md", Path.unlink, kills.Damage),
        ("refmatter.lock", _halved, LedgerError),
        ("cache/cache.db", _junk, sqlite3.DatabaseError),
    ]
    story = stories[0]
    whole = House(tmp_path / "whole")
    shutil.copytree(story.start.with_name("undisturbed"), whole.folder)
    kills.check_the_end(story, whole, 0, "nothing")
    kills.check_in_between(story, whole, kills.Tally())
    for number, (pattern, damage, error) in enumerate(trials):
        made = House(tmp_path / str(number))
        shutil.copytree(whole.folder, made.folder)
        damage(next(made.folder.glob(pattern)))
        with pytest.raises(error):
            kills.check_in_between(story, made, kills.Tally())
    (whole.notes / ".refmatter-0123456789abcdef.tmp").touch()
    with pytest.raises(kills.Damage, match="left behind"):
        kills.check_the_end(story, whole, 0, "nothing")
    with pytest.raises(kills.Damage, match="ended with 70"):
        kills.check_the_end(story, whole, 70, "nothing")
