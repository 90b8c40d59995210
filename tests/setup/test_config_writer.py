"""The config.yaml that is written: it loads, it changes nothing, and it names every key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from house import House
from refmatter.config.discovery import looks_ours
from refmatter.config.loading import load
from refmatter.config.sections import PaperSettings, Settings, SettingsSection
from refmatter.config.settings import Config
from refmatter.fields import Field
from refmatter.setup.config_writer import config_yaml
from refmatter.setup.vault_profile import profile_vault
from support import LARGE, SEEDS, vault

FLOW = """\
---
Title: "A Work {0}"
authors: [Last, First]
Year: 2001
journal: ICML
---

## Related Papers

- Another Work {0}
"""


def flow(folder: Path) -> Path:
    files = {f"{n}.md": FLOW.format(n) for n in range(3)}
    return vault(folder, files | {"templates/paper.md": "---\ntags: paper\n---\n"})


def text(root: Path, contact: str | None = None) -> str:
    return config_yaml(profile_vault(root, load(None).vault), contact)


def loaded(folder: Path, said: str) -> Config:
    (folder / "config.yaml").write_text(said)
    return load(folder / "config.yaml")


def switched_on(said: str) -> str:
    return re.sub(r"^#(?! \S)", "", said, flags=re.MULTILINE)


def test_without_anything_special_nothing_is_active(tmp_path: Path) -> None:
    said = text(SEEDS)
    assert yaml.safe_load(said) is None
    assert loaded(tmp_path, said).settings == load(None).settings
    assert looks_ours(tmp_path / "config.yaml")


def test_what_fits_the_vault_is_active_and_nothing_else(tmp_path: Path) -> None:
    said = yaml.safe_load(text(flow(tmp_path), "me@example.org"))
    assert said["contact"] == "me@example.org"
    assert said["references"]["headings"] == ["Related Papers"]
    assert set(said) == {"contact", "references"}


def test_the_papers_own_tag_is_active(tmp_path: Path) -> None:
    tagged = "---\ntitle: T\ntags: [article]\nauthors: [A]\nyear: 2001\n---\n"
    said = yaml.safe_load(text(vault(tmp_path, {f"{n}.md": tagged for n in range(3)})))
    assert said == {"notes": {"paper": {"tags": [*PaperSettings().tags, "article"]}}}


@pytest.mark.parametrize(
    ("folder", "line", "paper"),
    [
        ("", "category: research", {"keys": {"category": "research"}}),
        ("Reading/", "n: 1", {"folders": ["Reading"]}),
    ],
)
def test_the_sign_of_papers_is_active(
    tmp_path: Path, folder: str, line: str, paper: dict[str, object]
) -> None:
    filled = f"---\ntitle: T\nauthors: [A]\nyear: 1\n{line}\n---\n"
    files = {f"{folder}{n}.md": filled for n in range(5)} | {"diary.md": "x\n"}
    said = text(vault(tmp_path / "v", files))
    assert yaml.safe_load(said) == {"notes": {"paper": paper}}
    assert loaded(tmp_path, said).settings.notes.paper == PaperSettings.model_validate(paper)


def test_a_bare_vault_gets_its_keys_named(tmp_path: Path) -> None:
    root = vault(tmp_path / "v", {"a.md": "---\ntitle: A\ntags: [paper]\n---\n"})
    said = text(root)
    assert yaml.safe_load(said) == {
        "fields": {
            "authors": "authors", "year": "year", "venue": "venue", "citation_count": "citations",
        }
    }  # fmt: skip
    with_it = profile_vault(root, loaded(tmp_path, said).vault).conventions
    plain = profile_vault(root, load(None).vault).conventions
    assert (plain.basis, with_it.basis) == ("defaults", "notes")
    assert (plain.forms, plain.order) == (with_it.forms, with_it.order)
    assert yaml.safe_load(text(vault(tmp_path / "x", {"a.md": "---\n作者: []\n---\n"}))) is None


def test_other_suffixes_are_taken_in(tmp_path: Path) -> None:
    said = yaml.safe_load(text(vault(tmp_path, {"a.mdx": FLOW.format(1), "b.md": "x\n"})))
    assert said == {"notes": {"include": ["**/*.md", "**/*.markdown", "**/*.mdx"]}}


@pytest.mark.parametrize("seeds", [True, False])
def test_every_line_can_be_switched_on(tmp_path: Path, seeds: bool) -> None:
    said = switched_on(text(SEEDS if seeds else flow(tmp_path / "v"), "me@example.org"))
    whole = loaded(tmp_path, said).settings
    assert whole.contact == "me@example.org"
    known = yaml.safe_load(said)
    fields = Settings.model_fields
    assert set(known) == set(fields)
    for name, each in fields.items():
        if isinstance(each.annotation, type) and issubclass(each.annotation, SettingsSection):
            assert set(known[name]) == set(each.annotation.model_fields), name


def test_what_was_learned_is_shown_and_switched_on_is_the_same(tmp_path: Path) -> None:
    root = flow(tmp_path / "v")
    said = text(root)
    assert re.search("^#  year: Year  # learned", said, re.MULTILINE)
    assert re.search("^#  lists: flow  # learned", said, re.MULTILINE)
    whole = loaded(tmp_path, switched_on(said))
    plain = profile_vault(root, loaded(tmp_path, said).vault).conventions
    ordered = profile_vault(root, whole.vault).conventions
    for name, form in plain.forms.items():
        assert (ordered.forms[name].key, ordered.forms[name].style.quotes) == (
            form.key, form.style.quotes,
        )  # fmt: skip
    assert ordered.forms[Field.AUTHORS] == plain.forms[Field.AUTHORS]
    assert (ordered.order, ordered.venues) == (plain.order, plain.venues)


def test_a_run_with_the_file_writes_what_one_without_it_does(tmp_path: Path) -> None:
    texts = []
    for name in ("with", "without"):
        house = House(tmp_path / name)
        house.notes.mkdir(parents=True)
        house.take(SEEDS.glob("*.md"))
        if name == "with":
            (house.notes / "config.yaml").write_text(text(house.notes))
        assert house.run("enrich", str(house.notes), "--offline").code == 0
        texts.append({each.name: each.read_bytes() for each in house.notes.glob("*.md")})
    assert texts[0] == texts[1]


def test_lines_are_short_enough_to_read() -> None:
    assert max(map(len, text(SEEDS).splitlines())) <= 100


def test_an_address_cannot_add_lines(tmp_path: Path) -> None:
    said = text(SEEDS, "a@example.org\nledger: /etc/passwd #")
    assert loaded(tmp_path, said).settings.ledger == "refmatter.lock"


@pytest.mark.skipif(not LARGE.exists(), reason="the large data is not there")
def test_a_real_vault_gets_a_file_that_changes_nothing(tmp_path: Path) -> None:
    root = LARGE / "vaults" / "paper-reading-2024" / "notes"
    assert loaded(tmp_path, text(root)).settings == load(None).settings
