"""`refmatter review` as a person runs it: on a terminal, through a file, and what comes of it."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import re
import select
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from house import House, Said, house
from ledger_text import decisions
from refmatter import commands
from refmatter.files import lock_folder
from refmatter.model import Match
from refmatter.review import rulings
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine
from refmatter.titles import title_key
from reviewing import HOSTILE, doubtful, match, titled
from scholar import Corpus, Record
from support import absent, key_of, s2, snapshot

BARE = (
    "---\ntitle: {}\nauthors:\nyear:\nnumCitedBy:\nref_count:\nvenue:\nfieldsOfStudy:\n"
    "tags:\n- paper\n---\n{}"
)
TITLE = "A title that two works have got"
CITES = f"\n## References\n\n- {TITLE}\n"


def record(number: int, title: str = TITLE) -> Record:
    return Record(
        title, f"{number:040x}", authors=(f"A. Author{number}",), year=1990 + 10 * number,
        venue="ICML", citation_count=100 * number, reference_count=number,
        fields_of_study=("Computer Science",), doi=f"10.1000/{number}",
    )  # fmt: skip


@pytest.fixture
def made(tmp_path: Path) -> House:
    """Two doubtful titles, of which one is a note's own."""
    each = House(tmp_path)
    each.configure()
    each.put("one.md", BARE.format("One", "\n## References\n\n- Two\n"))
    keep(each, one(), doubtful("Two"))
    return each


def one(rivals: tuple[Match, ...] | None = None, **more: object) -> LedgerLine:
    """The doubtful line of the note."""
    return doubtful("One", rivals, key="one@notes/one.md", **more)


def keep(made: House, *lines: LedgerLine) -> None:
    made.ledger.write_text(Ledger(lines).text())


def now(made: House) -> dict[str, LedgerLine | None]:
    ledger = Ledger.load(made.ledger)
    return {name: ledger.line(key) for name, key in (("one", one().key), ("two", key_of("two")))}


def lines(made: House, title: str, path: str = "") -> dict[str, Any]:
    """The line of a note, or that of the references of a title."""
    key = title_key(title) + (f"@notes/{path}" if path else "")
    return next(line for line in decisions(made.ledger.read_text()) if line["key"] == key)


def review(made: House, *options: str, keys: str = "") -> Said:
    before, sys.stdin = sys.stdin, io.StringIO(keys)
    try:
        return made.run("review", str(made.notes), "--config", str(made.config), *options)
    finally:
        sys.stdin = before


# -- through a pipe -------------------------------------------------------------------------


def test_a_walk_tells_at_the_end_what_came_of_it(made: House) -> None:
    said = review(made, keys="1\ns\n")
    assert said.code == commands.DONE
    assert said.out.index("one.md (") < said.out.index("one.md:15")
    assert absent(said.out.splitlines()[-1], "1 ruled", "1 left", "refmatter enrich") == []
    assert now(made)["one"] == rulings.accept(one(), doubtful().candidates[0])
    assert now(made)["two"] == doubtful("Two")


def test_with_nothing_ruled_nothing_is_to_be_written(made: House) -> None:
    before = snapshot(made.folder)
    said = review(made)
    assert said.out.endswith("\n2 left\n")
    assert snapshot(made.folder) == before


def test_with_nothing_doubtful_it_says_so(made: House) -> None:
    keep(made)
    said = review(made)
    assert (said.code, said.out.count("\n"), said.err) == (commands.DONE, 1, "")
    assert absent(said.out, "doubtful") == []
    keep(made, rulings.none(one()), doubtful("Forgotten"))
    nothing, ruled, left_out = review(made).out.splitlines(keepends=True)
    assert nothing == said.out
    assert absent(ruled, "1 ruled", "--revoke TITLE", "--export") == []
    assert absent(left_out, "1 doubtful", "left out") == []


