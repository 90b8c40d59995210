"""The model of config.yaml, the ladder and the services -> docs/configuration.md.

    python scripts/write_configuration.py > docs/configuration.md

`make schema` does it; a test holds the page to what this writes.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from refmatter.config.schema import schema
from refmatter.fields import Field
from refmatter.registry import LADDER, PRECEDENCE, PROVIDERS, LadderStep

_HEAD = """\
# Configuration

<!-- Written by `make schema` from src/refmatter/config/sections.py; change it there. -->

Everything works without a `config.yaml`. `refmatter init` writes one with every key in it, and
`refmatter config` shows what is in force. The nearest one in the notes' folder or above it,
within the repository, is used; relative paths in it start from its folder. An unknown key, or a
value of the wrong kind, is an error, with its line and the nearest valid key. For completion in
an editor, name [`config.schema.json`](../config.schema.json) in the first line:

```yaml
# yaml-language-server: $schema=config.schema.json
contact: YOUR-ADDRESS
references:
  create: linked
fields:
  citation_count: citations   # your name for it
  key: false                  # never written
```

It does not contain API keys, but the names of the environment variables that hold them. `null`
means the same as leaving the key out, unless its default is another value.
"""
_SERVICE = "providers.SERVICE"
_UNSAID = {"fields": "learned", "style": "learned", _SERVICE: "the service's own"}
"""What holds where a key of such a section is left out and null is its default."""
_WORDS = {
    "boolean": "`true`, `false`",
    "string": "text",
    "null": "`null`",
    "object": "step",  # the only object that is no section
}
_LISTED = 6
"""Of more words than these a table says that they are names; what is around it tells them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A key with its place in the file, its kind, what holds without it, and its meaning."""

    name: str
    kind: str
    default: str
    meaning: str


def page() -> str:
    """The whole page."""
    told = schema()
    kinds = told["$defs"]
    alone: list[Row] = []
    parts: list[str] = []
    for key, node in told["properties"].items():
        kind = _kind(node, kinds)
        if "properties" in kind:
            parts += [f"## {key}", *_section(key, kind, kinds)]
        else:
            alone.append(_row(key, node, kinds))
    whole = [_HEAD.rstrip(), "## Keys of their own", _table(alone), *parts, *_ladder(kinds)]
    return "\n\n".join(whole) + "\n"


def _section(name: str, kind: Mapping[str, Any], kinds: Mapping[str, Any]) -> Iterator[str]:
    """What a section is for, its keys in a table, then those that are below one of them."""
    yield _prose(kind["description"])
    if name == "providers":
        yield from _services(kind, kinds)
        return
    rows, below = [], []
    for key, node in kind["properties"].items():
        inner = _kind(node, kinds)
        if "properties" in inner:
            below += [f"### {name}.{key}", *_section(f"{name}.{key}", inner, kinds)]
        else:
            rows.append(_row(f"{name}.{key}", node, kinds))
    yield _table(rows)
    if name == "fields":
        yield from _fields()
    yield from below


_KEYS = """\
refmatter recognises these keys, and takes values from these sources, in this order. Case, accents,
blanks, `-`, `_` and `/` make no difference: `Published In` is `publishedin`. A key under *only by
its values* keeps the field only if no other key does, and if its values in your notes are such. A
key whose values are something else (an institution as `author`) is left alone. refmatter writes the
key as your vault spells it."""


def _fields() -> Iterator[str]:
    """The keys under which each field is read, and the sources of its values."""
    yield _KEYS
    lines = ["| Field | Keys | Only by its values | Sources |", "|---|---|---|---|"]
    for field in Field:
        keys = ", ".join(f"`{key}`" for key in field.spec.keys)
        shared = ", ".join(f"`{key}`" for key in field.spec.shared_keys)
        sources = ", ".join(field.spec.sources) or "the note itself"
        lines.append(f"| {field.spec.label} | {keys} | {shared} | {sources} |")
    yield "\n".join(lines)


def _services(kind: Mapping[str, Any], kinds: Mapping[str, Any]) -> Iterator[str]:
    """The services have the same keys: one table of these, and one of what differs."""
    catalogue = kinds["CatalogSettings"]["properties"]
    keys = kinds["ServiceSettings"]["properties"].items()
    yield _table(
        [
            *(_row(f"providers.catalog.{key}", each, kinds) for key, each in catalogue.items()),
            *(_row(f"{_SERVICE}.{key}", node, kinds) for key, node in keys),
        ]
    )
    yield "SERVICE is one of these:"
    lines = [
        "| SERVICE | Is | `base_url` | `min_interval_seconds` | `api_key_env` |",
        "|---|---|---|---|---|",
    ]
    for name, provider in PROVIDERS.items():
        key = kind["properties"][name]["default"]["api_key_env"]
        lines.append(
            f"| `{name}` | {provider.INFO.label} | `{provider.INFO.host}` | {_pace(name)} "
            f"| {f'`{key}`' if key else 'takes none'} |"
        )
    yield "\n".join(lines)
    yield (
        "Limits in the answers of a service are obeyed, but they do not override your "
        "`min_interval_seconds`."
    )


def _pace(name: str) -> str:
    """The least seconds between two requests, and what shortens them."""
    limits = PROVIDERS[name].limits
    plain = limits(None, None).min_interval
    said = ["none" if plain is None else f"{plain:g} s"]
    for what, every in (
        ("a key", limits("key", None).min_interval),
        ("a `contact`", limits(None, "you@example.org").min_interval),
    ):
        if every is not None and every != plain:
            said.append(f"{every:.2g} s with {what}")
    return ", ".join(said)


def _ladder(kinds: Mapping[str, Any]) -> Iterator[str]:
    step = kinds["StepSettings"]
    yield "## Steps of the ladder"
    yield _prose(f"{step['description']} `ladder` is a list of such steps, each with these keys:")
    yield _table([_row(key, node, kinds) for key, node in step["properties"].items()])
    yield _prose(
        "The default is this ladder; [how it is built](architecture.md#the-ladder) explains each "
        "step and the order."
    )
    lines = "\n".join(f"  - {_flow(_said(each))}" for each in LADDER)
    yield f"```yaml\nladder:\n{lines}\n```"


def _said(step: LadderStep) -> dict[str, object]:
    said: dict[str, object] = {"rung": step.rung.value, "ask": list(step.providers)}
    more = {
        "notes_only": step.notes_only,
        "max_misses": step.max_misses,
        "with_previous": step.with_previous,
        "only_fitting": step.only_fitting,
    }
    return said | {key: value for key, value in more.items() if value}


def _kind(node: Mapping[str, Any], kinds: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a node refers to, or itself."""
    named: Mapping[str, Any] = kinds.get(node.get("$ref", "").rpartition("/")[2], node)
    return named


