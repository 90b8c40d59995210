from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import pytest

from refmatter.config.loading import load
from refmatter.config.settings import Config
from refmatter.errors import NoteError
from refmatter.fields import DEFAULT_KEYS, Field
from refmatter.model import Identifiers, Note, Quotes, Sequences, Status, TitleSource
from refmatter.stages.learn import Vault, learn, read_vault
from refmatter.stages.scan import ScanLimits, read_note, scan
from support import SEEDS, absent, owned, vault

DEFAULTS = load(None)
PAPER = "---\ntitle: A\ntags: [paper]\n---\n"


def configured(folder: Path, text: str) -> Config:
    file = folder / "config.yaml"
    file.write_text(text)
    return load(file)


def scanned(folder: Path, files: dict[str, str], said: str = "") -> Vault:
    return read_vault(vault(folder / "notes", files), configured(folder, said).vault)


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
        "tags: [papers]",
        "tags: [paper/unread]",
        "tags: [Literature_Note]",
        "Tags: literature",
        "tag: paper",
        "type: paper",
        "category: '[[Literature Note]]'",
        "class: [paper]",
        "layout: literature-note",
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


LISTED = "- Deep Learning for Vision\n- [B](b.md)\n- C\n"


@pytest.mark.parametrize(
    "body",
    [
        f"## References\n\n{LISTED}",
        f"# references:\n{LISTED}",
        "### 7. Paper References\n1. [[a]]\n2. B https://doi.org/10.1000/1\n3. [C](https://x.org)\n",
        "## References\n" + 3 * "- 深度学习与自然语言处理\n",
    ],
)
def test_a_list_of_works_beside_a_title_makes_a_paper_note(tmp_path: Path, body: str) -> None:
    name, body = "A Title of Five Words.md", f"---\ntags: []\n---\n{body}"
    assert one(tmp_path / "1", body, name=name).is_paper
    assert not one(tmp_path / "2", body, "notes: {paper: {heading: false}}", name).is_paper
    assert not one(tmp_path / "3", body, name="Reading list.md").is_paper
    assert not one(tmp_path / "4", body, name="Map of vision.md").is_paper
    own = body.replace("[]\n---\n", "[]\n---\n# My Own Notes and Questions\n")
    assert not one(tmp_path / "5", own).is_paper
    assert not one(tmp_path / "6", body.partition("eferences")[0], name=name).is_paper


@pytest.mark.parametrize(
    "title", ["Notes on Things of a Kind", "Note for a Theory of Things", "Papers Read in May 2023"]
)
def test_a_list_beside_the_title_of_a_persons_notes_makes_none(tmp_path: Path, title: str) -> None:
    assert not one(tmp_path, f"---\ntitle: {title}\n---\n## References\n{LISTED}").is_paper


def test_a_list_beside_a_file_name_alone_makes_none(tmp_path: Path) -> None:
    body = f"## References\n{LISTED}"
    assert not one(tmp_path / "1", body, name="A-Title-of-Five-Words.md").is_paper
    assert one(tmp_path / "2", f"# A Title of Five Words\n\n{body}").is_paper


@pytest.mark.parametrize(
    "items",
    [
        "- [A Text of Some Words](https://x.org/a)\n",
        "- A Text of Some Words\n- Another Text of Some\n",
        3 * "- [A Text of Some Words](https://x.org/a)\n" + 2 * "- A Text of Some Words\n",
        3 * "- https://x.org/a\n",
        "- A\n- B b\n- C c\n",
    ],
)
def test_a_list_of_web_pages_or_of_little_makes_none(tmp_path: Path, items: str) -> None:
    text = f"---\ntitle: A Title of Five Words\n---\n## References\n{items}"
    assert not one(tmp_path, text).is_paper


