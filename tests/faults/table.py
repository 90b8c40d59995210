"""Cells -> the matrix of faults by what they hit, as text."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from faults.forge import Forge

HELD, FAILED, SKIPPED = "held", "FAILED", "skipped"


class Impossible(Exception):  # noqa: N818 - it says what is the case
    """This fault cannot be made on this machine."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where a cell does its work: a folder of its own, and who runs commands."""

    folder: Path
    forge: Forge

    @contextmanager
    def fresh(self) -> Iterator[Bench]:
        """The same with an empty folder."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            yield Bench(Path(folder), self.forge)


@dataclass(frozen=True, slots=True)
class Cell:
    """A fault and what it hits. `hold` makes it happen, and says what the program did; it raises
    AssertionError where the program did not hold, and Impossible."""

    fault: str
    hits: str
    hold: Callable[[Bench], str]

    def __str__(self) -> str:
        return f"{self.hits}: {self.fault}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a cell."""

    cell: Cell
    held: str
    told: str


def tried(cell: Cell, bench: Bench) -> Verdict:
    """Let it happen."""
    try:
        with bench.fresh() as fresh:
            return Verdict(cell, HELD, cell.hold(fresh))
    except Impossible as error:
        return Verdict(cell, SKIPPED, str(error))
    except Exception as error:  # noqa: BLE001 - whatever went wrong, it did not hold
        return Verdict(cell, FAILED, f"{type(error).__name__}: {error}")


def shown(title: str, columns: Sequence[str], verdicts: Iterable[Verdict]) -> str:
    """The matrix, and below it what was done in each cell. A blank is not applicable."""
    said = {(each.cell.fault, each.cell.hits): each for each in verdicts}
    rows = list(dict.fromkeys(fault for fault, _ in said))
    width = max(map(len, rows))
    lines = [f"{title:<{width}}  " + "  ".join(columns)]
    for row in rows:
        marks = [said[row, column].held if (row, column) in said else "" for column in columns]
        cells = (f"{mark:<{len(column)}}" for mark, column in zip(marks, columns, strict=True))
        lines.append(f"{row:<{width}}  " + "  ".join(cells).rstrip())
    lines += ["", "What was done:", *_told(rows, columns, said)]
    return "\n".join(lines)


def _told(
    rows: Sequence[str], columns: Sequence[str], said: dict[tuple[str, str], Verdict]
) -> Iterator[str]:
    for row in rows:
        by_text: dict[str, list[str]] = {}
        for column in columns:
            if (row, column) in said:
                each = said[row, column]
                text = each.told if each.held == HELD else f"{each.held}: {each.told}"
                by_text.setdefault(text, []).append(column)
        yield row
        yield from (f"  {', '.join(hit)}: {text}" for text, hit in by_text.items())
