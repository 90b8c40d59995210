"""`refmatter match`: the matcher alone."""

from __future__ import annotations

import sys

from refmatter.commands.arguments import DONE, INTERRUPTED, add_config, command

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.commands.arguments import Commands


def add(commands: Commands) -> None:
    """Tell the parser of `match`."""
    match = command(
        commands,
        "match",
        "match titles against given candidates (JSON Lines)",
        "The matcher alone: read one question a line, as JSON, from standard input, and answer "
        "each with one line at once. No requests are made, and nothing is written.",
        ("refmatter match < questions.jsonl", "an answer a line"),
    )
    add_config(match, "a config.yaml with thresholds (default: the defaults)")
    match.set_defaults(run=run)


def run(said: argparse.Namespace) -> int:
    """Do it; the exit code."""
    from refmatter.matching.json_lines import answers
    from refmatter.matching.thresholds import DEFAULT

    if said.config:
        from refmatter.config.loading import load

        bars = load(said.config).settings.match.thresholds()
    else:
        bars = DEFAULT
    try:
        for line in answers(sys.stdin.buffer, bars) if sys.stdin else ():  # it may be closed
            print(line, flush=True)
    except KeyboardInterrupt:
        return INTERRUPTED
    return DONE
