"""How a vault writes venues: marks and links round the name, the year beside it, acronyms or long
names, capitals. `venue_names.py` knows which names are one venue's.

A text is taken apart into a name and a pattern, such as `In *{name}*` or `[[{name} {year}]]`. The
commonest pattern of a group of venues (acronyms, long names of meetings, journals) is the vault's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal, TypeAlias

from refmatter.schema.venue_names import KnownVenue, is_numbered, known_venue, venue_key

Venues: TypeAlias = Literal["given", "short", "long"]
VenueKind: TypeAlias = Literal["journal", "meeting"]
_Case: TypeAlias = Literal["lower", "upper"]
_Group: TypeAlias = Literal["acronym", "meeting", "journal", "other"]
_Style: TypeAlias = Literal["acronym", "abbreviated", "long"]

_JOURNAL = re.compile(
    r"\b(?:journal|j|transactions|trans|letters|lett|reviews?|magazine|annals|quarterly|nature"
    r"|science|plos|revue|zeitschrift|revista|rivista)\b",
    re.IGNORECASE,
)
_MEETING = re.compile(
    r"\b(?:conference|conf|proceedings|proc|workshop|symposium|meeting|congress)\b", re.IGNORECASE
)
_ABBREVIATED = re.compile(r"\w\.(?:\s|$)")

_LINK = re.compile(r"\[\[([^\[\]|]+)(?:\|([^\[\]|]+))?\]\]")
_MARKDOWN = re.compile(r"\[([^\[\]]+)\]\([^()]*\)")
_MARKS = re.compile(r"(?:\*+|_+|~+|`+|\"|'|=+|[(\[{<«“„‹《〈「『【（]+)(?=\S)")
_CLOSING = str.maketrans("[({<«“„‹《〈「『【（", "])}>»”“›》〉」』】）")
_PREFIX = re.compile(
    r"(?:(?:(?:published|accepted|presented) (?:in|at)|in|at) (?:the )?)?"
    r"(?:proc\. (?:of (?:the )?)?|proceedings of (?:the )?)?(?=\S)",
    re.IGNORECASE,
)
_FULL_YEAR = r"(?P<year>(?:19|20)\d\d)"
_YEARS = (
    re.compile(rf"(?P<name>.*[^\W_])(?P<sep>[\s,._:@/(-]*[\s,._:@/(-]){_FULL_YEAR}(?P<end>\)?)"),
    re.compile(rf"(?P<name>[^\W\d_]*[A-Z][^\W\d_]*[A-Z][^\W\d_]*)(?P<sep>){_FULL_YEAR}(?P<end>)"),
    re.compile(r"(?P<name>.*[^\W_])(?P<sep>\s?['’‘])(?P<yy>\d\d)(?P<end>)"),
    re.compile(
        r"(?P<name>[^\W\d_]*[A-Z][^\W\d_]*[A-Z][^\W\d_]*)(?P<sep>[ -]?)(?P<yy>\d\d)(?P<end>)"
    ),
)
_YEAR_FIRST = re.compile(rf"{_FULL_YEAR}(?P<sep>[\s,._:-]+)(?P<name>[^\W\d_].*)")
_COMMON = re.compile(r".*[^\w\s]\s?")
_ENOUGH = 3
"""So many venues show how all are written, where fewer leave it open."""
_UNLINKABLE = re.compile(r"[\[\]|#^\\/:]")
_PLAIN = "{name}"


def closing_marks(opening: str) -> str:
    """Return the marks that close what these open: `]]` for `[[`, `*` for `*`."""
    return opening[::-1].translate(_CLOSING)


@dataclass(frozen=True, slots=True)
class VenueText:
    """A text under a venue's key, taken apart. `pattern` has `{name}`, and `{year}` or `{yy}` where
    the text has a year (`year`); it is "" for a text that is more than that."""

    name: str
    pattern: str = _PLAIN
    year: int | None = None


@lru_cache(maxsize=4096)
def read_venue(text: str) -> VenueText:
    """Return the name in a text, the pattern round it, and its year."""
    text = text.strip()
    if label := _MARKDOWN.fullmatch(text):
        return VenueText(label[1], "")
    if link := _LINK.fullmatch(text):
        return _read_link(link[1], link[2])
    if text.startswith("#") and len(text) > 1:
        return _inside("#", read_venue(text[1:]), "")
    prefix = _PREFIX.match(text)
    if prefix and prefix[0]:
        inner = read_venue(text[prefix.end() :])
        ours = "proc" not in prefix[0].casefold() or (
            kind_of_venue([inner.name]) == "meeting" and not is_numbered(inner.name)
        )
        return _inside(prefix[0], inner, "") if ours else VenueText(text)
    if marks := _MARKS.match(text):
        closing = closing_marks(marks[0])
        inner_end = len(text) - len(closing)
        if text.endswith(closing) and inner_end > marks.end():
            return _inside(marks[0], read_venue(text[marks.end() : inner_end]), closing)
    return _read_year(text)


def _read_link(target: str, alias: str | None) -> VenueText:
    """Return what a wiki link says: the name is that of the note in its folder, or the alias."""
    folder, slash, last = target.rpartition("/")
    if alias is None:
        inner = last.strip()
        before, _, after = last.partition(inner)
        return _inside(f"[[{folder}{slash}{before}", _read_year(inner), f"{after}]]")
    inner_text = _read_year(alias.strip())
    if alias not in target:
        return replace(inner_text, pattern="")
    linked = target.replace(alias, inner_text.pattern)
    return replace(inner_text, pattern=f"[[{linked}|{inner_text.pattern}]]")


def _inside(opening: str, text: VenueText, closing: str) -> VenueText:
    pattern = text.pattern and f"{opening}{text.pattern}{closing}"
    return replace(text, pattern=pattern)


def _read_year(text: str) -> VenueText:
    for form in _YEARS:
        if found := form.fullmatch(text):
            groups = found.groupdict()
            mark, year = ("{year}", groups.get("year")) if "year" in groups else ("{yy}", None)
            number = int(year) if year else _full_year(int(groups["yy"]))
            return VenueText(found["name"], f"{_PLAIN}{found['sep']}{mark}{found['end']}", number)
    if found := _YEAR_FIRST.fullmatch(text):
        return VenueText(found["name"], f"{{year}}{found['sep']}{_PLAIN}", int(found["year"]))
    return VenueText(text)


def _full_year(two: int) -> int:
    return two + (1900 if two >= 50 else 2000)


def is_short(venue: str) -> bool:
    """Whether a venue is an acronym and not a name: ICML, NeurIPS, ACL 2006."""
    first, _, _ = venue.partition(" ")
    return len(venue) <= 12 and sum(c.isupper() for c in first) >= 2


def kind_of_venue(names: Iterable[str]) -> VenueKind | None:
    """Return the kind of a venue by its names; None where they do not tell."""
    names = tuple(names)
    if any(map(_JOURNAL.search, names)):
        return "journal"
    return "meeting" if any(_MEETING.search(name) or is_short(name) for name in names) else None


@lru_cache(maxsize=16384)
def _kind(name: str) -> VenueKind | None:
    """Return the kind of a venue; what is abbreviated and no meeting is a journal."""
    known = known_venue(name)
    if known is not None and known.abbreviation:
        return "journal"
    kind = kind_of_venue([name]) or (kind_of_venue([known.long]) if known else None)
    return kind or ("journal" if _ABBREVIATED.search(name) else None)


@lru_cache(maxsize=16384)
def _style(name: str) -> _Style:
    known = known_venue(name)
    if is_short(name) or (known and name.casefold() in map(str.casefold, _acronyms(known))):
        return "acronym"
    return "abbreviated" if _ABBREVIATED.search(name) else "long"


def _group(name: str) -> _Group:
    """Return the group of venues that are written alike: the acronym of a journal is one too."""
    return "acronym" if _style(name) == "acronym" else _kind(name) or "other"


def _acronyms(known: KnownVenue) -> list[str]:
    return [name for name, _ in known.acronyms]


def venue_streams(name: str) -> frozenset[str]:
    """Return the names that a venue may have in DBLP's keys: its acronyms in lower case."""
    bare = _read_year(name).name
    known = known_venue(bare)
    return frozenset(map(str.lower, [bare, *(_acronyms(known) if known else ())]))


