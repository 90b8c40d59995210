import io
import os
import pty
import re
from collections import Counter
from pathlib import PurePosixPath

import pytest

from refmatter.fields import Field
from refmatter.model import (
    Accepted,
    Ambiguous,
    Change,
    Failure,
    Identifiers,
    Lookup,
    Match,
    Outcome,
    Provenance,
    Remark,
    RemarkKind,
    Resolution,
    Rung,
    Status,
    Trouble,
    Unmatched,
)
from refmatter.reasons import Feature, Reason, ReasonKind
from refmatter.report.labels import provider_name
from refmatter.report.screen import Screen, safe
from refmatter.report.sentences import reason_text, remark_text
from refmatter.report.summary import FieldCoverage, MissingReason, RunSummary, TitleStatus
from refmatter.report.terminal import (
    diff,
    print_diffs,
    print_notes,
    print_resolution,
    print_summary,
    print_trouble,
)
from reporting import REMARK
from support import EQUAL_TITLE, NOT_FOUND, SAME_TITLE, absent, candidate, key_of

SAID = Provenance("semantic_scholar", Rung.IDENTIFIER, "2026-01-01")
DULL: dict[str, str] = {}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def outcome(path: str, before: str, after: str, status: Status = Status.WRITTEN) -> Outcome:
    return Outcome(PurePosixPath(path), status, before=before.encode(), after=after.encode())


def facts(**said: object) -> RunSummary:
    nothing: dict[str, object] = {
        "notes": 0, "papers": 0, "statuses": {}, "coverage": {}, "titles": {}, "references": {},
        "requests": {}, "ambiguous": (), "refused": (), "outages": {}, "dry": False,
    }  # fmt: skip
    return RunSummary(**(nothing | said))  # type: ignore[arg-type]  # a test's own words


LATE = Reason(ReasonKind.CONTRADICTED, (Feature.YEAR,))


def doubtful(title: str = "A Title", reason: Reason = SAME_TITLE) -> Resolution:
    return Resolution(Lookup(key_of(title), title), Ambiguous((), reason))


def summary(told: RunSummary) -> str:
    stream = io.StringIO()
    print_summary(told, Screen(stream, DULL))
    return stream.getvalue()


def test_a_reference_without_a_title_is_named_by_its_identifier() -> None:
    lookup = Lookup(key_of("#arxiv:1706.03762"), "")
    told = summary(facts(ambiguous=(Resolution(lookup, Ambiguous((), SAME_TITLE)),)))
    assert "\n  arXiv 1706.03762: " in told


# -- the screen --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, é, 论文, ß\tand a tab", "plain, é, 论文, ß\tand a tab"),
        ("\x1b[31mred\x1b[0m", "?[31mred?[0m"),
        ("\x1b]0;title\x07", "?]0;title?"),
        ("a\rb\nc\x00d\x7f\x9b2J", "a?b?c?d??2J"),
        ("abc\u202etxt.exe\u2066\u200b", "abc?txt.exe??"),
        ("line\u2028para\u2029", "line?para?"),
        ("half \ud83d", "half ?"),
    ],
)
def test_what_could_move_the_cursor_or_hide_text_is_shown(text: str, shown: str) -> None:
    assert safe(text) == shown
    stream = Terminal()
    screen = Screen(stream, {"NO_COLOR": ""})
    screen.line(text)
    assert stream.getvalue() == shown + "\n"


@pytest.mark.parametrize(
    ("environ", "colours"),
    [
        ({}, True),
        ({"TERM": "xterm"}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, False),
        ({"TERM": "dumb"}, False),
    ],
)
def test_colours_are_for_those_who_want_them(environ: dict[str, str], colours: bool) -> None:
    stream = Terminal()
    Screen(stream, environ).line("said", "warn")
    assert stream.getvalue() == ("\x1b[33msaid\x1b[0m\n" if colours else "said\n")
    stream = Terminal()
    Screen(stream, environ).line("said")
    Screen(stream, environ).line()
    assert stream.getvalue() == "said\n\n"


def test_a_file_gets_no_colours() -> None:
    stream = io.StringIO()
    Screen(stream, {}).line("said", "bold")
    assert stream.getvalue() == "said\n"


