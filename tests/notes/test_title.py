"""What names a work in a note, and what people write round it."""

from __future__ import annotations

import lzma
from importlib import resources
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.model import TitleSource
from refmatter.notes.title import (
    cleaned,
    from_file_name,
    has_template_marks,
    names_work,
    titles,
    word_count,
)
from refmatter.providers import bundled_catalog
from refmatter.titles import title_key

KEY, HEADING, FILE, ALIAS = (
    TitleSource.KEY,
    TitleSource.HEADING,
    TitleSource.FILE_NAME,
    TitleSource.ALIAS,
)
TITLE = "Neural Machine Translation of Rare Words"


@pytest.mark.parametrize(
    "text",
    [
        f"[^1]{TITLE}",
        f"{TITLE}, Sennrich et al., 2016",
        f"{TITLE}, Sennrich et al. (2016)",
        f"{TITLE}, Sennrich et al.",
        f"{TITLE}, Rico Sennrich, Haddow and Birch, 2016",
        f"{TITLE}, Haddow and van der Linden, 2019",
        f"{TITLE}, Öhman, 2016a",
        f"{TITLE}[^2]",
        f"{TITLE}†",
        f"🔥 {TITLE} ⭐️⭐️",
        f"[ACL 2016] {TITLE}",
        f"{TITLE} [ACL'16]",
        f"{TITLE} […]",
        f"{TITLE} (ACL 2016)",
        f"{TITLE} (2016)",
        f"[2016] {TITLE}",
        f"[1508.07909] {TITLE}",
        f"[논문 리뷰] {TITLE}",
        f"【论文精读】{TITLE}",
        f"［論文紹介］{TITLE}",
        f"论文笔记：{TITLE}",
        f"Paper summary: {TITLE}",
        f"PAPER REVIEW: {TITLE}",
        f"Literature note | {TITLE}",
        f"Title: {TITLE}",
        f"Summary of {TITLE}",
        f"Sennrich et al. 2016 - {TITLE}",
        f"Sennrich et al., {TITLE}",
        f"Sennrich, Haddow, and Birch (2016): {TITLE}",
        f"{TITLE} (Sennrich et al., 2016)",
        f"{TITLE} - Notes",
        f"**{TITLE}**",
        f"_Neural_ {TITLE.removeprefix('Neural ')}",
        f"[{TITLE}](https://arxiv.org/abs/1508.07909)",
        f"[{TITLE}](zotero://select/library/items/X)",
        f"[[{TITLE}]]",
        "*Neural **Machine ==Translation== of** Rare Words*",
        f"[[Papers/{TITLE}]]",
        f"[[sennrich2016|{TITLE}]]",
        f"{TITLE}<br/>",
        f"<b>{TITLE}</b>",
        f"🎓 [[{TITLE}]] [^x]",
    ],
)
def test_marks_round_a_title_are_taken_away(text: str) -> None:
    assert cleaned(text) == TITLE
    assert cleaned(text, markdown=True) == TITLE


@pytest.mark.parametrize(
    "text",
    [
        f"{TITLE} ^3f2a",
        f"{TITLE} #paper #nlp/mt",
        f"{TITLE} %%read again%%",
        f"{TITLE} <!-- x -->",
        f"{TITLE} {{#sec:mt .unnumbered}}",
        f"{TITLE} [status:: read]",
        rf"{TITLE} \[ACL\_2016\]",
        f"{TITLE} https://arxiv.org/abs/1508.07909",
        f"3. {TITLE}",
    ],
)
def test_marks_of_a_body_are_taken_from_headings(text: str) -> None:
    assert cleaned(text, markdown=True) == TITLE


@pytest.mark.parametrize(
    "title",
    [
        "[Re] Neural Machine Translation of Rare Words",
        "Neural Networks [Book Review]",
        "Grammatical Devices in the Processing of [+Wh] and [+Focus]",
        "Word Grammar (extended abstract)",
        "A Review: Word Representations",
        "Review of Neural Networks for Speech Recognition",
        "Notes on the Evaluation of Dependency Parsers",
        "Summary of Session on Hardware",
        "Survey: Multiword Expressions",
        "1984",
        "2001: A Space Odyssey",
        "80 million tiny images",
        "Learning A* and D* Together",
        "C#: A Language",
        "Hashtags of #MeToo",
        "Hashtags #metoo",
        "Understanding #BlackLivesMatter",
        "``Why Should I Trust You?''",
        "Word2Vec and GloVe: Two Views of Vectors",
        "Robin Hood and Matthew Effects: Privacy Has Impact on Synthetic Data",
        "SemEval-2010 Task 8: Classification of Relations",
        "ICDAR 2011 Robust Reading Competition",
        r"PAC Bounds for The Max \(K\)-Armed Bandit",
        "{{BERT}}: Pre-training",
        "snake_case_names in code",
        "基于深度学习的方法 (Deep Learning Methods) [In Chinese]",
    ],
)
def test_what_is_of_the_title_stays(title: str) -> None:
    assert cleaned(title) == title


