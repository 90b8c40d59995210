"""Merge resolutions into notes: make the patch of each note, in the vault's conventions.

Only absent, null or empty fields are filled; only counts are refreshed; a value that a person
changed or took out after we wrote it is theirs. What was found and is not written is told as a
remark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from refmatter.fields import COUNTS, LOOKED_UP, Field, Value, read_number, read_year
from refmatter.matching.clustering import group
from refmatter.matching.years import publication_year
from refmatter.model import (
    Accepted,
    Candidate,
    Change,
    LookupKey,
    Match,
    Note,
    Ownership,
    Patch,
    Remark,
    RemarkKind,
    Resolution,
    Rung,
    TitleSource,
    Work,
    names_work,
)
from refmatter.people import are_strangers, read_name, read_people
from refmatter.resolve.answers import Answers
from refmatter.resolve.lookup_state import described, work_of
from refmatter.resolve.matching_stage import match
from refmatter.schema.conventions import Conventions, Form, is_empty
from refmatter.schema.venues import WorkVenue, venue_streams
from refmatter.stages.learn import Vault
from refmatter.stages.new_notes import NewNote
from refmatter.stages.plan import Plan
from refmatter.state.ledger_line import LedgerLine
from refmatter.state.ownership import is_ours
from refmatter.titles import title_key


@dataclass(frozen=True, slots=True)
class MergeOptions:
    """What the user asked for: which fields, whether counts are to be renewed even where it is
    not known who wrote them, whether what a person took out is to be filled again, and how far
    counts must have moved: by so many, and by such a share of the old count."""

    only: frozenset[Field] = frozenset(Field)
    refresh: bool = False
    refill_removed: bool = False
    least: int = 1
    share: float = 0.0

    def matters(self, old: int, new: int) -> bool:
        """Whether a count has moved enough for a note to be changed."""
        moved = abs(new - old)
        return moved >= self.least and moved >= self.share * old


def _works(line: LedgerLine) -> list[Work]:
    """Return the work that a line knows, or those that a title may mean which is doubtful now: a
    note that has values from us had the values of one of them."""
    if line.verdict in ("ambiguous", "unmatched"):
        return [found.candidate.work for found in line.candidates]
    return [described(line)] if line.identifiers else []


def merge(vault: Vault, plan: Plan, answers: Answers, options: MergeOptions) -> list[Patch]:
    """Return the patches of all paper notes that change or have a remark, and of the notes to
    create, by path."""
    patches, conventions, resolutions = [], vault.conventions, answers.resolutions
    for note in vault.heads():
        key = plan.of_note.get(note.path)
        resolution = resolutions.get(key) if key else None
        written = plan.claim.written(note.path)
        only = options.only - {name for name, ownership in written.items() if ownership.is_persons}
        changes: list[Change] = []
        remarks: tuple[Remark, ...] = ()
        stale: list[Change] = []
        if (line := plan.former.get(note.path)) and is_about_another_work(line, resolution):
            stale = list(_stale_changes(note, resolution, written, conventions, only))
            changes += stale
            only -= {change.field for change in stale}
        if resolution is not None and names_work(resolution.decision):
            remarks = () if stale else tuple(disagreements(note, resolution, conventions))
            if not remarks:
                left = replace(options, only=only)
                changes += _wanted_changes(note, resolution, conventions, written, left)
                if key in answers.published and not stale:
                    found = list(_publication_changes(note, resolution, conventions, options.only))
                    own = [change for change in found if _is_ours(change, written, conventions)]
                    changes += own
                    remarks = tuple(_published_since(c) for c in found if c not in own)
        if stale and line:
            remarks = (_stale_remark(line, stale),)
        links = plan.links.get(note.path, ())
        if changes or remarks or links:
            patches.append(Patch(note.path, note.digest, tuple(changes), links, remarks))
    made = (
        _new_note_patch(new, plan, resolutions, conventions, options.only) for new in plan.new_notes
    )
    return sorted([*patches, *made], key=lambda patch: patch.path)


def _wanted_changes(
    note: Note,
    resolution: Resolution,
    conventions: Conventions,
    written: Mapping[Field, Ownership],
    options: MergeOptions,
) -> Iterator[Change]:
    """Yield what a note about a known work is to gain."""
    yield from _key_change(note, conventions, options.only)
    yield from filled_changes(note.entries, note.path, resolution, conventions, options.only)
    yield from _replaced_changes(note, resolution, conventions, written, options.only)
    yield from _count_changes(note, resolution, conventions, written, options)
    yield from _title_change(note, resolution, conventions, options.only)


def _publication_changes(
    note: Note, resolution: Resolution, conventions: Conventions, only: frozenset[Field]
) -> Iterator[Change]:
    """Yield year and venue of a publication, where the note has those of the preprint."""
    for name in (Field.YEAR, Field.VENUE):
        key = conventions.key_in(note.entries, name)
        if key is None or name not in only or name not in resolution.values:
            continue
        value, provenance = resolution.values[name]
        form, old = conventions.form_of(name, key), note.entry(key)
        new = _in_vault_form(name, value, resolution, conventions, form)
        if new not in (None, "", old):
            yield Change(name, key, old, new, provenance)


def _is_ours(change: Change, written: Mapping[Field, Ownership], conventions: Conventions) -> bool:
    """Whether a change replaces what refmatter wrote and nobody has touched since; of two keys for
    a field the other one may be meant now."""
    if len(conventions.keys.get(change.field, ())) > 1:
        return False
    return change.field in written and is_ours(written[change.field], change.old)


def _published_since(change: Change) -> Remark:
    """Return the remark that a person's value is that of a preprint."""
    kind = RemarkKind.PUBLISHED_SINCE
    return Remark(kind, change.field, value=str(change.old), other=str(change.new))


