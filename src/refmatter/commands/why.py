"""`refmatter why`: show the work of a note and the origin of its values."""

from __future__ import annotations

import sys

from refmatter.commands.arguments import DONE, FIELDS, add_command, add_config, path
from refmatter.commands.vault_config import vault_and_config
from refmatter.errors import ConfigError

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from pathlib import Path

    from refmatter.commands.arguments import Commands
    from refmatter.fields import Field
    from refmatter.state.ledger_line import LedgerLine


def add(commands: Commands) -> None:
    """Add the parser of `why`."""
    why = add_command(
        commands,
        "why",
        "show the work of a note and the origin of its values",
        "Show which work a note is about, the evidence, the other candidates, and the origin of "
        "each value.",
        ("refmatter why notes/bert.md", "the whole note"),
        ("refmatter why notes/bert.md year", "one field"),
        ("refmatter why notes/bert.md --json", "the same for programs"),
    )
    why.add_argument("note", type=path, metavar="NOTE", help="the note's file")
    why.add_argument(
        "field", nargs="?", choices=FIELDS, metavar="FIELD",
        help=f"only this one of {', '.join(FIELDS)}",
    )  # fmt: skip
    why.add_argument("--json", action="store_true", help="print JSON")
    add_config(why)
    why.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Show the explanation of a note; return the exit code."""
    from pathlib import PurePosixPath

    from refmatter.errors import NoteError
    from refmatter.fields import LOOKED_UP, Field
    from refmatter.open_run import open_run
    from refmatter.report.screen import Screen
    from refmatter.report.why import ValueContext, as_json, explain, explain_values, sentences
    from refmatter.stages.scan import read_note
    from refmatter.state.note_store import NotesByPath
    from refmatter.titles import title_key

    if arguments.note.is_dir():
        raise ConfigError(f"{arguments.note}: is a folder; name one note")
    location, config = vault_and_config([arguments.note], arguments.config)
    path = PurePosixPath(arguments.note.resolve().relative_to(location.root).as_posix())
    try:
        note = read_note(location.root, path, config.vault)
    except NoteError as error:
        where = f"{arguments.note}:{error.line}" if error.line else f"{arguments.note}"
        raise ConfigError(f"{where}: {error.reason}") from error
    with open_run(location, config) as opened:
        ledger, vault = opened.ledger, opened.read_vault()
    note = NotesByPath(vault.notes).get(path, note)
    key = ledger.key(title_key(note.title), path)
    line = ledger.line(key)
    origins = _origins(config.catalog_path(location.root), line)
    context = ValueContext(origins, vault.conventions)
    values = explain_values(note, line, ledger.written(path), context)
    wanted = (*LOOKED_UP, Field.KEY) if arguments.field is None else (Field(arguments.field),)
    values = tuple(value for value in values if value.field in wanted)
    version = config.settings.match.thresholds().version
    explanation = explain(note, line, values, version, vault.conventions)
    if arguments.json:
        sys.stdout.write(as_json(explanation))
        return DONE
    screen = Screen(sys.stdout)
    for text in sentences(explanation):
        screen.line(text)
    return DONE


def _origins(folder: Path | None, line: LedgerLine | None) -> Mapping[Field, str]:
    """Return the services that the user's own catalogue has a work's values from; none where it
    cannot be read, as nothing else depends on it."""
    from contextlib import closing

    from refmatter.catalog.database import open_catalog

    if folder is None or line is None:
        return {}
    try:
        with closing(open_catalog(folder)) as catalog:
            return catalog.field_origins(line.identifiers)
    except ConfigError:
        return {}
