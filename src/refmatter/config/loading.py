"""config.yaml -> a frozen Config.

An unknown key, or a value of the wrong kind, is a ConfigError that names the file, the line
and the nearest key that exists.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from yaml.constructor import SafeConstructor

from refmatter.config.discovery import LARGEST, text
from refmatter.config.sections import (
    ProviderSettings,
    ServiceSettings,
    Settings,
    SettingsSection,
)
from refmatter.config.settings import Config
from refmatter.errors import ConfigError
from refmatter.safe_yaml import UnreadableYamlError, YamlLimits, compose_limited

_BOUNDS = YamlLimits(letters=LARGEST, depth=20, values=100_000)


def load(file: Path | None) -> Config:
    """Read config.yaml; the defaults where there is none. Raises ConfigError."""
    if file is None:
        return Config(None, Settings())
    try:
        tree = compose_limited(text(file), _BOUNDS)
        said = SafeConstructor().construct_document(tree) if tree else None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: is no UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    except UnreadableYamlError as error:
        where = f"{file}:{error.line}" if error.line else f"{file}"
        raise ConfigError(f"{where}: {error.reason}") from error
    except (yaml.MarkedYAMLError, ValueError, ArithmeticError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{file}:{mark.line + 1}" if mark else f"{file}"
        problem = getattr(error, "problem", None) or error
        raise ConfigError(f"{where}: is not readable YAML: {problem}") from error
    if said is None:
        said = {}
    if not isinstance(said, Mapping):
        raise ConfigError(f"{file}:1: should be keys and values, such as `contact: me@example.org`")
    try:
        return Config(file.resolve(), Settings.model_validate(_sections(said)))
    except ValidationError as error:
        raise ConfigError("\n".join(_complaints(file, tree, error))) from error


def _sections(said: Mapping[str, Any]) -> dict[str, Any]:
    """Without the sections whose every line is commented out, which YAML reads as null."""
    sections = {
        name for name, each in Settings.model_fields.items() if _is_section(each.annotation)
    }
    kept = {k: v for k, v in said.items() if not (v is None and k in sections)}
    providers = kept.get("providers")
    if isinstance(providers, Mapping):
        kept["providers"] = {k: v for k, v in providers.items() if v is not None}
        for name, default in ProviderSettings():
            mine = kept["providers"].get(name)
            if isinstance(mine, Mapping) and isinstance(default, ServiceSettings):
                kept["providers"][name] = {"key_from": default.key_from} | dict(mine)
    return kept


def _is_section(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, SettingsSection)


def _complaints(file: Path, tree: yaml.Node | None, error: ValidationError) -> list[str]:
    said = []
    for each in error.errors():
        path = list(each["loc"])
        line, path = _found(tree, path)
        name = ".".join(str(part) for part in path)
        if each["type"] == "extra_forbidden":
            near = difflib.get_close_matches(str(path[-1]), _known(path[:-1]), n=1, cutoff=0.5)
            way_out = f"; did you mean `{near[0]}`?" if near else f"; known: {_listed(path[:-1])}"
            said.append(f"{file}:{line}: unknown key `{name}`{way_out}")
        else:
            said.append(f"{file}:{line}: `{name}`: {_plainly(each)}")
    return list(dict.fromkeys(said))


def _plainly(error: Mapping[str, Any]) -> str:
    """What pydantic says, without its own nouns."""
    if error["type"] == "model_type":
        return "should be keys and values, each on a line below it"
    return str(error["msg"]).removeprefix("Input ")


def _known(path: Sequence[str | int]) -> list[str]:
    kind: Any = Settings
    for part in path:
        kind = kind.model_fields[part].annotation
    return list(kind.model_fields)


def _listed(path: Sequence[str | int]) -> str:
    return ", ".join(_known(path))


def _found(node: yaml.Node | None, path: list[str | int]) -> tuple[int, list[str | int]]:
    """The line of the key that the path leads to, and as much of the path as is in the file."""
    line = 1
    for depth, part in enumerate(path):
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if k.value == part]
            if not found:
                return line, path[: depth + 1]
            line, node = found[-1][0].start_mark.line + 1, found[-1][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line, path[:depth]
    return line, path
