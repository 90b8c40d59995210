"""Print coloured lines to a terminal or a file, or record them to print them again."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterable, Mapping
from typing import Protocol, TextIO

_COLOURS = {"head": "1", "+": "32", "-": "31", "@": "36", "bold": "1", "dim": "2", "warn": "33"}
VERBATIM = " "
"""The colour of a line that stays one, as those of a diff do, however long it is."""
_WHOLE = ("head", "+", "-", "@", VERBATIM)
_BLANKS = dict.fromkeys("\u00a0\u2007\u202f\u3000", " ")


class Surface(Protocol):
    """Whatever takes lines."""

    def line(self, text: str = "", colour: str = "") -> None:
        """Write one line of text in a colour."""


class Screen:
    """Where a report is written. Colours only on a terminal, and not where NO_COLOR is set; on a
    terminal words that do not fit go on below; control characters, which could move the cursor or
    hide text, are shown as `?`."""

    def __init__(self, stream: TextIO, environ: Mapping[str, str] = os.environ) -> None:
        self._stream = stream
        wanted = "NO_COLOR" not in environ and environ.get("TERM") != "dumb"
        self._colours = wanted and stream.isatty()
        self._width = _width(stream)

    def line(self, text: str = "", colour: str = "") -> None:
        """Write one line of text in a colour."""
        encoding = self._stream.encoding or "utf-8"
        shown = safe(text).encode(encoding, "replace").decode(encoding)
        if self._width and colour not in _WHOLE and len(shown) > self._width:
            shown = _folded(shown, self._width)
        if self._colours and colour in _COLOURS:
            shown = f"\x1b[{_COLOURS[colour]}m{shown}\x1b[0m"
        print(shown, file=self._stream)

    def lines(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Write lines of text, each in its colour."""
        for text, colour in pairs:
            self.line(text, colour)


def _width(stream: TextIO) -> int:
    """Return the columns of a terminal; 0 of what is none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):  # a file, a pipe, or nothing that has a number
        return 0


def _folded(text: str, width: int) -> str:
    """Return the same in lines of that width, the later ones set in by four more; no word is
    cut."""
    inset = text[: len(text) - len(text.lstrip())]
    return textwrap.fill(
        text.lstrip(),
        max(width, 40),
        initial_indent=inset,
        subsequent_indent=inset + "    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


class Tape:
    """Takes lines as a screen does, and keeps them."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str]] = []

    def line(self, text: str = "", colour: str = "") -> None:
        """Write one line of text in a colour."""
        self.kept.append((text, colour))


def safe(text: str) -> str:
    """Return the text with everything that is not to be seen made visible as `?`, tabs aside."""
    return "".join(c if c.isprintable() or c == "\t" else _BLANKS.get(c, "?") for c in text)
