"""Many questions and a catalogue -> what the matcher decides of each, by one join for all.

    exact    title keys and identifiers that are the same             joined
    blocks   for titles that no work has: works that share a block    joined, crowded ones left
    near     of these, the ones whose titles may have to do with it   Python
    decided  each question with its candidates                        Python: the one matcher

An engine only finds pairs: keys, blocks and decisions are made by the functions that a single
look-up uses, so they are the same on every engine. The SQL keeps to what engines have in common.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from refmatter.catalog import match_rows
from refmatter.catalog.blocks import MOST, OF_WORKS
from refmatter.catalog.engine import Engine
from refmatter.catalog.layout import ID_COLUMNS, IDS, KEY_COLUMNS, KEYS, WORK_COLUMNS, WORKS
from refmatter.catalog.manifest import CatalogManifest
from refmatter.catalog.match_rows import ASKED, BLOCKS, DECIDED, KNOWN, PAIRS
from refmatter.catalog.questions import BulkQuestion
from refmatter.errors import ConfigError
from refmatter.matching.thresholds import DEFAULT, Thresholds
from refmatter.schemes import SCHEMES

SLICE = 200_000
"""Questions that are joined at once: what is in memory, or spilt, is bounded by it."""


@dataclass
class MatchTally:
    """What was decided of how many questions; `exact` have a work of their very title or
    identifier, `crowded` counts blocks that were left out, `pairs` those that were compared."""

    questions: int = 0
    exact: int = 0
    certain: int = 0
    likely: int = 0
    ambiguous: int = 0
    unmatched: int = 0
    crowded: int = 0
    pairs: int = 0

    def count(self, decision: str, tier: str | None) -> None:
        """One more was decided."""
        name = tier or decision
        setattr(self, name, getattr(self, name) + 1)


class Matcher:
    """A catalogue that questions are joined with, on an engine.

    Raises ConfigError where one of its files is missing or cut short.
    """

    def __init__(
        self, engine: Engine, folder: Path, made: CatalogManifest, bars: Thresholds = DEFAULT
    ) -> None:
        self._engine = engine
        self._judge = partial(match_rows.decided, fetched=made.counts.released or made.released,
                              bars=bars)  # fmt: skip
        self.tally = MatchTally()
        columns = {name: WORK_COLUMNS[name] for name in ("title_key", "main_key", *KNOWN)}
        engine.read("works", _files(folder, made, WORKS), columns)
        engine.read("ids", _files(folder, made, IDS), ID_COLUMNS)
        engine.read("keys", _files(folder, made, KEYS), KEY_COLUMNS)

    def decide(self, questions: Iterable[BulkQuestion]) -> Iterator[tuple[Any, ...]]:
        """Rows of `asked.DECIDED`, in the questions' order."""
        given = iter(questions)
        while some := list(islice(given, SLICE)):
            yield from self._slice(some)

    def _slice(self, some: Sequence[BulkQuestion]) -> Iterator[tuple[Any, ...]]:
        engine, begin = self._engine, self.tally.questions
        rows = (match_rows.row(n, each) for n, each in enumerate(some, start=begin))
        engine.load("asked", ASKED, rows)
        self.tally.questions += len(some)
        self._exact()
        self._near()
        engine.keep(
            "found",
            "SELECT n, work FROM titled UNION SELECT n, work FROM named "
            "UNION SELECT n, work FROM near",
        )
        columns = [f"a.{each}" for each in ASKED]
        columns += [f"w.{each} AS w_{each}" for each in KNOWN]
        engine.apply(
            "decided",
            f"SELECT {', '.join(columns)} FROM asked a LEFT JOIN found f ON a.n = f.n "
            "LEFT JOIN works w ON f.work = w.work",
            self._judge,
            DECIDED,
        )
        for row in engine.ordered(f"SELECT {', '.join(DECIDED)} FROM decided ORDER BY n"):
            self.tally.count(row[5], row[6])
            yield row
        engine.drop("titled", "named", "untitled", "shared", "crowded", "met", "found")

    def _exact(self) -> None:
        """`titled` and `named`: works of the very title, and those of an identifier or an older
        title; `untitled`, the questions that no work has the title of."""
        engine = self._engine
        engine.keep(
            "titled",
            "SELECT a.n, w.work FROM asked a JOIN works w ON a.title_key = w.title_key",
        )
        names = " UNION ALL ".join(
            f"SELECT n, '{each}' AS scheme, {each} AS id FROM asked WHERE {each} IS NOT NULL"
            for each in SCHEMES
        )
        engine.keep(
            "named",
            f"SELECT a.n, i.work FROM ({names}) a JOIN ids i "
            "ON a.scheme = i.scheme AND a.id = i.id "
            "UNION SELECT a.n, k.work FROM asked a JOIN keys k ON a.title_key = k.title_key",
        )
        engine.keep(
            "untitled",
            "SELECT a.n, a.title, a.title_key, a.main_key FROM asked a "
            "LEFT JOIN (SELECT DISTINCT n FROM titled) t ON a.n = t.n WHERE t.n IS NULL",
        )
        ((exact,),) = engine.rows(
            "SELECT count(*) FROM (SELECT n FROM titled UNION SELECT n FROM named) e"
        )
        self.tally.exact += exact

    def _near(self) -> None:
        """`near`: works that share a block with a question whose title none has, and whose title
        may have to do with it."""
        engine = self._engine
        engine.apply(
            "wanted",
            "SELECT n, title, title_key, main_key FROM untitled",
            match_rows.blocks,
            BLOCKS,
        )
        engine.keep(
            "shared",
            f"SELECT o.block, o.work FROM ({OF_WORKS}) o "
            "JOIN (SELECT DISTINCT block FROM wanted) b ON o.block = b.block",
        )
        engine.keep(
            "crowded",
            f"SELECT block FROM shared GROUP BY block HAVING count(*) > {MOST}",
        )
        engine.keep(
            "met",
            "SELECT DISTINCT b.n, s.work FROM wanted b JOIN shared s ON b.block = s.block "
            "LEFT JOIN crowded c ON b.block = c.block WHERE c.block IS NULL",
        )
        ((crowded, pairs),) = engine.rows(
            "SELECT (SELECT count(*) FROM crowded), (SELECT count(*) FROM met)"
        )
        self.tally.crowded += crowded
        self.tally.pairs += pairs
        engine.apply(
            "near",
            "SELECT m.n, u.title AS asked, m.work, w.title FROM met m "
            "JOIN untitled u ON m.n = u.n JOIN works w ON m.work = w.work",
            match_rows.nearer,
            PAIRS,
        )


def _files(folder: Path, made: CatalogManifest, table: str) -> list[Path]:
    """The files of a table, each looked at."""
    named = [each for each in made.files if each.path.startswith(f"{table}/")]
    for each in named:
        path = folder / each.path
        size = path.stat().st_size if path.is_file() else -1
        if size != each.size:
            why = f"has {size:,} bytes, not {each.size:,}" if size >= 0 else "is missing"
            raise ConfigError(f"{path}: {why}; build the catalogue anew, or copy it again whole")
    return [folder / each.path for each in named]
