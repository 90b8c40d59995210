"""Build as few queries to the OpenAlex API as its limits allow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import quote_plus

from refmatter import titles
from refmatter.model import Lookup, Query, Rung
from refmatter.providers.openalex.identifiers import FILTERS, id_or_doi_to_request

NAME: Final = "openalex"

VALUES = 100
"""Values that a filter may offer, and works on a page; the service's own limits."""
URL_BYTES = 3900
"""Bytes of path and parameters, escaped: the documentation allows 4,094 for the whole URL."""
LONG_URL_BYTES = 7900
"""The same for the largest questions: the service's code allows 8,190. Where it does not, the
question is turned down, cut into smaller ones, and no other one is as large."""
SAFE = 50
"""Titles that fit into a URL of the documented length."""
FEWEST_WORDS = 3
"""A phrase of fewer words stands in more titles than an answer can hold."""

REFERENCES = frozenset({Rung.CITING_REFERENCES, Rung.COMPARE_REFERENCES})
"""The rungs that ask for what one work cites."""

_PATH = "/works"
_MAX_PHRASES = "display_name.search.exact"
_CITED = "cited_by"
_FILTER_NAME = re.compile(
    r"(?:cites|datasets|doi|fwci|journal|language|mag|openalex|pmc?id|repository|title|type|version"
    r"|[a-z]+[_.][a-z_.]+):"
)
"""The names of its filters before a colon: an OR of values that has one anywhere, even in quotes,
is turned down (`core/filter.py` of ourresearch/openalex-elastic-api)."""
_SELECT = (
    "id,doi,display_name,publication_year,type,authorships,primary_location,locations,"
    "cited_by_count,referenced_works_count,primary_topic,is_retracted"
)
_PUBMED = frozenset({"pmid", "pmcid"})
"""Filters whose identifiers only `ids` has: it is asked for where they tell the works apart."""


def queries(rung: Rung, lookups: Sequence[Lookup], size: int | None = None) -> Iterable[Query]:
    """Return queries for up to `size` identifiers or titles, or for one citing work.

    Where a lookup has the service's own id, that is asked for, else its DOI, else its number in
    PubMed or PubMed Central. A question whose URL would grow too long is split. Titles of one or
    two words are left out.
    """
    if rung in REFERENCES:
        return list(_packed(rung, _CITED, lookups, id_or_doi_to_request, 1))
    if rung is Rung.TITLE_BATCH:
        return list(_packed(rung, _MAX_PHRASES, lookups, _phrase, size or 25))
    found: list[Query] = []
    for name, value in FILTERS.items():
        found += _packed(rung, name, lookups, value, size or VALUES)
        lookups = [lookup for lookup in lookups if value(lookup) is None]
    return found


def _packed(
    rung: Rung,
    name: str,
    lookups: Sequence[Lookup],
    value: Callable[[Lookup], str | None],
    size: int,
) -> Iterator[Query]:
    """Lookups that have a value in the filter of that name, or several with `|` between them, each
    question as full as may be."""
    room = (LONG_URL_BYTES if size > SAFE else URL_BYTES) - _length(name, [])
    about: list[Lookup] = []
    values: dict[str, None] = {}
    taken = 0
    for lookup in lookups:
        wanted = value(lookup)
        if wanted is None or (bytes_ := _escaped(f"{wanted}|")) > room:
            continue
        offered = wanted.split("|")
        full = len(about) == size or len(values) + len(offered) > VALUES or taken + bytes_ > room
        if about and full:
            yield _query(rung, name, about, values)
            about, values, taken = [], {}, 0
        about.append(lookup)
        values |= dict.fromkeys(offered)
        taken += bytes_
    if about:
        yield _query(rung, name, about, values)


def _query(rung: Rung, name: str, about: Sequence[Lookup], values: Iterable[str]) -> Query:
    return Query(NAME, rung, tuple(about), _PATH, _params(name, values))


def _params(name: str, values: Iterable[str]) -> tuple[tuple[str, str], ...]:
    wanted = f"{name}:{'|'.join(values)}"
    select = f"{_SELECT},ids" if name in _PUBMED else _SELECT
    return (("filter", wanted), ("per_page", str(VALUES)), ("select", select))


def _length(name: str, values: Iterable[str]) -> int:
    return len(_PATH) + sum(len(key) + _escaped(text) + 2 for key, text in _params(name, values))


def _escaped(text: str) -> int:
    # As long as it can get: a client may escape fewer characters than this.
    return len(quote_plus(text, safe=""))


def _phrase(lookup: Lookup) -> str | None:
    """Return the words of a title as a phrase, and in its other spellings; None for too few words.

    In the value of a filter quotes, `|`, `!`, `?`, `*` and words in capitals such as AND are
    syntax, most of them even where they are escaped; commas and colons are not inside quotes.
    The service folds accents and apostrophes itself.
    """
    spellings = [text.lower() for text in titles.search_spellings(lookup.title)]
    if not titles.has_words(spellings[0], FEWEST_WORDS):
        return None
    return "|".join(f'"{text}"' for text in spellings if not _FILTER_NAME.search(text)) or None
