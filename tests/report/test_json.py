import json
import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator

from refmatter.config.loading import load
from refmatter.fields import Field
from refmatter.model import (
    Accepted,
    Ambiguous,
    Change,
    Failure,
    Hints,
    Lookup,
    Match,
    Outcome,
    Provenance,
    Reference,
    Resolution,
    Rung,
    Status,
    Trouble,
    Unmatched,
)
from refmatter.report import schema
from refmatter.report.json import render, resolution
from refmatter.report.report_model import build_report
from refmatter.run_model import Run
from refmatter.schema.conventions import Conventions, Form
from refmatter.stages.learn import Vault, read_vault
from refmatter.stages.plan import Plan
from reporting import REMARK
from support import EQUAL_TITLE, NOT_FOUND, ROOT, S2, SAME_TITLE, candidate, key_of, note, s2, vault

SCHEMA = Draft202012Validator(schema.schema("report"))
RESOLVED = Draft202012Validator(schema.schema("resolve"))
SAID = Provenance("semantic_scholar", Rung.IDENTIFIER, "2026-01-01")


def ran(*outcomes: Outcome, **resolutions: Resolution) -> Run:
    cited = (Reference("Twin", None, 12), Reference("twin", None, 13))
    bert = note("bert.md", {"title": "bert", "year": 2019}, references=cited)
    forms = {Field.YEAR: Form("year"), Field.VENUE: Form("venue")}
    return Run(
        vault=Vault(Path(), (bert,), Conventions(forms), frozenset({bert.path})),
        plan=Plan((), {bert.path: key_of("bert")}, {}),
        resolutions={key_of(key): each for key, each in resolutions.items()},
        outcomes=outcomes,
        requests={"semantic_scholar": 2, "arxiv": 0},
        dry=True,
    )


def rendered(run: Run) -> str:
    text = render(build_report(run))
    SCHEMA.validate(json.loads(text))
    return text


def strict(text: str) -> dict[str, object]:
    """The object, where the text is JSON to the letter of RFC 8259."""

    def refuse(constant: str) -> object:
        raise AssertionError(constant)

    said = json.loads(text, parse_constant=refuse)
    assert isinstance(said, dict)
    return said


