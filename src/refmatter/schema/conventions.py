"""A vault's own schema and manners: what a note says under which name, and how it is written.

The defaults are the seed vault's dialect (docs/architecture.md, section "The seed vault's
dialect"); `learning.py` replaces them with what the vault's own notes show.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

from refmatter.fields import (
    Field,
    Value,
    ValueShape,
    field_of,
    folded_key,
    key_rank,
    map_key,
    wrapped,
)
from refmatter.model import ValueStyle
from refmatter.people import NameForm
from refmatter.schema import venues, years
from refmatter.schema.author_form import AuthorForm
from refmatter.schema.venues import VenueForm, VenueKind, Venues, Vocabulary, WorkVenue

Unknown: TypeAlias = Literal["blank", "none", "omit"]
Basis: TypeAlias = Literal["notes", "seeds", "defaults"]

SEED_KEYS = frozenset({"pdf_relpath", "meta_key", "numCitedBy"})
SEED_TAG = "gen-from-ref"
"""The marks of the seed vault's dialect."""

BUNDLES = frozenset({"index", "_index", "readme"})
"""A note with such a file name is called by its folder."""

ABSENT = ...
"""What stands in a note for a field without a key there; a null would be another thing."""

HEAD = ("Alias", "title", "authors")
TEMPLATE = (("pdf_relpath", None), ("status", "todo"), ("tags", ("gen-from-ref", "paper")))
_KIND_OF_KEY: Mapping[str, VenueKind] = {
    **dict.fromkeys(
        map(
            folded_key, "journal revue zeitschrift revista rivista журнал 期刊 論文誌 저널".split()
        ),
        "journal",
    ),
    **dict.fromkeys(
        map(
            folded_key,
            "conference booktitle proceedings conférence konferenz tagung conferencia conferência "
            "conferenza конференция 会议 會議 学会 학회".split(),
        ),
        "meeting",
    ),
}
"""The kind of venue that a key of that name is for."""


