"""The nouns that cross a stage boundary.

    files ─scan▶ Note ─plan▶ Lookup ─resolve▶ Resolution ─merge▶ Patch ─write▶ files
    (disk)                           (network)                                  (disk)
                                       │ rung by rung:  ask ▶ Candidate ▶ match ▶ Decision
    Resolutions and Outcomes ─report▶ people, CI, JSON

Everything here is frozen: a stage makes new values and changes none. What is made for each title
and each candidate is a msgspec.Struct, which is made in a tenth of the time that a frozen dataclass
takes; none of them can be part of a cycle, so Python's collector need not look at them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TypeAlias

import msgspec
from msgspec import Struct

from refmatter.fields import Field, Value
from refmatter.reasons import Difference, Reason, ReasonKind
from refmatter.yaml_fault import YamlFault


class Rung(StrEnum):
    """One way of looking a work up, from the cheapest to the dearest."""

    LEDGER = "ledger"
    CATALOG = "catalog"
    IDENTIFIER = "identifier"
    CITING_REFERENCES = "citing_references"
    """The reference lists of the works that cite it."""
    TITLE_BATCH = "title_batch"
    """Many titles in one request."""
    TITLE_SEARCH = "title_search"
    """A search for one title."""
    SAME_TITLE_SEARCH = "same_title_search"
    """All works that have one title."""
    COMPARE_REFERENCES = "compare_references"
    """The reference lists of works of one title, to compare them with the note's own."""

    @property
    def rank(self) -> int:
        """Return the rung's place where records of one provider are put in order."""
        return _RANKS[self]


_RANKS = {
    rung: place
    for place, rung in enumerate(
        (
            Rung.CATALOG,
            Rung.CITING_REFERENCES,
            Rung.IDENTIFIER,
            Rung.LEDGER,
            Rung.COMPARE_REFERENCES,
            Rung.SAME_TITLE_SEARCH,
            Rung.TITLE_SEARCH,
            Rung.TITLE_BATCH,
        )
    )
}


class Identifiers(Struct, frozen=True, gc=False):
    """What other systems call a work, in the canonical forms of `schemes.SCHEMES`: one attribute
    for each scheme."""

    s2: str | None = None
    doi: str | None = None
    arxiv: str | None = None
    acl: str | None = None
    openalex: str | None = None
    dblp: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    corpus: str | None = None
    isbn: str | None = None

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for scheme in self.__struct_fields__:
            value = getattr(self, scheme)
            if value is not None:
                yield scheme, value

    def __bool__(self) -> bool:
        return self != _NO_NAMES

    def agrees(self, other: Identifiers) -> bool:
        """Whether one system calls both by the same name."""
        return any(value and value == getattr(other, scheme) for scheme, value in self)

    def contradicts(self, other: Identifiers) -> bool:
        """Whether no system calls both the same, and one calls them different."""
        identifiers = dict(self)
        shared = [(identifiers[scheme], value) for scheme, value in other if scheme in identifiers]
        return bool(shared) and all(a != b for a, b in shared)

    def or_else(self, other: Identifiers) -> Identifiers:
        """Return these identifiers, and the other's for the schemes that these lack."""
        if not self or not other:
            return self or other
        return Identifiers(**(dict(other) | dict(self)))


_NO_NAMES = Identifiers()


class Sequences(StrEnum):
    """How a list is laid out: `- a` at the key's column, `  - a`, or `[a, b]`."""

    BLOCK = "block"
    INDENTED = "indented"
    FLOW = "flow"


class Quotes(StrEnum):
    """How text is quoted; plain is quoted only where YAML needs it."""

    PLAIN = "plain"
    SINGLE = "single"
    DOUBLE = "double"


@dataclass(frozen=True, slots=True)
class ListMarks:
    """What stands round the items of a list: `dash` before each one below its key, with `indent`
    before that where it is indented; in brackets `opening`, `comma` and `closing`, which may have
    newlines. `flow_maps` writes items that are maps as `{a: b}` also below their key."""

    indent: str = "  "
    dash: str = "- "
    opening: str = "["
    comma: str = ", "
    closing: str = "]"
    flow_maps: bool = False


