import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from refmatter.fields import Field
from refmatter.model import Change, Outcome, Provenance, Remark, RemarkKind, Rung, Status
from refmatter.reasons import Difference, DifferenceKind, Feature, Reason, ReasonKind, Rejected
from refmatter.report import html, labels, markdown, sentences
from refmatter.report.report_model import AmbiguousTitle, Contribution, ReportModel, build_report
from refmatter.report.summary import FieldCoverage, MissingReason
from reporting import S2_SAID, made_of, ran, small
from support import SAME_TITLE, absent

WRITTEN = Outcome(
    PurePosixPath("a.md"), Status.WRITTEN, (Change(Field.YEAR, "year", None, 1, S2_SAID),)
)
LINKED = Outcome(PurePosixPath("a.md"), Status.WRITTEN)
MADE = Outcome(PurePosixPath("b.md"), Status.CREATED)


@pytest.mark.parametrize(
    ("outcomes", "did", "would"),
    [
        ([], "Nothing changed", "Nothing to change"),
        ([WRITTEN], "1 note gained 1 value", "1 note would gain 1 value"),
        ([LINKED], "1 note gained links", "1 note would gain links"),
        ([MADE, MADE], "2 new notes", "2 new notes would be made"),
        ([WRITTEN, MADE], "1 note gained 1 value, 1 new note",
         "1 note would gain 1 value, 1 new note would be made"),
    ],
)  # fmt: skip
def test_a_run_in_a_sentence(outcomes: list[Outcome], did: str, would: str) -> None:
    assert sentences.headline(build_report(ran(outcomes=outcomes))) == did
    assert sentences.headline(build_report(ran(outcomes=outcomes, dry=True))) == would


def test_what_waits_for_somebody() -> None:
    assert sentences.waiting(build_report(ran())) == ""
    parts = sentences.waiting(build_report(small())).split("; ")
    assert [part.partition(" could")[0].partition(" of")[0] for part in parts] == [
        "1 title",
        "1",
        "1 note",
    ]


def test_who_was_asked() -> None:
    assert sentences.requests_text(build_report(ran())) == "requests: 2 to Semantic Scholar"
    assert (
        sentences.requests_text(build_report(replace(ran(), requests={"arxiv": 0})))
        == "no requests"
    )


def test_why_a_field_is_missing() -> None:
    coverage = FieldCoverage(refreshed=2)
    coverage.left[MissingReason.AMBIGUOUS] = 1200
    assert sentences.left(coverage) == "1,200 doubtful, 2 refreshed"


def test_who_gave_values_and_when() -> None:
    giver = Contribution(
        "openalex", Rung.TITLE_BATCH, {Field.YEAR: 3, Field.VENUE: 1}, "2026-01-01", "2026-01-02"
    )
    assert sentences.contributor(giver) == ("OpenAlex", "by title search")
    assert sentences.contributed_fields(giver) == "year 3, venue 1"
    assert sentences.span(giver) == "2026-01-01 to 2026-01-02"
    name, by = sentences.contributor(Contribution(None, None, {}))
    assert name == "the note itself"
    assert absent(by, "file name", "heading") == []


def test_what_became_of_a_note() -> None:
    where = Provenance("arxiv", Rung.IDENTIFIER, "")
    outcome = Outcome(
        PurePosixPath("a.md"),
        Status.WRITTEN,
        (
            Change(Field.AUTHORS, "authors", [], ["A", "B"], S2_SAID),
            Change(Field.YEAR, "year", None, 1, where),
            Change(Field.KEY, "meta_key", "", "a", None),
        ),
    )
    assert sentences.changes(outcome) == [
        ("authors", "nothing", "A, B", "Semantic Scholar, by identifier, 2026-01-01"),
        ("year", "nothing", "1", "arXiv, by identifier"),
        ("meta_key", "nothing", "a", "the note itself"),
    ]