def test_a_terminal_gets_colours() -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as stream:
        Screen(stream, {"TERM": "xterm"}).line("evil \x1b[2J", "+")
        stream.flush()
        assert os.read(ours, 100) == b"\x1b[32mevil ?[2J\x1b[0m\r\n"
    os.close(ours)


def test_a_terminal_that_is_no_unicode_shows_what_it_can() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    Screen(stream, DULL).line("论文")


# -- diffs -------------------------------------------------------------------------------------


def test_a_diff_tells_what_changed() -> None:
    changed = outcome(
        "sub/a.md", "---\ntitle: A\n---\n\nbody\n", "---\ntitle: A\nyear: 1\n---\n\nbody\n"
    )
    assert diff(changed) == [
        "--- a/sub/a.md",
        "+++ b/sub/a.md",
        "@@ -1,5 +1,6 @@",
        " ---",
        " title: A",
        "+year: 1",
        " ---",
        " ",
        " body",
    ]


def test_the_diff_of_a_new_note_comes_from_nowhere() -> None:
    made = outcome("a.md", "", "---\n---\n", Status.CREATED)
    assert diff(made) == ["--- /dev/null", "+++ b/a.md", "@@ -0,0 +1,2 @@", "+---", "+---"]
    assert diff(Outcome(PurePosixPath("a.md"), Status.UNCHANGED)) == []


def test_diffs_of_new_notes_come_first_and_what_is_unchanged_has_none() -> None:
    outcomes = [
        outcome("a.md", "old\n", "new\n"),
        outcome("b.md", "", "made\n", Status.CREATED),
        Outcome(PurePosixPath("c.md"), Status.REFUSED, reason="no"),
        outcome("d.md", "same\n", "same\n", Status.UNCHANGED),
        outcome("e.md", "", "made\x1b[2J\n", Status.CREATED),
    ]
    stream = Terminal()
    print_diffs(outcomes, Screen(stream, {}))
    bold, red, green, cyan = (f"\x1b[{n}m" for n in (1, 31, 32, 36))
    end = "\x1b[0m"
    assert stream.getvalue().splitlines() == [
        f"{bold}--- /dev/null{end}",
        f"{bold}+++ b/b.md{end}",
        f"{cyan}@@ -0,0 +1 @@{end}",
        f"{green}+made{end}",
        f"{bold}--- /dev/null{end}",
        f"{bold}+++ b/e.md{end}",
        f"{cyan}@@ -0,0 +1 @@{end}",
        f"{green}+made?[2J{end}",
        f"{bold}--- a/a.md{end}",
        f"{bold}+++ b/a.md{end}",
        f"{cyan}@@ -1 +1 @@{end}",
        f"{red}-old{end}",
        f"{green}+new{end}",
    ]


# -- one line a note ---------------------------------------------------------------------------


def test_one_line_a_note_tells_what_was_done_and_from_whom() -> None:
    year = Change(Field.YEAR, "Year", None, 2019, SAID)
    key = Change(Field.KEY, "meta_key", None, "a", None)
    known = Provenance("arxiv", Rung.IDENTIFIER, "2026-01-01")
    venue = Change(Field.VENUE, "venue", None, "", known)
    stream = io.StringIO()
    print_notes(
        [
            Outcome(PurePosixPath("a.md"), Status.WRITTEN, (key, year, venue)),
            Outcome(PurePosixPath("b\x1b.md"), Status.UNCHANGED, remarks=(REMARK, REMARK)),
        ],
        Screen(stream, DULL),
    )
    written, *unchanged = stream.getvalue().splitlines()
    assert written == "written: a.md: meta_key, Year (Semantic Scholar), venue (arXiv)"
    assert unchanged == ["unchanged: b?.md", *[f"  {remark_text(REMARK)}"] * 2]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("semantic_scholar", "Semantic Scholar"),
        ("arxiv", "arXiv"),
        ("catalog", "the catalogue"),
        ("dblp", "DBLP"),
        ("elsewhere", "elsewhere"),
    ],
)
def test_providers_have_the_names_people_know(name: str, shown: str) -> None:
    assert provider_name(name) == shown


# -- the summary -------------------------------------------------------------------------------


