"""Values are laid out as the vault's other values are: lists, quotes, folds, columns.

The inputs are modelled on the structure of public notes, templates and issues that were opened, and
that are named beside them; the works are in the bundled catalogue.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from house import house
from refmatter.model import ListMarks, Quotes, Sequences, ValueStyle
from refmatter.notes import frontmatter
from refmatter.notes.frontmatter import KeyEdit
from support import snapshot

ADAM = "Adam: A Method for Stochastic Optimization"
PIXEL = "Conditional Image Generation with PixelCNN Decoders"
RESNET = "Deep Residual Learning for Image Recognition"
PEOPLE = ("Aäron van den Oord", "Nal Kalchbrenner", "Lasse Espeholt", "K. Kavukcuoglu",
          "Oriol Vinyals", "A. Graves")  # fmt: skip
HE = ("Kaiming He", "X. Zhang", "Shaoqing Ren", "Jian Sun")


def filled(folder: Path, notes: Mapping[str, str]) -> dict[str, str]:
    """The notes after a run; a second run changes nothing, and `undo` restores every byte."""
    with house(folder) as home:
        for name, text in notes.items():
            home.put(name, text)
        before = snapshot(home.notes)
        ran = home.enrich("--offline")
        assert ran.code == 0, ran.err
        after = snapshot(home.notes)
        assert home.enrich("--offline").code == 0
        assert snapshot(home.notes) == after
        if after != before:
            assert (
                home.run("undo", "--vault", str(home.notes), "--config", str(home.config)).code == 0
            )
            assert snapshot(home.notes) == before
    return {name: data.decode() for name, data in after.items()}


INPUTS = [
    pytest.param(
        'authors: [ "Ashish Vaswani", "Noam Shazeer" ]\ntags: [ "paper", "nlp" ]\n'
        'title: "Attention Is All You Need"\nyear: 2017\n',
        f'authors: []\ntags: [ "paper" ]\ntitle: "{RESNET}"\nyear: 2016\n',
        f'authors: [ "Kaiming He", "X. Zhang", "Shaoqing Ren", "Jian Sun" ]\ntags: [ "paper" ]\n'
        f'title: "{RESNET}"\nyear: 2016\n',
        id="arthurrump/arthurrump.com cms/templates/publication/index.md: blanks inside brackets",
    ),
    pytest.param(
        'title: "Attention Is All You Need"\ntags: ["paper"]\nauthors:\n'
        '  ["Ashish Vaswani", "Noam Shazeer", "Niki Parmar", "Jakob Uszkoreit", "Llion Jones"]\n'
        "year: 2017\n",
        f'title: "{RESNET}"\ntags: ["paper"]\nauthors:\nyear: 2016\n',
        f'title: "{RESNET}"\ntags: ["paper"]\nauthors:\n'
        '  ["Kaiming He", "X. Zhang", "Shaoqing Ren", "Jian Sun"]\nyear: 2016\n',
        id="prettier/prettier #15187: brackets on the line behind the key",
    ),
    pytest.param(
        'title: "Attention Is All You Need"\nauthors: [\n  "Ashish Vaswani",\n  "Noam Shazeer"\n]\n'
        "year: 2017\ntags: [paper]\n",
        f'title: "{RESNET}"\nauthors:\nyear: 2016\ntags: [paper]\n',
        f'title: "{RESNET}"\nauthors: [\n  "Kaiming He",\n  "X. Zhang",\n  "Shaoqing Ren",\n'
        '  "Jian Sun"\n]\nyear: 2016\ntags: [paper]\n',
        id="of our own, no public note was opened: one a line in brackets",
    ),
    pytest.param(
        "title: 'Attention Is All You Need'\nAuthor: 'Ashish Vaswani, Noam Shazeer'\n"
        "Journal: 'NIPS'\nYear: 2017 \ntags: reference, paper\n",
        f"title: '{ADAM}'\nAuthor: ''\nJournal: ''\nYear: \ntags: reference, paper\n",
        f"title: '{ADAM}'\nAuthor: 'Diederik P. Kingma, Jimmy Ba'\nJournal: 'ICLR'\n"
        "Year: 2015\ntags: reference, paper\n",
        id="anoopkcn/obsidian-zotero-annotations templates/obsidian_zotero_annotations.md",
    ),
    pytest.param(
        "content-type: paper\ntitle: Attention is all you need\ntags:\n - paper\n - nlp\n"
        "authors:\n - Ashish Vaswani\n - Noam Shazeer\nyear: 2017\n",
        f"content-type: paper\ntitle: {RESNET}\ntags:\n - paper\nauthors:\nyear: 2016\n",
        f"content-type: paper\ntitle: {RESNET}\ntags:\n - paper\nauthors:\n - Kaiming He\n"
        " - X. Zhang\n - Shaoqing Ren\n - Jian Sun\nyear: 2016\n",
        id="wesleykerr/knowledge-management templates/academic.md: one blank before a dash",
    ),
    pytest.param(
        "title: Whatever no catalogue has ever heard of\naliases:\n    - /old\n    - /older\n"
        "authors:\nyear: 2017\ntags: paper\n",
        f"title: {RESNET}\naliases:\n    - /resnet\nauthors:\nyear: 2016\ntags: paper\n",
        f"title: {RESNET}\naliases:\n    - /resnet\nauthors:\n    - Kaiming He\n    - X. Zhang\n"
        "    - Shaoqing Ren\n    - Jian Sun\nyear: 2016\ntags: paper\n",
        id="pmichaillat/hugo-website archetypes/paper.md: four blanks, shown by another key",
    ),
    pytest.param(
        'title:    "Attention Is All You Need"\nauthors:  Ashish Vaswani, Noam Shazeer\n'
        "journal:  NIPS\nyear:     2017\ntags:     [paper]\n",
        f'title:    "{RESNET}"\nauthors:\njournal:  CVPR\nyear:\ntags:     [paper]\n',
        f'title:    "{RESNET}"\nauthors:  {", ".join(HE)}\njournal:  CVPR\nyear:     2016\n'
        "tags:     [paper]\n",
        id="DasLab/rmdb.github.io CONTRIBUTING.md: values in a column",
    ),
    pytest.param(
        'title: "Attention Is All You Need"\nauthors:\n  - "[[Ashish Vaswani]]"\n'
        "summary: This is a long line of words that nobody has folded, and it goes on and on and"
        " on until the very end of the line\njournal: NIPS\nyear: 2017\ntags: paper\n",
        f"title: \"{PIXEL}\"\nauthors: []\njournal: ''\nyear: 2016\ntags: paper\n",
        f'title: "{PIXEL}"\nauthors:\n'
        + "".join(f'  - "[[{name}]]"\n' for name in PEOPLE)
        + "journal: NIPS\nyear: 2016\ntags: paper\n",
        id="Trikzon/obsidian-frontmatter-links #22: links in double quotes; the long line is ours",
    ),
    pytest.param(
        "title: Attention is all you need\nalias: [transformer]\nauthors: [Ashish Vaswani, Noam"
        " Shazeer, Niki Parmar, Jakob Uszkoreit, Llion Jones, Aidan N. Gomez, Lukasz Kaiser]\n"
        "year: 2017\ntags: [paper]\n",
        f"title: {PIXEL}\nalias: []\nauthors:\nyear: 2016\ntags: [paper]\n",
        f"title: {PIXEL}\nalias: []\nauthors: [{', '.join(PEOPLE)}]\nyear: 2016\ntags: [paper]\n",
        id="huangzesen/heliosi-501-corpus-skill paper-bloch-2024…/SKILL.md: all items on one line",
    ),
    pytest.param(
        "title: Attention is all you need\nauthors: [Ashish Vaswani, Noam Shazeer, Niki Parmar,"
        " Jakob Uszkoreit, Llion Jones,\n  Aidan N. Gomez, Lukasz Kaiser]\nyear: 2017\n"
        "tags: [paper]\n",
        f"title: {PIXEL}\nauthors: []\nyear: 2016\ntags: [paper]\n",
        f"title: {PIXEL}\nauthors: [{', '.join(PEOPLE[:4])}, Oriol\n    Vinyals, A. Graves]\n"
        "year: 2016\ntags: [paper]\n",
        id="mivanit/dendron-citations examples/vault/refs.vaswani2017attention.md: folded at 80",
    ),
    pytest.param(
        'title: "Attention is all you need"\nauthors: ["Ashish Vaswani","Noam Shazeer"]\n'
        'year: 2017\ntags: ["paper","nlp"]\n',
        f'title: "{RESNET}"\nauthors: \t# whoever\nyear: 2016\ntags: ["paper"]\n',
        f'title: "{RESNET}"\nauthors: ["Kaiming He","X. Zhang","Shaoqing Ren","Jian Sun"] '
        '\t# whoever\nyear: 2016\ntags: ["paper"]\n',
        id="pmichaillat/hugo-website archetypes/paper.md: no blank behind commas; our comment",
    ),
    pytest.param(
        "title: >-\n  Attention Is All You Need\nauthors:\n  - Ashish Vaswani\n  - Noam Shazeer\n"
        "year: 2017\ndoi: null\ntags: paper\n",
        f"title: >-\n  {RESNET}\nauthors: []\nyear: null\ndoi: 10.1109/CVPR.2016.90\ntags: paper\n",
        f"title: >-\n  {RESNET}\nauthors:\n"
        + "".join(f"  - {name}\n" for name in HE)
        + "year: 2016\ndoi: 10.1109/CVPR.2016.90\ntags: paper\n",
        id="PetarChernev/research-ai templates/literature-note.md: a folded title, [] and null",
    ),
]


@pytest.mark.parametrize(("shown", "empty", "wanted"), INPUTS)
def test_values_are_laid_out_as_the_vaults_own(
    tmp_path: Path, shown: str, empty: str, wanted: str
) -> None:
    body = "---\n\nWhat I think of it.\n"
    after = filled(tmp_path, {"shown.md": f"---\n{shown}{body}", "empty.md": f"---\n{empty}{body}"})
    assert after["empty.md"] == f"---\n{wanted}{body}"
    assert after["shown.md"] == f"---\n{shown}{body}"


@pytest.mark.parametrize("end", ["...", "---"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_dots_close_front_matter_too(tmp_path: Path, end: str, newline: str) -> None:
    """Pandoc's way; adrianovieira/markdown-template Artigo-estrutura.md."""
    text = f"---\ntitle: {RESNET}\nauthors:\ntags: [paper]\n{end}\nbody\n---\n".replace(
        "\n", newline
    )
    after = filled(tmp_path, {"note.md": text})["note.md"]
    assert after == text.replace("authors:", f"authors: [{', '.join(HE)}]")


