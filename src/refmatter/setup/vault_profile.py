"""Profile a vault: the signs of its paper notes, their fields and reference lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias

from refmatter.config.sections import NotesSettings, PaperSettings, VaultSettings
from refmatter.errors import NoteError
from refmatter.fields import Field, field_of
from refmatter.model import Note, Outcome
from refmatter.notes import references, vault
from refmatter.notes.references.headings import POSSIBLE_HEADINGS, heading_key
from refmatter.schema.conventions import Conventions
from refmatter.schema.key_fields import guessed_keys
from refmatter.schema.learning import is_filled
from refmatter.stages.learn import Vault, read_vault

_SUFFIXES = (".mdown", ".mkd", ".mdx", ".qmd", ".Rmd")
"""Endings of Markdown files that the default settings leave out."""
_SHARE = 0.8
"""A sign is the papers' own if so many of them have it."""
_MIN_SHARE, _MIN_SHARE_BY_KIND = 0.6, 0.3
"""So many of the notes that have it must be such, the others being papers of which nothing is
known yet; fewer where its key says what kind of note it is."""
_LEAST = 3
"""A sign of fewer notes is an accident."""
_PAPER_WORDS = frozenset({"paper", "papers", "literature", "literaturenote"})
_KIND_KEYS = frozenset({"type", "category", "categories", "class", "kind", "layout"})
_PLAIN_KEYS = frozenset({"tags", "tag", "aliases", "alias"})
_KINDS = ("key", "tag", "folder")


@dataclass(frozen=True, slots=True)
class Signs:
    """How many notes each sign of a paper note was seen on; a note may have several."""

    tag: int = 0
    heading: int = 0
    key: int = 0


@dataclass(frozen=True, slots=True)
class Sign:
    """What nearly all notes with bibliographic values share and other notes lack: a `tag`, a
    `folder`, or a `key` with its value (`value` is "" for the others).

    `of_described` of the `described` notes with such values have it, and `of_others` of the
    `others`.
    """

    kind: Literal["tag", "folder", "key"]
    name: str
    value: str
    described: int
    of_described: int
    others: int
    of_others: int


@dataclass(frozen=True, slots=True)
class VaultProfile:
    """What a vault is like.

    `filled` tells for each field how many paper notes say something for it; `headings` how many
    paper notes have which heading of references, `others` the same of headings that the
    configuration does not name; `sign` is one that papers have and no setting names yet.

    `suffixes` tells how many files have endings that the default settings leave out, `endings` how
    many of the others have another than `.md`; `left_out` are the Markdown files that the user's
    own `notes.include` leaves out, `paper_files` the patterns that say which notes are papers, and
    `templates` counts the notes that are there to be copied. `unknown` are the keys of paper notes
    that are no field of ours, with how many notes have them, `guessed` those of them that keep a
    field by their values, which no known key keeps. `carried` counts the notes and
    references that name a work by an identifier of each kind, `other_formats` the files whose front
    matter is in a format that is left alone.
    """

    root: Path
    files: int
    papers: int
    signs: Signs
    conventions: Conventions
    is_filled: Mapping[Field, int]
    headings: Mapping[str, int]
    others: Mapping[str, int]
    linked: int
    plain: int
    carried: Mapping[str, int]
    sign: Sign | None = None
    suffixes: Mapping[str, int] = field(default_factory=dict)
    endings: Mapping[str, int] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    paper_files: tuple[str, ...] = ()
    templates: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict)
    guessed: Mapping[Field, str] = field(default_factory=dict)
    refused: tuple[Outcome, ...] = ()
    other_formats: Mapping[str, int] = field(default_factory=dict)


