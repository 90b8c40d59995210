"""Plan the lookups of the works in a vault's notes, and the notes to create.

Each note is one lookup, with its own evidence: what another note of the same title says is no
evidence for it. References that link to a note are that note's lookup; the others are one lookup
a title, or a title and identifier.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import PurePosixPath
from typing import TypeVar

from refmatter.config.sections import Create, ReferenceSettings, Resolve
from refmatter.fields import LOOKED_UP, Field, read_year
from refmatter.model import (
    Hints,
    Lookup,
    LookupKey,
    Note,
    Ownership,
    Reference,
    TitleSource,
)
from refmatter.notes.citations import Citation, cited
from refmatter.people import names_of, read_people
from refmatter.schema.conventions import Conventions
from refmatter.stages.claim import NO_CLAIM, Claim
from refmatter.stages.learn import Vault
from refmatter.stages.link_targets import ReferenceKeys
from refmatter.stages.new_notes import NewNote, links, notes_to_make
from refmatter.state.ledger_line import LedgerLine
from refmatter.state.note_store import NotesByPath
from refmatter.state.ownership import digest, is_ours
from refmatter.state.renamed_ledger import KnownLines
from refmatter.titles import query_words, search_text, title_key

_T = TypeVar("_T")
_NO_HINTS = Hints()
SHORT_TITLE = 3
"""A title of so many words decides nothing alone where it is no title key."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to find out and to make.

    `of_note` gives the key of the lookup each note (also each note to be made) is about;
    `cites` the keys its references are, where some are lookups; `links` the references that
    become links; `settled` counts, by verdict, the works that only references name and that the
    ledger has settled: there is nothing to find out about them, and they are no lookups.
    `keys` tells which lookup a reference is, `claim` whose the values of the notes are, and
    `former` what the ledger knows of the works whose values notes have from us that may be about
    another work by now.
    """

    lookups: tuple[Lookup, ...]
    of_note: Mapping[PurePosixPath, LookupKey]
    cites: Mapping[PurePosixPath, tuple[LookupKey, ...]]
    new_notes: tuple[NewNote, ...] = ()
    links: Mapping[PurePosixPath, tuple[tuple[Reference, str], ...]] = field(default_factory=dict)
    settled: Mapping[str, int] = field(default_factory=dict)
    keys: ReferenceKeys = field(default_factory=ReferenceKeys, compare=False, repr=False)
    claim: Claim = field(default=NO_CLAIM, compare=False, repr=False)
    former: Mapping[PurePosixPath, LedgerLine] = field(default_factory=dict)


@dataclass(slots=True)
class _LookupDraft:
    """A lookup while its names are gathered."""

    key: LookupKey
    title: str
    hints: Hints = _NO_HINTS
    evidence: str = ""
    notes: tuple[PurePosixPath, ...] = ()
    cited_by: list[PurePosixPath] | None = None
    linked: bool = False
    wanted: frozenset[Field] = frozenset()
    spellings: dict[str, str] | None = None

    def spell(self, title: str) -> None:
        """Remember another spelling of the title, where its words differ."""
        if title != self.title:
            if self.spellings is None:
                self.spellings = {_folded(self.title): self.title}
            self.spellings.setdefault(_folded(title), title)

    def cite(self, path: PurePosixPath) -> None:
        """Remember a note that names it among its references."""
        if self.cited_by is None:
            self.cited_by = []
        self.cited_by.append(path)

    def lookup(self) -> Lookup:
        """Return what was gathered."""
        return Lookup(
            key=self.key,
            title=self.title,
            hints=self.hints,
            notes=self.notes,
            cited_by=tuple(dict.fromkeys(self.cited_by or ())),
            linked=self.linked,
            wanted=self.wanted,
            spellings=tuple(t for t in (self.spellings or {}).values() if t != self.title),
            evidence=self.evidence,
        )


def _folded(title: str) -> str:
    return search_text(title).casefold()


@lru_cache(maxsize=1024)
def _shared(values: frozenset[_T]) -> frozenset[_T]:
    """Return one of those that are equal."""
    return values


@lru_cache(maxsize=256)
def _of_year(year: int | None) -> Hints:
    """Return one value for all works of a year of which no more is known."""
    return Hints(year=year)


def plan(
    vault: Vault,
    settings: ReferenceSettings,
    claim: Claim = NO_CLAIM,
    only: frozenset[Field] = frozenset(Field),
    version: str | None = None,
) -> Plan:
    """Return the lookups of the vault's paper notes and of their references, in the notes' order.

    What `claim` knows as ours is no evidence for the work it was taken from, where a note still
    says it; what a person took out since is not wanted. `version` is the matcher's: what the
    ledger was told by it needs no second look (None: everything needs one).
    """
    key_of = claim.known.key
    settled = partial(_verdict, claim.known, version)
    schema = only & frozenset(vault.conventions.forms) & frozenset(LOOKED_UP)
    drafts: dict[LookupKey, _LookupDraft] = {}
    of_note: dict[PurePosixPath, LookupKey] = {}
    for note in vault.papers():
        title = title_key(note.title)
        if title or note.identifiers or note.linked_identifiers:
            written = claim.written(note.path)
            draft = _note_draft(key_of(title, note.path), note, vault.conventions, written)
            draft.notes = (note.path,)
            verdict = settled(draft.key, draft.evidence)
            draft.wanted = _wanted(note, vault.conventions, only, written, settled=bool(verdict))
            if verdict:  # no work is held against what it says
                draft.hints = _of_year(draft.hints.year)
            drafts[draft.key], of_note[note.path] = draft, draft.key
    new_notes = notes_to_make(vault, settings.create)
    for new_note in new_notes:
        key = key_of(title_key(new_note.title), new_note.path)
        # What the next run reads of it, whose title is then one that refmatter wrote.
        made_note = Note(
            new_note.path, "", (), (), new_note.title, title_source=TitleSource.HEADING
        )
        drafts[key] = _note_draft(key, made_note, vault.conventions, {})
        drafts[key].notes, drafts[key].wanted = (new_note.path,), _shared(schema)
        of_note[new_note.path] = key
    linked = new_notes if settings.create is Create.ALL else ()
    made = {title_key(new_note.title): new_note.path for new_note in linked}
    keys = ReferenceKeys(vault.notes, key_of, of_note, made)
    cites: dict[PurePosixPath, tuple[LookupKey, ...]] = {}
    known = _Known(lambda key: settled(key, ""))
    if settings.resolve is not Resolve.NONE:
        reader = _ReferenceLookups(vault, keys, drafts, known, claim)
        for note in vault.papers():
            if named := tuple(dict.fromkeys(reader.cited_works(note))):
                cites[note.path] = named
    lookups = tuple(drafts.pop(key).lookup() for key in tuple(drafts))
    return Plan(
        lookups=lookups,
        of_note=of_note,
        cites=cites,
        new_notes=new_notes,
        links=links(vault, settings.create, new_notes),
        settled=known.verdicts,
        keys=keys,
        claim=claim,
        former=_former_works(lookups, claim.known),
    )


def _verdict(known: KnownLines, version: str | None, key: LookupKey, evidence: str) -> str:
    """Return the ledger's verdict on a title, in a report's words, where it was reached by this
    evidence and the rule of this version has no say in it; else ""."""
    line = known.line(key) if version is not None else None
    if line is None or line.verdict not in ("accepted", "ruled") or line.hints != evidence:
        return ""
    if line.verdict == "ruled":
        return "ruled"
    return "found" if line.matcher_version == version else ""


def _names_a_work(line: LedgerLine) -> bool:
    """Whether a line knows its work, or works that its title may mean."""
    is_open = line.verdict in ("ambiguous", "unmatched")
    return bool(line.candidates if is_open else line.identifiers)


def _former_works(lookups: Iterable[Lookup], known: KnownLines) -> dict[PurePosixPath, LedgerLine]:
    """Return what the ledger knows of the works whose values refmatter wrote to notes, of the
    notes that may be about another work by now: what they say of their work is not what it was
    decided by."""
    found: dict[PurePosixPath, LedgerLine] = {}
    for lookup in lookups:
        for path in lookup.notes:
            key = known.key_of_note(path) if known.written(path) else None
            line = known.line(key) if key else None
            if line is None or not _names_a_work(line):
                continue
            if line.key.title != lookup.key.title or line.hints != lookup.evidence:
                found[path] = line
    return found


class _Known:
    """The titles of references that the ledger has settled, and how many of each verdict."""

    def __init__(self, settled: Callable[[LookupKey], str]) -> None:
        self._settled = settled
        self._hashes: set[int] = set()  # of a large vault the keys would take a third more room
        self.verdicts: Counter[str] = Counter()

    def __contains__(self, key: LookupKey) -> bool:
        if hash(key) in self._hashes:
            return True
        verdict = self._settled(key)
        if verdict:
            self._hashes.add(hash(key))
            self.verdicts[verdict] += 1
        return bool(verdict)


def note_evidence(
    note: Note, conventions: Conventions, ours: Mapping[Field, Ownership]
) -> tuple[Hints, str]:
    """Return what a person wrote in a note about its work, and a digest of it ("" for nothing).
    `ours` are the fingerprints of what refmatter wrote there, which is no evidence."""

    def value_of(name: Field) -> object:
        value = conventions.evidence_of(note.entries, name)
        return None if name in ours and is_ours(ours[name], value) else value

    values = {field: value_of(field) for field in Field if field.spec.evidence}
    first, authors = names_of(read_people(values.get(Field.AUTHORS) or note.stated_authors))
    linked = note.linked_identifiers
    source = note.title_source
    form = conventions.forms.get(Field.TITLE)
    if form and Field.TITLE in ours and is_ours(ours[Field.TITLE], note.entry(form.key)):
        source = TitleSource.HEADING if source is TitleSource.KEY else source
    hints = Hints(
        year=read_year(values.get(Field.YEAR)) or note.stated_year,
        first_author=first,
        identifiers=note.identifiers,
        authors=authors,
        references=len(note.references) or None,
        title_source=source,
        linked_identifiers=linked,
        other_titles=note.other_titles if linked or note.identifiers else (),
    )
    if hints == _of_year(hints.year):
        hints = _of_year(hints.year)  # one for all of them: most notes say no more
    # Where a title stands matters for a short one, and for one that an identifier contradicts.
    named = bool(note.identifiers or linked)
    short = len(query_words(note.title).split()) <= SHORT_TITLE
    matters = named if source is TitleSource.KEY else short
    names = [dict(note.identifiers), dict(linked), hints.other_titles]
    parts = [hints.year, first, authors, *names, matters]
    return hints, digest(parts) if any(parts) else ""


def _note_draft(
    key: LookupKey, note: Note, conventions: Conventions, ours: Mapping[Field, Ownership]
) -> _LookupDraft:
    hints, evidence = note_evidence(note, conventions, ours)
    return _LookupDraft(key, note.title, hints, evidence)


def _wanted(
    note: Note,
    conventions: Conventions,
    only: frozenset[Field],
    ours: Mapping[Field, Ownership],
    *,
    settled: bool,
) -> frozenset[Field]:
    """Return the fields that a note lacks and that no person took out of it; with those that
    refmatter wrote, where it is not settled (any more) which work the note is about."""

    def is_wanted(name: Field) -> bool:
        written, value = ours.get(name), conventions.value_of(note.entries, name)
        if value is None:
            wanted = conventions.wants(note.entries, name, note.path)
            return wanted and not (written and written.is_persons)
        return written is not None and not settled and is_ours(written, value)

    return _shared(frozenset(name for name in LOOKED_UP if name in only and is_wanted(name)))


def _reference_draft(key: LookupKey, reference: Reference) -> _LookupDraft:
    """Return the lookup of a reference that links to no note, with what its text cites."""
    citation = cited(reference.text) if reference.titled else Citation("")
    if not (citation.people or citation.year or reference.identifiers):
        return _LookupDraft(key, citation.title)
    first, authors = names_of(read_people(list(citation.people)))
    hints = Hints(
        year=citation.year,
        first_author=first,
        identifiers=reference.identifiers,
        authors=authors,
    )
    return _LookupDraft(key, citation.title, hints)


class _ReferenceLookups:
    """The references of notes -> the lookups of the works that they name."""

    def __init__(
        self,
        vault: Vault,
        keys: ReferenceKeys,
        drafts: dict[LookupKey, _LookupDraft],
        known: _Known,
        claim: Claim,
    ) -> None:
        self._conventions, self._keys = vault.conventions, keys
        self._drafts, self._known, self._claim = drafts, known, claim
        self._notes = NotesByPath(vault.notes)

    def cited_works(self, note: Note) -> Iterator[LookupKey]:
        """Yield the key of each work that a note's references name and that is looked for."""
        for reference in note.references:
            key, path = self._keys.find(note.path, reference)
            draft = self._draft(key, path, reference) if key else None
            if draft is None:
                continue
            draft.cite(note.path)
            draft.linked |= reference.target is not None
            if reference.titled and title_key(reference.text) == title_key(draft.title):
                draft.spell(reference.text)
            yield draft.key  # the same text for all, which is there once

    def _draft(
        self, key: LookupKey, path: PurePosixPath | None, reference: Reference
    ) -> _LookupDraft | None:
        """Return the lookup of a reference; None where the ledger knows that work."""
        if (draft := self._drafts.get(key)) is not None:
            return draft
        if path is not None:
            note = self._notes[path]
            draft = _note_draft(key, note, self._conventions, self._claim.written(path))
        elif key in self._known:
            return None
        else:
            draft = _reference_draft(key, reference)
        self._drafts[key] = draft
        return draft
