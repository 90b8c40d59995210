from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from house import House, house
from linting import listed_findings, paper, rules
from support import absent

ATTENTION = "Attention is All you Need"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    "reference",
    [
        "[A](./sub/other.md)", "[A](sub/other)", "[A](sub/other.md#part)", "[[other]]",
        "[[OTHER|A]]", "[[sub/other]]", "[A](other.md)", "[A](/sub/other.md)", "[A](sub)",
        "[A](./hidden/excluded.md)", "[A](picture.png)", "[A](https://example.org/x.md)",
        "[A](mailto:a@example.org)", "[A](../outside.md)", "[[missing.pdf]]", "[A](#part)", "A",
        "[A](zotero://x)", "[A](sub/)",
    ],
)  # fmt: skip
def test_a_link_that_leads_somewhere_is_no_finding(home: House, reference: str) -> None:
    home.configure(notes={"exclude": ["hidden/**"]})
    home.put("sub/other.md", paper("Quite another title of a note"))
    home.put("hidden/excluded.md", "text")
    home.put("picture.png", "")
    home.put("a.md", paper("The citing note's own title", f"- {reference}"))
    assert rules(home) == {}


@pytest.mark.parametrize(
    "reference",
    ["[A](./none.md)", "[A](Sub/none)", "[[none]]", "[[sub/none|A]]", "[A](/none.md)", "[A](a/b)"],
)
def test_a_link_that_leads_nowhere_is_found_at_its_line_and_column(
    home: House, reference: str
) -> None:
    home.put("a.md", paper("The citing note's own title", "- plain", "", f"-  {reference}"))
    assert rules(home) == {"dangling-link": ["a.md:8:4"]}
    home.configure(references={"create": "linked"})  # a wish, that enrich fulfils
    assert rules(home) == {}


@pytest.mark.parametrize(
    ("reference", "after"),
    [
        (f"[{ATTENTION}](./2017-attention.md)", f"[{ATTENTION}](./sub/transformer.md)"),
        (f"[{ATTENTION}](2017-attention)", f"[{ATTENTION}](sub/transformer)"),
        (f"[{ATTENTION}](/2017-attention.md)", f"[{ATTENTION}](/sub/transformer.md)"),
        (f"[[attention|{ATTENTION}]]", f"[[transformer|{ATTENTION}]]"),
        (f"[[x/attention.md|{ATTENTION}]]", f"[[sub/transformer.md|{ATTENTION}]]"),
        ("[[attention is all you need]]", "[[transformer]]"),
        ("[A](Sub/Transformer.md)", "[A](sub/transformer.md)"),
        ("[A](./sub/TRANSFORMER.md#part) x", "[A](./sub/transformer.md#part) x"),
    ],
)
def test_a_link_to_a_note_of_another_name_is_led_there(
    home: House, reference: str, after: str
) -> None:
    home.put("sub/transformer.md", paper(ATTENTION))
    text = paper("The citing note's own title", "- plain", f"- {reference}")
    citing = home.put("a.md", text)
    assert [
        (finding.where, finding.rule, finding.fixable) for finding in listed_findings(home)
    ] == [("a.md:7:3", "moved-link", True)]
    result = home.run("lint", str(home.notes), "--config", str(home.config), "--fix")
    assert (result.code, result.err) == (0, "")
    assert absent(result.out, "2 paper notes", "nothing found", "1 was put right") == []
    assert citing.read_text() == text.replace(reference, after)
    assert rules(home) == {}


def test_a_link_is_led_nowhere_where_several_notes_fit_or_the_title_is_anybodys(
    home: House,
) -> None:
    references = [
        f"- [{ATTENTION}](x.md)",
        "- [Introduction](y.md)",
        "- [GPT 2.0 and its many friends](z.md)",
        "- [[no|The citing note's own title]]",
    ]
    home.put("a.md", paper("The citing note's own title", *references))
    home.put("b.md", paper(ATTENTION, doi="10.1000/1"))
    home.put("c.md", paper(ATTENTION, doi="10.1000/2"))
    home.put("d.md", paper("Introduction"))
    home.put("e.md", paper("GPT-20 and its many friends"))
    found = rules(home)
    assert set(found) == {"dangling-link"}
    assert len(found["dangling-link"]) == 4


