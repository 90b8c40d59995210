"""The JSON Schema of config.yaml, from its sections and the meaning of each key."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from typing import Any

from refmatter.config import sections
from refmatter.config.sections import Settings


def schema() -> dict[str, Any]:
    """Return the JSON Schema of config.yaml."""
    whole = Settings.model_json_schema()
    meanings = dict(_meanings())
    for kind, section in (whole["$defs"] | {Settings.__name__: whole}).items():
        properties = section.get("properties", {})
        for key, value in properties.items():
            if meaning := meanings.get((kind, key)):
                properties[key] = dict(sorted({**value, "description": meaning}.items()))
    return whole | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "refmatter's config.yaml",
    }


def _meanings() -> Iterator[tuple[tuple[str, str], str]]:
    """Yield each section and key with the text below the key.

    pydantic can read these too, but then it does so in every run, which takes a third of the time
    to start.
    """
    tree = ast.parse(inspect.getsource(sections))
    for kind in tree.body:
        if isinstance(kind, ast.ClassDef):
            for key, text in zip(kind.body, kind.body[1:], strict=False):
                match key, text:
                    case (
                        ast.AnnAssign(target=ast.Name(id=name)),
                        ast.Expr(value=ast.Constant(value=str(meaning))),
                    ):
                        yield (kind.name, name), inspect.cleandoc(meaning)
