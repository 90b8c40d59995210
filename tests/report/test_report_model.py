from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from refmatter.fields import Field
from refmatter.model import (
    Accepted,
    Ambiguous,
    Change,
    Lookup,
    Note,
    Outcome,
    Provenance,
    Reference,
    Resolution,
    Rung,
    Status,
)
from refmatter.report.report_model import AGES, Contribution, build_report
from reporting import CATALOG_SAID, S2_SAID, ran, small
from support import EQUAL_TITLE, SAME_TITLE, key_of, note


def counting(said: object, known: int, fetched: str, day: str = "2026-01-31") -> tuple[int, ...]:
    """Of a note with a count: the ages, and behind them how many are of none."""
    said_by = Provenance("s2", Rung.IDENTIFIER, fetched)
    values = {Field.CITATION_COUNT: (known, said_by)}
    resolution = Resolution(Lookup(key_of("a"), "a"), Accepted((), EQUAL_TITLE), values=values)
    told = build_report(ran([note("a.md", {"title": "a", "numCitedBy": said})], {"a": resolution},
                       day=day))  # fmt: skip
    return (*told.ages, told.undated)


def test_who_gave_what_is_counted_by_provider_and_rung() -> None:
    fields = {Field.AUTHORS: 1, Field.CITATION_COUNT: 1}
    assert build_report(small()).contributions == (
        Contribution("semantic_scholar", Rung.IDENTIFIER, fields, "2026-01-01", "2026-01-01"),
        Contribution("catalog", Rung.CATALOG, {Field.VENUE: 1}, "2022-07-03", "2022-07-03"),
        Contribution(None, None, {Field.TITLE: 1, Field.KEY: 1}),
    )


def test_days_span_from_the_first_to_the_last_and_empty_values_were_given_by_nobody() -> None:
    later = Provenance("catalog", Rung.CATALOG, "2023-01-01")
    undated = Provenance("catalog", Rung.CATALOG, "")
    changes = (
        Change(Field.YEAR, "year", None, 2001, later),
        Change(Field.VENUE, "venue", None, "V", CATALOG_SAID),
        Change(Field.AUTHORS, "authors", None, ["A"], undated),
        Change(Field.KEY, "meta_key", None, "", S2_SAID),
    )
    (giver,) = build_report(
        ran(outcomes=[Outcome(PurePosixPath("a.md"), Status.WRITTEN, changes)])
    ).contributions
    assert (giver.values, giver.first, giver.last) == (3, "2022-07-03", "2023-01-01")
    assert list(giver.fields) == [Field.AUTHORS, Field.YEAR, Field.VENUE]


def test_what_was_refused_gave_nothing() -> None:
    change = Change(Field.YEAR, "year", None, 2001, S2_SAID)
    told = build_report(
        ran([note("a.md", {"title": "a"})], {},
            [Outcome(PurePosixPath("a.md"), Status.REFUSED, (change,))])
    )  # fmt: skip
    assert told.contributions == ()
    assert told.years == {None: 1}
    assert told.changed == ()


@pytest.mark.parametrize(
    ("fetched", "place"),
    [
        ("2026-02-07", 0),
        ("2026-01-31", 0),
        ("2026-01-24", 0),
        ("2026-01-23", 1),
        ("2026-01-01", 1),
        ("2025-12-31", 2),
        ("2025-01-31", 3),
        ("2025-01-30", 4),
        ("2022-07-03", 5),
        ("2001-01-01", 6),
    ],
)
def test_a_count_is_as_old_as_the_day_it_was_said(fetched: str, place: int) -> None:
    ages = counting(7, 7, fetched)
    assert len(ages) == len(AGES) + 2
    assert [index for index, number in enumerate(ages) if number] == [place]


def test_the_age_of_another_count_is_not_known() -> None:
    assert counting(8, 7, "2026-01-01")[-1] == 1
    assert counting(7, 7, "")[-1] == 1
    assert counting("7", 7, "2026-01-31")[0] == 1
    assert sum(counting(None, 7, "2026-01-01")) == 0
    assert build_report(ran([note("a.md", {"title": "a", "numCitedBy": 7})])).undated == 1


