"""Questions with noise, and the matcher alone: what matching in bulk is held to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.matching.noise import OFTEN, distortions

from refmatter.catalog import manifest, parquet
from refmatter.catalog.blocks import MAX_BLOCK_WORKS, blocks_of_title, blocks_of_work
from refmatter.catalog.bulk_match import BulkMatcher
from refmatter.catalog.engine import Engine
from refmatter.catalog.layout import WORKS
from refmatter.catalog.match_rows import CANDIDATE_COLUMNS, decision_rows, question_row
from refmatter.catalog.questions import BulkQuestion
from refmatter.matching.thresholds import DEFAULT
from refmatter.model import Hints, Identifiers, Work


def noisy(works: Sequence[Work], count: int, seed: int = 3) -> Iterator[BulkQuestion]:
    """Distorted titles of these works, each work in its turn; of half of them the first author
    and the year are known. A question is called after its distortion."""
    chance = Random(seed)  # noqa: S311 - to be the same each time
    kinds, often = list(OFTEN), list(OFTEN.values())
    order = chance.sample(works, len(works))
    for number in range(count):
        work = order[number % len(order)]
        kind = chance.choices(kinds, often)[0]
        known = distortions(work.venue, work.year)
        title = known[kind](work.title, chance) or work.title
        first = work.authors[0] if work.authors and chance.random() < 0.5 else None
        hints = Hints(work.year if first else None, first, authors=(first,) if first else ())
        yield BulkQuestion(
            Path("asked.txt"), number + 1, kind, " ".join(title.split()) or "?", hints
        )


def matched(
    engine: AbstractContextManager[Engine], folder: Path, questions: Sequence[BulkQuestion]
) -> list[tuple[Any, ...]]:
    """The rows of decisions on questions, by an engine."""
    with engine as running:
        return list(BulkMatcher(running, folder, manifest.load_manifest(folder)).decide(questions))


def alone(folder: Path, questions: Sequence[BulkQuestion]) -> Iterator[tuple[Any, ...]]:
    """The same rows, each question by itself, with an index in memory and without an engine."""
    catalog_manifest = manifest.load_manifest(folder)
    day = catalog_manifest.counts.released or catalog_manifest.released
    index = _Index(folder)
    for n, question in enumerate(questions):
        joined = question_row(n, question)
        known = index.near(joined, question.hints.identifiers) or [(None,) * len(CANDIDATE_COLUMNS)]
        yield from decision_rows(((*joined, *values) for values in known), day, DEFAULT)


class _Index:
    """The works of a catalogue by key, identifier and block."""

    def __init__(self, folder: Path) -> None:
        catalog_manifest = manifest.load_manifest(folder)

        def rows(table: str, *columns: str) -> Iterator[tuple[Any, ...]]:
            files = [
                folder / catalog_file.path
                for catalog_file in catalog_manifest.files
                if catalog_file.path.startswith(f"{table}/")
            ]
            return parquet.read_rows(files, columns)

        self._works: dict[int, tuple[Any, ...]] = {}
        self._titled: dict[str, list[int]] = defaultdict(list)
        self._blocks: dict[str, list[int]] = defaultdict(list)
        self._named: dict[object, list[int]] = defaultdict(list)
        for key, main, *values in rows(WORKS, "title_key", "main_key", *CANDIDATE_COLUMNS):
            self._works[values[0]] = tuple(values)
            self._titled[key].append(values[0])
            for block in blocks_of_work(key, main):
                self._blocks[block].append(values[0])
        for *name, work in rows("ids", "scheme", "id", "work"):
            self._named[tuple(name)].append(work)
        for key, work in rows("keys", "title_key", "work"):
            self._named[key].append(work)

    def near(self, question: tuple[Any, ...], identifiers: Identifiers) -> list[tuple[Any, ...]]:
        """The candidates of a row of a question."""
        title, key, main = question[4:7]
        found = set(self._titled.get(key, ()))
        if not found:
            blocks = (self._blocks.get(block, ()) for block in blocks_of_title(title, key, main))
            found.update(
                work
                for block_works in blocks
                if len(block_works) <= MAX_BLOCK_WORKS
                for work in block_works
            )
        for name in (*identifiers, key):
            found.update(self._named.get(name, ()))
        return [self._works[work] for work in found]


def differing(
    rows: Sequence[tuple[Any, ...]], others: Iterator[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    """The pairs of rows that are not the same, but for how many candidates there were: alone, the
    far ones are counted too."""
    pairs = zip(rows, others, strict=True)
    return list(islice(((a, b) for a, b in pairs if a[:-1] != b[:-1]), 5))
