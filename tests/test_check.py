"""`refmatter check`: what `enrich` would change, at file and line, and nobody asked."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from house import House, Said, house
from refmatter import commands
from refmatter.check.pending_changes import pending_findings
from refmatter.check.rules import RULES
from refmatter.config.loading import load
from refmatter.location import locate_vault
from refmatter.pipeline import enrich
from refmatter.run_model import Options
from refmatter.state.run_manifest import SLACK
from scholar import Corpus, Record
from support import absent, snapshot

ATTENTION = "---\ntitle: Attention is All you Need\nauthors:\nyear: null\ntags:\n- paper\n---\n"
FULL = """\
---
title: A Work That Nobody Knows But Me
authors:
- A. Body
year: 2001
venue: ICML
tags:
- paper
---
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    with house(tmp_path) as made:
        made.put("a.md", ATTENTION)
        yield made


def check(made: House, *options: str) -> Said:
    return made.run("check", str(made.notes), "--config", str(made.config), *options)


def found(made: House, *options: str) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = json.loads(check(made, "--format", "json", *options).out)[
        "findings"
    ]
    return result


def test_it_is_red_where_a_note_would_change_and_green_after_enrich(home: House) -> None:
    before = snapshot(home.notes)
    result = check(home)
    assert result.code == commands.WOULD_CHANGE
    assert result.out.startswith("notes/a.md:3: incomplete-note ")
    finding, *_, summary = result.out.splitlines()
    assert absent(finding, "year: 2017 (the catalogue)", "authors", "(5 more)") == []
    assert absent(finding, "Ashish Vaswani, Noam M. Shazeer, Niki Parmar, …") == []
    assert absent(summary, "1 found", "1 incomplete-note") == []
    assert (snapshot(home.notes), home.ledger.exists()) == (before, False)
    assert home.enrich("--offline").code == commands.DONE
    assert check(home) == Said(commands.DONE, "nothing would change\n", "")
    assert check(home, "-q") == Said(commands.DONE, "", "")


def test_the_line_is_that_of_the_first_key_that_gets_a_value(home: House) -> None:
    home.put("a.md", ATTENTION.replace("authors:\n", "").replace("title", "x: y\ntitle"))
    assert [finding["line"] for finding in found(home)] == [4]
    home.put("a.md", "---\ntitle: Attention is All you Need\ntags:\n- paper\n---\n")
    assert [finding["line"] for finding in found(home)] == [1]


def test_a_note_that_cannot_be_read_is_a_finding_too(home: House) -> None:
    home.put("bad.md", "---\ntitle: [unclosed\n---\n")
    home.put("twice.md", ATTENTION.replace("year: null", "year:\nyear:").replace("authors:\n", ""))
    result = check(home)
    assert result.code == commands.INCOMPLETE
    rules = {Path(finding["path"]).name: finding["rule"] for finding in found(home)}
    assert rules == {"a.md": "incomplete-note", "bad.md": "unreadable", "twice.md": "unchangeable"}
    assert {finding["severity"] for finding in found(home)} == {"warning", "error"}


def test_a_link_and_a_note_to_be_made_are_findings(home: House) -> None:
    home.configure(references={"create": "linked"})
    text = ATTENTION + "## References\n- [Layer Normalization](./layer-normalization.md)\n"
    home.put("a.md", text)
    by_name = {Path(finding["path"]).name: finding for finding in found(home)}
    assert by_name["layer-normalization.md"]["rule"] == "missing-note"
    assert by_name["layer-normalization.md"]["line"] is None
    message = by_name["layer-normalization.md"]["message"]
    assert absent(message, "title: Layer Normalization") == []
    home.put(
        "a.md",
        text.replace("[Layer Normalization](./layer-normalization.md)", "Layer Normalization"),
    )
    home.configure(references={"create": "all"})
    (links,) = [finding for finding in found(home) if finding["path"].endswith("a.md")]
    assert absent(links["message"], "1 reference", "link") == []


@pytest.mark.parametrize("chosen", ["text", "github", "json", "sarif"])
def test_what_machines_read_stands_alone_and_the_diff_is_shown_to_people(
    home: House, chosen: str
) -> None:
    result = check(home, "--format", chosen, "--diff")
    machine = chosen in ("json", "sarif")
    people = result.err if machine else result.out
    assert "+year: 2017" in people
    assert people.endswith("1 found: 1 incomplete-note\n")
    if chosen == "github":
        assert (
            "\n::warning file=notes/a.md,line=3,title=refmatter incomplete-note::would " in people
        )
    if chosen == "sarif":
        (run,) = json.loads(result.out)["runs"]
        assert [finding["id"] for finding in run["tool"]["driver"]["rules"]] == [
            r.name for r in RULES
        ]
        assert [finding["ruleId"] for finding in run["results"]] == ["incomplete-note"]


