"""Learn how a vault writes authors, from what people wrote under one key."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from urllib.parse import unquote

from refmatter.people import (
    Initials,
    MapRole,
    NameForm,
    NameOrder,
    NameStyle,
    Person,
    SuffixPlace,
    is_in_cjk,
    map_role,
    read_name,
    read_people,
    same_name,
)
from refmatter.people.names import is_initials, without_et_al
from refmatter.schema.author_form import (
    CONJUNCTION,
    Abbreviation,
    AuthorForm,
    MapKeys,
    NamePart,
    Separators,
    Spelling,
)

_MOST_VALUES = 150
"""So many values, evenly apart, show how all are written."""
_ENOUGH_INITIALS = 4
"""So many names with nothing but initials, in two values or more, are a form of the vault's; fewer
may be all that was known of these people."""
_INITIALS = (Initials(), Initials("", ""), Initials(".", ""), Initials("", " "))
_ORDERS = (NameOrder.FIRST_LAST, NameOrder.LAST_FIRST, NameOrder.LAST_INITIALS)
_LINK = re.compile(
    r"\[\[[^\[\]]*\]\]|\[[^\[\]]*\]\((?:[^()]|\([^()]*\))*\)|(?<![^\s,;])#[^\W\d][\w/-]*"
)
_WIKI = re.compile(r"\[\[([^\[\]|]+?)(?:(\\?\|)([^\[\]]*))?\]\]")
_MARKDOWN = re.compile(r"\[([^\[\]]*)\]\(((?:[^()]|\([^()]*\))*)\)")
_TARGET = re.compile(r"((?:[^|]*/)?[@#~]?)([^/@#~]+?)((?:\.md)?)")
_TAG = re.compile(r"(#(?:[\w-]+/)*)([^\W\d][\w-]+)()")
_MARKS = re.compile(r"[\s,;、，；·•/|….]*")
_ELLIPSIS = re.compile(r"…|\.\s?\.\s?\.")
_STOP = re.compile(r"(?<=\.) (?=\S)")
_INITIAL_BEHIND = re.compile(r" [^\W\d_]\.$")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SIMPLE = re.compile(r"[^\W\d_][\w.&'’ -]*")
_CONSTANT_KEYS = frozenset({"creatortype", "role", "type"})
"""Keys of a map that say that somebody is an author."""


class _Item(NamedTuple):
    """The text of one author, taken apart: the frames of its names, and the names."""

    frames: tuple[tuple[str, Spelling, str], ...]
    names: tuple[str, ...]


class _Text(NamedTuple):
    """A text with authors, taken apart: `gaps` stand before, between and behind the items; `cut`
    is how it leaves authors out, with the number of those before, if it does."""

    items: tuple[str, ...]
    gaps: tuple[str, ...]
    et_al: str = ""


@dataclass(slots=True)
class _Tally:
    """What the names of many authors show: how often each form would do, how many names there are
    with given names or without, and in how many values."""

    orders: Counter[NameOrder] = field(default_factory=Counter)
    initials: dict[NameOrder, Counter[Initials]] = field(default_factory=dict)
    suffixes: Counter[SuffixPlace] = field(default_factory=Counter)
    particles: Counter[bool] = field(default_factory=Counter)
    short: Counter[NameOrder] = field(default_factory=Counter)
    single: int = 0

    def add(self, name: str) -> None:
        """Count the forms that a name may be in."""
        person = read_name(name)
        if not person.is_known or is_in_cjk(person):
            return
        if not person.given:
            self.single += 1
            return
        found = [style for style in _styles(person) if _is_written(name, style, person)]
        for order in dict.fromkeys(style.order for style in found):
            self.orders[order] += 1
            these = [style for style in found if style.order is order]
            shown = {style.initials for style in these if style.initials}
            self.short[order] += bool(shown)
            self.initials.setdefault(order, Counter()).update(shown)
        turned = [style for style in found if style.order is NameOrder.LAST_FIRST]
        if person.suffix:
            self.suffixes.update({style.suffix for style in turned})
        places = {style.particles_behind for style in turned}
        self.particles.update(places if len(places) == 1 else ())

    @property
    def is_full(self) -> bool:
        """Whether some of the names have more than initials."""
        return any(self.orders[order] > self.short[order] for order in self.orders)

    def style(self, certain: Collection[NameOrder], values: int) -> NameStyle:
        """Return the form of the names. `certain` are the orders in which initials alone are known
        to be a form; `values` is the number of values."""
        given = sum(self.orders.values())
        if self.single > 1 and self.single > 3 * given:
            return NameStyle(NameOrder.LAST)
        order = max(_ORDERS, key=lambda order: self.orders[order])
        short = self.short[order] == self.orders[order] > 0
        enough = self.short[order] >= _ENOUGH_INITIALS and values > 1
        enough = enough or order in certain or order is NameOrder.LAST_INITIALS
        common = self.initials.get(order, Counter())
        initials = max(_usual(order), key=lambda initials: common[initials])
        return NameStyle(
            order,
            initials if short and enough else None,
            max(SuffixPlace, key=lambda place: self.suffixes[place]),
            self.particles[True] > self.particles[False],
        )


def _usual(order: NameOrder) -> Sequence[Initials]:
    """Return the forms of initials, the one that is usual in an order first."""
    if order is NameOrder.LAST_INITIALS:
        return (
            _INITIALS[1],
            *(initials for initials in _INITIALS if initials.gap or initials.stop),
        )
    return _INITIALS


def _styles(person: Person) -> Iterator[NameStyle]:
    """Yield the forms in which a person's name may stand."""
    letters = person.given.replace(".", "").replace("-", "").replace(" ", "")
    short = is_initials(person.given, run=True) or (letters.isupper() and len(letters) < 4)
    for order in _ORDERS:
        forms: list[Initials | None] = list(_INITIALS) if short else []
        if order is not NameOrder.LAST_INITIALS:
            forms.append(None)
        for initials in forms:
            if order is not NameOrder.LAST_FIRST:
                yield NameStyle(order, initials)
                continue
            places = tuple(SuffixPlace) if person.suffix else (SuffixPlace.FAMILY,)
            for place in places:
                yield NameStyle(order, initials, place)
                if " " in person.family:
                    yield NameStyle(order, initials, place, particles_behind=True)


