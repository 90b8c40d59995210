"""Reference lists as people write them: each input is modelled on the public source it names."""

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
    # jgm/pandoc, MANUAL.txt, "Placement of the bibliography"
    "attributes of a heading": (
        (
            "# References {.unnumbered}\n\n"
            "- GloVe: Global Vectors for Word Representation\n"
            "- Enriching Word Vectors with Subword Information\n"
        ),
        2,
    ),
    # Stack Overflow, question 26587527, "Cite a paper using GitHub Markdown syntax"
    "anchored numbers over wrapped lines": (
        (
            "## References\n\n"
            '<a id="1">[1]</a>\n'
            "Kingma, D. P., & Ba, J. (2015).\n"
            "Adam: A Method for Stochastic Optimization.\n"
            "International Conference on Learning Representations.\n\n"
            '<a id="2">[2]</a>\n'
            "Vinyals, O., Fortunato, M., & Jaitly, N. (2015).\n"
            "Pointer Networks.\n"
            "Advances in Neural Information Processing Systems, 28.\n"
        ),
        2,
    ),
    # obsidianmd/obsidian-help, Editing and formatting/Callouts.md; items as MLA has them
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
    # github/docs, basic-writing-and-formatting-syntax.md, "Footnotes"
    "footnotes": (
        (
            "Residual layers[^1] and pointers[^ptr].\n\n## Literatur\n\n"
            "[^1]: Deep Residual Learning for Image Recognition\n"
            "[^ptr]: Pointer Networks.\n    arXiv:1506.03134\n"
        ),
        2,
    ),
    # bradychen2/Zettelkasten-Notes, obsidian-reading-note-format-guide/SKILL.md
    "block ids": (
        (
            "## References\n\n"
            '1. "GloVe: Global Vectors for Word Representation" ^ref-glove\n'
            "2. Enriching Word Vectors with Subword Information ^ref-subword-1\n"
        ),
        2,
    ),
    # apastyle.apa.org, "Reference examples": journal article, conference proceedings
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
    # ieeeauthorcenter.ieee.org, "IEEE Reference Guide": conference paper, online preprint
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
    # GB/T 7714-2015, section 4: papers in proceedings [C]//, preprints [EB/OL]
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
