"""The main job on the two seed notes: what `make demo` does, offline and on the stand-in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

import scholar
from house import House, house
from refmatter.notes import frontmatter
from refmatter.titles import title_key
from support import ROOT, absent, snapshot

T5 = "exploring-the-limits-of-transfer-learning-with-a-unified-text-to-text-transformer.md"
MASS = "mass-masked-sequence-to-sequence-pre-training-for-language-generation.md"
GAINED = {
    "authors": [
        "Colin Raffel", "Noam M. Shazeer", "Adam Roberts", "Katherine Lee", "Sharan Narang",
        "Michael Matena", "Yanqi Zhou", "Wei Li", "Peter J. Liu",
    ],
    "fieldsOfStudy": ["Computer Science"],
    "meta_key": T5.removesuffix(".md"),
    "numCitedBy": 3764,
    "ref_count": 139,
    "venue": "J. Mach. Learn. Res.",
    "year": 2020,
}  # fmt: skip
TWINS = {
    "Multitask Learning",
    "Skip-Thought Vectors",
}


@pytest.fixture
def demo(tmp_path: Path, seeds: list[Path]) -> House:
    made = House(tmp_path)
    made.take(seeds)
    shutil.copy(ROOT / "config.yaml", made.config)
    return made


def titles_in(seeds: list[Path]) -> set[str]:
    lists = (path.read_text().split("## References")[1].splitlines() for path in seeds)
    bullets = [line for lines in lists for line in lines if line.startswith("- ")]
    return {title_key(b.removeprefix("- [").removeprefix("- ").split("](./")[0]) for b in bullets}


def test_the_bare_seed_gains_exactly_its_seven_fields(demo: House) -> None:
    before = (demo.notes / T5).read_bytes()
    assert demo.enrich("--offline").code == 0
    after = (demo.notes / T5).read_bytes()
    said = dict(frontmatter.read(after).entries)
    old = dict(frontmatter.read(before).entries)
    assert said == old | GAINED
    assert list(said) == [
        "title", "authors", "fieldsOfStudy", "meta_key", "numCitedBy", "pdf_relpath", "ref_count",
        "status", "tags", "venue", "year",
    ]  # fmt: skip
    kept = iter(after.splitlines(keepends=True))
    assert all(line in kept for line in before.splitlines(keepends=True))  # in order, every byte
    assert frontmatter.read(after).body == frontmatter.read(before).body


def test_the_filled_seed_does_not_change_by_a_byte(demo: House, seeds: list[Path]) -> None:
    demo.enrich("--offline")
    assert (demo.notes / MASS).read_bytes() == seeds[1].read_bytes()


def test_every_title_is_settled_offline(demo: House, seeds: list[Path]) -> None:
    demo.enrich("--offline")
    lines = demo.lines()
    mine = {title_key(yaml.safe_load(p.read_text().split("---")[1])["title"]) for p in seeds}
    assert len(titles_in(seeds) | mine) == 171
    assert {title_key(title) for title in lines} == titles_in(seeds) | mine
    assert {t for t, line in lines.items() if line["decision"] != "accepted"} == TWINS
    assert {lines[title]["decision"] for title in TWINS} == {"ambiguous"}


@pytest.mark.unmeasured
def test_every_linked_reference_has_its_note(demo: House, seeds: list[Path]) -> None:
    demo.enrich("--offline")
    targets = {
        line.split("](./")[1].removesuffix(")")
        for path in seeds
        for line in path.read_text().splitlines()
        if "](./" in line
    }
    assert targets <= {path.name for path in demo.notes.iterdir()}
    name = "bleu-a-method-for-automatic-evaluation-of-machine-translation"
    bleu = (demo.notes / f"{name}.md").read_text()
    assert bleu == (
        "---\ntitle: Bleu - a Method for Automatic Evaluation of Machine Translation\n"
        "authors:\n- Kishore Papineni\n- S. Roukos\n- T. Ward\n- Wei-Jing Zhu\n"
        "fieldsOfStudy:\n- Computer Science\n"
        "meta_key: bleu-a-method-for-automatic-evaluation-of-machine-translation\n"
        "numCitedBy: 16632\npdf_relpath: null\nref_count: 6\nstatus: todo\n"
        "tags:\n- gen-from-ref\n- paper\nvenue: ACL\nyear: 2002\n---\n\n"
        "# Bleu - a Method for Automatic Evaluation of Machine Translation\n\n## References\n"
    )


def test_a_second_run_changes_nothing(demo: House) -> None:
    demo.enrich("--offline")
    before = snapshot(demo.folder)
    said = demo.enrich("--offline")
    assert said.code == 0
    assert snapshot(demo.folder) == before
    shutil.rmtree(demo.folder / "cache", ignore_errors=True)
    demo.enrich("--offline")
    assert {k: v for k, v in snapshot(demo.folder).items() if not k.startswith("cache/")} == {
        k: v for k, v in before.items() if not k.startswith("cache/")
    }


def test_a_dry_run_writes_nothing_and_tells_all(demo: House) -> None:
    before = snapshot(demo.folder)
    said = demo.enrich("--offline", "--dry-run", "--diff")
    assert said.code == 0
    assert snapshot(demo.folder) == before
    assert "+numCitedBy: 3764" in said.out
    assert absent(said.out, "1 would be written", "81 would be created") == []


@pytest.mark.unmeasured
def test_online_the_citing_lists_settle_the_twins(tmp_path: Path, seeds: list[Path]) -> None:
    with house(tmp_path, scholar.small(), references={"create": "linked"}) as made:
        made.take(seeds)
        first = made.report()
        assert first["code"] == 0
        lines = made.lines()
        assert {lines[title]["decision"] for title in TWINS} == {"accepted"}
        assert "citing" in lines["Multitask Learning"]["reason"]["evidence"]
        assert made.server
        asked = made.server.requests()
        assert sum(first["requests"].values()) == asked
        assert asked <= 6  # 171 titles: two batches by id, one or two of reference lists
        before = snapshot(made.folder)
        assert not any(made.report()["requests"].values())
        shutil.rmtree(made.folder / "cache")
        assert not any(made.report()["requests"].values())
        after = snapshot(made.folder)
        assert {k: v for k, v in after.items() if "cache" not in k} == {
            k: v for k, v in before.items() if "cache" not in k
        }
        assert made.server.requests() == asked


@pytest.mark.unmeasured
def test_without_the_catalogue_the_services_give_the_same_notes(
    tmp_path: Path, seeds: list[Path], demo: House
) -> None:
    demo.enrich("--offline")
    bundled = {"catalog": {"enabled": False}}
    with house(tmp_path / "b", scholar.small(), providers=bundled) as made:
        made.take(seeds)
        report = made.report("--create", "linked")
        assert report["code"] == 0
        assert report["requests"]["semantic_scholar"] <= 8  # for 171 titles, none known before
        assert (made.notes / T5).read_bytes() == (demo.notes / T5).read_bytes()
        assert (made.notes / MASS).read_bytes() == seeds[1].read_bytes()
