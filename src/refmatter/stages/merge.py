"""Notes and Resolutions -> Patches: what each note is to gain, in the vault's own manner.

Only absent, null or empty fields are filled; only counts are refreshed; a value that a person
changed or took out after we wrote it is theirs. What was found and is not written is told as a
remark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from refmatter.ledger import Ledger, is_ours
from refmatter.model import (
    COUNTS,
    LOOKED_UP,
    Change,
    Field,
    Note,
    Patch,
    Resolution,
    Value,
    names_work,
)
from refmatter.notes import conventions
from refmatter.notes.conventions import Conventions
from refmatter.people import are_strangers, read_name, read_people
from refmatter.stages.births import Birth
from refmatter.stages.hands import marked
from refmatter.stages.plan import Plan
from refmatter.stages.scan import Vault


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked for: which fields, whether counts are to be renewed even where it is
    not known who wrote them, whether what a person took out is to be filled again, and how far
    counts must have moved: by so many, and by such a share of the old count."""

    only: frozenset[Field] = frozenset(Field)
    refresh: bool = False
    refill: bool = False
    least: int = 1
    share: float = 0.0

    def matters(self, old: int, new: int) -> bool:
        """Whether a count has moved enough for a note to be changed."""
        moved = abs(new - old)
        return moved >= self.least and moved >= self.share * old


def merge(
    vault: Vault,
    plan: Plan,
    resolutions: Mapping[str, Resolution],
    ledger: Ledger,
    wish: Wish,
) -> list[Patch]:
    """The patches of all paper notes that change or have a remark, and of the notes to be
    made, by path. The ledger has been told what the notes say now (`hands.keep`)."""
    patches = []
    for note in vault.heads():
        resolution = resolutions.get(plan.of_note.get(note.path, ""))
        written = ledger.written(note.path)
        only = wish.only - {name for name, said in written.items() if marked(said)}
        changes = list(_own(note, vault.conventions, only))
        remarks: tuple[str, ...] = ()
        if resolution is not None and names_work(resolution.decision):
            remarks = tuple(_doubts(note, resolution, vault.conventions))
            if not remarks:
                changes += _filled(note.entries, resolution, vault.conventions, only)
                changes += _moved(
                    note, resolution, vault.conventions, written, replace(wish, only=only)
                )
                changes += _titled(note, vault.conventions, only)
        links = plan.links.get(note.path, ())
        if changes or remarks or links:
            patches.append(Patch(note.path, note.digest, tuple(changes), links, remarks))
    patches += [
        _born(birth, plan, resolutions, vault.conventions, wish.only) for birth in plan.births
    ]
    return sorted(patches, key=lambda patch: patch.path)


def _own(note: Note, manner: Conventions, only: frozenset[Field]) -> Iterator[Change]:
    """What needs no looking up: the key, which is the file's name."""
    form = manner.forms.get(Field.KEY)
    if form and Field.KEY in only and conventions.is_empty(note.entry(form.key)):
        yield Change(Field.KEY, form.key, note.entry(form.key), note.path.stem, None)


def _titled(note: Note, manner: Conventions, only: frozenset[Field]) -> Iterator[Change]:
    """A title for a known work's note that has it in its heading or file name alone."""
    form = manner.forms.get(Field.TITLE)
    if form and Field.TITLE in only and manner.held(note.entries, Field.TITLE) is None:
        yield Change(Field.TITLE, form.key, note.entry(form.key), note.title, None)


def _filled(
    entries: tuple[tuple[object, object], ...],
    resolution: Resolution,
    manner: Conventions,
    only: frozenset[Field],
) -> Iterator[Change]:
    """The fields that the note lacks and the resolution has."""
    said = dict(entries)
    for name in LOOKED_UP:
        form = manner.forms.get(name)
        if form is None or name not in only or name not in resolution.values:
            continue
        if manner.held(entries, name) is not None:
            continue
        value, provenance = resolution.values[name]
        new = _in_manner(name, value, resolution, manner)
        if new is None and (name is not Field.VENUE or manner.unknown_venue != "none"):
            continue
        if form.key in said and said[form.key] == new:
            continue
        yield Change(name, form.key, said.get(form.key), new, provenance)


def _in_manner(name: Field, value: Value, resolution: Resolution, manner: Conventions) -> object:
    """A value as this vault writes it; None where it writes nothing."""
    if name is Field.VENUE:
        venue = manner.venue(str(value or ""), resolution.other_venues)
        return venue or ("" if manner.unknown_venue == "blank" else None)
    return None if value is None else manner.written(name, value)


def _moved(
    note: Note,
    resolution: Resolution,
    manner: Conventions,
    written: Mapping[Field, str],
    wish: Wish,
) -> Iterator[Change]:
    """Counts that moved since they were written: ours, or any where the user asked for it; a
    count that a person changed since is theirs."""
    for name in sorted(COUNTS & wish.only):
        form = manner.forms.get(name)
        if form is None or name not in resolution.values:
            continue
        value, provenance = resolution.values[name]
        old = note.entry(form.key)
        was = conventions.number(old)
        if was is None or not isinstance(value, int) or not value or not wish.matters(was, value):
            continue
        ours = is_ours(written[name], old) if name in written else wish.refresh
        new = manner.written(name, value)
        if ours and new != old and (resolution.fresh or wish.refresh):
            yield Change(name, form.key, old, new, provenance)


def _doubts(note: Note, resolution: Resolution, manner: Conventions) -> Iterator[str]:
    """What this note itself says against the work that its title led to."""
    year = conventions.year(manner.held(note.entries, Field.YEAR))
    known = resolution.values.get(Field.YEAR, (None, None))[0]
    if year is not None and isinstance(known, int) and abs(year - known) > 3:
        yield f"says {year}, but the work found under its title is of {known}: left as it is"
    mine = read_people(manner.held(note.entries, Field.AUTHORS))
    found = resolution.values.get(Field.AUTHORS, (None, None))[0]
    theirs = tuple(map(read_name, found)) if isinstance(found, tuple) else ()
    if are_strangers(mine, theirs):
        named = [next(each for each in some if each.is_known) for some in (mine, theirs)]
        one, other = (str(each).rstrip(",") for each in named)
        yield f"is by {one}, the work found under its title by {other}: left as it is"


def _born(
    birth: Birth,
    plan: Plan,
    resolutions: Mapping[str, Resolution],
    manner: Conventions,
    only: frozenset[Field],
) -> Patch:
    """A new note: its title and key, what the vault's own notes all have, and what is known."""
    changes = []
    for name, value in ((Field.TITLE, birth.title), (Field.KEY, birth.path.stem)):
        if form := manner.forms.get(name):
            changes.append(Change(name, form.key, None, value, None))
    resolution = resolutions[plan.of_note[birth.path]]
    if names_work(resolution.decision):
        changes += _filled((), resolution, manner, only)
    return Patch(birth.path, None, tuple(changes), title=birth.title)
