"""Decide whether a note is about a paper, by its own signs and the notes in its folder.

Some of what a note is shows only beside the others of its vault: a heading that several notes have
is a section's and no title, and a note is a paper note if it has the keys of the paper notes in its
folder. So a note is read as a `Draft`, and finished with a `VaultContext`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import PurePosixPath
from types import MappingProxyType

from refmatter.fields import Field, field_of, folded_key
from refmatter.model import Identifiers, Note, TitleSource
from refmatter.notes.note_identifiers import (
    CITEKEYS,
    NoteIdentifiers,
    in_file_name,
    is_identifier,
    names_scheme,
)
from refmatter.notes.title import SPECIFIC, has_template_marks, is_citekey, word_count
from refmatter.schema import conventions
from refmatter.schema.conventions import folder_of
from refmatter.titles import title_key

_KINDS = frozenset(("type", "category", "categories", "class", "layout"))
"""Keys whose value says what kind of note it is."""
_TAG_KEYS = frozenset(("tags", "tag"))
_SHARE = 0.8
"""A note in a folder of paper notes is one if it has so many of their keys."""
_COMMON = 0.5
"""A key is the paper notes' if so many of them have it."""
_LEAST = 3
"""Fewer keys, or items of a list, than these say nothing."""
_OWN_KEYS = 4
"""So many keys of a template that tell nothing of a work show that a note was made from it."""
_LEAST_WORDS = 3
"""An item of fewer words may be anything."""
_NOTES_ON = re.compile(r"notes?\s+(?:on|for|about)\s", re.IGNORECASE)
_TEMPLATES = frozenset(
    "template templates vorlage vorlagen modèle modèles plantilla plantillas modelos modelli "
    "sjabloon sjablonen шаблон шаблоны 模板 模版 範本 テンプレート 템플릿".split()
)
_TEMPLATES_OF = frozenset(
    "paper papers note notes obsidian my zotero hugo file files literature templater".split()
)
_TEMPLATE_FILE = re.compile(
    r"(?:(?:paper|note|literature|reading|zotero|citation|article|research|source|lit|my)[ _-]?)*"
    r"templates?(?:[ _-]+(?:paper|note|literature|article)s?)*",
    re.IGNORECASE,
)
_CONFLICT = re.compile(
    r"\.sync-conflict-|\([^()]*conflicted copy[^()]*\)|\.conflict\d*$", re.IGNORECASE
)
_SEPARATORS = re.compile(r"[\W_]+")
_WIKILINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_DATE_KEY = re.compile(
    r"date|datum|publish|issued|created|日期|时间|時間|дата|fecha", re.IGNORECASE
)
"""A date says when something appeared, of whatever it is."""
_KEY_OF_SEEDS = "metakey"
_SIGNS = tuple(field for field in Field if field.spec.sign)


