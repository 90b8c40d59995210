"""Links as vaults have them: each input is modelled on the public source it names.

The sources were opened; the notes and the works in the inputs are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from house import house
from support import snapshot

SURVEY = """\
---
title: A private survey that no service knows of at all
authors: [Jane Doe]
year: 2023
tags: [paper]
---

## References

{}
"""


def filled(title: str, more: str = "") -> str:
    """Return a note that lacks nothing but what no run can know."""
    return f"---\ntitle: {title}\nauthors: [A B]\nyear: 2017\ntags: [paper]\n{more}---\n"


RESNET, ATTENTION = "Deep Residual Learning for Image Recognition", "Attention is All you Need"

TO_NOTES: Mapping[str, tuple[dict[str, str], str]] = {
    # KarelZe/thesis, references/obsidian/chapters/🤖FTTransformer.md: links that are citekeys
    "a citekey and a remark": (
        {"@vaswaniAttentionAllYou2017.md": filled(ATTENTION)},
        (
            "- [[@vaswaniAttentionAllYou2017]] (architecture used)\n"
            "- [[@huangTabTransformerTabularData2020]] builds on it"
        ),
    ),
    # hans/obsidian-citation-plugin, README.md: notes are called @{{citekey}}; obsidianmd/obsidian-
    # help, en/Linking notes and files/Internal links.md: links have a label
    "a label of names and a year": (
        {"lit/@he2016deep.md": filled(RESNET)},
        "- [[lit/@he2016deep|He et al. (2016)]]\n- [[@kingma2015adam|Kingma & Ba (2015)]]",
    ),
    # obsidianmd/obsidian-help, en/Linking notes and files/Embed files.md
    "embeds": ({"he2016.md": filled(RESNET)}, "- ![[he2016]]\n- ![[he2016#Abstract]]"),
    # obsidianmd/obsidian-help, en/Linking notes and files/Aliases.md
    "an alias of the note": (
        {"he2016.md": filled(RESNET, "aliases: [ResNet, Deep residual learning]\n")},
        "- [[Deep residual learning]]\n- [[ResNet|the residual one]]",
    ),
    # github/docs, data/reusables/repositories/relative-links.md
    "a relative link with a short label": (
        {"papers/resnet.md": filled(RESNET)},
        "- [ResNet](papers/resnet.md)\n- [here](./papers/of-later.md)",
    ),
    # dennybritz/deeplearning-papernotes, README.md: title and month link to a note, arXiv behind
    "a link to a note and one to arXiv": (
        {"resnet.md": filled(RESNET)},
        f"- [{RESNET} (2015-12)](resnet.md) [[arXiv](http://arxiv.org/abs/1512.03385)]",
    ),
}
TO_THE_WEB: Mapping[str, tuple[str, dict[str, int]]] = {
    # dennybritz/deeplearning-papernotes, README.md
    "a label behind a title and its month": (
        (
            "- Neural Turing Machines (2014-12) [[arXiv](https://arxiv.org/abs/1410.5401)]\n"
            "- Pointer Networks (2015-06) [[arxiv](http://arxiv.org/abs/1506.03134)]"
        ),
        {"found": 2},
    ),
    # terryum/awesome-deep-learning-papers, README.md
    "title, year, names and a label": (
        (
            "- **Attention is all you need** (2017), A. Vaswani et al. "
            "[[pdf]](http://example.org/attention.pdf)\n"
            "- **Pointer networks** (2015), O. Vinyals et al. [[pdf]](http://example.org/ptr.pdf)"
        ),
        {"found": 2},
    ),
    # floodsung/Deep-Learning-Papers-Reading-Roadmap, README.md
    "stars and a bold number": (
        (
            '**[1]** Vinyals, Oriol, Meire Fortunato, and Navdeep Jaitly. "**Pointer networks**." '
            "arXiv preprint arXiv:1506.03134 (2015). [[pdf]](https://arxiv.org/pdf/1506.03134.pdf) "
            "**(words of my own)** :star::star:\n\n"
            '**[2]** Graves, Alex. "**Neural Turing machines**." arXiv preprint arXiv:1410.5401 '
            "(2014). [[pdf]](http://arxiv.org/pdf/1410.5401) :star:"
        ),
        {"found": 2},
    ),
    # arthurrump/arthurrump.com, cms/templates/publication/index.md: links to a paper under labels
    "labels of identifiers and of files": (
        (
            "- [Paper](https://doi.org/10.1109/CVPR.2016.90)\n- [PDF](https://x.org/paper.pdf)\n"
            "- [arXiv](https://arxiv.org/abs/1506.03134), [code](https://github.com/x/y)\n"
            "- [PDF](https://openreview.net/pdf?id=x) [[code](https://github.com/x/y)]"
        ),
        {"found": 2},
    ),
    # pmichaillat/hugo-website, archetypes/paper.md, "Download": pages where no work is named
    "labels of pages that are no works": (
        (
            "- [Paper](/paper.pdf)\n- [code](https://github.com/x/y)\n- https://example.org/post\n"
            "- [here](https://x.org)\n- [[pdf]](https://x.org/a.pdf)"
        ),
        {},
    ),
}


@pytest.mark.parametrize("name", TO_NOTES)
def test_a_link_to_a_note_is_the_work_of_that_note(name: str, tmp_path: Path) -> None:
    notes, items = TO_NOTES[name]
    with house(tmp_path) as home:
        for file, text in {**notes, "survey.md": SURVEY.format(items)}.items():
            home.put(file, text)
        assert home.report("--offline")["references"] == {}


@pytest.mark.parametrize("name", TO_THE_WEB)
def test_a_link_into_the_web_is_the_work_it_identifies(name: str, tmp_path: Path) -> None:
    items, counts = TO_THE_WEB[name]
    with house(tmp_path) as home:
        home.put("survey.md", SURVEY.format(items))
        assert home.report("--offline")["references"] == counts


def test_lint_leaves_links_by_alias_and_years_that_are_links(tmp_path: Path) -> None:
    # obsidianmd/obsidian-help, en/Linking notes and files/Aliases.md; years that are links as in
    # pur3v4d3r/pur3-pkb-codebase (test_signs.py has the file)
    with house(tmp_path) as home:
        home.put("he2016.md", filled(RESNET, "aliases: [ResNet]\n").replace("2017", '"[[2017]]"'))
        home.put("survey.md", SURVEY.format("- [[ResNet]]\n- ![[he2016]]\n- [x](gone.md)"))
        before = snapshot(home.notes)
        said = home.run("lint", str(home.notes), "--config", str(home.config), "--fix")
        assert ("[ResNet]" in said.out, "gone" in said.out) == (False, True)
        assert snapshot(home.notes) == before
