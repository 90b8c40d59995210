"""Faults of the disk and of those who use it besides us, each by the file operations it hits."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TypeAlias

from faults.table import Bench, Cell
from faults.vaults import HIT, Scene, bytes_of, note, outside, scene
from refmatter.files import lock_folder

COLUMNS = (
    "scan read", "note write", "note create", "ledger load", "ledger save",
    "journal write", "journal read", "cache open", "cache read", "cache write",
)  # fmt: skip

Play: TypeAlias = Callable[[Scene], str]

CELLS: list[Cell] = []


def _cell(fault: str, *hits: str) -> Callable[[Play], Play]:
    """Put a play, which lets a fault happen in a scene, into the table."""

    def put(play: Play) -> Play:
        def hold(bench: Bench) -> str:
            with scene(bench) as made:
                return play(made)

        CELLS.extend(Cell(fault, each, hold) for each in hits)
        return play

    return put


@contextmanager
def _mode(path: Path, mode: int) -> Iterator[None]:
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(before)


# -- no room, no rights -------------------------------------------------------------------

_FULL = "no room on the disk"
_LIMIT = "a limit on the size of files"
_READ_ONLY = "a folder that is read-only"
_UNREADABLE = "no right to read"


@_cell(_FULL, "note write", "note create")
def _(made: Scene) -> str:
    # What is on the disk that is full is another process's: from here the notes look untouched.
    done = made.run("--json", str(made.made.folder / "report.json"), small=str(made.made.notes))
    said = (made.made.folder / "report.json").read_text()
    assert said.count('"No space left') + said.count(": No space left") == 3, said
    return made.check(done, code=3, says="No space left on device; make room", filled="")


@_cell(_FULL, "ledger save")
def _(made: Scene) -> str:
    (made.made.folder / "small").mkdir()
    made.made.configure(ledger="small/refmatter.lock")
    done = made.run(small=str(made.made.folder / "small"))
    return made.check(done, code=2, says="No space left on device; make room", filled="")


@_cell(_FULL, "cache open")
def _(made: Scene) -> str:
    made.cache.mkdir()
    done = made.run(small=str(made.cache))
    return made.check(done, code=0, says="is not used", filled="hit other new")


@_cell(_FULL, "cache write")
def _(made: Scene) -> str:
    made.cache.mkdir()
    done = made.run(small=str(made.cache), small_free=96 * 1024)
    return made.check(done, code=0, says="is not used", filled="hit other new")


@_cell(_LIMIT, "note write")
def _(made: Scene) -> str:
    made.hit.write_text(note(HIT.title, "x" * 2_000_000))
    done = made.run(largest=1_500_000)
    return made.check(done, code=3, says="hit.md: the note cannot", filled="other new")


@_cell(_LIMIT, "ledger save")
def _(made: Scene) -> str:
    return made.check(made.run(largest=600), code=2, says="refmatter.lock: cannot", filled="")


@_cell(_LIMIT, "cache open", "cache write")
def _(made: Scene) -> str:
    done = made.run(largest=10_000)
    return made.check(done, code=0, says="is not used", filled="hit other new")


@_cell(_READ_ONLY, "note write")
def _(made: Scene) -> str:
    apart = made.made.put("apart/hit.md", made.hit.read_text())
    made.hit.unlink()
    with _mode(apart.parent, 0o555):
        done = made.run(humble=True)
    assert apart.read_text() == note(HIT.title)
    return made.check(done, code=3, says="apart/hit.md: the note cannot", filled="other new")


@_cell(_READ_ONLY, "note create")
def _(made: Scene) -> str:
    with _mode(made.new.parent, 0o555):
        done = made.run(humble=True)
    return made.check(done, code=3, says="sub/new.md: the note cannot", filled="hit other")


@_cell(_READ_ONLY, "ledger save")
def _(made: Scene) -> str:
    (made.made.folder / "fast").mkdir(0o555)
    made.made.configure(ledger="fast/refmatter.lock")
    return made.check(made.run(humble=True), code=2, says="Permission denied; mend", filled="")


@_cell(_READ_ONLY, "cache open", "cache write")
def _(made: Scene) -> str:
    made.cache.mkdir(0o555)
    done = made.run(humble=True)
    return made.check(done, code=0, says="is not used", filled="hit other new")


@_cell(_READ_ONLY, "cache read")
def _(made: Scene) -> str:
    _furnish_cache(made)
    with _mode(made.cache, 0o555), _mode(made.cache / "cache.db", 0o444):
        done = made.run(humble=True)
    return made.check(done, code=0, says="is not used", filled="hit other new")


@_cell(_UNREADABLE, "scan read")
def _(made: Scene) -> str:
    made.made.put("locked/in.md", note("A title"))
    with _mode(made.hit, 0), _mode(made.made.notes / "locked", 0):
        done = made.run(humble=True)
    assert "left as it is: locked: the folder locked/ cannot be listed" in done.err, done.err
    return made.check(done, code=3, says="hit.md: the note cannot", filled="other new")


@_cell(_UNREADABLE, "note write")
def _(made: Scene) -> str:
    made.meanwhile(lambda: made.hit.chmod(0))
    done = made.run(humble=True)
    made.hit.chmod(0o644)
    assert made.hit.read_text() == note(HIT.title)
    return made.check(done, code=3, says="hit.md: the note cannot", filled="other new")


@_cell(_UNREADABLE, "ledger load")
def _(made: Scene) -> str:
    made.made.ledger.write_text("")
    with _mode(made.made.ledger, 0):
        done = made.run(humble=True)
    return made.check(done, code=2, says="refmatter.lock: cannot be read", filled="")


@_cell(_UNREADABLE, "cache open", "cache read")
def _(made: Scene) -> str:
    _furnish_cache(made)
    with _mode(made.cache / "cache.db", 0):
        done = made.run(humble=True)
    return made.check(done, code=0, says="is not used", filled="hit other new")


# -- somebody else is at work -------------------------------------------------------------


def _removed(path: Path) -> None:
    path.unlink()


def _renamed(path: Path) -> None:
    path.rename(path.with_name("moved.txt"))


def _edited(path: Path) -> None:
    with path.open("a") as file:
        file.write("\n")


def _saved(path: Path) -> None:
    """As most editors save: a new file takes the place of the old one."""
    fresh = path.with_name("fresh.tmp")
    fresh.write_bytes(path.read_bytes() + b"\n")
    fresh.rename(path)


def _truncated(path: Path) -> None:
    """As other editors begin to save."""
    os.truncate(path, 0)


def _folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir(parents=True)


def _pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path)


_DEEDS: dict[str, Callable[[Path], None]] = {
    "removed meanwhile": _removed,
    "renamed meanwhile": _renamed,
    "edited in place meanwhile": _edited,
    "saved by an editor meanwhile": _saved,
    "cut short": _truncated,
}
_PLACES: dict[str, Callable[[Path], None]] = {
    "a folder in its place": _folder,
    "a pipe in its place": _pipe,
}


def _written_meanwhile(deed: Callable[[Path], None], made: Scene) -> str:
    after: list[dict[str, bytes]] = []

    def act() -> None:
        deed(made.hit)
        after.append(dict(bytes_of(made.made.notes)))

    made.meanwhile(act)
    done = made.run()
    now = bytes_of(made.made.notes)
    for name, data in after[0].items():
        if name != "other.md":
            assert now[name] == data, name
    told = made.check(done, code=3, says="left as it is: hit.md: ", filled="other new")
    if made.hit.is_file() and made.hit.stat().st_size:
        assert made.run().code == 0
        assert "Ada Family1" in made.hit.read_text()
        return f"{told}; the next run fills it"
    return told


def _ledger_meanwhile(deed: Callable[[Path], None], made: Scene) -> str:
    assert made.run("--only", "year", "--create", "never").code == 0
    for each in (made.hit, made.other):
        each.write_text(each.read_text().replace("year:", "when:"))
    seen: list[bool | bytes] = []

    def act() -> None:
        deed(made.made.ledger)
        seen.append(made.made.ledger.exists() and made.made.ledger.read_bytes())

    made.meanwhile(act)
    done = made.run("--refresh")
    assert (made.made.ledger.exists() and made.made.ledger.read_bytes()) == seen[0]
    return made.check(done, code=2, says="was changed while refmatter", filled="")


for _fault, _deed in {**_DEEDS, **_PLACES}.items():
    _cell(_fault, "note write")(partial(_written_meanwhile, _deed))
for _fault in ("removed meanwhile", "edited in place meanwhile", "saved by an editor meanwhile"):
    _cell(_fault, "ledger save")(partial(_ledger_meanwhile, _DEEDS[_fault]))


@_cell("removed meanwhile", "cache read", "cache write")
def _(made: Scene) -> str:
    _furnish_cache(made)
    made.meanwhile(lambda: shutil.rmtree(made.cache))
    done = made.run("--refresh")
    assert (done.code, done.err) == (0, "")
    assert "Ada Family1" in made.hit.read_text()
    return "exit 0: the run ends as if nothing were amiss; what it asked is asked again later"


# -- something else stands there ----------------------------------------------------------


def _created_meanwhile(deed: Callable[[Path], None], made: Scene) -> str:
    made.meanwhile(lambda: deed(made.new))
    done = made.run()
    return made.check(done, code=3, says="left as it is: sub/new.md: ", filled="hit other")


def _scanned(deed: Callable[[Path], None], made: Scene) -> str:
    deed(made.hit)
    done = made.run()
    assert (done.code, done.err) == (0, "")
    assert "Ada Family2" in made.other.read_text()
    return "exit 0: it is no note and is passed over"


def _loaded(deed: Callable[[Path], None], made: Scene) -> str:
    deed(made.made.ledger)
    return made.check(made.run(), code=2, says="refmatter.lock: cannot be read", filled="")


def _cached(deed: Callable[[Path], None], made: Scene) -> str:
    deed(made.cache / "cache.db")
    done = made.run()
    return made.check(done, code=0, says="the cache in ", filled="hit other new")


for _fault, _deed in _PLACES.items():
    _cell(_fault, "note create")(partial(_created_meanwhile, _deed))
    _cell(_fault, "scan read")(partial(_scanned, _deed))
    _cell(_fault, "ledger load")(partial(_loaded, _deed))
    _cell(_fault, "cache open")(partial(_cached, _deed))


def _link(path: Path, target: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(target)


@_cell("a link out of the vault in its place", "scan read")
def _(made: Scene) -> str:
    with outside() as there:
        (there / "x.md").write_text(note(HIT.title))
        told = _scanned(lambda path: _link(path, there / "x.md"), made)
        assert (there / "x.md").read_text() == note(HIT.title)
    return told


@_cell("a link out of the vault in its place", "note write")
def _(made: Scene) -> str:
    with outside() as there:
        (there / "x.md").write_text(note(HIT.title))
        made.meanwhile(lambda: _link(made.hit, there / "x.md"))
        done = made.run()
        assert (there / "x.md").read_text() == note(HIT.title)
        assert [each.name for each in there.iterdir()] == ["x.md"]
    return made.check(done, code=3, says="left as it is: hit.md: ", filled="other new")


@_cell("a link out of the vault in its place", "note create")
def _(made: Scene) -> str:
    with outside() as there:
        made.meanwhile(lambda: _link(made.new, there / "x.md"))
        done = made.run()
        assert not [*there.iterdir()]
    return made.check(done, code=3, says="left as it is: sub/new.md: ", filled="hit other")


def _mine(path: Path) -> None:
    path.write_text("mine")


@_cell("a note of that name, made meanwhile", "note create")
def _(made: Scene) -> str:
    told = _created_meanwhile(_mine, made)
    assert made.new.read_text() == "mine"
    return told


# -- damage -------------------------------------------------------------------------------


def _furnish_cache(made: Scene) -> None:
    """Fill the cache, and put notes and ledger back."""
    before = bytes_of(made.made.notes)
    assert made.run().code == 0
    made.made.ledger.unlink()
    made.new.unlink()
    for name, data in before.items():
        (made.made.notes / name).write_bytes(data)


@_cell("cut short", "ledger load")
def _(made: Scene) -> str:
    assert made.run("--only", "year", "--create", "never").code == 0
    data = made.made.ledger.read_bytes()
    made.made.ledger.write_bytes(data[: len(data) - 40])
    done = made.run()
    return made.check(done, code=2, says="is not a line of the ledger", filled="")


@_cell("a merge conflict", "ledger load")
def _(made: Scene) -> str:
    made.made.ledger.write_text("<<<<<<< ours\n=======\n>>>>>>> theirs\n")
    return made.check(made.run(), code=2, says="has a merge conflict", filled="")


@_cell("a merge conflict", "scan read")
def _(made: Scene) -> str:
    text = (
        f"---\ntitle: {HIT.title}\n<<<<<<< ours\nread: 1\n=======\nread: 2\n>>>>>>> theirs\n---\n"
    )
    made.hit.write_text(text)
    done = made.run()
    assert made.hit.read_text() == text
    return made.check(done, code=3, says="left as it is: hit.md", filled="other new")


@_cell("another program's file", "ledger load")
def _(made: Scene) -> str:
    made.made.ledger.write_text('[metadata]\nlock-version = "2.0"\n')
    return made.check(made.run(), code=2, says="is not a line of the ledger", filled="")


@_cell("another program's file", "cache open")
def _(made: Scene) -> str:
    made.cache.mkdir()
    with closing(sqlite3.connect(made.cache / "cache.db")) as database:
        database.execute("CREATE TABLE theirs (x)")
    return made.check(made.run(), code=0, says="is set aside", filled="hit other new")


@_cell("another version's file", "cache open")
def _(made: Scene) -> str:
    _furnish_cache(made)
    with closing(sqlite3.connect(made.cache / "cache.db", isolation_level=None)) as database:
        database.execute("INSERT INTO Settings VALUES ('of_tomorrow', 1)")
    return made.check(made.run(), code=0, says="is set aside", filled="hit other new")


@_cell("another version's file", "ledger load")
def _(made: Scene) -> str:
    made.made.ledger.write_text('{"key":"k","title":"t","decision":"accepted","tomorrow":1}\n')
    return made.check(made.run(), code=2, says="is not a line of the ledger", filled="")


@_cell("bytes that mean nothing", "scan read")
def _(made: Scene) -> str:
    made.hit.write_bytes(b"---\ntitle: \xff\xfe\n---\n")
    done = made.run()
    assert made.hit.read_bytes() == b"---\ntitle: \xff\xfe\n---\n"
    return made.check(done, code=3, says="left as it is: hit.md", filled="other new")


@_cell("bytes that mean nothing", "ledger load")
def _(made: Scene) -> str:
    made.made.ledger.write_bytes(b"\xff\xfe\x00")
    return made.check(made.run(), code=2, says="refmatter.lock:1: cannot be read", filled="")


@_cell("bytes that mean nothing", "cache open")
def _(made: Scene) -> str:
    made.cache.mkdir()
    (made.cache / "cache.db").write_bytes(b"no database" * 1000)
    return made.check(made.run(), code=0, says="is set aside", filled="hit other new")


@_cell("bytes that mean nothing", "cache read")
def _(made: Scene) -> str:
    _furnish_cache(made)
    with closing(sqlite3.connect(made.cache / "cache.db", isolation_level=None)) as database:
        database.execute("UPDATE Cache SET value = x'00ff00ff'")
    done = made.run()
    assert (done.code, done.err) == (0, "")
    assert "Ada Family1" in made.hit.read_text()
    return "exit 0: what is remembered is no answer, so it is asked anew"


@_cell("cut short", "cache open", "cache read")
def _(made: Scene) -> str:
    _furnish_cache(made)
    database = made.cache / "cache.db"
    os.truncate(database, database.stat().st_size // 2)
    return made.check(made.run(), code=0, says="is set aside", filled="hit other new")


# -- another run --------------------------------------------------------------------------


@_cell("another run is at work", "scan read", "ledger load")
def _(made: Scene) -> str:
    with lock_folder(made.made.folder):
        done = made.run()
    assert not made.made.ledger.exists()
    return made.check(done, code=2, says="another run is at work here", filled="")


@_cell("another run is at work", "cache open", "cache write")
def _(made: Scene) -> str:
    _furnish_cache(made)
    with closing(sqlite3.connect(made.cache / "cache.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # and hangs
        done = made.run()
        other.execute("ROLLBACK")
    return made.check(done, code=0, says="is not used", filled="hit other new")


@_cell("left by a run that was killed", "scan read", "note write", "note create", "ledger save")
def _(made: Scene) -> str:
    name = ".refmatter-0123456789abcdef.tmp"
    for folder in (made.made.folder, made.made.notes, made.new.parent):
        (folder / name).write_text("half a no")
    done = made.run()
    assert (done.code, done.err) == (0, "")
    assert not [*made.made.folder.rglob(".refmatter-*")]
    return "exit 0: the temporary files are removed, and the run goes on"


# -- the journal --------------------------------------------------------------------------


@_cell(_FULL, "journal write")
def _(made: Scene) -> str:
    made.journal.mkdir()
    done = made.run(small=str(made.journal))
    return made.check(done, code=2, says=".refmatter: cannot be written: No space", filled="")


@_cell(_READ_ONLY, "journal write")
def _(made: Scene) -> str:
    made.journal.mkdir(0o555)
    done = made.run(humble=True)
    return made.check(done, code=2, says=".refmatter: cannot be written: Permission", filled="")


def _journaled(deed: Callable[[Path], None], made: Scene) -> str:
    deed(made.journal)
    return made.check(made.run(), code=2, says=".refmatter: cannot be written", filled="")


_cell("a pipe in its place", "journal write")(partial(_journaled, _pipe))


@_cell("a link out of the vault in its place", "journal write")
def _(made: Scene) -> str:
    with outside() as there:
        told = _journaled(lambda path: _link(path, there), made)
        assert not [*there.iterdir()]
    return told


def _undone(deed: Callable[[Path], object], says: str, made: Scene) -> str:
    """A run whose journal is damaged is not undone, and no file changes."""
    assert made.run().code == 0
    (journal,) = made.journal.glob("*.jsonl")
    deed(journal)
    return made.check(made.undo(), code=2, says=says, filled="hit other new")


def _misnamed(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"path":"hit.md"', b'"path":7', 1))


for _fault, _deed, _says in (
    (
        "bytes that mean nothing",
        lambda path: path.write_bytes(b"\xff\n"),
        "is no line of a journal",
    ),
    (
        "another program's file",
        lambda path: path.write_text('{"x": 1}\n'),
        "is no line of a journal",
    ),
    ("a line that was edited", _misnamed, "is no line of a journal"),
    ("removed meanwhile", _removed, "there is no run to undo"),
    ("a folder in its place", _folder, "cannot be read"),
    ("a pipe in its place", _pipe, "is no line of a journal"),
):
    _cell(_fault, "journal read")(partial(_undone, _deed, _says))


@_cell("edited in place meanwhile", "journal read")
def _(made: Scene) -> str:
    assert made.run().code == 0
    made.hit.write_text("mine")
    done = made.undo()
    assert made.hit.read_text() == "mine"
    assert not made.new.exists()
    return made.check(done, code=3, says="left as it is: hit.md: changed since", filled="")