def _key_change(note: Note, conventions: Conventions, only: frozenset[Field]) -> Iterator[Change]:
    """Yield the key of a known work's note, which is the file's name."""
    form = conventions.form_in(note.entries, Field.KEY, path=note.path)
    if form and Field.KEY in only and is_empty(note.entry(form.key)):
        yield Change(Field.KEY, form.key, note.entry(form.key), note.path.stem, None)


def _title_change(
    note: Note, resolution: Resolution, conventions: Conventions, only: frozenset[Field]
) -> Iterator[Change]:
    """Yield a title for a known work's note that has it in its heading or file name alone: as a
    heading spells it, where that is the record's title; a file name cannot have every character."""
    form = conventions.form_in(note.entries, Field.TITLE, path=note.path)
    if form and Field.TITLE in only and conventions.value_of(note.entries, Field.TITLE) is None:
        title = note.title
        written = note.title_source is not TitleSource.FILE_NAME
        if resolution.title and not (written and title_key(title) == title_key(resolution.title)):
            title = resolution.title
        if title:
            yield Change(Field.TITLE, form.key, note.entry(form.key), title, None)


def is_about_another_work(line: LedgerLine, resolution: Resolution | None) -> bool:
    """Whether a note is about another work than the one whose values it has from us: it leads to
    that one; or its title is another one, or its identifier, and would not lead to the old one."""
    if resolution is None:
        return False
    if names_work(resolution.decision):
        return all(_differs(work, resolution) for work in _works(line))
    lookup = resolution.lookup
    moved = lookup.key.title != line.key.title
    if not moved and not line.identifiers.contradicts(lookup.hints.identifiers):
        return False
    former = [Candidate(work, "ledger", Rung.LEDGER, "") for work in _works(line)]
    return not any(isinstance(match(lookup, [was]), Accepted) for was in former)


def _differs(work: Work, resolution: Resolution) -> bool:
    """Whether a work is another one than that of a resolution."""
    if resolution.identifiers.agrees(work.identifiers):
        return False
    if resolution.identifiers.contradicts(work.identifiers):
        was = Candidate(work, "ledger", Rung.LEDGER, "")
        found = work_of(resolution.title, resolution.values, resolution.identifiers)
        now = Candidate(found, "resolution", Rung.LEDGER, "")
        return len(group([Match(was, {}, 0.0), Match(now, {}, 0.0)])) > 1
    return title_key(resolution.title) != title_key(work.title)


def _stale_changes(
    note: Note,
    resolution: Resolution | None,
    written: Mapping[Field, Ownership],
    conventions: Conventions,
    only: frozenset[Field],
) -> Iterator[Change]:
    """Yield what refmatter wrote to a note for another work and nobody has touched since: the new
    work's values in its place, or nothing. A key that stood there before stays."""
    known = resolution is not None and names_work(resolution.decision)
    for name in LOOKED_UP:
        key = conventions.key_in(note.entries, name)
        old = note.entry(key) if key else None
        ownership = written.get(name)
        if key is None or name not in only or ownership is None or not is_ours(ownership, old):
            continue
        new, provenance = None, None
        if resolution is not None and known and name in resolution.values:
            value, provenance = resolution.values[name]
            new = _in_vault_form(
                name, value, resolution, conventions, conventions.form_of(name, key)
            )
        if new is None:
            keep_key = not ownership.has_our_key
            yield Change(name, key, old, None, None, removed=True, keep_key=keep_key)
        elif new != old:
            yield Change(name, key, old, new, provenance)


def _stale_remark(line: LedgerLine, changes: Sequence[Change]) -> Remark:
    """Return the remark on values that were written for another work, that of a ledger line."""
    return Remark(
        RemarkKind.ANOTHER_WORK,
        other=line.matched_title or line.title,
        removed=tuple(change.key for change in changes if change.removed),
        replaced=tuple(change.key for change in changes if not change.removed),
    )


def filled_changes(
    entries: tuple[tuple[object, object], ...],
    path: PurePosixPath | None,
    resolution: Resolution | LedgerLine,
    conventions: Conventions,
    only: frozenset[Field],
) -> Iterator[Change]:
    """Yield the fields that the note at `path` lacks and the resolution has; without a path, of a
    new note, which gets all that the vault keeps."""
    values = dict(entries)
    for name in LOOKED_UP:
        if name not in only or name not in resolution.values:
            continue
        if conventions.value_of(entries, name) is not None:
            continue
        value, provenance = resolution.values[name]
        venues = (str(value or ""), *resolution.other_venues) if name is Field.VENUE else ()
        form = conventions.form_in(entries, name, venues, path)
        if form is None:
            continue
        new = _in_vault_form(name, value, resolution, conventions, form)
        is_null = name is Field.VENUE and not value and conventions.unknown_venue == "none"
        if new is None and not is_null:
            continue
        if form.key in values and values[form.key] == new:
            continue
        yield Change(name, form.key, values.get(form.key), new, provenance)


