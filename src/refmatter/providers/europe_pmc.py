"""Build queries to the Europe PMC REST API, and read works from its answers.

Paths, search fields and shapes are those of europepmc.org/RestfulWebService; what the service does
beside them is said where it matters. It knows the works of PubMed and PubMed Central, preprints
and theses of the life sciences. Europe PMC claims no rights in its metadata.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Final

from pydantic import ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

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
from refmatter.providers.base import Discipline, ProviderInfo, Reading
from refmatter.providers.json_answer import Unreadable, json_of, no_limits, trouble_of
from refmatter.providers.shapes import Count, Maybe, Shape
from refmatter.schemes import DOI, PMCID, PMID

NAME: Final = "europe_pmc"

IDS = 50
"""Works asked for by identifier in one request; clients send 100, which are a query of 2 kB."""
HITS = 10
"""Works asked for under one title."""
REFERENCES = 1000
"""Where a reference list is cut: the service's largest page."""

_BIOMEDICAL = re.compile(
    r"\b(?:biochem|bioinformatic|biolog|biomed|biotechnol|cancer|cardiolog|cell\b|clinical|"
    r"diabet|disease|epidemiol|genes?\b|genetic|genome|genomic|immun|infect|jama\b|lancet|"
    r"medic|microbiol|molecular|neurolog|neuron\b|neurosci|nucleic acids|nursing|nutrition|"
    r"oncolog|pediatr|pharmac|physiolog|plos\b|psychiatr|public health|surg|toxicol|vaccin|virol)",
    re.IGNORECASE,
)

INFO: Final = ProviderInfo(
    name=NAME,
    label="Europe PMC",
    homepage="https://europepmc.org/",
    terms="facts",
    host="https://www.ebi.ac.uk/europepmc/webservices/rest",
    rungs={Rung.IDENTIFIER: (IDS,), Rung.TITLE_SEARCH: (1,), Rung.CITING_REFERENCES: (1,)},
    rank=70,
    discipline=Discipline(lambda ids: bool(ids.pmid or ids.pmcid), _BIOMEDICAL),
)

_KINDS: Sequence[tuple[frozenset[str], WorkKind]] = (
    (
        frozenset({"published erratum", "correction", "retraction", "retraction of publication"}),
        WorkKind.ERRATUM,
    ),
    (frozenset({"preprint"}), WorkKind.PREPRINT),
    (frozenset({"editorial"}), WorkKind.EDITORIAL),
    (frozenset({"letter", "comment", "reply"}), WorkKind.LETTER),
    (frozenset({"book-review"}), WorkKind.REVIEW),
    (frozenset({"dissertation", "thesis", "academic dissertation"}), WorkKind.THESIS),
    (frozenset({"book", "books & documents"}), WorkKind.BOOK),
    (frozenset({"dataset"}), WorkKind.DATASET),
    # `Review` is a survey of the literature.
    (
        frozenset(
            {"journal article", "research-article", "review", "review-article", "case reports"}
        ),
        WorkKind.ARTICLE,
    ),
)
"""Its types of publications (PubMed's, and those of the publishers), the telling ones first: a
record has several."""
_RETRACTED = "retracted publication"
_INITIALS = re.compile(r"(.+?) ([A-Z][A-Z-]{0,4})")


class _EuropePmcShape(Shape):
    model_config = ConfigDict(alias_generator=to_camel)


class _EuropePmcAuthor(_EuropePmcShape):
    full_name: Maybe[str] = None
    first_name: Maybe[str] = None
    last_name: Maybe[str] = None
    collective_name: Maybe[str] = None


class _EuropePmcAuthors(_EuropePmcShape):
    author: Maybe[list[Maybe[_EuropePmcAuthor]]] = None


class _EuropePmcJournal(_EuropePmcShape):
    title: Maybe[str] = None
    medline_abbreviation: Maybe[str] = None


class _EuropePmcIssue(_EuropePmcShape):
    journal: Maybe[_EuropePmcJournal] = None


class _EuropePmcTypes(_EuropePmcShape):
    pub_type: Maybe[list[str]] = None


class _EuropePmcBook(_EuropePmcShape):
    publisher: Maybe[str] = None


class EuropePmcRecord(_EuropePmcShape):
    """What it says of a work: a result of a search, or an entry of a reference list."""

    id: Maybe[str] = None
    source: Maybe[str] = None
    pmid: Maybe[str] = None
    pmcid: Maybe[str] = None
    doi: Maybe[str] = None
    title: Maybe[str] = None
    author_string: Maybe[str] = None
    author_list: Maybe[_EuropePmcAuthors] = None
    journal_info: Maybe[_EuropePmcIssue] = None
    journal_abbreviation: Maybe[str] = None
    book_or_report_details: Maybe[_EuropePmcBook] = None
    # A text in results, a number in reference lists.
    pub_year: Maybe[str | int] = None
    pub_type_list: Maybe[_EuropePmcTypes] = None
    cited_by_count: Maybe[Count] = None


