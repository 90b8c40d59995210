"""Lookups -> questions to the arXiv API, and its Atom feeds -> works.

Parameters, shapes and the pace are those of its user manual and terms of use
(info.arxiv.org/help/api). Its metadata is CC0.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

# Declarations are refused before the parser sees them, see _feed.
from xml.etree import ElementTree as ET

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
from refmatter.providers.base import Reading
from refmatter.providers.json_answer import Unreadable, by_title, no_limits, trouble_of
from refmatter.providers.shapes import DOI

NAME: Final = "arxiv"
HOST: Final = "https://export.arxiv.org"
RUNGS: Final = {Rung.IDENTIFIER: (100,), Rung.TITLES: (20, 40), Rung.TITLE: (1,)}
"""A hundred identifiers keep a URL below 2 kB."""

HITS = 10
"""Works asked for under one title, and the least under several: a phrase is found in longer
titles too."""
HITS_EACH = 3
"""Works asked for under each of several titles."""
LENGTH = 3900
"""Bytes that the titles of one question may take in its URL, which with the rest of it stays
below the 4,000 that servers and what stands before them are sure to take."""

_PATH = "/api/query"
_OR = " OR "
_COMMON = 3  # a phrase of fewer words stands in more titles than there is room for
_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"

# One malformed id spoils the answer for all the others, so shapes are checked here.
_ID = re.compile(
    r"(?:(\d{4}\.\d{4,5})|([a-z]+(?:-[a-z]+)?)(?:\.[A-Z]{2})?(/\d{7}))(?:v\d+)?", re.ASCII
)
_OWN_DOI = "10.48550/arxiv."


limits_from_headers = no_limits


def headers(key: str | None) -> Mapping[str, str]:
    """Atom, said aloud: the service has refused clients that accept anything. It has no keys."""
    del key
    return {"Accept": "application/atom+xml"}


def limits(key: str | None, contact: str | None) -> Limits:
    """One request in three seconds over one connection, from all of a user's machines
    together: its terms of use."""
    del key, contact
    return Limits(min_interval=3.0, at_once=1)


def ask(rung: Rung, lookups: Sequence[Lookup], size: int | None = None) -> Iterable[Query]:
    """Up to `size` identifiers in a question, or titles as phrases: several, or one. Titles of
    one or two words are left out where several go together: they would take the others' room."""
    size = size or RUNGS[rung][0]
    if rung is Rung.IDENTIFIER:
        known = [each for each in lookups if _id(each)]
        return [_listed(known[start : start + size]) for start in range(0, len(known), size)]
    phrased = [(each, term) for each in lookups if (term := _term(each.title))]
    if rung is Rung.TITLES:
        phrased = [each for each in phrased if len(each[1].split()) >= _COMMON]
    return [_titled(rung, each) for each in _packed(phrased, size)]


def _packed(
    phrased: Iterable[tuple[Lookup, str]], size: int
) -> Iterable[Sequence[tuple[Lookup, str]]]:
    """Lookups and their terms, as many together as `size` and the URL allow."""
    packs: list[list[tuple[Lookup, str]]] = []
    pack: list[tuple[Lookup, str]] = []
    for each in phrased:
        if pack and len(pack) < size and _fits([*pack, each]):
            pack.append(each)
        else:
            pack = [each]
            packs.append(pack)
    return packs


def _titled(rung: Rung, pack: Sequence[tuple[Lookup, str]]) -> Query:
    room = max(HITS, HITS_EACH * len(pack))
    params = (("search_query", _joined(pack)), ("max_results", str(room)))
    return Query(NAME, rung, tuple(lookup for lookup, _ in pack), _PATH, params)


def _joined(pack: Iterable[tuple[Lookup, str]]) -> str:
    return _OR.join(dict.fromkeys(term for _, term in pack))


def _fits(pack: Iterable[tuple[Lookup, str]]) -> bool:
    return len(quote(_joined(pack), safe="")) <= LENGTH


def _term(title: str) -> str:
    """The title as the service's syntax has it; "" where it cannot be asked for."""
    phrase = _phrase(title)
    term = f'ti:"{phrase}"'
    return term if phrase and len(quote(term, safe="")) <= LENGTH else ""


def _phrase(title: str) -> str:
    """The words of a title; "" where they cannot be asked for.

    Punctuation is syntax to this service, and letters outside ASCII have been answered with
    400: accents come off, and a title in another script is not asked for.
    """
    folded = unicodedata.normalize("NFKD", titles.query_words(title))
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return titles.query_words(plain) if plain.isascii() else ""


def _listed(lookups: Sequence[Lookup]) -> Query:
    ids = list(dict.fromkeys(_id(each) for each in lookups))
    params = (("id_list", ",".join(ids)), ("max_results", str(len(ids))))
    return Query(NAME, Rung.IDENTIFIER, tuple(lookups), _PATH, params)


def _id(lookup: Lookup) -> str:
    """The arXiv id of a lookup, also from the DOI that arXiv gives; "" without a sound one."""
    said = lookup.hints.identifiers
    doi = (said.doi or "").lower()
    return _bare(said.arxiv or "") or _bare(doi[len(_OWN_DOI) :] if _OWN_DOI in doi else "")


