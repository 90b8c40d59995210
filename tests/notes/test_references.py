from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from refmatter.errors import ConflictError, NoteError
from refmatter.model import Identifiers, Reference
from refmatter.notes import note_identifiers, references

HEADINGS = ["Papers to cite"]


def identify(url: str) -> Identifiers:
    return Identifiers(doi=url.rpartition("/")[2] if "doi.org" in url else None)


def found(body: str) -> list[tuple[str, str | None]]:
    section = references.find(body, 1, HEADINGS, identify)
    return [(reference.text, reference.target) for reference in section.references]


def titles(body: str) -> list[str]:
    return [text for text, _ in found(body)]


@pytest.mark.parametrize(
    ("item", "text", "target"),
    [
        ("Attention is All you Need", "Attention is All you Need", None),
        ("[A Title](./x.md)", "A Title", "./x.md"),
        ("[A Title](x)", "A Title", "x"),
        ("[A Title](<x y.md>)", "A Title", "x y.md"),
        ('[A Title](x.md "hover (it)")', "A Title", "x.md"),
        ("[A Title](x.md#part)", "A Title", "x.md"),
        ("[A Title](a%20b%C3%A9.md)", "A Title", "a bé.md"),
        ("[A Title](100%25.md)", "A Title", "100%.md"),
        ("[A Title](%ff.md)", "A Title", "%ff.md"),
        ("[A Title](a(b).md)", "A Title", "a(b).md"),
        (r"[A Title](a\(b.md)", "A Title", "a(b.md"),
        ("[A [nested] Title](x.md)", "A [nested] Title", "x.md"),
        (r"[A \] Title](x.md)", "A ] Title", "x.md"),
        ("[A Title](../x.md)", "A Title", "../x.md"),
        ("[A Title](/x.md)", "A Title", "/x.md"),
        ("[A Title](mailto:x@y.z)", "A Title", "mailto:x@y.z"),
        ("[A Title](#part)", "A Title", None),
        ("[A Title](x.md), which I should read", "A Title", "x.md"),
        ("see [A Title](x.md)!", "A Title", "x.md"),
        ("[A](x.md) and [B](y.md)", "A", "x.md"),
        ("of [A](x.md) and [B](y.md)", "of A and B", None),
        ("[[x]]", "x", "x"),
        ("[[x|A Title]]", "A Title", "x"),
        (r"[[x\|A Title]]", "A Title", "x"),
        ("[[x#part|A Title]] remarks", "A Title", "x"),
        ("[[#part]]", "#part", None),
        ("[A Title](x y.md)", "[A Title](x y.md)", None),
        ("[A Title", "[A Title", None),
        ("![A picture](x.png) A Title", "![A picture](x.png) A Title", None),
        ("[](x.md)", "x.md", "x.md"),
        ("[[x]](y)", "x", "x"),
        ("A Title https:// of it", "A Title https:// of it", None),
        ("*A Title*", "A Title", None),
        ("**A Title**", "A Title", None),
        ("***A Title***", "A Title", None),
        ("_A Title_", "A Title", None),
        ("`A Title`", "A Title", None),
        ("**[A Title](x.md)**", "A Title", "x.md"),
        ("[**A Title**](x.md)", "A Title", "x.md"),
        ("*A* and *B*", "*A* and *B*", None),
        (r"A\_Title \* 2 \d", r"A_Title * 2 \d", None),
        ("[ ] A Title", "A Title", None),
        ("[x] [A Title](x.md)", "A Title", "x.md"),
        ("A Title <!-- a remark -->", "A Title", None),
        ("A Title <!-- is no comment", "A Title <!-- is no comment", None),
        (
            "MaskGAN - Better Text Generation via Filling in the ______",
            "MaskGAN - Better Text Generation via Filling in the ______",
            None,
        ),
        ("“Cloze Procedure” - A New Tool", "“Cloze Procedure” - A New Tool", None),
        ("SQuAD - 100,000+ Questions", "SQuAD - 100,000+ Questions", None),
        ("C++ & *args [1] (2nd ed.)", "C++ & *args [1] (2nd ed.)", None),
    ],
)
@pytest.mark.parametrize("marker", ["-", "*", "+", "1.", "12)", "  -"])
def test_item(marker: str, item: str, text: str, target: str | None) -> None:
    assert found(f"# T\n\n## References\n\n{marker} {item}\n") == [(text, target)]