def _row(name: str, node: Mapping[str, Any], kinds: Mapping[str, Any]) -> Row:
    kind = _type(node, kinds)
    if node.get("default") is None:  # null is what holds anyway
        kind = kind.removesuffix(" or `null`")
    return Row(name, kind, _default(name, node), _line(node.get("description", "")))


def _default(name: str, node: Mapping[str, Any]) -> str:
    section, _, key = name.rpartition(".")
    if "default" not in node:
        return "must be given"
    if node["default"] is not None:
        return f"`{_flow(node['default'])}`"
    if section == "precedence":
        return f"`{_flow(list(PRECEDENCE[Field(key)]))}`"
    if name in ("ladder", f"{_SERVICE}.api_key_env"):
        return "see below"
    return _UNSAID.get(section, "none")


def _type(node: Mapping[str, Any], kinds: Mapping[str, Any]) -> str:
    """What may be written there, in words."""
    node = _kind(node, kinds)
    if "anyOf" in node:
        return " or ".join(_type(each, kinds) for each in node["anyOf"])
    if "enum" in node:
        many = len(node["enum"]) > _LISTED
        return "name" if many else ", ".join(f"`{each}`" for each in node["enum"])
    if "const" in node:
        return f"`{_flow(node['const'])}`"
    if "additionalProperties" in node and node["additionalProperties"] is not False:
        return f"a map to {_type(node['additionalProperties'], kinds)}"
    if node["type"] == "array":
        inner = _type(node["items"], kinds)
        return f"list of {inner + 's' if inner in ('name', 'step') else inner}"
    return _WORDS.get(node["type"]) or _number(node)


def _number(node: Mapping[str, Any]) -> str:
    """A number with its bounds; each of ours has a least one."""
    word = {"integer": "whole number", "number": "number"}[node["type"]]
    least, most = node.get("minimum"), node.get("maximum")
    if most is not None:
        return f"{word}, {least:g} to {most:g}"
    return f"{word}, {least:g} or more"


def _table(rows: Iterable[Row]) -> str:
    """A table; without the column of meanings where none of them has one."""
    rows = list(rows)
    columns = ["Key", "Takes", "Default"] + (["Means"] if any(r.meaning for r in rows) else [])
    lines = ["| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]
    for row in rows:
        cells = [f"`{row.name}`", row.kind, row.default, row.meaning][: len(columns)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _prose(text: str) -> str:
    """In lines as long as a page's."""
    return textwrap.fill(_line(text), 120, break_long_words=False, break_on_hyphens=False)


def _line(text: str) -> str:
    """On one line; a page that is named is linked, and what may break a table is not in it."""
    line = re.sub(r"(?<!`)\s+", " ", text).strip().replace("|", "\\|")
    return re.sub(r"docs/([a-z-]+\.md)", r"[\1](\1)", line)


def _flow(value: object) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False)
    return text.removesuffix("...\n").strip().removesuffix("\n...")


if __name__ == "__main__":
    sys.stdout.write(page())
