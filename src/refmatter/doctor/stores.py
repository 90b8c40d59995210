"""Cache, ledger and journal on disk -> whether they can be used, and what they hold.

Nothing is written: databases are opened for reading alone.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from refmatter.doctor.check import Check, ok, problem, warning
from refmatter.doctor.configuration import where
from refmatter.errors import JournalError, LedgerError, VaultBusyError
from refmatter.files import lock_folder
from refmatter.report.counting import counted
from refmatter.state import journal
from refmatter.state.ledger import Ledger
from refmatter.web.disk import database_path


def cache(folder: Path) -> list[Check]:
    """The services' answers."""
    database = database_path(folder)
    checks = [_database(database) if database.exists() else ok("cache", f"{folder}: empty")]
    aside = database.with_name(f"{database.name}.damaged")
    if aside.exists():
        told = f"{aside} was damaged once and set aside"
        checks.append(warning("cache", told, "remove it: nobody reads it"))
    return checks


def _database(database: Path) -> Check:
    anew = "nothing to do: the next run begins it anew, and asks again"
    # With a journal beside it somebody is at work; without one, no file is made for reading.
    live = database.with_name(f"{database.name}-wal").exists()
    mode = "mode=ro" if live else "mode=ro&immutable=1"
    try:
        uri = f"{database.absolute().as_uri()}?{mode}"
        with closing(sqlite3.connect(uri, uri=True, timeout=5.0)) as connection:
            (sound,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            count, oldest = connection.execute(
                "SELECT COUNT(*), MIN(store_time) FROM Cache"
            ).fetchone()
    except sqlite3.Error as error:
        return warning("cache", f"{database}: {error}", anew)
    if sound != "ok":
        return warning("cache", f"{database}: damaged: {sound}", anew)
    since = f", the oldest of {_day(oldest)}" if isinstance(oldest, int | float) else ""
    size = database.stat().st_size / 2**20
    return ok("cache", f"{database.parent}: {counted(count, 'answer')}, {size:,.1f} MiB{since}")


def _day(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (OverflowError, ValueError, OSError):  # no time that a run would have put there
        return "an unknown day"


def ledger(path: Path, root: Path) -> Check:
    """Which work each title is."""
    if not path.exists():
        return ok("ledger", "none yet; the first run makes it")
    try:
        lines = Ledger.load(path, root)
    except LedgerError as error:
        return problem("ledger", str(error), "without it, what is yours and what is ours is lost")
    verdicts = Counter(line.verdict for line in lines)
    told = f"{where(path, root)}: {counted(len(lines), 'title')}, {verdicts['accepted']:,} found"
    told += f", {verdicts['ruled']:,} ruled by you" if verdicts["ruled"] else ""
    if not verdicts["ambiguous"]:
        return ok("ledger", told)
    return ok("ledger", f"{told}, {verdicts['ambiguous']:,} doubtful", "settle: `refmatter review`")


def past(path: Path) -> Check:
    """The runs that can be undone."""
    try:
        runs = journal.runs(path)
    except JournalError as error:
        return problem("journal", str(error), "no run can write while it is so: make it a folder")
    if not runs:
        return ok("journal", "no run wrote anything yet")
    last = runs[-1]
    return ok(
        "journal",
        f"{counted(len(runs), 'run')} can be undone; the last, {last.deed}, of {last.started}, "
        f"wrote {counted(len(last.notes), 'note')}",
    )


def at_work(folder: Path) -> Check:
    """Whether somebody holds the lock. It goes with its process, so it is never left over."""
    try:
        with lock_folder(folder):
            return ok("lock", "nobody is at work here")
    except VaultBusyError:
        return warning("lock", "a run is at work on this vault", "wait until it is done")
