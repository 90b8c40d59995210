"""The notes of a vault -> the works somebody wants to know, and the notes still to be made.

Equal titles are one lookup however many notes name them, unless the notes that are about
them carry identifiers of different works.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TypeVar

from refmatter.config.sections import Resolve
from refmatter.config.settings import Config
from refmatter.ledger import Ledger, is_ours
from refmatter.model import LOOKED_UP, Field, Hints, Identifiers, Lookup, Note, Reference
from refmatter.notes import conventions
from refmatter.people import names_of, read_people
from refmatter.stages.births import Birth, births, links
from refmatter.stages.hands import marked
from refmatter.stages.scan import Vault
from refmatter.titles import family, title_key, words

_T = TypeVar("_T")
_NO_HINTS = Hints()
_NOBODY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to find out and to make.

    `of_note` gives the key of the lookup each note (also each note to be made) is about;
    `cites` the keys its references are, where some are lookups; `links` the references that
    become links; `settled` counts, by verdict, the works that only references name and that the
    ledger has settled: there is nothing to find out about them, and they are no lookups.
    """

    lookups: tuple[Lookup, ...]
    of_note: Mapping[PurePosixPath, str]
    cites: Mapping[PurePosixPath, tuple[str, ...]]
    births: tuple[Birth, ...] = ()
    links: Mapping[PurePosixPath, tuple[tuple[Reference, str], ...]] = field(default_factory=dict)
    settled: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Draft:
    """A lookup while its names are gathered."""

    key: str
    title: str
    identifiers: Identifiers = Identifiers()
    years: frozenset[int] = frozenset()
    authors: Mapping[str, str] = field(default_factory=lambda: _NOBODY)
    notes: tuple[PurePosixPath, ...] = ()
    cited_by: list[PurePosixPath] | None = None
    linked: bool = False
    wanted: frozenset[Field] = frozenset()
    spelt: dict[str, str] | None = None
    people: tuple[str, ...] = ()
    references: int = 0

    def spell(self, title: str) -> None:
        """Remember how somebody spells the title, where its words differ."""
        if title != self.title:
            if self.spelt is None:
                self.spelt = {_folded(self.title): self.title}
            self.spelt.setdefault(_folded(title), title)

    def cite(self, path: PurePosixPath) -> None:
        """A note names it among its references."""
        if self.cited_by is None:
            self.cited_by = []
        self.cited_by.append(path)

    def want(self, fields: frozenset[Field]) -> None:
        """Some note wants these fields too."""
        self.wanted = _shared(self.wanted | fields)

    def rest(self) -> None:
        """No work is held against what the notes say of it, and of all notes that is much."""
        self.authors, self.people, self.references = _NOBODY, (), 0

    def lookup(self) -> Lookup:
        return Lookup(
            key=self.key,
            title=self.title,
            hints=self._hints(),
            notes=self.notes,
            cited_by=tuple(dict.fromkeys(self.cited_by or ())),
            linked=self.linked,
            wanted=self.wanted,
            spellings=tuple(t for t in (self.spelt or {}).values() if t != self.title),
        )

    def _hints(self) -> Hints:
        if not self.notes and not self.identifiers:
            return _NO_HINTS
        if not (self.identifiers or self.people or self.references):
            return _of_year(_only(self.years))
        return Hints(
            year=_only(self.years),
            first_author=_only(self.authors.values()),
            identifiers=self.identifiers,
            authors=self.people if len(self.authors) < 2 else (),
            references=self.references if len(self.notes) == 1 and self.references else None,
        )


def _folded(title: str) -> str:
    return words(title).casefold()


@lru_cache(maxsize=1024)
def _shared(values: frozenset[_T]) -> frozenset[_T]:
    """One of those that are equal."""
    return values


@lru_cache(maxsize=256)
def _of_year(year: int | None) -> Hints:
    """One for all works of a year of which no more needs to be known."""
    return Hints(year=year)


def _only(said: Collection[_T]) -> _T | None:
    """What all who say something say."""
    return next(iter(said)) if len(said) == 1 else None


