"""Read OpenAlex's snapshot of works, JSON lines or Parquet.

The service's page on the snapshot format describes its layout; a record is a work as the API
returns it. The abstract, an object whose keys are words, is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import DumpFile
from refmatter.dumps.filters import entry_of_work
from refmatter.dumps.json_stream import first_object_keys, read_json_entries
from refmatter.dumps.optional_deps import import_optional
from refmatter.dumps.record import BadRecord, SkippedRecord
from refmatter.providers.openalex import records
from refmatter.providers.shapes import Maybe

if TYPE_CHECKING:
    from pyarrow import parquet

NAME = "openalex"
LICENCE = "CC0 1.0"
ATTRIBUTION = "OpenAlex, https://openalex.org/ (CC0 1.0)"

BATCH_ROWS = 2000
"""Rows of a Parquet file that are in memory at a time."""

_PARQUET_MAGIC = b"PAR1"
_PARATEXT = SkippedRecord("paratext, such as a cover or a table of contents")


class _Record(records.OpenAlexRecord):
    title: Maybe[str] = None
    is_paratext: Maybe[bool] = None


def recognises(head: bytes) -> bool:
    """Whether the objects are works of OpenAlex, or the file is Parquet.

    The columns of Parquet are checked when it is read.
    """
    if head.startswith(_PARQUET_MAGIC):
        return True
    object_keys = first_object_keys(head)
    return (
        "id" in object_keys
        and bool(object_keys & {"display_name", "title"})
        and b"openalex.org/W" in head
    )


def read_entries(file: DumpFile) -> Iterator[Entry]:
    """Yield the works of a file; retracted ones are marked as such, and paratext is skipped."""
    if file.head.startswith(_PARQUET_MAGIC):
        yield from _parquet_entries(file)
    else:
        yield from read_json_entries(file, _Record, _record_entry)


def _record_entry(record: _Record) -> Entry:
    """Return the entry of a record."""
    if record.is_paratext or record.type == "paratext":
        return _PARATEXT
    if record.display_name is None and record.title is not None:
        record = record.model_copy(update={"display_name": record.title})
    work = records.work(record)
    return entry_of_work(NAME, (work and work.identifiers.openalex) or "", work)


def _parquet_entries(file: DumpFile) -> Iterator[Entry]:
    """Yield the entries of a Parquet file; only the columns that are used are read."""
    if not file.is_plain:
        yield BadRecord(file.path, None, "Parquet cannot be read from a pipe or a compressed file")
        return
    arrow = import_optional("pyarrow", "Parquet")
    parquet_file = cast(
        "type[parquet.ParquetFile]", import_optional("pyarrow.parquet", "Parquet").ParquetFile
    )
    try:
        with parquet_file(file.path) as table:
            columns = [name for name in _Record.model_fields if name in table.schema_arrow.names]
            if not {"id", "authorships"} <= set(columns):
                yield BadRecord(file.path, None, "it does not have the columns of OpenAlex's works")
                return
            for batch in table.iter_batches(BATCH_ROWS, columns=columns):
                for row in batch.to_pylist():
                    yield _record_entry(_Record.model_validate(row))
    except (arrow.ArrowException, OSError) as error:
        yield BadRecord(file.path, None, f"it is damaged or cut short: {error}")
