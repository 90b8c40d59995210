"""Processes that share work, and end with the one that started them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from refmatter.worker_pool import BATCH_ROWS, Row, WorkerPool


def doubled(rows: Iterator[Row]) -> Iterator[Row]:
    given = list(rows)
    counts = Counter(row[0] for row in given)
    yield from ((row[0], counts[row[0]]) for row in given)


def test_rows_of_one_question_come_to_one_process_and_back_in_order() -> None:
    rows = [(n // 3, n) for n in range(4 * BATCH_ROWS + 1)]
    with closing(WorkerPool(2)) as several, closing(WorkerPool(1)) as single:
        given = list(several.map_grouped(doubled, rows))
        assert given == list(single.map_grouped(doubled, rows))
        assert [row[0] for row in given] == [row[0] for row in rows]
        assert {count for _, count in given[:-3]} == {3}
        assert list(several.map_grouped(doubled, [])) == []


def mortal(rows: Iterator[Row]) -> Iterator[Row]:
    """In another process, the end of it."""
    if multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return rows


def test_what_a_process_leaves_that_is_ended_is_done_here() -> None:
    rows = [(n,) for n in range(55)]
    with closing(WorkerPool(2, batch_rows=10)) as crew:
        assert list(crew.map_grouped(mortal, rows)) == rows
        assert list(crew.map_grouped(mortal, rows)) == rows


def wrong(rows: Iterator[Row]) -> Iterator[Row]:
    raise ValueError(f"{len(list(rows))} rows")


def test_what_goes_wrong_in_a_process_is_raised_here() -> None:
    with closing(WorkerPool(2, batch_rows=10)) as crew, pytest.raises(ValueError, match="10 rows"):
        list(crew.map_grouped(wrong, [(n,) for n in range(55)]))


ORPHANS = """
import os, sys
from refmatter.worker_pool import BATCH_ROWS, WorkerPool
from refmatter.catalog.match_rows import block_rows

if __name__ == "__main__":
    pool = WorkerPool(2)
    words = ("a title of things", "atitleofthings", "atitleofthings")
    rows = ((n, *words) for n in range(3 * BATCH_ROWS))
    given = pool.map_grouped(block_rows, rows)
    next(given)
    print(*pool._pool._processes, flush=True)
    sys.stdin.read()
"""


def test_no_process_outlives_one_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "main.py"
    script.write_text(ORPHANS)
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout
    assert parent.stdin
    children = [int(row) for row in parent.stdout.readline().split()]
    assert children
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    # The pipe is held by the children too: it ends when the last of them does.
    assert parent.stdout.read() == ""
    parent.stdin.close()
    parent.stdout.close()
