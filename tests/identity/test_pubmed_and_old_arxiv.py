"""Notes that have only an identifier of their discipline are completed by it, in few requests."""

from __future__ import annotations

from pathlib import Path

import pytest

from house import house
from scholar import Corpus, Record
from scholar.openalex import is_known

NOTES = 20
MOST_REQUESTS = 3


def of_discipline(key: str) -> list[Record]:
    """Works of plain titles that every service knows, with no identifier but that of `key`."""
    made = []
    for number, word in enumerate(f"substance{i}" for i in range(60)):
        record = Record(
            title=f"Effects of {word} on the growth of cells in culture",
            paper_id=f"{number:040x}",
            corpus_id=number + 1,
            authors=(f"A. Writer{number}",),
            full_names=(f"Anna Writer{number}",),
            year=1999,
            venue="Cell",
            short_venue="Cell",
            citation_count=30 + number,
            reference_count=10,
            fields_of_study=("Biology",),
            pmid=str(19872400 + number) if key == "pmid" else None,
            pmcid=f"PMC{2323700 + number}" if key == "pmcid" else None,
            arxiv_id=f"hep-th/99010{number:02}" if key == "arxiv" else None,
        )
        made.append(record)
    return [record for record in made if is_known(record)][:NOTES]


def note(key: str, record: Record) -> str:
    value = record.pmid or record.pmcid or record.arxiv_id or record.corpus_id
    return f"---\n{key}: {value}\nauthors:\nyear:\nvenue:\nnumCitedBy:\ntags:\n- paper\n---\n"


@pytest.mark.parametrize(
    ("key", "ladder"),
    [
        ("pmid", None), ("pmcid", None), ("arxiv", None), ("corpusid", None),
        ("pmid", ["openalex"]), ("pmcid", ["openalex"]), ("arxiv", ["openalex"]),
    ],
)  # fmt: skip
def test_notes_with_only_an_identifier_are_completed(
    tmp_path: Path, key: str, ladder: list[str] | None
) -> None:
    records = of_discipline(key)
    assert len(records) == NOTES
    settings = {} if ladder is None else {"ladder": [{"rung": "identifier", "ask": ladder}]}
    with house(tmp_path, Corpus(records), **settings) as vault:
        for number, record in enumerate(records):
            vault.put(f"note {number}.md", note(key, record))
        assert vault.enrich().code == 0
        assert vault.server is not None
        assert vault.server.requests() <= MOST_REQUESTS
        for number, record in enumerate(records):
            text = (vault.notes / f"note {number}.md").read_text()
            assert f"year: {record.year}\n" in text
            assert record.full_names[0].split()[-1] in text
            if ladder is None or key != "arxiv":  # OpenAlex has the preprint's record alone
                assert f"venue: {record.venue}\n" in text
            assert (f"numCitedBy: {record.citation_count}\n" in text) is (ladder is None)