@dataclass(frozen=True, slots=True)
class ValueStyle:
    r"""How a value of the front matter is written; for a list, `quotes` is its items'. The
    defaults are those of PyYAML's `safe_dump`.

    `escapes` writes letters outside ASCII as `"\xE9"`; `null` is how None is written: `null`,
    `~` or nothing; `needed` is how text is quoted that cannot be plain. `width` is the column at
    which text is folded, infinite where it is not; of a value that was read, None where it does
    not show that.
    """

    sequences: Sequences = Sequences.BLOCK
    quotes: Quotes = Quotes.PLAIN
    escapes: bool = False
    null: str = "null"
    width: float | None = None
    marks: ListMarks = ListMarks()
    needed: Quotes = Quotes.SINGLE


@dataclass(frozen=True, slots=True)
class Reference:
    """A title under a References heading.

    `text` is what a reader sees; `target` is the path or name of the note it links to, as
    written (percent escapes undone), None where it links to no note; `line` counts from 1
    in the file. `plain` tells that it is a title and no link at all, `wiki` that it is a
    wikilink, whose path starts from the vault, `embed` that it shows that note in place.
    `titled` tells whether the text may be a title: `PDF`, a URL or a citekey is none.
    """

    text: str
    target: str | None
    line: int
    identifiers: Identifiers = Identifiers()
    plain: bool = field(default=True, compare=False)
    wiki: bool = field(default=False, compare=False)
    embed: bool = field(default=False, compare=False)
    titled: bool = field(default=True, compare=False)


class TitleSource(StrEnum):
    """Where a note's title stands."""

    KEY = "key"
    HEADING = "heading"
    FILE_NAME = "file name"
    ALIAS = "alias"
    NONE = "none"
    """Nothing in the note names a work."""


@dataclass(frozen=True, slots=True)
class Note:
    """A Markdown file as scanned.

    `path` is relative to the vault; `digest` is the SHA-256 of its bytes; `entries` are the
    pairs of its front matter in order, values as plain Python (str, int, float, bool, None,
    list, dict); a key that stands twice is there twice. `styles` tell, entry by entry, how
    the value is written.

    `title` names the work, without decorations, and is "" where nothing in the note does;
    `title_source` says where it stands, `other_titles` are the other texts of the note that
    name a work. `identifiers` stand under a key of their scheme or are the file name, and decide
    alone; `linked_identifiers` stand in other links (`url`, a lone line of the body) and are
    evidence only. `is_template` tells of a note that is there to be copied: it shows which keys
    new notes get, and is no paper note. `stated_authors` (a text) and `stated_year` stand in the
    body, a heading or the file name, "" and None where they do not.
    """

    path: PurePosixPath
    digest: str
    entries: tuple[tuple[object, object], ...]
    styles: tuple[ValueStyle, ...]
    title: str
    references: tuple[Reference, ...] = ()
    identifiers: Identifiers = Identifiers()
    is_paper: bool = True
    title_source: TitleSource = TitleSource.KEY
    other_titles: tuple[str, ...] = ()
    linked_identifiers: Identifiers = Identifiers()
    is_template: bool = False
    stated_authors: str = ""
    stated_year: int | None = None

    def entry(self, key: str) -> object:
        """Return the value behind a key, as YAML reads it (the last one wins); None where
        absent."""
        return next((value for name, value in reversed(self.entries) if name == key), None)


class Hints(Struct, frozen=True, gc=False):
    """What is known of a wanted work beside its title: the note's own evidence.

    `identifiers` decide alone; `linked_identifiers` are evidence. `references` is how many works
    the note lists, `cited_in` the year of the first work that cites it. `title_source` says where
    the title stands, `other_titles` are the note's other texts that name a work.

    Names are texts that `people.read_name` reads: `Last, First` where it is known which is the
    family name, else as they were written. `authors` are those that could be read, in order, the
    first one with them; `first_author` is None where the first could not.
    """

    year: int | None = None
    first_author: str | None = None
    identifiers: Identifiers = Identifiers()
    authors: tuple[str, ...] = ()
    references: int | None = None
    cited_in: int | None = None
    title_source: TitleSource = TitleSource.KEY
    linked_identifiers: Identifiers = Identifiers()
    other_titles: tuple[str, ...] = ()

    @property
    def names(self) -> Identifiers:
        """Every identifier that the note carries: what services are asked by."""
        return self.identifiers.or_else(self.linked_identifiers)