def test_four_dashes_are_a_rule(tmp_path: Path) -> None:
    """Reported as duo-labs/markflow #54: a formatter made longer rules of front matter's lines."""
    text = f"----\ntitle: {RESNET}\ntags: [paper]\n----\nbody\n"
    assert filled(tmp_path, {"note.md": text})["note.md"] == text


MARKS = st.one_of(
    st.builds(
        ListMarks,
        indent=st.sampled_from([" ", "  ", "    "]),
        dash=st.sampled_from(["- ", "-  ", "-   "]),
    ).map(lambda marks: (Sequences.INDENTED, marks)),
    st.builds(ListMarks, dash=st.sampled_from(["- ", "-   "])).map(
        lambda marks: (Sequences.BLOCK, marks)
    ),
    st.sampled_from(
        [
            (Sequences.FLOW, ListMarks(opening=opening, comma=comma, closing=closing))
            for opening, comma, closing in (
                ("[", ", ", "]"),
                ("[ ", ", ", " ]"),
                ("[", ",", "]"),
                ("[", ", ", ", ]"),
                ("[\n  ", ",\n  ", "\n]"),
                ("[\n  ", ",\n  ", ",\n]"),
                ("\n  [\n    ", ",\n    ", ",\n  ]"),
            )
        ]
    ),
)
ITEMS = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
    | st.sampled_from(["Doe, Jane", "[[A. B.]]", "x: y", "2017", "- a", "O'Neil", '"q"', "#t"]),
    min_size=2,
    max_size=5,
)


