"""A vault and a number -> so many runs on it that were killed, and what was found each time.

    PYTHONPATH=tests python -m faults.kills --times 500 --seed 1

A run is killed (SIGKILL) at a random moment of its time, or just before a random one of its steps
on disk: a file that is opened to be written, renamed, linked, removed. After each kill all notes
must be whole, old or new, and ledger and cache readable. After some kills a run is left to end:
then notes and ledger must be, byte for byte, what an undisturbed run leaves, and no temporary
file may be left anywhere.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import scholar
from faults.forge import Forge, Job, environment
from house import House
from refmatter.config.loading import load
from refmatter.errors import RefmatterError
from refmatter.stages.learn import read_vault
from refmatter.state.ledger import Ledger
from refmatter.titles import title_key
from scholar import Corpus, Record, Server
from support import LARGE, ROOT

PAIRS = ROOT / "tests" / "data" / "pairs"
LARGE_VAULT = LARGE / "vaults" / "paper-reading-2022-07" / "before"
KILLED = -9
_IN_A_ROW = 8
"""How often a vault is killed at most before a run on it is left to end."""
_SHOWN = 4000
"""How many characters of a difference are shown."""
_ALONE = 25
"""One kill in so many is of a Python process of its own, in place of a fork."""


class Damage(AssertionError):  # noqa: N818 - it says what is the case
    """Something was lost, or is not what it should be."""


@dataclass(frozen=True, slots=True)
class State:
    """The bytes of all notes by their paths, and of the ledger."""

    notes: Mapping[str, bytes]
    ledger: bytes

    @classmethod
    def of(cls, made: House) -> State:
        files = (path for path in sorted(made.notes.rglob("*.md")))
        notes = {str(path.relative_to(made.notes)): path.read_bytes() for path in files}
        return cls(notes, made.ledger.read_bytes() if made.ledger.exists() else b"")


@dataclass(frozen=True, slots=True)
class Story:
    """A run on a vault: what is there before, what an undisturbed run leaves, how long that
    takes in seconds, and how many steps on disk it has."""

    name: str
    start: Path
    arguments: tuple[str, ...]
    before: State
    after: State
    seconds: float
    steps: int


@dataclass(slots=True)
class Tally:
    """What came of the kills."""

    kills: Counter[str] = field(default_factory=Counter)
    midway: int = 0
    leftovers: int = 0
    ended: int = 0


# -- the vaults ---------------------------------------------------------------------------


def _corpus(more: int = 0) -> Corpus:
    """The works of the seeds and of the pairs and all that they cite, so that nothing is left to
    be asked for another day; their citations grown by so many."""
    small = scholar.small()
    records = [*small.records, *scholar.from_catalogue(PAIRS / "records.jsonl")]
    known = {title_key(record.title) for record in records}
    cited = {
        title_key(reference.text): reference.text
        for note in read_vault(PAIRS / "before", load(None).vault).notes
        for reference in note.references
    }
    for number, key in enumerate(sorted(cited.keys() - known)):
        people = (f"Ada Family{number}", "Bob Helper")
        paper_id = hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()
        records.append(Record(cited[key], paper_id, authors=people, full_names=people, year=1990))
    return Corpus(
        [replace(each, citation_count=each.citation_count + more) for each in records],
        small.references,
    )


@contextmanager
def stories(
    folder: Path, forge: Forge, *, most: int = 1000, large: bool = False
) -> Iterator[list[Story]]:
    """A vault that is filled, with new notes for what it links, and the same whose counts are
    renewed; or a large one that is filled without the network. `most` is how many pairs are
    taken at most, the shortest first."""
    with ExitStack() as stack:
        if large:
            bare = _house(folder / "large" / "start")
            bare.take(LARGE_VAULT.glob("*.md"))
            bare.configure(references={"create": "linked"})
            yield [_undisturbed("large", bare, forge, "--offline")]
            return
        bare = _house(folder / "fill" / "start", stack.enter_context(scholar.serve(_corpus())))
        bare.take((ROOT / "seeds").glob("mass-*.md"))
        by_size = sorted((PAIRS / "before").glob("*.md"), key=lambda path: path.stat().st_size)
        for note in by_size[:most]:
            bare.put(f"papers/{note.name[0]}/{note.name}", note.read_text())
        bare.configure(
            references={"create": "linked", "resolve": "none"},
            providers={"catalog": {"enabled": False}},
        )
        filling = _undisturbed("fill", bare, forge)
        grown = stack.enter_context(scholar.serve(_corpus(1000)))
        filled = House(folder / "renew" / "start", grown, dict(bare.settings))
        shutil.copytree(folder / "fill" / "undisturbed", filled.folder)
        _settle(filled)
        filled.configure(references={"create": "never", "resolve": "none"})
        yield [filling, _undisturbed("renew", filled, forge, "--refresh")]


def _settle(made: House) -> None:
    """Leave out what is open: each run that asks again, be it killed, counts as one more try."""
    ledger = Ledger.load(made.ledger)
    accepted = [line for line in ledger if line.verdict == "accepted"]
    made.ledger.write_text(Ledger(accepted).text())
    for note in made.notes.rglob("*.md"):
        if "\nauthors:" not in note.read_text():
            note.unlink()


def _house(folder: Path, server: Server | None = None) -> House:
    made = House(folder, server)
    made.notes.mkdir(parents=True)
    return made


def _undisturbed(name: str, bare: House, forge: Forge, *options: str) -> Story:
    made = House(bare.folder.with_name("undisturbed"))
    work = House(bare.folder.with_name("work"))
    arguments = ("enrich", str(work.notes), "--config", str(work.config), "--quiet", *options)
    shutil.copytree(bare.folder, work.folder)
    began = time.monotonic()
    done = forge.do(Job(arguments))
    seconds = time.monotonic() - began
    work.folder.rename(made.folder)
    if done.code != 0:
        raise Damage(f"the undisturbed run ended with {done.code}: {done.err}")
    before, after = State.of(bare), State.of(made)
    return Story(name, bare.folder, arguments, before, after, seconds, done.steps)


# -- killing ------------------------------------------------------------------------------


def _unheeded(_kills: int) -> None:
    """For those who only want to know the end."""


def kill(
    story: Story,
    forge: Forge,
    times: int,
    chance: random.Random,
    heed: Callable[[int], None] = _unheeded,
) -> Tally:
    """Kill runs of this story so often; `heed` is told now and then how often it was. Raises
    Damage."""
    tally = Tally()
    made = House(story.start.with_name("work"))
    while tally.kills.total() < times:
        shutil.rmtree(made.folder, ignore_errors=True)
        shutil.copytree(story.start, made.folder)
        for _ in range(chance.randint(1, _IN_A_ROW)):
            how, code = _one_kill(story, forge, chance)
            if code != KILLED:
                check_the_end(story, made, code, how)
                break
            tally.kills[how] += 1
            check_in_between(story, made, tally)
        code = forge.do(Job(story.arguments)).code
        check_the_end(story, made, code, "the run after the kills")
        tally.ended += 1
        heed(tally.kills.total())
    return tally


def _one_kill(story: Story, forge: Forge, chance: random.Random) -> tuple[str, int]:
    """A run that is killed, unless it is quicker; how that was to be, and how it ended."""
    if chance.randrange(_ALONE) == 0:
        return "a process of its own", _alone(story, chance.uniform(0, story.seconds * 4))
    if chance.random() < 0.5:
        seconds = chance.uniform(0, story.seconds)
        return "at a moment", forge.do(Job(story.arguments, seconds=seconds)).code
    step = chance.randint(1, story.steps)
    return "before a step on disk", forge.do(Job(story.arguments, step=step)).code


def _alone(story: Story, seconds: float) -> int:
    command = [sys.executable, "-m", "refmatter", *story.arguments]
    with subprocess.Popen(command, env=environment()) as process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        return process.wait()


def check_in_between(story: Story, made: House, tally: Tally) -> None:
    """Whether all that a killed run left is whole. Raises Damage, and what cannot be read."""
    now = State.of(made)
    for path in story.before.notes.keys() | story.after.notes.keys() | now.notes.keys():
        old, new = story.before.notes.get(path), story.after.notes.get(path)
        if now.notes.get(path) not in (old, new):
            raise Damage(f"{story.name}: {path} is neither the old nor the new one")
    tally.midway += now.notes not in (story.before.notes, story.after.notes)
    tally.leftovers += any(_temporaries(made))
    Ledger.load(made.ledger, made.notes)
    cache = made.folder / "cache"
    if cache.exists():
        with tempfile.TemporaryDirectory() as copy:  # to look at it is to mend it
            shutil.copytree(cache, copy, dirs_exist_ok=True)
            with closing(sqlite3.connect(Path(copy) / "cache.db")) as database:
                said = database.execute("PRAGMA integrity_check").fetchone()
        if said != ("ok",):
            raise Damage(f"{story.name}: the cache is damaged: {said}")


def check_the_end(story: Story, made: House, code: int, after: str) -> None:
    """Whether all is as an undisturbed run leaves it. Raises Damage."""
    if code != 0:
        raise Damage(f"{story.name}, {after}: ended with {code}")
    now = State.of(made)
    for path in now.notes.keys() | story.after.notes.keys():
        if now.notes.get(path) != story.after.notes.get(path):
            raise Damage(f"{story.name}, {after}: {path} is not as an undisturbed run leaves it")
    if now.ledger != story.after.ledger:
        right, wrong = (text.decode().splitlines() for text in (story.after.ledger, now.ledger))
        shown = "\n".join(difflib.unified_diff(right, wrong, n=0))[:_SHOWN]
        raise Damage(f"{story.name}, {after}: the ledger is another one:\n{shown}")
    left = [*_temporaries(made), *made.folder.rglob("*.damaged")]
    if left:
        raise Damage(f"{story.name}, {after}: left behind: {left}")


def _temporaries(made: House) -> Iterator[Path]:
    return made.folder.rglob(".refmatter-*")


def told(story: Story, tally: Tally, seconds: float) -> str:
    """What came of it, in a few lines."""
    ways = ", ".join(f"{count} {way}" for way, count in sorted(tally.kills.items()))
    return (
        f"{story.name}: {len(story.before.notes)} notes, {len(story.after.notes)} in the end; "
        f"a run takes {story.seconds:.2f} s and {story.steps} steps on disk\n"
        f"  {tally.kills.total()} runs killed ({ways}) in {seconds:.0f} s\n"
        f"  {tally.midway} of them in the midst of the notes, "
        f"{tally.leftovers} left a temporary file behind\n"
        f"  0 notes damaged, 0 lost; {tally.ended} times a run was left to end, each time with "
        "the bytes of an undisturbed run and no temporary file"
    )


def _shown(story: Story) -> Callable[[int], None]:
    """Show on the way how many runs were killed, and write over it."""
    return lambda kills: print(f"{story.name}: {kills} killed", end="\r", file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, and print what came of it; 1 where something was lost."""
    parser = argparse.ArgumentParser(prog="faults.kills", description=__doc__)
    parser.add_argument("--times", type=int, default=500, help="how many runs are killed")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn")
    parser.add_argument("--large", action="store_true", help="on the large vault of REFMATTER_DATA")
    said = parser.parse_args(arguments)
    chance = random.Random(said.seed)  # noqa: S311 - no secret hangs on it
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        forge = stack.enter_context(Forge(folder / "forge"))
        told_stories = stack.enter_context(stories(folder, forge, large=said.large))
        for number, story in enumerate(told_stories):
            share = said.times * (number + 1) // len(told_stories)
            share -= said.times * number // len(told_stories)
            began = time.monotonic()
            try:
                tally = kill(story, forge, share, chance, _shown(story))
            except (Damage, RefmatterError, sqlite3.Error) as damage:
                print(f"FAILED, with --seed {said.seed}: {damage}")
                return 1
            print(told(story, tally, time.monotonic() - began))
    return 0


if __name__ == "__main__":
    sys.exit(main())
