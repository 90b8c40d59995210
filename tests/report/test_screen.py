"""Lines on a terminal are folded at blanks; elsewhere they stay as they are."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
from io import StringIO

import pytest

from refmatter.report.screen import VERBATIM, Screen

LONG = "  Biometrics: many works may have so short a title, and nothing else speaks for this one"


def shown(columns: int, *lines: tuple[str, str]) -> list[str]:
    """What a terminal of so many columns is sent."""
    ours, theirs = pty.openpty()
    try:
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        with os.fdopen(theirs, "w", encoding="utf-8") as stream:
            Screen(stream, {"NO_COLOR": "1"}).lines([*lines, ("end", "")])
            stream.flush()
            sent = b""
            while not sent.endswith(b"end\r\n"):
                sent += os.read(ours, 4096)
    finally:
        os.close(ours)
    return sent.decode().splitlines()[:-1]


def test_words_that_do_not_fit_go_on_below() -> None:
    assert shown(60, (LONG, "")) == [
        "  Biometrics: many works may have so short a title, and",
        "      nothing else speaks for this one",
    ]


@pytest.mark.parametrize("columns", [len(LONG), 200])
def test_a_line_that_fits_stays_one(columns: int) -> None:
    assert shown(columns, (LONG, "warn")) == [LONG]


@pytest.mark.parametrize("colour", ["head", "+", "-", "@", VERBATIM])
def test_the_lines_of_a_diff_are_never_folded(colour: str) -> None:
    assert shown(60, (LONG, colour)) == [LONG]


def test_no_word_is_cut() -> None:
    path = "a-folder-with-a-long-name/" * 4
    assert shown(60, (f"written: {path}", "")) == ["written:", f"    {path}"]


def test_a_narrow_terminal_is_taken_for_one_of_forty_columns() -> None:
    assert max(map(len, shown(5, (LONG, "")))) in range(30, 41)


def test_elsewhere_a_line_is_a_line() -> None:
    elsewhere = StringIO()
    Screen(elsewhere).line(LONG * 5)
    assert elsewhere.getvalue() == f"{LONG * 5}\n"
