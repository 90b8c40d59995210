"""What is seen of a vault."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

import pytest

from refmatter.config.loading import load
from refmatter.errors import NoteError
from refmatter.fields import Field
from refmatter.setup.profile_text import profile_json, profile_lines
from refmatter.setup.vault_profile import Sign, Signs, VaultProfile, profile_vault
from support import SEEDS, vault

FULL = "---\ntitle: {0}\nauthors: [A B, C D]\nYear: 2001\n---\n"


def portrait(folder: Path, **files: str) -> VaultProfile:
    return profile_vault(
        vault(folder, {f"{name}.md": text for name, text in files.items()}), load(None).vault
    )


def test_the_seeds() -> None:
    seen = profile_vault(SEEDS, load(None).vault)
    assert (seen.files, seen.papers, seen.signs) == (2, 2, Signs(tag=2, heading=2, key=1))
    assert seen.is_filled[Field.TITLE] == 2
    assert seen.is_filled[Field.YEAR] == 1
    assert seen.headings == {"References": 2}
    assert (seen.others, seen.sign, seen.templates, seen.refused) == ({}, None, 0, ())
    assert (seen.suffixes, seen.unknown) == ({}, {"pdf_relpath": 2, "status": 2})
    assert (seen.linked, seen.plain) == (100, 90)


def test_another_heading_over_a_list_is_seen_and_one_in_prose_is_not(tmp_path: Path) -> None:
    said = "## Related Papers\n\n- A Title of a Work\n"
    seen = portrait(
        tmp_path,
        a=FULL.format("One") + said,
        b=FULL.format("Two") + "# 5. related papers:\n\n1. Another Title\n",
        c=FULL.format("Three") + "The literature is large.\n\n## Literature\n\nMuch of it.\n",
        d=FULL.format("Four") + "## References\n\n- Something\n\n## Bibliography\n\n- Else\n",
    )
    assert seen.others == {"Related Papers": 2}
    assert seen.headings == {"Literature": 1, "References": 1}
    assert seen.signs == Signs(heading=2, key=4)


def test_a_tag_that_papers_alone_have_is_seen(tmp_path: Path) -> None:
    tagged = FULL.format("T").replace("Year", "tags: '#article, x'\nYear")
    seen = portrait(tmp_path, a=tagged, b=tagged, c=tagged, d="---\ntags: [x]\n---\n", e="x\n")
    assert seen.sign == Sign("tag", "article", "", 3, 3, 2, 0)
    assert portrait(tmp_path, a="", b="---\ntags: [article]\n---\n").sign is None


def test_no_tag_is_wanted_where_papers_have_the_usual_one(tmp_path: Path) -> None:
    tagged = FULL.format("T").replace("Year", "tags: [paper, article]\nYear")
    seen = portrait(tmp_path, a=tagged, b=tagged, c=tagged)
    assert (seen.signs.tag, seen.sign) == (3, None)


def kinds(folder: Path, other: str, *own: str, where: str = "") -> VaultProfile:
    """Ten papers with these lines, five of them filled, and ten notes of other kinds."""
    lines = "".join(f"{line}\n" for line in own)
    files = {f"{where}p{n}.md": f"---\ntitle: Paper {n}\n{lines}---\n" for n in range(5)}
    rest = f"authors: [A B]\nyear: 2001\n{lines}---\n"
    files |= {f"{where}f{n}.md": f"---\ntitle: Filled {n}\n{rest}" for n in range(5)}
    files |= {f"Daily/{n}.md": f"---\ntitle: Day {n}\n{other}---\n" for n in range(10)}
    return profile_vault(vault(folder, files), load(None).vault)


def test_the_value_that_says_what_a_note_is_is_a_sign(tmp_path: Path) -> None:
    seen = kinds(tmp_path, "category: daily\nstatus: read\n", "category: research", "status: read")
    assert seen.sign == Sign("key", "category", "research", 5, 5, 15, 5)


def test_the_folder_of_papers_is_a_sign(tmp_path: Path) -> None:
    seen = kinds(tmp_path / "a", "mood: fine\n", where="Reading/")
    assert seen.sign is None  # most of what is there might be something else
    files = {f"Reading/more{n}.md": FULL.format("T") for n in range(4)}
    seen = profile_vault(vault(tmp_path / "a", files), load(None).vault)
    assert seen.sign == Sign("folder", "Reading", "", 9, 9, 15, 5)


@pytest.mark.parametrize("line", ["tags: [paper]", "tags: paper/read", "type: literature-note"])
def test_a_sign_that_is_known_already_is_not_proposed(tmp_path: Path, line: str) -> None:
    assert kinds(tmp_path, "category: daily\n", line, "category: research").sign is None


def test_what_papers_share_with_all_other_notes_is_no_sign(tmp_path: Path) -> None:
    assert kinds(tmp_path, "status: read\n", "status: read").sign is None


def test_files_with_other_suffixes_are_counted_and_looked_at(tmp_path: Path) -> None:
    vault(tmp_path, {"a.markdown": FULL.format("A"), "b.qmd": FULL.format("B"), "c.md": "x\n"})
    seen = profile_vault(tmp_path, load(None).vault)
    assert (seen.files, seen.papers) == (3, 2)
    assert (seen.suffixes, seen.endings) == ({".qmd": 1}, {".markdown": 1})
    assert seen.left_out == ()
    (tmp_path / "config.yaml").write_text("notes: {include: ['*.qmd']}\n")
    seen = profile_vault(tmp_path, load(tmp_path / "config.yaml").vault)
    assert (seen.files, seen.suffixes, seen.left_out) == (1, {}, ("a.markdown", "c.md"))


def test_templates_are_counted(tmp_path: Path) -> None:
    vault(tmp_path, {"Templates/paper.md": "", "x/_templates/y/z.md": "", "a.md": ""})
    assert profile_vault(tmp_path, load(None).vault).templates == 2


def test_what_cannot_be_read_is_counted_and_named(tmp_path: Path) -> None:
    files = {"bad": "---\ntitle: [\n---\n", "toml": "+++\nyear = 1\n+++\n"}
    seen = portrait(tmp_path, a=FULL.format("One"), **files)
    assert (seen.files, seen.papers) == (3, 1)
    assert [each.path for each in seen.refused] == [PurePosixPath("bad.md")]
    assert seen.other_formats == {"TOML": 1}
    lines = [line for line, _ in profile_lines(seen)]
    assert len([line for line in lines if "TOML" in line]) == 1
    assert json.loads(profile_json(seen))["other_formats"] == {"TOML": 1}


def test_signs_that_are_switched_off_are_not_counted(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("notes: {paper: {fields: false, heading: false}}\n")
    vault(tmp_path, {"a.md": "---\ntags: paper\nyear: 2\n---\n# References\n\n- X\n"})
    assert profile_vault(tmp_path, load(tmp_path / "config.yaml").vault).signs == Signs(tag=1)


def test_a_folder_that_cannot_be_listed(tmp_path: Path) -> None:
    with pytest.raises(NoteError, match="cannot be listed"):
        profile_vault(tmp_path / "gone", load(None).vault)


def test_what_all_notes_of_a_kind_of_place_have_is_no_sign(tmp_path: Path) -> None:
    files = {f"p{n}.md": FULL.format(n).replace("Year", "layout: post\nYear") for n in range(5)}
    files |= {f"b{n}.md": "---\nlayout: post\ntags: clip\n---\n" for n in range(3)}
    assert profile_vault(vault(tmp_path, files), load(None).vault).sign is None
    vault(tmp_path, {f"d{n}.md": "---\nlayout: page\n---\n" for n in range(3)})
    sign = profile_vault(tmp_path, load(None).vault).sign
    assert sign == Sign("key", "layout", "post", 5, 5, 6, 3)
