"""refmatter's small catalogue, the bundled one or one like it -> records.

`providers/bundled_catalog.py` tells of the file: a header, then a row a work.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace
from pydantic import ValidationError

from refmatter import titles
from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import Opened
from refmatter.dumps.filters import sifted
from refmatter.dumps.json_stream import keys, pieces
from refmatter.dumps.record import BadRecord
from refmatter.providers.bundled_catalog import Header, Row, row_of

NAME: Final = "catalog"
LICENCE: Final = "ODC-BY 1.0, CC BY 4.0 and CC0 1.0"
ATTRIBUTION: Final = (
    "refmatter's catalogue, from Semantic Scholar, https://www.semanticscholar.org/ (ODC-BY 1.0), "
    "DBLP, https://dblp.org/ (CC0 1.0), and the ACL Anthology, https://aclanthology.org/ "
    "(CC BY 4.0)"
)


def recognises(head: bytes) -> bool:
    """Lines whose first is a header, of whatever version."""
    return {"name", "schema_version", "columns"} <= keys(head) and b"refmatter" in head


def read(file: Opened) -> Iterator[Entry]:
    """Its works, and whether there are as many as the header promises."""
    lines = pieces(file)
    first = next(lines)
    try:
        header = Header.model_validate_json(b"" if isinstance(first, BadRecord) else first.text)
    except ValidationError:
        yield BadRecord(file.path, 1, "it is no header of a catalogue that this version reads")
        return
    if header.columns != Row._fields:
        yield BadRecord(file.path, 1, "it has other columns than this version reads")
        return
    count = 0
    for line in lines:
        count += 1
        if isinstance(line, BadRecord):
            yield line
            continue
        try:
            row = row_of(line.text)
        except ValidationError:
            yield BadRecord(file.path, line.line, "it is no row of a catalogue")
        else:
            yield _entry(row)
    if count != header.count:
        yield BadRecord(file.path, None, f"it promises {header.count} works and holds {count}")


def _entry(row: Row) -> Entry:
    """Its texts are Semantic Scholar's own, in which there may be LaTeX."""
    title = titles.readable(row.title)
    if not title:
        return sifted(NAME, "", None)
    work = replace(
        row.work,
        title=title,
        authors=tuple(filter(None, map(titles.readable, row.authors))) or None,
        venue=titles.readable(row.venue or ""),
    )
    return sifted(NAME, row.s2, work)
