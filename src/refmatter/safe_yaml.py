"""YAML of settings and rulings -> its nodes, of which nothing is made, bounded before they are.

The file may come with somebody's repository. libyaml's composer follows any depth until the
stack ends, and takes the program with it; aliases and merge keys unfold a line into more than
any memory holds. So the events are gone through first, one at a time, and no file of ours has
any need of either.
"""

from __future__ import annotations

from dataclasses import dataclass

import yaml


@dataclass(frozen=True, slots=True)
class YamlLimits:
    """The most letters a text may have, levels it may be nested, and values it may hold."""

    letters: int
    depth: int
    values: int


class YamlLimitExceeded(Exception):  # noqa: N818 - not an error of YAML: the caller says what is wrong
    """A text that is no YAML, or more of it than anybody needs; `line` counts from 1, None
    where no single line is to blame."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def composed(text: str, bounds: YamlLimits) -> yaml.Node | None:
    """The one document of a text as nodes; None where it is empty. Raises YamlLimitExceeded."""
    if len(text) > bounds.letters:
        raise YamlLimitExceeded("is too large to be read")
    try:
        _go_through(text, bounds)
        return yaml.compose(text, yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or error
        line = mark.line + 1 if mark else None
        raise YamlLimitExceeded(f"is not readable YAML: {problem}", line) from error


def _go_through(text: str, bounds: YamlLimits) -> None:
    depth = values = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        values += isinstance(event, yaml.NodeEvent)
        if isinstance(event, yaml.AliasEvent):
            raise YamlLimitExceeded("has an alias (`*name`); write the value out", _line(event))
        if depth > bounds.depth:
            raise YamlLimitExceeded("is nested too deep", _line(event))
        if values > bounds.values:
            raise YamlLimitExceeded("has too many values", _line(event))


def _line(event: yaml.Event) -> int | None:
    return event.start_mark.line + 1 if event.start_mark else None
