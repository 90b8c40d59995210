"""A catalogue -> the works that a benchmark's services know, each only part of them.

The catalogue is the one in the folder that REFMATTER_DATA names (`catalogue/catalogue.jsonl.gz`),
else the one bundled with the package. What is made up is made from a hash of the work, so that
it is the same every time.
"""

from __future__ import annotations

import gc
import hashlib
import html
import json
import lzma
import os
import re
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

import scholar
from refmatter.providers.bundled_catalog import Row
from scholar import Corpus, Record, openalex
from scholar.corpus import split
from scholar.exchange import Request
from scholar.server import SERVICES

WITH_DOI, WITH_ARXIV = 0.60, 0.85
"""Of the works that the catalogue has neither a DOI nor an arXiv id of, three in five are given
a DOI and one in four an arXiv id, which nearly all have; the others stay without."""
UNKNOWN_TO_S2 = 0.04
"""The share of all works that Semantic Scholar does not know."""
LONGEST_NAME = 200
"""Bytes of the longest file name that a note is given."""

_WARMING = {
    "semantic_scholar": Request("GET", "/graph/v1/paper/search/match", {"query": "x"}, {}, b""),
    "arxiv": Request("GET", "/api/query", {"search_query": "ti:x"}, {}, b""),
    "openalex": Request("GET", "/works", {"filter": "doi:10.1/x"}, {}, b""),
    "crossref": Request("GET", "/works", {"filter": "doi:10.1/x"}, {}, b""),
    "dblp": Request("GET", "/search/publ/api", {"q": "x", "format": "json"}, {}, b""),
}


@dataclass(frozen=True, slots=True)
class Library:
    """Every record there is, the services' corpus of them, and the works that a vault may name:
    one a title and a file name, in a fixed order."""

    name: str
    corpus: Corpus
    pool: tuple[Record, ...]
    known: frozenset[str]
    """The folded titles of works that some service knows."""

    def warm(self) -> None:
        """Make the services' indexes now, so that no answer waits for them."""
        for name, request in _WARMING.items():
            SERVICES[name].answer(self.corpus, request)
        # Looking through a million objects for garbage would hold answers up.
        gc.collect()
        gc.freeze()


def library() -> Library:
    """The library of the catalogue at hand."""
    folder = os.environ.get("REFMATTER_DATA")
    if folder:
        found = scholar.from_catalogue(Path(folder) / "catalogue" / "catalogue.jsonl.gz")
        name = f"{len(found)} works of REFMATTER_DATA"
    else:
        found = bundled()
        name = f"{len(found)} works of the bundled catalogue"
    return stocked(name, found)


def stocked(name: str, found: list[Record]) -> Library:
    """A library of these records, with the gaps that real services have."""
    taken = {each.arxiv_id for each in found}
    records = [_covered(_named(each, taken)) for each in found]
    known = frozenset(fold(each.title) for each in records if is_known(each))
    return Library(name, Corpus(records), _pool(records), known)


def is_known(record: Record) -> bool:
    """Whether any of the services knows the work."""
    named = (record.paper_id, record.arxiv_id, record.dblp_key)
    registered = record.doi is not None and not record.doi.lower().startswith("10.48550/")
    return any(each is not None for each in named) or registered or openalex.is_known(record)


def fold(title: str) -> str:
    """What two spellings of a title have in common; not the program's own, so that a mistake
    there shows."""
    return "".join(split(html.unescape(title)))


def chance(text: str, of: str) -> float:
    """A number in [0, 1) that is always the same for this text and question."""
    digest = hashlib.sha256(f"{of}|{text}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def slug(title: str) -> str:
    """The file name (without `.md`) of a note, as the seed vault has it."""
    return re.sub(r"\W+", "-", title.lower()).strip("-")


def bundled() -> list[Record]:
    """Every work of the bundled catalogue, as the services would know it."""
    packed = (resources.files("refmatter") / "data" / "catalog.jsonl.xz").read_bytes()
    _, *lines = lzma.decompress(packed).decode().strip().split("\n")
    return [_record(Row(*json.loads(line))) for line in lines]


def _record(row: Row) -> Record:
    return Record(
        title=row.title,
        paper_id=row.s2,
        authors=tuple(row.authors),
        full_names=tuple(row.authors),
        year=row.year,
        venue=row.venue,
        short_venue=row.venue,
        citation_count=row.citation_count,
        reference_count=row.reference_count,
        fields_of_study=tuple(row.fields_of_study),
        doi=row.doi,
        arxiv_id=row.arxiv,
        acl_id=row.acl,
        dblp_key=row.dblp,
    )


def _named(record: Record, taken: set[str | None]) -> Record:
    """The record with an identifier, if it is to have one, that no other has."""
    name = f"{record.title}|{record.year}|{record.dblp_key}|{record.paper_id}"
    place = chance(name, "identifier")
    if record.doi or record.arxiv_id or place >= WITH_ARXIV:
        return record
    number = int(10**12 * chance(name, "number"))
    if place < WITH_DOI:
        return replace(record, doi=f"10.5555/{number:012}")
    year = min(max(record.year or 2015, 2007), 2022)
    preprint = f"{year % 100:02}{1 + number % 12:02}.{number // 12 % 10**5:05}"
    if preprint in taken:
        return record
    taken.add(preprint)
    return replace(record, arxiv_id=preprint)


def _covered(record: Record) -> Record:
    """The record with the gap, or with what the catalogue does not say of it."""
    name = f"{record.title}|{record.year}|{record.doi}|{record.dblp_key}|{record.paper_id}"
    if chance(name, "Semantic Scholar") < UNKNOWN_TO_S2:
        return replace(record, paper_id=None, corpus_id=None)
    if record.paper_id is not None:
        return record
    return replace(
        record,
        paper_id=hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest(),
        authors=record.authors or record.full_names,
        citation_count=record.citation_count or int(1000 ** chance(name, "citations")),
        reference_count=record.reference_count or 15 + int(40 * chance(name, "references")),
        fields_of_study=record.fields_of_study or ("Computer Science",),
    )


def _pool(records: list[Record]) -> tuple[Record, ...]:
    titles: set[str] = set()
    names: set[str] = set()
    pool = []
    for each in sorted(records, key=lambda r: (-r.citation_count, r.title, r.year or 0)):
        title, name = fold(each.title), slug(each.title)
        if title in titles or name in names or not _is_usable(each):
            continue
        titles.add(title)
        names.add(name)
        pool.append(each)
    return tuple(pool)


def _is_usable(record: Record) -> bool:
    """Whether a note can be about it, and a bullet name it: no brackets, which are links there,
    and a year, so that a note can cite what is older."""
    sayable = record.title.isprintable() and not set(record.title) & set("[]<>\\`|")
    short = 0 < len(slug(record.title).encode()) <= LONGEST_NAME
    return sayable and short and record.year is not None