@pytest.mark.unmeasured
def test_titles_of_the_catalogue_keep_their_words() -> None:
    """Of 24,780 real titles, a handful names its venue and year at its end, and nothing more is
    taken away but marks that are no letters."""
    file = resources.files("refmatter.data") / "catalog.jsonl.xz"
    rows = lzma.decompress(file.read_bytes()).splitlines()[1:]
    titles = [bundled_catalog.row_of(row).title for row in rows]
    changed = [each for each in titles if title_key(cleaned(each)) != title_key(each)]
    assert len(changed) <= 10
    assert all(title_key(each).startswith(title_key(cleaned(each))) for each in changed)
    lost = [each for each in titles if not names_work(cleaned(each))]
    assert len(lost) <= 15
    assert all(word_count(each) <= 4 for each in lost)


@given(st.text(max_size=60) | st.text("[](){}<>#*_`^%|:- aA1", max_size=40))
def test_anything_can_be_cleaned(text: str) -> None:
    for markdown in (False, True):
        once = cleaned(text, markdown=markdown)
        assert len(once) <= len(text)
    names_work(text)
    word_count(text)


@pytest.mark.parametrize(
    "text",
    [
        "Abstract", "SUMMARY", "Notes", "Introduction", "References", "Related Work", "TL;DR",
        "Key ideas and contributions", "Summary of the Paper and Its Contributions",
        "What is the main idea?", "Pros and cons", "Open questions", "My notes", "Reading list",
        "Zusammenfassung", "Literatur", "Résumé", "Points clés", "Resumen", "Conclusões",
        "Riassunto", "Samenvatting", "Sammanfattning", "Tiivistelmä", "Wnioski", "Závěr",
        "Введение", "Список литературы", "Özet", "Περίληψη", "ملخص", "תקציר", "摘要",
        "參考文獻", "论文主要贡献", "研究背景与动机", "はじめに", "提案手法", "관련 연구", "초록",
        "Tóm tắt", "Daftar Pustaka",
    ],
)  # fmt: skip
def test_headings_of_sections_name_no_work(text: str) -> None:
    assert not names_work(text)


@pytest.mark.parametrize(
    "text",
    [
        "Untitled", "Untitled 12", "untitled note (2)", "TODO", "tbd", "n/a", "New note", "Title",
        "[title]", "<Paper Title>", "Sans titre", "Ohne Titel", "Sin título", "Без названия",
        "无标题", "無題", "제목 없음", "{{title}}", "{{ paper.title | lower }}", "{{VALUE:title}}",
        "<% tp.file.title %>", "Notes on <% tp.file.title %>", "{% title %}", "${title}",
        "index", "README",
    ],
)  # fmt: skip
def test_placeholders_and_marks_of_templates_name_no_work(text: str) -> None:
    assert not names_work(text)


@pytest.mark.parametrize(
    "text",
    [
        "@sennrich2016", "sennrichNeural2016", "sennrich_neural_2016", "Sennrich16Neural",
        "refs.sennrich2016neural", "Kudo2018a", "1508.07909", "arXiv:1508.07909v3",
        "10.18653/v1/P16-1162", "P16-1162", "https://arxiv.org/abs/1508.07909", "2016-08-07",
        "20160807", "2016-W32", "August 7, 2016", "7. August 2016", "2016年8月7日", "07/08/2016",
    ],
)  # fmt: skip
def test_citekeys_identifiers_and_dates_name_no_work(text: str) -> None:
    assert not names_work(text)


@pytest.mark.parametrize(
    "text",
    [
        "Deep Learning", "word2vec", "GPT-4", "1984", "ImageNet10K", "Attention", "R^2", "{{BERT}}",
        "Introduction to Statistical Learning", "A Theory of Everything", "5分で分かる深層学習",
        "基于深度学习的图像识别", "Введение в машинное обучение", "May the Force Be with You",
    ],
)  # fmt: skip
def test_titles_name_works(text: str) -> None:
    assert names_work(text)


def test_the_notes_own_citekey_names_no_work() -> None:
    assert not names_work("transformerPaper", citekey="transformerPaper")
    slug = "neural-machine-translation-of-rare-words"
    assert names_work(slug, citekey=slug)


