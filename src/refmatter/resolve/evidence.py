"""What was heard of a title <-> the cache, so that it can be decided anew without asking.

Answers are remembered by question, and a question carries many titles: another night's
questions are put together in another way. So what each title heard is kept beside them, by its
key. It does not hang on the matcher's version: a new rule decides from the same evidence.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel

from refmatter.matching.features import score_candidate
from refmatter.model import Candidate, Lookup, Match
from refmatter.state.match_json import MatchRow, row_of

_FORM = 1
_MOST = 40


class ByteStore(Protocol):
    """Bytes by key, as the cache keeps them."""

    def read(self, key: bytes) -> bytes | None:
        """The bytes under a key; None where there are none."""

    def write(self, key: bytes, value: bytes) -> None:
        """Keep bytes under a key."""


class _EvidenceEntry(BaseModel, extra="forbid"):
    form: int
    asked: list[str]
    found: list[MatchRow]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The candidates that a title's questions brought, and the questions."""

    candidates: tuple[Candidate, ...]
    asked: frozenset[str]


def recalled(memory: ByteStore, key: str) -> Evidence | None:
    """What was heard of a title; None where the cache does not hold it."""
    packed = memory.read(_name(key))
    if packed is None:
        return None
    try:
        entry = _EvidenceEntry.model_validate_json(packed)
        if entry.form != _FORM:
            return None
        found = tuple(row.match().candidate for row in entry.found)
    except ValueError:
        return None
    return Evidence(found, frozenset(entry.asked))


def kept(
    memory: ByteStore, lookup: Lookup, candidates: Iterable[Candidate], asked: Iterable[str]
) -> None:
    """Keep what was heard of a title, beside what was heard of it before; candidates whose
    titles have nothing to do with it are of no use to any rule."""
    before = recalled(memory, lookup.key) or Evidence((), frozenset())
    newest: dict[object, Candidate] = {}
    for each in (*before.candidates, *candidates):
        place = each.provider, each.rung, each.work.title, each.work.identifiers
        newest[place] = each
    near = [each for each in newest.values() if _speaks(score_candidate(lookup, each))][-_MOST:]
    entry = {
        "form": _FORM,
        "asked": sorted({*before.asked, *asked}),
        "found": [row_of(Match(each, {}, 0.0)) for each in near],
    }
    memory.write(_name(lookup.key), json.dumps(entry).encode())


def _speaks(match: Match) -> bool:
    return bool(match.features["likeness"]) or "identifier" in match.features


def _name(key: str) -> bytes:
    return f"heard/{key}".encode("utf-8", "surrogatepass")