def test_where_there_is_no_ledger_it_says_where_it_looked(
    made: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    above = made.folder / "above"
    above.mkdir()
    (above / ".git").mkdir()  # no config.yaml above it counts
    monkeypatch.chdir(above)
    said = made.run("review").out
    assert absent(said, "doubtful", f"{above} has no ledger", "refmatter enrich") == []


def test_only_what_stands_in_the_notes_that_are_named(made: House) -> None:
    made.put("other.md", BARE.format("Other", ""))
    said = made.run("review", str(made.notes / "other.md"), "--config", str(made.config))
    keep(made)
    assert said.out.startswith(review(made).out)


def test_not_while_a_run_is_at_work(made: House) -> None:
    text = review(made, "--export", "-").out.replace("ruling:\n", "ruling: 1\n")
    (made.folder / "f.yaml").write_text(text)
    before = made.ledger.read_bytes()
    with lock_folder(made.folder):
        for options in ([], ["--apply", str(made.folder / "f.yaml")], ["--revoke", "One"]):
            said = review(made, *options, keys="1\n")
            assert said.code == commands.USAGE
            assert absent(said.err, made.folder, "another run", "wait") == []
    assert made.ledger.read_bytes() == before


def test_names_that_the_output_cannot_write_are_no_bug(
    made: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(made, one((match("Größe 大", authors=("Å",)),)))
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, "ascii", write_through=True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("q\n"))
    with contextlib.redirect_stdout(out):
        assert (
            commands.main(["review", str(made.notes), "--config", str(made.config)])
            == commands.DONE
        )
    assert b"Gr??e ?" in raw.getvalue()


def test_nobody_there_to_answer_leaves_all_as_it_is(
    made: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(made, one((match("A", authors=("B",)),)))
    before = made.ledger.read_bytes()
    monkeypatch.setattr(sys, "stdin", None)  # as it is where a shell closed it
    with contextlib.redirect_stdout(io.StringIO()):
        assert (
            commands.main(["review", str(made.notes), "--config", str(made.config)])
            == commands.DONE
        )
    assert made.ledger.read_bytes() == before


# -- through a file -------------------------------------------------------------------------


def test_a_file_out_and_in_again(made: House) -> None:
    file = made.folder / "f.yaml"
    before = snapshot(made.folder)
    assert review(made, "--export", str(file)) == Said(commands.DONE, "", "")
    assert review(made, "--export", "-").out == file.read_text()
    assert snapshot(made.folder) == before | {"f.yaml": file.read_bytes()}
    assert review(made, "--apply", str(file)) == Said(commands.DONE, "2 left\n", "")
    file.write_text(file.read_text().replace("ruling:\n", "ruling: 2\n", 1))
    said = review(made, "--apply", str(file))
    assert (said.code, said.err) == (commands.DONE, "")
    assert absent(said.out, "1 ruled", "1 left", "refmatter enrich") == []
    assert now(made)["one"] == rulings.accept(one(), doubtful().candidates[1])
    ledger = made.ledger.read_bytes()
    assert review(made, "--apply", str(file)) == Said(commands.DONE, "1 as before, 1 left\n", "")
    assert made.ledger.read_bytes() == ledger
    assert review(made, "--export", str(file)).code == commands.DONE
    assert "  ruled: candidate 2\n  ruling:\n" in file.read_text()


def test_what_is_refused_is_named_with_its_line_and_the_others_are_taken(made: House) -> None:
    file = made.folder / "f.yaml"
    review(made, "--export", str(file))
    text = file.read_text().replace("ruling:\n", "ruling: none\n", 1)
    file.write_text(text.replace("ruling:\n", "ruling: 7\n", 1))
    said = review(made, "--apply", str(file))
    line = file.read_text().splitlines().index("  ruling: 7") + 1
    assert said.code == commands.INCOMPLETE
    assert absent(said.out, "1 ruled", "1 refused", "refmatter enrich") == []
    assert said.err.startswith(f"{file}:{line}: Two: ")
    assert said.err.count("\n") == 1
    assert absent(said.err, "candidate 7", "1 to 2") == []
    assert now(made) == {"one": rulings.none(one()), "two": doubtful("Two")}


def test_an_empty_file_of_cases(made: House) -> None:
    file = made.folder / "f.yaml"
    file.write_text("doubtful: []\n")
    assert review(made, "--apply", str(file)).out.startswith("no case ")


@pytest.mark.parametrize("data", [b"\xff", b"[", b"title: x\n", None, b" " * 20_000_001])
def test_a_file_that_cannot_be_read_at_all(made: House, data: bytes | None) -> None:
    file = made.folder / "f.yaml"
    if data is not None:
        file.write_bytes(data)
    said = review(made, "--apply", str(file))
    assert said.code == commands.USAGE
    assert said.err.startswith(f"refmatter: {file}")
    assert said.err.count("\n") == 1


def test_an_export_never_buries_rulings_that_were_not_applied(made: House) -> None:
    file = made.folder / "f.yaml"
    review(made, "--export", str(file))
    assert review(made, "--export", str(file)).code == commands.DONE
    for word in ("1", "nonsense"):
        text = file.read_text().replace("ruling:\n", f"ruling: {word}\n", 1)
        file.write_text(text)
        said = review(made, "--export", str(file))
        assert said.code == commands.USAGE
        assert absent(said.err, file, "rulings", "not in the ledger") == []
        assert file.read_text() == text
    note = made.notes / "one.md"
    said = review(made, "--export", str(note))
    assert said.code == commands.USAGE
    assert note.read_text() == BARE.format("One", "\n## References\n\n- Two\n")


def test_an_export_where_nothing_can_be_written(made: House) -> None:
    said = review(made, "--export", str(made.folder / "no" / "f.yaml"))
    assert said.code == commands.USAGE
    assert "cannot be written" in said.err


# -- taking back ----------------------------------------------------------------------------


def test_a_ruling_can_be_withdrawn_by_its_title(made: House) -> None:
    review(made, keys="1\nn\n")
    said = review(made, "--revoke", "ONE!")
    assert said == Said(commands.DONE, "withdrawn: One\n", "")
    assert now(made)["one"] == rulings.revoke(rulings.none(one()))
    left, ruled = review(made, keys="q\n").out.splitlines()[-2:]
    assert left == "1 left"
    assert absent(ruled, "1 ruled", "--revoke TITLE", "--export") == []


def test_a_title_without_a_ruling_is_told(made: House) -> None:
    review(made, keys="1\nn\n")
    said = review(made, "--revoke", "Twoo")
    assert said.code == commands.USAGE
    assert said.err.startswith('refmatter: "Twoo": ')
    assert said.err.endswith(' "Two"?\n')
    said = review(made, "--revoke", "…")
    assert (said.code, "?" in said.err) == (commands.USAGE, False)
    assert absent(said.err, "no ruling") == []


def test_of_several_works_of_a_title_one_is_named_by_its_key(made: House) -> None:
    keys = ["one@notes/one.md", "one#doi:10.1000/b"]
    keep(made, *(rulings.none(doubtful("One", key=key)) for key in keys))
    said = review(made, "--revoke", "One")
    assert said.code == commands.USAGE
    assert said.err.endswith(f"name one: {', '.join(keys)}\n")
    assert review(made, "--revoke", keys[1]).code == commands.DONE
    ledger = Ledger.load(made.ledger)
    assert [line.verdict for key in keys if (line := ledger.line(key_of(key)))] == [
        "ruled",
        "ambiguous",
    ]


# -- with runs before and after -------------------------------------------------------------

DARK = {name: {"enabled": False} for name in ("catalog", "openalex", "crossref", "arxiv")}


@pytest.fixture
def stood_in(tmp_path: Path) -> Iterator[House]:
    """A vault whose one note has the title of two works, and another that cites it."""
    corpus = Corpus([record(1), record(2), record(3, "Something else entirely in a long title")])
    with house(tmp_path, corpus, providers=DARK) as each:
        each.put("own.md", BARE.format(TITLE, ""))
        each.put("other.md", BARE.format("Something else entirely in a long title", CITES))
        yield each


def requests(made: House) -> int:
    assert made.server
    return made.server.requests()


def place(made: House, number: int) -> int:
    """The number under which a record is a candidate."""
    rivals = lines(made, TITLE, "own.md")["candidates"]
    return 1 + [each["ids"]["doi"] for each in rivals].index(f"10.1000/{number}")


VALUES = ("- A. Author{0}\n", "year: {1}\n", "numCitedBy: {0}00\n", "venue: ICML\n")


def has_values_of(made: House, path: str, number: int) -> bool:
    text = (made.notes / path).read_text()
    return all(each.format(number, 1990 + 10 * number) in text for each in VALUES)


def settled_where_it_was_shown(made: House, most: int) -> None:
    """A ruling settles a title in the notes that were shown with it; its values cost at most so
    many requests. A later note of that title is decided anew."""
    assert made.enrich().code == commands.DONE
    before = snapshot(made.notes)
    assert lines(made, TITLE, "own.md")["decision"] == "ambiguous"
    asked = requests(made)

    assert re.search(r" own\.md \([^)]*\), other\.md:\d", review(made, keys="q\n").out)
    assert review(made, keys=f"{place(made, 2)}\n").code == commands.DONE
    assert requests(made) == asked
    assert snapshot(made.notes) == before

    assert made.enrich().code == commands.DONE
    assert requests(made) - asked <= most
    assert has_values_of(made, "own.md", 2)
    for path in ("own.md", ""):
        assert lines(made, TITLE, path)["decision"] == "ruled"
        assert lines(made, TITLE, path)["ids"]["doi"] == "10.1000/2"
    settled = snapshot(made.notes)
    asked = requests(made)
    assert made.enrich().code == commands.DONE
    assert (requests(made), snapshot(made.notes)) == (asked, settled)

    bare = BARE.format(TITLE, "")
    made.put("sub/third.md", bare)
    made.put("sub/other.md", bare.replace("tags", "doi: 10.1000/1\ntags"))
    assert made.enrich().code == commands.DONE
    assert has_values_of(made, "sub/other.md", 1)
    third = (made.notes / "sub" / "third.md").read_text()
    assert third.replace("meta_key: third\n", "") == bare
    assert lines(made, TITLE, "sub/third.md")["decision"] == "ambiguous"
    told = review(made, keys="1\n").out
    assert absent(told, "sub/third.md (", "1 ruled") == []
    assert lines(made, TITLE, "own.md")["ids"]["doi"] == "10.1000/2"
    assert snapshot(made.notes).items() >= settled.items()


def test_a_ruling_settles_a_title_where_it_was_shown_without_a_request(stood_in: House) -> None:
    settled_where_it_was_shown(stood_in, most=0)


def test_a_candidate_whose_service_does_not_say_all_costs_one_request(stood_in: House) -> None:
    stood_in.configure(providers={"catalog": {"enabled": False}})
    settled_where_it_was_shown(stood_in, most=1)


def test_notes_of_one_title_that_say_the_same_are_ruled_together(stood_in: House) -> None:
    made = stood_in
    dated = BARE.format(TITLE, "").replace("year:\n", "year: {}\n")
    for name, year in (("twin.md", ""), ("old.md", "2000"), ("new.md", "2010")):
        made.put(name, dated.format(year) if year else BARE.format(TITLE, ""))
    made.enrich()
    assert has_values_of(made, "old.md", 1)  # each by its own year
    assert has_values_of(made, "new.md", 2)
    review(made, keys=f"{place(made, 2)}\n")
    made.enrich()
    assert has_values_of(made, "own.md", 2)
    assert has_values_of(made, "twin.md", 2)
    assert has_values_of(made, "old.md", 1)
    assert review(made, "--revoke", TITLE).out.splitlines()[2:] == [
        "  notes/own.md",
        "  notes/twin.md",
    ]
    for path in ("own.md", "twin.md", ""):
        assert lines(made, TITLE, path)["decision"] == "ambiguous"


def test_a_ruling_ends_where_the_note_gets_another_works_identifier(stood_in: House) -> None:
    made = stood_in
    made.enrich()
    review(made, keys=f"{place(made, 2)}\n")
    own = made.notes / "own.md"
    own.write_text(own.read_text().replace("tags", "doi: 10.1000/2\ntags"))
    made.enrich()
    assert lines(made, TITLE, "own.md")["decision"] == "ruled"
    assert has_values_of(made, "own.md", 2)
    own.write_text(own.read_text().replace("doi: 10.1000/2", "doi: 10.1000/1"))
    made.enrich()
    assert lines(made, TITLE, "own.md")["decision"] == "accepted"
    assert has_values_of(made, "own.md", 1)  # what was written for the other work went


def test_a_ruling_follows_a_note_that_is_renamed(stood_in: House) -> None:
    made = stood_in
    made.enrich()
    review(made, keys="n\n")
    (made.notes / "sub").mkdir()
    (made.notes / "own.md").rename(made.notes / "sub" / "renamed.md")
    before, asked = snapshot(made.notes), requests(made)
    made.enrich()
    assert (snapshot(made.notes), requests(made)) == (before, asked)
    assert lines(made, TITLE, "sub/renamed.md")["decision"] == "ruled"
    assert "notes/own.md" not in made.ledger.read_text()


def test_none_of_these_writes_nothing_and_asks_nobody_again(stood_in: House) -> None:
    made = stood_in
    made.enrich()
    before, asked = snapshot(made.notes), requests(made)
    review(made, keys="n\n")
    ruled = [lines(made, TITLE, path) for path in ("own.md", "")]
    assert made.enrich().code == commands.DONE
    assert requests(made) == asked
    assert made.enrich("--refresh").code == commands.DONE
    assert snapshot(made.notes) == before
    assert [lines(made, TITLE, path) for path in ("own.md", "")] == ruled


def test_an_identifier_that_is_typed_is_asked_for(stood_in: House) -> None:
    made = stood_in
    made.enrich()
    review(made, keys=f"i {3:040x}\n")
    assert made.enrich().code == commands.DONE
    assert "- A. Author3\n" in (made.notes / "own.md").read_text()


def test_what_is_withdrawn_is_doubtful_at_the_next_run(stood_in: House) -> None:
    made = stood_in
    made.enrich()
    first = lines(made, TITLE, "own.md")
    review(made, keys="n\n")
    made.enrich()
    review(made, "--revoke", TITLE)
    assert made.enrich().code == commands.DONE
    again = lines(made, TITLE, "own.md")
    assert (again["decision"], again["candidates"]) == ("ambiguous", first["candidates"])


def test_what_was_written_from_a_ruling_is_named_when_it_is_withdrawn(stood_in: House) -> None:
    made = stood_in
    made.enrich()
    review(made, keys="1\n")
    made.enrich()
    withdrawn, stays, *notes = review(made, "--revoke", TITLE).out.splitlines()
    assert withdrawn == f"withdrawn: {TITLE}"
    assert absent(stays, "written", "stays") == []
    assert notes == ["  notes/own.md"]


# -- on a terminal --------------------------------------------------------------------------


PATIENCE = 300
"""Seconds of silence after which a command hangs; one that works is never so long silent."""


_LOGIN = "import os, sys; os.login_tty(0); os.execv(sys.argv[1], sys.argv[1:])"
"""Makes a terminal that a process was given the one whose interruptions reach it."""


class Screen:
    """The command on a terminal of its own; killed if it has not ended by itself."""

    def __init__(self, made: House, width: int = 100) -> None:
        self.shown = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        command = [sys.executable, "-m", "refmatter", "review", str(made.notes)]
        self.terminal, end = os.openpty()
        self.was = termios.tcgetattr(end)
        size = {"TERM": "xterm-256color", "COLUMNS": str(width), "LINES": "50"}
        self.process = subprocess.Popen(
            [sys.executable, "-ISc", _LOGIN, *command, "--config", str(made.config)],
            stdin=end, stdout=end, stderr=end, env=os.environ | size,
        )  # fmt: skip
        os.close(end)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.terminal)

    def wait_for(self, text: str) -> str:
        """What is shown up to this text, without the colours."""
        while text not in self.shown:
            assert self._hear(), f"it has ended: {self.shown}"
        found, _, self.shown = self.shown.partition(text)
        return found

    def press(self, keys: str) -> None:
        os.write(self.terminal, keys.encode())

    def end(self) -> int:
        """The exit code, when all is shown."""
        while self._hear():
            pass
        return self.process.wait(PATIENCE)

    def _hear(self) -> bool:
        """Take what is shown next; whether there was anything, or the other end has gone."""
        ready, _, _ = select.select([self.terminal], [], [], PATIENCE)
        assert ready, f"it hangs: {self.shown}"
        try:
            data = os.read(self.terminal, 65536)
        except OSError:
            return False
        text = self.shown + self.decoder.decode(data)
        self.shown = re.sub(r"\x1b\[[0-9;]*m", "", text)
        return bool(data)


@pytest.fixture
def screen(made: House) -> Iterator[Screen]:
    with Screen(made) as each:
        yield each


def test_on_a_terminal_one_key_is_enough(made: House, screen: Screen) -> None:
    first = screen.wait_for("? help: ")
    assert "1 of 2" in first
    screen.press("1")
    screen.wait_for("ruled: A Title (Ann One, Bo Two, 2001)")
    assert now(made)["one"] == rulings.accept(one(), doubtful().candidates[0])
    screen.wait_for("? help: ")
    screen.press("u")
    screen.wait_for("undone")
    screen.wait_for("? help: ")
    assert now(made)["one"] == one()
    screen.press("i")
    screen.wait_for("identifier (empty for none): ")
    screen.press("arxiv.org/abs/2001.00001\r")
    screen.wait_for("ruled: arXiv 2001.00001")
    screen.wait_for("? help: ")
    screen.press("q")
    screen.wait_for("1 ruled, 1 left; run `refmatter enrich` to write them")
    assert screen.end() == commands.DONE


@pytest.mark.unmeasured
def test_an_interruption_leaves_the_terminal_and_the_ledger_whole(
    made: House, screen: Screen
) -> None:
    screen.wait_for("? help: ")
    screen.press("n")
    screen.wait_for("? help: ")
    screen.press("\x03")
    screen.wait_for("refmatter: interrupted")
    assert termios.tcgetattr(screen.terminal)[3] == screen.was[3]
    assert screen.end() == commands.INTERRUPTED
    assert now(made) == {"one": rulings.none(one()), "two": doubtful("Two")}


def test_killed_between_two_keys_nothing_is_lost(made: House, screen: Screen) -> None:
    screen.wait_for("? help: ")
    screen.press("2")
    screen.wait_for("? help: ")
    screen.process.kill()
    assert screen.end() == -signal.SIGKILL
    assert now(made)["one"] == rulings.accept(one(), doubtful().candidates[1])


def test_a_desk_left_open_holds_up_no_run(made: House, screen: Screen) -> None:
    screen.wait_for("? help: ")
    assert made.enrich("--offline").code == commands.DONE
    with lock_folder(made.folder):
        screen.press("1")
        screen.wait_for("another run is at work here; wait until it is done")
    assert screen.end() == commands.USAGE


@pytest.mark.parametrize("width", [70, 120])
def test_hostile_names_stay_text(made: House, width: int) -> None:
    rivals = tuple(
        match(title, authors=(title,), venue=title, identifiers=s2(str(n)))
        for n, title in enumerate(HOSTILE[:9])
    )
    keep(made, one(rivals, reason=titled(HOSTILE[0])))
    with Screen(made, width) as screen:
        shown = screen.wait_for("? help: ")
        screen.press("q")
        assert screen.end() == commands.DONE
    assert all(c.isprintable() or c in "\r\n" for c in shown)
    assert max(map(len, shown.splitlines())) <= width
    assert "[bold]not markup[/bold]" in " ".join(shown.split())