@pytest.mark.parametrize(
    ("item", "text", "doi"),
    [
        ("[A Title](https://doi.org/1)", "A Title", "1"),
        ("[A Title](//doi.org/1#x)", "A Title", "1#x"),
        ("A Title. https://doi.org/1.", "A Title.", "1"),
        ("A Title ([doi](https://doi.org/1))", "A Title", "1"),
        ("A Title [doi](https://doi.org/1) [pdf](https://x.y/z)", "A Title", "1"),
        ("A Title, <https://doi.org/1>", "A Title", "1"),
        ("https://doi.org/1 A Title", "A Title", "1"),
        ("https://doi.org/1", "https://doi.org/1", "1"),
        ("A Title https://doi.org/1 https://doi.org/2", "A Title", None),
        ("A Title https://x.y/z", "A Title", None),
        ("Paper: [A Title of It](https://doi.org/1)", "A Title of It", "1"),
        ("A Title of It [read the text here](https://doi.org/1)", "A Title of It", "1"),
    ],
)
def test_url(item: str, text: str, doi: str | None) -> None:
    section = references.find(f"## References\n- {item}", 7, HEADINGS, identify)
    assert section.references == (Reference(text, None, 8, Identifiers(doi=doi)),)


def test_note_with_a_url_beside_it() -> None:
    section = references.find("# References\n- [A](x.md) https://doi.org/1", 1, HEADINGS, identify)
    assert section.references == (Reference("A", "x.md", 2, Identifiers(doi="1")),)


@pytest.mark.parametrize(
    "heading",
    [
        "## References",
        "# REFERENCES:",
        "###### references ##",
        "   ## 7. References",
        "## 7 References",
        "## 7.1 *Paper References*",
        "## **References**:",
        "## VII. References",
        "References\n===",
        "References\n---",
        "## 参考文献",
        "## Paper  References",
        "- a list\n\nReferences\n---",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_heading(heading: str, newline: str) -> None:
    body = f"- no\n\n{heading}\n\n- A\n- B\n\n# Next\n\n- no\n".replace("\n", newline)
    first = 40
    section = references.find(body, first, HEADINGS)
    line = first + body[: body.index("- A")].count("\n")
    assert section.heading
    assert section.references == (Reference("A", None, line), Reference("B", None, line + 1))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "- A\n",
        "## My References\n- A",
        "    ## References\n- A",
        "##References\n- A",
        "text\n## Referencess\n- A",
        "```\n## References\n- A\n```\n",
        "~~~~\n```\n## References\n~~~\n- A\n~~~~\n",
        "```\n## References\n- A\n",
        "<!--\n## References\n- A\n-->\n",
        "<!-- ## References\n- A",
        "References\n- A\n",
        "####### References\n- A",
    ],
)
def test_no_section(body: str) -> None:
    assert references.find(body, 1, HEADINGS) == references.ReferenceSection("", ())


