"""`refmatter match`: match titles against given candidates (JSON Lines)."""

from __future__ import annotations

import sys

from refmatter.commands.arguments import DONE, INTERRUPTED, add_command, add_config

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.commands.arguments import Commands


def add(commands: Commands) -> None:
    """Add the parser of `match`."""
    match = add_command(
        commands,
        "match",
        "match titles against given candidates (JSON Lines)",
        "The matcher alone: read one question a line, as JSON, from standard input, and answer "
        "each with one line at once. No requests are made, and nothing is written.",
        ("refmatter match < questions.jsonl", "an answer a line"),
    )
    add_config(match, "a config.yaml with thresholds (default: the defaults)")
    match.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    from refmatter.matching.json_lines import answers
    from refmatter.matching.thresholds import DEFAULT

    if arguments.config:
        from refmatter.config.loading import load

        thresholds = load(arguments.config).settings.match.thresholds()
    else:
        thresholds = DEFAULT
    try:
        for line in answers(sys.stdin.buffer, thresholds) if sys.stdin else ():  # it may be closed
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    return DONE
