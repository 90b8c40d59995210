"""Find the config.yaml that applies to a folder, without loading the configuration's classes.

The one place where the environment is read, too.
"""

from __future__ import annotations

import os
from pathlib import Path

FILE_NAME = "config.yaml"

KEYS = frozenset(
    "contact notes references fields style providers ladder precedence prefer match lint cache "
    "ledger refresh_after_days min_change retry_not_found_after_days".split()
)
"""The keys at its top; `sections.Sections` has the same."""
LARGEST = 1_000_000
"""The most letters of a config.yaml that is read."""


def config_above(folder: Path) -> Path | None:
    """Return the nearest config.yaml of ours in this folder or above, within the repository; None
    if there is none."""
    for parent in (folder, *folder.parents):
        file = parent / FILE_NAME
        if file.is_file() and looks_ours(file):
            return file
        if (parent / ".git").exists():
            return None
    return None


def looks_ours(file: Path) -> bool:
    """Whether a config.yaml that nobody named is refmatter's: it says so in its first line, or
    has a key of ours at the top. Other programs use that name too."""
    try:
        lines = read_text(file).splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    keys = {line.partition(":")[0].strip() for line in lines if ":" in line and line[0] != " "}
    return "refmatter" in "".join(lines[:1]) or bool(keys & KEYS)


def read_text(file: Path) -> str:
    """Return the text of the file; of one that is too large only so much that it shows. Raises
    OSError, UnicodeDecodeError."""
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1).decode("utf-8-sig")


def environment_key(variable: str | None) -> str | None:
    """Return the API key in this environment variable; None if it is not set."""
    return (os.environ.get(variable, "").strip() or None) if variable else None