class _EuropePmcResults(_EuropePmcShape):
    result: list[EuropePmcRecord]


class _EuropePmcReferences(_EuropePmcShape):
    reference: list[EuropePmcRecord]


class _EuropePmcAnswer(_EuropePmcShape):
    hit_count: int | None = None
    err_msg: Maybe[str] = None
    result_list: _EuropePmcResults | None = None
    reference_list: _EuropePmcReferences | None = None


def headers(key: str | None) -> Mapping[str, str]:
    """Return the headers. It has no keys."""
    del key
    return {"Accept": "application/json"}


def limits(key: str | None, contact: str | None) -> Limits:
    """Return 90 % of 500 requests a minute, one at a time: the service's own developer forum names
    that and ten a second; its documentation names no limit."""
    del key, contact
    return Limits(min_interval=60 / 450, at_once=1)


limits_from_headers = no_limits


def queries(rung: Rung, lookups: Sequence[Lookup], size: int | None = None) -> Iterable[Query]:
    """Return queries for up to `IDS` identifiers, for one title, or for one work's references."""
    if rung is Rung.TITLE_SEARCH:
        return [_titled(lookup) for lookup in lookups if titles.search_text(lookup.title)]
    if rung is Rung.CITING_REFERENCES:
        return [_reference_list_query(lookup) for lookup in lookups if _place(lookup)[1]]
    known = [lookup for lookup in lookups if _term(lookup)]
    size = size or IDS
    return [_identified(known[start : start + size]) for start in range(0, len(known), size)]


def _titled(lookup: Lookup) -> Query:
    return _search(
        Rung.TITLE_SEARCH, (lookup,), f'TITLE:"{titles.search_text(lookup.title)}"', HITS
    )


def _identified(lookups: Sequence[Lookup]) -> Query:
    terms = list(dict.fromkeys(map(_term, lookups)))
    # A work may stand there twice: as PubMed has it and as PubMed Central has it.
    return _search(Rung.IDENTIFIER, tuple(lookups), " OR ".join(terms), 2 * len(terms))


def _search(rung: Rung, about: tuple[Lookup, ...], text: str, rows: int) -> Query:
    params = (
        ("query", text), ("format", "json"), ("resultType", "core"), ("synonym", "false"),
        ("pageSize", str(rows)),
    )  # fmt: skip
    return Query(NAME, rung, about, "/search", params)


def _reference_list_query(lookup: Lookup) -> Query:
    source, name = _place(lookup)
    params = (("format", "json"), ("pageSize", str(REFERENCES)))
    return Query(NAME, Rung.CITING_REFERENCES, (lookup,), f"/{source}/{name}/references", params)


def _term(lookup: Lookup) -> str:
    """Return the search for a work by its surest identifier; "" without a sound one."""
    names = _sound(lookup.hints.names)
    if names.pmid:
        return f"(EXT_ID:{names.pmid} AND SRC:MED)"
    if names.pmcid:
        return f"PMCID:{names.pmcid}"
    return f'DOI:"{names.doi}"' if names.doi and not set(names.doi) & set('"\\') else ""


def _place(lookup: Lookup) -> tuple[str, str]:
    """Return the collection and the number by which a work has a path of its own."""
    names = _sound(lookup.hints.names)
    return ("MED", names.pmid) if names.pmid else ("PMC", names.pmcid or "")


def _sound(names: Identifiers) -> Identifiers:
    return Identifiers(
        doi=DOI.canonical(names.doi),
        pmid=PMID.canonical(names.pmid),
        pmcid=PMCID.canonical(names.pmcid),
    )


def read(query: Query, answer: Answer) -> Reading | Failure:
    """Return the works of an answer, by the identifier of each lookup if it was by identifier.

    Identifiers that the service does not know are missing from its list without a word.
    """
    try:
        records = _records(query, answer)
    except Unreadable as unreadable:
        return unreadable.failure(query)
    works = tuple(found for record in records if (found := work(record)) is not None)
    if query.rung is not Rung.IDENTIFIER:
        return {query.about[0].key: works}
    return {
        lookup.key: tuple(found for found in works if _is_asked(lookup, found))
        for lookup in query.about
    }


def _is_asked(lookup: Lookup, found: Work) -> bool:
    """Whether a work has the identifier that it was asked for by."""
    asked, has = _sound(lookup.hints.names), found.identifiers
    if asked.pmid:
        return asked.pmid == has.pmid
    return asked.pmcid == has.pmcid if asked.pmcid else asked.doi == has.doi


