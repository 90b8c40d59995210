"""A person's hand and ours on the same notes, run after run."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import scholar
from house import House, house
from scholar import Corpus

NOTE = """\
---
title: Attention is All you Need
authors:
year:
venue:
numCitedBy:
tags:
- paper
---
"""


def of_attention() -> Corpus:
    small = scholar.small()
    records = [r for r in small.records if r.title.lower() == "attention is all you need"]
    assert len(records) == 1
    return Corpus(records)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as vault:
        vault.put("a.md", NOTE)
        assert vault.enrich("--offline").code == 0
        yield vault


def change(made: House, old: str, new: str, name: str = "a.md") -> str:
    """Edit a note as a person would; its text then."""
    note = made.notes / name
    text = note.read_text()
    assert old in text
    note.write_text(text.replace(old, new))
    return note.read_text()


def count(made: House, name: str = "a.md") -> str:
    text = (made.notes / name).read_text()
    (line,) = [row for row in text.splitlines() if row.startswith("numCitedBy")]
    return line.partition(":")[2].strip()


def run(made: House, *options: str) -> str:
    """A run; the note afterwards."""
    assert made.enrich("--offline", *options).code == 0
    return (made.notes / "a.md").read_text()


@pytest.mark.parametrize("gone", ["year: 2017\n", "venue: NIPS\n", "meta_key: a\n"])
def test_what_is_taken_out_stays_out_until_it_is_asked_for(made: House, gone: str) -> None:
    mine = change(made, gone, "")
    full = mine
    for options in ([], ["--refresh"], []):
        assert run(made, *options) == mine
    report = made.report("--offline")
    name = {"y": "year", "v": "venue", "m": "key"}[gone[0]]
    assert report["fields"][name]["left"] == {"taken out by you": 1}
    why = made.run("why", str(made.notes / "a.md"), name).out
    assert "yours since" in why
    assert "--refill-removed" in why
    assert run(made, "--refill-removed", "--only", "authors") == mine
    full = run(made, "--refill-removed")
    assert gone in full
    assert run(made) == full
    assert run(made, "--refill-removed") == full


def test_what_is_emptied_is_not_filled_and_costs_no_byte(made: House) -> None:
    mine = change(made, "year: 2017", "year:")
    assert run(made) == mine
    ledger = made.ledger.read_bytes()
    assert run(made) == mine
    assert made.ledger.read_bytes() == ledger
    assert b'"year":"~' in ledger


def test_notes_and_ledger_reverted_together_are_filled_again(made: House) -> None:
    filled = (made.notes / "a.md").read_text()
    made.put("a.md", NOTE)
    made.ledger.unlink()
    assert run(made) == filled


@pytest.mark.skipif(not shutil.which("git"), reason="a checkout takes git")
def test_a_checkout_of_notes_and_ledger_fills_again(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *arguments], check=True, cwd=tmp_path, capture_output=True)

    with house(tmp_path) as made:
        made.put("a.md", NOTE)
        made.put("b.md", NOTE.replace("Attention is All you Need", "Adam"))
        made.enrich("--offline", "--only", "key")
        git("init", "--quiet")
        git("add", "notes", "refmatter.lock")
        git("commit", "--quiet", "-m", "x")
        filled = run(made)
        git("checkout", "--quiet", ".")
        assert (made.notes / "a.md").read_text() != filled
        assert run(made) == filled


def test_a_count_of_a_persons_is_never_renewed_again(tmp_path: Path) -> None:
    corpus = of_attention()
    ours = str(corpus.records[0].citation_count)
    with house(tmp_path, corpus, providers={"catalog": {"enabled": False}}) as made:
        made.put("a.md", NOTE)
        assert made.enrich().code == 0
        assert count(made) == ours
        theirs = str(int(ours) + 5)
        change(made, f"numCitedBy: {ours}", f"numCitedBy: {theirs}")
        assert made.enrich("--refresh").code == 0
        assert count(made) == theirs  # what the service will say one day
    newer = Corpus([replace(corpus.records[0], citation_count=int(theirs))])
    with house(tmp_path, newer, providers={"catalog": {"enabled": False}}) as made:
        assert made.enrich("--refresh").code == 0
        change(made, f"numCitedBy: {theirs}", f"numCitedBy: {ours}")  # and back again
        assert made.enrich("--refresh").code == 0
        assert count(made) == ours
        change(made, "title: Attention is All you Need", "title: Attention Is All You Need!")
        assert made.enrich("--refresh").code == 0
        assert count(made) == ours
        made.ledger.write_bytes(made.ledger.read_bytes())
        (made.notes / "a.md").rename(made.notes / "renamed.md")
        assert made.enrich("--refresh").code == 0
        assert count(made, "renamed.md") == ours
        assert "notes/a.md" not in made.ledger.read_text()


def test_a_count_of_ours_follows_its_note_to_another_title_and_name(tmp_path: Path) -> None:
    corpus = of_attention()
    with house(tmp_path, corpus, providers={"catalog": {"enabled": False}}) as made:
        made.put("a.md", NOTE)
        assert made.enrich().code == 0
    newer = Corpus([replace(corpus.records[0], citation_count=777_777)])
    with house(tmp_path, newer, providers={"catalog": {"enabled": False}}) as made:
        change(made, "title: Attention is All you Need", "title: Attention is All you Need?")
        (made.notes / "a.md").rename(made.notes / "b.md")
        assert made.enrich("--refresh").code == 0
        assert count(made, "b.md") == "777777"
