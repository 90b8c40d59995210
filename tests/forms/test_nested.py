"""Keys inside a map that describes the work are keys like others, under their paths.

The inputs are modelled on the structure of public notes and templates, named beside them; the works
are in the bundled catalogue.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from forms.test_layout import HE, RESNET, filled
from house import house
from support import snapshot

BODY = "---\n\nWhat I think of it.\n"
VASWANI = "Attention Is All You Need"

INPUTS = [
    pytest.param(
        f'name: "T"\ntags: [paper]\npaper:\n  title: "{VASWANI}"\n  venue: "NIPS"\n  year: 2017\n'
        '  url: ""\nstatus: done\n',
        f'name: "R"\ntags: [paper]\npaper:\n  title: "{RESNET}"\n  venue: "CVPR"\n  year:\n'
        '  url: ""\nstatus: done\n',
        f'name: "R"\ntags: [paper]\npaper:\n  title: "{RESNET}"\n  venue: "CVPR"\n  year: 2016\n'
        '  url: ""\nstatus: done\n',
        id="ModernTSF model cards: paper with title, venue and year",
    ),
    pytest.param(
        f"category: paper-review\ntags: [paper]\npaper:\n  title: {VASWANI}\n"
        "  authors: Ashish Vaswani, Noam Shazeer\n  venue: NIPS\n  year: 2017\n  code: x\n",
        f"category: paper-review\ntags: [paper]\npaper:\n  title: {RESNET}\n  authors: ''\n"
        "  venue: CVPR\n  year: null\n  code: x\n",
        f"category: paper-review\ntags: [paper]\npaper:\n  title: {RESNET}\n"
        f"  authors: {', '.join(HE)}\n  venue: CVPR\n  year: 2016\n  code: x\n",
        id="a blog of paper reviews, post on zhangjinCV/noisy-cod: authors in one text",
    ),
    pytest.param(
        "content_type: paper_reading\ntags:\n  - paper\ntarget_paper:\n"
        f'  title: "{VASWANI}"\n  authors:\n    - Ashish Vaswani\n  year: 2017\n',
        "content_type: paper_reading\ntags:\n  - paper\ntarget_paper:\n"
        f'  title: "{RESNET}"\n  authors: []\n  year: 2016\n',
        "content_type: paper_reading\ntags:\n  - paper\ntarget_paper:\n"
        f'  title: "{RESNET}"\n  authors:\n'
        + "".join(f"    - {name}\n" for name in HE)
        + "  year: 2016\n",
        id="public reading card of arXiv:2603.17054: target_paper with a list of authors",
    ),
    pytest.param(
        f'ref_id: REF-1\ntitle: "{VASWANI}"\ncitation:\n  authors: ["Ashish Vaswani"]\n'
        '  year: 2017\n  venue: "NIPS"\nprofile:\n  type: "x"\n',
        f'ref_id: REF-2\ntitle: "{RESNET}"\ncitation:\n  authors: []\n'
        '  year: 2016\n  venue: "CVPR"\nprofile:\n  type: "x"\n',
        f'ref_id: REF-2\ntitle: "{RESNET}"\ncitation:\n'
        '  authors: ["Kaiming He", "X. Zhang", "Shaoqing Ren", "Jian Sun"]\n'
        '  year: 2016\n  venue: "CVPR"\nprofile:\n  type: "x"\n',
        id="AIWG research references: citation with a list in brackets",
    ),
    pytest.param(
        f'tags: [paper]\ntitle: "{VASWANI}"\ncitation:\n  authors:  "A. Vaswani, Noam Shazeer"\n'
        '  journal:  "NIPS"\n  year:     2017\n  doi:      ""\nthumbnail: x\n',
        f'tags: [paper]\ntitle: "{RESNET}"\ncitation:\n  authors:  ""\n'
        '  journal:  "CVPR"\n  year:\n  doi:      ""\nthumbnail: x\n',
        f'tags: [paper]\ntitle: "{RESNET}"\ncitation:\n  authors:  "{", ".join(HE)}"\n'
        '  journal:  "CVPR"\n  year:     2016\n  doi:      ""\nthumbnail: x\n',
        id="DasLab/rmdb.github.io entry template: values in a column of the map",
    ),
    pytest.param(
        f'tags: [paper]\npublication:\n  title: "{VASWANI}"\n  venue: "NIPS"\n  year: 2017\n'
        'citations: { count: null, source: "n/a" }\n',
        f'tags: [paper]\npublication:\n  title: "{RESNET}"\n  venue: "CVPR"\n  year: null # when?\n'
        'citations: { count: null, source: "n/a" }\n',
        f'tags: [paper]\npublication:\n  title: "{RESNET}"\n  venue: "CVPR"\n  year: 2016 # when?\n'
        'citations: { count: null, source: "n/a" }\n',
        id="a public page on pinellolab/CRISPRitz: publication, also a venue's key; a comment",
    ),
    pytest.param(
        f"tags: [paper]\npaper: {{title: {VASWANI}, authors: [A. Vaswani], year: 2017}}\nx: 1\n",
        f"tags: [paper]\npaper: {{title: {RESNET}, authors: [], year: 2016}}\nx: 1\n",
        f"tags: [paper]\npaper: {{title: {RESNET}, authors: [{', '.join(HE)}], year: 2016}}\n"
        "x: 1\n",
        id="PortLibs Pandoc reader's tests: a map in braces",
    ),
    pytest.param(
        f"tags: [paper]\npaper: {{title: {VASWANI}, authors: [Ashish Vaswani], year: 2017}}\n",
        f"tags: [paper]\npaper: {{title: {RESNET}, authors: [Kaiming He]}}\n",
        f"tags: [paper]\npaper: {{title: {RESNET}, authors: [Kaiming He], year: 2016}}\n",
        id="PortLibs Pandoc reader's tests: a key that a map in braces lacks",
    ),
    pytest.param(
        f"kind: paper-skill\ntags: [paper]\npaper:\n  title: {VASWANI}\n  first_author: x\n"
        "  year: 2017\n  venue: NIPS\ndomain:\n  primary_theme: other\n",
        f"kind: paper-skill\ntags: [paper]\npaper:\n  title: {RESNET}\n  first_author: x\n"
        "  venue: CVPR\ndomain:\n  primary_theme: other\n",
        f"kind: paper-skill\ntags: [paper]\npaper:\n  title: {RESNET}\n  first_author: x\n"
        "  year: 2016\n  venue: CVPR\ndomain:\n  primary_theme: other\n",
        id="HelioSI paper skills: a key that the map lacks, in the others' order",
    ),
    pytest.param(
        f"title: {VASWANI}\nauthors: Ashish Vaswani, N. Shazeer\nyear: 2017\ntags: [paper]\n"
        "cover:\n  title: x\n  author: Jane Roe\n  year: 2020\n",
        f"title: {RESNET}\nauthors: Kaiming He\nyear: 2016\ntags: [paper]\n"
        "cover:\n  title: ''\n  author:\n  year:\n",
        f"title: {RESNET}\nauthors: Kaiming He\nyear: 2016\ntags: [paper]\n"
        "cover:\n  title: ''\n  author:\n  year:\n",
        id="adityatelange/hugo-PaperMod page parameters: a map that describes the cover",
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