@pytest.mark.parametrize(
    "body",
    [
        (
            "# A First Title of Words\n\nhttps://doi.org/10.1000/1\n\n"
            "# Another Title of Words\n## DOI\n[x](https://doi.org/10.1000/2)\n"
        ),
        (
            "# [A First Title of Words](https://arxiv.org/abs/1706.03762)\n"
            "# [Another Title of Words](https://arxiv.org/abs/1810.04805)\n"
        ),
        (
            "# Reading\n## [A First Title of Words](https://arxiv.org/abs/1706.03762)\n"
            "## Another Title of Words\nhttps://doi.org/10.1000/2\n"
        ),
        "# A First Title of Words\n## Idea\n# Another Title of Words\n## Idea\n",
        "# A First Title of Words\n# Another Title of Words\n# A Third Title of Words\n",
        "- https://arxiv.org/abs/1706.03762\n- https://arxiv.org/abs/1810.04805\n",
        "## A First Title of Words\n### I\n## Another Title of It\n### I\n## A Third Title of It\n",
    ],
)
@pytest.mark.parametrize("front", ["title: Papers read in 2023.10\n", ""])
def test_a_reading_list_is_no_paper_note(tmp_path: Path, front: str, body: str) -> None:
    text = f"---\n{front}tags: [paper]\n---\n{body}"
    assert not one(tmp_path, text, name="2023-10.md").is_paper
    own = text.replace("tags", "doi: 10.1000/9\ntags")
    assert one(tmp_path / "own", own, name="2023-10.md").is_paper


@pytest.mark.parametrize(
    "body",
    [
        "# A First Title of Words\n\nhttps://doi.org/10.1000/1\n\n# Why does it work so well?\n",
        "# A First Title of Words\n# How the Model Works\n",
        "# A First Title of Words\n## Idea\n# Summary of the paper\n## Idea\n",
        (
            "# A First Title of Words\nhttps://doi.org/10.1000/1\n## [Another Title of Words]"
            "(https://doi.org/10.1000/2)\n## [A Third Title of Words](https://doi.org/10.1000/3)\n"
        ),
    ],
)
def test_a_note_on_one_work_with_other_headings_is_a_paper_note(tmp_path: Path, body: str) -> None:
    assert one(tmp_path, f"---\ntags: [paper]\n---\n{body}", name="x.md").is_paper


def test_a_note_called_like_one_of_its_headings_is_about_that_work(tmp_path: Path) -> None:
    body = (
        "# [A First Title of Words](https://arxiv.org/abs/1706.03762)\n"
        "# [Another Title of Words](https://arxiv.org/abs/1810.04805)\n"
    )
    text = f"---\ntitle: A First Title of Words\ntags: [paper]\n---\n{body}"
    assert one(tmp_path / "1", text).is_paper
    text = f"---\ntags: [paper]\n---\n{body}"
    assert one(tmp_path / "2", text, name="Another-title-of-words.md").is_paper


@pytest.mark.parametrize("level", ["#", "##", "###"])
def test_the_link_of_a_titles_heading_is_evidence(tmp_path: Path, level: str) -> None:
    link = "https://arxiv.org/abs/1706.03762"
    body = f"---\ntags: [paper]\n---\n{level} [A First Title of Words]({link})\n"
    note = one(tmp_path / "1", body)
    assert (note.title, note.linked_identifiers.arxiv) == ("A First Title of Words", "1706.03762")
    body = f"---\ntags: [paper]\n---\n{level} A First Title of Words\n\n{link}\n\n#### More\n"
    note = one(tmp_path / "2", body)
    assert (note.title, note.linked_identifiers.arxiv) == ("A First Title of Words", "1706.03762")


def test_a_link_in_a_heading_that_is_no_title_is_no_evidence(tmp_path: Path) -> None:
    link = "https://arxiv.org/abs/1706.03762"
    text = f"---\ntitle: A First Title of Words\n---\n# [Another Title of Words]({link})\n"
    assert not one(tmp_path, text).linked_identifiers


@pytest.mark.parametrize(
    "front",
    [
        '---\ntitle: "{{ replace .Name "-" " " | title }}"\ndate: {{ .Date }}\n---\n',
        "---\ntitle: {{ title (replace .File.ContentBaseName `-` ` `) }}\ntags: [paper]\n---\n",
        "+++\ntitle = '{{ .File.ContentBaseName }}'\ndate = {{ .Date }}\n+++\n",
    ],
)
def test_a_template_of_hugo_is_a_template(tmp_path: Path, front: str) -> None:
    seen = scanned(tmp_path, {"archetypes/default.md": f"{front}text\n"})
    assert (seen.refused, names(seen.papers())) == ((), [])
    assert all(note.is_template for note in seen.notes)


def test_a_word_or_fenced_code_is_no_heading(tmp_path: Path) -> None:
    body = "References\n\n```\n## References\n- A\n```\n"
    assert not one(tmp_path, body, name="A Title of Five Words.md").is_paper


