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
    TitleSource,
    Value,
    names_work,
)
from refmatter.notes import conventions
from refmatter.notes.conventions import Conventions, Form
from refmatter.stages.births import Birth
from refmatter.stages.hands import marked
from refmatter.stages.plan import Plan
from refmatter.stages.scan import Vault
from refmatter.titles import family, title_key


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
        changes: list[Change] = []
        remarks: tuple[str, ...] = ()
        if resolution is not None and names_work(resolution.decision):
            remarks = tuple(_doubts(note, resolution, vault.conventions))
            if not remarks:
                changes += _own(note, vault.conventions, only)
                changes += _filled(note.entries, resolution, vault.conventions, only)
                changes += _moved(
                    note, resolution, vault.conventions, written, replace(wish, only=only)
                )
                changes += _titled(note, resolution, vault.conventions, only)
        links = plan.links.get(note.path, ())
        if changes or remarks or links:
            patches.append(Patch(note.path, note.digest, tuple(changes), links, remarks))
    patches += [
        _born(birth, plan, resolutions, vault.conventions, wish.only) for birth in plan.births
    ]
    return sorted(patches, key=lambda patch: patch.path)


def _own(note: Note, manner: Conventions, only: frozenset[Field]) -> Iterator[Change]:
    """The key of a known work's note, which is the file's name."""
    form = manner.form_in(note.entries, Field.KEY)
    if form and Field.KEY in only and conventions.is_empty(note.entry(form.key)):
        yield Change(Field.KEY, form.key, note.entry(form.key), note.path.stem, None)


def _titled(
    note: Note, resolution: Resolution, manner: Conventions, only: frozenset[Field]
) -> Iterator[Change]:
    """A title for a known work's note that has it in its heading or file name alone."""
    form = manner.form_in(note.entries, Field.TITLE)
    title = _whole_title(note, resolution)
    if form and title and Field.TITLE in only and manner.held(note.entries, Field.TITLE) is None:
        yield Change(Field.TITLE, form.key, note.entry(form.key), title, None)


def _whole_title(note: Note, resolution: Resolution) -> str:
    """The title as the note's heading spells it; the record's where the heading has another one,
    half of it or none, as a file name cannot have every character."""
    decision = resolution.decision
    matches = decision.matches if decision else ()
    known = matches[0].candidate.work.title if matches else ""
    spelt = note.title_source is not TitleSource.FILE_NAME
    if not known or (spelt and title_key(known) == title_key(note.title)):
        return note.title
    return known


def _filled(
    entries: tuple[tuple[object, object], ...],
    resolution: Resolution,
    manner: Conventions,
    only: frozenset[Field],
) -> Iterator[Change]:
    """The fields that the note lacks and the resolution has."""
    said = dict(entries)
    for name in LOOKED_UP:
        if name not in only or name not in resolution.values:
            continue
        if manner.held(entries, name) is not None:
            continue
        value, provenance = resolution.values[name]
        venues = (str(value or ""), *resolution.other_venues) if name is Field.VENUE else ()
        form = manner.form_in(entries, name, venues)
        if form is None:
            continue
        new = _in_manner(name, value, resolution, manner, form)
        if new is None and (name is not Field.VENUE or manner.unknown_venue != "none"):
            continue
        if form.key in said and said[form.key] == new:
            continue
        yield Change(name, form.key, said.get(form.key), new, provenance)


def _in_manner(
    name: Field, value: Value, resolution: Resolution, manner: Conventions, form: Form
) -> object:
    """A value as this vault writes it; None where it writes nothing."""
    if name is Field.VENUE:
        venue = manner.venue(str(value or ""), resolution.other_venues)
        return venue or ("" if manner.unknown_venue == "blank" else None)
    return None if value is None else manner.written(name, value, form)


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
        key = manner.key_in(note.entries, name)
        if key is None or name not in resolution.values:
            continue
        value, provenance = resolution.values[name]
        form, old = manner.form_of(name, key), note.entry(key)
        was = conventions.number(old)
        if was is None or not isinstance(value, int) or not value or not wish.matters(was, value):
            continue
        ours = is_ours(written[name], old) if name in written else wish.refresh
        new = manner.written(name, value, form)
        if ours and new != old and (resolution.fresh or wish.refresh):
            yield Change(name, form.key, old, new, provenance)


def _doubts(note: Note, resolution: Resolution, manner: Conventions) -> Iterator[str]:
    """What this note itself says against the work that its title led to."""
    year = conventions.year(manner.held(note.entries, Field.YEAR))
    known = resolution.values.get(Field.YEAR, (None, None))[0]
    if year is not None and isinstance(known, int) and abs(year - known) > 3:
        yield f"says {year}, but the work found under its title is of {known}: left as it is"
    mine = conventions.people(manner.held(note.entries, Field.AUTHORS))
    theirs = resolution.values.get(Field.AUTHORS, (None, None))[0]
    if mine and isinstance(theirs, tuple) and _strangers(mine, theirs):
        yield f"is by {mine[0]}, the work found under its title by {theirs[0]}: left as it is"


def _strangers(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    return not {family(name) for name in mine} & {family(name) for name in theirs}


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
