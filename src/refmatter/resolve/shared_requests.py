"""Send one request for lookups of one title, and give its answer to all of them.

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

from refmatter.model import Candidate, Lookup, LookupKey, Query, Question, Rung
from refmatter.titles import search_text

_BY_TITLE = frozenset({Rung.TITLE_BATCH, Rung.TITLE_SEARCH, Rung.SAME_TITLE_SEARCH})
"""The rungs whose questions are made of a title. One about a lone title may name the first
author and the year beside it."""

_Subject: TypeAlias = tuple[Question, str, object, object]
"""A question and what it is about: the title key, first author and year."""
_Known: TypeAlias = tuple[LookupKey, Question, tuple[Candidate, ...]]


class SharedQuestions:
    """The questions about titles that several lookups of a run have."""

    def __init__(self, keys: Iterable[LookupKey]) -> None:
        """`keys` are those of all lookups that may ask."""
        # Hashes in an array: of a large vault there is no room for every title once more.
        hashes = sorted(array("q", (hash(key.title) for key in keys)))
        self._several = frozenset(
            value for value, following in pairwise(hashes) if value == following
        )
        self._served: dict[tuple[Question, LookupKey], list[LookupKey]] = {}
        self._subjects: dict[tuple[Question, LookupKey], _Subject] = {}
        self._answers: dict[_Subject, list[Candidate]] = {}
        self._known: list[_Known] = []

    def once(self, provider: str, rung: Rung, lookups: Sequence[Lookup]) -> list[Lookup]:
        """Return the lookups to request, one for those that share a request. Those that were
        answered before in this run are left out, and come by `known`."""
        if rung not in _BY_TITLE:
            return list(lookups)
        to_request: list[Lookup] = []
        spellings_of: dict[_Subject, tuple[LookupKey, set[str]]] = {}
        question = Question(provider, rung)
        for lookup in lookups:
            if hash(lookup.key.title) not in self._several:
                to_request.append(lookup)
                continue
            subject = _subject(question, lookup)
            if (found := self._answers.get(subject)) is not None:
                self._known.append((lookup.key, question, tuple(found)))
                continue
            key, spellings = spellings_of.setdefault(subject, (lookup.key, set()))
            place = (question, key)
            self._subjects[place] = subject
            others = self._served.setdefault(place, [])
            if lookup.key not in others:
                others.append(lookup.key)
            spelling = search_text(lookup.title).casefold()
            if spelling not in spellings:
                spellings.add(spelling)
                to_request.append(lookup if lookup.key == key else replace(lookup, key=key))
        return to_request

    def known(self) -> list[_Known]:
        """Return, once, what was answered before: the key of a lookup, the question,
        and what was found."""
        known, self._known = self._known, []
        return known

    def served_by(self, query: Query, lookup: Lookup) -> Collection[LookupKey]:
        """Return the keys of the lookups that share the request of this one."""
        return self._served.get((Question(query.provider, query.rung), lookup.key), (lookup.key,))

    def answered(self, query: Query, lookup: Lookup, found: Sequence[Candidate]) -> None:
        """Remember an answer for the lookups that come to the question later."""
        subject = self._subjects.get((Question(query.provider, query.rung), lookup.key))
        if subject is not None:
            self._answers.setdefault(subject, []).extend(found)


def _subject(question: Question, lookup: Lookup) -> _Subject:
    hints = lookup.hints
    details = (
        (hints.first_author, hints.year) if question.rung is Rung.TITLE_SEARCH else (None, None)
    )
    return (question, lookup.key.title, *details)
