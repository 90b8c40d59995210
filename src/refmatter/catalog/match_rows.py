"""Turn questions into rows that an engine joins, and joined rows into decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any, TypeAlias

from refmatter.catalog.blocks import blocks_of_title
from refmatter.catalog.key_rule import main_key
from refmatter.catalog.layout import WORK_SCHEMES
from refmatter.catalog.questions import BulkQuestion
from refmatter.matching import precedence
from refmatter.matching.decide import NOBODY_ELSE, decide
from refmatter.matching.features import score_candidate, similar_titles
from refmatter.matching.thresholds import Thresholds
from refmatter.model import (
    Accepted,
    Ambiguous,
    Candidate,
    Hints,
    Identifiers,
    Lookup,
    LookupKey,
    Match,
    Rung,
    Unmatched,
    Work,
    WorkKind,
)
from refmatter.titles import title_key

Row: TypeAlias = tuple[Any, ...]

QUESTION_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "n": "long",
        "file": "text",
        "line": "long",
        "id": "text",
        "title": "text",
        "title_key": "text",
        "main_key": "text",
        "year": "int",
        "first_author": "text",
        "authors": "texts",
        **dict.fromkeys(WORK_SCHEMES, "text"),
    }
)
"""The columns of a question; `n` is its place in the input, from 0."""

BLOCK_COLUMNS: Mapping[str, str] = MappingProxyType({"n": "long", "block": "text"})
PAIR_COLUMNS: Mapping[str, str] = MappingProxyType({"n": "long", "work": "long"})

CANDIDATE_COLUMNS: Sequence[str] = (
    "work", "title", "authors", "year", "venue", "other_venues", "citation_count",
    "reference_count", "fields_of_study", "preprint", "retracted", "kind", *WORK_SCHEMES,
)  # fmt: skip
"""The columns of a candidate that the matcher reads, as in `layout.WORK_COLUMNS`."""

DECISION_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "n": "long",
        "file": "text",
        "line": "long",
        "id": "text",
        "title": "text",
        "decision": "text",
        "tier": "text",
        "score": "score",
        "reason": "text",
        "evidence": "texts",
        "work": "long",
        "found": "text",
        **dict.fromkeys(WORK_SCHEMES, "text"),
        "others": "longs",
        "candidates": "int",
    }
)
"""The columns of a decision; `docs/catalog.md` describes them."""

MAX_OTHERS = 5
"""The most other works that a decision names."""


def question_row(n: int, question: BulkQuestion) -> Row:
    """Return the row (`QUESTION_COLUMNS`) of a question, the `n`-th of the input."""
    key = title_key(question.title)
    hints = question.hints
    identifiers = [getattr(hints.identifiers, scheme) for scheme in WORK_SCHEMES]
    return (
        n, str(question.file), question.line, question.id,
        question.title, key, main_key(question.title, key),
        hints.year, hints.first_author, list(hints.authors), *identifiers,
    )  # fmt: skip


def block_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the blocks of questions as rows of `BLOCK_COLUMNS`.

    The rows given are (n, title, title key, main key).
    """
    for n, *title_and_keys in rows:
        for block in blocks_of_title(*title_and_keys):
            yield n, block


def near_pairs(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the pairs with similar titles, by the matcher's own threshold.

    Rows of n, the question's title, a work and its title, sorted by n, give rows of `PAIR_COLUMNS`.
    The matcher would reject the pairs that are left out.
    """
    for n, group in groupby(rows, itemgetter(0)):
        pairs = list(group)
        for index in similar_titles(pairs[0][1], [pair[3] for pair in pairs]):
            yield n, pairs[index][2]


def decision_rows(rows: Iterator[Row], fetched: str, thresholds: Thresholds) -> Iterator[Row]:
    """Decide joined rows, those of a question together; yield rows of `DECISION_COLUMNS`.

    A joined row has the columns of a question and those of a candidate, which are null if there is
    none. `fetched` is the day of the catalogue's values (ISO).
    """
    for _, group in groupby(rows, itemgetter(0)):
        joined = list(group)
        question = joined[0][: len(QUESTION_COLUMNS)]
        candidate_rows = [joined_row[len(QUESTION_COLUMNS) :] for joined_row in joined]
        candidates = {
            values[0]: Candidate(work_from_row(values), "catalog", Rung.CATALOG, fetched)
            for values in candidate_rows
            if values[0] is not None
        }
        yield _decision_row(question, lookup_from_row(question), candidates, thresholds)


def lookup_from_row(question: Row) -> Lookup:
    """Return the lookup of a question's row."""
    title, key, _, year, first, authors = question[4:10]
    identifiers = Identifiers(*question[10:])
    hints = Hints(year, first, identifiers, tuple(authors or ()))
    return Lookup(key=LookupKey(key), title=title, hints=hints)


def work_from_row(values: Row) -> Work:
    """Return the work of a candidate's row, equal to that of a look-up in the catalogue."""
    return Work(
        values[1],
        tuple(values[2]) if values[2] else None,
        values[3],
        values[4],
        tuple(values[5] or ()),
        values[6],
        values[7],
        tuple(values[8]) if values[8] else None,
        Identifiers(*values[12:]),
        values[9],
        values[10],
        WorkKind(values[11]) if values[11] else None,
    )


def _decision_row(
    question: Row, lookup: Lookup, candidates: Mapping[int, Candidate], thresholds: Thresholds
) -> Row:
    """Return the row of the decision on a question, with candidates by their works' numbers."""
    matches = [score_candidate(lookup, candidates[work]) for work in sorted(candidates)]
    decision = decide(lookup, matches, thresholds, NOBODY_ELSE)
    numbers = {id(candidate): work for work, candidate in candidates.items()}
    chosen: Sequence[Match] = decision.matches if isinstance(decision, Accepted) else ()
    best = min(chosen or matches, key=lambda match: -match.score, default=None)
    identifiers = precedence.identifiers(match.candidate for match in chosen)
    others: Sequence[Match] = ()
    if isinstance(decision, Accepted):
        others = (*chosen[1:], *decision.others)
    elif isinstance(decision, Ambiguous):
        others = decision.matches
    return (
        *question[:5],
        _DECISION_NAMES[type(decision)],
        decision.tier.value if isinstance(decision, Accepted) else None,
        best.score if best else 0.0,
        decision.reason.kind.value,
        [feature.value for feature in decision.reason.evidence],
        numbers[id(best.candidate)] if chosen and best else None,
        best.candidate.work.title if chosen and best else None,
        *(getattr(identifiers, scheme) for scheme in WORK_SCHEMES),
        [numbers[id(match.candidate)] for match in others[:MAX_OTHERS]],
        len(candidates),
    )


_DECISION_NAMES = {Accepted: "accepted", Ambiguous: "ambiguous", Unmatched: "unmatched"}
