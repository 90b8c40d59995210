"""Check whether cache, ledger and journal can be used, and count what they hold.

Nothing is written: databases are opened for reading alone.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from refmatter.doctor.check import Check, CheckKind, ok, problem, warning
from refmatter.doctor.configuration import where
from refmatter.errors import JournalError, LedgerError, VaultBusyError
from refmatter.files import lock_folder
from refmatter.report.labels import counted
from refmatter.state import journal
from refmatter.state.ledger import Ledger
from refmatter.web.disk import database_path


def cache(folder: Path) -> list[Check]:
    """Return the services' answers."""
    database = database_path(folder)
    checks = [
        _database(database)
        if database.exists()
        else ok("cache", CheckKind.CACHE_EMPTY, f"{folder}: empty")
    ]
    aside = database.with_name(f"{database.name}.damaged")
    if aside.exists():
        message = f"{aside} was damaged once and set aside"
        way_out = "remove it: it is not used"
        checks.append(warning("cache", CheckKind.CACHE_SET_ASIDE, message, way_out))
    return checks


def _database(database: Path) -> Check:
    way_out = "nothing to do: the next run starts a new one, and asks again"
    damaged = CheckKind.CACHE_DAMAGED
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
        return warning("cache", damaged, f"{database}: {error}", way_out)
    if sound != "ok":
        return warning("cache", damaged, f"{database}: damaged: {sound}", way_out)
    since = f", the oldest of {_iso_day(oldest)}" if isinstance(oldest, int | float) else ""
    size = database.stat().st_size / 2**20
    message = f"{database.parent}: {counted(count, 'answer')}, {size:,.1f} MiB{since}"
    return ok("cache", CheckKind.CACHE_FILLED, message)


def _iso_day(seconds: float) -> str:
    """Return the UTC day (ISO) of a time in seconds since 1970."""
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (OverflowError, ValueError, OSError):  # no time that a run would have put there
        return "an unknown day"


def ledger(path: Path, root: Path) -> Check:
    """Return which work each title is."""
    if not path.exists():
        return ok("ledger", CheckKind.LEDGER_NONE, "none yet; the first run makes it")
    try:
        lines = Ledger.load(path, root)
    except LedgerError as error:
        way_out = "repair it: it tells your values from those of refmatter"
        return problem("ledger", CheckKind.LEDGER_UNREADABLE, str(error), way_out)
    verdicts = Counter(line.verdict for line in lines)
    message = f"{where(path, root)}: {counted(len(lines), 'title')}, {verdicts['accepted']:,} found"
    message += f", {verdicts['ruled']:,} ruled by you" if verdicts["ruled"] else ""
    if not verdicts["ambiguous"]:
        return ok("ledger", CheckKind.LEDGER_SETTLED, message)
    message += f", {verdicts['ambiguous']:,} doubtful"
    return ok("ledger", CheckKind.LEDGER_DOUBTFUL, message, "decide with `refmatter review`")


def check_journal(path: Path) -> Check:
    """Return a check with the number of runs that can be undone."""
    try:
        runs = journal.runs(path)
    except JournalError as error:
        way_out = "make it a folder: until then no run can write"
        return problem("journal", CheckKind.JOURNAL_UNREADABLE, str(error), way_out)
    if not runs:
        return ok("journal", CheckKind.JOURNAL_EMPTY, "no run wrote anything yet")
    last = runs[-1]
    return ok(
        "journal",
        CheckKind.JOURNAL_FILLED,
        f"{counted(len(runs), 'run')} can be undone; the last, {last.deed}, of {last.started}, "
        f"wrote {counted(len(last.notes), 'note')}",
    )


def at_work(folder: Path) -> Check:
    """Whether somebody holds the lock. It goes with its process, so it is never left over."""
    try:
        with lock_folder(folder):
            return ok("lock", CheckKind.LOCK_FREE, "no run is at work here")
    except VaultBusyError:
        message = "a run is at work on this vault"
        return warning("lock", CheckKind.LOCK_HELD, message, "wait until it is done")
