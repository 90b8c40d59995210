"""Build queries to DBLP's publication search, and read works from its answers.

Parameters, shapes and the pace are those of its FAQ ("How to use the dblp search API?");
what the service does beside them is said where it matters. It counts no citations. Its
data is CC0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated, Final, NamedTuple, TypeAlias

from pydantic import BeforeValidator, Field, ValidationError

from refmatter import titles
from refmatter.model import (
    Answer,
    Failure,
    Identifiers,
    Limits,
    Lookup,
    Query,
    Rung,
    Trouble,
    Work,
    WorkKind,
)
from refmatter.notes.note_identifiers import identify
from refmatter.providers.base import ProviderInfo, Reading
from refmatter.providers.json_answer import (
    Unreadable,
    is_page,
    json_of,
    no_limits,
    trouble_of,
)
from refmatter.providers.shapes import Shape
from refmatter.schemes import DOI, published_dblp

NAME: Final = "dblp"
INFO: Final = ProviderInfo(
    name=NAME,
    label="DBLP",
    homepage="https://dblp.org/",
    terms="CC0 1.0",
    host="https://dblp.org",
    rungs={Rung.TITLE_SEARCH: (1,)},
    rank=50,
    in_default_ladder=False,  # it has blocked automated clients since 2026
)

HITS = 10
"""Works asked for under one title: its ranking is poor, and a preprint is listed beside the
publication."""

PREPRINTS: Final = "CoRR"
"""How it calls arXiv, which is no venue."""

_KINDS: Mapping[str, WorkKind] = MappingProxyType(
    {
        # As the search calls them, and the elements of the XML.
        "Journal Articles": WorkKind.ARTICLE,
        "Conference and Workshop Papers": WorkKind.ARTICLE,
        "Informal and Other Publications": WorkKind.PREPRINT,
        "Informal": WorkKind.PREPRINT,
        "Books and Theses": WorkKind.BOOK,
        "Editorship": WorkKind.BOOK,
        "Parts in Books or Collections": WorkKind.CHAPTER,
        "Reference Works": WorkKind.CHAPTER,
        "Data and Artifacts": WorkKind.DATASET,
        "article": WorkKind.ARTICLE,
        "inproceedings": WorkKind.ARTICLE,
        "proceedings": WorkKind.BOOK,
        "book": WorkKind.BOOK,
        "incollection": WorkKind.CHAPTER,
        "phdthesis": WorkKind.THESIS,
        "mastersthesis": WorkKind.THESIS,
    }
)
_THESES = ("phd/", "ms/")
"""How its keys of theses begin."""
_PATH = "/search/publ/api"
_YEAR = re.compile(r"[1-9][0-9]{3}")
_STOP = re.compile(r"(?<!\.)\.$")
_NAMESAKE = re.compile(r" [0-9]{4}$")
"""The number that tells persons of one name apart: `Jiani Zhang 0003`."""


def _texts(value: object) -> tuple[str, ...]:
    """Return the texts of a value, which is one part or a list of them, each a text or an object
    with a text."""
    several = value if isinstance(value, list) else [value]
    bare = (part.get("text") if isinstance(part, dict) else part for part in several)
    return tuple(text for part in bare if isinstance(part, str) and (text := titles.readable(part)))


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _authors(value: object) -> tuple[str, ...]:
    return _texts(value.get("author")) if isinstance(value, dict) else ()


_Texts: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_texts)]


class DblpRecord(Shape):
    """What it says of a work, in texts: one, several or none of each."""

    title: _Texts = ()
    authors: Annotated[tuple[str, ...], BeforeValidator(_authors)] = ()
    venue: _Texts | None = None
    volume: _Texts = ()
    year: _Texts = ()
    type: _Texts = ()
    key: _Texts = ()
    doi: _Texts = ()
    ee: _Texts = ()


class _Hit(Shape):
    info: DblpRecord


class _Hits(Shape):
    total: Annotated[str, Field(alias="@total", pattern="^[0-9]{1,12}$")]
    hit: Annotated[list[_Hit], BeforeValidator(_as_list)] = Field(default_factory=list)


class _Status(Shape):
    code: Annotated[str, Field(alias="@code")]


class _Result(Shape):
    status: _Status
    hits: _Hits


class _Answer(Shape):
    result: _Result


limits_from_headers = no_limits


def headers(key: str | None) -> Mapping[str, str]:
    """Return the headers. The service has no keys."""
    del key
    return {"Accept": "application/json"}


def limits(key: str | None, contact: str | None) -> Limits:
    """Return the pace of its FAQ: one or two seconds between two requests are always fine."""
    del key, contact
    return Limits(min_interval=2.0, at_once=1)


def queries(rung: Rung, lookups: Sequence[Lookup], size: int | None = None) -> Iterable[Query]:
    """Return a query for each title, as words: they are beginnings of words that a work must have.
    Punctuation would be syntax."""
    del size
    titled = [(lookup, words) for lookup in lookups if (words := titles.query_words(lookup.title))]
    fixed = (("format", "json"), ("h", str(HITS)))
    return [Query(NAME, rung, (lookup,), _PATH, (("q", words), *fixed)) for lookup, words in titled]


def read(query: Query, answer: Answer) -> Reading | Failure:
    """Return the works of an answer, preprints beside publications."""
    try:
        hits = _hits(answer)
    except ValidationError:
        return Failure(NAME, query.rung, Trouble.GARBLED, "answered with JSON of another shape")
    except Unreadable as unreadable:
        return unreadable.failure(query)
    works = (work(hit.info) for hit in hits)
    return {query.about[0].key: tuple(found for found in works if found is not None)}


def is_cacheable(query: Query, answer: Answer) -> bool:
    """Whether an answer can be read, with or without works."""
    return not isinstance(read(query, answer), Failure)


def _hits(answer: Answer) -> Sequence[_Hit]:
    if answer.status == HTTPStatus.INTERNAL_SERVER_ERROR and is_page(answer):
        # The wall against robots has this status; a server that stumbles has other ones.
        raise Unreadable(Trouble.REFUSED, f"answered {answer.status} with a web page")
    if answer.status != HTTPStatus.OK:
        raise Unreadable(trouble_of(answer.status), f"answered {answer.status}")
    result = _Answer.model_validate(json_of(answer)).result
    if result.status.code != str(HTTPStatus.OK.value):
        raise Unreadable(
            Trouble.BROKEN, f"answered status {result.status.code:.20} inside its JSON"
        )
    if result.hits.total.strip("0") and not result.hits.hit:
        raise Unreadable(Trouble.GARBLED, f"answered {result.hits.total} works and none of them")
    return result.hits.hit


class DblpTexts(NamedTuple):
    """A record of texts that need no parsing, as a dump has them."""

    title: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    venue: tuple[str, ...] | None = None
    volume: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    doi: tuple[str, ...] = ()
    ee: tuple[str, ...] = ()


def work(record: DblpRecord | DblpTexts) -> Work | None:
    """Return the work of a record; None without a title."""
    # Every title ends in a full stop, if not in another mark.
    title = _STOP.sub("", _first(record.title))
    if not title:
        return None
    preprint = _is_preprint(record)
    venues = tuple(name for name in record.venue or () if name != PREPRINTS)
    year = _first(record.year)
    names = (_NAMESAKE.sub("", name) for name in record.authors)
    return Work(
        title=title,
        authors=tuple(names) or None,
        year=int(year) if _YEAR.fullmatch(year) else None,
        # A work without a venue here is one (a book, a thesis); a preprint may have one yet.
        venue=venues[0] if venues else "" if record.venue is None and not preprint else None,
        other_venues=venues[1:],
        identifiers=_identifiers(record),
        preprint=preprint,
        kind=_kind(record, preprint=preprint),
    )


def _kind(record: DblpRecord | DblpTexts, *, preprint: bool | None) -> WorkKind | None:
    """Return the kind of the work. Books and theses have one type, and keys of their own."""
    if _first(record.key).startswith(_THESES):
        return WorkKind.THESIS
    kind = _first(record.type)
    if not kind:
        return WorkKind.PREPRINT if preprint else None
    return _KINDS.get(kind, WorkKind.OTHER)


def _is_preprint(record: DblpRecord | DblpTexts) -> bool | None:
    """Whether a record is of a preprint, by its type: the first ICLRs have keys of preprints."""
    if record.type:
        return record.type[0].startswith("Informal")
    return PREPRINTS in (record.venue or ()) or None


def _identifiers(record: DblpRecord | DblpTexts) -> Identifiers:
    key, doi = _first(record.key), _first(record.doi).lower()
    identifiers = Identifiers(doi=DOI.canonical(doi), dblp=published_dblp(key))
    texts = [f"doi:{doi}", *record.ee]
    if PREPRINTS in (record.venue or ()):
        texts += [f"arXiv:{volume.removeprefix('abs/')}" for volume in record.volume]
    for text in texts:
        if text.isascii():
            identifiers = identifiers.or_else(identify(text))
    return identifiers


def _first(texts: Sequence[str]) -> str:
    return texts[0] if texts else ""
