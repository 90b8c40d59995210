"""config.yaml -> a frozen Config, and the room's door."""

from __future__ import annotations

from refmatter.config.reading import FILE_NAME, load, looks_ours
from refmatter.config.sections import (
    Create,
    Paper,
    Providers,
    References,
    RefreshAfter,
    Resolve,
    Service,
    Style,
)
from refmatter.config.settings import Config

__all__ = [
    "FILE_NAME",
    "Config",
    "Create",
    "Paper",
    "Providers",
    "References",
    "RefreshAfter",
    "Resolve",
    "Service",
    "Style",
    "load",
    "looks_ours",
]
