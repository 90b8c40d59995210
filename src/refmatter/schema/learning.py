"""Learn a vault's conventions from its notes and templates.

What the user said in config.yaml comes first, then what the notes show. A vault that shows no keys
of its own gets the seeds' dialect where it has its marks, else four plain keys.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Generic, Literal, TypeAlias, TypeVar

from refmatter.fields import (
    COUNTS,
    DEFAULT_KEYS,
    LISTS,
    LOOKED_UP,
    NUMERIC,
    Field,
    Value,
    ValueShape,
    field_of,
    folded_key,
    map_key,
    read_year,
    unwrapped,
)
from refmatter.model import Note, Quotes, Sequences, ValueStyle
from refmatter.notes.frontmatter.styles import FOLDED
from refmatter.people import NameForm
from refmatter.schema.author_learning import learn_author_form
from refmatter.schema.conventions import (
    HEAD,
    SEED_KEYS,
    SEED_TAG,
    TEMPLATE,
    Basis,
    Conventions,
    Form,
    KeyGroups,
    Unknown,
    folder_of,
    is_empty,
    kind_of,
    value_of,
)
from refmatter.schema.key_fields import guessed_keys, key_fields, shared_field_with
from refmatter.schema.venues import (
    Venues,
    closing_marks,
    learn_venue_form,
    learn_vocabulary,
    length_of_names,
    read_venue,
)
from refmatter.schema.years import learn_year_pattern

_T = TypeVar("_T")

_USED = 0.1
"""A key that fewer of the notes have is an accident, not the vault's schema."""
_MOST_HAVE = 0.5
"""Where so many notes have a key for the title, the others are given one."""
_BIBLIOGRAPHIC = frozenset(
    # What the front matter of a note on a work holds beside the fields' own words.
    """
    doi arxiv arxivid eprint pmid pmcid isbn issn s2 s2id semanticscholar semanticscholarid
    corpusid paperid openalex openalexid acl aclid dblp dblpkey firstauthor issued
    citekey citationkey bibkey bibtexkey bibtex zotero zoteroid zoterolink zoterokey
    """.split()
)
"""Folded keys that show a schema beside those of the fields that are looked up. `meta_key` is a
mark of the seeds."""
_KINDS = frozenset(
    folded_key(word)
    for word in """
    type entrytype itemtype kind class category categories layout genre documenttype doctype
    papertype notetype publicationtype publicationtypes bibtype reftype csltype zoterotype typ
    tipo catégorie categorie categoría categoria kategorie тип категория 类型 類型 类别 類別 分类
    分類 种类 種類 種別 タイプ カテゴリ 유형 종류 분류
    """.split()
)
"""Folded keys whose value says what kind of note it is."""
_UNKNOWN_WORDS = 2
"""A vault with so many keys that keep a field by their values has a schema in its own words."""
_OF_A_KIND = 3
"""So many notes of a kind tell which keys such notes have, and so many a value make a kind."""
_OF_A_FOLDER = 5
_NEARLY_ALL = 0.9
_MARKED = re.compile(r"(\w+\s+|)([*_~`\"'=]+|[\[({<]+|[«“„‹《〈「『【（])")
_PLAIN_TEXT = re.compile(r"[^\W\d_][^\n:#]*[^\W\d]", re.DOTALL)
MANY = 5000
"""So many notes, evenly apart, show how all are written."""


@dataclass(frozen=True, slots=True)
class StyleOverrides:
    """What config.yaml says; None where it is silent."""

    names: Mapping[Field, str | Literal[False]] = field(default_factory=dict)
    order: tuple[str, ...] | None = None
    lists: Sequences | None = None
    quotes: Quotes | None = None
    authors: NameForm | None = None
    unknown_venue: Unknown | None = None
    venues: Venues | None = None


def is_filled(
    note: Note,
    ours: Collection[Field] = frozenset(),
    names: Mapping[Field, str | Literal[False]] = MappingProxyType({}),
) -> bool:
    """Whether a note shows how people fill notes here: two looked-up fields or more that are
    not ours. `names` are those that config.yaml gives to fields."""
    theirs = ((name, names.get(name) or None) for name in LOOKED_UP if name not in ours)
    return (
        sum(
            value_of(note.entries, name, configured_key) is not None
            for name, configured_key in theirs
        )
        >= 2
    )


