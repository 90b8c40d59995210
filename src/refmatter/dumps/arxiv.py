"""arXiv's metadata as Kaggle has it, JSON lines -> records.

Titles and texts have hard line breaks and LaTeX in them. The authors are taken from
`authors_parsed`, which is in Unicode, the year from the first version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pydantic import ConfigDict

from refmatter.dumps import tex
from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import Opened
from refmatter.dumps.filters import sifted
from refmatter.dumps.json_stream import entries, keys
from refmatter.dumps.record import SkippedRecord
from refmatter.providers import arxiv
from refmatter.providers.shapes import Maybe, Shape

NAME: Final = "arxiv"
LICENCE: Final = "CC0 1.0"
ATTRIBUTION: Final = (
    "arXiv, https://arxiv.org/ (CC0 1.0). Thank you to arXiv for use of its open access "
    "interoperability."
)

_WITHDRAWN = re.compile(
    r"\W*(?:(?:th(?:is|e)\s+)?(?:\w+\s+)?(?:article|document|e-?print|manuscript|paper|preprint"
    r"|report|submission|work)\s+(?:is|was|(?:has|have)\s+been)\s+(?:temporarily\s+)?)?withdrawn\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b[12][0-9]{3}\b")
_MONTH = re.compile(r"(?:[a-z.-]+/)?([0-9]{2})(?:0[1-9]|1[0-2])", re.IGNORECASE)
_FIRST_YEAR = 91  # of arXiv itself; smaller numbers are of this century


class _Version(Shape):
    version: Maybe[str] = None
    created: Maybe[str] = None


class _Preprint(Shape):
    model_config = ConfigDict(alias_generator=lambda name: name.replace("_ref", "-ref"))

    id: Maybe[str] = None
    title: Maybe[str] = None
    authors: Maybe[str] = None
    authors_parsed: Maybe[list[Maybe[list[Maybe[str]]]]] = None
    comments: Maybe[str] = None
    abstract: Maybe[str] = None
    journal_ref: Maybe[str] = None
    doi: Maybe[str] = None
    versions: Maybe[list[Maybe[_Version]]] = None


def recognises(head: bytes) -> bool:
    """Objects with categories, and with versions or a submitter."""
    named = keys(head)
    return {"id", "title", "categories"} <= named and bool(
        named & {"versions", "authors_parsed", "submitter"}
    )


def read(file: Opened) -> Iterator[Entry]:
    """Its preprints, but for those whose authors withdrew them."""
    return entries(file, _Preprint, _entry)


def _entry(said: _Preprint) -> Entry:
    if any(_WITHDRAWN.match(each or "") for each in (said.comments, said.abstract)):
        return SkippedRecord("a withdrawn preprint")
    number = said.id or ""
    work = arxiv.work(
        arxiv.ArxivRecord(
            title=tex.readable(said.title or ""),
            names=tuple(_names(said)),
            year=_year(said),
            journal=tex.readable(said.journal_ref or ""),
            number=number,
            doi=said.doi or "",
        )
    )
    return sifted(NAME, (work and work.identifiers.arxiv) or number, work)


def _names(said: _Preprint) -> Iterator[str]:
    """`[family, given, suffix]`, behind which an affiliation may stand; a collaboration is a
    family name alone."""
    for each in said.authors_parsed or ():
        family, given, suffix = [*(each or ()), "", "", ""][:3]
        name = " ".join(part for part in (given, family, suffix) if part)
        yield tex.readable(name)


def _year(said: _Preprint) -> str:
    """That of the first version; where none is listed, the id has it."""
    first = next(iter(said.versions or ()), None)
    if found := _YEAR.search((first and first.created) or ""):
        return found[0]
    month = _MONTH.match(said.id or "")
    return f"{'19' if int(month[1]) >= _FIRST_YEAR else '20'}{month[1]}" if month else ""
