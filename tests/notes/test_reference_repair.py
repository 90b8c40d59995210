from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.errors import ConflictError, NoteError
from refmatter.model import Reference
from refmatter.notes import references
from refmatter.notes.reference_repair import ReferenceRepair, repair_references

HEADINGS = ["References"]


def refer(text: str, line: int) -> Reference:
    found = references.find(text, 1, HEADINGS).references
    return next(reference for reference in found if reference.line == line)


def mended(text: str, *mends: tuple[int, str | None]) -> str:
    wanted = [ReferenceRepair(refer(text, line), target) for line, target in mends]
    return repair_references(text.encode(), wanted, HEADINGS).decode()


@pytest.mark.parametrize(
    ("before", "line", "after"),
    [
        ("# References\n- A\n- B\n- A\n", 4, "# References\n- A\n- B\n"),
        ("# References\n- A\n- [A](a.md)\n", 2, "# References\n- [A](a.md)\n"),
        ("# References\n- A\r\n- B\r\n- A\r\n\r\nEnd", 4, "# References\n- A\r\n- B\r\n\r\nEnd"),
        ("# References\n- A\n- B", 3, "# References\n- A\n"),
        ("# References\n* A\n\n* B\n\n* C\n", 4, "# References\n* A\n\n\n* C\n"),
        ("# References\n- A long\n  title\n- B\n", 2, "# References\n- B\n"),
        ("# References\n- [[a]]\n- [[a]]\n## Next\n", 3, "# References\n- [[a]]\n## Next\n"),
        ("---\nx: 1\n---\n# References\n- A\n- B\n", 5, "---\nx: 1\n---\n# References\n- B\n"),
    ],
)
def test_an_item_is_taken_out_with_its_lines_and_nothing_else(
    before: str, line: int, after: str
) -> None:
    wanted = next(
        reference
        for reference in references.find(before, 1, HEADINGS).references
        if reference.line == line
    )
    assert repair_references(before.encode(), [ReferenceRepair(wanted)], HEADINGS).decode() == after


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# References\n1. A\n2. A\n", 3),
        ("# References\n- A\n- [x] A\n", 3),
        ("# References\n- A\n- [A](a.md), a remark\n", 3),
        ("# References\n- A\n- see [A](a.md)\n", 3),
        ("# References\n- A\n- **A**\n", 3),
        ("# References\n- [A](a.md)\n- [~~A~~](a.md)\n", 3),
        ("# References\n- A\n- A <!-- why -->\n", 3),
        ("# References\n- A\n- <!-- why --> A\n", 3),
        ("# References\n- A\n- A <!-- why --> B\n", 3),
        ("# References\n- A\n- A\n  - a remark\n", 3),
        ("# References\n- A\n- A\n\n  a remark\n- B\n", 3),
        ("# References\n- A\n- A\n  > quoted\n", 3),
    ],
)
def test_an_item_that_says_more_stays(text: str, line: int) -> None:
    with pytest.raises(NoteError, match="by hand") as caught:
        mended(text, (line, None))
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("item", "target", "after"),
    [
        ("[A](./x.md)", "./y.md", "[A](./y.md)"),
        ("[A](x.md#part)", "y.md", "[A](y.md#part)"),
        ('[A](x.md "hover")', "y.md", '[A](y.md "hover")'),
        ("[A](<x y.md>)", "z.md", "[A](<z.md>)"),
        ("[A](x.md)", "y z(1).md", "[A](y%20z%281%29.md)"),
        ("[A](x.md), a remark", "y.md", "[A](y.md), a remark"),
        ("[[x]]", "y", "[[y]]"),
        ("[[x#part|A]] remark", "y", "[[y#part|A]] remark"),
        (r"[[x\|A]]", "y", r"[[y\|A]]"),
        ("[A [b]](x.md)", "y.md", "[A [b]](y.md)"),
        ("**[A](x.md)**", "y.md", "**[A](y.md)**"),
    ],
)
def test_a_link_is_led_elsewhere_and_shows_what_it_did(item: str, target: str, after: str) -> None:
    text = f"# References\r\n- B\r\n1. {item}\r\n- C"
    assert mended(text, (3, target)) == text.replace(item, after)


def test_several_changes_at_once() -> None:
    text = "# References\n- A\n- [B](b)\n- A\n- [C](c)\n- B\n"
    after = "# References\n- A\n- [B](x)\n- [C](y)\n"
    assert mended(text, (6, None), (3, "x"), (4, None), (5, "y")) == after
    assert mended(text) == text


def test_what_is_no_longer_there_is_a_conflict() -> None:
    text = "# References\n- [A](a)\n- B\n"
    for wanted in (
        Reference("A", "b", 2),
        Reference("A", "a", 3),
        Reference("B", None, 9),
        Reference("A", "a", 2, wiki=True),
    ):
        with pytest.raises(ConflictError) as caught:
            repair_references(text.encode(), [ReferenceRepair(wanted)], HEADINGS)
        assert caught.value.line == wanted.line
    twice = [ReferenceRepair(refer(text, 3)), ReferenceRepair(refer(text, 3))]
    with pytest.raises(ConflictError):
        repair_references(text.encode(), twice, HEADINGS)


def test_a_target_that_would_change_what_is_shown_is_refused() -> None:
    with pytest.raises(NoteError, match="without changing"):
        mended("# References\n- [[x|A]]\n", (2, "y|B"))
    with pytest.raises(NoteError, match="UTF-8"):
        repair_references(b"\xff", [ReferenceRepair(Reference("A", None, 1))], HEADINGS)


_TITLES = st.text(alphabet="aB1é -:*_[]()\\`<>#.|", min_size=1, max_size=12)
_ITEMS = st.lists(
    st.one_of(
        _TITLES.map(lambda t: f"- {t}"),
        _TITLES.map(lambda t: f"- [{t}](x.md)"),
        _TITLES.map(lambda t: f"* [[x|{t}]]"),
        _TITLES.map(lambda t: f"3. {t}"),
        st.sampled_from(
            ["", "  - nested", "---", "text", "  more", "## Sub", "<!--", "-->", "```"]
        ),
    ),
    min_size=1,
    max_size=8,
)


@given(_ITEMS, st.data(), st.sampled_from(["\n", "\r\n"]))
def test_nothing_is_changed_but_what_was_asked(
    items: list[str], data: st.DataObject, newline: str
) -> None:
    text = newline.join(["---", "x: 1", "---", "# References", *items, "", "# End"])
    body = newline.join(["# References", *items, "", "# End"])
    old = references.find(body, 4, HEADINGS).references
    if not old:
        return
    chosen = data.draw(st.sampled_from(old))
    target = data.draw(st.sampled_from([None, "y.md"])) if chosen.target else None
    try:
        new = repair_references(text.encode(), [ReferenceRepair(chosen, target)], HEADINGS).decode()
    except NoteError:
        return
    lines, after = text.split(newline), new.split(newline)
    found = references.find(newline.join(after[3:]), 4, HEADINGS).references
    if target is None:
        gone = len(lines) - len(after)
        assert gone >= 1
        start = chosen.line - 1
        assert after == lines[:start] + lines[start + gone :]
        assert [(r.text, r.target) for r in found] == [
            (r.text, r.target) for r in old if r is not chosen
        ]
    else:
        assert [n for n, (a, b) in enumerate(zip(lines, after, strict=True), 1) if a != b] == [
            chosen.line
        ]
        assert [r.target for r in found] == [target if r is chosen else r.target for r in old]