def test_the_bare_name_of_two_notes_is_spelt_out(home: House) -> None:
    home.put("sub/x.md", paper(ATTENTION))
    home.put("x.md", paper("Quite another title of a note"))
    note = home.put("z/a.md", paper("The citing note's own title", f"- [[no|{ATTENTION}]]"))
    home.run("lint", str(home.notes), "--config", str(home.config), "--fix")
    assert f"[[sub/x|{ATTENTION}]]" in note.read_text()


@pytest.mark.parametrize(
    ("references", "left"),
    [
        ([f"- {ATTENTION}", f"- {ATTENTION.upper()}"], [f"- {ATTENTION}"]),
        ([f"- {ATTENTION}", f"- [{ATTENTION}](x.md)"], [f"- [{ATTENTION}](x.md)"]),
        ([f"- [[x|{ATTENTION}]]", "- B", f"- {ATTENTION}."], [f"- [[x|{ATTENTION}]]", "- B"]),
        ([f"- [{ATTENTION}](x.md)", f"- [{ATTENTION}](./x)"], [f"- [{ATTENTION}](x.md)"]),
        ([f"- {ATTENTION}", f"- [{ATTENTION}](x.md)", f"- {ATTENTION}"],
         [f"- [{ATTENTION}](x.md)"]),
    ],
)  # fmt: skip
def test_what_stands_twice_is_put_right(
    home: House, references: list[str], left: list[str]
) -> None:
    home.put("x.md", paper("Quite another title of a note"))
    note = home.put("a.md", paper("The citing note's own title", *references))
    found = listed_findings(home)
    assert {finding.rule for finding in found} == {"listed-twice"}
    assert len(found) == len(references) - len(left)
    assert all(finding.fixable for finding in found)
    home.run("lint", str(home.notes), "--config", str(home.config), "--fix")
    assert note.read_text() == paper("The citing note's own title", *left)


@pytest.mark.parametrize(
    "references",
    [
        ["- Introduction", "- Introduction"],
        [f"- [{ATTENTION}](x.md)", f"- [{ATTENTION}](y.md)"],
        [f"1. {ATTENTION}", f"2. {ATTENTION}"],
        [f"- {ATTENTION}", f"- {ATTENTION}", "  - a remark"],
        ["- [One of its titles](x.md)", "- [Another of its titles](x.md)"],
        [f"- [{ATTENTION}](https://example.org)", f"- [{ATTENTION}](https://example.org)"],
    ],
)
def test_what_may_be_two_works_or_says_more_is_told_and_left(
    home: House, references: list[str]
) -> None:
    home.put("x.md", paper("Quite another title of a note"))
    home.put("y.md", paper("And a third title of a note"))
    home.put("a.md", paper("The citing note's own title", *references))
    (found,) = listed_findings(home)
    assert (found.rule, found.where.rpartition(":")[0]) == ("listed-twice", "a.md:7")
    assert not found.fixable


@pytest.mark.parametrize(
    "references",
    [
        [f"- {ATTENTION} https://doi.org/10.1000/1", f"- {ATTENTION} https://doi.org/10.1000/2"],
        ["- GPT 2.0 and its many friends", "- GPT-20 and its many friends"],
        ["- ...", "- ..."],
        ["- Part I of it", "- Part II of it"],
    ],
)
def test_two_works_are_no_finding(home: House, references: list[str]) -> None:
    home.put("a.md", paper("The citing note's own title", *references))
    assert rules(home) == {}


def test_embeds_are_reported_and_never_changed(home: House) -> None:
    home.put("he2016.md", paper(ATTENTION))
    listed = f"- ![[{ATTENTION}]]\n- ![[he2016]]\n- [[he2016]]\n- ![[a.png]]\n- ![[he2016.md]]"
    home.put("a.md", paper("The citing note's own title", listed))
    before = (home.notes / "a.md").read_bytes()
    assert {finding.rule for finding in listed_findings(home)} == {"dangling-link"}
    assert home.run("lint", str(home.notes), "--config", str(home.config), "--fix").code in (
        0,
        1,
        3,
    )
    assert (home.notes / "a.md").read_bytes() == before


def test_labels_that_are_alike_are_no_repeated_works(home: House) -> None:
    listed = "- [PDF](https://x.org/a)\n- [PDF](https://x.org/b)\n- he2016\n- He 2016"
    home.put("a.md", paper("The citing note's own title", listed))
    assert rules(home) == {}
