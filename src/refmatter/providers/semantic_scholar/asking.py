"""Lookups -> as few questions as the service's limits allow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import quote

from refmatter import titles
from refmatter.model import Lookup, Query, Rung
from refmatter.providers.semantic_scholar.identifiers import asked_id, asked_ids

NAME: Final = "semantic_scholar"

IDS = 500
"""Works asked for by identifier in one request; the service's own limit."""
PARENTS = 50
"""Citing works in one request: nested reference lists of more have ended in 500 and 504,
and an answer may have 10 MB."""
REFERENCES = 1000
"""Reference lists are cut at this length; asking for the rest has long been broken."""
NAMESAKES = 20
"""Works of one title that are listed to see whether it is one work's alone."""

BATCH = "/graph/v1/paper/batch"
_TITLE_PATHS = {
    Rung.TITLE: "/graph/v1/paper/search/match",
    Rung.NAMESAKES: "/graph/v1/paper/search",
}
_FIELDS = (
    "title", "authors", "year", "venue", "publicationVenue", "journal", "externalIds",
    "citationCount", "referenceCount", "fieldsOfStudy", "s2FieldsOfStudy",
)  # fmt: skip


def ask(rung: Rung, lookups: Sequence[Lookup], size: int | None = None) -> Iterable[Query]:
    """Up to `IDS` identifiers or `PARENTS` citing works in a question, or one title.

    A lone citing work's list is asked for at its own path, which answers where the service
    turns nested lists down as too much.
    """
    if rung in _TITLE_PATHS:
        return [_titled(rung, each) for each in lookups if titles.words(each.title)]
    known = [each for each in lookups if asked_id(each) is not None]
    size = size or (IDS if rung is Rung.IDENTIFIER else PARENTS)
    chunks = [known[start : start + size] for start in range(0, len(known), size)]
    lone = rung is Rung.CITING
    return [_listed(each[0]) if lone and len(each) == 1 else _batch(rung, each) for each in chunks]


def _titled(rung: Rung, lookup: Lookup) -> Query:
    # Plain words: a hyphenated term finds nothing in this service's search.
    params = [("query", titles.words(lookup.title)), ("fields", ",".join(_FIELDS))]
    if rung is Rung.NAMESAKES:
        params.insert(1, ("limit", str(NAMESAKES)))
    return Query(NAME, rung, (lookup,), _TITLE_PATHS[rung], tuple(params))


def _batch(rung: Rung, lookups: Sequence[Lookup]) -> Query:
    fields: tuple[str, ...] = _FIELDS
    if rung is Rung.CITING:
        fields = ("title", *(f"references.{name}" for name in ("paperId", *_FIELDS)))
    body = json.dumps({"ids": asked_ids(lookups)}, separators=(",", ":")).encode()
    return Query(NAME, rung, tuple(lookups), BATCH, (("fields", ",".join(fields)),), body)


def _listed(lookup: Lookup) -> Query:
    path = f"/graph/v1/paper/{quote(asked_id(lookup) or '', safe=':/')}/references"
    params = (("limit", str(REFERENCES)), ("fields", ",".join(_FIELDS)))
    return Query(NAME, Rung.CITING, (lookup,), path, params)
