"""Keys inside a map that describes the work are keys like others, under their paths.

The inputs are modelled on the structure of public notes and templates, named beside them; the works
are in the bundled catalogue.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from forms.test_layout import ADAM, HE, RESNET, filled
from house import house
from support import snapshot

BODY = "---\n\nWhat I think of it.\n"
VASWANI = "Attention Is All You Need"

# huangzesen/heliosi-501-corpus-skill, references/corpus/batch_sep_energetic_particles/
# paper-desai-2024-hcs-reconnection-400kev-protons/SKILL.md
HELIO = "heliosi-501-corpus-skill"
# mivanit/dendron-citations, examples/vault/refs.vaswani2017attention.md
DENDRON = "dendron-citations"

INPUTS = [
    pytest.param(
        f'title: "Review: T"\npaper:\n  title: "{VASWANI}"\n  venue: "NIPS"\n  year: "2017"\n'
        '  arxiv_id: ""\n  url: ""\ntags: [paper]\n',
        f'title: "Review: R"\npaper:\n  title: "{RESNET}"\n  venue: "CVPR"\n  year: ""\n'
        '  arxiv_id: "1512.03385"\n  url: ""\ntags: [paper]\n',
        f'title: "Review: R"\npaper:\n  title: "{RESNET}"\n  venue: "CVPR"\n  year: "2016"\n'
        '  arxiv_id: "1512.03385"\n  url: ""\ntags: [paper]\n',
        id="BooMinSeong/losslessfunction archetypes/papers.md: empty texts in the map",
    ),
    pytest.param(
        f"category: paper-review\ntags: [paper]\npaper:\n  title: {VASWANI}\n"
        "  authors: Ashish Vaswani, Noam Shazeer\n  venue: NIPS\n  year: 2017\n  code: x\n",
        f"category: paper-review\ntags: [paper]\npaper:\n  title: {RESNET}\n  authors: ''\n"
        "  venue: CVPR\n  year: null\n  code: x\n",
        f"category: paper-review\ntags: [paper]\npaper:\n  title: {RESNET}\n"
        f"  authors: {', '.join(HE)}\n  venue: CVPR\n  year: 2016\n  code: x\n",
        id="of our own, no public note was opened: authors in one text beside null",
    ),
    pytest.param(
        f'draft: true\npaper:\n  title: "{VASWANI}"\n  authors: [Ashish Vaswani, N. Shazeer]\n'
        '  venue: "NIPS"\n  year: "2017"\n  url: ""\ntags: [paper]\n',
        f'draft: true\npaper:\n  title: "{RESNET}"\n  authors: []\n'
        '  venue: "CVPR"\n  year: "2016"\n  url: ""\ntags: [paper]\n',
        f'draft: true\npaper:\n  title: "{RESNET}"\n  authors: [{", ".join(HE)}]\n'
        '  venue: "CVPR"\n  year: "2016"\n  url: ""\ntags: [paper]\n',
        id="BooMinSeong/losslessfunction archetypes/papers.md: an empty list in brackets",
    ),
    pytest.param(
        "kind: paper-skill\ntags:\n  - paper\npaper:\n"
        f'  title: "{ADAM}"\n  authors:\n    - "Kingma, Diederik P."\n    - "Ba, Jimmy"\n'
        "  year: 2015\n  doi: null\n",
        "kind: paper-skill\ntags:\n  - paper\npaper:\n"
        f'  title: "{RESNET}"\n  authors: []\n  year: 2016\n  doi: "10.1109/CVPR.2016.90"\n',
        "kind: paper-skill\ntags:\n  - paper\npaper:\n"
        f'  title: "{RESNET}"\n  authors:\n    - "He, Kaiming"\n    - "Zhang, X."\n'
        '    - "Ren, Shaoqing"\n    - "Sun, Jian"\n'
        '  year: 2016\n  doi: "10.1109/CVPR.2016.90"\n',
        id=f"{HELIO}: quoted names, family first, behind four blanks",
    ),
    pytest.param(
        f"kind: paper-skill\ntags: [paper]\npaper:\n  title: {VASWANI}\n  first_author: x\n"
        "  year: 2017\n  venue: NIPS\ndomain:\n  primary_theme: other\n",
        f"kind: paper-skill\ntags: [paper]\npaper:\n  title: {RESNET}\n  first_author: x\n"
        "  venue: CVPR\ndomain:\n  primary_theme: other\n",
        f"kind: paper-skill\ntags: [paper]\npaper:\n  title: {RESNET}\n  first_author: x\n"
        "  year: 2016\n  venue: CVPR\ndomain:\n  primary_theme: other\n",
        id=f"{HELIO}: a key that the map lacks, in the others' order",
    ),
    pytest.param(
        f'tags: [paper]\ntitle: "{VASWANI}"\ncitation:\n  authors:  "A. Vaswani, Noam Shazeer"\n'
        '  journal:  "NIPS"\n  year:     2017\n  doi:      ""\nthumbnail: x\n',
        f'tags: [paper]\ntitle: "{RESNET}"\ncitation:\n  authors:  ""\n'
        '  journal:  "CVPR"\n  year:\n  doi:      ""\nthumbnail: x\n',
        f'tags: [paper]\ntitle: "{RESNET}"\ncitation:\n  authors:  "{", ".join(HE)}"\n'
        '  journal:  "CVPR"\n  year:     2016\n  doi:      ""\nthumbnail: x\n',
        id="DasLab/rmdb.github.io CONTRIBUTING.md: values in a column of the map",
    ),
    pytest.param(
        f'tags: [paper]\ntitle: "{VASWANI}"\ncitation:\n  authors:  "Vaswani A, Shazeer N"\n'
        '  year:     2017\n  doi:      ""\n',
        f'tags: [paper]\ntitle: "{RESNET}"\ncitation:\n  authors:  ""\n'
        '  year:     2016\n  doi:      ""\n',
        f'tags: [paper]\ntitle: "{RESNET}"\ncitation:\n  authors:  "He K, Zhang X, Ren S, Sun J"\n'
        '  year:     2016\n  doi:      ""\n',
        id="DasLab/rmdb.github.io _entries/16SFWJ_1M7_0001.md: initials behind names",
    ),
    pytest.param(
        f"id: x\ntags: [paper]\n__bibtex__: {{title: {VASWANI}, author: 'Vaswani, Ashish and"
        " Shazeer, Noam', journal: NIPS, year: '2017'}\nx: 1\n",
        f"id: y\ntags: [paper]\n__bibtex__: {{title: {RESNET}, author: '',"
        " journal: CVPR, year: '2016'}\nx: 1\n",
        f"id: y\ntags: [paper]\n__bibtex__: {{title: {RESNET}, author: 'He, Kaiming and Zhang, X."
        " and Ren, Shaoqing and Sun, Jian', journal: CVPR, year: '2016'}\nx: 1\n",
        id=f"{DENDRON}: a map in braces",
    ),
    pytest.param(
        f"id: x\ntags: [paper]\n__bibtex__: {{title: {VASWANI}, author: 'Vaswani, Ashish',"
        " year: '2017'}\n",
        f"id: y\ntags: [paper]\n__bibtex__: {{title: {RESNET}, author: 'He, Kaiming'}}\n",
        f"id: y\ntags: [paper]\n__bibtex__: {{title: {RESNET}, author: 'He, Kaiming',"
        " year: '2016'}\n",
        id=f"{DENDRON}: a key that a map in braces lacks",
    ),
    pytest.param(
        f"tags: [paper]\npaper: {{title: {VASWANI}, authors: [A. Vaswani], year: 2017}}\nx: 1\n",
        f"tags: [paper]\npaper: {{title: {RESNET}, authors: [], year: 2016}}\nx: 1\n",
        f"tags: [paper]\npaper: {{title: {RESNET}, authors: [{', '.join(HE)}], year: 2016}}\n"
        "x: 1\n",
        id="of our own, no public note was opened: a list within a map in braces",
    ),
    pytest.param(
        f'tags: [paper]\npublication:\n  title: "{VASWANI}"\n  venue: "NIPS"\n  year: 2017\n'
        'citations: { count: null, source: "n/a" }\n',
        f'tags: [paper]\npublication:\n  title: "{RESNET}"\n  venue: "CVPR"\n  year: null # when?\n'
        'citations: { count: null, source: "n/a" }\n',
        f'tags: [paper]\npublication:\n  title: "{RESNET}"\n  venue: "CVPR"\n  year: 2016 # when?\n'
        'citations: { count: null, source: "n/a" }\n',
        id="of our own, no public note was opened: publication, also a venue's key; a comment",
    ),
    pytest.param(
        f'title: "{VASWANI}"\ndate: 2017-12-04\ntags: [paper]\ncitation: \n'
        '  author: "Vaswani, A. & Shazeer, N."\n'
        '  container-title: "NIPS"\n  doi: x\n',
        f'title: "{ADAM}"\ndate: 2015-05-07\ntags: [paper]\ncitation: \n'
        '  author: "Kingma, D. & Ba, J."\n  container-title: ""\n  doi: x\n',
        f'title: "{ADAM}"\ndate: 2015-05-07\ntags: [paper]\ncitation: \n'
        '  author: "Kingma, D. & Ba, J."\n'
        '  container-title: "ICLR"\n  doi: x\n',
        id="UrbanInstitute/nccs _datasets/readme.md: Quarto's citation with a container-title",
    ),
    pytest.param(
        f"tags: [paper]\ntitle: {VASWANI}\nyear: '2017'\ncontainer-title: NIPS\nissued:\n"
        "  date-parts: \n    - 2017\n    - 12\n    - 4\n",
        f"tags: [paper]\ntitle: {RESNET}\nyear: ''\ncontainer-title: CVPR\nissued:\n"
        "  date-parts: \n    - 2016\n    - 6\n    - 27\n",
        f"tags: [paper]\ntitle: {RESNET}\nyear: '2016'\ncontainer-title: CVPR\nissued:\n"
        "  date-parts: \n    - 2016\n    - 6\n    - 27\n",
        id="mlresearch/v70 _posts: a map of the date's parts stays as it is",
    ),
    pytest.param(
        f"title: {VASWANI}\nauthors: Ashish Vaswani, N. Shazeer\nyear: 2017\ntags: [paper]\n"
        "cover:\n  title: x\n  author: Jane Roe\n  year: 2020\n",
        f"title: {RESNET}\nauthors: Kaiming He\nyear: 2016\ntags: [paper]\n"
        "cover:\n  title: ''\n  author:\n  year:\n",
        f"title: {RESNET}\nauthors: Kaiming He\nyear: 2016\ntags: [paper]\n"
        "cover:\n  title: ''\n  author:\n  year:\n",
        id="pmichaillat/hugo-website archetypes/paper.md has such maps; the keys within are ours",
    ),
]


@pytest.mark.parametrize(("shown", "empty", "wanted"), INPUTS)
def test_keys_inside_a_map_are_filled(tmp_path: Path, shown: str, empty: str, wanted: str) -> None:
    notes = {"shown.md": f"---\n{shown}{BODY}", "empty.md": f"---\n{empty}{BODY}"}
    after = filled(tmp_path, notes)
    assert after["empty.md"] == f"---\n{wanted}{BODY}"
    assert after["shown.md"] == f"---\n{shown}{BODY}"


def test_commands_read_a_path(tmp_path: Path) -> None:
    """`check`, `lint` and `why` name the path and its line; the value is ours in the ledger."""
    shown, empty, _ = map(str, INPUTS[1].values)
    with house(tmp_path) as home:
        home.put("shown.md", f"---\n{shown}{BODY}")
        note = home.put("empty.md", f"---\n{empty}{BODY}")
        options = ("--config", str(home.config))
        checked = home.run("check", str(home.notes), *options)
        assert checked.code == 1
        assert "empty.md:6" in checked.out
        assert "paper.authors" in checked.out
        assert home.enrich("--offline").code == 0
        before = snapshot(home.notes)
        assert home.run("lint", str(home.notes), *options).code == 0
        why = home.run("why", str(note), *options)
        assert why.code == 0
        assert "2016" in why.out
        note.write_text(note.read_text().replace("year: 2016", "year:"))
        assert home.enrich("--offline").code == 0  # a person took it out
        assert snapshot(home.notes) != before


def test_a_note_that_is_made_has_the_map(tmp_path: Path) -> None:
    shown, empty, _ = map(str, INPUTS[1].values)
    references = f"{BODY}\n## References\n\n- [[made|{RESNET}]]\n"
    with house(tmp_path) as home:
        home.put("shown.md", f"---\n{shown}{references}")
        home.put("other.md", f"---\n{empty.replace(RESNET, 'Whatever nobody has heard of')}{BODY}")
        assert home.enrich("--offline", "--create", "linked").code == 0
        made = [path for path in home.notes.glob("*.md") if path.stem not in ("shown", "other")]
        assert [f"  title: {RESNET}\n" in path.read_text() for path in made] == [True]
