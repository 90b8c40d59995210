"""A catalogue's folder: what its files are called, and which columns they have.

    manifest.json                   what it is made of; it names the files, and is replaced last
    NOTICE                          whose data it is, and the terms of each origin
    works/GENERATION-0000.parquet   the works, sorted by title key
    ids/GENERATION-0000.parquet     every identifier of every work, sorted
    keys/GENERATION-0000.parquet    title keys that works are found under beside their own
    GENERATION.sqlite               the same for look-ups, derived
    parts/                          the records of each dump as they were read; may be deleted
    work/                           what a build is at; gone when it is done

A generation is called after its content, so that a build puts its files beside those of the one
before, and only the manifest says which of them count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from refmatter import schemes

FORMAT = 2
"""The version of the files and their columns; another one is refused."""

MANIFEST = "manifest.json"
NOTICE = "NOTICE"
WORKS, IDS, KEYS = "works", "ids", "keys"
PARTS, WORK = "parts", "work"

SCHEMES = tuple(sorted((*schemes.SCHEMES, "corpus")))
"""The systems whose identifiers are kept; `corpus` is Semantic Scholar's number."""

RANKED: Sequence[str] = (
    "semantic_scholar", "catalog", "openalex", "crossref", "acl", "dblp", "arxiv", "csl", "bibtex",
)  # fmt: skip
"""Origins in the order in which their word counts, as `matching.precedence` has it for services;
what people keep themselves comes last, and an origin that is not named here after it."""

VENUELESS = ("arxiv",)
"""Origins that name no place of publication."""

COUNTED = ("semantic_scholar", "catalog")
"""The origins of fields of study, and of counts where nobody chooses another one: the first of
them that there is. A vault's column is not to mix two ways of counting (`matching.precedence`)."""

RECORD: Mapping[str, str] = MappingProxyType(
    {
        "rid": "long",
        "stamp": "text",
        "place": "text",
        "origin": "text",
        "key": "text",
        "released": "text",
        "title": "text",
        "title_key": "text",
        "main_key": "text",
        "first_author": "text",
        "described": "long",
        "authors": "texts",
        "year": "int",
        "venue": "text",
        "other_venues": "texts",
        "citation_count": "long",
        "reference_count": "long",
        "fields_of_study": "texts",
        "preprint": "flag",
        "retracted": "flag",
        "kind": "text",
        **dict.fromkeys(SCHEMES, "text"),
    }
)
"""The columns of a record as it is staged: `rid` names it, made of origin and key; `stamp` tells
which of two of its versions is newer; `place` is its place in the order of precedence;
`described` is made of title key and first author, null where these do not tell works apart."""

OTHER: Mapping[str, str] = MappingProxyType({"rid": "long", "title_key": "text"})
"""Title keys of a record's other titles."""

WORK_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "title_key": "text",
        "work": "long",
        "title": "text",
        "main_key": "text",
        "first_author": "text",
        "authors": "texts",
        "year": "int",
        "venue": "text",
        "other_venues": "texts",
        "citation_count": "long",
        "reference_count": "long",
        "counted_on": "text",
        "fields_of_study": "texts",
        "preprint": "flag",
        "retracted": "flag",
        "kind": "text",
        **dict.fromkeys(SCHEMES, "text"),
        "title_from": "text",
        "authors_from": "text",
        "year_from": "text",
        "venue_from": "text",
        "counts_from": "text",
        "fields_from": "text",
        "origins": "int",
        "records": "int",
    }
)
"""The columns of `works/`. `work` names a work for as long as its records stay; `main_key` is the
key of the title before its first colon, `first_author` of the first author's family name;
`NAME_from` is the origin of a value, `counted_on` the day of the counts (ISO); `origins` and
`records` say how many have the work."""

ID_COLUMNS: Mapping[str, str] = MappingProxyType({"scheme": "text", "id": "text", "work": "long"})
KEY_COLUMNS: Mapping[str, str] = MappingProxyType({"title_key": "text", "work": "long"})

TABLES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {WORKS: WORK_COLUMNS, IDS: ID_COLUMNS, KEYS: KEY_COLUMNS}
)
"""What is written of a catalogue, in folders of these names."""
