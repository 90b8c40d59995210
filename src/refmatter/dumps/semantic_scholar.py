"""Semantic Scholar's dataset `papers`, JSON lines -> records.

A record says what the API's does, in names of small letters (`citationcount`), and beside it the
corpus id, which is the number by which the datasets know a work. "" and null both mean unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import BeforeValidator, ConfigDict, Field

from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import Opened
from refmatter.dumps.filters import sifted
from refmatter.dumps.json_stream import entries, keys
from refmatter.providers.semantic_scholar import records
from refmatter.providers.shapes import Maybe

NAME: Final = "semantic_scholar"
LICENCE: Final = "ODC-BY 1.0"
ATTRIBUTION: Final = (
    "Semantic Scholar, https://www.semanticscholar.org/ (ODC-BY 1.0); in research, cite Kinney et "
    "al., The Semantic Scholar Open Data Platform, arXiv:2301.10140"
)


def _end_of_url(said: object) -> object:
    """The paper id, with which the URL of a work ends."""
    return said.rstrip("/").rpartition("/")[2] if isinstance(said, str) else said


class _S2Paper(records.S2Record):
    model_config = ConfigDict(alias_generator=lambda name: name.replace("_", ""))

    paper_id: Annotated[Maybe[str], BeforeValidator(_end_of_url)] = Field(default=None, alias="url")
    corpus_id: Maybe[int] = None
    s2_fields_of_study: Maybe[list[records.Category]] = None


def recognises(head: bytes) -> bool:
    """Objects with a corpus id and a title; the other datasets have no titles."""
    return {"corpusid", "title"} <= keys(head)


def read(file: Opened) -> Iterator[Entry]:
    """Its works, each with its corpus id."""
    return entries(file, _S2Paper, _entry)


def _entry(paper: _S2Paper) -> Entry:
    work = records.work(paper)
    key = "" if paper.corpus_id is None else str(paper.corpus_id)
    return sifted(NAME, key, work, corpus=paper.corpus_id)
