"""A small vault, a fault and a run -> whether what it hit is left alone and the rest goes on."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import scholar
from faults.forge import NOT_READY, Done
from faults.table import Bench, Impossible
from house import House
from scholar import Corpus, Record

PATIENCE = 120.0
"""Seconds after which a run that hangs is killed, and fails."""


def _work(number: int, title: str) -> Record:
    people = (f"Ada Family{number}", f"Bob Helper{number}")
    return Record(
        title, f"{number:040x}", authors=people, full_names=people, year=2001 + number,
        venue="Journal of Faults", citation_count=number, reference_count=number,
    )  # fmt: skip


HIT = _work(1, "The work whose note is hit by every fault there is")
OTHER = _work(2, "Another work whose note has nothing to fear at all")
NEW = _work(3, "A work that is linked and has no note of its own yet")
CORPUS = Corpus([HIT, OTHER, NEW])


@dataclass(slots=True)
class Scene:
    """A vault of two bare notes, `hit.md` and `other.md`; `other.md` links to `sub/new.md`, which
    is not there. The services are the stand-in."""

    bench: Bench
    made: House
    deeds: list[Callable[[], object]]

    @property
    def hit(self) -> Path:
        return self.made.notes / "hit.md"

    @property
    def other(self) -> Path:
        return self.made.notes / "other.md"

    @property
    def new(self) -> Path:
        return self.made.notes / "sub" / "new.md"

    @property
    def cache(self) -> Path:
        return self.made.folder / "cache"

    @property
    def journal(self) -> Path:
        return self.made.folder / ".refmatter"

    def meanwhile(self, deed: Callable[[], object]) -> None:
        """Do this when the notes have been read and none is written: while the first question
        waits for its answer."""
        assert self.made.server
        self.deeds.append(deed)
        self.made.server.fault("semantic_scholar", "slow", times=1)

    def run(self, *options: str, **conditions: Any) -> Done:
        """A run; what it must stand is in the conditions of a Job."""
        command = ("enrich", str(self.made.notes), "--config", str(self.made.config), "--quiet")
        return self._done(*command, *options, **conditions)

    def undo(self, **conditions: Any) -> Done:
        """Undo the last run."""
        command = ("undo", "--vault", str(self.made.notes), "--config", str(self.made.config))
        return self._done(*command, "--quiet", **conditions)

    def _done(self, *command: str, **conditions: Any) -> Done:
        conditions.setdefault("seconds", PATIENCE)
        done = self.bench.forge.run(*command, **conditions)
        if NOT_READY in done.err:
            raise Impossible(done.err.splitlines()[-1])
        assert "Traceback" not in done.err, done.err
        return done

    def check(self, done: Done, *, code: int, says: str, filled: str) -> str:
        """Whether a run ended with this code and said so, filled these notes, and left no
        temporary file; what it did, in short."""
        assert done.code == code, (done.code, done.err)
        line = next((each for each in done.err.splitlines() if says in each), "")
        assert line, f"{says!r} is not said: {done.err}"
        for name, path in (("hit", self.hit), ("other", self.other), ("new", self.new)):
            is_filled = path.is_file() and "Ada Family" in path.read_text(errors="replace")
            assert is_filled is (name in filled.split()), f"{path.name}: filled is {is_filled}"
        assert not [*self.made.folder.rglob(".refmatter-*")]
        words = (
            line.removeprefix("refmatter: ")
            .replace(f"{self.made.folder}/", "")
            .replace(str(self.made.folder), "the folder")
        )
        return f"exit {code}, {words}"


@contextmanager
def scene(bench: Bench) -> Iterator[Scene]:
    """A scene before its run."""
    deeds: list[Callable[[], object]] = []

    def act(_seconds: float) -> None:
        while deeds:
            deeds.pop()()

    with scholar.serve(CORPUS, sleep=act) as server:
        made = House(bench.folder / "house", server)
        made.put("hit.md", note(HIT.title))
        made.put(
            "other.md", note(OTHER.title, f"\n## References\n\n- [{NEW.title}](./sub/new.md)\n")
        )
        (made.notes / "sub").mkdir()
        made.configure(providers={"catalog": {"enabled": False}}, references={"create": "linked"})
        yield Scene(bench, made, deeds)


def note(title: str, body: str = "") -> str:
    return f"---\ntitle: {title}\ntags:\n- paper\n---\n{body}"


@contextmanager
def outside() -> Iterator[Path]:
    """A folder that is in no vault."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def bytes_of(folder: Path) -> Mapping[str, bytes]:
    """All ordinary files below a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
