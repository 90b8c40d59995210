"""Reference lists as people write them: each input is modelled on the public source it names.

The sources were opened; where an input has no source, its comment says so.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from house import house
from support import snapshot

PAPER = """\
---
title: Private memo that no service knows of at all
authors: [Jane Doe]
year: 2023
tags: [paper]
---

{}
"""

LISTS = {
    # 4xx2/learn, 其他/Makedown格式用法.md: a number in brackets before a link, and anchors between
    "numbers in brackets": (
        (
            "## 参考\n\n"
            '<div id="refer-anchor-1"></div>\n\n'
            "- [1] [Adam: A Method for Stochastic Optimization](https://arxiv.org/abs/1412.6980)\n\n"
            '<div id="refer-anchor-2"></div>\n\n'
            "- [2] [Neural Turing Machines](https://arxiv.org/abs/1410.5401)\n"
        ),
        2,
    ),
    # jgm/pandoc, test/command/8486.md has `{-}` behind such a heading, and the R Markdown Cookbook,
    # 4.4 (bookdown.org/yihui/rmarkdown-cookbook/unnumbered-sections.html), `{.unnumbered}`
    "attributes of a heading": (
        (
            "# References {.unnumbered}\n\n"
            "- GloVe: Global Vectors for Word Representation\n"
            "- Enriching Word Vectors with Subword Information\n"
        ),
        2,
    ),
    # GlobalFishingWatch/pipe-anchorages, README.md, "References"
    "anchored numbers over wrapped lines": (
        (
            "## References\n\n"
            '<a id="1">[1]</a> Kingma, D. P., Ba, J. (2015). Adam: A Method for Stochastic\n'
            "Optimization. International Conference on Learning Representations.\n"
            "https://arxiv.org/abs/1412.6980\n\n"
            '<a id="2">[2]</a> Vinyals, O., Fortunato, M., Jaitly, N. (2015). Pointer\n'
            "Networks. Advances in Neural Information Processing Systems, 28.\n"
        ),
        2,
    ),
    # obsidianmd/obsidian-help, en/Editing and formatting/Callouts.md; names, quoted titles and
    # venues as in floodsung/Deep-Learning-Papers-Reading-Roadmap, README.md
    "a callout of MLA items": (
        (
            "> [!quote] References\n"
            "> \n"
            "> 1. Vaswani, Ashish, et al. “Attention Is All You Need.” _Advances in "
            "Neural Information Processing Systems_, vol. 30, 2017.\n"
            "> 2. He, Kaiming, et al. “Deep Residual Learning for Image Recognition.” _Proceedings "
            "of the IEEE Conference on Computer Vision and Pattern Recognition_, 2016.\n"
        ),
        2,
    ),
    # github/docs, content/get-started/writing-on-github/
    # getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax.md
    "footnotes": (
        (
            "Residual layers[^1] and pointers[^ptr].\n\n## Literatur\n\n"
            "[^1]: Deep Residual Learning for Image Recognition\n"
            "[^ptr]: Pointer Networks.\n    arXiv:1506.03134\n"
        ),
        2,
    ),
    # bradychen2/Zettelkasten-Notes, .codex/skills/obsidian-reading-note-format-guide/SKILL.md
    "block ids": (
        (
            "## References\n\n"
            '1. "GloVe: Global Vectors for Word Representation" ^ref-glove\n'
            "2. Enriching Word Vectors with Subword Information ^ref-subword-1\n"
        ),
        2,
    ),
    # library.ju.edu, APA Guide 7th ed. (c.php?g=994677&p=7197483); the Korean heading is ours
    "APA under a Korean heading": (
        (
            "## 참고문헌\n\n"
            "- He, K., Zhang, X., Ren, S., & Sun, J. (2016). Deep residual learning for image "
            "recognition. In *Proceedings of the IEEE Conference on Computer Vision and Pattern "
            "Recognition* (pp. 770–778). https://doi.org/10.1109/CVPR.2016.90\n"
            "- Liu, Y., Ott, M., Goyal, N., Du, J., Joshi, M., Chen, D., … Stoyanov, V. (2019). "
            "*RoBERTa: A Robustly Optimized BERT Pretraining Approach*. arXiv.\n"
        ),
        2,
    ),
    # of our own: no public list in this form was opened
    "IEEE under a Russian heading": (
        (
            "## Список литературы\n\n"
            "1. A. Vaswani, N. Shazeer, N. Parmar et al., “Attention is all you need,” in "
            "Proc. 31st Int. Conf. Neural Inf. Process. Syst., Long Beach, CA, USA, 2017.\n"
            "2. M. Mirza and S. Osindero, “Conditional generative adversarial nets,” 2014, "
            "arXiv:1411.1784.\n"
        ),
        2,
    ),
    # alexanderplesovskikh/zotero_csl, README.md, the second style: names, title // venue
    "GOST under a heading with a colon": (
        (
            "### Список источников:\n\n"
            "1. He K., Zhang X., Ren S. et al. Deep Residual Learning for Image Recognition // "
            "IEEE Conference on Computer Vision and Pattern Recognition. 2016. Pp. 770—778. "
            "DOI: 10.1109/CVPR.2016.90\n"
            "2. Vinyals O., Fortunato M., Jaitly N. Pointer Networks // Advances in Neural "
            "Information Processing Systems. 2015. Vol. 28.\n"
        ),
        2,
    ),
    # ibm-granite/granite-tsfm, wiki.md, "Preprints": each item has the number 1
    "a link in italics behind the names": (
        (
            "## References\n\n"
            "1. Kingma, D. P., & Ba, J. (2015). [_Adam: A Method for Stochastic Optimization._]"
            "(https://arxiv.org/abs/1412.6980) In ICLR 2015.\n\n"
            "1. Kaiming He, X. Zhang, Shaoqing Ren, Jian Sun. [_Deep Residual Learning for Image "
            "Recognition._](https://arxiv.org/abs/1512.03385) arXiv preprint 2015.\n"
        ),
        2,
    ),
    # zotero-chinese/styles, README.md: papers in proceedings [C]//, articles [J]
    "GB/T 7714": (
        (
            "## 参考文献\n\n"
            "[1] HE K, ZHANG X, REN S, et al. Deep Residual Learning for Image "
            "Recognition[C]//2016 IEEE Conference on Computer Vision and Pattern Recognition. "
            "Las Vegas: IEEE, 2016: 770-778.\n"
            "[2] KINGMA D P, BA J. Adam: A Method for Stochastic Optimization[J]. arXiv preprint "
            "arXiv:1412.6980, 2014.\n"
        ),
        2,
    ),
    # Qiskit/qiskit, qiskit/circuit/library/quantum_volume.py: bold words instead of a heading
    "a bold line": (
        (
            "**References:**  \n\n"
            "[1] Y. Liu et al. RoBERTa: A Robustly Optimized BERT\nPretraining Approach, "
            "arXiv:1907.11692 (2019).\n\n"
            "**Notes:**\n\n- Something of my own that is no reference\n"
        ),
        1,
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_each_work_of_the_list_is_found(name: str, tmp_path: Path) -> None:
    text, works = LISTS[name]
    with house(tmp_path) as home:
        home.put("note.md", PAPER.format(text))
        before = (home.notes / "note.md").read_bytes()
        report = home.report("--offline")
        assert report["references"] == {"found": works}
        assert (home.notes / "note.md").read_bytes() == before


def test_a_note_for_a_citation_has_its_title_and_the_next_run_changes_nothing(
    tmp_path: Path,
) -> None:
    cited = "- Vaswani, A. et al. (2017). Attention is all you need. NeurIPS.\n- PDF\n- he2016\n"
    with house(tmp_path, references={"create": "all"}) as home:
        home.put("note.md", PAPER.format(f"## References\n\n{cited}"))
        home.report("--offline")
        notes = snapshot(home.notes)
        assert set(notes) == {"note.md", "attention-is-all-you-need.md"}
        assert b"\n# Attention is all you need\n" in notes["attention-is-all-you-need.md"]
        linked = cited.splitlines()[0][2:]
        assert f"- [{linked}](".encode() in notes["note.md"]
        home.report("--offline")
        assert snapshot(home.notes) == notes


def test_a_second_run_knows_works_that_only_an_identifier_names(tmp_path: Path) -> None:
    with house(tmp_path) as home:
        items = "## References\n\n- [PDF](https://arxiv.org/abs/1512.03385)\n- arXiv:1706.03762\n"
        home.put("note.md", PAPER.format(items))
        counts = [home.report("--offline")["references"] for _ in range(2)]
        assert counts == [{"found": 2}, {"found": 2}]
        ledger = home.ledger.read_bytes()
        home.report("--offline")
        assert home.ledger.read_bytes() == ledger
