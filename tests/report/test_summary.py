from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from msgspec import structs

from refmatter.fields import Field
from refmatter.model import (
    Accepted,
    Ambiguous,
    Change,
    Decision,
    Failure,
    Lookup,
    Note,
    Outcome,
    Provenance,
    Resolution,
    Ruled,
    Rung,
    Status,
    Trouble,
    Unmatched,
)
from refmatter.report.summary import (
    FieldCoverage,
    MissingReason,
    TitleStatus,
    summarise,
    title_status,
)
from refmatter.run_model import Run
from refmatter.schema.conventions import Conventions, Form
from refmatter.stages.learn import Vault
from refmatter.stages.plan import Plan
from reporting import REMARK
from support import EQUAL_TITLE, NOT_FOUND, SAME_TITLE, key_of, note, questions

SAID = Provenance("semantic_scholar", Rung.IDENTIFIER, "2026-01-01")
FORMS = {
    Field.TITLE: Form("title"),
    Field.YEAR: Form("year"),
    Field.VENUE: Form("venue"),
    Field.KEY: Form("meta_key"),
}
YEAR = Change(Field.YEAR, "year", None, 2019, SAID)
NOBODY = Unmatched(NOT_FOUND)


def ran(
    notes: list[Note],
    resolutions: dict[str, Resolution] | None = None,
    outcomes: tuple[Outcome, ...] = (),
    refused: tuple[Outcome, ...] = (),
) -> Run:
    """A run in which each note's lookup has the note's title for its key."""
    chosen = frozenset(each.path for each in notes)
    return Run(
        vault=Vault(Path(), tuple(notes), Conventions(FORMS), chosen, refused),
        plan=Plan((), {each.path: key_of(each.title) for each in notes}, {}),
        resolutions={key_of(key): each for key, each in (resolutions or {}).items()},
        outcomes=(*refused, *outcomes),
        requests={"arxiv": 0, "semantic_scholar": 2},
        dry=False,
    )


def resolved(decision: Decision | None, *failures: Failure, about: str = "a.md") -> Resolution:
    notes = (PurePosixPath(about),) if about else ()
    return Resolution(Lookup(key_of("a"), "A", notes=notes), decision, failures=failures)


def outcome(status: Status, *changes: Change, path: str = "a.md") -> Outcome:
    return Outcome(PurePosixPath(path), status, changes)


def coverage(
    entries: dict[str, object],
    decision: Decision | None = None,
    *outcomes: Outcome,
) -> dict[Field, FieldCoverage]:
    run = ran([note("a.md", {"title": "A"} | entries)], {"A": resolved(decision)}, outcomes)
    return dict(summarise(run).coverage)


def test_a_run_over_nothing_has_nothing_to_tell() -> None:
    said = summarise(ran([]))
    assert (said.notes, said.papers, said.changed) == (0, 0, 0)
    assert said.coverage == {name: FieldCoverage() for name in (Field.YEAR, Field.VENUE, Field.KEY)}
    assert said.ambiguous == ()
    assert said.refused == ()
    assert said.outages == {}
    assert said.requests == {"arxiv": 0, "semantic_scholar": 2}
    assert not said.dry


def test_notes_papers_and_what_became_of_them_are_counted() -> None:
    notes = [note("a.md", {}), note("b.md", {}), note("c.md", {}, is_paper=False)]
    refused = (outcome(Status.REFUSED, path="bad.md"),)
    outcomes = (
        outcome(Status.WRITTEN, path="a.md"),
        outcome(Status.UNCHANGED, path="b.md"),
        outcome(Status.CREATED, path="n.md"),
        outcome(Status.CREATED, path="m.md"),
    )
    said = summarise(replace(ran(notes, outcomes=outcomes, refused=refused), dry=True))
    assert (said.notes, said.papers, said.changed) == (4, 2, 3)
    assert said.statuses == {
        Status.WRITTEN: 1,
        Status.UNCHANGED: 1,
        Status.CREATED: 2,
        Status.REFUSED: 1,
    }
    assert said.refused == refused
    assert said.dry


@pytest.mark.parametrize(
    ("decision", "status", "left"),
    [
        (Accepted((), EQUAL_TITLE), TitleStatus.FOUND, MissingReason.NOT_KNOWN),
        (Ambiguous((), SAME_TITLE), TitleStatus.AMBIGUOUS, MissingReason.AMBIGUOUS),
        (NOBODY, TitleStatus.NOT_FOUND, MissingReason.NOT_FOUND),
        (Ruled(None), TitleStatus.RULED, MissingReason.NOT_KNOWN),
        (None, TitleStatus.NOT_ASKED, MissingReason.NOT_ASKED),
    ],
)
def test_each_decision_has_its_status_and_its_reason(
    decision: Decision | None, status: TitleStatus, left: MissingReason
) -> None:
    assert title_status(resolved(decision)) is status
    assert coverage({}, decision)[Field.YEAR] == FieldCoverage(notes=1, missing=1, left={left: 1})  # type: ignore[arg-type]  # a Counter equals a dict


def test_a_refused_note_is_the_reason_for_what_it_lacks() -> None:
    said = coverage({"venue": "V"}, Accepted((), EQUAL_TITLE), outcome(Status.REFUSED))
    assert said[Field.YEAR].left == {MissingReason.REFUSED: 1}
    assert said[Field.VENUE] == FieldCoverage(notes=1)