@dataclass(frozen=True, slots=True)
class _PaperSample:
    """A paper note, and its entries without what we wrote: `theirs` lacks the keys that we added,
    and has None where a value of ours stands under a key that was there; `added` are the fields
    of the former. A note to which we added the title or the key may be one that we made."""

    note: Note
    theirs: tuple[tuple[object, object, ValueStyle], ...]
    added: frozenset[Field]


_Written: TypeAlias = tuple[Note, Mapping[Field, bool]]
"""A note, the fields that it has from us, and whether we added the key."""


def _paper(note: Note, ours: Mapping[Field, bool], configured: Mapping[str, Field]) -> _PaperSample:
    theirs = []
    for (key, value), style in zip(note.entries, note.styles, strict=True):
        name = _possible_field(key, value, configured) if ours and isinstance(key, str) else None
        if name is None or name not in ours or is_empty(value):
            theirs.append((key, value, style))
        elif not ours[name]:
            theirs.append((key, None, style))
    return _PaperSample(note, tuple(theirs), frozenset(name for name, key in ours.items() if key))


@dataclass(frozen=True, slots=True)
class _VaultSample:
    """What a vault shows: some of its paper notes, those of them that are filled (`filled`), the
    templates of paper notes, the field that each key keeps, and the keys that are called like a
    field's and keep something else."""

    papers: Sequence[_PaperSample]
    is_filled: Sequence[_PaperSample]
    templates: Sequence[Note]
    fields: Mapping[str, Field]
    foreign_keys: frozenset[str]


class _Sample(Generic[_T]):
    """Of what comes one by one, all or every second, every fourth, and so on: the same of the
    same, and never more than so many."""

    def __init__(self, most: int) -> None:
        self.kept: list[_T] = []
        self.met = 0
        self._most, self._step = most, 1

    def add(self, item: _T) -> None:
        if self.met % self._step == 0:
            self.kept.append(item)
        self.met += 1
        if len(self.kept) > self._most:
            self.kept = self.kept[::2]
            self._step *= 2


def learn(
    notes: Iterable[Note],
    overrides: StyleOverrides | None = None,
    ours: Callable[[PurePosixPath], Mapping[Field, bool]] = lambda _: {},
    many: int = MANY,
    unread: Callable[[Sequence[PurePosixPath]], Iterable[Iterable[str]]] = lambda _: (),
) -> Conventions:
    """Return the conventions of a vault, from its paper notes and the templates of such.

    The names of venues are from all notes, the rest from `many` at most. `ours` tells which fields
    a note has from us, and of which we added the key too: what we wrote must not teach us what to
    write, or a run that could fill only two fields would make a schema of two fields for ever.
    A vault is not bare if notes without front matter, or notes that could not be read, have keys in
    some other way: `unread` returns those keys, for each of the former (its argument) and of the
    latter. It is called only if all else says that the vault is bare.
    """
    overrides = overrides or StyleOverrides()
    sample, vocabulary, learned_from = _sampled(notes, overrides, ours, many)
    papers, filled = sample.papers, sample.is_filled
    bare = [paper.note.path for paper in papers if not paper.note.entries]
    basis = _basis(sample, lambda: unread(bare))
    keys = _keys(sample, basis, overrides)
    forms = {name: able[0] for name, able in keys.items() if able[0].usual}
    order, sorted_rest = _order(sample, forms, basis, overrides)
    return Conventions(
        forms=forms,
        keys=keys,
        basis="notes" if DEFAULT_KEYS.keys() <= overrides.names.keys() else basis,
        order=order,
        sorted_rest=sorted_rest,
        unknown_venue=overrides.unknown_venue or _unknown_venue(filled, forms, basis),
        venues=overrides.venues or length_of_names([text for text, _ in _dated_venues(filled)]),
        vocabulary=learn_vocabulary(vocabulary, _dated_venues(filled)),
        venue_keys=_venue_keys(papers, keys.get(Field.VENUE, ())),
        template=_template([paper.note for paper in papers], forms),
        styles=_styles(papers, folds=_is_of_seeds(sample, basis)),
        learned_from=learned_from,
        groups=_groups(papers, keys, sample.fields) if basis == "notes" else KeyGroups(),
        foreign_keys=sample.foreign_keys,
    )