def profile_vault(root: Path, settings: VaultSettings) -> VaultProfile:
    """Return the profile of a vault, from a look at every note. Raises NoteError if the folder
    cannot be listed."""
    suffixes = _suffixes(root, settings)
    if suffixes:
        include = (*settings.notes.include, *map(_glob_of_suffix, suffixes))
        notes = settings.notes.model_copy(update={"include": include})
        settings = settings.model_copy(update={"notes": notes})
    seen = read_vault(root, settings)
    papers = [note for note in seen.notes if note.is_paper]
    headed, others = _headings(seen, settings)
    signs = _count_signs(papers, headed, settings)
    references = [reference for note in papers for reference in note.references]
    carried = (note.identifiers.or_else(note.linked_identifiers) for note in papers)
    named = (*carried, *(item.identifiers for item in references))
    return VaultProfile(
        root=root,
        files=len(seen.notes) + len(seen.unread),
        papers=len(papers),
        signs=signs,
        conventions=seen.conventions,
        is_filled={name: _filled(papers, seen.conventions, name) for name in Field},
        headings=Counter(headed[note.path] for note in papers if note.path in headed),
        others=others,
        linked=sum(item.target is not None for item in references),
        plain=sum(item.target is None for item in references),
        carried=Counter(scheme for item in named for scheme, _ in item),
        sign=None if settings.notes.paper.files else _sign(seen.notes, settings),
        suffixes=suffixes,
        endings=_endings(seen, suffixes),
        left_out=_left_out(root, settings),
        paper_files=settings.notes.paper.files,
        templates=sum(note.is_template for note in seen.notes),
        unknown=_unknown(papers, seen.conventions),
        guessed=_guessed(papers, seen.conventions),
        refused=seen.refused,
        other_formats=Counter(seen.other_formats.values()),
    )


def _suffixes(root: Path, settings: VaultSettings) -> dict[str, int]:
    """Return how many Markdown files have other endings than `.md`, where the settings do not say
    which files are notes."""
    if settings.notes.include != NotesSettings().include:
        return {}
    names = vault.note_paths(
        root, [_glob_of_suffix(suffix) for suffix in _SUFFIXES], settings.notes.exclude
    )
    return dict(Counter(PurePosixPath(name).suffix for name in names))


def _endings(seen: Vault, suffixes: Mapping[str, int]) -> dict[str, int]:
    """Return how many notes have another ending than `.md`, but none of `suffixes`."""
    paths = (*(note.path for note in seen.notes), *seen.unread)
    counts = Counter(path.suffix for path in paths)
    return {suffix: n for suffix, n in sorted(counts.items()) if suffix not in {".md", *suffixes}}


def _left_out(root: Path, settings: VaultSettings) -> tuple[str, ...]:
    """Return the Markdown files that `notes.include` leaves out."""
    include, exclude = settings.notes.include, settings.notes.exclude
    every = (*NotesSettings().include, *map(_glob_of_suffix, _SUFFIXES))
    notes = set(vault.note_paths(root, include, exclude))
    return tuple(path for path in vault.note_paths(root, every, exclude) if path not in notes)


def _glob_of_suffix(suffix: str) -> str:
    """Return the pattern that matches files with this suffix."""
    return f"**/*{suffix}"


def _unknown(papers: Sequence[Note], conventions: Conventions) -> dict[str, int]:
    """Return the keys of paper notes that are no field's, the commonest first."""
    fields = {form.key for forms in conventions.keys.values() for form in forms}
    counts = Counter(
        key
        for note in papers
        for key in dict.fromkeys(k for k, _ in note.entries if isinstance(k, str))
        if key not in fields
        and key.casefold() not in _PLAIN_KEYS
        and (field_of(key) is None or key in conventions.foreign_keys)
    )
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _guessed(papers: Sequence[Note], conventions: Conventions) -> dict[Field, str]:
    """Return the unknown keys that keep a field by their values, where no known key does."""
    known = {form.key for forms in conventions.keys.values() for form in forms}
    keys = guessed_keys([(note.title, note.entries) for note in papers], known)
    basis = conventions.basis
    return {
        name: key
        for name, key in keys.items()
        if basis == "defaults" or not conventions.has_key_for(name)
    }


def _filled(papers: Sequence[Note], conventions: Conventions, name: Field) -> int:
    return sum(conventions.value_of(note.entries, name) is not None for note in papers)


def _headings(
    seen: Vault, settings: VaultSettings
) -> tuple[dict[PurePosixPath, str], Counter[str]]:
    """Return the notes with a heading of references, and how often each heading that may be one is
    over a list in the others."""
    headed: dict[PurePosixPath, str] = {}
    others: Counter[str] = Counter()
    configured = settings.references.headings
    spelled: dict[str, str] = {}
    for note in seen.notes:
        try:
            body = vault.read(seen.root, note.path).decode("utf-8", "replace")
        except NoteError:  # gone since it was read
            continue
        if heading := references.find(body, 1, configured).heading:
            headed[note.path] = spelled.setdefault(heading_key(heading), heading)
        else:
            found = ((name, references.find(body, 1, (name,))) for name in POSSIBLE_HEADINGS)
            others.update(name for name, section in found if section.references)
    return headed, others


