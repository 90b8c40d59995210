"""The sections of config.yaml -> the JSON Schema of the file, with what each key means."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from typing import Any

from refmatter.config.sections import Settings, SettingsSection


def schema() -> dict[str, Any]:
    """The JSON Schema of config.yaml."""
    said = Settings.model_json_schema()
    meanings = dict(_meanings())
    for kind, told in (said["$defs"] | {Settings.__name__: said}).items():
        said_of = told.get("properties", {})
        for key, value in said_of.items():
            if meaning := meanings.get((kind, key)):
                said_of[key] = dict(sorted({**value, "description": meaning}.items()))
    return said | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "refmatter's config.yaml",
    }


def _meanings() -> Iterator[tuple[tuple[str, str], str]]:
    """The text below each key of each section. pydantic can read these too, but then it does so in
    every run, which takes a third of the time to start."""
    tree = ast.parse(inspect.getsource(inspect.getmodule(SettingsSection)))  # type: ignore[arg-type]  # it has a module
    for kind in tree.body:
        if isinstance(kind, ast.ClassDef):
            for key, text in zip(kind.body, kind.body[1:], strict=False):
                match key, text:
                    case (
                        ast.AnnAssign(target=ast.Name(id=name)),
                        ast.Expr(value=ast.Constant(value=str(meaning))),
                    ):
                        yield (kind.name, name), inspect.cleandoc(meaning)
