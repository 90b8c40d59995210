from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import pytest

from refmatter.config.reading import load
from refmatter.config.settings import Config
from refmatter.errors import NoteError
from refmatter.model import Field, Identifiers, Note, Quotes, Sequences, Status
from refmatter.notes import conventions
from refmatter.stages.scan import Vault, read, scan
from support import SEEDS, vault

DEFAULTS = load(None)
PAPER = "---\ntitle: A\ntags: [paper]\n---\n"


def configured(folder: Path, text: str) -> Config:
    file = folder / "config.yaml"
    file.write_text(text)
    return load(file)


def scanned(folder: Path, files: dict[str, str], said: str = "") -> Vault:
    return scan(vault(folder / "notes", files), configured(folder, said))


def one(folder: Path, text: str, said: str = "", name: str = "a-note.md") -> Note:
    return scanned(folder, {name: text}, said).notes[0]


def names(papers: Iterable[Note]) -> list[str]:
    return [str(note.path) for note in papers]


@pytest.mark.parametrize(
    "front",
    [
        "tags: [paper]",
        "tags: ['#paper', other]",
        "tags:\n- other\n- paper",
        "tags: paper",
        "tags: other, paper",
        "tags: other paper",
        "tags: '#paper'",
    ],
)
def test_a_tag_makes_a_paper_note(tmp_path: Path, front: str) -> None:
    assert one(tmp_path, f"---\n{front}\n---\n").is_paper


@pytest.mark.parametrize(
    "front",
    [
        "tags: newspaper",
        "tags: [paper-clip, my/paper]",
        "tags:",
        "tags: []",
        "tags: 7",
        "tags: [null]",
        "type: book",
        "category: papercraft",
        "status: paper",
    ],
)
def test_another_tag_makes_none(tmp_path: Path, front: str) -> None:
    assert not one(tmp_path, f"---\n{front}\n---\n").is_paper


def test_the_tags_are_configured(tmp_path: Path) -> None:
    said = "notes: {paper: {tags: [literature]}}"
    assert one(tmp_path, "---\ntags: [literature]\n---\n", said).is_paper
    assert not one(tmp_path, "---\ntags: [paper]\n---\n", said).is_paper
    assert not one(tmp_path, "---\ntags: [paper]\n---\n", "notes: {paper: {tags: []}}").is_paper


@pytest.mark.parametrize(
    "body",
    ["## References\n\n- A\n", "# references:\n", "### 7. Paper References\n", "References\n---\n"],
)
def test_a_references_heading_makes_a_paper_note(tmp_path: Path, body: str) -> None:
    assert one(tmp_path, body).is_paper
    assert not one(tmp_path, body, "notes: {paper: {heading: false}}").is_paper


def test_a_word_or_fenced_code_is_no_heading(tmp_path: Path) -> None:
    assert not one(tmp_path, "References\n\n```\n## References\n```\n").is_paper


@pytest.mark.parametrize(
    "key", ["authors", "Year", "journal", "numCitedBy", "ref_count", "fieldsOfStudy", "meta_key"]
)
def test_a_key_of_the_schema_makes_a_paper_note(tmp_path: Path, key: str) -> None:
    text = f"---\n{key}:\n---\n"
    assert one(tmp_path, text).is_paper
    assert not one(tmp_path, text, "notes: {paper: {fields: false}}").is_paper


def test_the_title_alone_makes_none(tmp_path: Path) -> None:
    assert not one(tmp_path, "---\ntitle: A\n---\n").is_paper
    assert not one(tmp_path, "---\nname: A\n---\n", "fields: {title: name}").is_paper


def test_a_configured_name_is_of_the_schema_and_false_is_no_name(tmp_path: Path) -> None:
    said = "fields: {year: published, venue: false}"
    assert one(tmp_path, "---\npublished: 1999\n---\n", said).is_paper
    assert not one(tmp_path, "---\nfalse: 1\n? [a, b]\n: 2\n---\n", said).is_paper


