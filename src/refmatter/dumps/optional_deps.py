"""Import the packages of the extra `catalog` when a dump needs them."""

from __future__ import annotations

import importlib
from types import ModuleType

from refmatter.errors import ConfigError


def import_optional(module: str, what: str) -> ModuleType:
    """Return a module that the base installation lacks; `what` names what needs it, for the error.

    Raises ConfigError if it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ConfigError(
            f"{what} is read with {module.partition('.')[0]}, which is not installed; "
            "pip install 'refmatter[catalog]'"
        ) from error