def _sampled(
    notes: Iterable[Note],
    overrides: StyleOverrides,
    ours: Callable[[PurePosixPath], Mapping[Field, bool]],
    many: int,
) -> tuple[_VaultSample, Counter[str], int]:
    """Return what `many` notes at most show, how often all of them name a venue, and how many
    filled ones there are."""
    configured = {key: name for name, key in overrides.names.items() if key}
    every, filled_in = _Sample[_Written](many), _Sample[_Written](many)
    templates: list[Note] = []
    vocabulary = Counter[str]()
    for note in notes:
        if note.is_template:
            templates += [note] if _is_for_papers(note, configured) else []
        elif note.is_paper:
            written = ours(note.path)
            every.add((note, written))
            if is_filled(note, written, overrides.names):
                filled_in.add((note, written))
                if Field.VENUE not in written:
                    vocabulary.update(_texts([value_of(note.entries, Field.VENUE)]))
    papers = [_paper(note, written, configured) for note, written in every.kept]
    filled = [_paper(note, written, configured) for note, written in filled_in.kept]
    fields, foreign = key_fields(
        [(paper.note.title, [(key, value) for key, value, _ in paper.theirs]) for paper in papers],
        [key for note in templates for key, _ in note.entries],
        configured,
    )
    return _VaultSample(papers, filled, templates, fields, foreign), vocabulary, filled_in.met


def _possible_field(key: str, value: object, configured: Mapping[str, Field]) -> Field | None:
    """Return the field that a key may keep: by its name, or by a word for anything and its
    value."""
    return configured.get(key) or field_of(key) or shared_field_with(key, value)


def _is_for_papers(template: Note, configured: Mapping[str, Field]) -> bool:
    """Whether a template makes notes on papers: it asks for authors and something else."""
    fields = {
        configured.get(key) or field_of(key) for key, _ in template.entries if isinstance(key, str)
    }
    return Field.AUTHORS in fields and len(fields & set(LOOKED_UP)) >= 2


def _basis(sample: _VaultSample, unread: Callable[[], Iterable[Iterable[str]]]) -> Basis:
    """Return the origin of the schema: what a filled note or a template shows, else the seeds'
    dialect where the notes have its marks, else whatever keys there are, be they in front matter
    that cannot be read (`unread`), or in words that are not understood; the defaults where hardly
    any note has one."""
    if sample.is_filled or sample.templates:
        return "notes"
    papers = sample.papers
    configured_key = [paper for paper in papers if not paper.added & {Field.TITLE, Field.KEY}]
    if sum(map(_is_seeds, papers)) >= _min_uses(configured_key):
        return "seeds"
    keyed = sum(any(map(_is_bibliographic, paper.theirs)) for paper in papers)
    if keyed >= 2 or keyed >= _min_uses(configured_key):
        return "notes"
    keyed += sum(any(map(_is_bibliographic_key, keys)) for keys in unread())
    if keyed >= 2 or keyed >= _min_uses(configured_key):
        return "notes"
    entries = [(paper.note.title, [entry[:2] for entry in paper.theirs]) for paper in papers]
    return "notes" if len(guessed_keys(entries, sample.fields)) >= _UNKNOWN_WORDS else "defaults"


def _is_seeds(paper: _PaperSample) -> bool:
    """Whether a note has a mark of the seeds' dialect that a person put there."""
    return SEED_TAG in _tags(paper.note) or any(key in SEED_KEYS for key, _, _ in paper.theirs)


def _is_bibliographic(entry: tuple[object, object, ValueStyle]) -> bool:
    """Whether an entry is one that only notes on works have, or a map of such."""
    key, value, _ = entry
    inner = value if isinstance(value, dict) else ()
    return any(map(_is_bibliographic_key, (key, *inner)))


def _is_bibliographic_key(key: object) -> bool:
    return field_of(key) in LOOKED_UP or folded_key(key) in _BIBLIOGRAPHIC


def _min_uses(notes: Sequence[object]) -> float:
    """Return how many of these notes must have a key for it to be no accident."""
    return max(1, _USED * len(notes))