@dataclass(frozen=True, slots=True)
class VenueForm:
    """How venues are written under a key.

    `patterns` has the pattern of each group of venues that is shown, and under "" the commonest of
    all, without a year. `abbreviated` tells whether the names of journals are abbreviated, None if
    they do not show it. `case` is that of all acronyms, where it is not the usual one. `yearless`
    are groups of which enough are shown to tell that no venue has its year. `texts` are whole texts
    that no pattern gives, by the name in them.
    """

    patterns: Mapping[str, str] = field(default_factory=dict)
    abbreviated: bool | None = None
    case: _Case | None = None
    yearless: frozenset[str] = frozenset()
    texts: Mapping[str, str] = field(default_factory=dict)

    def write(self, name: str, year: int | None) -> str | None:
        """Return a name in this form, with the year if the vault writes years; None where the form
        cannot hold it."""
        if name in self.texts:
            return self.texts[name]
        pattern = self._pattern(_group(name))
        if not pattern:
            return None
        if year is None:
            pattern = _without_year(pattern)
        if (_is_link(pattern) and _UNLINKABLE.search(name)) or ("#" in pattern and " " in name):
            return None
        dated = pattern.replace("{year}", f"{year}").replace("{yy}", f"{(year or 0) % 100:02}")
        return dated.replace(_PLAIN, name)

    def keeps_year(self, name: str) -> bool:
        """Whether a year in a record's own name stays."""
        return _group(name) not in self.yearless

    def _pattern(self, group: _Group) -> str:
        if group in self.patterns:
            return self.patterns[group]
        if group in ("acronym", "meeting"):
            other = "meeting" if group == "acronym" else "acronym"
            return self.patterns.get(other, self.patterns.get("", _PLAIN))
        return self.patterns.get("", _PLAIN)


