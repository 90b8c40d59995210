"""What refmatter says of notes that it leaves alone: bad YAML, and authors that contradict."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from house import house

FAULTS = (
    # distillpub/template, issue 29: a colon in a title without quotes.
    ("title: Feature Visualization: A Guide", 'title: "Feature Visualization: A Guide"'),
    # ttscoff/gather-cli, issue 22: double quotes within double quotes.
    (
        'title: "Last blog standing, "last guy dancing": How one thinks at 20"',
        "title: 'Last blog standing, \"last guy dancing\": How one thinks at 20'",
    ),
    # Trikzon/obsidian-frontmatter-links, issue 22: quoted links, but no list.
    ('authors: "[[A. King]]", "[[B. Tolkien]]"', 'authors: ["[[A. King]]", "[[B. Tolkien]]"]'),
    # mycelium-hq/ai-brain-starter, pull request 450: links, but no list and no quotes.
    ("authors: [[A. King]], [[B. Tolkien]]", 'authors: ["[[A. King]]", "[[B. Tolkien]]"]'),
    # garrytan/gbrain, issue 4319: a title that begins with a backtick.
    ("title: `serve` and its concurrency", 'title: "`serve` and its concurrency"'),
    # obsidian-html/obsidian-html, issue 276: a citekey with its @.
    ("citekey: @king2010", 'citekey: "@king2010"'),
    # oleeskild/obsidian-digital-garden, pull request 746: an escaped bar in double quotes.
    ('venue: "[[venues/icml\\|ICML]]"', "venue: '[[venues/icml\\|ICML]]'"),
    # aws-amplify/learn, issue 32: an apostrophe in single quotes.
    ("title: 'An example of John's test'", 'title: "An example of John\'s test"'),
    # platers/obsidian-linter, issue 157: tabs in front of the items of a list.
    ("tags:\n\t- paper", "  - paper"),
    # dauxio/daux.io, issue 19: the shortest of them.
    ("title: Foo: Bar Test", 'title: "Foo: Bar Test"'),
)
LIBRARY = re.compile(
    r"mapping values|expected|block mapping|scanning|parsing|any token|context|simple key|scalar"
)


@pytest.mark.parametrize(("lines", "corrected"), FAULTS)
def test_a_line_that_is_no_yaml_comes_with_the_line_as_it_should_be(
    lines: str, corrected: str, tmp_path: Path
) -> None:
    with house(tmp_path) as home:
        home.put("a.md", f"---\n{lines}\nyear: 2001\n---\n\nText.\n")
        (refused,) = home.report("--offline")["refused"]
        shown = home.enrich("--offline")
    assert refused["line"] == 1 + lines.count("\n") + 1
    assert refused["suggestion"] == corrected
    assert corrected in shown.out
    assert not LIBRARY.search(refused["reason"])


DISPUTED = (
    # fourmodern/literature_batch_scripts, templates/literature_note.md: a list of quoted names.
    (
        (
            'authors:\n  - "Jane Doe"\n  - "John Roe"\nyear:\n'
            'doi: "10.48550/arXiv.1706.03762"\njournal: ""'
        ),
        "authors",
        "Doe",
    ),
    # anoopkcn/dotfiles, obsidian/Templates/zotero_annotations.md: `Author` and `Year` as text.
    ("Author: 'Jane Doe and John Roe'\nYear:\nDOI: 10.48550/arXiv.1706.03762", "authors", "Doe"),
    # CODEHakR1234/PaperHakrio, content/templates/paper-template.md: text, and a link.
    (
        'authors: "Jane Doe, John Roe"\nyear:\narxiv: https://arxiv.org/abs/1706.03762',
        "authors",
        "",
    ),
    # The same template: the year of another edition.
    ('authors: Ashish Vaswani\nyear: 2003\nvenue:\narxiv: "1706.03762"', "year", "2003"),
)


@pytest.mark.parametrize(("keys", "field", "value"), DISPUTED)
def test_a_run_names_the_note_that_disagrees_and_why_gives_the_reason(
    keys: str, field: str, value: str, tmp_path: Path
) -> None:
    text = f"---\ntitle: Attention is All you Need\n{keys}\n---\n"
    with house(tmp_path) as home:
        path = home.put("disputed.md", text)
        ran = home.enrich("--offline")
        report = home.report("--offline")
        why = json.loads(home.run("why", str(path), "--config", str(home.config), "--json").out)
        assert path.read_text() == text
    (remarked,) = report["remarks"]
    assert [remark["field"] for remark in remarked["remarks"]] == [field]
    named = [line for line in ran.out.splitlines() if "disputed.md" in line]
    assert len(named) == 1
    assert field in named[0]
    assert value in named[0]
    absences = {value["field"]: value["absence"] for value in why["values"]}
    assert "disagrees" in absences.values()
    assert {"not_written", "no_service_has_it"}.isdisjoint(absences.values())


def test_the_lines_as_they_should_be_are_yaml() -> None:
    for _, corrected in FAULTS:
        assert yaml.safe_load(corrected)