@pytest.mark.parametrize(
    "front",
    [
        "citekey: x2001",
        "bibtex_key: x2001",
        "Citation Key: x2001",
        "meta_key:",
        "doi: 10.1000/x",
        "arxiv_url: https://arxiv.org/abs/1706.03762",
        "title: A\nauthors: [B C]\nyear: 2001",
        "title: A\nauthor: B C\njournal: D",
        "title: A\nYear: '2001'\nvenue: D",
        "title: A\nvenue: D\nnumCitedBy: 3",
        "authors: [B C]\nyear: '[[2001]]'",
    ],
)
def test_bibliographic_keys_make_a_paper_note(tmp_path: Path, front: str) -> None:
    text = f"---\n{front}\n---\n"
    name = "A Title of Five Words.md"
    assert one(tmp_path / "1", text, name=name).is_paper
    assert not one(tmp_path / "2", text, "notes: {paper: {fields: false}}", name).is_paper


@pytest.mark.parametrize(
    "front",
    [
        "title: A Film\nyear: 1949\ndirector: B",
        "title: A Post\nauthor: B C\ndate: 2001-01-01\nlayout: post",
        "title: A Clipping\nauthor: B C\npublished: 2001-01-01\nsource: https://x.org",
        "title: A Book\nauthor:\nyear: 1994\npublisher: D",
        "title: A Recipe\nsource: D\nserves: 4",
        "year: '[[2025]]'\nweek: '[[2025-W01]]'\ndate: 2025-01-01",
        "title: A Site\nurl: https://arxiv.org/abs/1706.03762",
        "title: A\nref_count: 3\nnumCitedBy: 4",
        "title: A\nauthors: [B C]\nyear: soon",
        "title: A\nauthors:\nyear:\nvenue:",
        "doi: none",
        "title: A",
    ],
)
def test_one_kind_of_value_or_a_link_makes_none(tmp_path: Path, front: str) -> None:
    assert not one(tmp_path, f"---\n{front}\n---\n", name="A Title of Five Words.md").is_paper


@pytest.mark.parametrize("name", ["2025-01-01.md", "Weekly/2025-W01.md"])
def test_a_link_in_a_diary_makes_no_paper_note(tmp_path: Path, name: str) -> None:
    note = one(tmp_path, "https://arxiv.org/abs/1706.03762\n", name=name)
    assert not note.is_paper
    assert note.linked_identifiers == Identifiers(arxiv="1706.03762")
    assert not note.identifiers


@pytest.mark.parametrize(
    ("name", "front", "paper"),
    [
        ("1706.03762.md", "", True),
        ("arXiv-1706.03762v2.md", "---\nauthors:\n---\n", True),
        ("Vaswani2017.md", "---\nauthors:\nyear:\n---\n", True),
        ("1706.03762 Attention.md", "---\nauthors:\nvenue:\n---\n", True),
        ("1706.03762 Attention.md", "", False),
        ("Budget2017.md", "---\nyear: 2017\n---\n", False),
    ],
)
def test_a_file_called_by_identifier_or_citekey(
    tmp_path: Path, name: str, front: str, *, paper: bool
) -> None:
    assert one(tmp_path, front, name=name).is_paper is paper


def test_a_configured_name_is_a_sign_and_false_is_no_name(tmp_path: Path) -> None:
    said = "fields: {year: published, venue: false, key: handle}"
    assert one(tmp_path / "1", "---\nauthor: B\npublished: 1999\n---\n", said, "A B.md").is_paper
    assert one(tmp_path / "2", "---\nhandle: x\n---\n", said).is_paper
    assert not one(tmp_path / "3", "---\nfalse: 1\n? [a, b]\n: 2\n---\n", said).is_paper


def test_keys_with_values_and_folders_are_configured(tmp_path: Path) -> None:
    said = "notes: {paper: {keys: {category: literaturenote, Kind: [A, b]}, folders: [Lit/Read]}}"
    files = {
        "1.md": "---\ncategory: LiteratureNote\n---\n",
        "2.md": "---\nCategory: '[[literaturenote]]'\n---\n",
        "3.md": "---\nkind: [z, B]\n---\n",
        "4.md": "---\nkind: c\ncategory: literature notes\n---\n",
        "Lit/5.md": "text\n",
        "Lit/Read/6.md": "text\n",
        "Lit/Read/deeper/7.md": "text\n",
    }
    found = scanned(tmp_path, files, said)
    assert {note.path.stem for note in found.papers()} == set("12367")