def _keys(
    sample: _VaultSample, basis: Basis, overrides: StyleOverrides
) -> dict[Field, tuple[Form, ...]]:
    """Return the forms of all keys of each field, the vault's own first."""
    uses = _Uses(sample)
    usual = _usual_styles(sample.papers, folds=_is_of_seeds(sample, basis))
    if basis == "defaults" and usual.lists.sequences is Sequences.FLOW:
        # A line of tags says nothing of a list of names.
        usual = replace(usual, lists=usual.of(ValueStyle(quotes=usual.lists.quotes)))
    values = _values(sample.papers, sample.fields)
    found: dict[Field, tuple[Form, ...]] = {}
    for name in Field:
        configured_key = overrides.names.get(name)
        if configured_key is False:
            continue
        keys = [configured_key] if configured_key else uses.keys(name)
        seed_key = name.spec.seed_key if basis == "seeds" else None
        if configured_key or seed_key:
            is_usual = True
            keys = keys or ([seed_key] if seed_key else [])
        elif basis == "defaults" and name is not Field.TITLE:
            default_key = name.spec.default_key
            is_usual = default_key is not None
            keys = keys or ([default_key] if default_key else [])
        else:
            is_usual = uses.is_usual(name)
        if name.spec.shape is ValueShape.PEOPLE:  # names are alike under all keys
            shown = [pair for key in values if sample.fields[key] is name for pair in values[key]]
            values = {**dict.fromkeys(keys, shown), **values}
        if keys:
            found[name] = tuple(
                replace(
                    _form(name, key, values, usual, overrides),
                    usual=is_usual and (key == keys[0] or uses.times(name, key) > 1),
                )
                for key in keys
            )
    return found


class _Uses:
    """How many notes have which keys: those that say something there, those that are filled,
    those that have any key of a field that is looked up, the templates, and all."""

    def __init__(self, sample: _VaultSample) -> None:
        fields = sample.fields
        self._sizes = Counter[str]()
        self._added = Counter[Field]()
        self._fields: dict[str, Counter[Field]] = {}
        self._keys: dict[str, Counter[tuple[Field, str]]] = {}
        for paper in sample.papers:
            theirs = [(key, value) for key, value, _ in paper.theirs]
            self._count(_used((e for e in theirs if not is_empty(e[1])), fields), "values")
            used = _used(theirs, fields)
            keyed = any(name in LOOKED_UP for name, _ in used)
            self._count(used, "papers", *(("keyed",) if keyed else ()))
            self._added.update(paper.added)
            self._count(_used(paper.note.entries, fields), "all")
        for paper in sample.is_filled:
            used = _used(((key, value) for key, value, _ in paper.theirs), fields)
            self._count(used, "filled")
        for note in sample.templates:
            self._count(_used(note.entries, fields), "templates")

    def _count(self, used: Collection[tuple[Field, str]], *groups: str) -> None:
        for group in groups:
            self._sizes[group] += 1
            self._keys.setdefault(group, Counter()).update(used)
            self._fields.setdefault(group, Counter()).update({name for name, _ in used})

    def keys(self, name: Field) -> list[str]:
        """Return the keys of a field. Values tell best which is the vault's own."""
        order = ("values", "filled", "keyed", "templates", "papers", "all")
        counts = [self._keys.get(group, Counter()) for group in order]
        pairs = [(-n, key) for group in counts for (f, key), n in _by_frequency(group) if f is name]
        return list(dict.fromkeys(key for _, key in pairs))

    def times(self, name: Field, key: str) -> int:
        """Return how many paper notes have a key."""
        return self._keys.get("papers", Counter())[name, key]

    def is_usual(self, name: Field) -> bool:
        """Whether a field is one of the vault's schema, and no accident. A title stands in the
        heading too, so that only a vault that mostly has the key is held to want it."""
        if self._fields.get("templates", Counter())[name]:
            return True
        if name is Field.TITLE:
            return self._share("papers", name) >= _MOST_HAVE
        groups = ("filled", "papers" if name is Field.KEY else "keyed")
        return any(self._share(group, name) >= _USED for group in groups)

    def _share(self, group: str, name: Field) -> float:
        size = self._sizes[group] - (self._added[name] if group == "papers" else 0)
        return self._fields[group][name] / size if size else 0.0


