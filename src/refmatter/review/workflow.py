"""Run `refmatter review`: the session, the export, the import and the revocation of rulings."""

from __future__ import annotations

import difflib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from rich.console import Console

from refmatter.config.settings import Config
from refmatter.errors import ConfigError
from refmatter.files import lock_folder
from refmatter.location import VaultLocation
from refmatter.matching.precedence import PrecedenceRule
from refmatter.report import labels
from refmatter.report.screen import Screen
from refmatter.review import ruling_file, ruling_parser, rulings
from refmatter.review.key_input import keys
from refmatter.review.ledger_writer import LedgerWriter
from refmatter.review.pending import PendingTitles, pending_titles
from refmatter.review.session import ReviewSession
from refmatter.stages.claim import claim
from refmatter.stages.learn import read_vault
from refmatter.stages.plan import plan
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine
from refmatter.titles import title_key

_NEXT = "run `refmatter enrich` to write them"


@dataclass(frozen=True, slots=True)
class Review:
    """The doubtful titles of a vault, and what is said about them."""

    location: VaultLocation
    config: Config

    @property
    def ledger_file(self) -> LedgerWriter:
        """The ledger on disk."""
        return LedgerWriter(self.config.ledger_path(self.location.root), self.location.root)

    @property
    def rule(self) -> PrecedenceRule:
        """Whose values count."""
        settings = self.config.settings
        return PrecedenceRule.with_orders(settings.precedence.by_field(), settings.prefer)

    def walk(self, stdin: TextIO, out: TextIO) -> None:
        """Show the ambiguous titles one by one on a terminal, and save the rulings. Raises
        LedgerError, and Busy while a run is at work."""
        screen = Screen(out)
        found = self._pending_titles(self.ledger_file.load())
        if not found.doubtful:
            screen.line("Nothing is doubtful here.")
            ledger = self.ledger_file.path
            if not ledger.exists():
                screen.line(f"{ledger.parent} has no ledger: name the folder that your")
                screen.line("notes are in, or run `refmatter enrich` on it first.")
            self._print_other_counts(found, screen)
            return
        if isinstance(out, io.TextIOWrapper):
            out.reconfigure(errors="replace")  # names have letters that not every terminal has
        console = Console(file=out, highlight=False, markup=False, emoji=False)
        with keys(stdin) as pressed:
            done = ReviewSession(
                found.doubtful, self.ledger_file.replace_line, pressed, console, self.rule
            ).walk()
        screen.line()
        what = f"{done.ruled} ruled, {done.left} left" if done.ruled else f"{done.left} left"
        screen.line(f"{what}; {_NEXT}" if done.ruled else what, "bold")
        self._print_other_counts(found, screen)

    def export(self, file: Path | None) -> str:
        """Return the file's text. Raises ConfigError where `file` holds what would be lost."""
        ledger = Ledger.load(self.ledger_file.path, self.location.root)
        if file is not None and file.exists():
            text = _text(file)
            applied = ruling_parser.apply(text, str(file), ledger, self.rule)
            if applied.lines or applied.refused:
                raise ConfigError(
                    f"{file}: holds rulings that are not in the ledger; "
                    f"run `refmatter review --apply {file}` first, or remove it"
                )
        return ruling_file.render(self._pending_titles(ledger))

    def apply(self, file: Path, out: Screen, err: Screen) -> bool:
        """Take a file's rulings; whether all could be taken. Raises ConfigError, LedgerError,
        and Busy."""
        text = _text(file)
        with lock_folder(self.ledger_file.path.parent):
            ledger = Ledger.load(self.ledger_file.path, self.location.root)
            applied = ruling_parser.apply(text, str(file), ledger, self.rule)
            for line in applied.lines:
                ledger.record(line)
            ledger.save(self.ledger_file.path)
        for number, refusal in applied.refused:
            err.line(f"{file}:{number}: {refusal}", "warn")
        counts = {
            "ruled": len(applied.lines),
            "as before": applied.standing,
            "refused": len(applied.refused),
            "left": applied.open,
        }
        counted_kinds = (
            ", ".join(f"{n} {name}" for name, n in counts.items() if n) or "no case in it"
        )
        out.line(f"{counted_kinds}; {_NEXT}" if applied.lines else counted_kinds, "bold")
        return not applied.refused

    def revoke(self, title: str, screen: Screen) -> None:
        """Take a ruling back, by its title or key. Raises ConfigError where there is none."""
        with lock_folder(self.ledger_file.path.parent):
            ledger = Ledger.load(self.ledger_file.path, self.location.root)
            line = _ruled(ledger, title)
            taken_back = rulings.revoke(line)
            taken = (*rulings.shared(line, taken_back, tuple(ledger)), taken_back)
            for ruled_line in taken:
                ledger.record(ruled_line)
            ledger.save(self.ledger_file.path)
        title = labels.title_text(line.title, line.key)
        screen.line(f"withdrawn: {labels.plain(title)}", "bold")
        kept = sorted({line.key.note for line in taken if line.written})
        if kept:
            screen.line("what was written from it stays in the notes; take it out if it is wrong:")
        for path in kept:
            screen.line(f"  {path}")

    def _pending_titles(self, ledger: Ledger) -> PendingTitles:
        settings = self.config.vault
        vault = read_vault(self.location.root, settings, ours=ledger.written_by_note())
        planned = plan(vault, settings.references, claim(vault, ledger))
        return pending_titles(ledger, planned, vault, self.location.is_chosen)

    def _print_other_counts(self, found: PendingTitles, screen: Screen) -> None:
        if found.ruled:
            screen.line(
                f"{len(found.ruled)} ruled before; --revoke TITLE takes one back, "
                "--export lists them"
            )
        if found.unnamed:
            screen.line(f"{found.unnamed} doubtful that no note here names are left out")


def _ruled(ledger: Ledger, title: str) -> LedgerLine:
    """Return the one ruled line of a title or key."""
    ruled = [line for line in ledger if line.verdict == "ruled"]
    of_key = [line for line in ruled if str(line.key) == title]
    key = title_key(title)
    found = of_key or [line for line in ruled if key and line.key.title == key]
    groups = rulings.group(found)
    if len(groups) == 1:
        return groups[0][0]
    if found:
        keys = ", ".join(str(members[0].key) for members in groups)
        raise ConfigError(f'"{title}": several works of that title are ruled on; name one: {keys}')
    near = difflib.get_close_matches(title, [line.title for line in ruled], n=1)
    hint = f'; did you mean "{near[0]}"?' if near else ""
    raise ConfigError(f'"{title}": there is no ruling on that title{hint}')


def _text(file: Path) -> str:
    """Return what a file says. Raises ConfigError."""
    try:
        if file.stat().st_size > ruling_parser.MOST:
            raise ConfigError(f"{file}: is too large to be read")
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read: {error}") from error
