"""`refmatter lint`: what is wrong in the notes."""

from __future__ import annotations

from refmatter.commands.arguments import (
    DONE,
    INCOMPLETE,
    WOULD_CHANGE,
    add_config,
    add_format,
    add_paths,
    command,
)
from refmatter.commands.paths import place_of
from refmatter.errors import ConfigError

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.commands.arguments import Commands


def add(commands: Commands) -> None:
    """Tell the parser of `lint`."""
    lint = command(
        commands,
        "lint",
        "find errors in the notes",
        "Find errors in the notes: dangling links, works listed twice, two notes on one work, "
        "invalid years. No requests are made. Exit 1 if there are findings.",
        ("refmatter lint notes", "list the errors"),
        ("refmatter lint notes --fix --dry-run --diff", "see what can be fixed"),
    )
    add_paths(lint)
    add_config(lint)
    add_format(lint)
    lint.add_argument("--fix", action="store_true", help="apply safe fixes")
    lint.add_argument("--dry-run", action="store_true", help="with --fix: change no note")
    lint.add_argument("--diff", action="store_true", help="with --fix: show what changes")
    lint.set_defaults(run=run)


def run(said: argparse.Namespace) -> int:
    """Do it; the exit code."""
    from refmatter.lint.linting import LintOptions, lint
    from refmatter.lint.report import tell

    if (said.dry_run or said.diff) and not said.fix:
        raise ConfigError(f"{'--dry-run' if said.dry_run else '--diff'}: goes with --fix")
    place, config = place_of(said.paths, said.config)
    done = lint(place, config, LintOptions(fix=said.fix, dry=said.dry_run))
    tell(done, place.root, config, said.format, diff=said.diff)
    if done.inspection.unread or done.refused:
        return INCOMPLETE
    return WOULD_CHANGE if done.inspection.findings else DONE