def test_where_a_title_stands() -> None:
    places = ((PurePosixPath("own.md"), None), *((PurePosixPath("c.md"), n) for n in range(1, 5)))
    text = sentences.places_text(AmbiguousTitle("T", SAME_TITLE, places, ()))
    own, *cited, more = text.split(" · ")
    assert own.startswith("own.md (")
    assert cited == ["c.md:1", "c.md:2"]
    assert absent(more, 2) == []


def test_candidates_side_by_side() -> None:
    (doubt,) = build_report(small()).ambiguous
    one, other = sentences.candidate_views(doubt.matches)
    assert one.title == "Deep"
    pro, con = labels.evidence({"title": 1.0, "specific": 0.0})
    difference = sentences.difference_text(Difference(DifferenceKind.WORD, "a", "b"))
    assert one.rows == (
        ("authors", "Ada", False),
        ("year", "2001", True),
        ("venue", "not known", True),
        ("found by", "Semantic Scholar, by title, 2026-01-01", True),
        ("differs", difference, False),
        ("for", pro, True),
        ("against", con, False),
    )
    assert absent(difference, '"a"', '"b"') == []
    assert other.rows[3] == ("cited", "1 time", False)
    assert other.links == (
        ("DOI 10.1/x", "https://doi.org/10.1/x"),
        ("arXiv 2001.00001", "https://arxiv.org/abs/2001.00001"),
    )
    (alone,) = sentences.candidate_views(doubt.matches[:1])
    assert not any(alike for _, _, alike in alone.rows)


def test_a_dry_run_has_to_be_done_before_review() -> None:
    assert sentences.review_scope(build_report(small())) == ""
    assert "refmatter enrich" in sentences.review_scope(build_report(small(dry=True)))


def test_thanks_go_to_each_once() -> None:
    assert [who for who, _, _ in sentences.thanks(build_report(small()))] == ["Semantic Scholar"]
    assert sentences.thanks(build_report(ran())) == []
    held = replace(small(), origins=frozenset({"semantic_scholar", "acl", "bibtex"}))
    assert [who for who, _, _ in sentences.thanks(build_report(held))] == [
        "Semantic Scholar",
        "ACL Anthology",
    ]


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("render", "most", "shown"),
    [
        (html.render, 5_000_000, r'<span class="path">.* <span class="n">2 fields'),
        (markdown.render, markdown.MOST, r"(?m)^- \*\*.*\(the note itself\)$"),
    ],
    ids=["html", "markdown"],
)
@pytest.mark.parametrize("said", ["<&\"'>" * 200, "@#:é漢" * 80], ids=len)
def test_however_much_there_is_a_page_stays_small_and_says_what_it_leaves_out(
    render: Callable[[ReportModel], str], most: int, shown: str, said: str
) -> None:
    page = render(build_report(made_of(said, notes=1200, doubts=300)))
    assert len(page.encode()) <= most
    assert page.count("<details>") + page.count("<details ") == page.count("</details>")
    assert re.search(r"\d more doubtful titles: ", page)
    (more,) = re.findall(r"([\d,]+) more notes: ", page)
    assert len(re.findall(shown, page)) + int(more.replace(",", "")) == 1200


@pytest.mark.parametrize("render", [html.render, markdown.render])
def test_what_has_no_room_on_a_page_is_not_made(render: Callable[[ReportModel], str]) -> None:
    looked = []

    class Watched(list[str]):
        def __getitem__(self, place: object) -> object:  # type: ignore[override]  # a slice of it
            looked.append(place)
            return ["Ada"]

    change = Change(Field.AUTHORS, "authors", None, Watched(["Ada"]), S2_SAID)
    outcomes = [Outcome(PurePosixPath(f"{n}.md"), Status.WRITTEN, (change,)) for n in range(5000)]
    page = render(build_report(ran(outcomes=outcomes)))
    assert "more notes: " in page
    assert len(looked) < 2000


