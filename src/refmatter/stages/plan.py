"""The notes of a vault -> the works somebody wants to know, and the notes still to be made.

Equal titles are one lookup however many notes name them, unless the notes that are about
them carry identifiers of different works.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TypeVar

from refmatter.config import Config, Resolve
from refmatter.ledger import Ledger, is_ours
from refmatter.model import LOOKED_UP, Field, Hints, Identifiers, Lookup, Note, Reference
from refmatter.notes import conventions
from refmatter.stages.births import Birth, births, links
from refmatter.stages.scan import Vault
from refmatter.titles import family, title_key, words

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to find out and to make.

    `of_note` gives the key of the lookup each note (also each note to be made) is about;
    `cites` the keys its references are; `links` the references that become links.
    """

    lookups: tuple[Lookup, ...]
    of_note: Mapping[PurePosixPath, str]
    cites: Mapping[PurePosixPath, tuple[str, ...]]
    births: tuple[Birth, ...] = ()
    links: Mapping[PurePosixPath, tuple[tuple[Reference, str], ...]] = field(default_factory=dict)


@dataclass(slots=True)
class _Draft:
    """A lookup while its names are gathered."""

    title: str
    identifiers: Identifiers = Identifiers()
    years: set[int] = field(default_factory=set)
    authors: dict[str, str] = field(default_factory=dict)
    notes: list[PurePosixPath] = field(default_factory=list)
    cited_by: list[PurePosixPath] = field(default_factory=list)
    linked: bool = False
    wanted: set[Field] = field(default_factory=set)
    spelt: dict[str, str] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    references: int = 0

    def spell(self, title: str) -> None:
        """Remember how somebody spells the title, where its words differ."""
        if self.spelt and title == self.title:
            return
        self.spelt.setdefault(words(title).casefold(), title)

    def lookup(self, key: str) -> Lookup:
        return Lookup(
            key=key,
            title=self.title,
            hints=Hints(
                year=_only(self.years),
                first_author=_only(self.authors.values()),
                identifiers=self.identifiers,
                authors=self.people if len(self.authors) == 1 else (),
                references=self.references if len(self.notes) == 1 and self.references else None,
            ),
            notes=tuple(self.notes),
            cited_by=tuple(dict.fromkeys(self.cited_by)),
            linked=self.linked,
            wanted=frozenset(self.wanted),
            spellings=tuple(t for t in self.spelt.values() if t != self.title),
        )


def _only(said: Collection[_T]) -> _T | None:
    """What all who say something say."""
    return next(iter(said)) if len(said) == 1 else None


def plan(
    vault: Vault,
    config: Config,
    only: frozenset[Field] = frozenset(Field),
    ours: Mapping[PurePosixPath, Mapping[Field, str]] = MappingProxyType({}),
) -> Plan:
    """The lookups of the vault's paper notes and of their references, in the notes' order.

    `ours` are the fingerprints of what an earlier run wrote to each note: where a note still
    says it, it is no evidence for the work it was taken from.
    """
    schema = only & frozenset(vault.conventions.forms) & frozenset(LOOKED_UP)
    drafts: dict[str, _Draft] = {}
    cites: dict[PurePosixPath, tuple[str, ...]] = {}
    papers = vault.papers()
    of_note = _homes(papers)
    for note in papers:
        if note.path in of_note:
            draft = drafts.setdefault(of_note[note.path], _Draft(note.title))
            _join(draft, note, vault.conventions, schema, ours.get(note.path, {}))
    born = births(vault, config)
    for birth in born:
        key = title_key(birth.title)
        drafts.setdefault(key, _Draft(birth.title)).wanted |= schema
        drafts[key].notes.append(birth.path)
        drafts[key].spell(birth.title)
        of_note[birth.path] = key
    if config.said.references.resolve is not Resolve.NONE:
        for note in papers:
            cites[note.path] = tuple(dict.fromkeys(_cited(drafts, note)))
    return Plan(
        lookups=tuple(draft.lookup(key) for key, draft in drafts.items()),
        of_note=of_note,
        cites=cites,
        births=born,
        links=links(vault, config, born),
    )


def key_of(note: Note, ledger: Ledger) -> str:
    """The key under which the ledger knows a note's work: its own, told apart by an
    identifier, where there is such a line."""
    key = title_key(note.title)
    own = (f"{key}@{scheme}:{name}" for scheme, name in note.identifiers)
    return next((each for each in own if ledger.line(each)), key)


def _homes(papers: list[Note]) -> dict[PurePosixPath, str]:
    """The key of the lookup that each note belongs to; notes whose titles have no letters
    belong to none.

    Where the notes of one title carry identifiers of different works, each work is a lookup
    of its own, and so is what the notes without an identifier speak of, whichever it is.
    """
    titled: dict[str, list[Note]] = {}
    for note in papers:
        if key := title_key(note.title):
            titled.setdefault(key, []).append(note)
    homes: dict[PurePosixPath, str] = {}
    for key, notes in titled.items():
        works: list[tuple[Identifiers, list[Note]]] = []
        for note in notes:
            if not note.identifiers:
                continue
            for index, (known, members) in enumerate(works):
                if not known.contradicts(note.identifiers):
                    works[index] = known.or_else(note.identifiers), [*members, note]
                    break
            else:
                works.append((note.identifiers, [note]))
        homes |= dict.fromkeys((note.path for note in notes), key)
        for known, members in works if len(works) > 1 else ():
            scheme, name = next(iter(known))
            homes |= dict.fromkeys((n.path for n in members), f"{key}@{scheme}:{name}")
    return homes


def _join(
    draft: _Draft,
    note: Note,
    manner: conventions.Conventions,
    schema: frozenset[Field],
    ours: Mapping[Field, str],
) -> None:
    def told(name: Field) -> object:
        """What a person says of the work in a field."""
        form = manner.forms.get(name)
        if form and name in ours and is_ours(ours[name], note.entry(form.key)):
            return None
        return manner.held(note.entries, name)

    draft.notes.append(note.path)
    draft.spell(note.title)
    draft.identifiers = draft.identifiers.or_else(note.identifiers)
    draft.wanted |= {name for name in schema if manner.held(note.entries, name) is None}
    year = conventions.year(told(Field.YEAR))
    if year is not None:
        draft.years.add(year)
    authors = conventions.people(told(Field.AUTHORS))
    if authors:
        draft.authors.setdefault(family(authors[0]), authors[0])
        draft.people = max(draft.people, authors, key=len)
    draft.references = max(draft.references, len(note.references))


def _cited(drafts: dict[str, _Draft], note: Note) -> Iterable[str]:
    for reference in note.references:
        key = title_key(reference.text)
        if not key:
            continue
        draft = drafts.setdefault(key, _Draft(reference.text))
        draft.cited_by.append(note.path)
        draft.spell(reference.text)
        draft.linked |= reference.target is not None
        if not draft.notes:
            draft.identifiers = draft.identifiers.or_else(reference.identifiers)
        yield key