def test_without_a_day_of_its_own_the_newest_word_is_the_day() -> None:
    assert counting(7, 7, "2026-01-01", day="")[0] == 1
    assert build_report(ran(day="")).day == ""


def test_years_and_venues_are_those_that_the_run_leaves() -> None:
    notes = [
        note("a.md", {"title": "a", "year": 2001, "venue": "ACL"}),
        note("b.md", {"title": "b", "year": "2001", "venue": ["", "[[ACL]]", "C"]}),
        note("c.md", {"title": "c", "year": "soon", "venue": {"name": "C"}}),
        note("d.md", {"title": "d", "journal": "  Nature\n Physics"}),
        note("e.md", {"title": "e", "year": 1}, is_paper=False),
    ]
    made = (
        Change(Field.YEAR, "year", None, 2002, S2_SAID),
        Change(Field.VENUE, "venue", None, "ACL", S2_SAID),
    )
    outcomes = [
        Outcome(PurePosixPath("d.md"), Status.WRITTEN, made[:1]),
        Outcome(PurePosixPath("n.md"), Status.CREATED, made),
    ]
    told = build_report(ran(notes, outcomes=outcomes))
    assert told.years == {2001: 2, None: 1, 2002: 2}
    assert told.venues == {"ACL": 2, "[[ACL]]": 1, "": 1, "Nature Physics": 1}


def test_doubts_say_where_they_stand_and_those_that_help_most_come_first() -> None:
    def doubt(title: str, notes: int, *cited_by: str) -> Resolution:
        own = tuple(PurePosixPath(f"own{n}.md") for n in range(notes))
        paths = tuple(map(PurePosixPath, cited_by))
        return Resolution(
            Lookup(key_of(title.lower()), title, notes=own, cited_by=paths),
            Ambiguous((), SAME_TITLE),
        )

    def citing(path: str, *titles: str) -> Note:
        lines = tuple(Reference(title, None, 5 + n) for n, title in enumerate(titles))
        return note(path, {"title": path}, references=lines)

    notes = [citing("b.md", "One", "other", "TWO"), citing("a.md", "two", "Two")]
    resolutions = {
        "one": doubt("One", 0, "b.md"),
        "two": doubt("Two", 0, "b.md", "a.md"),
        "own": doubt("Own", 1),
    }
    told = build_report(ran(notes, resolutions)).ambiguous
    assert [(each.title, each.places) for each in told] == [
        ("Own", ((PurePosixPath("own0.md"), None),)),
        ("Two", ((PurePosixPath("a.md"), 5), (PurePosixPath("b.md"), 7))),
        ("One", ((PurePosixPath("b.md"), 5),)),
    ]


@pytest.mark.parametrize(("dry", "line"), [(False, 7), (True, 5)])
def test_a_line_is_where_it_stands_when_the_run_is_over(dry: bool, line: int) -> None:
    citing = note("b.md", {"title": "b"}, references=(Reference("One", None, 5),))
    one = Lookup(key_of("one"), "One", cited_by=(citing.path,))
    longer = Outcome(citing.path, Status.WRITTEN, before=b"a\nb\n", after=b"a\nx\ny\nb\n")
    told = build_report(
        ran([citing], {"one": Resolution(one, Ambiguous((), SAME_TITLE))}, [longer], dry=dry)
    )
    assert told.ambiguous[0].places == ((citing.path, line),)


def test_whose_data_it_is() -> None:
    assert build_report(small()).credited == {"semantic_scholar", "catalog"}
    held = replace(small(), origins=frozenset({"dblp", "acl"}))
    assert build_report(held).credited == {"semantic_scholar", "catalog", "dblp", "acl"}
    assert build_report(replace(ran(), origins=held.origins)).credited == frozenset()


def test_titles_that_are_open_and_those_that_nobody_knows() -> None:
    told = build_report(small())
    assert [each.title for each in told.unasked] == ["Lost"]
    assert [each.title for each in told.unfound] == ["Odd"]
    assert [each.path.name for each in told.changed] == ["bert.md", "new.md"]
    assert [each.path.name for each in told.remarked] == ["deep.md"]
    assert told.summary.refused[0].line == 3