def _in_vault_form(
    name: Field,
    value: Value,
    resolution: Resolution | LedgerLine,
    conventions: Conventions,
    form: Form,
) -> object:
    """Return a value as this vault writes it; None where it writes nothing."""
    if name is Field.VENUE:
        venue = conventions.written_venue(_work_venue(str(value or ""), resolution), form)
        return "" if venue == "" and conventions.unknown_venue == "blank" else venue or None
    return None if value is None else conventions.formatted(name, value, form)


def _work_venue(name: str, resolution: Resolution | LedgerLine) -> WorkVenue:
    """Return the venue of a work, with the year of its publication there: that of an identifier of
    the same venue, else that of the record that names the venue, but for a preprint's."""
    year, source = resolution.values.get(Field.YEAR, (None, None))
    _, named_by = resolution.values.get(Field.VENUE, (None, None))
    is_same = source is not None and named_by is not None and source.provider == named_by.provider
    work_year = year if isinstance(year, int) and is_same else None
    published = publication_year(work_year, resolution.identifiers, venue_streams(name))
    return WorkVenue(name, resolution.other_venues, work_year, published)


def _count_changes(
    note: Note,
    resolution: Resolution,
    conventions: Conventions,
    written: Mapping[Field, Ownership],
    options: MergeOptions,
) -> Iterator[Change]:
    """Yield the counts that moved since they were written: ours, or any if the user asked for it; a
    count that a person changed since is theirs."""
    for name in sorted((COUNTS & options.only) - resolution.replaced):
        key = conventions.key_in(note.entries, name)
        if key is None or name not in resolution.values:
            continue
        value, provenance = resolution.values[name]
        form, old = conventions.form_of(name, key), note.entry(key)
        was = read_number(old)
        if (
            was is None
            or not isinstance(value, int)
            or not value
            or not options.matters(was, value)
        ):
            continue
        ours = is_ours(written[name], old) if name in written else options.refresh
        new = conventions.formatted(name, value, form)
        if ours and new != old and (resolution.fresh or options.refresh):
            yield Change(name, form.key, old, new, provenance)


def _replaced_changes(
    note: Note,
    resolution: Resolution,
    conventions: Conventions,
    written: Mapping[Field, Ownership],
    only: frozenset[Field],
) -> Iterator[Change]:
    """Yield what was written in place of a value that could not be asked for, and is known now."""
    for name in sorted(resolution.replaced & only & written.keys()):
        key = conventions.key_in(note.entries, name)
        if key is None or not is_ours(written[name], old := note.entry(key)):
            continue
        value, provenance = resolution.values[name]
        new = conventions.formatted(name, value, conventions.form_of(name, key))
        if new not in (None, old):
            yield Change(name, key, old, new, provenance)


def disagreements(
    note: Note, resolution: Resolution | LedgerLine, conventions: Conventions
) -> Iterator[Remark]:
    """Yield what this note itself says against the work that its title led to."""
    year = read_year(conventions.evidence_of(note.entries, Field.YEAR)) or note.stated_year
    known = resolution.values.get(Field.YEAR, (None, None))[0]
    if year is not None and isinstance(known, int) and abs(year - known) > 3:
        yield Remark(RemarkKind.NOTE_DISAGREES, Field.YEAR, str(year), other=str(known))
    people = conventions.evidence_of(note.entries, Field.AUTHORS) or note.stated_authors
    note_people = read_people(people)
    found = resolution.values.get(Field.AUTHORS, (None, None))[0]
    found_people = tuple(map(read_name, found)) if isinstance(found, tuple) else ()
    if are_strangers(note_people, found_people):
        named = [
            next(person for person in some if person.is_known)
            for some in (note_people, found_people)
        ]
        note_name, found_name = (str(person).rstrip(",") for person in named)
        yield Remark(RemarkKind.NOTE_DISAGREES, Field.AUTHORS, note_name, other=found_name)


def _new_note_patch(
    new_note: NewNote,
    plan: Plan,
    resolutions: Mapping[LookupKey, Resolution],
    conventions: Conventions,
    only: frozenset[Field],
) -> Patch:
    """Return a new note: its title and key, what the vault's own notes all have, and what is
    known."""
    changes = []
    for name, value in ((Field.TITLE, new_note.title), (Field.KEY, new_note.path.stem)):
        if form := conventions.forms.get(name):
            changes.append(Change(name, form.key, None, value, None))
    resolution = resolutions[plan.of_note[new_note.path]]
    if names_work(resolution.decision):
        changes += filled_changes((), None, resolution, conventions, only)
    return Patch(new_note.path, None, tuple(changes), title=new_note.title)
