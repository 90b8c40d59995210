from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from refmatter.errors import FrontMatterError
from refmatter.model import Quotes, Sequences, ValueStyle
from refmatter.notes import frontmatter
from refmatter.notes.frontmatter import KeyEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

FLOW = ValueStyle(sequences=Sequences.FLOW)
INDENTED = ValueStyle(sequences=Sequences.INDENTED)
DOUBLE = ValueStyle(quotes=Quotes.DOUBLE)
SINGLE = ValueStyle(quotes=Quotes.SINGLE)
LONG = " ".join(["word"] * 30)


def entries(text: str) -> list[tuple[object, object]]:
    return list(frontmatter.read(text.encode()).entries)


def spliced(text: str, *new: KeyEdit) -> str:
    return frontmatter.splice(text.encode(), new).decode()


# --- reading -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("title: x", [("title", "x")]),
        ("a: 1\na: 2", [("a", 1), ("a", 2)]),
        ("no: yes", [(False, True)]),
        ("2019: 1.5\n~: null", [(2019, 1.5), (None, None)]),
        ("? [a, {b: c}]\n: 1", [(("a", (("b", "c"),)), 1)]),
        ("date: 2019-01-02", [("date", "2019-01-02")]),
        ("a: 0o8\nb: 1_000\nc: 0b_\nd: 0x1F", [("a", "0o8"), ("b", 1000), ("c", "0b_"), ("d", 31)]),
        ("a: !!str 1\nb: ! x\nc: !!int '3'", [("a", "1"), ("b", "x"), ("c", 3)]),
        ("a: !!bool maybe\nb: !!int x", [("a", "maybe"), ("b", "x")]),
        ("a: &x [1, 2]\nb: *x", [("a", [1, 2]), ("b", [1, 2])]),
        ("a: &x {k: v}\nb:\n  <<: *x", [("a", {"k": "v"}), ("b", {"<<": {"k": "v"}})]),
        ("<<: =", [("<<", "=")]),
        ("a: |\n  x\n  # y\n\nb: >-\n  c\n  d", [("a", "x\n# y\n"), ("b", "c d")]),
        ("{a: 1, b: [2]}", [("a", 1), ("b", [2])]),
        ("a: Ω 😀 # c", [("a", "Ω 😀")]),
        ("# nothing", []),
        ("", []),
        ("a: " + "9" * 5000, [("a", "9" * 5000)]),
        ("a: " + "1:" * 180 + "1.5", [("a", "1:" * 180 + "1.5")]),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("head", ["", "\ufeff", "\n\n"])
def test_values(block: str, expected: list[tuple[object, object]], newline: str, head: str) -> None:
    text = f"{head}---\n{block}\n---\nbody: x\n---\n".replace("\n", newline)
    found = frontmatter.read(text.encode())
    assert list(found.entries) == expected
    assert found.body == f"body: x{newline}---{newline}"
    assert found.body_line == text[: text.index("body: x")].count("\n") + 1
    assert found.present


@pytest.mark.parametrize(
    "text",
    [
        "",
        "---",
        "---\n",
        "text\n---\na: b\n---\n",
        "---\n\nprose\n\n---\n\nmore",
        "---\nprose without an end\n",
        "----x\na: b\n---\n",
        "{{ template }}\n",
        "+ + +\n",
        "----\n\n# Heading\n\nprose\n\n---\n",
    ],
)
def test_no_front_matter(text: str) -> None:
    found = frontmatter.read(text.encode())
    assert (found.entries, found.body, found.body_line, found.present) == ((), text, 1, False)


def test_end_of_file_ends_the_block() -> None:
    found = frontmatter.read(b"---\na: 1\n---")
    assert (found.entries, found.body, found.body_line) == ((("a", 1),), "", 3)