@pytest.mark.parametrize(
    "title",
    [
        "Prevalence of Things among Adults, Northwest Ethiopia, 2019",
        "Conflict and Its Many Memories, Bosnia and Herzegovina, 2014",
        "Neural Networks: A Comprehensive Foundation, Prentice Hall, 1999",
        "A Course on Many Things, Spring, 2014",
        "Short of Words, Sennrich et al., 2016",
        "Playing Go, Chess and Shogi, 2019",
    ],
)
def test_a_place_or_a_time_before_a_year_stays(title: str) -> None:
    assert cleaned(title) == title


@pytest.mark.parametrize(
    "text",
    ['{{ replace .Name "-" " " | title }}', "{{ .Date }}", "{{- $.Page.Title -}}"],
)
def test_marks_of_go_are_a_templates(text: str) -> None:
    assert has_template_marks(text)


def test_bibtex_braces_are_no_marks_of_a_template() -> None:
    assert not has_template_marks("{{The .NET Framework} in Use}")
    assert has_template_marks("{{title}}")
    assert not has_template_marks("{{Attention Is All You Need}}")
    assert not has_template_marks("The {BERT} model")


@pytest.mark.parametrize(
    ("path", "title"),
    [
        (f"{TITLE}.md", TITLE),
        ("neural-machine-translation-of-rare-words.md", TITLE.lower()),
        ("Neural_Machine_Translation_of_Rare_Words.md", TITLE),
        ("BPE- Neural Machine Translation.md", "BPE: Neural Machine Translation"),
        ("BPE_ Neural Machine Translation.md", "BPE: Neural Machine Translation"),
        ("pre- and post-editing of rare words.md", "pre- and post-editing of rare words"),
        (f"2016-08-07-{TITLE}.md", TITLE),
        (f"20160807 {TITLE}.md", TITLE),
        (f"201608071230 {TITLE}.md", TITLE),
        (f"2016 - {TITLE}.md", TITLE),
        (f"(2016) {TITLE}.md", TITLE),
        (f"03 - {TITLE}.md", TITLE),
        (f"12. {TITLE}.md", TITLE),
        (f"Sennrich et al. - 2016 - {TITLE}.md", TITLE),
        (f"2016 - Sennrich et al - {TITLE}.md", TITLE),
        (f"Sennrich 等 - 2016 - {TITLE}.md", TITLE),
        (f"Sennrich and Haddow - 2016 - {TITLE}.md", TITLE),
        ("sennrich2016-neural-machine-translation-of-rare-words.md", TITLE.lower()),
        (f"@sennrich2016 {TITLE}.md", TITLE),
        (f"1508.07909 - {TITLE}.md", TITLE),
        (f"2015_1508.07909v2 {TITLE}.md", TITLE),
        (f"ACL-2016-{TITLE.lower().replace(' ', '-')}-Paper.md", TITLE.lower()),
        (f"{TITLE}.pdf.md", TITLE),
        (f"🔥 {TITLE}.md", TITLE),
        (f"papers/{TITLE}/index.md", TITLE),
        (f"papers/{TITLE}/README.md", TITLE),
        ("index.md", ""),
        ("1508.07909.md", ""),
        ("10.18653_v1_P16-1162.md", ""),
        ("@sennrich2016.md", ""),
        ("80 million tiny images.md", "80 million tiny images"),
        ("3d-shape-input-by-video.md", "3d shape input by video"),
        ("GPT-4.md", "GPT-4"),
        ("ACL-2016-report.md", "ACL 2016 report"),
    ],
)
def test_what_a_file_name_says(path: str, title: str) -> None:
    assert from_file_name(PurePosixPath(path)) == title


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Deep Learning", 2),
        (TITLE, 6),
        ("深度学习", 2),
        ("用 BERT 做翻译", 3),
        ("Общая теория", 2),
    ],
)
def test_words_are_counted(text: str, count: int) -> None:
    assert word_count(text) == count


def found(
    entries: dict[str, object], body: str = "", path: str = "x.md"
) -> tuple[tuple[TitleSource, str], ...]:
    return titles(tuple(entries.items()), PurePosixPath(path), body).texts


def test_title_key_heading_file_name_come_in_this_order() -> None:
    body = "# A Heading of Some Length\n"
    assert found({"title": "A Key of Some Length"}, body, "A File of Some Length.md") == (
        (KEY, "A Key of Some Length"),
        (HEADING, "A Heading of Some Length"),
        (FILE, "A File of Some Length"),
    )


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ([TITLE], TITLE),
        ([TITLE, "Byte Pairs"], TITLE),
        (f"[[{TITLE}]]", TITLE),
        (f"[[bpe|{TITLE}]]", TITLE),
        (f"[{TITLE}](https://x.org)", TITLE),
        ([f"[[{TITLE}]]"], TITLE),
        (1984, "1984"),
        ({"main": TITLE}, ""),
        (True, ""),
        ([], ""),
        ("{{title}}", ""),
        ("Untitled", ""),
    ],
)
def test_values_of_a_title_key_are_read_as_their_text(value: object, title: str) -> None:
    assert dict(found({"title": value})).get(KEY, "") == title