def plan(
    vault: Vault,
    config: Config,
    only: frozenset[Field] = frozenset(Field),
    ours: Mapping[PurePosixPath, Mapping[Field, str]] = MappingProxyType({}),
    settled: Callable[[str], str] = lambda _: "",
) -> Plan:
    """The lookups of the vault's paper notes and of their references, in the notes' order.

    `ours` are the fingerprints of what an earlier run wrote to each note: where a note still
    says it, it is no evidence for the work it was taken from; what a person took out since is
    not wanted. `settled` tells of a title key the ledger's verdict on it, where that needs no
    second look; else "".
    """
    schema = only & frozenset(vault.conventions.forms) & frozenset(LOOKED_UP)
    drafts: dict[str, _Draft] = {}
    cites: dict[PurePosixPath, tuple[str, ...]] = {}
    of_note = _homes(vault.heads())
    named: set[str] = set()
    for note in vault.papers():
        named |= {title_key(each.text) for each in note.references if each.identifiers}
        if note.path in of_note:
            key = of_note[note.path]
            draft = drafts.setdefault(key, _Draft(key, note.title))
            _join(draft, note, vault.conventions, schema, ours.get(note.path, {}))
            if not draft.identifiers and settled(key):
                draft.rest()
    born = births(vault, config)
    for birth in born:
        key = title_key(birth.title)
        draft = drafts.setdefault(key, _Draft(key, birth.title))
        draft.want(schema)
        draft.notes += (birth.path,)
        draft.spell(birth.title)
        of_note[birth.path] = key
    # An identifier may be another work's than the ledger's: such a title is looked at again.
    known = _Known(lambda key: "" if key in named else settled(key))
    if config.said.references.resolve is not Resolve.NONE:
        for note in vault.papers():
            if keys := tuple(dict.fromkeys(_cited(drafts, note, known))):
                cites[note.path] = keys
    return Plan(
        lookups=tuple(drafts.pop(key).lookup() for key in tuple(drafts)),
        of_note=of_note,
        cites=cites,
        births=born,
        links=links(vault, config, born),
        settled=known.verdicts,
    )


class _Known:
    """The titles of references that the ledger has settled, and how many of each verdict."""

    def __init__(self, settled: Callable[[str], str]) -> None:
        self._settled = settled
        self._hashes: set[int] = set()  # of a large vault the keys would take a third more room
        self.verdicts: Counter[str] = Counter()

    def __contains__(self, key: str) -> bool:
        if hash(key) in self._hashes:
            return True
        verdict = self._settled(key)
        if verdict:
            self._hashes.add(hash(key))
            self.verdicts[verdict] += 1
        return bool(verdict)


def key_of(note: Note, ledger: Ledger) -> str:
    """The key under which the ledger knows a note's work: its own, told apart by an
    identifier, where there is such a line."""
    key = title_key(note.title)
    own = (f"{key}@{scheme}:{name}" for scheme, name in note.identifiers)
    return next((each for each in own if ledger.line(each)), key)


def _homes(papers: Iterable[Note]) -> dict[PurePosixPath, str]:
    """The key of the lookup that each note belongs to; notes whose titles have no letters
    belong to none.

    Where the notes of one title carry identifiers of different works, each work is a lookup
    of its own, and so is what the notes without an identifier speak of, whichever it is.
    """
    titled: dict[str, list[tuple[PurePosixPath, Identifiers]]] = {}
    for note in papers:
        if key := title_key(note.title):
            titled.setdefault(key, []).append((note.path, note.identifiers))
    homes: dict[PurePosixPath, str] = {}
    for key, notes in titled.items():
        works: list[tuple[Identifiers, list[PurePosixPath]]] = []
        for path, named in notes:
            if not named:
                continue
            for index, (known, members) in enumerate(works):
                if not known.contradicts(named):
                    works[index] = known.or_else(named), [*members, path]
                    break
            else:
                works.append((named, [path]))
        homes |= dict.fromkeys((path for path, _ in notes), key)
        for known, members in works if len(works) > 1 else ():
            scheme, name = next(iter(known))
            homes |= dict.fromkeys(members, f"{key}@{scheme}:{name}")
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

    draft.notes += (note.path,)
    draft.spell(note.title)
    draft.identifiers = draft.identifiers.or_else(note.identifiers)
    lacked = (name for name in schema if manner.held(note.entries, name) is None)
    draft.want(frozenset(name for name in lacked if not marked(ours.get(name, ""))))
    year = conventions.year(told(Field.YEAR))
    if year is not None:
        draft.years = _shared(draft.years | {year})
    first, names = names_of(read_people(told(Field.AUTHORS)))
    if first:
        draft.authors = {family(first): first, **draft.authors}
    draft.people = max(draft.people, names, key=len)
    draft.references = max(draft.references, len(note.references))


def _cited(drafts: dict[str, _Draft], note: Note, known: _Known) -> Iterable[str]:
    for reference in note.references:
        key = title_key(reference.text)
        if not key:
            continue
        draft = drafts.get(key)
        if draft is None:
            if key in known:
                continue
            draft = drafts[key] = _Draft(key, reference.text)
        draft.cite(note.path)
        draft.spell(reference.text)
        draft.linked |= reference.target is not None
        if not draft.notes:
            draft.identifiers = draft.identifiers.or_else(reference.identifiers)
        yield draft.key  # the same text for all, which is there once