BOOK = "---\ntitle: {}\nauthors: {}\nyear: {}\nvenue: {}\nstatus: x\n---\n"


def test_a_note_with_the_keys_of_its_folders_papers_is_one(tmp_path: Path) -> None:
    files = {
        "in/full.md": BOOK.format("A", "[B C]", 2001, "D"),
        "in/bare.md": BOOK.format("E", "", "", ""),
        "in/nearly.md": "---\ntitle: F\nauthors:\nyear:\nvenue:\n---\n",
        "in/film.md": "---\ntitle: G\nyear: 1999\nstatus: x\ndirector: H\n---\n",
        "in/diary.md": "---\ndate: 2001-01-01\nstatus: x\n---\n",
        "other/bare.md": BOOK.format("E", "", "", ""),
        "bundles/one/index.md": BOOK.format("K", "[B C]", 2001, "D"),
        "bundles/two/index.md": BOOK.format("J", "", "", ""),
    }
    expected = ["bundles/one/index.md", "bundles/two/index.md"]
    expected += ["in/bare.md", "in/full.md", "in/nearly.md"]
    found = scanned(tmp_path, files)
    assert names(found.papers()) == expected
    for note in found.notes:
        assert read_note(found.root, note.path, DEFAULTS.vault, found.context) == note
    off = scanned(tmp_path / "off", files, "notes: {paper: {fields: false}}")
    assert names(off.papers()) == []


def test_a_note_of_another_kind_is_none_whatever_its_keys(tmp_path: Path) -> None:
    files = {
        "paper.md": "---\ntype: paper\ntitle: A\nauthors: [B]\nyear: 2001\n---\n",
        "book.md": "---\ntype: book\ntitle: C\nauthors:\nyear:\n---\n",
        "bare.md": "---\ntype:\ntitle: D\nauthors:\nyear:\n---\n",
    }
    assert names(scanned(tmp_path, files).papers()) == ["bare.md", "paper.md"]


def test_a_tag_and_a_date_are_no_schema(tmp_path: Path) -> None:
    files = {
        "paper.md": "---\ntags: [paper]\ndate: 2001-01-01\nstatus: x\n---\n",
        "diary.md": "---\ntags: [daily]\ndate: 2001-01-01\nstatus: x\n---\n",
    }
    assert names(scanned(tmp_path, files).papers()) == ["paper.md"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Templates/Paper.md", PAPER),
        ("00 - Templates/note.md", PAPER),
        ("_templates/x.md", PAPER),
        ("模板/x.md", PAPER),
        ("Paper Template.md", PAPER),
        ("template.md", PAPER),
        ("x.md", '---\ntitle: "{{title}}"\ntags: [paper]\n---\n'),
        ("x.md", "---\ntitle: {{title}}\ntags: [paper]\n---\n"),
        ("x.md", "---\ntitle: <% tp.file.title %>\ntags: [paper]\n---\n"),
        ("x.md", '---\nauthors: ["{{#each authors}}"]\ntags: [paper]\n---\n'),
    ],
)
def test_templates_are_no_paper_notes_and_show_their_keys(
    tmp_path: Path, name: str, text: str
) -> None:
    found = scanned(tmp_path, {name: text})
    assert found.refused == ()
    (note,) = found.notes
    assert note.is_template
    assert not note.is_paper
    assert note.entry("tags") == ["paper"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Template Matching/Template Matching Techniques.md", PAPER),
        ("x.md", "---\ntitle: '{{BERT}}: Pre-training'\ntags: [paper]\n---\n"),
        ("x.md", f"{PAPER}# {{{{title}}}}\n"),
        ("x.md", "---\ntitle: A {curly} one\ntags: [paper]\n---\n"),
    ],
)
def test_what_looks_like_a_template_and_is_none(tmp_path: Path, name: str, text: str) -> None:
    note = one(tmp_path, text, name=name)
    assert note.is_paper
    assert not note.is_template


def test_a_template_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    found = scanned(tmp_path, {"Templates/x.md": "---\ntitle: [\n---\n", "a.md": PAPER})
    assert names(found.notes) == ["a.md"]
    assert found.refused == ()