@pytest.mark.parametrize(
    ("data", "reason", "line"),
    [
        (b"+++\na = 1\n+++\n", "TOML", 1),
        (b'\n{"a": 1}\n', "JSON", 2),
        (b"{\n}\n", "JSON", 1),
        (b"---\ntitle: x\n", "closing `---`", 1),
        (b"---\n# c\n\n'my title': x\n", "closing `---`", 1),
        (b"---\n- a\n---\n", "list", 2),
        (b"---\na:b\n---\n", "a: b", 2),
        (b"---\na: 1\nb: [\n---\n", "not closed", 3),
        (b"---\nSome prose: with\nmore: [x\n---\n", r"more: \[x\]", 3),
        (b"---\na: 1\n...\nb: 2\n---\n", "", None),
        (b"---\na: 1\n...\n--- \nb: 2\n---\n", "second block", 4),
        (b"---\na: 1\n---\n---\nb: 2\n---\n", "second block", 4),
        (b"---\na: !!python/object:os.system x\n---\n", "tag", 2),
        (b"---\na: 1\nb: !foo {}\n---\n", "!foo", 3),
        (b"---\na: !!binary aGk=\n---\n", "binary", 2),
        (b"---\na: !!set {x}\n---\n", "set", 2),
        (b"---\n!!omap\na: 1\n---\n", "omap", 2),
        (b"---\na: !str x\n---\n", "!str", 2),
        (b"---\na: \xc3\xa9\nb: \x00\n---\n", "character", 3),
        (b"---\na: \x1b[0m\n---\n", "character", 2),
        (b"a\n\xff\n", "UTF-8", 2),
        (b"\xef\xbb\xbfa\n\xff\n", "UTF-8", 2),
        ("---\na: 1\n---\n".encode("utf-16"), "UTF-16", 1),
        (b"---\ra: 1\r---\r", "CR alone", 1),
        (b"---\n\xef\xbb\xbfa: 1\n---\n", "byte order mark", 2),
        (b"---\na: &x [*x]\n---\n", "needs quotes", 2),
        (b"---\na: *x\n---\n", r'a: "\*x"', 2),
        (b"---\na: " + b"[" * 5000 + b"\n---\n", "nested too deep", 2),
        (b"---\na: " + b"x" * (1 << 20) + b"\n---\n", "characters long", 2),
        (b"---\na: [" + b"1," * 100_001 + b"]\n---\n", "too many", 2),
        (b"---\na: &a " + b"x" * 9000 + b"\nb: [" + b"*a," * 120 + b"]\n---\n", "too many", 3),
    ],
)
def test_refused(data: bytes, reason: str, line: int | None) -> None:
    if line is None:  # `...` ends the block, so the rest is the body
        assert frontmatter.read(data).entries == (("a", 1),)
        return
    with pytest.raises(FrontMatterError, match=reason) as caught:
        frontmatter.read(data)
    assert caught.value.line == line


def test_several_documents_are_refused() -> None:
    with pytest.raises(FrontMatterError, match="several YAML documents"):
        frontmatter.read(b"---\na: 1\n--- {b: 2}\n---\n")


def test_aliases_do_not_multiply() -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    with pytest.raises(FrontMatterError, match="too many values"):
        entries("---\n" + "\n".join(lines) + "\n---\n")


@given(st.binary(max_size=60).map(lambda data: b"---\n" + data + b"\n---\n"))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        frontmatter.read(data)
    except FrontMatterError as error:
        assert error.reason  # noqa: PT017 - either way out is right; any other exception is not


@given(st.text(alphabet="-:a\n [{}]&*!|>#'\"?,%@ \t\r\ufeff\u2028é", max_size=40))
def test_any_yaml_is_read_or_refused(text: str) -> None:
    data = f"---\n{text}\n---\n".encode()
    try:
        assert frontmatter.splice(data, []) == data
        frontmatter.read(data)
    except FrontMatterError as error:
        assert error.reason  # noqa: PT017 - either way out is right; any other exception is not


