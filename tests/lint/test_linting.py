from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from house import House, Said, house
from linting import findings, paper, rules
from refmatter.config.loading import load
from refmatter.files import lock_folder
from refmatter.lint.inspect import Inspection, LintScope, inspect_vault
from refmatter.lint.linting import LintResult, fix_note
from refmatter.lint.report import write_report
from refmatter.lint.rules import RULES
from refmatter.model import Outcome, Status
from refmatter.notes.frontmatter import KeyEdit
from refmatter.stages.learn import read_vault
from refmatter.state.ledger import Ledger
from support import ROOT, absent, snapshot

TITLE = "The noted work's own title"
WRONG = paper(TITLE, "- A reference of some length", "- A reference of some length",
              "- [Nothing](none.md)", year="'2019.'")  # fmt: skip
FOUND = ("3 findings", "3 paper notes", "1 dangling-link", "1 listed-twice", "1 year-not-number")
LEFT = ("1 finding", "3 paper notes", "1 dangling-link")
RIGHT = paper(TITLE, "- A reference of some length", "- [Nothing](none.md)", year="2019")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    with house(tmp_path) as made:
        made.put("b.md", paper("Another work's title", year=2000, venue="Y"))
        made.put("c.md", paper("A third work's title", year=2001, venue="Z"))
        yield made


def lint(home: House, *options: str) -> Said:
    return home.run("lint", "notes", "--config", "config.yaml", *options)


def test_nothing_found(home: House) -> None:
    result = lint(home)
    assert (result.code, result.out.count("\n"), result.err) == (0, 1, "")
    assert absent(result.out, "2 paper notes", "nothing found") == []


def test_what_is_found_is_told_and_nothing_is_written(home: House) -> None:
    home.put("a.md", WRONG)
    before = snapshot(home.folder)
    result = lint(home)
    assert (result.code, result.err) == (1, "")
    year, twice, link, blank, summary = result.out.splitlines()
    assert year.startswith("notes/a.md:4:1: year-not-number ")
    assert absent(year, "`year`", "2019", "2019.", "[--fix]") == []
    assert twice.startswith("notes/a.md:8:3: listed-twice ")
    assert absent(twice, "`A reference of some length`", "line 7", "[--fix]") == []
    assert link.startswith("notes/a.md:9:3: dangling-link ")
    assert (absent(link, "`none.md`"), "[--fix]" in link, blank) == ([], False, "")
    assert absent(summary, *FOUND, "--fix", 2) == []
    assert lint(home) == result
    assert snapshot(home.folder) == before


def test_what_is_certain_is_put_right_at_once(home: House) -> None:
    note = home.put("a.md", WRONG)
    result = lint(home, "--fix", "--diff")
    assert result.code == 1
    assert "-year: '2019.'\n+year: 2019\n" in result.out
    assert "--- a/a.md\n+++ b/a.md\n" in result.out
    summary = result.out.splitlines()[-1]
    assert absent(summary, *LEFT, "2 were put right") == []
    assert note.read_text() == RIGHT
    before = snapshot(home.folder)
    summary = lint(home, "--fix").out.splitlines()[-1]
    assert (absent(summary, *LEFT), "put right" in summary) == ([], False)
    assert snapshot(home.folder) == before


def test_a_dry_run_shows_it_and_writes_nothing(home: House) -> None:
    home.put("a.md", WRONG)
    before = snapshot(home.folder)
    result = lint(home, "--fix", "--dry-run", "--diff")
    assert result.code == 1
    assert "+year: 2019\n" in result.out
    assert absent(result.out.splitlines()[-1], "2 would be put right") == []
    assert snapshot(home.folder) == before


@pytest.mark.parametrize("option", ["--diff", "--dry-run"])
def test_what_goes_with_fix_alone(home: House, option: str) -> None:
    assert lint(home, option) == Said(2, "", f"refmatter: {option}: goes with --fix\n")


def test_a_note_that_cannot_be_read_is_found_and_makes_it_three(home: House) -> None:
    home.put("a.md", "---\ntitle: A title\nx: [1\n---\n")
    result = lint(home)
    assert result.code == 3
    assert result.out.startswith("notes/a.md:3: unreadable ")
    home.configure(lint={"disable": ["unreadable"]})
    result = lint(home)
    assert (result.code, result.out.count("\n")) == (3, 1)
    assert absent(result.out, "2 paper notes", "nothing found") == []


@pytest.mark.parametrize("chosen", ["github", "json", "sarif"])
def test_a_machine_reads_standard_output(home: House, chosen: str) -> None:
    home.put("a.md", WRONG)
    result = lint(home, "--format", chosen)
    assert result.code == 1
    summary = result.out if chosen == "github" else result.err
    assert absent(summary.splitlines()[-1], *FOUND, "--fix", 2) == []
    if chosen == "github":
        assert (
            "::error file=notes/a.md,line=4,col=1,title=refmatter year-not-number::" in result.out
        )
    else:
        assert json.loads(result.out)
    if chosen == "sarif":
        (run,) = json.loads(result.out)["runs"]
        assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(RULES)