def _count_signs(
    papers: Sequence[Note], headed: Collection[PurePosixPath], settings: VaultSettings
) -> Signs:
    """Return how many paper notes have each sign of a paper note."""
    rule = settings.notes.paper
    wanted = {tag.casefold() for tag in rule.tags}
    tagged = sum(bool(wanted & _tags(note)) for note in papers)
    names = {key for key in settings.fields.by_field().values() if key}
    keyed = sum(
        any(key in names or field_of(key) not in (None, Field.TITLE) for key, _ in note.entries)
        for note in papers
    )
    return Signs(
        tag=tagged,
        heading=sum(note.path in headed for note in papers) if rule.heading else 0,
        key=keyed if rule.fields else 0,
    )


def _tags(note: Note) -> set[str]:
    value = note.entry("tags")
    tags = value if isinstance(value, list) else str(value or "").replace(",", " ").split()
    return {str(tag).lstrip("#").casefold() for tag in tags}


_Mark: TypeAlias = tuple[Literal["tag", "folder", "key"], str, str]


def _sign(notes: Sequence[Note], settings: VaultSettings) -> Sign | None:
    """Return the sign by which papers could be known of which nothing is known yet."""
    every = [note for note in notes if not note.is_template]
    described = [note for note in every if _is_described(note, settings)]
    others = [note for note in every if not _is_described(note, settings)]
    if len(described) < _LEAST:
        return None
    rule = settings.notes.paper
    named = {tag.casefold() for tag in rule.tags} | _PAPER_WORDS
    in_described = Counter(mark for note in described for mark in _marks(note))
    if any(
        n > len(described) / 2 and _is_named(mark, named, rule) for mark, n in in_described.items()
    ):
        return None  # papers are known by it already
    in_others = Counter(mark for note in others for mark in _marks(note))
    able = [
        (mark, n)
        for mark, n in in_described.items()
        if n >= max(_LEAST, _SHARE * len(described))
        and _tells_apart(mark, n, in_others, len(others))
    ]
    if not able:
        return None
    (kind, name, value), times = min(
        able,
        key=lambda mark: (
            in_others[mark[0]] - mark[1],
            _KINDS.index(mark[0][0]),
            -mark[0][1].count("/"),
            mark[0],
        ),
    )
    return Sign(kind, name, value, len(described), times, len(others), in_others[kind, name, value])


def _tells_apart(mark: _Mark, times: int, in_others: Counter[_Mark], others: int) -> bool:
    """Whether a mark that so many papers have is none of the other notes', or of a few that may
    be papers of which nothing is known yet."""
    if not in_others[mark]:
        return others > 0 or mark[0] == "tag" or _is_kind(mark)
    if _is_kind(mark):
        rest = sum(n for other, n in in_others.items() if other[:2] == mark[:2] and other != mark)
        return rest >= _LEAST and times >= _MIN_SHARE_BY_KIND * (times + in_others[mark])
    return 2 * in_others[mark] <= others and times >= _MIN_SHARE * (times + in_others[mark])


def _marks(note: Note) -> set[_Mark]:
    """Return the tags, folders and short values that a note has."""
    found: set[_Mark] = {("tag", tag, "") for tag in _tags(note) if re.fullmatch(r"[\w/-]+", tag)}
    found |= {("folder", str(folder), "") for folder in note.path.parents if folder.name}
    found |= {
        ("key", key, value)
        for key, value in note.entries
        if isinstance(key, str) and field_of(key) is None and key.casefold() not in _PLAIN_KEYS
        and isinstance(value, str) and re.fullmatch(r"[^\W\d_][\w /-]{0,39}", value)
    }  # fmt: skip
    return found


def _is_kind(mark: _Mark) -> bool:
    return mark[0] == "key" and mark[1].casefold() in _KIND_KEYS


def _is_named(mark: _Mark, words: Collection[str], rule: PaperSettings) -> bool:
    """Whether the settings, or the defaults, know papers by a mark."""
    kind, name, value = mark
    if kind == "folder":
        return name in rule.folders
    if kind == "key" and name in rule.keys:
        return value in rule.keys[name]
    word = re.sub(r"[-_ ]", "", value if kind == "key" else name.partition("/")[0]).casefold()
    return word in words and (kind == "tag" or _is_kind(mark))


def _is_described(note: Note, settings: VaultSettings) -> bool:
    """Whether a note has bibliographic values of two kinds, or an identifier."""
    return bool(note.identifiers) or is_filled(note, names=settings.fields.by_field())
