"""The notes of a vault -> the works somebody wants to know, and the notes still to be made.

Equal titles are one lookup however many notes name them, unless the notes that are about
them carry identifiers of different works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from posixpath import relpath

from refmatter.config import Config, Create, Resolve
from refmatter.ledger import Ledger
from refmatter.model import LOOKED_UP, Field, Hints, Identifiers, Lookup, Note, Reference
from refmatter.notes import conventions
from refmatter.notes.vault import inside
from refmatter.stages.scan import Vault
from refmatter.titles import slug, title_key, words


@dataclass(frozen=True, slots=True)
class Birth:
    """A note to be made for a reference: where, and the title as the reference spells it."""

    path: PurePosixPath
    title: str


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
    authors: list[str] = field(default_factory=list)
    notes: list[PurePosixPath] = field(default_factory=list)
    cited_by: list[PurePosixPath] = field(default_factory=list)
    linked: bool = False
    wanted: set[Field] = field(default_factory=set)
    spelt: dict[str, str] = field(default_factory=dict)

    def spell(self, title: str) -> None:
        """Remember how somebody spells the title, where its words differ."""
        self.spelt.setdefault(words(title).casefold(), title)

    def lookup(self, key: str) -> Lookup:
        return Lookup(
            key=key,
            title=self.title,
            hints=Hints(
                year=next(iter(self.years)) if len(self.years) == 1 else None,
                first_author=self.authors[0] if self.authors else None,
                identifiers=self.identifiers,
            ),
            notes=tuple(self.notes),
            cited_by=tuple(dict.fromkeys(self.cited_by)),
            linked=self.linked,
            wanted=frozenset(self.wanted),
            spellings=tuple(t for t in self.spelt.values() if t != self.title),
        )


def plan(vault: Vault, config: Config, only: frozenset[Field] = frozenset(LOOKED_UP)) -> Plan:
    """The lookups of the vault's paper notes and of their references, in the notes' order."""
    schema = only & frozenset(vault.conventions.forms)
    drafts: dict[str, _Draft] = {}
    of_note: dict[PurePosixPath, str] = {}
    cites: dict[PurePosixPath, tuple[str, ...]] = {}
    papers = vault.papers()
    for note in papers:
        key = _home(drafts, title_key(note.title), note)
        if key:
            of_note[note.path] = key
            _join(drafts[key], note, schema)
    births = _births(vault, config, papers)
    for birth in births:
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
        births=births,
        links=_links(vault, births, papers, config),
    )


def key_of(note: Note, ledger: Ledger) -> str:
    """The key under which the ledger knows a note's work: its own, told apart by an
    identifier, where there is such a line."""
    key = title_key(note.title)
    own = (f"{key}@{scheme}:{name}" for scheme, name in note.identifiers)
    return next((each for each in own if ledger.line(each)), key)


def _home(drafts: dict[str, _Draft], key: str, note: Note) -> str:
    """The key of the lookup that a note belongs to; "" for a title without letters."""
    if not key:
        return ""
    same = drafts.get(key)
    if same is not None and same.identifiers.contradicts(note.identifiers):
        scheme, name = next(iter(note.identifiers))
        key = f"{key}@{scheme}:{name}"
    drafts.setdefault(key, _Draft(note.title))
    return key


def _join(draft: _Draft, note: Note, schema: frozenset[Field]) -> None:
    draft.notes.append(note.path)
    draft.spell(note.title)
    draft.identifiers = draft.identifiers.or_else(note.identifiers)
    held = {name: conventions.held(note.entries, name) for name in LOOKED_UP}
    draft.wanted |= {name for name in schema if name in held and held[name] is None}
    year = conventions.year(held[Field.YEAR])
    if year is not None:
        draft.years.add(year)
    authors = conventions.people(held[Field.AUTHORS])
    if authors:
        draft.authors.append(authors[0])


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


def _births(vault: Vault, config: Config, papers: list[Note]) -> tuple[Birth, ...]:
    """The notes to be made, by path; of several references to one path the first names it."""
    create = config.said.references.create
    if create is Create.NEVER:
        return ()
    there = {str(note.path).casefold() for note in vault.notes}
    there |= {str(outcome.path).casefold() for outcome in vault.refused}
    titled = {title_key(note.title) for note in vault.notes if note.is_paper}
    born: dict[str, Birth] = {}
    for note in papers:
        for reference in note.references:
            path = _birthplace(vault, note, reference, create)
            if path is None or str(path).casefold() in there or not title_key(reference.text):
                continue
            if reference.target is None and title_key(reference.text) in titled:
                continue
            if reference.target is not None and _by_name(vault, reference.target):
                continue
            born.setdefault(str(path).casefold(), Birth(path, reference.text))
    return tuple(born[name] for name in sorted(born))


def _birthplace(
    vault: Vault, note: Note, reference: Reference, create: Create
) -> PurePosixPath | None:
    """Where the note of a reference would be; None where it gets none, or may not be there."""
    if reference.target is not None:
        return inside(vault.root, note.path, reference.target)
    if create is Create.ALL:
        return inside(vault.root, note.path, f"{_file_name(reference.text)}.md")
    return None


def _file_name(title: str) -> str:
    """The title's slug, cut so that the name fits into the 255 bytes file systems allow."""
    return slug(title).encode()[:200].decode(errors="ignore").strip("-")


def _by_name(vault: Vault, target: str) -> bool:
    """Whether a note of that bare name is anywhere in the vault, as wikilinks find it."""
    name = target.removesuffix(".md").casefold()
    return "/" not in name and any(note.path.stem.casefold() == name for note in vault.notes)


def _links(
    vault: Vault, births: tuple[Birth, ...], papers: list[Note], config: Config
) -> dict[PurePosixPath, tuple[tuple[Reference, str], ...]]:
    """The plain references that get a link, by note: to a note of that title, old or new."""
    if config.said.references.create is not Create.ALL:
        return {}
    homes: dict[str, PurePosixPath] = {}
    for note in vault.notes:
        if note.is_paper:
            homes.setdefault(title_key(note.title), note.path)
    for birth in births:
        homes.setdefault(title_key(birth.title), birth.path)
    spell = _spelling(papers)
    links = {}
    for note in papers:
        mine = [
            (reference, spell(note.path, homes[key]))
            for reference in note.references
            if reference.target is None
            and (key := title_key(reference.text)) in homes
            and homes[key] != note.path
        ]
        if mine:
            links[note.path] = tuple(mine)
    return links


def _spelling(papers: list[Note]) -> Callable[[PurePosixPath, PurePosixPath], str]:
    """How this vault spells a link from one note to another: with `./`, with `.md`."""
    targets = [r.target for note in papers for r in note.references if r.target is not None]
    dotted = 2 * sum(t.startswith("./") for t in targets) >= len(targets)
    suffixed = 2 * sum(t.endswith(".md") for t in targets) >= len(targets)

    def spell(base: PurePosixPath, home: PurePosixPath) -> str:
        path = relpath(home, base.parent)
        path = path if suffixed else path.removesuffix(".md")
        return f"./{path}" if dotted and not path.startswith("../") else path

    return spell
