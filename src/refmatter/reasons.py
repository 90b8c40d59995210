"""Why a title was decided as it was: the evidence, the candidates that fell away, as values.

The matcher makes these values, the ledger keeps them, and `report.sentences` words them. What is
empty is left out where they are written as JSON.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Feature(StrEnum):
    """A named piece of evidence about a candidate, from 0 (against it) to 1 (for it).

    A feature is there only where both sides state something: what is not known is no evidence.
    """

    TITLE = "title"
    """1 equal after undoing damage, 0 other."""
    LIKENESS = "likeness"
    """The share of the titles' letters that stand in both."""
    FORGIVABLE = "forgivable"
    """1 where the titles differ by nothing but what copying does, 0 where by more."""
    NUMBERS = "numbers"
    """0: another figure, numeral, part or year in the title."""
    WORDS = "words"
    """0: another word, a word more or a word less."""
    PREFIXES = "prefixes"
    """0: a prefix more or less: un-, non-, semi-, multi-."""
    NEGATIONS = "negations"
    """0: a negation more or less."""
    ANNOUNCING = "announcing"
    """0: a word that announces another work: survey, reply, part, revisited."""
    SUBTITLE = "subtitle"
    """0: a subtitle is missing."""
    ACRONYM = "acronym"
    """0: a name in front is missing."""
    END = "end"
    """0: the end is cut off."""
    FRONT = "front"
    """0: a word that tells variants apart stands in front of one title only."""
    NAME_ALONE = "name_alone"
    """0: the title is only the short name that stands before the colon."""
    NAME = "name"
    """1: both begin with the same coined name and a colon."""
    SPECIFIC = "specific"
    """0: a title that many works may have: short, of everyday words."""
    HEADING = "heading"
    """0: words that may be no title at all: of a section, or a short heading."""
    IDENTIFIER = "identifier"
    """1 a system calls both the same, 0 it calls them different, 0.5 one calls them the same and
    another different: the note's identifiers name two works."""
    LINKED = "linked"
    """The same for the links of the note that are evidence only."""
    FIRST_AUTHOR = "first_author"
    """1 the same person, 0.5 among the others, 0 not there or another initial."""
    AUTHORS = "authors"
    """The share of the note's authors that the record has, of those that can be compared."""
    YEAR = "year"
    """1 within a year (preprint and publication), 0.5 within three, 0 further off."""
    EARLIER = "earlier"
    """0: it is later than a work that cites it, by more than preprints are early."""
    LISTED = "listed"
    """1 its reference list has what the note's own lists, 0 it has none of it."""
    REFERENCES = "references"
    """1 its reference list is about as long as the note's own, 0 both are long and it is the
    shorter one, 0.5 it is a handful against a long one."""
    PLACE = "place"
    """1: the year that stands behind the note's title is the record's."""
    BYLINE = "byline"
    """1: names of its authors stand in front of the note's title."""
    PROVIDERS = "providers"
    """1: two services list all works of the title, and it is the only one."""
    KIND = "kind"
    """0: it is a review, an erratum, data or paratext beside a work of that title."""
    CITING = "citing"
    """1: it stands in the reference list of a note that names the title."""
    NO_AUTHORS = "no_authors"
    """Only in a reason: the record has no authors and no counts, and another one has authors."""


class DifferenceKind(StrEnum):
    """How two titles differ in one place."""

    SPACING = "spacing"
    FILLER = "filler"
    INFLECTION = "inflection"
    SPELLING = "spelling"
    SLIP = "slip"
    BYLINE = "byline"
    TAIL = "tail"
    CLIPPED = "clipped"
    MOVED = "moved"
    LINE = "line number"
    SUBTITLE = "subtitle"
    HEAD = "head"
    NAME = "name"
    CUT = "cut"
    PART_ADDED = "part added"
    NAME_ADDED = "name added"
    REST_ADDED = "rest added"
    WORD_MISSING = "word missing"
    END_MISSING = "end missing"
    FRONT_MISSING = "front missing"
    FRONT_ADDED = "front added"
    WORD_ADDED = "word added"
    QUALIFIER = "qualifier"
    TURNED = "turned"
    WORD = "word"
    NUMBER = "number"
    POINT = "decimal point"
    PREFIX = "prefix"
    NEGATION = "negation"
    ANNOUNCING = "announcing"


