"""A vault's filled notes -> its Conventions.

What the user said in config.yaml comes first, then what most filled notes do, then the seed
vault's dialect.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Generic, Literal, TypeVar

from refmatter.model import COUNTS, LOOKED_UP, Field, Note, Quotes, Sequences, Style, Value
from refmatter.notes.conventions import (
    ALIASES,
    HEAD,
    TEMPLATE,
    Conventions,
    Form,
    Names,
    Unknown,
    Venues,
    held,
    is_empty,
    is_short,
)

_T = TypeVar("_T")

_USED = 0.1
"""A key that fewer of the filled notes have is an accident, not the vault's schema."""
MANY = 5000
"""So many notes, evenly apart, show how all are written."""


@dataclass(frozen=True, slots=True)
class Said:
    """What config.yaml says; None where it is silent."""

    names: Mapping[Field, str | Literal[False]] = field(default_factory=dict)
    order: tuple[str, ...] | None = None
    lists: Sequences | None = None
    quotes: Quotes | None = None
    authors: Names | None = None
    unknown_venue: Unknown | None = None
    venues: Venues | None = None


def filled(
    note: Note,
    ours: Collection[Field] = frozenset(),
    names: Mapping[Field, str | Literal[False]] = MappingProxyType({}),
) -> bool:
    """Whether a note shows how people fill notes here: two looked-up fields or more that are
    not ours. `names` are those that config.yaml gives to fields."""
    theirs = ((name, names.get(name) or None) for name in LOOKED_UP if name not in ours)
    return sum(held(note.entries, name, own) is not None for name, own in theirs) >= 2


class _Sample(Generic[_T]):
    """Of what comes one by one, all or every second, every fourth, and so on: the same of the
    same, and never more than so many."""

    def __init__(self, most: int) -> None:
        self.kept: list[_T] = []
        self.met = 0
        self._most, self._step = most, 1

    def put(self, one: _T) -> None:
        if self.met % self._step == 0:
            self.kept.append(one)
        self.met += 1
        if len(self.kept) > self._most:
            self.kept = self.kept[::2]
            self._step *= 2


def learn(
    notes: Iterable[Note],
    said: Said | None = None,
    ours: Mapping[PurePosixPath, Collection[Field]] = MappingProxyType({}),
    many: int = MANY,
) -> Conventions:
    """The conventions of a vault, from its paper notes: the names of venues from all, the rest
    from `many` at most. `ours` are the fields that each note has from us: what we wrote must not
    teach us what to write, or a run that could fill only two fields would make a schema of two
    fields for ever."""
    said = said or Said()
    every, filled_in = _Sample[Note](many), _Sample[Note](many)
    vocabulary = Counter[str]()
    for note in notes:
        if note.is_paper:
            every.put(note)
            if filled(note, ours.get(note.path, frozenset()), said.names):
                filled_in.put(note)
                venue = held(note.entries, Field.VENUE)
                vocabulary.update([venue] if isinstance(venue, str) else ())
    papers, shown = every.kept, filled_in.kept
    forms = {}
    for name in Field:
        key = _key(name, shown, papers, said)
        if key is not None:
            forms[name] = _form(name, key, shown, said)
    order, sorted_rest = _order(shown, said)
    return Conventions(
        forms=forms,
        order=order,
        sorted_rest=sorted_rest,
        authors=said.authors or _authors(shown),
        unknown_venue=said.unknown_venue or _unknown_venue(shown, forms),
        venues=said.venues or _venues(shown),
        vocabulary=vocabulary,
        template=_template(papers, forms),
        styles=_styles(papers),
        learned_from=filled_in.met,
    )


def _key(name: Field, shown: list[Note], papers: list[Note], said: Said) -> str | None:
    """The vault's name for a field; None where the vault does not keep it."""
    chosen = said.names.get(name)
    if chosen is not None:
        return chosen or None
    used = _used(name, shown)
    if shown and name is not Field.TITLE:
        key, times = used.most_common(1)[0] if used else ("", 0)
        return key if times >= max(1, _USED * len(shown)) else None
    used = used or _used(name, papers)
    return used.most_common(1)[0][0] if used else ALIASES[name][0]


def _used(name: Field, notes: Iterable[Note]) -> Counter[str]:
    return Counter(str(k) for note in notes for k, _ in note.entries if k in ALIASES[name])


def _form(name: Field, key: str, shown: list[Note], said: Said) -> Form:
    pairs = [
        (value, style)
        for note in shown
        for (k, value), style in zip(note.entries, note.styles, strict=True)
        if k == key and not is_empty(value)
    ]
    lists = [style for value, style in pairs if isinstance(value, list)]
    texts = [value for value, _ in pairs if isinstance(value, str)]
    style = _most(style for _, style in pairs) or _default_style(shown)
    joined = None
    if name in (Field.AUTHORS, Field.FIELDS_OF_STUDY) and len(texts) > len(lists):
        joined = _most(_separator(text) for text in texts) or ", "
    items = [str(v) for value, _ in pairs if isinstance(value, list) for v in value] or texts
    if name in COUNTS or name is Field.YEAR:
        text = len(texts) > len(pairs) / 2
        style = style if text else replace(style, quotes=Quotes.PLAIN)
    else:
        text = False
        style = replace(style, quotes=said.quotes or style.quotes)
    return Form(
        key=key,
        style=replace(style, sequences=said.lists or style.sequences),
        joined=joined,
        text=text,
        wiki=bool(items) and sum(v.startswith("[[") for v in items) > len(items) / 2,
    )