def test_conflict_copies_are_no_notes(tmp_path: Path) -> None:
    files = {
        "a.md": PAPER,
        "a.sync-conflict-20240101-120000-ABCDEFG.md": PAPER,
        "a (conflicted copy).md": PAPER,
        "a (Jane's conflicted copy 2024-01-01).md": PAPER,
        "Conflict resolution in dialogue.md": PAPER,
    }
    assert names(scanned(tmp_path, files).notes) == ["Conflict resolution in dialogue.md", "a.md"]


SHARED = "# What I Think of This Work\n\ntext\n"


@pytest.mark.parametrize(
    ("files", "shared"),
    [
        ({"x.md": SHARED, "y.md": SHARED, "z.md": SHARED}, True),
        ({"x.md": SHARED, "y.md": SHARED}, False),
        ({"x.md": SHARED}, False),
        ({"A Title of Five Words.md": SHARED, "Another One of Five Words.md": SHARED}, True),
        ({"A Title of Five Words.md": SHARED, "y.md": SHARED}, True),
        ({"x/A Title of Five Words.md": SHARED, "y/a-title-of-five-words.md": SHARED}, False),
        ({"1706.03762.md": SHARED, "1810.04805.md": SHARED}, True),
        ({f"{n}.md": f"---\ndoi: 10.1000/{n}\n---\n{SHARED}" for n in "xy"}, True),
        ({f"{n}.md": f"---\ndoi: 10.1000/x\n---\n{SHARED}" for n in "xyz"}, False),
        ({"What I think of this work.md": SHARED, "y.md": SHARED}, False),
    ],
)
def test_headings_that_notes_share_are_no_titles(
    tmp_path: Path, files: dict[str, str], *, shared: bool
) -> None:
    found = scanned(tmp_path, files)
    headed = [n for n in found.notes if n.title == "What I Think of This Work"]
    assert len(headed) == (0 if shared else len(files))
    assert all(n.title_source is TitleSource.HEADING for n in headed)
    for note in found.notes:
        assert note.title == "What I Think of This Work" or "Think" not in str(note.other_titles)
        assert read_note(found.root, note.path, DEFAULTS.vault, found.context) == note


def test_a_shared_heading_leaves_the_file_name_then_the_alias(tmp_path: Path) -> None:
    alias = f"---\naliases: [An Alias of Five Words]\n---\n{SHARED}"
    files = {"A Title of Five Words.md": SHARED, "@y2001.md": alias, "@z2001.md": SHARED}
    notes = {n.path.stem: (n.title, n.title_source) for n in scanned(tmp_path, files).notes}
    assert notes == {
        "A Title of Five Words": ("A Title of Five Words", TitleSource.FILE_NAME),
        "@y2001": ("An Alias of Five Words", TitleSource.ALIAS),
        "@z2001": ("", TitleSource.NONE),
    }


def test_papers_are_the_chosen_paper_notes_alone(tmp_path: Path) -> None:
    files = {"diary.md": "# Tuesday\n", "in.md": PAPER, "sub/out.md": PAPER, "photo.txt": PAPER}
    found = read_vault(
        vault(tmp_path, files), DEFAULTS.vault, lambda path: path.parent == PurePosixPath()
    )
    assert names(list(found.notes)) == ["diary.md", "in.md", "sub/out.md"]
    assert names(found.papers()) == ["in.md"]
    assert found.chosen == {PurePosixPath("diary.md"), PurePosixPath("in.md")}
    assert found.root == tmp_path


def test_files_are_included_and_left_out(tmp_path: Path) -> None:
    said = "notes: {include: ['**/*.md', '*.markdown'], exclude: ['templates']}"
    files = {"a.md": PAPER, "b.markdown": PAPER, "templates/c.md": PAPER, ".trash/d.md": PAPER}
    assert names(scanned(tmp_path, files, said).papers()) == ["a.md", "b.markdown"]


def test_a_folder_without_notes_is_an_empty_vault(tmp_path: Path) -> None:
    found = read_vault(tmp_path, DEFAULTS.vault)
    assert found.notes == ()
    assert found.refused == ()
    assert found.conventions.basis == "defaults"
    assert found.conventions.forms[Field.CITATION_COUNT].key == "citations"


