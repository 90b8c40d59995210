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