def _groups(
    papers: Sequence[_PaperSample],
    able: Mapping[Field, Sequence[Form]],
    fields: Mapping[str, Field],
) -> KeyGroups:
    """Return which keys go with which kinds of notes and which folders. Notes without any key of a
    field that is looked up tell nothing: they are bare."""
    ours = frozenset(key for key, name in fields.items() if name in LOOKED_UP)
    samples = [
        (paper, {key for key, _, _ in paper.theirs if isinstance(key, str)}) for paper in papers
    ]
    keyed = [(paper, keys) for paper, keys in samples if ours & keys]
    times = Counter(key for _, keys in keyed for key in keys)
    added = {form.key for forms in able.values() for form in forms if form.usual}
    kind_keys = [key for key in times if folded_key(key) in _KINDS and _are_kinds(key, keyed)]
    always = frozenset(key for key in kind_keys if times[key] >= _NEARLY_ALL * len(keyed))
    able_keys = frozenset(key for key in added if times[key] >= _min_uses(keyed))
    groups = KeyGroups(
        able_keys, ours, frozenset(kind_keys), always, template=_template_keys(keyed, able_keys)
    )
    kinds: dict[tuple[str, str], list[set[str]]] = {}
    folders: dict[PurePosixPath, list[set[str]]] = {}
    for paper, keys in keyed:
        folders.setdefault(folder_of(paper.note.path), []).append(keys)
        for kind in groups.kinds_of(paper.note.entries):
            kinds.setdefault(kind, []).append(keys)
    return replace(
        groups,
        kinds={
            kind: _common_keys(able_keys, notes)
            for kind, notes in kinds.items()
            if len(notes) >= _OF_A_KIND or not kind[1]
        },
        folders={
            folder: _common_keys(able_keys, notes)
            for folder, notes in folders.items()
            if len(notes) >= _OF_A_FOLDER
        },
    )


def _template_keys(
    notes: Sequence[tuple[_PaperSample, set[str]]], field_keys: frozenset[str]
) -> frozenset[str]:
    """Return the keys of most notes that are no field's, if notes keep fields' keys that stand
    empty; none if they are too few to tell."""
    has_empty = any(
        key in field_keys and is_empty(value)
        for paper, _ in notes
        for key, value, _ in paper.theirs
    )
    times = Counter(key for _, keys in notes for key in keys if field_of(key) is None)
    common = frozenset(key for key, n in times.items() if n >= _MOST_HAVE * len(notes))
    return common if has_empty and len(common) >= _OF_A_KIND else frozenset()


def _are_kinds(key: str, notes: Sequence[tuple[_PaperSample, set[str]]]) -> bool:
    """Whether the values of a key are few, and repeat."""
    values = Counter(kind_of(paper.note.entry(key)) for paper, keys in notes if key in keys)
    del values[""]
    return len(values) * _OF_A_KIND <= values.total()


def _common_keys(keys: Iterable[str], notes: Sequence[set[str]]) -> frozenset[str]:
    """Return those of these keys that enough of the notes have for it to be no accident."""
    times = Counter(key for had in notes for key in had)
    return frozenset(key for key in keys if times[key] >= _min_uses(notes))