STYLES = st.builds(
    lambda layout, quotes, needed: ValueStyle(
        layout[0], quotes, width=math.inf, marks=layout[1], needed=needed
    ),
    MARKS,
    st.sampled_from(Quotes),
    st.sampled_from([Quotes.SINGLE, Quotes.DOUBLE]),
)


@given(STYLES, ITEMS, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_a_list_is_written_as_it_was_learned(
    style: ValueStyle, items: list[str], newline: str, within: bool
) -> None:
    """Whatever the marks and the items: they read back, and nothing else changed."""
    sequences, marks = style.sequences, style.marks
    head, tail = ("paper:\n  title: t\n  year: 1\n", "z: 1\n") if within else ("a: 1\n", "z: 1\n")
    text = f"---\n{head}{tail}---\nbody\n".replace("\n", newline)
    key = "paper.authors" if within else "authors"
    after = frontmatter.splice(
        text.encode(), [KeyEdit(key, items, style, at=None if within else 1)]
    ).decode()
    before, behind = text.split(f"z: 1{newline}")
    assert after.startswith(before)
    assert after.endswith(f"z: 1{newline}{behind}")
    found = frontmatter.read(after.encode())
    values = dict(zip([key for key, _ in found.entries], found.styles, strict=True))
    assert dict(found.entries)[key] == items
    assert values[key].sequences is sequences
    shown = values[key].marks
    wanted = (
        (marks.opening, marks.closing)
        if sequences is Sequences.FLOW
        else (marks.dash, marks.indent if sequences is Sequences.INDENTED else "  ")
    )
    read = (
        (shown.opening, shown.closing)
        if sequences is Sequences.FLOW
        else (shown.dash, shown.indent)
    )
    assert read == wanted
