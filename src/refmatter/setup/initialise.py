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
from refmatter.setup.config_writer import settings
from refmatter.setup.profile_text import as_json, telling
from refmatter.setup.recipes import made
from refmatter.setup.vault_profile import VaultProfile, portray


@dataclass(frozen=True, slots=True)
class InitOptions:
    """What the command line asks for. `ask` puts the one question there is, for an address,
    where somebody sits at a terminal; `said` is the folder as it was typed."""

    contact: str | None = None
    recipes: Sequence[str] = ()
    ask: Callable[[str], str] | None = None
    said: str = ""


def init(place: VaultLocation, wishes: InitOptions, screen: Screen) -> bool:
    """Look at the vault, tell what it is like, and make what is missing; whether all that was
    asked for could be made. What is there stays. Raises ConfigError."""
    config = load(place.config)
    screen.line(f"Looking at {place.root}: no note is changed.")
    portrait = _portrait(place.root, config)
    for text, colour in telling(portrait):
        screen.line(text, colour)
    if not portrait.files:
        return False  # most likely another folder was meant
    screen.line()
    _configure(place, portrait, wishes, screen)
    beside = place.config.resolve().parent if place.config else place.root
    done = [_cook(name, place.root, beside, screen) for name in wishes.recipes]
    _tell_next(portrait, wishes, screen)
    return all(done)


def printed(place: VaultLocation, contact: str | None) -> str:
    """The config.yaml that fits, and nothing else. Raises ConfigError."""
    return settings(_portrait(place.root, load(place.config)), contact)


def counts(place: VaultLocation) -> str:
    """Return what was counted in a vault, as JSON text. Raises ConfigError."""
    return as_json(_portrait(place.root, load(place.config)))


def _portrait(root: Path, config: Config) -> VaultProfile:
    try:
        return portray(root, config)
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
    _write(goal, settings(portrait, contact))
    screen.line(f"written: {goal}", "+")


def _cook(name: str, root: Path, beside: Path, screen: Screen) -> bool:
    """Make a recipe's files; whether it could be done."""
    files, after = made(name, root, beside)
    there = [each for each in files if each.path.exists()]
    if all(each.path.read_text("utf-8", "replace") == each.text for each in there):
        for each in files:
            if each not in there:
                _write(each.path, each.text)
            screen.line(f"{'there already' if each in there else 'written'}: {each.path}", "+")
        screen.line(f"  then: {after[0]}")
        for line in after[1:]:
            screen.line(f"        {line}")
        return True
    for each in there:
        screen.line(f"{each.path} is there already, and stays as it is; what is to go in:", "warn")
        for line in each.text.splitlines():
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
    where = f" {shlex.quote(wishes.said)}" if wishes.said else ""
    screen.line()
    screen.line("next:", "bold")
    screen.line(f"  refmatter enrich{where} --dry-run --diff     see what would change")
