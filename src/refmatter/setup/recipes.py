"""Make the files of a recipe that runs refmatter automatically, for a vault.

The templates are `data/recipes/` of the package; what stands between `@` is filled in here.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from refmatter import __version__
from refmatter.errors import ConfigError
from refmatter.repository import repository_root

REQUIREMENT = f"refmatter=={__version__}"
"""What pip installs where a recipe runs: this version and no other."""
_OWN = ".refmatter"
"""The folder beside the ledger that tells git to leave it alone: for what is this machine's."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Templates, each with the file that it becomes, and what a person does next with them.

    With `shared` the files are the repository's and speak of paths from its top; else they are
    this machine's. `quoted` writes a word as the files' own syntax wants it.
    """

    files: Mapping[str, str]
    after: tuple[str, ...]
    quoted: Callable[[str], str]
    shared: bool = True


@dataclass(frozen=True, slots=True)
class Made:
    """A file to be made."""

    path: Path
    text: str


def _yaml(word: str) -> str:
    return json.dumps(word)


def _cron(word: str) -> str:
    """Return the text quoted for a shell, in a line where a `%` would end the command
    (crontab(5))."""
    return shlex.quote(word).replace("%", "\\%")


def _systemd(word: str) -> str:
    """Return the text quoted as systemd.service(5), "Command lines", wants it: `%` and `$` are
    doubled."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + plain.replace("%", "%%").replace("$", "$$") + '"'


RECIPES: Mapping[str, Recipe] = MappingProxyType(
    {
        "github": Recipe(
            {"github.yml": ".github/workflows/refmatter.yml"},
            ("commit it with refmatter.lock and push",),
            _yaml,
        ),
        "gitlab": Recipe(
            {"gitlab.yml": ".gitlab/refmatter.yml"},
            ("name it in .gitlab-ci.yml, as its first lines tell",),
            _yaml,
        ),
        "pre-commit": Recipe(
            {"pre-commit.yaml": ".pre-commit-config.yaml"}, ("pre-commit install",), _yaml
        ),
        "cron": Recipe(
            {"refmatter.cron": f"{_OWN}/refmatter.cron"},
            ("(crontab -l; cat @FOLDER@/refmatter.cron) | crontab -",),
            _cron,
            shared=False,
        ),
        "systemd": Recipe(
            {
                "refmatter.service": f"{_OWN}/refmatter.service",
                "refmatter.timer": f"{_OWN}/refmatter.timer",
            },
            (
                "systemctl --user link @FOLDER@/refmatter.service",
                "systemctl --user enable --now @FOLDER@/refmatter.timer",
            ),
            _systemd,
            shared=False,
        ),
    }
)
"""By the name that `--with` takes."""


def read_template(name: str) -> str:
    """Return the text of a template of the package."""
    return (resources.files("refmatter") / "data" / "recipes" / name).read_text("utf-8")


def recipe_files(name: str, root: Path, vault: Path) -> tuple[list[Made], tuple[str, ...]]:
    """Return the files of a recipe for the vault at `root`, and what to do with them. `vault` is
    the folder of config.yaml and ledger. Raises ConfigError where a vault cannot have it."""
    recipe = RECIPES[name]
    top = (repository_root(root) or root) if recipe.shared else vault
    notes = PurePosixPath(root.relative_to(top).as_posix()) if recipe.shared else root
    words = {"NOTES": str(notes), "REQUIREMENT": REQUIREMENT}
    if not all(text.isprintable() for text in (str(root), sys.executable)):
        raise ConfigError(f"{root}: a folder with such a name cannot stand in {name}'s files")
    filled = {key: recipe.quoted(word) for key, word in words.items()}
    filled["COMMAND"] = " ".join(map(recipe.quoted, command()))
    files = []
    for source, goal in recipe.files.items():
        path = top / goal
        if not _within(path, top):
            raise ConfigError(f"{path}: a link leads out of {top}; nothing is written there")
        files.append(Made(path, _filled(read_template(source), filled)))
    folder = shlex.quote(str(vault / _OWN))
    return files, tuple(_filled(text, {"FOLDER": folder}) for text in recipe.after)


def command() -> tuple[str, ...]:
    """Return the command line that calls this refmatter from anywhere."""
    script = Path(sys.executable).with_name("refmatter")
    return (str(script),) if script.exists() else (sys.executable, "-m", "refmatter")


def _filled(text: str, words: Mapping[str, str]) -> str:
    for name, word in words.items():
        text = text.replace(f"@{name}@", word)
    return text


def _within(path: Path, top: Path) -> bool:
    real, folder = os.path.realpath(path.parent), os.path.realpath(top)
    return real == folder or real.startswith(folder.rstrip("/") + "/")