class LookupKey(Struct, frozen=True, order=True, gc=False):
    """What names a lookup, and its decision in the ledger.

    `title` is the title key, which lookups of one title share; `note` the path, from the ledger's
    folder, of the note that is about the work; `identifier` scheme and value of what a reference
    carries, () for none.
    """

    title: str
    note: str = ""
    identifier: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the key as people read and type it."""
        if self.note:
            return f"{self.title}@{self.note}"
        return f"{self.title}#{':'.join(self.identifier)}" if self.identifier else self.title


class Lookup(Struct, frozen=True, gc=False):
    """One work that is looked for: that of one note, or that of the references of one title.

    `key` is unique in a run. Lookups of one title share the questions to services, never the
    decision. `notes` is the note that is about it, `cited_by` are those whose reference lists name
    it; `linked` tells that one of these names links to a note; `evidence`
    is a digest of the note's own evidence, "" for none.
    """

    key: LookupKey
    title: str
    hints: Hints = Hints()
    notes: tuple[PurePosixPath, ...] = ()
    cited_by: tuple[PurePosixPath, ...] = ()
    linked: bool = False
    wanted: frozenset[Field] = frozenset()
    spellings: tuple[str, ...] = ()
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """One HTTP question to one provider; `about` are the lookups it carries, in order."""

    provider: str
    rung: Rung
    about: tuple[Lookup, ...]
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a query; `fetched` is the day (ISO, UTC) the service said it."""

    status: int
    content_type: str
    body: bytes
    fetched: str


class WorkKind(StrEnum):
    """What a record is of, as a service says it or its title shows it."""

    ARTICLE = "article"
    """An article of a journal or a conference, a survey of the literature among them."""
    PREPRINT = "preprint"
    BOOK = "book"
    """A book or a volume of proceedings."""
    CHAPTER = "chapter"
    """A part of a book, an entry of an encyclopedia among them."""
    THESIS = "thesis"
    REPORT = "report"
    """A report or a standard."""
    REVIEW = "review"
    """A review of one book or another work, not a survey of many."""
    ERRATUM = "erratum"
    """A notice that corrects or withdraws another work."""
    DATASET = "dataset"
    PEER_REVIEW = "peer-review"
    """A referee's report, or an answer to one."""
    PARATEXT = "paratext"
    """What packs or completes works: covers, contents, whole issues and journals, supplements."""
    EDITORIAL = "editorial"
    LETTER = "letter"
    """A letter to a journal about what it published."""
    OTHER = "other"


class Work(Struct, frozen=True, gc=False):
    """What a provider says of a work; None where it does not say.

    `venue` is "" where the provider knows the work and names no venue for it;
    `other_venues` are its other names for the same venue. `preprint` tells whether this is
    the record of a preprint, and so its year that of the first appearance; `retracted` whether
    the work was retracted; `kind` what kind of work the record is of. `published_as` is the DOI of
    the publication of which the record is the preprint. `others` are the values of fields that have
    no attribute here.
    """

    title: str
    authors: tuple[str, ...] | None = None
    year: int | None = None
    venue: str | None = None
    other_venues: tuple[str, ...] = ()
    citation_count: int | None = None
    reference_count: int | None = None
    fields_of_study: tuple[str, ...] | None = None
    identifiers: Identifiers = Identifiers()
    preprint: bool | None = None
    retracted: bool | None = None
    kind: WorkKind | None = None
    published_as: str | None = None
    others: tuple[tuple[Field, Value], ...] = ()

    def value(self, name: Field) -> Value:
        """Return the value of a field; None where the record has none."""
        if name in _ATTRIBUTES:
            value: Value = getattr(self, name.value)
            return value
        return dict(self.others).get(name)


