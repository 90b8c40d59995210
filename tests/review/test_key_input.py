from __future__ import annotations

import contextlib
import io
import os
import termios
import threading
from collections.abc import Iterator

import pytest

from refmatter.review.key_input import KeyInput, LineInput, keys


class Seat:
    """A terminal of its own, its person and the keys that reach the program."""

    def __init__(self, person: int, program: int, said: KeyInput) -> None:
        self.person = person
        self.program = program
        self.said = said

    def type(self, text: str | bytes) -> None:
        os.write(self.person, text.encode() if isinstance(text, str) else text)

    def press(self, count: int = 1) -> list[str]:
        return [self.said.press() for _ in range(count)]


@contextlib.contextmanager
def seat() -> Iterator[Seat]:
    person, program = os.openpty()
    with os.fdopen(program) as stream:
        with keys(stream) as said:
            yield Seat(person, program, said)
        os.close(person)


def piped(text: str) -> LineInput:
    with keys(io.StringIO(text)) as said:
        assert isinstance(said, LineInput)
        return said


@pytest.mark.parametrize(
    ("key", "read"), [("N", "n"), ("3", "3"), ("?", "?"), ("é", "é"), ("€", "€"), ("😀", "😀")]
)
def test_a_key_is_read_without_enter(key: str, read: str) -> None:
    with seat() as desk:
        desk.type(key)
        assert desk.press() == [read]


def test_the_end_of_all_keys_is_the_end() -> None:
    with seat() as desk:
        desk.type("\x04")
        assert desk.press() == [""]


def test_the_terminal_is_in_the_end_as_it_was() -> None:
    person, program = os.openpty()
    was = termios.tcgetattr(program)
    with os.fdopen(program) as stream:
        with contextlib.suppress(KeyboardInterrupt), keys(stream):
            assert termios.tcgetattr(program) != was
            raise KeyboardInterrupt
        assert termios.tcgetattr(program) == was
    os.close(person)


def test_keys_are_not_shown_and_lines_are() -> None:
    with seat() as desk:
        desk.type("n")
        assert desk.press() == ["n"]
        assert not termios.tcgetattr(desk.program)[3] & termios.ECHO
        line = threading.Thread(target=lambda: os.write(desk.person, b" 10.1000/x \n"))
        line.start()
        assert desk.said.line() == "10.1000/x"
        line.join()
        assert not termios.tcgetattr(desk.program)[3] & termios.ECHO


def test_keys_typed_ahead_are_not_lost() -> None:
    with seat() as desk:
        desk.type("12é€q")
        assert desk.press(5) == ["1", "2", "é", "€", "q"]


@pytest.mark.parametrize("sequence", ["\x1b[A", "\x1bOP", "\x1b[3~", "\x1b[1;5C", "\x1bs"])
def test_arrows_and_their_like_are_no_keys(sequence: str) -> None:
    with seat() as desk:
        desk.type(sequence + "q")
        assert desk.press() == ["q"]


def test_escape_alone_is_no_key() -> None:
    with seat() as desk:
        desk.type("\x1b")
        later = threading.Timer(0.2, desk.type, ("s",))
        later.start()
        assert desk.press() == ["s"]
        later.join()


def test_a_file_gives_a_key_a_line() -> None:
    said = piped("1\n\n N \nnone\nskip\n10\n\nq")
    assert [said.press() for _ in range(7)] == ["1", "n", "n", "s", "0", "q", ""]


def test_an_identifier_stands_behind_its_key_or_on_the_next_line() -> None:
    said = piped("i 10.1000/x\nidentifier\n  P19-1001\ni\n")
    assert [said.press(), said.line()] == ["i", "10.1000/x"]
    assert [said.press(), said.line()] == ["i", "P19-1001"]
    assert [said.press(), said.line()] == ["i", ""]


def test_a_line_that_is_no_key_is_not_taken_for_one() -> None:
    said = piped("10.1000/x\n1 2\nnot this\naccept\n")
    assert [said.press() for _ in range(4)] == ["10.1000/x", "1 2", "not this", "accept"]