def test_a_rule_can_be_switched_off(home: House) -> None:
    home.put("a.md", WRONG)
    home.configure(lint={"disable": ["dangling-link", "listed-twice"]})
    assert rules(home) == {"year-not-number": ["a.md:4:1"]}
    (run,) = json.loads(lint(home, "--format", "sarif").out)["runs"]
    assert "dangling-link" not in [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    lint(home, "--fix")
    assert (
        "- A reference of some length\n- A reference of some length"
        in (home.notes / "a.md").read_text()
    )


@pytest.mark.parametrize(
    ("name", "way_out"),
    [("dangling-lnk", " `dangling-link`?"), ("{x}", f": {', '.join(RULES)}")],
)
def test_an_unknown_rule_is_refused_with_its_line(home: House, name: str, way_out: str) -> None:
    home.config.write_text(f"# refmatter\nlint:\n  disable:\n  - same-work\n  - '{name}'\n")
    result = lint(home)
    assert (result.code, result.out) == (2, "")
    assert absent(result.err, "config.yaml:5: `lint.disable.1`", f"unknown rule `{name}`") == []
    assert result.err.rstrip().endswith(way_out)


def test_only_the_notes_that_are_named_are_looked_at_and_put_right(home: House) -> None:
    home.put("a.md", WRONG)
    home.put("d.md", WRONG.replace(TITLE, "Yet another work's own title"))
    found = home.run("lint", "notes/d.md", "--config", "config.yaml", "--format", "json")
    assert {finding["path"] for finding in json.loads(found.out)["findings"]} == {"notes/d.md"}
    home.run("lint", "notes/d.md", "--config", "config.yaml", "--fix")
    assert (home.notes / "a.md").read_text() == WRONG


def test_nobody_else_may_be_at_work_while_notes_are_put_right(home: House) -> None:
    home.put("a.md", WRONG)
    with lock_folder(home.folder):
        assert lint(home).code == 1
        result = lint(home, "--fix")
    assert (result.code, result.out) == (2, "")
    assert absent(result.err, home.folder, "another run") == []
    assert (home.notes / "a.md").read_text() == WRONG


def test_what_was_put_right_can_be_undone(home: House) -> None:
    home.put("a.md", WRONG)
    lint(home, "--fix")
    assert (home.notes / "a.md").read_text() != WRONG
    done = home.run("undo", "--vault", str(home.notes), "--config", str(home.config))
    assert done.code == 0
    assert "(lint --fix, " in done.out
    assert "would fill" not in done.out
    assert (home.notes / "a.md").read_text() == WRONG


def test_a_note_that_moved_on_since_is_left_as_it_is(home: House) -> None:
    home.put("a.md", WRONG)
    vault = read_vault(home.notes, load(home.config).vault)
    (note,) = [candidate for candidate in vault.notes if candidate.path == PurePosixPath("a.md")]
    home.put("a.md", WRONG + "moved on\n")
    outcome = fix_note(home.notes, note, [KeyEdit("year", 2019)], ["References"])
    assert outcome.status is Status.REFUSED
    assert absent(outcome.reason, "changed") == []
    assert (home.notes / "a.md").read_text() == WRONG + "moved on\n"


def test_a_note_that_moved_on_since_it_was_scanned_is_not_judged(home: House) -> None:
    home.put("a.md", WRONG)
    vault = read_vault(home.notes, load(home.config).vault)
    home.put("a.md", RIGHT)
    found = inspect_vault(vault, Ledger(), LintScope(["References"], 2100))
    assert [(finding.rule.name, finding.path.name) for finding in found.findings] == [
        ("unreadable", "a.md")
    ]
    assert (found.unread, found.fixes) == (1, ())


def test_a_year_that_stands_twice_is_not_put_right(home: House) -> None:
    home.put("a.md", WRONG.replace("tags:", "year: 2018\ntags:"))
    assert [
        finding["fixable"] for finding in findings(home) if finding["rule"] == "year-not-number"
    ] == [False]


def test_other_notes_are_let_be(home: House) -> None:
    home.put("diary.md", "---\nmood: 1\nmood: 2\n---\n# A day\n\n- [[nowhere]]\n")
    assert rules(home) == {}


def test_the_page_tells_of_every_rule_and_what_it_puts_right() -> None:
    page = (ROOT / "docs" / "lint.md").read_text()
    rows = re.findall(r"^\| `([a-z-]+)` \| (error|warning) \|.*\| (.*) \|$", page, re.MULTILINE)
    assert [(name, level) for name, level, _ in rows] == [
        (rule.name, rule.severity.value) for rule in RULES.values()
    ]
    mended = {name for name, _, fixed in rows if fixed != "no"}
    assert mended == {"moved-link", "listed-twice", "year-not-number"}


def test_a_note_that_was_not_put_right_is_named(
    home: House, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = Outcome(PurePosixPath("a.md"), Status.REFUSED, reason="changed meanwhile")
    done = LintResult(Inspection((), (), 1, 0), (refused,))
    write_report(done, home.notes, (), "text", diff=True)
    result = capsys.readouterr()
    assert done.refused == (refused,)
    assert result.err.endswith(" a.md: changed meanwhile\n")
    assert absent(result.out, "1 paper note", "nothing found", "0 were put right") == []