def test_a_note_that_names_no_work_was_not_looked_up() -> None:
    run = replace(ran([note("a.md", {})]), plan=Plan((), {}, {}))
    assert summarise(run).coverage[Field.YEAR].left == {MissingReason.NO_TITLE: 1}


def test_what_was_filled_and_what_was_refreshed_are_told_apart() -> None:
    venue = Change(Field.VENUE, "venue", "V", "W", SAID)
    said = coverage(
        {"venue": "V", "meta_key": "a"},
        Accepted((), EQUAL_TITLE),
        outcome(Status.WRITTEN, YEAR, venue),
    )
    assert said == {
        Field.YEAR: FieldCoverage(notes=1, missing=1, filled=1),
        Field.VENUE: FieldCoverage(notes=1, refreshed=1),
        Field.KEY: FieldCoverage(notes=1),
    }


@pytest.mark.parametrize("new", ["", None])
def test_a_venue_that_is_known_to_be_none_is_still_missing(new: str | None) -> None:
    blank = Change(Field.VENUE, "venue", None, new, SAID)
    said = coverage({}, Accepted((), EQUAL_TITLE), outcome(Status.WRITTEN, blank))
    assert said[Field.VENUE] == FieldCoverage(notes=1, missing=1, left={MissingReason.NOT_KNOWN: 1})  # type: ignore[arg-type]  # a Counter equals a dict


def test_a_count_of_nought_is_filled() -> None:
    nought = Change(Field.YEAR, "year", None, 0, SAID)
    assert coverage({}, None, outcome(Status.WRITTEN, nought))[Field.YEAR].filled == 1


def test_a_field_under_another_of_its_names_is_not_missing() -> None:
    assert coverage({"journal": "Nature"})[Field.VENUE] == FieldCoverage(notes=1)


def test_a_note_that_disagrees_is_told_from_one_whose_field_nobody_knows() -> None:
    doubted = Outcome(PurePosixPath("a.md"), Status.UNCHANGED, remarks=(REMARK,))
    run = ran(
        [note("a.md", {"title": "A"})], {"A": resolved(Accepted((), EQUAL_TITLE))}, (doubted,)
    )
    assert summarise(run).coverage[Field.YEAR].left == {MissingReason.DISAGREES: 1}


def test_an_open_lookup_is_told_by_whether_somebody_failed_to_answer() -> None:
    failed = resolved(None, Failure("arxiv", Rung.TITLE_SEARCH, Trouble.OFFLINE, "nobody is asked"))
    assert title_status(failed) == "could not check"
    run = ran([note("a.md", {"title": "A"})], {"A": failed})
    assert summarise(run).coverage[Field.YEAR].left == {MissingReason.COULD_NOT_CHECK: 1}


def test_a_field_that_was_not_asked_for_is_not_told_of() -> None:
    known = structs.replace(resolved(Accepted((), EQUAL_TITLE)), values={Field.VENUE: ("V", SAID)})
    run = ran([note("a.md", {"title": "A"})], {"A": known}, (outcome(Status.WRITTEN, YEAR),))
    assert summarise(replace(run, only=frozenset({Field.YEAR}))).coverage.keys() == {Field.YEAR}


def test_titles_of_notes_are_counted_apart_from_other_references() -> None:
    resolutions = {
        "a": resolved(Accepted((), EQUAL_TITLE)),
        "b": resolved(None),
        "c": resolved(NOBODY, about=""),
        "d": resolved(NOBODY, about=""),
        "e": resolved(Ruled(None), about=""),
    }
    said = summarise(ran([], resolutions))
    assert said.titles == {TitleStatus.FOUND: 1, TitleStatus.NOT_ASKED: 1}
    assert said.references == {TitleStatus.NOT_FOUND: 2, TitleStatus.RULED: 1}


def test_what_is_ambiguous_is_listed() -> None:
    doubtful = resolved(Ambiguous((), SAME_TITLE), about="")
    assert summarise(ran([], {"a": resolved(NOBODY), "b": doubtful})).ambiguous == (doubtful,)


def test_an_outage_is_told_once_a_service_and_being_offline_is_none() -> None:
    broken = Failure("arxiv", Rung.TITLE_SEARCH, Trouble.BROKEN, "500")
    later = Failure("arxiv", Rung.TITLE_SEARCH, Trouble.UNREACHABLE, "no route")
    offline = Failure("semantic_scholar", Rung.TITLE_SEARCH, Trouble.OFFLINE, "nobody is asked")
    resolutions = {"a": resolved(None, offline, broken), "b": resolved(NOBODY, later, offline)}
    assert summarise(ran([], resolutions)).outages == {"arxiv": broken}


def test_a_title_is_counted_only_where_notes_gain_it() -> None:
    headed = replace(note("a.md", {"year": 2019, "venue": "X", "meta_key": "a"}), title="A")
    title = Change(Field.TITLE, "title", None, "A", None)
    assert Field.TITLE not in summarise(ran([headed])).coverage
    gained = ran([headed], outcomes=(Outcome(headed.path, Status.WRITTEN, (title,)),))
    assert summarise(gained).coverage[Field.TITLE] == FieldCoverage(notes=1, missing=1, filled=1)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (("catalog/catalog",), TitleStatus.NOT_IN_CATALOG),
        (("catalog/catalog", "arxiv/title_batch"), TitleStatus.NOT_FOUND),
    ],
)
def test_nothing_is_not_found_that_only_the_catalogue_was_asked_for(
    asked: tuple[str, ...], status: TitleStatus
) -> None:
    found = structs.replace(resolved(NOBODY), queries=questions(*asked))
    assert title_status(found) is status