PLAIN = VenueForm()


def _has_year(pattern: str) -> bool:
    return "{year}" in pattern or "{yy}" in pattern


def _is_link(pattern: str) -> bool:
    return "[[" in pattern


def _without_year(pattern: str) -> str:
    """Return a pattern without the year and what stands between it and the name."""
    pattern = re.sub(r"\{year\}[\s,._:-]+(?=\{name\})", "", pattern)
    return re.sub(r"(?<=\{name\})(?:[\s,._:@/(-]*|\s?['’‘])\{(?:year|yy)\}\)?", "", pattern)


def learn_venue_form(texts: Sequence[str]) -> VenueForm:
    """Return the form that these texts of a vault show; more than half of a group show it."""
    venues = _without_common_prefix([read_venue(text) for text in texts])
    groups: dict[str, Counter[str]] = {"": Counter()}
    for venue in venues:
        groups.setdefault(_group(venue.name), Counter())[venue.pattern] += 1
        groups[""][_without_year(venue.pattern)] += 1
    patterns = {group: _majority(counts) for group, counts in groups.items() if counts}
    names = [venue.name for venue in venues]
    return VenueForm(
        patterns=patterns,
        abbreviated=_abbreviated(names),
        case=_case(names),
        yearless=frozenset(
            group
            for group, counts in groups.items()
            if counts.total() >= _ENOUGH and not any(_has_year(v.pattern) for v in venues)
        ),
        texts={
            venue.name: text for venue, text in zip(venues, texts, strict=True) if not venue.pattern
        },
    )


def _without_common_prefix(venues: list[VenueText]) -> list[VenueText]:
    """Return venues with what stands before all their names in the patterns, such as `J. ` or `@`,
    if nothing but acronyms follows and the whole is no venue's name."""
    names = {venue.name for venue in venues}
    prefix = _COMMON.match(min(names)) if len(names) > 1 else None
    start = prefix.end() if prefix else 0
    if prefix is None or not all(name.startswith(prefix[0]) for name in names):
        return venues
    if any(_style(name[start:]) != "acronym" or known_venue(name) for name in names):
        return venues
    return [
        replace(v, name=v.name[start:], pattern=v.pattern.replace(_PLAIN, v.name[:start] + _PLAIN))
        for v in venues
    ]