# --- writing -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        ("---\na: 1\n---\nx", [KeyEdit("b", 2)], "---\na: 1\nb: 2\n---\nx"),
        ("---\na: 1\n...\n---\nx", [KeyEdit("b", 2)], "---\na: 1\nb: 2\n...\n---\nx"),
        ("---\na: 1\n---", [KeyEdit("b", 2)], "---\na: 1\nb: 2\n---"),
        ("---\na: 1\n---\nx", [KeyEdit("b", 2, at=0)], "---\nb: 2\na: 1\n---\nx"),
        (
            "---\na: 1\nz: 2\n---\n",
            [KeyEdit("b", "x", at=1), KeyEdit("c", ["y"], at=1), KeyEdit("zz", None)],
            "---\na: 1\nb: x\nc:\n- y\nz: 2\nzz: null\n---\n",
        ),
        # a comment belongs to the key behind it
        (
            "---\na: 1\n\n# about z\nz: 2\n\n# end\n---\n",
            [KeyEdit("b", 2, at=1), KeyEdit("zz", 3)],
            "---\na: 1\nb: 2\n\n# about z\nz: 2\nzz: 3\n\n# end\n---\n",
        ),
        # what looks like a comment is none
        (
            "---\na: |\n  x\n  # y\nz: |+\n  x\n\n---\n",
            [KeyEdit("b", 2, at=1), KeyEdit("zz", 3)],
            "---\na: |\n  x\n  # y\nb: 2\nz: |+\n  x\n\nzz: 3\n---\n",
        ),
        # newlines, marks and margins stay as they are
        (
            "\ufeff---\r\na: 1\r\n---\r\nx\n",
            [KeyEdit("b", ["p", "q"])],
            "\ufeff---\r\na: 1\r\nb:\r\n- p\r\n- q\r\n---\r\nx\n",
        ),
        (
            "---\n  a: 1\n  c:\n---\n",
            [KeyEdit("b", ["p"]), KeyEdit("c", [LONG])],
            f"---\n  a: 1\n  c:\n  - {LONG[:79]}\n    {LONG[80:]}\n  b:\n  - p\n---\n",
        ),
        # no block, or an empty one
        ("text", [KeyEdit("a", 1)], "---\na: 1\n---\n\ntext"),
        ("text\r\n", [KeyEdit("a", 1)], "---\r\na: 1\r\n---\r\n\r\ntext\r\n"),
        ("\n\ntext", [KeyEdit("a", 1)], "---\na: 1\n---\n\n\ntext"),
        ("", [KeyEdit("a", 1)], "---\na: 1\n---\n"),
        ("\ufefftext", [KeyEdit("a", 1)], "\ufeff---\na: 1\n---\n\ntext"),
        ("---\n---\ntext", [KeyEdit("a", 1)], "---\na: 1\n---\ntext"),
        ("---\n# c\n---\n", [KeyEdit("a", 1, at=3)], "---\n# c\na: 1\n---\n"),
        ("---\n\nprose\n\n---\n", [KeyEdit("a", 1)], "---\na: 1\n---\n\n---\n\nprose\n\n---\n"),
        # in place
        ("---\na: null\nb: 1\n---\n", [KeyEdit("a", ["x", "y"])], "---\na:\n- x\n- y\nb: 1\n---\n"),
        ("---\na: []  # c\nb: 1\n---\n", [KeyEdit("a", ["x"])], "---\na:  # c\n- x\nb: 1\n---\n"),
        ("---\na: {}\n---\n", [KeyEdit("a", ["x"], FLOW)], "---\na: [x]\n---\n"),
        ("---\na:   ''\t# c\n---\n", [KeyEdit("a", "new")], "---\na:   new\t# c\n---\n"),
        ("---\na: ~ # c\n---\n", [KeyEdit("a", LONG)], f"---\na: {LONG} # c\n---\n"),
        ("---\na:\n---\n", [KeyEdit("a", LONG)], f"---\na: {LONG[:79]}\n  {LONG[80:]}\n---\n"),
        ("---\na:# no\n---\n", [], "---\na:# no\n---\n"),
        ("---\na: # c\nb:\n---\n", [KeyEdit("a", 5), KeyEdit("b", 6)],
         "---\na: 5 # c\nb: 6\n---\n"),
        ("---\na: x\n---\n", [KeyEdit("a", None, ValueStyle(null=""))], "---\na:\n---\n"),
        ("---\na: x\n---\n", [KeyEdit("a", None, ValueStyle(null="~"))], "---\na: ~\n---\n"),
        ("---\na:\nc: 1\n---\n", [KeyEdit("a", ["x"]), KeyEdit("b", 2, at=1)],
         "---\na:\n- x\nb: 2\nc: 1\n---\n"),
        ("---\n'a b': 7\n---\n", [KeyEdit("a b", 8)], "---\n'a b': 8\n---\n"),
        ("---\na:\n  null\n---\n", [KeyEdit("a", 8)], None),
        # a block in braces
        (
            "---\n{a: 1, b: null, c: [1], }\n---",
            [KeyEdit("b", ["x, y"]), KeyEdit("d", "v", at=0), KeyEdit("e", None)],
            "---\n{d: v, a: 1, b: ['x, y'], c: [1], e: null, }\n---",
        ),
        ("---\n{ }\n---", [KeyEdit("a", 1), KeyEdit("b", "x")], "---\n{a: 1, b: x }\n---"),
        ("---\n{}\n---", [KeyEdit("a", ["x"])], "---\n{a: [x]}\n---"),
        # styles
        ("---\na: 1\n---\n", [KeyEdit("b", ["x", "yes"], FLOW)], "---\na: 1\nb: [x, 'yes']\n---\n"),
        ("---\na: 1\n---\n", [KeyEdit("b", ["x"], INDENTED)], "---\na: 1\nb:\n  - x\n---\n"),
        ("---\na: 1\n---\n", [KeyEdit("b", "x", DOUBLE)], '---\na: 1\nb: "x"\n---\n'),
        ("---\na: 1\n---\n", [KeyEdit("b", LONG, SINGLE)], f"---\na: 1\nb: '{LONG}'\n---\n"),
        ("---\na: 1\n---\n", [KeyEdit("b", "é", ValueStyle(escapes=True))],
         '---\na: 1\nb: "\\xE9"\n---\n'),
        ("---\na: 1\n---\n", [KeyEdit("b", ["é"])], "---\na: 1\nb:\n- é\n---\n"),
        ("---\na: 1\n---\n", [KeyEdit("b", [])], "---\na: 1\nb: []\n---\n"),
        ("---\na: 1\n---\n", [KeyEdit("b", True), KeyEdit("c", 1.5)],
         "---\na: 1\nb: true\nc: 1.5\n---\n"),
    ],
)  # fmt: skip
def test_splice(before: str, new: Sequence[KeyEdit], after: str | None) -> None:
    if after is None:
        with pytest.raises(FrontMatterError, match="one-line value"):
            spliced(before, *new)
    else:
        assert spliced(before, *new) == after