def test_some_headings_are_always_known() -> None:
    assert references.find("## References\n- A", 1, []).heading == "References"
    assert references.find("## Papers to cite:\n- A", 1, HEADINGS).heading == "Papers to cite:"
    assert not references.find("## Papers to cite\n- A", 1, []).heading
    assert not references.find("##\n- A", 1, [""]).heading


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", []),
        ("prose\n", []),
        ("- A\n  goes on\n- B\nlazily\n", ["A goes on", "B lazily"]),
        ("- A in\n  2018. It is\n- B\n", ["A in 2018. It is", "B"]),
        ("- A\n  - a remark\n    more\n- B\n", ["A", "B"]),
        ("1. A\n  - a remark\n2. B\n", ["A", "B"]),
        ("1. A\n   1. nested\n2. B\n", ["A", "B"]),
        ("- A\n\t- a remark\n- B\n", ["A", "B"]),
        ("- A\n\n  a remark\n\n- B\n\nprose\n", ["A", "B"]),
        ("- A\n\n- B\n\n\n* C\n", ["A", "B", "C"]),
        ("- A\n - B\n   - a remark\n", ["A", "B"]),
        ("-\n- A\n- [ ] \n", ["A"]),
        ("- A\n  > quoted\n- B\n> quoted\n", ["A", "B"]),
        ("> quoted\n- A\n", ["A"]),
        ("- A\n---\n- B\n* * *\n+ C\n", ["A", "B", "C"]),
        ("- A\n```\n- no\n```\n- B\n", ["A", "B"]),
        ("- A\n  ```\n  - no\n  ```\n  no\n- B\n", ["A", "B"]),
        ("- A\n\n      - code\n- B\n", ["A", "B"]),
        ("    - code\n- A\n", ["A"]),
        ("prose\n2. prose\n\n2. A\n", ["A"]),
        ("prose\n    - prose\n- A\n", ["A"]),
        ("<!-- \n- no\n--> \n- A <!-- x\ny --> more\n- B\n", ["A more", "B"]),
        ("- A\n### Deeper\n- B\n## Other\n- no\n# References\n- C\n", ["A", "B", "C"]),
        ("- A\n## References\n- B\n### References\n- C\n## Other\n- no", ["A", "B", "C"]),
        ("- " + "long " * 5000 + "\n- " + "word " * 1000 + "\n- A\n", ["A"]),
    ],
)
def test_section(body: str, expected: list[str]) -> None:
    assert titles(f"## References\n\n{body}") == expected


@given(st.text(alphabet="-*#1. [](<>)`~!|\\\n\tRaé", max_size=60))
@example("[" * 3000 + "](" * 3000)
def test_any_body_is_read(text: str) -> None:
    body = f"# References\n{text}"
    section = references.find(body, 1, HEADINGS)
    assert section.heading
    lines = [reference.line for reference in section.references]
    assert lines == sorted(set(lines))
    assert all(reference.text.strip() for reference in section.references)


# --- putting links in ----------------------------------------------------------------------


def linked(text: str, *links: tuple[int, str, str]) -> str:
    wanted = [(Reference(title, None, line), target) for line, title, target in links]
    return references.link(text.encode(), wanted, HEADINGS).decode()


@pytest.mark.parametrize(
    ("before", "link", "after"),
    [
        ("## References\n- A\n- B", (3, "B", "./b.md"), "## References\n- A\n- [B](./b.md)"),
        (
            "---\ntitle: References\ntags:\n- a\n---\n\n## References\r\n\r\n1. A *b*\r\n",
            (9, "A *b*", "x"),
            "---\ntitle: References\ntags:\n- a\n---\n\n## References\r\n\r\n1. [A *b*](x)\r\n",
        ),
        (
            "\ufeff---\na: 1\n---\n# References\n- [ ] A\n  goes on  \n",
            (5, "A goes on", "a b(c)%.md"),
            "\ufeff---\na: 1\n---\n# References\n- [ ] [A\n  goes on](a%20b%28c%29%25.md)  \n",
        ),
        ("\ufeff# References\n- *A*", (2, "A", "é.md"), "\ufeff# References\n- [*A*](é.md)"),
        ("---\n# References\n- A [b] c", (3, "A [b] c", "x"), "---\n# References\n- [A [b] c](x)"),
        ("# References\n- A <!-- c -->", (2, "A", "x"), "# References\n- [A](x) <!-- c -->"),
        ("# References\n- [C]", (2, "[C]", "x"), "# References\n- [\\[C\\]](x)"),
        ("# References\n- A [b", (2, "A [b", "x"), "# References\n- [A \\[b](x)"),
        ("# References\n- A b] \\[", (2, "A b] [", "x"), "# References\n- [A b\\] \\[](x)"),
        ("---\na: 1\n---", (1, "", ""), None),
        ("# References\n- A", (1, "A", "x"), None),
        ("# References\n- A", (2, "B", "x"), None),
        ("# References\n- [A](y)", (2, "A", "x"), None),
        ("# Others\n- A", (2, "A", "x"), None),
    ],
)
def test_link(before: str, link: tuple[int, str, str], after: str | None) -> None:
    if after is None:
        with pytest.raises(ConflictError) as caught:
            linked(before, link)
        assert caught.value.line == link[0]
    else:
        assert linked(before, link) == after


