"""The first lines of the modules' docstrings -> docs/modules.md, on standard output.

    python scripts/write_modules.py > docs/modules.md

`make schema` does it; a test holds the page to what this writes.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "src" / "refmatter"

_HEAD = """\
# Modules

<!-- Written by `make schema` from the first line of each module's docstring; change it there. -->

The packages and modules of `src/refmatter/`.
[How refmatter is built](architecture.md) explains how they work together.
"""


def page() -> str:
    """Return the whole page."""
    parts = [_HEAD.rstrip()]
    folders = sorted({path.parent for path in PACKAGE.rglob("*.py")})
    for folder in folders:
        name = folder.relative_to(PACKAGE.parent).as_posix()
        paths = sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")
        lines = [f"## {name}/", "", first_line(folder / "__init__.py")]
        if paths:
            lines += ["", "| Module | |", "|---|---|"]
            lines += [
                f"| `{path.name}` | {first_line(path).replace('|', chr(92) + '|')} |"
                for path in paths
            ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def first_line(path: Path) -> str:
    """Return the first sentence of a module's docstring, on one line."""
    documented = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return " ".join(documented.partition("\n\n")[0].split())


if __name__ == "__main__":
    sys.stdout.write(page())
