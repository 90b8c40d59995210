"""Links as vaults have them: each input is modelled on the public source it names."""

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
    # KarelZe/thesis, the notes on papers: a citekey as link, with a remark behind it
    "a citekey and a remark": (
        {"@vaswaniAttentionAllYou2017.md": filled(ATTENTION)},
        (
            "- [[@vaswaniAttentionAllYou2017]] (architecture used)\n"
            "- [[@huangTabTransformerTabularData2020]] builds on it"
        ),
    ),
    # hans/obsidian-citation-plugin, README.md: notes are called @{{citekey}}, links have a label
    "a label of names and a year": (
        {"lit/@he2016deep.md": filled(RESNET)},
        "- [[lit/@he2016deep|He et al. (2016)]]\n- [[@kingma2015adam|Kingma & Ba (2015)]]",
    ),
    # obsidianmd/obsidian-help, Linking notes and files/Embed files.md
    "embeds": ({"he2016.md": filled(RESNET)}, "- ![[he2016]]\n- ![[he2016#Abstract]]"),
    # obsidianmd/obsidian-help, Linking notes and files/Aliases.md
    "an alias of the note": (
        {"he2016.md": filled(RESNET, "aliases: [ResNet, Deep residual learning]\n")},
        "- [[Deep residual learning]]\n- [[ResNet|the residual one]]",
    ),
    # github/docs, basic-writing-and-formatting-syntax.md, "Relative links"
    "a relative link with a short label": (
        {"papers/resnet.md": filled(RESNET)},
        "- [ResNet](papers/resnet.md)\n- [here](./papers/of-later.md)",
    ),
}
TO_THE_WEB: Mapping[str, tuple[str, dict[str, int]]] = {
    # dennybritz/deeplearning-papernotes, README.md
    "a label behind a title": (
        (
            "- Neural Turing Machines [[arXiv](https://arxiv.org/abs/1410.5401)]\n"
            "- [arXiv](https://arxiv.org/abs/1506.03134), [code](https://github.com/x/y)\n"
            "- [PDF](https://openreview.net/pdf?id=x) [[code](https://github.com/x/y)]"
        ),
        {"found": 2},
    ),
    # terryum/awesome-deep-learning-papers, README.md
    "title, year, names and a label": (
        (
            "- **Adam: A Method for Stochastic Optimization** (2014), D. Kingma and J. Ba "
            "[[pdf]](http://example.org/adam.pdf)"
        ),
        {"found": 1},
    ),
    # floodsung/Deep-Learning-Papers-Reading-Roadmap, README.md
    "stars and a bold number": (
        (
            '**[1]** He, Kaiming, et al. "**Deep residual learning for image recognition**." arXiv '
            "preprint arXiv:1512.03385 (2015). [[pdf]](https://arxiv.org/pdf/1512.03385.pdf) "
            "**(ResNet,Very very deep networks, CVPR best paper)** :star::star::star:"
        ),
        {"found": 1},
    ),
    # sindresorhus/awesome, contributing.md: a link and what it is, where no work is named
    "labels of pages that are no works": (
        (
            "- [code](https://github.com/x/y)\n- https://example.org/post\n- [here](https://x.org)\n"
            "- [[pdf]](https://x.org/a.pdf)"
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
    # obsidianmd/obsidian-help, Aliases.md, and liamcain/obsidian-periodic-notes: years are notes
    with house(tmp_path) as home:
        home.put("he2016.md", filled(RESNET, "aliases: [ResNet]\n").replace("2017", '"[[2017]]"'))
        home.put("survey.md", SURVEY.format("- [[ResNet]]\n- ![[he2016]]\n- [x](gone.md)"))
        before = snapshot(home.notes)
        said = home.run("lint", str(home.notes), "--config", str(home.config), "--fix")
        assert ("[ResNet]" in said.out, "gone" in said.out) == (False, True)
        assert snapshot(home.notes) == before
