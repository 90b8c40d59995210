"""Read keys and lines: key by key from a terminal, line by line from a pipe."""

from __future__ import annotations

import contextlib
import os
import select
import termios
import tty
from collections.abc import Iterator
from typing import Any, Protocol, TextIO

_END = ("\x04", "\x00", "")
"""Ctrl-D; typed before it is waited for, a terminal hands it on as nought; or nobody is there."""
_WORDS = {
    "none": "n", "identifier": "i", "skip": "s", "undo": "u", "links": "o",
    "open": "o", "quit": "q", "help": "?", "10": "0",
}  # fmt: skip


class KeyInput(Protocol):
    """Somebody at the desk. Their keys, in lower case, and what they type."""

    def press(self) -> str:
        """Return the next key; "" where there is nobody any more."""

    def line(self) -> str:
        """Return the next line, without its end; "" where there is nobody any more."""


class TerminalInput:
    """A person at a terminal that gives every key at once and shows none. `was` is how it was
    before, and is again while a line is typed."""

    def __init__(self, file: int, was: list[Any]) -> None:
        self._file = file
        self._was = was

    def press(self) -> str:
        """Return the next key; arrows and their like are none."""
        while (key := self._read_character()) == "\x1b":
            self._skip_sequence()
        return "" if key in _END else key.lower()

    def line(self) -> str:
        """Return the next line, as the terminal lets it be edited."""
        termios.tcsetattr(self._file, termios.TCSADRAIN, self._was)
        try:
            data = os.read(self._file, 4096)
        finally:
            tty.setcbreak(self._file, termios.TCSADRAIN)
        return data.decode("utf-8", "replace").strip()

    def _read_character(self) -> str:
        """Return a character, all its bytes."""
        data = os.read(self._file, 1)
        lead = data[0] if data else 0
        for _ in range((lead >= 0xC0) + (lead >= 0xE0) + (lead >= 0xF0)):
            data += os.read(self._file, 1)
        return data.decode("utf-8", "replace")

    def _skip_sequence(self) -> None:
        """Read away what a key such as an arrow sends behind the escape: `[`, numbers and a
        letter or `~`, or `O` and a letter."""
        first = True
        while select.select([self._file], [], [], 0.02)[0]:
            byte = os.read(self._file, 1)
            if byte == b"" or not (byte in b"[O" if first else byte in b"0123456789;"):
                return
            first = False


class LineInput:
    """A file or a pipe: a key a line, as letter or word; an identifier behind its `i`, or on
    the next line."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._rest = ""

    def press(self) -> str:
        """Return the next line's key. A line that is none is given whole, and so rules on
        nothing."""
        line = self._stream.readline()
        while line and not line.strip():
            line = self._stream.readline()
        key, _, self._rest = line.strip().partition(" ")
        key = _WORDS.get(key.casefold(), key.casefold())
        return key if key == "i" or not self._rest else line.strip()

    def line(self) -> str:
        """Return what stood behind the key, or else the next line."""
        line, self._rest = self._rest.strip(), ""
        return line or self._stream.readline().strip()


@contextlib.contextmanager
def keys(stream: TextIO) -> Iterator[KeyInput]:
    """Return a context manager with the keys from a stream; a terminal is reset at the end."""
    if not stream.isatty():
        yield LineInput(stream)
        return
    file = stream.fileno()
    was = termios.tcgetattr(file)
    try:
        tty.setcbreak(file, termios.TCSADRAIN)
        yield TerminalInput(file, was)
    finally:
        termios.tcsetattr(file, termios.TCSADRAIN, was)
