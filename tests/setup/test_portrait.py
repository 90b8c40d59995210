"""What is seen of a vault."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from refmatter.config.reading import load
from refmatter.errors import NoteError
from refmatter.model import Field
from refmatter.setup.portrait import Portrait, Signs, portray
from support import SEEDS, vault

FULL = "---\ntitle: {0}\nauthors: [A B, C D]\nYear: 2001\n---\n"


def portrait(folder: Path, **files: str) -> Portrait:
    return portray(vault(folder, {f"{name}.md": text for name, text in files.items()}), load(None))


def test_the_seeds() -> None:
    seen = portray(SEEDS, load(None))
    assert (seen.files, seen.papers, seen.signs) == (2, 2, Signs(tag=2, heading=2, key=1))
    assert seen.filled[Field.TITLE] == 2
    assert seen.filled[Field.YEAR] == 1
    assert seen.headings == {"References": 2}
    assert (seen.others, seen.tag, seen.templates, seen.refused) == ({}, None, (), ())
    assert (seen.linked, seen.plain) == (100, 90)


def test_another_heading_over_a_list_is_seen_and_one_in_prose_is_not(tmp_path: Path) -> None:
    said = "## Works Cited\n\n- A Title of a Work\n"
    seen = portrait(
        tmp_path,
        a=FULL.format("One") + said,
        b=FULL.format("Two") + "# 5. works cited:\n\n1. Another Title\n",
        c=FULL.format("Three") + "The literature is large.\n\n## Literature\n\nMuch of it.\n",
        d=FULL.format("Four") + "## References\n\n- Something\n\n## Bibliography\n\n- Else\n",
    )
    assert seen.others == {"Works Cited": 2}
    assert seen.headings == {"References": 1}
    assert seen.signs == Signs(heading=1, key=4)


def test_a_tag_that_papers_alone_have_is_seen(tmp_path: Path) -> None:
    tagged = FULL.format("T").replace("Year", "tags: '#article, x'\nYear")
    seen = portrait(tmp_path, a=tagged, b=tagged, c=tagged, d="---\ntags: [x]\n---\n", e="x\n")
    assert seen.tag == "article"
    assert portrait(tmp_path, a="", b="---\ntags: [article]\n---\n").tag is None


def test_no_tag_is_wanted_where_papers_have_the_usual_one(tmp_path: Path) -> None:
    tagged = FULL.format("T").replace("Year", "tags: [paper, article]\nYear")
    seen = portrait(tmp_path, a=tagged, b=tagged, c=tagged)
    assert (seen.signs.tag, seen.tag) == (3, None)


def test_folders_of_templates_are_seen_unless_some_are_left_out(tmp_path: Path) -> None:
    vault(tmp_path, {"Templates/paper.md": "", "x/_templates/y/z.md": "", "template.md": ""})
    assert portray(tmp_path, load(None)).templates == ("Templates", "x/_templates")
    (tmp_path / "config.yaml").write_text("notes: {exclude: ['Templates/**']}\n")
    assert portray(tmp_path, load(tmp_path / "config.yaml")).templates == ()


def test_what_cannot_be_read_is_counted_and_named(tmp_path: Path) -> None:
    seen = portrait(tmp_path, a=FULL.format("One"), bad="---\ntitle: [\n---\n")
    assert (seen.files, seen.papers) == (2, 1)
    assert [each.path for each in seen.refused] == [PurePosixPath("bad.md")]


def test_signs_that_are_switched_off_are_not_counted(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("notes: {paper: {fields: false, heading: false}}\n")
    vault(tmp_path, {"a.md": "---\ntags: paper\nyear: 2\n---\n# References\n\n- X\n"})
    assert portray(tmp_path, load(tmp_path / "config.yaml")).signs == Signs(tag=1)


def test_a_folder_that_cannot_be_listed(tmp_path: Path) -> None:
    with pytest.raises(NoteError, match="cannot be listed"):
        portray(tmp_path / "gone", load(None))
