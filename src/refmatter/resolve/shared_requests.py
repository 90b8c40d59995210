"""Lookups of one title -> one question to a service, whose answer all of them get.

Notes and references of one title are each decided by themselves, but what a service knows of a
title is asked for once: by the first of them that wants to know, on behalf of those that want to
know at the same time. Those that come to it later in the run get the same answer without a
request.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias

from msgspec.structs import replace

from refmatter.model import Candidate, Lookup, Query, Rung
from refmatter.state.ledger import base_key
from refmatter.titles import query_words

_BY_TITLE = frozenset({Rung.TITLES, Rung.TITLE, Rung.NAMESAKES})
"""The rungs whose questions are made of a title. One about a lone title may name the first
author and the year beside it."""

_Subject: TypeAlias = tuple[str, str, object, object]
"""What a question is about: provider and rung, the title key, first author and year."""
_Known: TypeAlias = tuple[str, Rung, str, tuple[Candidate, ...]]


class SharedQuestions:
    """The questions about titles that several lookups of a run have."""

    def __init__(self, keys: Iterable[str]) -> None:
        """`keys` are those of all lookups that may ask."""
        # Hashes in an array: of a large vault there is no room for every title once more.
        hashes = sorted(array("q", (hash(base_key(key)) for key in keys)))
        self._several = frozenset(one for one, other in pairwise(hashes) if one == other)
        self._askers: dict[tuple[str, str], list[str]] = {}
        self._subjects: dict[tuple[str, str], _Subject] = {}
        self._answers: dict[_Subject, list[Candidate]] = {}
        self._known: list[_Known] = []

    def once(self, provider: str, rung: Rung, lookups: Sequence[Lookup]) -> list[Lookup]:
        """Return the lookups that have to be asked for, one for those of one question. Those
        whose question was answered before in this run are left out, and come by `known`."""
        if rung not in _BY_TITLE:
            return list(lookups)
        asked: list[Lookup] = []
        askers: dict[_Subject, tuple[str, set[str]]] = {}
        for lookup in lookups:
            if hash(base_key(lookup.key)) not in self._several:
                asked.append(lookup)
                continue
            subject = _subject(provider, rung, lookup)
            if (found := self._answers.get(subject)) is not None:
                self._known.append((lookup.key, rung, f"{provider}/{rung}", tuple(found)))
                continue
            key, spellings = askers.setdefault(subject, (lookup.key, set()))
            place = (f"{provider}/{rung}", key)
            self._subjects[place] = subject
            others = self._askers.setdefault(place, [])
            if lookup.key not in others:
                others.append(lookup.key)
            spelling = query_words(lookup.title).casefold()
            if spelling not in spellings:
                spellings.add(spelling)
                asked.append(lookup if lookup.key == key else replace(lookup, key=key))
        return asked

    def known(self) -> list[_Known]:
        """Return, once, what was answered before: the key of a lookup, the rung, the question as
        the ledger writes it, and what was found."""
        known, self._known = self._known, []
        return known

    def askers(self, query: Query, lookup: Lookup) -> Collection[str]:
        """Return the keys of the lookups on whose behalf one was asked for."""
        return self._askers.get((f"{query.provider}/{query.rung}", lookup.key), (lookup.key,))

    def answered(self, query: Query, lookup: Lookup, found: Sequence[Candidate]) -> None:
        """Remember an answer for the lookups that come to the question later."""
        subject = self._subjects.get((f"{query.provider}/{query.rung}", lookup.key))
        if subject is not None:
            self._answers.setdefault(subject, []).extend(found)


def _subject(provider: str, rung: Rung, lookup: Lookup) -> _Subject:
    hints = lookup.hints
    beside = (hints.first_author, hints.year) if rung is Rung.TITLE else (None, None)
    return (f"{provider}/{rung}", base_key(lookup.key), *beside)