def _by_frequency(counts: Counter[tuple[Field, str]]) -> list[tuple[tuple[Field, str], int]]:
    """Return the items with the commonest first; of equals by their names."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _used(
    entries: Iterable[tuple[object, object]], fields: Mapping[str, Field]
) -> set[tuple[Field, str]]:
    return {(fields[k], k) for k, _ in entries if isinstance(k, str) and k in fields}


_Values: TypeAlias = Mapping[str, Sequence[tuple[object, ValueStyle]]]


def _values(papers: Sequence[_PaperSample], fields: Mapping[str, Field]) -> _Values:
    """Return what people wrote under each key of a field, and how."""
    found: dict[str, list[tuple[object, ValueStyle]]] = {}
    for paper in papers:
        for key, value, style in paper.theirs:
            if isinstance(key, str) and key in fields and not is_empty(value):
                found.setdefault(key, []).append((value, style))
    return found


def _form(
    name: Field, key: str, values: _Values, usual: _UsualStyles, overrides: StyleOverrides
) -> Form:
    if name in (Field.YEAR, Field.VENUE):
        return _dressed_form(name, key, values.get(key, ()), usual, overrides)
    pairs = values.get(key, ())
    if name.spec.shape is ValueShape.PEOPLE:
        return _people_form(key, values, usual, overrides)
    lists = [style for value, style in pairs if isinstance(value, list)]
    texts = [value for value, _ in pairs if isinstance(value, str)]
    joined = None
    if name.spec.shape in LISTS and len(texts) > len(lists):
        joined = _most_common(mark for text in texts if (mark := _separator(text))) or ", "
    is_list = name.spec.shape in LISTS and not joined
    style = usual.style((style for _, style in pairs), is_list=is_list)
    items = [str(v) for value, _ in pairs if isinstance(value, list) for v in value] or texts
    if name.spec.shape in NUMERIC:
        text = len(texts) > len(pairs) / 2
        style = style if text else replace(style, quotes=Quotes.PLAIN)
    else:
        text = False
        style = replace(style, quotes=overrides.quotes or style.quotes)
    wiki = bool(items) and sum(v.startswith("[[") for v in items) > len(items) / 2
    return Form(
        key=key,
        style=replace(style, sequences=overrides.lists or style.sequences),
        joined=joined,
        text=text,
        wiki=wiki,
        marked="" if joined and wiki else _mark(texts, len(pairs)),
    )


def _people_form(key: str, values: _Values, usual: _UsualStyles, overrides: StyleOverrides) -> Form:
    """Return how authors are written under a key."""
    pairs = values.get(key, ())
    authors = learn_author_form([value for value, _ in pairs], overrides.authors)
    kind = str if authors.separators else list
    styles = (style for value, style in pairs if isinstance(value, kind))
    style = usual.style(styles, is_list=kind is list)
    return Form(
        key=key,
        style=replace(
            style,
            quotes=overrides.quotes or style.quotes,
            sequences=overrides.lists or style.sequences,
        ),
        joined=authors.separators.inner if authors.separators else None,
        wiki=authors.is_linked,
        authors=authors,
    )


def _dressed_form(
    name: Field,
    key: str,
    pairs: Sequence[tuple[object, ValueStyle]],
    usual: _UsualStyles,
    overrides: StyleOverrides,
) -> Form:
    """Return the form of years or venues, which are one text or number, with marks or a link."""
    shown = [unwrapped(value) for value, _ in pairs]
    texts = [item for _, item in shown if isinstance(item, str) and item]
    wraps, times = Counter(wraps for wraps, _ in shown).most_common(1)[0] if shown else ((), 0)
    wraps = wraps if times > len(pairs) / 2 else ()
    style = usual.style((style for _, style in pairs), is_list=bool(wraps))
    as_text = name is Field.VENUE or len(texts) > len(pairs) / 2
    quotes = (overrides.quotes or style.quotes) if name is Field.VENUE else style.quotes
    form = Form(
        key=key,
        style=replace(
            style,
            quotes=quotes if as_text else Quotes.PLAIN,
            sequences=overrides.lists or style.sequences,
        ),
        text=as_text and name is Field.YEAR,
        wraps=wraps,
    )
    if name is Field.VENUE:
        return replace(form, venue=learn_venue_form(texts))
    pattern = learn_year_pattern(key, [item for _, item in shown])
    return replace(form, year=pattern or form.year, closed=pattern is None)


def _texts(values: Iterable[object]) -> list[str]:
    """Return the texts among values, and those that are the only item of a list."""
    items = (v[0] if isinstance(v, list) and len(v) == 1 else v for v in values)
    return [item for item in items if isinstance(item, str) and item]


def _mark(texts: Sequence[str], values: int) -> str:
    """Return the mark that opens nearly all of so many values, which are texts; "" for none."""
    marks = Counter(filter(None, map(_marks, texts)))
    (_, mark), times = marks.most_common(1)[0] if marks else (("", ""), 0)
    return mark if times >= _NEARLY_ALL * values else ""


def _marks(text: str) -> tuple[str, str] | None:
    """Return the marks round a text, and the word before them: `In *ICML*` has "In" and "*"."""
    found = _MARKED.match(text)
    if found is None:
        return None
    word, mark = found[1].strip(), found[2]
    inner = text[found.end() :].rstrip()
    return (word, mark) if inner.endswith(closing_marks(mark)) else None


def _separator(text: str) -> str | None:
    """Return what parts the names of a text; None where it holds one alone."""
    return next((mark for mark in ("; ", " and ", ", ") if mark in text), None)


@dataclass(frozen=True, slots=True)
class _UsualStyles:
    """How the values of a vault are mostly written, whatever their keys: lists, texts, and what
    all of them have in common."""

    lists: ValueStyle
    texts: ValueStyle
    null: str
    width: float
    needed: Quotes

    def of(self, style: ValueStyle) -> ValueStyle:
        """Return a style with what all values of the vault have in common."""
        return replace(style, null=self.null, width=self.width, needed=self.needed)

    def style(self, styles: Iterable[ValueStyle], *, is_list: bool) -> ValueStyle:
        """Return how the values of a key are written, by the styles of those that are there."""
        common = _most_common(replace(style, null="", width=None) for style in styles)
        return self.of(common) if common else self.lists if is_list else self.texts


def _usual_styles(papers: Sequence[_PaperSample], *, folds: bool) -> _UsualStyles:
    """Return how the values of paper notes are mostly written. `folds` tells whether text is
    folded if they do not show it; in the seeds' dialect, which folds, titles do not count, as they
    are written by another tool."""
    values = [(value, style) for paper in papers for _, value, style in paper.theirs]
    lists = [style for value, style in values if isinstance(value, list) and value]
    plain = [style for value, style in values if isinstance(value, str) and _can_be_plain(value)]
    quoted = (style.quotes for _, style in values if style.quotes is not Quotes.PLAIN)
    widths = [
        style.width
        for paper in papers
        for key, _, style in paper.theirs
        if style.width is not None and (not folds or field_of(key) in LOOKED_UP)
    ]
    finite = [width for width in widths if width < math.inf]
    folds = folds if not widths else len(finite) * 2 > len(widths)
    width = (_most_common(finite) or FOLDED) if folds else math.inf
    usual = _UsualStyles(
        lists=ValueStyle(),
        texts=ValueStyle(),
        null=_most_common(style.null for value, style in values if value is None) or "null",
        width=width,
        needed=_most_common(quoted) or Quotes.SINGLE,
    )
    list_style = _most_common(replace(style, width=None) for style in lists) or ValueStyle()
    text_style = ValueStyle(quotes=_most_common(style.quotes for style in plain) or Quotes.PLAIN)
    return replace(usual, lists=usual.of(list_style), texts=usual.of(text_style))


def _can_be_plain(text: str) -> bool:
    """Whether YAML lets a text stand without quotes, and it would be read as text."""
    return _PLAIN_TEXT.fullmatch(text) is not None and ": " not in text and " #" not in text


def _most_common(values: Iterable[_T]) -> _T | None:
    """Return the commonest value; of equals the one seen first."""
    common = Counter(values).most_common(1)
    return common[0][0] if common else None


def _order(
    sample: _VaultSample, forms: Mapping[Field, Form], basis: Basis, overrides: StyleOverrides
) -> tuple[tuple[str, ...], bool]:
    """Return the order of keys: the user's, the seed dialect's where the filled notes keep to it,
    else the one that agrees with most pairs of keys in the notes."""
    if overrides.order is not None:
        return overrides.order, False
    if _is_of_seeds(sample, basis):
        return HEAD, True
    sequences = [[str(k) for k, _ in paper.note.entries] for paper in sample.is_filled]
    notes = [*sample.templates, *(paper.note for paper in sample.papers)]
    sequences = sequences or [[str(k) for k, _ in note.entries] for note in notes]
    first: Counter[tuple[str, str]] = Counter()
    for keys in sequences:
        first.update((a, b) for i, a in enumerate(keys) for b in keys[i + 1 :])
    known = sorted({key for keys in sequences for key in keys})
    wins = {a: sum(first[a, b] > first[b, a] for b in known) for a in known}
    order = sorted(known, key=lambda key: (-wins[key], key))
    if basis == "defaults":
        new = [forms[name].key for name in DEFAULT_KEYS if name in forms]
        order = [key for key in order if key not in new]
        titles = [place for place, key in enumerate(order, 1) if field_of(key) is Field.TITLE]
        place = titles[0] if titles else len(order)
        order[place:place] = new
    return tuple(order), False


def _is_of_seeds(sample: _VaultSample, basis: Basis) -> bool:
    """Whether notes are written in the seed vault's dialect: it is the schema's, or the filled ones
    keep to its order of keys."""
    sequences = [[str(k) for k, _ in paper.note.entries] for paper in sample.is_filled]
    dialect = Conventions(forms={})
    follows = sum(_follows(dialect, keys) for keys in sequences) >= 0.9 * len(sequences)
    return basis == "seeds" or (bool(sequences) and follows)


def _follows(dialect: Conventions, keys: Sequence[str]) -> bool:
    return all(dialect.before(a, b) is not False for a, b in pairwise(keys))


def _venue_keys(papers: Sequence[_PaperSample], able: Sequence[Form]) -> dict[str, Counter[str]]:
    """Return the venues under each key, where the vault keeps them under several."""
    kept = {form.key: Counter[str]() for form in able} if len(able) > 1 else {}
    for paper in papers if kept else ():
        for key, value, _ in paper.theirs:
            if isinstance(key, str) and key in kept:
                kept[key].update(read_venue(text).name for text in _texts([value]))
    return kept


def _unknown_venue(
    filled: Sequence[_PaperSample], forms: Mapping[Field, Form], basis: Basis
) -> Unknown:
    """Return what the filled notes write in place of an unknown venue."""
    if Field.VENUE not in forms:
        return "omit"
    if not filled:
        return "blank" if basis == "seeds" else "omit"
    key = forms[Field.VENUE].key
    theirs = [[(key, value) for key, value, _ in paper.theirs] for paper in filled]
    lacking = [dict(entries) for entries in theirs if value_of(entries, Field.VENUE) is None]
    if not lacking:
        return "blank" if _dialect([paper.note for paper in filled]) else "omit"
    values: Counter[Unknown] = Counter(
        "omit" if key not in entries else "none" if entries[key] is None else "blank"
        for entries in lacking
    )
    return values.most_common(1)[0][0]


def _dialect(filled: list[Note]) -> bool:
    """Whether the vault keeps the seed dialect's names, as far as it shows."""
    wanted = {name.spec.seed_key for name in COUNTS if name.spec.seed_key}
    return all(wanted <= {key for key, _ in note.entries} for note in filled)


