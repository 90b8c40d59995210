"""What is wrong with YAML, and the line as it should be."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from refmatter.yaml_fault import YamlFault, YamlFaultKind, diagnose

TEXTS = st.text("aB1 :#'\"[]{}@`%*&!|>-?,\\é", min_size=1, max_size=30)


def fault_of(text: str) -> YamlFault | None:
    """Return what is wrong with a text; None if it is YAML."""
    try:
        for _ in yaml.parse(text, yaml.CSafeLoader):
            pass
    except yaml.YAMLError as error:
        return diagnose(text, error)
    return None


def test_a_fault_in_a_very_long_text_has_its_line_and_no_suggestion() -> None:
    text = "a: b\n" * 300_000 + "title: A: B\n"
    assert fault_of(text) == YamlFault(YamlFaultKind.OTHER, 300_001)


@pytest.mark.parametrize(
    ("text", "kind", "line", "suggestion"),
    [
        ("title: A: B # c\n", YamlFaultKind.COLON, 1, 'title: "A: B" # c'),
        ('title: "A: B\nyear: 1\n', YamlFaultKind.UNCLOSED_QUOTE, 1, 'title: "A: B"'),
        ('title: "A\nvenue: "B"\n', YamlFaultKind.UNCLOSED_QUOTE, 1, 'title: "A"'),
        ('title: "A" and B\n', YamlFaultKind.TEXT_AFTER_QUOTES, 1, "title: '\"A\" and B'"),
        ("authors: [A, B\nyear: 1\n", YamlFaultKind.UNCLOSED_BRACKET, 1, "authors: [A, B]"),
        ("authors: [A, B]]\n", YamlFaultKind.TEXT_AFTER_BRACKET, 1, "authors: [A, B]"),
        ("tags: [#a, #b]\n", YamlFaultKind.LIST_ITEM, 1, 'tags: ["#a", "#b"]'),
        ("aliases:\n  - a: b: c\n", YamlFaultKind.COLON, 2, '  - a: "b: c"'),
        ("url: `x`\n", YamlFaultKind.FIRST_CHARACTER, 1, 'url: "`x`"'),
        ("a: b\n\tyear: 1\n", YamlFaultKind.TAB, 2, "year: 1"),
        ("tags:\n- a\n-b\nyear: 1\n", YamlFaultKind.MISSING_BLANK, 3, "- b"),
        ("title:x\nyear: 1\n", YamlFaultKind.MISSING_BLANK, 1, "title: x"),
        ("year: 1\n title: x\n", YamlFaultKind.INDENTATION, 2, "title: x"),
        ("title: x\nfoo\nyear: 1\n", YamlFaultKind.NO_KEY, 2, ""),
        ("<<<<<<< HEAD\ntitle: x\n", YamlFaultKind.MERGE_CONFLICT, 1, ""),
        ("a: 1\n...\nb: 2\n", YamlFaultKind.SEVERAL_DOCUMENTS, 2, ""),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    text: str, kind: YamlFaultKind, line: int, suggestion: str
) -> None:
    fault = fault_of(text)
    assert fault is not None
    assert (fault.kind, fault.line, fault.suggestion) == (kind, line, suggestion)


@given(TEXTS)
def test_a_suggestion_is_yaml_with_the_same_key(text: str) -> None:
    fault = fault_of(f"title: {text}\nyear: 1\n")
    if fault is not None and fault.suggestion:
        assert list(yaml.safe_load(fault.suggestion)) == ["title"]


@given(st.text("[]{}:,-?&*!|>'\"%@`# \n\tab1~<.", max_size=80))
def test_whatever_a_text_is_its_fault_has_a_line_of_it_and_words(text: str) -> None:
    fault = fault_of(text)
    if fault is not None:
        assert fault.line is None or 1 <= fault.line <= text.count("\n") + 1
        assert fault.reason
