"""Parse untrusted YAML into nodes, within limits.

The file may come with somebody's repository. libyaml's composer recurses until the stack
overflows, and aliases and merge keys expand a line beyond any memory. So the events are checked
first, one at a time, and aliases are refused.
"""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from refmatter.yaml_fault import diagnose


@dataclass(frozen=True, slots=True)
class YamlLimits:
    """The most letters of a text, the deepest nesting, and the most values."""

    letters: int
    depth: int
    values: int


class UnreadableYamlError(Exception):
    """The text is not YAML, or exceeds a limit.

    `line` counts from 1; None if no single line is to blame.
    """

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def compose_limited(text: str, limits: YamlLimits) -> yaml.Node | None:
    """Return the one document of a text as nodes; None if it is empty.

    Raises:
        UnreadableYamlError: the text is not YAML, or exceeds a limit.

    """
    if len(text) > limits.letters:
        raise UnreadableYamlError("is too large to be read")
    try:
        _check_limits(text, limits)
        return yaml.compose(text, yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError) as error:
        fault = diagnose(text, error)
        raise UnreadableYamlError(f"is not readable YAML: {fault.wrong}", fault.line) from error


def _check_limits(text: str, limits: YamlLimits) -> None:
    """Raise UnreadableYamlError for an alias, and for too many levels or values."""
    depth = values = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        values += isinstance(event, yaml.NodeEvent)
        if isinstance(event, yaml.AliasEvent):
            raise UnreadableYamlError("has an alias (`*name`); write the value out", _line(event))
        if depth > limits.depth:
            raise UnreadableYamlError("is nested too deep", _line(event))
        if values > limits.values:
            raise UnreadableYamlError("has too many values", _line(event))


def _line(event: yaml.Event) -> int | None:
    """Return the line of an event, from 1."""
    return event.start_mark.line + 1 if event.start_mark else None