@dataclass(frozen=True, slots=True)
class Form:
    """How one field is written: under which key, in which style; `joined` keeps a list in one
    text, parted by it; `text` writes numbers as text; `wiki` puts items in `[[…]]`. A key that is
    not `usual` is one note's only: it is filled where it stands and put nowhere else. `marked`
    is the mark that people write round its values (`In *…*`) and ours would lack: such a key is
    added to no note, and where they are links (`[[`) it is not filled either. `authors`, `year` and
    `venue` tell how these are written, `wraps` in which lists and maps year or venue is the only
    item. A key that is `closed` has values that ours cannot be like: it is never filled."""

    key: str
    style: ValueStyle = ValueStyle()
    joined: str | None = None
    text: bool = False
    wiki: bool = False
    usual: bool = True
    marked: str = ""
    authors: AuthorForm | None = None
    year: str = years.PLAIN
    venue: VenueForm = venues.PLAIN
    wraps: tuple[str, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class KeyGroups:
    """Which keys the notes of one kind have, and those of one folder.

    `keys` are the keys that are told apart so, `fields` all keys of fields that are looked up.
    `kinds` and `folders` have, of each group that is large enough to tell, those of `keys` that
    its notes have. A kind is a key of `kind_keys` and its value; "" for notes without a key that
    nearly all others have (`always`), and that have other keys of works. `template` are the other
    keys of most notes, where notes keep keys that stand empty: a note that lacks most of them was
    not made as the others were, and is given none.
    """

    keys: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    kind_keys: frozenset[str] = frozenset()
    always: frozenset[str] = frozenset()
    kinds: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    folders: Mapping[PurePosixPath, frozenset[str]] = field(default_factory=dict)
    template: frozenset[str] = frozenset()

    def kinds_of(self, entries: Iterable[tuple[object, object]]) -> list[tuple[str, str]]:
        """Return the kinds that a note says it is of."""
        if not self.kind_keys:
            return []
        values = {key: value for key, value in entries if isinstance(key, str)}
        lacking = self.always if self.fields & values.keys() else frozenset[str]()
        kinds = ((key, kind_of(values.get(key))) for key in sorted(self.kind_keys))
        return [(key, kind) for key, kind in kinds if kind or key in lacking]

    def have(
        self, entries: Iterable[tuple[object, object]], path: PurePosixPath | None, key: str
    ) -> bool:
        """Whether notes like this one have a key: those of its kind, else those of its folder; True
        if they are too few to tell."""
        if key not in self.keys:
            return True
        there = {name for name, _ in entries if isinstance(name, str)}
        if there and 2 * len(there & self.template) < len(self.template):
            return False
        groups = [self.kinds[kind] for kind in self.kinds_of(entries) if kind in self.kinds]
        if groups:
            return all(key in had for had in groups)
        had = self.folders.get(folder_of(path)) if path else None
        return had is None or key in had


@dataclass(frozen=True, slots=True)
class Conventions:
    """What a vault does, ready to be followed.

    `forms` is the schema: the fields that are put into notes without them. `keys` are all keys
    under which paper notes keep a field, the commonest first: one that stands empty in a note is
    filled there, also where it is too rare for the schema. `basis` says where the schema is from:
    the vault's notes (or config.yaml), the seeds' dialect, or the defaults for bare notes.
    `order` lists keys from first to last; with `sorted_rest` those it does not list follow in
    alphabetical order. `vocabulary` has the names that the vault gives to venues, `venue_keys`
    counts them for each key that keeps venues. `template` is what a new note holds beside the
    schema.
    """

    forms: Mapping[Field, Form]
    keys: Mapping[Field, tuple[Form, ...]] = field(default_factory=dict)
    basis: Basis = "notes"
    order: tuple[str, ...] = HEAD
    sorted_rest: bool = True
    unknown_venue: Unknown = "blank"
    venues: Venues = "given"
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    venue_keys: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    template: tuple[tuple[str, Value], ...] = TEMPLATE
    styles: Mapping[str, ValueStyle] = field(default_factory=dict)
    learned_from: int = 0
    groups: KeyGroups = KeyGroups()
    foreign_keys: frozenset[str] = frozenset()

    @property
    def authors(self) -> NameForm:
        """Return the form in which the vault writes names."""
        form = self.forms.get(Field.AUTHORS)
        return form.authors.names if form and form.authors else NameForm.FIRST_LAST

    def value_of(self, entries: Iterable[tuple[object, object]], name: Field) -> object:
        """Return the value of a field in a note, under this vault's key for it or any other."""
        values = keyed_values(entries, name, self._own_keys(name), self.foreign_keys)
        return next((value for _, value in values if not is_empty(value)), None)

    def evidence_of(self, entries: Iterable[tuple[object, object]], name: Field) -> object:
        """Return the same, or else what a key says that is called like the field's: it may speak
        against a work, and is never written over."""
        values = keyed_values(entries, name, self._own_keys(name))
        return next((value for _, value in values if not is_empty(value)), None)

    def value_or_absent(self, entries: Iterable[tuple[object, object]], name: Field) -> object:
        """Return the value of a field in a note, and if there is none, the null or empty one;
        ABSENT without a key."""
        return _value_or_absent(
            keyed_values(entries, name, self._own_keys(name), self.foreign_keys)
        )

    def has_key_for(self, name: Field) -> bool:
        """Whether any note has a key for a field, or is to be given one."""
        return name in self.forms or name in self.keys

    def key_in(self, entries: Iterable[tuple[object, object]], name: Field) -> str | None:
        """Return the key under which a note says something for a field this vault keeps."""
        if not self.has_key_for(name):
            return None
        values = keyed_values(entries, name, self._own_keys(name), self.foreign_keys)
        return next((key for key, value in values if not is_empty(value)), None)

    def _own_keys(self, name: Field) -> tuple[str, ...]:
        """Return this vault's keys for a field, the one that notes are given first."""
        form = self.forms.get(name)
        keys = [form.key] if form else []
        keys += [form.key for form in self.keys.get(name, ()) if form.key not in keys]
        return tuple(keys)

    def form_of(self, name: Field, key: str) -> Form:
        """Return how a field is written under one of its keys."""
        known = (*self.keys.get(name, ()), *((self.forms[name],) if name in self.forms else ()))
        return next((form for form in known if form.key == key), None) or replace(
            known[0] if known else Form(key), key=key
        )

    def form_in(
        self,
        entries: Iterable[tuple[object, object]],
        name: Field,
        names: Sequence[str] = (),
        path: PurePosixPath | None = None,
    ) -> Form | None:
        """Return how and under which key a note without a value for a field is given it; None if it
        is to be left alone. It is the key that is there empty, else the vault's, unless notes of
        its kind or those of its folder (it is at `path`) do without. Where the vault keeps venues
        under two keys, the names of the venue (`names`) tell which."""
        entries = tuple(entries)
        there = [str(key) for key, _ in entries if self._is_key(key, name)]
        able = [form for form in self.keys.get(name, ()) if form.key in there]
        if there:
            able = able or [self.form_of(name, there[0])]
        elif name in self.forms:
            usual = self.forms[name]
            able = [usual, *(f for f in self.keys.get(name, ()) if f.key != usual.key and f.usual)]
            able = [form for form in able if self.groups.have(entries, path, form.key)]
            if path is not None:  # a map is added to no note that is there
                maps = {key for key, value in entries if isinstance(value, dict)}
                able = [form for form in able if map_key(form.key) in (*maps, "")]
        several = name is Field.VENUE and len(able) > 1
        form = self._by_venue(able, names) if several else able[0] if able else None
        if form is None or form.closed or form.marked == "[[" or (form.marked and not there):
            return None
        if form.authors and not form.authors.known:
            return None
        return form

    def wants(
        self,
        entries: Iterable[tuple[object, object]],
        name: Field,
        path: PurePosixPath | None = None,
    ) -> bool:
        """Whether a note has no value for a field that the vault gives to such notes."""
        entries = tuple(entries)
        if self.value_of(entries, name) is not None:
            return False
        return self.form_in(entries, name, path=path) is not None

    def _is_key(self, key: object, name: Field) -> bool:
        """Whether a key of a note is this vault's for a field, or one of its other names."""
        if not self.has_key_for(name):
            return False
        if key in self._own_keys(name):
            return True
        form = self.forms.get(name)
        is_named = field_of(key) is name and key not in self.foreign_keys
        return is_named and (form is None or field_of(form.key) is name)

    def _by_venue(self, able: Sequence[Form], names: Iterable[str]) -> Form:
        """Return the key, of several, under which filled notes keep this venue, else this kind of
        venue; else the first."""
        names = {venues.read_venue(name).name for name in names}
        kind = venues.kind_of_venue(names)

        def weight(form: Form) -> tuple[int, int, bool]:
            kept = self.venue_keys.get(form.key, {})
            return (
                sum(kept.get(name, 0) for name in names),
                sum(n for name, n in kept.items() if kind and venues.kind_of_venue([name]) == kind),
                kind is not None and _KIND_OF_KEY.get(folded_key(form.key)) == kind,
            )

        return max(able, key=weight)  # of equals the first

    def insertion_index(self, keys: Sequence[str], key: str) -> int:
        """Return the index among `keys` before which a new key breaks the vault's order least; the
        last such place, so that a key nobody has an opinion on comes late."""
        breaks = sum(self._weight(key, other) for other in keys if self.before(key, other) is False)
        least, best = breaks, 0
        for index, other in enumerate(keys, 1):
            before = self.before(key, other)
            breaks += self._weight(key, other) * ((before is True) - (before is False))
            if breaks <= least:
                least, best = breaks, index
        return best

    def _weight(self, key: str, other: str) -> int:
        """Return how much the order of two keys counts: one that is spelt out more than any number
        of others."""
        return 100 if key in self.order and other in self.order else 1

    def before(self, key: str, other: str) -> bool | None:
        """Whether `key` belongs before `other`; None without an opinion."""
        if key in self.order:
            if other in self.order:
                return self.order.index(key) < self.order.index(other)
            return True if self.sorted_rest else None
        if other in self.order:
            return False if self.sorted_rest else None
        return key < other if self.sorted_rest else None

    def formatted(self, name: Field, value: Value, form: Form | None = None) -> object:
        """Return a value in the form in which this vault writes it, `form` if it is not the usual
        key's; None for authors of whom it is not certain how it would."""
        form = form or self.forms[name]
        if isinstance(value, tuple):
            if name.spec.shape is ValueShape.PEOPLE:
                return (form.authors or AuthorForm()).write(value)
            items = [f"[[{v}]]" for v in value] if form.wiki else list(value)
            return form.joined.join(items) if form.joined else items
        if name is Field.YEAR and isinstance(value, int):
            return wrapped(years.write_year(value, form.year) if form.text else value, form.wraps)
        if isinstance(value, int) and form.text:
            return str(value)
        return value

    def written_venue(self, venue: WorkVenue, form: Form | None = None) -> object:
        """Return a venue as this vault writes it under a key; "" for an unknown one, None where the
        form of the vault's venues cannot hold the name."""
        form = form or self.forms.get(Field.VENUE) or Form("")
        if not venue.name:
            return ""
        text = venues.write_venue(venue, self.vocabulary, self.venues, form.venue)
        return text if text is None else wrapped(text, form.wraps)


def folder_of(path: PurePosixPath) -> PurePosixPath:
    """Return the folder of a note; of a bundle (`a-paper/index.md`) the folder that it is in."""
    return path.parent.parent if path.stem.casefold() in BUNDLES else path.parent


def kind_of(value: object) -> str:
    """Return a value that says what kind of note it is, as text without case; "" where it says
    none."""
    return "" if is_empty(value) else str(value).casefold()


def is_empty(value: object) -> bool:
    """Whether a field with this value still wants one: absent, null, or empty."""
    return value is None or value in ("", [], {})


def keyed_values(
    entries: Iterable[tuple[object, object]],
    name: Field,
    own_keys: Sequence[str] = (),
    foreign_keys: Container[object] = (),
) -> list[tuple[str, object]]:
    """Return the keys of a note that keep a field, with their values: `own_keys` first, then those
    that are called like the field's, but none of `foreign_keys`."""
    values = {
        key: value
        for key, value in entries
        if isinstance(key, str)
        and (key in own_keys or (field_of(key) is name and key not in foreign_keys))
    }
    if len(values) < 2:
        return list(values.items())
    for outer in filter(None, map(map_key, tuple(values))):
        values.pop(outer, None)  # what is inside says it
    ranks = {key: rank for rank, key in enumerate(own_keys)}
    first = len(ranks)
    return sorted(values.items(), key=lambda item: ranks.get(item[0], first + key_rank(item[0])))


def value_of(
    entries: Iterable[tuple[object, object]], name: Field, configured_key: str | None = None
) -> object:
    """Return the value of a field in a note, under whichever of its keys; None if absent or
    empty."""
    values = keyed_values(entries, name, (configured_key,) if configured_key else ())
    return next((value for _, value in values if not is_empty(value)), None)


def value_or_absent(
    entries: Iterable[tuple[object, object]], name: Field, configured_key: str | None = None
) -> object:
    """Return what is in a note for a field, be it empty; ABSENT if it has no key of it."""
    return _value_or_absent(
        keyed_values(entries, name, (configured_key,) if configured_key else ())
    )


def _value_or_absent(values: Sequence[tuple[str, object]]) -> object:
    filled = (value for _, value in values if not is_empty(value))
    return next(filled, values[0][1] if values else ABSENT)