def test_several_links() -> None:
    before = "# References\n- A\n- B\n- C\n"
    after = "# References\n- [A](a)\n- B\n- [C](c)\n"
    assert linked(before, (4, "C", "c"), (2, "A", "a")) == after
    assert linked(before) == before
    with pytest.raises(ConflictError):
        linked(before, (2, "A", "a"), (2, "A", "b"))


@pytest.mark.parametrize("title", ["A `[b` c", "A \\"])
def test_link_that_would_change_the_title_is_refused(title: str) -> None:
    with pytest.raises(NoteError, match="without changing"):
        linked(f"# References\n- {title}", (2, title, "x"))


def test_link_in_a_file_that_is_no_text() -> None:
    with pytest.raises(NoteError, match="UTF-8"):
        references.link(b"\xff", [], HEADINGS)


@given(st.text(alphabet="aB1é -:*_[]()\\`<>#.", min_size=1, max_size=20), st.text(min_size=1))
def test_a_link_changes_nothing_but_itself(title: str, target: str) -> None:
    text = f"# References\n- before\n- {title}\n- after\n"
    old = references.find(text, 1, HEADINGS)
    plain = next((each for each in old.references if each.line == 3), None)
    if plain is None:
        return
    try:
        new = references.link(text.encode(), [(plain, target)], HEADINGS).decode()
    except NoteError:
        return
    made = [Reference(r.text, target, 3) if r == plain else r for r in old.references]
    assert list(references.find(new, 1, HEADINGS).references) == made
    assert new.startswith("# References\n- before\n")
    assert new.endswith("\n- after\n")


@pytest.mark.parametrize(
    ("body", "headings"),
    [
        ("text\n\n# **A Title** #\n\n# Another\n", [(1, "**A Title**"), (1, "Another")]),
        (
            "## Second level\r\n# First\r\n### Third\n",
            [(2, "Second level"), (1, "First"), (3, "Third")],
        ),
        ("```\n# code\n```\n\n# Title\n", [(1, "Title")]),
        ("~~~\n# code\n```\n", []),
        ("One\n===\n\nTwo\nlines\n---\n\n---\n", [(1, "One"), (2, "Two lines")]),
        ("- item\n---\n> quoted\n===\n", []),
        ("<!--\n# no\n-->\n# Yes\n", [(1, "Yes")]),
        ("    # code\n> # quoted\n", []),
        ("#\n#tag\n####### seven\n", []),
        ("", []),
    ],
)
def test_the_headings(body: str, headings: list[tuple[int, str]]) -> None:
    assert [(each.level, each.text) for each in references.headings_in(body)] == headings


def test_a_heading_knows_the_lines_that_follow_it() -> None:
    body = "# Half of\n  a title\ngoes on\n\ntext\n# Whole\n\ntext\n# Last\n- item\n"
    following = [each.following for each in references.headings_in(body)]
    assert following == ["a title goes on", "", ""]