class Difference(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """Words of the note's title (`asked`) against words of the record's (`found`); "" where one
    has none. `size` is how many letters are wrong in a slip, else how many words are concerned."""

    kind: DifferenceKind
    asked: str = ""
    found: str = ""
    size: int = 1


class ReasonKind(StrEnum):
    """The cases that decisions distinguish."""

    EQUAL_TITLE = "equal_title"
    """Accepted: the titles are equal."""
    NEAR_TITLE = "near_title"
    """Accepted: the titles differ by `differences`."""
    IDENTIFIER = "identifier"
    """Accepted: an identifier or link of the note (`evidence`) names the work called `title`."""
    SAME_TITLE = "same_title"
    """Ambiguous: `works` works have this very title."""
    SEVERAL_WORKS = "several_works"
    """Ambiguous: `works` works may be meant by this title."""
    SEVERAL_IDENTIFIED = "several_identified"
    """Ambiguous: the note's identifiers name `works` works."""
    CONTRADICTED = "contradicted"
    """Ambiguous: the title fits, but `evidence` is against it."""
    TITLE_ALONE = "title_alone"
    """Ambiguous: only the title is for the work, and `evidence` is against it."""
    GENERIC_TITLE = "generic_title"
    """Ambiguous: many works may have so short a title, and nothing else is for this one."""
    SPARSE_RECORD = "sparse_record"
    """Ambiguous: the title fits, but its record does not hold enough."""
    DIFFERENT_TITLE = "different_title"
    """Ambiguous: the best candidate's title differs by `differences`, which is too much."""
    CATALOG_ONLY = "catalog_only"
    """Ambiguous: only the catalogue has it, under another title, and nothing else is for it."""
    OTHER_TITLE = "other_title"
    """Ambiguous: the record of the work has another title, `title`."""
    IDENTIFIER_OTHER_TITLE = "identifier_other_title"
    """Ambiguous: an identifier or link of the note (`evidence`) names a work called `title`."""
    NOT_CONFIRMED = "not_confirmed"
    """Ambiguous: likely (the titles differ by `differences`), but not confirmed."""
    NOT_FOUND = "not_found"
    """Unmatched: no provider knows a work of this title."""
    RECORD_BESIDE = "record_beside"
    """Unmatched: only records beside a work (`record_kinds`) have this title."""
    RULED = "ruled"
    """A person ruled."""
    RULING_REVOKED = "ruling_revoked"
    """A person revoked a ruling, and the candidates are not known any more."""


class Rejected(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """A candidate that fell away, and by which evidence. `candidate` is its place (from 0) among
    the other candidates of an accepted work, else among the decision's candidates."""

    candidate: int
    features: tuple[Feature, ...]


class Reason(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """Why a title was decided as it was. `ReasonKind` tells which fields a kind fills.

    `evidence` decided: it is for an accepted work, and against the best candidate of an ambiguous
    one. `rejected` are candidates that fell away although their titles fit.
    """

    kind: ReasonKind
    evidence: tuple[Feature, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    differences: tuple[Difference, ...] = ()
    title: str = ""
    works: int = 0
    record_kinds: tuple[str, ...] = ()

    @property
    def distinguishing(self) -> tuple[Feature, ...]:
        """The evidence by which candidates fell away, in the order of `Feature`."""
        found = {name for rejected in self.rejected for name in rejected.features}
        return tuple(name for name in Feature if name in found)


SIMPLE_REASONS = {Reason(kind): Reason(kind) for kind in ReasonKind}
"""Reasons without details: one object for all lines of a ledger that have the same."""
