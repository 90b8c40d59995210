"""`refmatter why`: where a note's values came from."""

from __future__ import annotations

import sys

from refmatter.commands.arguments import DONE, FIELDS, add_config, command, path
from refmatter.commands.paths import place_of
from refmatter.errors import ConfigError

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from pathlib import Path

    from refmatter.commands.arguments import Commands
    from refmatter.fields import Field
    from refmatter.state.ledger import LedgerLine


def add(commands: Commands) -> None:
    """Tell the parser of `why`."""
    why = command(
        commands,
        "why",
        "show the work of a note and the origin of its values",
        "Show which work a note is about, the evidence, the other candidates, and the origin of "
        "each value.",
        ("refmatter why notes/bert.md", "the whole note"),
        ("refmatter why notes/bert.md year", "one field"),
    )
    why.add_argument("note", type=path, metavar="NOTE", help="the note's file")
    why.add_argument(
        "field", nargs="?", choices=FIELDS, metavar="FIELD",
        help=f"only this one of {', '.join(FIELDS)}",
    )  # fmt: skip
    add_config(why)
    why.set_defaults(run=run)


def run(said: argparse.Namespace) -> int:
    """Do it; the exit code."""
    from pathlib import PurePosixPath

    from refmatter.errors import NoteError
    from refmatter.fields import Field
    from refmatter.report.screen import Screen
    from refmatter.report.why import why
    from refmatter.stages.scan import read
    from refmatter.state.ledger import Ledger
    from refmatter.titles import title_key

    if said.note.is_dir():
        raise ConfigError(f"{said.note}: is a folder; name one note")
    place, config = place_of([said.note], said.config)
    path = PurePosixPath(said.note.resolve().relative_to(place.root).as_posix())
    try:
        note = read(place.root, path, config)
    except NoteError as error:
        where = f"{said.note}:{error.line}" if error.line else f"{said.note}"
        raise ConfigError(f"{where}: {error.reason}") from error
    ledger = Ledger.load(config.ledger_path(place.root), place.root)
    key = ledger.key(title_key(note.title), path)
    screen = Screen(sys.stdout)
    chosen = Field(said.field) if said.field else None
    names = {name: own for name, own in config.settings.fields.by_field().items() if own}
    rule = config.settings.match.thresholds().version
    line = ledger.line(key)
    origins = _origins(config.catalog_path(place.root), line)
    for told in why(
        note, line, ledger.written(path), chosen, names, rule=rule, origins=origins
    ):  # fmt: skip
        screen.line(told)
    return DONE


def _origins(folder: Path | None, line: LedgerLine | None) -> Mapping[Field, str]:
    """Whose values the user's own catalogue has of a work; none where it cannot be asked: nothing
    else that is told hangs on it."""
    from contextlib import closing

    from refmatter.catalog.database import open_shelf

    if folder is None or line is None:
        return {}
    try:
        with closing(open_shelf(folder)) as shelf:
            return shelf.origins(line.identifiers)
    except ConfigError:
        return {}
