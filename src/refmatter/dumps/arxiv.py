"""Read arXiv's metadata as published on Kaggle, JSON lines.

Titles have hard line breaks and LaTeX in them. Authors are read from `authors_parsed`, which is in
Unicode; the year is that of the first version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import ConfigDict

from refmatter.dumps import tex
from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import DumpFile
from refmatter.dumps.filters import entry_of_work
from refmatter.dumps.json_stream import first_object_keys, read_json_entries
from refmatter.dumps.record import SkippedRecord
from refmatter.providers import arxiv
from refmatter.providers.shapes import Maybe, Shape

NAME = "arxiv"
LICENCE = "CC0 1.0"
ATTRIBUTION = (
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
_FIRST_ARXIV_YEAR = 91  # of arXiv itself; smaller numbers are of this century


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
    """Whether the objects have categories, and versions or a submitter."""
    object_keys = first_object_keys(head)
    return {"id", "title", "categories"} <= object_keys and bool(
        object_keys & {"versions", "authors_parsed", "submitter"}
    )


def read_entries(file: DumpFile) -> Iterator[Entry]:
    """Yield the preprints of a file; withdrawn ones are skipped."""
    return read_json_entries(file, _Preprint, _preprint_entry)


def _preprint_entry(preprint: _Preprint) -> Entry:
    """Return the entry of a preprint."""
    if any(_WITHDRAWN.match(text or "") for text in (preprint.comments, preprint.abstract)):
        return SkippedRecord("a withdrawn preprint")
    number = preprint.id or ""
    work = arxiv.work(
        title=tex.latex_to_text(preprint.title or ""),
        names=_author_names(preprint),
        year=_first_year(preprint),
        journal=tex.latex_to_text(preprint.journal_ref or ""),
        number=number,
        doi=preprint.doi or "",
    )
    return entry_of_work(NAME, (work and work.identifiers.arxiv) or number, work)


def _author_names(preprint: _Preprint) -> Iterator[str]:
    """Yield the authors' names, given name first.

    An item of `authors_parsed` is `[family, given, suffix, affiliation…]`; a collaboration has a
    family name only.
    """
    for parts in preprint.authors_parsed or ():
        family_name, given_name, suffix = [*(parts or ()), "", "", ""][:3]
        name = " ".join(part for part in (given_name, family_name, suffix) if part)
        yield tex.latex_to_text(name)


def _first_year(preprint: _Preprint) -> str:
    """Return the year of the first version, or else that in the arXiv id; "" if unknown."""
    first = next(iter(preprint.versions or ()), None)
    if year := _YEAR.search((first and first.created) or ""):
        return year[0]
    month = _MONTH.match(preprint.id or "")
    return f"{'19' if int(month[1]) >= _FIRST_ARXIV_YEAR else '20'}{month[1]}" if month else ""
