"""A ledger and what its titles mean -> the lines that name a wrong work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from benchmarks.library import fold

from scholar import Corpus, Record, openalex
from scholar.corpus import split

Line: TypeAlias = Mapping[str, Any]

NEAR = 2
"""Years between a preprint and its publication."""


class Truth:
    """Which works the identifiers of a corpus name, and which are one work under two records."""

    def __init__(self, corpus: Corpus) -> None:
        self._named: dict[tuple[str, str], list[Record]] = defaultdict(list)
        self._titled: dict[str, list[Record]] = defaultdict(list)
        for record in corpus.records:
            self._titled[fold(record.title)].append(record)
            for name in _names(record):
                self._named[name].append(record)

    def wrong(self, lines: Iterable[Line], meant: Mapping[str, Record | None]) -> list[str]:
        """The accepted lines that are not about the work meant, each with the reason."""
        found = []
        for line in lines:
            title = fold(line["title"])
            if line["decision"] == "accepted":
                reason = self._reason(line, meant[title]) if title in meant else "nobody named it"
                if reason:
                    found.append(f"{line['title']!r}: {reason}")
        return found

    def _reason(self, line: Line, meant: Record | None) -> str:
        if meant is None:
            return f"is known to nobody, and taken for {dict(line.get('ids', {}))}"
        same = [each for each in self._titled[fold(meant.title)] if _one_work(each, meant)]
        for scheme, value in line.get("ids", {}).items():
            named = self._named.get((scheme, value.lower()), [])
            if not any(each in same for each in named):
                whose = named[0].title if named else "no work at all"
                return f"{scheme} {value} is {whose!r} ({named[0].year if named else '?'})"
        return ""


def _names(record: Record) -> Iterator[tuple[str, str]]:
    """Everything that a service may call the work."""
    said = {
        "s2": record.paper_id,
        "doi": record.doi,
        "arxiv": record.arxiv_id,
        "acl": record.acl_id,
        "dblp": record.dblp_key,
        "openalex": openalex.work_id(record),
    }
    for scheme, value in said.items():
        if value is not None:
            yield scheme, value.lower()
    if record.arxiv_id is not None:
        bare = record.arxiv_id if "/" in record.arxiv_id else f"abs/{record.arxiv_id}"
        yield "doi", f"10.48550/arxiv.{record.arxiv_id}".lower()
        yield "dblp", f"journals/corr/{bare.replace('.', '-').replace('/', '-')}".lower()


def _one_work(one: Record, other: Record) -> bool:
    """Whether two records of one title are the preprint and the publication of one work."""
    if one == other:
        return True
    first, second = (_family(each) for each in (one, other))
    return bool(first) and first == second and abs((one.year or 0) - (other.year or 0)) <= NEAR


def _family(record: Record) -> str:
    names = record.full_names or record.authors
    return (split(names[0]) or [""])[-1] if names else ""
