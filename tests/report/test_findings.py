from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import jsonschema
import pytest

from refmatter.findings import Finding, FindingRule, Severity
from refmatter.report.findings import by_rule
from refmatter.report.formats import FINDINGS_FORMATS
from refmatter.report.labels import from_here, from_repository

BAD = FindingRule("bad-thing", Severity.ERROR, "Something is bad.", "Make it good.")
ODD = FindingRule("odd-thing", Severity.WARNING, "Something is odd.", "Look at it.")
FINDINGS = (
    Finding(BAD, PurePosixPath("a.md"), "50% of\r\nit: bad, all of it", 3, 5),
    Finding(ODD, PurePosixPath("sub, x/b:1 é%.md"), "odd", 2, fixable=True),
    Finding(ODD, PurePosixPath("c.md"), "odd as a whole"),
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A vault in the folder `notes` of a repository, which is the current folder."""
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    (tmp_path / ".git").mkdir()
    (tmp_path / "notes").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "notes"


def lines(chosen: str, root: Path, findings: Sequence[Finding] = FINDINGS) -> list[str]:
    return list(FINDINGS_FORMATS[chosen].writer()(findings, [BAD, ODD], root))


def test_text_can_be_clicked_on(root: Path) -> None:
    assert lines("text", root) == [
        "notes/a.md:3:5: bad-thing 50% of it: bad, all of it",
        "notes/sub, x/b:1 é%.md:2: odd-thing odd [--fix]",
        "notes/c.md: odd-thing odd as a whole",
    ]
    assert by_rule(FINDINGS) == "2 odd-thing, 1 bad-thing"


def unescaped(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner reads it (its `ActionCommand.TryParseV2`)."""
    found = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
    assert found, line
    signs = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
    said = dict(each.split("=", 1) for each in found[2].split(","))
    for sign, letter in signs.items():
        said = {name: value.replace(sign, letter) for name, value in said.items()}
    message = found[3]
    for sign in ("%0D", "%0A", "%25"):
        message = message.replace(sign, signs[sign])
    return found[1], said, message


def test_annotations_are_read_as_they_were_meant(root: Path) -> None:
    said = lines("github", root)
    assert said[0] == (
        "::error file=notes/a.md,line=3,col=5,title=refmatter bad-thing"
        "::50%25 of%0D%0Ait: bad, all of it"
    )
    assert [unescaped(line) for line in said] == [
        (
            "error",
            {"file": "notes/a.md", "line": "3", "col": "5", "title": "refmatter bad-thing"},
            "50% of\r\nit: bad, all of it",
        ),
        (
            "warning",
            {"file": "notes/sub, x/b:1 é%.md", "line": "2", "title": "refmatter odd-thing"},
            "odd",
        ),
        ("warning", {"file": "notes/c.md", "title": "refmatter odd-thing"}, "odd as a whole"),
    ]


def test_json_says_everything(root: Path) -> None:
    said = json.loads("\n".join(lines("json", root)))
    assert said["version"] == 1
    assert said["findings"][0] == {
        "rule": "bad-thing",
        "severity": "error",
        "path": "notes/a.md",
        "line": 3,
        "column": 5,
        "message": "50% of\r\nit: bad, all of it",
        "fixable": False,
    }
    assert [each["fixable"] for each in said["findings"]] == [False, True, False]
    assert said["findings"][2]["line"] is None


# What the standard's own schema requires of the objects that are used, and of their values.
TEXT = {
    "type": "object",
    "required": ["text"],
    "additionalProperties": False,
    "properties": {"text": {"type": "string", "minLength": 1}},
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
POSITIVE = {"type": "integer", "minimum": 1}
RULE = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string"},
        "shortDescription": TEXT,
        "help": TEXT,
        "defaultConfiguration": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"level": LEVEL},
        },
    },
}
PLACE = {
    "type": "object",
    "required": ["artifactLocation"],
    "additionalProperties": False,
    "properties": {
        "artifactLocation": {
            "type": "object",
            "required": ["uri", "uriBaseId"],
            "additionalProperties": False,
            "properties": {
                "uri": {"type": "string", "pattern": r"^[A-Za-z0-9/._~%-]+$"},
                "uriBaseId": {"const": "%SRCROOT%"},
            },
        },
        "region": {
            "type": "object",
            "required": ["startLine"],
            "additionalProperties": False,
            "properties": {"startLine": POSITIVE, "startColumn": POSITIVE},
        },
    },
}
RESULT = {
    "type": "object",
    "required": ["message"],
    "additionalProperties": False,
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": -1},
        "level": LEVEL,
        "message": TEXT,
        "locations": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"physicalLocation": PLACE},
            },
        },
    },
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"enum": ["2.1.0"]},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "semanticVersion": {"type": "string"},
                                    "rules": {"type": "array", "items": RULE},
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "originalUriBaseIds": {"type": "object"},
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}