@pytest.mark.parametrize("text", ["1e3", "0o17", "0x1F", ".5", "1.", "yes", "null", "~", "1:30",
                                  "2019-01-01", "", "=", "<<", "on", "-.inf", "007"])  # fmt: skip
def test_text_that_other_readers_take_for_something_else_is_quoted(text: str) -> None:
    assert spliced("---\na: 1\n---\n", KeyEdit("b", text)) == f"---\na: 1\nb: '{text}'\n---\n"


@pytest.mark.parametrize(
    ("block", "new", "reason"),
    [
        ("a: 1\nb: 2\na: 3", KeyEdit("a", 4), "line 2 and again on line 4"),
        ("a: [x]", KeyEdit("a", 4), "one-line value"),
        ("a: |\n  x", KeyEdit("a", 4), "one-line value"),
        ("a: 'x\n  y'", KeyEdit("a", 4), "one-line value"),
        ("a: &x 1\nb: *x", KeyEdit("b", 4), "one-line value"),
        ("a: &x null\nb: *x", KeyEdit("a", 4), "nothing was written"),
        ("? a\n: 1", KeyEdit("a", 4), "one-line value|nothing was written"),
        ("a: 1\rb: 2", KeyEdit("c", 3, at=1), "without changing others"),
        ("{a: 1,\n# c\n}", KeyEdit("b", "\ud800"), "nothing was written"),
        ("a: 1", KeyEdit("b", "\ud800", ValueStyle(quotes=Quotes.SINGLE)), "nothing was written"),
    ],
)
def test_splice_refused(block: str, new: KeyEdit, reason: str) -> None:
    with pytest.raises(FrontMatterError, match=reason):
        spliced(f"---\n{block}\n---\n", new)


def test_key_to_be_written_twice_is_refused() -> None:
    with pytest.raises(FrontMatterError, match="written twice"):
        spliced("text", KeyEdit("a", 1), KeyEdit("a", 2))


def test_nothing_to_write_leaves_even_a_broken_note_alone() -> None:
    assert frontmatter.splice(b"---\n[\n\xff", []) == b"---\n[\n\xff"


# --- any mapping, any patch ----------------------------------------------------------------

HOSTILE = ["a\nb", "---", "--- x", "x: y", "# x", "x #y", "\x00", "\x85", "a\u2028b", "\u202e",
           "!!python/object:os.system", "{{x}}", "- x", "? x", "'", '"', "\\", "&a", "*a", "@x",
           "%x", " x ", "\ufeff", "\U0010ffff", "x\ty", "|", "[[x|y]]", "|\n---\n"]  # fmt: skip
