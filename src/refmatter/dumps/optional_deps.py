"""What the extra `catalog` brings -> loaded when a dump needs it, or told how to install it."""

from __future__ import annotations

import importlib
from types import ModuleType

from refmatter.errors import ConfigError


def needed(module: str, what: str) -> ModuleType:
    """A module that the base install does not have; `what` needs it.

    Raises ConfigError where it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ConfigError(
            f"{what} is read with {module.partition('.')[0]}, which is not installed; "
            "pip install 'refmatter[catalog]'"
        ) from error