def _bare(said: str) -> str:
    """An id without version and subject class, as its entries have it; "" for another shape."""
    found = _ID.fullmatch(said.strip())
    return (found[1] or found[2] + found[3]) if found else ""


def read(query: Query, answer: Answer) -> Reading | Failure:
    """The works of a feed: by their ids where the question was by id, and for each of several
    titles those that have or contain it.

    Ids that the service does not know are missing from its answer without a word. Where not
    all works of several titles had room, nobody knows whose are missing: the question is
    called too large.
    """
    try:
        works = _works(query, answer)
    except Unreadable as unreadable:
        return unreadable.failure(query)
    if query.rung is Rung.TITLE:
        return {query.about[0].key: works}
    if query.rung is Rung.TITLES:
        return by_title(query.about, works)
    by_id = {work.identifiers.arxiv: (work,) for work in works}
    return {each.key: by_id.get(_id(each), ()) for each in query.about}


def keep(query: Query, answer: Answer) -> bool:
    """Whether it is an answer that holds a work: an empty feed now and then is a hiccup."""
    try:
        return bool(_works(query, answer))
    except Unreadable:
        return False


def _works(query: Query, answer: Answer) -> tuple[Work, ...]:
    """The works of a feed. Raises Unreadable."""
    if answer.status != HTTPStatus.OK:
        raise Unreadable(trouble_of(answer.status), f"answered {answer.status}")
    feed = _feed(answer)
    entries = feed.findall(f"{_ATOM}entry")
    for entry in entries:
        if _is_complaint(entry):  # older servers say so with status 200
            raise Unreadable(Trouble.REJECTED, f"answered: {_text(entry, _ATOM, 'summary')}"[:120])
    total = _total(feed)
    whole = query.rung is Rung.TITLES and len(query.about) > 1
    if total is None and (whole or not entries):
        raise Unreadable(Trouble.GARBLED, "answered with a feed without a count")
    if total and not entries:
        raise Unreadable(Trouble.BROKEN, "answered with an empty feed for works it counted")
    if whole and total is not None and total > len(entries):
        raise Unreadable(Trouble.REJECTED, f"answered {len(entries)} works of {total}")
    return tuple(work for entry in entries if (work := _work(entry)) is not None)


def _total(feed: ET.Element) -> int | None:
    """How many works the service counts; None where it does not say so in plain digits."""
    said = _text(feed, _SEARCH, "totalResults")
    return int(said) if re.fullmatch(r"[0-9]{1,18}", said) else None


def _feed(answer: Answer) -> ET.Element:
    head = answer.body[:200].lstrip().lower()
    if "html" in answer.content_type.lower() or head.startswith((b"<!doctype html", b"<html")):
        raise Unreadable(Trouble.REFUSED, "answered with a web page")
    garbled = Unreadable(Trouble.GARBLED, "answered with something that is no Atom feed")
    try:
        text = answer.body.decode()
        # Entities can be declared in a DOCTYPE only, and a feed has none: without it nothing
        # expands and nothing is fetched. As text is parsed, no other encoding can hide one.
        if "<!DOCTYPE" in text:
            raise garbled
        feed = ET.fromstring(text)  # noqa: S314 - its dangers need the DOCTYPE refused above
    except (UnicodeDecodeError, ET.ParseError) as wrong:
        raise garbled from wrong
    if feed.tag != f"{_ATOM}feed":
        raise garbled
    return feed


def _text(element: ET.Element, space: str, name: str) -> str:
    return titles.readable(element.findtext(space + name) or "")


def _is_complaint(entry: ET.Element) -> bool:
    return "/api/errors" in _text(entry, _ATOM, "id")


def _work(entry: ET.Element) -> Work | None:
    names = (_text(author, _ATOM, "name") for author in entry.findall(f"{_ATOM}author"))
    return work(
        title=_text(entry, _ATOM, "title"),
        names=names,
        year=_text(entry, _ATOM, "published")[:4],
        journal=_text(entry, _ARXIV, "journal_ref"),
        number=_text(entry, _ATOM, "id").partition("/abs/")[2],
        doi=_text(entry, _ARXIV, "doi"),
    )


def work(  # noqa: PLR0913 - what it says of a work, by name
    *, title: str, names: Iterable[str], year: str, journal: str, number: str, doi: str
) -> Work | None:
    """The preprint of which it says this, in readable text, "" for what it does not say;
    `number` is its own id, in which a version may stand. None without a title."""
    if not title:
        return None
    doi = doi.lower().partition(" ")[0]  # several are told with blanks
    return Work(
        title=title,
        authors=tuple(name for name in names if name) or None,
        year=int(year) if re.fullmatch(r"[1-9][0-9]{3}", year) else None,
        # Whether a preprint was published elsewhere it may not know: silence says nothing.
        venue=journal or None,
        preprint=True,
        kind=WorkKind.PREPRINT,
        identifiers=Identifiers(
            arxiv=_bare(number) or None, doi=doi if DOI.fullmatch(doi) else None
        ),
    )