_ATTRIBUTES = frozenset(field for field in Field if field.value in Work.__struct_fields__)


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a note's own reference list and a work's have in common, in titles: how many the note
    lists (`noted`) and how many the work's list has (`listed`); how many of the note's stand in
    it as they are (`shared`), and how many may, under a title that is near (`near`, those that
    are shared among them)."""

    noted: int
    listed: int
    shared: int
    near: int


class Candidate(Struct, frozen=True, gc=False):
    """A work, who said it, by which rung, and on which day.

    `cited_by` is the note in whose reference list it was found, for the rung `citing_references`;
    `overlap` what its own list has of what the note about it lists, where that was looked at.
    """

    work: Work
    provider: str
    rung: Rung
    fetched: str
    cited_by: PurePosixPath | None = None
    overlap: Overlap | None = None


class Match(Struct, frozen=True, gc=False):
    """A candidate with its features by name (see `Feature`), each in [0, 1], and their score;
    `differences` are those of the titles."""

    candidate: Candidate
    features: Mapping[str, float]
    score: float
    differences: tuple[Difference, ...] = ()


class Tier(StrEnum):
    """How sure an accepted match is: equal but for what is forgivable, or not quite equal and
    with evidence."""

    CERTAIN = "certain"
    LIKELY = "likely"


class Accepted(Struct, frozen=True, gc=False):
    """This is the work: `matches` are its records, `others` candidates that are not it,
    `corroborated` False where nothing but the title speaks for it, `confirmed` where an
    identifier, the citing note's reference list or the note's own does."""

    matches: tuple[Match, ...]
    reason: Reason
    corroborated: bool = True
    others: tuple[Match, ...] = ()
    tier: Tier = Tier.CERTAIN
    confirmed: bool = False


class Ambiguous(Struct, frozen=True, gc=False):
    """Several works answer to the description, or one does and something speaks against it."""

    matches: tuple[Match, ...]
    reason: Reason


class Unmatched(Struct, frozen=True, gc=False):
    """Everybody who was asked answered, and nobody knows such a work."""

    reason: Reason
    matches: tuple[Match, ...] = ()


class Ruled(Struct, frozen=True, gc=False):
    """A person said so: the work, or None for "none of these"."""

    identifiers: Identifiers | None
    matches: tuple[Match, ...] = ()
    reason: Reason = Reason(ReasonKind.RULED)


Decision: TypeAlias = Accepted | Ambiguous | Unmatched | Ruled


def names_work(decision: Decision | None) -> bool:
    """Whether a decision says which work it is: accepted, or ruled to be a certain one."""
    return isinstance(decision, Accepted) or (
        isinstance(decision, Ruled) and bool(decision.identifiers)
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """What a service bears, as far as it is known; None where it is not.

    `min_interval` is the least number of seconds between the starts of two requests, `at_once` the
    most requests under way together. Where a day has a budget, `left` is what is left of it,
    `cost` what the request just answered took from it, and `reset` the seconds until it is
    whole again.
    """

    min_interval: float | None = None
    at_once: int | None = None
    left: int | None = None
    cost: int | None = None
    reset: float | None = None


class Trouble(StrEnum):
    """Why a provider could not answer."""

    OFFLINE = "offline"
    QUOTA_EXCEEDED = "spent"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    BROKEN = "broken"
    GARBLED = "garbled"
    REJECTED = "rejected"
    TOO_LARGE = "too large"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Failure:
    """A provider could not answer, and why; never to be mistaken for "no such paper".

    `REJECTED` blames the question (400, 413): a smaller one may be answered, and so it may where
    the answer is `TOO_LARGE`, which for one work alone is no fault of the question any more;
    `QUOTA_EXCEEDED` says that the service's budget for the day is used up, `INCOMPLETE` that the
    answer lacks its content, and that the same question may well be answered at once.
    """

    provider: str
    rung: Rung
    trouble: Trouble
    detail: str
    http_status: int | None = None
    """The status of the answer, where the service answered."""


class Provenance(Struct, frozen=True, gc=False):
    """Where a value came from: who said it, by which rung, on which day (ISO)."""

    provider: str
    rung: Rung
    fetched: str


class Question(Struct, frozen=True, order=True, gc=False):
    """What a service was asked about a lookup: by which rung and, where that does not follow from
    the lookup, about what.

    `subject` is the work whose reference list was asked for, or which catalogues were searched.
    """

    provider: str
    rung: Rung
    subject: str = ""


QUERY_RULES = 2
"""The version of the rules by which titles become queries. Raise it with every change by which a
service may find what it did not find before: what was not found by older rules is asked again."""


class QuestionSet(AbstractSet[Question]):
    """The questions that were answered for a lookup. A set, in a quarter of the room that a
    frozenset takes: of a large vault there is one for each title that nobody knew."""

    __slots__ = ("_sorted",)

    def __init__(self, questions: Iterable[Question] = ()) -> None:
        self._sorted = tuple(sorted(set(questions)))

    def __contains__(self, question: object) -> bool:
        return question in self._sorted

    def __iter__(self) -> Iterator[Question]:
        return iter(self._sorted)

    def __len__(self) -> int:
        return len(self._sorted)

    def __hash__(self) -> int:
        return self._hash()


NO_QUESTIONS = QuestionSet()


class RemarkKind(StrEnum):
    """What is wrong with a value of a record, or stands between a note and its work."""

    MARKUP = "markup"
    """A text with markup or stray characters, which was cleaned."""
    IMPOSSIBLE_NAME = "impossible_name"
    """An author that cannot be a name: the list was left out."""
    CUT_AUTHORS = "cut_authors"
    """A list of authors that somebody cut short: it was left out."""
    NO_AUTHORS = "no_authors"
    """An empty list of authors."""
    TOO_MANY_AUTHORS = "too_many_authors"
    """More authors (`value`) than any work has: the list was left out."""
    AUTHOR_NUMBER = "author_number"
    """The number that DBLP puts behind a name, which was removed."""
    CAPITALS = "capitals"
    """Authors in capitals, which were written as names."""
    REPEATED_AUTHORS = "repeated_authors"
    """A list that names every author twice; they were left once."""
    IMPOSSIBLE_VENUE = "impossible_venue"
    """A venue that is no name of one: it was left out."""
    TITLE_AS_VENUE = "title_as_venue"
    """The title as the venue: it was left out."""
    IMPOSSIBLE_OTHER_VENUES = "impossible_other_venues"
    """Other names of the venue that are none, too long, or there twice: they were left out."""
    IMPOSSIBLE_FIELDS = "impossible_fields"
    """Fields of study that are empty, too long, or there twice: they were left out."""
    IMPOSSIBLE_COUNT = "impossible_count"
    """A count that no work has: it was left out."""
    IMPOSSIBLE_YEAR = "impossible_year"
    """A year of no publication: it was left out."""
    YEAR_BEFORE_IDENTIFIER = "year_before_identifier"
    """A year before that (`other`) of an identifier (`identifier`): it was left out."""
    YEAR_AFTER_IDENTIFIER = "year_after_identifier"
    """A year after that (`other`) of an identifier (`identifier`): it was left out."""
    NOTE_DISAGREES = "note_disagrees"
    """The note has `value` and its work has `other`: the note was left as it is."""
    PUBLISHED_SINCE = "published_since"
    """The note has `value` of a preprint, and its publication, which appeared since, has `other`:
    the note was left as it is."""
    ANOTHER_WORK = "another_work"
    """The note is about another work than `other` now: its keys `removed` were emptied and those
    `replaced` have the new work's values."""


