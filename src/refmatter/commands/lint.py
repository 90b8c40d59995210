"""`refmatter lint`: find errors in the notes."""

from __future__ import annotations

from refmatter.commands.arguments import (
    DONE,
    INCOMPLETE,
    WOULD_CHANGE,
    add_command,
    add_config,
    add_format,
    add_paths,
)
from refmatter.commands.vault_config import vault_and_config
from refmatter.errors import ConfigError

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.commands.arguments import Commands


def add(commands: Commands) -> None:
    """Add the parser of `lint`."""
    lint = add_command(
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


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    from refmatter.lint.linting import LintOptions, lint
    from refmatter.lint.report import write_report

    if (arguments.dry_run or arguments.diff) and not arguments.fix:
        raise ConfigError(f"{'--dry-run' if arguments.dry_run else '--diff'}: goes with --fix")
    location, config = vault_and_config(arguments.paths, arguments.config)
    done = lint(location, config, LintOptions(fix=arguments.fix, dry_run=arguments.dry_run))
    disabled = config.settings.lint.disable
    write_report(done, location.root, disabled, arguments.format, diff=arguments.diff)
    if done.inspection.unread or done.refused:
        return INCOMPLETE
    return WOULD_CHANGE if done.inspection.findings else DONE