def test_the_summary_of_nothing() -> None:
    shown = summary(facts())
    assert absent(shown.splitlines()[0], "0 paper notes", "0 files") == []
    assert "requests: none" in shown
    assert "`notes.include`" in shown


def test_the_summary_tells_what_was_missing_filled_and_left_and_why() -> None:
    left = Counter(
        {MissingReason.AMBIGUOUS: 2, MissingReason.NOT_FOUND: 1, MissingReason.REFUSED: 1}
    )
    told = facts(
        notes=12,
        papers=10,
        statuses={Status.WRITTEN: 6, Status.CREATED: 2, Status.UNCHANGED: 1, Status.REFUSED: 1},
        coverage={
            Field.YEAR: FieldCoverage(10, 8, 4, 0, left),
            Field.CITATION_COUNT: FieldCoverage(
                10, 1, 0, 3, Counter({MissingReason.COULD_NOT_CHECK: 1})
            ),
            Field.REFERENCE_COUNT: FieldCoverage(10, 0, 0, 2),
            Field.KEY: FieldCoverage(10),
        },
        titles={
            TitleStatus.NOT_ASKED: 3,
            TitleStatus.FOUND: 7,
            TitleStatus.COULD_NOT_CHECK: 1,
            TitleStatus.AMBIGUOUS: 2,
        },
        references={TitleStatus.NOT_FOUND: 40, TitleStatus.FOUND: 3, TitleStatus.RULED: 1},
        requests={"semantic_scholar": 12, "arxiv": 0, "dblp": 1},
        ambiguous=(doubtful(), doubtful("Evil \x1b[2J", LATE)),
        refused=(
            Outcome(PurePosixPath("x.md"), Status.REFUSED, reason="it is over 16 MiB"),
            Outcome(PurePosixPath("y.md"), Status.REFUSED, reason="no UTF-8", line=3),
        ),
        outages={"arxiv": Failure("arxiv", Rung.TITLE_SEARCH, Trouble.UNREACHABLE, "no route")},
    )
    lines = summary(told).splitlines()
    rows = [re.split(r"\s{2,}", line) for line in lines]
    assert rows[2] == ["field", "missing", "filled", "left", "why"]
    assert rows[3][:4] == ["year", "8", "4", "4"]
    assert absent(rows[3][4], "1 not found", "2 ambiguous", "1 note refused") == []
    assert rows[4][:4] == ["citation count", "1", "0", "1"]
    assert absent(rows[4][4], "1 could not check", "3 refreshed") == []
    assert rows[5] == ["reference count", "0", "0", "0", "2 refreshed"]
    assert rows[6] == ["key", "0", "0", "0"]

    for start, facts_ in (
        ("10 paper notes", ["12 files", "6 written", "2 created"]),
        ("titles of notes", ["7 found", "2 ambiguous", "1 could not check", "3 not asked"]),
        ("other references", ["3 found", "1 ruled", "40 not found"]),
        ("requests", ["12 to Semantic Scholar", "1 to DBLP"]),
        ("  A Title: ", [reason_text(SAME_TITLE)]),
        ("  Evil ?[2J: ", [reason_text(LATE)]),
        ("run `refmatter review`", []),
        ("left as it is: x.md: ", ["it is over 16 MiB"]),
        ("left as it is: y.md:3: ", ["no UTF-8"]),
        ("could not ask arXiv: ", ["unreachable", "no route"]),
    ):
        (line,) = [line for line in lines if line.startswith(start)]
        assert all(fact in line for fact in facts_)


def test_the_summary_of_a_dry_run_tells_what_would_be() -> None:
    told = facts(papers=1, notes=1, dry=True, statuses={Status.WRITTEN: 1, Status.CREATED: 3})
    first = summary(told).splitlines()[0]
    assert "1 would be written" in first
    assert "3 would be created" in first


def test_a_long_list_of_doubts_is_cut() -> None:
    told = summary(facts(ambiguous=tuple(doubtful(f"T{n}") for n in range(13))))
    assert told.count(reason_text(SAME_TITLE)) == 10
    assert "  … and 3 more\n" in told
    assert "more" not in summary(facts(ambiguous=tuple(doubtful() for _ in range(10))))


