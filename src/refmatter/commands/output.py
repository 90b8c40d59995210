"""Write the output of a command: files, standard output, and text that is safe on a terminal."""

from __future__ import annotations

import sys

from refmatter.errors import ConfigError

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    from pathlib import Path


def write_file(file: Path | str, text: str) -> None:
    """Write text to a file. Raises ConfigError."""
    from pathlib import Path

    try:
        Path(file).write_text(text, "utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {error.strerror}") from error


def write_output(file: str | None, text: str) -> None:
    """Write text to the file of an option: `-` is standard output, None is nowhere.

    Raises:
        ConfigError: the file cannot be written.

    """
    if file == "-":
        sys.stdout.write(text)
    elif file:
        write_file(file, text)


def printable(text: str) -> str:
    """Return the text with `?` for each character that could control a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)


def print_error(text: str) -> None:
    """Print a line to standard error, after the program's name."""
    sys.stderr.write(f"refmatter: {printable(text)}\n")
