"""Convert OpenAlex records to works."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from refmatter import titles
from refmatter.model import Identifiers, Work, WorkKind
from refmatter.providers.shapes import Count, Maybe, Shape, Year
from refmatter.schemes import ARXIV, DOI, OPENALEX, PMCID, PMID

AUTHORS = 100
"""Where the service cuts lists of authors."""

# Others are repositories, catalogues such as DataCite's, and publishers' platforms.
_VENUES = frozenset({"journal", "conference", "book series", None})
_PUBLISHED = "publishedVersion"
# Crossref's types whose container is a venue; of others it is a publisher, or a whole citation.
_CONTAINED = frozenset({"journal-article", "proceedings-article", "book-chapter"})


_KINDS: Mapping[str, WorkKind] = MappingProxyType(
    {
        **dict.fromkeys(
            ("article", "conference-paper", "data-paper", "software-paper"), WorkKind.ARTICLE
        ),
        "review": WorkKind.ARTICLE,  # a survey of the literature; of a book it says `book-review`
        "preprint": WorkKind.PREPRINT,
        "book": WorkKind.BOOK,
        **dict.fromkeys(("book-chapter", "reference-entry"), WorkKind.CHAPTER),
        "dissertation": WorkKind.THESIS,
        **dict.fromkeys(("report", "standard"), WorkKind.REPORT),
        "book-review": WorkKind.REVIEW,
        **dict.fromkeys(("erratum", "retraction"), WorkKind.ERRATUM),
        "dataset": WorkKind.DATASET,
        "peer-review": WorkKind.PEER_REVIEW,
        **dict.fromkeys(("paratext", "supplementary-materials"), WorkKind.PARATEXT),
        "editorial": WorkKind.EDITORIAL,
        "letter": WorkKind.LETTER,
    }
)
"""Its types, as its page on them tells (developers.openalex.org/api-reference/work-types)."""


_FIELDS_OF_STUDY: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "Agronomy and Crop Science", "Animal Science and Zoology", "Food Science",
                "Horticulture", "Soil Science",
            ),
            "Agricultural and Food Sciences",
        ),
        **dict.fromkeys(
            (
                "Agricultural and Biological Sciences",
                "Biochemistry, Genetics and Molecular Biology", "Immunology and Microbiology",
            ),
            "Biology",
        ),
        **dict.fromkeys(
            (
                "Dentistry", "Health Professions", "Nursing",
                "Pharmacology, Toxicology and Pharmaceutics",
            ),
            "Medicine",
        ),
        **dict.fromkeys(("Language and Linguistics", "Linguistics and Language"), "Linguistics"),
        **dict.fromkeys(("Geology", "Geophysics"), "Geology"),
        "Business, Management and Accounting": "Business",
        "Chemical Engineering": "Engineering",
        "Economics, Econometrics and Finance": "Economics",
        "Education": "Education",
        "Geography, Planning and Development": "Geography",
        "History": "History",
        "Law": "Law",
        "Philosophy": "Philosophy",
        "Physics and Astronomy": "Physics",
        "Political Science and International Relations": "Political Science",
        "Visual Arts and Performing Arts": "Art",
    }
)  # fmt: skip
"""Its names of fields and subfields, which are Scopus's, that stand for one of Semantic Scholar's
fields, whose names vaults have. Subfields are there where the field is wider than any of those.
Other fields keep their name."""


class _OpenAlexName(Shape):
    display_name: Maybe[str] = None
    type: Maybe[str] = None


class _Authorship(Shape):
    raw_author_name: Maybe[str] = None
    author: Maybe[_OpenAlexName] = None


class _Location(Shape):
    source: Maybe[_OpenAlexName] = None
    landing_page_url: Maybe[str] = None
    version: Maybe[str] = None
    raw_source_name: Maybe[str] = None
    raw_type: Maybe[str] = None


class _Topic(Shape):
    field: Maybe[_OpenAlexName] = None
    subfield: Maybe[_OpenAlexName] = None


class _OpenAlexIds(Shape):
    pmid: Maybe[str] = None
    pmcid: Maybe[str] = None


# Bounds keep a number that only JSON can hold out of notes: a year has four digits.


class OpenAlexRecord(Shape):
    """What it says of a work, as far as it was asked."""

    id: Maybe[str] = None
    doi: Maybe[str] = None
    ids: Maybe[_OpenAlexIds] = None
    display_name: Maybe[str] = None
    publication_year: Maybe[Year] = None
    type: Maybe[str] = None
    authorships: Maybe[list[_Authorship]] = None
    primary_location: Maybe[_Location] = None
    locations: Maybe[list[Maybe[_Location]]] = None
    cited_by_count: Maybe[Count] = None
    referenced_works_count: Maybe[Count] = None
    primary_topic: Maybe[_Topic] = None
    is_retracted: Maybe[bool] = None


def works(records: Iterable[OpenAlexRecord]) -> tuple[Work, ...]:
    """Return the works of those records that have a title."""
    return tuple(found for record in records if (found := work(record)) is not None)


def work(record: OpenAlexRecord) -> Work | None:
    """Return the work of a record; None without a title."""
    title = titles.readable(record.display_name or "")
    if not title:
        return None
    venues = _venues(record)
    return Work(
        title=title,
        authors=_authors(record.authorships or ()),
        year=record.publication_year,
        venue=venues[0] if venues else None,
        other_venues=tuple(venues[1:]),
        citation_count=record.cited_by_count,
        # The lists of many preprints are empty here and are not so in truth.
        reference_count=record.referenced_works_count or None,
        fields_of_study=_fields_of_study(record.primary_topic),
        identifiers=_identifiers(record),
        preprint=_preprint(record),
        # It says False of nearly all works, and does not hear of every retraction.
        retracted=record.is_retracted,
        kind=_kind(record),
    )


def _authors(authorships: Iterable[_Authorship]) -> tuple[str, ...] | None:
    """Return the names as printed, in order; None for a list that may have been cut."""
    names = [_author(authorship) for authorship in authorships]
    return None if len(names) >= AUTHORS else tuple(filter(None, names)) or None


def _author(authorship: _Authorship) -> str:
    printed = titles.readable(authorship.raw_author_name or "")
    display_name = titles.readable((authorship.author or _OpenAlexName()).display_name or "")
    turned = (
        "," in printed and "," not in display_name
    )  # `Family, Given`, as some publishers send it
    return (display_name or printed) if turned else (printed or display_name)


def _fields_of_study(topic: _Topic | None) -> tuple[str, ...] | None:
    """Return the field of the topic that a work is mainly about, by Semantic Scholar's name for it
    where that has one."""
    topic = topic or _Topic()
    field, subfield = (
        titles.readable((level or _OpenAlexName()).display_name or "")
        for level in (topic.field, topic.subfield)
    )
    name = _FIELDS_OF_STUDY.get(subfield) or _FIELDS_OF_STUDY.get(field) or field
    return (name,) if name else None


def _venues(record: OpenAlexRecord) -> list[str]:
    """Return the venue of the best version and the name printed on it, as most proceedings have no
    record; if there is neither, the first other venue that is not a repository."""
    primary = record.primary_location or _Location()
    printed = primary.raw_source_name if primary.raw_type in _CONTAINED else None
    names = [_venue(primary), titles.readable(printed or "")]
    if not any(names):
        elsewhere = (_venue(place) for place in record.locations or () if place)
        names = [next(filter(None, elsewhere), "")]
    return list(dict.fromkeys(filter(None, names)))


def _venue(location: _Location) -> str:
    source = location.source or _OpenAlexName()
    return titles.readable(source.display_name or "") if source.type in _VENUES else ""


def _identifiers(record: OpenAlexRecord) -> Identifiers:
    doi = DOI.canonical(record.doi)
    pages = [place.landing_page_url for place in record.locations or () if place]
    preprints = {found for url in pages if (found := _arxiv_of_page(url))}
    # Two of them are works that the service took for one.
    arxiv = preprints.pop() if len(preprints) == 1 else None
    ids = record.ids or _OpenAlexIds()
    return Identifiers(
        openalex=OPENALEX.canonical(record.id),
        doi=doi,
        arxiv=ARXIV.of_doi(doi) or arxiv,
        pmid=PMID.canonical(ids.pmid),
        pmcid=PMCID.canonical(ids.pmcid),
    )


def _arxiv_of_page(url: str | None) -> str | None:
    """Return the id of the preprint that a page is about; None for a page elsewhere."""
    return ARXIV.canonical(url) or ARXIV.of_doi(DOI.canonical(url))


def _kind(record: OpenAlexRecord) -> WorkKind | None:
    """Return the kind of the work; whether an article is a preprint, see `_preprint`."""
    if record.type is None:
        return None
    kind = _KINDS.get(record.type, WorkKind.OTHER)
    if kind in (WorkKind.ARTICLE, WorkKind.PREPRINT):
        return WorkKind.PREPRINT if _preprint(record) else WorkKind.ARTICLE
    return kind


def _preprint(record: OpenAlexRecord) -> bool | None:
    """Whether what it tells is of a preprint. The type alone does not say: papers of
    conferences that were preprints before still have it, beside the year of the conference."""
    if record.type is None:
        return None
    version = (record.primary_location or _Location()).version
    preprint = record.type == "preprint" or ARXIV.of_doi(DOI.canonical(record.doi)) is not None
    return preprint and version != _PUBLISHED