@pytest.mark.parametrize(
    "heading",
    [
        "## 📚 References", "# VI. REFERENCES", "## 7参考文献", "## 一、参考文献",
        "### *Bibliographie* :",
        "## Список литературы {.unnumbered}", "# References {-}",
        "## References (12)",
        "## [[Works Cited]]", "## <a name='r'></a>Literaturverzeichnis", "## References & Notes",
        "## Notes and References", "**References**", "__References__:", "**References:**  ",
        "<summary>References</summary>", "<h2 id='r'>References</h2>", "## Referências",
        "## Riferimenti", "## 참고문헌", "## References / Further Reading",
    ],
)  # fmt: skip
def test_dressed_headings(heading: str) -> None:
    section = references.find(f"text\n\n{heading}\n\n- A\n\n# Next\n\n- no\n", 1, [])
    assert [reference.text for reference in section.references] == ["A"]


@pytest.mark.parametrize(
    "heading",
    [
        "## Related notes", "## Backlinks", "## See also", "## Further Reading",
        "## References to X",
        "## Related work and references in it", "**References** to read", "## Notes & Links",
        "> [!note] Something", "## 📚", "- **References**", "text **References**",
    ],
)  # fmt: skip
def test_other_headings(heading: str) -> None:
    assert references.find(f"text\n\n{heading}\n\n- A\n", 1, []).references == ()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("> [!quote] References\n> - A\n> - B\n>   goes on\n- no\n", ["A", "B goes on"]),
        ("> [!references]-\n> ### Core\n> 1. A\n>\n> 2. B\n\n- no\n", ["A", "B"]),
        ("## References\n- A\n\n> [!note] Mine\n> - no\n\n- B\n", ["A", "B"]),
        ("> [!cite] Bibliography\n> ```\n> - no\n\n## References\n- A", ["A"]),
        ("**References**\n- A\n\n**Core**\n- no\n", ["A"]),
        ("## References\n**Core**\n- A\n\n**More**\n- B\n", ["A", "B"]),
        ("## References\n[1] A\nin two lines\n[2] B\n\nprose\n", ["A in two lines", "B"]),
        ("## References\n[^1]: A\n[^long-name]: B\n    goes on\n", ["A", "B goes on"]),
        ("## References\n\\[1\\] A\n\n**[2]** B\n\n[Vas17] C\n", ["A", "B", "C"]),
        ("## References\n- [1] A\n- [^2] B\n- [x] C\n", ["A", "[^2] B", "C"]),
        ("## References\n1. A ^ref-a\n2. B\n   goes on ^b1\n", ["A", "B goes on"]),
        ("## References\n- Core\n  - A Title of Some Work\n    - mine\n- B\n",
         ["A Title of Some Work", "B"]),
        ("## References\n- **Core:**\n\t- [[a]]\n\t- [B](b.md) mine\n", ["a", "B"]),
        ("## References\n- Core\n  - A Title of Some Work\n  - is it good?\n", ["Core"]),
        ("## References\n- A Title of Works\n  - Another Title of Works\n", ["A Title of Works"]),
        ("## References\n- Deep Learning\n  - my remark on this book.\n", ["Deep Learning"]),
        ("## References\n- Core 2016\n  - A Title of Some Work\n", ["Core 2016"]),
        ("## References\n- ![a](b.png)\n- ![[b.pdf]]\n- ![[c]]\n", ["c"]),
        ("## References\n| A | B |\n|---|---|\n| C | D |\n", []),
    ],
)  # fmt: skip
def test_forms_of_items(body: str, expected: list[str]) -> None:
    assert [reference.text for reference in references.find(body, 1, []).references] == expected


