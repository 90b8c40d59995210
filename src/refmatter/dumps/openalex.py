"""OpenAlex's snapshot of works, JSON lines or Parquet -> records.

Its layout is that of the service's page on the snapshot format: a record is a work as the API
gives it. Of the abstract, an object whose names are words, nothing is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, cast

from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import Opened
from refmatter.dumps.filters import sifted
from refmatter.dumps.json_stream import entries, keys
from refmatter.dumps.optional_deps import needed
from refmatter.dumps.record import BadRecord, SkippedRecord
from refmatter.providers.openalex import records
from refmatter.providers.shapes import Maybe

if TYPE_CHECKING:
    from pyarrow import parquet

NAME: Final = "openalex"
LICENCE: Final = "CC0 1.0"
ATTRIBUTION: Final = "OpenAlex, https://openalex.org/ (CC0 1.0)"

BATCH = 2000
"""Rows of a Parquet file that are held at a time."""

_PARQUET = b"PAR1"
_PARATEXT = SkippedRecord("paratext, such as a cover or a table of contents")


class _Record(records.OpenAlexRecord):
    title: Maybe[str] = None
    is_paratext: Maybe[bool] = None


def recognises(head: bytes) -> bool:
    """Objects that OpenAlex names works by, or Parquet: whose columns are seen on reading."""
    if head.startswith(_PARQUET):
        return True
    named = keys(head)
    return "id" in named and bool(named & {"display_name", "title"}) and b"openalex.org/W" in head


def read(file: Opened) -> Iterator[Entry]:
    """Its works; retracted ones are kept as such, and paratext is left."""
    if file.head.startswith(_PARQUET):
        yield from _rows(file)
    else:
        yield from entries(file, _Record, _entry)


def _entry(record: _Record) -> Entry:
    if record.is_paratext or record.type == "paratext":
        return _PARATEXT
    if record.display_name is None and record.title is not None:
        record = record.model_copy(update={"display_name": record.title})
    work = records.work(record)
    return sifted(NAME, (work and work.identifiers.openalex) or "", work)


def _rows(file: Opened) -> Iterator[Entry]:
    """The works of a Parquet file, of which only the columns are read that say something here."""
    if not file.plain:
        yield BadRecord(
            file.path, None, "Parquet is read from its end: give it as a file, not packed"
        )
        return
    arrow = needed("pyarrow", "Parquet")
    reading = cast("type[parquet.ParquetFile]", needed("pyarrow.parquet", "Parquet").ParquetFile)
    try:
        with reading(file.path) as table:
            columns = [each for each in _Record.model_fields if each in table.schema_arrow.names]
            if not {"id", "authorships"} <= set(columns):
                yield BadRecord(file.path, None, "it has not the columns of OpenAlex's works")
                return
            for batch in table.iter_batches(BATCH, columns=columns):
                for row in batch.to_pylist():
                    yield _entry(_Record.model_validate(row))
    except (arrow.ArrowException, OSError) as error:
        yield BadRecord(file.path, None, f"it is damaged or cut short: {error}")