@pytest.mark.parametrize("kind", ReasonKind)
def test_every_reason_names_its_details(kind: ReasonKind) -> None:
    """The details that a reason of a kind has stand in its sentence."""
    reason = Reason(
        kind,
        (Feature.FIRST_AUTHOR,),
        differences=(Difference(DifferenceKind.WORD, "forget", "learn"),),
        title="Cooking for engineers",
        works=37,
        record_kinds=("erratum",),
    )
    facts = {
        ReasonKind.EQUAL_TITLE: ["the first author"],
        ReasonKind.NEAR_TITLE: ['"forget"', '"learn"', "the first author"],
        ReasonKind.IDENTIFIER: ["Cooking for engineers"],
        ReasonKind.SAME_TITLE: ["37 works"],
        ReasonKind.SEVERAL_WORKS: ["37 works"],
        ReasonKind.SEVERAL_IDENTIFIED: ["37 works"],
        ReasonKind.CONTRADICTED: ["the first author"],
        ReasonKind.TITLE_ALONE: ["the first author"],
        ReasonKind.DIFFERENT_TITLE: ['"forget"', '"learn"'],
        ReasonKind.OTHER_TITLE: ["Cooking for engineers"],
        ReasonKind.IDENTIFIER_OTHER_TITLE: ["Cooking for engineers"],
        ReasonKind.NOT_CONFIRMED: ['"forget"', '"learn"', "the first author"],
        ReasonKind.RECORD_BESIDE: ["erratum"],
    }
    text = sentences.reason_text(reason)
    assert text
    assert all(fact in text for fact in facts.get(kind, ()))


def test_a_reason_names_the_evidence_by_which_namesakes_fell_away() -> None:
    rejected = (Rejected(0, (Feature.YEAR,)), Rejected(2, (Feature.LISTED, Feature.YEAR)))
    text = sentences.reason_text(Reason(ReasonKind.EQUAL_TITLE, (Feature.CITING,), rejected))
    assert "the year" in text
    assert absent(text, "reference list") == []
    assert "citing" not in text


@pytest.mark.parametrize("name", Feature)
def test_every_evidence_has_words(name: Feature) -> None:
    text = sentences.reason_text(Reason(ReasonKind.EQUAL_TITLE, (name,)))
    assert len(text) > len(sentences.reason_text(Reason(ReasonKind.EQUAL_TITLE)))


@pytest.mark.parametrize("kind", DifferenceKind)
def test_every_difference_names_the_words_that_differ(kind: DifferenceKind) -> None:
    text = sentences.difference_text(Difference(kind, "this", "that"))
    assert "this" in text or "that" in text


@pytest.mark.parametrize("kind", RemarkKind)
def test_every_remark_names_the_provider_and_what_is_wrong(kind: RemarkKind) -> None:
    remark = Remark(
        kind, Field.CITATION_COUNT, "4321", "openalex", "1999", "arXiv 1706.03762", ("a",), ("b",)
    )
    text = sentences.remark_text(remark)
    assert text.startswith("OpenAlex: ")
    silent = (RemarkKind.NO_AUTHORS, RemarkKind.REPEATED_AUTHORS, RemarkKind.ANOTHER_WORK)
    assert ("4321" in text) is (kind not in silent)
    by_identifier = kind in (RemarkKind.YEAR_BEFORE_IDENTIFIER, RemarkKind.YEAR_AFTER_IDENTIFIER)
    assert ("1706.03762" in text) is by_identifier
    assert ("citation count" in text) is (
        kind in (RemarkKind.IMPOSSIBLE_COUNT, RemarkKind.NOTE_DISAGREES, RemarkKind.PUBLISHED_SINCE)
    )


def test_a_note_that_changed_its_work_has_its_keys_named() -> None:
    remark = Remark(
        RemarkKind.ANOTHER_WORK, other="GPT", removed=("authors", "year"), replaced=("venue",)
    )
    text = sentences.remark_text(remark)
    for fact in ("GPT", "authors, year removed", "venue replaced"):
        assert fact in text
