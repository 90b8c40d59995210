"""Whole citations in reference lists, and texts that are no titles."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreign import bundled
from refmatter.notes.citations import Citation, cited, is_titled
from refmatter.people import names_of, read_people
from refmatter.titles import title_key

ADAM = "Adam: A Method for Stochastic Optimization"


@pytest.mark.parametrize(
    ("text", "title", "first", "year"),
    [
        (f"Kingma, D.P., Ba, J.: {ADAM}. In: ICLR (2015)", ADAM, "Kingma", 2015),
        (f"Kingma, Diederik P., and Jimmy Ba. “{ADAM}.” ICLR, 2015.", ADAM, "Kingma", 2015),
        (f"D. P. Kingma and J. Ba. {ADAM}. CoRR, abs/1412.6980, 2014.", ADAM, "Kingma", 2014),
        (f"Diederik P. Kingma and Jimmy Ba. 2015. {ADAM}. In ICLR.", ADAM, "Kingma", 2015),
        (f"Kingma DP, Ba J. {ADAM}. arXiv preprint arXiv:1412.6980. 2014.", ADAM, "Kingma", 2014),
        (f"**Kingma, D. P. et al. (2014a)**. {ADAM}. ICLR.", ADAM, "Kingma", 2014),
        (f"Kingma et al. 2015 - {ADAM}", ADAM, "Kingma", 2015),
        (f"Kingma and Ba (2015) – {ADAM}", ADAM, "Kingma", 2015),
        (f"{ADAM}, Kingma et al., 2015", ADAM, "Kingma", 2015),
        (f"{ADAM} (Kingma and Ba, 2015)", ADAM, "Kingma", 2015),
        ("van den Oord, A. (2016). Pixel recurrent nets. ICML.", "Pixel recurrent nets",
         "van den Oord", 2016),
        (f"**Adam** Kingma et al. (2015). {ADAM}. ICLR.", ADAM, "Kingma", 2015),
        (f"**Adam**: Kingma, D. P., Ba, J. (2015). {ADAM}. ICLR.", ADAM, "Kingma", 2015),
        # GOST R 7.0.5-2008
        ("Иванов И. И., Петров П. П. Обучение нейронных сетей // Вестник вычислений. 2019. С. 5.",
         "Обучение нейронных сетей", "Иванов", 2019),
        (f"{ADAM} / D. P. Kingma, J. Ba // ICLR. 2015. P. 1-15.", ADAM, "Kingma", 2015),
        ("李航, 王明. 统计学习方法的研究[J]. 计算机学报, 2012.", "统计学习方法的研究", "李", 2012),
        ('Ho, Jonathan, Ajay Jain, and Pieter Abbeel. "Denoising diffusion models."',
         "Denoising diffusion models", "Ho", None),
    ],
)  # fmt: skip
def test_a_citation_is_taken_apart(text: str, title: str, first: str, year: int | None) -> None:
    citation = cited(text)
    assert (citation.title, citation.year) == (title, year)
    assert first in str(names_of(read_people(list(citation.people)))[0])


@pytest.mark.parametrize(
    "text",
    [
        "SemEval-2017 Task 4: Sentiment Analysis in Twitter",
        '"Why Should I Trust You?": Explaining the Predictions of Any Classifier',
        "“Cloze Procedure” - A New Tool for Measuring Readability (1953)",
        "MaskGAN - Better Text Generation via Filling in the ______",
        "Deep Learning, Neural Networks and the 2016 Election. A Study",
        "The PASCAL Recognising Textual Entailment Challenge (2005)",
        "Kahneman D. Thinking, Fast and Slow. 2011.",
        "**A note** on the works of 2015",
        "Input / output of programs / a survey // 2015",
        "Soft Computing, Neural Networks, and Fuzzy Models, MIT Press, Boston, MA, 2001, ISBN 0-2",
    ],
)
def test_what_is_not_clearly_a_citation_is_left_whole(text: str) -> None:
    assert cited(text) == Citation(text)


def test_titles_of_works_are_not_taken_for_citations() -> None:
    titles = [record.title for record in bundled()]
    cut = [title for title in titles if title_key(cited(title).title) != title_key(title)]
    assert len(cut) <= len(titles) / 10_000  # records whose title is a citation
    assert sum(not is_titled(title) for title in titles) <= len(titles) / 10_000


def _apa(names: Sequence[tuple[str, str]], title: str, year: int) -> str:
    people = [f"{family}, {given[0]}." for given, family in names]
    joined = ", & ".join(filter(None, (", ".join(people[:-1]), people[-1])))
    return f"{joined} ({year}). {title}. *Journal of Things, 3*(1), 1–9."


def _ieee(names: Sequence[tuple[str, str]], title: str, year: int) -> str:
    people = [f"{given[0]}. {family}" for given, family in names]
    return f"{' and '.join(people[:2])}, “{title},” in Proc. Things, {year}, pp. 1–9."


def _plain(names: Sequence[tuple[str, str]], title: str, year: int) -> str:
    people = [f"{given[0]}. {family}" for given, family in names]
    return f"{', '.join(people)}. {title}. In Proc. Things, {year}."


_word = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=9)
_name = st.tuples(_word.map(str.capitalize), _word.map(str.capitalize))


@given(
    style=st.sampled_from([_apa, _ieee, _plain]),
    names=st.lists(_name, min_size=1, max_size=4),
    words=st.lists(_word, min_size=3, max_size=8),
    year=st.integers(1950, 2029),
)
def test_the_title_people_and_year_of_a_citation_are_found(
    style: Callable[[Sequence[tuple[str, str]], str, int], str],
    names: list[tuple[str, str]],
    words: list[str],
    year: int,
) -> None:
    title = " ".join(words).capitalize()
    citation = cited(style(names, title, year))
    assert (citation.title, citation.year) == (title, year)
    assert citation.people[0] == f"{names[0][1]}, {names[0][0][0]}."


def test_a_strong_author_is_no_label() -> None:
    """What stands in front of other people is one of them unless it is a name of the work."""
    assert cited(f"**Kingma, D. P.**, Ba, J. (2015). {ADAM}. ICLR.").people[0] == "Kingma, D. P."


@given(st.text('ABCabc .,&()[]"“”*_0129:/-et al', max_size=60))
def test_any_text_has_a_title_of_its_own_letters(text: str) -> None:
    assert title_key(cited(text).title) in title_key(text)


@pytest.mark.parametrize(
    "text",
    [
        "PDF", "[pdf]", "PDF | code", "Full text", "Semantic Scholar", "here", "论文", "@he2016",
        "he2016deep", "[@he2016deep]", "1907.11692", "arXiv:1411.1784", "10.1109/CVPR.2016.90",
        "https://example.org/x", "Vaswani et al. (2017)", "He et al., 2016", "Kingma & Ba (2015)",
        "(Vaswani et al.)", "He 2016", "Paper (local copy)", "Code and data",
        "Presentation slides",
    ],
)  # fmt: skip
def test_labels_citekeys_and_addresses_are_no_titles(text: str) -> None:
    assert not is_titled(text)


@pytest.mark.parametrize(
    "text", ["BERT", "GPT-2", "World Models", "World Models (2018)", "Data2vec", "The Code Book"]
)
def test_short_titles_are_titles(text: str) -> None:
    assert is_titled(text)
