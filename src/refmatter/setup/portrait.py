"""A vault -> what its notes have in common: the signs of papers, the fields, the lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from refmatter.config.settings import Config
from refmatter.errors import NoteError
from refmatter.model import Field, Note, Outcome
from refmatter.notes import references, vault
from refmatter.notes.conventions import ALIASES, Conventions, is_empty
from refmatter.stages.scan import Vault, scan

_HEADINGS = (
    "Bibliography", "Cited Works", "Citations", "Literature", "Literatur", "Literaturverzeichnis",
    "Reference", "Reference List", "Références", "Referencias", "Works Cited",
)  # fmt: skip
"""What people call a reference list who do not call it References."""
_TEMPLATES = frozenset({"template", "templates", "_template", "_templates"})
_SHARE = 0.8
"""A tag is the papers' own if so many of them have it, and so many that have it are papers."""


@dataclass(frozen=True, slots=True)
class Signs:
    """How many notes each sign of a paper note was seen on; a note may have several."""

    tag: int = 0
    heading: int = 0
    key: int = 0


@dataclass(frozen=True, slots=True)
class Portrait:
    """What a vault is like.

    `filled` tells for each field how many paper notes say something for it; `headings` how many
    paper notes have which heading of references, `others` the same of headings that the
    configuration does not name; `tag` is one that papers have and no setting names yet, and
    `templates` the folders of notes that are to be copied. `carried` counts the notes and
    references that name a work by an identifier of each kind.
    """

    root: Path
    files: int
    papers: int
    signs: Signs
    conventions: Conventions
    filled: Mapping[Field, int]
    headings: Mapping[str, int]
    others: Mapping[str, int]
    linked: int
    plain: int
    carried: Mapping[str, int]
    tag: str | None = None
    templates: tuple[str, ...] = ()
    refused: tuple[Outcome, ...] = ()


def portray(root: Path, config: Config) -> Portrait:
    """Look at every note of a vault. Raises NoteError where the folder cannot be listed."""
    seen = scan(root, config)
    papers = [note for note in seen.notes if note.is_paper]
    own, others = _headings(seen, config)
    signs = _signs(papers, own, config)
    listed = [reference for note in papers for reference in note.references]
    carried = (note.identifiers.or_else(note.linked_identifiers) for note in papers)
    named = (*carried, *(each.identifiers for each in listed))
    return Portrait(
        root=root,
        files=len(seen.notes) + len(seen.refused),
        papers=len(papers),
        signs=signs,
        conventions=seen.conventions,
        filled={name: _filled(papers, seen.conventions, name) for name in Field},
        headings=Counter(own[note.path] for note in papers if note.path in own),
        others=others,
        linked=sum(each.target is not None for each in listed),
        plain=sum(each.target is None for each in listed),
        carried=Counter(scheme for each in named for scheme, _ in each),
        tag=_tag(seen.notes, signs.tag, config),
        templates=_templates(seen, config),
        refused=seen.refused,
    )


def _filled(papers: Sequence[Note], manner: Conventions, name: Field) -> int:
    form = manner.forms.get(name)
    keys = {*ALIASES[name], *((form.key,) if form else ())}
    return sum(any(k in keys and not is_empty(v) for k, v in note.entries) for note in papers)


def _headings(seen: Vault, config: Config) -> tuple[dict[PurePosixPath, str], Counter[str]]:
    """The notes with a heading of ours, and how often each other heading is over a list."""
    own: dict[PurePosixPath, str] = {}
    others: Counter[str] = Counter()
    known = {name: _heading(name) for name in config.said.references.headings}
    known |= {name: _heading(name) for name in _HEADINGS if name not in known}
    for note in seen.notes:
        try:
            body = vault.read(seen.root, note.path).decode("utf-8", "replace")
        except NoteError:  # gone since it was read
            continue
        folded = body.casefold()
        words = {name for name in known if name.casefold() in folded}
        there = [name for name, line in known.items() if name in words and line.search(folded)]
        mine = [name for name in there if name in config.said.references.headings]
        if mine:
            own[note.path] = mine[0]
        else:
            others.update(name for name in there if references.find(body, 1, (name,)).references)
    return own, others


def _heading(name: str) -> re.Pattern[str]:
    """A line that may be this heading, which is quick to see."""
    words = r"[ \t]+".join(map(re.escape, name.casefold().split()))
    return re.compile(rf"^[#> \t*_\d.]*{words}[ \t:*_#\r]*$", re.MULTILINE)


def _signs(papers: Sequence[Note], headed: Collection[PurePosixPath], config: Config) -> Signs:
    rule = config.said.notes.paper
    wanted = {tag.casefold() for tag in rule.tags}
    tagged = sum(bool(wanted & _tags(note)) for note in papers)
    names = {key for each, keys in ALIASES.items() if each is not Field.TITLE for key in keys}
    names |= {key for key in config.said.fields.names().values() if key}
    keyed = sum(any(key in names for key, _ in note.entries) for note in papers)
    return Signs(
        tag=tagged,
        heading=sum(note.path in headed for note in papers) if rule.heading else 0,
        key=keyed if rule.fields else 0,
    )


def _tags(note: Note) -> set[str]:
    said = note.entry("tags")
    each = said if isinstance(said, list) else str(said or "").replace(",", " ").split()
    return {str(tag).lstrip("#").casefold() for tag in each}


def _tag(notes: Sequence[Note], tagged: int, config: Config) -> str | None:
    """The tag by which papers without any other sign could be known."""
    papers = [note for note in notes if note.is_paper]
    if tagged > len(papers) / 2:
        return None
    named = {tag.casefold() for tag in config.said.notes.paper.tags}
    mine = Counter(tag for note in papers for tag in _tags(note) - named)
    everywhere = Counter(tag for note in notes for tag in _tags(note))
    able = [
        tag
        for tag, times in mine.items()
        if times >= max(3, _SHARE * len(papers)) and times >= _SHARE * everywhere[tag]
        and re.fullmatch(r"[\w/-]+", tag)
    ]  # fmt: skip
    return min(able, key=lambda tag: (-mine[tag], tag), default=None)


def _templates(seen: Vault, config: Config) -> tuple[str, ...]:
    if config.said.notes.exclude:
        return ()
    folders = {folder for note in seen.notes for folder in note.path.parents}
    return tuple(sorted(str(f) for f in folders if f.name.casefold() in _TEMPLATES))