def test_a_dry_run_keeps_nothing_to_review() -> None:
    assert summary(facts(ambiguous=(doubtful(),), dry=True)).endswith(
        f"{reason_text(SAME_TITLE)}\n"
    )


def test_trouble_alone_for_those_who_want_to_hear_nothing_else() -> None:
    stream = io.StringIO()
    screen = Screen(stream, DULL)
    print_trouble(facts(papers=3), screen)
    assert stream.getvalue() == ""
    refused = (Outcome(PurePosixPath("x.md"), Status.REFUSED, reason="no"),)
    print_trouble(
        facts(
            refused=refused,
            outages={"dblp": Failure("dblp", Rung.TITLE_SEARCH, Trouble.BROKEN, "500")},
        ),
        screen,
    )
    note, service = stream.getvalue().splitlines()
    assert "x.md" in note
    assert ("DBLP" in service, "500" in service) == (True, True)


# -- one title ---------------------------------------------------------------------------------


def shown(found: Resolution) -> str:
    stream = io.StringIO()
    print_resolution(found, Screen(stream, DULL))
    return stream.getvalue()


def test_a_title_that_was_looked_up_is_shown_with_its_candidates() -> None:
    record = candidate(authors=("A", "B", "C", "D"), year=2001, venue="ICML")
    features = {"title": 1.0, "year": 0.5}
    other = Match(candidate(provider="arxiv"), {"title": 1.0}, 1)
    found = Resolution(
        Lookup(key_of("a"), "A"),
        Accepted((Match(record, features, 0.875),), EQUAL_TITLE, others=(other,)),
        identifiers=Identifiers(s2="0" * 40, doi="10.1/x"),
        values={Field.AUTHORS: (("A", "B"), SAID), Field.CITATION_COUNT: (7, SAID)},
        failures=(Failure("arxiv", Rung.TITLE_SEARCH, Trouble.UNREACHABLE, "no\x1b route"),),
    )
    lines = shown(found).splitlines()
    assert lines[0] == f"found: {reason_text(EQUAL_TITLE)}"
    assert "  authors: A, B  (Semantic Scholar, identifier, 2026-01-01)" in lines
    assert "  citation count: 7  (Semantic Scholar, identifier, 2026-01-01)" in lines
    assert f"  s2: {'0' * 40}" in lines
    assert "  doi: 10.1/x" in lines
    cells = [cell.strip() for cell in lines[lines.index("candidates:") + 1].split("|")]
    assert cells == [
        "0.88  A Title", "A, B, C", "2001", "ICML", "Semantic Scholar, title search",
        "title 1, year 0.5",
    ]  # fmt: skip
    assert lines[lines.index("others:") + 1].startswith("  1.00  A Title |")
    assert "arXiv" in lines[-1]
    assert "no? route" in lines[-1]


def test_a_title_that_nobody_could_be_asked_for_or_nobody_knows() -> None:
    assert shown(Resolution(Lookup(key_of("a"), "A"), None)) == "not asked\n"
    assert (
        shown(Resolution(Lookup(key_of("a"), "A"), Unmatched(NOT_FOUND)))
        == f"not found: {reason_text(NOT_FOUND)}\n"
    )
    near = (Match(candidate("B"), {}, 0),)
    assert "candidates:\n  0.00  B |" in shown(
        Resolution(Lookup(key_of("a"), "A"), Ambiguous(near, SAME_TITLE))
    )


def test_the_notes_that_disagree_are_named_and_those_without_room_are_counted() -> None:
    remark = Remark(RemarkKind.NOTE_DISAGREES, Field.YEAR, "1999", other="2004")
    outcomes = [
        Outcome(PurePosixPath(f"n{number:02}.md"), Status.UNCHANGED, remarks=(remark,))
        for number in range(12)
    ]
    lines = summary(facts(papers=12, notes=12, disagreeing=tuple(outcomes))).splitlines()
    named = [line for line in lines if re.match(r"  n\d\d\.md: ", line)]
    assert len(named) == 10
    assert all("year" in line and "1999" in line and "2004" in line for line in named)
    assert any("2 more" in line and "--report" in line for line in lines)
