"""The table of fields: everything the program knows of a field, in one entry.

A further field is an entry here, and a mapping in each provider that has it: settings,
conventions, reports, schemas and docs read this table.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple, TypeAlias

TYPE_CHECKING = False  # the command line imports this: it must load quickly
if TYPE_CHECKING:
    from typing import Self

Value: TypeAlias = str | int | tuple[str, ...] | None
"""A field's value, as providers give it and notes get it; None where nothing is known."""


class ValueShape(StrEnum):
    """What the values of a field are, which decides how they are read and written."""

    TEXT = "text"
    NUMBER = "number"
    YEAR = "year"
    LIST = "list"
    PEOPLE = "people"
    """A list of names, which `people/` reads and writes."""


NUMERIC = frozenset({ValueShape.NUMBER, ValueShape.YEAR})
"""Shapes that are written as numbers, or as text if the vault does so."""
LISTS = frozenset({ValueShape.LIST, ValueShape.PEOPLE})
"""Shapes that are written as lists, or joined into one text if the vault does so."""

_SEMANTIC_SCHOLAR = ("semantic_scholar", "catalog")
_BEST_FIRST = (*_SEMANTIC_SCHOLAR, "openalex", "crossref", "dblp", "arxiv")


class FieldSpec(NamedTuple):
    """What the program knows of a field.

    `label` is its name for people. `keys` are the keys under which vaults keep it; a note's value
    is under the first of them that is not empty. `sources` are the built-in providers that can
    supply it; the value of the one with the lowest rank is used. Without any, the value comes from
    the note itself. `seed_key` is its key in the seed vault's dialect, `default_key` the key that a
    vault of bare notes gets; None for none.

    `sign` names the kind of bibliographic value that it is: two of different kinds beside a title
    are a sign of a paper note, "" is no sign. `schema_words` are keys, in lower case and without
    marks, that show a bibliographic schema, also in languages in which they are not read.
    `evidence` tells whether what a person wrote there is evidence about the work, `refreshed`
    whether the value moves with time, so that what refmatter wrote is updated.
    """

    label: str
    keys: tuple[str, ...]
    shape: ValueShape = ValueShape.TEXT
    sources: tuple[str, ...] = ()
    seed_key: str | None = None
    default_key: str | None = None
    sign: str = ""
    schema_words: str = ""
    evidence: bool = False
    refreshed: bool = False


_NO_SPEC = FieldSpec("", ())
"""What no member has: `Field("year")` finds a member by its name alone."""