def test_what_cannot_be_read_is_refused_with_its_line_and_the_scan_goes_on(tmp_path: Path) -> None:
    vault(tmp_path, {"a.md": "---\ntitle: [\n---\n", "c.md": PAPER})
    (tmp_path / "b.md").write_bytes(b"---\ntitle: A\n---\n\nna\xefve\n")
    found = read_vault(tmp_path, DEFAULTS.vault)
    assert names(found.papers()) == ["c.md"]
    assert [(str(o.path), o.status, o.line) for o in found.refused] == [
        ("a.md", Status.REFUSED, 2),
        ("b.md", Status.REFUSED, 5),
    ]
    assert found.refused[0].yaml_fault is not None
    assert absent(found.refused[1].reason, "line 5", "UTF-8") == []


def test_a_broken_note_that_is_not_meant_is_passed_over(tmp_path: Path) -> None:
    vault(tmp_path, {"bad.md": "---\ntitle: [\n---\n", "good.md": PAPER})
    found = read_vault(tmp_path, DEFAULTS.vault, lambda path: path.name == "good.md")
    assert found.refused == ()
    assert names(found.papers()) == ["good.md"]


def test_a_pipe_and_a_link_that_leads_out_are_not_read(tmp_path: Path) -> None:
    root = vault(tmp_path / "notes", {"a.md": PAPER})
    vault(tmp_path, {"secret.md": PAPER})
    (root / "out.md").symlink_to(tmp_path / "secret.md")
    (root / "dangling.md").symlink_to("nowhere.md")
    (root / "in.md").symlink_to("a.md")
    assert names(list(read_vault(root, DEFAULTS.vault).notes)) == ["a.md", "in.md"]
    with pytest.raises(NoteError, match=r"\boutside\b"):
        read_note(root, PurePosixPath("out.md"), DEFAULTS.vault)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: From the Front\n---\n\n# From the Heading\n", "From the Front"),
        ("---\nTitle: Capital\n---\n", "Capital"),
        ("---\ntitle: ''\n---\n\n# From the Heading\n", "From the Heading"),
        ("---\ntitle:\n---\n\n```\n# code\n```\n## Second Level\n", "rare words"),
        ("---\ntitle: Untitled\n---\n# Abstract\n", "rare words"),
        ("no heading\n", "rare words"),
        ("", "rare words"),
        ("---\ntitle: 1984\n---\n", "1984"),
        ("---\ntitle: 2001-01-01\n---\n", "rare words"),
    ],
)
def test_a_title_is_the_front_matters_else_the_first_heading_else_the_files_name(
    tmp_path: Path, text: str, title: str
) -> None:
    assert one(tmp_path, text, name="rare words.md").title == title


def test_a_note_without_a_title_has_none(tmp_path: Path) -> None:
    note = one(tmp_path, "---\ntitle: Untitled\n---\n# Notes\n", name="@he2016.md")
    assert (note.title, note.title_source, note.other_titles) == ("", TitleSource.NONE, ())


def test_the_other_titles_are_kept(tmp_path: Path) -> None:
    text = "---\ntitle: From the Front\naliases: [An Alias of Five Words]\n---\n# **Heading** 📄\n"
    note = one(tmp_path, text, name="from-the-file.md")
    assert note.title == "From the Front"
    assert note.other_titles == ("Heading", "from the file")


def test_a_title_that_is_too_long_is_refused_in_paper_notes(tmp_path: Path) -> None:
    long = "word " * 1000
    files = {
        "a.md": f"---\ntitle: {long}\ntags: [paper]\n---\n",
        "b.md": f"---\ntitle: {long}\n---\n",
        "c.md": f"{PAPER}# {long}\n",
    }
    found = scanned(tmp_path, files)
    assert [str(outcome.path) for outcome in found.refused] == ["a.md"]
    assert [len(note.title) < 10 for note in found.notes] == [True, True]


def test_a_configured_title_is_read(tmp_path: Path) -> None:
    text = "---\nname: Rare Words\ntags: [paper]\n---\n\n# Notes\n"
    assert one(tmp_path, text, "fields: {title: name}").title == "Rare Words"


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
    text = "## Related Papers\n- A\n\n## References\n- B\n"
    note = one(tmp_path, text, "references: {headings: [Related papers]}")
    assert [r.text for r in note.references] == ["A", "B"]
    assert [r.text for r in one(tmp_path, text).references] == ["B"]