def test_the_report_of_a_small_run() -> None:
    lookup = Lookup(key_of("bert"), "BERT", notes=(PurePosixPath("bert.md"),))
    twin = candidate("Twin", authors=("Ada",), year=2001, venue="", identifiers=s2("1"))
    doubt = Ambiguous((Match(twin, {"title": 1.0}, 1.0),), SAME_TITLE)
    cited = Lookup(key_of("twin"), "Twin", Hints(), cited_by=(PurePosixPath("bert.md"),))
    run = ran(
        Outcome(PurePosixPath("bad.md"), Status.REFUSED, reason="no UTF-8", line=3),
        Outcome(
            PurePosixPath("bert.md"),
            Status.WRITTEN,
            (
                Change(Field.VENUE, "venue", None, "NAACL", SAID),
                Change(Field.KEY, "meta_key", "", "bert", None),
            ),
            before=b"a",
            after=b"b",
        ),
        Outcome(PurePosixPath("other.md"), Status.UNCHANGED, remarks=(REMARK,)),
        bert=Resolution(lookup, Accepted((), EQUAL_TITLE)),
        twin=Resolution(cited, doubt),
        open=Resolution(
            Lookup(key_of("open"), "Open"),
            None,
            failures=(Failure("arxiv", Rung.TITLE_SEARCH, Trouble.BROKEN, "500"),),
        ),
    )
    expected = {
        "version": 1,
        "dry_run": True,
        "day": "",
        "retracted": [],
        "notes": {
            "files": 1,
            "papers": 1,
            "written": 1,
            "created": 0,
            "unchanged": 1,
            "refused": 1,
            "other_formats": {},
        },
        "fields": {
            "year": {
                "notes": 1,
                "missing": 0,
                "filled": 0,
                "refreshed": 0,
                "removed": 0,
                "left": {},
            },
            "venue": {
                "notes": 1,
                "missing": 1,
                "filled": 1,
                "refreshed": 0,
                "removed": 0,
                "left": {},
            },
        },
        "schema": {"basis": "notes", "keys": {"year": "year", "venue": "venue"}},
        "titles": {"found": 1},
        "references": {"ambiguous": 1, "could not check": 1},
        "requests": {"semantic_scholar": 2, "arxiv": 0},
        "given": [
            {
                "provider": "semantic_scholar",
                "by": "identifier",
                "values": 1,
                "fields": {"venue": 1},
                "first": "2026-01-01",
                "last": "2026-01-01",
            },
            {
                "provider": None,
                "by": None,
                "values": 1,
                "fields": {"key": 1},
                "first": "",
                "last": "",
            },
        ],
        "count_ages": {
            "up_to_7_days": 0,
            "up_to_30_days": 0,
            "up_to_90_days": 0,
            "up_to_365_days": 0,
            "up_to_730_days": 0,
            "up_to_1825_days": 0,
            "older": 0,
            "not_known": 0,
        },
        "years": {"2019": 1},
        "venues": {"NAACL": 1},
        "changed": [
            {
                "path": "bert.md",
                "status": "written",
                "changes": [
                    {
                        "field": "venue",
                        "key": "venue",
                        "old": None,
                        "new": "NAACL",
                        "provider": "semantic_scholar",
                        "by": "identifier",
                        "fetched": "2026-01-01",
                    },
                    {"field": "key", "key": "meta_key", "old": "", "new": "bert"},
                ],
            }
        ],
        "remarks": [
            {
                "path": "other.md",
                "remarks": [
                    {"kind": "note_disagrees", "field": "year", "value": "1999", "other": "2004"}
                ],
            }
        ],
        "refused": [
            {"path": "bad.md", "line": 3, "reason": "no UTF-8", "kind": None, "suggestion": ""}
        ],
        "ambiguous": [
            {
                "title": "Twin",
                "reason": {"kind": "same_title", "works": 2},
                "notes": [],
                "cited_by": ["bert.md"],
                "lines": [12],
                "candidates": [
                    {
                        "title": "Twin",
                        "authors": ["Ada"],
                        "year": 2001,
                        "venue": "",
                        "citation_count": None,
                        "reference_count": None,
                        "identifiers": {"s2": f"{S2}1"},
                        "provider": "semantic_scholar",
                        "rung": "title_search",
                        "fetched": "2026-01-01",
                        "features": {"title": 1.0},
                        "score": 1.0,
                        "differences": [],
                    }
                ],
            }
        ],
        "not_found": [],
        "not_in_catalog": [],
        "not_checked": [],
        "outages": {"arxiv": {"trouble": "broken", "detail": "500", "http_status": None}},
    }
    text = rendered(run)
    assert json.loads(text) == expected
    assert text == json.dumps(expected, indent=2) + "\n"
    assert rendered(run) == rendered(run)


def test_why_fields_are_left_is_told() -> None:
    said = strict(
        rendered(ran(bert=Resolution(Lookup(key_of("bert"), "BERT"), Unmatched(NOT_FOUND))))
    )
    assert said["fields"]["venue"]["left"] == {"not found": 1}  # type: ignore[index]  # it is an object


@pytest.mark.parametrize(
    ("front", "shown"),
    [
        ("2001-01-01", "2001-01-01"),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"),
        ("{a: 1, b: [c]}", {"a": 1, "b": ["c"]}),
        ("[1, two, null, 2001-01-01]", [1, "two", None, "2001-01-01"]),
        ("[{a: [2001-01-01]}]", [{"a": ["2001-01-01"]}]),
        ("1.5", 1.5),
        ("yes", True),
        ("0x1F", 31),
        ("'\\x1b[2J'", "\\x1b[2J"),
        ('"\\x1b[2J"', "\x1b[2J"),
        ("[{[a, b]: 1}]", [{"[a, b]": 1}]),
        (".nan", "nan"),
        ("[-.inf]", ["-inf"]),
    ],
)
def test_whatever_yaml_says_is_told_in_json(tmp_path: Path, front: str, shown: object) -> None:
    root = vault(tmp_path, {"a.md": f"---\ncites: {front}\n---\n"})
    old = read_vault(root, load(None).vault).notes[0].entry("cites")
    change = Change(Field.CITATION_COUNT, "cites", old, 7, SAID)
    run = ran(Outcome(PurePosixPath("a.md"), Status.WRITTEN, (change,), before=b"", after=b"x"))
    said: Any = strict(rendered(run))
    assert said["changed"][0]["changes"][0]["old"] == shown


