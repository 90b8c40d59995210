"""Build as few queries to the Semantic Scholar API as its limits allow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import quote, quote_plus

from refmatter import titles
from refmatter.model import Lookup, Query, Rung
from refmatter.providers.semantic_scholar.identifiers import id_to_request, ids_to_request

NAME: Final = "semantic_scholar"

IDS = 500
"""Works asked for by identifier in one request; the service's own limit."""
PARENTS = (50, 100)
"""Citing works in one request: first what is safe. Nested reference lists of more than 50 to 100
have ended in 500 and 504, and an answer may have 10 MB."""
REFERENCES = 1000
"""Reference lists are cut at this length; asking for the rest has long been broken."""
NESTED_REFERENCES = 9_999
"""The most entries of all lists of a batch, by its documentation. What does not fit is left out
without a word: s2-folks#199 shows it for citations."""
NAMESAKES = 20
"""Works of one title that are listed to see whether it is one work's alone."""

MAX_PHRASES = (20, 50)
"""Titles in one request to the bulk search, as phrases with `|` between them. Its documentation
has that syntax and names no limit; fifty titles are a URL of 4 KB."""
URL_BYTES = 4000
"""Bytes of a question with phrases, escaped."""
FEWEST_WORDS = 5
"""The bulk search looks into abstracts too: shorter phrases stand in more than it lists."""

LISTING = frozenset({Rung.CITING_REFERENCES, Rung.COMPARE_REFERENCES})
"""The rungs on which reference lists are asked for."""

BATCH = "/graph/v1/paper/batch"
BULK = "/graph/v1/paper/search/bulk"
_TITLE_PATHS = {
    Rung.TITLE_SEARCH: "/graph/v1/paper/search/match",
    Rung.SAME_TITLE_SEARCH: "/graph/v1/paper/search",
}
_FIELDS = (
    "title", "authors", "year", "venue", "publicationVenue", "journal", "externalIds",
    "citationCount", "referenceCount", "fieldsOfStudy", "s2FieldsOfStudy", "publicationTypes",
)  # fmt: skip


def queries(rung: Rung, lookups: Sequence[Lookup], size: int | None = None) -> Iterable[Query]:
    """Return queries for up to `IDS` identifiers, for `size` citing works or titles, or for one
    title. Titles of few words are left out of a query for several.

    A lone citing work's list is asked for at its own path, which answers where the service
    turns nested lists down as too much.
    """
    if rung in _TITLE_PATHS:
        return [
            _title_query(rung, lookup) for lookup in lookups if titles.search_text(lookup.title)
        ]
    if rung is Rung.TITLE_BATCH:
        return list(_phrased(lookups, size or MAX_PHRASES[0]))
    known = [lookup for lookup in lookups if id_to_request(lookup) is not None]
    size = size or (IDS if rung is Rung.IDENTIFIER else PARENTS[0])
    chunks = [known[start : start + size] for start in range(0, len(known), size)]
    lone = rung in LISTING
    return [
        reference_list_query(rung, chunk[0]) if lone and len(chunk) == 1 else _batch(rung, chunk)
        for chunk in chunks
    ]


def _title_query(rung: Rung, lookup: Lookup) -> Query:
    """Return the query for the title of one lookup."""
    # Plain words: a hyphenated term finds nothing in this service's search.
    params = [("query", titles.search_text(lookup.title)), ("fields", ",".join(_FIELDS))]
    if rung is Rung.SAME_TITLE_SEARCH:
        params.insert(1, ("limit", str(NAMESAKES)))
    return Query(NAME, rung, (lookup,), _TITLE_PATHS[rung], tuple(params))


def _phrased(lookups: Sequence[Lookup], size: int) -> Iterator[Query]:
    about: list[Lookup] = []
    phrases: dict[str, None] = {}
    for lookup in lookups:
        # Whether the service tells apostrophes apart is not public.
        spellings = titles.search_spellings(lookup.title, apostrophes=True)
        if len(spellings[0].split()) < FEWEST_WORDS or _length(spellings) > URL_BYTES:
            continue
        if len(about) == size or _length([*phrases, *spellings]) > URL_BYTES:
            yield _bulk(about, phrases)
            about, phrases = [], {}
        about.append(lookup)
        phrases |= dict.fromkeys(spellings)
    if about:
        yield _bulk(about, phrases)


def _bulk(about: Sequence[Lookup], phrases: Iterable[str]) -> Query:
    params = (("query", _either(phrases)), ("fields", ",".join(_FIELDS)))
    return Query(NAME, Rung.TITLE_BATCH, tuple(about), BULK, params)


def _either(phrases: Iterable[str]) -> str:
    return " | ".join(f'"{phrase}"' for phrase in phrases)


def _length(phrases: Sequence[str]) -> int:
    return len(quote_plus(_either(phrases)))


def _batch(rung: Rung, lookups: Sequence[Lookup]) -> Query:
    fields: tuple[str, ...] = _FIELDS
    if rung is Rung.CITING_REFERENCES:
        nested = (f"references.{name}" for name in ("paperId", *_FIELDS))
        fields = ("title", "referenceCount", *nested)
    elif rung is Rung.COMPARE_REFERENCES:
        fields = ("title", "referenceCount", "references.title")
    body = json.dumps({"ids": ids_to_request(lookups)}, separators=(",", ":")).encode()
    return Query(NAME, rung, tuple(lookups), BATCH, (("fields", ",".join(fields)),), body)


def reference_list_query(rung: Rung, lookup: Lookup, offset: int = 0) -> Query:
    """Return the query for the reference list of one work, from its entry at `offset` on."""
    path = f"/graph/v1/paper/{quote(id_to_request(lookup) or '', safe=':/')}/references"
    fields = _FIELDS if rung is Rung.CITING_REFERENCES else ("title",)
    start = (("offset", str(offset)),) if offset else ()
    params = (*start, ("limit", str(REFERENCES)), ("fields", ",".join(fields)))
    return Query(NAME, rung, (lookup,), path, params)