def _is_written(text: str, style: NameStyle, person: Person) -> bool:
    written = style.person(person)
    return written == text or (style.initials is None and _STOP.sub("", written) == text)


def learn_author_form(values: Sequence[object], names: NameForm | None = None) -> AuthorForm:
    """Return how people wrote authors under a key, with `names` from config.yaml if it has any; the
    default form if they wrote none."""
    step = -(-len(values) // _MOST_VALUES) or 1
    shown = [[value] if isinstance(value, Mapping) else value for value in values[::step]]
    texts = [value for value in shown if isinstance(value, str)]
    lists = [value for value in shown if isinstance(value, list)]
    if _is_in_text(texts, lists):
        form = _of_texts(texts)
    else:
        items = [item for value in lists for item in value]
        maps = [item for item in items if isinstance(item, Mapping)]
        form = _of_maps(maps) if 2 * len(maps) > len(items) else _of_lists(lists)
    return form.with_names(names) if names else form


def _is_in_text(texts: Sequence[str], lists: Sequence[Sequence[object]]) -> bool:
    """Whether authors stand in one text; those of several authors tell best."""
    if not (texts and lists):
        return bool(texts)
    several = sum(len(read_people(text)) > 1 for text in texts)
    listed = sum(len(value) > 1 for value in lists)
    return several > listed if several or listed else len(texts) > len(lists)


def _of_lists(lists: Sequence[Sequence[object]]) -> AuthorForm:
    """Return the form of authors that are the items of lists."""
    texts = [item for value in lists for item in value if isinstance(item, str)]
    cut = _abbreviation_of_lists(lists)
    kept = [text for text in texts if without_et_al(text).strip(" ,;")]
    parts = _parts(kept, len(lists), ())
    form = AuthorForm(parts=parts or (NamePart(),), abbreviation=cut)
    return replace(form, known=parts is not None and _is_followed(form, kept))


def _abbreviation_of_lists(lists: Sequence[Sequence[object]]) -> Abbreviation | None:
    """Return how lists are cut that have `et al.` as their last item."""
    lengths, cuts = [0], []
    for value in lists:
        last = value[-1] if value else None
        if isinstance(last, str) and len(value) > 1 and not without_et_al(last).strip(" ,;"):
            cuts.append((len(value) - 1, last))
        else:
            lengths.append(len(value))
    if not cuts:
        return None
    shown, mark = Counter(cuts).most_common(1)[0][0]
    return Abbreviation(shown, mark, max(lengths))


def _parts(
    texts: Sequence[str], values: int, certain: Collection[NameOrder]
) -> tuple[NamePart, ...] | None:
    """Return the form of one author's text; None where the texts are links whose targets cannot be
    known."""
    items = [item for text in texts if (item := _item(text))]
    frames = Counter(item.frames for item in items)
    if not frames:
        return None if texts else (NamePart(),)
    best = max(frames, key=lambda frame: (frames[frame], -len(frame)))
    if 2 * frames[best] < len(texts):
        return None
    same = [item for item in items if item.frames == best]
    tallies = [_Tally() for _ in best]
    for item in same:
        for tally, name in zip(tallies, item.names, strict=True):
            tally.add(name)
    if any(tally.is_full for tally in tallies[1:] + tallies[:-1]):
        certain = _ORDERS  # a link's label has initials, and its target names
    return tuple(
        NamePart(tally.style(certain, values), *frame)
        for tally, frame in zip(tallies, best, strict=True)
    )


def _item(text: str) -> _Item | None:
    """Return the text of one author taken apart; None for a link to a note with a name of its own,
    and for a text with several authors."""
    if wiki := _WIKI.fullmatch(text):
        target, bar, label = wiki.groups()
        return _linked(("[[", target, ""), (bar or "", label, "]]"))
    if link := _MARKDOWN.fullmatch(text):
        label, target = link.groups()
        return _linked(("](", target, ")"), ("[", label, ""), label_first=True)
    if (tag := _TAG.fullmatch(text)) and (spelt := _unspelt(tag[2])):
        return _Item(((tag[1], spelt[0], ""),), (spelt[1],))
    several = len(read_people(text)) > 1 if re.search(r"[,;&、，；]| and ", text) else False
    return None if several else _Item((("", Spelling.PLAIN, ""),), (text,))


def _linked(
    target: tuple[str, str, str], label: tuple[str, str | None, str], *, label_first: bool = False
) -> _Item | None:
    """Return a link taken apart: its target and its label, each with what stands round it."""
    before, text, behind = target
    found = _TARGET.fullmatch(text)
    spelt = _unspelt(found[2]) if found else None
    if found is None or spelt is None:
        return None
    spelling, name = spelt
    person = read_name(name)
    if not person.is_known and not _SIMPLE.fullmatch(name):
        return None
    frame = (before + found[1], spelling, found[3] + behind)
    opening, shown, closing = label
    if shown is None:
        return _Item(((*frame[:2], frame[2] + closing),), (name,))
    if not same_name(name, shown) or (person.is_known and not person.given and name != shown):
        return None
    named = (opening, Spelling.PLAIN, closing)
    if label_first:
        return _Item((named, frame), (shown, name))
    return _Item((frame, named), (name, shown))


def _unspelt(text: str) -> tuple[Spelling, str] | None:
    """Return how a target's blanks are spelt, and the name that it is; None for no name."""
    if "%20" in text:
        return Spelling.PERCENT, unquote(text)
    if " " in text or not re.search(r"[-_]|[a-z][A-Z]", text):
        return None if text.islower() and text.isascii() else (Spelling.PLAIN, text)
    if "_" in text:
        return (Spelling.UNDERSCORE, text.replace("_", " ")) if "-" not in text else None
    if "-" in text:
        spelling = Spelling.SLUG if text.islower() else Spelling.HYPHEN
        return spelling, text.replace("-", " ").title() if text.islower() else text.replace(
            "-", " "
        )
    return Spelling.JOINED, _CAMEL.sub(" ", text)


def _is_followed(form: AuthorForm, texts: Sequence[str]) -> bool:
    """Whether a form writes half of the authors' texts, or more, as they stand."""
    written = followed = 0
    for text in texts:
        item = _item(text)
        if item is None:
            written += 1
            continue
        name = max(item.names, key=len)
        person = read_name(name)
        if not person.is_known or is_in_cjk(person):
            continue
        written += 1
        followed += _written(form, item, person) == _STOP.sub("", text)
    return 2 * followed >= written


def _written(form: AuthorForm, item: _Item, person: Person) -> str:
    """Return the text of an author in a form, without blanks behind full stops."""
    if len(item.names) != len(form.parts):
        return ""
    texts = []
    for part in form.parts:
        spelt = part.spelling.write(part.style.person(person))
        texts.append(f"{part.before}{spelt}{part.behind}")
    return _STOP.sub("", "".join(texts))


def _of_texts(texts: Sequence[str]) -> AuthorForm:
    """Return the form of authors that stand in one text."""
    people = [(text, read_people(text)) for text in texts]
    clear = [(text, named) for text, named in people if _is_clear(named)]
    found = [taken for text, named in clear if (taken := _taken_apart(text, named))]
    if not found:
        return AuthorForm(separators=Separators(), known=not texts)
    items = [item for taken in found for item in taken.items]
    marks = [gap for taken in found for gap in taken.gaps[1:-1]]
    commas = sum("," in mark and ";" not in mark for mark in marks)
    certain = (NameOrder.LAST_FIRST,) if 2 * commas > len(marks) else ()
    parts = _parts(items, len(found), certain)
    whole = [taken for taken in found if not taken.et_al]
    several = [taken for taken in whole if len(taken.items) > 1]
    separators = _separators(found, parts[-1].style if parts else NameStyle())
    form = AuthorForm(
        parts=parts or (NamePart(),),
        separators=separators,
        abbreviation=_abbreviation(found),
        opening=_shared(taken.gaps[0] for taken in found),
        closing=_shared(taken.gaps[-1] for taken in several or whole),
    )
    known = parts is not None and _is_followed(form, items) and 2 * len(found) >= len(clear)
    return replace(form, known=known)


def _is_clear(people: Sequence[Person]) -> bool:
    """Whether it is certain where the names of a text end: neither `Kingma, Ba` nor `Lovelace, Ada,
    Grace Hopper`."""
    known = [person for person in people if person.is_known]
    single = sum(not person.given for person in known)
    mixed = 1 < len(known) <= 2 * single < 2 * len(known)
    return not mixed and not any(person.doubtful for person in known)


def _shared(marks: Iterable[str]) -> str:
    """Return the mark that stands in all places; "" where they differ."""
    found = set(marks)
    return found.pop() if len(found) == 1 else ""


def _taken_apart(text: str, people: Sequence[Person]) -> _Text | None:
    """Return a text with authors taken apart; None where something else stands between them."""
    body = without_et_al(text)
    places = [link.span() for link in _LINK.finditer(body)] or _places(body, people)
    if not places:
        return None
    ends = [0, *(end for _, end in places)]
    starts = [*(start for start, _ in places), len(body)]
    gaps = [body[end:start] for end, start in zip(ends, starts, strict=True)]
    if not all(gap and _is_mark(gap) for gap in gaps[1:-1]):
        return None
    if not (_is_edge(gaps[0]) and _is_edge(gaps[-1])):
        return None
    et_al = text[ends[-1] :] if len(body) < len(text) else ""
    items = [body[start:end] for start, end in places]
    stops = [item for item in items if item.endswith(".")]
    if len(items) > 1 and stops == items[-1:] and _INITIAL_BEHIND.search(items[-1]):
        items[-1], gaps[-1] = items[-1].removesuffix("."), f".{gaps[-1]}"  # the stop of a sentence
    return _Text(tuple(items), tuple(gaps), et_al)


def _is_edge(gap: str) -> bool:
    """Whether a gap before or behind all authors has no words but `by`."""
    return gap.strip().casefold() == "by" or not any(map(str.isalnum, gap))


def _is_mark(gap: str) -> bool:
    """Whether a gap is made of marks and one conjunction at most."""
    return _MARKS.fullmatch(CONJUNCTION.sub("", gap, count=1)) is not None


def _places(text: str, people: Sequence[Person]) -> list[tuple[int, int]]:
    """Return where the authors of a text stand in it; nothing where one is not found."""
    at, found = 0, []
    for person in people:
        places = [(text.find(name, at), -len(name)) for name in _possible_texts(person) if name]
        start, length = min((place for place in places if place[0] >= 0), default=(-1, 0))
        if start < 0:
            return []
        at = start - length
        found.append((start, at))
    return found


def _possible_texts(person: Person) -> set[str]:
    """Return the texts that may be a person's name or a literal."""
    if not person.given:
        return {person.literal or person.family}
    if is_in_cjk(person):
        return {f"{person.family}{gap}{person.given}" for gap in ("", " ", "·", "・")}
    texts = {style.person(person) for style in _styles(person)}
    return texts | {_STOP.sub("", text) for text in texts}


def _abbreviation(texts: Sequence[_Text]) -> Abbreviation | None:
    """Return how long lists are cut."""
    listed = max((len(text.items) for text in texts if not _cut_of(text)), default=0)
    cuts = Counter(cut for text in texts if (cut := _cut_of(text)))
    if not cuts:
        return None
    (shown, mark, last), _ = cuts.most_common(1)[0]
    return Abbreviation(shown, mark, listed, last=last)


def _cut_of(text: _Text) -> tuple[int, str, bool] | None:
    """Return how many names a text shows before the mark of its cut, the mark, and whether the last
    name stands behind it; None where it lists all."""
    if text.et_al:
        return len(text.items), text.et_al, False
    if len(text.gaps) > 2 and _ELLIPSIS.search(text.gaps[-2]):
        return len(text.items) - 1, text.gaps[-2], True
    return None


def _separators(texts: Sequence[_Text], style: NameStyle) -> Separators:
    """Return what parts the names in texts."""
    inner, last, pair = Counter[str](), Counter[str](), Counter[str]()
    for text in texts:
        gaps = text.gaps[1:-1]
        if _cut_of(text):
            inner.update(gaps if text.et_al else gaps[:-1])
        elif len(gaps) == 1:
            pair.update(gaps)
        elif gaps:
            inner.update(gaps[:-1])
            last.update(gaps[-1:])
    shown = Separators(*(_commonest(marks) for marks in (inner, last, pair)))
    if shown == Separators(None, None, None):
        turned = style.order is NameOrder.LAST_FIRST
        return shown if turned else Separators()
    return _completed(shown, style)


def _completed(shown: Separators, style: NameStyle) -> Separators:
    """Return separators with those that follow from the others: marks part all names; ` and ` parts
    all names that begin with the family name, as in BibTeX; two names have no comma before `and`
    unless their form has commas."""
    inner, last, pair = shown.inner, shown.last, shown.pair
    if inner is None and pair is not None:
        turned = style.order is NameOrder.LAST_FIRST and pair.strip() == "and"
        inner = last = pair if turned or not CONJUNCTION.search(pair) else None
    if last is None and inner is not None and not CONJUNCTION.search(inner):
        last = pair if pair and not CONJUNCTION.search(pair) else None
        last = last or (inner if pair is None else None)
    if pair is None and last is not None:
        bare = last.lstrip(", ")
        plain = CONJUNCTION.search(last) and style.order is not NameOrder.LAST_FIRST
        pair = f" {bare}" if plain else last
    return Separators(inner, last, pair)


def _commonest(marks: Counter[str]) -> str | None:
    return marks.most_common(1)[0][0] if marks else None


def _of_maps(maps: Sequence[Mapping[object, object]]) -> AuthorForm:
    """Return the form of authors that are maps."""
    constants = _constants(maps)
    shapes = Counter(keys for item in maps if (keys := _map_keys(item, constants)))
    complete = [keys for keys in shapes if _is_complete(keys)]
    ordered = sorted(complete, key=lambda keys: -shapes[keys])
    tally = _Tally()
    for item in maps:
        for key, value in item.items():
            if map_role(key) is MapRole.WHOLE and isinstance(value, str):
                tally.add(value)
    style = tally.style((), len(maps))
    return AuthorForm(parts=(NamePart(style),), maps=tuple(ordered), known=2 * len(complete) > 0)


def _constants(maps: Sequence[Mapping[object, object]]) -> dict[str, str]:
    """Return the keys under which all maps say that somebody is an author."""
    first = maps[0] if maps else {}
    return {
        key: value
        for key, value in first.items()
        if isinstance(key, str)
        and isinstance(value, str)
        and key.casefold() in _CONSTANT_KEYS
        and value.casefold() == "author"
        and all(item.get(key) == value for item in maps)
    }


def _map_keys(item: Mapping[object, object], constants: Mapping[str, str]) -> MapKeys:
    """Return the keys of a map that can be filled, in its order."""
    keys: list[tuple[str, MapRole | str | MapKeys]] = []
    for key, value in item.items():
        role = map_role(key)
        if not isinstance(key, str):
            continue
        if key in constants:
            keys.append((key, constants[key]))
        elif role is MapRole.WHOLE and isinstance(value, Mapping):
            if inner := _map_keys(value, {}):
                keys.append((key, inner))
        elif role and isinstance(value, str) and value:
            keys.append((key, role))
    roles = {role for _, role in keys}
    if MapRole.FAMILY in roles and MapRole.GIVEN not in roles:  # `name` and `surname`
        return tuple((key, MapRole.GIVEN if role is MapRole.WHOLE else role) for key, role in keys)
    return tuple(keys)


def _is_complete(keys: MapKeys) -> bool:
    """Whether a map has a key for a whole name, or for both parts of one."""
    roles = {role for _, role in keys if isinstance(role, MapRole)}
    inner = any(_is_complete(role) for _, role in keys if isinstance(role, tuple))
    return inner or MapRole.WHOLE in roles or {MapRole.FAMILY, MapRole.GIVEN} <= roles
