"""Place and wishes -> `refmatter init`: what is told, the files that are made, what comes next."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from refmatter.config.discovery import FILE_NAME, looks_ours
from refmatter.config.loading import load
from refmatter.config.settings import Config
from refmatter.errors import ConfigError, NoteError
from refmatter.files import create_file
from refmatter.location import VaultLocation
from refmatter.report.screen import Screen
from refmatter.setup.config_writer import config_yaml
from refmatter.setup.profile_text import profile_json, profile_lines
from refmatter.setup.recipes import recipe_files
from refmatter.setup.vault_profile import VaultProfile, profile_vault


@dataclass(frozen=True, slots=True)
class InitOptions:
    """What the command line asks for. `ask` puts the one question there is, for an address,
    where somebody sits at a terminal; `folder` is the folder as it was typed."""

    contact: str | None = None
    recipes: Sequence[str] = ()
    ask: Callable[[str], str] | None = None
    folder: str = ""


def init(place: VaultLocation, wishes: InitOptions, screen: Screen) -> bool:
    """Look at the vault, print what it is like, and make the missing files; return whether all that
    was asked for could be made. Files that exist stay. Raises ConfigError."""
    config = load(place.config)
    screen.line(f"Looking at {place.root}: no note is changed.")
    portrait = _portrait(place.root, config)
    for text, colour in profile_lines(portrait):
        screen.line(text, colour)
    if not portrait.files:
        return False  # most likely another folder was meant
    screen.line()
    _configure(place, portrait, wishes, screen)
    beside = place.config.resolve().parent if place.config else place.root
    done = [_make_recipe(name, place.root, beside, screen) for name in wishes.recipes]
    _tell_next(portrait, wishes, screen)
    return all(done)


def config_text(place: VaultLocation, contact: str | None) -> str:
    """Return the text of the config.yaml that fits the vault. Raises ConfigError."""
    return config_yaml(_portrait(place.root, load(place.config)), contact)


def profile_as_json(place: VaultLocation) -> str:
    """Return what was counted in a vault, as JSON text. Raises ConfigError."""
    return profile_json(_portrait(place.root, load(place.config)))


def _portrait(root: Path, config: Config) -> VaultProfile:
    try:
        return profile_vault(root, config)
    except NoteError as error:
        raise ConfigError(error.reason) from error


def _configure(
    place: VaultLocation, portrait: VaultProfile, wishes: InitOptions, screen: Screen
) -> None:
    """Write config.yaml, or say why not."""
    goal = place.root / FILE_NAME
    if place.config is not None:
        screen.line(f"{place.config} is in force, and stays as it is.")
        screen.line("`refmatter init --print` shows the one that fits your notes today.")
        return
    if goal.exists() and not looks_ours(goal):
        screen.line(f"{goal} is another program's, and stays as it is.", "warn")
        screen.line("Give ours another name: `refmatter init --print > refmatter.yaml`, and")
        screen.line("`--config refmatter.yaml` with every command.")
        return
    contact = wishes.contact
    if contact is None and wishes.ask is not None:
        screen.line("An e-mail address the services may write to: Crossref answers three times")
        screen.line("as fast then. It goes into the User-Agent, nowhere else.")
        contact = wishes.ask("contact (empty for none): ").strip() or None
    _write(goal, config_yaml(portrait, contact))
    screen.line(f"written: {goal}", "+")


def _make_recipe(name: str, root: Path, beside: Path, screen: Screen) -> bool:
    """Make a recipe's files; whether it could be done."""
    files, after = recipe_files(name, root, beside)
    there = [file for file in files if file.path.exists()]
    if all(file.path.read_text("utf-8", "replace") == file.text for file in there):
        for file in files:
            if file not in there:
                _write(file.path, file.text)
            screen.line(f"{'there already' if file in there else 'written'}: {file.path}", "+")
        screen.line(f"  then: {after[0]}")
        for line in after[1:]:
            screen.line(f"        {line}")
        return True
    for file in there:
        screen.line(f"{file.path} is there already, and stays as it is; what is to go in:", "warn")
        for line in file.text.splitlines():
            screen.line(f"  {line}")
    return False


def _write(path: Path, text: str) -> None:
    try:
        create_file(path, text.encode())
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error


def _tell_next(portrait: VaultProfile, wishes: InitOptions, screen: Screen) -> None:
    if not portrait.papers:
        return
    where = f" {shlex.quote(wishes.folder)}" if wishes.folder else ""
    screen.line()
    screen.line("next:", "bold")
    screen.line(f"  refmatter enrich{where} --dry-run --diff     see what would change")
