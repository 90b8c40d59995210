"""The files of a catalogue's folder, and their columns.

    manifest.json                   what it is made of; it names the files, and is replaced last
    NOTICE                          the credits and terms of each origin
    works/GENERATION-0000.parquet   the works, sorted by title key
    ids/GENERATION-0000.parquet     every identifier of every work, sorted
    keys/GENERATION-0000.parquet    further title keys by which works are found
    GENERATION.sqlite               the same for look-ups, derived
    parts/                          the records of each dump as they were read; may be deleted
    work/                           the files of a running build; removed when it is done

A generation is named after its content, so a build puts its files beside those of the one before,
and only the manifest says which files count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from refmatter import schemes

FORMAT_VERSION = 2
"""The version of the files and their columns; any other is refused."""

MANIFEST = "manifest.json"
NOTICE = "NOTICE"
WORKS, IDS, KEYS = "works", "ids", "keys"
PARTS_FOLDER, BUILD_FOLDER = "parts", "work"

WORK_SCHEMES: Sequence[schemes.SchemeName] = ("s2", "doi", "arxiv", "acl", "openalex", "dblp")
"""The schemes of identifiers that works and questions have, in the order of `model.Identifiers`."""
ID_SCHEMES = tuple(sorted((*WORK_SCHEMES, "corpus")))
"""The schemes of the identifiers; `corpus` is Semantic Scholar's number."""

RANKED_ORIGINS: Sequence[str] = (
    "semantic_scholar", "catalog", "openalex", "crossref", "acl", "dblp", "arxiv", "csl", "bibtex",
)  # fmt: skip
"""Origins in order of precedence, as `matching.precedence` has it for services.

Origins with records of people's own are last; origins that are missing here come after them.
"""

ORIGINS_WITHOUT_VENUE = ("arxiv",)
"""Origins that name no place of publication."""

COUNT_ORIGINS = ("semantic_scholar", "catalog")
"""The origins of fields of study, and the default origins of counts: the first that there is.

Counts of two origins are never mixed in a column (`matching.precedence`).
"""

RECORD_COLUMNS: Mapping[str, str] = MappingProxyType(
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
        **dict.fromkeys(ID_SCHEMES, "text"),
    }
)
"""The columns of a staged record.

`rid` is its number, made of origin and key; of two versions of a record, the one with the greater
`stamp` is newer; `place` sorts by precedence; `described` is made of title key and first author,
and null if these are not distinctive.
"""

OTHER_TITLE_COLUMNS: Mapping[str, str] = MappingProxyType({"rid": "long", "title_key": "text"})
"""The columns of the keys of a record's other titles."""

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
        **dict.fromkeys(ID_SCHEMES, "text"),
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
"""The columns of `works/`.

`work` is the number of a work, which stays while its records do; `main_key` is the key of the title
before its first colon, `first_author` that of the first author's family name; `NAME_from` is the
origin of a value, `counted_on` the day of the counts (ISO); `origins` and `records` count how many
have the work.
"""

ID_COLUMNS: Mapping[str, str] = MappingProxyType({"scheme": "text", "id": "text", "work": "long"})
KEY_COLUMNS: Mapping[str, str] = MappingProxyType({"title_key": "text", "work": "long"})

TABLES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {WORKS: WORK_COLUMNS, IDS: ID_COLUMNS, KEYS: KEY_COLUMNS}
)
"""The tables of a catalogue; each is written to a folder of its name."""