def _dated_venues(papers: Sequence[_PaperSample]) -> list[tuple[str, int | None]]:
    """Return the texts that people wrote for venues, with the years of their notes."""
    found: list[tuple[str, int | None]] = []
    for paper in papers:
        theirs = [(key, value) for key, value, _ in paper.theirs]
        year = read_year(value_of(theirs, Field.YEAR))
        found += [(text, year) for text in _texts([value_of(theirs, Field.VENUE)])]
    return found


def _template(papers: list[Note], forms: Mapping[Field, Form]) -> tuple[tuple[str, Value], ...]:
    """Return the keys outside the schema that most paper notes have, with the value most of them
    have there; the seed dialect's where the vault is empty."""
    ours = {form.key for form in forms.values()}
    generated = [n for n in papers if SEED_TAG in _tags(n)] or papers
    seen: dict[str, Counter[Value]] = {}
    for note in generated:
        for key, value in note.entries:
            if isinstance(value, dict) or not isinstance(key, str) or map_key(key):
                continue
            if key not in ours and field_of(key) is None:
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


def _styles(papers: Sequence[_PaperSample], *, folds: bool) -> dict[str, ValueStyle]:
    """Return how each key is mostly written, for the notes made from a template."""
    usual = _usual_styles(papers, folds=folds)
    seen: dict[str, list[ValueStyle]] = {}
    for paper in papers:
        for (key, value), style in zip(paper.note.entries, paper.note.styles, strict=True):
            if isinstance(key, str) and not is_empty(value):
                seen.setdefault(key, []).append(style)
    return {key: usual.style(styles, is_list=True) for key, styles in seen.items()}
