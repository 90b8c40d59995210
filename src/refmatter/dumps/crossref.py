"""Crossref's public data file -> records.

Since 2026 it is JSON lines; before, a tar of files `{"items": […]}`, each packed. Both are read,
and one such file as well. A record is a work as the REST API gives it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

from msgspec.structs import replace
from pydantic import BeforeValidator

from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import Opened
from refmatter.dumps.filters import sifted
from refmatter.dumps.json_stream import entries, keys
from refmatter.dumps.record import SkippedRecord
from refmatter.providers import crossref
from refmatter.providers.shapes import Maybe

NAME: Final = "crossref"
LICENCE: Final = "facts, free to be used"
ATTRIBUTION: Final = "Crossref, https://www.crossref.org/ (facts, free to be used)"

_NO_WORK = SkippedRecord("a journal, a component, a grant or a review: no work of its own")
# Types that Crossref registers beside works (api.crossref.org/types).
_BESIDE = frozenset(
    {
        "book-series", "book-set", "component", "database", "grant", "journal", "journal-issue",
        "journal-volume", "peer-review", "proceedings-series", "report-component",
        "report-series", "standard-series",
    }
)  # fmt: skip
_RETRACTIONS = frozenset({"retraction", "removal", "withdrawal"})


def _listed(said: object) -> object:
    """One text as the list that the REST API makes of it: its CSL has it bare."""
    return [said] if isinstance(said, str) else said


_Texts = Annotated[Maybe[list[str]], BeforeValidator(_listed)]


class _DumpItem(crossref.CrossrefItem):
    title: _Texts = None
    subtitle: _Texts = None
    container_title: _Texts = None
    short_container_title: _Texts = None
    updated_by: Maybe[list[Maybe[crossref.Update]]] = None


def recognises(head: bytes) -> bool:
    """Objects with a DOI and what only Crossref says of it."""
    named = keys(head)
    ours = {"deposited", "indexed", "is-referenced-by-count", "member", "prefix"}
    return "DOI" in named and bool(named & {*ours, "references-count", "reference-count"})


def read(file: Opened) -> Iterator[Entry]:
    """Its works, each under its title with its subtitle and without. What was retracted is kept
    as such."""
    return entries(file, _DumpItem, _entry)


def _entry(item: _DumpItem) -> Entry:
    if item.type in _BESIDE:
        return _NO_WORK
    works = crossref.works(item)
    work = next(iter(works), None)
    if work and any(each and each.type in _RETRACTIONS for each in item.updated_by or ()):
        work = replace(work, retracted=True)
    key = (work and work.identifiers.doi) or (item.doi or "").lower()
    return sifted(NAME, key, work, tuple(each.title for each in works[1:]))
