"""Real title searches -> questions: what a bibliography says, and what a service answered.

The searches are `title-searches/*.jsonl.gz` in the folder that REFMATTER_DATA names: references
of papers of 2025 and 2026 and the hits of four services, from the MIT-licensed repository
markrussinovich/refchecker. Which hit is the work is told by what a matcher of titles does not
go by: names, years and identifiers; what those leave open was read by a person (`labels`).
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.matching.case import Case, Question
from benchmarks.matching.labels import Labels
from benchmarks.matching.works import folded, last_name

from refmatter.model import Answer, Failure, Lookup, Query, Rung, Work
from refmatter.providers import crossref, dblp, openalex, semantic_scholar
from refmatter.providers.base import Provider
from support import key_of

HITS: Final = 10
SHARE, ALIKE, APART = 0.6, 0.75, 2
"""A hit is the work where so many of the names (of the shorter list) are in both lists, so many
of all words in both titles, and no more years lie between."""

_NOBODY = frozenset({"", "al", "others"})
_ARXIV = re.compile(r"(?:arxiv\.org/(?:abs|pdf)/|arxiv:)(\d{4}\.\d{4,5})", re.IGNORECASE)

Hit = Mapping[str, Any]
Row = Mapping[str, Any]


def _crossref(hit: Hit) -> object:
    # The searches kept `published`; whole answers call the same date `issued` too.
    item = {**hit, "issued": hit.get("published")}
    return {"message": {"total-results": 1, "items": [item]}}


def _dblp(hit: Hit) -> object:
    return {"result": {"status": {"@code": "200"}, "hits": {"@total": "1", "hit": [hit]}}}


_SERVICES: Final[Mapping[str, tuple[Provider, Rung, Callable[[Hit], object]]]] = {
    "crossref": (crossref, Rung.TITLE_SEARCH, _crossref),
    "dblp": (dblp, Rung.TITLE_SEARCH, _dblp),
    # On this rung it reads a list of works for what it is, whatever was asked.
    "openalex": (
        openalex,
        Rung.CITING_REFERENCES,
        lambda hit: {"meta": {"count": 1}, "results": [hit]},
    ),
    "semantic-scholar": (semantic_scholar, Rung.TITLE_SEARCH, lambda hit: {"data": [hit]}),
}


def rows(folder: Path) -> Iterator[Row]:
    """The searches that found something, service by service."""
    for service in _SERVICES:
        with gzip.open(folder / f"{service}.jsonl.gz", "rt", encoding="utf-8") as lines:
            yield from (row for line in lines if (row := json.loads(line))["results"])


def cases(found: Iterator[Row], labels: Labels, left_out: Counter[str]) -> Iterator[Case]:
    """Each search twice: with the reference's names and year, and with the title only.

    Titles only are left out where a wrong hit has the very title: a review of the book, another
    paper of that name. Nobody could tell from the title.
    """
    for row in found:
        reference = row["reference"]
        hits = list(candidates(row))
        said = [_is_right(row, each, work, labels) for each, work in hits]
        if None in said:
            left_out["search"] += 1
            continue
        right = frozenset(each["id"] for (each, _), yes in zip(hits, said, strict=True) if yes)
        listed = [each for each, _ in hits]
        question = _question(reference, listed)
        yield Case("real", "search", question, right)
        if any(each["id"] not in right and _same_title(each, question) for each in listed):
            left_out["search_bare"] += 1
            continue
        yield Case("real", "search_bare", {**question, "year": None, "authors": None}, right)


def candidates(row: Row) -> Iterator[tuple[dict[str, Any], Work]]:
    """The first hits as candidates, each with what our reader made of it.

    A hit with a subtitle of its own is read as two works, with and without it.
    """
    for hit in row["results"][:HITS]:
        name = _id(row["provider"], hit)
        for work in read(row["provider"], hit):
            yield (
                {
                    "id": name,
                    "title": work.title,
                    "authors": list(work.authors or ()),
                    "year": work.year,
                    "venue": work.venue or None,
                    "doi": work.identifiers.doi,
                },
                work,
            )


def read(service: str, hit: Hit) -> Sequence[Work]:
    """A hit in an answer of its own, read as the service's answers are."""
    provider, rung, envelope = _SERVICES[service]
    query = Query(provider.INFO.name, rung, (Lookup(key=key_of(""), title=""),), "/")
    body = json.dumps(envelope(hit)).encode()
    reading = provider.read(query, Answer(200, "application/json", body, ""))
    if isinstance(reading, Failure):
        raise TypeError(f"{service} hit cannot be read: {reading.detail}")
    return reading[key_of("")]


def is_evident(reference: Mapping[str, Any], work: Work) -> bool:
    """Whether names and year, or names and an identifier, say that a hit is the work."""
    mine = {last_name(each) for each in reference["authors"]} - _NOBODY
    theirs = {last_name(each) for each in work.authors or ()} - _NOBODY
    both = mine & theirs
    if not both:
        return False
    if _identified(reference, work):
        return True
    years = (reference.get("year"), work.year)
    near = None in years or abs(int(years[0]) - int(years[1])) <= APART  # type: ignore[arg-type]  # neither is None
    words, others = set(folded(reference["title"])), set(folded(work.title))
    alike = len(words & others) >= ALIKE * len(words | others)
    return near and alike and len(both) >= SHARE * min(len(mine), len(theirs))


def _identified(reference: Mapping[str, Any], work: Work) -> bool:
    said = " ".join(str(reference.get(name) or "") for name in ("url", "doi", "venue"))
    doi, preprint = work.identifiers.doi, work.identifiers.arxiv
    return (doi is not None and doi in said.lower()) or preprint in _ARXIV.findall(said)


def _is_right(
    row: Row, candidate: Mapping[str, Any], work: Work, labels: Labels
) -> bool | None:  # fmt: skip
    label = labels.of(row["provider"], row["reference"]["title"], candidate["id"])
    return is_evident(row["reference"], work) if label is None else label.right


def _question(reference: Mapping[str, Any], listed: list[dict[str, Any]]) -> Question:
    return {
        "title": reference["title"],
        "year": reference.get("year"),
        "authors": list(reference["authors"]) or None,
        "candidates": listed,
    }


def _same_title(candidate: Mapping[str, Any], question: Question) -> bool:
    return folded(candidate["title"]) == folded(question["title"])


def _id(service: str, hit: Hit) -> str:
    if service == "crossref":
        return str(hit["DOI"]).lower()
    if service == "dblp":
        return str(hit["info"]["key"])
    return str(hit["paperId"] if service == "semantic-scholar" else hit["id"]).rpartition("/")[2]
