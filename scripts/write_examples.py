"""The recipes that `refmatter init --with` fills in -> the files of examples/, for readers.

    python scripts/write_examples.py

The templates in `src/refmatter/data/recipes/` are the one truth; a test holds that this was run.
"""

from __future__ import annotations

from pathlib import Path

from refmatter.setup.recipes import RECIPES, read_template

EXAMPLES = Path(__file__).parents[1] / "examples"

_SHARED = {"NOTES": '"notes"', "REQUIREMENT": '"refmatter"'}
_OWN = {
    "refmatter.cron": {"COMMAND": "$HOME/.local/bin/refmatter", "NOTES": "$HOME/notes"},
    "refmatter.service": {"COMMAND": "%h/.local/bin/refmatter", "NOTES": "%h/notes"},
}


def example(name: str) -> str:
    """A template with words that fit many homes."""
    text = read_template(name)
    for key, word in _OWN.get(name, _SHARED).items():
        text = text.replace(f"@{key}@", word)
    return text


def main() -> None:
    """Write them all."""
    for recipe in RECIPES.values():
        for name in recipe.files:
            (EXAMPLES / name).write_text(example(name), "utf-8")


if __name__ == "__main__":
    main()
