"""Read Crossref's public data file.

Since 2026 it is JSON lines; before, a tar of compressed files `{"items": […]}`. Both are read, and
also one such file. A record is a work as the REST API returns it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec.structs import replace
from pydantic import BeforeValidator

from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import DumpFile
from refmatter.dumps.filters import entry_of_work
from refmatter.dumps.json_stream import first_object_keys, read_json_entries
from refmatter.dumps.record import SkippedRecord
from refmatter.providers import crossref
from refmatter.providers.shapes import Maybe

NAME = "crossref"
LICENCE = "facts, free to be used"
ATTRIBUTION = "Crossref, https://www.crossref.org/ (facts, free to be used)"

_NO_WORK = SkippedRecord("a journal, a component, a grant or a review: no work of its own")
# Types that Crossref registers beside works (api.crossref.org/types).
_NON_WORK_TYPES = frozenset(
    {
        "book-series", "book-set", "component", "database", "grant", "journal", "journal-issue",
        "journal-volume", "peer-review", "proceedings-series", "report-component",
        "report-series", "standard-series",
    }
)  # fmt: skip


def _as_list(value: object) -> object:
    """Return a single text as a list: CSL files have `title` as a text, the REST API as a list."""
    return [value] if isinstance(value, str) else value


_Texts = Annotated[Maybe[list[str]], BeforeValidator(_as_list)]


class _DumpItem(crossref.CrossrefItem):
    title: _Texts = None
    subtitle: _Texts = None
    container_title: _Texts = None
    short_container_title: _Texts = None


def recognises(head: bytes) -> bool:
    """Whether the objects have a DOI and a key that only Crossref uses."""
    object_keys = first_object_keys(head)
    crossref_keys = {"deposited", "indexed", "is-referenced-by-count", "member", "prefix"}
    return "DOI" in object_keys and bool(
        object_keys & {*crossref_keys, "references-count", "reference-count"}
    )


def read_entries(file: DumpFile) -> Iterator[Entry]:
    """Yield the works of a file, each with its title without the subtitle as another title."""
    return read_json_entries(file, _DumpItem, _item_entry)


def _item_entry(item: _DumpItem) -> Entry:
    """Return the entry of an item."""
    if item.type in _NON_WORK_TYPES:
        return _NO_WORK
    works = crossref.works(item)
    work = next(iter(works), None)
    if work and not work.retracted:
        work = replace(work, retracted=None)  # the file is of a day: a notice may have come since
    key = (work and work.identifiers.doi) or (item.doi or "").lower()
    return entry_of_work(NAME, key, work, tuple(titled_work.title for titled_work in works[1:]))