def test_a_report_is_written_beside_it(home: House) -> None:
    result = check(home, "--report", str(home.folder / "report.md"), "-q")
    assert result.code == commands.WOULD_CHANGE
    (headline,) = re.findall("^# .*", (home.folder / "report.md").read_text(), re.MULTILINE)
    assert absent(headline, "1 note", "2 values") == []
    kept = home.put("mine.md", FULL)
    assert check(home, "--report", str(kept)).code == commands.USAGE


def test_services_are_asked_only_online(tmp_path: Path) -> None:
    record = Record(
        "Neural Notes Of Great Length", "a" * 40, authors=("Q. Body",), year=2020, venue="ACL"
    )
    with house(tmp_path, Corpus([record])) as made:
        made.put("a.md", "---\ntitle: Neural Notes Of Great Length\ntags:\n- paper\n---\n")
        assert made.server
        check(made)
        assert made.server.requests() == 0
        assert check(made, "--online").code == commands.WOULD_CHANGE
        assert made.server.requests()
        assert not made.ledger.exists()
    with house(tmp_path / "down") as made:
        made.put("a.md", "---\ntitle: Neural Notes Of Great Length\ntags:\n- paper\n---\n")
        result = check(made, "--online", "-q")
        assert result.code == commands.INCOMPLETE
        assert absent(result.err, "Crossref: unreachable") == []


DISAGREEING = """\
---
title: Attention is All you Need
doi: 10.48550/arXiv.1706.03762
authors: [Jane Roe, John Doe]
venue:
year: 1990
---
"""


def test_a_field_that_disagrees_with_the_work_is_a_finding_that_does_not_fail(home: House) -> None:
    home.put("a.md", DISAGREEING)
    result = check(home, "--format", "github")
    assert result.code == commands.DONE
    authors, year = (line for line in result.out.splitlines() if line.startswith("::"))
    place = "::notice file=notes/a.md,line={},title=refmatter disagreeing-note::{}: "
    assert authors.startswith(place.format(4, "authors"))
    assert year.startswith(place.format(6, "year"))
    assert absent(year, "1990", "2017") == []
    rows = [(row["rule"], row["severity"], row["line"]) for row in found(home)]
    assert rows == [("disagreeing-note", "note", 4), ("disagreeing-note", "note", 6)]
    text = check(home).out
    assert absent(text, "a.md:4: disagreeing-note", "2 disagreeing-note", "nothing would") == []
    assert check(home, "--quiet").out == ""
    assert check(home, "--quiet", "--format", "github").out.count("::notice") == 2
    home.put("b.md", ATTENTION)
    result = check(home)
    assert (result.code, "nothing would" in result.out) == (commands.WOULD_CHANGE, False)


def test_a_disagreement_is_found_again_after_a_run_at_rest(home: House) -> None:
    home.put("a.md", DISAGREEING)
    home.configure(refresh_after_days={"citation_count": None, "reference_count": None})
    assert home.enrich("--offline").code == commands.DONE
    time.sleep(SLACK / 1e9 + 0.1)
    assert [len(found(home)) for _ in range(2)] == [2, 2]


def test_what_no_key_says_disagrees_on_the_first_line(home: House) -> None:
    """The title has the year, and the note is named by an identifier."""
    home.put("a.md", DISAGREEING.replace("year: 1990\n", "").replace("[Jane Roe, John Doe]", ""))
    assert found(home) != []
    text = "---\ndoi: 10.48550/arXiv.1706.03762\ntags: [paper]\nvenue:\n---\n\n"
    home.put("a.md", f"{text}# Vaswani et al. 1990 - Attention is All you Need\n")
    assert [(row["rule"], row["line"]) for row in found(home)] == [("disagreeing-note", 1)]


def test_a_note_that_is_gone_meanwhile_has_no_line(home: House) -> None:
    home.put("a.md", DISAGREEING)
    result = enrich(
        locate_vault([home.notes], None), load(home.config), Options(dry=True, offline=True)
    )
    (home.notes / "a.md").unlink()
    assert [finding.line for finding in pending_findings(result)] == [None, None]


_LOADED = """
import sys
from refmatter.commands import main
code = main(sys.argv[1:])
print(code, "refmatter.pipeline" in sys.modules, file=sys.stderr)
"""


@pytest.mark.parametrize("before", [("enrich",), ("check",)])
def test_what_a_run_found_at_rest_is_not_looked_at_again(
    home: House, before: tuple[str, ...]
) -> None:
    home.configure(refresh_after_days={"citation_count": None, "reference_count": None})
    assert home.enrich("--offline").code == commands.DONE
    time.sleep(SLACK / 1e9 + 0.1)  # a ledger that was just written may be written again unseen
    assert home.run(*before, str(home.notes), "--config", str(home.config)).code == commands.DONE
    result = subprocess.run(
        [sys.executable, "-c", _LOADED, "check", home.notes, "--config", home.config, "-q"],
        text=True, capture_output=True, check=True,
    )  # fmt: skip
    assert (result.stdout, result.stderr) == ("", "0 False\n")
    assert json.loads(check(home, "--format", "json").out)["findings"] == []
