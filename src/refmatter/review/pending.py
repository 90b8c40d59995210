"""Find the titles that wait for a ruling, and those that have one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath

from refmatter.model import LookupKey, Match
from refmatter.report.labels import plain
from refmatter.review.rulings import group
from refmatter.stages.learn import Vault
from refmatter.stages.plan import Plan
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine


@dataclass(frozen=True, slots=True)
class TitlePlace:
    """Where a title stands: a note that is about it, or (`line`, from 1) one that cites it."""

    path: PurePosixPath
    line: int | None = None


@dataclass(frozen=True, slots=True)
class PendingTitle:
    """A title of the ledger, and where it stands: the notes about it first, then by path."""

    line: LedgerLine
    places: tuple[TitlePlace, ...] = ()

    @property
    def candidates(self) -> tuple[Match, ...]:
        """The works it might be, as the ledger has them."""
        return self.line.candidates

    @property
    def weight(self) -> tuple[bool, int, LookupKey]:
        """Sorts what helps most to the front: notes' own titles, then what is cited most."""
        citing = sum(place_of_title.line is not None for place_of_title in self.places)
        return citing == len(self.places), -citing, self.line.key


@dataclass(frozen=True, slots=True)
class PendingTitles:
    """What a person can rule on: `doubtful` titles, those that help most first, and `ruled`
    ones by key. `unnamed` counts the doubtful titles that no note names any more."""

    doubtful: tuple[PendingTitle, ...]
    ruled: tuple[PendingTitle, ...]
    unnamed: int = 0


def pending_titles(
    ledger: Ledger,
    plan: Plan,
    vault: Vault,
    chosen: Callable[[PurePosixPath], bool] = lambda _: True,
) -> PendingTitles:
    """Return the ambiguous titles and those ruled on. `plan` and `vault` are those of all notes;
    `chosen` tells which notes the person asked for: a title is listed if one of them has it. A
    ruling is listed even if no note has its title any more, so that it can be revoked."""
    where = _standing(plan, vault)
    doubtful, ruled, unnamed = [], [], 0
    for lines in group(line for line in ledger if line.verdict in ("ruled", "ambiguous")):
        known = [line for line in lines if where.get(line.key)]
        places = tuple(dict.fromkeys(chain.from_iterable(where[line.key] for line in known)))
        if places and not any(chosen(place_of_title.path) for place_of_title in places):
            continue
        pending = PendingTitle((known or lines)[0], places)
        if pending.line.verdict == "ruled":
            ruled.append(pending)
        elif places:
            doubtful.append(pending)
            unnamed += len(lines) - len(known)
        else:
            unnamed += len(lines)
    return PendingTitles(
        tuple(sorted(doubtful, key=lambda pending: pending.weight)),
        tuple(sorted(ruled, key=lambda pending: pending.line.key)),
        unnamed,
    )


def _standing(plan: Plan, vault: Vault) -> dict[LookupKey, tuple[TitlePlace, ...]]:
    """Return where each lookup of the plan stands, by its key."""
    planned = {lookup.key for lookup in plan.lookups}
    about: dict[LookupKey, list[TitlePlace]] = {}
    citing: dict[LookupKey, dict[PurePosixPath, TitlePlace]] = {}
    for note in sorted(vault.papers(), key=lambda note: note.path):
        if note.path in plan.of_note:
            about.setdefault(plan.of_note[note.path], []).append(TitlePlace(note.path))
        for reference in note.references:
            key, _ = plan.keys.find(note.path, reference)
            if key and key in planned:
                place_of_title = TitlePlace(note.path, reference.line)
                citing.setdefault(key, {}).setdefault(note.path, place_of_title)
    return {key: (*about.get(key, ()), *citing.get(key, {}).values()) for key in planned}


def place_names(places: Iterable[TitlePlace], most: int) -> list[str]:
    """Return where a title stands, `path:line`, at most so many of them."""
    names = [
        f"{plain(str(place.path))} (its own title)" if place.line is None
        else f"{plain(str(place.path))}:{place.line}"
        for place in places
    ]  # fmt: skip
    return names if len(names) <= most else [*names[:most], f"and {len(names) - most} more"]