@pytest.mark.parametrize(
    ("body", "path", "heading"),
    [
        (f"# {TITLE}\n", "x.md", TITLE),
        (f"text\n\n# {TITLE} #\n\n# Another Title\n", "x.md", TITLE),
        (f"{TITLE}\n=====\n", "x.md", TITLE),
        ("Neural Machine Translation\nof Rare Words\n===\n", "x.md", TITLE),
        (f"```\n# code\n```\n\n# {TITLE}\n", "x.md", TITLE),
        (f"<!--\n# old\n-->\n# {TITLE}\r\n", "x.md", TITLE),
        (f"## {TITLE}\n", "x.md", TITLE),
        (f"\n<!-- mine -->\n### {TITLE}\n", "x.md", TITLE),
        (f"text\n\n## {TITLE}\n", "x.md", None),
        (f"## {TITLE}\n\n# Summary\n", "x.md", None),
        ("## Rare Words\n", "x.md", None),
        ("## Main ideas of the paper\n", "x.md", None),
        (f"## {TITLE}\n", "a-file-of-another-name.md", None),
        (f"## {TITLE} [[pdf](https://x.org/a.pdf)]\n", "a-file-of-another-name.md", TITLE),
        (f"### [{TITLE}](https://x.org/a.pdf)\n", "a-file-of-another-name.md", TITLE),
        ("## How [Rare](https://x.org) Words Are Met\n", "a-file-of-another-name.md", None),
        (f"text\n\n#### [{TITLE}](https://arxiv.org/abs/1508.07909)\n", "x.md", TITLE),
        (f"text\n\n## [{TITLE}](https://x.org)\n", "x.md", None),
        (f"## {TITLE}\n", "neural-machine-translation-of-rare-words.md", TITLE),
        (f"{TITLE}\n---\n", f"{TITLE}.md", TITLE),
        ("## Another Section of It\n", f"{TITLE}.md", None),
        ("# Abstract\n", "x.md", None),
        ("# {{title}}\n", "x.md", None),
        ("# 2016\n", "x.md", None),
        (f"# Summary\n\ntext\n\n# {TITLE}\n", "x.md", TITLE),
        (f"# Summary\n\n# {TITLE}\n\n# What I Make of It All\n", "x.md", None),
        ("# Summary\n\n# What I Make of It All\n", f"{TITLE}.md", None),
        ("#\n#tag\n\n- item\n---\n", "x.md", None),
        ("", "x.md", None),
    ],
)
def test_the_heading_that_names_the_work(body: str, path: str, heading: str | None) -> None:
    assert dict(found({}, body, path)).get(HEADING) == heading


def test_a_heading_broken_in_two_is_whole_where_the_file_name_says_so() -> None:
    body = "# Neural Machine Translation\n  of Rare Words\n\ntext\n"
    whole = found({}, body, "neural-machine-translation-of-rare-words.md")
    assert whole[0] == (HEADING, TITLE)
    assert found({}, body, "mt.md")[0] == (HEADING, "Neural Machine Translation")


def test_an_alias_is_the_title_only_where_nothing_else_is() -> None:
    alias: dict[str, object] = {"aliases": [TITLE]}
    assert found(alias, path="@sennrich2016.md") == ((ALIAS, TITLE),)
    assert found(alias, path="bpe.md")[0] == (ALIAS, TITLE)
    assert found(alias, "# Byte Pair Encoding\n", "@sennrich2016.md")[0][0] is HEADING
    assert found(alias, path="Byte Pair Encoding.md")[0][0] is FILE


@pytest.mark.parametrize(
    "alias",
    ["Byte pairs", "Sennrich et al., 2016", "Sennrich (2016) Neural Machine Translation", 7],
)
def test_a_short_alias_and_a_citation_are_no_titles(alias: object) -> None:
    assert found({"aliases": [alias]}, path="@sennrich2016.md") == ()


def test_a_file_name_that_is_cut_short_is_no_other_title() -> None:
    path = "2016-08-07-neural-machine-translation-of-ra.md"
    assert found({"title": TITLE}, path=path) == ((KEY, TITLE),)
    assert len(found({"title": "Neural Machine Translation"}, path=f"{TITLE}.md")) == 2
