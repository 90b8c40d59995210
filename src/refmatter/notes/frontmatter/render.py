"""Render a key and its value as YAML, with PyYAML's own emitter."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import yaml
from yaml.representer import SafeRepresenter

from refmatter.model import ListMarks, Quotes, Sequences, ValueStyle
from refmatter.notes.frontmatter.styles import FOLDED

_TAG = "tag:yaml.org,2002:"
_REPRESENTER = SafeRepresenter(default_flow_style=False)
_MANY_LINED = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
# What the core schema of YAML 1.2 (section 10.3.2), which Obsidian reads by, takes for
# something else than text. PyYAML speaks 1.1 and knows only its own share of these.
_NOT_TEXT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+"
)
_MARKS = {Quotes.PLAIN: None, Quotes.SINGLE: "'", Quotes.DOUBLE: '"'}
_USUAL_MARKS = ListMarks()


class _NoteDumper(yaml.SafeDumper):
    """Quotes text that cannot be plain as the vault does, and indents lists where it does."""

    indented = False
    needed = Quotes.SINGLE

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=indentless and not self.indented)

    def choose_scalar_style(self) -> str:
        style: str = super().choose_scalar_style()
        plain = self.needed is Quotes.DOUBLE and getattr(self.event, "style", None) is None
        return '"' if plain and style == "'" else style

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        del split  # PyYAML folds it with backslashes, which few people and readers expect.
        super().write_double_quoted(text, split=False)


_DUMPERS: dict[tuple[bool, Quotes], type[_NoteDumper]] = {
    (indented, needed): type(
        "_NoteDumper", (_NoteDumper,), {"indented": indented, "needed": needed}
    )
    for indented in (False, True)
    for needed in (Quotes.SINGLE, Quotes.DOUBLE)
}


def _node(value: object, style: ValueStyle, *, flow: bool = False) -> yaml.Node:
    """Return the node of a value; `flow` puts lists and maps in brackets."""
    if value is None:
        return yaml.ScalarNode(_TAG + "null", style.null)
    if isinstance(value, list):
        flow = flow or style.sequences is Sequences.FLOW
        nodes = [_node(item, style, flow=flow or style.marks.flow_maps) for item in value]
        return yaml.SequenceNode(_TAG + "seq", nodes, flow_style=flow)
    if isinstance(value, dict):
        flow = flow or style.marks.flow_maps
        pairs = [(_node(k, ValueStyle()), _node(v, style, flow=flow)) for k, v in value.items()]
        return yaml.MappingNode(_TAG + "map", pairs, flow_style=flow)
    if not isinstance(value, str):
        return _REPRESENTER.represent_data(value)
    mark = _MARKS[style.quotes]
    if _MANY_LINED.search(value):
        mark = '"'
    elif mark is None and _NOT_TEXT.fullmatch(value):
        mark = _MARKS[style.needed]
    return yaml.ScalarNode(_TAG + "str", value, style=mark)


def _serialized(node: yaml.Node, style: ValueStyle, width: float = math.inf) -> str:
    indented = style.sequences is Sequences.INDENTED
    return yaml.serialize(
        node,
        Dumper=_DUMPERS[indented, style.needed],
        width=width,
        allow_unicode=not style.escapes,
    )


def rendered(key: str, value: object, style: ValueStyle, *, flow: bool = False) -> str:
    """Return `key: value` and a newline; with `flow`, as it stands in a map in braces."""
    if flow:
        text = _pair(key, value, style, flow=True)
        return text.removeprefix("{").removesuffix("}\n") + "\n"
    usual = replace(style.marks, flow_maps=False) == _USUAL_MARKS
    if usual or not (isinstance(value, list) and value):
        return _pair(key, value, style, flow=False)
    if style.sequences is Sequences.FLOW:
        return _in_brackets(key, value, style)
    return _redashed(_pair(key, value, style, flow=False), style)


def _pair(key: str, value: object, style: ValueStyle, *, flow: bool) -> str:
    """Return a key and its value with the usual marks."""
    name, node = _node(key, ValueStyle()), _node(value, style, flow=flow)
    wide = flow or style.quotes is not Quotes.PLAIN
    mapping = yaml.MappingNode(_TAG + "map", [(name, node)], flow_style=flow)
    return _serialized(mapping, style, math.inf if wide else style.width or FOLDED)


def _in_brackets(key: str, items: list[object], style: ValueStyle) -> str:
    """Return a key and a list in brackets with the vault's own marks."""
    marks = style.marks
    texts = []
    for item in items:
        node = yaml.SequenceNode(_TAG + "seq", [_node(item, style, flow=True)], flow_style=True)
        texts.append(_serialized(node, style).removesuffix("]\n").removeprefix("["))
    head = _pair(key, None, replace(style, null=""), flow=False).rstrip()
    lead = "" if marks.opening[:1].isspace() else " "
    return f"{head}{lead}{marks.opening}{marks.comma.join(texts)}{marks.closing}\n"


def _redashed(text: str, style: ValueStyle) -> str:
    """Return lines of a block list with the vault's own marks for PyYAML's."""
    marks, head, lines = style.marks, *text.partition("\n")[::2]
    usual = "  " if style.sequences is Sequences.INDENTED else ""
    start = (marks.indent if usual else "") + marks.dash
    new = [
        start + line.removeprefix(usual + "- ")
        if line.startswith(usual + "- ")
        else " " * len(start) + line.removeprefix(usual + "  ")
        for line in lines.splitlines(keepends=True)
    ]
    return f"{head}\n{''.join(new)}"
