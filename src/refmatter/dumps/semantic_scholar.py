"""Read Semantic Scholar's dataset `papers`, JSON lines.

A record has the API's fields with lower-case names (`citationcount`), and the corpus id, by which
the datasets identify a work. "" and null both mean unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field

from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import DumpFile
from refmatter.dumps.filters import entry_of_work
from refmatter.dumps.json_stream import first_object_keys, read_json_entries
from refmatter.providers.semantic_scholar import records
from refmatter.providers.shapes import Maybe

NAME = "semantic_scholar"
LICENCE = "ODC-BY 1.0"
ATTRIBUTION = (
    "Semantic Scholar, https://www.semanticscholar.org/ (ODC-BY 1.0); in research, cite Kinney et "
    "al., The Semantic Scholar Open Data Platform, arXiv:2301.10140"
)


def _paper_id_from_url(value: object) -> object:
    """Return the paper id, which is the last part of a work's URL."""
    return value.rstrip("/").rpartition("/")[2] if isinstance(value, str) else value


class _S2Paper(records.S2Record):
    model_config = ConfigDict(alias_generator=lambda name: name.replace("_", ""))

    paper_id: Annotated[Maybe[str], BeforeValidator(_paper_id_from_url)] = Field(
        default=None, alias="url"
    )
    corpus_id: Maybe[int] = None
    s2_fields_of_study: Maybe[list[records.Category]] = None


def recognises(head: bytes) -> bool:
    """Whether the objects have a corpus id and a title; other datasets have no titles."""
    return {"corpusid", "title"} <= first_object_keys(head)


def read_entries(file: DumpFile) -> Iterator[Entry]:
    """Yield the papers of a file, each with its corpus id."""
    return read_json_entries(file, _S2Paper, _paper_entry)


def _paper_entry(paper: _S2Paper) -> Entry:
    """Return the entry of a paper."""
    work = records.work(paper)
    key = "" if paper.corpus_id is None else str(paper.corpus_id)
    return entry_of_work(NAME, key, work, corpus_id=paper.corpus_id)
