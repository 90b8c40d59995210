"""Render a key and its value as YAML, with PyYAML's own emitter."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.representer import SafeRepresenter

from refmatter.model import Quotes, Sequences, ValueStyle

_TAG = "tag:yaml.org,2002:"
_REPRESENTER = SafeRepresenter(default_flow_style=False)
_MANY_LINED = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
# What the core schema of YAML 1.2 (section 10.3.2), which Obsidian reads by, takes for
# something else than text. PyYAML speaks 1.1 and knows only its own share of these.
_NOT_TEXT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+"
)


_MARKS = {Quotes.PLAIN: None, Quotes.SINGLE: "'", Quotes.DOUBLE: '"'}
_KEY = ValueStyle()


class _Indented(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        del indentless  # PyYAML's signature
        super().increase_indent(flow, indentless=False)


def _node(value: object, style: ValueStyle) -> yaml.Node:
    if value is None:
        return yaml.ScalarNode(_TAG + "null", style.null)
    if isinstance(value, list):
        flow = style.sequences is Sequences.FLOW
        nodes = [_node(item, style) for item in value]
        return yaml.SequenceNode(_TAG + "seq", nodes, flow_style=flow)
    if isinstance(value, dict):
        pairs = [(_node(key, _KEY), _node(item, style)) for key, item in value.items()]
        flow = style.sequences is Sequences.FLOW
        return yaml.MappingNode(_TAG + "map", pairs, flow_style=flow)
    if not isinstance(value, str):
        return _REPRESENTER.represent_data(value)
    mark = _MARKS[style.quotes]
    if _MANY_LINED.search(value):
        mark = '"'
    elif mark is None and _NOT_TEXT.fullmatch(value):
        mark = "'"
    return yaml.ScalarNode(_TAG + "str", value, style=mark)


def _scalars(node: Any) -> Iterator[yaml.ScalarNode]:
    """Yield the scalars in a node."""
    if isinstance(node, yaml.ScalarNode):
        yield node
    for inner in node.value if isinstance(node, yaml.CollectionNode) else ():
        for part in inner if isinstance(inner, tuple) else (inner,):
            yield from _scalars(part)


def rendered(key: str, value: object, style: ValueStyle, *, flow: bool = False) -> str:
    """Return `key: value` and a newline; with `flow`, the flow style that stands in braces."""
    name, node = _node(key, _KEY), _node(value, style)
    texts: list[Any] = [name, *_scalars(node)]
    # PyYAML folds quoted text with backslashes, which few people and readers expect.
    wide = flow or style.quotes is not Quotes.PLAIN or any(text.style == '"' for text in texts)
    return yaml.serialize(
        yaml.MappingNode(_TAG + "map", [(name, node)], flow_style=flow),
        Dumper=_Indented if style.sequences is Sequences.INDENTED else yaml.SafeDumper,
        width=math.inf if wide else style.width,
        allow_unicode=not style.escapes,
    )
