import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from refmatter.safe_yaml import UnreadableYamlError, YamlLimits, compose_limited

BOUNDS = YamlLimits(letters=60, depth=3, values=7)


@pytest.mark.parametrize("text", ["a: [b, {c: d}]", "a: b\n", "[]", "- 1\n- - 2\n"])
def test_what_is_within_the_bounds_is_as_yaml_has_it(text: str) -> None:
    assert yaml.serialize(compose_limited(text, BOUNDS)) == yaml.serialize(yaml.compose(text))


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_nothing_is_nothing(text: str) -> None:
    assert compose_limited(text, BOUNDS) is None


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("a: b" + " " * 60, "too large", None),
        ("a:\n- [{b: []}]", "too deep", 2),
        ("\n[1, 2, 3, 4, 5, 6, 7]", "too many", 2),
        ("a: &a b\nc: *a\n", "alias", 2),
        ("a: &a [*a]", "alias", 1),
        ("a: [\n", "not readable", 1),
        ("a: b\n---\nc: d\n", "not readable", 2),
        ("a: \ud800", "not readable", None),
        ("a: \x00", "not readable", None),
    ],
)
def test_what_is_beyond_is_told_with_its_line(text: str, reason: str, line: int | None) -> None:
    with pytest.raises(UnreadableYamlError, match=reason) as caught:
        compose_limited(text, BOUNDS)
    assert caught.value.line == line


@given(st.text("[]{}:,-?&*!|>'\"%@`# \n\tab1~<.", max_size=80))
def test_whatever_a_text_says_it_is_nodes_or_unbearable(text: str) -> None:
    try:
        tree = compose_limited(text, BOUNDS)
    except UnreadableYamlError as error:
        assert error.line is None or 1 <= error.line <= text.count("\n") + 2  # noqa: PT017 - both ends are allowed
        return
    assert tree is None or isinstance(tree, yaml.Node)