texts = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    | st.sampled_from(HOSTILE)
    | st.lists(st.sampled_from(["word", "a-b", "O'N", "x:", "- y", "Ü"]), max_size=40).map(" ".join)
)
scalars = texts | st.integers() | st.booleans() | st.none() | st.floats()
keys = st.text("abcXYZ_ é1", min_size=1, max_size=8) | st.sampled_from(["no", "2019", "~", "a: b"])
old_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(keys | st.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)
styles = st.builds(
    ValueStyle,
    st.sampled_from(Sequences),
    st.sampled_from(Quotes),
    st.booleans(),
    st.sampled_from(["null", "~", ""]),
    st.sampled_from([20, 80, math.inf]),
)
patches = st.lists(
    st.builds(
        KeyEdit, keys, scalars | st.lists(texts, max_size=4), styles, st.none() | st.integers(0, 4)
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda entry: entry.key,
)
asides = st.lists(st.sampled_from(["", "  ", "# c: 1", "  # - x"]), max_size=2)
bodies = st.sampled_from(["", "text", "\n# T\n\n- a: b\n", "\n---\nx: y\n---\n"])


def block_of(
    fields: dict[object, object], flow: bool, escapes: bool, width: int, between: list[str]
) -> str:
    """The mapping as PyYAML writes it in some style, with asides between its keys."""
    whole = [fields] if flow else [{key: value} for key, value in fields.items()]
    lines = [aside + "\n" for aside in between]
    parts = list(lines)
    for part in whole:
        parts.append(
            yaml.safe_dump(
                part,
                default_flow_style=flow,
                allow_unicode=not escapes,
                width=width,
                sort_keys=False,
            )
        )
        parts += lines
    return "".join(parts)


def without(text: str, lines: list[str]) -> bool:
    """Whether all these lines are in the text, in this order."""
    rest = iter(text.splitlines(keepends=True))
    return all(line in rest for line in lines)


notes = st.builds(
    lambda mark, newline, block, body: (
        f"{mark}---\n{block}---\n".replace("\n", newline) + body,
        body,
    ),
    st.sampled_from(["", "\ufeff"]),
    st.sampled_from(["\n", "\r\n"]),
    st.builds(
        block_of,
        st.dictionaries(keys | st.integers() | st.booleans(), old_values, max_size=4),
        st.booleans(),
        st.booleans(),
        st.sampled_from([20, 80, 999]),
        asides,
    ),
    bodies,
)


@settings(max_examples=2 * settings().max_examples, suppress_health_check=[HealthCheck.too_slow])
@given(notes, patches)
def test_old_and_new_and_nothing_else(note: tuple[str, str], new: list[KeyEdit]) -> None:
    text, body = note
    old = entries(text)
    present = {key for key, _ in old if isinstance(key, str)}
    try:
        result = spliced(text, *new)
    except FrontMatterError as error:
        # Only a value that has parts may be refused, never a new key.
        assert {entry.key for entry in new} & present, error.reason  # noqa: PT017 - as above
        return
    values = {entry.key: entry.value for entry in new}
    assert result.endswith(body)
    found = entries(result)
    kept = [(k, values.get(k, v) if isinstance(k, str) else v) for k, v in old]
    assert repr([pair for pair in found if pair[0] not in values.keys() - present]) == repr(kept)
    assert all(any(k == e.key and repr(v) == repr(e.value) for k, v in found) for e in new)
    if not values.keys() & present and "\n{" not in text:
        assert without(result, text.splitlines(keepends=True))


# --- any lines that YAML knows, whether they make sense together or not --------------------

LINES = [
    "a: 1", "b:", "'a': x", '"a": "\\u00e9\\U0001F600"', "? a", ": 1", "? [a, {b: c}]", "a: &x y",
    "b: *x", "c: &x {k: v}", "<<: *x", "d: [*x, *x]", "- x", "  - x", "\t- x", "  k: v",
    "  deep:", "    x: y", "a: |", "a: >-", "  text", "", "  ", "\t", "# c", "  # c", "a: 'x",
    "  y'", 'b: "x \\', "{a: 1,", "b: [x]}", "{}", "[]", "a: []  # c", "b: {}\t# c", "a: ~",
    "no: yes", "1: 2", "1.0: x", "1:30: x", "null: x", "a : x", "a:x", "a: x: y", "...",
    "%YAML 1.1", "!!str a: !!int 3", "! a: ! x", "!!map", "e: !!python/object:os.system x",
    "\U0001F600: 😀", "é: \u2028", "f: \x85", "=: =", "g: .nan", "h: 0x1_0", "i: 2001-01-01",
    "j: \ufeff", "authors:", "authors: null # c", "a b:   ''",
]  # fmt: skip


@settings(max_examples=5 * settings().max_examples, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(LINES), max_size=7),
    st.lists(st.sampled_from(["\n", "\n", "\r\n", "\r"]), min_size=8, max_size=8),
    st.sampled_from(["", "\ufeff", "\n \n"]),
    bodies,
    patches | st.just([KeyEdit("authors", ["x: y"]), KeyEdit("a b", None)]),
)
def test_any_lines_give_old_and_new_or_are_refused(
    lines: list[str], newlines: list[str], head: str, body: str, new: list[KeyEdit]
) -> None:
    block = "".join(line + newline for line, newline in zip(lines, newlines, strict=False))
    text = f"{head}---\n{block}---\n{body}"
    try:
        before = frontmatter.read(text.encode())
        result = spliced(text, *new)
    except FrontMatterError as error:
        last = text.count("\n") + 1
        assert error.line is None or 1 <= error.line <= last  # noqa: PT017 - either is right
        return
    after = frontmatter.read(result.encode())
    values = {entry.key: entry.value for entry in new}
    assert after.body == before.body if before.present else result.endswith(text.lstrip("\ufeff"))

    def others(front: frontmatter.FrontMatter) -> str:
        return repr([p for p in front.entries if not (isinstance(p[0], str) and p[0] in values)])

    assert others(after) == others(before)
    found = [(k, v) for k, v in after.entries if isinstance(k, str) and k in values]
    assert sorted(map(repr, found)) == sorted(repr(each) for each in values.items())


