"""Titles, authors and years that stand in a note's body, heading or file name."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest

from forms.test_layout import filled
from refmatter.config.sections import NotesSettings, PaperSettings, Settings
from refmatter.config.settings import Config
from refmatter.stages.learn import read_vault
from refmatter.stages.plan import plan
from support import vault

if TYPE_CHECKING:
    from refmatter.model import Lookup


ADAM = "Adam: A Method for Stochastic Optimization"
RESNET = "Deep Residual Learning for Image Recognition"

NOTES: tuple[tuple[str, str, tuple[str | None, int | None, list[str]]], ...] = (
    # aleju/papers, neural-nets/Adam.md: bullets below a heading that names nothing.
    (
        "Adam.md",
        (
            f"# Paper\n\n* **Title**: {ADAM}\n* **Authors**: Diederik P. Kingma, Jimmy Ba\n"
            "* **Link**: x\n* **Tags**: optimizer\n* **Year**: 2015\n\n# Summary\n\n* Why\n"
        ),
        (ADAM, 2015, ["Diederik P. Kingma", "Jimmy Ba"]),
    ),
    # danmartinez78/autonomy-systems-research, docs/_templates/reading-note.md: hard line breaks.
    (
        "resnet.md",
        (
            "# Reading Note\n\n## Citation\n\n**Authors**: Kaiming He, Xiangyu Zhang  \n"
            f"**Title**: {RESNET}  \n**Published**: CVPR, 2016  \n\n---\n\n## Summary\n\nText.\n"
        ),
        (RESNET, None, ["Kaiming He", "Xiangyu Zhang"]),
    ),
    # anoopkcn/dotfiles, obsidian/Templates/zotero_annotations.md: a list in a callout.
    (
        "he2016.md",
        (
            f"## Metadata\n\n>[!info] Info\n>- **Title**: {RESNET} \n>- **Author**: Kaiming He\n"
            ">- **Year**: 2016 \n\n## Notes\n"
        ),
        (RESNET, 2016, ["Kaiming He"]),
    ),
    # medibb/obsidian, Template/Paper.md: an inline field of Dataview.
    (
        "resnet.md",
        f"\nTitle:: {RESNET}\nURL: https://example.org/a\nZotero Link: x\n\n# text\n",
        (RESNET, None, []),
    ),
    # lorenasilvaaraujo/Aquaponics, content/.trash/OLD.md: labels as code, with the colon inside.
    (
        "residual.md",
        (
            "# Title: He16Residual\n\n## Metadata:\n\n-   `Type:` x\n"
            "-   `Author:` Kaiming He; Xiangyu Zhang\n-   `Keywords:`\n-   `DOI:`\n"
        ),
        (None, None, ["Kaiming He", "Xiangyu Zhang"]),
    ),
    # darrenmahh/Notes, 00_系统配置/zotero_note_template.md: labels in Chinese, values in bold.
    (
        "resnet.md",
        (
            f"# 📄 {RESNET}\n\n> 作者：**Kaiming He, Xiangyu Zhang**  \n> 发表期刊：_CVPR_  \n"
            "> 时间：**2016**  \n\n---\n\n## 📌 一句话总结\n"
        ),
        (RESNET, 2016, ["Kaiming He", "Xiangyu Zhang"]),
    ),
    # FreddieTree/obsidian-notes, Templates/Literature_Template.md: names as code.
    (
        "resnet.md",
        (
            f"# 📖 `{RESNET}`\n\n### 📌 Basic Information\n"
            "- **Authors**: `Kaiming He`, `Jian Sun`\n"
            "- **Publication Date**: `2016-06-27`\n"
        ),
        (RESNET, None, ["Kaiming He", "Jian Sun"]),
    ),
    # docs.zotero-fr.org/file_renaming, Zotero's own names of files: names, year and title.
    (f"He et al - 2016 - {RESNET}.md", "Text.\n", (RESNET, 2016, ["He"])),
    # Names and year behind the title.
    ("resnet.md", f"# {RESNET} (He et al., 2016)\n", (RESNET, 2016, ["He"])),
    ("resnet.md", f"# {RESNET}, He and Sun, 2016\n", (None, 2016, ["He", "Sun"])),
    # Names that are links out of the vault.
    (
        "resnet.md",
        (
            f"# {RESNET}\n\n**Authors**: [Kaiming He](https://kaiminghe.org), "
            "[Jian Sun](https://jiansun.org)\n"
        ),
        (RESNET, None, ["Kaiming He", "Jian Sun"]),
    ),
    # wentorai/research-plugins, skills/literature/metadata/zotmoov-guide/SKILL.md: underscores.
    (f"Kingma_2015_{ADAM.replace(':', '')}.md", "Text.\n", (None, 2015, ["Kingma"])),
    # antoinewidmer/asdeyeliterature, src/site/notes/Templates/Zotero_template.md: a callout.
    (
        "He16Residual.md",
        (
            f"## {RESNET}\n\n> [!Cite]\n> He (2016).\n\n>[!md]\n> **Year**:: 2016   \n"
            "> **Citekey**:: He16Residual  \n> **itemType**:: journalArticle\n"
        ),
        (RESNET, 2016, []),
    ),
)


def looked_up(folder: Path, name: str, text: str) -> Lookup:
    """Return the lookup of a note, which is alone in its vault."""
    config = Config(None, Settings(notes=NotesSettings(paper=PaperSettings(tags=("paper",)))))
    found = read_vault(vault(folder, {name: f"---\ntags: [paper]\n---\n\n{text}"}), config.vault)
    planned = plan(found, config.settings.references)
    key = planned.of_note[PurePosixPath(name)]
    return next(lookup for lookup in planned.lookups if lookup.key == key)


@pytest.mark.parametrize(("name", "text", "expected"), NOTES)
def test_what_a_body_or_a_file_name_says_of_the_work_is_evidence(
    name: str, text: str, expected: tuple[str | None, int | None, list[str]], tmp_path: Path
) -> None:
    title, year, people = expected
    lookup = looked_up(tmp_path, name, text)
    assert title in (None, lookup.title)
    assert lookup.hints.year == year
    assert list(lookup.hints.authors) == people


@pytest.mark.parametrize(
    ("name", "text"),
    [
        # Two works in one body: neither is the note's.
        (
            "reading.md",
            (
                "# Two papers on residual networks\n\n**Title**: A\n**Authors**: Kaiming He\n\n"
                "**Title**: B\n**Authors**: Jane Doe\n"
            ),
        ),
        # No name of a person, and no year.
        ("x.md", "# Words about residual networks\n\n**Authors**: see below\n**Year**: soon\n"),
        # A year in front of a file name may be the year in which it was read.
        ("2016 - Words about residual networks.md", "Text.\n"),
        # Words in front of a year are no names.
        ("Deep Learning 2016 - Words about residual networks.md", "Text.\n"),
        # Words for parts of a work are no names, with a year or without.
        ("x.md", "# Chapter and Section (2015): Words about residual networks\n"),
        # Code is not the body's own.
        ("x.md", "# Words about residual networks\n\n```\n**Authors**: Kaiming He\n```\n"),
    ],
)
def test_what_may_be_another_works_is_no_evidence(name: str, text: str, tmp_path: Path) -> None:
    hints = looked_up(tmp_path, name, text).hints
    assert (hints.year, hints.first_author, tuple(hints.authors)) == (None, None, ())


@pytest.mark.parametrize("mark", ["[[{}]]", "*{}*", "«{}»"])
def test_a_title_is_not_added_without_the_marks_of_the_others(tmp_path: Path, mark: str) -> None:
    """A bare title would be the only one of its kind: nothing is written."""
    front = "---\n{}authors: [A. Person]\nyear: {}\ntags: [paper]\n---\n\n# {}\n"
    works = ("The first work of a person", "The second work of a person", "A third work of theirs")
    shown = {
        f"n{n}.md": front.format(f'title: "{mark.format(title)}"\n', 2000 + n, title)
        for n, title in enumerate(works)
    }
    bare = front.format("", 2016, RESNET).replace("A. Person", "Kaiming He")
    empty = front.format("title:\n", 2016, RESNET).replace("A. Person", "Kaiming He")
    after = filled(tmp_path, shown | {"bare.md": bare, "empty.md": empty})
    assert after["bare.md"] == bare
    assert (after["empty.md"] == empty) is (mark == "[[{}]]")