@pytest.mark.parametrize(
    ("item", "named"),
    [
        ("A Title. arXiv:1706.03762v2 [cs.CL], 2017.", Identifiers(arxiv="1706.03762")),
        ("A Title. CoRR abs/1706.03762 (2017)", Identifiers(arxiv="1706.03762")),
        ("A Title, doi:10.1000/AB(c).", Identifiers(doi="10.1000/ab(c)")),
        ("A Title. doi: 10.1000/a; see arXiv:1706.03762",
         Identifiers(doi="10.1000/a", arxiv="1706.03762")),
        ("1706.03762", Identifiers(arxiv="1706.03762")),
        ("A Title (10.1000/a), 10.1000/b", Identifiers()),
        ("[[pdf]](https://arxiv.org/pdf/1706.03762)", Identifiers(arxiv="1706.03762")),
        ("A Title of 2019.12345 things", Identifiers()),
    ],
)  # fmt: skip
def test_identifiers_in_the_text(item: str, named: Identifiers) -> None:
    section = references.find(f"## References\n- {item}", 1, [], note_identifiers.identify)
    assert [reference.identifiers for reference in section.references] == [named]
    assert section.references[0].target is None


def test_a_callout_and_nested_items_are_linked_where_they_stand() -> None:
    title = "Some Title of a Work"
    text = f"> [!cite] References\n> - A Title\n\n# References\n- Core\n  - {title} ^x1\n"
    links = [(Reference("A Title", None, 2), "a"), (Reference(title, None, 6), "b")]
    linked = references.link(text.encode(), links, []).decode()
    assert linked == text.replace("A Title", "[A Title](a)").replace(title, f"[{title}](b)")


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("Ashish Vaswani, Noam Shazeer. [Attention Is All You Need]({})",
         "Attention Is All You Need"),
        ("He, K., Zhang, X. [Deep Residual Learning]({}). CVPR 2016.",
         "He, K., Zhang, X. Deep Residual Learning. CVPR 2016."),
        ("He, K., Zhang, X. (2016). [Deep Residual Learning]({}). CVPR. [code](https://x.org/y)",
         "He, K., Zhang, X. (2016). Deep Residual Learning. CVPR."),
        # A link that is no title, and what stands in front that is no people.
        ("He, K., Zhang, X. Deep Residual Learning. [the code of the paper]({})",
         "He, K., Zhang, X. Deep Residual Learning."),
        ("Deep Residual Learning. [Official Code Repository]({})", "Deep Residual Learning."),
        ("He, K., Zhang, X. (2016). Deep Residual Learning. [PDF]({})",
         "He, K., Zhang, X. (2016). Deep Residual Learning."),
        ("He, K., Zhang, X. [pdf]({})", "He, K., Zhang, X."),
    ],
)  # fmt: skip
def test_a_link_behind_people_is_the_title(item: str, text: str) -> None:
    body = f"## References\n\n- {item.format('https://arxiv.org/abs/1512.03385')}\n"
    (reference,) = references.find(body, 1, ("References",), note_identifiers.identify).references
    assert " ".join(reference.text.split()).replace(" .", ".") == text
    assert dict(reference.identifiers) == {"arxiv": "1512.03385"}


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ("> ### References\n>\n> - A first title of a work\n> - A second title\n",
         ["A first title of a work", "A second title"]),
        ("> ## References\n> 1. A first title\n\n- no reference\n", ["A first title"]),
        ("> ## References\n> - A first title\n> ## Notes\n> - no reference\n", ["A first title"]),
        ("> ## Notes\n> - no reference\n", []),
        ("> ##\n> - no reference\n\n## References\n", []),
        ("```\n> ## References\n> - no reference\n```\n", []),
        ("<!--\n> ## References\n> - no reference\n-->\n", []),
        ("## References\n\n- A title\n\n> ## References\n> - of a quotation\n", ["A title"]),
    ],
)  # fmt: skip
def test_a_heading_in_a_quotation_is_over_the_list_in_it(body: str, texts: list[str]) -> None:
    found = references.find(body, 1, ("References",))
    assert [reference.text for reference in found.references] == texts


def test_an_item_in_a_quotation_is_linked_where_it_stands() -> None:
    data = b"> ### References\n>\n> - A first title of a work\n> - Another\n"
    found = references.find(data.decode(), 1, ())
    linked = references.link(data, [(found.references[0], "a.md")], ())
    assert linked == data.replace(b"A first title of a work", b"[A first title of a work](a.md)")