@given(patches, st.sampled_from(["", "text\n", "\r\n\r\nx", "# T\r\n"]))
def test_new_block_is_never_refused(new: list[KeyEdit], text: str) -> None:
    result = spliced(text, *new)
    assert result.endswith(text)
    assert repr(entries(result)) == repr([(entry.key, entry.value) for entry in new])


@given(keys, st.text(st.characters(max_codepoint=126, min_codepoint=32), max_size=200))
def test_plain_style_is_what_pyyaml_writes(key: str, text: str) -> None:
    expected = yaml.safe_dump({key: text}, allow_unicode=True)
    result = spliced("---\n---\n", KeyEdit(key, text)).removeprefix("---\n").removesuffix("---\n")
    if result != expected:  # the one liberty taken: a number to YAML 1.2 alone is quoted
        quoted = yaml.safe_dump({key: text}, allow_unicode=True, default_style="'")
        assert result.strip().endswith(quoted.strip().rpartition(": ")[2])


@pytest.mark.parametrize(
    ("written", "style"),
    [
        ("a", ValueStyle()),
        ("'a'", ValueStyle(quotes=Quotes.SINGLE)),
        ('"a"', ValueStyle(quotes=Quotes.DOUBLE)),
        ('"\\xE9"', ValueStyle(quotes=Quotes.DOUBLE, escapes=True)),
        ("&x 'a'", ValueStyle()),
        ("[a, b]", ValueStyle(Sequences.FLOW)),
        ('["a", b]', ValueStyle(Sequences.FLOW, Quotes.DOUBLE)),
        ("\n- a\n- b", ValueStyle()),
        ("\n- 'a'", ValueStyle(quotes=Quotes.SINGLE)),
        ("\n  - a", ValueStyle(Sequences.INDENTED)),
        ('\n  - "\\u00e9"', ValueStyle(Sequences.INDENTED, Quotes.DOUBLE, escapes=True)),
        ("", ValueStyle(null="")),
        ("~", ValueStyle(null="~")),
        ("2019", ValueStyle()),
        ("{a: 1}", ValueStyle()),
        ("|\n  text", ValueStyle()),
    ],
)
def test_how_a_value_is_written_is_told(written: str, style: ValueStyle) -> None:
    front = frontmatter.read(f"---\nk: {written}\nz: 1\n---\n".encode())
    assert front.styles == (style, ValueStyle())
    assert len(front.styles) == len(front.entries)


# --- taking values out ---------------------------------------------------------------------


def gone(key: str, *, keep_key: bool = False) -> KeyEdit:
    return KeyEdit(key, None, removed=True, keep_key=keep_key)