def _separator(text: str) -> str:
    for mark in ("; ", " and "):
        if mark in text:
            return mark
    return ", "


def _default_style(shown: list[Note]) -> Style:
    """How lists are laid out where this field's own values do not show it: as tags are."""
    styles = [
        style
        for note in shown
        for (_, value), style in zip(note.entries, note.styles, strict=True)
        if isinstance(value, list) and value
    ]
    common = _most(style.sequences for style in styles)
    return Style(sequences=common) if common else Style()


def _most(values: Iterable[_T]) -> _T | None:
    """The commonest; of equals the one seen first."""
    common = Counter(values).most_common(1)
    return common[0][0] if common else None


def _order(shown: list[Note], said: Said) -> tuple[tuple[str, ...], bool]:
    """The order of keys: the user's, the seed dialect's where the notes keep to it, else the
    one that agrees with most pairs of keys in the notes."""
    if said.order is not None:
        return said.order, False
    sequences = [[str(k) for k, _ in note.entries] for note in shown]
    dialect = Conventions(forms={})
    if sum(_follows(dialect, keys) for keys in sequences) >= 0.9 * len(sequences):
        return HEAD, True
    first: Counter[tuple[str, str]] = Counter()
    for keys in sequences:
        first.update((a, b) for i, a in enumerate(keys) for b in keys[i + 1 :])
    known = sorted({key for keys in sequences for key in keys})
    wins = {a: sum(first[a, b] > first[b, a] for b in known) for a in known}
    return tuple(sorted(known, key=lambda key: (-wins[key], key))), False


def _follows(dialect: Conventions, keys: Sequence[str]) -> bool:
    return all(dialect.before(a, b) is not False for a, b in pairwise(keys))


def _authors(shown: list[Note]) -> Names:
    lists = [v for note in shown if isinstance(v := held(note.entries, Field.AUTHORS), list)]
    names = [str(name) for value in lists for name in value]
    turned = sum("," in name for name in names)
    return "last_first" if turned > len(names) / 2 else "first_last"


def _unknown_venue(shown: list[Note], forms: Mapping[Field, Form]) -> Unknown:
    """What filled notes without a venue have in its place."""
    if Field.VENUE not in forms:
        return "omit"
    key = forms[Field.VENUE].key
    lacking = [dict(n.entries) for n in shown if held(n.entries, Field.VENUE) is None]
    if not lacking:
        return "blank" if _dialect(shown) else "omit"
    ways: Counter[Unknown] = Counter(
        "omit" if key not in said else "none" if said[key] is None else "blank" for said in lacking
    )
    return ways.most_common(1)[0][0]


def _dialect(shown: list[Note]) -> bool:
    """Whether the vault keeps the seed dialect's names, as far as it shows."""
    return all(_used(name, [note])[ALIASES[name][0]] for note in shown for name in COUNTS)


def _venues(shown: list[Note]) -> Venues:
    spelt = [v for n in shown if isinstance(v := held(n.entries, Field.VENUE), str)]
    short = sum(is_short(v) for v in spelt)
    if len(spelt) >= 5 and short >= 0.8 * len(spelt):
        return "short"
    return "long" if len(spelt) >= 5 and short <= 0.05 * len(spelt) else "given"


def _template(papers: list[Note], forms: Mapping[Field, Form]) -> tuple[tuple[str, Value], ...]:
    """The keys outside the schema that most paper notes have, with the value most of them
    have there; the seed dialect's where the vault is empty."""
    ours = {form.key for form in forms.values()} | {k for names in ALIASES.values() for k in names}
    generated = [n for n in papers if "gen-from-ref" in _tags(n)] or papers
    seen: dict[str, Counter[Value]] = {}
    for note in generated:
        for key, value in note.entries:
            if isinstance(key, str) and key not in ours:
                seen.setdefault(key, Counter())[_frozen(value)] += 1
    most = [(key, *counts.most_common(1)[0]) for key, counts in seen.items()]
    kept = tuple((key, value) for key, value, n in most if n > len(generated) / 2)
    return kept if generated else TEMPLATE


def _frozen(value: object) -> Value:
    if isinstance(value, list):
        return tuple(str(v) for v in value)
    return value if isinstance(value, (str, int)) or value is None else str(value)


def _tags(note: Note) -> list[object]:
    tags = note.entry("tags")
    return tags if isinstance(tags, list) else []


def _styles(papers: list[Note]) -> dict[str, Style]:
    """How each key outside the schema is mostly written, for the notes made from a template."""
    seen: dict[str, Counter[Style]] = {}
    for note in papers:
        for (key, value), style in zip(note.entries, note.styles, strict=True):
            if isinstance(key, str) and not is_empty(value):
                seen.setdefault(key, Counter())[style] += 1
    return {key: counts.most_common(1)[0][0] for key, counts in seen.items()}