def test_papers_are_the_chosen_paper_notes_alone(tmp_path: Path) -> None:
    files = {"diary.md": "# Tuesday\n", "in.md": PAPER, "sub/out.md": PAPER, "photo.txt": PAPER}
    found = scan(vault(tmp_path, files), DEFAULTS, lambda path: path.parent == PurePosixPath())
    assert names(list(found.notes)) == ["diary.md", "in.md", "sub/out.md"]
    assert names(found.papers()) == ["in.md"]
    assert found.chosen == {PurePosixPath("diary.md"), PurePosixPath("in.md")}
    assert found.root == tmp_path


def test_files_are_included_and_left_out(tmp_path: Path) -> None:
    said = "notes: {include: ['**/*.md', '*.markdown'], exclude: ['templates']}"
    files = {"a.md": PAPER, "b.markdown": PAPER, "templates/c.md": PAPER, ".trash/d.md": PAPER}
    assert names(scanned(tmp_path, files, said).papers()) == ["a.md", "b.markdown"]


def test_a_folder_without_notes_is_an_empty_vault(tmp_path: Path) -> None:
    found = scan(tmp_path, DEFAULTS)
    assert found.notes == ()
    assert found.refused == ()
    assert found.conventions.basis == "defaults"
    assert found.conventions.forms[Field.CITATION_COUNT].key == "citations"


def test_what_cannot_be_read_is_refused_with_its_line_and_the_scan_goes_on(tmp_path: Path) -> None:
    vault(tmp_path, {"a.md": "---\ntitle: [\n---\n", "c.md": PAPER})
    (tmp_path / "b.md").write_bytes(b"---\ntitle: A\n---\n\nna\xefve\n")
    found = scan(tmp_path, DEFAULTS)
    assert names(found.papers()) == ["c.md"]
    assert [(str(o.path), o.status, o.line) for o in found.refused] == [
        ("a.md", Status.REFUSED, 3),
        ("b.md", Status.REFUSED, 5),
    ]
    assert found.refused[1].reason == "line 5 is no UTF-8; save the file as UTF-8"
    assert "mend it by hand" in found.refused[0].reason


def test_a_broken_note_that_is_not_meant_is_passed_over(tmp_path: Path) -> None:
    vault(tmp_path, {"bad.md": "---\ntitle: [\n---\n", "good.md": PAPER})
    found = scan(tmp_path, DEFAULTS, lambda path: path.name == "good.md")
    assert found.refused == ()
    assert names(found.papers()) == ["good.md"]


def test_a_pipe_and_a_link_that_leads_out_are_not_read(tmp_path: Path) -> None:
    root = vault(tmp_path / "notes", {"a.md": PAPER})
    vault(tmp_path, {"secret.md": PAPER})
    (root / "out.md").symlink_to(tmp_path / "secret.md")
    (root / "dangling.md").symlink_to("nowhere.md")
    (root / "in.md").symlink_to("a.md")
    assert names(list(scan(root, DEFAULTS).notes)) == ["a.md", "in.md"]
    with pytest.raises(NoteError, match="outside of the vault"):
        read(root, PurePosixPath("out.md"), DEFAULTS)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: From the Front\n---\n\n# From the Heading\n", "From the Front"),
        ("---\nTitle: Capital\n---\n", "Capital"),
        ("---\ntitle: ''\n---\n\n# From the Heading\n", "From the Heading"),
        ("---\ntitle:\n---\n\n```\n# code\n```\n## Second Level\n", "Second Level"),
        ("no heading\n", "a-note"),
        ("", "a-note"),
        ("---\ntitle: 1984\n---\n", "1984"),
        ("---\ntitle: 2001-01-01\n---\n", "2001-01-01"),
    ],
)
def test_a_title_is_the_front_matters_else_the_first_heading_else_the_files_name(
    tmp_path: Path, text: str, title: str
) -> None:
    assert one(tmp_path, text).title == title


def test_a_configured_title_is_read(tmp_path: Path) -> None:
    text = "---\nname: My Paper\ntags: [paper]\n---\n\n# Notes\n"
    assert one(tmp_path, text, "fields: {title: name}").title == "My Paper"


def test_a_note_knows_its_references_with_their_lines(tmp_path: Path) -> None:
    url = "https://arxiv.org/abs/1706.03762"
    note = one(tmp_path, f"---\ntitle: A\n---\n\n## References\n- [B](./b.md)\n- [C]({url})\n- D\n")
    assert [(r.text, r.target, r.line) for r in note.references] == [
        ("B", "./b.md", 6),
        ("C", None, 7),
        ("D", None, 8),
    ]
    assert note.references[1].identifiers == Identifiers(arxiv="1706.03762")