def _majority(counts: Counter[str]) -> str:
    """Return the pattern of more than half of the texts; else the plain one, or the commonest with
    the same marks and no year."""
    pattern, times = max(counts.items(), key=lambda item: (item[1], item[0] == _PLAIN))
    if times > counts.total() / 2:
        return pattern
    bare = Counter[str]()
    for other, n in counts.items():
        bare[_without_year(other)] += n
    pattern, times = max(bare.items(), key=lambda item: (item[1], item[0] == _PLAIN))
    return pattern if times > counts.total() / 2 else _PLAIN


def _abbreviated(names: Iterable[str]) -> bool | None:
    """Whether names of journals are abbreviated; None where they are few or of both kinds. What
    does not say that it is a meeting counts as a journal, as most long names do not."""
    journals = [name for name in names if _group(name) in ("journal", "other")]
    abbreviated = sum(_style(name) == "abbreviated" for name in journals)
    if len(journals) < _ENOUGH or 0 < abbreviated < len(journals):
        return None
    return abbreviated * 2 > len(journals)


def _case(names: Iterable[str]) -> _Case | None:
    """Return the case of all acronyms of known venues, where it is not the usual one."""
    cases = Counter[_Case | None]()
    for name in names:
        known = known_venue(name)
        usual = next(
            (a for a in _acronyms(known) if a.casefold() == name.casefold()) if known else iter(()),
            None,
        )
        if usual is None or (usual.isupper() and name.isupper()):
            continue
        cases["lower" if name.islower() else "upper" if name.isupper() else None] += 1
    (case, times) = cases.most_common(1)[0] if cases else (None, 0)
    return case if times == cases.total() else None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names that a vault gives to venues, with how often; `all_years` are acronyms that it
    gives to meetings of other years than those in which they were in use; `styles` counts how the
    names of meetings are written, and those of all others; `by_venue` has the names of each
    venue."""

    counts: Mapping[str, int] = field(default_factory=dict)
    all_years: frozenset[str] = frozenset()
    styles: Mapping[tuple[bool, _Style], int] = field(default_factory=dict)
    by_venue: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def spelling(self, names: Sequence[str], year: int | None) -> str | None:
        """Return the name that the vault gives to the venue of these names: the first itself, else
        the commonest of the others, else another name of the same venue."""
        if names[0] in self.counts:
            return names[0]
        used = [name for name in names if name in self.counts] or self._others(names, year)
        used = [name for name in used if self._prefers(name, names[0])]
        return max(used, key=lambda name: (self.counts[name], name), default=None)

    def _others(self, names: Sequence[str], year: int | None) -> list[str]:
        ids = dict.fromkeys(map(_venue_id, names))
        used = (name for venue_id in ids for name in self.by_venue.get(venue_id, ()))
        return [name for name in used if not is_numbered(name) and self._fits(name, year)]

    def _prefers(self, name: str, given: str) -> bool:
        """Whether a name is written in the style of the given one, or the vault hardly ever writes
        such venues in the given one's: else it writes them as records do."""
        is_meeting, style, given_style = _kind(name) == "meeting", _style(name), _style(given)
        total = sum(times for (other, _), times in self.styles.items() if other == is_meeting)
        return style == given_style or self.styles.get((is_meeting, given_style), 0) <= 0.2 * total

    def _fits(self, name: str, year: int | None) -> bool:
        """Whether the vault would give this name to a meeting of that year."""
        known = known_venue(name)
        if known is None or not _is_renamed(known, name) or name in self.all_years:
            return True
        return known.acronym(year) == name


def _venue_id(name: str) -> str:
    """Return what all known names of a venue have in common."""
    known = known_venue(name)
    return venue_key(known.long or known.acronym(None)) if known else venue_key(name) or name


def _is_renamed(known: KnownVenue, name: str) -> bool:
    """Whether a name is one of several acronyms of a venue."""
    return len(known.acronyms) > 1 and name in _acronyms(known)


