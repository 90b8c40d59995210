"""The walk: what each key does, and what is in the ledger after it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from refmatter.errors import VaultBusyError
from refmatter.files import lock_folder
from refmatter.model import Identifiers
from refmatter.review import rulings
from refmatter.review.key_input import LineInput
from refmatter.review.ledger_writer import LedgerMoved, LedgerWriter
from refmatter.review.session import ReviewSession, SessionResult
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine
from reviewing import case, doubtful, match
from support import absent, key_of

ONE, TWO = doubtful("One"), doubtful("Two")


class Office:
    """A ledger in a folder, and a desk for it."""

    def __init__(self, folder: Path, *lines: LedgerLine) -> None:
        self.path = folder / "refmatter.lock"
        self.ledger_file = LedgerWriter(self.path, folder)
        self.lines = lines
        Ledger(lines).save(self.path)
        self.said = ""
        self.saved: list[str] = []

    def type(self, *keys: str) -> SessionResult:
        out = io.StringIO()
        console = Console(file=out, width=100)
        desk = ReviewSession(
            list(map(case, self.lines)), self.keep, LineInput(io.StringIO("\n".join(keys))), console
        )
        try:
            return desk.walk()
        finally:
            self.said = out.getvalue()

    def keep(self, before: LedgerLine, after: LedgerLine) -> None:
        self.ledger_file.replace_line(before, after)
        self.saved.append(self.path.read_text())

    def now(self) -> list[LedgerLine | None]:
        ledger = self.ledger_file.load()
        return [ledger.line(each.key) for each in self.lines]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, ONE, TWO)


def test_a_ruling_is_in_the_ledger_before_the_next_case_is_shown(office: Office) -> None:
    assert office.type("2", "n") == SessionResult(2, 0)
    accepted = rulings.accept(ONE, ONE.candidates[1])
    assert office.now() == [accepted, rulings.none(TWO)]
    assert office.saved[0] == Ledger([accepted, TWO]).text()
    assert "ruled: A Title (Ann One, Bo Two, 2002)" in office.said
    assert "ruled: none" in office.said


def test_what_is_skipped_stays_doubtful(office: Office) -> None:
    assert office.type("s", "1") == SessionResult(1, 1)
    assert office.now() == [ONE, rulings.accept(TWO, TWO.candidates[0])]


@pytest.mark.parametrize("end", ["q", ""])
def test_who_leaves_early_loses_nothing(office: Office, end: str) -> None:
    assert office.type("1", end) == SessionResult(1, 1)
    assert office.now() == [rulings.accept(ONE, ONE.candidates[0]), TWO]


def test_an_identifier_can_be_typed(office: Office) -> None:
    assert office.type("i 10.1000/x", "i", "nonsense", "i", "", "i 2001.00002") == SessionResult(
        2, 0
    )
    assert office.now() == [
        rulings.identify(ONE, Identifiers(doi="10.1000/x")),
        rulings.identify(TWO, Identifiers(arxiv="2001.00002")),
    ]
    assert "ruled: DOI 10.1000/x" in office.said
    assert absent(office.said, '"nonsense"', "nothing typed") == []


def test_the_last_ruling_can_be_undone_and_the_one_before(office: Office) -> None:
    assert office.type("u", "1", "s", "q") == SessionResult(1, 1)
    assert "nothing to undo" in office.said
    office.path.write_text(Ledger([ONE, TWO]).text())
    assert office.type("1", "u", "2", "u", "u", "n", "q") == SessionResult(1, 1)
    assert office.now() == [rulings.none(ONE), TWO]
    assert office.said.count("undone") == 2
    assert office.said.count("1 of 2") == 3


def test_undo_after_the_last_case_but_one_brings_it_back(office: Office) -> None:
    assert office.type("1", "s") == SessionResult(1, 1)
    office.path.write_text(Ledger([ONE, TWO]).text())
    assert office.type("s", "u", "1") == SessionResult(1, 1)
    assert office.now() == [ONE, rulings.accept(TWO, TWO.candidates[0])]


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("3", "no candidate 3"),
        ("0", "no candidate 10"),
        ("x", "no such key"),
        ("10.1000/x", "no such key"),
        ("12", "no such key"),
        ("?", "0 for the tenth"),
        ("o", f"2  https://www.semanticscholar.org/paper/{'0' * 39}2"),
    ],
)
def test_what_rules_on_nothing(office: Office, key: str, told: str) -> None:
    assert office.type(key, "q") == SessionResult(0, 2)
    assert told in office.said
    assert office.now() == [ONE, TWO]
    assert office.saved == []
    assert office.said.count("of 2") == 1


def test_a_tenth_candidate_has_a_key(tmp_path: Path) -> None:
    rivals = tuple(match(identifiers=Identifiers(doi=f"10.1000/{n}")) for n in range(1, 11))
    office = Office(tmp_path, doubtful(candidates=rivals))
    assert office.type("0") == SessionResult(1, 0)
    assert "1-9 accept" in office.said
    (line,) = office.now()
    assert line is not None
    assert line.identifiers == Identifiers(doi="10.1000/10")


def test_the_choices_fit_the_case(tmp_path: Path) -> None:
    nobody = match(identifiers=Identifiers(), authors=None, year=None)
    office = Office(tmp_path, doubtful("One", ()), doubtful("Two", (nobody,)))
    assert office.type("s", "o", "1", "q") == SessionResult(0, 2)
    prompts = [line for line in office.said.splitlines() if "n none" in line]
    keys = [[choice.split()[0] for choice in prompt.split(", ")] for prompt in prompts]
    assert keys[0] == ["n", "i", "s", "o", "q", "?"]
    assert keys[1] == ["1", *keys[0]]
    assert "1  no identifier" in office.said
    assert absent(office.said, "this candidate has no identifier") == []


def test_a_candidate_that_says_little_can_be_accepted(tmp_path: Path) -> None:
    office = Office(tmp_path, doubtful("One", (match(authors=None, year=None),)))
    assert office.type("1") == SessionResult(1, 0)
    assert "ruled: A Title\n" in office.said


def test_what_a_run_has_changed_since_is_not_overwritten(office: Office) -> None:
    other = doubtful("One", (match(),))
    office.path.write_text(Ledger([other, TWO]).text())
    assert office.type("1", "s", "1", "q") == SessionResult(1, 1)
    assert absent(office.said, "a run has changed") == []
    assert office.now() == [other, rulings.accept(TWO, TWO.candidates[0])]


def test_a_ruling_a_run_has_used_is_not_undone(office: Office) -> None:
    def learn(before: LedgerLine, after: LedgerLine) -> None:
        office.ledger_file.replace_line(before, after)
        office.path.write_text(office.path.read_text().replace('"tries":2', '"tries":3'))

    office.keep = learn  # type: ignore[method-assign]  # a run comes in between
    assert office.type("1", "u", "q") == SessionResult(1, 1)
    assert absent(office.said, "a run has used") == []


def test_while_a_run_is_at_work_nothing_is_ruled(office: Office) -> None:
    with lock_folder(office.path.parent):
        with pytest.raises(VaultBusyError):
            office.type("1")
        with pytest.raises(VaultBusyError):
            office.ledger_file.load()
    assert office.now() == [ONE, TWO]


def test_what_was_written_to_notes_outlives_a_ruling(tmp_path: Path) -> None:
    ledger_file = LedgerWriter(tmp_path / "refmatter.lock", tmp_path)
    ledger = Ledger([ONE])
    ledger.save(ledger_file.path)
    before = ledger_file.load().line(key_of("one"))
    assert before is not None
    ledger_file.replace_line(before, rulings.none(before))
    with pytest.raises(LedgerMoved):
        ledger_file.replace_line(before, rulings.none(before))
    with pytest.raises(LedgerMoved):
        ledger_file.replace_line(doubtful("Another"), rulings.none(doubtful("Another")))
