"""A vault's own schema and manners: what a note says under which name, and how it is written.

The defaults are the seed vault's dialect (docs/architecture.md, section "The seed vault's
dialect"); `learning.py` replaces them with what the vault's own notes show.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from refmatter.model import Field, Style, Value

ALIASES: Mapping[Field, tuple[str, ...]] = {
    Field.TITLE: ("title", "Title"),
    Field.AUTHORS: ("authors", "author", "Authors", "Author"),
    Field.YEAR: ("year", "Year"),
    Field.VENUE: (
        "venue", "conference", "journal", "Venue", "Conference", "Journal", "booktitle",
        "proceedings", "publication", "container-title",
    ),
    Field.CITATION_COUNT: (
        "numCitedBy", "citations", "citation_count", "citationCount", "cited_by_count",
        "cited_by", "citedBy", "num_citations", "numCitations",
    ),
    Field.REFERENCE_COUNT: (
        "ref_count", "reference_count", "referenceCount", "num_references", "numReferences",
    ),
    Field.FIELDS_OF_STUDY: ("fieldsOfStudy", "fields_of_study", "fields"),
    Field.KEY: ("meta_key",),
}  # fmt: skip
"""The names under which vaults keep each field; the first is the seed vault's."""

ABSENT = ...
"""What stands in a note for a field without a key there; a null would be another thing."""

HEAD = ("Alias", "title", "authors")
TEMPLATE = (("pdf_relpath", None), ("status", "todo"), ("tags", ("gen-from-ref", "paper")))

Names: TypeAlias = Literal["first_last", "last_first"]
Unknown: TypeAlias = Literal["blank", "none", "omit"]
Venues: TypeAlias = Literal["given", "short", "long"]


@dataclass(frozen=True, slots=True)
class Form:
    """How one field is written: under which key, in which style; `joined` keeps a list in one
    text, parted by it; `text` writes numbers as text; `wiki` puts items in `[[…]]`."""

    key: str
    style: Style = Style()
    joined: str | None = None
    text: bool = False
    wiki: bool = False


@dataclass(frozen=True, slots=True)
class Conventions:
    """What a vault does, ready to be followed.

    `forms` is the schema: the fields the vault keeps. `order` lists keys from first to last;
    with `sorted_rest` those it does not list follow in alphabetical order. `vocabulary`
    counts how often the vault spells a venue so. `template` is what a new note holds beside
    the schema.
    """

    forms: Mapping[Field, Form]
    order: tuple[str, ...] = HEAD
    sorted_rest: bool = True
    authors: Names = "first_last"
    unknown_venue: Unknown = "blank"
    venues: Venues = "given"
    vocabulary: Mapping[str, int] = field(default_factory=dict)
    template: tuple[tuple[str, Value], ...] = TEMPLATE
    styles: Mapping[str, Style] = field(default_factory=dict)
    learned_from: int = 0

    def held(self, entries: Iterable[tuple[object, object]], name: Field) -> object:
        """What a note says for a field, under this vault's name for it or any other."""
        form = self.forms.get(name)
        return held(entries, name, form.key if form else None)

    def stands(self, entries: Iterable[tuple[object, object]], name: Field) -> object:
        """The same, and where it says nothing, the nothing that stands there: see `stands`."""
        form = self.forms.get(name)
        return stands(entries, name, form.key if form else None)

    def place(self, keys: Sequence[str], key: str) -> int:
        """The index among `keys` before which a new key breaks the vault's order least; the
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
        """Two keys whose order is spelt out count more than any number of others."""
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

    def written(self, name: Field, value: Value) -> object:
        """A value in the form this vault writes it."""
        form = self.forms[name]
        if isinstance(value, tuple):
            items = [self._person(v) if name is Field.AUTHORS else v for v in value]
            items = [f"[[{v}]]" for v in items] if form.wiki else items
            return form.joined.join(items) if form.joined else items
        if isinstance(value, int) and form.text:
            return str(value)
        return value

    def _person(self, name: str) -> str:
        if self.authors == "first_last" or "," in name:
            return name
        first, _, last = name.rpartition(" ")
        return f"{last}, {first}" if first else name

    def venue(self, work_venue: str, others: Sequence[str]) -> str:
        """The name for a venue that this vault would use, of those the provider knows."""
        known = [v for v in (work_venue, *others) if v in self.vocabulary]
        if work_venue in self.vocabulary or not work_venue:
            return work_venue
        if known:
            return max(known, key=lambda v: (self.vocabulary[v], v))
        short = [v for v in (work_venue, *others) if is_short(v)]
        if self.venues == "short" and short:
            return min(short, key=len)
        long = [v for v in (work_venue, *others) if not is_short(v)]
        if self.venues == "long" and long:
            return work_venue if work_venue in long else max(long, key=len)
        return work_venue


def is_short(venue: str) -> bool:
    """ICML, NeurIPS, ACL 2006: an acronym, not a name."""
    first, _, _ = venue.partition(" ")
    return len(venue) <= 12 and sum(c.isupper() for c in first) >= 2


def is_empty(value: object) -> bool:
    """Whether a field with this value still wants one: absent, null, or empty."""
    return value is None or value in ("", [], {})


def held(entries: Iterable[tuple[object, object]], name: Field, own: str | None = None) -> object:
    """What a note says for a field, under whichever name, None where nothing or empty."""
    names = (*((own,) if own else ()), *ALIASES[name])
    said = {key: value for key, value in entries if key in names}
    return next((said[k] for k in names if k in said and not is_empty(said[k])), None)


def stands(entries: Iterable[tuple[object, object]], name: Field, own: str | None = None) -> object:
    """What stands in a note for a field, be it empty; ABSENT where no key of it does."""
    entries = tuple(entries)
    said = held(entries, name, own)
    if said is not None:
        return said
    there = dict(entries)
    names = (*((own,) if own else ()), *ALIASES[name])
    return next((there[key] for key in names if key in there), ABSENT)


def number(value: object) -> int | None:
    """A count out of a number or the text of one."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,12}", bare := value.strip()):
        return int(bare)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def year(value: object) -> int | None:
    """A year out of a number or the text of one."""
    said = number(value)
    return said if said is not None and 1000 <= said <= 2999 else None