def is_cacheable(query: Query, answer: Answer) -> bool:
    """Whether an answer is a whole list, with or without works."""
    return not isinstance(read(query, answer), Failure)


def _records(query: Query, answer: Answer) -> Sequence[EuropePmcRecord]:
    """Return the records of an answer. Raises Unreadable.

    About one answer in five has the version of the service and nothing else. Errors of the query
    come with the status 200.
    """
    if answer.status != HTTPStatus.OK:
        raise Unreadable(trouble_of(answer.status), f"answered {answer.status}")
    try:
        found = _EuropePmcAnswer.model_validate(json_of(answer))
    except ValidationError as wrong:
        raise Unreadable(Trouble.GARBLED, "answered with JSON of another shape") from wrong
    if found.err_msg:
        raise Unreadable(Trouble.REJECTED, f"answered: {titles.readable(found.err_msg)[:100]}")
    if found.hit_count is None:
        raise Unreadable(Trouble.INCOMPLETE, "answered without a list")
    if query.rung is Rung.CITING_REFERENCES:
        listed = found.reference_list.reference if found.reference_list else []
    else:
        listed = found.result_list.result if found.result_list else []
    is_cut = found.hit_count > len(listed) and query.rung is Rung.IDENTIFIER
    if is_cut or (found.hit_count and not listed):
        raise Unreadable(
            Trouble.TOO_LARGE if listed else Trouble.INCOMPLETE,
            f"answered only {len(listed)} of {found.hit_count} works",
        )
    return listed


def work(record: EuropePmcRecord) -> Work | None:
    """Return the work of a record; None without a title."""
    title = _clean_title(record.title or "")
    if not title:
        return None
    journal = (record.journal_info.journal if record.journal_info else None) or _EuropePmcJournal()
    types = {name.casefold() for name in (record.pub_type_list or _EuropePmcTypes()).pub_type or ()}
    preprint = record.source == "PPR" or "preprint" in types or None
    book = record.book_or_report_details or _EuropePmcBook()
    venues = [journal.title, journal.medline_abbreviation, record.journal_abbreviation]
    names = [
        name
        for text in (venues if not preprint else [book.publisher])
        if text and (name := titles.readable(text))
    ]
    return Work(
        title=title,
        authors=_authors(record),
        year=_year(record.pub_year),
        venue=names[0] if names else None,
        other_venues=tuple(dict.fromkeys(name for name in names[1:] if name != names[0])),
        citation_count=record.cited_by_count,
        identifiers=_identifiers(record),
        preprint=preprint,
        retracted=_RETRACTED in types if types else None,
        kind=_kind(types, preprint=bool(preprint)),
    )


def _clean_title(title: str) -> str:
    """Return a title without the full stop behind it, and without the brackets of one that PubMed
    has translated."""
    title = titles.readable(title).removesuffix(".")
    return title[1:-1].removesuffix(".") if title[:1] == "[" and title[-1:] == "]" else title


def _identifiers(record: EuropePmcRecord) -> Identifiers:
    """Return the identifiers; entries of reference lists have those of their collection."""
    pmid = record.pmid or (record.id if record.source == "MED" else None)
    pmcid = record.pmcid or (record.id if record.source == "PMC" else None)
    return _sound(Identifiers(doi=record.doi, pmid=pmid, pmcid=pmcid))


def _authors(record: EuropePmcRecord) -> tuple[str, ...] | None:
    """Return the names in full where all are there, else as the string of them has them, which is
    the longer one where the list was cut."""
    listed = (record.author_list.author if record.author_list else None) or ()
    full = [name for author in listed if author and (name := _full_name(author))]
    text = titles.readable(record.author_string or "").removesuffix(".")
    short = [_with_initials(name) for name in text.split(", ") if name]
    if short[-1:] == ["et al"]:
        return None
    return tuple(full if len(full) >= len(short) else short) or None


def _full_name(author: _EuropePmcAuthor) -> str:
    if author.last_name and author.first_name:
        return titles.readable(f"{author.first_name} {author.last_name}")
    return titles.readable(author.collective_name or "") or _with_initials(
        titles.readable(author.full_name or "")
    )


def _with_initials(name: str) -> str:
    """Return `Onck PR` as `P. R. Onck`; other names as they are."""
    found = _INITIALS.fullmatch(name)
    if not found:
        return name
    return " ".join([*(f"{letter}." for letter in found[2] if letter != "-"), found[1]])


def _year(text: str | int | None) -> int | None:
    found = re.fullmatch(r"[12][0-9]{3}", str(text or ""), re.ASCII)
    return int(found[0]) if found else None


def _kind(types: set[str], *, preprint: bool) -> WorkKind | None:
    if preprint:
        return WorkKind.PREPRINT
    if not types:
        return None
    return next((kind for named, kind in _KINDS if not named.isdisjoint(types)), WorkKind.OTHER)