@dataclass(frozen=True, slots=True)
class PaperRule:
    """What config.yaml says of paper notes: their tags, folders, files, and `keys` with the values
    that make one; whether a reference list does, and whether bibliographic keys do."""

    tags: frozenset[str] = frozenset()
    folders: tuple[PurePosixPath, ...] = ()
    files: re.Pattern[str] | None = None
    keys: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    heading: bool = True
    fields: bool = True
    configured_keys: Mapping[Field, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Draft:
    """A note as it is without the other notes of its vault. `titles` are the texts that may name
    its work, the best one first; the note has its title from them already. A reading list is about
    several works, and no paper note."""

    note: Note
    titles: tuple[tuple[TitleSource, str], ...] = ()
    is_reading_list: bool = False

    @property
    def heading(self) -> str:
        """Return the key of a heading that nothing else of the note confirms; "" where there is
        none."""
        found = next((t for source, t in self.titles if source is TitleSource.HEADING), "")
        if not found:
            return ""
        key = title_key(found)
        others = (t for source, t in self.titles if source is not TitleSource.HEADING)
        return "" if any(title_key(text) == key for text in others) else key


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """What a Survey needs to know of a note: its heading's key with what tells the note from
    others, and of a paper note its keys and kinds, and whether it links to a work."""

    heading: str = ""
    identifiers: Identifiers = Identifiers()
    filed: str = ""
    keys: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Folder:
    """The keys that the paper notes of a folder have, those of them that say something of a work,
    and the kinds that the notes say they are; `linked` tells that half of them link to a work."""

    keys: frozenset[str]
    bibliographic: frozenset[str]
    kinds: frozenset[str]
    linked: bool = False


@dataclass(frozen=True, slots=True)
class VaultContext:
    """What the other notes of a vault say about one: `shared_headings` are the keys of headings
    that several notes have, `folders` those in which paper notes are."""

    shared_headings: frozenset[str] = frozenset()
    folders: Mapping[PurePosixPath, Folder] = field(default_factory=lambda: MappingProxyType({}))


NO_CONTEXT = VaultContext()


def chosen(titles: Sequence[tuple[TitleSource, str]]) -> tuple[str, TitleSource, tuple[str, ...]]:
    """Return the title of a note with these texts, where it stands, and its other titles."""
    if not titles:
        return "", TitleSource.NONE, ()
    source, title = titles[0]
    if len(titles) == 1:
        return title, source, ()
    keys = {title_key(title)}
    others: list[str] = []
    for other, text in titles[1:]:
        if other is not TitleSource.ALIAS and (key := title_key(text)) not in keys:
            keys.add(key)
            others.append(text)
    return title, source, tuple(others)


def finish(draft: Draft, context: VaultContext) -> Note:
    """Return the note as it is among the others of its vault."""
    note = draft.note
    if context.shared_headings and draft.heading in context.shared_headings:
        kept = [
            title_text for title_text in draft.titles if title_text[0] is not TitleSource.HEADING
        ]
        title, source, others = chosen(kept)
        note = replace(note, title=title, title_source=source, other_titles=others)
    is_settled = note.is_paper or note.is_template or draft.is_reading_list
    if context.folders and not is_settled and _among(note, context):
        note = replace(note, is_paper=True)
    return note


def _among(note: Note, context: VaultContext) -> bool:
    """Whether a note has the keys of the paper notes in its folder, and is of no other kind."""
    folder = context.folders.get(folder_of(note.path)) if note.entries else None
    if folder is None:
        return False
    keys = {key for key, _ in note.entries if isinstance(key, str)}
    if len(keys & folder.keys) < round(_SHARE * len(folder.keys)) and not _lacks_only_works_keys(
        keys, folder
    ):
        return False
    if folder.linked and not note.linked_identifiers and any(map(_is_address, note.entries)):
        return False
    least = 1 if _lacks_only_works_keys(keys, folder) else min(2, len(folder.bibliographic))
    if len(keys & folder.bibliographic) < least:
        return False
    kinds = set(_kinds(note))
    return not kinds or bool(kinds & folder.kinds)


def _lacks_only_works_keys(keys: set[str], folder: Folder) -> bool:
    """Whether keys are those of the folder's paper notes but for some that tell of a work: the
    note is made from their template, and not filled yet."""
    own = folder.keys - folder.bibliographic
    return len(own) >= _OWN_KEYS and own <= keys <= folder.keys


class Survey:
    """The facts of a vault's notes, one after the other -> their VaultContext."""

    def __init__(self) -> None:
        self._headings: dict[str, list[tuple[Identifiers, str]]] = {}
        self._keys: dict[PurePosixPath, Counter[str]] = {}
        self._papers: Counter[PurePosixPath] = Counter()
        self._kinds: dict[PurePosixPath, set[str]] = {}
        self._linked: Counter[PurePosixPath] = Counter()

    def add(self, path: PurePosixPath, facts: NoteFacts) -> None:
        """Take one more note."""
        if facts.heading:
            seen = self._headings.setdefault(facts.heading, [])
            # Notes that one identifier says to be about one work are as one.
            if len(seen) < 3 and not any(
                facts.identifiers.agrees(identifiers) for identifiers, _ in seen
            ):
                seen.append((facts.identifiers, facts.filed))
        if facts.keys:
            folder = folder_of(path)
            self._papers[folder] += 1
            self._linked[folder] += facts.linked
            self._keys.setdefault(folder, Counter()).update(facts.keys)
            if facts.kinds:
                self._kinds.setdefault(folder, set()).update(facts.kinds)

    def context(self) -> VaultContext:
        """Return what the notes taken say about each other."""
        folders = {}
        for path, counts in self._keys.items():
            usual = frozenset(k for k, n in counts.items() if n >= _COMMON * self._papers[path])
            telling = frozenset(filter(_is_bibliographic, usual))
            if len(usual) >= _LEAST and telling:
                kinds = frozenset(self._kinds.get(path, ()))
                linked = self._linked[path] >= _COMMON * self._papers[path]
                folders[path] = Folder(usual, telling, kinds, linked)
        shared = frozenset(key for key, seen in self._headings.items() if _are_several(seen))
        return VaultContext(shared, folders)


def facts_of_note(draft: Draft) -> NoteFacts:
    """Return what a Survey needs to know of a note."""
    note, heading = draft.note, draft.heading
    filed = ""
    if heading:
        named = (text for source, text in draft.titles if source is TitleSource.FILE_NAME)
        filed = next((title_key(text) for text in named if word_count(text) >= SPECIFIC), "")
    if not note.is_paper:
        return NoteFacts(heading, note.identifiers, filed)
    keys = tuple(key for key, _ in note.entries if isinstance(key, str))
    linked = bool(note.linked_identifiers)
    return NoteFacts(heading, note.identifiers, filed, keys, tuple(_kinds(note)), linked)


def _are_several(seen: list[tuple[Identifiers, str]]) -> bool:
    """Whether notes with one heading are three, or two of which identifiers or file names say
    that they are about different works."""
    if len(seen) != 2:
        return len(seen) > 2
    (identifiers, first), (other, second) = seen
    return identifiers.contradicts(other) or first != second


def is_conflict_copy(name: str) -> bool:
    """Whether a file is what a synchronising program made of two versions of a note."""
    return "conflict" in name.casefold() and _CONFLICT.search(PurePosixPath(name).stem) is not None


def is_template_file(path: PurePosixPath) -> bool:
    """Whether a note is there to be copied, by its name or its folders'."""
    *folders, name = path.parts
    if any(map(_is_of_templates, folders)):
        return True
    if "template" not in name.casefold():
        return False
    return _TEMPLATE_FILE.fullmatch(path.stem.strip("_ ")) is not None


@lru_cache(maxsize=4096)
def _is_of_templates(folder: str) -> bool:
    folder_words = set(filter(None, re.split(r"[\W\d_]+", folder.casefold()))) - _TEMPLATES_OF
    return bool(folder_words) and folder_words <= _TEMPLATES


def is_template(note: Note) -> bool:
    """Whether a note is there to be copied: it is called so, or has marks in its front matter."""
    return is_template_file(note.path) or any(
        has_template_marks(text)
        for _, value in note.entries
        for item in (value if isinstance(value, list) else (value,))
        for text in (item if isinstance(item, str) else _unquoted_mark(item),)
    )


def _unquoted_mark(value: object) -> str:
    """Return the mark that a value without quotes is: YAML reads `{{title}}` as a map in a map."""
    if isinstance(value, dict) and len(value) == 1:
        (key,) = value
        if isinstance(key, tuple) and len(key) == 1 and isinstance(key[0], tuple):
            return f"{{{{{key[0][0]}}}}}"
    return ""


def is_paper(note: Note, rule: PaperRule, carried: NoteIdentifiers) -> bool:
    """Whether a note is about a paper, by signs of its own and what it `carried`.

    One is enough: a tag, folder, file or key with a value that config.yaml names; a kind (`type`,
    `category`, …) that is called as the tags are; a citekey; an identifier under a key of its
    scheme, or as the file name; two bibliographic values of different kinds beside a title; one
    that is no year, and a link that names a work, beside a title of four words or more; a list of
    works under a heading of references beside such a title.
    """
    if any(_is_called(tag, rule.tags) for tag in _tags(note)):
        return True
    if any(folder in note.path.parents for folder in rule.folders):
        return True
    if rule.files is not None and rule.files.fullmatch(str(note.path)):
        return True
    if rule.keys and _has_value(note, rule.keys):
        return True
    if rule.heading and _cites_works(note):
        return True
    return rule.fields and (
        carried.keyed
        or any(_is_called(kind, rule.tags) for kind in _kinds(note))
        or any(_is_citekey_key(key, rule) for key, _ in note.entries if isinstance(key, str))
        or _is_described(note, rule, linked=carried.in_link_keys)
        or _is_filed(note, rule)
    )


def _cites_works(note: Note) -> bool:
    """Whether a note lists works beside a title of so many words that a reference list may be its
    own: not `Notes on …`, nor what only the file name of a note without front matter says.

    Three items are a list of works if half of them at least are titles, links to notes, or have an
    identifier, and no mere links into the web.
    """
    if word_count(note.title) < SPECIFIC or _NOTES_ON.match(note.title):
        return False
    if note.title_source is TitleSource.FILE_NAME and not note.entries:
        return False
    works = sum(
        reference.target is not None
        or bool(reference.identifiers)
        or (reference.plain and word_count(reference.text) >= _LEAST_WORDS)
        for reference in note.references
    )
    return len(note.references) >= _LEAST and works * 2 >= len(note.references)


def _is_described(note: Note, rule: PaperRule, *, linked: bool) -> bool:
    """Whether two bibliographic values of different kinds stand beside a title, or one and a link
    to a work beside a title that can be held against the work."""
    if not note.title:
        return False
    kinds = _described(note, rule, empty=False)
    specific = linked and word_count(note.title) >= SPECIFIC
    return len(kinds) > 1 or (specific and bool(kinds - {Field.YEAR.spec.sign}))


def _is_filed(note: Note, rule: PaperRule) -> bool:
    """Whether the file is called by an identifier; or by a citekey, or an identifier and other
    words, beside keys of two kinds, be they empty."""
    stem = note.path.stem
    if is_identifier(stem):
        return True
    called = is_citekey(stem) or bool(in_file_name(stem))
    return called and len(_described(note, rule, empty=True)) > 1


def _described(note: Note, rule: PaperRule, *, empty: bool) -> set[str]:
    """Return the kinds of bibliographic values that a note has; `empty` ones count too."""
    entries = [
        (key, value)
        for key, value in note.entries
        if isinstance(key, str)
        and (key in rule.configured_keys.values() or not _DATE_KEY.search(key))
    ]
    found: set[str] = set()
    for name in _SIGNS:
        kind = name.spec.sign
        configured_key = rule.configured_keys.get(name)
        value = conventions.value_of(entries, name, configured_key)
        if value is None:
            if (
                empty
                and conventions.value_or_absent(entries, name, configured_key)
                is not conventions.ABSENT
            ):
                found.add(kind)
        elif name is not Field.YEAR or _YEAR.search(str(value)):
            found.add(kind)
    return found


def _is_bibliographic(key: str) -> bool:
    bare = folded_key(key)
    if bare in CITEKEYS or names_scheme(bare):
        return True
    return field_of(key) not in (None, Field.TITLE) and not _DATE_KEY.search(key)


def _is_address(entry: tuple[object, object]) -> bool:
    """Whether a value is the address of a page."""
    return isinstance(entry[1], str) and entry[1].startswith(("http://", "https://"))


def _is_citekey_key(key: str, rule: PaperRule) -> bool:
    bare = folded_key(key)
    return bare in CITEKEYS or bare == _KEY_OF_SEEDS or key == rule.configured_keys.get(Field.KEY)


def _has_value(note: Note, keys: Mapping[str, frozenset[str]]) -> bool:
    """Whether one of these keys has one of the values that it is to have."""
    folded = {key.casefold(): value for key, value in note.entries if isinstance(key, str)}
    return any(
        wanted & {_plain(text) for text in _strings(folded.get(key.casefold()))}
        for key, wanted in keys.items()
    )


def _tags(note: Note) -> Iterator[str]:
    for key, value in note.entries:
        if isinstance(key, str) and key.casefold() in _TAG_KEYS:
            if isinstance(value, list):
                yield from (str(item) for item in value)
            elif value is not None:
                yield from str(value).replace(",", " ").split()


def _kinds(note: Note) -> Iterator[str]:
    """Yield what a note says that it is: the values of `type`, `category` and the like."""
    for key, value in note.entries:
        if isinstance(key, str) and key.casefold() in _KINDS:
            yield from map(_plain, _strings(value))


def _is_called(tag: str, wanted: Collection[str]) -> bool:
    """Whether a tag, or what a nested tag (`paper/read`) is nested in, is one of these."""
    parts = [_SEPARATORS.sub("", part) for part in _plain(tag).split("/")]
    return any("/".join(parts[:end]) in wanted for end in range(1, len(parts) + 1))


def folded_tags(tags: Collection[str]) -> frozenset[str]:
    """Return tags as `PaperRule` has them: `Literature-Note` and `literature_note` are one."""
    parts = (_plain(tag).split("/") for tag in tags)
    return frozenset("/".join(_SEPARATORS.sub("", part) for part in nested) for nested in parts)


def folded_values(values: str | Collection[str]) -> frozenset[str]:
    """Return the values of a key as `PaperRule` has them: without case and links."""
    return frozenset(map(_plain, [values] if isinstance(values, str) else values))


def _plain(text: str) -> str:
    """Return a value without case, `#` and the brackets of a link to a note."""
    text = text.strip()
    if "[[" in text:
        text = _WIKILINK.sub(r"\1", text)
    return text.lstrip("#").strip().casefold()


def _strings(value: object) -> Iterator[str]:
    """Yield the texts of a value, or of a list of them."""
    for item in value if isinstance(value, list) else (value,):
        if isinstance(item, str):
            yield item
