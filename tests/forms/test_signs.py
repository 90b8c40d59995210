"""Notes without front matter, and vaults without signs: which notes are papers, and what is said
where none is.

Each input has the layout of a public vault or template, which it names; titles are those of
well-known works.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from house import House, house
from refmatter.config.loading import load
from refmatter.stages.learn import read_vault
from support import absent, vault

RESNET = "Deep Residual Learning for Image Recognition"
ATTENTION = "Attention is All you Need"

SIGNS = [
    pytest.param(
        # webb-c/paper-review: README.md, a template without front matter
        {f"Papers/{RESNET}.md": f"# {RESNET}\n\n#### Link\n\n[]()\n\n## Abstract\n", "a.md": "x\n"},
        ["Papers/**"],
        {f"Papers/{RESNET}.md"},
        id="heading",
    ),
    pytest.param(
        # titech-caras/titech-caras.github.io: files/misc/review_format.md, named after the work
        {f"notes/{ATTENTION}.md": "# Jane Doe（2020-01-01）\n\n# まとめ\n", "b/x.md": "# X\n"},
        ["notes/*.md"],
        {f"notes/{ATTENTION}.md"},
        id="file-name",
    ),
    pytest.param(
        # MaoMaoCV/maomaocv.github.io: _posts/2015-11-29-memory-networks.markdown
        {f"_posts/2023-01-02-{n}.markdown": f'---\ntitle: "{ATTENTION}"\n---\n' for n in "ab"},
        ["_posts/**"],
        {"_posts/2023-01-02-a.markdown", "_posts/2023-01-02-b.markdown"},
        id="posts",
    ),
    pytest.param(
        # Good-Dish/LLM-papers: README.md, notes in a folder for each subject, none beside it
        {"RAG/x.md": "text\n", "basic-foundation/y.md": "text\n", "README.md": "text\n"},
        ["RAG/**", "basic-foundation/**"],
        {"RAG/x.md", "basic-foundation/y.md"},
        id="folders-of-subjects",
    ),
    pytest.param(
        # zhoujiagen/zhoujiagen-gmail.com: templates/template-article-notes.md, no template's note
        {"templates/article.md": "# 论文阅读笔记模板\n", "articles/n.md": "# Notes on it\n"},
        ["**/*.md"],
        {"articles/n.md"},
        id="templates-stay-out",
    ),
    pytest.param(
        # SaoHuaJi/Learning-Records: References/Template.md, the keys of its notes
        {
            f"References/{n}.md": f"---\nname: N{n}\nauthors: [A B, C D]\nyear: 2020\n---\n# T{n}\n"
            for n in range(2)
        },
        [],
        {"References/0.md", "References/1.md"},
        id="authors-and-year",
    ),
    pytest.param(
        # StundenKleber/akira: templates/fom/AAA.md, German keys are signs too
        {"a.md": "---\ntitel: Ein Titel\nautor: A. Bach\nerscheinungsjahr: 2020\n---\n"},
        [],
        {"a.md"},
        id="german-keys",
    ),
    pytest.param(
        # Kikve/TODO: templates/bib.md, whose values are still empty
        {"a.md": '---\ntipo: ""\ntitulo: ""\nautor: ""\nano: ""\n---\n# Nota\n'},
        [],
        set(),
        id="empty-keys-are-no-sign",
    ),
    pytest.param(
        # laozhou-in-germany/Chens_LMS_Public: docs/docs/subpages_en/PKM04_Atomic_note.md, an author
        # and a day
        {"a.md": "---\nauthor: Kennedy\nfileClass: atomic-note\ndate: 2022-07-14\n---\n# A note\n"},
        [],
        set(),
        id="an-author-and-a-day-are-no-sign",
    ),
    pytest.param(
        # pur3v4d3r/pur3-pkb-codebase: 04-library/02-pkb-and-pkm-learning/-reports/pkb-report-
        # symbiotic-relationship-between-metadata-structure-(yaml-frontmatter-vs.-inline-fields)-
        # 20251120092538.md, a year of its own, and a source that is no venue
        {"a.md": '---\ntitle: A report on notes\nsource: Polymath\nyear: "[[2025]]"\n---\n'},
        [],
        set(),
        id="a-source-and-a-year-are-no-sign",
    ),
]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as made:
        yield made


@pytest.mark.parametrize(("files", "patterns", "papers"), SIGNS)
def test_papers_are_known_by_their_signs_and_by_patterns(
    tmp_path: Path, files: dict[str, str], patterns: list[str], papers: set[str]
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"notes: {{paper: {{files: {patterns}}}}}\n")
    seen = read_vault(vault(tmp_path, files), load(config).vault)
    assert {str(note.path) for note in seen.papers()} == papers


def test_a_note_without_front_matter_gets_one(here: House) -> None:
    here.configure(notes={"paper": {"files": ["Papers/**"]}})
    note = here.put(f"Papers/{RESNET}.md", "Some words on it.\n")
    other = here.put(f"{RESNET}.md", "Some words on it.\n")
    here.enrich("--offline")
    text = note.read_text()
    assert text.startswith("---\n")
    assert text.endswith("---\n\nSome words on it.\n")
    assert absent(text, "- Kaiming He", "year: 2016") == []
    assert other.read_text() == "Some words on it.\n"


def test_a_note_without_front_matter_gets_the_vaults_own_keys(here: House) -> None:
    here.configure(notes={"paper": {"files": ["Papers/**"]}})
    for n in range(3):
        lines = f"Titel: Ein Werk {n}\nAutoren: [Ada B, Carl D]\nJahr: 200{n}\n"
        here.put(f"Papers/{n}.md", f"---\n{lines}---\n")
    note = here.put(f"Papers/{RESNET}.md", f"# {RESNET}\n")
    here.enrich("--offline")
    keys = [line.partition(":")[0] for line in note.read_text().splitlines() if ": " in line]
    assert keys == ["Titel", "Autoren", "Jahr"]


def test_init_writes_the_pattern_into_the_configuration(here: House) -> None:
    here.config.unlink()
    folder = vault(here.folder / "v", {f"Papers/{RESNET}.md": "x\n", "a.md": "y\n"})
    assert "0 paper notes" in here.run("init", str(folder)).out
    (folder / "config.yaml").unlink()
    shown = here.run("init", str(folder), "--papers", "Papers/**").out
    assert "1 paper note" in shown
    assert load(folder / "config.yaml").settings.notes.paper.files == ("Papers/**",)
    again = here.run("init", str(folder), "--papers", "Papers/**")
    assert "Add to it" not in again.out


def test_a_run_without_paper_notes_says_how_to_name_them(here: House) -> None:
    here.put("a.md", "# A diary\n")
    shown = here.enrich("--offline").out
    ways = ("{tags: [", "{folders: [", "{keys: {", "init --papers")
    assert absent(shown, "0 paper notes", "`paper`", "`doi`", *ways) == []