class Remark(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """A value that is implausible or disagrees, and whose it is: that of a record of `provider`,
    or the note's own where there is no provider. `RemarkKind` tells what the others are."""

    kind: RemarkKind
    field: Field | None = None
    value: str = ""
    provider: str = ""
    other: str = ""
    identifier: str = ""
    removed: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()


class Resolution(Struct, frozen=True, gc=False):
    """All there is to know of a lookup after the ladder.

    `decision` is None while it is open: somebody could not be asked (`failures`), or the
    configuration does not let it climb (`failures` empty). `values` are the work's fields
    after precedence, each with its provenance. `queries` are the questions
    answered. `remarks` are implausible values of records, which are cleaned or left
    out of
    the values; `retracted` names the providers that say the work was retracted.
    """

    lookup: Lookup
    decision: Decision | None
    identifiers: Identifiers = Identifiers()
    values: Mapping[Field, tuple[Value, Provenance]] = msgspec.field(default_factory=dict)
    other_venues: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    retracted: tuple[str, ...] = ()
    queries: AbstractSet[Question] = NO_QUESTIONS
    failures: tuple[Failure, ...] = ()
    fresh: bool = True
    """False where the ledger already says all of this."""
    reconsidered: bool = False
    """True where it was decided anew from what was heard before, and nobody was asked."""
    stand_ins: frozenset[Field] = frozenset()
    """The fields of notes whose value stands in for that of a service that cannot be asked."""
    replaced: frozenset[Field] = frozenset()
    """The fields whose value in the ledger stood in for the one that is known now."""
    matcher_version: str = ""
    """The matcher's version that decided."""
    title: str = ""
    """The title of the work's record, "" while it is not known which work it is."""


class Owner(StrEnum):
    """Who decides about the value of a field in a note."""

    OURS = "ours"
    """refmatter wrote it, under a key that stood there empty."""
    OURS_WITH_KEY = "ours_with_key"
    """refmatter wrote it and its key."""
    PERSON = "person"
    """refmatter wrote a value, and a person has changed it or taken it out since."""
    BEFORE = "before"
    """It stood there before refmatter wrote: a state that a run at work may leave behind."""


class Ownership(Struct, frozen=True, gc=False):
    """Whose the value of a field in a note is.

    `digest` is that of the value that refmatter wrote last (`Owner.BEFORE`: of the value that stood
    there). While a run writes the note, or after it was killed, `earlier` are the other states
    that the note may be in, the oldest first.
    """

    owner: Owner
    digest: str
    earlier: tuple[Ownership, ...] = ()

    @property
    def states(self) -> tuple[Ownership, ...]:
        """Return all states that the note may be in, the oldest first, none with earlier ones."""
        return (*self.earlier, Ownership(self.owner, self.digest)) if self.earlier else (self,)

    @property
    def is_persons(self) -> bool:
        """Whether it is known that the value is a person's since."""
        return self.owner is Owner.PERSON

    @property
    def has_our_key(self) -> bool:
        """Whether refmatter may have added the key too."""
        return any(state.owner is Owner.OURS_WITH_KEY for state in self.states)


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a note, what it said and what it will say, in the note's own form."""

    field: Field
    key: str
    old: object
    new: object
    provenance: Provenance | None
    """None where the value comes from the note itself (its file name)."""
    removed: bool = False
    """Whether the value is taken out, as it was written for another work; `new` is None then."""
    keep_key: bool = False
    """Whether the key of a value that is taken out stays, with nothing behind it."""


@dataclass(frozen=True, slots=True)
class Patch:
    """All changes of one note, or a note to be made, of which `title` is the heading.

    `links` are references to be made into links: (reference, target).
    """

    path: PurePosixPath
    digest: str | None
    changes: tuple[Change, ...]
    links: tuple[tuple[Reference, str], ...] = ()
    remarks: tuple[Remark, ...] = ()
    """What the note and its work disagree in, so that nothing was written."""
    title: str = ""

    @property
    def create(self) -> bool:
        """Whether the note is a new one."""
        return self.digest is None


class Status(StrEnum):
    """What became of a note."""

    WRITTEN = "written"
    CREATED = "created"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a note; `reason` and `line` tell why it was refused, and `yaml_fault` what is
    wrong with front matter that cannot be read.

    `before` and `after` are its bytes where they differ (and a diff is wanted).
    """

    path: PurePosixPath
    status: Status
    changes: tuple[Change, ...] = ()
    remarks: tuple[Remark, ...] = ()
    reason: str = ""
    line: int | None = None
    before: bytes | None = None
    after: bytes | None = None
    yaml_fault: YamlFault | None = None