def test_the_references_headings_are_configured(tmp_path: Path) -> None:
    text = "## Literatur\n- A\n\n## References\n- B\n"
    note = one(tmp_path, text, "references: {headings: [Literatur]}")
    assert [r.text for r in note.references] == ["A"]


def test_a_note_knows_the_identifiers_it_carries(tmp_path: Path) -> None:
    text = "---\ndoi: 10.1000/ABC\n---\n# A\n\nhttps://arxiv.org/abs/1706.03762v2\n\n## Notes\n"
    assert one(tmp_path, text).identifiers == Identifiers(doi="10.1000/abc", arxiv="1706.03762")


def test_the_seeds_are_read() -> None:
    found = scan(SEEDS, DEFAULTS)
    t5, mass = found.papers()
    assert mass.title.startswith("MASS - Masked Sequence")
    assert mass.entry("numCitedBy") == 599
    assert (len(t5.references), len(mass.references)) == (132, 58)
    assert found.refused == ()
    assert found.conventions.learned_from == 1


def test_what_is_said_of_style_wins_over_what_is_learned(tmp_path: Path) -> None:
    said = """
fields: {citation_count: cites}
style:
  order: [year, title]
  lists: flow
  quotes: double
  names: last_first
  unknown_venue: none
  venues: short
"""
    text = "---\ntitle: A\nauthors:\n- B C\nyear: 2001\n---\n"
    learned = scanned(tmp_path, {"a.md": text}, said).conventions
    assert learned.forms[Field.CITATION_COUNT].key == "cites"
    assert learned.order == ("year", "title")
    assert learned.forms[Field.AUTHORS].style.sequences is Sequences.FLOW
    assert learned.forms[Field.AUTHORS].style.quotes is Quotes.DOUBLE
    assert learned.authors == "last_first"
    assert learned.unknown_venue == "none"
    assert learned.venues == "short"


def test_what_refmatter_wrote_itself_teaches_nothing(tmp_path: Path) -> None:
    vault(tmp_path, {"a.md": "---\ntitle: A\nyear: 2001\nvenue: V\ntags: [paper]\n---\n"})
    assert Field.AUTHORS not in scan(tmp_path, DEFAULTS).conventions.forms
    added = {PurePosixPath("a.md"): {Field.YEAR: "+1", Field.VENUE: "+2"}}
    taught = scan(tmp_path, DEFAULTS, ours=added).conventions
    assert taught.forms.keys() == {Field.TITLE, *conventions.DEFAULTS}
    assert (taught.basis, taught.learned_from) == ("defaults", 0)
    filled = {PurePosixPath("a.md"): {Field.YEAR: "1", Field.VENUE: "2"}}
    taught = scan(tmp_path, DEFAULTS, ours=filled).conventions
    assert taught.forms.keys() == {Field.TITLE, Field.YEAR, Field.VENUE}
    assert (taught.basis, taught.learned_from) == ("notes", 0)
    theirs = {PurePosixPath("a.md"): {Field.YEAR: "~1", Field.VENUE: "~2"}}
    assert scan(tmp_path, DEFAULTS, ours=theirs).conventions.learned_from == 1


def test_several_processes_read_what_one_reads(tmp_path: Path) -> None:
    files = {f"{n % 7}/{n:03}.md": PAPER + f"year: {n}\n---\n# {n}\n" for n in range(600)}
    files |= {f"3/{n:03}.md": f"---\ntitle: [\nn: {n}\n---\n" for n in range(0, 600, 50)}
    files |= {"5/list.md": f"{PAPER}## References\n1. [A title](../3/001.md)\n2. Another one\n"}
    root = vault(tmp_path / "notes", files)
    alone, together = (scan(root, DEFAULTS, few=0, processes=many) for many in (1, 2))
    assert [*together.notes] == [*alone.notes]
    assert len(together.notes) > 580
    assert together.refused == alone.refused
    assert len(together.refused) == 12
    assert together.conventions == alone.conventions
