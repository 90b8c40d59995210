"""Match many titles with a catalogue by joins, and decide each with the one matcher.

    exact    title keys and identifiers that are the same             joined
    blocks   for titles that no work has: works that share a block    joined, crowded ones left
    near     of these, the ones whose titles are similar              Python
    decided  each question with its candidates                        Python: the one matcher

An engine only finds pairs: keys, blocks and decisions are made by the functions that a single
look-up uses, so they are the same on every engine. The SQL uses what engines have in common.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from refmatter.catalog import match_rows
from refmatter.catalog.blocks import MAX_BLOCK_WORKS, WORK_BLOCKS_SQL
from refmatter.catalog.engine import Engine
from refmatter.catalog.layout import (
    ID_COLUMNS,
    IDS,
    KEY_COLUMNS,
    KEYS,
    WORK_COLUMNS,
    WORK_SCHEMES,
    WORKS,
)
from refmatter.catalog.manifest import CatalogManifest
from refmatter.catalog.match_rows import (
    BLOCK_COLUMNS,
    CANDIDATE_COLUMNS,
    DECISION_COLUMNS,
    PAIR_COLUMNS,
    QUESTION_COLUMNS,
)
from refmatter.catalog.questions import BulkQuestion
from refmatter.errors import ConfigError
from refmatter.matching.thresholds import DEFAULT, Thresholds

BATCH_QUESTIONS = 200_000
"""Questions that are joined together: this bounds what is in memory or on the scratch disk."""


@dataclass
class MatchTally:
    """Counts of the decisions on `questions` questions.

    `exact` have a work with their title or identifier; `crowded` blocks were skipped; `pairs` of
    similar titles were compared.
    """

    questions: int = 0
    exact: int = 0
    certain: int = 0
    likely: int = 0
    ambiguous: int = 0
    unmatched: int = 0
    crowded: int = 0
    pairs: int = 0

    def add_decision(self, decision: str, tier: str | None) -> None:
        """Count one decision, by its tier if it has one."""
        name = tier or decision
        setattr(self, name, getattr(self, name) + 1)


class BulkMatcher:
    """Matches questions with a catalogue on an engine.

    Raises ConfigError if a file of the catalogue is missing or cut short.
    """

    def __init__(
        self,
        engine: Engine,
        folder: Path,
        manifest: CatalogManifest,
        thresholds: Thresholds = DEFAULT,
    ) -> None:
        self._engine = engine
        self._decide_rows = partial(
            match_rows.decision_rows,
            fetched=manifest.counts.released or manifest.released,
            thresholds=thresholds,
        )
        self.tally = MatchTally()
        columns = {
            name: WORK_COLUMNS[name] for name in ("title_key", "main_key", *CANDIDATE_COLUMNS)
        }
        engine.load_parquet("works", _checked_files(folder, manifest, WORKS), columns)
        engine.load_parquet("ids", _checked_files(folder, manifest, IDS), ID_COLUMNS)
        engine.load_parquet("keys", _checked_files(folder, manifest, KEYS), KEY_COLUMNS)

    def decide(self, questions: Iterable[BulkQuestion]) -> Iterator[tuple[Any, ...]]:
        """Yield a row of `match_rows.DECISION_COLUMNS` for each question, in their order."""
        remaining = iter(questions)
        while batch := list(islice(remaining, BATCH_QUESTIONS)):
            yield from self._decide_batch(batch)

    def _decide_batch(self, batch: Sequence[BulkQuestion]) -> Iterator[tuple[Any, ...]]:
        """Yield the decisions on one batch of questions."""
        engine, begin = self._engine, self.tally.questions
        rows = (
            match_rows.question_row(n, question) for n, question in enumerate(batch, start=begin)
        )
        engine.load_rows("asked", QUESTION_COLUMNS, rows)
        self.tally.questions += len(batch)
        self._find_exact()
        self._find_near()
        engine.create_table(
            "found",
            "SELECT n, work FROM titled UNION SELECT n, work FROM named "
            "UNION SELECT n, work FROM near",
        )
        columns = [f"a.{column}" for column in QUESTION_COLUMNS]
        columns += [f"w.{column} AS w_{column}" for column in CANDIDATE_COLUMNS]
        engine.apply_function(
            "decided",
            f"SELECT {', '.join(columns)} FROM asked a LEFT JOIN found f ON a.n = f.n "
            "LEFT JOIN works w ON f.work = w.work",
            self._decide_rows,
            DECISION_COLUMNS,
        )
        for row in engine.stream_ordered(
            f"SELECT {', '.join(DECISION_COLUMNS)} FROM decided ORDER BY n"
        ):
            self.tally.add_decision(row[5], row[6])
            yield row
        engine.drop_tables("titled", "named", "untitled", "shared", "crowded", "met", "found")

    def _find_exact(self) -> None:
        """Make the tables `titled`, `named` and `untitled` of the questions in `asked`.

        `titled` has works with the same title, `named` those with an identifier or an older title
        in common, `untitled` the questions without a work of the same title.
        """
        engine = self._engine
        engine.create_table(
            "titled",
            "SELECT a.n, w.work FROM asked a JOIN works w ON a.title_key = w.title_key",
        )
        names = " UNION ALL ".join(
            f"SELECT n, '{scheme}' AS scheme, {scheme} AS id FROM asked WHERE {scheme} IS NOT NULL"
            for scheme in WORK_SCHEMES
        )
        engine.create_table(
            "named",
            f"SELECT a.n, i.work FROM ({names}) a JOIN ids i "
            "ON a.scheme = i.scheme AND a.id = i.id "
            "UNION SELECT a.n, k.work FROM asked a JOIN keys k ON a.title_key = k.title_key",
        )
        engine.create_table(
            "untitled",
            "SELECT a.n, a.title, a.title_key, a.main_key FROM asked a "
            "LEFT JOIN (SELECT DISTINCT n FROM titled) t ON a.n = t.n WHERE t.n IS NULL",
        )
        ((exact,),) = engine.fetch_rows(
            "SELECT count(*) FROM (SELECT n FROM titled UNION SELECT n FROM named) e"
        )
        self.tally.exact += exact

    def _find_near(self) -> None:
        """Make the table `near`: works with a similar title, for each untitled question.

        Titles are compared if they share a block.
        """
        engine = self._engine
        engine.apply_function(
            "wanted",
            "SELECT n, title, title_key, main_key FROM untitled",
            match_rows.block_rows,
            BLOCK_COLUMNS,
        )
        engine.create_table(
            "shared",
            f"SELECT o.block, o.work FROM ({WORK_BLOCKS_SQL}) o "
            "JOIN (SELECT DISTINCT block FROM wanted) b ON o.block = b.block",
        )
        engine.create_table(
            "crowded",
            f"SELECT block FROM shared GROUP BY block HAVING count(*) > {MAX_BLOCK_WORKS}",
        )
        engine.create_table(
            "met",
            "SELECT DISTINCT b.n, s.work FROM wanted b JOIN shared s ON b.block = s.block "
            "LEFT JOIN crowded c ON b.block = c.block WHERE c.block IS NULL",
        )
        ((crowded, pairs),) = engine.fetch_rows(
            "SELECT (SELECT count(*) FROM crowded), (SELECT count(*) FROM met)"
        )
        self.tally.crowded += crowded
        self.tally.pairs += pairs
        engine.apply_function(
            "near",
            "SELECT m.n, u.title AS asked, m.work, w.title FROM met m "
            "JOIN untitled u ON m.n = u.n JOIN works w ON m.work = w.work",
            match_rows.near_pairs,
            PAIR_COLUMNS,
        )


def _checked_files(folder: Path, manifest: CatalogManifest, table: str) -> list[Path]:
    """Return the files of a table, after a check of their sizes.

    Raises ConfigError if one is missing or has another size.
    """
    table_files = [
        catalog_file for catalog_file in manifest.files if catalog_file.path.startswith(f"{table}/")
    ]
    for catalog_file in table_files:
        path = folder / catalog_file.path
        size = path.stat().st_size if path.is_file() else -1
        if size != catalog_file.size:
            why = f"has {size:,} bytes, not {catalog_file.size:,}" if size >= 0 else "is missing"
            raise ConfigError(f"{path}: {why}; rebuild the catalogue, or copy it again")
    return [folder / catalog_file.path for catalog_file in table_files]
