"""Questions -> rows that an engine joins; those rows with candidates -> rows of decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any, TypeAlias

from refmatter.catalog.blocks import of_title
from refmatter.catalog.key_rule import main_key
from refmatter.catalog.questions import BulkQuestion
from refmatter.matching import precedence
from refmatter.matching.decide import NOBODY_ELSE, decide
from refmatter.matching.features import score_candidate, similar_titles
from refmatter.matching.thresholds import Thresholds
from refmatter.model import (
    SCHEMES,
    Accepted,
    Ambiguous,
    Candidate,
    Hints,
    Identifiers,
    Lookup,
    Match,
    Rung,
    Unmatched,
    Work,
    WorkKind,
)
from refmatter.titles import title_key

Row: TypeAlias = tuple[Any, ...]

ASKED: Mapping[str, str] = MappingProxyType(
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
        **dict.fromkeys(SCHEMES, "text"),
    }
)
"""The columns of a question; `n` is its place in the input, from 0."""

BLOCKS: Mapping[str, str] = MappingProxyType({"n": "long", "block": "text"})
PAIRS: Mapping[str, str] = MappingProxyType({"n": "long", "work": "long"})

KNOWN: Sequence[str] = (
    "work", "title", "authors", "year", "venue", "other_venues", "citation_count",
    "reference_count", "fields_of_study", "preprint", "retracted", "kind", *SCHEMES,
)  # fmt: skip
"""The columns of a candidate that the matcher is given, as `layout.WORK_COLUMNS` has them."""

DECIDED: Mapping[str, str] = MappingProxyType(
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
        **dict.fromkeys(SCHEMES, "text"),
        "others": "longs",
        "candidates": "int",
    }
)
"""The columns of a decision, as `docs/catalog.md` tells them."""

SHOWN = 5
"""Other works that a decision names."""


def row(n: int, asked: BulkQuestion) -> Row:
    """What is joined of a question."""
    key = title_key(asked.title)
    hints = asked.hints
    named = [getattr(hints.identifiers, each) for each in SCHEMES]
    return (
        n, str(asked.file), asked.line, asked.id, asked.title, key, main_key(asked.title, key),
        hints.year, hints.first_author, list(hints.authors), *named,
    )  # fmt: skip


def blocks(rows: Iterator[Row]) -> Iterator[Row]:
    """The blocks that questions ask for: rows of n, title and its two keys -> rows of `BLOCKS`."""
    for n, *said in rows:
        for block in of_title(*said):
            yield n, block


def nearer(rows: Iterator[Row]) -> Iterator[Row]:
    """The pairs whose titles may have to do with each other, by the matcher's own bar: rows of n,
    the asked title, a work and its title, those of one n together -> rows of `PAIRS`.

    What is left out here the matcher would give nothing for.
    """
    for n, group in groupby(rows, itemgetter(0)):
        found = list(group)
        for place in similar_titles(found[0][1], [each[3] for each in found]):
            yield n, found[place][2]


def decided(rows: Iterator[Row], fetched: str, bars: Thresholds) -> Iterator[Row]:
    """Decide: rows of a question (the columns of `ASKED`) and a candidate (those of `KNOWN`, all
    null where there is none), those of one question together -> rows of `DECIDED`.

    `fetched` is the day of the catalogue's values (ISO).
    """
    for _, group in groupby(rows, itemgetter(0)):
        found = list(group)
        asked = found[0][: len(ASKED)]
        known = [each[len(ASKED) :] for each in found]
        candidates = {
            values[0]: Candidate(work_of(values), "catalog", Rung.CATALOG, fetched)
            for values in known
            if values[0] is not None
        }
        yield _decision(asked, lookup_of(asked), candidates, bars)


def lookup_of(asked: Row) -> Lookup:
    """The lookup that a row of `ASKED` is."""
    title, key, _, year, first, authors = asked[4:10]
    identifiers = Identifiers(*asked[10:])
    hints = Hints(year, first, identifiers, tuple(authors or ()))
    return Lookup(key=key, title=title, hints=hints)


def work_of(values: Row) -> Work:
    """The work that a row of `KNOWN` is, as a look-up in the catalogue gives it."""
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


def _decision(
    asked: Row, lookup: Lookup, candidates: Mapping[int, Candidate], bars: Thresholds
) -> Row:
    matches = [score_candidate(lookup, candidates[work]) for work in sorted(candidates)]
    decision = decide(lookup, matches, bars, NOBODY_ELSE)
    numbers = {id(candidate): work for work, candidate in candidates.items()}
    chosen: Sequence[Match] = decision.matches if isinstance(decision, Accepted) else ()
    best = min(chosen or matches, key=lambda each: -each.score, default=None)
    named = precedence.identifiers(each.candidate for each in chosen)
    others: Sequence[Match] = ()
    if isinstance(decision, Accepted):
        others = (*chosen[1:], *decision.others)
    elif isinstance(decision, Ambiguous):
        others = decision.matches
    return (
        *asked[:5],
        _VERDICTS[type(decision)],
        decision.tier.value if isinstance(decision, Accepted) else None,
        best.score if best else 0.0,
        decision.reason.kind.value,
        [feature.value for feature in decision.reason.evidence],
        numbers[id(best.candidate)] if chosen and best else None,
        best.candidate.work.title if chosen and best else None,
        *(getattr(named, each) for each in SCHEMES),
        [numbers[id(each.candidate)] for each in others[:SHOWN]],
        len(candidates),
    )


_VERDICTS = {Accepted: "accepted", Ambiguous: "ambiguous", Unmatched: "unmatched"}