def learn_vocabulary(
    counts: Mapping[str, int], dated: Iterable[tuple[str, int | None]]
) -> Vocabulary:
    """Return the vocabulary of the texts of a vault, with how often each stands there; `dated` are
    texts with the years of their notes."""
    names = Counter[str]()
    for text, times in counts.items():
        names[read_venue(text).name] += times
    all_years = set()
    for text, year in dated:
        name = read_venue(text).name
        known = known_venue(name)
        if year and known and _is_renamed(known, name) and known.acronym(year) != name:
            all_years.add(name)
    styles = Counter[tuple[bool, _Style]]()
    by_venue: dict[str, list[str]] = {}
    for name, times in names.items():
        styles[_kind(name) == "meeting", _style(name)] += times
        by_venue.setdefault(_venue_id(name), []).append(name)
    return Vocabulary(names, frozenset(all_years), styles, by_venue)


def length_of_names(texts: Sequence[str]) -> Venues:
    """Return whether meetings are called by their acronyms (four fifths of them), by long names
    (all but one in twenty), or both; by all venues where few are meetings."""
    names = [read_venue(text).name for text in texts]
    meetings = [name for name in names if _kind(name) == "meeting"]
    names = meetings if len(meetings) >= _ENOUGH else names
    short = sum(_style(name) == "acronym" for name in names)
    if len(names) >= _ENOUGH and short >= 0.8 * len(names):
        return "short"
    return "long" if len(names) >= _ENOUGH and short <= 0.05 * len(names) else "given"


@dataclass(frozen=True, slots=True)
class WorkVenue:
    """The venue of a work as records name it: the name, its other names, the year of the work, and
    the year of its publication there, None where that is not certain."""

    name: str
    others: tuple[str, ...] = ()
    work_year: int | None = None
    year: int | None = None


def write_venue(
    venue: WorkVenue, vocabulary: Vocabulary, length: Venues, form: VenueForm = PLAIN
) -> str | None:
    """Return a venue as a vault writes it; None where its form cannot hold the name.

    The vault's own name for it comes first, then a name of the length that it prefers, of those in
    the records or the table of names; else the record's. A name is never left out because its
    acronym is unknown: a right long name is better than none.
    """
    text = _read_record(venue.name, venue.work_year)
    others = (_read_record(name, venue.work_year).name for name in venue.others)
    names = list(dict.fromkeys((text.name, *others)))
    year = text.year or venue.year
    name = vocabulary.spelling(names, year) or _preferred(names, year, length, form)
    pattern_year = year
    if name == text.name and text.year and form.keeps_year(name):
        name, pattern_year = venue.name, None
    return form.write(name, pattern_year)


def _read_record(name: str, work_year: int | None) -> VenueText:
    """Return the name and the year in a record's name of a venue. A number that is far from the
    work's year is none: of TREC-10 it is the tenth. Marks and words in front are the name's own."""
    text = _read_year(name)
    if text.year is None:
        return text
    least = 1 if "{year}" in text.pattern else 0
    agrees = work_year is not None and abs(text.year - work_year) <= least
    return text if agrees else VenueText(name)


def _preferred(names: Sequence[str], year: int | None, length: Venues, form: VenueForm) -> str:
    """Return the name of the length and case that a vault prefers."""
    name = names[0]
    known = next((known for n in names if (known := known_venue(n))), None)
    if _kind(name) == "journal":
        return _journal(name, known, form.abbreviated)
    short = [n for n in names if _style(n) == "acronym"]
    if length == "short":
        acronym = known.acronym(year) if known else ""
        name = name if name in short else acronym or min(short, key=len, default=name)
    elif length == "long":
        long = [n for n in names if n not in short]
        name = (
            name
            if name in long
            else known.long
            if known and known.long
            else max(long, key=len, default=name)
        )
    if form.case and _style(name) == "acronym":
        return name.lower() if form.case == "lower" else name.upper()
    return name


def _journal(name: str, known: KnownVenue | None, abbreviated: bool | None) -> str:
    """Return the name of a journal, abbreviated or not, where both are known."""
    if known is None or abbreviated is None:
        return name
    return (known.abbreviation if abbreviated else known.long) or name
