"""`nightly` finds out that a settled work was retracted, and names it before all else."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

from house import Said, house
from refmatter import commands
from scholar import Corpus, Record
from support import absent

NOTE = "---\ntitle: Neural Notes Of Great Length\ntags:\n- paper\n---\n"
RECORD = Record(
    "Neural Notes Of Great Length", "a" * 40, authors=("Q. Body",), year=2020, venue="ACL",
    fields_of_study=("Computer Science",), citation_count=3, reference_count=5, doi="10.1000/1",
)  # fmt: skip


def test_a_work_that_was_retracted_since_is_named_first_and_no_note_is_touched(
    tmp_path: Path,
) -> None:
    with house(tmp_path, Corpus([RECORD])) as made:
        note = made.put("a.md", NOTE)
        made.enrich()
        lines = made.ledger.read_text()
        assert "status_checked" not in lines
    before = note.read_bytes()
    shutil.rmtree(tmp_path / "cache", ignore_errors=True)
    with house(tmp_path, Corpus([replace(RECORD, retracted=True)])) as made:
        log = tmp_path / "log.jsonl"
        options = (str(made.notes), "--config", str(made.config), "--log-json", str(log))
        said = made.run("nightly", *options)
        assert (said.code, said.err) == (commands.DONE, "")
        assert absent(said.out, "retracted", "a.md", "OpenAlex", "Crossref") == []
        assert said.out.count("\n") == 1
        assert note.read_bytes() == before
        assert made.lines()[RECORD.title]["retracted"] == ["crossref", "openalex"]
        (event,) = [
            line
            for line in map(json.loads, log.read_text().splitlines())
            if line["event"] == "retracted"
        ]
        assert (event["path"], event["services"]) == ("notes/a.md", ["crossref", "openalex"])
        assert made.run("nightly", *options) == Said(commands.DONE, "", "")
        made.put("0.md", NOTE.replace("Neural", "Other").replace("tags", "year: 9999\ntags"))
        found = made.run("lint", str(made.notes), "--config", str(made.config)).out.splitlines()
        assert [" retracted " in line for line in found[:2]] == [True, False]
        assert absent(found[0], "a.md", "OpenAlex", "Crossref") == []


def test_a_work_that_is_found_retracted_heads_the_summary(tmp_path: Path) -> None:
    with house(tmp_path, Corpus([replace(RECORD, retracted=True)])) as made:
        made.put("a.md", NOTE)
        made.configure(ladder=[{"rung": "title_search", "ask": ["crossref"]}])
        said = made.enrich()
        assert "retracted" in said.out.splitlines()[0]
        assert absent(said.out, "notes/a.md", "Crossref") == []
        assert "retracted" not in made.enrich().out


PREPRINT = Record(
    "Neural Notes Of Great Length", "b" * 40, authors=("Q. Body", "R. Else"), year=2020,
    venue="arXiv.org", short_venue="CoRR", citation_count=3, arxiv_id="2006.01234",
)  # fmt: skip
PUBLISHED = replace(PREPRINT, year=2022, venue="ACL", short_venue="ACL", doi="10.1000/1")


def _filled(folder: Path, text: str) -> Path:
    """Return a note that a run has filled from the preprint."""
    with house(folder, Corpus([PREPRINT])) as made:
        note = made.put("a.md", text)
        made.put(
            "b.md", "---\ntitle: Some Other Paper Of Old Times\nyear: 1999\nvenue: EMNLP\n---\n"
        )
        made.enrich()
    shutil.rmtree(folder / "cache", ignore_errors=True)
    return note


def test_year_and_venue_that_refmatter_wrote_follow_the_publication(tmp_path: Path) -> None:
    note = _filled(tmp_path, "---\ntitle: Neural Notes Of Great Length\nyear:\nvenue:\n---\n")
    before = note.read_text()
    assert absent(before, "year: 2020", "arXiv") == []
    with house(tmp_path, Corpus([PUBLISHED])) as made:
        options = (str(made.notes), "--config", str(made.config))
        said = made.run("nightly", *options)
        assert (said.code, said.err) == (commands.DONE, "")
        assert absent(said.out, "year 1", "venue 1") == []
        after = note.read_text()
        assert absent(after, "year: 2022", "venue: ACL") == []
        assert len(after.splitlines()) == len(before.splitlines())
        assert made.run("nightly", *options) == Said(commands.DONE, "", "")
        assert made.enrich().code == commands.DONE
        assert note.read_text() == after


def test_a_persons_year_and_venue_are_reported_and_stay(tmp_path: Path) -> None:
    text = "---\ntitle: Neural Notes Of Great Length\nauthors:\nyear: 2020\nvenue: arXiv\n---\n"
    note = _filled(tmp_path, text)
    before = note.read_bytes()
    with house(tmp_path, Corpus([PUBLISHED])) as made:
        options = (str(made.notes), "--config", str(made.config))
        said = made.run("nightly", *options)
        assert note.read_bytes() == before
        assert absent(said.out, "a.md", "published") == []
        assert made.run("nightly", *options).out == ""


def test_with_prefer_preprint_nothing_follows(tmp_path: Path) -> None:
    note = _filled(tmp_path, "---\ntitle: Neural Notes Of Great Length\nyear:\nvenue:\n---\n")
    before = note.read_bytes()
    with house(tmp_path, Corpus([PUBLISHED]), prefer="preprint") as made:
        assert made.run("nightly", str(made.notes), "--config", str(made.config)).out == ""
        assert note.read_bytes() == before


def test_arxiv_links_a_preprint_with_its_publication(tmp_path: Path) -> None:
    note = _filled(tmp_path, "---\ntitle: Neural Notes Of Great Length\nyear:\nvenue:\n---\n")
    linked = replace(PUBLISHED, paper_id=None)
    ask = ["openalex", "crossref", "arxiv"]
    with house(tmp_path, Corpus([linked]), ladder=[{"rung": "identifier", "ask": ask}]) as made:
        made.run("nightly", str(made.notes), "--config", str(made.config))
        assert absent(note.read_text(), "year: 2022", "venue: ACL") == []
