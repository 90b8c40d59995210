"""Show ambiguous titles one by one, and save the ruling that each key means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from refmatter.matching.precedence import DEFAULT, PrecedenceRule
from refmatter.report import labels
from refmatter.review import rulings
from refmatter.review.candidate_table import view
from refmatter.review.key_input import KeyInput
from refmatter.review.ledger_writer import LedgerMoved
from refmatter.review.pending import PendingTitle
from refmatter.review.rulings import InvalidRuling
from refmatter.state.ledger_line import LedgerLine

_HELP = """\
1-9  it is this candidate (0 for the tenth)
n    it is none of these: nothing is written, nobody is asked again
i    type the identifier of the work that is meant: a DOI, an arXiv id, a Semantic Scholar,
     OpenAlex, ACL or DBLP id, or the address of its page
s    skip: it stays doubtful
u    undo the last ruling
o    show the addresses of the candidates' pages
q    quit; every ruling so far is saved"""


@dataclass(frozen=True, slots=True)
class SessionResult:
    """What came of a session: titles ruled on, and left doubtful."""

    ruled: int
    left: int


@dataclass(frozen=True, slots=True)
class _Ruling:
    """A ruling on a case, by its place: the line before and after."""

    place: int
    before: LedgerLine
    after: LedgerLine


class ReviewSession:
    """A walk through ambiguous titles. `save` replaces a line of the ledger."""

    def __init__(
        self,
        pending: Sequence[PendingTitle],
        save: Callable[[LedgerLine, LedgerLine], None],
        keys: KeyInput,
        console: Console,
        rule: PrecedenceRule = DEFAULT,
    ) -> None:
        self._pending = pending
        self._save = save
        self._keys = keys
        self._console = console
        self._rule = rule
        self._rulings: list[_Ruling] = []
        self._place = 0

    def walk(self) -> SessionResult:
        """Show every case until it is ruled on or skipped. Raises Busy and LedgerError where a
        ruling cannot be saved; those before it are."""
        printed = -1
        while self._place < len(self._pending):
            if printed != self._place:
                self._print_title()
            printed = self._place
            self._ask(f"{self._choices()}: ")
            key = self._keys.press()
            self._print(labels.plain(key, 20))
            if key in ("", "q"):
                break
            if key == "u" and self._undo():
                printed = -1
            elif key != "u":
                self._act(key)
        return SessionResult(len(self._rulings), len(self._pending) - len(self._rulings))

    def _print_title(self) -> None:
        pending = self._pending[self._place]
        self._console.print()
        width = self._console.width
        self._console.print(view(pending, self._place + 1, len(self._pending), width))

    def _choices(self) -> str:
        count = len(self._pending[self._place].candidates)
        these = {0: "", 1: "1 accept, "}.get(count, f"1-{min(count, 9)} accept, ")
        undo = "u undo, " if self._rulings else ""
        return f"{these}n none, i identifier, s skip, {undo}o links, q quit, ? help"

    def _act(self, key: str) -> None:
        """Do what a key means."""
        line = self._pending[self._place].line
        if key == "s":
            self._place += 1
        elif key == "o":
            self._print_links()
        elif key == "?":
            self._print(_HELP)
        elif key in ("n", "i") or (key.isdecimal() and len(key) == 1):
            try:
                self._rule_on(self._ruled(key, line))
            except (InvalidRuling, LedgerMoved) as error:
                self._print(str(error), "red")
        else:
            self._print("no such key; ? tells which there are", "red")

    def _ruled(self, key: str, line: LedgerLine) -> LedgerLine:
        """Return the line that a key makes of a case's. Raises InvalidRuling."""
        if key == "n":
            return rulings.none(line)
        if key == "i":
            self._ask("identifier (empty for none): ")
            typed = self._keys.line()
            if not typed:
                raise InvalidRuling("nothing typed, so nothing ruled")
            return rulings.identify(line, rulings.parse_identifiers(typed), self._rule)
        candidates = self._pending[self._place].candidates
        number = int(key) or 10
        if number > len(candidates):
            raise InvalidRuling(f"there is no candidate {number}")
        return rulings.accept(line, candidates[number - 1], self._rule)

    def _rule_on(self, after: LedgerLine) -> None:
        """Save a ruling and go on. Raises LedgerMoved."""
        before = self._pending[self._place].line
        self._save(before, after)
        self._rulings.append(_Ruling(self._place, before, after))
        self._print(f"ruled: {_ruling_text(after)}", "green")
        self._place += 1

    def _undo(self) -> bool:
        """Take the last ruling back and return to its case; whether there was one."""
        if not self._rulings:
            self._print("nothing to undo", "red")
            return False
        last = self._rulings[-1]
        try:
            self._save(last.after, last.before)
        except LedgerMoved:
            self._print("a run has used that ruling by now; take it back with --revoke", "red")
            return False
        self._rulings.pop()
        self._place = last.place
        self._print("undone")
        return True

    def _print_links(self) -> None:
        for number, match in enumerate(self._pending[self._place].candidates, 1):
            for page in labels.pages(match.candidate.work.identifiers) or ["no identifier"]:
                self._print(f"{number}  {page}", whole=True)

    def _ask(self, text: str) -> None:
        self._console.print(Text(text, style="bold"), end="")
        self._console.file.flush()

    def _print(self, text: str, style: str = "", *, whole: bool = False) -> None:
        """A line, broken between words unless it is to be kept `whole`."""
        self._console.print(Text(text, style=style), soft_wrap=whole)


def _ruling_text(line: LedgerLine) -> str:
    """Return a ruling in words."""
    if not line.identifiers:
        return "none of these"
    known = rulings.named(line, line.identifiers)
    if known is None:
        return ", ".join(labels.names(line.identifiers))
    work = known.candidate.work
    who = ", ".join(part for part in (labels.people(work.authors, 2), str(work.year or "")) if part)
    return labels.plain(work.title, 80) + (f" ({who})" if who else "")