class Field(StrEnum):
    """What a note can say of its work: the names used in config.yaml, ledger and reports."""

    spec: FieldSpec

    def __new__(cls, value: str, spec: FieldSpec = _NO_SPEC) -> Self:
        """Make the member of a name, with its entry."""
        field = str.__new__(cls, value)
        field._value_ = value
        field.spec = spec
        return field

    TITLE = (
        "title",
        FieldSpec("title", ("title", "Title"), seed_key="title", evidence=True),
    )
    AUTHORS = (
        "authors",
        FieldSpec(
            "authors",
            ("authors", "author", "Authors", "Author"),
            ValueShape.PEOPLE,
            _BEST_FIRST,
            seed_key="authors",
            default_key="authors",
            sign="authors",
            schema_words="author authors firstauthor auteur auteurs autor autoren autores autori "
            "автор авторы 作者 论文作者 著者 저자",
            evidence=True,
        ),
    )
    YEAR = (
        "year",
        FieldSpec(
            "year",
            ("year", "Year"),
            ValueShape.YEAR,
            _BEST_FIRST,
            seed_key="year",
            default_key="year",
            sign="year",
            schema_words="year issued année annee jahr año anno ano год 年份 年度 発表年 연도",
            evidence=True,
        ),
    )
    VENUE = (
        "venue",
        FieldSpec(
            "venue",
            (
                "venue", "conference", "journal", "Venue", "Conference", "Journal", "booktitle",
                "proceedings", "publication", "container-title",
            ),
            # arXiv names no venue but itself.
            sources=tuple(name for name in _BEST_FIRST if name != "arxiv"),
            seed_key="venue",
            default_key="venue",
            sign="venue",
            schema_words="venue conference journal booktitle proceedings publication "
            "containertitle journaltitle revue zeitschrift konferenz revista rivista periódico "
            "conférence conferencia журнал 期刊 会议 會議 학회 저널",
        ),
    )  # fmt: skip
    CITATION_COUNT = (
        "citation_count",
        FieldSpec(
            "citation count",
            (
                "numCitedBy", "citations", "citation_count", "citationCount", "cited_by_count",
                "cited_by", "citedBy", "num_citations", "numCitations",
            ),
            ValueShape.NUMBER,
            # A vault's column is not to mix two ways of counting.
            _SEMANTIC_SCHOLAR,
            seed_key="numCitedBy",
            default_key="citations",
            sign="counts",
            schema_words="citations citationcount citedby citedbycount numcitations numcitedby",
            refreshed=True,
        ),
    )  # fmt: skip
    REFERENCE_COUNT = (
        "reference_count",
        FieldSpec(
            "reference count",
            (
                "ref_count", "reference_count", "referenceCount", "num_references",
                "numReferences",
            ),
            ValueShape.NUMBER,
            _SEMANTIC_SCHOLAR,
            seed_key="ref_count",
            sign="counts",
            schema_words="refcount referencecount numreferences",
            refreshed=True,
        ),
    )  # fmt: skip
    FIELDS_OF_STUDY = (
        "fields_of_study",
        FieldSpec(
            "fields of study",
            ("fieldsOfStudy", "fields_of_study", "fields"),
            ValueShape.LIST,
            _SEMANTIC_SCHOLAR,
            seed_key="fieldsOfStudy",
            schema_words="fieldsofstudy",
        ),
    )
    KEY = (
        "key",
        FieldSpec("key", ("meta_key",), seed_key="meta_key"),
    )


COUNTS = frozenset(field for field in Field if field.spec.refreshed)
"""The fields that move with time, and the only ones that are ever refreshed."""

LOOKED_UP = tuple(field for field in Field if field.spec.sources)
"""The fields that providers know; title and key come from the note itself."""

DEFAULT_KEYS = {field: field.spec.default_key for field in Field if field.spec.default_key}
"""The keys that a vault of bare notes gets, which shows none of its own."""

KEYS = frozenset(key for field in Field for key in field.spec.keys)
"""The keys of all fields."""


def read_number(value: object) -> int | None:
    """Return the count that a number or the text of one is; None for anything else."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,12}", bare := value.strip()):
        return int(bare)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


_DRESSED_YEAR = re.compile(r"[\[({*_\"'#]+(?:[^|\]]*[/|])?\s*(\d{4})\s*[\])}*_\"']*")
"""A year with marks or a link round it: `(2017)`, `[[2017]]`, `[[Years/2017|2017]]`."""


def read_year(value: object) -> int | None:
    """Return the year that a number or the text of one is, or a link to one; None for anything
    else."""
    dressed = _DRESSED_YEAR.fullmatch(value.strip()) if isinstance(value, str) else None
    found = int(dressed[1]) if dressed else read_number(value)
    return found if found is not None and 1000 <= found <= 2999 else None


def read_value(field: Field, value: object) -> Value:
    """Return the value of a field in the shape that it has; None for what cannot be read as one."""
    shape = field.spec.shape
    if shape is ValueShape.NUMBER:
        return read_number(value)
    if shape is ValueShape.YEAR:
        return read_year(value)
    if shape is ValueShape.TEXT:
        text = str(value).strip() if isinstance(value, str | int) else ""
        return text or None
    items = value if isinstance(value, list | tuple) else (value,)
    texts = tuple(item.strip() for item in items if isinstance(item, str) and item.strip())
    return texts or None
