"""Read the JSON of an answer, or why it has none; numbers in headers; works by title."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import NoReturn

from refmatter import titles
from refmatter.model import Answer, Failure, Limits, Lookup, LookupKey, Query, Trouble, Work

_REFUSALS = frozenset({401, 403, 406, 429, 451})
_TOO_MUCH = frozenset({400, 413, 414})


class Unreadable(Exception):  # noqa: N818 - not an error: a provider turns it into a Failure
    """An answer that says nothing of the works that were asked for."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        super().__init__(detail)
        self.trouble = trouble
        self.detail = detail

    def failure(self, query: Query) -> Failure:
        """Return the value that leaves a provider."""
        return Failure(query.provider, query.rung, self.trouble, self.detail)


def json_of(answer: Answer) -> object:
    """Return the JSON of an answer with status 200. Raises Unreadable.

    A web page is a wall that stands before the service: a refusal, whatever its status says.
    """
    if is_page(answer):
        raise Unreadable(Trouble.REFUSED, "answered with a web page")
    try:
        return json.loads(answer.body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as wrong:
        raise Unreadable(Trouble.GARBLED, "answered with broken JSON") from wrong


def is_page(answer: Answer) -> bool:
    """Whether an answer is a web page and not JSON."""
    return "html" in answer.content_type.lower() or answer.body.lstrip()[:1] == b"<"


def trouble_of(status: int) -> Trouble:
    """Return what a status other than 200 means for the query."""
    if status in _TOO_MUCH:
        return Trouble.REJECTED
    if status in _REFUSALS:
        return Trouble.REFUSED
    broken = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return Trouble.BROKEN if broken else Trouble.GARBLED


def by_title(
    lookups: Iterable[Lookup], works: Iterable[Work]
) -> Mapping[LookupKey, tuple[Work, ...]]:
    """Return the works of an answer about several titles, by lookup key: a phrase is found in
    longer titles too, so a lookup gets every work whose title contains its own."""
    keyed = [(titles.title_key(work.title), work) for work in works]
    wanted = {lookup.key: titles.title_key(lookup.title) for lookup in lookups}
    return {
        name: tuple(work for key, work in keyed if title in key) for name, title in wanted.items()
    }


def number_of(headers: Mapping[str, str], name: str) -> float | None:
    """Return the number of a header; None if it is missing or not a number."""
    try:
        number = float(headers.get(name, ""))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def no_limits(headers: Mapping[str, str]) -> Limits:
    """Return no limits, for a service whose headers have none."""
    del headers
    return Limits()


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and Infinity, which JSON has not