@pytest.mark.parametrize(
    ("value", "rest"),
    [
        (" 1", ""),
        (" [x, y]", ""),
        ("\n- x\n- y", ""),
        ("\n  - x\n  - y", ""),
        (" [x,\n  y]", ""),
        (" >-\n  x\n  y", ""),
        (" 'x #1'", ""),
        (' "x\n  #1"', ""),
        (" |\n  # x\n  y #2", ""),
        (" |\n  x\n\n  y", ""),
        (" 'x\n  y'", ""),
        ("\n  k: v\n  l: w", ""),
        ("", ""),
        (" null", ""),
        ("\n- x", "# a comment of the next key\n"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("place", ["first", "middle", "last", "alone"])
def test_a_value_is_taken_out_whole(value: str, rest: str, newline: str, place: str) -> None:
    before = "a: 1  # c\n" if place in ("middle", "last") else ""
    after = rest + "z: [1]\n" if place in ("middle", "first") else ""
    text = f"---\n{before}key:{value}\n{after}---\nbody\n".replace("\n", newline)
    without = f"---\n{before}{after}---\nbody\n".replace("\n", newline)
    empty = f"---\n{before}key:\n{after}---\nbody\n".replace("\n", newline)
    assert spliced(text, gone("key")) == without
    assert spliced(text, gone("key", keep_key=True)) == empty


def test_other_values_are_written_beside_it() -> None:
    text = "---\na: 1\nb:\n- x\nc: 2\n---\n"
    new = [gone("b"), KeyEdit("c", 3), KeyEdit("d", ["y"], at=1), gone("nowhere")]
    assert spliced(text, *new) == "---\na: 1\nd:\n- y\nc: 3\n---\n"
    new = [gone("b", keep_key=True), KeyEdit("a", 2)]
    assert spliced(text, *new) == "---\na: 2\nb:\nc: 2\n---\n"


@pytest.mark.parametrize(
    "value",
    [
        " 1  # mine", " 'x'  # mine", " | # mine\n  x", "  # mine\n- x", "\n- x  # mine\n- y",
        "\n- x\n# mine\n- y", " [x,  # mine\n  y]",
    ],
)  # fmt: skip
@pytest.mark.parametrize("keep_key", [True, False])
def test_a_persons_comment_is_never_taken_out(value: str, keep_key: bool) -> None:
    text = f"---\na: 1\nkey:{value}\nz: 2\n---\n"
    with pytest.raises(FrontMatterError) as error:
        spliced(text, gone("key", keep_key=keep_key))
    assert error.value.line == 3


def test_a_value_in_a_flow_map_is_not_taken_out() -> None:
    with pytest.raises(FrontMatterError):
        spliced("---\n{a: 1, key: 2}\n---\n", gone("key"))


@pytest.mark.parametrize(
    ("value", "style", "new"),
    [
        ("\n- x\n- y", ValueStyle(), "\n- p\n- q"),
        ("\n  - x\n  - y", INDENTED, "\n  - p\n  - q"),
        (" [x,\n  y]", FLOW, " [p, q]"),
    ],
)
def test_a_list_of_several_lines_is_replaced_whole(value: str, style: ValueStyle, new: str) -> None:
    text = "---\na: 1\nkey:{}\nz: 2\n---\n"
    assert spliced(text.format(value), KeyEdit("key", ["p", "q"], style)) == text.format(new)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("---\ntitle: A\nauthors: [[A B]], [[C D]]\n---\nyear: 1\n", ("title", "authors")),
        ("\ufeff---\r\npublication date: [[x]]\r\n- a: 1\r\n...\r\n", ("publication date",)),
        ('---\n"année": {\n年份: 1\n  nested: 1\n# year: 1\nhttps://x.org\n', ("année", "年份")),
        ("+++\ntitle = 'A'\nauthors = [\n  'A'\n]\n+++\nyear = 1\n", ("title", "authors")),
        ("- authors:: [[A]]\n  year:: 1\n\nvenue:: X\n", ("authors", "year")),
        ("citekey:: a2001\ntags::\n# A\n", ("citekey", "tags")),
        ("A sentence: this.\nauthors:: A\n", ()),
        ("---\ntitle: \xff\n", ("title",)),
        ("", ()),
    ],
)
def test_the_names_of_keys_are_seen_where_the_yaml_cannot_be_read(
    text: str, names: tuple[str, ...]
) -> None:
    assert frontmatter.names(text.encode()) == names


@given(st.binary(max_size=300))
def test_no_bytes_are_too_odd_to_look_for_names(data: bytes) -> None:
    assert all(frontmatter.names(data))
