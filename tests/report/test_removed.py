"""Values that were taken out, in every form of a report."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

from jsonschema import Draft202012Validator

from refmatter.check.pending_changes import pending_findings
from refmatter.fields import Field
from refmatter.model import (
    Accepted,
    Change,
    Lookup,
    Outcome,
    Remark,
    RemarkKind,
    Resolution,
    Status,
)
from refmatter.report import html, markdown, schema, sentences
from refmatter.report import json as json_report
from refmatter.report.log import events
from refmatter.report.nightly import news
from refmatter.report.report_model import build_report
from refmatter.report.summary import MissingReason, summarise
from refmatter.report.terminal import print_notes, print_summary
from refmatter.run_model import Run
from reporting import S2_SAID, ran
from support import EQUAL_TITLE, absent, key_of, note

PATH = PurePosixPath("bert.md")
OUT = (
    Change(Field.AUTHORS, "authors", ["Ada Lovelace"], None, None, removed=True),
    Change(Field.CITATION_COUNT, "numCitedBy", 5, None, None, removed=True, keep_key=True),
)
IN = (Change(Field.VENUE, "venue", "ICML", "NAACL", S2_SAID),)
REMARK = Remark(
    RemarkKind.ANOTHER_WORK, other="GPT", removed=("authors", "numCitedBy"), replaced=("venue",)
)


class Told:
    """A surface that keeps its lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def line(self, text: str = "", colour: str = "") -> None:
        assert colour is not None
        self.lines.append(text)


def changed(*changes: Change, dry: bool = False) -> Run:
    said = {change.key: change.old for change in changes}
    mine = note(str(PATH), {"title": "bert", **said})
    outcome = Outcome(PATH, Status.WRITTEN, changes, (REMARK,), before=b"---\na: 1\n---\n")
    known = Resolution(Lookup(key_of("bert"), "BERT", notes=(PATH,)), Accepted((), EQUAL_TITLE))
    return ran([mine], {"bert": known}, [outcome], dry=dry)


def test_what_is_removed_is_neither_filled_nor_refreshed() -> None:
    coverage = summarise(changed(*OUT, *IN)).coverage
    for name, counts in (
        (Field.AUTHORS, (1, 0, 0, 0, 1)),
        (Field.CITATION_COUNT, (1, 0, 0, 0, 1)),
        (Field.VENUE, (1, 0, 0, 1, 0)),
        (Field.YEAR, (1, 1, 0, 0, 0)),
    ):
        each = coverage[name]
        told = (each.notes, each.missing, each.filled, each.refreshed, each.removed)
        assert told == counts
    assert (coverage[Field.AUTHORS].before, coverage[Field.AUTHORS].after) == (1, 0)
    # The remark tells what was done; it does not say that the note was left as it is.
    assert coverage[Field.YEAR].left == {MissingReason.NOT_KNOWN: 1}


def test_json_says_it_as_data() -> None:
    report = json.loads(json_report.render(build_report(changed(*OUT, *IN))))
    Draft202012Validator(schema.schema("report")).validate(report)
    ((mine,),) = ([each["changes"]] for each in report["changed"])
    assert [(each["key"], each["new"], each.get("removed", False)) for each in mine] == [
        ("authors", None, True),
        ("numCitedBy", None, True),
        ("venue", "NAACL", False),
    ]
    assert report["fields"]["authors"]["removed"] == 1


def test_the_terminal_says_it() -> None:
    run, told = changed(*OUT, *IN), Told()
    print_notes(run.outcomes, told)
    assert absent(told.lines[0], "authors removed", "numCitedBy removed", "venue (") == []
    print_summary(summarise(run), told)
    (authors,) = [line for line in told.lines if line.startswith("authors ")]
    assert "1 removed" in authors


def test_pages_say_it() -> None:
    made = build_report(changed(*OUT))
    assert [(key, new) for key, _, new, _ in sentences.changes(made.changed[0])] == [
        ("authors", "removed"),
        ("numCitedBy", "removed"),
    ]
    for page in (html.render(made), markdown.render(made)):
        assert "Ada Lovelace" in page
        assert "removed" in page
        assert "lost 2 values" in page
    assert "would lose 2 values" in markdown.render(build_report(changed(*OUT, dry=True)))
    both = sentences.headline(build_report(changed(*OUT, *IN)))
    assert "gained 1 value" in both
    assert "lost 2" in both


def test_the_log_and_the_nightly_line_say_it() -> None:
    run = changed(*OUT, *IN)
    (said,) = [each for kind, each in events(run, summarise(run)) if kind == "note"]
    assert set(said["fields"]) == {"venue"}
    assert said["removed"] == ["authors", "citation_count"]
    assert "authors 1 removed" in news(summarise(run))
    assert "venue 1" in news(summarise(run))


def test_check_says_it() -> None:
    (found,) = pending_findings(changed(*OUT, *IN))
    for part in ("authors: Ada Lovelace removed", "numCitedBy: 5 removed", "venue: ICML -> NAACL"):
        assert part in found.message