def test_a_title_that_was_looked_up() -> None:
    record = candidate(authors=("Ada",), identifiers=s2("1"))
    found = Resolution(
        Lookup(key_of("a"), "A \u201ctitle\u201d"),
        Accepted(
            (Match(record, {"title": 1.0}, 1.0),),
            EQUAL_TITLE,
            others=(Match(candidate("Other"), {}, 0.0),),
        ),
        identifiers=s2("1"),
        values={Field.AUTHORS: (("Ada",), SAID), Field.YEAR: (2001, SAID), Field.VENUE: ("", SAID)},
        failures=(Failure("arxiv", Rung.TITLE_SEARCH, Trouble.REFUSED, "429", 429),),
    )
    said = strict(resolution(found))
    assert list(said) == [
        "version", "title", "decision", "reason", "identifiers", "values", "candidates", "others",
        "failures",
    ]  # fmt: skip
    assert said["title"] == "A \u201ctitle\u201d"
    assert (said["decision"], said["reason"]) == ("found", {"kind": "equal_title"})
    assert said["identifiers"] == {"s2": f"{S2}1"}
    assert said["values"] == {"authors": ["Ada"], "year": 2001, "venue": ""}
    assert [each["title"] for each in said["candidates"]] == ["A Title"]  # type: ignore[attr-defined]  # it is a list
    assert [each["title"] for each in said["others"]] == ["Other"]  # type: ignore[attr-defined]  # it is a list
    assert said["failures"] == [
        {"provider": "arxiv", "trouble": "refused", "detail": "429", "http_status": 429}
    ]
    assert resolution(found).endswith("\n}\n")
    RESOLVED.validate(said)


def test_a_title_of_which_nothing_is_known() -> None:
    said = strict(resolution(Resolution(Lookup(key_of("a"), "A"), None)))
    assert (said["decision"], said["reason"], said["candidates"]) == ("not asked", None, [])
    RESOLVED.validate(said)
    said = strict(resolution(Resolution(Lookup(key_of("a"), "A"), Unmatched(NOT_FOUND))))
    assert (said["decision"], said["reason"], said["others"]) == (
        "not found",
        {"kind": "not_found"},
        [],
    )
    RESOLVED.validate(said)


def test_the_schemas_in_the_repository_are_the_models() -> None:
    kinds: tuple[schema.Kind, ...] = get_args(schema.Kind)
    texts = {kind: (ROOT / "docs" / f"{kind}.schema.json").read_text() for kind in kinds}
    for kind, text in texts.items():
        Draft202012Validator.check_schema(json.loads(text))
        assert text == json.dumps(schema.schema(kind), indent=2) + "\n"
    command = [sys.executable, "-m", "refmatter.report.schema", "resolve"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert printed == texts["resolve"]


def test_a_report_of_another_shape_is_not_valid() -> None:
    said = json.loads(rendered(ran()))
    assert SCHEMA.is_valid(said)
    assert not SCHEMA.is_valid(said | {"more": 1})
    assert not SCHEMA.is_valid(said | {"version": 2})
    assert not SCHEMA.is_valid({key: each for key, each in said.items() if key != "years"})


def test_an_answer_on_a_title_of_another_shape_is_not_valid() -> None:
    said = json.loads(resolution(Resolution(Lookup(key_of("a"), "A"), None)))
    assert RESOLVED.is_valid(said)
    assert not RESOLVED.is_valid(said | {"more": 1})
    assert not RESOLVED.is_valid(said | {"decision": "guessed"})
    assert not RESOLVED.is_valid({key: each for key, each in said.items() if key != "failures"})


def test_half_a_character_is_told_as_json_can(tmp_path: Path) -> None:
    text = rendered(ran(Outcome(PurePosixPath("bad\udcff.md"), Status.REFUSED, reason="odd")))
    (tmp_path / "report.json").write_text(text, "utf-8")
    said: Any = strict((tmp_path / "report.json").read_text("utf-8"))
    assert said["refused"][0]["path"] == "bad\udcff.md"
