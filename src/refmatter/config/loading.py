"""Read config.yaml into a frozen Config.

An unknown key, or a value of the wrong kind, is a ConfigError that names the file, the line
and the nearest key that exists.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import ValidationError
from yaml.constructor import SafeConstructor

from refmatter.config.discovery import LARGEST, read_text
from refmatter.config.sections import (
    ProviderSettings,
    ServiceSettings,
    Settings,
    SettingsSection,
)
from refmatter.config.settings import Config
from refmatter.errors import ConfigError
from refmatter.safe_yaml import UnreadableYamlError, YamlLimits, compose_limited
from refmatter.yaml_fault import diagnose

_BOUNDS = YamlLimits(letters=LARGEST, depth=20, values=100_000)


def load(file: Path | None) -> Config:
    """Return what config.yaml says, or the defaults if there is none. Raises ConfigError."""
    if file is None:
        return Config(None, Settings())
    text = ""
    try:
        text = read_text(file)
        tree = compose_limited(text, _BOUNDS)
        content = SafeConstructor().construct_document(tree) if tree else None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: is no UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    except UnreadableYamlError as error:
        where = f"{file}:{error.line}" if error.line else f"{file}"
        raise ConfigError(f"{where}: {error.reason}") from error
    except (yaml.MarkedYAMLError, ValueError, ArithmeticError) as error:
        fault = diagnose(text, error)
        where = f"{file}:{fault.line}" if fault.line else f"{file}"
        raise ConfigError(f"{where}: is not readable YAML: {fault.wrong}") from error
    if content is None:
        content = {}
    if not isinstance(content, Mapping):
        raise ConfigError(f"{file}:1: should be keys and values, such as `contact: YOUR-ADDRESS`")
    try:
        return Config(file.resolve(), Settings.model_validate(_sections(content)))
    except ValidationError as error:
        raise ConfigError("\n".join(_complaints(file, tree, error))) from error


def _sections(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content without the sections whose every line is commented out, which YAML reads
    as null; a service keeps its default key variable unless the file names another one."""
    sections = {name for name, key in Settings.model_fields.items() if _is_section(key.annotation)}
    kept = {k: v for k, v in content.items() if not (v is None and k in sections)}
    providers = kept.get("providers")
    if isinstance(providers, Mapping):
        kept["providers"] = {k: v for k, v in providers.items() if v is not None}
        for name, default in ProviderSettings():
            service = kept["providers"].get(name)
            if isinstance(service, Mapping) and isinstance(default, ServiceSettings):
                kept["providers"][name] = {"api_key_env": default.api_key_env} | dict(service)
    return kept


def _is_section(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, SettingsSection)


def _complaints(file: Path, tree: yaml.Node | None, error: ValidationError) -> list[str]:
    """Return a message for each problem, with its line and what may be written there."""
    messages = []
    for problem in error.errors():
        line, path = _found(tree, list(problem["loc"]))
        name = ".".join(str(part) for part in path)
        if problem["type"] == "extra_forbidden":
            known = _known(path[:-1])
            near = difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.5)
            way_out = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}"
            messages.append(f"{file}:{line}: unknown key `{name}`; {way_out}")
        else:
            messages.append(f"{file}:{line}: `{name}`: {_plainly(problem)}")
    return list(dict.fromkeys(messages))


def _plainly(problem: Mapping[str, Any]) -> str:
    """Return pydantic's message without its own nouns."""
    if problem["type"] == "model_type":
        return "should be keys and values, each on a line below it"
    return str(problem["msg"]).removeprefix("Input ")


def _known(path: Sequence[str | int]) -> list[str]:
    """Return the keys of the section that a path of keys and places in lists leads to."""
    section: type[SettingsSection] = Settings
    for part in path:
        if isinstance(part, str):
            section = next(_sections_in(section.model_fields[part].annotation))
    return list(section.model_fields)


def _sections_in(annotation: object) -> Iterator[type[SettingsSection]]:
    """Yield the sections that the type of a key names, in tuples and unions too."""
    if isinstance(annotation, type) and issubclass(annotation, SettingsSection):
        yield annotation
    for inner in get_args(annotation):
        yield from _sections_in(inner)


def _found(node: yaml.Node | None, path: list[str | int]) -> tuple[int, list[str | int]]:
    """Return the line of the key that the path leads to, and the part of the path that is in the
    file."""
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