def test_a_note_knows_the_identifiers_it_carries(tmp_path: Path) -> None:
    text = "---\ndoi: 10.1000/ABC\n---\n# A\n\nhttps://arxiv.org/abs/1706.03762v2\n\n## Notes\n"
    note = one(tmp_path, text)
    assert note.identifiers == Identifiers(doi="10.1000/abc")
    assert note.linked_identifiers == Identifiers(arxiv="1706.03762")


def test_the_seeds_are_read() -> None:
    found = read_vault(SEEDS, DEFAULTS.vault)
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
    assert Field.AUTHORS not in read_vault(tmp_path, DEFAULTS.vault).conventions.forms
    added = {PurePosixPath("a.md"): {Field.YEAR: owned("+1"), Field.VENUE: owned("+2")}}
    taught = read_vault(tmp_path, DEFAULTS.vault, ours=added).conventions
    assert taught.forms.keys() == {Field.TITLE, *DEFAULT_KEYS}
    assert (taught.basis, taught.learned_from) == ("defaults", 0)
    filled = {PurePosixPath("a.md"): {Field.YEAR: owned("1"), Field.VENUE: owned("2")}}
    taught = read_vault(tmp_path, DEFAULTS.vault, ours=filled).conventions
    assert taught.forms.keys() == {Field.TITLE, Field.YEAR, Field.VENUE}
    assert (taught.basis, taught.learned_from) == ("notes", 0)
    theirs = {PurePosixPath("a.md"): {Field.YEAR: owned("~1"), Field.VENUE: owned("~2")}}
    assert read_vault(tmp_path, DEFAULTS.vault, ours=theirs).conventions.learned_from == 1


def test_several_processes_read_what_one_reads(tmp_path: Path) -> None:
    files = {f"{n % 7}/{n:03}.md": PAPER + f"year: {n}\n---\n# {n}\n" for n in range(200)}
    files |= {f"3/{n:03}.md": f"---\ntitle: [\nn: {n}\n---\n" for n in range(0, 200, 17)}
    files |= {"5/list.md": f"{PAPER}## References\n1. [A title](../3/001.md)\n2. Another one\n"}
    files |= {f"6/x{n}.md": "# What I Think of This\n" for n in range(5)}
    files |= {"6/t.md": "+++\n+++\n", "6/j.md": '{"a": 1}\n'}
    root = vault(tmp_path / "notes", files)
    found = (scan(root, DEFAULTS.vault, limits=ScanLimits(0, many)) for many in (1, 2))
    alone, together = (learn(notes, DEFAULTS.vault) for notes in found)
    assert [*together.notes] == [*alone.notes]
    assert len(together.notes) > 190
    assert together.refused == alone.refused
    assert len(together.refused) == 12
    formats = {PurePosixPath("6/j.md"): "JSON", PurePosixPath("6/t.md"): "TOML"}
    assert together.other_formats == alone.other_formats == formats
    assert set(together.unread) > set(formats)
    assert together.conventions == alone.conventions
    assert together.context == alone.context
    assert together.context.shared_headings == {"whatithinkofthis"}


@pytest.mark.parametrize(
    "other",
    [
        "---\ntitle: A\nauthors: [[A B]], [[C D]]\n---\n",
        "---\ntags: [paper]\ncitekey: @ada1843\n---\n",
        "---\n作者: [[甲]], [[乙]]\n---\n",
        "+++\nauthors = ['A B']\n+++\n",
    ],
)
def test_a_vault_whose_notes_cannot_be_read_is_not_bare(tmp_path: Path, other: str) -> None:
    files = {f"b{n}.md": "---\ntags: [paper]\n---\n# A work\n" for n in range(3)}
    found = scanned(tmp_path / "a", files | {f"o{n}.md": other for n in range(2)}).conventions
    assert (found.basis, dict(found.forms)) == ("notes", {})
    broken = {"o1.md": "---\ntitle: [\n---\n", "o2.md": "---\nmood: @\n---\n"}
    assert scanned(tmp_path / "b", files | broken).conventions.basis == "defaults"


def test_properties_in_the_text_are_keys_of_the_vaults_own(tmp_path: Path) -> None:
    text = "authors:: [[A B]]\nyear:: 2001\n\n# A work of four words\n\n## References\n\n"
    text += "".join(f"- The {each} work cited\n" for each in ("first", "second", "third"))
    found = scanned(tmp_path, {f"{n}.md": text for n in range(3)})
    assert len(list(found.papers())) == 3
    assert (found.conventions.basis, dict(found.conventions.forms)) == ("notes", {})
