from dataclasses import replace

import pytest

from refmatter.report import figures
from refmatter.report.labels import counted
from refmatter.report.report_model import ReportModel, build_report
from reporting import ran
from support import absent


def told(
    years: dict[int | None, int] | None = None,
    venues: dict[str, int] | None = None,
    day: str = "2026-01-01",
) -> ReportModel:
    return replace(build_report(ran(day=day)), years=years or {}, venues=venues or {})


def test_numbers_in_words() -> None:
    assert counted(1, "note") == "1 note"
    assert counted(1204, "note") == "1,204 notes"
    assert counted(0, "other") == "0 others"


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, "–"), (0, 9, "0 %"), (9, 9, "100 %"), (1, 900, "1 %"), (899, 900, "99 %"),
     (1, 3, "33 %")],
)  # fmt: skip
def test_all_and_nothing_are_told_from_nearly(part: int, whole: int, said: str) -> None:
    assert figures.share(part, whole) == said


def test_a_bar_has_a_length() -> None:
    assert figures.per_cent(1, 3) == 33.3
    assert figures.per_cent(0, 0) == 0.0


def test_years_have_no_gap_and_what_is_far_is_gathered() -> None:
    said: dict[int | None, int] = {None: 9, 1066: 1, 1970: 2, 2020: 3, 2022: 4, 2999: 5}
    rows = figures.years(told(said))
    assert rows[0] == ("before 1973", 3)
    assert rows[-3:] == [("2021", 0), ("2022", 4), ("after 2022", 5)]
    assert len(rows) == 52
    assert sum(count for _, count in rows) == 15


def test_few_years_and_none() -> None:
    assert figures.years(told({2001: 1, 2003: 1})) == [("2001", 1), ("2002", 0), ("2003", 1)]
    assert figures.years(told({2999: 1})) == [("2999", 1)]
    assert figures.years(told({2030: 1, 2001: 1}, day=""))[-1] == ("2030", 1)
    assert figures.years(told({None: 1})) == []


def test_the_venues_of_most_notes_and_the_others() -> None:
    said = {"": 4} | {f"V{n:02}": n for n in range(1, 15)}
    account_ = told(venues=said)
    assert figures.venues(account_)[:2] == [("V14", 14), ("V13", 13)]
    assert len(figures.venues(account_)) == 12
    facts = ("3 notes", "2 other venues", "4 notes without")
    assert absent(figures.other_venues(account_), *facts) == []
    assert figures.other_venues(told(venues={"A": 1})) == ""


def test_ages_in_words() -> None:
    young = replace(told(), ages=(1, 0, 0, 0, 0, 0, 2))
    rows = figures.ages(young)
    assert absent(rows[0][0], "week") == []
    assert [count for _, count in rows] == [1, 0, 0, 0, 0, 0, 2]
    assert figures.ages(replace(young, undated=3))[-1][1] == 3
