"""The file out and in again: what it says, what it takes, what it refuses."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from refmatter.errors import ConfigError
from refmatter.model import Identifiers
from refmatter.reasons import Difference, DifferenceKind
from refmatter.report import labels
from refmatter.report.sentences import difference_text, reason_text
from refmatter.review import ruling_file, ruling_parser, rulings
from refmatter.review.pending import PendingTitle, PendingTitles, TitlePlace
from refmatter.review.ruling_parser import Applied, apply
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine
from reviewing import HOSTILE, case, doubtful, hostile_lines, match
from support import EQUAL_TITLE, SAME_TITLE, absent, s2

STANDS = (TitlePlace(PurePosixPath("own.md")), TitlePlace(PurePosixPath("sub/a.md"), 40))

MISSING = Difference(DifferenceKind.WORD_MISSING, found="2")


def render(*cases: PendingTitle, ruled: tuple[PendingTitle, ...] = ()) -> str:
    return ruling_file.render(PendingTitles(cases, ruled))


def ruling(text: str, *words: str) -> str:
    """The file with these words behind its rulings, one after the other."""
    for word in words:
        text = text.replace("ruling:\n", f"ruling: {word}\n", 1)
    return text


def applied(text: str, *lines: LedgerLine) -> Applied:
    return apply(text, "f.yaml", Ledger(lines))


def test_what_the_file_says() -> None:
    rivals = (
        match("A: Title", "1", (MISSING,), {"title": 1.0, "first_author": 0.0}, venue="ICML",
              citation_count=12,
              identifiers=Identifiers(doi="10.1000/a(b)<c>", arxiv="2001.00001")),
        match(digit="2", authors=None, year=None, features={}),
    )  # fmt: skip
    text = render(
        case(doubtful("A Title", rivals), *STANDS),
        ruled=(case(rulings.none(doubtful("Other", ())), *STANDS[:1]),),
    )
    assert text.startswith(f"{ruling_file.HEADER}doubtful:\n\n- title: A Title\n  key: atitle\n")
    assert "\n  ruling:\n\nruled:\n\n- title: Other\n" in text
    assert text.endswith("\n  ruling:\n")
    shown = yaml.safe_load(text)
    (open_,), (ruled,) = shown["doubtful"], shown["ruled"]
    assert list(open_) == ["title", "key", "why", "stands in", "candidates", "ruling"]
    assert list(ruled) == ["title", "key", "why", "stands in", "ruled", "ruling"]
    assert (open_["title"], open_["key"], open_["ruling"]) == ("A Title", "atitle", None)
    assert open_["why"] == ruled["why"] == reason_text(SAME_TITLE)
    assert [place.split()[0] for place in open_["stands in"]] == ["own.md", "sub/a.md:40"]
    assert ruled["stands in"] == open_["stands in"][:1]
    assert (ruled["key"], ruled["ruled"].split()[0], ruled["ruling"]) == ("other", "none", None)
    pro, con = labels.evidence({"title": 1.0, "first_author": 0.0})
    found_by = labels.found_by(rivals[0].candidate)
    assert open_["candidates"] == {
        1: {
            "title": "A: Title", "authors": "Ann One, Bo Two", "year": 2001, "venue": "ICML",
            "cited": 12,
            "identifiers": [
                "https://doi.org/10.1000/a(b)%3Cc%3E", "https://arxiv.org/abs/2001.00001",
            ],
            "differs": [difference_text(MISSING)], "for": pro, "against": con,
            "found by": found_by,
        },
        2: {
            "title": "A Title",
            "identifiers": [f"https://www.semanticscholar.org/paper/{'0' * 39}2"],
            "found by": found_by,
        },
    }  # fmt: skip
    assert absent(found_by, "Semantic Scholar", "2026-01-01") == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (rulings.none(doubtful()), "none of these"),
        (rulings.accept(doubtful(), doubtful().candidates[1]), "candidate 2"),
        (rulings.identify(doubtful(), Identifiers(doi="10.1/x")), "https://doi.org/10.1/x"),
    ],
)
def test_a_standing_ruling_is_told(line: LedgerLine, words: str) -> None:
    assert ruling_file.ruled(case(line)) == words
    said = yaml.safe_load(render(ruled=(case(line),)))
    assert said["ruled"][0]["ruled"] == words


def test_what_has_no_title_is_called_by_its_identifier() -> None:
    line = doubtful("", key="#arxiv:1706.03762")
    (entry,) = yaml.safe_load(render(case(line)))["doubtful"]
    assert (entry["title"], entry["key"]) == ("arXiv 1706.03762", "#arxiv:1706.03762")
    assert applied(ruling(render(case(line)), "none"), line).lines[0].verdict == "ruled"


def test_an_empty_sheet_can_be_applied() -> None:
    assert applied(render()) == Applied()
    assert applied("doubtful:\nruled: ~\n") == Applied()


def test_nothing_ruled_is_nothing_done() -> None:
    assert applied(render(case()), doubtful()) == Applied(open=1)
    for empty in ("~", "null", "''", "# later"):
        assert applied(ruling(render(case()), empty), doubtful()) == Applied(open=1)


@pytest.mark.parametrize("words", ["2", "none", "NONE", "10.1000/x", "2104.10000", "https://doi.org/10.1000/x#y",
                                   "'1'", "02"])  # fmt: skip
def test_a_ruling_is_taken_and_a_second_time_changes_nothing(words: str) -> None:
    before = doubtful()
    text = ruling(render(case(before)), words)
    (line,) = applied(text, before).lines
    expected = {
        "2": rulings.accept(before, before.candidates[1]),
        "02": rulings.accept(before, before.candidates[1]),
        "'1'": rulings.accept(before, before.candidates[0]),
        "none": rulings.none(before),
        "NONE": rulings.none(before),
        "https://doi.org/10.1000/x#y": rulings.identify(before, Identifiers(doi="10.1000/x")),
        "10.1000/x": rulings.identify(before, Identifiers(doi="10.1000/x")),
        "2104.10000": rulings.identify(before, Identifiers(arxiv="2104.10000")),
    }
    assert line == expected[words]
    assert applied(text, line) == Applied(standing=1)
    forgotten = replace(line, candidates=(), last_checked="", queries=frozenset(), values={})
    assert applied(text, forgotten) == Applied(standing=1)


def test_a_ruling_can_be_changed_and_withdrawn() -> None:
    first = rulings.accept(doubtful(), doubtful().candidates[0])
    text = render(ruled=(case(first),))
    assert applied(text, first) == Applied(open=1)
    (second,) = applied(ruling(text, "2"), first).lines
    assert second == rulings.accept(rulings.revoke(first), doubtful().candidates[1])
    (gone,) = applied(ruling(text, "revoke"), first).lines
    assert gone == rulings.revoke(first)
    assert applied(ruling(text, "revoke"), gone) == Applied(standing=1)


@pytest.mark.parametrize(
    ("words", "facts"),
    [
        ("3", ("candidate 3", "1 to 2")),
        ("0", ("candidate 0", "1 to 2")),
        ("9" * 5000, ("candidate 99999999999999999999", "1 to 2")),
        ("the second", ("A Title", '"the second"', "identifier")),
        ("[1]", ("a number", "`none`", "`revoke`", "identifier")),
        ("!!python/object/apply:os.system [true]", ("a number",)),
        ("{none: 1}", ("a number",)),
    ],
)
def test_what_is_no_ruling_is_refused_with_its_line(words: str, facts: tuple[str, ...]) -> None:
    text = ruling(render(case()), words)
    ((line, said),) = applied(text, doubtful()).refused
    assert absent(said, *facts) == []
    assert text.splitlines()[line - 1].startswith("  ruling: ")


def test_the_good_rulings_are_taken_though_others_are_refused() -> None:
    lines = [doubtful(title) for title in ("One", "Two", "Three", "Four")]
    text = ruling(render(*map(case, lines)), "1", "9", "none", "")
    said = applied(text, *lines)
    assert [line.title for line in said.lines] == ["One", "Three"]
    assert (said.open, len(said.refused)) == (1, 1)


def test_a_title_the_ledger_does_not_have_is_refused() -> None:
    ((_, said),) = applied(ruling(render(case()), "1")).refused
    assert absent(said, "A Title", "no title") == []


def test_a_title_that_is_settled_by_now_is_refused() -> None:
    settled = doubtful(verdict="accepted", reason=EQUAL_TITLE)
    ((_, said),) = applied(ruling(render(case()), "1"), settled).refused
    assert absent(said, "A Title", "settled", "accepted", reason_text(EQUAL_TITLE)) == []


@pytest.mark.parametrize("words", ["1", "none"])
@pytest.mark.parametrize(
    "rivals",
    [
        (match(), match(digit="3", year=2002)),
        (match(digit="2", year=2002), match()),
        (match(), match(digit="2", year=2003)),
        (match(),),
        (),
    ],
)
def test_other_candidates_by_now_want_another_look(words: str, rivals: tuple[object, ...]) -> None:
    now = doubtful(candidates=rivals)
    text = ruling(render(case()), words)
    ((_, said),) = applied(text, now).refused
    assert absent(said, "A Title", "other candidates", "export") == []
    assert applied(ruling(render(case()), "10.1000/x"), now).lines


def test_counts_and_evidence_may_change_meanwhile() -> None:
    now = doubtful(candidates=(match(citation_count=5, features={}), match(digit="2", year=2002)))
    assert applied(ruling(render(case()), "1"), now).lines


def test_a_candidate_without_an_identifier_is_refused() -> None:
    line = doubtful(candidates=(match(identifiers=Identifiers()),))
    ((_, said),) = applied(ruling(render(case(line)), "1"), line).refused
    assert absent(said, "A Title", "no identifier") == []


def test_a_title_ruled_on_twice_is_taken_once() -> None:
    text = render(case(), case())
    assert len(applied(ruling(text, "1", "1"), doubtful()).lines) == 1
    said = applied(ruling(text, "1", "2"), doubtful())
    assert len(said.lines) == 1
    assert absent(said.refused[0][1], "A Title", "ruled on", "in this file") == []


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("doubtful:\n- just text\n", (2, "title", "key", "ruling")),
        ("doubtful:\n- title: x\n  ruling: 1\n", (3, "no `key`", "export")),
        (
            "doubtful:\n- key: x\n  rulling: 1\n",
            (3, "`rulling`", "`ruling:`"),
        ),
        ("doubtful:\n- key: x\n  ruling: 1\n  ruling: 2\n", (4, "`ruling`", "twice")),
        ("ruled: []\nmore: []\n", (2, "`more`", "doubtful", "ruled")),
        (
            "doubtful:\n- {key: a, title: [], candidates: [], ruling: 1}\n",
            (2, "a", "no title"),
        ),
    ],
)  # fmt: skip
def test_what_is_no_case_is_refused_with_its_line(
    text: str, facts: tuple[int, *tuple[str, ...]]
) -> None:
    ((line, said),) = applied(text).refused
    assert line == facts[0]
    assert absent(said, *facts[1:]) == []


@pytest.mark.parametrize(
    "candidates",
    ["[]", "{}", "{1: text}", "{1: {identifiers: no}}", "{1: {identifiers: [[]]}}", "no"],
)
def test_candidates_that_somebody_spoilt_are_no_reason_to_stop(candidates: str) -> None:
    text = f"doubtful:\n- key: atitle\n  candidates: {candidates}\n  ruling: 1\n"
    said = applied(text, doubtful())
    assert said.lines == ()
    assert len(said.refused) == 1


def test_a_candidates_identifiers_cannot_be_slipped_in_by_the_file() -> None:
    text = ruling(render(case()), "1").replace(f"{'0' * 39}1", f"{'0' * 39}9")
    said = applied(text, doubtful())
    assert said.lines == ()
    assert absent(said.refused[0][1], "other candidates") == []


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("doubtful: [\n", ("f.yaml:1: ", "YAML")),
        ("doubtful: \x00\n", ("f.yaml",)),
        ("<<<<<<< HEAD\ndoubtful:\n", ("f.yaml:1: ", "YAML")),
        ("", ("f.yaml: ", "`refmatter review --export`")),
        ("just text", ("f.yaml: ", "`refmatter review --export`")),
        ("title: A note\n", ("f.yaml: ", "`refmatter review --export`")),
        ("doubtful: nonsense\n", ("f.yaml:1: `doubtful`", "list")),
        ("ruled: {}\n", ("f.yaml:1: `ruled`", "list")),
        ("doubtful: " + "[" * 100_000, ("f.yaml:1: ", "too deep")),
        ("doubtful: &a [*a]\n", ("f.yaml:1: ", "alias")),
        ("a: 1\n---\ndoubtful: []\n", ("f.yaml",)),
        ("#" * (ruling_parser.MOST + 1), ("f.yaml: ", "too large")),
    ],
)
def test_what_is_no_such_file_is_an_error(text: str, facts: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError) as error:
        applied(text)
    assert str(error.value).startswith(facts[0])
    assert absent(str(error.value), *facts) == []


@given(lines=st.lists(hostile_lines(), max_size=3, unique_by=lambda line: line.key.title),
       path=st.sampled_from(HOSTILE))  # fmt: skip
def test_whatever_titles_say_the_file_is_read_back_as_it_was_written(
    lines: list[LedgerLine], path: str
) -> None:
    places = (TitlePlace(PurePosixPath(path), 3),)
    text = render(*(case(line, *places) for line in lines))
    assert text == render(*(case(line, *places) for line in lines))
    assert all(c.isprintable() or c == "\n" for c in text)
    said = yaml.load(text, yaml.CSafeLoader)
    assert [each["key"] for each in said["doubtful"]] == [str(line.key) for line in lines]
    assert [len(each.get("candidates", ())) for each in said["doubtful"]] == [
        len(line.candidates) for line in lines
    ]
    assert applied(text, *lines) == Applied(open=len(lines))
    nones = applied(text.replace("  ruling:\n", "  ruling: none\n"), *lines)
    assert nones.lines == tuple(rulings.none(line) for line in lines)
    firsts = applied(text.replace("  ruling:\n", "  ruling: 1\n"), *lines)
    able = [
        line for line in lines if line.candidates and line.candidates[0].candidate.work.identifiers
    ]
    assert firsts.lines == tuple(rulings.accept(line, line.candidates[0]) for line in able)
    assert len(firsts.refused) == len(lines) - len(able)


@given(st.data())
def test_whatever_a_file_says_it_is_refused_or_taken(data: st.DataObject) -> None:
    text = ruling(render(case(), ruled=(case(rulings.none(doubtful("Other"))),)), "1", "revoke")
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(len(ruling_file.HEADER), len(text)))
        end = data.draw(st.integers(start, min(start + 30, len(text))))
        put = data.draw(st.one_of(st.sampled_from(["&a ", "*a", "!!binary ", "- ", "<<: "]),
                                  st.text(max_size=5)))  # fmt: skip
        text = text[:start] + put + text[end:]
    try:
        said = applied(text, doubtful(), rulings.none(doubtful("Other")))
    except ConfigError:
        return
    assert {str(line.key) for line in said.lines} <= {"atitle", "other"}
    for line in said.lines:
        assert line.identifiers in (s2("1"), s2("2"), Identifiers()) or line.values == {}
