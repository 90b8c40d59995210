"""Store the candidates of a title in the cache, to decide again without requests.

Answers are remembered by question, and a question carries many titles: another night's
questions are put together in another way. So what each title heard is kept beside them, by its
key. It does not hang on the matcher's version: a new rule decides from the same evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

import msgspec
from msgspec import Struct

from refmatter.matching.features import score_candidate
from refmatter.model import Candidate, Lookup, LookupKey, Match, Overlap, Question
from refmatter.state.match_json import (
    CandidateRow,
    QueriesJson,
    candidate_row,
    encoded,
    queries_json,
    questions_of,
)

_FORM = 2
_MOST = 40


class ByteStore(Protocol):
    """Bytes by key, as the cache keeps them."""

    def read(self, key: bytes) -> bytes | None:
        """Return the bytes under a key; None where there are none."""

    def write(self, key: bytes, value: bytes) -> None:
        """Keep bytes under a key."""


class _EvidenceEntry(Struct, forbid_unknown_fields=True):
    form: int
    queries: QueriesJson
    candidates: list[tuple[CandidateRow, Overlap | None]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The candidates that a title's questions brought, and the questions."""

    candidates: tuple[Candidate, ...]
    queries: AbstractSet[Question]


def recalled(memory: ByteStore, key: LookupKey) -> Evidence | None:
    """Return what was learned of a title; None where the cache does not hold it."""
    packed = memory.read(_cache_key(key))
    if packed is None:
        return None
    try:
        entry = msgspec.json.decode(packed, type=_EvidenceEntry)
        candidates = tuple(row.candidate(overlap) for row, overlap in entry.candidates)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return Evidence(candidates, questions_of(entry.queries)) if entry.form == _FORM else None


def remember(
    memory: ByteStore,
    lookup: Lookup,
    candidates: Iterable[Candidate],
    queries: AbstractSet[Question],
) -> None:
    """Store what was learned of a title, with what was known of it before; candidates whose
    titles have nothing to do with it are of no use to any rule."""
    before = recalled(memory, lookup.key) or Evidence((), frozenset())
    newest: dict[object, Candidate] = {}
    for candidate in (*before.candidates, *candidates):
        work = candidate.work
        newest[candidate.provider, candidate.rung, work.title, work.identifiers] = candidate
    near = [found for found in newest.values() if _speaks(score_candidate(lookup, found))][-_MOST:]
    entry = _EvidenceEntry(
        form=_FORM,
        queries=queries_json({*before.queries, *queries}),
        candidates=[(candidate_row(found), found.overlap) for found in near],
    )
    memory.write(_cache_key(lookup.key), encoded(entry).encode("utf-8", "replace"))


def _speaks(match: Match) -> bool:
    return bool(match.features["likeness"]) or "identifier" in match.features


def _cache_key(key: LookupKey) -> bytes:
    """Return the cache's key of a title's evidence."""
    return f"evidence/{key}".encode("utf-8", "surrogatepass")