@pytest.mark.parametrize("findings", [FINDINGS, ()])
def test_sarif_is_as_the_standard_wants_it(root: Path, findings: Sequence[Finding]) -> None:
    said = json.loads("\n".join(lines("sarif", root, findings)))
    jsonschema.validate(said, SARIF)
    (run,) = said["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [each["id"] for each in rules] == ["bad-thing", "odd-thing"]
    assert len(run["results"]) == len(findings)
    for result, finding in zip(run["results"], findings, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.rule.name
        assert result["message"]["text"] == finding.message


def test_sarif_names_files_by_relative_addresses(root: Path) -> None:
    (run,) = json.loads("\n".join(lines("sarif", root)))["runs"]
    places = [each["locations"][0]["physicalLocation"] for each in run["results"]]
    assert [each["artifactLocation"]["uri"] for each in places] == [
        "notes/a.md",
        "notes/sub%2C%20x/b%3A1%20%C3%A9%25.md",
        "notes/c.md",
    ]
    assert [each.get("region") for each in places] == [
        {"startLine": 3, "startColumn": 5},
        {"startLine": 2},
        None,
    ]


@pytest.mark.parametrize("chosen", FINDINGS_FORMATS)
def test_a_vault_at_the_top_of_its_repository(root: Path, chosen: str) -> None:
    said = "\n".join(lines(chosen, root.parent))
    assert "a.md" in said
    assert "./a.md" not in said
    assert str(root.parent) not in said


def called(root: Path, workspace: Path | None) -> str:
    environ = {"GITHUB_WORKSPACE": str(workspace)} if workspace else {}
    return from_repository(root, environ)(PurePosixPath("x/a.md"))


def test_paths_start_where_ci_thinks_they_do(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = root.parent
    assert called(root, None) == "notes/x/a.md"
    assert called(root, top) == "notes/x/a.md"
    # A checkout in a folder of the workspace: from the repository, not from the workspace.
    assert called(root, top.parent) == "notes/x/a.md"
    # The vault as a submodule: what is checked is the repository round it.
    (root / ".git").write_text("gitdir: ../.git/modules/notes")
    assert called(root, top) == "notes/x/a.md"
    assert called(root, None) == "x/a.md"
    # A workspace without a repository, and one that is elsewhere.
    (root / ".git").unlink()
    (top / ".git").rmdir()
    assert called(root, top) == "notes/x/a.md"
    elsewhere = top / "elsewhere"
    elsewhere.mkdir()
    assert called(root, elsewhere) == "notes/x/a.md"
    monkeypatch.chdir(elsewhere)
    assert called(root, None) == f"{root}/x/a.md"
    assert from_here(root)(PurePosixPath("a.md")) == f"{root}/a.md"
    assert from_here(elsewhere)(PurePosixPath("a.md")) == "a.md"


def test_findings_are_read_file_by_file_and_line_by_line() -> None:
    ordered = [
        Finding(ODD, PurePosixPath("a.md"), "x"),
        Finding(BAD, PurePosixPath("a.md"), "x", 1),
        Finding(BAD, PurePosixPath("a.md"), "x", 10, 2),
        Finding(ODD, PurePosixPath("a.md"), "x", 10, 2),
        Finding(BAD, PurePosixPath("b.md"), "x", 1),
    ]
    assert sorted({*ordered}, key=lambda finding: finding.sort_key) == ordered


@pytest.mark.parametrize(
    ("chosen", "level"), [("github", "::notice "), ("sarif", '"level": "note"')]
)
def test_a_note_is_called_as_each_format_calls_it(root: Path, chosen: str, level: str) -> None:
    rule = FindingRule("a-remark", Severity.NOTE, "Something is remarkable.", "Look at it.")
    finding = Finding(rule, PurePosixPath("a.md"), "worth a look", 1)
    written = "\n".join(FINDINGS_FORMATS[chosen].writer()([finding], [rule], root))
    assert level in written
    assert (rule.fails, BAD.fails, ODD.fails) == (False, True, True)
