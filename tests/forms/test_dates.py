"""Years that are an item of a list or of a date in CSL are read, and filled as the vault has them.

The inputs are modelled on the structure of public documents, named beside them; the works are in
the bundled catalogue.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from forms.test_layout import PIXEL, RESNET, filled
from house import house
from refmatter.fields import read_year, unwrapped, wrapped

VASWANI = "Attention Is All You Need"
BODY = "---\n\nWhat I think of it.\n"
FIRST = {PIXEL: "Aäron van den Oord", VASWANI: "Ashish Vaswani", RESNET: "Kaiming He"}

INPUTS = [
    pytest.param(
        # callumalpass/obsidian-biblib: docs/core-concepts.md
        "issued:\n  date-parts:\n    - - {}\n",
        "issued:\n",
        id="block-lists",
    ),
    pytest.param("issued:\n  date-parts:\n  - - {}\n", "issued:\n", id="safe-dump"),
    pytest.param(
        # jgm/pandoc: MANUAL.txt, its example of `references`
        "issued:\n  date-parts: [[{}]]\n",
        "issued: null\n",
        id="brackets-below-the-key",
    ),
    pytest.param(
        # citation-style-language/schema: the date of csl-data.json, in braces as in JSON
        "issued: {{date-parts: [[{}]]}}\n",
        "issued: {}\n",
        id="braces",
    ),
    pytest.param('issued: {{date-parts: [["{}"]]}}\n', 'issued: ""\n', id="quoted"),
    pytest.param("year: [{}]\n", "year: []\n", id="a-list-of-numbers"),
    pytest.param("year:\n- '{}'\n", "year: []\n", id="a-list-of-texts"),
    # A link without quotes is a list in a list to YAML.
    pytest.param("year: [[{}]]\n", "year:\n", id="link-without-quotes"),
    # An empty key is filled as the others are; one that stays away is added.
    pytest.param("issued:\n  date-parts:\n    - - {}\n", "", id="no-key"),
]


def note(title: str, year: str) -> str:
    return f"---\ntitle: {title}\nauthor: {FIRST[title]}\n{year}tags: [paper]\n{BODY}"


@pytest.mark.parametrize(("form", "empty"), INPUTS)
def test_a_year_is_filled_in_the_form_of_the_vault(tmp_path: Path, form: str, empty: str) -> None:
    shown = {
        "pixel.md": note(PIXEL, form.format(2016)),
        "vaswani.md": note(VASWANI, form.format(2017)),
    }
    before = note(RESNET, empty)
    after = filled(tmp_path, {**shown, "he.md": before})
    assert {name: after[name] for name in shown} == shown
    wanted = note(RESNET, form.format(2016))
    assert after["he.md"] == wanted


@pytest.mark.parametrize(
    "form",
    [
        "issued: {{date-parts: [[{}, 6]]}}\n",
        "issued:\n  date-parts:\n    - - {}\n      - 6\n      - 27\n",
        "issued: {{date-parts: [[{}]], season: 2}}\n",
        "issued: {{raw: {}}}\n",
    ],
)
def test_a_date_with_more_than_a_year_is_not_filled(tmp_path: Path, form: str) -> None:
    """A year alone is no date of a vault that has months."""
    notes = {
        f"{n}.md": note(title, form.format(year) if year else "issued:\n")
        for n, (title, year) in enumerate(((PIXEL, 2016), (VASWANI, 2017), (RESNET, None)))
    }
    after = filled(tmp_path, notes)
    assert after == notes


def test_the_year_of_a_date_is_evidence(tmp_path: Path) -> None:
    """One in date-parts that is not the work's keeps the work away."""
    date = "issued:\n  date-parts:\n    - - {}\n"
    with house(tmp_path) as home:
        home.put("a.md", f"---\ntitle: {RESNET}\n{date.format(1987)}authors:\ntags: [paper]\n---\n")
        home.put("b.md", f"---\ntitle: {PIXEL}\n{date.format(2016)}authors:\ntags: [paper]\n---\n")
        home.enrich("--offline")
        assert "authors:\n" in (home.notes / "a.md").read_text()
        assert "Kalchbrenner" in (home.notes / "b.md").read_text()


def test_a_date_that_was_written_for_another_work_is_replaced(tmp_path: Path) -> None:
    date = "issued:\n  date-parts:\n    - - {}\n"
    with house(tmp_path) as home:
        home.put("a.md", note(PIXEL, date.format(2016)))
        path = home.put("c.md", f"---\ntitle: {VASWANI}\nissued:\ntags: [paper]\n---\n")
        home.enrich("--offline")
        assert date.format(2017) in path.read_text()
        path.write_text(path.read_text().replace(VASWANI, RESNET))
        home.enrich("--offline")
        assert date.format(2016) in path.read_text()
        assert "2017" not in path.read_text()


@pytest.mark.parametrize(
    ("value", "year"),
    [
        ({"date-parts": [[2017, 6]]}, 2017),
        ({"date-parts": [[2017, 6, 12], [2018]]}, 2017),
        ({"date-parts": [2017, 12, 4]}, 2017),
        ({"date-parts": [["2017"]]}, 2017),
        ({"date-parts": [[]]}, None),
        ({"date-parts": None}, None),
        ({"date-parts": [[2017]], "season": 1}, None),
        ({"raw": 2017}, None),
        ([2017], 2017),
        ([["2017"]], 2017),
        ([2017, 2018], None),
        ([], None),
        ({}, None),
    ],
)
def test_the_year_of_a_value(value: object, year: int | None) -> None:
    assert read_year(value) == year
    wraps, inner = unwrapped(value)
    assert wrapped(inner, wraps) == value
